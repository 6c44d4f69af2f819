/* daemon/process.c — The acts of a process, found from its root.
 *
 * Anybody may write acts about anything: what is by neither side is taken up to
 * a bound of its own, so that a flood of it can push nothing out. */
#include "daemon/process.h"

#include "daemon/body.h"
#include "daemon/feeds.h"
#include "daemon/find.h"
#include "daemon/view.h"
#include "proto/day.h"
#include "proto/kinds.h"

#include <stdlib.h>

#define CHAIN_MAX    256 /* Records that supersede one another. */
#define SUBJECTS_MAX 2   /* Of a kind. */

static bool find_id(struct wici_bytes payload, const struct wici_field *f,
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
	    !find_id(row->entry.payload,
		     wici_field_flagged(kind, WICI_SUPERSEDES), &id))
		return WICI_NOT_FOUND;
	err = find_entry(n, &id, older);
	if (!err)
		err = entry_get(n->store, *older, &other);
	if (err)
		return err;
	by = feeds_by_n(&n->feeds, other.feed_n);
	return by && other.entry.header.kind == number &&
			       wici_key_equal(&by->whose, &feed->whose)
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
			count += find_id(row->entry.payload, f, &ids[count]);
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
		if (err || (is && (!kind->process || kind->process == is)))
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

	if (f && !(f->flags & WICI_SUBJECT) && find_id(act->body, f, &id))
		return id;
	if (act->kind == p->root_kind &&
	    find_id(act->body, wici_field_flagged(kind, WICI_SUPERSEDES),
		    &id) &&
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

/* Adds one entry's act, when there is room for one of its sort. */
static enum wici_err take(struct node *n, int64_t entry, bool is_chain,
			  struct process *p)
{
	struct entry_row row;
	struct feed *feed;
	const struct wici_kind *kind;
	enum wici_err err = entry_get(n->store, entry, &row);
	bool is_side;

	if (err)
		return err;
	feed = feeds_by_n(&n->feeds, row.feed_n);
	kind = wici_kind_by_number(row.entry.header.kind);
	if (!feed || !kind || refs_has(&p->acts, &row.id))
		return WICI_OK;
	is_side = process_sides(p, &feed->whose) != 0;
	if (is_chain && (!wici_key_equal(&feed->whose, &p->author) ||
			 kind->number != p->root_kind))
		return WICI_OK;
	if (!is_side && p->others >= PROCESS_OTHERS_MAX)
		return WICI_OK;
	if (p->acts.count - p->others >= WICI_ACTS_MAX - PROCESS_OTHERS_MAX) {
		p->is_truncated = true;
		return WICI_OK;
	}
	p->others += !is_side;
	refs_add(&p->acts, &row, feed, view_standing(n, &row));
	return WICI_OK;
}

static enum wici_err take_all(struct node *n, const struct wici_id *to,
			      uint16_t flag, struct process *p)
{
	struct refs_asked q = {.to = to, .flag = flag};
	int64_t *ns = NULL;
	size_t count = 0;
	enum wici_err err = refs_ask(n, &q, &ns, &count);

	for (size_t i = 0; !err && i < count; i++)
		err = take(n, ns[i], flag == WICI_SUPERSEDES, p);
	free(ns);
	return err;
}

/* Is the act one of those that others are about? */
static bool is_subject(const struct process *p, const struct wici_act *act)
{
	return act->kind == p->root_kind &&
	       wici_key_equal(&act->author, &p->author);
}

static void fold(struct node *n, struct process *p)
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

/* The root tells the sides apart. */
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
	refs_add(&p->acts, &row, feed, view_standing(n, &row));
	fold(n, p);
	return WICI_OK;
}

enum wici_err process_load(struct node *n, int64_t root_n, struct process *p)
{
	enum wici_err err = begin(n, root_n, p);

	for (size_t i = 0; !err && i < p->acts.count; i++) {
		struct wici_id id = p->acts.v[i].id;

		if (!is_subject(p, &p->acts.v[i]))
			continue;
		err = take_all(n, &id, WICI_SUPERSEDES, p);
		if (!err)
			err = take_all(n, &id, WICI_SUBJECT, p);
	}
	if (!err)
		fold(n, p);
	return err;
}

void process_clear(struct process *p)
{
	refs_clear(&p->acts);
	memset(p, 0, sizeof(*p));
}

/* The own act, as if it were there already. */
static void add_own(struct node *n, const struct wici_kind *kind,
		    struct wici_bytes payload, struct process *p)
{
	struct entry_row row = {.feed_n = n->own->row.n};

	row.entry.header.kind = kind->number;
	row.entry.header.seq = n->own->row.seq + 1;
	row.entry.header.time_ms = n->now.wall_ms;
	row.entry.has_payload = true;
	row.entry.payload = payload;
	memset(row.id.b, 0xff, sizeof(row.id.b));
	refs_add(&p->acts, &row, n->own, WICI_COUNTS);
}

static const struct wici_act *own_act(const struct node *n,
				      const struct process *p)
{
	for (size_t i = 0; i < p->acts.count; i++)
		if (p->acts.v[i].seq == n->own->row.seq + 1 &&
		    wici_key_equal(&p->acts.v[i].feed, &n->own->row.key))
			return &p->acts.v[i];
	return NULL;
}

/* Puts an id in the place of the one that stands there. */
static void replace(struct growing *payload, const struct wici_field *f,
		    const struct wici_id *with)
{
	struct growing made, id;
	struct body_value value = {.name = f->name};

	growing_init(&made, GROWING_LEN_MAX);
	growing_init(&id, 64);
	wici_mp_bin(&id.w, with->b, WICI_ID_LEN);
	value.raw = growing_bytes(&id);
	body_replace(growing_bytes(payload), &value, &made.w);
	growing_clear(&id);
	growing_clear(payload);
	*payload = made;
}

static enum wici_err refuse(const struct process *p,
			    const struct wici_field *subject, const char *why,
			    struct fault *fault)
{
	(void)fault_set(fault, WICI_NOT_PERMITTED, subject->name, why,
			(struct wici_bytes){NULL, 0});
	fault_hint(fault,
		   "it stands at \"%s\": `wici show` tells what may follow",
		   p->is->states[p->outcome.state].code);
	return WICI_NOT_PERMITTED;
}

/* Would it have an effect on this subject? */
static enum wici_err try_one(struct node *n, const struct wici_kind *kind,
			     const struct wici_field *subject, int64_t root_n,
			     struct growing *payload, struct fault *fault)
{
	const struct wici_field *after = wici_field_flagged(kind, WICI_AFTER);
	const struct wici_act *own;
	struct wici_outcome was;
	struct process p;
	enum wici_err err = process_load(n, root_n, &p);

	was = p.outcome;
	if (!err)
		err = process_check_about(&p, kind, growing_bytes(payload),
					  fault);
	if (!err && after && (after->flags & WICI_BY_NODE))
		replace(payload, after, &was.head);
	if (!err && p.acts.count < WICI_ACTS_MAX) {
		add_own(n, kind, growing_bytes(payload), &p);
		fold(n, &p);
		own = own_act(n, &p);
		p.outcome = was;
		if (!own || !own->is_effective)
			err = refuse(&p, subject, own ? own->why : "waits",
				     fault);
	}
	process_clear(&p);
	return err;
}

/* Who names an act means what the act is about. */
static enum wici_err find_subject(struct node *n, const struct wici_field *f,
				  const struct wici_id *id,
				  struct growing *payload, int64_t *root_n)
{
	struct entry_row row;
	int64_t entry;
	enum wici_err err = find_entry(n, id, &entry);

	if (!err)
		err = process_about(n, entry, root_n);
	if (!err)
		err = entry_get(n->store, entry, &row);
	if (!err && !wici_process_of(row.entry.header.kind))
		err = entry_get(n->store, *root_n, &row);
	if (!err)
		replace(payload, f, &row.id);
	return err;
}

/* What it supersedes, or begins itself. */
static enum wici_err try_chain(struct node *n, const struct wici_kind *kind,
			       struct growing *payload, struct fault *fault)
{
	const struct wici_field *f = wici_field_flagged(kind, WICI_SUPERSEDES);
	struct wici_bytes word =
		wici_process_word(kind->number, growing_bytes(payload));
	struct wici_id id;
	int64_t entry;
	enum wici_err err = WICI_OK;

	if (!find_id(growing_bytes(payload), f, &id)) {
		if (wici_process_begins(kind->process, kind->number, word))
			return WICI_OK;
		return fault_set(fault, WICI_NOT_PERMITTED,
				 wici_field_flagged(kind, WICI_MOVE)->name,
				 "not_allowed", (struct wici_bytes){NULL, 0});
	}
	err = find_entry(n, &id, &entry);
	if (!err)
		err = process_oldest(n, entry, &entry);
	if (!err)
		err = try_one(n, kind, f, entry, payload, fault);
	return err == WICI_NOT_FOUND ? WICI_OK : err;
}

enum wici_err process_try(struct node *n, const struct wici_kind *kind,
			  struct growing *payload, struct fault *fault)
{
	bool is_act = false;
	enum wici_err err;

	if (!n->own)
		return WICI_OK;
	err = process_check_names(n, kind, growing_bytes(payload), fault);
	for (const struct wici_field *f = kind->fields; !err && f->name; f++) {
		struct wici_id id;
		int64_t entry;

		/* Where it is what is answered, too, it is a certificate's:
		 * §5.4 has a fold of its own. */
		if (!(f->flags & WICI_SUBJECT) || (f->flags & WICI_AFTER) ||
		    !find_id(growing_bytes(payload), f, &id))
			continue;
		err = find_subject(n, f, &id, payload, &entry);
		if (err == WICI_NOT_FOUND)
			return fault_set(fault, err, f->name, NULL,
					 (struct wici_bytes){NULL, 0});
		if (!err)
			err = try_one(n, kind, f, entry, payload, fault);
		is_act = true;
	}
	/* What is an act of the process that its kind could begin begins
	 * none: a host's report of a visit that was proposed. */
	if (!err && kind->process && !(is_act && !kind->process->one_for))
		err = try_chain(n, kind, payload, fault);
	return err;
}

enum wici_err process_predecessor(struct node *n, const struct wici_kind *kind,
				  struct wici_bytes payload, struct wici_id *id)
{
	const struct wici_field *f = NULL;
	struct refs_asked q = {.to = id};
	int64_t *ns = NULL;
	size_t count = 0;
	enum wici_err err;

	if (kind->process && kind->process->one_for)
		f = wici_field_find(kind->fields,
				    wici_bytes_str(kind->process->one_for));
	if (!n->own || !f || !find_id(payload, f, id))
		return WICI_NOT_FOUND;
	err = refs_ask(n, &q, &ns, &count);
	while (!err && count > 0) {
		struct entry_row row;
		struct feed *feed;

		err = entry_get(n->store, ns[--count], &row);
		feed = err ? NULL : feeds_by_n(&n->feeds, row.feed_n);
		if (!feed || row.entry.header.kind != kind->number ||
		    !wici_key_equal(&feed->whose, &n->own->whose) ||
		    view_standing(n, &row) != WICI_COUNTS)
			continue;
		*id = row.id;
		if (view_is_superseded(n, &row))
			continue;
		free(ns);
		return WICI_OK;
	}
	free(ns);
	return err ? err : WICI_NOT_FOUND;
}
