/* tests/proto/test_frame.c — However the bytes arrive, the same frames. */
#include "proto/frame.h"

#include <stdlib.h>

#include "tests/test.h"

static void feed(struct wici_frame_reader *r, const uint8_t *p, size_t n)
{
	size_t room;
	uint8_t *at = wici_frame_in(r, &room);

	CHECK(n <= room);
	if (n > 0)
		memcpy(at, p, n);
	wici_frame_in_done(r, n);
}

/* Appends the frames that are there to the text in got. */
static enum wici_err drain(struct wici_frame_reader *r, char *got)
{
	enum wici_err err;
	uint8_t *frame;
	size_t len;

	while ((err = wici_frame_next(r, &frame, &len)) == WICI_OK)
		strncat(got, (const char *)frame, len);
	return err;
}

/* However TCP cuts the stream, the same frames come out. */
TEST(every_cut_gives_the_same_frames)
{
	static const uint8_t wire[] = {0, 1,   'a', 0,   2,   'b', 'c', 0,
				       4, 'd', 'e', 'f', 'g', 0,   1,   'h'};
	struct wici_frame_reader r;
	uint8_t buf[16];

	for (size_t a = 0; a <= sizeof(wire); a++) {
		for (size_t b = a; b <= sizeof(wire); b++) {
			char got[16] = "";

			wici_frame_reader_init(&r, buf, sizeof(buf));
			feed(&r, wire, a);
			CHECK_ERR(drain(&r, got), WICI_AGAIN);
			feed(&r, wire + a, b - a);
			CHECK_ERR(drain(&r, got), WICI_AGAIN);
			feed(&r, wire + b, sizeof(wire) - b);
			CHECK_ERR(drain(&r, got), WICI_AGAIN);
			CHECK(strcmp(got, "abcdefgh") == 0);
		}
	}
}

TEST(byte_by_byte_through_a_buffer_of_one_frame)
{
	static const uint8_t wire[] = {0, 2, 'a', 'b', 0, 2, 'c', 'd'};
	struct wici_frame_reader r;
	uint8_t buf[4];
	char got[8] = "";

	wici_frame_reader_init(&r, buf, sizeof(buf));
	for (size_t i = 0; i < sizeof(wire); i++) {
		feed(&r, wire + i, 1);
		CHECK_ERR(drain(&r, got), WICI_AGAIN);
	}
	CHECK(strcmp(got, "abcd") == 0);
}

TEST(zero_length_is_rejected_and_sticks)
{
	static const uint8_t wire[] = {0, 1, 'a', 0, 0, 0, 1, 'b'};
	struct wici_frame_reader r;
	uint8_t buf[16];
	uint8_t *frame;
	size_t len;

	wici_frame_reader_init(&r, buf, sizeof(buf));
	feed(&r, wire, sizeof(wire));
	CHECK_OK(wici_frame_next(&r, &frame, &len));
	CHECK_ERR(wici_frame_next(&r, &frame, &len), WICI_REJECT_FRAME_LEN);
	CHECK_ERR(wici_frame_next(&r, &frame, &len), WICI_REJECT_FRAME_LEN);
	(void)wici_frame_in(&r, &len);
	CHECK(len == 0);
}

TEST(largest_frame_fits_and_one_more_does_not)
{
	size_t buf_len = 70000;
	uint8_t *buf = calloc(1, buf_len);
	struct wici_frame_reader r;
	uint8_t head[2];
	uint8_t *frame;
	size_t len;

	CHECK(buf != NULL);
	wici_put_u16(buf, (uint16_t)WICI_FRAME_LEN_MAX);
	wici_frame_reader_init(&r, buf, buf_len);
	wici_frame_in_done(&r, WICI_FRAME_HEADER_LEN + WICI_FRAME_LEN_MAX);
	CHECK_OK(wici_frame_next(&r, &frame, &len));
	CHECK(len == WICI_FRAME_LEN_MAX);

	wici_put_u16(head, (uint16_t)(WICI_FRAME_LEN_MAX + 1));
	feed(&r, head, sizeof(head));
	CHECK_ERR(wici_frame_next(&r, &frame, &len), WICI_REJECT_FRAME_LEN);
	free(buf);
}

/* Else a stranger could make us wait for what can never arrive. */
TEST(a_frame_that_the_buffer_cannot_hold_is_rejected_at_its_length)
{
	static const uint8_t fits[] = {0, 6}, exceeds[] = {0, 7};
	struct wici_frame_reader r;
	uint8_t buf[8];
	uint8_t *frame;
	size_t len;

	wici_frame_reader_init(&r, buf, sizeof(buf));
	feed(&r, fits, sizeof(fits));
	CHECK_ERR(wici_frame_next(&r, &frame, &len), WICI_AGAIN);
	wici_frame_reader_init(&r, buf, sizeof(buf));
	feed(&r, exceeds, sizeof(exceeds));
	CHECK_ERR(wici_frame_next(&r, &frame, &len), WICI_REJECT_FRAME_LEN);
}

TEST(a_larger_buffer_takes_over_what_is_there)
{
	static const uint8_t wire[] = {0, 1, 'a', 0, 12, 'b', 'c'};
	struct wici_frame_reader r;
	uint8_t small[8], large[16];
	uint8_t *frame;
	size_t len;

	wici_frame_reader_init(&r, small, sizeof(small));
	feed(&r, wire, sizeof(wire));
	CHECK_OK(wici_frame_next(&r, &frame, &len));
	wici_frame_reader_lend(&r, large, sizeof(large));
	memset(small, 'x', sizeof(small));
	feed(&r, (const uint8_t *)"defghijklm", 10);
	CHECK_OK(wici_frame_next(&r, &frame, &len));
	CHECK(len == 12 && memcmp(frame, "bcdefghijklm", 12) == 0);
}

TEST(raw_bytes_come_before_frames)
{
	static const uint8_t wire[] = {'r', 'a', 'w', 0, 1, 'a'};
	struct wici_frame_reader r;
	uint8_t buf[8];
	const uint8_t *raw;
	char got[4] = "";

	wici_frame_reader_init(&r, buf, sizeof(buf));
	feed(&r, wire, 2);
	CHECK_ERR(wici_frame_raw(&r, 3, &raw), WICI_AGAIN);
	feed(&r, wire + 2, sizeof(wire) - 2);
	CHECK_OK(wici_frame_raw(&r, 3, &raw));
	CHECK(memcmp(raw, "raw", 3) == 0);
	CHECK_ERR(drain(&r, got), WICI_AGAIN);
	CHECK(strcmp(got, "a") == 0);
}

TEST_MAIN(RUN(every_cut_gives_the_same_frames),
	  RUN(byte_by_byte_through_a_buffer_of_one_frame),
	  RUN(zero_length_is_rejected_and_sticks),
	  RUN(largest_frame_fits_and_one_more_does_not),
	  RUN(a_frame_that_the_buffer_cannot_hold_is_rejected_at_its_length),
	  RUN(a_larger_buffer_takes_over_what_is_there),
	  RUN(raw_bytes_come_before_frames))
