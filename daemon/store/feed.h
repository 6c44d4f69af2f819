/* daemon/store/feed.h — Feeds: their number in this store, whose they are,
 * their stored head. Numbers are small integers, local to the store. */
#ifndef WICI_DAEMON_STORE_FEED_H
#define WICI_DAEMON_STORE_FEED_H

#include "daemon/store/store.h"

struct feed_row {
	int64_t n;
	struct wici_key key;
	struct wici_key identity; /* By its feed.open. */
	uint64_t seq;
	struct wici_id id;
	uint64_t bytes; /* Of payloads. */
	bool is_own;    /* Of this installation. */
};

/* Adds a feed, seq 0; row->n is set. */
WICI_NODISCARD
enum wici_err feed_add(struct store *s, struct feed_row *row);
/* Updates seq, id, bytes, identity by n. */
WICI_NODISCARD
enum wici_err feed_update(struct store *s, const struct feed_row *row);
/* Every feed, ascending by key: calls back for each. Used at start. */
WICI_NODISCARD
enum wici_err feed_each(struct store *s,
			void (*each)(void *arg, const struct feed_row *row),
			void *arg);

#endif
