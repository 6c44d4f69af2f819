/* tests/bench/append.c — Publishing: one entry a turn, 256 a turn, and a file as
 * `wici publish` sends it, body by body checked as anybody's is. All durable, all
 * read back and verified before they are acknowledged.
 *
 * The limits are measured in between: disks and neighbours change. */
#include "daemon/rpc.h"
#include "proto/kinds/practice.h"
#include "tests/bench/bench.h"
#include "tests/bench/durable.h"
#include "tests/bench/local.h"
#include "tests/bench/make.h"

#define WARM_UP    100
#define ONE_BY_ONE 3000
#define IN_BATCHES ((uint64_t)20000)
#define ROUNDS     3
#define SIGNATURES 5000
#define A_FILE     1500
#define FILES      20

/* A turn each, and a row of SQLite after each. */
static void one_by_one(struct local *l)
{
	struct durable d;
	double append = 0, row = 0;

	durable_open(&d, "row.db");
	make_own(l, WARM_UP, 1);
	for (int i = 0; i < ONE_BY_ONE; i++) {
		double start = bench_now();

		make_own(l, 1, 1);
		append += bench_now() - start;
		row += durable_ms(&d) / 1000;
	}
	durable_close(&d);
	bench_set_limit("sqlite row", ONE_BY_ONE / row);
	bench_print(&(struct bench_row){.name = "append, a turn each",
					.value = ONE_BY_ONE / append,
					.unit = "/s",
					.limit = "sqlite row"});
}

static double sign_seconds(void)
{
	static const uint8_t header[WICI_HEADER_LEN], seed[32] = {1};
	static const struct wici_id network;
	struct wici_secret secret;
	struct wici_key key;
	struct wici_sig sig;
	double start;

	wici_key_pair(&key, &secret, seed);
	start = bench_now();
	for (int i = 0; i < SIGNATURES; i++)
		wici_sign(&sig, WICI_DOMAIN_ENTRY, &network,
			  (struct wici_bytes){header, sizeof(header)}, &secret);
	return bench_now() - start;
}

/* Beside what signing allows: what is left of it once each entry is a row in a
 * table, and nothing else, as many at a time. */
static void print_batches(const char *name, double value, double sign,
			  unsigned batch)
{
	double rows = durable_batch_rate(batch);

	bench_set_limit("sign", sign);
	bench_print(&(struct bench_row){
		.name = name, .value = value, .unit = "/s", .limit = "sign"});
	bench_note("asked for: 0.60 (%s); signing, then one SQLite row "
		   "each: %.2f",
		   value >= 0.6 * sign ? "met" : "NOT met",
		   rows / (rows + sign));
}

static void in_batches(struct local *l)
{
	double append = 0, sign = 0;

	for (int i = 0; i < ROUNDS; i++) {
		double start = bench_now();

		make_own(l, IN_BATCHES, MAKE_BATCH);
		append += bench_now() - start;
		sign += sign_seconds();
	}
	print_batches("append, 256 a turn",
		      ROUNDS * (double)IN_BATCHES / append,
		      ROUNDS * (double)SIGNATURES / sign, MAKE_BATCH);
}

/* So many bodies fill what a client may send at once. */
static struct wici_bytes make_file(uint8_t *buf, size_t max, uint64_t from)
{
	struct wici_mp_writer w;
	struct wici_bytes args;

	wici_mp_writer_init(&w, buf, max);
	wici_mp_map(&w, 2);
	wici_mp_str(&w, "bodies");
	wici_mp_array(&w, A_FILE);
	for (uint64_t i = 0; i < A_FILE; i++)
		wici_mp_raw(&w, make_practice(from + i));
	wici_mp_str(&w, "kind");
	wici_mp_str(&w, wici_kind_practice_publish.name);
	bench_check(wici_mp_written(&w, &args), "a file");
	return args;
}

static void in_files(struct local *l)
{
	static uint8_t buf[RPC_REQUEST_MAX];
	double append = 0, sign = 0;

	for (uint64_t i = 0; i < FILES; i++) {
		struct wici_bytes args =
			make_file(buf, sizeof(buf), i * A_FILE);
		double start = bench_now();

		local_call(l, "record.add", args);
		append += bench_now() - start;
		sign += sign_seconds();
	}
	print_batches("record.add, 1,500 at once", FILES * A_FILE / append,
		      FILES * (double)SIGNATURES / sign, A_FILE);
}

/* What a batch left for a quiet moment: index, checkpoint. */
static void settle(struct local *l)
{
	double start = bench_now();

	local_settle(l);
	bench_note("and indexed %.1f s later", bench_now() - start);
}

int main(void)
{
	struct local l;

	bench_init("append", 120);
	local_open(&l, bench_path("state"), 0);
	local_found(&l, "Bench");
	one_by_one(&l);
	in_batches(&l);
	settle(&l);
	in_files(&l);
	settle(&l);
	local_close(&l);
	return 0;
}
