/* daemon/project_unique.c — Records whose kind has a field that is used once. */
#include "daemon/project.h"

#include "daemon/find.h"
#include "proto/require.h"

/* For this store alone: nobody else ever sees these ids. */
enum wici_err project_unique(const struct wici_kind *kind,
			     const struct wici_key *feed,
			     struct wici_bytes payload, struct wici_id *to)
{
	static const uint8_t domain[WICI_DOMAIN_LEN] = "wici/unique/1";
	const struct wici_field *field = wici_field_flagged(kind, WICI_UNIQUE);
	const struct wici_field *code = wici_field_flagged(kind, WICI_CODE);
	struct wici_bytes word = {NULL, 0};
	struct wici_hash h;
	struct wici_mp_reader r;
	struct wici_bytes raw;
	uint8_t number[8];
	struct wici_mp v;

	if (!field ||
	    wici_mp_find(WICI_MP_CANONICAL, payload, field->name, &raw))
		return WICI_NOT_FOUND;
	wici_mp_reader_init(&r, WICI_MP_CANONICAL, raw);
	WICI_REQUIRE(wici_mp_expect(&r, WICI_MP_UINT, &v) == WICI_OK);
	if (code)
		word = find_line(payload, code->name);
	(void)crypto_generichash_init(&h.state, NULL, 0, WICI_ID_LEN);
	wici_hash_update(&h, domain, sizeof(domain));
	wici_put_u64(number, kind->number);
	wici_hash_update(&h, number, sizeof(number));
	wici_hash_update(&h, feed->b, sizeof(feed->b));
	wici_put_u64(number, v.u);
	wici_hash_update(&h, number, sizeof(number));
	wici_hash_update(&h, word.p, word.len);
	*to = wici_hash_final(&h);
	return WICI_OK;
}
