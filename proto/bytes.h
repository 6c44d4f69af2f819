/* proto/bytes.h — Borrowed bytes, and big-endian integers. */
#ifndef WICI_PROTO_BYTES_H
#define WICI_PROTO_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Somebody else's bytes; the giver's header says how long they live.
 * p may be NULL only where len is 0. */
struct wici_bytes {
	const uint8_t *p;
	size_t len;
};

/* A string literal as bytes, without its NUL. */
#define WICI_BYTES(lit)                                                        \
	((struct wici_bytes){(const uint8_t *)(lit), sizeof(lit) - 1})

static inline bool wici_bytes_equal(struct wici_bytes a, struct wici_bytes b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.p, b.p, a.len) == 0);
}

/* Less than, equal to or greater than zero, as memcmp; of two that begin alike
 * the shorter comes first: the order of keys in a canonical map. */
static inline int wici_bytes_compare(struct wici_bytes a, struct wici_bytes b)
{
	size_t len = a.len < b.len ? a.len : b.len;
	int order = len ? memcmp(a.p, b.p, len) : 0;

	return order ? order : (a.len > b.len) - (a.len < b.len);
}

static inline struct wici_bytes wici_bytes_str(const char *s)
{
	return (struct wici_bytes){(const uint8_t *)s, strlen(s)};
}

static inline bool wici_bytes_is(struct wici_bytes a, const char *s)
{
	return wici_bytes_equal(a, wici_bytes_str(s));
}

static inline void wici_put_u16(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static inline void wici_put_u32(uint8_t *p, uint32_t v)
{
	wici_put_u16(p, (uint16_t)(v >> 16));
	wici_put_u16(p + 2, (uint16_t)v);
}

static inline void wici_put_u64(uint8_t *p, uint64_t v)
{
	wici_put_u32(p, (uint32_t)(v >> 32));
	wici_put_u32(p + 4, (uint32_t)v);
}

static inline uint16_t wici_get_u16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t wici_get_u32(const uint8_t *p)
{
	return (uint32_t)wici_get_u16(p) << 16 | wici_get_u16(p + 2);
}

static inline uint64_t wici_get_u64(const uint8_t *p)
{
	return (uint64_t)wici_get_u32(p) << 32 | wici_get_u32(p + 4);
}

/* A bounded cursor over bytes from outside: each take fails softly once and
 * for all, so that a decoder checks `ok` once, at its end. */
struct wici_cursor {
	const uint8_t *p;
	size_t len; /* What is left. */
	bool ok;
};

static inline struct wici_cursor wici_cursor(struct wici_bytes b)
{
	return (struct wici_cursor){b.p, b.len, true};
}

/* n bytes, or NULL (and ok turns false). */
static inline const uint8_t *wici_take(struct wici_cursor *c, size_t n)
{
	const uint8_t *p = c->p;

	if (!c->ok || c->len < n) {
		c->ok = false;
		return NULL;
	}
	c->p += n;
	c->len -= n;
	return p;
}

static inline uint8_t wici_take_u8(struct wici_cursor *c)
{
	const uint8_t *p = wici_take(c, 1);

	return p ? p[0] : 0;
}

static inline uint16_t wici_take_u16(struct wici_cursor *c)
{
	const uint8_t *p = wici_take(c, 2);

	return p ? wici_get_u16(p) : 0;
}

static inline uint32_t wici_take_u32(struct wici_cursor *c)
{
	const uint8_t *p = wici_take(c, 4);

	return p ? wici_get_u32(p) : 0;
}

static inline uint64_t wici_take_u64(struct wici_cursor *c)
{
	const uint8_t *p = wici_take(c, 8);

	return p ? wici_get_u64(p) : 0;
}

/* Copies n bytes to dst; leaves dst as it was when they are not there. */
static inline void wici_take_copy(struct wici_cursor *c, void *dst, size_t n)
{
	const uint8_t *p = wici_take(c, n);

	if (p)
		memcpy(dst, p, n);
}

#endif
