/* daemon/damage.c — Cutting a damaged feed back, and growing it again.
 *
 * What is cut is set aside and not thrown away: once peers have brought the
 * entry that was spoilt, what stood behind it joins by its ids and its own
 * signatures. So nothing is lost that only this disk still had. */
#include "daemon/damage.h"

#include "daemon/membership.h"
#include "daemon/statements.h"
#include "daemon/store/record.h"
#include "proto/require.h"

#include <stdlib.h>

#define JOIN_SLICE  128 /* Entries joined again in a turn. */
#define SIG_BITS    (WICI_SIG_LEN * 8)
#define ROW_BYTES   ((size_t)300)
#define SEALED_WORD "damaged"
#define FENCE_AHEAD "fence_ahead"

const char *damage_name(enum damage_what what)
{
	static const char *const names[] = {"signature", "chain",     "payload",
					    "id",        "missing",   "head",
					    "statement", "projection"};

	return names[what];
}

struct damage *damage_add(struct node *n, enum damage_what what,
			  const struct wici_key *feed, uint64_t seq)
{
	struct damage *d;

	for (size_t i = 0; i < n->damages_count; i++) {
		d = &n->damages[i];
		if (wici_key_equal(&d->feed, feed) && d->seq == seq &&
		    !d->is_healed && what != DAMAGE_STATEMENT)
			return d;
	}
	if (n->damages_count == DAMAGE_MAX)
		return NULL;
	if (n->damages_count == n->damages_max) {
		n->damages_max = n->damages_max ? 2 * n->damages_max : 8;
		n->damages = reallocarray(n->damages, n->damages_max,
					  sizeof(*n->damages));
		WICI_REQUIRE(n->damages);
	}
	d = &n->damages[n->damages_count++];
	*d = (struct damage){.what = what, .feed = *feed, .seq = seq};
	return d;
}

static void seal(struct node *n)
{
	n->is_own_damaged = true;
	if (!n->sealed)
		n->sealed = SEALED_WORD;
}

void damage_suspect(struct node *n, struct feed *feed, uint64_t seq)
{
	if (seq == 0 || (feed->suspect_seq && feed->suspect_seq <= seq))
		return;
	feed->suspect_seq = seq;
	n->has_suspects = true;
	if (feed == n->own)
		seal(n);
}

/* ---- what is it that is wrong? ---- */

static bool gives_id(const struct wici_entry *e, const struct wici_sig *sig,
		     const struct wici_id *id)
{
	struct wici_id got = wici_entry_id(&e->header, sig);

	return wici_id_equal(&got, id);
}

/* One bit of the signature, and the id comes out again. */
static bool is_signature_flipped(const struct entry_row *row)
{
	struct wici_sig sig = row->entry.sig;

	for (size_t bit = 0; bit < SIG_BITS; bit++) {
		sig.b[bit / 8] ^= (uint8_t)(1u << (bit % 8));
		if (gives_id(&row->entry, &sig, &row->id))
			return true;
		sig.b[bit / 8] ^= (uint8_t)(1u << (bit % 8));
	}
	return false;
}

/* A signature that holds leaves the id alone to be wrong. */
static enum wici_err classify(struct node *n, const struct feed *feed,
			      uint64_t seq, enum damage_what *what)
{
	struct entry_row row;
	enum wici_err err = entry_at(n->store, feed->row.n, seq, &row);

	*what = DAMAGE_MISSING;
	if (err != WICI_OK)
		return err == WICI_NOT_FOUND ? WICI_OK : err;
	row.entry.header.feed = feed->row.key;
	if (wici_entry_verify(&row.entry.header, &row.entry.sig, &n->network) ==
	    WICI_OK)
		*what = row.is_damaged ? DAMAGE_ID : DAMAGE_CHAIN;
	else if (!row.is_damaged || is_signature_flipped(&row))
		*what = DAMAGE_SIGNATURE;
	else
		*what = DAMAGE_PAYLOAD;
	return WICI_OK;
}

/* ---- cutting ---- */

/* A wrong id spoils the entry after it as well: back to the first. */
static enum wici_err find_first(struct node *n, const struct feed *feed,
				uint64_t *seq, struct wici_id *before)
{
	struct entry_row row;
	enum wici_err err;

	memset(before, 0, sizeof(*before));
	if (*seq > feed->row.seq + 1)
		*seq = feed->row.seq + 1;
	for (; *seq > 1; (*seq)--) {
		err = entry_at(n->store, feed->row.n, *seq - 1, &row);
		if (err != WICI_OK && err != WICI_NOT_FOUND)
			return err;
		if (err == WICI_OK && !row.is_damaged) {
			*before = row.id;
			break;
		}
	}
	return WICI_OK;
}

static enum wici_err lower(struct node *n, struct feed *feed, uint64_t seq,
			   const struct wici_id *before)
{
	uint64_t bytes;
	enum wici_err err = entry_set_aside(n->store, feed->row.n, seq, &bytes);

	if (err != WICI_OK)
		return err;
	feed->row.seq = seq - 1;
	feed->row.id = *before;
	feed->row.bytes -= bytes < feed->row.bytes ? bytes : feed->row.bytes;
	feed->released_seq = feed->row.seq;
	feed->released_id = feed->row.id;
	feed->has_aside = true;
	n->has_aside = true;
	return feed_update(n->store, &feed->row);
}

/* Everything derived is derived anew: what the cut entries had brought about
 * must be in no table. The head is lower now, and peers are asked. */
static enum wici_err cut(struct node *n, struct feed *feed)
{
	uint64_t seq = feed->suspect_seq;
	struct wici_id before;
	enum damage_what what;
	enum wici_err err = find_first(n, feed, &seq, &before);

	if (err == WICI_OK)
		err = classify(n, feed, seq, &what);
	if (err == WICI_OK) {
		(void)damage_add(n, what, &feed->row.key, seq);
		err = lower(n, feed, seq, &before);
	}
	if (err == WICI_OK)
		err = record_clear(n->store);
	if (err != WICI_OK)
		return node_fail(n, err);
	feed->suspect_seq = 0;
	n->cursor = 0;
	n->wants_commit = true;
	if (feed == n->own)
		seal(n);
	/* The roster stands: whom a spoilt entry admitted may be the one who
	 * brings it back. */
	if (wici_roster_is_registrar(&n->roster, &feed->row.key))
		n->registrar_seq = feed->row.seq;
	membership_judge(n);
	return WICI_OK;
}

static void cut_all(struct node *n)
{
	bool is_left = false;

	for (size_t i = 0; i < n->feeds.count && !n->is_full; i++) {
		struct feed *feed = n->feeds.by_key[i];

		if (!feed->suspect_seq)
			continue;
		if (feed->is_dirty || cut(n, feed) != WICI_OK)
			is_left = true; /* After the commit. */
	}
	n->has_suspects = is_left;
}

/* ---- growing again ---- */

/* The entry set aside that follows the head: WICI_END when there is none, or
 * it is not what it was. */
static enum wici_err next_aside(struct node *n, struct feed *feed,
				struct entry_row *row)
{
	struct wici_header *h = &row->entry.header;
	uint64_t seq = feed->row.seq + 1;
	enum wici_err err = entry_at(n->store, -feed->row.n, seq, row);

	if (err != WICI_OK)
		return err == WICI_NOT_FOUND ? WICI_END : err;
	h->feed = feed->row.key;
	h->prev = feed->row.id;
	if (!gives_id(&row->entry, &row->entry.sig, &row->id) ||
	    wici_entry_verify(h, &row->entry.sig, &n->network) != WICI_OK)
		return WICI_END;
	row->feed_n = feed->row.n;
	row->is_proved = true;
	row->is_damaged = false;
	return WICI_OK;
}

static enum wici_err join_again(struct node *n, struct feed *feed)
{
	struct entry_row row;
	uint64_t seq = 0;
	size_t count = 0;
	enum wici_err err = WICI_OK;

	while (count < JOIN_SLICE && err == WICI_OK) {
		err = next_aside(n, feed, &row);
		if (err == WICI_OK)
			err = entry_append(n->store, &row);
		if (err != WICI_OK)
			break;
		feeds_advance(feed, row.entry.header.seq, &row.id,
			      row.entry.payload.len);
		feed->from = 0;
		n->last_n = row.n;
		n->turn_bytes += row.entry.payload.len + ROW_BYTES;
		count++;
	}
	n->is_joining_again |= count == JOIN_SLICE;
	if (err == WICI_OK || err == WICI_END)
		err = entry_drop_aside(n->store, feed->row.n, feed->row.seq);
	if (err == WICI_OK)
		err = entry_first_aside(n->store, feed->row.n, &seq);
	feed->has_aside = err == WICI_OK;
	if (err != WICI_OK && err != WICI_END)
		return node_fail(n, err);
	if (count && wici_roster_is_registrar(&n->roster, &feed->row.key))
		return membership_fold(n, false);
	return WICI_OK;
}

static void join_all(struct node *n)
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

/* ---- healed ---- */

static bool is_healed(const struct node *n, const struct damage *d)
{
	const struct feed *feed;

	if (d->what == DAMAGE_STATEMENT)
		return statements_has(n, &d->id);
	if (d->what == DAMAGE_PROJECTION)
		return false; /* The run itself knows. */
	feed = feeds_find(&n->feeds, &d->feed);
	return feed && feed->released_seq >= d->seq && !feed->suspect_seq;
}

/* The very head that was there before: the fence has it. */
static void unseal(struct node *n)
{
	const struct feed *own = n->own;

	if (!n->is_own_damaged || !own || own->has_aside || own->suspect_seq ||
	    own->is_dirty || own->released_seq != n->fence.head.seq ||
	    !wici_id_equal(&own->released_id, &n->fence.head.id))
		return;
	n->is_own_damaged = false;
	if (n->sealed && strcmp(n->sealed, SEALED_WORD) == 0)
		n->sealed = NULL;
}

void damage_turn(struct node *n)
{
	if (n->fatal || n->is_full || n->is_read_only || !n->has_network)
		return;
	if (n->has_suspects)
		cut_all(n);
	if (n->has_aside)
		join_all(n);
	for (size_t i = 0; i < n->damages_count; i++)
		if (!n->damages[i].is_healed)
			n->damages[i].is_healed = is_healed(n, &n->damages[i]);
	unseal(n);
}

bool damage_is_busy(const struct node *n)
{
	return (n->has_suspects || n->is_joining_again) && !n->fatal &&
	       !n->is_read_only && n->has_network;
}

/* ---- at a start ---- */

/* The stored head against the last entry: what the entry says, when it is
 * whole, else the feed is cut. */
static enum wici_err check_head(struct node *n, struct feed *feed)
{
	struct feed_row *head = &feed->row;
	struct entry_row row = {.n = 0};
	struct damage *d;
	enum wici_err err = entry_before(n->store, head->n, 0, &row);

	if (err != WICI_OK && err != WICI_END)
		return err;
	if (row.is_damaged)
		damage_suspect(n, feed, row.entry.header.seq);
	if (row.is_damaged || (head->seq == row.entry.header.seq &&
			       wici_id_equal(&head->id, &row.id)))
		return WICI_OK;
	d = damage_add(n, DAMAGE_HEAD, &head->key, head->seq);
	if (d)
		d->is_healed = true;
	head->seq = feed->released_seq = row.entry.header.seq;
	head->id = feed->released_id = row.id;
	return feed_update(n->store, head);
}

static enum wici_err check_aside(struct node *n, struct feed *feed)
{
	uint64_t seq;
	enum wici_err err = entry_first_aside(n->store, feed->row.n, &seq);

	if (err == WICI_END)
		return WICI_OK;
	if (err != WICI_OK)
		return err;
	feed->has_aside = n->has_aside = true;
	(void)damage_add(n, DAMAGE_MISSING, &feed->row.key, feed->row.seq + 1);
	return WICI_OK;
}

enum wici_err damage_load(struct node *n)
{
	enum wici_err err = WICI_OK;

	n->has_aside = n->has_suspects = false;
	for (size_t i = 0; i < n->feeds.count && err == WICI_OK; i++) {
		struct feed *feed = n->feeds.by_key[i];

		err = check_head(n, feed);
		if (err == WICI_OK)
			err = check_aside(n, feed);
		if (err == WICI_OK && feed == n->own && feed->has_aside)
			n->is_own_damaged = true;
	}
	return err;
}
