/* tests/daemon/test_rpc.c — Other people's MessagePack-RPC: however it is cut,
 * encoded or broken. */
#include "tests/test.h"

#include "daemon/rpc.h"
#include "proto/mp_read.h"

#include <stdlib.h>

#include <msgpack.h>

static const uint8_t call[] = {0x94, 0x00, 0x07, 0xa3, 'a', '.',
			       'b',  0x81, 0xa1, 'k',  0x01};

static struct wici_bytes all(const uint8_t *p, size_t len)
{
	return (struct wici_bytes){p, len};
}
#define ALL(a) all(a, sizeof(a))

static struct rpc_request decode_ok(struct wici_bytes b)
{
	struct rpc_request req;

	CHECK_OK(rpc_decode(b, &req));
	return req;
}

static enum wici_err decode(struct wici_bytes b, struct rpc_request *req)
{
	return rpc_decode(b, req);
}

TEST(a_call_says_what_it_wants)
{
	struct rpc_request req = decode_ok(ALL(call));

	CHECK(req.wants_reply && req.msgid == 7);
	CHECK(wici_bytes_is(req.method, "a.b"));
	CHECK(req.params.p == call + 7 && req.params.len == 4);
}

TEST(every_cut_gives_the_same_request)
{
	for (size_t cut = 0; cut < sizeof(call); cut++) {
		struct rpc_reader r;
		size_t len = 0;

		rpc_reader_init(&r);
		CHECK_ERR(rpc_reader_next(&r, all(call, cut), &len),
			  WICI_AGAIN);
		/* The buffer may have moved: another copy goes on. */
		uint8_t copy[sizeof(call)];
		memcpy(copy, call, sizeof(call));
		CHECK_OK(rpc_reader_next(&r, ALL(copy), &len));
		CHECK(len == sizeof(call));
	}
}

TEST(byte_by_byte_three_requests_come_one_after_another)
{
	uint8_t stream[3 * sizeof(call)];
	struct rpc_reader r;
	size_t start = 0, found = 0, len;

	for (int i = 0; i < 3; i++)
		memcpy(stream + (size_t)i * sizeof(call), call, sizeof(call));
	rpc_reader_init(&r);
	for (size_t end = 1; end <= sizeof(stream); end++) {
		enum wici_err err = rpc_reader_next(
			&r, all(stream + start, end - start), &len);

		if (err == WICI_AGAIN)
			continue;
		CHECK_OK(err);
		CHECK(len == sizeof(call) && end % sizeof(call) == 0);
		start += len;
		found++;
	}
	CHECK(found == 3);
}

TEST(requests_in_one_read_are_told_apart)
{
	uint8_t two[2 * sizeof(call)];
	struct rpc_reader r;
	size_t len;

	memcpy(two, call, sizeof(call));
	memcpy(two + sizeof(call), call, sizeof(call));
	rpc_reader_init(&r);
	CHECK_OK(rpc_reader_next(&r, ALL(two), &len));
	CHECK(len == sizeof(call));
	CHECK_OK(rpc_reader_next(&r, all(two + len, len), &len));
	CHECK(len == sizeof(call));
}

/* Libraries differ: wide integers, raw names, params in an array or none. */
TEST(any_valid_encoding_is_read)
{
	static const uint8_t wide[] = {
		0xdc, 0, 4, 0xd3, 0, 0, 0,    0, 0, 0,   0,    0, 0xcf, 0, 0,
		0,    0, 0, 0,    1, 0, 0xda, 0, 1, 'm', 0xdf, 0, 0,    0, 0};
	static const uint8_t raw[] = {0x94, 0, 1, 0xc4, 1, 'm', 0x80};
	static const uint8_t in_array[] = {0x94, 0, 1, 0xa1, 'm', 0x91, 0x80};
	static const uint8_t no_params[] = {0x94, 0, 1, 0xa1, 'm', 0x90};
	static const uint8_t nil[] = {0x94, 0, 1, 0xa1, 'm', 0xc0};
	static const uint8_t floats[] = {
		0x94, 0, 1, 0xa1, 'm', 0x81, 0xa1, 'k', 0xca, 0x3f, 0x80, 0, 0};

	CHECK(decode_ok(ALL(wide)).msgid == 256);
	CHECK(wici_bytes_is(decode_ok(ALL(raw)).method, "m"));
	CHECK(decode_ok(ALL(in_array)).params.p == in_array + 6);
	CHECK(decode_ok(ALL(no_params)).params.len == 1);
	CHECK(decode_ok(ALL(no_params)).params.p[0] == 0x80);
	CHECK(decode_ok(ALL(nil)).params.p[0] == 0x80);
	CHECK(decode_ok(ALL(floats)).params.len == sizeof(floats) - 5);
}

TEST(notifications_and_responses_ask_for_nothing)
{
	static const uint8_t notification[] = {0x93, 2, 0xa1, 'm', 0x90};
	static const uint8_t response[] = {0x94, 1, 5, 0xc0, 0xc0};

	CHECK(!decode_ok(ALL(notification)).wants_reply);
	CHECK(!decode_ok(ALL(response)).wants_reply);
}

TEST(what_is_no_request_is_answered_as_one_that_failed)
{
	static const uint8_t number[] = {0x05};
	static const uint8_t map[] = {0x80};
	static const uint8_t empty[] = {0x90};
	static const uint8_t type[] = {0x94, 9, 1, 0xa1, 'm', 0x80};
	static const uint8_t three[] = {0x93, 0, 1, 0xa1, 'm'};
	static const uint8_t method[] = {0x94, 0, 1, 0x01, 0x80};
	static const uint8_t params[] = {0x94, 0, 9, 0xa1, 'm', 0x01};
	static const uint8_t two_maps[] = {0x94, 0,    9,    0xa1,
					   'm',  0x92, 0x80, 0x80};
	static const uint8_t msgid[] = {0x94, 0, 0xff, 0xa1, 'm', 0x80};
	const struct wici_bytes wrong[] = {
		ALL(number), ALL(map),    ALL(empty),    ALL(type),  ALL(three),
		ALL(method), ALL(params), ALL(two_maps), ALL(msgid),
	};
	struct rpc_request req;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		CHECK_ERR(decode(wrong[i], &req), WICI_USAGE);
		CHECK(req.wants_reply);
	}
	/* The number is known by then: the answer finds its question. */
	CHECK_ERR(decode(ALL(params), &req), WICI_USAGE);
	CHECK(req.msgid == 9);
}

TEST(garbage_ends_the_stream)
{
	static const uint8_t never[] = {0xc1};
	static const uint8_t ext[] = {0x94, 0, 1, 0xa1, 'm', 0xd4, 0, 0};
	static const uint8_t deep[] = {0x91, 0x91, 0x91, 0x91, 0x91, 0x91,
				       0x91, 0x91, 0x91, 0x91, 0x91, 0x91};
	struct rpc_reader r;
	size_t len;

	rpc_reader_init(&r);
	CHECK_ERR(rpc_reader_next(&r, ALL(never), &len), WICI_REJECT_MP);
	rpc_reader_init(&r);
	CHECK_ERR(rpc_reader_next(&r, ALL(ext), &len), WICI_REJECT_MP);
	rpc_reader_init(&r);
	CHECK_ERR(rpc_reader_next(&r, ALL(deep), &len), WICI_REJECT_DEPTH);
}

/* Five bytes that announce gigabytes cost nothing but patience up to 1 MiB. */
TEST(a_promised_length_is_not_believed)
{
	static const uint8_t heads[][5] = {
		{0xdd, 0xff, 0xff, 0xff, 0xff}, /* array 32 */
		{0xdf, 0xff, 0xff, 0xff, 0xff}, /* map 32 */
		{0xdb, 0xff, 0xff, 0xff, 0xff}, /* str 32 */
		{0xc6, 0xff, 0xff, 0xff, 0xff}, /* bin 32 */
	};
	uint8_t *buf = calloc(1, RPC_REQUEST_MAX);
	struct rpc_reader r;
	size_t len;

	CHECK(buf);
	for (size_t i = 0; i < 4; i++) {
		memcpy(buf, heads[i], 5);
		rpc_reader_init(&r);
		CHECK_ERR(rpc_reader_next(&r, all(buf, 5), &len), WICI_AGAIN);
		CHECK_ERR(rpc_reader_next(&r, all(buf, RPC_REQUEST_MAX - 1),
					  &len),
			  WICI_AGAIN);
		CHECK_ERR(rpc_reader_next(&r, all(buf, RPC_REQUEST_MAX), &len),
			  WICI_TOO_LARGE);
	}
	free(buf);
}

TEST(the_largest_request_fits_and_one_more_byte_does_not)
{
	uint8_t *buf = calloc(1, RPC_REQUEST_MAX + 1);
	const size_t body = RPC_REQUEST_MAX - 12;
	struct rpc_reader r;
	struct rpc_request req;
	size_t len;

	CHECK(buf);
	/* [0, 1, "m", {"k": bin of the rest}]: 12 bytes before the body. */
	memcpy(buf, "\x94\x00\x01\xa1m\x81\xa0\xc6", 8);
	wici_put_u32(buf + 8, (uint32_t)body);
	rpc_reader_init(&r);
	CHECK_OK(rpc_reader_next(&r, all(buf, RPC_REQUEST_MAX), &len));
	CHECK(len == RPC_REQUEST_MAX);
	CHECK_OK(rpc_decode(all(buf, len), &req));
	wici_put_u32(buf + 8, (uint32_t)body + 1);
	rpc_reader_init(&r);
	CHECK_ERR(rpc_reader_next(&r, all(buf, RPC_REQUEST_MAX + 1), &len),
		  WICI_TOO_LARGE);
	free(buf);
}

/* Whatever a byte is turned into: an answer or an error, never more bytes than
 * there are. */
TEST(every_changed_byte_is_survived)
{
	for (size_t i = 0; i < sizeof(call); i++) {
		for (int v = 0; v < 256; v++) {
			uint8_t *copy = malloc(sizeof(call));
			struct rpc_reader r;
			struct rpc_request req;
			size_t len = 0;

			CHECK(copy);
			memcpy(copy, call, sizeof(call));
			copy[i] = (uint8_t)v;
			rpc_reader_init(&r);
			if (!rpc_reader_next(&r, all(copy, sizeof(call)),
					     &len)) {
				CHECK(len >= 1 && len <= sizeof(call));
				if (!rpc_decode(all(copy, len), &req) &&
				    req.wants_reply)
					CHECK_OK(wici_mp_check(WICI_MP_LENIENT,
							       req.params,
							       NULL));
			}
			free(copy);
		}
	}
}

TEST(an_error_is_what_other_libraries_expect)
{
	uint8_t buf[200];
	struct wici_mp_writer w;
	struct wici_bytes out;
	msgpack_unpacked u;
	msgpack_object_array a;

	wici_mp_writer_init(&w, buf, sizeof(buf));
	rpc_write_error(&w, 42, WICI_BUSY, NULL);
	CHECK_OK(wici_mp_written(&w, &out));
	msgpack_unpacked_init(&u);
	CHECK(msgpack_unpack_next(&u, (const char *)out.p, out.len, NULL) ==
	      MSGPACK_UNPACK_SUCCESS);
	CHECK(u.data.type == MSGPACK_OBJECT_ARRAY);
	a = u.data.via.array;
	CHECK(a.size == 4 && a.ptr[0].via.u64 == 1 && a.ptr[1].via.u64 == 42);
	CHECK(a.ptr[2].type == MSGPACK_OBJECT_MAP);
	CHECK(a.ptr[3].type == MSGPACK_OBJECT_NIL);
	msgpack_unpacked_destroy(&u);
}

TEST_MAIN(RUN(a_call_says_what_it_wants), RUN(every_cut_gives_the_same_request),
	  RUN(byte_by_byte_three_requests_come_one_after_another),
	  RUN(requests_in_one_read_are_told_apart),
	  RUN(any_valid_encoding_is_read),
	  RUN(notifications_and_responses_ask_for_nothing),
	  RUN(what_is_no_request_is_answered_as_one_that_failed),
	  RUN(garbage_ends_the_stream), RUN(a_promised_length_is_not_believed),
	  RUN(the_largest_request_fits_and_one_more_byte_does_not),
	  RUN(every_changed_byte_is_survived),
	  RUN(an_error_is_what_other_libraries_expect))
