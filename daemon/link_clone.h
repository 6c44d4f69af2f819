/* daemon/link_clone.h — Two processes under one feed key: seen by a third, and
 * told to both. PROTOCOL §3.5. */
#ifndef WICI_DAEMON_LINK_CLONE_H
#define WICI_DAEMON_LINK_CLONE_H

#include "daemon/link.h"

#define LINK_CLONE_MS 5000u /* Within which a living process answers. */

/* A newer link of the same feed key states another process number: does the
 * older one's process live? False: it cannot be asked. */
bool link_clone_ask(struct link *older, const struct link *newer);

/* A PONG came: the answer to that, or to none. */
void link_clone_on_pong(struct link *l, uint64_t nonce);

/* Ends the older one when it has not answered. */
void link_clone_tick(struct link *l);

/* The peer says that our feed key has two processes. */
void link_on_clone(struct link *l, const struct wici_message *m);

#endif
