/* daemon/rpc.h — MessagePack-RPC over a byte stream: where a request ends, and
 * what it says. No I/O, no allocation, no libuv.
 *
 * https://github.com/msgpack-rpc/msgpack-rpc/blob/master/spec.md, read
 * leniently: any valid encoding, params a map or an array of one map (or of
 * nothing). Bounded: a request is at most RPC_REQUEST_MAX bytes. */
#ifndef WICI_DAEMON_RPC_H
#define WICI_DAEMON_RPC_H

#include "proto/bytes.h"
#include "proto/err.h"
#include "proto/mp_write.h"

#define RPC_REQUEST_MAX ((size_t)1 << 20)
/* The request's array and that of params, around a value of WICI_MP_DEPTH_MAX
 * levels. */
#define RPC_DEPTH_MAX 10

/* Finds the end of the request at the start of a buffer that grows. Each byte
 * is looked at once, however slowly they arrive. Fields are private. */
struct rpc_reader {
	size_t scanned;
	size_t depth;
	uint64_t left[RPC_DEPTH_MAX + 1]; /* Values to come, level by level. */
};

void rpc_reader_init(struct rpc_reader *r);

/* in: everything received since the last request's end; it may have moved,
 * but what was there is the same. WICI_OK: *len is the request's length, and
 * the reader is ready for the next one. WICI_AGAIN: bring more bytes. Else the
 * stream is lost: WICI_TOO_LARGE, WICI_REJECT_MP, WICI_REJECT_DEPTH. */
WICI_NODISCARD
enum wici_err rpc_reader_next(struct rpc_reader *r, struct wici_bytes in,
			      size_t *len);

struct rpc_request {
	bool wants_reply;         /* False: a notification; nothing to do. */
	uint64_t msgid;           /* Set as soon as it was read. */
	struct wici_bytes method; /* Borrowed from the request. */
	struct wici_bytes params; /* One map; borrowed, or static. */
};

/* Takes one whole request apart. On an error the stream goes on; when
 * wants_reply is set an answer is due: WICI_USAGE (what stands where is
 * wrong), WICI_REJECT_MP, WICI_REJECT_DEPTH. */
WICI_NODISCARD
enum wici_err rpc_decode(struct wici_bytes request, struct rpc_request *out);

/* [1, msgid, {code, message}, nil]: what the shell itself has to say; all
 * other replies are the node's. message NULL: the error's own sentence. */
void rpc_write_error(struct wici_mp_writer *w, uint64_t msgid,
		     enum wici_err err, const char *message);

#endif
