/* proto/succeed.h — feed.succeed: a new feed carries on an old one.
 *
 * PROTOCOL §5.9. The institution's present key signs, under domain
 * "wici/succeed/1" and the network id, new feed ‖ old feed ‖ seq ‖ id ‖ close. */
#ifndef WICI_PROTO_SUCCEED_H
#define WICI_PROTO_SUCCEED_H

#include "proto/entry.h"
#include "proto/mp_write.h"

struct wici_succeed {
	struct wici_key feed;     /* The new one, in which it stands. */
	struct wici_key identity; /* Whose key signed. */
	struct wici_head old;     /* What it carries on, known up to here. */
	bool is_close;            /* It ends there. */
};

/* Reads an entry of kind feed.succeed and proves the identity's signature; the
 * entry's own is the caller's, and so is whose keys those are.
 * WICI_BAD_FIELD: it does not fit its kind; WICI_REJECT_SIGNATURE. */
WICI_NODISCARD
enum wici_err wici_succeed_read(struct wici_succeed *s,
				const struct wici_entry *e,
				const struct wici_id *network);

/* Writes the canonical payload. */
void wici_succeed_write(struct wici_mp_writer *w, const struct wici_id *network,
			const struct wici_succeed *s,
			const struct wici_secret *secret);

#endif
