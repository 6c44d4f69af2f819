/* daemon/store/ident.c — Ids, and the entries that bear them. */
#include "daemon/store/ident.h"

#include "daemon/store/private.h"

enum wici_err ident_prepare(struct store *s)
{
	struct ident_table *t = &s->ident;
	const struct store_sql sql[] = {
		{&t->put, "INSERT OR REPLACE INTO ident (id, n)"
			  " VALUES (?, ?)"},
		{&t->clear, "DELETE FROM ident"},
		{&t->by_prefix, "SELECT n FROM ident WHERE id >= ? AND id <= ?"
				" ORDER BY id LIMIT ?"},
	};

	return store_prepare(s, sql, STORE_COUNT(sql));
}

enum wici_err ident_put(struct store *s, const struct wici_id *id, int64_t n)
{
	store_bind_id(s->ident.put, 1, id);
	store_bind_int(s->ident.put, 2, n);
	return store_write(s, s->ident.put);
}

enum wici_err ident_by_prefix(struct store *s, const uint8_t *prefix,
			      size_t len, int half, int64_t *ns, size_t max,
			      size_t *count)
{
	sqlite3_stmt *stmt = s->ident.by_prefix;
	struct wici_id first = {{0}}, last;
	size_t digits = 2 * len + (half >= 0);

	*count = 0;
	if (len > WICI_ID_LEN || digits > 2 * WICI_ID_LEN)
		return WICI_OK;
	memset(last.b, 0xff, sizeof(last.b));
	if (len) {
		memcpy(first.b, prefix, len);
		memcpy(last.b, prefix, len);
	}
	if (half >= 0) {
		first.b[len] = (uint8_t)((half & 0x0f) << 4);
		last.b[len] = (uint8_t)(first.b[len] | 0x0f);
	}
	store_bind_id(stmt, 1, &first);
	store_bind_id(stmt, 2, &last);
	store_bind_seq(stmt, 3, max);
	return store_collect(s, stmt, ns, max, count);
}

enum wici_err ident_clear(struct store *s)
{
	return store_write(s, s->ident.clear);
}
