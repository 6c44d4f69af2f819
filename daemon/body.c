/* daemon/body.c — From a client's map to a canonical one, row by row.
 *
 * Each value is written as it would stand in the payload and then given to
 * wici_field_check(), so that what is asked of a field stands in one place. */
#include "daemon/body_private.h"
#include "daemon/day_hint.h"

#include "proto/require.h"

#define ROWS_MAX 64

/* Puts what the writer got since `from` to the row's own check. */
static enum wici_err check_written(struct body_maker *m,
				   const struct wici_field *f, size_t from,
				   struct wici_bytes given)
{
	struct wici_field one = *f;
	struct wici_problem problem;
	struct wici_bytes raw;

	if (m->w->overflow)
		return fault_set(m->fault, WICI_TOO_LARGE, f->name, "size",
				 (struct wici_bytes){NULL, 0});
	one.flags &= (uint16_t)~WICI_LIST;
	raw = (struct wici_bytes){m->w->buf + from, m->w->len - from};
	if (wici_field_check(&one, raw, &problem) == WICI_OK)
		return WICI_OK;
	if (f->type == WICI_TYPE_DAY || f->type == WICI_TYPE_WHEN)
		day_hint(m->fault, f->type == WICI_TYPE_DAY, given);
	return fault_set(m->fault, problem.err,
			 problem.field ? problem.field : f->name,
			 problem.expected, given);
}

/* index < 0: the row is no list. */
static enum wici_err make_one(struct body_maker *m, const struct wici_field *f,
			      struct wici_bytes raw, long index)
{
	size_t from = m->w->len;
	enum wici_err err = body_value_make(m, f, raw);
	bool is_map = f->type == WICI_TYPE_MAP || f->type == WICI_TYPE_PARTY ||
		      f->type == WICI_TYPE_FILE;

	if (!err && !(f->type == WICI_TYPE_MAP))
		err = check_written(m, f, from, raw);
	/* Inside a map the fault names an inner row: put the outer before. */
	if (err && is_map && strcmp(m->fault->field, f->name) != 0) {
		fault_within(m->fault, f->name, index);
		return err;
	}
	if (err && index >= 0 && m->fault->field[0]) {
		m->fault->field[0] = '\0';
		fault_within(m->fault, f->name, index);
	}
	return err;
}

static enum wici_err make_list(struct body_maker *m, const struct wici_field *f,
			       struct wici_bytes raw)
{
	struct wici_mp v = body_head(raw);
	struct wici_mp_reader r;
	struct wici_bytes item;
	enum wici_err err = WICI_OK;

	if (v.type != WICI_MP_ARRAY) { /* One value is a list of one. */
		wici_mp_array(m->w, 1);
		return make_one(m, f, raw, -1);
	}
	if (v.count == 0)
		return fault_set(m->fault, WICI_BAD_FIELD, f->name, "not_empty",
				 raw);
	if (v.count > f->items_max)
		return fault_set(m->fault, WICI_BAD_FIELD, f->name, "fewer",
				 raw);
	wici_mp_reader_init(&r, WICI_MP_LENIENT, raw);
	err = wici_mp_next(&r, &v);
	wici_mp_array(m->w, v.count);
	for (uint32_t i = 0; !err && i < v.count; i++) {
		err = wici_mp_skip(&r, &item);
		if (!err)
			err = make_one(m, f, item, (long)i);
	}
	return err;
}

static enum wici_err unknown_field(struct body_maker *m, struct wici_bytes key,
				   const struct wici_field *rows)
{
	char names[180] = "";
	size_t len = 0;

	(void)fault_set(m->fault, WICI_UNKNOWN_FIELD, NULL, NULL,
			(struct wici_bytes){NULL, 0});
	fault_field(m->fault, key);
	for (const struct wici_field *f = rows; f->name; f++) {
		size_t more = strlen(f->name);

		if (f->flags & WICI_BY_NODE)
			continue;
		if (len + more + 3 > sizeof(names))
			break;
		if (len) {
			names[len++] = ',';
			names[len++] = ' ';
		}
		memcpy(names + len, f->name, more + 1);
		len += more;
	}
	fault_hint(m->fault, "fields: %s", names);
	return WICI_UNKNOWN_FIELD;
}

/* Every key is a row's, once, and the client's to give; *values gets what it
 * gave, by row. nil is "not given". */
static enum wici_err collect(struct body_maker *m,
			     const struct wici_field *rows,
			     struct wici_bytes map, struct wici_bytes *values)
{
	struct wici_mp_reader r;
	struct wici_mp head;
	struct wici_mp key;
	struct wici_bytes raw;
	const struct wici_field *f;
	uint64_t seen = 0;

	wici_mp_reader_init(&r, WICI_MP_LENIENT, map);
	if (wici_mp_expect(&r, WICI_MP_MAP, &head))
		return fault_set(m->fault, WICI_BAD_FIELD, NULL, "map", map);
	for (uint32_t i = 0; i < head.count; i++) {
		if (wici_mp_expect(&r, WICI_MP_STR, &key) ||
		    wici_mp_skip(&r, &raw))
			return fault_set(m->fault, WICI_BAD_FIELD, NULL, "map",
					 map);
		f = wici_field_find(rows, key.bytes);
		if (!f || (f->flags & WICI_BY_NODE))
			return unknown_field(m, key.bytes, rows);
		if (seen >> (f - rows) & 1)
			return fault_set(m->fault, WICI_BAD_FIELD, f->name,
					 "once", raw);
		seen |= (uint64_t)1 << (f - rows);
		if (body_head(raw).type != WICI_MP_NIL)
			values[f - rows] = raw;
	}
	return WICI_OK;
}

static const struct body_value *given(const struct body_input *in,
				      const char *name)
{
	for (size_t i = 0; in && i < in->values_count; i++)
		if (strcmp(in->values[i].name, name) == 0)
			return &in->values[i];
	return NULL;
}

static enum wici_err make_row(struct body_maker *m, const struct wici_field *f,
			      struct wici_bytes raw,
			      const struct body_value *value)
{
	wici_mp_str(m->w, f->name);
	if (value) {
		wici_mp_raw(m->w, value->raw);
		return WICI_OK;
	}
	if (f->flags & WICI_LIST)
		return make_list(m, f, raw);
	return make_one(m, f, raw, -1);
}

enum wici_err body_map(struct body_maker *m, const struct wici_field *rows,
		       struct wici_bytes map, const struct body_input *in)
{
	struct wici_bytes values[ROWS_MAX] = {{NULL, 0}};
	enum wici_err err = collect(m, rows, map, values);
	uint32_t count = 0;

	for (size_t i = 0; !err && rows[i].name; i++) {
		WICI_REQUIRE(i < ROWS_MAX);
		if (values[i].p || given(in, rows[i].name))
			count++;
		else if (rows[i].flags & WICI_REQUIRED)
			err = fault_set(m->fault, WICI_BAD_FIELD, rows[i].name,
					"required",
					(struct wici_bytes){NULL, 0});
	}
	if (err)
		return err;
	wici_mp_map(m->w, count);
	for (size_t i = 0; !err && rows[i].name; i++) {
		const struct body_value *value = given(in, rows[i].name);

		if (values[i].p || value)
			err = make_row(m, &rows[i], values[i], value);
	}
	return err;
}

enum wici_err body_make(struct node *n, const struct body_input *in,
			struct growing *payload, struct fault *fault)
{
	struct body_maker m = {.node = n, .w = &payload->w, .fault = fault};
	enum wici_err err = body_map(&m, in->kind->fields, in->map, in);
	struct wici_problem problem;
	struct wici_bytes got;

	if (err)
		return err;
	if (payload->w.overflow)
		return WICI_TOO_LARGE;
	err = wici_kind_check(in->kind, growing_bytes(payload), &problem);
	if (!err)
		err = wici_kind_guard(in->kind, growing_bytes(payload),
				      &problem);
	if (!err)
		return WICI_OK;
	got = (struct wici_bytes){NULL, 0};
	if (problem.field &&
	    wici_mp_find(WICI_MP_CANONICAL, growing_bytes(payload),
			 problem.field, &got))
		got = (struct wici_bytes){NULL, 0};
	return fault_set(fault, err, problem.field, problem.expected, got);
}

enum wici_err body_make_params(struct node *n, const struct wici_field *rows,
			       struct wici_bytes map, enum find_by by,
			       struct growing *out, struct fault *fault)
{
	struct body_maker m = {
		.node = n, .w = &out->w, .fault = fault, .by = by};
	enum wici_err err = body_map(&m, rows, map, NULL);

	return !err && out->w.overflow ? WICI_TOO_LARGE : err;
}
