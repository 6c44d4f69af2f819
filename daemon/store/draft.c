/* daemon/store/draft.c — Drafts, by the number they were given. */
#include "daemon/store/draft.h"

#include "daemon/store/private.h"
#include "proto/require.h"

#define COLUMNS "n, kind, created, payload"
enum column { N, KIND, CREATED, PAYLOAD };

enum wici_err draft_prepare(struct store *s)
{
	struct draft_table *t = &s->draft;
	const struct store_sql sql[] = {
		{&t->add, "INSERT INTO draft (kind, created, payload)"
			  " VALUES (?1, ?2, ?3)"},
		{&t->get, "SELECT " COLUMNS " FROM draft WHERE n = ?"},
		{&t->after, "SELECT " COLUMNS " FROM draft WHERE n > ?"
			    " ORDER BY n LIMIT 1"},
		{&t->drop, "DELETE FROM draft WHERE n = ?"},
		{&t->count, "SELECT count(*) FROM draft"},
	};

	return store_prepare(s, sql, STORE_COUNT(sql));
}

enum wici_err draft_add(struct store *s, struct draft_row *row)
{
	sqlite3_stmt *stmt = s->draft.add;
	enum wici_err err;

	WICI_REQUIRE(row->payload.len <= WICI_PAYLOAD_LEN_MAX);
	store_bind_int(stmt, 1, row->kind);
	store_bind_int(stmt, 2, row->created_ms);
	store_bind_bytes(stmt, 3, row->payload);
	err = store_write(s, stmt);
	if (err == WICI_OK)
		row->n = sqlite3_last_insert_rowid(s->db);
	return err;
}

/* Lends what a bound query finds; WICI_END: nothing. */
static enum wici_err lend(struct store *s, sqlite3_stmt *stmt,
			  struct draft_row *row)
{
	struct draft_table *t = &s->draft;
	struct wici_bytes payload;
	int64_t kind;
	enum wici_err err = store_step(s, stmt);

	if (err != WICI_OK)
		return err;
	kind = sqlite3_column_int64(stmt, KIND);
	payload = store_column_bytes(stmt, PAYLOAD);
	if (kind < 0 || kind > UINT16_MAX || payload.len > sizeof(t->payload)) {
		(void)sqlite3_reset(stmt);
		return WICI_STORE;
	}
	if (payload.len)
		memcpy(t->payload, payload.p, payload.len);
	*row = (struct draft_row){
		.n = sqlite3_column_int64(stmt, N),
		.kind = (uint16_t)kind,
		.created_ms = sqlite3_column_int64(stmt, CREATED),
		.payload = {t->payload, payload.len},
	};
	(void)sqlite3_reset(stmt);
	return WICI_OK;
}

enum wici_err draft_get(struct store *s, int64_t n, struct draft_row *row)
{
	enum wici_err err;

	store_bind_int(s->draft.get, 1, n);
	err = lend(s, s->draft.get, row);
	return err == WICI_END ? WICI_NOT_FOUND : err;
}

enum wici_err draft_after(struct store *s, int64_t n, struct draft_row *row)
{
	store_bind_int(s->draft.after, 1, n);
	return lend(s, s->draft.after, row);
}

enum wici_err draft_drop(struct store *s, int64_t n)
{
	enum wici_err err;

	store_bind_int(s->draft.drop, 1, n);
	err = store_write(s, s->draft.drop);
	if (err == WICI_OK && sqlite3_changes(s->db) == 0)
		return WICI_NOT_FOUND;
	return err;
}

enum wici_err draft_count(struct store *s, int64_t *count)
{
	enum wici_err err = store_step(s, s->draft.count);

	if (err != WICI_OK)
		return err == WICI_END ? WICI_STORE : err;
	*count = sqlite3_column_int64(s->draft.count, 0);
	(void)sqlite3_reset(s->draft.count);
	return WICI_OK;
}
