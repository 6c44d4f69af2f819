/* daemon/proof_made.h — A proof file for a certificate: which entries it takes.
 * PROTOCOL §7.4. In a turn; the cursor must be done. */
#ifndef WICI_DAEMON_PROOF_MADE_H
#define WICI_DAEMON_PROOF_MADE_H

#include "daemon/bundle_made.h"
#include "daemon/certificates.h"

/* c: folded, with an issuer. *is_listed: the newest beacon that is held lists
 * it; else the file says STALE until it is made anew. Clear b also after an
 * error. */
WICI_NODISCARD
enum wici_err proof_made(struct node *n, const struct certificate *c,
			 struct bundle_made *b, struct wici_bytes *file,
			 bool *is_listed);

#endif
