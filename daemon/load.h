/* daemon/load.h — What a node has in memory, from its store. */
#ifndef WICI_DAEMON_LOAD_H
#define WICI_DAEMON_LOAD_H

#include "daemon/node.h"

/* Feeds, cursor, network, damage, drafts; then the roster and all that feeds
 * are judged by. In a turn. */
WICI_NODISCARD
enum wici_err load_all(struct node *n);

/* Whom to dial: as configured, and from the book. At a start alone. */
WICI_NODISCARD
enum wici_err load_peers(struct node *n);

#endif
