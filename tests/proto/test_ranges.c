/* tests/proto/test_ranges.c — Two sets talk until each knows what the other
 * has; and a liar talks to one. */
#include "proto/ranges.h"

#include <stdlib.h>

#include "tests/test.h"

#define ITEMS_MAX 5000
#define WIRE_MAX  ((size_t)2 << 20)
#define DIFF_MAX  WICI_IDS_MAX

static uint64_t seed;

/* Numbers that are the same at each run: a failure can be repeated. */
static uint32_t number(uint32_t below)
{
	seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (uint32_t)(seed >> 33) % below;
}

struct side {
	struct wici_range_set set;
	struct wici_head items[ITEMS_MAX];
	/* What it was told of the other side, by index into `all`. */
	bool told[ITEMS_MAX];
};

static struct wici_head all[ITEMS_MAX];   /* The union; a's version. */
static struct wici_head other[ITEMS_MAX]; /* b's version, if it differs. */
static bool in_a[ITEMS_MAX], in_b[ITEMS_MAX];
static size_t all_count;
static struct side a, b;
static uint8_t wire[2][WIRE_MAX];

static int compare(const void *x, const void *y)
{
	return memcmp(((const struct wici_head *)x)->feed.b,
		      ((const struct wici_head *)y)->feed.b, 32);
}

static void random_head(struct wici_head *h, uint8_t space)
{
	memset(h, 0, sizeof(*h));
	for (int i = 0; i < 32; i++)
		h->feed.b[i] = (uint8_t)number(256);
	if (space == WICI_SPACE_STATEMENTS)
		return;
	h->seq = number(1000) + 1;
	for (int i = 0; i < 32; i++)
		h->id.b[i] = (uint8_t)number(256);
}

static void side_fill(struct side *s, uint8_t space,
		      const struct wici_head *from, const bool *in)
{
	size_t count = 0;

	for (size_t i = 0; i < all_count; i++)
		if (in[i])
			s->items[count++] = from[i];
	s->set = (struct wici_range_set){space, s->items, count};
	memset(s->told, 0, sizeof(s->told));
}

/* count keys; of each thousand, some only in a, only in b, or different. */
static void draw(uint8_t space, size_t count, uint32_t only_a, uint32_t only_b,
		 uint32_t different)
{
	all_count = count;
	for (size_t i = 0; i < count; i++)
		random_head(&all[i], space);
	qsort(all, count, sizeof(all[0]), compare);
	for (size_t i = 0; i < count; i++) {
		uint32_t n = number(1000);

		other[i] = all[i];
		in_a[i] = !(n >= only_a && n < only_a + only_b);
		in_b[i] = !(n < only_a);
		if (space == WICI_SPACE_HEADS && n >= 1000 - different)
			other[i].seq++;
	}
	side_fill(&a, space, all, in_a);
	side_fill(&b, space, other, in_b);
}

static void mark_told(struct side *s, const struct wici_range_diff *diff,
		      const struct wici_head *theirs)
{
	for (size_t i = 0; i < diff->count; i++) {
		struct wici_head *h = bsearch(&diff->theirs[i], all, all_count,
					      sizeof(all[0]), compare);

		CHECK(h != NULL);
		CHECK(memcmp(&theirs[h - all], &diff->theirs[i], sizeof(*h)) ==
		      0);
		s->told[h - all] = true;
	}
}

/* Both know all that they lack or hold differently, and were told no more. */
static void check_told(void)
{
	for (size_t i = 0; i < all_count; i++) {
		bool is_different = all[i].seq != other[i].seq;
		bool a_needs = in_b[i] && (!in_a[i] || is_different);
		bool b_needs = in_a[i] && (!in_b[i] || is_different);

		CHECK(a.told[i] == a_needs);
		CHECK(b.told[i] == b_needs);
	}
}

/* a begins; returns the number of messages, the last answer included. */
static int reconcile(size_t room, size_t *bytes)
{
	static struct wici_head theirs[DIFF_MAX + 1];
	struct wici_range_diff diff = {.theirs = theirs};
	size_t len = room;
	int messages = 1;

	/* No more than the header asks for. */
	diff.max = a.set.space == WICI_SPACE_HEADS ? WICI_HEADS_MAX + 1
						   : WICI_IDS_MAX + 1;
	*bytes = 0;
	wici_ranges_begin(&a.set, wire[0], &len);
	for (; len > 0; messages++) {
		struct side *to = messages % 2 ? &b : &a;
		struct wici_bytes in = {wire[(messages + 1) % 2], len};

		CHECK(messages < 3000);
		CHECK(len <= room);
		*bytes += len;
		len = room;
		CHECK_OK(wici_ranges_answer(&to->set, in, &diff,
					    wire[messages % 2], &len));
		mark_told(to, &diff, to == &b ? all : other);
	}
	check_told();
	return messages - 1;
}

TEST(equal_sets_are_settled_by_one_message_of_33_bytes)
{
	size_t bytes;

	for (uint8_t space = 0; space < 2; space++) {
		seed = space;
		draw(space, 3000, 0, 0, 0);
		CHECK(reconcile(4096, &bytes) == 1);
		CHECK(bytes == 33);
	}
}

TEST(small_sets_are_listed_at_once_and_settled_by_two_messages)
{
	size_t bytes;

	for (size_t count = 0; count <= 32; count++) {
		seed = count;
		draw(WICI_SPACE_HEADS, count, 200, 200, 200);
		CHECK(reconcile(4096, &bytes) <= 2);
	}
}

/* Up to some forty differences: what a day apart brings. */
TEST(random_sets_reconcile_completely_in_six_messages)
{
	for (uint32_t i = 0; i < 120; i++) {
		uint8_t space =
			i % 2 ? WICI_SPACE_HEADS : WICI_SPACE_STATEMENTS;
		size_t bytes;

		seed = i;
		draw(space, number(ITEMS_MAX) + 1, number(3), number(3),
		     number(4));
		CHECK(reconcile(WICI_MESSAGE_LEN_MAX - 2, &bytes) <= 6);
	}
}

/* A month apart: what a message cannot hold takes another. */
TEST(random_sets_with_many_differences_take_few_messages_more)
{
	for (uint32_t i = 0; i < 60; i++) {
		uint8_t space =
			i % 2 ? WICI_SPACE_HEADS : WICI_SPACE_STATEMENTS;
		size_t bytes;

		seed = i;
		draw(space, number(ITEMS_MAX) + 1, number(300), number(300),
		     number(300));
		CHECK(reconcile(WICI_MESSAGE_LEN_MAX - 2, &bytes) <= 24);
	}
}

/* One difference among thousands must not cost more than a few kilobytes. */
TEST(one_difference_in_five_thousand_is_found_cheaply)
{
	size_t bytes;

	for (uint32_t i = 0; i < 20; i++) {
		seed = i;
		draw(WICI_SPACE_HEADS, 5000, 0, 0, 0);
		b.items[number(5000)].seq += 5;
		for (size_t k = 0; k < 5000; k++)
			other[k] = b.items[k];
		CHECK(reconcile(WICI_MESSAGE_LEN_MAX - 2, &bytes) <= 6);
		CHECK(bytes < 5000);
	}
}

/* An empty store, a foreign set, all versions changed: more than a message
 * holds. It takes several, and it ends. */
TEST(sets_that_differ_in_everything_reconcile_whatever_the_room)
{
	static const uint32_t only[][3] = {
		{1000, 0, 0},    {0, 1000, 0}, {500, 500, 0}, {0, 0, 1000},
		{300, 300, 300}, {990, 10, 0}, {10, 990, 0},  {0, 990, 10}};
	static const size_t rooms[] = {4096, 5000, WICI_MESSAGE_LEN_MAX - 2};

	for (size_t i = 0; i < sizeof(only) / sizeof(only[0]); i++) {
		for (size_t r = 0; r < 3; r++) {
			uint8_t space = r == 1 ? WICI_SPACE_STATEMENTS
					       : WICI_SPACE_HEADS;
			size_t bytes;

			seed = i;
			draw(space, 3000, only[i][0], only[i][1], only[i][2]);
			(void)reconcile(rooms[r], &bytes);
		}
	}
}

/* A newcomer with nothing learns five thousand heads without waste. */
TEST(an_empty_side_learns_everything_at_little_more_than_its_size)
{
	size_t bytes;

	seed = 1;
	draw(WICI_SPACE_HEADS, 5000, 1000, 0, 0);
	CHECK(b.set.count == 0);
	CHECK(reconcile(WICI_MESSAGE_LEN_MAX - 2, &bytes) <= 20);
	CHECK(bytes < 5000 * 72 + 2000);
}

/* Keys that share all but their last bits are the worst that can be split. */
TEST(keys_close_together_reconcile_too)
{
	size_t bytes;

	seed = 5;
	draw(WICI_SPACE_HEADS, 2000, 0, 0, 0);
	for (size_t i = 0; i < 2000; i++) {
		memset(all[i].feed.b, 0xff, 32);
		wici_put_u16(all[i].feed.b + 30, (uint16_t)(63536 + i));
		other[i] = all[i];
		other[i].seq += i % 10 == 0;
	}
	side_fill(&a, WICI_SPACE_HEADS, all, in_a);
	side_fill(&b, WICI_SPACE_HEADS, other, in_b);
	(void)reconcile(4096, &bytes);
}

/* Answers a copy of exactly this length, so that ASan sees a step beyond. */
static enum wici_err answer(const uint8_t *p, size_t len, size_t *out_len)
{
	static struct wici_head theirs[DIFF_MAX + 1];
	struct wici_range_diff diff = {theirs, DIFF_MAX + 1, 0};
	uint8_t *copy = malloc(len ? len : 1);
	enum wici_err err;

	CHECK(copy != NULL);
	memcpy(copy, p, len);
	*out_len = 4096;
	err = wici_ranges_answer(&b.set, (struct wici_bytes){copy, len}, &diff,
				 wire[1], out_len);
	free(copy);
	CHECK(err == WICI_OK || err == WICI_REJECT_RANGE);
	CHECK(err != WICI_OK || *out_len <= 4096);
	return err;
}

/* A message with every mode in it: a list, an answer, fingerprints, skips. */
static size_t rich_message(uint8_t *p)
{
	size_t len = 0;
	struct wici_id print = wici_range_fingerprint(&b.set, 0, 3);

	p[len++] = 1;
	memcpy(p + len, b.items[3].feed.b, 32);
	memcpy(p + len + 32, print.b, 32);
	len += 64;
	p[len++] = 2;
	memcpy(p + len, b.items[6].feed.b, 32);
	wici_put_u16(p + len + 32, 2);
	len += 34;
	for (int i = 3; i < 5; i++) {
		memcpy(p + len, b.items[i].feed.b, 32);
		wici_put_u64(p + len + 32, b.items[i].seq + 1);
		memcpy(p + len + 40, b.items[i].id.b, 32);
		len += 72;
	}
	p[len++] = 0;
	memcpy(p + len, b.items[8].feed.b, 32);
	len += 32;
	p[len++] = 3;
	memcpy(p + len, b.items[40].feed.b, 32);
	wici_put_u16(p + len + 32, 1);
	len += 34;
	memcpy(p + len, b.items[9].feed.b, 32);
	wici_put_u64(p + len + 32, 5);
	memset(p + len + 40, 9, 32);
	len += 72;
	p[len++] = 0x81;
	memset(p + len, 7, 32);
	return len + 32;
}

TEST(every_truncation_and_anything_after_the_end_is_refused)
{
	static uint8_t p[1024];
	size_t len, out_len;

	seed = 3;
	draw(WICI_SPACE_HEADS, 200, 0, 0, 0);
	len = rich_message(p);
	CHECK_OK(answer(p, len, &out_len));
	CHECK(out_len > 0);
	for (size_t n = 0; n < len; n++)
		CHECK_ERR(answer(p, n, &out_len), WICI_REJECT_RANGE);
	CHECK_ERR(answer(p, len + 1, &out_len), WICI_REJECT_RANGE);
}

TEST(changed_bytes_never_do_harm)
{
	static uint8_t p[1024];
	size_t len, out_len;

	seed = 4;
	draw(WICI_SPACE_HEADS, 200, 0, 0, 0);
	len = rich_message(p);
	for (int i = 0; i < 60000; i++) {
		uint8_t changed[1024];

		memcpy(changed, p, len);
		for (uint32_t k = 0; k <= number(4); k++)
			changed[number((uint32_t)len)] = (uint8_t)number(256);
		(void)answer(changed, len - number(3), &out_len);
	}
}

TEST(random_bytes_never_do_harm)
{
	uint8_t p[400];
	size_t out_len;

	seed = 6;
	draw(WICI_SPACE_STATEMENTS, 200, 0, 0, 0);
	for (int i = 0; i < 60000; i++) {
		size_t len = number(sizeof(p) + 1);

		for (size_t k = 0; k < len; k++)
			p[k] = (uint8_t)number(i % 2 ? 4 : 256);
		if (len > 40 && i % 3)
			p[0] = (uint8_t)(0x80 | number(4));
		(void)answer(p, len, &out_len);
	}
}

TEST(bounds_and_keys_that_do_not_ascend_are_refused)
{
	uint8_t p[256] = {0};
	size_t out_len;

	seed = 7;
	draw(WICI_SPACE_STATEMENTS, 10, 0, 0, 0);
	/* A first bound of zeroes; a second like the first. */
	p[33] = 0x80;
	CHECK_ERR(answer(p, 34, &out_len), WICI_REJECT_RANGE);
	p[1] = 1;
	CHECK_OK(answer(p, 34, &out_len));
	CHECK(out_len == 0);
	p[33] = 0;
	p[34] = 1;
	p[66] = 0x80;
	CHECK_ERR(answer(p, 67, &out_len), WICI_REJECT_RANGE);
	p[34] = 2;
	CHECK_OK(answer(p, 67, &out_len));
	/* An unknown mode; a key twice; a key above its range's end. */
	p[66] = 0x84;
	CHECK_ERR(answer(p, 67, &out_len), WICI_REJECT_RANGE);
	memset(p, 0, sizeof(p));
	p[0] = 0x82;
	p[2] = 2;
	CHECK_ERR(answer(p, 67, &out_len), WICI_REJECT_RANGE);
	p[3 + 32] = 1;
	CHECK_OK(answer(p, 67, &out_len));
	memset(p, 0, sizeof(p));
	p[0] = 2;
	p[1] = 1;
	p[34] = 1;
	p[35] = 1;
	p[67] = 0x80;
	CHECK_ERR(answer(p, 68, &out_len), WICI_REJECT_RANGE);
	p[35] = 0;
	CHECK_OK(answer(p, 68, &out_len));
}

TEST(more_items_than_there_is_room_for_are_refused)
{
	struct wici_head theirs[2];
	struct wici_range_diff diff = {theirs, 2, 0};
	uint8_t p[3 + 3 * 32] = {0x83, 0, 3};
	size_t out_len = 4096;

	seed = 8;
	draw(WICI_SPACE_STATEMENTS, 0, 0, 0, 0);
	for (int i = 0; i < 3; i++)
		p[3 + 32 * i] = (uint8_t)(i + 1);
	CHECK_ERR(wici_ranges_answer(&b.set, (struct wici_bytes){p, sizeof(p)},
				     &diff, wire[1], &out_len),
		  WICI_REJECT_RANGE);
	CHECK(diff.count <= diff.max);
	diff.max = 3;
	diff.theirs = (struct wici_head[3]){0};
	CHECK_OK(wici_ranges_answer(&b.set, (struct wici_bytes){p, sizeof(p)},
				    &diff, wire[1], &out_len));
	CHECK(diff.count == 3 && out_len == 0);
}

/* reconcile() hands out an array for exactly the limit and one: an answer to
 * an empty side, and many small lists, must both stay below it. */
TEST(no_message_lists_more_than_the_limit_of_its_space)
{
	size_t bytes;

	for (uint8_t space = 0; space < 2; space++) {
		seed = 9;
		draw(space, 5000, 1000, 0, 0);
		(void)reconcile(WIRE_MAX, &bytes);
		draw(space, 5000, 300, 300, 300);
		(void)reconcile(WIRE_MAX, &bytes);
	}
}

TEST(a_sequence_number_that_no_entry_can_have_is_refused)
{
	uint8_t p[3 + 72] = {0x82, 0, 1, 1};
	size_t out_len;

	seed = 10;
	draw(WICI_SPACE_HEADS, 10, 0, 0, 0);
	wici_put_u64(p + 35, WICI_SEQ_MAX);
	CHECK_OK(answer(p, sizeof(p), &out_len));
	wici_put_u64(p + 35, WICI_SEQ_MAX + 1);
	CHECK_ERR(answer(p, sizeof(p), &out_len), WICI_REJECT_RANGE);
}

TEST_MAIN(RUN(equal_sets_are_settled_by_one_message_of_33_bytes),
	  RUN(small_sets_are_listed_at_once_and_settled_by_two_messages),
	  RUN(random_sets_reconcile_completely_in_six_messages),
	  RUN(random_sets_with_many_differences_take_few_messages_more),
	  RUN(one_difference_in_five_thousand_is_found_cheaply),
	  RUN(sets_that_differ_in_everything_reconcile_whatever_the_room),
	  RUN(an_empty_side_learns_everything_at_little_more_than_its_size),
	  RUN(keys_close_together_reconcile_too),
	  RUN(every_truncation_and_anything_after_the_end_is_refused),
	  RUN(changed_bytes_never_do_harm), RUN(random_bytes_never_do_harm),
	  RUN(bounds_and_keys_that_do_not_ascend_are_refused),
	  RUN(more_items_than_there_is_room_for_are_refused),
	  RUN(no_message_lists_more_than_the_limit_of_its_space),
	  RUN(a_sequence_number_that_no_entry_can_have_is_refused))
