/* daemon/dialer.h — Keeps a connection to each address that is to be dialled.
 *
 * The rows of node->peers with is_dialed say which. One dial an address:
 *
 *   WAITING ─due─> NAMING ─> CONNECTING ─> UP
 *      ^              └──────────┴─fail──┐  │ended
 *      └── delay: 0.5 s doubling to 60 s, jittered; from 0.5 s again after a
 *          session that reached READY <──┴──┘
 *
 * At most DIALER_MAX try at once. */
#ifndef WICI_DAEMON_DIALER_H
#define WICI_DAEMON_DIALER_H

#include "daemon/peer.h"

#define DIALER_MAX        4u
#define DIALER_DELAY_MS   500u
#define DIALER_CEILING_MS 60000u
#define DIALER_TRY_MS     5000u /* For one address of a name. */

struct dial;

struct dialer {
	struct peer_set *peers;
	struct dial *dials;
	size_t trying;
	bool is_closing;
	uv_timer_t timer; /* For the earliest that is due. */
};

void dialer_init(struct dialer *d, struct peer_set *peers);

/* Looks at the rows: after they changed, and once a second. */
void dialer_look(struct dialer *d);

/* Names that are being looked up cannot be called back: the loop may have to
 * end without them. */
void dialer_close(struct dialer *d);

/* When no request is under way. */
void dialer_clear(struct dialer *d);

#endif
