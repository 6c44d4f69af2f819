/* daemon/shorten.h — A feed made shorter: what is spoilt, or is not the chain
 * that the root names, is set aside, and all that was derived from entries is
 * derived anew. In a turn. */
#ifndef WICI_DAEMON_SHORTEN_H
#define WICI_DAEMON_SHORTEN_H

#include "daemon/node.h"
#include "daemon/store/entry.h"

/* The feed ends before seq from now on, at the entry with the id `before`; it
 * has nothing pending. What it failed with is known to node_fail().
 * Feeds are judged anew at the turn's end, and peers asked. */
WICI_NODISCARD
enum wici_err shorten_feed(struct node *n, struct feed *feed, uint64_t seq,
			   const struct wici_id *before, enum entry_aside why);

#endif
