/* daemon/process.c — The acts of a process, found from its root.
 *
 * Anybody may write acts about anything: each side has room of its own, and
 * others have theirs, so that nobody's flood can push another's acts out. */
#include "daemon/process.h"

#include "daemon/feeds.h"
#include "daemon/find.h"
#include "daemon/growing.h"
#include "daemon/view.h"
#include "proto/day.h"
#include "proto/kinds.h"

#include <stdlib.h>

#define CHAIN_MAX    256 /* PROTOCOL §5.11 */
#define SUBJECTS_MAX 2   /* Of a kind. */

bool process_find_id(struct wici_bytes payload, const struct wici_field *f,
		     struct wici_id *id)
{
	struct wici_mp_reader r;
	struct wici_bytes raw;
	struct wici_mp v;

	if (!f || wici_mp_find(WICI_MP_CANONICAL, payload, f->name, &raw))
		return false;
	wici_mp_reader_init(&r, WICI_MP_CANONICAL, raw);
	if (wici_mp_expect(&r, WICI_MP_BIN, &v) || v.bytes.len != WICI_ID_LEN)
		return false;
	memcpy(id->b, v.bytes.p, WICI_ID_LEN);
	return true;
}

/* What is void is kept by those who have it, and goes nowhere: not all would
 * find the same behind it. What is erased is known to all. */
static bool has_place(struct node *n, struct entry_row *row)
{
	enum wici_standing standing = view_standing(n, row);

	return standing == WICI_COUNTS || standing == WICI_ERASED;
}

/* What the record supersedes, if both are of one kind and institution. */
static enum wici_err find_older(struct node *n, const struct entry_row *row,
				int64_t *older)
{
	const struct wici_kind *kind =
		wici_kind_by_number(row->entry.header.kind);
	const struct feed *feed = feeds_by_n(&n->feeds, row->feed_n);
	uint16_t number = row->entry.header.kind;
	const struct feed *by;
	struct entry_row other;
	struct wici_id id;
	enum wici_err err;

	if (!feed || !row->entry.has_payload ||
	    !process_find_id(row->entry.payload,
			     wici_field_flagged(kind, WICI_SUPERSEDES), &id))
		return WICI_NOT_FOUND;
	err = find_entry(n, &id, older);
	if (!err)
		err = entry_get(n->store, *older, &other);
	if (err)
		return err;
	by = feeds_by_n(&n->feeds, other.feed_n);
	return by && other.entry.header.kind == number &&
			       wici_key_equal(&by->whose, &feed->whose) &&
			       has_place(n, &other)
		       ? WICI_OK
		       : WICI_NOT_FOUND;
}

enum wici_err process_oldest(struct node *n, int64_t entry, int64_t *root_n)
{
	struct entry_row row;
	enum wici_err err = entry_get(n->store, entry, &row);

	*root_n = entry;
	for (size_t i = 0; !err && i < CHAIN_MAX; i++) {
		int64_t older;

		err = find_older(n, &row, &older);
		if (!err)
			err = entry_get(n->store, older, &row);
		if (!err)
			*root_n = older;
	}
	return err == WICI_NOT_FOUND ? WICI_OK : err;
}

/* What an act is about, if that is part of a process: of the same one, where
 * the act's kind could begin one itself. */
static enum wici_err find_about(struct node *n, const struct entry_row *row,
				int64_t *about)
{
	const struct wici_kind *kind =
		wici_kind_by_number(row->entry.header.kind);
	struct wici_id ids[SUBJECTS_MAX];
	size_t count = 0;

	for (const struct wici_field *f = kind->fields; f->name; f++)
		if ((f->flags & WICI_SUBJECT) && count < SUBJECTS_MAX)
			count += process_find_id(row->entry.payload, f,
						 &ids[count]);
	for (size_t i = 0; i < count; i++) {
		const struct wici_process *is;
		struct entry_row other;
		enum wici_err err;

		err = find_entry(n, &ids[i], about);
		if (!err)
			err = entry_get(n->store, *about, &other);
		if (err == WICI_NOT_FOUND)
			continue;
		is = err ? NULL : wici_process_of(other.entry.header.kind);
		if (err || (is && has_place(n, &other) &&
			    (!kind->process || kind->process == is)))
			return err;
	}
	return WICI_NOT_FOUND;
}

enum wici_err process_about(struct node *n, int64_t entry, int64_t *root_n)
{
	const struct wici_kind *kind;
	struct entry_row row;
	enum wici_err err = entry_get(n->store, entry, &row);

	if (err)
		return err;
	kind = wici_kind_by_number(row.entry.header.kind);
	if (!kind || view_standing(n, &row) == WICI_VOID_BODY ||
	    !row.entry.has_payload)
		return WICI_NOT_FOUND;
	err = find_about(n, &row, root_n);
	if (!err)
		return process_oldest(n, *root_n, root_n);
	if (err == WICI_NOT_FOUND && kind->process)
		err = process_oldest(n, entry, root_n);
	return err;
}

/* The act that this one answers: what its own field names, unless that names a
 * subject; else what it supersedes; else the root. */
static struct wici_id answered(const struct process *p,
			       const struct wici_kind *kind,
			       const struct wici_act *act)
{
	const struct wici_field *f = wici_field_flagged(kind, WICI_AFTER);
	struct wici_id id;

	if (f && !(f->flags & WICI_SUBJECT) &&
	    process_find_id(act->body, f, &id))
		return id;
	if (act->kind == p->root_kind &&
	    process_find_id(act->body,
			    wici_field_flagged(kind, WICI_SUPERSEDES), &id) &&
	    refs_has(&p->acts, &id))
		return id;
	return p->root;
}

uint8_t process_sides(const struct process *p, const struct wici_key *who)
{
	uint8_t by = 0;

	for (size_t i = 0; i < WICI_SIDES_MAX; i++)
		if (p->outcome.has_side[i] &&
		    wici_key_equal(&p->outcome.sides[i], who))
			by |= (uint8_t)(1u << i);
	return by;
}

/* The first side that an institution is, or −1. */
static int side_of(const struct process *p, const struct wici_key *who)
{
	uint8_t by = process_sides(p, who);

	return by & WICI_FIRST ? 0 : by & WICI_SECOND ? 1 : -1;
}

/* Is there room for one more of its sort? What is not folded is among the
 * others: or else there would be less room where it is held. */
static bool has_room(struct process *p, int side, bool is_folded)
{
	size_t *count = side >= 0 && is_folded ? &p->taken[side] : &p->others;
	size_t max = count == &p->others ? REFS_OTHERS_MAX : PROCESS_SIDE_MAX;

	if (*count < max) {
		(*count)++;
		return true;
	}
	p->is_truncated |= count != &p->others;
	return false;
}

static enum wici_err take(struct node *n, int64_t entry, struct process *p)
{
	struct entry_row row;
	struct feed *feed;
	enum wici_standing standing;
	enum wici_err err = entry_get(n->store, entry, &row);

	if (err)
		return err;
	feed = feeds_by_n(&n->feeds, row.feed_n);
	if (!feed || !wici_kind_by_number(row.entry.header.kind) ||
	    refs_has(&p->acts, &row.id))
		return WICI_OK;
	standing = view_standing(n, &row);
	if (has_room(p, side_of(p, &feed->whose),
		     standing == WICI_COUNTS || standing == WICI_ERASED))
		refs_add(&p->acts, &row, feed, standing);
	return WICI_OK;
}

/* What replaces this version of the root: of its kind and institution. */
static enum wici_err take_newer(struct node *n, const struct wici_id *id,
				struct process *p)
{
	struct refs_asked q = {.to = id, .flag = WICI_SUPERSEDES};
	struct refs_by by = {.whose = {p->author},
			     .whose_count = 1,
			     .found.each_max = PROCESS_SIDE_MAX};
	enum wici_err err = refs_ask_by(n, &q, &by);

	for (size_t i = 0; !err && i < by.found.count; i++) {
		struct entry_row row;
		struct feed *feed;

		err = entry_get(n->store, by.found.ns[i], &row);
		feed = err ? NULL : feeds_by_n(&n->feeds, row.feed_n);
		if (!feed || row.entry.header.kind != p->root_kind ||
		    refs_has(&p->acts, &row.id) || !has_place(n, &row))
			continue;
		if (p->versions == PROCESS_SIDE_MAX) {
			p->is_truncated = true;
			break;
		}
		p->versions++;
		refs_add(&p->acts, &row, feed, view_standing(n, &row));
	}
	free(by.found.ns);
	return err;
}

/* What is about this version. */
static enum wici_err take_about(struct node *n, const struct wici_id *id,
				struct process *p)
{
	struct refs_asked q = {.to = id, .flag = WICI_SUBJECT};
	struct refs_by by = {.found.each_max = PROCESS_SIDE_MAX + 1};
	const struct wici_outcome *o = &p->outcome;
	enum wici_err err;

	for (size_t i = 0; i < WICI_SIDES_MAX; i++)
		if (o->has_side[i])
			by.whose[by.whose_count++] = o->sides[i];
	err = refs_ask_by(n, &q, &by);
	for (size_t i = 0; !err && i < by.found.count; i++)
		err = take(n, by.found.ns[i], p);
	for (size_t i = 0; !err && i < by.others_count; i++)
		err = take(n, by.others[i], p);
	free(by.found.ns);
	return err;
}

/* What an act answers, and was erased since, keeps its place. */
static enum wici_err take_erased(struct node *n, const struct wici_id *id,
				 struct process *p)
{
	struct entry_row row;
	struct feed *feed;
	int64_t entry;
	enum wici_err err = find_entry(n, id, &entry);

	if (!err)
		err = entry_get(n->store, entry, &row);
	if (err)
		return err == WICI_NOT_FOUND ? WICI_OK : err;
	feed = feeds_by_n(&n->feeds, row.feed_n);
	if (!feed || side_of(p, &feed->whose) < 0 ||
	    view_standing(n, &row) != WICI_ERASED)
		return WICI_OK;
	return take(n, entry, p);
}

void process_fold(struct node *n, struct process *p)
{
	for (size_t i = 0; i < p->acts.count; i++) {
		struct wici_act *act = &p->acts.v[i];
		const struct wici_kind *kind = wici_kind_by_number(act->kind);

		if (wici_id_equal(&act->id, &p->root) || !kind)
			continue;
		act->after = act->standing == WICI_COUNTS
				     ? answered(p, kind, act)
				     : p->root;
	}
	wici_process_fold(&p->outcome, p->is, &p->root,
			  wici_day_warsaw(n->now.wall_ms), p->acts.v,
			  p->acts.count);
}

static enum wici_err begin(struct node *n, int64_t root_n, struct process *p)
{
	struct entry_row row;
	struct feed *feed;
	enum wici_err err = entry_get(n->store, root_n, &row);

	memset(p, 0, sizeof(*p));
	if (err)
		return err;
	feed = feeds_by_n(&n->feeds, row.feed_n);
	p->is = wici_process_of(row.entry.header.kind);
	if (!feed || !p->is)
		return WICI_NOT_FOUND;
	p->root_n = root_n;
	p->root_kind = row.entry.header.kind;
	p->root = row.id;
	p->author = feed->whose;
	p->versions = 1;
	refs_add(&p->acts, &row, feed, view_standing(n, &row));
	return WICI_OK;
}

/* The versions, of which one tells the sides apart. */
static enum wici_err load_versions(struct node *n, struct process *p)
{
	enum wici_err err = WICI_OK;
	int side;

	for (size_t i = 0; !err && i < p->acts.count; i++) {
		struct wici_id id = p->acts.v[i].id;

		err = take_newer(n, &id, p);
	}
	process_fold(n, p);
	side = side_of(p, &p->author);
	if (side >= 0)
		p->taken[side] = p->versions;
	return err;
}

static enum wici_err load_acts(struct node *n, struct process *p)
{
	struct wici_id *versions =
		growing_alloc(p->versions * sizeof(*versions));
	enum wici_err err = WICI_OK;

	for (size_t i = 0; i < p->versions; i++)
		versions[i] = p->acts.v[i].id;
	for (size_t i = 0; !err && i < p->versions; i++)
		err = take_about(n, &versions[i], p);
	free(versions);
	for (size_t i = 0; !err && i < p->acts.count; i++) {
		const struct wici_act *act = &p->acts.v[i];
		const struct wici_kind *kind = wici_kind_by_number(act->kind);
		struct wici_id id;

		if (act->standing != WICI_COUNTS || !kind)
			continue;
		id = answered(p, kind, act);
		if (!refs_has(&p->acts, &id))
			err = take_erased(n, &id, p);
	}
	return err;
}

enum wici_err process_load(struct node *n, int64_t root_n, struct process *p)
{
	enum wici_err err = begin(n, root_n, p);

	if (!err)
		err = load_versions(n, p);
	if (!err)
		err = load_acts(n, p);
	if (!err)
		process_fold(n, p);
	return err;
}

void process_clear(struct process *p)
{
	refs_clear(&p->acts);
	memset(p, 0, sizeof(*p));
}
