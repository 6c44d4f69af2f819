/* daemon/fsck.h — Is the store what it was? Every header, payload, id, chain
 * and signature; statements; what the cursor derived; each attachment. In
 * slices, a turn each.
 *
 *   FEEDS ── STATEMENTS ── DERIVED (rebuilt, when asked or wrong) ── FILES
 *     └─ what is bad is cut (damage.h), or fetched (attachments.h)
 *                                 └─ HEALING (a while) ── the answer */
#ifndef WICI_DAEMON_FSCK_H
#define WICI_DAEMON_FSCK_H

#include "daemon/method.h"

struct fsck;

/* The call is deferred; one run at a time, else WICI_BUSY. */
WICI_NODISCARD
enum wici_err fsck_begin(struct call *call, bool is_rebuild, bool is_watched);

/* At each turn's end. */
void fsck_turn(struct node *n);

/* Is there a slice to be done at once? */
bool fsck_is_busy(const struct node *n);

/* The client is gone: the run ends. */
void fsck_forget(struct node *n, uint64_t client);
void fsck_free(struct node *n);

#endif
