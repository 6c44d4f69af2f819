/* tests/proto/mutant.h — Every way to bend the form of a canonical value: a
 * field less, a field more, another type, another length, an item twice, two
 * items in the other order. */
#ifndef WICI_TESTS_PROTO_MUTANT_H
#define WICI_TESTS_PROTO_MUTANT_H

#include "proto/mp_read.h"
#include "proto/mp_write.h"
#include "tests/test.h"

#define MUTANT_ITEMS 64

enum mutation {
	FIELD_LESS,
	FIELD_MORE_FIRST,
	FIELD_MORE_LAST,
	FIELDS_SWAPPED,
	OTHER_TYPE,
	BIN_SHORTER,
	BIN_LONGER,
	STR_EMPTY,
	ITEM_TWICE,
	ITEMS_SWAPPED, /* Of maps and bins: a list of strings has no order. */
	MUTATIONS
};

struct mutant {
	enum mutation mutation;
	size_t at;   /* Applied at this place of those where it can be. */
	size_t seen; /* Places so far. */
	struct wici_mp_writer w;
};

struct mutant_value {
	struct wici_mp head;
	size_t count; /* Items; of a map twice its fields. */
	struct wici_bytes items[MUTANT_ITEMS];
};

static inline void mutant_read(struct mutant_value *v, struct wici_bytes raw)
{
	struct wici_mp_reader r;

	wici_mp_reader_init(&r, WICI_MP_CANONICAL, raw);
	CHECK_OK(wici_mp_next(&r, &v->head));
	v->count = v->head.type == WICI_MP_MAP     ? 2 * v->head.count
		   : v->head.type == WICI_MP_ARRAY ? v->head.count
						   : 0;
	CHECK(v->count <= MUTANT_ITEMS);
	for (size_t i = 0; i < v->count; i++)
		CHECK_OK(wici_mp_skip(&r, &v->items[i]));
}

/* Is this the place? */
static inline bool mutant_is(struct mutant *m, enum mutation mutation, bool can)
{
	return can && m->mutation == mutation && m->seen++ == m->at;
}

static inline void mutant_leaf(struct mutant *m, const struct wici_mp *v,
			       struct wici_bytes raw)
{
	uint8_t longer[64] = {0};
	bool is_bin = v->type == WICI_MP_BIN;

	if (mutant_is(m, BIN_SHORTER, is_bin)) {
		wici_mp_bin(&m->w, v->bytes.p, v->bytes.len - 1);
	} else if (mutant_is(m, BIN_LONGER, is_bin)) {
		memcpy(longer, v->bytes.p, v->bytes.len);
		wici_mp_bin(&m->w, longer, v->bytes.len + 1);
	} else if (mutant_is(m, STR_EMPTY, v->type == WICI_MP_STR)) {
		wici_mp_str(&m->w, "");
	} else {
		wici_mp_raw(&m->w, raw);
	}
}

static inline void mutant_write(struct mutant *m, struct wici_bytes raw);

static inline void mutant_map(struct mutant *m, struct mutant_value *v)
{
	size_t less = v->count;
	bool first, last;

	for (size_t i = 0; i < v->count; i += 2) {
		if (mutant_is(m, FIELD_LESS, true))
			less = i;
	}
	if (mutant_is(m, FIELDS_SWAPPED, v->count >= 4)) {
		for (size_t i = 0; i < 2; i++) {
			struct wici_bytes was = v->items[i];

			v->items[i] = v->items[i + 2];
			v->items[i + 2] = was;
		}
	}
	first = mutant_is(m, FIELD_MORE_FIRST, true);
	last = mutant_is(m, FIELD_MORE_LAST, true);
	wici_mp_map(&m->w, (uint32_t)(v->count / 2 - (less < v->count) + first +
				      last));
	if (first)
		wici_mp_raw(&m->w, WICI_BYTES("\xa0\x01"));
	for (size_t i = 0; i < v->count; i += 2) {
		if (i == less)
			continue;
		wici_mp_raw(&m->w, v->items[i]);
		mutant_write(m, v->items[i + 1]);
	}
	if (last)
		wici_mp_raw(&m->w, WICI_BYTES("\xa2zz\x01"));
}

static inline void mutant_array(struct mutant *m, struct mutant_value *v)
{
	bool is_twice = mutant_is(m, ITEM_TWICE, v->count > 0);
	bool is_str =
		v->count && *v->items[0].p >= 0xa0 && *v->items[0].p < 0xc0;

	if (mutant_is(m, ITEMS_SWAPPED, v->count > 1 && !is_str)) {
		struct wici_bytes was = v->items[0];

		v->items[0] = v->items[1];
		v->items[1] = was;
	}
	wici_mp_array(&m->w, (uint32_t)(v->count + is_twice));
	for (size_t i = 0; i < v->count; i++)
		mutant_write(m, v->items[i]);
	if (is_twice)
		wici_mp_raw(&m->w, v->items[v->count - 1]);
}

static inline void mutant_write(struct mutant *m, struct wici_bytes raw)
{
	struct mutant_value v;

	mutant_read(&v, raw);
	if (mutant_is(m, OTHER_TYPE, true))
		wici_mp_raw(&m->w, v.head.type == WICI_MP_UINT
					   ? WICI_BYTES("\xa1x")
					   : WICI_BYTES("\x01"));
	else if (v.head.type == WICI_MP_MAP)
		mutant_map(m, &v);
	else if (v.head.type == WICI_MP_ARRAY)
		mutant_array(m, &v);
	else
		mutant_leaf(m, &v.head, raw);
}

/* The value bent at the place `at`, into buf. len 0: it has no such place. */
static inline struct wici_bytes mutant_of(struct wici_bytes raw,
					  enum mutation mutation, size_t at,
					  uint8_t *buf, size_t max)
{
	struct mutant m = {.mutation = mutation, .at = at};
	struct wici_bytes b;

	wici_mp_writer_init(&m.w, buf, max);
	mutant_write(&m, raw);
	CHECK_OK(wici_mp_written(&m.w, &b));
	return m.seen > at ? b : (struct wici_bytes){NULL, 0};
}

#endif
