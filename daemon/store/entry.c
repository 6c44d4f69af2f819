/* daemon/store/entry.c — Entries: appended by rowid, found by (feed, seq).
 *
 * One INSERT an entry, and nothing at random: that is where bulk sync gets its
 * speed. The small fields that nobody searches by are one blob, `head`:
 *
 *   version u8 | flags u8 | kind u16 | time_ms i64 | signature [64] | salt [16]
 *
 * Of a payload that is not held, `lacks` keeps what can then not be
 * recomputed: payload_len u32 | payload_hash [32]. */
#include "daemon/store/entry.h"

#include "daemon/store/private.h"
#include "proto/kinds/feed_succeed.h"
#include "proto/require.h"

#define COLUMNS "n, feed, seq, proved, id, head, lacks, payload"
enum column { N, FEED, SEQ, PROVED, ID, HEAD, LACKS, PAYLOAD };

#define HEAD_LEN  ((size_t)92)
#define LACKS_LEN ((size_t)36)

enum wici_err entry_prepare(struct store *s)
{
	struct entry_table *t = &s->entry;
	const struct store_sql sql[] = {
		{&t->append,
		 "INSERT INTO entry (feed, seq, proved, id, head, lacks,"
		 " payload) VALUES (?, ?, ?, ?, ?, ?, ?)"},
		{&t->get, "SELECT " COLUMNS " FROM entry WHERE n = ?"},
		{&t->at,
		 "SELECT " COLUMNS " FROM entry WHERE feed = ? AND seq = ?"},
		{&t->after,
		 "SELECT " COLUMNS
		 " FROM entry WHERE n > ? AND feed > 0 ORDER BY n LIMIT 1"},
		{&t->before,
		 "SELECT " COLUMNS " FROM entry WHERE feed = ? AND seq < ?"
		 " ORDER BY seq DESC LIMIT 1"},
		{&t->run, "SELECT " COLUMNS " FROM entry WHERE feed = ?"
			  " AND seq >= ? AND seq <= ? ORDER BY seq"},
		{&t->id_at, "SELECT id FROM entry WHERE feed = ? AND seq = ?"},
		{&t->last, "SELECT max(n) FROM entry"},
		{&t->note_succeed,
		 "INSERT OR IGNORE INTO succeed (n) SELECT ?1 WHERE"
		 " (SELECT count(*) FROM succeed JOIN entry"
		 " ON entry.n = succeed.n WHERE entry.feed = ?2) < ?3"},
		{&t->succeeds, "SELECT succeed.n FROM succeed JOIN entry"
			       " ON entry.n = succeed.n WHERE succeed.n > ?"
			       " AND entry.feed > 0 ORDER BY succeed.n"},
		{&t->set_proved, "UPDATE entry SET proved = 1 WHERE n = ?"},
		{&t->key, "SELECT key FROM feed WHERE n = ?"},
		{&t->is_there, "SELECT n FROM entry NOT INDEXED WHERE n = ?"
			       " AND feed = ? AND seq = ?"},
		{&t->mend, "UPDATE entry SET proved = ?2, id = ?3, head = ?4,"
			   " payload = ?5 WHERE n = ?1 AND lacks IS NULL"},
		{&t->erase, "UPDATE entry SET head = ?2, lacks = ?3,"
			    " payload = NULL WHERE n = ?1"},
	};

	return store_prepare(s, sql, STORE_COUNT(sql));
}

static void head_encode(uint8_t out[HEAD_LEN], const struct wici_entry *e)
{
	out[0] = e->header.version;
	out[1] = e->header.flags;
	wici_put_u16(out + 2, e->header.kind);
	wici_put_u64(out + 4, (uint64_t)e->header.time_ms);
	memcpy(out + 12, e->sig.b, sizeof(e->sig.b));
	memcpy(out + 76, e->salt.b, sizeof(e->salt.b));
}

static void head_decode(struct wici_entry *e, const uint8_t in[HEAD_LEN])
{
	e->header.version = in[0];
	e->header.flags = in[1];
	e->header.kind = wici_get_u16(in + 2);
	e->header.time_ms = (int64_t)wici_get_u64(in + 4);
	memcpy(e->sig.b, in + 12, sizeof(e->sig.b));
	memcpy(e->salt.b, in + 76, sizeof(e->salt.b));
}

static void lacks_encode(uint8_t out[LACKS_LEN], const struct wici_header *h)
{
	wici_put_u32(out, h->payload_len);
	memcpy(out + 4, h->payload_hash.b, WICI_ID_LEN);
}

static enum wici_err note_succeed(struct store *s, const struct entry_row *row)
{
	sqlite3_stmt *stmt = s->entry.note_succeed;

	store_bind_int(stmt, 1, row->n);
	store_bind_int(stmt, 2, row->feed_n);
	store_bind_int(stmt, 3, ENTRY_SUCCEEDS_MAX);
	return store_write(s, stmt);
}

enum wici_err entry_append(struct store *s, struct entry_row *row)
{
	const struct wici_entry *e = &row->entry;
	sqlite3_stmt *stmt = s->entry.append;
	uint8_t head[HEAD_LEN], lacks[LACKS_LEN];
	enum wici_err err;

	WICI_REQUIRE(e->header.seq >= 1 && e->header.seq <= WICI_SEQ_MAX);
	WICI_REQUIRE(!e->has_payload || e->payload.len <= WICI_PAYLOAD_LEN_MAX);

	head_encode(head, e);
	store_bind_int(stmt, FEED, row->feed_n);
	store_bind_seq(stmt, SEQ, e->header.seq);
	store_bind_int(stmt, PROVED, row->is_proved);
	store_bind_id(stmt, ID, &row->id);
	store_bind_bytes(stmt, HEAD, (struct wici_bytes){head, sizeof(head)});
	if (e->has_payload) {
		store_bind_null(stmt, LACKS);
		store_bind_bytes(stmt, PAYLOAD, e->payload);
	} else {
		lacks_encode(lacks, &e->header);
		store_bind_bytes(stmt, LACKS,
				 (struct wici_bytes){lacks, sizeof(lacks)});
		store_bind_null(stmt, PAYLOAD);
	}
	err = store_write(s, stmt);
	if (err)
		return err;
	row->n = sqlite3_last_insert_rowid(s->db);
	return e->header.kind == WICI_KIND_FEED_SUCCEED ? note_succeed(s, row)
							: WICI_OK;
}

/* What is not as long as it was written is read as zeroes: the row is damaged,
 * and its id says so. */
static void copy_or_zero(sqlite3_stmt *stmt, int column, void *out, size_t len)
{
	if (store_column_copy(stmt, column, out, len) != WICI_OK)
		memset(out, 0, len);
}

/* Everything but prev and the hash of a payload that is there; the payload is
 * borrowed from SQLite. */
static void decode(sqlite3_stmt *stmt, struct entry_row *row)
{
	struct wici_entry *e = &row->entry;
	uint8_t head[HEAD_LEN], lacks[LACKS_LEN];

	*row = (struct entry_row){
		.n = sqlite3_column_int64(stmt, N),
		.feed_n = sqlite3_column_int64(stmt, FEED),
		.is_proved = sqlite3_column_int(stmt, PROVED) != 0,
	};
	e->header.seq = (uint64_t)sqlite3_column_int64(stmt, SEQ);
	copy_or_zero(stmt, ID, row->id.b, sizeof(row->id.b));
	copy_or_zero(stmt, HEAD, head, sizeof(head));
	head_decode(e, head);

	e->has_payload = sqlite3_column_type(stmt, LACKS) == SQLITE_NULL;
	if (e->has_payload) {
		e->payload = store_column_bytes(stmt, PAYLOAD);
		if (e->payload.len > WICI_PAYLOAD_LEN_MAX)
			e->payload = (struct wici_bytes){NULL, 0};
		e->header.payload_len = (uint32_t)e->payload.len;
		return;
	}
	copy_or_zero(stmt, LACKS, lacks, sizeof(lacks));
	e->header.payload_len = wici_get_u32(lacks);
	memcpy(e->header.payload_hash.b, lacks + 4, WICI_ID_LEN);
}

/* WICI_END: there is none. */
static enum wici_err id_at(struct store *s, int64_t feed_n, uint64_t seq,
			   struct wici_id *id)
{
	sqlite3_stmt *stmt = s->entry.id_at;
	enum wici_err err;

	store_bind_int(stmt, 1, feed_n);
	store_bind_seq(stmt, 2, seq);
	err = store_step(s, stmt);
	if (err)
		return err;
	copy_or_zero(stmt, 0, id->b, sizeof(id->b));
	(void)sqlite3_reset(stmt);
	return WICI_OK;
}

/* The feed's key, for the id; zero when there is no such feed. */
static enum wici_err key_of(struct store *s, int64_t feed_n,
			    struct wici_key *key)
{
	struct entry_table *t = &s->entry;
	int64_t n = entry_feed_of(feed_n);
	enum wici_err err;

	if (t->key_feed_n != n) {
		memset(&t->key_last, 0, sizeof(t->key_last));
		store_bind_int(t->key, 1, n);
		err = store_step(s, t->key);
		if (!err)
			err = store_column_copy(t->key, 0, t->key_last.b,
						sizeof(t->key_last.b));
		(void)sqlite3_reset(t->key);
		if (err && err != WICI_END)
			return err;
		t->key_feed_n = n;
	}
	*key = t->key_last;
	return WICI_OK;
}

/* Do header, signature and what the header commits to give the id? */
static void judge(struct entry_row *row, const struct wici_key *feed)
{
	struct wici_header h = row->entry.header;
	struct wici_id id;

	h.feed = *feed;
	id = wici_entry_id(&h, &row->entry.sig);
	row->is_damaged = !wici_id_equal(&id, &row->id);
	row->is_proved = row->is_proved && !row->is_damaged;
}

/* Of what was set aside the entry before it may be aside too, or not. */
static enum wici_err fill_prev(struct store *s, struct entry_row *row)
{
	struct entry_table *t = &s->entry;
	struct wici_header *h = &row->entry.header;
	struct wici_key key;
	enum wici_err err = WICI_OK;

	if (h->seq > 1 && t->last_feed_n == row->feed_n &&
	    t->last_seq == h->seq - 1) {
		h->prev = t->last_id;
	} else if (h->seq > 1) {
		err = id_at(s, row->feed_n, h->seq - 1, &h->prev);
		if (err == WICI_END && row->feed_n < 0)
			err = id_at(s, entry_feed_of(row->feed_n), h->seq - 1,
				    &h->prev);
	}
	if (err && err != WICI_END) /* A gap shows in the id. */
		return err;
	err = key_of(s, row->feed_n, &key);
	if (err)
		return err;
	judge(row, &key);
	t->last_feed_n = row->feed_n;
	t->last_seq = h->seq;
	t->last_id = row->id;
	return WICI_OK;
}

/* The one row of a bound query, or `none`. */
static enum wici_err read_one(struct store *s, sqlite3_stmt *stmt,
			      struct entry_row *row, enum wici_err none)
{
	struct wici_entry *e = &row->entry;
	enum wici_err err = store_step(s, stmt);

	if (err)
		return err == WICI_END ? none : err;
	decode(stmt, row);
	if (e->payload.len)
		memcpy(s->entry.payload, e->payload.p, e->payload.len);
	(void)sqlite3_reset(stmt);
	if (e->has_payload) {
		e->payload.p = s->entry.payload;
		e->header.payload_hash =
			wici_payload_hash(&e->salt, e->payload);
	}
	return fill_prev(s, row);
}

enum wici_err entry_get(struct store *s, int64_t n, struct entry_row *row)
{
	store_bind_int(s->entry.get, 1, n);
	return read_one(s, s->entry.get, row, WICI_NOT_FOUND);
}

enum wici_err entry_at(struct store *s, int64_t feed_n, uint64_t seq,
		       struct entry_row *row)
{
	store_bind_int(s->entry.at, 1, feed_n);
	store_bind_seq(s->entry.at, 2, seq);
	return read_one(s, s->entry.at, row, WICI_NOT_FOUND);
}

enum wici_err entry_check_place(struct store *s, const struct entry_row *row)
{
	sqlite3_stmt *stmt = s->entry.is_there;
	size_t count;
	int64_t n;
	enum wici_err err;

	store_bind_int(stmt, 1, row->n);
	store_bind_int(stmt, 2, row->feed_n);
	store_bind_seq(stmt, 3, row->entry.header.seq);
	err = store_collect(s, stmt, &n, 1, &count);
	return err || count ? err : store_disorder(s);
}

enum wici_err entry_after(struct store *s, int64_t n, struct entry_row *row)
{
	enum wici_err err;

	store_bind_int(s->entry.after, 1, n);
	err = read_one(s, s->entry.after, row, WICI_END);
	return err || row->n > n ? err : store_disorder(s);
}

enum wici_err entry_before(struct store *s, int64_t feed_n, uint64_t seq,
			   struct entry_row *row)
{
	store_bind_int(s->entry.before, 1, feed_n);
	store_bind_seq(s->entry.before, 2, seq ? seq : UINT64_MAX);
	return read_one(s, s->entry.before, row, WICI_END);
}

enum wici_err entry_set_proved(struct store *s, int64_t n)
{
	enum wici_err err;

	store_bind_int(s->entry.set_proved, 1, n);
	err = store_write(s, s->entry.set_proved);
	if (!err && sqlite3_changes64(s->db) == 0)
		return WICI_NOT_FOUND;
	return err;
}

enum wici_err entry_last(struct store *s, int64_t *n)
{
	enum wici_err err = store_step(s, s->entry.last);

	if (err)
		return err == WICI_END ? WICI_STORE : err;
	*n = sqlite3_column_int64(s->entry.last, 0); /* NULL reads as 0. */
	(void)sqlite3_reset(s->entry.last);
	return WICI_OK;
}

enum wici_err entry_id(struct store *s, int64_t feed_n, uint64_t seq,
		       struct wici_id *id)
{
	enum wici_err err = id_at(s, feed_n, seq, id);

	return err == WICI_END ? WICI_NOT_FOUND : err;
}

enum wici_err entry_succeeds(struct store *s, int64_t n, int64_t *ns,
			     size_t max, size_t *count)
{
	store_bind_int(s->entry.succeeds, 1, n);
	return store_collect(s, s->entry.succeeds, ns, max, count);
}

/* The row that is stepped to follows *prev; its payload stays SQLite's. */
static void decode_next(sqlite3_stmt *stmt, const struct wici_key *key,
			const struct wici_id *prev, struct entry_row *row)
{
	struct wici_entry *e = &row->entry;

	decode(stmt, row);
	e->header.feed = *key;
	e->header.prev = *prev;
	if (e->has_payload)
		e->header.payload_hash =
			wici_payload_hash(&e->salt, e->payload);
	judge(row, key);
}

/* Adds the row that is stepped to. WICI_TOO_LARGE: it does not fit. WICI_END:
 * it is not what follows prev. */
static enum wici_err run_add(sqlite3_stmt *stmt, struct wici_run_writer *w,
			     struct wici_id *prev, uint16_t *last_proved)
{
	struct entry_row row;
	struct wici_key key;
	enum wici_err err;

	memcpy(key.b, w->buf, sizeof(key.b));
	decode_next(stmt, &key, prev, &row);
	if (row.is_damaged || row.entry.header.seq != w->next_seq)
		return WICI_END; /* Or a gap. */
	err = wici_run_add(w, &row.entry);
	if (!err && row.is_proved)
		*last_proved = w->count;
	*prev = row.id;
	return err;
}

enum wici_err entry_run(struct store *s, int64_t feed_n, uint64_t from,
			uint64_t to, struct wici_run_writer *w,
			uint16_t *last_proved)
{
	sqlite3_stmt *stmt = s->entry.run;
	struct wici_id prev = {{0}};
	enum wici_err err = WICI_OK;

	WICI_REQUIRE(from == w->next_seq);
	*last_proved = 0;
	if (from > 1)
		err = id_at(s, feed_n, from - 1, &prev);
	if (err)
		return err == WICI_END ? WICI_OK : err;
	store_bind_int(stmt, 1, feed_n);
	store_bind_seq(stmt, 2, from);
	store_bind_seq(stmt, 3, to);
	while ((err = store_step(s, stmt)) == WICI_OK) {
		err = run_add(stmt, w, &prev, last_proved);
		if (err)
			break;
	}
	(void)sqlite3_reset(stmt);
	return err == WICI_END || err == WICI_TOO_LARGE ? WICI_OK : err;
}

enum wici_err entry_chain(struct store *s, const struct wici_head *from,
			  int64_t feed_n, struct entry_row *last)
{
	sqlite3_stmt *stmt = s->entry.run;
	struct wici_id prev = from->id;
	uint64_t seq = from->seq;
	enum wici_err err;

	store_bind_int(stmt, 1, feed_n);
	store_bind_seq(stmt, 2, seq + 1);
	store_bind_seq(stmt, 3, WICI_SEQ_MAX);
	while ((err = store_step(s, stmt)) == WICI_OK) {
		decode_next(stmt, &from->feed, &prev, last);
		if (last->is_damaged || last->entry.header.seq != ++seq)
			break;
		prev = last->id;
	}
	(void)sqlite3_reset(stmt);
	if (err == WICI_END && seq > from->seq) {
		last->entry.payload = (struct wici_bytes){NULL, 0};
		return WICI_OK;
	}
	return err == WICI_OK || err == WICI_END ? WICI_NOT_FOUND : err;
}

enum wici_err entry_mend(struct store *s, const struct entry_row *row)
{
	sqlite3_stmt *stmt = s->entry.mend;
	uint8_t head[HEAD_LEN];

	s->entry.last_feed_n = 0;
	head_encode(head, &row->entry);
	store_bind_int(stmt, 1, row->n);
	store_bind_int(stmt, 2, row->is_proved);
	store_bind_id(stmt, 3, &row->id);
	store_bind_bytes(stmt, 4, (struct wici_bytes){head, sizeof(head)});
	store_bind_bytes(stmt, 5, row->entry.payload);
	return store_write(s, stmt);
}

enum wici_err entry_erase(struct store *s, const struct entry_row *row)
{
	sqlite3_stmt *stmt = s->entry.erase;
	struct wici_entry e = row->entry;
	uint8_t head[HEAD_LEN], lacks[LACKS_LEN];

	memset(e.salt.b, 0, sizeof(e.salt.b));
	head_encode(head, &e);
	lacks_encode(lacks, &e.header);
	store_bind_int(stmt, 1, row->n);
	store_bind_bytes(stmt, 2, (struct wici_bytes){head, sizeof(head)});
	store_bind_bytes(stmt, 3, (struct wici_bytes){lacks, sizeof(lacks)});
	return store_write(s, stmt);
}
