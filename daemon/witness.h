/* daemon/witness.h — What this installation says as a witness: its own entries,
 * on every new day and when the root or the issuing feeds it sees are others.
 * PROTOCOL §5.10. In a turn. */
#ifndef WICI_DAEMON_WITNESS_H
#define WICI_DAEMON_WITNESS_H

#include "daemon/node.h"

/* Publishes what is due, as soon as it may. */
WICI_NODISCARD
enum wici_err witness_turn(struct node *n);

#endif
