/* tests/fuzz/fuzz_ranges.c — A peer's ranges against a set of 300: space u8,
 * room u8 (in steps of 256 above the least), then the ranges. The answer keeps
 * to its room, and is itself one that an honest peer takes. */
#include "proto/ranges.h"

#include "tests/fuzz/fuzz.h"

#define ITEMS 300

static struct wici_head items[ITEMS];

static void fill(uint8_t space)
{
	memset(items, 0, sizeof(items));
	for (size_t i = 0; i < ITEMS; i++) {
		wici_put_u16(items[i].feed.b, (uint16_t)(i * 200));
		items[i].feed.b[31] = (uint8_t)i;
		if (space == WICI_SPACE_STATEMENTS)
			continue;
		items[i].seq = i + 1;
		items[i].id.b[0] = (uint8_t)i;
	}
}

/* Both buffers are as large as was promised, and not a byte larger. */
static size_t answer(const struct wici_range_set *set, struct wici_bytes in,
		     uint8_t *out, size_t room)
{
	struct wici_range_diff diff = {.max = WICI_HEADS_MAX + 1};
	size_t len = room;
	enum wici_err err;

	if (set->space == WICI_SPACE_STATEMENTS)
		diff.max = WICI_IDS_MAX + 1;
	diff.theirs = malloc(diff.max * sizeof(diff.theirs[0]));
	MUST(diff.theirs && out);
	err = wici_ranges_answer(set, in, &diff, out, &len);
	MUST(err == WICI_OK || err == WICI_REJECT_RANGE);
	if (err != WICI_OK)
		len = 0;
	MUST(len <= room && diff.count <= diff.max);
	for (size_t i = 1; err == WICI_OK && i < diff.count; i++)
		MUST(memcmp(diff.theirs[i - 1].feed.b, diff.theirs[i].feed.b,
			    WICI_KEY_LEN) < 0);
	free(diff.theirs);
	return len;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct wici_bytes in = {data, size};
	struct wici_range_set set = {.items = items, .count = ITEMS};
	struct wici_range_set nothing = {.items = items};
	size_t room, len;
	uint8_t *out, *back;

	set.space = nothing.space = fuzz_byte(&in) & 1;
	room = 4096 + (size_t)fuzz_byte(&in) * 256;
	fill(set.space);
	out = malloc(room);
	back = malloc(room);
	(void)answer(&nothing, in, back, room);
	len = answer(&set, in, out, room);
	/* To its author, too, it brings no item: the same set, or none. */
	if (len > 0)
		(void)answer(&nothing, (struct wici_bytes){out, len}, back,
			     room);
	free(back);
	free(out);
	return 0;
}
