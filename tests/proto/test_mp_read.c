/* tests/proto/test_mp_read.c — MessagePack from strangers: what is canonical
 * has one form, and what is not is told apart. See also test_mp_oracle.c. */
#include "proto/mp_read.h"

#include "proto/mp_write.h"
#include "tests/test.h"

static enum wici_err canonical(struct wici_bytes b)
{
	return wici_mp_check(WICI_MP_CANONICAL, b, NULL);
}

static enum wici_err lenient(struct wici_bytes b)
{
	return wici_mp_check(WICI_MP_LENIENT, b, NULL);
}

/* Writes what it reads, so in minimal form. */
static struct wici_bytes rewrite(struct wici_bytes b, uint8_t *buf, size_t max)
{
	struct wici_mp_reader r;
	struct wici_mp_writer w;
	struct wici_mp v;
	struct wici_bytes out;

	wici_mp_reader_init(&r, WICI_MP_LENIENT, b);
	wici_mp_writer_init(&w, buf, max);
	while (!wici_mp_is_end(&r)) {
		CHECK_OK(wici_mp_next(&r, &v));
		switch (v.type) {
		case WICI_MP_NIL:
			wici_mp_nil(&w);
			break;
		case WICI_MP_BOOL:
			wici_mp_bool(&w, v.boolean);
			break;
		case WICI_MP_UINT:
			wici_mp_uint(&w, v.u);
			break;
		case WICI_MP_INT:
			CHECK(v.i < 0);
			wici_mp_int(&w, v.i);
			break;
		case WICI_MP_FLOAT:
			wici_mp_float(&w, v.f);
			break;
		case WICI_MP_STR:
			wici_mp_str_bytes(&w, v.bytes);
			break;
		case WICI_MP_BIN:
			wici_mp_bin(&w, v.bytes.p, v.bytes.len);
			break;
		case WICI_MP_ARRAY:
			wici_mp_array(&w, v.count);
			break;
		case WICI_MP_MAP:
			wici_mp_map(&w, v.count);
			break;
		}
	}
	CHECK_OK(wici_mp_written(&w, &out));
	return out;
}

static bool has_nothing_but_the_form_to_object_to(struct wici_bytes b)
{
	struct wici_mp_reader r;
	struct wici_mp v;

	wici_mp_reader_init(&r, WICI_MP_LENIENT, b);
	while (!wici_mp_is_end(&r)) {
		CHECK_OK(wici_mp_next(&r, &v));
		if (v.type == WICI_MP_NIL || v.type == WICI_MP_FLOAT ||
		    v.type == WICI_MP_MAP)
			return false;
		if (v.type == WICI_MP_STR)
			for (size_t i = 0; i < v.bytes.len; i++)
				if (v.bytes.p[i] >= 0x80)
					return false;
	}
	return true;
}

/* All inputs of up to three bytes: canonical is what the writer writes. */
TEST(a_value_has_exactly_one_canonical_form)
{
	uint8_t in[3], out[32];

	for (size_t len = 1; len <= 3; len++) {
		for (uint32_t n = 0; n < 1u << 8 * len; n++) {
			struct wici_bytes b = {in, len};
			bool is_same;

			in[0] = (uint8_t)(n >> 8 * (len - 1));
			in[1] = (uint8_t)(n >> (len == 3 ? 8 : 0));
			in[2] = (uint8_t)n;
			if (lenient(b) != WICI_OK) {
				CHECK(canonical(b) != WICI_OK);
				continue;
			}
			is_same = wici_bytes_equal(
				b, rewrite(b, out, sizeof(out)));
			if (has_nothing_but_the_form_to_object_to(b))
				CHECK((canonical(b) == WICI_OK) == is_same);
			else if (canonical(b) == WICI_OK)
				CHECK(is_same);
		}
	}
}

/* v in `width` bytes after `head`. */
static struct wici_bytes number(uint8_t *buf, uint8_t head, size_t width,
				uint64_t v)
{
	buf[0] = head;
	for (size_t i = 0; i < width; i++)
		buf[1 + i] = (uint8_t)(v >> 8 * (width - 1 - i));
	return (struct wici_bytes){buf, 1 + width};
}

TEST(integers_are_canonical_in_their_shortest_form_alone)
{
	static const uint64_t edges[] = {
		0,          1,           0x7f,       0x80,
		0xff,       0x100,       0x7fff,     0x8000,
		0xffff,     0x10000,     0x7fffffff, 0x80000000,
		0xffffffff, 0x100000000, INT64_MAX,  (uint64_t)INT64_MAX + 1,
		UINT64_MAX};
	uint8_t buf[9], out[9];
	struct wici_mp_reader r;
	struct wici_mp v;

	for (size_t i = 0; i < sizeof(edges) / sizeof(edges[0]); i++) {
		for (size_t p = 0; p < 8; p++) {
			size_t width = (size_t)1 << p % 4;
			bool is_signed = p >= 4;
			struct wici_bytes b = number(buf, (uint8_t)(0xcc + p),
						     width, edges[i]);
			uint64_t want = edges[i];

			if (width < 8)
				want &= ((uint64_t)1 << 8 * width) - 1;
			if (is_signed && width < 8 && want >> (8 * width - 1))
				want |= UINT64_MAX << 8 * width;
			wici_mp_reader_init(&r, WICI_MP_LENIENT, b);
			CHECK_OK(wici_mp_next(&r, &v));
			CHECK(v.u == want); /* Or v.i, of the same bits. */
			CHECK(v.type == (is_signed && (int64_t)want < 0
						 ? WICI_MP_INT
						 : WICI_MP_UINT));
			CHECK(canonical(b) ==
			      (wici_bytes_equal(b, rewrite(b, out, 9))
				       ? WICI_OK
				       : WICI_REJECT_CANONICAL));
		}
	}
}

TEST(lengths_are_canonical_in_their_shortest_form_alone)
{
	static const uint8_t heads[] = {0xc4, 0xc5, 0xc6, 0xd9, 0xda,
					0xdb, 0xdc, 0xdd, 0xde, 0xdf};
	static const size_t widths[] = {1, 2, 4, 1, 2, 4, 2, 4, 2, 4};
	static const uint32_t lens[] = {0,   15,  16,    31,    32,
					255, 256, 65535, 65536, 70000};
	static uint8_t buf[800000], out[800000];

	for (size_t i = 0; i < sizeof(heads); i++) {
		for (size_t k = 0; k < sizeof(lens) / sizeof(lens[0]); k++) {
			uint32_t n = lens[k];
			struct wici_bytes b;

			if (widths[i] < 4 && n >> 8 * widths[i])
				continue;
			b = number(buf, heads[i], widths[i], n);
			if (heads[i] >= 0xde) {
				for (uint32_t key = 0; key < n; key++) {
					uint8_t *p = buf + b.len;

					p[0] = 0xa4;
					wici_put_u32(p + 1, key & 0x7f);
					p[1] = (uint8_t)(key >> 21 & 0x7f);
					p[2] = (uint8_t)(key >> 14 & 0x7f);
					p[3] = (uint8_t)(key >> 7 & 0x7f);
					p[5] = 0xc2;
					b.len += 6;
				}
			} else {
				memset(buf + b.len, 0, n);
				b.len += n;
			}
			CHECK_OK(lenient(b));
			CHECK(canonical(b) ==
			      (wici_bytes_equal(b, rewrite(b, out, sizeof(out)))
				       ? WICI_OK
				       : WICI_REJECT_CANONICAL));
		}
	}
}

TEST(only_lenient_mode_takes_nil_and_floats_and_neither_takes_ext)
{
	static const uint8_t in[18] = {0};
	uint8_t buf[18];

	for (int head = 0xc0; head <= 0xdf; head++) {
		struct wici_bytes b = {buf, sizeof(buf)};
		bool is_float = head == 0xca || head == 0xcb;
		bool is_ext = (head >= 0xc7 && head <= 0xc9) ||
			      (head >= 0xd4 && head <= 0xd8);
		size_t used;

		memcpy(buf, in, sizeof(in));
		buf[0] = (uint8_t)head;
		if (head == 0xc0 || is_float) {
			CHECK_OK(wici_mp_check(WICI_MP_LENIENT, b, &used));
			CHECK_ERR(canonical(b), WICI_REJECT_CANONICAL);
		} else if (is_ext) {
			CHECK_ERR(lenient(b), WICI_REJECT_MP);
			CHECK_ERR(canonical(b), WICI_REJECT_CANONICAL);
		} else if (head == 0xc1) {
			CHECK_ERR(lenient(b), WICI_REJECT_MP);
			CHECK_ERR(canonical(b), WICI_REJECT_MP);
		}
	}
}

TEST(floats_have_their_value_in_both_widths)
{
	struct wici_mp_reader r;
	struct wici_mp v;

	wici_mp_reader_init(&r, WICI_MP_LENIENT,
			    WICI_BYTES("\xca\xbf\xc0\x00\x00"
				       "\xcb\x40\x09\x21\xfb\x54\x44\x2d\x18"));
	CHECK_OK(wici_mp_next(&r, &v));
	CHECK(v.type == WICI_MP_FLOAT && v.f <= -1.5 && v.f >= -1.5);
	CHECK_OK(wici_mp_next(&r, &v));
	CHECK(v.f > 3.14159265 && v.f < 3.14159266);
}

TEST(keys_ascend_by_bytes_and_a_longer_one_comes_later)
{
	static const struct {
		const char *bytes;
		size_t len;
		enum wici_err want;
	} maps[] = {
		{"\x82\xa1"
		 "a\x01\xa1"
		 "b\x01",
		 7, WICI_OK},
		{"\x82\xa1"
		 "b\x01\xa1"
		 "a\x01",
		 7, WICI_REJECT_CANONICAL},
		{"\x82\xa1"
		 "a\x01\xa1"
		 "a\x01",
		 7, WICI_REJECT_CANONICAL},
		{"\x82\xa1"
		 "a\x01\xa2"
		 "aa\x01",
		 8, WICI_OK},
		{"\x82\xa2"
		 "aa\x01\xa1"
		 "a\x01",
		 8, WICI_REJECT_CANONICAL},
		{"\x82\xa2"
		 "ab\x01\xa1"
		 "b\x01",
		 8, WICI_OK},
		{"\x82\xa0\x01\xa1"
		 "a\x01",
		 6, WICI_OK},
		{"\x82\xa1z\x01\xa2\xc5\x82\x01", 8, WICI_OK},
		{"\x82\xa2\xc5\x82\x01\xa1z\x01", 8, WICI_REJECT_CANONICAL},
		{"\x81\x01\x01", 3, WICI_REJECT_CANONICAL},
		{"\x81\xc4\x01"
		 "a\x01",
		 5, WICI_REJECT_CANONICAL},
		{"\x81\x80\x01", 3, WICI_REJECT_CANONICAL},
		{"\x81\xc3\x01", 3, WICI_REJECT_CANONICAL},
		/* A map inside a map has keys of its own. */
		{"\x82\xa1"
		 "a\x81\xa1z\x01\xa1"
		 "b\x81\xa1"
		 "a\x01",
		 13, WICI_OK},
	};

	for (size_t i = 0; i < sizeof(maps) / sizeof(maps[0]); i++) {
		struct wici_bytes b = {(const uint8_t *)maps[i].bytes,
				       maps[i].len};

		CHECK_ERR(canonical(b), maps[i].want);
		CHECK_OK(lenient(b));
	}
}

TEST(text_is_utf8_in_canonical_mode)
{
	CHECK_OK(canonical(WICI_BYTES("\xa2\xc5\x82")));
	CHECK_ERR(canonical(WICI_BYTES("\xa1\xc5")), WICI_REJECT_TEXT);
	CHECK_ERR(canonical(WICI_BYTES("\x81\xa1\xff\x01")), WICI_REJECT_TEXT);
	CHECK_OK(canonical(WICI_BYTES("\xc4\x01\xff")));
	CHECK_OK(lenient(WICI_BYTES("\xa1\xff")));
}

TEST(eight_levels_are_read_and_the_ninth_is_not)
{
	static uint8_t deep[100000];

	for (int map = 0; map < 2; map++) {
		for (size_t depth = 1; depth < 12; depth++) {
			struct wici_bytes b = {deep, 0};
			enum wici_err want = depth <= WICI_MP_DEPTH_MAX
						     ? WICI_OK
						     : WICI_REJECT_DEPTH;

			for (size_t i = 0; i < depth; i++) {
				deep[b.len++] = map ? 0x81 : 0x91;
				if (map)
					deep[b.len++] = 0xa0;
			}
			deep[b.len++] = 0x01;
			CHECK_ERR(canonical(b), want);
			CHECK_ERR(lenient(b), want);
		}
	}
	memset(deep, 0x91, sizeof(deep));
	CHECK_ERR(lenient((struct wici_bytes){deep, sizeof(deep)}),
		  WICI_REJECT_DEPTH);
	/* An empty one is a level too. */
	CHECK_ERR(canonical(WICI_BYTES("\x91\x91\x91\x91\x91\x91\x91\x91\x90")),
		  WICI_REJECT_DEPTH);
	CHECK_OK(canonical(WICI_BYTES("\x91\x91\x91\x91\x91\x91\x91\x90")));
}

TEST(a_length_that_is_not_there_is_not_believed)
{
	struct wici_bytes lies[] = {
		WICI_BYTES("\xdd\xff\xff\xff\xff"),
		WICI_BYTES("\xdf\xff\xff\xff\xff"),
		WICI_BYTES("\xdb\xff\xff\xff\xff"),
		WICI_BYTES("\xc6\xff\xff\xff\xff"),
		WICI_BYTES("\xdd\xff\xff\xff\xff\x01\x01"),
		WICI_BYTES("\x92\x01"),
		WICI_BYTES("\x81\xa0"),
		WICI_BYTES("\xa2"
			   "a"),
	};

	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		struct wici_mp_reader r;
		struct wici_mp v;

		CHECK_ERR(canonical(lies[i]), WICI_AGAIN);
		CHECK_ERR(lenient(lies[i]), WICI_AGAIN);
		wici_mp_reader_init(&r, WICI_MP_LENIENT, lies[i]);
		CHECK_ERR(wici_mp_next(&r, &v), WICI_AGAIN);
		CHECK(r.p == r.start);
	}
	CHECK_ERR(lenient((struct wici_bytes){NULL, 0}), WICI_AGAIN);
}

TEST(a_value_is_skipped_whole_or_not_at_all)
{
	struct wici_mp_reader r;
	struct wici_bytes raw;

	wici_mp_reader_init(&r, WICI_MP_CANONICAL,
			    WICI_BYTES("\x92\x01\x81\xa0\x02\x03\x92\x01"));
	CHECK_OK(wici_mp_skip(&r, &raw));
	CHECK(raw.p == r.start && raw.len == 5);
	CHECK_OK(wici_mp_skip(&r, NULL));
	CHECK_ERR(wici_mp_skip(&r, &raw), WICI_AGAIN);
	CHECK(r.p == r.start + 6 && !wici_mp_is_end(&r));
}

TEST(another_type_than_expected_is_refused_and_stays_unread)
{
	struct wici_mp_reader r;
	struct wici_mp v;

	wici_mp_reader_init(&r, WICI_MP_CANONICAL, WICI_BYTES("\x05"));
	CHECK_ERR(wici_mp_expect(&r, WICI_MP_STR, &v), WICI_REJECT_MP);
	CHECK_OK(wici_mp_expect(&r, WICI_MP_UINT, &v));
	CHECK(v.u == 5 && wici_mp_is_end(&r));
	CHECK_ERR(wici_mp_expect(&r, WICI_MP_UINT, &v), WICI_AGAIN);
}

TEST(a_key_is_found_at_the_top_of_a_map_alone)
{
	static const char map[] = "\x83\xa1"
				  "a\x81\xa1"
				  "x\x01\xa1"
				  "b\xa2no\xa1"
				  "c\x92\x01\x02";
	struct wici_bytes b = WICI_BYTES(map), v;

	CHECK_OK(canonical(b));
	for (int mode = 0; mode < 2; mode++) {
		enum wici_mp_mode m =
			mode ? WICI_MP_LENIENT : WICI_MP_CANONICAL;

		CHECK_OK(wici_mp_find(m, b, "a", &v));
		CHECK(v.len == 4 && v.p == b.p + 3);
		CHECK_OK(wici_mp_find(m, b, "c", &v));
		CHECK(v.len == 3 && v.p[0] == 0x92);
		CHECK_ERR(wici_mp_find(m, b, "x", &v), WICI_NOT_FOUND);
		CHECK_ERR(wici_mp_find(m, b, "no", &v), WICI_NOT_FOUND);
		CHECK_ERR(wici_mp_find(m, b, "", &v), WICI_NOT_FOUND);
	}
	CHECK_ERR(wici_mp_find(WICI_MP_LENIENT, WICI_BYTES("\x80"), "a", &v),
		  WICI_NOT_FOUND);
	CHECK_ERR(wici_mp_find(WICI_MP_LENIENT, WICI_BYTES("\x90"), "a", &v),
		  WICI_REJECT_MP);
	/* Other people's keys: an array, then ours. */
	CHECK_OK(wici_mp_find(WICI_MP_LENIENT,
			      WICI_BYTES("\x82\x91\x01\x02\xa1"
					 "a\x03"),
			      "a", &v));
	CHECK(v.len == 1 && v.p[0] == 3);
}

TEST(another_key_or_length_than_expected_is_refused_and_stays_unread)
{
	static const uint8_t wire[] = {0xa1, 'k', 0xc4, 2, 7, 8};
	struct wici_mp_reader r;
	uint8_t out[3] = {0};

	wici_mp_reader_init(&r, WICI_MP_CANONICAL,
			    (struct wici_bytes){wire, sizeof(wire)});
	CHECK_ERR(wici_mp_expect_key(&r, "kk"), WICI_REJECT_MP);
	CHECK_ERR(wici_mp_expect_bin(&r, out, 2), WICI_REJECT_MP);
	CHECK_OK(wici_mp_expect_key(&r, "k"));
	CHECK_ERR(wici_mp_expect_key(&r, "k"), WICI_REJECT_MP);
	CHECK_ERR(wici_mp_expect_bin(&r, out, 1), WICI_REJECT_MP);
	CHECK_ERR(wici_mp_expect_bin(&r, out, 3), WICI_REJECT_MP);
	CHECK(out[0] == 0 && out[2] == 0);
	CHECK_OK(wici_mp_expect_bin(&r, out, 2));
	CHECK(out[0] == 7 && out[1] == 8 && wici_mp_is_end(&r));
}

TEST_MAIN(RUN(a_value_has_exactly_one_canonical_form),
	  RUN(integers_are_canonical_in_their_shortest_form_alone),
	  RUN(lengths_are_canonical_in_their_shortest_form_alone),
	  RUN(only_lenient_mode_takes_nil_and_floats_and_neither_takes_ext),
	  RUN(floats_have_their_value_in_both_widths),
	  RUN(keys_ascend_by_bytes_and_a_longer_one_comes_later),
	  RUN(text_is_utf8_in_canonical_mode),
	  RUN(eight_levels_are_read_and_the_ninth_is_not),
	  RUN(a_length_that_is_not_there_is_not_believed),
	  RUN(a_value_is_skipped_whole_or_not_at_all),
	  RUN(another_type_than_expected_is_refused_and_stays_unread),
	  RUN(another_key_or_length_than_expected_is_refused_and_stays_unread),
	  RUN(a_key_is_found_at_the_top_of_a_map_alone))
