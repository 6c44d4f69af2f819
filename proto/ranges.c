/* proto/ranges.c — Reconciling two sorted sets, message by message.
 *
 * Neither side remembers anything: each message cuts the whole space into
 * ranges and says of each what it needs to. An unequal range is split until
 * one side lists its items in it; the other answers with its own that differ.
 *
 *   FINGERPRINT ─ equal ────────────────────────────> SKIP
 *        │ └───── many items ──> 16 × FINGERPRINT
 *        └─────── few items ───> LIST ──> ANSWER ───> SKIP
 *
 * What a message has no room for goes out as one FINGERPRINT of all the rest.
 * The leftmost unsettled range always gets an answer that fits, so that every
 * message brings an honest pair closer to the end. */
#include "proto/ranges.h"

#include "proto/require.h"

#define MODE_SKIP        0
#define MODE_FINGERPRINT 1
#define MODE_LIST        2
#define MODE_ANSWER      3
#define MODE_LAST        0x80

/* No part holds fewer: a part's fingerprint costs as much as one item. */
#define SPLIT_ITEMS ((size_t)4)

#define ROOM_MIN ((size_t)4096)
#define SKIP_LEN ((size_t)33)
/* Kept back: a SKIP with its bound, and the FINGERPRINT of the rest. */
#define RESERVE (SKIP_LEN + (size_t)33)

/* The exclusive upper end of a range. */
struct bound {
	bool is_last; /* The end of the space; key means nothing. */
	struct wici_key key;
};

/* A range, and which of our items lie in it. */
struct span {
	struct bound upper;
	size_t from;
	size_t to;
};

struct writer {
	const struct wici_range_set *set;
	uint8_t *out;
	size_t len;
	size_t room;
	size_t at;    /* Our first item that nothing was said of. */
	size_t items; /* Listed so far, of items_max. */
	size_t items_max;
	bool is_skipping; /* A SKIP up to skip_to is still to be written. */
	bool is_full;     /* The rest will be one FINGERPRINT. */
	struct bound skip_to;
};

static int compare(const struct wici_key *a, const struct wici_key *b)
{
	return memcmp(a->b, b->b, sizeof(a->b));
}

static bool is_below(const struct wici_key *key, const struct bound *upper)
{
	return upper->is_last || compare(key, &upper->key) < 0;
}

static size_t item_len(uint8_t space)
{
	return space == WICI_SPACE_HEADS ? 72 : 32;
}

static bool is_same(const struct wici_head *a, const struct wici_head *b)
{
	return a->seq == b->seq && wici_id_equal(&a->id, &b->id);
}

static void put_item(uint8_t out[72], const struct wici_head *h)
{
	memcpy(out, h->feed.b, WICI_KEY_LEN);
	wici_put_u64(out + 32, h->seq);
	memcpy(out + 40, h->id.b, WICI_ID_LEN);
}

struct wici_id wici_range_fingerprint(const struct wici_range_set *set,
				      size_t from, size_t to)
{
	struct wici_hash hash;
	uint8_t item[72];

	WICI_REQUIRE(from <= to && to <= set->count);
	wici_hash_init(&hash, WICI_DOMAIN_RANGE);
	for (size_t i = from; i < to; i++) {
		put_item(item, &set->items[i]);
		wici_hash_update(&hash, item, sizeof(item));
	}
	return wici_hash_final(&hash);
}

/* The first of our items from `from` on that is not below the bound. */
static size_t find(const struct wici_range_set *set, size_t from,
		   const struct bound *upper)
{
	size_t to = set->count;

	while (from < to) {
		size_t mid = from + (to - from) / 2;

		if (is_below(&set->items[mid].feed, upper))
			from = mid + 1;
		else
			to = mid;
	}
	return from;
}

static void writer_init(struct writer *w, const struct wici_range_set *set,
			uint8_t *out, size_t room)
{
	WICI_REQUIRE(room >= ROOM_MIN);
	*w = (struct writer){.set = set, .out = out, .room = room};
	w->items_max =
		set->space == WICI_SPACE_HEADS ? WICI_HEADS_MAX : WICI_IDS_MAX;
}

static void put(struct writer *w, const void *p, size_t len)
{
	WICI_REQUIRE(len <= w->room - w->len);
	memcpy(w->out + w->len, p, len);
	w->len += len;
}

static void put_range_head(struct writer *w, uint8_t mode,
			   const struct bound *upper)
{
	uint8_t byte = upper->is_last ? mode | MODE_LAST : mode;

	put(w, &byte, 1);
	if (!upper->is_last)
		put(w, upper->key.b, WICI_KEY_LEN);
}

static void put_skip(struct writer *w)
{
	if (w->is_skipping)
		put_range_head(w, MODE_SKIP, &w->skip_to);
	w->is_skipping = false;
}

/* The most that stands before a range's body, and is kept for after it. */
static size_t overhead(const struct writer *w)
{
	return (w->is_skipping ? SKIP_LEN : 0) + 1 + WICI_KEY_LEN + RESERVE;
}

/* May a range with a body of this length be written? If not, never again in
 * this message: ranges are consecutive. */
static bool has_room(struct writer *w, size_t body)
{
	if (w->room - w->len < overhead(w) + body)
		w->is_full = true;
	return !w->is_full;
}

static void write_skip(struct writer *w, const struct span *s)
{
	if (w->is_full)
		return;
	w->is_skipping = true;
	w->skip_to = s->upper;
	w->at = s->to;
}

static void write_fingerprint(struct writer *w, const struct span *s)
{
	struct wici_id print;

	if (!has_room(w, WICI_ID_LEN))
		return;
	put_skip(w);
	print = wici_range_fingerprint(w->set, s->from, s->to);
	put_range_head(w, MODE_FINGERPRINT, &s->upper);
	put(w, print.b, WICI_ID_LEN);
	w->at = s->to;
}

static void put_own(struct writer *w, const struct wici_head *h)
{
	uint8_t item[72];

	put_item(item, h);
	put(w, item, item_len(w->set->space));
	w->items++;
}

static void write_list(struct writer *w, const struct span *s)
{
	size_t count = s->to - s->from;
	uint8_t be[2];

	if (w->items_max - w->items < count)
		w->is_full = true;
	if (!has_room(w, 2 + count * item_len(w->set->space)))
		return;
	put_skip(w);
	put_range_head(w, MODE_LIST, &s->upper);
	wici_put_u16(be, (uint16_t)count);
	put(w, be, sizeof(be));
	for (size_t i = s->from; i < s->to; i++)
		put_own(w, &w->set->items[i]);
	w->at = s->to;
}

static void write_split(struct writer *w, const struct span *s)
{
	size_t count = s->to - s->from;
	size_t parts = (count + SPLIT_ITEMS - 1) / SPLIT_ITEMS;
	size_t from = s->from;

	if (parts > WICI_RANGES_SPLIT)
		parts = WICI_RANGES_SPLIT;
	for (size_t i = 1; i <= parts; i++) {
		struct span part = {.from = from};

		part.to = s->from + count * i / parts;
		if (i == parts)
			part.upper = s->upper;
		else
			part.upper.key = w->set->items[part.to].feed;
		write_fingerprint(w, &part);
		from = part.to;
	}
}

/* Their list, as it stands in the message; its form was checked. */
struct list {
	const uint8_t *p;
	size_t count;
	size_t item_len;
};

static void list_item(struct wici_head *h, const struct list *l, size_t i)
{
	const uint8_t *p = l->p + i * l->item_len;

	memset(h, 0, sizeof(*h));
	memcpy(h->feed.b, p, WICI_KEY_LEN);
	if (l->item_len == 32)
		return;
	h->seq = wici_get_u64(p + 32);
	memcpy(h->id.b, p + 40, WICI_ID_LEN);
}

/* Is own among theirs, the same? *i only moves on, with own. */
static bool is_listed(const struct list *l, size_t *i,
		      const struct wici_head *own)
{
	struct wici_head theirs;

	for (; *i < l->count; (*i)++) {
		int order;

		list_item(&theirs, l, *i);
		order = compare(&theirs.feed, &own->feed);
		if (order >= 0)
			return order == 0 && is_same(&theirs, own);
	}
	return false;
}

/* How many of our items in the span, all or the first that there is room
 * for, are not in their list. Where the room ends, the span ends. */
static size_t fit_answer(const struct writer *w, const struct list *l,
			 struct span *s)
{
	size_t each = item_len(w->set->space);
	size_t fixed = w->len + overhead(w) + 2;
	size_t max = w->room > fixed ? (w->room - fixed) / each : 0;
	size_t theirs = 0;
	size_t count = 0;

	if (max > w->items_max - w->items)
		max = w->items_max - w->items;
	for (size_t i = s->from; i < s->to; i++) {
		if (is_listed(l, &theirs, &w->set->items[i]))
			continue;
		if (count == max) {
			s->to = i;
			s->upper = (struct bound){.key = w->set->items[i].feed};
			break;
		}
		count++;
	}
	return count;
}

/* Our items in the span that are not in their list; what does not fit will
 * be asked for again. */
static void write_answer(struct writer *w, const struct span *s,
			 const struct list *l)
{
	struct span part = *s;
	size_t theirs = 0;
	size_t count;
	uint8_t be[2];

	if (w->is_full)
		return;
	count = fit_answer(w, l, &part);
	w->is_full = part.to < s->to;
	if (count == 0) {
		if (!w->is_full)
			write_skip(w, s);
		return;
	}
	put_skip(w);
	put_range_head(w, MODE_ANSWER, &part.upper);
	wici_put_u16(be, (uint16_t)count);
	put(w, be, sizeof(be));
	for (size_t i = part.from; i < part.to; i++)
		if (!is_listed(l, &theirs, &w->set->items[i]))
			put_own(w, &w->set->items[i]);
	w->at = part.to;
}

static size_t writer_finish(struct writer *w)
{
	struct span rest = {.upper.is_last = true};
	struct wici_id print;

	/* Everything is settled: there is nothing to say. */
	if (w->len == 0 && !w->is_full)
		return 0;
	put_skip(w);
	if (w->is_full) {
		print = wici_range_fingerprint(w->set, w->at, w->set->count);
		put_range_head(w, MODE_FINGERPRINT, &rest.upper);
		put(w, print.b, WICI_ID_LEN);
	}
	return w->len;
}

void wici_ranges_begin(const struct wici_range_set *set, uint8_t *out,
		       size_t *len)
{
	struct span all = {.upper.is_last = true, .to = set->count};
	struct writer w;

	writer_init(&w, set, out, *len);
	if (set->count <= WICI_RANGES_LIST * 2)
		write_list(&w, &all);
	else
		write_fingerprint(&w, &all);
	*len = writer_finish(&w);
}

/* PROTOCOL §4.2: "Bounds and the items of a list ascend. A list's keys lie in
 * its range" */
static bool is_list_taken(struct wici_cursor *c, struct list *l, uint8_t space,
			  const struct bound *lower, const struct bound *upper)
{
	struct wici_head h;
	struct wici_key last = lower->key;

	l->count = wici_take_u16(c);
	l->item_len = item_len(space);
	l->p = wici_take(c, l->count * l->item_len);
	if (!l->p)
		return false;
	for (size_t i = 0; i < l->count; i++) {
		int order;

		list_item(&h, l, i);
		order = compare(&last, &h.feed);
		/* The lower bound itself belongs to the range. */
		if (order > 0 || (order == 0 && i > 0))
			return false;
		if (!is_below(&h.feed, upper) || h.seq > WICI_SEQ_MAX)
			return false;
		last = h.feed;
	}
	return true;
}

/* Adds what they list and we lack or hold differently. */
static enum wici_err add_diff(struct wici_range_diff *diff,
			      const struct wici_range_set *set,
			      const struct span *s, const struct list *l)
{
	size_t own = s->from;
	struct wici_head h;

	for (size_t i = 0; i < l->count; i++) {
		list_item(&h, l, i);
		while (own < s->to &&
		       compare(&set->items[own].feed, &h.feed) < 0)
			own++;
		if (own < s->to &&
		    wici_key_equal(&set->items[own].feed, &h.feed) &&
		    is_same(&set->items[own], &h))
			continue;
		if (diff->count == diff->max)
			return WICI_REJECT_RANGE;
		diff->theirs[diff->count++] = h;
	}
	return WICI_OK;
}

static void answer_fingerprint(struct writer *w, const struct span *s,
			       const uint8_t theirs[32])
{
	struct wici_id ours;

	if (w->is_full)
		return;
	ours = wici_range_fingerprint(w->set, s->from, s->to);
	if (memcmp(ours.b, theirs, WICI_ID_LEN) == 0)
		write_skip(w, s);
	else if (s->to - s->from <= WICI_RANGES_LIST)
		write_list(w, s);
	else
		write_split(w, s);
}

static enum wici_err answer_list(struct writer *w, const struct span *s,
				 const struct list *l, bool is_answered,
				 struct wici_range_diff *diff)
{
	if (is_answered)
		write_answer(w, s, l);
	else
		write_skip(w, s);
	return add_diff(diff, w->set, s, l);
}

/* Takes one range that begins at *lower, and moves *lower to its end. */
static enum wici_err answer_range(struct writer *w, struct wici_cursor *c,
				  struct bound *lower, size_t *own,
				  struct wici_range_diff *diff)
{
	uint8_t mode = wici_take_u8(c);
	struct span s = {.from = *own};
	struct list l;
	const uint8_t *print;

	s.upper.is_last = (mode & MODE_LAST) != 0;
	mode &= (uint8_t)~MODE_LAST;
	if (!s.upper.is_last)
		wici_take_copy(c, s.upper.key.b, WICI_KEY_LEN);
	if (!c->ok || !is_below(&lower->key, &s.upper))
		return WICI_REJECT_RANGE;
	s.to = find(w->set, s.from, &s.upper);
	if (mode == MODE_SKIP) {
		write_skip(w, &s);
	} else if (mode == MODE_FINGERPRINT) {
		print = wici_take(c, WICI_ID_LEN);
		if (!print)
			return WICI_REJECT_RANGE;
		answer_fingerprint(w, &s, print);
	} else {
		if (mode > MODE_ANSWER ||
		    !is_list_taken(c, &l, w->set->space, lower, &s.upper))
			return WICI_REJECT_RANGE;
		if (answer_list(w, &s, &l, mode == MODE_LIST, diff) != WICI_OK)
			return WICI_REJECT_RANGE;
	}
	*lower = s.upper;
	*own = s.to;
	return WICI_OK;
}

enum wici_err wici_ranges_answer(const struct wici_range_set *set,
				 struct wici_bytes in,
				 struct wici_range_diff *diff, uint8_t *out,
				 size_t *len)
{
	struct wici_cursor c = wici_cursor(in);
	struct bound lower = {.is_last = false};
	struct writer w;
	size_t own = 0;
	enum wici_err err;

	writer_init(&w, set, out, *len);
	diff->count = 0;
	while (!lower.is_last) {
		err = answer_range(&w, &c, &lower, &own, diff);
		if (err != WICI_OK)
			return err;
	}
	/* PROTOCOL §4.2: "and nothing follows it" */
	if (c.len > 0)
		return WICI_REJECT_RANGE;
	*len = writer_finish(&w);
	return WICI_OK;
}
