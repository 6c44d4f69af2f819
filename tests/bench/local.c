/* tests/bench/local.c — A node driven by hand. */
#include "tests/bench/local.h"

#include "daemon/echo.h"
#include "daemon/method.h"
#include "proto/mp_read.h"
#include "tests/bench/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* As wicid reads it: else the fence would take us for another machine. */
static const char *machine_id(void)
{
	static char id[64];
	FILE *f = fopen("/etc/machine-id", "r");

	if (!f)
		return NULL;
	if (!fgets(id, sizeof(id), f))
		id[0] = '\0';
	fclose(f);
	id[strcspn(id, "\n")] = '\0';
	return id[0] ? id : NULL;
}

static void now_is(struct node_now *now)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	now->wall_ms = (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
	now->mono_ms = (uint64_t)(bench_now() * 1000);
	randombytes_buf(now->seed, sizeof(now->seed));
}

static void drain(struct local *l)
{
	struct node_output out;

	while (node_next(l->node, &out)) {
		if (out.type == NODE_FATAL)
			bench_fail("node", out.fatal);
		if (out.type != NODE_REPLY)
			continue;
		free(l->reply);
		l->reply = malloc(out.reply.bytes.len + 1);
		if (!l->reply)
			bench_fail("node", "no memory");
		memcpy(l->reply, out.reply.bytes.p, out.reply.bytes.len);
		l->reply_len = out.reply.bytes.len;
	}
}

void local_open(struct local *l, const char *dir, uint16_t port)
{
	struct node_config config = {.state_dir = dir};
	struct node_now now;
	char why[600] = "";

	memset(l, 0, sizeof(*l));
	if (port) {
		snprintf(l->listen, sizeof(l->listen), "127.0.0.1:%u", port);
		config.listen = l->listen;
	}
	config.machine_id = machine_id();
	now_is(&now);
	if (node_open(&l->node, &config, &now, why, sizeof(why)) != WICI_OK)
		bench_fail("node_open", why);
	drain(l);
	/* Nobody is asked how far this feed went: these disks are ours. */
	local_begin(l);
	if (echo_is_waiting(l->node))
		bench_check(echo_override(l->node), "echo_override");
	local_end(l);
}

void local_close(struct local *l)
{
	node_close(l->node);
	free(l->reply);
	memset(l, 0, sizeof(*l));
}

void local_begin(struct local *l)
{
	struct node_now now;

	now_is(&now);
	node_turn_begin(l->node, &now);
}

void local_end(struct local *l)
{
	node_turn_end(l->node);
	drain(l);
}

void local_call(struct local *l, const char *method, struct wici_bytes args)
{
	struct wici_mp_reader r;
	struct wici_mp v;

	free(l->reply);
	l->reply = NULL;
	local_begin(l);
	node_call(l->node, 1, 1, wici_bytes_str(method), args, NULL, NULL);
	local_end(l);
	if (!l->reply)
		bench_fail(method, "no answer");
	wici_mp_reader_init(&r, WICI_MP_LENIENT,
			    (struct wici_bytes){l->reply, l->reply_len});
	bench_check(wici_mp_next(&r, &v), method);
	bench_check(wici_mp_next(&r, &v), method);
	bench_check(wici_mp_next(&r, &v), method);
	bench_check(wici_mp_next(&r, &v), method);
	if (v.type != WICI_MP_NIL) {
		fwrite(l->reply, 1, l->reply_len, stderr);
		bench_fail(method, "refused");
	}
}

void local_found(struct local *l, const char *name)
{
	struct wici_mp_writer w;
	struct wici_bytes args;
	uint8_t buf[300];

	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_mp_map(&w, 2);
	wici_mp_str(&w, "name");
	wici_mp_str(&w, name);
	wici_mp_str(&w, "no_passphrase");
	wici_mp_bool(&w, true);
	bench_check(wici_mp_written(&w, &args), "identity.init");
	local_call(l, "identity.init", args);
	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_mp_map(&w, 3);
	wici_mp_str(&w, "issuer");
	wici_mp_str(&w, "bench");
	wici_mp_str(&w, "name");
	wici_mp_str(&w, "Bench");
	wici_mp_str(&w, "single");
	wici_mp_bool(&w, true);
	bench_check(wici_mp_written(&w, &args), "network.create");
	local_call(l, "network.create", args);
}

void local_settle(struct local *l)
{
	while (node_is_busy(l->node)) {
		local_begin(l);
		node_tick(l->node);
		local_end(l);
	}
}
