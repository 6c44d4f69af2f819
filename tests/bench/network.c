/* tests/bench/network.c — Two wicids and what they are told. */
#include "tests/bench/network.h"

#include "tests/bench/bench.h"
#include "tests/bench/make.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define SYNC_S 600

static void nap(long ms)
{
	const struct timespec t = {0, ms * 1000000};

	nanosleep(&t, NULL);
}

static void name_process(struct process *p, const char *name, char which)
{
	char file[60];

	memset(p, 0, sizeof(*p));
	snprintf(file, sizeof(file), "%s-%c", name, which);
	snprintf(p->state, sizeof(p->state), "%s", bench_path(file));
	snprintf(file, sizeof(file), "%s-%c.sock", name, which);
	/* Sockets have short paths: the folder's is short enough. */
	if (strlen(bench_path(file)) >= sizeof(p->socket))
		bench_fail(bench_path(file), "too long for a socket's path");
	memcpy(p->socket, bench_path(file), strlen(bench_path(file)) + 1);
	p->port = process_free_port();
}

void network_open(struct local *l, const struct process *p)
{
	local_open(l, p->state, p->port);
}

static void tell_peer(const struct process *p, const char *method,
		      uint16_t port)
{
	struct rpc r;
	char address[40];

	snprintf(address, sizeof(address), "127.0.0.1:%u", port);
	rpc_connect(&r, p->socket);
	rpc_begin(&r, method, 1);
	wici_mp_str(&r.w, "address");
	wici_mp_str(&r.w, address);
	rpc_send(&r);
	(void)rpc_result(&r, 30);
	rpc_close(&r);
}

void network_add_peer(const struct process *p, uint16_t port)
{
	tell_peer(p, "peer.add", port);
}

static void join(struct network *n)
{
	struct rpc a, b;
	char token[1000];

	rpc_connect(&a, n->a.socket);
	rpc_begin(&a, "invite.create", 1);
	wici_mp_str(&a.w, "name");
	wici_mp_str(&a.w, "Osrodek B");
	rpc_send(&a);
	rpc_str(rpc_result(&a, 30), "token", token, sizeof(token));
	rpc_connect(&b, n->b.socket);
	rpc_begin(&b, "network.join", 3);
	wici_mp_str(&b.w, "name");
	wici_mp_str(&b.w, "Osrodek B");
	wici_mp_str(&b.w, "no_passphrase");
	wici_mp_bool(&b.w, true);
	wici_mp_str(&b.w, "token");
	wici_mp_str(&b.w, token);
	rpc_send(&b);
	(void)rpc_result(&b, 60);
	rpc_close(&a);
	rpc_close(&b);
}

void network_make(struct network *n, const char *name)
{
	struct local l;

	name_process(&n->a, name, 'a');
	name_process(&n->b, name, 'b');
	network_open(&l, &n->a);
	local_found(&l, "Osrodek A");
	local_close(&l);
	process_start(&n->a);
	process_start(&n->b);
	join(n);
	network_part(n, n->a.port);
	process_stop(&n->a);
}

void network_part(struct network *n, uint16_t port)
{
	tell_peer(&n->b, "peer.remove", port);
	process_stop(&n->b);
}

static void take_card(const struct process *p, char *card, size_t len)
{
	struct rpc r;

	rpc_connect(&r, p->socket);
	rpc_str(rpc_ask(&r, "identity.card"), "card", card, len);
	rpc_close(&r);
}

/* Every file of the folder. */
static void wipe(const char *state)
{
	DIR *dir = opendir(state);
	const struct dirent *e;

	if (!dir)
		bench_fail("restore", "the state folder cannot be read");
	while ((e = readdir(dir)))
		if (e->d_name[0] != '.')
			(void)unlinkat(dirfd(dir), e->d_name, 0);
	(void)closedir(dir);
}

double network_restore(struct network *n)
{
	double start, until;
	char card[2000];
	struct rpc r;

	take_card(&n->b, card, sizeof(card));
	process_stop(&n->b);
	wipe(n->b.state);
	process_start(&n->b);
	rpc_connect(&r, n->b.socket);
	start = bench_now();
	until = start + SYNC_S;
	rpc_begin(&r, "restore.card", 3);
	wici_mp_str(&r.w, "card");
	wici_mp_str(&r.w, card);
	wici_mp_str(&r.w, "name");
	wici_mp_str(&r.w, "Osrodek B");
	wici_mp_str(&r.w, "no_passphrase");
	wici_mp_bool(&r.w, true);
	rpc_send(&r);
	(void)rpc_result(&r, 30);
	(void)rpc_ask(&r, "restore.finish");
	while (!rpc_bool(rpc_ask(&r, "restore.state"), "done")) {
		if (bench_now() > until)
			bench_fail("restore", "it does not come back");
		nap(50); /* Each answer is a commit, and costs the sync. */
	}
	rpc_close(&r);
	return bench_now() - start;
}

static double await_applied(const struct process *p)
{
	double start = bench_now();
	struct rpc r;

	rpc_connect(&r, p->socket);
	while (rpc_uint(rpc_ask(&r, "status.get"), "pending") > 0)
		nap(20);
	rpc_close(&r);
	return bench_now() - start;
}

void network_sync(struct network *n, uint16_t port, struct network_sync *result)
{
	double start, cpu_a = process_cpu(&n->a), cpu_b = process_cpu(&n->b);
	struct wici_bytes reply;
	struct rpc r;

	process_reset_peak(&n->a);
	process_reset_peak(&n->b);
	rpc_connect(&r, n->b.socket);
	rpc_begin(&r, "sync.wait", 1);
	wici_mp_str(&r.w, "timeout");
	wici_mp_uint(&r.w, SYNC_S);
	rpc_send(&r);
	start = bench_now();
	network_add_peer(&n->b, port);
	reply = rpc_result(&r, SYNC_S + 5);
	result->seconds = bench_now() - start;
	if (!rpc_bool(reply, "in_step"))
		bench_fail("sync", "they do not get in step");
	result->received = rpc_uint(reply, "received");
	result->bytes =
		rpc_uint(reply, "bytes_in") + rpc_uint(reply, "bytes_out");
	rpc_close(&r);
	result->cpu_a = process_cpu(&n->a) - cpu_a;
	result->cpu_b = process_cpu(&n->b) - cpu_b;
	result->applied = await_applied(&n->b);
	result->cpu_b_applied = process_cpu(&n->b) - cpu_b;
	result->peak_a = process_mib(&n->a, "VmHWM");
	result->peak_b = process_mib(&n->b, "VmHWM");
}

/* The state of the first of items[]; "" when there is none. */
static void first_state(struct wici_bytes reply, char *state, size_t len)
{
	struct wici_bytes items, first;
	struct wici_mp_reader r;
	struct wici_mp v;

	state[0] = '\0';
	bench_check(wici_mp_find(WICI_MP_LENIENT, reply, "items", &items),
		    "peer.list");
	wici_mp_reader_init(&r, WICI_MP_LENIENT, items);
	bench_check(wici_mp_expect(&r, WICI_MP_ARRAY, &v), "peer.list");
	if (v.count == 0)
		return;
	bench_check(wici_mp_skip(&r, &first), "peer.list");
	rpc_str(first, "state", state, len);
}

void network_await_step(const struct process *p)
{
	double until = bench_now() + SYNC_S;
	char state[40] = "";
	struct rpc r;

	rpc_connect(&r, p->socket);
	while (strcmp(state, "in_step") != 0) {
		if (bench_now() > until)
			bench_fail("sync", "they do not get in step");
		nap(5);
		first_state(rpc_ask(&r, "peer.list"), state, sizeof(state));
	}
	rpc_close(&r);
}

void network_publish(const struct process *p, uint64_t first, uint32_t count)
{
	struct rpc r;

	rpc_connect(&r, p->socket);
	rpc_begin(&r, "record.add", 2);
	wici_mp_str(&r.w, "kind");
	wici_mp_str(&r.w, "practice.publish");
	wici_mp_str(&r.w, "bodies");
	wici_mp_array(&r.w, count);
	for (uint32_t i = 0; i < count; i++)
		wici_mp_raw(&r.w, make_practice(first + i));
	rpc_send(&r);
	(void)rpc_result(&r, 60);
	rpc_close(&r);
}
