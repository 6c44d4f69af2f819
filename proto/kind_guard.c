/* proto/kind_guard.c — What is looked at in input alone: does a text seem to
 * name a person? A guess must not decide what counts. */
#include "proto/kind.h"

#include "proto/require.h"
#include "proto/text.h"

/* Is there a string in the value, however deep, that looks personal? */
static bool is_personal(struct wici_bytes raw, struct wici_bytes *found)
{
	struct wici_mp_reader r;
	struct wici_mp v;

	wici_mp_reader_init(&r, WICI_MP_CANONICAL, raw);
	while (!wici_mp_is_end(&r)) {
		WICI_REQUIRE(wici_mp_next(&r, &v) == WICI_OK);
		if (v.type != WICI_MP_STR || !wici_text_is_personal(v.bytes))
			continue;
		*found = v.bytes;
		return true;
	}
	return false;
}

/* The next field behind `after` that is guarded, or is not, with such a
 * string. */
static const struct wici_field *find(const struct wici_kind *kind,
				     struct wici_bytes payload, bool is_guarded,
				     const struct wici_field *after,
				     struct wici_bytes *found)
{
	const struct wici_field *f;
	struct wici_fields fields;
	struct wici_bytes raw;

	wici_fields_init(&fields, kind, payload);
	while (wici_fields_next(&fields, &f, &raw))
		if ((!after || f > after) &&
		    !(f->flags & WICI_GUARDED) != is_guarded &&
		    is_personal(raw, found))
			return f;
	return NULL;
}

enum wici_err wici_kind_guard(const struct wici_kind *kind,
			      struct wici_bytes payload,
			      struct wici_problem *problem)
{
	struct wici_bytes got = {NULL, 0};
	const struct wici_field *f = find(kind, payload, true, NULL, &got);

	*problem = (struct wici_problem){.err = WICI_OK};
	if (!f)
		return WICI_OK;
	*problem = (struct wici_problem){.err = WICI_BAD_FIELD,
					 .field = f->name,
					 .expected = "not_personal",
					 .got = got};
	return WICI_BAD_FIELD;
}

const struct wici_field *wici_kind_personal(const struct wici_kind *kind,
					    struct wici_bytes payload,
					    const struct wici_field *after)
{
	struct wici_bytes found;

	return find(kind, payload, false, after, &found);
}
