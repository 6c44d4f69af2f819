/* daemon/publish.h — From a canonical payload to an entry of the own feed.
 *
 * Signed, appended to the pending head; after the commit re-read from the
 * store and verified before anybody hears of it (node.c). */
#ifndef WICI_DAEMON_PUBLISH_H
#define WICI_DAEMON_PUBLISH_H

#include "daemon/node.h"
#include "proto/kind.h"

/* WICI_NOT_MEMBER (no network yet), WICI_SEALED, WICI_FULL (read-only),
 * WICI_NOT_PERMITTED (this feed may not write the kind), WICI_WAITING (no peer
 * has said yet how far the own feed went: echo.h). payload must have
 * passed wici_kind_check (our own duty). Applied to the projections at once.
 * scheme: of a grant; p NULL otherwise. */
WICI_NODISCARD
enum wici_err publish_entry(struct node *n, const struct wici_kind *kind,
			    struct wici_bytes payload, struct wici_bytes scheme,
			    struct wici_head *head);

/* The same, with nobody asked whether it may: for feed.open, which comes
 * before there is a right. Needs n->own and an own feed key. */
WICI_NODISCARD
enum wici_err publish_append(struct node *n, const struct wici_kind *kind,
			     struct wici_bytes payload, struct wici_head *head);

/* May the own feed write this kind now? The same errors, nothing written. */
WICI_NODISCARD
enum wici_err publish_may(const struct node *n, const struct wici_kind *kind,
			  struct wici_bytes scheme);

/* Own entries of this commit, as the disk has them: the chain from what was
 * released before, every id, and the last signature. */
bool publish_is_intact(struct node *n);

#endif
