/* daemon/store/statement.h — Statements, as the bytes that arrived. */
#ifndef WICI_DAEMON_STORE_STATEMENT_H
#define WICI_DAEMON_STORE_STATEMENT_H

#include "daemon/store/store.h"

struct statement_row {
	struct wici_id id;
	uint64_t type;
	uint64_t version;        /* Of a change; else 0. */
	struct wici_bytes bytes; /* Borrowed until the next call. */
};

/* Replaces what is stored under the id. */
WICI_NODISCARD
enum wici_err statement_put(struct store *s, const struct statement_row *row);
WICI_NODISCARD
enum wici_err statement_get(struct store *s, const struct wici_id *id,
			    struct statement_row *row);
/* By type, version, id: calls back for each. */
WICI_NODISCARD
enum wici_err statement_each(struct store *s,
			     void (*each)(void *arg,
					  const struct statement_row *row),
			     void *arg);

/* Takes away what is stored under the id, if anything is. */
WICI_NODISCARD
enum wici_err statement_remove(struct store *s, const struct wici_id *id);

#endif
