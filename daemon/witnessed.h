/* daemon/witnessed.h — Since when do witnesses know an entry? What each has
 * named of the issuing feeds, kept in memory: some 50 bytes a witness, feed and
 * day. In a turn; the cursor must be done.
 *
 * Read from the store when it is first asked for, then what is new. */
#ifndef WICI_DAEMON_WITNESSED_H
#define WICI_DAEMON_WITNESSED_H

#include "daemon/node.h"
#include "proto/fresh.h"

/* f->existed_ms for this entry (PROTOCOL §5.10), by the witnesses that f asks.
 * WICI_STORE. */
WICI_NODISCARD
enum wici_err witnessed_since(struct node *n, const struct wici_key *feed,
			      uint64_t seq, struct wici_fresh *f);

/* What is known is read anew. */
void witnessed_clear(struct node *n);

#endif
