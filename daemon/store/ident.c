/* daemon/store/ident.c — Ids, and the entries that bear them. */
#include "daemon/store/ident.h"

#include "daemon/store/private.h"
#include "proto/require.h"

#include <stdlib.h>

enum wici_err ident_prepare(struct store *s)
{
	struct ident_table *t = &s->ident;
	const struct store_sql sql[] = {
		{&t->put, "INSERT OR IGNORE INTO ident (prefix, n)"
			  " VALUES (?, ?)"},
		{&t->clear, "DELETE FROM ident"},
		{&t->by_prefix,
		 "SELECT ident.n FROM ident CROSS JOIN entry"
		 " ON entry.n = ident.n WHERE prefix >= ?1 AND prefix <= ?2"
		 " AND id >= ?3 AND id <= ?4 ORDER BY prefix LIMIT ?5"},
	};

	return store_prepare(s, sql, STORE_COUNT(sql));
}

/* Ordered as ids are: SQLite's integers have a sign. */
static int64_t prefix_of(const struct wici_id *id)
{
	return (int64_t)(wici_get_u64(id->b) ^ (uint64_t)1 << 63);
}

static int by_id(const void *a, const void *b)
{
	return memcmp(((const struct ident *)a)->id.b,
		      ((const struct ident *)b)->id.b, WICI_ID_LEN);
}

enum wici_err ident_write(struct store *s)
{
	struct ident_table *t = &s->ident;
	enum wici_err err = WICI_OK;

	qsort(t->noted, t->noted_count, sizeof(*t->noted), by_id);
	for (size_t i = 0; i < t->noted_count && !err; i++) {
		store_bind_int(t->put, 1, prefix_of(&t->noted[i].id));
		store_bind_int(t->put, 2, t->noted[i].n);
		err = store_write(s, t->put);
	}
	t->noted_count = 0;
	return err;
}

bool ident_is_full(const struct store *s)
{
	return s->ident.noted_count == IDENT_NOTED_MAX;
}

void ident_note(struct store *s, const struct wici_id *id, int64_t n)
{
	struct ident_table *t = &s->ident;

	WICI_REQUIRE(!ident_is_full(s));
	t->noted[t->noted_count++] = (struct ident){*id, n};
}

static bool is_among(const int64_t *ns, size_t count, int64_t n)
{
	for (size_t i = 0; i < count; i++)
		if (ns[i] == n)
			return true;
	return false;
}

enum wici_err ident_by_prefix(struct store *s, const uint8_t *prefix,
			      size_t len, int half, int64_t *ns, size_t max,
			      size_t *count)
{
	struct ident_table *t = &s->ident;
	sqlite3_stmt *stmt = t->by_prefix;
	struct wici_id first = {{0}}, last;
	size_t digits = 2 * len + (half >= 0);
	enum wici_err err;

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
	store_bind_int(stmt, 1, prefix_of(&first));
	store_bind_int(stmt, 2, prefix_of(&last));
	store_bind_id(stmt, 3, &first);
	store_bind_id(stmt, 4, &last);
	store_bind_seq(stmt, 5, max);
	err = store_collect(s, stmt, ns, max, count);
	/* What lies between the two begins like both. */
	for (size_t i = 0; i < t->noted_count && *count < max && !err; i++)
		if (memcmp(t->noted[i].id.b, first.b, WICI_ID_LEN) >= 0 &&
		    memcmp(t->noted[i].id.b, last.b, WICI_ID_LEN) <= 0 &&
		    !is_among(ns, *count, t->noted[i].n))
			ns[(*count)++] = t->noted[i].n;
	return err;
}

enum wici_err ident_clear(struct store *s)
{
	s->ident.noted_count = 0;
	return store_write(s, s->ident.clear);
}
