/* proto/form.c — Fields read in their one order; the first that does not fit
 * is remembered. */
#include "proto/form.h"

void wici_form_init(struct wici_form *f, struct wici_bytes b)
{
	f->ok = true;
	wici_mp_reader_init(&f->r, WICI_MP_CANONICAL, b);
}

static struct wici_mp read_value(struct wici_form *f, const char *name,
				 enum wici_mp_type type)
{
	const struct wici_mp none = {.type = type, .bytes = {NULL, 0}};
	struct wici_mp v = none;

	if (f->ok && name && wici_mp_expect_key(&f->r, name) != WICI_OK)
		f->ok = false;
	if (f->ok && wici_mp_expect(&f->r, type, &v) != WICI_OK)
		f->ok = false;
	return f->ok ? v : none;
}

void wici_form_map(struct wici_form *f, uint32_t fields)
{
	if (read_value(f, NULL, WICI_MP_MAP).count != fields)
		f->ok = false;
}

struct wici_bytes wici_form_str(struct wici_form *f, const char *name)
{
	return read_value(f, name, WICI_MP_STR).bytes;
}

uint64_t wici_form_uint(struct wici_form *f, const char *name)
{
	return read_value(f, name, WICI_MP_UINT).u;
}

bool wici_form_bool(struct wici_form *f, const char *name)
{
	return read_value(f, name, WICI_MP_BOOL).boolean;
}

void wici_form_bin(struct wici_form *f, const char *name, void *out, size_t len)
{
	struct wici_bytes b = read_value(f, name, WICI_MP_BIN).bytes;

	if (b.len == len && f->ok) {
		memcpy(out, b.p, len);
		return;
	}
	memset(out, 0, len);
	f->ok = false;
}

struct wici_bytes wici_form_raw(struct wici_form *f, const char *name)
{
	struct wici_bytes raw = {NULL, 0};

	if (f->ok && name && wici_mp_expect_key(&f->r, name) != WICI_OK)
		f->ok = false;
	if (f->ok && wici_mp_skip(&f->r, &raw) != WICI_OK)
		f->ok = false;
	return f->ok ? raw : (struct wici_bytes){NULL, 0};
}

uint32_t wici_form_array(struct wici_form *f, const char *name, uint32_t min,
			 uint32_t max)
{
	uint32_t count = read_value(f, name, WICI_MP_ARRAY).count;

	if (count < min || count > max)
		f->ok = false;
	return f->ok ? count : 0;
}
