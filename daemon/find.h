/* daemon/find.h — What people mean: an institution by its name, a record by
 * the beginning of its id. In a turn.
 *
 * A member's name is the roster's; the short name is its own, of its newest
 * profile. Who only asks may use any other name that it gives itself or gave
 * itself once (a MOPS that became a CUS): what is published and decided goes by
 * the roster's word. Names compare after NFC and without case. */
#ifndef WICI_DAEMON_FIND_H
#define WICI_DAEMON_FIND_H

#include "daemon/fault.h"
#include "daemon/node.h"
#include "daemon/store/entry.h"

#define FIND_PREFIX_MIN ((size_t)8) /* Hex digits. */

enum find_by {
	FIND_BY_NAME,    /* The roster's name, else the newest short name. */
	FIND_BY_ANY_NAME /* Else its newest name or alias, else an old one. */
};

/* Identity in hex, or a name. WICI_NOT_FOUND; WICI_AMBIGUOUS, the candidates
 * in fault->items ({identity, name}). */
WICI_NODISCARD
enum wici_err find_institution(struct node *n, struct wici_bytes text,
			       enum find_by by, struct wici_key *identity,
			       struct fault *fault);

/* An id in hex or a prefix of 8 digits or more → the entry's number.
 * WICI_NOT_FOUND; WICI_AMBIGUOUS, with candidates; WICI_BAD_FIELD: neither. */
WICI_NODISCARD
enum wici_err find_record(struct node *n, struct wici_bytes text,
			  int64_t *entry, struct fault *fault);

/* An entry that is indexed, by its whole id. WICI_NOT_FOUND. */
WICI_NODISCARD
enum wici_err find_entry(struct node *n, const struct wici_id *id,
			 int64_t *entry);

/* The roster's name, or NULL: no member. */
const char *find_name(const struct node *n, const struct wici_key *identity);

/* The institution's newest profile that counts: its payload, borrowed until
 * the next entry is read. WICI_NOT_FOUND. */
WICI_NODISCARD
enum wici_err find_profile(struct node *n, const struct wici_key *identity,
			   struct entry_row *row);

/* A string field of a canonical payload; empty bytes when it is not there. */
struct wici_bytes find_line(struct wici_bytes payload, const char *field);

/* The store's numbers of an institution's feeds, newest first; *count of them,
 * allocated: free it. NULL when there are none. */
int64_t *find_feeds(const struct node *n, const struct wici_key *identity,
		    size_t *count);

/* Is this whole text hex digits? */
bool find_is_hex(struct wici_bytes text);

#endif
