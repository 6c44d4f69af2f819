/* tests/fuzz/fuzz_rpc.c — Bytes on the control socket: step u8, then a stream.
 * Requests end where they end however the bytes arrive, and each is taken
 * apart. */
#include "daemon/rpc.h"

#include "proto/mp_read.h"
#include "tests/fuzz/fuzz.h"

static void is_taken_apart(struct wici_bytes request)
{
	struct rpc_request r;
	enum wici_err err = rpc_decode(request, &r);
	uint8_t buf[512];
	struct wici_mp_writer w;
	struct wici_bytes reply;

	/* A notification is nobody's question. */
	if (!r.wants_reply)
		return;
	if (err == WICI_OK) {
		MUST(wici_mp_check(WICI_MP_LENIENT, r.params, NULL) == WICI_OK);
		MUST(r.method.len <= request.len);
		return;
	}
	wici_mp_writer_init(&w, buf, sizeof(buf));
	rpc_write_error(&w, r.msgid, err, NULL);
	MUST(wici_mp_written(&w, &reply) == WICI_OK);
	MUST(wici_mp_check(WICI_MP_LENIENT, reply, NULL) == WICI_OK);
}

/* How far whole requests reach when bytes arrive step by step; *last is what
 * the reader said in the end. */
static size_t read_all(struct wici_bytes b, size_t step, enum wici_err *last)
{
	struct rpc_reader r;
	size_t done = 0;
	size_t have = 0;
	size_t len;

	rpc_reader_init(&r);
	*last = WICI_AGAIN;
	while (*last == WICI_AGAIN && have < b.len) {
		have = step < b.len - have ? have + step : b.len;
		while (done < have &&
		       (*last = rpc_reader_next(
				&r,
				(struct wici_bytes){b.p + done, have - done},
				&len)) == WICI_OK) {
			MUST(len > 0 && len <= have - done);
			is_taken_apart((struct wici_bytes){b.p + done, len});
			done += len;
			*last = WICI_AGAIN;
		}
	}
	return done;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct wici_bytes b = {data, size};
	size_t step = fuzz_byte(&b) + (size_t)1;
	enum wici_err slow, fast;

	MUST(read_all(b, step, &slow) == read_all(b, b.len, &fast));
	MUST(slow == fast);
	is_taken_apart(b);
	return 0;
}
