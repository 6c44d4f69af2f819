/* daemon/erase_private.h — What the files of the erasures share. */
#ifndef WICI_DAEMON_ERASE_PRIVATE_H
#define WICI_DAEMON_ERASE_PRIVATE_H

#include "daemon/erase.h"

/* Unproven, and judged when its entry comes. */
struct erasure_waiting {
	struct wici_erase is;
	uint64_t link;
	uint8_t *bytes;
	size_t len;
	/* A run came without the payload, and a key signed this (which holds)
	 * that was this institution's. */
	bool is_missed;
	struct wici_key whose;
};

struct erasures {
	struct erasure *rows; /* Ascending by feed, seq, entry. */
	size_t count, max;
	size_t open;        /* Of them, not done. */
	uint64_t version;   /* Counts those that came. */
	uint64_t number;    /* Of the newest that is done. */
	uint64_t purged_ms; /* When the index was purged last, monotonic. */
	bool is_purging;    /* It is being written anew. */
	struct erasure_waiting waiting[ERASE_WAIT_MAX]; /* The oldest first. */
	size_t waiting_count;
};

/* Never NULL. */
struct erasures *erasures_of(struct node *n);

/* erase_rows.c: their order; where one is, or would be; NULL: there is none;
 * one more, at the end or in its place. */
int erasures_compare(const struct wici_head *a, const struct wici_head *b);
size_t erasures_place(const struct node *n, const struct wici_head *of);
struct erasure *erasures_find(const struct node *n, const struct wici_head *of);
void erasures_append(struct erasures *all, const struct erasure *e);
void erasures_insert(struct node *n, const struct erasure *e);

/* Keeps it in the store and in memory; step and number as given. */
WICI_NODISCARD
enum wici_err erase_keep(struct node *n, const struct erasure *e,
			 struct wici_bytes bytes);

/* Done in this turn: noted, and shown where it is to be. */
WICI_NODISCARD
enum wici_err erase_finish(struct node *n, struct erasure *e);

/* erase_waiting.c */
void erase_wait(struct erasures *all, uint64_t link, const struct wici_erase *e,
		struct wici_bytes bytes);
/* The next of this entry from *at on; NULL. */
struct erasure_waiting *erase_waits(struct erasures *all,
				    const struct wici_head *of, size_t *at);
void erase_wait_no_more(struct erasures *all, const struct wici_head *of);
void erase_wait_clear(struct erasures *all);

/* erase.c: would it be shown, by whoever has signed it? */
bool erase_is_due(const struct node *n, const struct erasure *e);

/* erase_former.c: has a key signed it that was the institution's, and is no
 * more? And: this one was needed, if one has. */
bool erase_is_former(const struct node *n, const struct wici_statement *s,
		     const struct wici_key *institution);
void erase_miss(struct node *n, struct erasure_waiting *w,
		const struct wici_key *institution);

/* erase_turn.c: takes the entry's payload out of every row that has it. */
WICI_NODISCARD
enum wici_err erase_entry(struct node *n, const struct wici_head *of);

#endif
