/* daemon/peers.h — What is known of the connections: written by the hub, read
 * by methods. And which addresses to dial.
 *
 * The hub writes rows in a turn; nothing here touches a socket. */
#ifndef WICI_DAEMON_PEERS_H
#define WICI_DAEMON_PEERS_H

#include "proto/err.h"
#include "proto/id.h"

#include <stdbool.h>

#define PEERS_ADDRESS_LEN ((size_t)100)

enum peer_state {
	PEER_CONNECTING, /* Dialling, or shaking hands. */
	PEER_SYNCING,
	PEER_IN_STEP,
	PEER_WAITING, /* Next try later; reason says why. */
	PEER_PAUSED,
	PEER_REFUSED
};

/* "in_step", "syncing", … (INTERFACES, status). */
const char *peer_state_name(enum peer_state s);

struct peer_row {
	struct peer_row *next;
	uint64_t link;                       /* 0: not connected. */
	char address[PEERS_ADDRESS_LEN + 1]; /* "" when it dialled us. */
	bool is_dialed;     /* One of our addresses: kept when the link ends. */
	bool is_configured; /* From --peer: cannot be removed by a method. */
	bool is_confirmed;  /* Fingerprints equal since the last change here. */
	struct wici_key identity; /* Zero: not known yet. */
	enum peer_state state;
	const char *reason; /* Code word of an error, static; NULL: none. */
	int64_t last_contact_ms; /* Wall; 0: never. */
	bool has_behind;
	uint64_t behind; /* Entries we know of and lack. */
	uint64_t received, sent, bytes_in, bytes_out; /* Since connected. */
};

struct peers {
	struct peer_row *rows;
	uint64_t received, sent, bytes_in, bytes_out; /* Of all, ever. */
	bool wants_confirm; /* A client waits: ask peers for fingerprints now. */
};

/* The row of this link, or of this address; NULL. */
struct peer_row *peers_by_link(const struct peers *p, uint64_t link);
struct peer_row *peers_by_address(const struct peers *p, const char *address);

/* A fresh row at the end; address may be NULL. */
struct peer_row *peers_add(struct peers *p, const char *address);
void peers_remove(struct peers *p, struct peer_row *row);
void peers_clear(struct peers *p);

/* HOST:PORT or [V6]:PORT, port 1–65535, printable. WICI_BAD_FIELD. */
WICI_NODISCARD
enum wici_err peers_check_address(const char *address);

#endif
