/* proto/open.h — feed.open: entry 1 ties a feed to an institution.
 *
 * PROTOCOL §5.1. The identity signs, under domain "wici/open/1" and the
 * network id, feed ‖ identity. */
#ifndef WICI_PROTO_OPEN_H
#define WICI_PROTO_OPEN_H

#include "proto/entry.h"
#include "proto/mp_write.h"

/* Does entry 1 tie its feed to an identity? WICI_REJECT_OPEN. *identity is
 * set on WICI_OK. Says nothing of membership; the entry's own signature and
 * payload hash are the caller's, as of any entry. */
WICI_NODISCARD
enum wici_err wici_open_check(const struct wici_entry *e,
			      const struct wici_id *network,
			      struct wici_key *identity);

/* Writes the canonical payload of a feed.open. */
void wici_open_write(struct wici_mp_writer *w, const struct wici_id *network,
		     const struct wici_key *feed,
		     const struct wici_key *identity,
		     const struct wici_secret *identity_secret);

#endif
