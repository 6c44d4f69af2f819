/* daemon/witnessed.c — Heads that witnesses have named, by time.
 *
 * Of a witness only changes are kept: an entry that names what the one before
 * named says nothing new. What is kept is dropped when the roster is another, or
 * the witness's feed is not what it was. */
#include "daemon/witnessed.h"

#include "daemon/store/record.h"
#include "daemon/view.h"

#include <stdlib.h>

#define PAGE     ((size_t)128)
#define SEEN_MAX ((size_t)32768) /* Of a witness: 20 years of 4 feeds. */

struct seen {
	struct wici_head head; /* Of an issuing feed, … */
	int64_t time_ms;       /* … as it was then. */
};

struct witnessed {
	struct wici_key witness;
	/* How far its feed counted when its entries were read. */
	uint64_t limit_seq, closed_seq;
	bool is_reached;
	int64_t last_n; /* The newest entry that was read; 0: none. */
	struct wici_id last_id;
	struct seen *seen; /* By the order of its entries. */
	size_t count, max;
};

struct witnessed_all {
	struct wici_id roster; /* The change in force. */
	size_t count;
	struct witnessed of[WICI_WITNESSES_MAX];
};

void witnessed_clear(struct node *n)
{
	for (size_t i = 0; n->witnessed && i < n->witnessed->count; i++)
		free(n->witnessed->of[i].seen);
	free(n->witnessed);
	n->witnessed = NULL;
}

/* As the newest row of the feed has it. */
static bool is_known(const struct witnessed *w, const struct wici_head *head)
{
	for (size_t i = w->count; i-- > 0;)
		if (wici_key_equal(&w->seen[i].head.feed, &head->feed))
			return w->seen[i].head.seq == head->seq &&
			       wici_id_equal(&w->seen[i].head.id, &head->id);
	return false;
}

static void add(struct witnessed *w, const struct wici_head *head,
		int64_t time_ms)
{
	if (w->count == SEEN_MAX || is_known(w, head))
		return;
	if (w->count == w->max) {
		w->max = w->max ? w->max * 2 : 64;
		w->seen = reallocarray(w->seen, w->max, sizeof(*w->seen));
		if (!w->seen)
			abort();
	}
	w->seen[w->count++] = (struct seen){*head, time_ms};
}

/* All heads that an entry names, of feeds that issue or did. */
static void add_all(const struct node *n, struct witnessed *w,
		    const struct wici_witness_body *body, int64_t time_ms)
{
	static const struct wici_bytes any = {NULL, 0};
	struct wici_head head;

	for (size_t i = 0; wici_witness_head_at(body, i, &head); i++)
		if (wici_roster_issuer(&n->roster, &head.feed, 1, any))
			add(w, &head, time_ms);
}

static enum wici_err read_entry(struct node *n, int64_t entry,
				struct witnessed *w)
{
	struct wici_witness_body body;
	struct entry_row row;
	enum wici_err err = entry_get(n->store, entry, &row);

	if (err)
		return err;
	w->last_n = entry;
	w->last_id = row.id;
	if (view_standing(n, &row) != WICI_COUNTS)
		return WICI_OK;
	wici_kind_read(&wici_kind_witness, row.entry.payload, &body);
	add_all(n, w, &body, row.entry.header.time_ms);
	return WICI_OK;
}

/* Numbers of its witness entries above last_n, the newest first. */
static enum wici_err list_new(struct node *n, int64_t feed_n, int64_t last_n,
			      int64_t **ns, size_t *total)
{
	struct record_filter filter = {.kind_first = WICI_KIND_WITNESS,
				       .kind_last = WICI_KIND_WITNESS,
				       .feeds = &feed_n,
				       .feeds_count = 1};
	size_t count = PAGE;
	enum wici_err err = WICI_OK;

	*total = 0;
	while (!err && count == PAGE) {
		size_t from = *total;

		*ns = reallocarray(*ns, from + PAGE, sizeof(**ns));
		if (!*ns)
			abort();
		err = record_list(n->store, &filter, *ns + from, PAGE, &count);
		for (size_t i = 0; !err && i < count; i++) {
			if ((*ns)[from + i] <= last_n)
				return WICI_OK;
			(*total)++;
		}
		if (!err && count)
			filter.below = (*ns)[from + count - 1];
	}
	return err;
}

/* Is what was read of its feed there still, and does it count as it did? */
static enum wici_err check_read(struct node *n, const struct feed *feed,
				const struct witnessed *w, bool *is_good)
{
	struct entry_row row;
	enum wici_err err = entry_get(n->store, w->last_n, &row);

	*is_good = !err && row.feed_n == feed->row.n &&
		   wici_id_equal(&row.id, &w->last_id) &&
		   w->is_reached == feed->is_reached &&
		   w->limit_seq == feed->limit.seq &&
		   w->closed_seq == feed->limit.closed_seq;
	return err == WICI_NOT_FOUND ? WICI_OK : err;
}

/* Brings what is known of a witness up to date. */
static enum wici_err refresh(struct node *n, struct witnessed *w)
{
	const struct feed *feed = feeds_find(&n->feeds, &w->witness);
	bool is_good = false;
	int64_t *ns = NULL;
	size_t count = 0;
	enum wici_err err;

	if (!feed)
		return WICI_OK;
	if (w->last_n) {
		err = check_read(n, feed, w, &is_good);
		if (err)
			return err;
	}
	if (!is_good) {
		w->count = 0;
		w->last_n = 0;
	}
	w->limit_seq = feed->limit.seq;
	w->closed_seq = feed->limit.closed_seq;
	w->is_reached = feed->is_reached;
	err = list_new(n, feed->row.n, w->last_n, &ns, &count);
	while (!err && count > 0)
		err = read_entry(n, ns[--count], w);
	free(ns);
	return err;
}

/* One for each witness of the roster. */
static struct witnessed *of(struct node *n, const struct wici_key *witness)
{
	struct witnessed_all *all = n->witnessed;

	if (all && !wici_id_equal(&all->roster, &n->roster.id)) {
		witnessed_clear(n);
		all = NULL;
	}
	if (!all) {
		all = n->witnessed = calloc(1, sizeof(*all));
		if (!all)
			abort();
		all->roster = n->roster.id;
	}
	for (size_t i = 0; i < all->count; i++)
		if (wici_key_equal(&all->of[i].witness, witness))
			return &all->of[i];
	if (all->count == WICI_WITNESSES_MAX)
		return NULL;
	all->of[all->count].witness = *witness;
	return &all->of[all->count++];
}

/* When it first named a head at or above this entry, of the chain held here, as
 * far as that counts: what is above not everybody has. *time_ms 0: never. */
static enum wici_err first_seen(struct node *n, const struct witnessed *w,
				const struct feed *feed, uint64_t seq,
				int64_t *time_ms)
{
	*time_ms = 0;
	for (size_t i = 0; i < w->count; i++) {
		const struct seen *s = &w->seen[i];
		struct wici_id id;
		enum wici_err err;

		if (s->head.seq < seq || s->head.seq > feed->limit.seq ||
		    !wici_key_equal(&s->head.feed, &feed->row.key))
			continue;
		err = entry_id(n->store, feed->row.n, s->head.seq, &id);
		if (err && err != WICI_NOT_FOUND)
			return err;
		if (err || !wici_id_equal(&id, &s->head.id))
			continue;
		*time_ms = s->time_ms;
		break;
	}
	return WICI_OK;
}

enum wici_err witnessed_since(struct node *n, const struct wici_key *key,
			      uint64_t seq, struct wici_fresh *f)
{
	const struct feed *feed = feeds_find(&n->feeds, key);
	int64_t times[WICI_WITNESSES_MAX];
	size_t count = 0;

	for (size_t i = 0; feed && i < f->witnesses_count; i++) {
		struct witnessed *w = of(n, &f->witnesses[i].feed);
		enum wici_err err = w ? refresh(n, w) : WICI_OK;
		int64_t time_ms = 0;

		if (w && !err)
			err = first_seen(n, w, feed, seq, &time_ms);
		if (err)
			return err;
		if (time_ms > 0)
			times[count++] = time_ms;
	}
	wici_fresh_existed(f, times, count);
	return WICI_OK;
}
