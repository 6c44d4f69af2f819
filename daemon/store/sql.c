/* daemon/store/sql.c — What every table does with SQLite alike: prepare, bind,
 * step, read a column, and say what went wrong. */
#include "daemon/store/private.h"
#include "proto/require.h"

#include <stdio.h>

enum wici_err store_err(struct store *s, int rc)
{
	int kind = rc & 0xff;
	/* Our own statements are right, and break no constraint. */
	bool is_damaged = kind == SQLITE_CORRUPT || kind == SQLITE_ERROR ||
			  kind == SQLITE_CONSTRAINT || kind == SQLITE_MISMATCH;

	s->is_damaged |= is_damaged;
	(void)snprintf(s->problem, sizeof(s->problem), "%s (%d: %s)",
		       is_damaged ? STORE_DAMAGED : sqlite3_errstr(rc), rc,
		       sqlite3_errmsg(s->db));
	return (rc & 0xff) == SQLITE_FULL ? WICI_FULL : WICI_STORE;
}

enum wici_err store_disorder(struct store *s)
{
	s->is_damaged = true;
	(void)snprintf(s->problem, sizeof(s->problem), "%s", STORE_DAMAGED);
	return WICI_STORE;
}

static enum wici_err prepare(struct store *s, const struct store_sql *sql,
			     size_t count, unsigned flags)
{
	for (size_t i = 0; i < count; i++) {
		int rc = sqlite3_prepare_v3(s->db, sql[i].sql, -1,
					    SQLITE_PREPARE_PERSISTENT | flags,
					    sql[i].stmt, NULL);

		if (rc != SQLITE_OK)
			return store_err(s, rc);
		WICI_REQUIRE(s->prepared_count < STORE_STATEMENTS_MAX);
		s->prepared[s->prepared_count++] = *sql[i].stmt;
	}
	return WICI_OK;
}

enum wici_err store_prepare(struct store *s, const struct store_sql *sql,
			    size_t count)
{
	return prepare(s, sql, count, SQLITE_PREPARE_NO_VTAB);
}

enum wici_err store_prepare_fts(struct store *s, const struct store_sql *sql,
				size_t count)
{
	return prepare(s, sql, count, 0);
}

enum wici_err store_step(struct store *s, sqlite3_stmt *stmt)
{
	int rc = sqlite3_step(stmt);
	enum wici_err err;

	if (rc == SQLITE_ROW)
		return WICI_OK;
	err = rc == SQLITE_DONE ? WICI_END : store_err(s, rc);
	(void)sqlite3_reset(stmt);
	return err;
}

enum wici_err store_write(struct store *s, sqlite3_stmt *stmt)
{
	enum wici_err err;

	WICI_REQUIRE(s->in_transaction);

	/* After FULL or an I/O error SQLite may have rolled back by itself:
	 * what is written now would be committed alone. */
	if (s->failed)
		return s->failed;
	err = store_step(s, stmt);
	WICI_REQUIRE(err != WICI_OK); /* No statement that writes has rows. */
	if (err == WICI_END)
		return WICI_OK;
	s->failed = err;
	return err;
}

enum wici_err store_collect(struct store *s, sqlite3_stmt *stmt, int64_t *ns,
			    size_t max, size_t *count)
{
	enum wici_err err = WICI_END;

	*count = 0;
	while (*count < max && (err = store_step(s, stmt)) == WICI_OK)
		ns[(*count)++] = sqlite3_column_int64(stmt, 0);
	(void)sqlite3_reset(stmt);
	return err == WICI_END ? WICI_OK : err;
}

void store_bind_int(sqlite3_stmt *stmt, int at, int64_t v)
{
	WICI_REQUIRE(sqlite3_bind_int64(stmt, at, v) == SQLITE_OK);
}

void store_bind_seq(sqlite3_stmt *stmt, int at, uint64_t seq)
{
	store_bind_int(stmt, at, seq > INT64_MAX ? INT64_MAX : (int64_t)seq);
}

void store_bind_bytes(sqlite3_stmt *stmt, int at, struct wici_bytes b)
{
	/* A NULL pointer would bind NULL, not the empty blob. */
	WICI_REQUIRE(sqlite3_bind_blob64(stmt, at,
					 b.len ? (const void *)b.p : "", b.len,
					 SQLITE_STATIC) == SQLITE_OK);
}

void store_bind_text(sqlite3_stmt *stmt, int at, struct wici_bytes b)
{
	WICI_REQUIRE(sqlite3_bind_text64(
			     stmt, at, b.len ? (const char *)b.p : "", b.len,
			     SQLITE_STATIC, SQLITE_UTF8) == SQLITE_OK);
}

void store_bind_null(sqlite3_stmt *stmt, int at)
{
	WICI_REQUIRE(sqlite3_bind_null(stmt, at) == SQLITE_OK);
}

struct wici_bytes store_column_bytes(sqlite3_stmt *stmt, int column)
{
	const uint8_t *p = sqlite3_column_blob(stmt, column);

	return (struct wici_bytes){p,
				   (size_t)sqlite3_column_bytes(stmt, column)};
}

enum wici_err store_column_copy(sqlite3_stmt *stmt, int column, void *out,
				size_t len)
{
	struct wici_bytes b = store_column_bytes(stmt, column);

	if (b.len != len || !b.p)
		return WICI_STORE;
	memcpy(out, b.p, len);
	return WICI_OK;
}

enum wici_err store_column_str(sqlite3_stmt *stmt, int column, char *out,
			       size_t size)
{
	struct wici_bytes b = store_column_bytes(stmt, column);

	if (b.len >= size)
		return WICI_STORE;
	if (b.len)
		memcpy(out, b.p, b.len);
	out[b.len] = '\0';
	return WICI_OK;
}
