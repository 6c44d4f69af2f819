/* daemon/store/search.c — The FTS5 table, and the only place where a query is
 * written in FTS5's language: each term as a string that begins with
 * TOKENIZER_RAW, which nobody's words can leave. */
#include "daemon/store/search.h"

#include "daemon/store/book.h"
#include "daemon/store/private.h"
#include "daemon/store/tokenizer.h"
#include "proto/require.h"

#include <stdlib.h>

#define QUERY_MAX ((size_t)16384)

_Static_assert(SEARCH_TERMS_MAX *(SEARCH_TOKEN_MAX + 10) < QUERY_MAX,
	       "every query fits");

enum wici_err search_prepare(struct store *s)
{
	struct search_table *t = &s->search;
	const struct store_sql sql[] = {
		{&t->put, "INSERT INTO search (rowid, facets, text)"
			  " VALUES (?, ?, ?)"},
		{&t->remove, "INSERT INTO search (search, rowid, facets, text)"
			     " VALUES ('delete', ?, ?, ?)"},
		{&t->clear, "INSERT INTO search (search)"
			    " VALUES ('delete-all')"},
		/* 'optimize', a part of it. */
		{&t->purge, "INSERT INTO search (search, rank)"
			    " VALUES ('merge', ?)"},
		{&t->find, "SELECT rowid FROM search WHERE search MATCH ?"
			   " AND rowid < ? ORDER BY rowid DESC LIMIT ?"},
		{&t->has, "SELECT id FROM search_docsize WHERE id = ?"},
		{&t->save, "SAVEPOINT search"},
		{&t->release, "RELEASE search"},
	};

	return store_prepare_fts(s, sql, STORE_COUNT(sql));
}

bool search_is_broken(const struct store *s)
{
	return s->search.is_broken;
}

/* FTS5 says that its own tables are not what they should be, or trips over
 * them: kept from the others, for whom it would end the daemon. A page that is
 * broken (SQLITE_CORRUPT itself) may be anybody's. */
static bool is_fault(int rc)
{
	int kind = rc & 0xff;

	return rc == SQLITE_CORRUPT_VTAB || kind == SQLITE_CONSTRAINT ||
	       kind == SQLITE_ERROR || kind == SQLITE_MISMATCH;
}

/* Steps to the end. */
static enum wici_err run(struct store *s, sqlite3_stmt *stmt)
{
	int rc;

	if (s->failed)
		return s->failed;
	rc = sqlite3_step(stmt);
	(void)sqlite3_reset(stmt);
	if (rc == SQLITE_DONE)
		return WICI_OK;
	if (is_fault(rc)) {
		s->search.is_broken = true;
		return WICI_OK;
	}
	s->failed = store_err(s, rc);
	return s->failed;
}

/* FTS5 takes a string of its own: TOKENIZER_RAW and the facets. */
static enum wici_err run_doc(struct store *s, sqlite3_stmt *stmt,
			     const struct search_doc *doc)
{
	struct wici_bytes text = doc->text;
	uint8_t facets[256] = {TOKENIZER_RAW};
	enum wici_err err;

	WICI_REQUIRE(s->in_transaction && doc->facets.len < sizeof(facets));
	if (s->search.is_broken)
		return WICI_OK;
	memcpy(facets + 1, doc->facets.p, doc->facets.len);
	while (text.len && text.p[0] == TOKENIZER_RAW) {
		text.p++;
		text.len--;
	}
	store_bind_int(stmt, 1, doc->n);
	store_bind_text(stmt, 2,
			(struct wici_bytes){facets, doc->facets.len + 1});
	store_bind_text(stmt, 3, text);
	err = run(s, stmt);
	(void)sqlite3_clear_bindings(stmt);
	return err;
}

enum wici_err search_has(struct store *s, int64_t n, bool *has)
{
	size_t count;
	int64_t id;
	enum wici_err err;

	store_bind_int(s->search.has, 1, n);
	err = store_collect(s, s->search.has, &id, 1, &count);
	*has = count > 0;
	return err;
}

enum wici_err search_put(struct store *s, const struct search_doc *doc)
{
	bool has;
	enum wici_err err = search_has(s, doc->n, &has);

	return err || has ? err : run_doc(s, s->search.put, doc);
}

enum wici_err search_remove(struct store *s, const struct search_doc *doc)
{
	bool has;
	enum wici_err err = search_has(s, doc->n, &has);

	return err || !has ? err : run_doc(s, s->search.remove, doc);
}

/* A savepoint makes FTS5 write what it has in memory. */
enum wici_err search_flush(struct store *s)
{
	enum wici_err err;

	WICI_REQUIRE(s->in_transaction);
	err = run(s, s->search.save);
	if (err || s->search.is_broken)
		return err;
	return run(s, s->search.release);
}

enum wici_err search_clear(struct store *s)
{
	enum wici_err err;

	WICI_REQUIRE(s->in_transaction);
	s->search.is_broken = false;
	err = run(s, s->search.clear);
	return err ? err : book_set_int(s, SEARCH_CURSOR, 0);
}

/* As FTS5 has it: below zero, all segments are to become one; and there was
 * nothing left to do when not even two rows changed. */
enum wici_err search_purge(struct store *s, unsigned pages, bool *is_done)
{
	sqlite3_int64 before = sqlite3_total_changes64(s->db);
	enum wici_err err;

	WICI_REQUIRE(s->in_transaction);
	store_bind_int(s->search.purge, 1, -(int64_t)pages);
	err = run(s, s->search.purge);
	*is_done = !s->search.is_broken &&
		   sqlite3_total_changes64(s->db) - before < 2;
	return err;
}

/* ---- finding ---- */

struct query {
	char *p;
	size_t len;
};

static void put(struct query *q, const void *p, size_t len)
{
	WICI_REQUIRE(q->len + len <= QUERY_MAX);
	memcpy(q->p + q->len, p, len);
	q->len += len;
}

static void put_str(struct query *q, const char *s)
{
	put(q, s, strlen(s));
}

/* Tokens have neither quotes nor spaces; should one, it finds nothing. */
static bool is_token(struct wici_bytes token)
{
	return token.len > 0 && token.len <= SEARCH_TOKEN_MAX &&
	       !memchr(token.p, '"', token.len) &&
	       !memchr(token.p, ' ', token.len) &&
	       !memchr(token.p, '\0', token.len);
}

static bool write_query(struct query *q, const struct search_term *terms,
			size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct search_term *t = &terms[i];

		if (!is_token(t->token))
			return false;
		if (i > 0)
			put_str(q, t->is_or ? " OR " : ") AND ");
		if (i == 0 || !t->is_or)
			put_str(q, "(");
		put_str(q, "\"\x01");
		put(q, t->token.p, t->token.len);
		put_str(q, t->is_prefix ? "\"*" : "\"");
	}
	put_str(q, ")");
	return true;
}

enum wici_err search_find(struct store *s, const struct search_term *terms,
			  size_t terms_count, int64_t below, int64_t *ns,
			  size_t max, size_t *count)
{
	sqlite3_stmt *stmt = s->search.find;
	struct query q = {malloc(QUERY_MAX), 0};
	int rc = SQLITE_DONE;

	WICI_REQUIRE(q.p && terms_count > 0 && terms_count <= SEARCH_TERMS_MAX);
	*count = 0;
	if (!s->search.is_broken && write_query(&q, terms, terms_count)) {
		store_bind_text(stmt, 1,
				(struct wici_bytes){(uint8_t *)q.p, q.len});
		store_bind_int(stmt, 2, below > 0 ? below : INT64_MAX);
		store_bind_seq(stmt, 3, max);
		while (*count < max && (rc = sqlite3_step(stmt)) == SQLITE_ROW)
			ns[(*count)++] = sqlite3_column_int64(stmt, 0);
		(void)sqlite3_reset(stmt);
		(void)sqlite3_clear_bindings(stmt);
	}
	free(q.p);
	if (is_fault(rc)) {
		s->search.is_broken = true;
		*count = 0;
		return WICI_OK;
	}
	return rc == SQLITE_DONE || rc == SQLITE_ROW ? WICI_OK
						     : store_err(s, rc);
}

void search_each_word(struct store *s, struct wici_bytes text,
		      bool (*each)(void *arg, const struct search_word *word),
		      void *arg)
{
	tokenizer_each(s->tokenizer, text, each, arg);
}
