/* client/rpc.h — Calls to wicid over its socket: MessagePack-RPC.
 *
 * One request at a time; notifications are passed over. */
#ifndef WICI_CLIENT_RPC_H
#define WICI_CLIENT_RPC_H

#include "client/client.h"

#define RPC_TIMEOUT_MS 120000
#define RPC_REPLY_MAX  ((size_t)64 << 20)

/* Calls a method; params: an object, or NULL. *result is a new reference.
 * The daemon's error is returned by its code; WICI_NO_DAEMON,
 * WICI_NOT_PERMITTED (the socket), WICI_TOO_LARGE, WICI_INTERNAL (the reply is
 * none). Details in c->error. */
WICI_NODISCARD
enum wici_err rpc_call(struct client *c, const char *method,
		       const json_t *params, json_t **result);

/* The same, waiting longer: for methods that answer later. */
WICI_NODISCARD
enum wici_err rpc_call_within(struct client *c, const char *method,
			      const json_t *params, int timeout_ms,
			      json_t **result);

/* Has the daemon said no? Else nothing was heard of it, or nothing that can be
 * read: what was asked for may be done. */
bool rpc_is_refusal(enum wici_err err);

void rpc_close(struct client *c);

#endif
