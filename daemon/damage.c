/* daemon/damage.c — Cutting a damaged feed back, and growing it again.
 *
 * A single bit is put back on the spot (flip.h). What is cut is set aside and
 * not thrown away: once peers have brought the entry that was spoilt, what
 * stood behind it joins by its ids and its own signatures. So nothing is lost
 * that only this disk still had. */
#include "daemon/damage.h"

#include "daemon/damage_private.h"
#include "daemon/erase.h"
#include "daemon/flip.h"
#include "daemon/forks.h"
#include "daemon/judge.h"
#include "daemon/membership.h"
#include "daemon/project.h"
#include "daemon/shorten.h"
#include "daemon/statements.h"
#include "daemon/store/record.h"
#include "proto/require.h"

#include <stdlib.h>

#define CUTS_MAX    8 /* At one place, since the start. */
#define SIG_BITS    (WICI_SIG_LEN * 8)
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
		if (!wici_key_equal(&d->feed, feed) || d->seq != seq ||
		    what == DAMAGE_STATEMENT || d->what == DAMAGE_STATEMENT)
			continue;
		d->is_healed = false;
		if (d->what == DAMAGE_PROJECTION)
			d->what = what; /* The entry itself is worse. */
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

/* One bit of the signature, and the id comes out again. */
static bool is_signature_flipped(const struct entry_row *row)
{
	struct wici_sig sig = row->entry.sig;

	for (size_t bit = 0; bit < SIG_BITS; bit++) {
		sig.b[bit / 8] ^= (uint8_t)(1u << (bit % 8));
		if (damage_gives_id(&row->entry, &sig, &row->id))
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

/* What is left is worth nothing when the feed's key itself is spoilt: peers
 * have the feed. */
enum wici_err damage_lower(struct node *n, struct feed *feed, uint64_t seq,
			   const struct wici_id *before)
{
	enum wici_err err = shorten_feed(n, feed, seq, before, ENTRY_DAMAGED);

	if (err != WICI_OK)
		return err;
	feed->has_aside = seq > 1; /* Then the key is proven. */
	if (!feed->has_aside)
		err = damage_is_useful(n, feed, seq, &feed->has_aside);
	if (err == WICI_OK && !feed->has_aside)
		err = entry_drop_aside(n->store, feed->row.n, UINT64_MAX);
	n->has_aside |= feed->has_aside;
	return err;
}

/* Is it what it was after all? A stray row elsewhere raised the alarm, or it
 * was mended meanwhile. An entry beyond the head is none. */
static enum wici_err is_sound(struct node *n, const struct feed *feed,
			      uint64_t seq, bool *is)
{
	struct entry_row row;
	enum wici_err err;

	*is = seq > feed->row.seq;
	if (*is)
		return WICI_OK;
	err = entry_at(n->store, feed->row.n, seq, &row);
	row.entry.header.feed = feed->row.key;
	*is = err == WICI_OK && !row.is_damaged &&
	      wici_entry_verify(&row.entry.header, &row.entry.sig,
				&n->network) == WICI_OK;
	return err == WICI_NOT_FOUND ? WICI_OK : err;
}

/* WICI_END: it was more than a bit. */
static enum wici_err mend(struct node *n, const struct feed *feed, uint64_t seq)
{
	uint8_t buf[FLIP_PAYLOAD_MAX];
	struct entry_row row;
	enum wici_err err = entry_at(n->store, feed->row.n, seq, &row);

	if (err != WICI_OK)
		return err == WICI_NOT_FOUND ? WICI_END : err;
	row.entry.header.feed = feed->row.key;
	if (!row.is_damaged || !flip_mend(&row, &n->network, buf))
		return WICI_END;
	row.is_proved = true;
	return entry_mend(n->store, &row);
}

/* As after a cut: what it had been read as must be in no table. */
static enum wici_err derive_mended(struct node *n, const struct feed *feed)
{
	enum wici_err err = project_clear(n);

	if (err == WICI_OK)
		err = judge_load(n);
	if (err != WICI_OK)
		return err;
	n->wants_commit = true;
	return wici_roster_admits(&n->roster, &feed->row.key, 1)
		       ? membership_fold(n, true)
		       : WICI_OK;
}

static enum wici_err cut_at(struct node *n, struct feed *feed, uint64_t seq,
			    const struct wici_id *before)
{
	enum wici_err err = mend(n, feed, seq);

	if (err == WICI_OK)
		return derive_mended(n, feed);
	/* The roster stands: whom a spoilt entry admitted may be the one who
	 * brings it back. */
	if (err == WICI_END)
		err = damage_lower(n, feed, seq, before);
	return err == WICI_OK ? entry_last(n->store, &n->last_n) : err;
}

static enum wici_err cut(struct node *n, struct feed *feed)
{
	uint64_t seq = feed->suspect_seq;
	struct wici_id before;
	enum damage_what what;
	struct damage *d;
	bool is = false;
	enum wici_err err = is_sound(n, feed, seq, &is);

	if (err == WICI_OK && !is)
		err = find_first(n, feed, &seq, &before);
	if (err == WICI_OK && !is)
		err = classify(n, feed, seq, &what);
	if (err == WICI_OK && !is) {
		d = damage_add(n, what, &feed->row.key, seq);
		/* What is written there does not last, or is not found again:
		 * nothing that peers bring will help. */
		if (d && ++d->cuts > CUTS_MAX)
			err = WICI_STORE;
	}
	if (err == WICI_OK && !is)
		err = cut_at(n, feed, seq, &before);
	if (err != WICI_OK)
		return node_fail(n, err);
	feed->suspect_seq = 0;
	return WICI_OK;
}

/* One a turn: to search for a bit takes a while. */
static void cut_first(struct node *n)
{
	bool is_cut = false;

	n->has_suspects = false;
	for (size_t i = 0; i < n->feeds.count && !n->is_full; i++) {
		struct feed *feed = n->feeds.by_key[i];

		if (!feed->suspect_seq)
			continue;
		/* What is dirty waits for the commit. */
		if (is_cut || feed->is_dirty || cut(n, feed) != WICI_OK)
			n->has_suspects = true;
		else
			is_cut = true;
	}
}

/* ---- healed ---- */

static bool is_healed(const struct node *n, const struct damage *d)
{
	const struct feed *feed;

	if (d->what == DAMAGE_STATEMENT)
		return statements_has(n, &d->id) || forks_has(n, &d->id) ||
		       erase_by_id(n, &d->id);
	if (d->what == DAMAGE_PROJECTION)
		return false; /* The run itself knows. */
	feed = feeds_find(&n->feeds, &d->feed);
	if (feed && feed->row.seq == 0 &&
	    wici_key_check(&feed->row.key) != WICI_OK)
		return true; /* It was no feed at all. */
	return feed && feed->released_seq >= d->seq && !feed->suspect_seq;
}

static bool is_sealed_so(const struct node *n, const char *word)
{
	return n->sealed && strcmp(n->sealed, word) == 0;
}

/* As a start would find it. */
static void unseal(struct node *n)
{
	const struct feed *own = n->own;
	struct wici_head head;

	if ((!n->is_own_damaged && !is_sealed_so(n, FENCE_AHEAD)) || !own ||
	    own->has_aside || own->suspect_seq || own->is_dirty ||
	    !damage_has_fence_head(n))
		return;
	head = (struct wici_head){own->row.key, own->released_seq,
				  own->released_id};
	if (head.seq > n->fence.head.seq &&
	    fence_write(&n->fence, n->dir_fd, &head) != WICI_OK)
		return; /* The next turn tries again. */
	n->is_own_damaged = false;
	if (is_sealed_so(n, SEALED_WORD) || is_sealed_so(n, FENCE_AHEAD))
		n->sealed = NULL;
	/* Which may seal it for a reason of its own. */
	n->is_judging_due = true;
}

void damage_turn(struct node *n)
{
	if (n->fatal || n->is_full || n->is_read_only || !n->has_network)
		return;
	if (n->has_suspects)
		cut_first(n);
	if (n->has_aside)
		damage_join_all(n);
	damage_drop_suspects(n);
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
