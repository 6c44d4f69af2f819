/* proto/mp_write.c — msgpack-c packs, and its callback writes into the
 * caller's buffer. Once something did not fit, nothing more is written. */
#include "proto/mp_write.h"

#include <msgpack/pack.h>
#include <sodium.h>

static int put(void *data, const char *p, size_t len)
{
	struct wici_mp_writer *w = data;

	if (w->overflow || len > SIZE_MAX - w->len) {
		w->overflow = true;
		return -1;
	}
	if (w->grow && w->max - w->len < len)
		w->grow(w, w->len + len);
	if (w->max - w->len < len) {
		w->overflow = true;
		return -1;
	}
	if (len)
		memcpy(w->buf + w->len, p, len);
	w->len += len;
	return 0;
}

static msgpack_packer packer(struct wici_mp_writer *w)
{
	msgpack_packer pk;

	msgpack_packer_init(&pk, w, put);
	return pk;
}

void wici_mp_writer_init(struct wici_mp_writer *w, uint8_t *buf, size_t max)
{
	*w = (struct wici_mp_writer){.buf = buf, .max = max};
}

void wici_mp_nil(struct wici_mp_writer *w)
{
	msgpack_packer pk = packer(w);

	msgpack_pack_nil(&pk);
}

void wici_mp_bool(struct wici_mp_writer *w, bool v)
{
	msgpack_packer pk = packer(w);

	if (v)
		msgpack_pack_true(&pk);
	else
		msgpack_pack_false(&pk);
}

void wici_mp_uint(struct wici_mp_writer *w, uint64_t v)
{
	msgpack_packer pk = packer(w);

	msgpack_pack_uint64(&pk, v);
}

void wici_mp_int(struct wici_mp_writer *w, int64_t v)
{
	msgpack_packer pk = packer(w);

	msgpack_pack_int64(&pk, v);
}

void wici_mp_float(struct wici_mp_writer *w, double v)
{
	msgpack_packer pk = packer(w);

	msgpack_pack_double(&pk, v);
}

void wici_mp_str(struct wici_mp_writer *w, const char *s)
{
	wici_mp_str_bytes(w, wici_bytes_str(s));
}

void wici_mp_str_bytes(struct wici_mp_writer *w, struct wici_bytes b)
{
	msgpack_packer pk = packer(w);

	/* msgpack-c would keep the low 32 bits of the length. */
	if (b.len > UINT32_MAX) {
		w->overflow = true;
		return;
	}
	msgpack_pack_str(&pk, b.len);
	wici_mp_raw(w, b);
}

void wici_mp_bin(struct wici_mp_writer *w, const void *p, size_t len)
{
	msgpack_packer pk = packer(w);

	if (len > UINT32_MAX) {
		w->overflow = true;
		return;
	}
	msgpack_pack_bin(&pk, len);
	wici_mp_raw(w, (struct wici_bytes){p, len});
}

void wici_mp_array(struct wici_mp_writer *w, uint32_t count)
{
	msgpack_packer pk = packer(w);

	msgpack_pack_array(&pk, count);
}

void wici_mp_map(struct wici_mp_writer *w, uint32_t count)
{
	msgpack_packer pk = packer(w);

	msgpack_pack_map(&pk, count);
}

void wici_mp_raw(struct wici_mp_writer *w, struct wici_bytes b)
{
	(void)put(w, (const char *)b.p, b.len);
}

void wici_mp_hex(struct wici_mp_writer *w, const void *p, size_t len)
{
	msgpack_packer pk = packer(w);
	const uint8_t *bytes = p;
	char hex[2 * 32 + 1];
	size_t n;

	if (len > UINT32_MAX / 2) {
		w->overflow = true;
		return;
	}
	msgpack_pack_str(&pk, 2 * len);
	for (; len; len -= n, bytes += n) {
		n = len < 32 ? len : 32;
		sodium_bin2hex(hex, sizeof(hex), bytes, n);
		(void)put(w, hex, 2 * n);
	}
}

enum wici_err wici_mp_written(const struct wici_mp_writer *w,
			      struct wici_bytes *out)
{
	if (w->overflow)
		return WICI_TOO_LARGE;
	*out = (struct wici_bytes){w->buf, w->len};
	return WICI_OK;
}
