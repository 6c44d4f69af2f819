/* daemon/store/entry_sums.c — How many entries a feed has, how long their
 * payloads are, since when. */
#include "daemon/store/entry.h"

#include "daemon/store/private.h"
#include "proto/require.h"

enum wici_err entry_sums_prepare(struct store *s)
{
	struct entry_table *t = &s->entry;
	const struct store_sql sql[] = {
		{&t->lengths,
		 "SELECT seq, length(payload), substr(lacks, 1, 4) FROM entry"
		 " WHERE feed = ? AND seq >= ? ORDER BY seq"},
		{&t->since, "SELECT min(seq) FROM entry WHERE feed = ?"
			    " AND substr(head, 5, 8) >= ?"},
		{&t->count, "SELECT count(*) FROM entry WHERE feed = ?"
			    " AND seq >= 1 AND seq <= ?"},
	};

	return store_prepare(s, sql, STORE_COUNT(sql));
}

/* Of a row of `lengths`. */
static uint64_t length_of(sqlite3_stmt *stmt)
{
	uint8_t len[4];

	if (store_column_copy(stmt, 2, len, sizeof(len)) == WICI_OK)
		return wici_get_u32(len);
	return (uint64_t)sqlite3_column_int64(stmt, 1);
}

enum wici_err entry_within(struct store *s, int64_t feed_n, uint64_t bytes,
			   uint64_t *seq)
{
	sqlite3_stmt *stmt = s->entry.lengths;
	uint64_t sum = 0;
	enum wici_err err;

	*seq = 0;
	store_bind_int(stmt, 1, feed_n);
	store_bind_seq(stmt, 2, 1);
	while ((err = store_step(s, stmt)) == WICI_OK) {
		sum += length_of(stmt);
		if (sum > bytes)
			break;
		*seq = (uint64_t)sqlite3_column_int64(stmt, 0);
	}
	(void)sqlite3_reset(stmt);
	return err == WICI_END ? WICI_OK : err;
}

enum wici_err entry_bytes(struct store *s, int64_t feed_n, uint64_t from,
			  uint64_t *bytes)
{
	sqlite3_stmt *stmt = s->entry.lengths;
	enum wici_err err;

	*bytes = 0;
	store_bind_int(stmt, 1, feed_n);
	store_bind_seq(stmt, 2, from);
	while ((err = store_step(s, stmt)) == WICI_OK)
		*bytes += length_of(stmt);
	return err == WICI_END ? WICI_OK : err;
}

enum wici_err entry_since(struct store *s, int64_t feed_n, int64_t time_ms,
			  uint64_t *seq)
{
	sqlite3_stmt *stmt = s->entry.since;
	uint8_t from[8];
	enum wici_err err;

	WICI_REQUIRE(time_ms > 0);
	wici_put_u64(from, (uint64_t)time_ms);
	store_bind_int(stmt, 1, feed_n);
	store_bind_bytes(stmt, 2, (struct wici_bytes){from, sizeof(from)});
	err = store_step(s, stmt);
	if (err == WICI_OK && sqlite3_column_type(stmt, 0) == SQLITE_NULL)
		err = WICI_END;
	if (err == WICI_OK)
		*seq = (uint64_t)sqlite3_column_int64(stmt, 0);
	(void)sqlite3_reset(stmt);
	return err;
}

enum wici_err entry_count(struct store *s, int64_t feed_n, uint64_t to,
			  uint64_t *count)
{
	sqlite3_stmt *stmt = s->entry.count;
	enum wici_err err;

	store_bind_int(stmt, 1, feed_n);
	store_bind_seq(stmt, 2, to);
	err = store_step(s, stmt);
	if (err)
		return err == WICI_END ? WICI_STORE : err;
	*count = (uint64_t)sqlite3_column_int64(stmt, 0);
	(void)sqlite3_reset(stmt);
	return WICI_OK;
}
