/* daemon/body_edit.c — Maps with some of their pairs changed. */
#include "daemon/body_private.h"

#include "proto/require.h"

void body_replace(struct wici_bytes payload, const struct body_value *value,
		  struct wici_mp_writer *w)
{
	struct wici_mp_reader r;
	struct wici_mp head;
	struct wici_mp key;
	struct wici_bytes raw;
	enum wici_err err;

	wici_mp_reader_init(&r, WICI_MP_CANONICAL, payload);
	err = wici_mp_expect(&r, WICI_MP_MAP, &head);
	WICI_REQUIRE(err == WICI_OK);
	wici_mp_map(w, head.count);
	for (uint32_t i = 0; i < head.count; i++) {
		err = wici_mp_expect(&r, WICI_MP_STR, &key);
		if (!err)
			err = wici_mp_skip(&r, &raw);
		WICI_REQUIRE(err == WICI_OK);
		wici_mp_str_bytes(w, key.bytes);
		wici_mp_raw(w, wici_bytes_is(key.bytes, value->name)
				       ? value->raw
				       : raw);
	}
}

/* Which pairs of a map are copied. */
struct filter {
	const struct wici_kind *kind; /* Not what the node sets, by its rows. */
	struct wici_bytes patch;      /* Not what this map names, … */
	const char *except;           /* … nor this key. */
};

static bool does_pass(const struct filter *filter, struct wici_bytes key)
{
	const struct wici_field *f =
		filter->kind ? wici_field_find(filter->kind->fields, key)
			     : NULL;
	struct wici_bytes there;
	char name[64];

	if (f && f->flags & (WICI_BY_NODE | WICI_SUPERSEDES))
		return false;
	if (filter->except && wici_bytes_is(key, filter->except))
		return false;
	if (!filter->patch.p || key.len >= sizeof(name))
		return true;
	memcpy(name, key.p, key.len);
	name[key.len] = '\0';
	return wici_mp_find(WICI_MP_LENIENT, filter->patch, name, &there) !=
	       WICI_OK;
}

/* Copies what passes (nil never does), unless w is NULL; returns how many. */
static uint32_t copy_pairs(struct wici_bytes map, const struct filter *filter,
			   struct wici_mp_writer *w)
{
	struct wici_mp_reader r;
	struct wici_mp head;
	struct wici_mp key;
	struct wici_bytes raw;
	uint32_t count = 0;

	wici_mp_reader_init(&r, WICI_MP_LENIENT, map);
	if (wici_mp_expect(&r, WICI_MP_MAP, &head))
		return 0;
	for (uint32_t i = 0; i < head.count; i++) {
		struct wici_bytes key_raw;

		if (wici_mp_skip(&r, &key_raw) || wici_mp_skip(&r, &raw))
			return count;
		key = body_head(key_raw);
		if (body_head(raw).type == WICI_MP_NIL ||
		    (key.type == WICI_MP_STR && !does_pass(filter, key.bytes)))
			continue;
		count++;
		if (w) {
			wici_mp_raw(w, key_raw);
			wici_mp_raw(w, raw);
		}
	}
	return count;
}

void body_merge(const struct wici_kind *kind, struct wici_bytes old,
		struct wici_bytes patch, struct wici_mp_writer *w)
{
	const struct filter of_old = {.kind = kind, .patch = patch};
	const struct filter of_patch = {.kind = NULL};

	wici_mp_map(w, copy_pairs(old, &of_old, NULL) +
			       copy_pairs(patch, &of_patch, NULL));
	(void)copy_pairs(old, &of_old, w);
	(void)copy_pairs(patch, &of_patch, w);
}

void body_without(struct wici_bytes map, const char *key,
		  struct wici_mp_writer *w)
{
	const struct filter filter = {.except = key};

	wici_mp_map(w, copy_pairs(map, &filter, NULL));
	(void)copy_pairs(map, &filter, w);
}
