/* daemon/refs.h — All records that a query finds, however many, and the acts that
 * they are. In a turn. */
#ifndef WICI_DAEMON_REFS_H
#define WICI_DAEMON_REFS_H

#include "daemon/node.h"
#include "daemon/store/entry.h"
#include "proto/fold.h"

#define REFS_MAX ((size_t)1 << 20)

struct refs_asked {
	const struct wici_id *to; /* By reference, with this flag … */
	uint16_t flag;
	struct wici_bytes number; /* … or, to NULL: a grant's number. */
};

/* A query that fills an array, asked again with a larger one until it all
 * fits, or there are REFS_MAX. Free *ns, also after an error. */
WICI_NODISCARD
enum wici_err refs_ask(struct node *n, const struct refs_asked *q, int64_t **ns,
		       size_t *count);

/* Acts to be folded; zeroed to begin with. */
struct refs_acts {
	struct wici_act *v;
	size_t count, max;
};

/* Adds an entry's act; the payload is copied. */
void refs_add(struct refs_acts *acts, const struct entry_row *row,
	      const struct feed *feed, enum wici_standing standing);
bool refs_has(const struct refs_acts *acts, const struct wici_id *id);
void refs_clear(struct refs_acts *acts);

#endif
