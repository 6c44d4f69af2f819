/* tests/bench/verdict.c — A verdict, in a store of 1,000,000 entries of which
 * 10,000 are certificates; and what a beacon over all of them costs.
 *
 *   bench_verdict [--entries N]
 *
 * Beside it stands what one entry costs to read in that store. */
#include "daemon/beacon.h"
#include "daemon/certificates.h"
#include "daemon/method.h"
#include "daemon/publish.h"
#include "daemon/store/entry.h"
#include "proto/day.h"
#include "tests/bench/bench.h"
#include "tests/bench/local.h"
#include "tests/bench/make.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CERTIFICATES ((size_t)10000)
#define ROUNDS       10 /* Certificates come in so many imports. */
#define ASKED        20000

static int64_t grants[CERTIFICATES];
static double times[ASKED];

/* An import: so many grants in one turn, with the indexes that follow. */
static void make_grants(struct local *l, size_t from, size_t count)
{
	const struct wici_bytes scheme = wici_bytes_str("bench");

	local_begin(l);
	for (size_t i = from; i < from + count; i++) {
		struct wici_mp_writer w;
		struct wici_bytes payload;
		struct wici_head head;
		char number[20];
		uint8_t buf[300];

		snprintf(number, sizeof(number), "%zu/2026", i + 1);
		wici_mp_writer_init(&w, buf, sizeof(buf));
		wici_mp_map(&w, 6);
		wici_mp_str(&w, "holder");
		wici_mp_bin(&w, l->node->keys.identity.b, WICI_KEY_LEN);
		wici_mp_str(&w, "index");
		wici_mp_uint(&w, i + 1);
		wici_mp_str(&w, "number");
		wici_mp_str(&w, number);
		wici_mp_str(&w, "scheme");
		wici_mp_str(&w, "bench");
		wici_mp_str(&w, "valid_from");
		wici_mp_str(&w, "2022");
		wici_mp_str(&w, "valid_until");
		wici_mp_str(&w, "2099");
		bench_check(wici_mp_written(&w, &payload), "grant");
		bench_check(publish_entry(l->node, &wici_kind_certificate_grant,
					  payload, scheme, &head),
			    "grant");
		grants[i] = l->node->last_n;
	}
	local_end(l);
}

static double read_us(struct local *l)
{
	double start;

	local_begin(l);
	start = bench_now();
	for (int i = 0; i < ASKED; i++) {
		struct entry_row row;

		bench_check(entry_get(l->node->store,
				      grants[randombytes_uniform(CERTIFICATES)],
				      &row),
			    "entry_get");
	}
	start = bench_now() - start;
	local_end(l);
	return start / ASKED * 1e6;
}

/* Load, fold, judge: what every answer about a certificate is made of. */
static void verdicts(struct local *l)
{
	double total = 0;

	local_begin(l);
	for (int i = 0; i < ASKED; i++) {
		struct certificates_question q = {
			.on_day = wici_day_warsaw(l->node->now.wall_ms),
			.age_ms = WICI_FRESH_AGE_MS,
			.wants_existed = true,
		};
		struct certificates_answer a;
		struct certificate c;
		double start = bench_now();

		bench_check(certificates_load(
				    l->node,
				    grants[randombytes_uniform(CERTIFICATES)],
				    &c),
			    "certificates_load");
		bench_check(certificates_verdict(l->node, &c, &q, &a),
			    "certificates_verdict");
		times[i] = (bench_now() - start) * 1e6;
		total += times[i];
		if (a.verdict.status != WICI_STATUS_VALID)
			bench_fail("verdict",
				   wici_status_name(a.verdict.status));
		certificates_clear(&c);
	}
	local_end(l);
	bench_print(&(struct bench_row){.name = "verdict",
					.value = total / ASKED,
					.unit = "us",
					.limit = "entry read",
					.at_most = 200});
	bench_print(&(struct bench_row){
		.name = "verdict, p99",
		.value = bench_percentile(times, ASKED, 0.99),
		.unit = "us",
		.limit = "entry read"});
}

/* The whole method: by its number, with the reply and the turn around it. */
static void methods_called(struct local *l)
{
	double start = bench_now();

	for (int i = 0; i < ASKED / 10; i++) {
		char number[20];
		uint8_t buf[100];
		struct wici_mp_writer w;
		struct wici_bytes args;

		snprintf(number, sizeof(number), "%u/2026",
			 randombytes_uniform(CERTIFICATES) + 1);
		wici_mp_writer_init(&w, buf, sizeof(buf));
		wici_mp_map(&w, 1);
		wici_mp_str(&w, "ref");
		wici_mp_str(&w, number);
		bench_check(wici_mp_written(&w, &args), "cert.verify");
		local_call(l, "cert.verify", args);
	}
	bench_print(&(struct bench_row){
		.name = "cert.verify by number, a turn each",
		.value = (bench_now() - start) / (ASKED / 10) * 1e6,
		.unit = "us",
		.limit = "entry read"});
}

static void beacons(struct local *l)
{
	double start;

	local_begin(l);
	start = bench_now();
	for (int i = 0; i < 5; i++) {
		struct beacon_list list;

		bench_check(beacon_list_load(l->node, wici_bytes_str("bench"),
					     &list),
			    "beacon_list_load");
		beacon_list_hash(&list);
		beacon_list_clear(&list);
	}
	start = bench_now() - start;
	local_end(l);
	bench_print(&(struct bench_row){.name = "beacon over 10,000, gathered",
					.value = start / 5 * 1e3,
					.unit = "ms"});
}

int main(int argc, char **argv)
{
	uint64_t entries = 1000000;
	struct local l;

	if (argc == 3 && strcmp(argv[1], "--entries") == 0)
		entries = strtoull(argv[2], NULL, 10);
	bench_init("verdict", 600);
	local_open(&l, bench_path("state"), 0);
	local_found(&l, "Bench");
	for (size_t i = 0; i < ROUNDS; i++) {
		make_own(&l, (entries - CERTIFICATES) / ROUNDS, 4096);
		make_grants(&l, i * (CERTIFICATES / ROUNDS),
			    CERTIFICATES / ROUNDS);
	}
	local_settle(&l);
	bench_set_limit("entry read", read_us(&l));
	verdicts(&l);
	methods_called(&l);
	beacons(&l);
	local_close(&l);
	return 0;
}
