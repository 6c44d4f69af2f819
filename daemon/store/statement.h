/* daemon/store/statement.h — Statements, as the bytes that arrived. */
#ifndef WICI_DAEMON_STORE_STATEMENT_H
#define WICI_DAEMON_STORE_STATEMENT_H

#include "daemon/store/store.h"

struct statement_row {
	int64_t n; /* Set by reads. */
	struct wici_id id;
	uint64_t type;
	uint64_t version;        /* Of a change; of an erasure how many were …
				  * … carried out up to it, 0: it is not yet. */
	struct wici_bytes bytes; /* Borrowed until the next call. */
};

/* Replaces what is stored under the id. */
WICI_NODISCARD
enum wici_err statement_put(struct store *s, const struct statement_row *row);
WICI_NODISCARD
enum wici_err statement_get(struct store *s, const struct wici_id *id,
			    struct statement_row *row);
/* By type, version, id: calls back for each. What the disk has spoilt beyond
 * its form has no bytes. */
WICI_NODISCARD
enum wici_err statement_each(struct store *s,
			     void (*each)(void *arg,
					  const struct statement_row *row),
			     void *arg);

/* The first with a number above n: a walk in slices. WICI_END. */
WICI_NODISCARD
enum wici_err statement_after(struct store *s, int64_t n,
			      struct statement_row *row);

/* Changes the version of what is stored under this id. */
WICI_NODISCARD
enum wici_err statement_number(struct store *s, const struct wici_id *id,
			       uint64_t version);

/* Takes away the one of this number, if there is one. */
WICI_NODISCARD
enum wici_err statement_remove(struct store *s, int64_t n);
/* The same, of what is stored under this id. */
WICI_NODISCARD
enum wici_err statement_remove_id(struct store *s, const struct wici_id *id);

#endif
