/* daemon/bearer.h — Bundles say whose they are, and answer those whose they
 * were: an own-head echo by stick. PROTOCOL §7.6. In a turn. */
#ifndef WICI_DAEMON_BEARER_H
#define WICI_DAEMON_BEARER_H

#include "daemon/node.h"
#include "proto/bearer.h"

/* Our own record, into buf (WICI_BEARER_LEN_MAX bytes). WICI_NOT_FOUND: we have
 * no feed to sign it with. */
WICI_NODISCARD
enum wici_err bearer_make(struct node *n, uint8_t *buf,
			  struct wici_bytes *bytes);

/* Somebody's: his number is noted, his answer to ours is an echo. WICI_END: our
 * own. WICI_NOT_MEMBER: of nobody who may be served; WICI_REJECT_*. */
WICI_NODISCARD
enum wici_err bearer_take(struct node *n, struct wici_bytes bytes);

#endif
