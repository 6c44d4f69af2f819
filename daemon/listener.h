/* daemon/listener.h — Where peers come in.
 *
 * The address is taken at the start, so that a wrong one is found then; it is
 * listened on once there is a network. When the hub has as many links as it
 * will have, nobody is accepted until one ends. */
#ifndef WICI_DAEMON_LISTENER_H
#define WICI_DAEMON_LISTENER_H

#include "daemon/peer.h"

/* Members, strangers, and those whose last words are being read. */
#define LISTENER_PEERS_MAX (HUB_SESSIONS_MAX + HUB_STRANGERS_MAX + 128)

struct listener {
	struct peer_set *peers;
	uv_tcp_t tcp;
	bool is_listening;
	bool is_closing;
	bool has_waiting; /* Somebody knocked and was not let in yet. */
	bool is_busy;     /* The hub took nobody more, this second. */
	char address[PEERS_ADDRESS_LEN + 1]; /* With the port it got. */
};

/* address: a numeric ADDR:PORT or [ADDR]:PORT; is_default: without IPv6,
 * IPv4 does. WICI_USAGE, WICI_NOT_PERMITTED, WICI_IO, and why. Close it in
 * any case. */
WICI_NODISCARD
enum wici_err listener_open(struct listener *l, struct peer_set *peers,
			    const char *address, bool is_default, char *why,
			    size_t why_len);

/* There is a network: begins to listen. Idempotent. */
WICI_NODISCARD
enum wici_err listener_start(struct listener *l, char *why, size_t why_len);

/* At the turn's end, and (is_beat) once a second: lets in who waited. */
void listener_look(struct listener *l, bool is_beat);

void listener_close(struct listener *l);

#endif
