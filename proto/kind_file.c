/* proto/kind_file.c — The attachments that a payload names. */
#include "proto/kind.h"

#include "proto/require.h"

/* The k-th value of a field, which is a list or not. */
static bool item_of(const struct wici_field *f, struct wici_bytes raw, size_t k,
		    struct wici_bytes *item)
{
	struct wici_mp_reader r;
	struct wici_mp v;

	*item = raw;
	if (!(f->flags & WICI_LIST))
		return k == 0;
	wici_mp_reader_init(&r, WICI_MP_CANONICAL, raw);
	WICI_REQUIRE(wici_mp_expect(&r, WICI_MP_ARRAY, &v) == WICI_OK);
	if (k >= v.count)
		return false;
	for (size_t i = 0; i <= k; i++)
		WICI_REQUIRE(wici_mp_skip(&r, item) == WICI_OK);
	return true;
}

static size_t count_of(const struct wici_field *f, struct wici_bytes raw)
{
	struct wici_mp_reader r;
	struct wici_mp v;

	if (!(f->flags & WICI_LIST))
		return 1;
	wici_mp_reader_init(&r, WICI_MP_CANONICAL, raw);
	WICI_REQUIRE(wici_mp_expect(&r, WICI_MP_ARRAY, &v) == WICI_OK);
	return v.count;
}

bool wici_kind_file(const struct wici_kind *kind, struct wici_bytes payload,
		    size_t i, struct wici_file *file)
{
	struct wici_bytes raw;
	size_t count;

	for (const struct wici_field *f = kind->fields; f->name; f++) {
		if (f->type != WICI_TYPE_FILE ||
		    wici_mp_find(WICI_MP_CANONICAL, payload, f->name, &raw))
			continue;
		count = count_of(f, raw);
		if (i < count && item_of(f, raw, i, &raw)) {
			wici_file_read(raw, file);
			return true;
		}
		i -= count;
	}
	return false;
}
