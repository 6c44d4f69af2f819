/* tests/fuzz/fuzz_payload.c — A payload of any kind: number u8, then payload.
 * What fits its kind is read and guarded without another question; what does
 * not says why. */
#include "proto/kind.h"

#include "proto/entry.h"
#include "proto/kinds.h"
#include "tests/fuzz/fuzz.h"

static uint8_t body[WICI_BODY_LEN_MAX];

static bool lies_in(struct wici_bytes part, struct wici_bytes whole)
{
	return !part.p ||
	       (part.p >= whole.p && part.len <= whole.len &&
		part.p - whole.p <= (ptrdiff_t)(whole.len - part.len));
}

/* A refusal is for people: it names what was expected, and what it shows is
 * part of the payload. */
static void is_told(enum wici_err err, const struct wici_problem *problem,
		    struct wici_bytes payload)
{
	MUST(problem->err == err);
	MUST(problem->expected && problem->expected[0]);
	MUST(lies_in(problem->got, payload));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct wici_bytes payload = {data, size};
	const struct wici_kind *kind = wici_kind_by_number(fuzz_byte(&payload));
	struct wici_problem problem = {.err = WICI_INTERNAL};
	struct wici_bytes raw;
	enum wici_err err;

	if (!kind)
		return 0;
	err = wici_kind_check(kind, payload, &problem);
	if (err != WICI_OK) {
		is_told(err, &problem, payload);
		return 0;
	}
	MUST(payload.len <= WICI_PAYLOAD_LEN_MAX);
	wici_kind_read(kind, payload, body);
	err = wici_kind_guard(kind, payload, &problem);
	if (err != WICI_OK)
		is_told(err, &problem, payload);
	/* Field by field it fits as well. */
	for (const struct wici_field *f = kind->fields; f->name; f++) {
		if (wici_mp_find(WICI_MP_CANONICAL, payload, f->name, &raw)) {
			MUST(!(f->flags & WICI_REQUIRED));
			continue;
		}
		MUST(wici_field_check(f, raw, &problem) == WICI_OK);
	}
	return 0;
}
