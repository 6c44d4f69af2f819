/* daemon/method_propose.h — What the methods about the root's changes share. */
#ifndef WICI_DAEMON_METHOD_PROPOSE_H
#define WICI_DAEMON_METHOD_PROPOSE_H

#include "daemon/method.h"
#include "daemon/propose.h"
#include "proto/change_view.h"

/* WICI_NOT_FOUND: there is no network yet, or nothing is known of it. */
WICI_NODISCARD
enum wici_err method_needs_roster(struct call *call);

/* {effective, version, id, have, need, ops, notes, statement}: the last one
 * while it is not effective. notes: what else comes of it. */
void method_write_proposal(struct wici_mp_writer *w, const struct proposal *p);

/* Names of institutions and of feeds, as this node knows them. */
struct wici_change_names method_names(const struct node *n);

#endif
