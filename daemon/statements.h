/* daemon/statements.h — The statements that sync reconciles: a sorted set of
 * ids in memory, next to the store. Node layer only. */
#ifndef WICI_DAEMON_STATEMENTS_H
#define WICI_DAEMON_STATEMENTS_H

#include "daemon/node.h"

bool statements_has(const struct node *n, const struct wici_id *id);
void statements_add(struct node *n, const struct wici_id *id);
void statements_clear(struct node *n);

/* It is no longer in the set. */
void statements_drop(struct node *n, const struct wici_id *id);

/* Many at once: each is in the set from now on, or not. Sorts the marks; no id
 * twice. */
struct statement_mark {
	struct wici_id id;
	bool is_in;
};
void statements_mark(struct node *n, struct statement_mark *marks,
		     size_t count);

#endif
