/* tests/bench/bench.h — What every benchmark needs: a clock, a place on disk,
 * the limits that were measured in the same run, and a row of the table.
 *
 * A row says what was reached, the limit it is held against, their ratio, and
 * the floor where issue 2 sets one. A floor that is not met is printed, not
 * punished: the exit code says only whether everything worked. */
#ifndef WICI_TESTS_BENCH_BENCH_H
#define WICI_TESTS_BENCH_BENCH_H

#include "proto/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bench_row {
	const char *name;
	double value;
	const char *unit;
	const char *limit; /* Name of a limit in the same unit, or NULL. */
	double at_least;   /* Floor; 0: none. */
	double at_most;    /* Floor; 0: none. */
};

/* Every program begins here: libsodium, at most so many seconds, a folder of
 * its own (under WICI_BENCH_DIR or TMPDIR) that is gone when it ends. */
void bench_init(const char *name, unsigned seconds_max);

/* A path in that folder; static, good for the next few calls. */
const char *bench_path(const char *name);

/* Something did not work: says so, ends every child, exits 1. */
_Noreturn void bench_fail(const char *what, const char *why);
void bench_check(enum wici_err err, const char *what);

double bench_now(void); /* Seconds, monotonic. */

void bench_print(const struct bench_row *row);
void bench_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Limits live in a file of WICI_BENCH_DIR for the programs of one run. 0: it
 * was not measured. */
void bench_set_limit(const char *name, double value);
double bench_limit(const char *name);

/* The p-th percentile; sorts. */
double bench_percentile(double *values, size_t count, double p);

/* Ended with the benchmark, whatever ends it. */
void bench_own(int pid);
void bench_disown(int pid);

#endif
