/* daemon/process_view.c — A process as maps of plain values. */
#include "daemon/process_view.h"

#include "daemon/feeds.h"
#include "daemon/find.h"
#include "daemon/growing.h"
#include "daemon/store/entry.h"
#include "daemon/store/record.h"
#include "proto/kinds.h"

#include <stdlib.h>

#define BODIES_LEN_MAX (GROWING_LEN_MAX / 4) /* As hex they double. */
#define BODY_LEN_MAX   ((size_t)4096)
#define TAKEN_LOOKED   ((size_t)1024) /* Records that refer to it. */
#define TAKEN_MAX      ((size_t)100)
#define TAKEN_EACH_MAX 2 /* By one institution. */

static void write_kind(struct wici_mp_writer *w, uint16_t number)
{
	const struct wici_kind *kind = wici_kind_by_number(number);
	static const struct wici_label none = {"", ""};

	wici_mp_str(w, "kind");
	wici_mp_str(w, kind ? kind->name : "");
	wici_mp_str(w, "kind_label");
	view_label(w, kind ? &kind->label : &none);
}

static void write_who(struct wici_mp_writer *w, const struct node *n,
		      const struct wici_key *identity)
{
	const char *name = find_name(n, identity);

	wici_mp_str(w, "identity");
	wici_mp_hex(w, identity->b, WICI_KEY_LEN);
	wici_mp_str(w, "name");
	view_line(w, wici_bytes_str(name ? name : ""));
}

static void write_sides(struct wici_mp_writer *w, const struct node *n,
			const struct process *p)
{
	uint32_t count = 0;

	for (size_t i = 0; i < WICI_SIDES_MAX; i++)
		count += p->outcome.has_side[i];
	wici_mp_str(w, "sides");
	wici_mp_array(w, count);
	for (size_t i = 0; i < WICI_SIDES_MAX; i++) {
		if (!p->outcome.has_side[i])
			continue;
		wici_mp_map(w, 4);
		wici_mp_str(w, "side");
		wici_mp_str(w, p->is->sides[i].field);
		wici_mp_str(w, "label");
		view_label(w, &p->is->sides[i].label);
		write_who(w, n, &p->outcome.sides[i]);
	}
}

/* Who owes what: `mine` when it is this institution. */
static void write_waits(struct wici_mp_writer *w, const struct node *n,
			const struct process *p)
{
	const struct wici_outcome *o = &p->outcome;
	const struct wici_key *self = node_identity(n);

	wici_mp_str(w, "waits");
	wici_mp_array(w, (uint32_t)o->owed_count);
	for (size_t i = 0; i < o->owed_count; i++) {
		size_t side = o->owed[i]->by == WICI_FIRST ? 0 : 1;

		wici_mp_map(w, 6);
		write_kind(w, o->owed[i]->kind);
		wici_mp_str(w, "side");
		wici_mp_str(w, p->is->sides[side].field);
		write_who(w, n, &o->sides[side]);
		wici_mp_str(w, "mine");
		wici_mp_bool(w, self && wici_key_equal(self, &o->sides[side]));
	}
}

void process_view(struct wici_mp_writer *w, const struct node *n,
		  const struct process *p)
{
	const struct wici_process_state *state =
		&p->is->states[p->outcome.state];

	wici_mp_map(w, 10);
	wici_mp_str(w, "name");
	wici_mp_str(w, p->is->name);
	wici_mp_str(w, "label");
	view_label(w, &p->is->label);
	wici_mp_str(w, "root");
	wici_mp_hex(w, p->root.b, WICI_ID_LEN);
	wici_mp_str(w, "state");
	wici_mp_str(w, state->code);
	wici_mp_str(w, "state_label");
	view_label(w, &state->label);
	wici_mp_str(w, "day");
	view_day(w, p->outcome.has_day, p->outcome.day);
	wici_mp_str(w, "until"); /* Of a month, its last day. */
	view_day(w, p->outcome.has_day, p->outcome.until);
	write_sides(w, n, p);
	write_waits(w, n, p);
	wici_mp_str(w, "truncated");
	wici_mp_bool(w, p->is_truncated);
}

bool process_view_is_for(const struct wici_process *is, uint16_t kind,
			 struct wici_bytes payload, struct wici_id *of)
{
	const struct wici_kind *k = wici_kind_by_number(kind);

	if (!is->one_for || !k)
		return false;
	return process_find_id(
		payload,
		wici_field_find(k->fields, wici_bytes_str(is->one_for)), of);
}

enum wici_err process_view_subject(struct wici_mp_writer *w, struct node *n,
				   const struct wici_id *of)
{
	const struct wici_field *f = NULL;
	struct wici_bytes title = {NULL, 0};
	struct entry_row row;
	int64_t entry;
	enum wici_err err = find_entry(n, of, &entry);

	if (!err)
		err = entry_get(n->store, entry, &row);
	if (!err && view_standing(n, &row) == WICI_COUNTS) {
		const struct wici_kind *kind =
			wici_kind_by_number(row.entry.header.kind);

		f = kind ? wici_field_flagged(kind, WICI_TITLE) : NULL;
	}
	if (f)
		title = find_line(row.entry.payload, f->name);
	wici_mp_map(w, 2);
	wici_mp_str(w, "id");
	wici_mp_hex(w, of->b, WICI_ID_LEN);
	wici_mp_str(w, "title");
	view_line(w, title);
	return err == WICI_NOT_FOUND ? WICI_OK : err;
}

/* All must fit into one answer: when they are too long together, the long ones
 * are left out, whoever's they are. */
static size_t body_max(const struct process *p)
{
	size_t len = 0;

	for (size_t i = 0; i < p->acts.count; i++)
		len += p->acts.v[i].body.len;
	return len > BODIES_LEN_MAX ? BODY_LEN_MAX : WICI_PAYLOAD_LEN_MAX;
}

static void write_act(struct wici_mp_writer *w, const struct node *n,
		      const struct wici_act *act, size_t len_max)
{
	bool is_cut = act->body.len > len_max;
	bool has_body = act->standing != WICI_ERASED &&
			act->standing != WICI_VOID_BODY && !is_cut;

	wici_mp_map(w, 9);
	wici_mp_str(w, "body_left_out");
	wici_mp_bool(w, is_cut);
	wici_mp_str(w, "id");
	wici_mp_hex(w, act->id.b, WICI_ID_LEN);
	write_kind(w, act->kind);
	wici_mp_str(w, "author");
	view_author(w, n, &act->author);
	wici_mp_str(w, "time");
	view_time(w, act->time_ms);
	wici_mp_str(w, "effective");
	wici_mp_bool(w, act->is_effective);
	wici_mp_str(w, "why");
	view_line(w, wici_bytes_str(act->why ? act->why : ""));
	wici_mp_str(w, "body");
	if (has_body)
		view_value(w, act->body);
	else
		wici_mp_map(w, 0);
}

void process_view_acts(struct wici_mp_writer *w, const struct node *n,
		       const struct process *p)
{
	size_t len_max = body_max(p);

	wici_mp_array(w, (uint32_t)p->acts.count);
	for (size_t i = 0; i < p->acts.count; i++)
		write_act(w, n, &p->acts.v[i], len_max);
}

struct taken_up {
	struct growing items;
	uint32_t count;
	size_t looked;
	struct wici_key by[TAKEN_MAX];
};

/* Does the kind's process stand for one record each, such as this? */
static bool is_taking_up(uint16_t number)
{
	const struct wici_kind *kind = wici_kind_by_number(number);

	return kind && kind->process && kind->process->one_for;
}

/* Nobody's many may take the place of others'. */
static bool has_room(const struct taken_up *t, const struct wici_key *whose)
{
	unsigned of_it = 0;

	for (size_t i = 0; i < t->count; i++)
		of_it += wici_key_equal(&t->by[i], whose);
	return t->count < TAKEN_MAX && of_it < TAKEN_EACH_MAX;
}

/* One record that takes this up: shown unless another replaced it. */
static enum wici_err take(struct node *n, int64_t entry, struct taken_up *t)
{
	struct entry_row row;
	struct process p = {.is = NULL};
	const struct feed *feed;
	int64_t root;
	enum wici_err err = entry_get(n->store, entry, &row);

	feed = err ? NULL : feeds_by_n(&n->feeds, row.feed_n);
	if (!feed || !has_room(t, &feed->whose) ||
	    view_standing(n, &row) != WICI_COUNTS)
		return err;
	if (view_is_superseded(n, &row))
		return WICI_OK;
	err = process_oldest(n, entry, &root);
	if (!err)
		err = process_load(n, root, &p);
	if (!err) {
		t->by[t->count++] = feed->whose;
		wici_mp_map(&t->items.w, 3);
		wici_mp_str(&t->items.w, "id");
		wici_mp_hex(&t->items.w, row.id.b, WICI_ID_LEN);
		wici_mp_str(&t->items.w, "author");
		view_author(&t->items.w, n, &p.author);
		wici_mp_str(&t->items.w, "process");
		process_view(&t->items.w, n, &p);
	}
	process_clear(&p);
	return err;
}

/* What takes up one of its versions, the newest first. */
static enum wici_err take_of(struct node *n, const struct wici_id *version,
			     struct taken_up *t)
{
	int64_t *ns = growing_alloc(TAKEN_LOOKED * sizeof(*ns));
	size_t count = 0;
	enum wici_err err = record_referring_newest(
		n->store, version, 0, ns, TAKEN_LOOKED - t->looked, &count);

	t->looked += count;
	for (size_t i = 0; !err && i < count; i++) {
		struct record_row row;

		err = record_get(n->store, ns[i], &row);
		if (!err && is_taking_up(row.kind))
			err = take(n, ns[i], t);
	}
	free(ns);
	return err;
}

enum wici_err process_view_taken_up(struct wici_mp_writer *w, struct node *n,
				    const struct process *p)
{
	struct taken_up t = {.count = 0};
	enum wici_err err = WICI_OK;

	growing_init(&t.items, GROWING_LEN_MAX);
	for (size_t i = 0; !err && i < p->acts.count; i++)
		if (p->acts.v[i].kind == p->root_kind &&
		    t.looked < TAKEN_LOOKED)
			err = take_of(n, &p->acts.v[i].id, &t);
	wici_mp_array(w, t.count);
	w->overflow |= t.items.w.overflow;
	wici_mp_raw(w, growing_bytes(&t.items));
	growing_clear(&t.items);
	return err;
}
