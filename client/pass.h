/* client/pass.h — The passphrase of the identity key: from WICI_PASSPHRASE,
 * a file, or a prompt; never from the command line, where others see it. */
#ifndef WICI_CLIENT_PASS_H
#define WICI_CLIENT_PASS_H

#include "client/client.h"

/* Puts "passphrase" or "no_passphrase" into c->params. is_new: a key is about
 * to be made, so one of the two must be said; on a terminal it is asked for,
 * twice. WICI_USAGE when nobody says it. */
WICI_NODISCARD
enum wici_err pass_give(struct client *c, bool is_new);

/* rpc_call_within with c->params into c->result. When the daemon wants a
 * passphrase and none was given, it is asked for on a terminal, once. */
WICI_NODISCARD
enum wici_err pass_call(struct client *c, const char *method, int timeout_ms);

#endif
