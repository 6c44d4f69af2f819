/* daemon/changes.h — The root's changes in memory, judged: which are approved,
 * and so reconciled. What follows from them is the roster's.
 *
 * Kept are those whose parent is not known too, but not many: anybody could
 * have made them up. In a turn. */
#ifndef WICI_DAEMON_CHANGES_H
#define WICI_DAEMON_CHANGES_H

#include "daemon/node.h"

#define CHANGES_MAX       4096
#define CHANGES_BYTES_MAX ((size_t)8 << 20)
#define CHANGES_WAIT_MAX  64 /* Of them, not approved. */
#define CHANGES_AHEAD_MAX 64 /* Versions. */

/* From the store, instead of what there is. */
WICI_NODISCARD
enum wici_err changes_load(struct node *n);
void changes_clear(struct node *n);

/* A change whose form is right: takes its place among the others; bytes are
 * copied. WICI_END: too many are kept, or too far ahead; or it waits already,
 * with no fewer signatures.
 * WICI_REJECT_APPROVAL: what it follows is known, and it is not approved. */
WICI_NODISCARD
enum wici_err changes_take(struct node *n, const struct wici_statement *s,
			   struct wici_bytes bytes);

/* Else it waits for what it follows, and nothing comes of it yet. */
bool changes_is_approved(const struct node *n, const struct wici_id *id);

/* Is what the store has under this id what was judged here, and approved as far
 * as can be said? */
bool changes_is_good(const struct node *n, const struct wici_id *id,
		     struct wici_bytes bytes);

/* Were these very bytes judged here, and found approved? */
bool changes_is_proven(const struct node *n, const struct wici_id *id,
		       struct wici_bytes bytes);

/* Is it the change of its version that is in force, or was when there was none
 * newer? */
bool changes_is_in_force(const struct node *n, uint64_t version,
			 const struct wici_id *id);

/* The store has lost it. */
void changes_drop(struct node *n, const struct wici_id *id);

#endif
