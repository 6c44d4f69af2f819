/* tests/proto/test_mp_write.c — The writer never leaves its buffer, and what
 * it writes is minimal. */
#include "proto/mp_write.h"

#include "proto/mp_read.h"
#include "tests/test.h"

static void write_all(struct wici_mp_writer *w)
{
	wici_mp_map(w, 5);
	wici_mp_str(w, "a");
	wici_mp_array(w, 3);
	wici_mp_nil(w);
	wici_mp_bool(w, true);
	wici_mp_bool(w, false);
	wici_mp_str(w, "b");
	wici_mp_uint(w, 300);
	wici_mp_str(w, "c");
	wici_mp_int(w, -300);
	wici_mp_str(w, "d");
	wici_mp_float(w, 0.5);
	wici_mp_str(w, "e");
	wici_mp_bin(w, "\0\1", 2);
}

static const uint8_t all[] = {
	0x85, 0xa1, 'a',  0x93, 0xc0, 0xc3, 0xc2, 0xa1, 'b',  0xcd, 0x01, 0x2c,
	0xa1, 'c',  0xd1, 0xfe, 0xd4, 0xa1, 'd',  0xcb, 0x3f, 0xe0, 0,    0,
	0,    0,    0,    0,    0xa1, 'e',  0xc4, 2,    0,    1};

TEST(each_type_has_the_bytes_of_the_specification)
{
	struct wici_mp_writer w;
	struct wici_bytes b;
	uint8_t buf[64];

	wici_mp_writer_init(&w, buf, sizeof(buf));
	write_all(&w);
	CHECK_OK(wici_mp_written(&w, &b));
	CHECK(b.len == sizeof(all) && memcmp(b.p, all, sizeof(all)) == 0);
}

TEST(every_buffer_that_is_too_small_is_told_and_not_overrun)
{
	struct wici_mp_writer w;
	struct wici_bytes b;

	for (size_t max = 0; max <= sizeof(all) + 2; max++) {
		uint8_t *buf = test_malloc(max + 1);

		buf[max] = 0xaa;
		wici_mp_writer_init(&w, buf, max);
		write_all(&w);
		CHECK(wici_mp_written(&w, &b) ==
		      (max < sizeof(all) ? WICI_TOO_LARGE : WICI_OK));
		CHECK(buf[max] == 0xaa);
		test_free(buf);
	}
}

TEST(after_an_overflow_a_small_value_does_not_slip_in)
{
	struct wici_mp_writer w;
	struct wici_bytes b;
	uint8_t buf[4];

	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_mp_str(&w, "too long");
	wici_mp_nil(&w);
	CHECK_ERR(wici_mp_written(&w, &b), WICI_TOO_LARGE);
}

static uint8_t grown[256];
static size_t grown_max;

static void grow(struct wici_mp_writer *w, size_t need)
{
	if (need > grown_max)
		return;
	w->buf = grown;
	w->max = need;
}

TEST(a_buffer_grows_when_its_owner_lets_it)
{
	struct wici_mp_writer w;
	struct wici_bytes b;

	for (grown_max = 0; grown_max < 64; grown_max++) {
		wici_mp_writer_init(&w, NULL, 0);
		w.grow = grow;
		write_all(&w);
		CHECK(wici_mp_written(&w, &b) ==
		      (grown_max < sizeof(all) ? WICI_TOO_LARGE : WICI_OK));
		if (grown_max >= sizeof(all))
			CHECK(memcmp(b.p, all, sizeof(all)) == 0);
	}
}

TEST(hex_is_a_string_of_any_length)
{
	struct wici_mp_writer w;
	struct wici_mp_reader r;
	struct wici_mp v;
	struct wici_bytes b;
	uint8_t bytes[100], buf[256];
	char want[201];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 29);
	for (size_t len = 0; len <= sizeof(bytes); len++) {
		sodium_bin2hex(want, sizeof(want), bytes, len);
		wici_mp_writer_init(&w, buf, sizeof(buf));
		wici_mp_hex(&w, bytes, len);
		CHECK_OK(wici_mp_written(&w, &b));
		wici_mp_reader_init(&r, WICI_MP_CANONICAL, b);
		CHECK_OK(wici_mp_expect(&r, WICI_MP_STR, &v));
		CHECK(wici_bytes_is(v.bytes, want) && wici_mp_is_end(&r));
	}
}

TEST(a_length_that_msgpack_cannot_say_is_an_overflow)
{
	struct wici_mp_writer w;
	struct wici_bytes b;
	uint8_t buf[64];
	struct wici_bytes huge = {buf, (size_t)UINT32_MAX + 3};

	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_mp_str_bytes(&w, huge);
	CHECK_ERR(wici_mp_written(&w, &b), WICI_TOO_LARGE);
	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_mp_bin(&w, huge.p, huge.len);
	CHECK_ERR(wici_mp_written(&w, &b), WICI_TOO_LARGE);
	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_mp_hex(&w, huge.p, huge.len);
	CHECK_ERR(wici_mp_written(&w, &b), WICI_TOO_LARGE);
	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_mp_nil(&w);
	wici_mp_raw(&w, (struct wici_bytes){buf, SIZE_MAX});
	CHECK_ERR(wici_mp_written(&w, &b), WICI_TOO_LARGE);
}

TEST(empty_things_without_an_address_are_written)
{
	struct wici_mp_writer w;
	struct wici_bytes b;
	uint8_t buf[8];

	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_mp_array(&w, 3);
	wici_mp_str_bytes(&w, (struct wici_bytes){NULL, 0});
	wici_mp_bin(&w, NULL, 0);
	wici_mp_map(&w, 0);
	wici_mp_raw(&w, (struct wici_bytes){NULL, 0});
	CHECK_OK(wici_mp_written(&w, &b));
	CHECK(b.len == 5);
	CHECK(memcmp(b.p, "\x93\xa0\xc4\x00\x80", 5) == 0);
}

TEST_MAIN(RUN(each_type_has_the_bytes_of_the_specification),
	  RUN(every_buffer_that_is_too_small_is_told_and_not_overrun),
	  RUN(after_an_overflow_a_small_value_does_not_slip_in),
	  RUN(a_buffer_grows_when_its_owner_lets_it),
	  RUN(hex_is_a_string_of_any_length),
	  RUN(a_length_that_msgpack_cannot_say_is_an_overflow),
	  RUN(empty_things_without_an_address_are_written))
