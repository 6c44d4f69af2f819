/* tests/bench/attachment.c — Attachments of 64 MiB from one wicid to another on
 * loopback. Each chunk is hashed and sealed by who sends it, opened and hashed
 * by who takes it: one core can do no more than that, and is measured here. */
#include "daemon/attachments.h"
#include "proto/kinds/practice.h"
#include "proto/merkle.h"
#include "proto/noise.h"
#include "tests/bench/bench.h"
#include "tests/bench/network.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define FILES   4
#define SIZE    WICI_ATTACHMENT_SIZE_MAX
#define SECONDS 0.7
#define FLOOR   200 /* MB/s */

static uint8_t *bytes;
static struct wici_id roots[FILES];

/* Hashed and sealed, over and over. */
static void measure_limit(void)
{
	static uint8_t frame[WICI_CHUNK_LEN_MAX + WICI_NOISE_TAG_LEN];
	struct wici_noise_cipher cipher = {.has_key = true};
	double start = bench_now(), now;
	uint64_t count = 0;

	do {
		struct wici_id leaf = wici_merkle_leaf(
			(struct wici_bytes){frame, WICI_CHUNK_LEN_MAX});

		frame[0] ^= leaf.b[0];
		wici_noise_seal(&cipher, frame, WICI_CHUNK_LEN_MAX);
		count++;
		now = bench_now();
	} while (now - start < SECONDS);
	bench_set_limit("hash and seal", (double)(count * WICI_CHUNK_LEN_MAX) /
						 1e6 / (now - start));
	bench_print(&(struct bench_row){.name = "hash and seal",
					.value = bench_limit("hash and seal"),
					.unit = "MB/s"});
}

static void write_practice(struct wici_mp_writer *w)
{
	wici_mp_map(w, 2);
	wici_mp_str(w, "files");
	wici_mp_array(w, FILES);
	for (size_t i = 0; i < FILES; i++) {
		wici_mp_map(w, 3);
		wici_mp_str(w, "name");
		wici_mp_str(w, "film.mp4");
		wici_mp_str(w, "root");
		wici_mp_bin(w, roots[i].b, WICI_ID_LEN);
		wici_mp_str(w, "size");
		wici_mp_uint(w, SIZE);
	}
	wici_mp_str(w, "title");
	wici_mp_str(w, "Filmy");
}

/* In a's store, which is down: how fast is it to take them in? */
static void fill(struct network *n)
{
	struct local l;
	double start = bench_now();
	uint64_t size;

	network_open(&l, &n->a);
	for (unsigned i = 0; i < FILES; i++) {
		memset(bytes, (int)i + 1, 4096);
		local_begin(&l);
		bench_check(attachments_add(l.node, 1, SIZE), "add");
		bench_check(
			attachments_append(l.node, 1,
					   (struct wici_bytes){bytes, SIZE}),
			"append");
		bench_check(attachments_finish(l.node, 1, &roots[i], &size),
			    "finish");
		local_end(&l);
	}
	bench_print(&(struct bench_row){
		.name = "attachment add, written and synced",
		.value = FILES * (double)SIZE / 1e6 / (bench_now() - start),
		.unit = "MB/s",
		.limit = "hash and seal"});
	local_close(&l);
}

static void publish(const struct process *p, char id[80])
{
	struct rpc r;
	uint8_t buf[1000];
	struct wici_mp_writer w;
	struct wici_bytes practice;

	wici_mp_writer_init(&w, buf, sizeof(buf));
	write_practice(&w);
	bench_check(wici_mp_written(&w, &practice), "practice");
	rpc_connect(&r, p->socket);
	rpc_begin(&r, "record.add", 2);
	wici_mp_str(&r.w, "body");
	wici_mp_raw(&r.w, practice);
	wici_mp_str(&r.w, "kind");
	wici_mp_str(&r.w, "practice.publish");
	rpc_send(&r);
	rpc_str(rpc_result(&r, 60), "id", id, 80);
	rpc_close(&r);
}

/* How many bytes are here? */
static uint64_t ask(struct rpc *r, const char *id)
{
	struct wici_mp_reader items;
	struct wici_bytes raw;
	struct wici_mp v;
	uint64_t held = 0;

	rpc_begin(r, "attachment.get", 1);
	wici_mp_str(&r->w, "ref");
	wici_mp_str(&r->w, id);
	rpc_send(r);
	bench_check(
		wici_mp_find(WICI_MP_LENIENT, rpc_result(r, 60), "items", &raw),
		"attachment.get");
	wici_mp_reader_init(&items, WICI_MP_LENIENT, raw);
	bench_check(wici_mp_expect(&items, WICI_MP_ARRAY, &v), "items");
	for (uint32_t i = 0; i < v.count; i++) {
		bench_check(wici_mp_skip(&items, &raw), "item");
		held += rpc_uint(raw, "held");
	}
	return held;
}

static void fetch(struct network *n, const char *id)
{
	const struct timespec nap = {0, 20000000};
	double cpu_a = process_cpu(&n->a), cpu_b = process_cpu(&n->b);
	double start, seconds;
	struct rpc r;

	process_reset_peak(&n->b);
	rpc_connect(&r, n->b.socket);
	start = bench_now();
	while (ask(&r, id) < FILES * SIZE)
		nanosleep(&nap, NULL);
	seconds = bench_now() - start;
	rpc_close(&r);
	bench_print(&(struct bench_row){.name = "attachments over loopback",
					.value = FILES * (double)SIZE / 1e6 /
						 seconds,
					.unit = "MB/s",
					.limit = "hash and seal",
					.at_least = FLOOR});
	cpu_a = process_cpu(&n->a) - cpu_a;
	cpu_b = process_cpu(&n->b) - cpu_b;
	bench_note("%d files of 64 MiB in %.2f s, synced at the end of each; "
		   "CPU %.2f s sender + %.2f s receiver",
		   FILES, seconds, cpu_a, cpu_b);
	/* What it would be with a core for each, whoever else works here. */
	bench_print(
		&(struct bench_row){.name = "  by the CPU of the busier side",
				    .value = FILES * (double)SIZE / 1e6 /
					     (cpu_a > cpu_b ? cpu_a : cpu_b),
				    .unit = "MB/s",
				    .limit = "hash and seal"});
	bench_print(&(struct bench_row){
		.name = "  the receiver's memory at its highest",
		.value = process_mib(&n->b, "VmHWM"),
		.unit = "MiB",
		.at_most = 64});
}

int main(void)
{
	struct network n;
	char id[80];

	bench_init("attachment", 300);
	bytes = malloc(SIZE);
	if (!bytes)
		bench_fail("attachment", "no memory");
	for (uint64_t i = 0; i < SIZE; i++)
		bytes[i] = (uint8_t)(i * 7 + (i >> 15));
	measure_limit();
	network_make(&n, "files");
	fill(&n);
	process_start(&n.a);
	process_start(&n.b);
	network_add_peer(&n.b, n.a.port);
	network_await_step(&n.b);
	publish(&n.a, id);
	network_await_step(&n.b);
	fetch(&n, id);
	process_stop(&n.a);
	process_stop(&n.b);
	free(bytes);
	return 0;
}
