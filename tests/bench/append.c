/* tests/bench/append.c — Publishing: one entry a turn, and 256 a turn. Both
 * durable, both read back and verified before they are acknowledged.
 *
 * The limits are measured in between: disks and neighbours change. */
#include "tests/bench/bench.h"
#include "tests/bench/durable.h"
#include "tests/bench/local.h"
#include "tests/bench/make.h"

#define WARM_UP    100
#define ONE_BY_ONE 3000
#define IN_BATCHES ((uint64_t)20000)
#define ROUNDS     3
#define SIGNATURES 5000

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

static void in_batches(struct local *l)
{
	double append = 0, sign = 0, value, limit;

	for (int i = 0; i < ROUNDS; i++) {
		double start = bench_now();

		make_own(l, IN_BATCHES, MAKE_BATCH);
		append += bench_now() - start;
		sign += sign_seconds();
	}
	value = ROUNDS * (double)IN_BATCHES / append;
	limit = ROUNDS * (double)SIGNATURES / sign;
	bench_set_limit("sign", limit);
	bench_print(&(struct bench_row){.name = "append, 256 a turn",
					.value = value,
					.unit = "/s",
					.limit = "sign"});
	bench_note("a later issue's floor is 0.60 of the signing limit: %s",
		   value >= 0.6 * limit ? "met" : "NOT met");
}

int main(void)
{
	struct local l;

	bench_init("append", 120);
	local_open(&l, bench_path("state"), 0);
	local_found(&l, "Bench");
	one_by_one(&l);
	in_batches(&l);
	local_close(&l);
	return 0;
}
