/* proto/mp_write.h — A MessagePack writer into the caller's buffer.
 *
 * msgpack-c packs; its callback writes into a bounded buffer, so nothing is
 * allocated. Integers and lengths come out minimal. The order of map keys is
 * the caller's duty. An overflow is remembered and reported at the end. */
#ifndef WICI_PROTO_MP_WRITE_H
#define WICI_PROTO_MP_WRITE_H

#include "proto/bytes.h"
#include "proto/err.h"

struct wici_mp_writer {
	uint8_t *buf;
	size_t len;
	size_t max;
	bool overflow;
	/* NULL: buf is fixed. Else asked for at least `need` bytes in all when
	 * buf is too small; sets buf and max, or leaves them (overflow). */
	void (*grow)(struct wici_mp_writer *w, size_t need);
};

void wici_mp_writer_init(struct wici_mp_writer *w, uint8_t *buf, size_t max);

void wici_mp_nil(struct wici_mp_writer *w);
void wici_mp_bool(struct wici_mp_writer *w, bool v);
void wici_mp_uint(struct wici_mp_writer *w, uint64_t v);
void wici_mp_int(struct wici_mp_writer *w, int64_t v);
void wici_mp_float(struct wici_mp_writer *w, double v);
void wici_mp_str(struct wici_mp_writer *w, const char *s);
void wici_mp_str_bytes(struct wici_mp_writer *w, struct wici_bytes b);
void wici_mp_bin(struct wici_mp_writer *w, const void *p, size_t len);
void wici_mp_array(struct wici_mp_writer *w, uint32_t count);
void wici_mp_map(struct wici_mp_writer *w, uint32_t count);
void wici_mp_raw(struct wici_mp_writer *w, struct wici_bytes b);

/* Lowercase hex as a string: how ids and keys stand in results. */
void wici_mp_hex(struct wici_mp_writer *w, const void *p, size_t len);

/* WICI_OK and what was written, or WICI_TOO_LARGE. */
WICI_NODISCARD
enum wici_err wici_mp_written(const struct wici_mp_writer *w,
			      struct wici_bytes *out);

#endif
