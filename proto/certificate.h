/* proto/certificate.h — The acts about one certificate, folded.
 *
 * PROTOCOL §5.4.
 *
 *     (none) ──grant──> GRANTED ──revoke──> REVOKED
 *
 * What the root has revoked is REVOKED whatever the issuer says, and back to
 * what the issuer says when the root lifts it. A grant with `previous` is a renewal: a certificate of its own. A
 * certificate.reason names a revocation and changes no state. */
#ifndef WICI_PROTO_CERTIFICATE_H
#define WICI_PROTO_CERTIFICATE_H

#include "proto/fold.h"
#include "proto/kinds/certificate.h"
#include "proto/roster.h"

enum wici_certificate_state {
	WICI_CERT_NONE,
	WICI_CERT_GRANTED,
	WICI_CERT_REVOKED
};

struct wici_certificate {
	enum wici_certificate_state state;
	bool is_index_used;               /* An earlier grant's: NONE. */
	const struct wici_act *grant;     /* In acts. NULL: NONE. */
	struct wici_grant_body terms;     /* Of the grant. */
	const struct wici_issuer *issuer; /* At the grant's place, or NULL. */
	const struct wici_act *revoke;    /* The issuer's; NULL: it did not. */
	bool by_root;                     /* REVOKED, and it was the root. */
	struct wici_when revoked_from;    /* By the root; else by the issuer:
					   * effective, or the act's day. */
	const struct wici_act *reason;    /* NULL: none published. */
	struct wici_bytes reason_text;
};

/* In what order grants of a scheme come: the i-th place where it is issued, as
 * feed and last seq; within a place by seq. PROTOCOL §5.4. WICI_END: no more
 * of them. */
WICI_NODISCARD
enum wici_err wici_certificate_place(const struct wici_roster *r,
				     struct wici_bytes scheme, size_t i,
				     struct wici_head *last);

/* acts: every act whose subject is the grant, and the grant; sorted here.
 * Acts must count in an issuing feed of the grant's scheme: others are without
 * effect; a grant whose standing is VOID_INDEX is none. Borrows acts and their
 * bodies. */
void wici_certificate_fold(struct wici_certificate *c,
			   const struct wici_roster *r, struct wici_act *acts,
			   size_t n);

#endif
