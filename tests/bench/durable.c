/* tests/bench/durable.c — One table, the pragmas of the store. */
#include "tests/bench/durable.h"

#include "tests/bench/bench.h"

#include <stdio.h>
#include <string.h>

#define ROW_MAX     ((size_t)600)
#define SMALL_ROW   ((size_t)40)
#define ROWS_IN_ALL 100000u

void durable_sql(struct durable *d, const char *sql)
{
	if (sqlite3_exec(d->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		bench_fail("sqlite", sqlite3_errmsg(d->db));
}

void durable_open(struct durable *d, const char *name)
{
	memset(d, 0, sizeof(*d));
	if (sqlite3_open(bench_path(name), &d->db) != SQLITE_OK)
		bench_fail("sqlite", "does not open");
	durable_sql(d, "PRAGMA locking_mode = EXCLUSIVE;"
		       "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
		       "PRAGMA cache_size = -8192; PRAGMA secure_delete = ON;"
		       "PRAGMA wal_autocheckpoint = 4000;"
		       "CREATE TABLE entry (n INTEGER PRIMARY KEY,"
		       " feed INTEGER NOT NULL, seq INTEGER NOT NULL,"
		       " payload BLOB) STRICT;"
		       "CREATE UNIQUE INDEX entry_at ON entry (feed, seq)");
	if (sqlite3_prepare_v2(d->db,
			       "INSERT INTO entry (feed, seq, payload)"
			       " VALUES (1, ?, ?)",
			       -1, &d->insert, NULL) != SQLITE_OK)
		bench_fail("sqlite", sqlite3_errmsg(d->db));
}

void durable_close(struct durable *d)
{
	sqlite3_finalize(d->insert);
	sqlite3_close(d->db);
}

void durable_insert(struct durable *d, size_t len)
{
	static const uint8_t payload[ROW_MAX];

	sqlite3_bind_int64(d->insert, 1, ++d->seq);
	sqlite3_bind_blob(d->insert, 2, payload, (int)len, SQLITE_STATIC);
	if (sqlite3_step(d->insert) != SQLITE_DONE)
		bench_fail("sqlite", sqlite3_errmsg(d->db));
	sqlite3_reset(d->insert);
}

double durable_ms(struct durable *d)
{
	double start = bench_now();

	durable_insert(d, SMALL_ROW);
	return (bench_now() - start) * 1000;
}

double durable_batch_rate(unsigned rows)
{
	static int files;
	unsigned turns = ROWS_IN_ALL / rows;
	struct durable d;
	char name[40];
	double start;

	snprintf(name, sizeof(name), "batch-%d.db", ++files);
	durable_open(&d, name);
	start = bench_now();
	for (unsigned i = 0; i < turns; i++) {
		durable_sql(&d, "BEGIN");
		for (unsigned k = 0; k < rows; k++)
			durable_insert(&d, ROW_MAX);
		durable_sql(&d, "COMMIT");
	}
	start = bench_now() - start;
	durable_close(&d);
	return turns * rows / start;
}
