/* tests/fuzz/fuzz_mp.c — MessagePack from outside. What canonical mode takes
 * has one encoding: msgpack-c, packing what it read, gives the same bytes.
 * What either mode takes, msgpack-c takes to the same length, and next and
 * skip walk to its end. */
#include "proto/mp_read.h"

#include <msgpack.h>

#include "tests/fuzz/fuzz.h"

/* Both ways through the bytes, whether or not they were checked. */
static size_t walk(enum wici_mp_mode mode, struct wici_bytes b)
{
	struct wici_mp_reader r;
	struct wici_bytes raw;
	struct wici_mp v;
	size_t skipped = 0;

	wici_mp_reader_init(&r, mode, b);
	while (!wici_mp_is_end(&r) && wici_mp_skip(&r, &raw) == WICI_OK) {
		MUST(raw.p == b.p + skipped && raw.len > 0);
		skipped += raw.len;
	}
	wici_mp_reader_init(&r, mode, b);
	while (!wici_mp_is_end(&r) && wici_mp_next(&r, &v) == WICI_OK)
		if (v.type == WICI_MP_STR || v.type == WICI_MP_BIN)
			MUST(v.bytes.len <= b.len);
	MUST((size_t)(r.p - b.p) <= b.len);
	return skipped;
}

static void read_and_packed_again(struct wici_bytes b, bool is_same)
{
	msgpack_unpacked u;
	msgpack_sbuffer out;
	msgpack_packer packer;
	size_t at = 0;

	msgpack_unpacked_init(&u);
	MUST(msgpack_unpack_next(&u, (const char *)b.p, b.len, &at) ==
	     MSGPACK_UNPACK_SUCCESS);
	MUST(at == b.len);
	msgpack_sbuffer_init(&out);
	msgpack_packer_init(&packer, &out, msgpack_sbuffer_write);
	MUST(msgpack_pack_object(&packer, u.data) == 0);
	MUST(!is_same ||
	     (out.size == b.len && memcmp(out.data, b.p, b.len) == 0));
	msgpack_sbuffer_destroy(&out);
	msgpack_unpacked_destroy(&u);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct wici_bytes b = {data, size};
	struct wici_bytes value;
	size_t used = size + 1;

	if (wici_mp_check(WICI_MP_CANONICAL, b, NULL) == WICI_OK) {
		MUST(wici_mp_check(WICI_MP_LENIENT, b, NULL) == WICI_OK);
		MUST(walk(WICI_MP_CANONICAL, b) == size);
		read_and_packed_again(b, true);
		if (b.p[0] >> 4 == 8) /* A map: any of them may be searched. */
			(void)wici_mp_find(WICI_MP_CANONICAL, b, "name",
					   &value);
	}
	if (wici_mp_check(WICI_MP_LENIENT, b, &used) == WICI_OK) {
		MUST(used > 0 && used <= size);
		b.len = used;
		MUST(walk(WICI_MP_LENIENT, b) == used);
		read_and_packed_again(b, false);
	}
	(void)walk(WICI_MP_CANONICAL, (struct wici_bytes){data, size});
	(void)walk(WICI_MP_LENIENT, (struct wici_bytes){data, size});
	return 0;
}
