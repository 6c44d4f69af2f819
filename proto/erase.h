/* proto/erase.h — Erasures: an entry's payload goes, header and id stay.
 *
 * PROTOCOL §5.6. A statement of type 3; body
 *   {"feed": bin [32], "id": bin [32], "network": bin [32], "seq": uint},
 * signed under "wici/erase/1" over network id ‖ the statement's id. One entry
 * has one erasure: who signs it too makes no other statement. */
#ifndef WICI_PROTO_ERASE_H
#define WICI_PROTO_ERASE_H

#include "proto/entry.h"
#include "proto/roster.h"
#include "proto/statement.h"

#define WICI_ERASE_BODY_MAX ((size_t)132)
/* The whole statement, with as many signatures as it can have. */
#define WICI_ERASE_LEN_MAX ((size_t)2048)

struct wici_erase {
	struct wici_id id;   /* Of the statement. */
	struct wici_head of; /* The entry. */
};

/* Reads: form, network, limits, that somebody has signed. Nothing is proven by
 * it. WICI_REJECT_STATEMENT, WICI_REJECT_NETWORK. */
WICI_NODISCARD
enum wici_err wici_erase_read(struct wici_erase *e,
			      const struct wici_statement *s,
			      const struct wici_id *network);

/* Do all its signatures hold, by good keys? Whose they are is not asked.
 * WICI_REJECT_SIGNATURE. */
WICI_NODISCARD
enum wici_err wici_erase_verify(const struct wici_statement *s,
				const struct wici_id *network);

/* Has who may erase it signed it: the present key of the feed's institution
 * (zero: nobody's), which is not suspended, or enough root keys? Of one that is
 * verified. */
bool wici_erase_is_right(const struct wici_statement *s,
			 const struct wici_roster *r,
			 const struct wici_key *institution);

/* Can an entry with this header be erased at all: does its kind give or take no
 * right? */
bool wici_erase_may(const struct wici_header *h);

/* The statement, signed by one key more than it had before (NULL: by nobody).
 * WICI_TOO_LARGE: it has as many as it can have. *e is what was made. */
struct wici_erase_make {
	struct wici_head of;
	struct wici_id network;
	const struct wici_statement *before;
	struct wici_key key;
	const struct wici_secret *secret;
};
WICI_NODISCARD
enum wici_err wici_erase_write(struct wici_mp_writer *w,
			       const struct wici_erase_make *make,
			       struct wici_erase *e);

#endif
