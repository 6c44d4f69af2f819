/* tests/bench/lists.c — Lists of processes, each folded anew: a page of them, and
 * what waits for an institution that has begun a thousand. And one that ten
 * thousand acts of its own side, and as many of nobody's, are about.
 *
 *   bench_lists [--own N] */
#include "daemon/publish.h"
#include "proto/kinds/visit.h"
#include "tests/bench/bench.h"
#include "tests/bench/local.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS 40
#define FLOOD  10000

static void publish(struct local *l, const struct wici_kind *kind,
		    struct wici_mp_writer *w, struct wici_head *head)
{
	static const struct wici_bytes none = {NULL, 0};
	struct wici_bytes payload;

	bench_check(wici_mp_written(w, &payload), "payload");
	bench_check(publish_entry(l->node, kind, payload, none, head), "entry");
}

static void propose(struct local *l, uint64_t i, struct wici_head *head)
{
	struct wici_mp_writer w;
	uint8_t buf[400];
	char purpose[60];

	snprintf(purpose, sizeof(purpose), "Klub Sąsiada numer %llu",
		 (unsigned long long)i);
	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_mp_map(&w, 3);
	wici_mp_str(&w, "date");
	wici_mp_str(&w, "2027-03-01");
	wici_mp_str(&w, "host");
	wici_mp_bin(&w, node_identity(l->node)->b, WICI_KEY_LEN);
	wici_mp_str(&w, "purpose");
	wici_mp_str(&w, purpose);
	publish(l, &wici_kind_visit_propose, &w, head);
}

static void act(struct local *l, const struct wici_kind *kind,
		const char *answer, const struct wici_id *visit,
		struct wici_id *after)
{
	struct wici_mp_writer w;
	struct wici_head head;
	uint8_t buf[400];

	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_mp_map(&w, answer ? 3 : 2);
	wici_mp_str(&w, "after");
	wici_mp_bin(&w, after->b, WICI_ID_LEN);
	if (answer) {
		wici_mp_str(&w, "answer");
		wici_mp_str(&w, answer);
	}
	wici_mp_str(&w, "visit");
	wici_mp_bin(&w, visit->b, WICI_ID_LEN);
	publish(l, kind, &w, &head);
	*after = head.id;
}

/* Proposed and accepted: an agenda is owed. */
static void make(struct local *l, uint64_t count)
{
	for (uint64_t i = 0; i < count; i++) {
		struct wici_head head;
		struct wici_id after;

		if (i % 64 == 0)
			local_begin(l);
		propose(l, i, &head);
		after = head.id;
		act(l, &wici_kind_visit_answer, "accept", &head.id, &after);
		if (i % 64 == 63 || i + 1 == count)
			local_end(l);
	}
}

/* All about one visit, and with no effect. */
static struct wici_id flood(struct local *l)
{
	struct wici_head head;
	struct wici_id after;

	local_begin(l);
	propose(l, FLOOD, &head);
	for (int i = 0; i < FLOOD; i++) {
		after = head.id;
		act(l, &wici_kind_visit_hold, NULL, &head.id, &after);
	}
	local_end(l);
	return head.id;
}

static void measure(struct local *l, const struct bench_row *row,
		    const char *method, const char *key, const char *value)
{
	struct bench_row shown = *row;
	double times[ROUNDS];
	uint8_t buf[200];

	for (size_t i = 0; i < ROUNDS; i++) {
		struct wici_mp_writer w;
		struct wici_bytes args;
		double start;

		wici_mp_writer_init(&w, buf, sizeof(buf));
		wici_mp_map(&w, key ? 1 : 0);
		if (key) {
			wici_mp_str(&w, key);
			wici_mp_str(&w, value);
		}
		bench_check(wici_mp_written(&w, &args), "a call");
		start = bench_now();
		local_call(l, method, args);
		times[i] = 1000 * (bench_now() - start);
	}
	shown.value = bench_percentile(times, ROUNDS, 0.5);
	shown.unit = "ms";
	bench_print(&shown);
}

int main(int argc, char **argv)
{
	char hex[WICI_HEX_LEN + 1];
	uint64_t own = 1000;
	struct wici_id id;
	struct local l;

	if (argc == 3 && strcmp(argv[1], "--own") == 0)
		own = strtoull(argv[2], NULL, 10);
	bench_init("lists", 300);
	local_open(&l, bench_path("state"), 0);
	local_found(&l, "Bench");
	make(&l, own);
	local_settle(&l);
	measure(&l,
		&(struct bench_row){.name = "process.list, a page",
				    .at_most = 5},
		"process.list", "kind", "visit");
	measure(&l,
		&(struct bench_row){.name = "waiting.list, 1,000 own",
				    .at_most = 50},
		"waiting.list", NULL, NULL);
	id = flood(&l);
	local_settle(&l);
	wici_hex(hex, id.b, WICI_ID_LEN);
	measure(&l,
		&(struct bench_row){.name = "record.show, 10,000 acts about it",
				    .at_most = 20},
		"record.show", "id", hex);
	measure(&l,
		&(struct bench_row){.name = "process.list, behind them",
				    .at_most = 20},
		"process.list", "kind", "visit");
	local_close(&l);
	return 0;
}
