/* proto/bundle.c — Bundles: a head, records, and a hash of it all.
 *
 * The hash is taken over what stands in the file, from its first byte: that is
 * the domain. So what is damaged, cut off or glued on is found whoever reads;
 * who made it is said by the signatures inside alone. */
#include "proto/bundle.h"

#include "proto/mp_read.h"
#include "proto/require.h"
#include "proto/text.h"

#define RECORD_HEAD_LEN ((size_t)5) /* type u8 ‖ len u32 */
#define NAME_LEN_MAX    ((size_t)200)

/* ---- writing ---- */

void wici_bundle_begin(struct wici_bundle_writer *w, uint8_t *out,
		       const struct wici_id *network)
{
	memcpy(out, wici_domain(WICI_DOMAIN_BUNDLE), WICI_DOMAIN_LEN);
	memcpy(out + WICI_DOMAIN_LEN, network->b, WICI_ID_LEN);
	/* PROTOCOL §7.1: "the hash of everything before this record (its
	 * domain is the file's own first 16 bytes)" */
	wici_hash_init(&w->hash, WICI_DOMAIN_BUNDLE);
	wici_hash_update(&w->hash, network->b, WICI_ID_LEN);
}

static void put_head(uint8_t *out, enum wici_bundle_type type, size_t len)
{
	out[0] = (uint8_t)type;
	wici_put_u32(out + 1, (uint32_t)len);
}

void wici_bundle_record(struct wici_bundle_writer *w, uint8_t *out,
			enum wici_bundle_type type, struct wici_bytes bytes)
{
	WICI_REQUIRE(type != WICI_BUNDLE_END);
	WICI_REQUIRE(bytes.len <= WICI_BUNDLE_RECORD_MAX);
	put_head(out, type, bytes.len);
	wici_hash_update(&w->hash, out, RECORD_HEAD_LEN);
	wici_hash_update(&w->hash, bytes.p, bytes.len);
}

void wici_bundle_end(struct wici_bundle_writer *w, uint8_t *out)
{
	struct wici_id hash = wici_hash_final(&w->hash);

	put_head(out, WICI_BUNDLE_END, WICI_ID_LEN);
	memcpy(out + RECORD_HEAD_LEN, hash.b, WICI_ID_LEN);
}

void wici_bundle_about_write(struct wici_mp_writer *w,
			     const struct wici_bundle_about *about)
{
	wici_mp_map(w, 4);
	wici_mp_str(w, "created_ms");
	wici_mp_uint(w, about->created_ms);
	wici_mp_str(w, "entries");
	wici_mp_uint(w, about->entries);
	wici_mp_str(w, "feeds");
	wici_mp_uint(w, about->feeds);
	wici_mp_str(w, "name");
	wici_mp_str_bytes(w, about->name);
}

void wici_bundle_backup_write(struct wici_mp_writer *w,
			      const struct wici_bundle_backup *backup)
{
	WICI_REQUIRE(backup->addresses_count <= WICI_BUNDLE_ADDRESSES);
	wici_mp_map(w, 9);
	wici_mp_str(w, "addresses");
	wici_mp_array(w, (uint32_t)backup->addresses_count);
	for (size_t i = 0; i < backup->addresses_count; i++)
		wici_mp_str_bytes(w, backup->addresses[i]);
	wici_mp_str(w, "feed");
	wici_mp_bin(w, backup->at.feed.b, WICI_KEY_LEN);
	wici_mp_str(w, "id");
	wici_mp_bin(w, backup->at.id.b, WICI_ID_LEN);
	wici_mp_str(w, "identity");
	wici_mp_bin(w, backup->identity.b, WICI_KEY_LEN);
	wici_mp_str(w, "identity_key");
	wici_mp_str_bytes(w, backup->identity_key);
	wici_mp_str(w, "name");
	wici_mp_str_bytes(w, backup->name);
	wici_mp_str(w, "roster_id");
	wici_mp_bin(w, backup->roster_id.b, WICI_ID_LEN);
	wici_mp_str(w, "roster_version");
	wici_mp_uint(w, backup->roster_version);
	wici_mp_str(w, "seq");
	wici_mp_uint(w, backup->at.seq);
}

void wici_bundle_after_write(uint8_t *out, const struct wici_head *after)
{
	memcpy(out, after->feed.b, WICI_KEY_LEN);
	wici_put_u64(out + WICI_KEY_LEN, after->seq);
	memcpy(out + WICI_KEY_LEN + 8, after->id.b, WICI_ID_LEN);
}

size_t wici_bundle_chunk_write(uint8_t *out,
			       const struct wici_bundle_chunk *chunk)
{
	uint8_t *p = out;
	size_t path_len = chunk->path_count * WICI_ID_LEN;

	WICI_REQUIRE(chunk->path_count <= WICI_CHUNK_PATH_MAX &&
		     chunk->bytes.len <= WICI_CHUNK_LEN_MAX);
	wici_put_u64(p, chunk->size);
	memcpy(p + 8, chunk->root.b, WICI_ID_LEN);
	p += 8 + WICI_ID_LEN;
	wici_put_u32(p, chunk->i);
	p[4] = (uint8_t)chunk->path_count;
	p += 5;
	if (path_len)
		memcpy(p, chunk->path, path_len);
	p += path_len;
	memcpy(p, chunk->bytes.p, chunk->bytes.len);
	return (size_t)(p - out) + chunk->bytes.len;
}

/* ---- reading ---- */

void wici_bundle_reader_init(struct wici_bundle_reader *r)
{
	r->has_head = false;
	r->is_done = false;
	r->err = WICI_OK;
	r->records = 0;
	r->len = 0;
	r->used = 0;
}

static enum wici_err refuse(struct wici_bundle_reader *r)
{
	r->is_done = false;
	r->err = WICI_REJECT_BUNDLE;
	return r->err;
}

enum wici_err wici_bundle_feed(struct wici_bundle_reader *r,
			       struct wici_bytes bytes, size_t *taken)
{
	size_t room;

	*taken = 0;
	if (r->err != WICI_OK || bytes.len == 0)
		return r->err;
	if (r->is_done)
		return refuse(r);
	if (r->used > 0) {
		memmove(r->buf, r->buf + r->used, r->len - r->used);
		r->len -= r->used;
		r->used = 0;
	}
	room = sizeof(r->buf) - r->len;
	*taken = bytes.len < room ? bytes.len : room;
	memcpy(r->buf + r->len, bytes.p, *taken);
	r->len += *taken;
	return WICI_OK;
}

static size_t ready(const struct wici_bundle_reader *r)
{
	return r->len - r->used;
}

static enum wici_err read_head(struct wici_bundle_reader *r)
{
	const uint8_t *head = r->buf + r->used;

	if (ready(r) < WICI_BUNDLE_HEAD_LEN)
		return WICI_AGAIN;
	if (memcmp(head, wici_domain(WICI_DOMAIN_BUNDLE), WICI_DOMAIN_LEN) != 0)
		return refuse(r);
	memcpy(r->network.b, head + WICI_DOMAIN_LEN, WICI_ID_LEN);
	wici_hash_init(&r->hash, WICI_DOMAIN_BUNDLE);
	wici_hash_update(&r->hash, r->network.b, WICI_ID_LEN);
	r->used += WICI_BUNDLE_HEAD_LEN;
	r->has_head = true;
	return WICI_OK;
}

/* PROTOCOL §7.1: "Types: 1 about, first" and PROTOCOL §7.2: "A bundle with a
 * record 4, second" */
static bool is_in_place(const struct wici_bundle_reader *r, uint8_t type)
{
	if (type == WICI_BUNDLE_BACKUP)
		return r->records == 1;
	return (type == WICI_BUNDLE_ABOUT) == (r->records == 0);
}

static enum wici_err read_end(struct wici_bundle_reader *r,
			      struct wici_bytes bytes)
{
	struct wici_id hash = wici_hash_final(&r->hash);

	if (bytes.len != WICI_ID_LEN ||
	    memcmp(bytes.p, hash.b, WICI_ID_LEN) != 0 || ready(r) > 0)
		return refuse(r);
	r->is_done = true;
	return WICI_END;
}

/* The next record of any type, its place not yet looked at. */
static enum wici_err read_record(struct wici_bundle_reader *r, uint8_t *type,
				 struct wici_bytes *bytes)
{
	const uint8_t *head = r->buf + r->used;
	size_t len;

	if (ready(r) < RECORD_HEAD_LEN)
		return WICI_AGAIN;
	*type = head[0];
	len = wici_get_u32(head + 1);
	if (len > WICI_BUNDLE_RECORD_MAX || !is_in_place(r, *type))
		return refuse(r);
	if (ready(r) - RECORD_HEAD_LEN < len)
		return WICI_AGAIN;

	*bytes = (struct wici_bytes){head + RECORD_HEAD_LEN, len};
	r->used += RECORD_HEAD_LEN + len;
	r->records++;
	if (*type == WICI_BUNDLE_END)
		return read_end(r, *bytes);
	wici_hash_update(&r->hash, head, RECORD_HEAD_LEN + len);
	return WICI_OK;
}

enum wici_err wici_bundle_next(struct wici_bundle_reader *r,
			       enum wici_bundle_type *type,
			       struct wici_bytes *bytes)
{
	enum wici_err err = r->err;
	uint8_t number = 0;

	if (r->is_done)
		return WICI_END;
	if (err == WICI_OK && !r->has_head)
		err = read_head(r);
	/* PROTOCOL §7.1: "Others are passed over." */
	do {
		if (err == WICI_OK)
			err = read_record(r, &number, bytes);
	} while (err == WICI_OK && number > WICI_BUNDLE_CHUNK);
	if (err == WICI_OK)
		*type = (enum wici_bundle_type)number;
	return err;
}

/* A map of this many pairs, canonical. */
static bool has_map(struct wici_mp_reader *r, struct wici_bytes b,
		    uint32_t count)
{
	struct wici_mp v;

	if (wici_mp_check(WICI_MP_CANONICAL, b, NULL) != WICI_OK)
		return false;
	wici_mp_reader_init(r, WICI_MP_CANONICAL, b);
	return wici_mp_expect(r, WICI_MP_MAP, &v) == WICI_OK &&
	       v.count == count;
}

static bool has_uint(struct wici_mp_reader *r, const char *key, uint64_t *u)
{
	struct wici_mp v;

	if (wici_mp_expect_key(r, key) != WICI_OK ||
	    wici_mp_expect(r, WICI_MP_UINT, &v) != WICI_OK)
		return false;
	*u = v.u;
	return true;
}

static bool has_bin(struct wici_mp_reader *r, const char *key, uint8_t out[32])
{
	return wici_mp_expect_key(r, key) == WICI_OK &&
	       wici_mp_expect_bin(r, out, 32) == WICI_OK;
}

static bool has_str(struct wici_mp_reader *r, struct wici_bytes *text)
{
	struct wici_mp v;

	if (wici_mp_expect(r, WICI_MP_STR, &v) != WICI_OK)
		return false;
	*text = v.bytes;
	return true;
}

/* A name is shown to people as it stands, and kept. */
static bool has_line(struct wici_mp_reader *r, const char *key,
		     struct wici_bytes *line)
{
	return wici_mp_expect_key(r, key) == WICI_OK && has_str(r, line) &&
	       line->len <= NAME_LEN_MAX && wici_text_is_line(*line);
}

enum wici_err wici_bundle_about_read(struct wici_bundle_about *about,
				     struct wici_bytes b)
{
	struct wici_mp_reader r;

	if (has_map(&r, b, 4) &&
	    has_uint(&r, "created_ms", &about->created_ms) &&
	    has_uint(&r, "entries", &about->entries) &&
	    has_uint(&r, "feeds", &about->feeds) &&
	    has_line(&r, "name", &about->name))
		return WICI_OK;
	return WICI_REJECT_BUNDLE;
}

static bool has_addresses(struct wici_mp_reader *r,
			  struct wici_bundle_backup *backup)
{
	struct wici_mp v;

	if (wici_mp_expect_key(r, "addresses") != WICI_OK ||
	    wici_mp_expect(r, WICI_MP_ARRAY, &v) != WICI_OK ||
	    v.count > WICI_BUNDLE_ADDRESSES)
		return false;
	backup->addresses_count = v.count;
	for (size_t i = 0; i < v.count; i++)
		if (!has_str(r, &backup->addresses[i]) ||
		    !wici_text_is_line(backup->addresses[i]))
			return false;
	return true;
}

enum wici_err wici_bundle_backup_read(struct wici_bundle_backup *backup,
				      struct wici_bytes b)
{
	struct wici_mp_reader r;

	if (has_map(&r, b, 9) && has_addresses(&r, backup) &&
	    has_bin(&r, "feed", backup->at.feed.b) &&
	    has_bin(&r, "id", backup->at.id.b) &&
	    has_bin(&r, "identity", backup->identity.b) &&
	    wici_mp_expect_key(&r, "identity_key") == WICI_OK &&
	    has_str(&r, &backup->identity_key) &&
	    has_line(&r, "name", &backup->name) &&
	    has_bin(&r, "roster_id", backup->roster_id.b) &&
	    has_uint(&r, "roster_version", &backup->roster_version) &&
	    has_uint(&r, "seq", &backup->at.seq))
		return WICI_OK;
	return WICI_REJECT_BUNDLE;
}

enum wici_err wici_bundle_after_read(struct wici_head *after,
				     struct wici_bytes b)
{
	struct wici_cursor c = wici_cursor(b);

	wici_take_copy(&c, after->feed.b, WICI_KEY_LEN);
	after->seq = wici_take_u64(&c);
	wici_take_copy(&c, after->id.b, WICI_ID_LEN);
	return c.ok && c.len == 0 && after->seq >= 1 &&
			       after->seq <= WICI_SEQ_MAX
		       ? WICI_OK
		       : WICI_REJECT_BUNDLE;
}

enum wici_err wici_bundle_chunk_read(struct wici_bundle_chunk *chunk,
				     struct wici_bytes b)
{
	struct wici_cursor c = wici_cursor(b);

	chunk->size = wici_take_u64(&c);
	wici_take_copy(&c, chunk->root.b, WICI_ID_LEN);
	chunk->i = wici_take_u32(&c);
	chunk->path_count = wici_take_u8(&c);
	if (chunk->path_count > WICI_CHUNK_PATH_MAX)
		return WICI_REJECT_BUNDLE;
	chunk->path = (const struct wici_id *)wici_take(
		&c, chunk->path_count * WICI_ID_LEN);
	chunk->bytes = (struct wici_bytes){c.p, c.len};
	return c.ok && c.len >= 1 && c.len <= WICI_CHUNK_LEN_MAX &&
			       wici_chunks_count(chunk->size)
		       ? WICI_OK
		       : WICI_REJECT_BUNDLE;
}
