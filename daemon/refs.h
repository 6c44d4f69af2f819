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

/* References found; zeroed to begin with, but for each_max. */
struct refs_found {
	int64_t *ns;
	size_t count;
	size_t each_max; /* Of one feed. */
};

/* Adds what refers to a record with WICI_SUBJECT or WICI_SUPERSEDES, or to an
 * institution with WICI_ABOUT, in one feed, the oldest first. Free ns, also after an error. */
WICI_NODISCARD
enum wici_err refs_ask_feed(struct node *n, const struct wici_id *to,
			    uint16_t flag, const struct wici_key *feed,
			    struct refs_found *f);

#define REFS_OTHERS_MAX ((size_t)32)

/* What refers to a record with WICI_SUBJECT or WICI_SUPERSEDES, by whom it is;
 * zeroed to begin with. */
struct refs_by {
	struct wici_key whose[2]; /* These institutions', … */
	size_t whose_count;
	/* … by their feeds' keys, the oldest first: the same wherever they are
	 * held, and at no greater cost however many others refer to it. */
	struct refs_found found;
	int64_t others[REFS_OTHERS_MAX]; /* Some of the others. */
	size_t others_count;
};

/* Asks for to and flag. Free found.ns, also after an error. */
WICI_NODISCARD
enum wici_err refs_ask_by(struct node *n, const struct refs_asked *q,
			  struct refs_by *by);

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
