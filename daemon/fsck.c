/* daemon/fsck.c — The walk over everything that is stored.
 *
 * A slice is bounded by entries and by bytes, so that a turn stays short: a
 * signature costs some 50 µs. What is bad is told to damage.c, which cuts it
 * away at the next turn's end; the walk goes on behind. */
#include "daemon/fsck.h"

#include "daemon/changes.h"
#include "daemon/damage.h"
#include "daemon/erase.h"
#include "daemon/forks.h"
#include "daemon/fsck_private.h"
#include "daemon/indexing.h"
#include "daemon/membership.h"
#include "daemon/method_private.h"
#include "daemon/project.h"
#include "daemon/statements.h"
#include "daemon/store/entry.h"
#include "daemon/store/record.h"
#include "daemon/store/statement.h"
#include "proto/kinds/member.h"
#include "proto/require.h"

#include <stdlib.h>

#define SLICE_ENTRIES 128u
#define SLICE_BYTES   ((size_t)1 << 20)
#define SLICE_SIGS    128u

static const struct wici_key nobody;

enum wici_err fsck_begin(struct call *call, bool is_rebuild, bool is_watched)
{
	struct node *n = call->node;
	struct fsck *f;

	if (n->fsck)
		return WICI_BUSY;
	f = growing_alloc(sizeof(*f));
	memset(f, 0, sizeof(*f));
	f->client = call->client;
	f->msgid = call->msgid;
	f->is_rebuild = is_rebuild;
	f->is_watched = is_watched;
	f->feed_n = 1;
	f->statement_n = INT64_MIN;
	f->last_n = n->last_n;
	f->is_moved = n->turn_bytes > 0;
	f->since_ms = n->now.mono_ms;
	n->fsck = f;
	call->is_deferred = true;
	return WICI_OK;
}

void fsck_free(struct node *n)
{
	if (!n->fsck)
		return;
	attachments_look_end(n);
	free(n->fsck->files);
	free(n->fsck);
	n->fsck = NULL;
}

void fsck_forget(struct node *n, uint64_t client)
{
	if (n->fsck && n->fsck->client == client)
		fsck_free(n);
}

bool fsck_is_busy(const struct node *n)
{
	return n->fsck && n->fsck->phase != HEALING &&
	       (n->fsck->phase != DERIVED || !n->is_read_only);
}

/* ---- entries ---- */

/* WICI_AGAIN: at the turn's end it is mended or cut, and looked at once more.
 * WICI_END: it stays as it is. */
static enum wici_err bad_entry(struct node *n, struct fsck *f,
			       struct feed *feed, uint64_t seq)
{
	bool was_here = f->bad_seq == seq && !feed->suspect_seq;

	f->bad_seq = seq;
	damage_suspect(n, feed, seq);
	if (n->has_network && !n->is_read_only)
		return was_here ? WICI_END : WICI_AGAIN;
	(void)damage_add(n, DAMAGE_CHAIN, &feed->row.key, seq);
	return WICI_END;
}

/* PROTOCOL §2.4: "A run is accepted when its recomputed chain joins the
 * stored head and its last signature verifies: the ids cover the
 * signatures before it." So one that fails is void, if one that holds
 * follows. */
static bool is_signed(struct node *n, struct fsck *f, const struct feed *feed,
		      struct entry_row *row)
{
	struct wici_header *h = &row->entry.header;

	h->feed = feed->row.key;
	if (wici_entry_verify(h, &row->entry.sig, &n->network) == WICI_OK) {
		f->voids += f->voids_open;
		f->voids_open = f->void_from = 0;
		return true;
	}
	if (row->is_proved)
		return false; /* It was noted that it holds. */
	if (f->void_from == 0)
		f->void_from = h->seq;
	f->voids_open++;
	return true;
}

/* Has the roster been folded beyond this entry of a registrar feed? */
static bool was_folded(const struct node *n, const struct entry_row *row)
{
	const struct wici_header *h = &row->entry.header;

	for (size_t i = 0; i < n->folded_count; i++) {
		if (wici_key_equal(&n->folded[i].feed, &h->feed))
			return h->seq <= n->folded[i].seq;
	}
	return false;
}

/* Who is a member was read through an index: had it left one out, the roster
 * would take him in now. */
static bool is_folded(struct node *n, const struct fsck *f,
		      const struct entry_row *row)
{
	size_t members = n->roster.members_count;

	if (row->entry.header.kind != WICI_KIND_MEMBER_ADMIT ||
	    f->voids_open > 0 || n->is_read_only || !was_folded(n, row))
		return true;
	return wici_roster_admit(&n->roster, &row->entry) == WICI_OK &&
	       n->roster.members_count == members;
}

static enum wici_err check_derived(struct node *n, struct fsck *f,
				   const struct feed *feed,
				   const struct entry_row *row)
{
	bool is_same, is_tallied;
	enum wici_err err;

	if (f->is_rebuild || row->n > n->cursor) {
		f->is_moved = true;
		return WICI_OK;
	}
	err = project_compare(n, row, &is_same, &is_tallied);
	if (err == WICI_OK && is_same)
		err = indexing_compare(n, row, &is_same);
	if (err != WICI_OK)
		return err;
	f->tallies[row->entry.header.kind] += is_tallied;
	if (!is_same || !is_folded(n, f, row)) {
		f->is_wrong = true;
		(void)damage_add(n, DAMAGE_PROJECTION, &feed->row.key,
				 row->entry.header.seq);
	}
	return WICI_OK;
}

/* WICI_END: the rest of the feed is not to be walked. */
static enum wici_err check_entry(struct node *n, struct fsck *f,
				 struct feed *feed, size_t *bytes)
{
	struct entry_row row;
	uint64_t seq = f->seq + 1;
	enum wici_err err = entry_at(n->store, feed->row.n, seq, &row);

	if (err == WICI_OK)
		err = entry_check_place(n->store, &row);
	if (err != WICI_OK && err != WICI_NOT_FOUND)
		return err;
	f->entries += err == WICI_OK && f->bad_seq != seq;
	if (err == WICI_NOT_FOUND || row.is_damaged ||
	    !is_signed(n, f, feed, &row))
		return bad_entry(n, f, feed, seq);
	*bytes += row.entry.payload.len;
	f->bytes += row.entry.header.payload_len;
	f->seq = seq;
	if (f->voids_open == 0)
		fsck_files_note(n, f, feed, &row);
	if (seq == 1)
		err = damage_check_owner(n, feed, &row);
	return err ? err : check_derived(n, f, feed, &row);
}

/* The sum that quotas go by. */
static enum wici_err check_bytes(struct node *n, const struct fsck *f,
				 struct feed *feed)
{
	struct damage *d;

	if (f->seq != feed->row.seq || feed->suspect_seq ||
	    f->bytes == feed->row.bytes)
		return WICI_OK;
	d = damage_add(n, DAMAGE_HEAD, &feed->row.key, feed->row.seq);
	if (n->is_read_only)
		return WICI_OK;
	if (d)
		d->is_healed = true;
	feed->row.bytes = f->bytes;
	n->is_judging_due = true;
	n->wants_commit = true;
	return feed_update(n->store, &feed->row);
}

static enum wici_err end_feed(struct node *n, struct fsck *f, struct feed *feed)
{
	enum wici_err err = check_bytes(n, f, feed);

	if (f->void_from)
		(void)bad_entry(n, f, feed, f->void_from);
	f->feeds++;
	f->feed_n++;
	f->seq = f->voids_open = f->void_from = f->bad_seq = f->bytes = 0;
	return err;
}

static enum wici_err walk_feeds(struct node *n, struct fsck *f)
{
	size_t bytes = 0;
	enum wici_err err = WICI_OK;

	for (unsigned i = 0; i < SLICE_ENTRIES && bytes < SLICE_BYTES; i++) {
		struct feed *feed = feeds_by_n(&n->feeds, (int64_t)f->feed_n);

		if (f->feed_n > n->feeds.by_n_max) {
			f->phase = STATEMENTS;
			return WICI_OK;
		}
		if (!feed) {
			f->feed_n++;
			continue;
		}
		err = f->seq < feed->released_seq
			      ? check_entry(n, f, feed, &bytes)
			      : WICI_END;
		if (err == WICI_END)
			err = end_feed(n, f, feed);
		if (err != WICI_OK)
			return err == WICI_AGAIN ? WICI_OK : err;
	}
	return WICI_OK;
}

/* ---- statements ---- */

/* *sigs: how much work it was. */
static bool is_good(const struct node *n, const struct statement_row *row,
		    size_t *sigs)
{
	struct wici_statement s;
	struct wici_erase e;
	struct wici_fork f;

	if (wici_statement_decode(&s, row->bytes) != WICI_OK ||
	    !wici_id_equal(&s.id, &row->id))
		return false;
	if (s.type == WICI_STATEMENT_FORK) {
		*sigs += 2;
		return wici_fork_decode(&f, &s, &n->network) == WICI_OK;
	}
	if (s.type == WICI_STATEMENT_ERASE) {
		*sigs += s.sigs_count;
		return wici_erase_read(&e, &s, &n->network) == WICI_OK &&
		       damage_is_whole(n, row);
	}
	/* Its signatures were verified when it came into memory. */
	return s.type != WICI_STATEMENT_CHANGE ||
	       changes_is_good(n, &row->id, row->bytes);
}

/* What is bad goes. Good bytes under an id that is not theirs are filed anew,
 * and come by once more. */
static enum wici_err drop_statement(struct node *n,
				    const struct statement_row *row)
{
	struct damage *d = damage_add(n, DAMAGE_STATEMENT, &nobody, 0);
	struct wici_id id = row->id;
	enum wici_err err = WICI_OK;

	if (!n->is_read_only)
		err = damage_drop_statement(n, row, &id);
	if (d)
		d->id = id;
	return err;
}

static enum wici_err walk_statements(struct node *n, struct fsck *f)
{
	struct statement_row row;
	size_t sigs = 0;
	enum wici_err err = n->has_network ? WICI_OK : WICI_END;

	for (unsigned i = 0; i < SLICE_ENTRIES && sigs < SLICE_SIGS; i++) {
		if (err == WICI_OK)
			err = statement_after(n->store, f->statement_n, &row);
		if (err != WICI_OK)
			break;
		f->statement_n = row.n;
		if (!is_good(n, &row, &sigs))
			err = drop_statement(n, &row);
	}
	if (err == WICI_END)
		f->phase = DERIVED;
	return err == WICI_END ? WICI_OK : err;
}

/* ---- what was derived ---- */

static void compare_tally(void *arg, uint16_t kind, int64_t count)
{
	struct fsck *f = arg;

	if (count != (int64_t)f->tallies[kind])
		f->is_wrong = true;
	f->tallies[kind] = 0;
}

/* Once everything else is walked: the sums, and the rebuild. */
static enum wici_err begin_derived(struct node *n, struct fsck *f)
{
	bool was_wrong = f->is_wrong;
	enum wici_err err = WICI_OK;

	if (!f->is_moved && f->last_n == n->last_n && project_is_done(n) &&
	    (n->cursor == n->cursor_written || !n->is_read_only) &&
	    !n->has_suspects && !n->has_aside) {
		err = project_each_tally(n, compare_tally, f);
		for (size_t i = 0; i < FSCK_KINDS; i++)
			f->is_wrong |= f->tallies[i] != 0;
	}
	if (f->is_wrong && !was_wrong)
		(void)damage_add(n, DAMAGE_PROJECTION, &nobody, 0);
	if (err != WICI_OK || n->is_read_only ||
	    (!f->is_wrong && !f->is_rebuild))
		return err;
	err = project_clear(n);
	n->wants_commit = true;
	return err;
}

static enum wici_err walk_derived(struct node *n, struct fsck *f)
{
	enum wici_err err = WICI_OK;

	if (f->deadline_ms == 0) {
		f->deadline_ms = 1; /* Begun. */
		err = begin_derived(n, f);
	}
	if (err != WICI_OK ||
	    (!(project_is_done(n) && indexing_is_done(n)) && !n->is_read_only))
		return err;
	/* Who is a member may have been read from what was wrong. */
	if (f->is_wrong && !n->is_read_only)
		err = membership_fold(n, true);
	if (err != WICI_OK)
		return err;
	for (size_t i = 0; i < n->damages_count; i++)
		if (n->damages[i].what == DAMAGE_PROJECTION)
			n->damages[i].is_healed = !n->is_read_only;
	f->phase = FILES;
	return WICI_OK;
}

/* ---- attachments ---- */

static enum wici_err walk_files(struct node *n, struct fsck *f)
{
	enum wici_err err = fsck_files_walk(n, f);

	if (err != WICI_END)
		return err;
	f->phase = HEALING;
	f->deadline_ms = n->now.mono_ms;
	return fsck_answer(n, f);
}

void fsck_turn(struct node *n)
{
	struct fsck *f = n->fsck;
	enum wici_err err = WICI_OK;

	if (!f || n->fatal || n->is_full)
		return;
	fsck_tell(n, f);
	switch (f->phase) {
	case FEEDS:
		err = walk_feeds(n, f);
		break;
	case STATEMENTS:
		err = walk_statements(n, f);
		break;
	case DERIVED:
		err = walk_derived(n, f);
		break;
	case FILES:
		err = walk_files(n, f);
		break;
	case HEALING:
		err = fsck_answer(n, f);
		break;
	}
	if (err != WICI_OK)
		(void)node_fail(n, err);
}
