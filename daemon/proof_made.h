/* daemon/proof_made.h — A proof file for a certificate: which entries it takes.
 * PROTOCOL §7.4. In a turn; the cursor must be done. */
#ifndef WICI_DAEMON_PROOF_MADE_H
#define WICI_DAEMON_PROOF_MADE_H

#include "daemon/bundle_made.h"
#include "daemon/certificates.h"

struct proof_made {
	struct bundle_made b;
	struct wici_bytes file; /* Borrows b. */
	bool is_listed; /* By the newest beacon that is held; else the file
			 * says STALE until it is made anew. */
};

/* c: folded, with an issuer; fresh: what is known of it here. Clear it also
 * after an error. */
WICI_NODISCARD
enum wici_err proof_made(struct node *n, const struct certificate *c,
			 const struct wici_fresh *fresh,
			 struct proof_made *made);
void proof_made_clear(struct proof_made *made);

#endif
