/* daemon/link_fork.h — Where two chains of one feed part: asked of the peer,
 * header by header, until two neighbours prove a fork. PROTOCOL §4.5, §5.8.
 *
 * One question at a time, one search at a time. Nobody is blamed for what it
 * does not prove: an author can make it so. It only costs nothing more for a
 * minute. In a turn. */
#ifndef WICI_DAEMON_LINK_FORK_H
#define WICI_DAEMON_LINK_FORK_H

#include "daemon/link_private.h"

/* The peer says that it holds this of a feed that we hold too. */
void link_fork_on_head(struct link *l, const struct feed *feed,
		       const struct wici_head *head);

/* A run of the peer's does not join our entry at seq. */
void link_fork_on_bad_run(struct link *l, const struct feed *feed,
			  uint64_t seq);

/* The peer says that our own feed goes further than we know: it is asked for
 * the signed header, and echo_ahead() hears of it. */
void link_fork_ask_echo(struct link *l, const struct wici_head *head);

void link_fork_on_ask_header(struct link *l, const struct wici_message *m);
void link_fork_on_header(struct link *l, const struct wici_message *m);

/* Answers and asks what waits and fits. */
void link_fork_pump(struct link *l);

/* Is there no room for one more question of the peer's? */
bool link_fork_is_full(const struct link *l);

#endif
