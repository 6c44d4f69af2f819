/* daemon/project.h — The cursor: entries → records, references, ids.
 *
 * Accept in the turn, apply by the cursor. Rebuild and migration are the same
 * walk from the start. */
#ifndef WICI_DAEMON_PROJECT_H
#define WICI_DAEMON_PROJECT_H

#include "daemon/node.h"
#include "daemon/store/entry.h"
#include "proto/kind.h"

/* Which projections this version makes, beside what the table of kinds tells:
 * a rule between fields, say. Another number, or another table: they change, and
 * every store makes its own anew. */
#define PROJECT_VERSION 6

/* When the store's projections are another version's, drops them all: the
 * cursor walks from the start. In a turn, before the cursor is read. */
WICI_NODISCARD
enum wici_err project_open(struct node *n);

/* What a record of this feed refers to, with WICI_UNIQUE, by the value of its
 * kind's UNIQUE field: all with the same CODE and value refer to the same. No
 * other feed's do, so that nobody's records stand in another's way. The payload
 * fits the kind. WICI_NOT_FOUND: the kind has no such field. */
WICI_NODISCARD
enum wici_err project_unique(const struct wici_kind *kind,
			     const struct wici_key *feed,
			     struct wici_bytes payload, struct wici_id *to);

/* What a record of this feed that refers to an act, or replaces a record, refers
 * to besides, with the same flag: so that those of one feed are found among any
 * number of others'. */
struct wici_id project_ref_by(const struct wici_key *feed,
			      const struct wici_id *to);

/* Walks at most `max` entries. At the end it writes how far it came, and now and
 * then on a long way. In a turn. */
WICI_NODISCARD
enum wici_err project_slice(struct node *n, size_t max);

/* Applies one entry now (what a person publishes). Idempotent. Where the cursor
 * stands before it, it passes it; the store is told by project_write(). */
WICI_NODISCARD
enum wici_err project_entry(struct node *n, const struct entry_row *row);

/* Writes what the cursor keeps in memory of what it has passed: ids, tallies, and
 * last how far it came, so that a stop before that only walks them again. */
WICI_NODISCARD
enum wici_err project_write(struct node *n);

/* How many records of each kind the cursor has passed. In a turn. (Read-only: how
 * many the store knows of.) */
WICI_NODISCARD
enum wici_err project_each_tally(struct node *n,
				 void (*each)(void *arg, uint16_t kind,
					      int64_t count),
				 void *arg);

/* Takes back what an entry said, while its payload is still there: a bare row
 * is left. */
WICI_NODISCARD
enum wici_err project_erase(struct node *n, const struct entry_row *row);

/* Drops all that was derived: the cursors walk from the start. */
WICI_NODISCARD
enum wici_err project_clear(struct node *n);

/* Is the entry more than a bare row: of a known kind, which it fits, and, where
 * it gives a right, signed by itself (that is noted)? */
WICI_NODISCARD
enum wici_err project_fits(struct node *n, const struct entry_row *row,
			   bool *fits);

/* Is everything that is accepted applied? */
bool project_is_done(const struct node *n);

/* Is what the tables say of an entry (record, references, id) what would be
 * derived from it now? *is_tallied: it counts in its kind's tally. Writes
 * nothing but what `proved` notes. */
WICI_NODISCARD
enum wici_err project_compare(struct node *n, const struct entry_row *row,
			      bool *is_same, bool *is_tallied);

#endif
