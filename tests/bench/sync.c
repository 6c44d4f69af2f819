/* tests/bench/sync.c — Two wicids on loopback: bulk, delta, idle
 * reconnection, restore, live; with one feed and with 2,000; into an empty store and
 * (--million) into one that holds 1,000,000 entries.
 *
 *   bench_sync [--million] [--entries N] [bulk | restore | live | feeds |
 *       million]… */
#include "daemon/membership.h"
#include "daemon/receive.h"
#include "tests/bench/bench.h"
#include "tests/bench/durable.h"
#include "tests/bench/make.h"
#include "tests/bench/network.h"
#include "tests/bench/relay.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define DELTA       1000
#define REPEATS     5
#define LIVE        500
#define AUTHORS     2000
#define EACH        50
#define MILLION     ((uint64_t)1000000)
#define SECONDS_MAX 1800
#define BULK_FLOOR  30000
#define IDLE_FLOOR  1024 /* Bytes. */

static uint64_t entries = 100000;

static void print_sync(const char *name, const struct network_sync *s,
		       double floor)
{
	bench_set_limit("sqlite batch", durable_batch_rate(DURABLE_MIB));
	bench_print(
		&(struct bench_row){.name = name,
				    .value = (double)s->received / s->seconds,
				    .unit = "/s",
				    .limit = "sqlite batch",
				    .at_least = floor});
	bench_note("%llu entries in %.2f s, CPU %.2f s sender + %.2f s "
		   "receiver, %.0f bytes an entry on the wire",
		   (unsigned long long)s->received, s->seconds, s->cpu_a,
		   s->cpu_b, (double)s->bytes / (double)s->received);
	bench_note("applied (searchable) %.2f s later, CPU of the receiver "
		   "%.2f s in all",
		   s->applied, s->cpu_b_applied);
	bench_print(&(struct bench_row){
		.name = "  the sender's memory at its highest",
		.value = s->peak_a,
		.unit = "MiB",
		.at_most = 64});
	bench_print(&(struct bench_row){
		.name = "  the receiver's memory at its highest",
		.value = s->peak_b,
		.unit = "MiB",
		.at_most = 64});
}

/* Up again, and nothing to do: what does it cost to find that out? */
static void idle_reconnection(struct network *n, const char *name)
{
	const struct timespec quiet = {0, 600000000};
	double bytes[REPEATS], ms[REPEATS], trips = 0;
	struct relay relay;

	relay_start(&relay, n->a.port);
	process_start(&n->b);
	network_add_peer(&n->b, relay.port);
	network_await_step(&n->b);
	process_stop(&n->b);
	for (int i = 0; i < REPEATS; i++) {
		struct relay_count c;

		relay_reset(&relay);
		process_start(&n->b);
		network_await_step(&n->b);
		nanosleep(&quiet, NULL);
		c = relay_read(&relay);
		if (!c.is_connected)
			bench_fail("idle", "nobody dialled");
		bytes[i] = (double)(c.there + c.back);
		ms[i] = (c.last - c.first) * 1000;
		trips = (double)(c.turns + 1) / 2;
		if (i == 0)
			bench_note("%s: %llu bytes there, %llu back", name,
				   (unsigned long long)c.there,
				   (unsigned long long)c.back);
		if (i < REPEATS - 1)
			process_stop(&n->b);
	}
	network_part(n, relay.port);
	relay_stop(&relay);
	bench_print(&(struct bench_row){
		.name = name,
		.value = bench_percentile(bytes, REPEATS, 0.5),
		.unit = "bytes",
		.at_most = IDLE_FLOOR});
	bench_note("%.1f round trips from TCP's on, %.1f ms", trips,
		   bench_percentile(ms, REPEATS, 0.5));
}

static void delta(struct network *n)
{
	double ms[3];

	for (int i = 0; i < 3; i++) {
		struct network_sync s;

		network_publish(&n->a, entries + (uint64_t)i * DELTA, DELTA);
		process_start(&n->b);
		network_sync(n, n->a.port, &s);
		if (s.received != DELTA)
			bench_fail("delta", "not what was published");
		ms[i] = s.seconds * 1000;
		network_part(n, n->a.port);
	}
	bench_print(
		&(struct bench_row){.name = "delta of 1,000, dial to in step",
				    .value = bench_percentile(ms, 3, 0.5),
				    .unit = "ms"});
}

/* Into an empty store; both stay up. */
static void bulk_once(struct network *n, const char *name,
		      struct network_sync *s)
{
	struct local l;

	network_make(n, name);
	network_open(&l, &n->a);
	make_own(&l, entries, MAKE_BATCH);
	local_settle(&l);
	local_close(&l);
	process_start(&n->a);
	process_start(&n->b);
	s->idle_b = process_mib(&n->b, "VmRSS");
	network_sync(n, n->a.port, s);
	if (s->received != entries)
		bench_fail("bulk", "not what there was");
}

static int by_seconds(const void *a, const void *b)
{
	double x = ((const struct network_sync *)a)->seconds;
	double y = ((const struct network_sync *)b)->seconds;

	return (x > y) - (x < y);
}

static void bulk(void)
{
	static const char *const names[] = {"bulk1", "bulk2", "bulk3"};
	struct network_sync s[3];
	struct network n;

	for (int i = 0; i < 3; i++) {
		bulk_once(&n, names[i], &s[i]);
		if (i < 2) {
			process_stop(&n.b);
			process_stop(&n.a);
		}
	}
	bench_print(&(struct bench_row){.name = "wicid idle, small store",
					.value = s[2].idle_b,
					.unit = "MiB",
					.at_most = 24});
	bench_print(&(struct bench_row){.name = "wicid idle, after the bulk",
					.value = process_mib(&n.b, "VmRSS"),
					.unit = "MiB",
					.at_most = 24});
	qsort(s, 3, sizeof(s[0]), by_seconds);
	print_sync("bulk sync into an empty store, median of 3", &s[1],
		   BULK_FLOOR);
	bench_note("the others: %.0f and %.0f /s",
		   (double)entries / s[0].seconds,
		   (double)entries / s[2].seconds);
	bench_set_limit("bulk sync", (double)entries / s[1].seconds);
	network_part(&n, n.a.port);
	delta(&n);
	idle_reconnection(&n, "idle reconnection, 1 feed of entries");
	process_stop(&n.a);
}

/* The disk is gone; the card and one peer are left. Beside the bulk of the
 * same run. */
static void restore(void)
{
	struct network n;
	struct network_sync s;

	bulk_once(&n, "restore", &s);
	bench_print(&(struct bench_row){
		.name = "restore of 100,000 entries by a card, from one peer",
		.value = (double)entries / network_restore(&n),
		.unit = "/s",
		.limit = "bulk sync"});
	process_stop(&n.b);
	process_stop(&n.a);
}

static void publish_one(struct rpc *a, uint64_t n)
{
	rpc_begin(a, "record.add", 2);
	wici_mp_str(&a->w, "kind");
	wici_mp_str(&a->w, "practice.publish");
	wici_mp_str(&a->w, "body");
	wici_mp_raw(&a->w, make_practice(n));
	rpc_send(a);
}

struct live {
	double own[LIVE]; /* Until the client that published has its answer. */
	double there[LIVE]; /* Until a client of the other one is told. */
	double sync[LIVE];  /* One row of SQLite, measured in between. */
};

/* Published at a, by its socket; told of at b, by its: both durable. All in
 * ms. The limit is measured beside it, for disks and neighbours change. */
static void measure_live(struct network *n, struct live *l)
{
	struct durable d;
	const struct timespec pause = {0, 5000000};
	struct rpc a, b;

	rpc_connect(&a, n->a.socket);
	rpc_connect(&b, n->b.socket);
	(void)rpc_ask(&b, "events.watch");
	durable_open(&d, "live.db");
	for (uint64_t i = 0; i < LIVE + 20; i++) {
		double start = bench_now();
		uint64_t seq;

		publish_one(&a, i);
		seq = rpc_uint(rpc_result(&a, 30), "seq");
		l->own[i % LIVE] = (bench_now() - start) * 1000;
		while (rpc_uint(rpc_notified(&b, "record.new", 30), "seq") <
		       seq)
			;
		l->there[i % LIVE] = (bench_now() - start) * 1000;
		nanosleep(&pause, NULL);
		l->sync[i % LIVE] = durable_ms(&d);
	}
	durable_close(&d);
	rpc_close(&a);
	rpc_close(&b);
}

static void live(void)
{
	static struct live l;
	struct network n;

	network_make(&n, "live");
	process_start(&n.a);
	process_start(&n.b);
	network_add_peer(&n.b, n.a.port);
	network_await_step(&n.b);
	measure_live(&n, &l);
	bench_set_limit("sync", bench_percentile(l.sync, LIVE, 0.5));
	bench_set_limit("sync p99", bench_percentile(l.sync, LIVE, 0.99));
	bench_print(&(struct bench_row){
		.name = "published, acknowledged to the client, p50",
		.value = bench_percentile(l.own, LIVE, 0.5),
		.unit = "ms",
		.limit = "sync"});
	bench_print(&(struct bench_row){
		.name = "live, until the other one has it, p50",
		.value = bench_percentile(l.there, LIVE, 0.5),
		.unit = "ms",
		.limit = "sync",
		.at_most = 2 * bench_percentile(l.sync, LIVE, 0.5) + 2});
	bench_print(&(struct bench_row){
		.name = "live, until the other one has it, p99",
		.value = bench_percentile(l.there, LIVE, 0.99),
		.unit = "ms",
		.limit = "sync p99"});
	process_stop(&n.b);
	process_stop(&n.a);
}

static void feeds(void)
{
	struct network n;
	struct network_sync s;
	struct local l;

	network_make(&n, "feeds");
	network_open(&l, &n.a);
	make_members(&l, AUTHORS, EACH);
	local_close(&l);
	process_start(&n.a);
	process_start(&n.b);
	network_sync(&n, n.a.port, &s);
	print_sync("first sync of 2,000 authors, 50 each", &s, 0);
	network_part(&n, n.a.port);
	idle_reconnection(&n, "idle reconnection, 2,000 feeds");
	process_stop(&n.a);
}

/* What a's own feed has that b lacks: the admission of a member. */
static void pass_own(struct local *a, struct local *b)
{
	static uint8_t buf[61000];
	const struct wici_key *feed = &a->node->own->row.key;
	const struct feed *held = feeds_find(&b->node->feeds, feed);
	struct wici_bytes run;
	struct wici_head head;

	bench_check(node_read_run(a->node, feed, held->row.seq + 1,
				  a->node->own->row.seq, buf, sizeof(buf),
				  &run),
		    "node_read_run");
	local_begin(b);
	bench_check(node_receive_run(b->node, 1, run, &head),
		    "node_receive_run");
	local_end(b);
}

/* The same runs for both stores. */
static void fill_both(struct local *a, struct local *b, struct make_feed *f)
{
	struct wici_head head;
	uint64_t made;

	while (f->head.seq < MILLION) {
		local_begin(a);
		local_begin(b);
		for (int i = 0; i < 16 && f->head.seq < MILLION; i++) {
			struct wici_bytes run =
				make_run(f, &a->node->network,
					 MILLION - f->head.seq, &made);

			bench_check(node_receive_run(a->node, 1, run, &head),
				    "node_receive_run");
			bench_check(node_receive_run(b->node, 1, run, &head),
				    "node_receive_run");
		}
		local_end(a);
		local_end(b);
	}
	local_settle(a);
	local_settle(b);
}

static void prepare_million(struct network *n)
{
	double start = bench_now();
	struct local a, b;
	struct make_feed f;
	struct wici_head head;

	network_make(n, "million");
	network_open(&a, &n->a);
	network_open(&b, &n->b);
	make_feed(&f);
	local_begin(&a);
	bench_check(membership_admit(a.node, &f.identity,
				     WICI_BYTES("Osrodek C"), NULL, &head),
		    "membership_admit");
	local_end(&a);
	pass_own(&a, &b);
	fill_both(&a, &b, &f);
	make_own(&a, entries, MAKE_BATCH);
	local_settle(&a);
	local_close(&a);
	local_close(&b);
	bench_note("two stores of 1,000,000 entries were prepared in %.0f s",
		   bench_now() - start);
}

static void million(void)
{
	struct network n;
	struct network_sync s;
	double start;

	prepare_million(&n);
	process_start(&n.a);
	start = bench_now();
	process_start(&n.b);
	bench_print(&(struct bench_row){.name = "start with 1,000,000 entries",
					.value = (bench_now() - start) * 1000,
					.unit = "ms"});
	bench_print(&(struct bench_row){.name = "wicid idle, 1,000,000 entries",
					.value = process_mib(&n.b, "VmRSS"),
					.unit = "MiB",
					.at_most = 24});
	network_sync(&n, n.a.port, &s);
	print_sync("bulk sync into 1,000,000 entries", &s, BULK_FLOOR);
	network_part(&n, n.a.port);
	process_stop(&n.a);
}

static const struct {
	const char *name;
	void (*run)(void);
	bool is_asked;
} rows[] = {
	{"bulk", bulk, false},
	{"restore", restore, false},
	{"live", live, false},
	{"feeds", feeds, false},
	{"million", million, true},
};
#define ROWS (sizeof(rows) / sizeof(rows[0]))

static bool choose(const char *word, bool chosen[ROWS])
{
	for (size_t i = 0; i < ROWS; i++) {
		if (strcmp(rows[i].name, word) == 0)
			return chosen[i] = true;
	}
	return false;
}

int main(int argc, char **argv)
{
	bool chosen[ROWS] = {false}, wants_million = false, is_some = false;

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--million") == 0)
			wants_million = true;
		else if (strcmp(argv[i], "--entries") == 0 && i + 1 < argc)
			entries = strtoull(argv[++i], NULL, 10);
		else if (choose(argv[i], chosen))
			is_some = true;
		else
			bench_fail(argv[i], "what is that?");
	}
	bench_init("sync", SECONDS_MAX);
	for (size_t i = 0; i < ROWS; i++) {
		if (is_some ? chosen[i] : !rows[i].is_asked || wants_million)
			rows[i].run();
	}
	return 0;
}
