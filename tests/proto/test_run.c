/* tests/proto/test_run.c — Runs from outside: what joins, what does not, and
 * nothing in between. */
#include "proto/run.h"

#include "tests/proto/vectors.h"
#include "tests/test.h"

static const struct wici_id network = {{5}};
static struct wici_key feed;
static struct wici_secret secret;

/* A signed chain of n entries with payloads of len bytes. */
static void make_chain(struct wici_entry *e, size_t n, size_t len)
{
	static const uint8_t payload[WICI_PAYLOAD_LEN_MAX] = {0x80};
	static const uint8_t seed[32] = {9};
	struct wici_id prev = {{0}};

	wici_key_pair(&feed, &secret, seed);
	for (size_t i = 0; i < n; i++) {
		e[i] = (struct wici_entry){.header = {.version = 1,
						      .kind = 3,
						      .seq = i + 1,
						      .feed = feed,
						      .prev = prev,
						      .time_ms = 1000}};
		e[i].salt.b[0] = (uint8_t)i;
		e[i].payload = (struct wici_bytes){payload, len};
		wici_entry_sign(&e[i], &network, &secret);
		prev = wici_entry_id(&e[i].header, &e[i].sig);
	}
}

static struct wici_bytes pack(uint8_t *buf, size_t max,
			      const struct wici_entry *e, size_t n)
{
	struct wici_run_writer w;

	wici_run_writer_init(&w, buf, max, &feed, e[0].header.seq);
	for (size_t i = 0; i < n; i++)
		CHECK_OK(wici_run_add(&w, &e[i]));
	return wici_run_finish(&w);
}

static enum wici_err verify(struct wici_bytes b)
{
	struct wici_head after = {.feed = feed};
	struct wici_head last;

	return wici_run_verify(b, &after, &network, &last);
}

TEST(the_vectors_are_read_and_written_byte_for_byte)
{
	struct vector v = {0};
	struct wici_head after, last;
	struct wici_run run;
	struct wici_run_writer w;
	struct wici_entry e;
	struct wici_id id, net;
	struct wici_bytes b, ids;
	uint8_t buf[1024];
	int cases = 0;

	for (; vector_next(&v, "tests/vectors/run.hex"); cases++) {
		b = vector_get(&v, "run");
		ids = vector_get(&v, "ids");
		vector_copy(&v, "network", net.b, 32);
		vector_copy(&v, "feed", after.feed.b, 32);
		vector_copy(&v, "after_id", after.id.b, 32);
		after.seq = vector_number(&v, "after_seq");
		CHECK_OK(wici_run_open(&run, b, &after));
		wici_run_writer_init(&w, buf, sizeof(buf), &run.feed,
				     run.first_seq);
		for (size_t i = 0; i < run.count; i++) {
			CHECK_OK(wici_run_next(&run, &e, &id));
			CHECK(memcmp(id.b, ids.p + 32 * i, 32) == 0);
			CHECK(e.has_payload ==
			      (vector_get(&v, "forms").p[i] == 0));
			CHECK_OK(wici_entry_verify(&e.header, &e.sig, &net));
			CHECK_OK(wici_run_add(&w, &e));
		}
		CHECK_ERR(wici_run_next(&run, &e, &id), WICI_END);
		CHECK(wici_bytes_equal(wici_run_finish(&w), b));
		CHECK_OK(wici_run_verify(b, &after, &net, &last));
		CHECK(memcmp(last.id.b, ids.p + ids.len - 32, 32) == 0);
		CHECK(last.seq == after.seq + run.count);
		CHECK(wici_key_equal(&last.feed, &after.feed));
	}
	CHECK(cases == 3);
}

TEST(every_truncation_and_every_addition_is_refused)
{
	struct wici_entry e[3];
	uint8_t buf[1024];
	struct wici_bytes b;
	size_t len;

	make_chain(e, 3, 9);
	e[1].has_payload = false;
	b = pack(buf, sizeof(buf), e, 3);
	CHECK_OK(verify(b));
	len = b.len;
	for (b.len = 0; b.len < len; b.len++) {
		/* In a block of its own, so that ASan sees a byte too far. */
		uint8_t *copy = test_malloc(b.len ? b.len : 1);

		memcpy(copy, buf, b.len);
		CHECK_ERR(verify((struct wici_bytes){copy, b.len}),
			  WICI_REJECT_RUN);
		test_free(copy);
	}
	buf[len] = 0;
	b.len = len + 1;
	CHECK_ERR(verify(b), WICI_REJECT_RUN);
}

TEST(every_bit_of_a_run_counts)
{
	struct wici_entry e[3];
	uint8_t buf[1024];
	struct wici_bytes b;

	make_chain(e, 3, 5);
	b = pack(buf, sizeof(buf), e, 3);
	for (size_t bit = 0; bit < 8 * b.len; bit++) {
		buf[bit / 8] ^= (uint8_t)(1 << bit % 8);
		CHECK(verify(b) != WICI_OK);
		buf[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	CHECK_OK(verify(b));
}

TEST(a_run_joins_its_own_head_only)
{
	struct wici_entry e[4];
	struct wici_head after = {.seq = 2}, last;
	uint8_t buf[1024];
	struct wici_bytes b;

	make_chain(e, 4, 5);
	b = pack(buf, sizeof(buf), e + 2, 2);
	after.feed = feed;
	after.id = wici_entry_id(&e[1].header, &e[1].sig);
	CHECK_OK(wici_run_verify(b, &after, &network, &last));
	after.seq = 1;
	CHECK_ERR(wici_run_verify(b, &after, &network, &last),
		  WICI_REJECT_CHAIN);
	after.seq = 3;
	CHECK_ERR(wici_run_verify(b, &after, &network, &last),
		  WICI_REJECT_CHAIN);
	after.seq = 2;
	after.feed.b[0] ^= 1;
	CHECK_ERR(wici_run_verify(b, &after, &network, &last),
		  WICI_REJECT_CHAIN);
	after.feed = feed;
	/* Another entry 2 than the run was made on: its signature tells. */
	after.id.b[0] ^= 1;
	CHECK_ERR(wici_run_verify(b, &after, &network, &last),
		  WICI_REJECT_SIGNATURE);
}

TEST(a_head_of_nothing_has_no_id_whatever_stands_there)
{
	struct wici_entry e[1];
	struct wici_head after = {.id = {{0xff}}}, last;
	uint8_t buf[1024];
	struct wici_bytes b;

	make_chain(e, 1, 5);
	b = pack(buf, sizeof(buf), e, 1);
	after.feed = feed;
	CHECK_OK(wici_run_verify(b, &after, &network, &last));
}

TEST(an_entry_whose_own_signature_fails_is_carried_by_a_later_one)
{
	struct wici_entry e[2];
	uint8_t buf[1024];

	make_chain(e, 2, 5);
	e[0].sig.b[40] ^= 1;
	e[1].header.prev = wici_entry_id(&e[0].header, &e[0].sig);
	wici_entry_sign(&e[1], &network, &secret);
	CHECK_OK(verify(pack(buf, sizeof(buf), e, 2)));
	CHECK_ERR(wici_entry_verify(&e[0].header, &e[0].sig, &network),
		  WICI_REJECT_SIGNATURE);
}

TEST(a_run_holds_256_entries_and_not_one_more)
{
	static struct wici_entry e[257];
	static uint8_t buf[60000];
	uint8_t other[1024];
	struct wici_run_writer w;
	struct wici_bytes b, one;

	make_chain(e, 257, 3);
	wici_run_writer_init(&w, buf, sizeof(buf), &feed, 1);
	for (size_t i = 0; i < 256; i++)
		CHECK_OK(wici_run_add(&w, &e[i]));
	CHECK_ERR(wici_run_add(&w, &e[256]), WICI_TOO_LARGE);
	b = wici_run_finish(&w);
	CHECK_OK(verify(b));

	/* Counts that lie, and one that is true. */
	wici_put_u16(buf + 40, 0);
	CHECK_ERR(verify(b), WICI_REJECT_RUN);
	wici_put_u16(buf + 40, 257);
	CHECK_ERR(verify(b), WICI_REJECT_RUN);
	wici_put_u16(buf + 40, 0xffff);
	CHECK_ERR(verify(b), WICI_REJECT_RUN);
	wici_put_u16(buf + 40, 255);
	CHECK_ERR(verify(b), WICI_REJECT_RUN);
	one = pack(other, sizeof(other), e + 256, 1);
	one.len -= WICI_RUN_HEAD_LEN;
	memcpy(buf + b.len, other + WICI_RUN_HEAD_LEN, one.len);
	b.len += one.len;
	wici_put_u16(buf + 40, 257);
	CHECK_ERR(verify(b), WICI_REJECT_RUN);
}

TEST(a_refused_entry_leaves_the_run_as_it_was)
{
	struct wici_entry e[2];
	uint8_t buf[1024];
	struct wici_run_writer w;
	size_t one = WICI_RUN_HEAD_LEN + WICI_RUN_ITEM_LEN + 16 + 5;

	make_chain(e, 2, 5);
	for (size_t max = WICI_RUN_HEAD_LEN; max < sizeof(buf); max++) {
		bool fits_one = max >= one, fits_two = max >= 2 * one - 42;

		memset(buf, 0xaa, sizeof(buf));
		wici_run_writer_init(&w, buf, max, &feed, 1);
		CHECK((wici_run_add(&w, &e[0]) == WICI_OK) == fits_one);
		if (fits_one)
			CHECK((wici_run_add(&w, &e[1]) == WICI_OK) == fits_two);
		if (fits_one)
			CHECK_OK(verify(wici_run_finish(&w)));
		else
			CHECK(wici_run_finish(&w).len == 0);
		for (size_t i = max; i < sizeof(buf); i++)
			CHECK(buf[i] == 0xaa);
	}
}

TEST(a_run_can_be_cut_back_to_any_of_its_entries_and_go_on)
{
	struct wici_entry e[4];
	uint8_t buf[1024], whole[1024];
	struct wici_run_writer w;
	struct wici_bytes b, all;

	make_chain(e, 4, 5);
	e[1].has_payload = false;
	all = pack(whole, sizeof(whole), e, 4);
	for (uint16_t count = 0; count <= 5; count++) {
		uint16_t left = count < 4 ? count : 4;

		wici_run_writer_init(&w, buf, sizeof(buf), &feed, 1);
		for (size_t i = 0; i < 4; i++)
			CHECK_OK(wici_run_add(&w, &e[i]));
		wici_run_truncate(&w, count);
		CHECK(w.count == left && w.next_seq == left + 1U);
		b = wici_run_finish(&w);
		if (left)
			CHECK_OK(verify(b));
		for (size_t i = left; i < 4; i++)
			CHECK_OK(wici_run_add(&w, &e[i]));
		CHECK(wici_bytes_equal(wici_run_finish(&w), all));
	}
}

TEST(limits_and_versions_end_a_feed_everywhere)
{
	struct wici_entry e[1];
	uint8_t buf[1024];
	struct wici_bytes b;

	make_chain(e, 1, 5);
	b = pack(buf, sizeof(buf), e, 1);
	buf[WICI_RUN_HEAD_LEN + 1] = 2;
	CHECK_ERR(verify(b), WICI_REJECT_VERSION);
	buf[WICI_RUN_HEAD_LEN + 1] = 1;
	wici_put_u32(buf + WICI_RUN_HEAD_LEN + 77, 32769);
	CHECK_ERR(verify(b), WICI_REJECT_LIMIT);
	wici_put_u32(buf + WICI_RUN_HEAD_LEN + 77, 0xffffffff);
	CHECK_ERR(verify(b), WICI_REJECT_LIMIT);
	wici_put_u32(buf + WICI_RUN_HEAD_LEN + 77, 32768);
	CHECK_ERR(verify(b), WICI_REJECT_RUN);
	wici_put_u32(buf + WICI_RUN_HEAD_LEN + 77, 5);
	CHECK_OK(verify(b));
	for (int form = 1; form < 256; form++) {
		buf[WICI_RUN_HEAD_LEN] = (uint8_t)form;
		CHECK_ERR(verify(b), WICI_REJECT_RUN);
	}
}

TEST(no_seq_is_zero_or_wraps_or_passes_its_limit)
{
	struct wici_entry e[1];
	struct wici_head after = {.seq = WICI_SEQ_MAX}, last;
	uint8_t buf[1024];
	struct wici_bytes b;

	make_chain(e, 1, 5);
	b = pack(buf, sizeof(buf), e, 1);
	after.feed = feed;
	wici_put_u64(buf + 32, WICI_SEQ_MAX + 1);
	CHECK_ERR(wici_run_verify(b, &after, &network, &last),
		  WICI_REJECT_LIMIT);
	after.seq = UINT64_MAX;
	wici_put_u64(buf + 32, 0);
	CHECK_ERR(wici_run_verify(b, &after, &network, &last), WICI_REJECT_RUN);
}

TEST(the_largest_payload_travels)
{
	struct wici_entry e[1];
	static uint8_t buf[61000];
	struct wici_bytes b;

	make_chain(e, 1, WICI_PAYLOAD_LEN_MAX);
	b = pack(buf, sizeof(buf), e, 1);
	CHECK(b.len == 42 + 81 + 16 + 32768);
	CHECK_OK(verify(b));
}

TEST(an_error_inside_a_run_is_for_good)
{
	struct wici_entry e[2];
	struct wici_head after = {.seq = 0};
	struct wici_run run;
	struct wici_id id;
	uint8_t buf[1024];
	struct wici_bytes b;

	make_chain(e, 2, 5);
	b = pack(buf, sizeof(buf), e, 2);
	buf[WICI_RUN_HEAD_LEN + 1] = 2;
	after.feed = feed;
	CHECK_OK(wici_run_open(&run, b, &after));
	CHECK_ERR(wici_run_next(&run, &e[0], &id), WICI_REJECT_VERSION);
	CHECK_ERR(wici_run_next(&run, &e[0], &id), WICI_REJECT_RUN);
}

TEST(a_peek_tells_feed_and_place)
{
	struct wici_entry e[2];
	struct wici_key key;
	uint64_t seq;
	uint16_t count;
	uint8_t buf[1024];
	struct wici_bytes b;

	make_chain(e, 2, 5);
	b = pack(buf, sizeof(buf), e + 1, 1);
	CHECK_OK(wici_run_peek(b, &key, &seq, &count));
	CHECK(wici_key_equal(&key, &feed) && seq == 2 && count == 1);
	b.len = WICI_RUN_HEAD_LEN - 1;
	CHECK_ERR(wici_run_peek(b, &key, &seq, &count), WICI_REJECT_RUN);
	b = (struct wici_bytes){NULL, 0};
	CHECK_ERR(wici_run_peek(b, &key, &seq, &count), WICI_REJECT_RUN);
}

TEST(what_is_left_of_a_run_is_the_run_from_there_on)
{
	static uint8_t whole[8000], want[8000], rest[8000];
	struct wici_entry e[20];
	struct wici_bytes b, left;

	make_chain(e, 20, 30);
	for (size_t i = 0; i < 20; i++)
		e[i].has_payload = i % 3 != 0;
	b = pack(whole, sizeof(whole), e + 2, 18);
	for (size_t from = 2; from < 20; from++) {
		struct wici_bytes as =
			pack(want, sizeof(want), e + from, 20 - from);

		CHECK_OK(wici_run_skip(b, from + 1, rest, &left));
		CHECK(wici_bytes_equal(left, as));
	}
	CHECK_ERR(wici_run_skip(b, 2, rest, &left), WICI_REJECT_RUN);
	CHECK_ERR(wici_run_skip(b, 21, rest, &left), WICI_REJECT_RUN);
	CHECK_ERR(wici_run_skip(b, UINT64_MAX, rest, &left), WICI_REJECT_RUN);
	/* Cut short within what is passed, or told a length that is not there. */
	for (size_t len = 0; len < b.len; len++) {
		struct wici_bytes part = {b.p, len};

		if (wici_run_skip(part, 20, rest, &left) == WICI_OK)
			CHECK(left.len <= len);
	}
	memset(whole + WICI_RUN_HEAD_LEN + 77, 0xff, 4);
	CHECK_ERR(wici_run_skip(b, 4, rest, &left), WICI_REJECT_RUN);
	whole[WICI_RUN_HEAD_LEN] = 2;
	CHECK_ERR(wici_run_skip(b, 4, rest, &left), WICI_REJECT_RUN);
}

TEST_MAIN(RUN(the_vectors_are_read_and_written_byte_for_byte),
	  RUN(every_truncation_and_every_addition_is_refused),
	  RUN(every_bit_of_a_run_counts), RUN(a_run_joins_its_own_head_only),
	  RUN(a_head_of_nothing_has_no_id_whatever_stands_there),
	  RUN(an_entry_whose_own_signature_fails_is_carried_by_a_later_one),
	  RUN(a_run_holds_256_entries_and_not_one_more),
	  RUN(a_refused_entry_leaves_the_run_as_it_was),
	  RUN(a_run_can_be_cut_back_to_any_of_its_entries_and_go_on),
	  RUN(limits_and_versions_end_a_feed_everywhere),
	  RUN(no_seq_is_zero_or_wraps_or_passes_its_limit),
	  RUN(the_largest_payload_travels),
	  RUN(an_error_inside_a_run_is_for_good),
	  RUN(a_peek_tells_feed_and_place),
	  RUN(what_is_left_of_a_run_is_the_run_from_there_on))
