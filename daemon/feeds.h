/* daemon/feeds.h — The feeds in memory: two heads each.
 *
 * *pending* is what this turn has appended; *released* is what is committed.
 * Sessions see only released heads (DESIGN: the turn). A feed that does not
 * count (its institution is no member, nor does the root name it) is kept in
 * the store and left out of the counting heads. */
#ifndef WICI_DAEMON_FEEDS_H
#define WICI_DAEMON_FEEDS_H

#include "daemon/store/feed.h"
#include "proto/roster.h"

struct feed {
	struct feed_row row; /* row.seq, row.id: the pending head. */
	uint64_t released_seq;
	struct wici_id released_id;
	bool counts;
	bool is_dirty; /* Pending differs from released. */
	uint64_t from; /* The link that brought the pending head; 0: ours. */
	uint64_t suspect_seq; /* From here on it is damaged; 0: it is not. */
	bool has_aside;       /* damage.h */
};

struct feeds {
	struct feed **by_key; /* Ascending by key. */
	size_t count;
	size_t max;
	struct feed **by_n; /* Index n − 1; NULL where there is none. */
	size_t by_n_max;
	/* Counting released heads with seq ≥ 1, ascending by key; what sync
	 * reconciles. Rebuilt or patched by feeds_release/feeds_judge. */
	struct wici_head *heads;
	size_t heads_count;
	size_t heads_max;
	uint64_t heads_version; /* Counts changes of heads. */
};

void feeds_init(struct feeds *f);
void feeds_clear(struct feeds *f);

/* From the store; everything stored is released. */
WICI_NODISCARD
enum wici_err feeds_load(struct feeds *f, struct store *s);

/* NULL when there is none. Pointers stay valid until feeds_clear/load. */
struct feed *feeds_find(const struct feeds *f, const struct wici_key *key);
struct feed *feeds_by_n(const struct feeds *f, int64_t n);

/* Adds to the store and to memory, pending seq 0. */
WICI_NODISCARD
enum wici_err feeds_add(struct feeds *f, struct store *s,
			const struct wici_key *key,
			const struct wici_key *identity, bool is_own,
			struct feed **feed);

/* After an append: the new pending head. */
void feeds_advance(struct feed *feed, uint64_t seq, const struct wici_id *id,
		   size_t payload_len);

/* Before the commit: writes dirty rows. */
WICI_NODISCARD
enum wici_err feeds_write(struct feeds *f, struct store *s);

/* After the commit: pending becomes released; heads is brought up to date.
 * Calls back for each feed whose released head moved. */
void feeds_release(struct feeds *f,
		   void (*moved)(void *arg, const struct feed *feed),
		   void *arg);

/* Which feeds count, after the roster changed. Calls back for each that begins
 * to count and has a released head. */
void feeds_judge(struct feeds *f, const struct wici_roster *r,
		 void (*began)(void *arg, const struct feed *feed), void *arg);

/* How many feeds this identity has opened. */
size_t feeds_of(const struct feeds *f, const struct wici_key *identity);

#endif
