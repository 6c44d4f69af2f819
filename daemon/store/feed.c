/* daemon/store/feed.c — Feeds: their number in this store, whose they are,
 * and where they end. */
#include "daemon/store/feed.h"

#include "daemon/store/private.h"

#define COLUMNS "n, key, identity, seq, id, bytes, own"
enum column { N, KEY, IDENTITY, SEQ, ID, BYTES, OWN };

#define FEED_N_MAX ((int64_t)1 << 24) /* More feeds than will ever be. */

enum wici_err feed_prepare(struct store *s)
{
	struct feed_table *t = &s->feed;
	const struct store_sql sql[] = {
		{&t->add,
		 "INSERT INTO feed (key, identity, seq, id, bytes, own)"
		 " VALUES (?, ?, ?, ?, ?, ?)"},
		{&t->update, "UPDATE feed SET seq = ?2, id = ?3, bytes = ?4,"
			     " identity = ?5 WHERE n = ?1"},
		/* Sorted here: what the index says of keys may be spoilt. */
		{&t->each, "SELECT " COLUMNS " FROM feed ORDER BY +key"},
	};

	return store_prepare(s, sql, STORE_COUNT(sql));
}

enum wici_err feed_add(struct store *s, struct feed_row *row)
{
	sqlite3_stmt *stmt = s->feed.add;
	enum wici_err err;

	store_bind_key(stmt, KEY, &row->key);
	store_bind_key(stmt, IDENTITY, &row->identity);
	store_bind_seq(stmt, SEQ, row->seq);
	store_bind_id(stmt, ID, &row->id);
	store_bind_seq(stmt, BYTES, row->bytes);
	store_bind_int(stmt, OWN, row->is_own);
	err = store_write(s, stmt);
	if (!err)
		row->n = sqlite3_last_insert_rowid(s->db);
	return err;
}

enum wici_err feed_update(struct store *s, const struct feed_row *row)
{
	sqlite3_stmt *stmt = s->feed.update;
	enum wici_err err;

	store_bind_int(stmt, 1, row->n);
	store_bind_seq(stmt, 2, row->seq);
	store_bind_id(stmt, 3, &row->id);
	store_bind_seq(stmt, 4, row->bytes);
	store_bind_key(stmt, 5, &row->identity);
	err = store_write(s, stmt);
	if (!err && sqlite3_changes64(s->db) == 0)
		return WICI_NOT_FOUND;
	return err;
}

static enum wici_err decode(sqlite3_stmt *stmt, struct feed_row *row)
{
	enum wici_err err;

	if (sqlite3_column_int64(stmt, N) < 1 ||
	    sqlite3_column_int64(stmt, N) > FEED_N_MAX)
		return WICI_STORE; /* The disk's word for a place in memory. */
	*row = (struct feed_row){
		.n = sqlite3_column_int64(stmt, N),
		.seq = (uint64_t)sqlite3_column_int64(stmt, SEQ),
		.bytes = (uint64_t)sqlite3_column_int64(stmt, BYTES),
		.is_own = sqlite3_column_int(stmt, OWN) != 0,
	};
	err = store_column_copy(stmt, KEY, row->key.b, WICI_KEY_LEN);
	if (!err)
		err = store_column_copy(stmt, IDENTITY, row->identity.b,
					WICI_KEY_LEN);
	if (!err)
		err = store_column_copy(stmt, ID, row->id.b, WICI_ID_LEN);
	return err;
}

enum wici_err feed_each(struct store *s,
			void (*each)(void *arg, const struct feed_row *row),
			void *arg)
{
	sqlite3_stmt *stmt = s->feed.each;
	struct feed_row row;
	enum wici_err err;

	while ((err = store_step(s, stmt)) == WICI_OK) {
		err = decode(stmt, &row);
		if (err)
			break;
		each(arg, &row);
	}
	(void)sqlite3_reset(stmt);
	return err == WICI_END ? WICI_OK : err;
}
