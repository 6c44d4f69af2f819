/* daemon/project.h — The cursor: entries → records, references, ids.
 *
 * Accept in the turn, apply by the cursor. Rebuild and migration are the same
 * walk from the start. */
#ifndef WICI_DAEMON_PROJECT_H
#define WICI_DAEMON_PROJECT_H

#include "daemon/node.h"
#include "daemon/store/entry.h"

/* Walks at most `max` entries. In a turn. */
WICI_NODISCARD
enum wici_err project_slice(struct node *n, size_t max);

/* Applies one entry now (what a person publishes). Idempotent. */
WICI_NODISCARD
enum wici_err project_entry(struct node *n, const struct entry_row *row);

/* Is everything that is accepted applied? */
bool project_is_done(const struct node *n);

/* Is what the tables say of an entry (record, references, id) what would be
 * derived from it now? *is_tallied: it counts in its kind's tally. Writes
 * nothing but what `proved` notes. */
WICI_NODISCARD
enum wici_err project_compare(struct node *n, const struct entry_row *row,
			      bool *is_same, bool *is_tallied);

#endif
