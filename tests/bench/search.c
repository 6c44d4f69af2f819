/* tests/bench/search.c — Searching in 100,000 records of some 600 bytes: whole
 * calls, from the method's params to the reply with its snippets, of words that
 * all records have, of rare ones, of several, of beginnings, narrowed and not. And
 * one that is erased, until its words are in no file.
 *
 *   bench_search [--entries N] */
#include "daemon/indexing.h"
#include "daemon/publish.h"
#include "daemon/store/search.h"
#include "proto/kinds/practice.h"
#include "tests/bench/bench.h"
#include "tests/bench/local.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS 40
#define WORDS  ((size_t)20000) /* In the vocabulary; rare ones are many. */

/* Words by their frequency, as in a language: the n-th comes about 1/n as
 * often as the first. The first ones are real. */
static void put_word(char *out, size_t size, uint64_t n)
{
	static const char *const words[] = {
		"klub",      "seniorów",   "partnerstwo", "mieszkańców",
		"spotkania", "warsztatów", "gminą",       "wolontariusze",
		"usługami",  "sąsiedzkie", "ośrodek",     "społeczności",
		"diagnozie", "lokalnej",   "wsparcia",    "rodzinom"};
	static const char *const parts[] = {
		"ba", "do",  "gra", "ki", "lo", "me",   "no",  "pra",
		"ry", "sto", "te",  "wa", "za", "dzie", "mło", "ża"};

	if (n < 16) {
		(void)snprintf(out, size, "%s", words[n]);
		return;
	}
	(void)snprintf(out, size, "%s%s%s%s", parts[n % 16], parts[n / 16 % 16],
		       parts[n / 256 % 16], n / 4096 ? parts[n / 4096] : "");
}

static uint64_t seed = 1;

static uint64_t draw_word(void)
{
	double u;

	seed = seed * 6364136223846793005u + 1442695040888963407u;
	u = (double)(seed >> 11) / 9007199254740992.0;
	/* 1/n: the logarithm is drawn alike. */
	for (uint64_t n = 1, i = 0; i < 15; i++, n *= 2)
		if (u * 15 < (double)(i + 1))
			return (n - 1 +
				(uint64_t)((double)n * (u * 15 - (double)i))) %
			       WORDS;
	return 0;
}

static void make(struct local *l, uint64_t count)
{
	static const struct wici_bytes none = {NULL, 0};

	for (uint64_t i = 0; i < count; i++) {
		char text[700] = "", title[60], word[64];
		struct wici_mp_writer w;
		struct wici_bytes payload;
		struct wici_head head;
		uint8_t buf[1000];
		size_t len = 0;

		if (i % 256 == 0)
			local_begin(l);
		while (len < 540) {
			put_word(word, sizeof(word), draw_word());
			len += (size_t)snprintf(text + len, sizeof(text) - len,
						"%s ", word);
		}
		snprintf(title, sizeof(title), "Praktyka numer %llu",
			 (unsigned long long)i);
		wici_mp_writer_init(&w, buf, sizeof(buf));
		wici_mp_map(&w, 2);
		wici_mp_str(&w, "text");
		wici_mp_str(&w, text);
		wici_mp_str(&w, "title");
		wici_mp_str(&w, title);
		bench_check(wici_mp_written(&w, &payload), "payload");
		bench_check(publish_entry(l->node, &wici_kind_practice_publish,
					  payload, none, &head),
			    "practice");
		if (i % 256 == 255 || i + 1 == count)
			local_end(l);
	}
}

/* The index anew, in quiet turns: entries a second, and the longest turn. */
static void index_all(struct local *l, uint64_t count)
{
	double start, longest = 0;

	local_begin(l);
	bench_check(search_clear(l->node->store), "the index");
	l->node->indexed = 0;
	local_end(l);
	start = bench_now();
	while (!indexing_is_done(l->node)) {
		double turn = bench_now();

		local_begin(l);
		local_end(l);
		turn = bench_now() - turn;
		longest = turn > longest ? turn : longest;
	}
	bench_print(&(struct bench_row){.name = "into the search index",
					.value = (double)count /
						 (bench_now() - start),
					.unit = "/s"});
	bench_print(&(struct bench_row){.name = "its longest turn",
					.value = 1000 * longest,
					.unit = "ms"});
}

struct query {
	const char *text, *kind;
	uint64_t year;
};

static double ask(struct local *l, const struct query *q)
{
	struct wici_mp_writer w;
	struct wici_bytes args;
	uint8_t buf[400];
	double start;

	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_mp_map(&w, 1u + (q->kind != NULL) + (q->year > 0));
	wici_mp_str(&w, "text");
	wici_mp_str(&w, q->text);
	if (q->kind) {
		wici_mp_str(&w, "kind");
		wici_mp_str(&w, q->kind);
	}
	if (q->year) {
		wici_mp_str(&w, "year");
		wici_mp_uint(&w, q->year);
	}
	bench_check(wici_mp_written(&w, &args), "a query");
	start = bench_now();
	local_call(l, "record.search", args);
	return 1000 * (bench_now() - start);
}

static void measure(struct local *l, const char *name,
		    const struct query *queries, size_t count)
{
	double *times = calloc(ROUNDS * count, sizeof(double));

	if (!times)
		bench_fail("search", "no memory");
	for (size_t i = 0; i < ROUNDS * count; i++)
		times[i] = ask(l, &queries[i % count]);
	bench_print(&(struct bench_row){
		.name = name,
		.value = bench_percentile(times, ROUNDS * count, 0.99),
		.unit = "ms",
		.at_most = 20});
	bench_note("half of them below %.1f ms",
		   bench_percentile(times, ROUNDS * count, 0.5));
	free(times);
}

/* Nothing else goes on while the index is written anew. */
static void erase_one(struct local *l, uint64_t seq)
{
	struct wici_mp_writer w;
	struct wici_bytes args;
	struct wici_id id;
	uint8_t buf[200];
	double start;

	bench_check(entry_id(l->node->store, l->node->own->row.n, seq, &id),
		    "an entry");
	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_mp_map(&w, 2);
	wici_mp_str(&w, "id");
	wici_mp_hex(&w, id.b, WICI_ID_LEN);
	wici_mp_str(&w, "reason");
	wici_mp_str(&w, "bench");
	bench_check(wici_mp_written(&w, &args), "a call");
	start = bench_now();
	local_call(l, "record.erase", args);
	bench_print(&(struct bench_row){.name = "erasing a record",
					.value = 1000 * (bench_now() - start),
					.unit = "ms"});
	local_settle(l);
	bench_print(&(struct bench_row){.name = "until its words are gone",
					.value = 1000 * (bench_now() - start),
					.unit = "ms"});
}

int main(int argc, char **argv)
{
	static const struct query words[] = {
		{"klub", NULL, 0},
		{"kluby seniora", NULL, 0},
		{"usług* sąsiedzk*", NULL, 0},
		{"praktyki", NULL, 0},
		{"praktyki numer 77777", NULL, 0},
		{"badografia", NULL, 0},
		{"zadogramlo", NULL, 0},
		{"partnerstwa lokalne w gminach dla seniorów", NULL, 0},
		{"klub", "practice", 0},
		{"klub", "event", 0},
		{"klub", NULL, 2026},
		{"klub", NULL, 1999},
		{"żawagra", NULL, 0},
		{"dziemlobado", NULL, 0},
		{"społeczność mieszkaniec wolontariusz warsztat", NULL, 0}};
	static const struct query prefixes[] = {
		{"klu*", NULL, 0},     {"pra*", NULL, 0}, {"zad*", NULL, 0},
		{"społecz*", NULL, 0}, {"777*", NULL, 0}, {"77*", NULL, 0}};
	uint64_t count = 100000;
	struct local l;

	if (argc == 3 && strcmp(argv[1], "--entries") == 0)
		count = strtoull(argv[2], NULL, 10);
	bench_init("search", 600);
	local_open(&l, bench_path("state"), 0);
	local_found(&l, "Bench");
	make(&l, count);
	local_settle(&l);
	index_all(&l, count);
	bench_note("%llu records", (unsigned long long)count);
	measure(&l, "search, p99", words, sizeof(words) / sizeof(words[0]));
	measure(&l, "search by beginnings, p99", prefixes,
		sizeof(prefixes) / sizeof(prefixes[0]));
	erase_one(&l, count / 2);
	erase_one(&l, count / 3);
	local_close(&l);
	return 0;
}
