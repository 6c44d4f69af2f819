/* client/bundle_file.c — A small bundle, copied apart. */
#include "client/bundle_file.h"

#include "client/fail.h"
#include "client/say.h"
#include "proto/require.h"

#include <stdlib.h>
#include <string.h>

bool bundle_file_is(struct wici_bytes whole)
{
	const uint8_t *domain = wici_domain(WICI_DOMAIN_BUNDLE);

	return whole.len >= WICI_DOMAIN_LEN &&
	       memcmp(whole.p, domain, WICI_DOMAIN_LEN) == 0;
}

static void add(struct bundle_file *f, size_t *used, enum wici_bundle_type type,
		struct wici_bytes bytes)
{
	uint8_t *at = f->copy + *used;

	if ((f->count & (f->count - 1)) == 0) { /* 0, 1, 2, 4, 8 … */
		f->parts = reallocarray(f->parts, f->count ? 2 * f->count : 1,
					sizeof(*f->parts));
		WICI_REQUIRE(f->parts);
	}
	if (bytes.len)
		memcpy(at, bytes.p, bytes.len);
	f->parts[f->count++] =
		(struct bundle_part){type, (struct wici_bytes){at, bytes.len}};
	*used += bytes.len;
}

/* WICI_OK: all of it was read, and nothing is missing. */
static enum wici_err read_all(struct wici_bundle_reader *r,
			      struct wici_bytes whole, struct bundle_file *f)
{
	enum wici_bundle_type type;
	struct wici_bytes bytes;
	size_t taken, used = 0;
	enum wici_err err = WICI_AGAIN;

	while (whole.len > 0 && (err == WICI_AGAIN || err == WICI_END)) {
		err = wici_bundle_feed(r, whole, &taken);
		whole.p += taken;
		whole.len -= taken;
		while (err == WICI_OK) {
			err = wici_bundle_next(r, &type, &bytes);
			if (err == WICI_OK)
				add(f, &used, type, bytes);
		}
	}
	f->network = r->network;
	return err == WICI_END && r->is_done ? WICI_OK : WICI_REJECT_BUNDLE;
}

enum wici_err bundle_file_take(struct client *c, struct wici_bytes whole,
			       struct bundle_file *f)
{
	struct wici_bundle_reader *r = malloc(sizeof(*r));
	enum wici_err err;

	memset(f, 0, sizeof(*f));
	f->copy = malloc(whole.len + 1);
	WICI_REQUIRE(r && f->copy);
	wici_bundle_reader_init(r);
	err = read_all(r, whole, f);
	free(r);
	if (!err)
		return WICI_OK;
	err = fail(c, WICI_BAD_FIELD,
		   N_("the file is damaged, cut short, or none of wici's"));
	fail_hint(c, N_("copy the file again, whole"));
	return err;
}

void bundle_file_clear(struct bundle_file *f)
{
	free(f->parts);
	free(f->copy);
	memset(f, 0, sizeof(*f));
}
