/* tests/fuzz/fuzz_text.c — Text and days. A LINE is a TEXT is UTF-8; a code is
 * a LINE; a day that is read is written as it was. */
#include "proto/text.h"

#include "proto/day.h"
#include "proto/id.h"
#include "tests/fuzz/fuzz.h"

static void text(struct wici_bytes b)
{
	bool is_line = wici_text_is_line(b);
	bool is_text = wici_text_is_text(b);

	MUST(!is_line || is_text);
	MUST(!is_text || wici_text_is_utf8(b));
	MUST(!wici_text_is_code(b) || is_line);
	(void)wici_text_is_personal(b);
}

static void day(struct wici_bytes b)
{
	int32_t day, first, last;
	char again[11];

	if (wici_when_parse(&first, &last, b) != WICI_OK) {
		MUST(wici_day_parse(&day, b) != WICI_OK);
		return;
	}
	MUST(first <= last && last - first < 366);
	if (wici_day_parse(&day, b) != WICI_OK) {
		MUST(b.len < WICI_DAY_LEN);
		return;
	}
	MUST(day == first && day == last);
	wici_day_format(again, day);
	MUST(wici_bytes_is(b, again));
}

/* Any number is a time. */
static void clock_of(struct wici_bytes b)
{
	char out[25];
	uint64_t ms;

	if (b.len < sizeof(ms))
		return;
	ms = wici_get_u64(b.p);
	wici_time_format(out, (int64_t)ms);
	MUST(strlen(out) == WICI_TIME_LEN);
	(void)wici_day_warsaw((int64_t)ms);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct wici_bytes b = {data, size};
	uint8_t *raw = malloc(size + 1);
	size_t len;

	MUST(raw);
	text(b);
	day(b);
	clock_of(b);
	if (size % 2 == 0)
		(void)wici_unhex(raw, size / 2, b);
	if (wici_bech32_decode(raw, size, &len, "wici", b) == WICI_OK)
		MUST(len <= size);
	free(raw);
	return 0;
}
