/* daemon/jws_check.h — A QR token that somebody asks about: whose key signed
 * it, whether the grant it points to says the same, and what became of that.
 *
 * PROTOCOL §7.5. In a turn; the cursor must be done. */
#ifndef WICI_DAEMON_JWS_CHECK_H
#define WICI_DAEMON_JWS_CHECK_H

#include "daemon/certificates.h"

/* The verdict for a day; its first check is "token". *c is the certificate, as
 * far as the token proves that it is meant: else its state is NONE. Clear it in
 * any case. WICI_STORE. */
WICI_NODISCARD
enum wici_err jws_check(struct node *n, struct wici_bytes text,
			const struct certificates_question *q,
			struct certificate *c, struct certificates_answer *a);

#endif
