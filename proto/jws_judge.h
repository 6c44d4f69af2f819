/* proto/jws_judge.h — Whose is a QR token: which of the token keys that the
 * root has named signed it; and the answer where there is no grant to ask.
 *
 * PROTOCOL §7.5. Paper lives for years and a token key changes with the
 * installation: so the lists before the present one are asked too. */
#ifndef WICI_PROTO_JWS_JUDGE_H
#define WICI_PROTO_JWS_JUDGE_H

#include "proto/jws.h"
#include "proto/offline.h"
#include "proto/verdict.h"

struct wici_jws_found {
	struct wici_issuer issuer; /* The row that names the key. */
	bool is_former;            /* No present row does. */
};

/* rows: the root's changes as judged; r: what followed from them. scheme: its
 * rows alone; p NULL: any. WICI_OK: the token is signed by found->issuer's
 * token key. WICI_NOT_FOUND: no row names its key. WICI_REJECT_SIGNATURE: one
 * does, and the signature is not that key's. */
WICI_NODISCARD
enum wici_err wici_jws_judge(const struct wici_jws *j,
			     const struct wici_roster *r,
			     const struct wici_root_row *rows, size_t count,
			     struct wici_bytes scheme,
			     struct wici_jws_found *found);

struct wici_jws_question {
	int32_t on_day; /* The day asked about, in Poland. */
	int32_t today;  /* For the expiry of the issuers' list. */
};

/* Without a grant: never VALID. j NULL: what was read is no token; o NULL: no
 * issuers' list is at hand. Borrows nothing; v->issuer is NULL. *found is the
 * issuer where one is known, else its scheme is "". */
void wici_jws_verdict(struct wici_verdict *v, const struct wici_jws *j,
		      const struct wici_offline *o,
		      const struct wici_jws_question *q,
		      struct wici_jws_found *found);

#endif
