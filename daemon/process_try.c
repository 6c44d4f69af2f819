/* daemon/process_try.c — The own act is folded with all others as if it were
 * there already, behind everything of its feed. */
#include "daemon/process_try.h"

#include "daemon/body.h"
#include "daemon/feeds.h"
#include "daemon/find.h"
#include "daemon/process_names.h"
#include "daemon/store/record.h"
#include "daemon/view.h"
#include "proto/kinds.h"

#include <stdlib.h>

#define OWN_LOOKED_MAX 1000u /* Own records of a kind, the newest. */

/* What is being tried. */
struct trial {
	struct node *n;
	const struct wici_kind *kind;
	struct growing *payload;
	bool is_fixed; /* It was tried before: nothing is put into it. */
	struct process_tried *tried;
	const char *why; /* It has no effect. */
	struct fault *fault;
};

static struct wici_bytes payload_of(const struct trial *t)
{
	return growing_bytes(t->payload);
}

static void add_own(const struct trial *t, struct process *p)
{
	const struct feed *own = t->n->own;
	struct entry_row row = {.feed_n = own->row.n};

	row.entry.header.kind = t->kind->number;
	row.entry.header.seq = own->row.seq + 1;
	row.entry.header.time_ms = t->n->now.wall_ms;
	row.entry.has_payload = true;
	row.entry.payload = payload_of(t);
	memset(row.id.b, 0xff, sizeof(row.id.b));
	refs_add(&p->acts, &row, own, WICI_COUNTS);
}

static const struct wici_act *own_act(const struct trial *t,
				      const struct process *p)
{
	for (size_t i = 0; i < p->acts.count; i++)
		if (p->acts.v[i].seq == t->n->own->row.seq + 1 &&
		    wici_key_equal(&p->acts.v[i].feed, &t->n->own->row.key))
			return &p->acts.v[i];
	return NULL;
}

/* Puts an id in the place of the one that stands there. */
static void replace(struct trial *t, const struct wici_field *f,
		    const struct wici_id *with)
{
	struct growing made, id;
	struct body_value value = {.name = f->name};

	if (t->is_fixed)
		return;
	growing_init(&made, GROWING_LEN_MAX);
	growing_init(&id, 64);
	wici_mp_bin(&id.w, with->b, WICI_ID_LEN);
	value.raw = growing_bytes(&id);
	body_replace(payload_of(t), &value, &made.w);
	growing_clear(&id);
	growing_clear(t->payload);
	*t->payload = made;
}

static enum wici_err refuse(struct trial *t, const struct wici_field *f,
			    const char *why)
{
	t->why = why;
	return fault_set(t->fault, WICI_NOT_PERMITTED, f->name, why,
			 (struct wici_bytes){NULL, 0});
}

/* Of several, only one may move a thing: what the next one answers is not there
 * yet. */
static enum wici_err note_moved(struct trial *t, const struct wici_field *f,
				const struct wici_id *id)
{
	struct process_tried *tried = t->tried;

	if (!tried)
		return WICI_OK;
	for (size_t i = 0; i < tried->count; i++) {
		if (!wici_id_equal(&tried->ids[i], id))
			continue;
		fault_hint(t->fault, "one before it is about the same: publish "
				     "them one after the other");
		return refuse(t, f, "overtaken");
	}
	if (tried->count == tried->max) {
		tried->max = tried->max ? tried->max * 2 : 16;
		tried->ids = reallocarray(tried->ids, tried->max,
					  sizeof(*tried->ids));
		if (!tried->ids)
			abort();
	}
	tried->ids[tried->count++] = *id;
	return WICI_OK;
}

/* Would it have an effect on this subject? */
static enum wici_err try_one(struct trial *t, const struct wici_field *subject,
			     int64_t root_n)
{
	const struct wici_field *after =
		wici_field_flagged(t->kind, WICI_AFTER);
	const struct wici_act *own;
	const char *state;
	struct process p;
	enum wici_err err = process_load(t->n, root_n, &p);

	if (!err)
		err = process_check_about(&p, t->kind, payload_of(t),
					  t->fault);
	if (!err) {
		state = p.is->states[p.outcome.state].code;
		if (after && (after->flags & WICI_BY_NODE))
			replace(t, after, &p.outcome.head);
		add_own(t, &p);
		process_fold(t->n, &p);
		own = own_act(t, &p);
		if (!own || !own->is_effective) {
			fault_hint(t->fault,
				   "it stands at \"%s\": `wici show` tells "
				   "what may follow",
				   state);
			err = refuse(t, subject, own ? own->why : "waits");
		} else if (own->has_moved) {
			err = note_moved(t, subject, &p.root);
		}
	}
	process_clear(&p);
	return err;
}

/* Who names an act means what the act is about. */
static enum wici_err find_subject(struct trial *t, const struct wici_field *f,
				  const struct wici_id *id, int64_t *root_n)
{
	struct entry_row row;
	int64_t entry;
	enum wici_err err = find_entry(t->n, id, &entry);

	if (!err)
		err = process_about(t->n, entry, root_n);
	if (!err)
		err = entry_get(t->n->store, entry, &row);
	if (!err && !wici_process_of(row.entry.header.kind))
		err = entry_get(t->n->store, *root_n, &row);
	if (!err)
		replace(t, f, &row.id);
	return err;
}

/* It begins one itself. */
static enum wici_err try_begin(struct trial *t)
{
	struct wici_bytes word =
		wici_process_word(t->kind->number, payload_of(t));
	const struct wici_field *f = wici_field_flagged(t->kind, WICI_MOVE);
	struct wici_id id;

	if (f && !wici_process_begins(t->kind->process, t->kind->number, word))
		return refuse(t, f, "not_allowed");
	if (!t->kind->process->one_for)
		return WICI_OK;
	f = wici_field_find(t->kind->fields,
			    wici_bytes_str(t->kind->process->one_for));
	return process_find_id(payload_of(t), f, &id) ? note_moved(t, f, &id)
						      : WICI_OK;
}

/* What it supersedes, or begins itself. */
static enum wici_err try_chain(struct trial *t)
{
	const struct wici_field *f =
		wici_field_flagged(t->kind, WICI_SUPERSEDES);
	struct entry_row row;
	struct wici_id id;
	int64_t entry;
	enum wici_err err;

	if (!process_find_id(payload_of(t), f, &id))
		return try_begin(t);
	err = find_entry(t->n, &id, &entry);
	if (!err)
		err = entry_get(t->n->store, entry, &row);
	if (!err && row.entry.header.kind != t->kind->number)
		err = WICI_NOT_FOUND;
	if (!err)
		err = process_oldest(t->n, entry, &entry);
	if (!err)
		err = try_one(t, f, entry);
	return err == WICI_NOT_FOUND ? try_begin(t) : err;
}

static enum wici_err try_all(struct trial *t)
{
	const struct wici_kind *kind = t->kind;
	bool is_act = false;
	enum wici_err err;

	if (!t->n->own)
		return WICI_OK;
	err = process_check_names(t->n, kind, payload_of(t), t->fault);
	for (const struct wici_field *f = kind->fields; !err && f->name; f++) {
		struct wici_id id;
		int64_t entry;

		/* Where it is what is answered, too, it is a certificate's:
		 * §5.4 has a fold of its own. */
		if (!(f->flags & WICI_SUBJECT) || (f->flags & WICI_AFTER) ||
		    !process_find_id(payload_of(t), f, &id))
			continue;
		err = find_subject(t, f, &id, &entry);
		if (err == WICI_NOT_FOUND)
			return fault_set(t->fault, err, f->name, NULL,
					 (struct wici_bytes){NULL, 0});
		if (!err)
			err = try_one(t, f, entry);
		is_act = true;
	}
	/* What is an act of the process that its kind could begin begins
	 * none: a host's report of a visit that was proposed. */
	if (!err && kind->process && !(is_act && !kind->process->one_for))
		err = try_chain(t);
	return err;
}

enum wici_err process_try(struct node *n, const struct wici_kind *kind,
			  struct growing *payload, struct process_tried *tried,
			  struct fault *fault)
{
	struct trial t = {.n = n,
			  .kind = kind,
			  .payload = payload,
			  .tried = tried,
			  .fault = fault};

	return try_all(&t);
}

enum wici_err process_try_again(struct node *n, const struct wici_kind *kind,
				struct wici_bytes payload, const char **why)
{
	struct growing copy;
	struct fault fault;
	struct trial t = {.n = n,
			  .kind = kind,
			  .payload = &copy,
			  .is_fixed = true,
			  .fault = &fault};
	enum wici_err err;

	growing_init(&copy, GROWING_LEN_MAX);
	fault_init(&fault);
	wici_mp_raw(&copy.w, payload);
	err = try_all(&t);
	*why = t.why;
	growing_clear(&copy);
	fault_clear(&fault);
	return err;
}

/* An own one of those, which stands: is it for the record that f names? */
static enum wici_err is_one_for(struct node *n, int64_t entry,
				const struct wici_field *f,
				const struct wici_id *id, bool *is)
{
	struct entry_row row;
	struct wici_id other;
	enum wici_err err = entry_get(n->store, entry, &row);

	*is = !err && view_standing(n, &row) == WICI_COUNTS &&
	      process_find_id(row.entry.payload, f, &other) &&
	      wici_id_equal(&other, id) && !view_is_superseded(n, &row);
	return err;
}

/* Among its own: others' may be any number. */
enum wici_err process_predecessor(struct node *n, const struct wici_kind *kind,
				  struct wici_bytes payload, struct wici_id *id)
{
	const struct wici_field *f = NULL;
	struct record_filter filter = {.kind_first = kind->number,
				       .kind_last = kind->number};
	struct wici_id named;
	int64_t *feeds, *ns;
	size_t count = 0;
	bool is = false;
	enum wici_err err = WICI_OK;

	if (kind->process && kind->process->one_for)
		f = wici_field_find(kind->fields,
				    wici_bytes_str(kind->process->one_for));
	if (!n->own || !f || !process_find_id(payload, f, &named))
		return WICI_NOT_FOUND;
	feeds = find_feeds(n, &n->own->whose, &filter.feeds_count);
	ns = growing_alloc(OWN_LOOKED_MAX * sizeof(*ns));
	filter.feeds = feeds;
	if (feeds)
		err = record_list(n->store, &filter, ns, OWN_LOOKED_MAX,
				  &count);
	for (size_t i = 0; !err && !is && i < count; i++) {
		struct entry_row row;

		err = is_one_for(n, ns[i], f, &named, &is);
		if (!err && is)
			err = entry_get(n->store, ns[i], &row);
		if (!err && is)
			*id = row.id;
	}
	free(feeds);
	free(ns);
	return err || is ? err : WICI_NOT_FOUND;
}
