/* daemon/control.h — The control socket: clients of this machine.
 *
 * Mode 0660. Root, our own user, and members of the socket's group are served
 * (SO_PEERCRED); the others are told so and cut off. Calls are answered by
 * node_call; one with a passphrase waits for a job, and the client's later
 * calls wait behind it, so that their order holds. */
#ifndef WICI_DAEMON_CONTROL_H
#define WICI_DAEMON_CONTROL_H

#include "daemon/turn.h"

#define CONTROL_CLIENTS_MAX 64u
#define CONTROL_OUT_MAX     ((size_t)8 << 20) /* Of one client. */

struct client;

struct control {
	struct turn *turn;
	uv_pipe_t pipe;
	uint32_t group; /* The socket's. */
	bool is_closing;
	struct client *clients;
	size_t count;
	uint64_t last; /* Numbers given out. */
	bool has_job;  /* One at a time: each takes 64 MiB. */
};

/* Replaces a socket on which nobody answers. On an error why is a sentence:
 * WICI_USAGE (the path), WICI_BUSY (somebody answers there),
 * WICI_NOT_PERMITTED, WICI_IO. Close it in any case. */
WICI_NODISCARD
enum wici_err control_open(struct control *c, struct turn *turn,
			   const char *path, char *why, size_t why_len);

/* A reply for a client, if it is still there. */
void control_reply(struct control *c, uint64_t client, struct wici_bytes bytes);

/* At the turn's end: writes, and takes the calls that waited. */
void control_flush(struct control *c);

void control_close(struct control *c);

#endif
