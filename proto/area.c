/* proto/area.c — The union of areas, by sorting: all that is said of a block, a
 * street or an estate stands together then, and one walk decides it. */
#include "proto/area.h"

#include "proto/kinds/area.h"
#include "proto/mp_read.h"
#include "proto/polish.h"
#include "proto/require.h"

/* ---- records → items ---- */

static struct wici_mp head_of(struct wici_mp_reader *r, struct wici_bytes raw)
{
	struct wici_mp v;
	enum wici_err err;

	wici_mp_reader_init(r, WICI_MP_CANONICAL, raw);
	err = wici_mp_next(r, &v);
	WICI_REQUIRE(err == WICI_OK);
	return v;
}

static uint32_t count_of(struct wici_bytes list)
{
	struct wici_mp_reader r;

	return list.p ? head_of(&r, list).count : 0;
}

static struct wici_bytes text_in(struct wici_bytes map, const char *name)
{
	struct wici_mp_reader r;
	struct wici_bytes raw;
	enum wici_err err = wici_mp_find(WICI_MP_CANONICAL, map, name, &raw);

	WICI_REQUIRE(err == WICI_OK);
	return head_of(&r, raw).bytes;
}

static void read_body(const struct wici_area_record *record,
		      struct wici_area_body *body)
{
	wici_kind_read(&wici_kind_area_update, record->body, body);
}

size_t wici_area_room(const struct wici_area_record *records, size_t count)
{
	struct wici_area_body body;
	size_t room = 0;

	for (size_t i = 0; i < count; i++) {
		read_body(&records[i], &body);
		room += 1 + count_of(body.addresses) +
			count_of(body.whole_streets);
	}
	return room;
}

static void mark_replaced(struct wici_area_record *records, size_t count)
{
	struct wici_area_body body;

	for (size_t i = 0; i < count; i++)
		records[i].is_replaced = false;
	for (size_t i = 0; i < count; i++) {
		read_body(&records[i], &body);
		for (size_t j = 0; j < count; j++)
			if (wici_id_equal(&records[j].id, &body.supersedes))
				records[j].is_replaced = true;
	}
}

/* What is the same for all items of a record. */
static struct wici_area_item item_of(const struct wici_area_body *body)
{
	bool has_since = body->since_year.text.p != NULL;
	bool has_until = body->until.text.p != NULL;
	struct wici_area_item item = {
		.estate = body->estate,
		.since = body->since_year,
		.is_partial = body->partial,
		.is_end = wici_bytes_is(body->change, "end"),
		.from = has_since ? body->since_year.first : INT32_MIN,
		.until = has_until ? body->until.last : INT32_MAX,
	};

	if (item.is_end && has_until)
		item.from = body->until.last + 1;
	return item;
}

static size_t put_record(const struct wici_area_body *body,
			 struct wici_area_item *out)
{
	struct wici_area_item item = item_of(body);
	uint32_t addresses = count_of(body->addresses);
	uint32_t streets = count_of(body->whole_streets);
	struct wici_mp_reader r;
	struct wici_bytes raw;
	size_t n = 0;

	item.is_bare = addresses + streets == 0;
	out[n++] = item;
	/* An end of blocks is no end of their estate. */
	out[0].is_end = item.is_end && item.is_bare;
	if (addresses)
		(void)head_of(&r, body->addresses);
	for (uint32_t i = 0; i < addresses; i++) {
		WICI_REQUIRE(wici_mp_skip(&r, &raw) == WICI_OK);
		out[n] = item;
		out[n].street = text_in(raw, "street");
		out[n++].number = text_in(raw, "number");
	}
	if (streets)
		(void)head_of(&r, body->whole_streets);
	for (uint32_t i = 0; i < streets; i++) {
		struct wici_mp v;

		WICI_REQUIRE(wici_mp_next(&r, &v) == WICI_OK);
		out[n] = item;
		out[n++].street = v.bytes;
	}
	return n;
}

/* ---- their order ---- */

static uint64_t leading(struct wici_bytes b)
{
	uint64_t u = 0;

	for (size_t i = 0; i < b.len && b.p[i] >= '0' && b.p[i] <= '9'; i++)
		u = u * 10 + (uint64_t)(b.p[i] - '0');
	return u; /* Of 20 bytes at most: wraps, and orders all the same. */
}

/* 2, 2a, 10: numbers first, then what follows them. */
static int compare_number(struct wici_bytes a, struct wici_bytes b)
{
	uint64_t x = leading(a);
	uint64_t y = leading(b);

	return x != y ? (x > y) - (x < y) : wici_polish_compare(a, b);
}

static int compare_place(const struct wici_area_item *a,
			 const struct wici_area_item *b)
{
	int order = wici_polish_compare(a->estate, b->estate);

	if (!order)
		order = wici_polish_compare(a->street, b->street);
	return order ? order : compare_number(a->number, b->number);
}

static void sift(struct wici_area_item *items, size_t at, size_t count)
{
	struct wici_area_item moved = items[at];

	for (size_t child; (child = at * 2 + 1) < count; at = child) {
		if (child + 1 < count &&
		    compare_place(&items[child], &items[child + 1]) < 0)
			child++;
		if (compare_place(&moved, &items[child]) >= 0)
			break;
		items[at] = items[child];
	}
	items[at] = moved;
}

/* Heapsort: in place, and nobody can make it slow. */
static void sort(struct wici_area_item *items, size_t count)
{
	for (size_t at = count / 2; at-- > 0;)
		sift(items, at, count);
	for (size_t left = count; left-- > 1;) {
		struct wici_area_item last = items[left];

		items[left] = items[0];
		items[0] = last;
		sift(items, 0, left);
	}
}

/* ---- the walk ---- */

/* All that is said of one place: since when it is in, and out since when. */
struct said {
	struct wici_area_item in; /* The earliest addition in force. */
	int32_t last;             /* When the latest one began. */
	int32_t ended;            /* The last end up to the day. */
	bool is_in, is_partial, is_ended;
};

struct walk {
	struct wici_area_item *items; /* In, and out: never more come out. */
	size_t out;
	int32_t day;
	struct said estate, street;
	struct wici_area_item *head; /* Of the estate, in the output. */
	bool has_estate;             /* Something of it is in. */
};

static bool is_ended_by(const struct said *s, int32_t from)
{
	return s->is_ended && from <= s->ended;
}

static bool is_in(const struct walk *w, const struct said *own,
		  const struct wici_area_item *i)
{
	/* An estate is named by each of its records; it is in as a whole by
	 * those that name nothing else. */
	if (i->is_end || (!i->street.p && !i->is_bare))
		return false;
	return i->from <= w->day && i->until >= w->day &&
	       !is_ended_by(own, i->from) &&
	       !is_ended_by(&w->estate, i->from) &&
	       !is_ended_by(&w->street, i->from);
}

static void hear_end(struct said *s, const struct wici_area_item *i,
		     int32_t day)
{
	/* An end without a day is the end of all that was. */
	int32_t ended = i->from == INT32_MIN ? day : i->from;

	if (!i->is_end || ended > day)
		return;
	if (!s->is_ended || ended > s->ended)
		s->ended = ended;
	s->is_ended = true;
}

/* "2014" and "2014-01-01" begin on one day: the text decides, and not which of
 * them came first. */
static bool is_earlier(const struct wici_area_item *a,
		       const struct wici_area_item *b)
{
	if (a->from != b->from)
		return a->from < b->from;
	return wici_bytes_compare(a->since.text, b->since.text) < 0;
}

static void hear_addition(struct said *s, const struct wici_area_item *i)
{
	if (!s->is_in || is_earlier(i, &s->in))
		s->in = *i;
	if (!s->is_in || i->from > s->last)
		s->last = i->from;
	s->in.is_partial = false; /* Of estates alone, and told below. */
	s->is_partial = i->is_partial && (s->is_partial || !s->is_in);
	s->is_in = true;
}

/* Items from … to are about one place. */
static struct said hear(const struct walk *w, size_t from, size_t to)
{
	struct said s = {.is_in = false};

	for (size_t i = from; i < to; i++)
		hear_end(&s, &w->items[i], w->day);
	for (size_t i = from; i < to; i++)
		if (is_in(w, &s, &w->items[i]))
			hear_addition(&s, &w->items[i]);
	return s;
}

/* The estate is in, since then at least. */
static void count_in(struct walk *w, const struct said *s)
{
	struct wici_area_item *head = w->head;

	if (!w->has_estate || is_earlier(&s->in, head)) {
		head->since = s->in.since;
		head->from = s->in.from;
	}
	head->is_partial =
		s->is_partial && (head->is_partial || !w->has_estate);
	head->is_bare = head->is_bare || s->in.is_bare;
	w->has_estate = true;
}

static void end_estate(struct walk *w)
{
	if (w->head && !w->has_estate)
		w->out--;
	w->has_estate = false;
}

static void take_estate(struct walk *w, size_t from, size_t to)
{
	struct wici_bytes estate = w->items[from].estate;

	end_estate(w);
	w->estate = w->street = (struct said){.is_in = false};
	w->estate = hear(w, from, to);
	w->head = &w->items[w->out++];
	*w->head = (struct wici_area_item){.estate = estate};
	if (w->estate.is_in)
		count_in(w, &w->estate);
}

static void take_street(struct walk *w, size_t from, size_t to)
{
	w->street = (struct said){.is_in = false};
	w->street = hear(w, from, to);
	if (!w->street.is_in)
		return;
	count_in(w, &w->street);
	w->items[w->out++] = w->street.in;
}

static void take_block(struct walk *w, size_t from, size_t to)
{
	struct wici_area_item item = w->items[from];
	struct said s = hear(w, from, to);

	if (s.is_in && !w->street.is_in) {
		count_in(w, &s);
		w->items[w->out++] = s.in;
	}
	if (s.is_in || !w->street.is_in || !is_ended_by(&s, w->street.last))
		return;
	item.is_without = true;
	w->items[w->out++] = item;
}

/* Of another street than the one before: what is said of that does not hold
 * here. */
static void leave_street(struct walk *w, const struct wici_area_item *before,
			 const struct wici_area_item *now)
{
	if (!wici_bytes_equal(before->street, now->street))
		w->street = (struct said){.is_in = false};
}

size_t wici_area_fold(struct wici_area_record *records, size_t count,
		      int32_t day, struct wici_area_item *items)
{
	struct walk w = {.items = items, .day = day};
	struct wici_area_body body;
	size_t n = 0;

	mark_replaced(records, count);
	for (size_t i = 0; i < count; i++) {
		if (records[i].is_replaced)
			continue;
		read_body(&records[i], &body);
		n += put_record(&body, items + n);
	}
	sort(items, n);
	for (size_t from = 0, to; from < n; from = to) {
		struct wici_area_item first = items[from];

		for (to = from + 1; to < n; to++)
			if (compare_place(&first, &items[to]) != 0)
				break;
		if (!first.street.p)
			take_estate(&w, from, to);
		else if (!first.number.p)
			take_street(&w, from, to);
		else
			take_block(&w, from, to);
		if (to < n)
			leave_street(&w, &first, &items[to]);
	}
	end_estate(&w);
	return w.out;
}
