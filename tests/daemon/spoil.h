/* tests/daemon/spoil.h — A disk that forgets bits: of a store that nobody has
 * open. */
#ifndef WICI_TESTS_DAEMON_SPOIL_H
#define WICI_TESTS_DAEMON_SPOIL_H

#include <sqlite3.h>
#include <stdio.h>

#include "tests/test.h"

static inline sqlite3 *spoil_open(const char *dir)
{
	char path[256];
	sqlite3 *db;

	(void)snprintf(path, sizeof(path), "%s/wici.db", dir);
	CHECK(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) ==
	      SQLITE_OK);
	return db;
}

static inline void spoil_sql(const char *dir, const char *sql)
{
	sqlite3 *db = spoil_open(dir);

	CHECK(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK);
	CHECK(sqlite3_changes(db) > 0);
	CHECK(sqlite3_close(db) == SQLITE_OK);
}

/* The number that a query finds. */
static inline sqlite3_int64 spoil_find(const char *dir, const char *sql)
{
	sqlite3 *db = spoil_open(dir);
	sqlite3_stmt *stmt;
	sqlite3_int64 n;

	CHECK(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) == SQLITE_OK);
	CHECK(sqlite3_step(stmt) == SQLITE_ROW);
	n = sqlite3_column_int64(stmt, 0);
	CHECK(sqlite3_finalize(stmt) == SQLITE_OK);
	CHECK(sqlite3_close(db) == SQLITE_OK);
	return n;
}

/* These bits of a blob; at: the byte. */
static inline void spoil_bits(const char *dir, const char *table,
			      const char *column, sqlite3_int64 row, int at,
			      unsigned char bits)
{
	sqlite3 *db = spoil_open(dir);
	sqlite3_blob *blob;
	unsigned char byte;

	CHECK(sqlite3_blob_open(db, "main", table, column, row, 1, &blob) ==
	      SQLITE_OK);
	CHECK(sqlite3_blob_read(blob, &byte, 1, at) == SQLITE_OK);
	byte ^= bits;
	CHECK(sqlite3_blob_write(blob, &byte, 1, at) == SQLITE_OK);
	CHECK(sqlite3_blob_close(blob) == SQLITE_OK);
	CHECK(sqlite3_close(db) == SQLITE_OK);
}

/* More than one: nobody can tell which. */
static inline void spoil_byte(const char *dir, const char *table,
			      const char *column, sqlite3_int64 row, int at)
{
	spoil_bits(dir, table, column, row, at, 0x14);
}

#endif
