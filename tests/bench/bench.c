/* tests/bench/bench.c — Clock, folder, limits, rows. */
#include "tests/bench/bench.h"

#include <ftw.h>
#include <signal.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CHILDREN_MAX 8

static char dir[512];
static int children[CHILDREN_MAX];

static int remove_one(const char *path, const struct stat *st, int flag,
		      struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

static void end_children(void)
{
	for (size_t i = 0; i < CHILDREN_MAX; i++) {
		if (!children[i])
			continue;
		(void)kill(children[i], SIGKILL);
		(void)waitpid(children[i], NULL, 0);
		children[i] = 0;
	}
}

static void clean(void)
{
	end_children();
	if (dir[0])
		(void)nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	dir[0] = '\0';
}

static void on_signal(int number)
{
	static const char late[] = "bench: took too long, or was ended\n";

	(void)number;
	/* What clean() calls is not all safe in a handler; the process ends
	 * either way, and nothing else runs in it. */
	if (write(STDERR_FILENO, late, sizeof(late) - 1) < 0)
		_exit(EXIT_FAILURE);
	clean();
	_exit(EXIT_FAILURE);
}

void bench_init(const char *name, unsigned seconds_max)
{
	const char *base = getenv("WICI_BENCH_DIR");

	if (!base)
		base = getenv("TMPDIR");
	if (sodium_init() < 0)
		bench_fail(name, "libsodium does not start");
	snprintf(dir, sizeof(dir), "%s/wici-bench-%s-XXXXXX",
		 base ? base : "/tmp", name);
	if (!mkdtemp(dir)) {
		dir[0] = '\0';
		bench_fail(name, "no folder to work in");
	}
	(void)atexit(clean);
	(void)signal(SIGALRM, on_signal);
	(void)signal(SIGINT, on_signal);
	(void)signal(SIGTERM, on_signal);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)alarm(seconds_max);
	(void)setvbuf(stdout, NULL, _IOLBF, 0);
}

const char *bench_path(const char *name)
{
	static char paths[8][600];
	static size_t next;
	char *path = paths[next++ % 8];

	snprintf(path, sizeof(paths[0]), "%s/%s", dir, name);
	return path;
}

void bench_fail(const char *what, const char *why)
{
	fflush(stdout);
	fprintf(stderr, "bench: %s: %s\n", what, why);
	exit(EXIT_FAILURE);
}

void bench_check(enum wici_err err, const char *what)
{
	if (err != WICI_OK)
		bench_fail(what, wici_err_text(err));
}

double bench_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void print_number(char *out, size_t len, double v, const char *unit)
{
	snprintf(out, len, "%.*f %s",
		 v >= 1000  ? 0
		 : v >= 100 ? 1
		 : v >= 10  ? 2
			    : 3,
		 v, unit);
}

void bench_print(const struct bench_row *row)
{
	double limit = row->limit ? bench_limit(row->limit) : 0;
	char value[40], held[80] = "", number[40], floor[80] = "";

	print_number(value, sizeof(value), row->value, row->unit);
	if (limit > 0) {
		print_number(number, sizeof(number), limit, row->unit);
		snprintf(held, sizeof(held), "%s %s, ratio %.2f", row->limit,
			 number, row->value / limit);
	}
	if (row->at_least > 0)
		snprintf(floor, sizeof(floor), "floor >= %.0f %s",
			 row->at_least,
			 row->value >= row->at_least ? "met" : "NOT met");
	if (row->at_most > 0)
		snprintf(floor, sizeof(floor), "floor <= %.2f %s", row->at_most,
			 row->value <= row->at_most ? "met" : "NOT met");
	printf("%-46s %16s  %-44s %s\n", row->name, value, held, floor);
}

void bench_note(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	printf("  ");
	vprintf(format, args);
	printf("\n");
	va_end(args);
}

static FILE *open_limits(const char *mode)
{
	const char *base = getenv("WICI_BENCH_DIR");
	char path[600];

	if (!base)
		return NULL;
	snprintf(path, sizeof(path), "%s/limits", base);
	return fopen(path, mode);
}

void bench_set_limit(const char *name, double value)
{
	FILE *f = open_limits("a");

	if (!f)
		return;
	fprintf(f, "%.9g %s\n", value, name);
	if (fclose(f) != 0)
		bench_fail("limits", "cannot be written");
}

double bench_limit(const char *name)
{
	FILE *f = open_limits("r");
	char line[200], *rest;
	double value = 0;

	while (f && fgets(line, sizeof(line), f)) {
		double v = strtod(line, &rest);

		line[strcspn(line, "\n")] = '\0';
		if (*rest == ' ' && strcmp(rest + 1, name) == 0)
			value = v;
	}
	if (f)
		fclose(f);
	return value;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double bench_percentile(double *values, size_t count, double p)
{
	if (count == 0)
		return 0;
	qsort(values, count, sizeof(*values), by_value);
	return values[(size_t)((double)(count - 1) * p)];
}

void bench_own(int pid)
{
	for (size_t i = 0; i < CHILDREN_MAX; i++) {
		if (!children[i]) {
			children[i] = pid;
			return;
		}
	}
	bench_fail("children", "too many");
}

void bench_disown(int pid)
{
	for (size_t i = 0; i < CHILDREN_MAX; i++) {
		if (children[i] == pid)
			children[i] = 0;
	}
}
