/* tests/bench/durable.h — "The measured sync": SQLite as the store has it,
 * one small row a transaction. The least that being durable costs here. */
#ifndef WICI_TESTS_BENCH_DURABLE_H
#define WICI_TESTS_BENCH_DURABLE_H

#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>

struct durable {
	sqlite3 *db;
	sqlite3_stmt *insert;
	int64_t seq;
};

/* A fresh file in the benchmark's folder: rowid and an index on (feed, seq),
 * WAL, synchronous FULL. */
void durable_open(struct durable *d, const char *name);
void durable_close(struct durable *d);

void durable_sql(struct durable *d, const char *sql);

/* A row of len bytes (at most 600): a transaction of its own unless one is
 * open. */
void durable_insert(struct durable *d, size_t len);

/* The same, with nothing open; milliseconds. */
double durable_ms(struct durable *d);

#define DURABLE_MIB 1700u /* So many rows of 600 bytes. */

/* Rows of 600 bytes a second, so many a transaction: into a file of its own. */
double durable_batch_rate(unsigned rows);

#endif
