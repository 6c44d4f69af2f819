/* daemon/twice.h — Nothing of a register is granted twice: neither by a line
 * that stands in it twice, nor by reading it in again. In a turn; the cursor
 * must be done.
 *
 * PROTOCOL knows no such rule: whoever means it grants one certificate, or
 * names the old one in "previous". */
#ifndef WICI_DAEMON_TWICE_H
#define WICI_DAEMON_TWICE_H

#include "daemon/fault.h"
#include "daemon/node.h"

struct twice_key;

/* Zeroed to begin with. */
struct twice {
	struct twice_key *keys; /* uthash. */
	bool has_old;           /* The keys of what is granted are in it. */
};

void twice_clear(struct twice *t);

/* A grant that is to be published with others: is it there already? By its
 * number, if it has one, among those that count in its scheme; else by all it
 * says. Not asked of what names a certificate before it. WICI_BAD_FIELD, with
 * the fault: "number", expected "unused" (or "unique": a line above has it);
 * without a number: no field, expected "new". */
WICI_NODISCARD
enum wici_err twice_check(struct node *n, struct twice *t,
			  struct wici_bytes payload, struct fault *fault);

/* Another grant of the scheme that counts and has this one's number; asked of a
 * correction too (those that were corrected are passed over), not of a renewal.
 * WICI_NOT_FOUND. */
WICI_NODISCARD
enum wici_err twice_find(struct node *n, struct wici_bytes payload,
			 struct wici_id *other);

#endif
