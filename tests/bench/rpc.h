/* tests/bench/rpc.h — A client of the control socket: MessagePack-RPC, one
 * call at a time, and notifications. */
#ifndef WICI_TESTS_BENCH_RPC_H
#define WICI_TESTS_BENCH_RPC_H

#include "proto/mp_read.h"
#include "proto/mp_write.h"

struct rpc {
	int fd;
	uint64_t msgid;
	uint8_t *in;
	size_t in_len, in_max, used; /* used: of the message handed out. */
	/* The call being written. */
	struct wici_mp_writer w;
	uint8_t *out;
};

void rpc_connect(struct rpc *r, const char *path);
void rpc_close(struct rpc *r);

/* Begins a call with a map of `count` params; the caller writes them to r->w;
 * rpc_send sends. */
void rpc_begin(struct rpc *r, const char *method, uint32_t count);
void rpc_send(struct rpc *r);

/* Waits for the answer to the last call; its result, borrowed until the next
 * use of r. An error fails the benchmark. */
struct wici_bytes rpc_result(struct rpc *r, double seconds_max);

/* Waits for a notification of this method; its params. */
struct wici_bytes rpc_notified(struct rpc *r, const char *method,
			       double seconds_max);

/* A call without params that answers at once. */
struct wici_bytes rpc_ask(struct rpc *r, const char *method);

/* Of a result's map. */
void rpc_str(struct wici_bytes map, const char *key, char *out, size_t len);
uint64_t rpc_uint(struct wici_bytes map, const char *key);
double rpc_float(struct wici_bytes map, const char *key);
bool rpc_bool(struct wici_bytes map, const char *key);

#endif
