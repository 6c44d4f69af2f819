/* daemon/peer.h — One TCP connection and its link.
 *
 *   peer_new       a handle, not connected yet: to accept into, to dial with
 *   peer_open      it is connected: the hub gets a link
 *   … reads go straight into the link's buffer; peer_set_flush writes …
 *   peer_close     idempotent, from anywhere; the last callback drops the link,
 *                  tells the owner and frees
 *
 * A link that ends itself is flushed first, then half-closed, so that the
 * refusal arrives; who does not take it within a second is cut off. */
#ifndef WICI_DAEMON_PEER_H
#define WICI_DAEMON_PEER_H

#include "daemon/turn.h"

#define PEER_LINGER_MS 1000u

struct peer;

/* All connections of the process. */
struct peer_set {
	struct turn *turn;
	struct peer *first;
	size_t count;
	uint8_t scratch[4096]; /* What a closing link is still sent. */
};

/* How a connection ended, for whoever made it. */
struct peer_end {
	bool was_ready; /* Both sides had proved who they are. */
	enum wici_err why;
};

struct peer {
	struct peer *next, **at;
	struct peer_set *set;
	uv_tcp_t tcp;
	struct link *link; /* NULL: not open yet. */
	char address[PEERS_ADDRESS_LEN + 1];
	bool is_reading, is_closing, is_shut, was_ready;
	enum wici_err why;
	uint64_t linger_ms; /* Monotonic: cut off then; 0: not ending. */
	/* What the socket did not take at once: a copy, one at a time, for the
	 * link's buffer moves. */
	uint8_t *writing;
	uv_write_t write;
	uv_shutdown_t shutdown;
	/* Called once, as the last thing; NULL: nobody cares. */
	void (*gone)(void *arg, const struct peer_end *end);
	void *arg;
};

void peer_set_init(struct peer_set *set, struct turn *turn);

/* A fresh peer, unconnected. */
struct peer *peer_new(struct peer_set *set);

/* It is connected. address: as dialled, or where from. On an error the peer
 * is closing: WICI_BUSY, WICI_NOT_FOUND (no network yet), WICI_IO. */
WICI_NODISCARD
enum wici_err peer_open(struct peer *p, bool is_initiator, const char *address);

void peer_close(struct peer *p, enum wici_err why);

/* At the turn's end: writes what the links have, decides who is read from,
 * ends what is over. */
void peer_set_flush(struct peer_set *set);

void peer_set_close(struct peer_set *set);

#endif
