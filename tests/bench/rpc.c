/* tests/bench/rpc.c — MessagePack-RPC, blocking. */
#include "tests/bench/rpc.h"

#include "tests/bench/bench.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define MESSAGE_MAX ((size_t)8 << 20)
#define REQUEST_MAX ((size_t)1 << 20)

void rpc_connect(struct rpc *r, const char *path)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};

	memset(r, 0, sizeof(*r));
	snprintf(a.sun_path, sizeof(a.sun_path), "%s", path);
	r->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	r->in_max = MESSAGE_MAX;
	r->in = malloc(r->in_max);
	r->out = malloc(REQUEST_MAX);
	if (r->fd < 0 || !r->in || !r->out ||
	    connect(r->fd, (struct sockaddr *)&a, sizeof(a)) != 0)
		bench_fail("control socket", strerror(errno));
}

void rpc_close(struct rpc *r)
{
	close(r->fd);
	free(r->in);
	free(r->out);
	memset(r, 0, sizeof(*r));
}

void rpc_begin(struct rpc *r, const char *method, uint32_t count)
{
	wici_mp_writer_init(&r->w, r->out, REQUEST_MAX);
	wici_mp_array(&r->w, 4);
	wici_mp_uint(&r->w, 0);
	wici_mp_uint(&r->w, ++r->msgid);
	wici_mp_str(&r->w, method);
	wici_mp_map(&r->w, count);
}

void rpc_send(struct rpc *r)
{
	struct wici_bytes b;

	bench_check(wici_mp_written(&r->w, &b), "a request");
	while (b.len) {
		ssize_t n = send(r->fd, b.p, b.len, MSG_NOSIGNAL);

		if (n <= 0)
			bench_fail("control socket", "gone");
		b.p += n;
		b.len -= (size_t)n;
	}
}

static void read_more(struct rpc *r, double until)
{
	struct pollfd p = {.fd = r->fd, .events = POLLIN};
	double left = until - bench_now();
	ssize_t n;

	if (left <= 0 || poll(&p, 1, (int)(left * 1000) + 1) < 1)
		bench_fail("control socket", "no answer in time");
	if (r->in_len == r->in_max)
		bench_fail("control socket", "an endless answer");
	n = read(r->fd, r->in + r->in_len, r->in_max - r->in_len);
	if (n <= 0)
		bench_fail("control socket", "gone");
	r->in_len += (size_t)n;
}

/* The next whole message. */
static struct wici_bytes next_message(struct rpc *r, double until)
{
	size_t len = 0;

	memmove(r->in, r->in + r->used, r->in_len - r->used);
	r->in_len -= r->used;
	r->used = 0;
	for (;;) {
		struct wici_bytes b = {r->in, r->in_len};
		enum wici_err err = wici_mp_check(WICI_MP_LENIENT, b, &len);

		if (err == WICI_OK) {
			r->used = len;
			return (struct wici_bytes){r->in, len};
		}
		if (err != WICI_AGAIN)
			bench_fail("control socket", wici_err_text(err));
		read_more(r, until);
	}
}

/* Type 1: the answer to r->msgid → error and result. Type 2: method and
 * params. */
static uint64_t take_apart(struct wici_bytes message, struct wici_mp *second,
			   struct wici_bytes *third, struct wici_bytes *fourth)
{
	struct wici_mp_reader r;
	struct wici_mp v, type;

	wici_mp_reader_init(&r, WICI_MP_LENIENT, message);
	bench_check(wici_mp_expect(&r, WICI_MP_ARRAY, &v), "a message");
	bench_check(wici_mp_expect(&r, WICI_MP_UINT, &type), "a message");
	bench_check(wici_mp_next(&r, second), "a message");
	bench_check(wici_mp_skip(&r, third), "a message");
	if (v.count == 4)
		bench_check(wici_mp_skip(&r, fourth), "a message");
	return type.u;
}

struct wici_bytes rpc_result(struct rpc *r, double seconds_max)
{
	double until = bench_now() + seconds_max;
	struct wici_bytes error = {NULL, 0}, result = {NULL, 0};
	struct wici_mp id;

	for (;;) {
		struct wici_bytes m = next_message(r, until);

		if (take_apart(m, &id, &error, &result) != 1 ||
		    id.type != WICI_MP_UINT || id.u != r->msgid)
			continue;
		if (error.len == 1 && error.p[0] == 0xc0)
			return result;
		fwrite(error.p, 1, error.len, stderr);
		bench_fail("a call", "refused");
	}
}

struct wici_bytes rpc_notified(struct rpc *r, const char *method,
			       double seconds_max)
{
	double until = bench_now() + seconds_max;
	struct wici_bytes params = {NULL, 0}, unused;
	struct wici_mp name;

	do {
		struct wici_bytes m = next_message(r, until);

		if (take_apart(m, &name, &params, &unused) != 2)
			name.type = WICI_MP_NIL;
	} while (name.type != WICI_MP_STR ||
		 !wici_bytes_is(name.bytes, method));
	/* An array of one map. */
	if (params.len < 2 || params.p[0] != 0x91)
		bench_fail(method, "its params are not one map");
	return (struct wici_bytes){params.p + 1, params.len - 1};
}

struct wici_bytes rpc_ask(struct rpc *r, const char *method)
{
	rpc_begin(r, method, 0);
	rpc_send(r);
	return rpc_result(r, 30);
}

static struct wici_mp find(struct wici_bytes map, const char *key)
{
	struct wici_bytes raw;
	struct wici_mp_reader r;
	struct wici_mp v;

	bench_check(wici_mp_find(WICI_MP_LENIENT, map, key, &raw), key);
	wici_mp_reader_init(&r, WICI_MP_LENIENT, raw);
	bench_check(wici_mp_next(&r, &v), key);
	return v;
}

void rpc_str(struct wici_bytes map, const char *key, char *out, size_t len)
{
	struct wici_mp v = find(map, key);

	if (v.type != WICI_MP_STR || v.bytes.len >= len)
		bench_fail(key, "is no string that fits");
	memcpy(out, v.bytes.p, v.bytes.len);
	out[v.bytes.len] = '\0';
}

uint64_t rpc_uint(struct wici_bytes map, const char *key)
{
	struct wici_mp v = find(map, key);

	return v.type == WICI_MP_UINT ? v.u : 0;
}

double rpc_float(struct wici_bytes map, const char *key)
{
	struct wici_mp v = find(map, key);

	return v.type == WICI_MP_FLOAT  ? v.f
	       : v.type == WICI_MP_UINT ? (double)v.u
					: 0;
}

bool rpc_bool(struct wici_bytes map, const char *key)
{
	struct wici_mp v = find(map, key);

	return v.type == WICI_MP_BOOL && v.boolean;
}
