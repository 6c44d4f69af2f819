/* daemon/feeds.h — The feeds in memory: two heads each.
 *
 * *pending* is what this turn has appended; *released* is what is committed.
 * Sessions see only released heads (DESIGN: the turn), and of those no more
 * than counts (PROTOCOL §5.9): what does not is kept in the store and left out
 * of the counting heads. */
#ifndef WICI_DAEMON_FEEDS_H
#define WICI_DAEMON_FEEDS_H

#include "daemon/store/feed.h"
#include "proto/standing.h"

struct feed {
	struct feed_row row; /* row.seq, row.id: the pending head. */
	uint64_t released_seq;
	struct wici_id released_id;
	/* As daemon/judge.c found: */
	struct wici_key whose; /* The institution; row.identity is the key of
				* its own that signed the feed.open. Zero:
				* nobody's. */
	bool counts;
	struct wici_limit limit;
	bool is_reached;       /* It has the entry that the root names. */
	bool is_forked;        /* A proof holds it at limit.seq. */
	bool is_succeeded;     /* Another of its institution carries it on. */
	uint64_t counting_seq; /* The lowest of released and limit: what … */
	struct wici_id counting_id; /* … sync hears of. */
	/* Where its quota's bytes end, and of what that was found. */
	struct {
		uint64_t bytes;
		struct wici_id id;
		uint64_t seq;
	} quota;
	bool is_dirty; /* Pending differs from released. */
	uint64_t from; /* The link that brought the pending head; 0: ours. */
	uint64_t suspect_seq; /* From here on it is damaged; 0: it is not. */
	bool has_aside;       /* damage.h */
	bool is_shown;        /* A peer has the entry named, and we … */
	uint64_t turned_ms;   /* … another chain, cut back last: forks.h */
	uint64_t fork_lowest; /* Of all proofs, when it was judged by one. */
	unsigned proofs;      /* Of a fork, taken since … */
	uint64_t proofs_ms;
	/* Where the last entry within the limit is that a run may end with, of
	 * the chain that is held; asked of the store once. */
	struct {
		uint64_t limit;
		struct wici_id of;
		uint64_t seq;
		struct wici_id id;
	} proven;
};

struct feeds {
	struct feed **by_key; /* Ascending by key. */
	size_t count;
	size_t max;
	struct feed **by_n; /* Index n − 1; NULL where there is none. */
	size_t by_n_max;
	/* Counting heads with seq ≥ 1, ascending by key; what sync
	 * reconciles. */
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

/* After the commit: pending becomes released. Calls back for each feed whose
 * released head moved. */
void feeds_release(struct feeds *f, void (*moved)(void *arg, struct feed *feed),
		   void *arg);

/* The feed's counting head moved: sync hears of it. */
void feeds_count_head(struct feeds *f, const struct feed *feed);

/* All counting heads anew, from what each feed says of itself. */
void feeds_rebuild_heads(struct feeds *f);

/* How many feeds this key has opened. */
size_t feeds_of(const struct feeds *f, const struct wici_key *identity);

#endif
