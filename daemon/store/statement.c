/* daemon/store/statement.c — Statements, as the bytes that arrived. */
#include "daemon/store/statement.h"

#include "daemon/store/private.h"
#include "proto/require.h"

#define COLUMNS "id, type, version, bytes"
enum column { ID, TYPE, VERSION, BYTES };

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
		{&t->remove, "DELETE FROM statement WHERE id = ?"},
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

static enum wici_err decode(sqlite3_stmt *stmt, struct statement_row *row)
{
	*row = (struct statement_row){
		.type = (uint64_t)sqlite3_column_int64(stmt, TYPE),
		.version = (uint64_t)sqlite3_column_int64(stmt, VERSION),
		.bytes = store_column_bytes(stmt, BYTES),
	};
	if (row->bytes.len > WICI_STATEMENT_LEN_MAX)
		return WICI_STORE;
	return store_column_copy(stmt, ID, row->id.b, WICI_ID_LEN);
}

enum wici_err statement_get(struct store *s, const struct wici_id *id,
			    struct statement_row *row)
{
	struct statement_table *t = &s->statement;
	enum wici_err err;

	store_bind_id(t->get, 1, id);
	err = store_step(s, t->get);
	if (err)
		return err == WICI_END ? WICI_NOT_FOUND : err;
	err = decode(t->get, row);
	if (!err && row->bytes.len) {
		memcpy(t->bytes, row->bytes.p, row->bytes.len);
		row->bytes.p = t->bytes;
	}
	(void)sqlite3_reset(t->get);
	return err;
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
		err = decode(stmt, &row);
		if (err)
			break;
		each(arg, &row);
	}
	(void)sqlite3_reset(stmt);
	return err == WICI_END ? WICI_OK : err;
}

enum wici_err statement_remove(struct store *s, const struct wici_id *id)
{
	store_bind_id(s->statement.remove, 1, id);
	return store_write(s, s->statement.remove);
}
