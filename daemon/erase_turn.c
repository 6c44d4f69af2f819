/* daemon/erase_turn.c — Carrying erasures out: from the entry, from what was
 * derived of it, from the search index, from the journal; then it is noted.
 *
 * SQLite overwrites what it frees (secure_delete); the search index keeps a
 * word until it is written anew; and the journal keeps both until it is
 * truncated, which can only be done between two transactions. */
#include "daemon/erase_private.h"

#include "daemon/attachments.h"
#include "daemon/indexing.h"
#include "daemon/project.h"
#include "daemon/store/book.h"
#include "daemon/store/search.h"
#include "proto/kinds.h"
#include "proto/kinds/institution.h"

/* To write the index anew takes seconds for 100,000 entries: it is done in
 * quiet turns, so many pages in each; and once it is done, a millisecond for
 * each so many entries must pass until it is done again. */
#define PURGE_PAGES      50u
#define PURGE_ENTRIES_MS 50
#define PURGES_NOW       10u /* While a client waits: some 0.1 s. */
#define PAGE_BYTES       ((size_t)4096)

/* ---- the entry ---- */

/* Where more must be done once a record says nothing any more. */
static enum wici_err carried_out(struct node *n, const struct feed *feed,
				 const struct entry_row *row)
{
	static const struct wici_bytes nothing;

	/* What identity.init noted is the first profile's text. */
	if (feed == n->own &&
	    row->entry.header.kind == wici_kind_institution_profile.number)
		return book_set_blob(n->store, "profile", nothing);
	return WICI_OK;
}

/* The tables first: they are told by the payload what to forget. */
static enum wici_err forget(struct node *n, const struct feed *feed,
			    const struct entry_row *row)
{
	enum wici_err err = indexing_remove(n, row);

	if (err == WICI_OK)
		err = project_erase(n, row);
	return err == WICI_OK ? carried_out(n, feed, row) : err;
}

#define FILES_MAX 64 /* That one payload names: more than any kind lets it. */

struct files {
	struct wici_file v[FILES_MAX];
	size_t count;
};

static void find_files(struct files *files, const struct entry_row *row)
{
	const struct wici_kind *kind =
		wici_kind_by_number(row->entry.header.kind);
	struct wici_problem problem;

	files->count = 0;
	if (!kind || wici_kind_check(kind, row->entry.payload, &problem))
		return;
	while (files->count < FILES_MAX &&
	       wici_kind_file(kind, row->entry.payload, files->count,
			      &files->v[files->count]))
		files->count++;
}

static enum wici_err erase_at(struct node *n, const struct feed *feed,
			      int64_t feed_n, const struct wici_head *of)
{
	struct files files;
	struct entry_row row;
	enum wici_err err = entry_at(n->store, feed_n, of->seq, &row);

	if (err != WICI_OK)
		return err == WICI_NOT_FOUND ? WICI_OK : err;
	if (!wici_id_equal(&row.id, &of->id) || !row.entry.has_payload)
		return WICI_OK;
	row.entry.header.feed = feed->row.key;
	find_files(&files, &row);
	if (feed_n == feed->row.n)
		err = forget(n, feed, &row);
	if (err == WICI_OK)
		err = entry_erase(n->store, &row);
	/* What nothing else names goes with it. */
	for (size_t i = 0; err == WICI_OK && i < files.count; i++)
		attachments_unnamed(n, &files.v[i].root, files.v[i].size);
	return err;
}

enum wici_err erase_entry(struct node *n, const struct wici_head *of)
{
	const struct feed *feed = feeds_find(&n->feeds, &of->feed);
	enum wici_err err = WICI_OK;

	if (!feed)
		return WICI_OK;
	err = erase_at(n, feed, feed->row.n, of);
	if (err == WICI_OK)
		err = erase_at(n, feed,
			       entry_aside_n(feed->row.n, ENTRY_DAMAGED), of);
	if (err == WICI_OK)
		err = erase_at(n, feed,
			       entry_aside_n(feed->row.n, ENTRY_EVIDENCE), of);
	n->wants_commit = true;
	return err == WICI_OK ? WICI_OK : node_fail(n, err);
}

/* ---- the steps ---- */

/* From one step to the next, all that are there; true: some were. */
static bool step(struct erasures *all, enum erasure_step from,
		 enum erasure_step to)
{
	bool is_any = false;

	for (size_t i = 0; i < all->count; i++) {
		if (all->rows[i].step != from)
			continue;
		all->rows[i].step = to;
		is_any = true;
	}
	return is_any;
}

static enum wici_err note(struct node *n, struct erasures *all)
{
	enum wici_err err = WICI_OK;

	for (size_t i = 0; i < all->count && err == WICI_OK; i++) {
		if (all->rows[i].step == ERASURE_TRUNCATED)
			err = erase_finish(n, &all->rows[i]);
	}
	return err;
}

/* The index is written anew once for all that are gone by then. What is gone
 * while that is done waits for the next time. */
static bool begin_purge(const struct node *n, struct erasures *all)
{
	uint64_t pause =
		(uint64_t)(n->indexed > 0 ? n->indexed : 0) / PURGE_ENTRIES_MS;

	if (all->is_purging)
		return true;
	if (all->purged_ms && n->now.mono_ms - all->purged_ms < pause)
		return false;
	all->is_purging = step(all, ERASURE_GONE, ERASURE_PURGING);
	return all->is_purging;
}

static enum wici_err purge(struct node *n, struct erasures *all)
{
	bool is_done = false;
	enum wici_err err = search_purge(n->store, PURGE_PAGES, &is_done);

	n->unchecked_bytes += PURGE_PAGES * PAGE_BYTES;
	if (err != WICI_OK)
		return node_fail(n, err);
	if (!is_done)
		return WICI_OK;
	all->is_purging = false;
	all->purged_ms = n->now.mono_ms;
	(void)step(all, ERASURE_PURGING, ERASURE_PURGED);
	n->wants_commit = true;
	return WICI_OK;
}

void erase_now(struct node *n)
{
	struct erasures *all = erasures_of(n);
	enum wici_err err = WICI_OK;

	all->purged_ms = 0;
	for (unsigned i = 0; i < PURGES_NOW && err == WICI_OK; i++) {
		if (!begin_purge(n, all))
			return;
		err = purge(n, all);
	}
}

/* What a crash has left: as soon as can be, before anybody is spoken with. */
static enum wici_err take_up(struct node *n, struct erasures *all)
{
	enum wici_err err = WICI_OK;
	bool is_any = false;

	for (size_t i = 0; i < all->count && err == WICI_OK; i++) {
		if (all->rows[i].step != ERASURE_FOUND)
			continue;
		err = erase_entry(n, &all->rows[i].of);
		all->rows[i].step = ERASURE_GONE;
		is_any = true;
	}
	if (err == WICI_OK && is_any)
		erase_now(n);
	return err;
}

void erase_turn(struct node *n)
{
	struct erasures *all = n->erasures;
	enum wici_err err = WICI_OK;

	if (!all || all->open == 0 || n->fatal || n->is_full || n->is_read_only)
		return;
	err = note(n, all);
	if (err == WICI_OK)
		err = take_up(n, all);
	if (err == WICI_OK && !n->is_pulling && begin_purge(n, all))
		err = purge(n, all);
	/* What failed is known to node_fail(). */
	(void)err;
}

enum wici_err erase_committed(struct node *n)
{
	struct erasures *all = n->erasures;

	if (!all || all->open == 0 ||
	    !step(all, ERASURE_PURGED, ERASURE_TRUNCATED))
		return WICI_OK;
	return store_truncate(n->store);
}

/* What waits until the index may be purged again is looked at with each
 * tick. */
bool erase_is_busy(const struct node *n)
{
	const struct erasures *all = n->erasures;

	if (!all || all->open == 0 || n->fatal || n->is_read_only)
		return false;
	for (size_t i = 0; i < all->count; i++) {
		if (all->rows[i].step == ERASURE_FOUND ||
		    all->rows[i].step == ERASURE_TRUNCATED)
			return true;
	}
	return all->is_purging && !n->is_pulling;
}
