/* daemon/pin.h — The root's change behind which this installation never goes
 * back. PROTOCOL §5.2, finality.
 *
 * A root key that was retired because it leaked can sign a rival of an old
 * change, and a successor to that. Which branch was there first no set of
 * changes tells; who was there knows, and so do invitations, cards and
 * backups. In a turn. */
#ifndef WICI_DAEMON_PIN_H
#define WICI_DAEMON_PIN_H

#include "daemon/node.h"

/* From the book. */
WICI_NODISCARD
enum wici_err pin_load(struct node *n);

/* Of an invitation, a card, a backup: when it is a higher one. Version 0 is
 * none. */
WICI_NODISCARD
enum wici_err pin_set(struct node *n, uint64_t version,
		      const struct wici_id *id);

/* Another network: nothing of the old one holds. */
WICI_NODISCARD
enum wici_err pin_forget(struct node *n);

/* By version, the approved changes that lead to the pinned one: made for one
 * fold. */
struct pin_path {
	const struct wici_root_row **rows; /* NULL: it is not held whole. */
	bool is_left;                      /* All keys chose another branch. */
};
void pin_trace(const struct node *n, struct pin_path *path);
void pin_path_clear(struct pin_path *path);

/* As wici_root_next(), for the change that follows the roster's. */
const struct wici_root_row *pin_next(struct node *n, struct pin_path *path);

/* The roster is folded: what has an approved successor is pinned. */
WICI_NODISCARD
enum wici_err pin_advance(struct node *n, const struct pin_path *path,
			  const struct wici_root_row *newest);

#endif
