/* proto/mp_read.h — A MessagePack reader for bytes from outside: bounded, and
 * it allocates nothing.
 *
 * PROTOCOL §1.3. Two modes. CANONICAL is what payloads and statements must
 * be: minimal integers and lengths, no floats, no ext, no nil, map keys are
 * strings that ascend by bytes, well-formed UTF-8. LENIENT is what other
 * people's MessagePack-RPC sends: any valid encoding, nil and floats too, map
 * keys in any order; ext is refused. In both, nesting is at most 8 and no
 * length is believed before its bytes are there. */
#ifndef WICI_PROTO_MP_READ_H
#define WICI_PROTO_MP_READ_H

#include "proto/bytes.h"
#include "proto/err.h"

#define WICI_MP_DEPTH_MAX 8

enum wici_mp_mode { WICI_MP_CANONICAL, WICI_MP_LENIENT };

enum wici_mp_type {
	WICI_MP_NIL,
	WICI_MP_BOOL,
	WICI_MP_UINT, /* 0 … 2^64 − 1, also from a signed encoding. */
	WICI_MP_INT,  /* Negative. */
	WICI_MP_FLOAT,
	WICI_MP_STR,
	WICI_MP_BIN,
	WICI_MP_ARRAY,
	WICI_MP_MAP
};

struct wici_mp {
	enum wici_mp_type type;
	union {
		bool boolean;
		uint64_t u;
		int64_t i;
		double f;
		struct wici_bytes bytes; /* STR, BIN: into the input. */
		uint32_t count;          /* ARRAY: items; MAP: pairs. */
	};
};

struct wici_mp_reader {
	const uint8_t *start;
	const uint8_t *p;
	const uint8_t *end;
	enum wici_mp_mode mode;
	int depth_max;
};

void wici_mp_reader_init(struct wici_mp_reader *r, enum wici_mp_mode mode,
			 struct wici_bytes b);

/* The next value's head; of arrays and maps the items follow as values of
 * their own. WICI_AGAIN: the input ends inside it. WICI_REJECT_MP,
 * WICI_REJECT_CANONICAL, WICI_REJECT_TEXT. Does not check nesting nor the
 * order of keys: wici_mp_check() does, once, over the whole. */
WICI_NODISCARD
enum wici_err wici_mp_next(struct wici_mp_reader *r, struct wici_mp *v);

/* Skips one whole value; *raw (may be NULL) is its bytes. */
WICI_NODISCARD
enum wici_err wici_mp_skip(struct wici_mp_reader *r, struct wici_bytes *raw);

/* Reads one value and demands its type; WICI_REJECT_MP when it is another. */
WICI_NODISCARD
enum wici_err wici_mp_expect(struct wici_mp_reader *r, enum wici_mp_type type,
			     struct wici_mp *v);

/* Reads a map's key and demands that it is this one. */
WICI_NODISCARD
enum wici_err wici_mp_expect_key(struct wici_mp_reader *r, const char *key);

/* Reads binary of exactly len bytes into out. */
WICI_NODISCARD
enum wici_err wici_mp_expect_bin(struct wici_mp_reader *r, void *out,
				 size_t len);

bool wici_mp_is_end(const struct wici_mp_reader *r);

/* Is b one whole value, and nothing after it? In CANONICAL mode keys must
 * ascend by bytes and be strings; in LENIENT mode doubled keys are not
 * looked for. Also WICI_REJECT_DEPTH. WICI_AGAIN: b ends inside the value;
 * then *used (may be NULL) is untouched. On WICI_OK with used given, bytes
 * may follow the value, and *used is its length. */
WICI_NODISCARD
enum wici_err wici_mp_check(enum wici_mp_mode mode, struct wici_bytes b,
			    size_t *used);

/* Finds a key in a map value's bytes (checked before). WICI_NOT_FOUND. */
WICI_NODISCARD
enum wici_err wici_mp_find(enum wici_mp_mode mode, struct wici_bytes map,
			   const char *key, struct wici_bytes *value);

#endif
