/* daemon/echo.h — The first own entry after a start waits for an echo.
 *
 * DESIGN §8. A disk may have gone back in time and not know it: only peers
 * know how far the own feed went. Until one (two where two are dialled) has
 * said so since the start, or since the wall clock jumped against the
 * monotonic one, nothing is signed: publish_may() says WICI_WAITING. An echo
 * is a signed header that we hold, or a peer in step with us, or by stick an
 * answer to the number that was drawn since (daemon/bearer.h); one that is
 * ahead is fetched first. A feed that never met anybody waits for nobody. In a
 * turn. */
#ifndef WICI_DAEMON_ECHO_H
#define WICI_DAEMON_ECHO_H

#include "daemon/node.h"

/* At a start, once the own feed, its fence and the peers are known. */
WICI_NODISCARD
enum wici_err echo_open(struct node *n);

/* What the book says of the own feed. For load(): a turn was rolled back. */
WICI_NODISCARD
enum wici_err echo_load(struct node *n);

/* At a turn's begin: did the clock jump? Then ask all over again. */
void echo_clock(struct node *n);

/* A new own feed was made in this process: nothing to wait for. */
void echo_new_feed(struct node *n);

/* A member was met while we have a feed, or a bundle of it was written: from
 * now on it is released. */
void echo_released(struct node *n);

/* The address of this row leads to that member: kept, so that it counts among
 * those to be heard after the next start. */
void echo_met(struct node *n, struct peer_row *row,
	      const struct wici_key *identity);

/* The peer holds this of our feed, and we hold the same; or nothing that we
 * lack (in step: head is ours). */
void echo_heard(struct node *n, const struct wici_key *identity,
		const struct wici_head *head);

/* The peer proved a header that is ahead of us: fetch up to it first.
 * WICI_REJECT_SIGNATURE: it proves nothing. */
WICI_NODISCARD
enum wici_err echo_ahead(struct node *n, const struct wici_key *identity,
			 const struct wici_fork_side *side);

/* Is the own feed waiting? How many echoes it has, and needs. */
bool echo_is_waiting(const struct node *n);
unsigned echo_needed(const struct node *n);

/* The operator says that nobody holds more: recorded in the book and told. */
WICI_NODISCARD
enum wici_err echo_override(struct node *n);

#endif
