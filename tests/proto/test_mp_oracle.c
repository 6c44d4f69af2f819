/* tests/proto/test_mp_oracle.c — Our reader against msgpack-c's, over random
 * values and random bytes; and every cut of them. */
#include "proto/mp_read.h"

#include <msgpack.h>

#include "proto/mp_write.h"
#include "tests/test.h"

static uint64_t random_state;

static uint32_t any(uint32_t below)
{
	random_state =
		random_state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(random_state >> 33) % below;
}

static enum wici_err canonical(struct wici_bytes b)
{
	return wici_mp_check(WICI_MP_CANONICAL, b, NULL);
}

/* The same value, as msgpack-c sees it. */
static void compare(struct wici_mp_reader *r, const msgpack_object *o)
{
	struct wici_bytes o_bytes;
	struct wici_mp v;

	CHECK_OK(wici_mp_next(r, &v));
	switch (v.type) {
	case WICI_MP_NIL:
		CHECK(o->type == MSGPACK_OBJECT_NIL);
		break;
	case WICI_MP_BOOL:
		CHECK(o->type == MSGPACK_OBJECT_BOOLEAN);
		CHECK(o->via.boolean == v.boolean);
		break;
	case WICI_MP_UINT:
		CHECK(o->type == MSGPACK_OBJECT_POSITIVE_INTEGER);
		CHECK(o->via.u64 == v.u);
		break;
	case WICI_MP_INT:
		CHECK(o->type == MSGPACK_OBJECT_NEGATIVE_INTEGER);
		CHECK(o->via.i64 == v.i);
		break;
	case WICI_MP_FLOAT:
		CHECK(o->type == MSGPACK_OBJECT_FLOAT64 ||
		      o->type == MSGPACK_OBJECT_FLOAT32);
		CHECK(memcmp(&o->via.f64, &v.f, sizeof(v.f)) == 0);
		break;
	case WICI_MP_STR:
	case WICI_MP_BIN:
		CHECK(o->type == (v.type == WICI_MP_STR ? MSGPACK_OBJECT_STR
							: MSGPACK_OBJECT_BIN));
		o_bytes = (struct wici_bytes){(const uint8_t *)o->via.str.ptr,
					      o->via.str.size};
		CHECK(wici_bytes_equal(o_bytes, v.bytes));
		break;
	case WICI_MP_ARRAY:
		CHECK(o->type == MSGPACK_OBJECT_ARRAY);
		CHECK(o->via.array.size == v.count);
		for (uint32_t i = 0; i < v.count; i++)
			compare(r, &o->via.array.ptr[i]);
		break;
	case WICI_MP_MAP:
		CHECK(o->type == MSGPACK_OBJECT_MAP);
		CHECK(o->via.map.size == v.count);
		for (uint32_t i = 0; i < v.count; i++) {
			compare(r, &o->via.map.ptr[i].key);
			compare(r, &o->via.map.ptr[i].val);
		}
		break;
	}
}

static void compare_with_msgpack_c(enum wici_mp_mode mode, struct wici_bytes b)
{
	struct wici_mp_reader r;
	msgpack_unpacked u;
	size_t at = 0;

	msgpack_unpacked_init(&u);
	CHECK(msgpack_unpack_next(&u, (const char *)b.p, b.len, &at) ==
	      MSGPACK_UNPACK_SUCCESS);
	CHECK(at == b.len);
	wici_mp_reader_init(&r, mode, b);
	compare(&r, &u.data);
	CHECK(wici_mp_is_end(&r));
	msgpack_unpacked_destroy(&u);
}

static void random_value(struct wici_mp_writer *w, int depth)
{
	static const uint8_t bytes[300] = "zażółć gęślą jaźń";
	uint32_t n = any(4);
	uint64_t u = (uint64_t)any(1u << 31) << 33 | any(1u << 31);

	switch (any(depth < WICI_MP_DEPTH_MAX ? 8 : 5)) {
	case 0:
		wici_mp_bool(w, any(2));
		break;
	case 1:
		wici_mp_uint(w, u >> any(64));
		break;
	case 2:
		wici_mp_int(w, -(int64_t)(u >> (1 + any(63))));
		break;
	case 3: /* In ASCII, whatever is cut. */
		wici_mp_str_bytes(w, (struct wici_bytes){bytes + 40, any(260)});
		break;
	case 4:
		wici_mp_bin(w, bytes, any(300));
		break;
	case 5:
	case 6:
		n = any(20);
		wici_mp_array(w, n);
		for (; n; n--)
			random_value(w, any(3) ? WICI_MP_DEPTH_MAX : depth + 1);
		break;
	default:
		wici_mp_map(w, n);
		for (uint8_t key = 'a'; n; n--, key++) {
			wici_mp_str_bytes(w, (struct wici_bytes){&key, 1});
			random_value(w, depth + 1);
		}
		break;
	}
}

TEST(msgpack_c_reads_the_same_in_random_canonical_values)
{
	static uint8_t buf[1 << 20];
	struct wici_mp_writer w;
	struct wici_bytes b;
	int compared = 0;

	random_state = 1;
	for (int i = 0; i < 3000; i++) {
		wici_mp_writer_init(&w, buf, sizeof(buf));
		random_value(&w, 0);
		if (wici_mp_written(&w, &b) != WICI_OK)
			continue;
		compared++;
		CHECK_OK(canonical(b));
		CHECK_OK(wici_mp_check(WICI_MP_LENIENT, b, NULL));
		compare_with_msgpack_c(WICI_MP_CANONICAL, b);
	}
	CHECK(compared > 2500);
}

TEST(what_lenient_mode_takes_msgpack_c_takes_too)
{
	/* Heads are likelier than chance has them. */
	static const uint8_t heads[] = {0x81, 0x92, 0xa2, 0xc0, 0xc4, 0xca,
					0xcc, 0xd0, 0xd9, 0xdc, 0xde, 0xff};
	uint8_t buf[24];
	int taken = 0;

	random_state = 2;
	for (int i = 0; i < 400000; i++) {
		struct wici_bytes b = {buf, 1 + any(sizeof(buf))};
		size_t used;

		for (size_t k = 0; k < b.len; k++)
			buf[k] = any(2) ? heads[any(sizeof(heads))]
					: (uint8_t)any(any(2) ? 256 : 4);
		if (wici_mp_check(WICI_MP_LENIENT, b, &used) != WICI_OK)
			continue;
		CHECK(used > 0 && used <= b.len);
		compare_with_msgpack_c(WICI_MP_LENIENT,
				       (struct wici_bytes){buf, used});
		taken += used > 6;
	}
	CHECK(taken > 1000);
}

TEST(however_a_stream_is_cut_the_same_value_comes_out)
{
	static uint8_t buf[1 << 16];
	struct wici_mp_writer w;
	struct wici_bytes b;
	size_t used;

	random_state = 3;
	for (int i = 0; i < 40; i++) {
		wici_mp_writer_init(&w, buf, 4096);
		random_value(&w, 0);
		if (wici_mp_written(&w, &b) != WICI_OK)
			continue;
		for (size_t len = 0; len < b.len; len++) {
			uint8_t *copy = test_malloc(len ? len : 1);
			struct wici_bytes cut = {copy, len};

			memcpy(copy, buf, len);
			used = 99999;
			CHECK_ERR(wici_mp_check(WICI_MP_LENIENT, cut, &used),
				  WICI_AGAIN);
			CHECK(used == 99999);
			CHECK_ERR(canonical(cut), WICI_AGAIN);
			test_free(copy);
		}
		/* What follows the value is left for the next call. */
		buf[b.len] = 0xc1;
		CHECK_OK(wici_mp_check(WICI_MP_LENIENT,
				       (struct wici_bytes){buf, b.len + 1},
				       &used));
		CHECK(used == b.len);
		CHECK_ERR(canonical((struct wici_bytes){buf, b.len + 1}),
			  WICI_REJECT_MP);
	}
}

TEST_MAIN(RUN(msgpack_c_reads_the_same_in_random_canonical_values),
	  RUN(what_lenient_mode_takes_msgpack_c_takes_too),
	  RUN(however_a_stream_is_cut_the_same_value_comes_out))
