/* daemon/store/statement.c — Statements, as the bytes that arrived. */
#include "daemon/store/statement.h"

#include "daemon/store/private.h"
#include "proto/require.h"

#define COLUMNS "id, type, version, bytes, rowid"
enum column { ID, TYPE, VERSION, BYTES, N };

enum wici_err statement_prepare(struct store *s)
{
	struct statement_table *t = &s->statement;
	const struct store_sql sql[] = {
		{&t->put, "INSERT INTO statement (id, type, version, bytes)"
			  " VALUES (?1, ?2, ?3, ?4)"
			  " ON CONFLICT (id) DO UPDATE"
			  " SET type = ?2, version = ?3, bytes = ?4"},
		{&t->get, "SELECT " COLUMNS " FROM statement WHERE id = ?"},
		{&t->each, "SELECT " COLUMNS " FROM statement"
			   " ORDER BY type, version, id"},
		{&t->after, "SELECT " COLUMNS " FROM statement WHERE rowid > ?"
			    " ORDER BY rowid LIMIT 1"},
		{&t->remove, "DELETE FROM statement WHERE rowid = ?"},
		{&t->number, "UPDATE statement SET version = ?2 WHERE id = ?1"},
		{&t->remove_id, "DELETE FROM statement WHERE id = ?"},
	};

	return store_prepare(s, sql, STORE_COUNT(sql));
}

enum wici_err statement_put(struct store *s, const struct statement_row *row)
{
	sqlite3_stmt *stmt = s->statement.put;

	WICI_REQUIRE(row->bytes.len <= WICI_STATEMENT_LEN_MAX);
	store_bind_id(stmt, 1, &row->id);
	store_bind_seq(stmt, 2, row->type);
	store_bind_seq(stmt, 3, row->version);
	store_bind_bytes(stmt, 4, row->bytes);
	return store_write(s, stmt);
}

/* What cannot be is read as nothing, which no statement is. */
static void decode(sqlite3_stmt *stmt, struct statement_row *row)
{
	*row = (struct statement_row){
		.n = sqlite3_column_int64(stmt, N),
		.type = (uint64_t)sqlite3_column_int64(stmt, TYPE),
		.version = (uint64_t)sqlite3_column_int64(stmt, VERSION),
		.bytes = store_column_bytes(stmt, BYTES),
	};
	if (row->bytes.len > WICI_STATEMENT_LEN_MAX)
		row->bytes = (struct wici_bytes){NULL, 0};
	if (store_column_copy(stmt, ID, row->id.b, WICI_ID_LEN) != WICI_OK)
		memset(row->id.b, 0, WICI_ID_LEN);
}

/* The row that is stepped to, lent to the caller. */
static void lend(struct store *s, sqlite3_stmt *stmt, struct statement_row *row)
{
	struct statement_table *t = &s->statement;

	decode(stmt, row);
	if (row->bytes.len) {
		memcpy(t->bytes, row->bytes.p, row->bytes.len);
		row->bytes.p = t->bytes;
	}
	(void)sqlite3_reset(stmt);
}

enum wici_err statement_get(struct store *s, const struct wici_id *id,
			    struct statement_row *row)
{
	sqlite3_stmt *stmt = s->statement.get;
	enum wici_err err;

	store_bind_id(stmt, 1, id);
	err = store_step(s, stmt);
	if (err)
		return err == WICI_END ? WICI_NOT_FOUND : err;
	lend(s, stmt, row);
	return WICI_OK;
}

enum wici_err statement_after(struct store *s, int64_t n,
			      struct statement_row *row)
{
	sqlite3_stmt *stmt = s->statement.after;
	enum wici_err err;

	store_bind_int(stmt, 1, n);
	err = store_step(s, stmt);
	if (err)
		return err;
	lend(s, stmt, row);
	return row->n > n ? WICI_OK : store_disorder(s);
}

enum wici_err statement_each(struct store *s,
			     void (*each)(void *arg,
					  const struct statement_row *row),
			     void *arg)
{
	sqlite3_stmt *stmt = s->statement.each;
	struct statement_row row;
	enum wici_err err;

	while ((err = store_step(s, stmt)) == WICI_OK) {
		decode(stmt, &row);
		each(arg, &row);
	}
	(void)sqlite3_reset(stmt);
	return err == WICI_END ? WICI_OK : err;
}

enum wici_err statement_remove(struct store *s, int64_t n)
{
	store_bind_int(s->statement.remove, 1, n);
	return store_write(s, s->statement.remove);
}

enum wici_err statement_remove_id(struct store *s, const struct wici_id *id)
{
	store_bind_id(s->statement.remove_id, 1, id);
	return store_write(s, s->statement.remove_id);
}

enum wici_err statement_number(struct store *s, const struct wici_id *id,
			       uint64_t version)
{
	store_bind_id(s->statement.number, 1, id);
	store_bind_seq(s->statement.number, 2, version);
	return store_write(s, s->statement.number);
}
