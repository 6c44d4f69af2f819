/* daemon/receive.h — What peers bring: runs and statements.
 *
 * Everything is verified before the store: a run is checked whole against the
 * pending head in memory, then appended. In a turn. */
#ifndef WICI_DAEMON_RECEIVE_H
#define WICI_DAEMON_RECEIVE_H

#include "daemon/node.h"

/* link: who brought it (any non-zero number). *head: the feed's pending head
 * afterwards, whatever the answer.
 *   WICI_OK          appended, as far as the feed's limit lets it grow
 *   WICI_END         we hold it already: drop it
 *   WICI_AGAIN       it does not follow what we hold: ask for what is between
 *   WICI_NOT_MEMBER  of a feed that does not count, or above its limit:
 *                    dropped, no blame
 *   WICI_FULL        read-only: nothing is taken now
 *   WICI_REJECT_*    the sender's fault */
WICI_NODISCARD
enum wici_err node_receive_run(struct node *n, uint64_t link,
			       struct wici_bytes run, struct wici_head *head);

/* A statement of this network: a fork proof, or a change, approved where its
 * parent is known (else it is kept, and waits: daemon/changes.h). WICI_END:
 * held already, or dropped without blame: too much of it, or of a type that
 * this version does not know. WICI_FULL: read-only. Else the sender's fault. */
WICI_NODISCARD
enum wici_err node_receive_statement(struct node *n, uint64_t link,
				     struct wici_bytes bytes);

/* A feed.open that a connecting peer shows (a run of one): its feed and the
 * key that signed it, nothing stored. WICI_NOT_MEMBER: node_access() gives it
 * nothing (feed and identity are set, and proven); WICI_REJECT_OPEN, … */
WICI_NODISCARD
enum wici_err node_check_open(struct node *n, struct wici_bytes run,
			      struct wici_key *feed, struct wici_key *identity);

/* Our own feed.open as a run of one, into buf (1024 bytes). WICI_NOT_FOUND. */
WICI_NODISCARD
enum wici_err node_own_open(struct node *n, uint8_t *buf, size_t max,
			    struct wici_bytes *run);

#endif
