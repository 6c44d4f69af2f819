/* daemon/damage_aside.c — A feed that was cut grows again: what was set aside
 * joins once peers have brought what was spoilt. */
#include "daemon/damage_private.h"

#include "daemon/damage.h"
#include "daemon/erase.h"
#include "daemon/judge.h"
#include "daemon/membership.h"

#define JOIN_SLICE 128 /* Entries joined again in a turn. */
#define USEFUL_MAX 256 /* Entries looked at for one that may join again. */
#define ROW_BYTES  ((size_t)300)

bool damage_gives_id(const struct wici_entry *e, const struct wici_sig *sig,
		     const struct wici_id *id)
{
	struct wici_id got = wici_entry_id(&e->header, sig);

	return wici_id_equal(&got, id);
}

enum wici_err damage_is_useful(struct node *n, const struct feed *feed,
			       uint64_t seq, bool *is)
{
	int64_t aside = entry_aside_n(feed->row.n, ENTRY_DAMAGED);
	struct entry_row row;
	enum wici_err err = entry_before(n->store, aside, 0, &row); /* Last. */

	for (unsigned i = 0; i < USEFUL_MAX && !*is; i++, seq++) {
		if (err != WICI_OK && err != WICI_NOT_FOUND)
			break;
		row.entry.header.feed = feed->row.key;
		*is = err == WICI_OK &&
		      wici_entry_verify(&row.entry.header, &row.entry.sig,
					&n->network) == WICI_OK;
		err = entry_at(n->store, aside, seq, &row);
	}
	return err == WICI_NOT_FOUND || err == WICI_END ? WICI_OK : err;
}

/* The entry set aside that follows the head: WICI_END when there is none, or
 * it is not what it was. */
static enum wici_err next_aside(struct node *n, struct feed *feed,
				struct entry_row *row)
{
	struct wici_header *h = &row->entry.header;
	uint64_t seq = feed->row.seq + 1;
	enum wici_err err = entry_at(
		n->store, entry_aside_n(feed->row.n, ENTRY_DAMAGED), seq, row);

	if (err != WICI_OK)
		return err == WICI_NOT_FOUND ? WICI_END : err;
	h->feed = feed->row.key;
	h->prev = feed->row.id;
	if (!damage_gives_id(&row->entry, &row->entry.sig, &row->id) ||
	    wici_entry_verify(h, &row->entry.sig, &n->network) != WICI_OK)
		return WICI_END;
	row->feed_n = feed->row.n;
	row->is_proved = true;
	row->is_damaged = false;
	return WICI_OK;
}

bool damage_has_fence_head(struct node *n)
{
	const struct wici_head *fence = &n->fence.head;
	const struct feed *own = n->own;
	struct entry_row row;

	if (fence->seq > own->released_seq ||
	    !wici_key_equal(&fence->feed, &own->row.key))
		return false;
	if (fence->seq == 0)
		return true;
	return entry_at(n->store, own->row.n, fence->seq, &row) == WICI_OK &&
	       !row.is_damaged && wici_id_equal(&row.id, &fence->id);
}

static bool is_lacking(const struct node *n, const struct feed *feed)
{
	for (size_t i = 0; i < n->damages_count; i++) {
		const struct damage *d = &n->damages[i];

		if (!d->is_healed && d->seq > feed->row.seq &&
		    wici_key_equal(&d->feed, &feed->row.key))
			return true;
	}
	return false;
}

bool damage_is_waiting(const struct node *n, const struct feed *feed)
{
	return feed->has_aside || is_lacking(n, feed);
}

/* Is nothing of the feed waited for any more? */
static bool is_complete(struct node *n, const struct feed *feed)
{
	if (feed == n->own)
		return feed->row.seq == n->fence.head.seq &&
		       damage_has_fence_head(n);
	return !is_lacking(n, feed);
}

/* Is this entry, set aside, another one than the feed has there, or one that
 * does not follow its head? */
static enum wici_err has_parted(struct node *n, const struct feed *feed,
				const struct entry_row *row, bool *has)
{
	uint64_t seq = row->entry.header.seq;
	struct wici_id id;
	enum wici_err err;

	if (seq > feed->row.seq) {
		*has = !wici_id_equal(&row->entry.header.prev, &feed->row.id);
		return WICI_OK;
	}
	err = entry_id(n->store, feed->row.n, seq, &id);
	*has = err == WICI_OK && !wici_id_equal(&id, &row->id);
	return err == WICI_NOT_FOUND ? WICI_OK : err;
}

/* Where what was set aside is another history than what peers have brought
 * since, signed as well; 0: nowhere. */
static enum wici_err find_parted(struct node *n, const struct feed *feed,
				 uint64_t *from)
{
	int64_t aside = entry_aside_n(feed->row.n, ENTRY_DAMAGED);
	struct entry_row row;
	uint64_t first = 0, seq = 0;
	bool has = false;
	enum wici_err err = WICI_OK;

	*from = 0;
	while (err == WICI_OK && *from == 0) {
		err = entry_first_aside(n->store, feed->row.n, seq + 1, &seq);
		if (err != WICI_OK || seq > feed->row.seq + 1)
			break;
		err = entry_at(n->store, aside, seq, &row);
		if (err == WICI_OK)
			err = has_parted(n, feed, &row, &has);
		if (!has)
			first = 0;
		else if (first == 0)
			first = seq;
		row.entry.header.feed = feed->row.key;
		if (err == WICI_OK && has && !row.is_damaged &&
		    wici_entry_verify(&row.entry.header, &row.entry.sig,
				      &n->network) == WICI_OK)
			*from = first;
	}
	return err == WICI_END ? WICI_OK : err;
}

/* It joins never, and nobody else may have it. */
static enum wici_err keep_parted(struct node *n, const struct feed *feed)
{
	uint64_t from;
	enum wici_err err = find_parted(n, feed, &from);

	if (err != WICI_OK || from == 0)
		return err;
	n->wants_commit = true;
	return entry_keep_aside(n->store, feed->row.n, from);
}

/* What is left behind a gap and is signed by nobody was spoilt in its very
 * place: without end it would be waited for what comes before it. */
static enum wici_err drop_useless(struct node *n, struct feed *feed,
				  uint64_t first)
{
	enum wici_err err;

	if (!is_complete(n, feed))
		return WICI_OK;
	feed->has_aside = false;
	err = damage_is_useful(n, feed, first, &feed->has_aside);
	if (err != WICI_OK || feed->has_aside)
		return err;
	n->wants_commit = true;
	return entry_drop_aside(n->store, feed->row.n, UINT64_MAX);
}

/* As many as fit into a turn. */
static enum wici_err join_slice(struct node *n, struct feed *feed,
				size_t *count)
{
	struct entry_row row;
	enum wici_err err = WICI_OK;

	while (*count < JOIN_SLICE && err == WICI_OK) {
		err = next_aside(n, feed, &row);
		if (err == WICI_OK)
			err = entry_append(n->store, &row);
		if (err != WICI_OK)
			break;
		feeds_advance(feed, row.entry.header.seq, &row.id,
			      row.entry.header.payload_len);
		feed->from = 0;
		n->last_n = row.n;
		n->turn_bytes += row.entry.payload.len + ROW_BYTES;
		(*count)++;
		err = judge_appended(n, &row);
		if (err == WICI_OK)
			err = erase_appended(n, &row);
	}
	n->is_joining_again |= *count == JOIN_SLICE;
	return err == WICI_END ? WICI_OK : err;
}

static enum wici_err join_again(struct node *n, struct feed *feed)
{
	uint64_t seq = 0;
	size_t count = 0;
	enum wici_err err = keep_parted(n, feed);

	if (err == WICI_OK)
		err = join_slice(n, feed, &count);
	if (err == WICI_OK)
		err = entry_drop_aside(n->store, feed->row.n, feed->row.seq);
	if (err == WICI_OK)
		err = entry_first_aside(n->store, feed->row.n, 1, &seq);
	feed->has_aside = err == WICI_OK;
	if (err == WICI_OK && count == 0 && seq > feed->row.seq + 1)
		err = drop_useless(n, feed, seq);
	if (err != WICI_OK && err != WICI_END)
		return node_fail(n, err);
	n->is_judging_due |= count > 0;
	return count ? membership_grown(n, feed, feed->row.seq + 1 - count,
					true)
		     : WICI_OK;
}

void damage_join_all(struct node *n)
{
	bool is_left = false;

	n->is_joining_again = false;
	for (size_t i = 0; i < n->feeds.count && !n->is_full; i++) {
		struct feed *feed = n->feeds.by_key[i];

		if (feed->has_aside && !feed->suspect_seq &&
		    join_again(n, feed) != WICI_OK)
			return;
		is_left |= feed->has_aside;
	}
	n->has_aside = is_left;
}
