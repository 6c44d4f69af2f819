/* daemon/store/schema.c — The tables of the store.
 *
 * A migration that has been released is never changed; a new one is added
 * below it, and STORE_SCHEMA_VERSION counts them. All tables are STRICT. What
 * is not derived from entries: entry, feed, statement, draft, and the book's
 * value, peer, invite, held. */
#include "daemon/store/schema.h"

#include <stdio.h>

static const char *const migrations[] = {
	/* 1. Entries append by n and are found by (feed, seq): the one index
	 * grows where it ends, so receiving writes nothing at random.
	 * entry.head: see entry.c; entry.lacks: length and hash of a payload
	 * that is not held, else NULL. */
	"CREATE TABLE entry (n INTEGER PRIMARY KEY, feed INTEGER NOT NULL,"
	" seq INTEGER NOT NULL, proved INTEGER NOT NULL, id BLOB NOT NULL,"
	" head BLOB NOT NULL, lacks BLOB, payload BLOB) STRICT;"
	"CREATE UNIQUE INDEX entry_feed_seq ON entry (feed, seq);"

	"CREATE TABLE feed (n INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE,"
	" identity BLOB NOT NULL, seq INTEGER NOT NULL, id BLOB NOT NULL,"
	" bytes INTEGER NOT NULL, own INTEGER NOT NULL) STRICT;"

	"CREATE TABLE statement (id BLOB NOT NULL UNIQUE,"
	" type INTEGER NOT NULL, version INTEGER NOT NULL,"
	" bytes BLOB NOT NULL) STRICT;"
	"CREATE INDEX statement_order ON statement (type, version, id);"

	/* Derived by the cursor. Each index ends with the rowid, which is n. */
	"CREATE TABLE record (n INTEGER PRIMARY KEY, feed INTEGER NOT NULL,"
	" seq INTEGER NOT NULL, kind INTEGER NOT NULL, about BLOB,"
	" title TEXT, number TEXT, on_day INTEGER) STRICT;"
	"CREATE INDEX record_kind ON record (kind);"
	"CREATE INDEX record_feed_kind ON record (feed, kind);"
	"CREATE INDEX record_number ON record (kind, number)"
	" WHERE number IS NOT NULL;"
	"CREATE TABLE ref (target BLOB NOT NULL, flag INTEGER NOT NULL,"
	" n INTEGER NOT NULL, PRIMARY KEY (target, flag, n))"
	" STRICT, WITHOUT ROWID;"
	"CREATE TABLE ident (id BLOB NOT NULL PRIMARY KEY,"
	" n INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
	"CREATE TABLE tally (kind INTEGER PRIMARY KEY,"
	" count INTEGER NOT NULL) STRICT;"

	/* The book: this installation's own notes. */
	"CREATE TABLE value (name TEXT NOT NULL PRIMARY KEY,"
	" value ANY NOT NULL) STRICT, WITHOUT ROWID;"
	"CREATE TABLE peer (address TEXT NOT NULL PRIMARY KEY,"
	" identity BLOB NOT NULL, last_contact INTEGER NOT NULL)"
	" STRICT, WITHOUT ROWID;"
	"CREATE TABLE invite (token_id BLOB NOT NULL PRIMARY KEY,"
	" secret BLOB NOT NULL, name TEXT NOT NULL, expires INTEGER NOT NULL,"
	" created INTEGER NOT NULL, state INTEGER NOT NULL,"
	" identity BLOB NOT NULL) STRICT, WITHOUT ROWID;"
	"CREATE TABLE held (feed INTEGER NOT NULL, identity BLOB NOT NULL,"
	" seq INTEGER NOT NULL, PRIMARY KEY (feed, identity))"
	" STRICT, WITHOUT ROWID;",

	/* 2. What waits to be published; entries that sync must know of at a
	 * start, wherever the cursor is: feed.succeed. */
	"CREATE TABLE draft (n INTEGER PRIMARY KEY AUTOINCREMENT,"
	" kind INTEGER NOT NULL,"
	" created INTEGER NOT NULL, payload BLOB NOT NULL) STRICT;"
	"CREATE TABLE succeed (n INTEGER PRIMARY KEY) STRICT;",

	/* 3. The search index: derived, without the texts, and without the
	 * places of words in them. */
	("CREATE VIRTUAL TABLE search USING fts5 (facets, text, content = '',"
	 " detail = none, prefix = '3 4 5', tokenize = wici);"),

	/* 4. The first eight bytes of an id find it as well: ids are random,
	 * and what is written of them is pages. */
	"DROP TABLE ident;"
	"CREATE TABLE ident (prefix INTEGER NOT NULL, n INTEGER NOT NULL,"
	" PRIMARY KEY (prefix, n)) STRICT, WITHOUT ROWID;",
};

_Static_assert(sizeof(migrations) / sizeof(migrations[0]) ==
		       STORE_SCHEMA_VERSION,
	       "a migration is a version");

static int read_int(sqlite3 *db, const char *sql, int64_t *v)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);

	*v = 0;
	if (rc == SQLITE_OK) {
		rc = sqlite3_step(stmt);
		if (rc == SQLITE_ROW) {
			*v = sqlite3_column_int64(stmt, 0);
			rc = SQLITE_OK;
		}
	}
	sqlite3_finalize(stmt);
	return rc;
}

enum wici_err schema_judge(sqlite3 *db, int64_t *version, const char **why,
			   int *rc)
{
	int64_t application = 0, objects = 0;

	*why = NULL;
	*rc = read_int(db, "PRAGMA application_id", &application);
	if (*rc == SQLITE_OK)
		*rc = read_int(db, "PRAGMA user_version", version);
	if (*rc == SQLITE_OK)
		*rc = read_int(db, "SELECT count(*) FROM sqlite_schema",
			       &objects);
	if (*rc != SQLITE_OK)
		return WICI_STORE;

	if (application == 0 && *version == 0 && objects == 0)
		return WICI_OK; /* A new, empty file. */
	if (application != SCHEMA_APPLICATION_ID || *version < 1) {
		*why = "this is not a wici store: the file belongs to another "
		       "program";
		return WICI_STORE;
	}
	if (*version > STORE_SCHEMA_VERSION) {
		*why = "this store was written by a newer version of wici; "
		       "install that version or a later one";
		return WICI_NEWER_NEEDED;
	}
	return WICI_OK;
}

int schema_migrate(sqlite3 *db, int64_t version)
{
	char sql[80];
	int rc = SQLITE_OK;

	if (version == STORE_SCHEMA_VERSION)
		return SQLITE_OK;
	for (; version < STORE_SCHEMA_VERSION && rc == SQLITE_OK; version++)
		rc = sqlite3_exec(db, migrations[version], NULL, NULL, NULL);
	if (rc != SQLITE_OK)
		return rc;
	(void)snprintf(sql, sizeof(sql),
		       "PRAGMA application_id = %d; PRAGMA user_version = %d",
		       SCHEMA_APPLICATION_ID, STORE_SCHEMA_VERSION);
	return sqlite3_exec(db, sql, NULL, NULL, NULL);
}
