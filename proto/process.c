/* proto/process.c — Processes: who is who in them, what each act says, and what
 * is owed in the state they lead to. */
#include "proto/process.h"

#include "proto/day.h"
#include "proto/kinds.h"

/* A value of a canonical payload that has passed its kind's check. */
static bool find_value(const struct wici_field *f, struct wici_bytes payload,
		       enum wici_mp_type type, struct wici_mp *v)
{
	struct wici_mp_reader r;
	struct wici_bytes raw;

	if (!f || wici_mp_find(WICI_MP_CANONICAL, payload, f->name, &raw))
		return false;
	wici_mp_reader_init(&r, WICI_MP_CANONICAL, raw);
	return wici_mp_expect(&r, type, v) == WICI_OK;
}

const struct wici_process *wici_process_of(uint16_t kind)
{
	const struct wici_kind *k = wici_kind_by_number(kind);

	return k ? k->process : NULL;
}

bool wici_process_begins(const struct wici_process *p, uint16_t kind,
			 struct wici_bytes word)
{
	for (const struct wici_move *m = p->moves; m->kind; m++)
		if (m->from == 0 && m->kind == kind &&
		    (!m->word || wici_bytes_is(word, m->word)))
			return true;
	return false;
}

struct wici_bytes wici_process_word(uint16_t kind, struct wici_bytes payload)
{
	const struct wici_kind *k = wici_kind_by_number(kind);
	struct wici_mp v;

	if (!k || !find_value(wici_field_flagged(k, WICI_MOVE), payload,
			      WICI_MP_STR, &v))
		return (struct wici_bytes){NULL, 0};
	return v.bytes;
}

/* A side is whom the first record names, or its author. */
static void find_sides(struct wici_outcome *o, const struct wici_process *p,
		       const struct wici_act *first)
{
	const struct wici_kind *kind = wici_kind_by_number(first->kind);
	struct wici_mp v;

	for (size_t i = 0; i < WICI_SIDES_MAX && kind; i++) {
		const char *name = p->sides[i].field;
		const struct wici_field *f = NULL;

		if (!name)
			continue;
		o->has_side[i] = true;
		o->sides[i] = first->author;
		f = wici_field_find(kind->fields, wici_bytes_str(name));
		if (f && f->type == WICI_TYPE_MEMBER &&
		    find_value(f, first->body, WICI_MP_BIN, &v))
			memcpy(o->sides[i].b, v.bytes.p, WICI_KEY_LEN);
	}
}

static void swap(struct wici_act *a, struct wici_act *b)
{
	struct wici_act t = *a;

	*a = *b;
	*b = t;
}

/* What is erased keeps its place: what answers it is no less true. */
static bool has_place(const struct wici_act *act)
{
	return act->standing == WICI_COUNTS || act->standing == WICI_ERASED;
}

/* The first record, or of those that replace it, once it is erased, the first
 * that can be read. NULL: there is none. */
static const struct wici_act *find_first(struct wici_act *acts, size_t n,
					 const struct wici_id *root)
{
	size_t versions = 0;
	size_t i = 0;

	while (i < n && !wici_id_equal(&acts[i].id, root))
		i++;
	if (i == n || !has_place(&acts[i]))
		return NULL;
	swap(&acts[0], &acts[i]);
	for (i = 0; i < n; i++)
		if (acts[i].kind == acts[0].kind && has_place(&acts[i]) &&
		    wici_key_equal(&acts[i].author, &acts[0].author))
			swap(&acts[versions++], &acts[i]);
	(void)wici_acts_sort(acts, versions);
	for (i = 0; i < versions; i++)
		if (acts[i].standing == WICI_COUNTS)
			return &acts[i];
	return NULL;
}

static uint8_t sides_of(const struct wici_outcome *o,
			const struct wici_key *author)
{
	uint8_t by = 0;

	for (size_t i = 0; i < WICI_SIDES_MAX; i++)
		if (o->has_side[i] && wici_key_equal(&o->sides[i], author))
			by |= (uint8_t)(1u << i);
	return by;
}

static uint8_t rank_of(const struct wici_process *p, const struct wici_act *act)
{
	uint8_t rank = 0;

	for (const struct wici_move *m = p->moves; m->kind; m++)
		if (m->kind == act->kind && m->rank > rank &&
		    (!m->word || wici_bytes_is(act->word, m->word)))
			rank = m->rank;
	return rank;
}

static void describe(struct wici_outcome *o, const struct wici_process *p,
		     struct wici_act *act)
{
	act->by = sides_of(o, &act->author);
	act->word = (struct wici_bytes){NULL, 0};
	if (act->standing == WICI_COUNTS)
		act->word = wici_process_word(act->kind, act->body);
	act->rank = rank_of(p, act);
}

/* Brings to the front what is folded; returns how many they are. What is by
 * neither side, or void, is not held everywhere, or not shown by everybody:
 * it must not even be in the way. */
static size_t gather(struct wici_act *acts, size_t n)
{
	size_t to = 0;

	for (size_t i = 0; i < n; i++) {
		acts[i].is_effective = acts[i].has_moved = false;
		acts[i].why = acts[i].standing == WICI_COUNTS
				      ? "not_party"
				      : wici_standing_name(acts[i].standing);
		if (acts[i].by && has_place(&acts[i]))
			swap(&acts[to++], &acts[i]);
	}
	return to;
}

/* The last word on the day, of those that have moved it. */
static void take_day(struct wici_outcome *o, const struct wici_act *act)
{
	const struct wici_kind *kind = wici_kind_by_number(act->kind);
	struct wici_mp v;

	if (kind &&
	    find_value(wici_field_flagged(kind, WICI_ON), act->body,
		       WICI_MP_STR, &v) &&
	    wici_when_parse(&o->day, &o->until, v.bytes) == WICI_OK)
		o->has_day = true;
}

static bool was_done(const struct wici_owed *owed, const struct wici_act *acts,
		     size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (acts[i].is_effective && acts[i].kind == owed->kind &&
		    (acts[i].by & owed->by))
			return true;
	return false;
}

static void find_owed(struct wici_outcome *o, const struct wici_process *p,
		      int32_t today, const struct wici_act *acts, size_t n)
{
	for (const struct wici_owed *w = p->owed; w && w->kind; w++) {
		if (w->in != o->state || o->owed_count == WICI_OWED_MAX)
			continue;
		if (w->is_after && o->has_day && today < o->day)
			continue;
		if (w->is_once && was_done(w, acts, n))
			continue;
		o->owed[o->owed_count++] = w;
	}
}

void wici_process_fold(struct wici_outcome *o, const struct wici_process *p,
		       const struct wici_id *root, int32_t today,
		       struct wici_act *acts, size_t n)
{
	const struct wici_act *first = find_first(acts, n, root);
	size_t folded;

	memset(o, 0, sizeof(*o));
	if (first)
		find_sides(o, p, first);
	for (size_t i = 0; i < n; i++)
		describe(o, p, &acts[i]);
	folded = gather(acts, n);
	o->state = wici_fold_moves(acts, folded, p->moves);
	for (size_t i = 0; i < folded; i++) {
		if (!acts[i].is_effective || !acts[i].has_moved)
			continue;
		o->head = acts[i].id;
		take_day(o, &acts[i]);
	}
	find_owed(o, p, today, acts, folded);
}
