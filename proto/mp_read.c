/* proto/mp_read.c — Reading MessagePack that somebody else wrote.
 *
 * One head at a time; a whole value is walked with a stack of fixed size, so
 * that no input can make us recurse or allocate. A failing call leaves the
 * reader where it was: with more bytes it can be asked again. */
#include "proto/mp_read.h"

#include "proto/require.h"
#include "proto/text.h"

void wici_mp_reader_init(struct wici_mp_reader *r, enum wici_mp_mode mode,
			 struct wici_bytes b)
{
	r->start = b.p;
	r->p = b.p;
	r->end = b.p ? b.p + b.len : NULL;
	r->mode = mode;
	r->depth_max = WICI_MP_DEPTH_MAX;
}

static size_t left(const struct wici_mp_reader *r)
{
	return r->p ? (size_t)(r->end - r->p) : 0;
}

/* A big-endian number of 1, 2, 4 or 8 bytes. */
static enum wici_err take_number(struct wici_mp_reader *r, size_t len,
				 uint64_t *v)
{
	if (left(r) < len)
		return WICI_AGAIN;
	*v = 0;
	for (size_t i = 0; i < len; i++)
		*v = *v << 8 | *r->p++;
	return WICI_OK;
}

/* Could v have been written in fewer than len bytes after its head? What fits
 * into the head itself (small integers, short strings, short arrays) is told
 * by `in_head`, the first value that does not. */
static bool is_minimal(uint64_t v, size_t len, uint64_t in_head)
{
	switch (len) {
	case 1:
		return v >= in_head;
	case 2:
		return v > UINT8_MAX;
	case 4:
		return v > UINT16_MAX;
	default:
		return v > UINT32_MAX;
	}
}

static enum wici_err canonical_or(const struct wici_mp_reader *r, bool is_fine)
{
	if (r->mode == WICI_MP_CANONICAL && !is_fine)
		return WICI_REJECT_CANONICAL;
	return WICI_OK;
}

static enum wici_err take_uint(struct wici_mp_reader *r, size_t len,
			       struct wici_mp *v)
{
	enum wici_err err = take_number(r, len, &v->u);

	v->type = WICI_MP_UINT;
	return err ? err : canonical_or(r, is_minimal(v->u, len, 0x80));
}

/* Could v have been written in fewer than len bytes? v is negative. */
static bool is_minimal_negative(int64_t v, size_t len)
{
	switch (len) {
	case 1:
		return v < -32;
	case 2:
		return v < INT8_MIN;
	case 4:
		return v < INT16_MIN;
	default:
		return v < INT32_MIN;
	}
}

static enum wici_err take_int(struct wici_mp_reader *r, size_t len,
			      struct wici_mp *v)
{
	uint64_t u;
	enum wici_err err = take_number(r, len, &u);
	unsigned int spare = (unsigned int)(64 - 8 * len);

	if (err)
		return err;
	if (u >> (8 * len - 1) == 0) {
		v->type = WICI_MP_UINT;
		v->u = u;
		return canonical_or(r, false);
	}
	/* The sign is carried into the bytes that did not travel. */
	v->type = WICI_MP_INT;
	v->i = (int64_t)(spare ? u | UINT64_MAX << (64 - spare) : u);
	return canonical_or(r, is_minimal_negative(v->i, len));
}

static enum wici_err take_float(struct wici_mp_reader *r, size_t len,
				struct wici_mp *v)
{
	uint64_t u;
	enum wici_err err = take_number(r, len, &u);
	uint32_t u32;
	float f;

	if (err)
		return err;
	v->type = WICI_MP_FLOAT;
	if (len == 4) {
		u32 = (uint32_t)u;
		memcpy(&f, &u32, sizeof(f));
		v->f = (double)f;
	} else {
		memcpy(&v->f, &u, sizeof(v->f));
	}
	return canonical_or(r, false);
}

/* The body of a string or of binary. */
static enum wici_err take_body(struct wici_mp_reader *r, enum wici_mp_type type,
			       uint64_t len, struct wici_mp *v)
{
	if (len > left(r))
		return WICI_AGAIN;
	v->type = type;
	v->bytes = (struct wici_bytes){r->p, (size_t)len};
	r->p += len;
	if (r->mode == WICI_MP_CANONICAL && type == WICI_MP_STR &&
	    !wici_text_is_utf8(v->bytes))
		return WICI_REJECT_TEXT;
	return WICI_OK;
}

/* The items of an array or the pairs of a map: each item needs a byte at least.
 *
 * PROTOCOL §1.3: "A length is believed only as far as its bytes are there." */
static enum wici_err take_count(struct wici_mp_reader *r,
				enum wici_mp_type type, uint64_t count,
				struct wici_mp *v)
{
	if (count * (type == WICI_MP_MAP ? 2 : 1) > left(r))
		return WICI_AGAIN;
	v->type = type;
	v->count = (uint32_t)count;
	return WICI_OK;
}

/* A length of len bytes, then what it is the length of. `in_head` as in
 * is_minimal(). */
static enum wici_err take_sized(struct wici_mp_reader *r,
				enum wici_mp_type type, size_t len,
				struct wici_mp *v)
{
	uint64_t in_head = 0;
	uint64_t n;
	enum wici_err err = take_number(r, len, &n);

	if (err)
		return err;
	if (type == WICI_MP_STR)
		in_head = 32;
	/* Arrays and maps have no one-byte length: two bytes are minimal from
	 * 16 on. */
	if (type == WICI_MP_ARRAY || type == WICI_MP_MAP)
		err = canonical_or(r, n > (len == 2 ? 15 : UINT16_MAX));
	else
		err = canonical_or(r, is_minimal(n, len, in_head));
	if (err)
		return err;
	if (type == WICI_MP_STR || type == WICI_MP_BIN)
		return take_body(r, type, n, v);
	return take_count(r, type, n, v);
}

/* 0xc0 … 0xdf: a type, and how long its number is. */
static enum wici_err take_long(struct wici_mp_reader *r, uint8_t head,
			       struct wici_mp *v)
{
	switch (head) {
	case 0xc0:
		v->type = WICI_MP_NIL;
		return canonical_or(r, false);
	case 0xc2:
	case 0xc3:
		v->type = WICI_MP_BOOL;
		v->boolean = head == 0xc3;
		return WICI_OK;
	case 0xc4:
	case 0xc5:
	case 0xc6:
		return take_sized(r, WICI_MP_BIN, (size_t)1 << (head - 0xc4),
				  v);
	case 0xca:
	case 0xcb:
		return take_float(r, (size_t)4 << (head - 0xca), v);
	case 0xcc:
	case 0xcd:
	case 0xce:
	case 0xcf:
		return take_uint(r, (size_t)1 << (head - 0xcc), v);
	case 0xd0:
	case 0xd1:
	case 0xd2:
	case 0xd3:
		return take_int(r, (size_t)1 << (head - 0xd0), v);
	case 0xd9:
	case 0xda:
	case 0xdb:
		return take_sized(r, WICI_MP_STR, (size_t)1 << (head - 0xd9),
				  v);
	case 0xdc:
	case 0xdd:
		return take_sized(r, WICI_MP_ARRAY, (size_t)2 << (head - 0xdc),
				  v);
	case 0xde:
	case 0xdf:
		return take_sized(r, WICI_MP_MAP, (size_t)2 << (head - 0xde),
				  v);
	case 0xc1:
		return WICI_REJECT_MP;
	default: /* Ext: MessagePack indeed, but never ours. */
		return r->mode == WICI_MP_CANONICAL ? WICI_REJECT_CANONICAL
						    : WICI_REJECT_MP;
	}
}

static enum wici_err take_value(struct wici_mp_reader *r, struct wici_mp *v)
{
	uint8_t head;

	if (left(r) == 0)
		return WICI_AGAIN;
	head = *r->p++;
	if (head <= 0x7f) {
		v->type = WICI_MP_UINT;
		v->u = head;
		return WICI_OK;
	}
	if (head >= 0xe0) {
		v->type = WICI_MP_INT;
		v->i = (int64_t)head - 256;
		return WICI_OK;
	}
	if (head <= 0x8f)
		return take_count(r, WICI_MP_MAP, head & 0x0f, v);
	if (head <= 0x9f)
		return take_count(r, WICI_MP_ARRAY, head & 0x0f, v);
	if (head <= 0xbf)
		return take_body(r, WICI_MP_STR, head & 0x1f, v);
	return take_long(r, head, v);
}

enum wici_err wici_mp_next(struct wici_mp_reader *r, struct wici_mp *v)
{
	const uint8_t *at = r->p;
	enum wici_err err = take_value(r, v);

	if (err)
		r->p = at;
	return err;
}

/* An array or map that is being walked. */
struct level {
	uint64_t left; /* Values to come: of a map twice its pairs. */
	bool is_map;
	bool has_key;
	struct wici_bytes key; /* The last one. */
};

/* v stands where a key does. */
static enum wici_err check_key(struct level *l, const struct wici_mp *v)
{
	if (v->type != WICI_MP_STR)
		return WICI_REJECT_CANONICAL;
	/* PROTOCOL §1.3: "map keys are strings that ascend by bytes, each
	 * once" */
	if (l->has_key && wici_bytes_compare(l->key, v->bytes) >= 0)
		return WICI_REJECT_CANONICAL;
	l->has_key = true;
	l->key = v->bytes;
	return WICI_OK;
}

static enum wici_err walk(struct wici_mp_reader *r)
{
	struct level levels[WICI_MP_DEPTH_MAX + 1] = {{.left = 1}};
	struct level *l = levels; /* levels[0] holds the value itself. */
	enum wici_err err;
	struct wici_mp v;

	WICI_REQUIRE(r->depth_max <= WICI_MP_DEPTH_MAX);
	while (l->left || l != levels) {
		if (l->left == 0) {
			l--;
			continue;
		}
		err = wici_mp_next(r, &v);
		if (!err && r->mode == WICI_MP_CANONICAL && l->is_map &&
		    l->left % 2 == 0)
			err = check_key(l, &v);
		if (err)
			return err;
		l->left--;
		if (v.type != WICI_MP_ARRAY && v.type != WICI_MP_MAP)
			continue;
		/* PROTOCOL §1.3: "Maps and arrays nest at most 8 deep." */
		if (l - levels >= r->depth_max)
			return WICI_REJECT_DEPTH;
		*++l = (struct level){.left = (uint64_t)v.count
					      << (v.type == WICI_MP_MAP),
				      .is_map = v.type == WICI_MP_MAP};
	}
	return WICI_OK;
}

enum wici_err wici_mp_skip(struct wici_mp_reader *r, struct wici_bytes *raw)
{
	const uint8_t *at = r->p;
	enum wici_err err = walk(r);

	if (err) {
		r->p = at;
		return err;
	}
	if (raw)
		*raw = (struct wici_bytes){at, (size_t)(r->p - at)};
	return WICI_OK;
}

enum wici_err wici_mp_expect(struct wici_mp_reader *r, enum wici_mp_type type,
			     struct wici_mp *v)
{
	const uint8_t *at = r->p;
	enum wici_err err = wici_mp_next(r, v);

	if (!err && v->type != type) {
		r->p = at;
		err = WICI_REJECT_MP;
	}
	return err;
}

enum wici_err wici_mp_expect_key(struct wici_mp_reader *r, const char *key)
{
	const uint8_t *at = r->p;
	struct wici_mp v;
	enum wici_err err = wici_mp_expect(r, WICI_MP_STR, &v);

	if (!err && !wici_bytes_is(v.bytes, key)) {
		r->p = at;
		err = WICI_REJECT_MP;
	}
	return err;
}

enum wici_err wici_mp_expect_bin(struct wici_mp_reader *r, void *out,
				 size_t len)
{
	const uint8_t *at = r->p;
	struct wici_mp v;
	enum wici_err err = wici_mp_expect(r, WICI_MP_BIN, &v);

	if (!err && v.bytes.len != len) {
		r->p = at;
		err = WICI_REJECT_MP;
	}
	if (!err && len)
		memcpy(out, v.bytes.p, len);
	return err;
}

bool wici_mp_is_end(const struct wici_mp_reader *r)
{
	return left(r) == 0;
}

enum wici_err wici_mp_check(enum wici_mp_mode mode, struct wici_bytes b,
			    size_t *used)
{
	struct wici_mp_reader r;
	enum wici_err err;

	wici_mp_reader_init(&r, mode, b);
	err = walk(&r);
	if (err)
		return err;
	if (!used)
		return wici_mp_is_end(&r) ? WICI_OK : WICI_REJECT_MP;
	*used = (size_t)(r.p - r.start);
	return WICI_OK;
}

enum wici_err wici_mp_find(enum wici_mp_mode mode, struct wici_bytes map,
			   const char *key, struct wici_bytes *value)
{
	struct wici_mp_reader r;
	struct wici_mp_reader key_reader;
	struct wici_bytes raw;
	struct wici_mp head;
	struct wici_mp k;
	enum wici_err err;

	wici_mp_reader_init(&r, mode, map);
	err = wici_mp_expect(&r, WICI_MP_MAP, &head);
	for (uint32_t i = 0; !err && i < head.count; i++) {
		/* Other people's keys need not be strings. */
		err = wici_mp_skip(&r, &raw);
		if (err)
			return err;
		wici_mp_reader_init(&key_reader, mode, raw);
		err = wici_mp_next(&key_reader, &k);
		if (err)
			return err;
		err = wici_mp_skip(&r, &raw);
		if (!err && k.type == WICI_MP_STR &&
		    wici_bytes_is(k.bytes, key)) {
			*value = raw;
			return WICI_OK;
		}
	}
	return err ? err : WICI_NOT_FOUND;
}
