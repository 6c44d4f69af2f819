/* daemon/attachments_named.c — Who names an attachment; and what nobody names
 * any longer goes.
 *
 * PROTOCOL §4.6: "Attachments are fetched and kept while an entry that counts,
 * and is not erased, names them". A record that another supersedes names its
 * files all the same: both can be read. */
#include "daemon/attachments_private.h"

#include "daemon/project.h"
#include "daemon/store/entry.h"
#include "daemon/store/record.h"
#include "daemon/view.h"
#include "proto/kinds.h"

#define NAMINGS_MAX 64 /* Looked at, the first. */
#define SWEEP_SLICE 64 /* Looked at in a turn. */

/* The file of this address (and size) among those that the entry names. */
static bool has_file(const struct wici_kind *kind, struct wici_bytes payload,
		     const struct wici_id *root, uint64_t size,
		     struct wici_file *file)
{
	for (size_t i = 0; wici_kind_file(kind, payload, i, file); i++)
		if (wici_id_equal(&file->root, root) &&
		    (!size || file->size == size))
			return true;
	return false;
}

/* Does this entry count, and name it? WICI_MORE: it is damaged, and what it named
 * is not known until it is mended. */
static enum wici_err look(struct node *n, int64_t entry,
			  const struct wici_id *root, uint64_t size,
			  struct attachment_naming *by, struct entry_row *row)
{
	const struct wici_kind *kind;
	enum wici_standing standing;
	enum wici_err err = entry_get(n->store, entry, row);

	if (err)
		return err == WICI_NOT_FOUND ? err : node_fail(n, err);
	standing = view_standing(n, row); /* It has the damage looked at. */
	if (row->is_damaged)
		return WICI_MORE;
	kind = wici_kind_by_number(row->entry.header.kind);
	if (!kind || standing != WICI_COUNTS ||
	    !has_file(kind, row->entry.payload, root, size, &by->file))
		return WICI_NOT_FOUND;
	by->n = entry;
	return WICI_OK;
}

static enum wici_err referring(struct node *n, const struct wici_id *root,
			       int64_t ns[NAMINGS_MAX], size_t *count)
{
	enum wici_err err = record_referring(n->store, root, RECORD_NAMES, ns,
					     NAMINGS_MAX, count);

	return err ? node_fail(n, err) : WICI_OK;
}

enum wici_err attachments_naming(struct node *n, const struct wici_id *root,
				 uint64_t size, struct attachment_naming *by)
{
	int64_t ns[NAMINGS_MAX];
	struct entry_row row;
	size_t count = 0;
	enum wici_err err = referring(n, root, ns, &count);

	if (err)
		return err;
	err = WICI_NOT_FOUND;
	for (size_t i = 0; i < count && err == WICI_NOT_FOUND; i++)
		err = look(n, ns[i], root, size, by, &row);
	return err == WICI_NOT_FOUND && count == NAMINGS_MAX ? WICI_MORE : err;
}

bool attachments_author(struct node *n, const struct wici_id *root,
			uint64_t size, struct wici_key *feed)
{
	struct attachment_naming by;
	struct entry_row row;
	const struct feed *of;

	if (attachments_naming(n, root, size, &by) ||
	    entry_get(n->store, by.n, &row))
		return false;
	of = feeds_by_n(&n->feeds, row.feed_n);
	if (of)
		*feed = of->row.key;
	return of != NULL;
}

bool attachments_any(struct node *n, const struct wici_id *root, uint64_t size,
		     bool (*fits)(void *arg, const struct entry_row *row),
		     void *arg)
{
	int64_t ns[NAMINGS_MAX];
	struct attachment_naming by;
	struct entry_row row;
	size_t count = 0;

	if (referring(n, root, ns, &count))
		return false;
	for (size_t i = 0; i < count; i++)
		if (!look(n, ns[i], root, size, &by, &row) && fits(arg, &row))
			return true;
	return false;
}

struct listener {
	struct node *n;
	enum node_access access;
	const struct wici_key *identity;
};

static bool may_hear(void *arg, const struct entry_row *row)
{
	const struct listener *l = arg;
	const struct feed *feed = feeds_by_n(&l->n->feeds, row->feed_n);

	return feed &&
	       node_may_hear(l->n, l->access, l->identity, &feed->row.key);
}

bool attachments_may_show(struct node *n, enum node_access access,
			  const struct wici_key *identity,
			  const struct wici_id *root, uint64_t size)
{
	struct listener l = {n, access, identity};

	return attachments_any(n, root, size, may_hear, &l);
}

/* ---- what goes ---- */

/* Added, and not old enough to go: a clock that was set back makes it young. */
bool attachment_is_fresh(const struct node *n, const struct attachment *a)
{
	return a->added_ms &&
	       n->now.wall_ms - a->added_ms < ATTACHMENTS_GRACE_MS;
}

/* Where more name it than are looked at it stays: one of them may count. */
static void sweep_one(struct node *n, struct attachment *a)
{
	struct attachment_naming by;
	enum wici_err err =
		attachments_naming(n, &a->key.root, a->key.size, &by);

	if (err == WICI_NOT_FOUND && !attachment_is_fresh(n, a))
		attachment_drop(n, a);
}

/* While entries are missing that were here, or are not read yet, nothing is
 * known of what they name. */
bool attachments_know_names(const struct node *n)
{
	return n->has_network && !n->has_aside && !n->has_suspects &&
	       !n->is_own_damaged && project_is_done(n);
}

bool attachments_can_sweep(const struct node *n)
{
	return !n->fatal && !n->is_full && !n->is_read_only && !n->is_pulling &&
	       attachments_know_names(n);
}

static void sweep(struct node *n)
{
	struct attachments *s = n->attachments;

	if (!s->is_sweeping) {
		s->is_sweeping = true;
		s->is_review_due = false;
		s->has_swept = true;
		s->swept_ms = n->now.mono_ms;
		s->sweep = s->list;
	}
	for (unsigned i = 0; i < SWEEP_SLICE && s->sweep; i++) {
		struct attachment *a = s->sweep;

		s->sweep = a->next;
		sweep_one(n, a);
	}
	s->is_sweeping = s->sweep != NULL;
}

static bool is_sweep_due(const struct node *n)
{
	const struct attachments *s = n->attachments;

	uint64_t ms = n->now.mono_ms - s->swept_ms;

	if (!s->list || !attachments_can_sweep(n))
		return false;
	return s->is_sweeping || !s->has_swept || ms >= ATTACHMENTS_SWEEP_MS ||
	       (s->is_review_due && ms >= ATTACHMENTS_REVIEW_MS);
}

void attachments_unnamed(struct node *n, const struct wici_id *root,
			 uint64_t size)
{
	struct attachment *a = attachment_find(n, root, size);

	/* Another entry that names it may not have been read yet. */
	if (a && attachments_can_sweep(n))
		sweep_one(n, a);
	else
		attachments_review(n);
}

void attachments_review(struct node *n)
{
	n->attachments->is_review_due = true;
}

void attachments_turn(struct node *n)
{
	if (n->fatal || n->is_full)
		return;
	attachment_judge_some(n);
	if (is_sweep_due(n))
		sweep(n);
	attachment_close_idle(n);
}

bool attachments_is_busy(const struct node *n)
{
	return attachment_is_judging(n) || is_sweep_due(n);
}
