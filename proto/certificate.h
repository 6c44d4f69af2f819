/* proto/certificate.h — The acts about one certificate, folded.
 *
 * PROTOCOL §5.4.
 *
 *              ┌─────── reinstate ───────┐
 *              ▼                         │
 *   ──grant──> GRANTED ──suspend──> SUSPENDED
 *              ▲  │                      │
 *    reinstate │  └──revoke──> REVOKED <─┘ revoke
 *              └──────────────────┘
 *
 * A grant that `supersedes` another one of the certificate corrects it and
 * changes no state; a grant with `previous` is a renewal: a certificate of its
 * own. What the root has revoked is revoked whatever the issuer says, until the
 * root lifts it. A certificate.reason names an act and changes no state. */
#ifndef WICI_PROTO_CERTIFICATE_H
#define WICI_PROTO_CERTIFICATE_H

#include "proto/fold.h"
#include "proto/kinds/certificate.h"
#include "proto/roster.h"

/* The worse, the higher. */
enum wici_certificate_state {
	WICI_CERT_NONE,
	WICI_CERT_GRANTED,
	WICI_CERT_SUSPENDED,
	WICI_CERT_REVOKED
};

struct wici_certificate {
	enum wici_certificate_state state; /* After all acts, the root's too. */
	enum wici_certificate_state issued; /* After the issuer's own. */
	bool is_index_used;                 /* An earlier grant's: NONE. */
	const struct wici_act *asked; /* The grant asked about; NULL: NONE. */
	const struct wici_act *grant; /* The one that stands: the newest of
					 * its corrections, or itself. */
	struct wici_grant_body terms; /* Of that. */
	const struct wici_issuer *issuer; /* At its place, or NULL. */
	const struct wici_act *acts;      /* What counts, in order; … */
	size_t acts_count;                /* … the grants among them. */
	bool by_root;                     /* The root has revoked it … */
	int32_t root_from;                /* … from this day on. */
};

/* How it stands on a day, and what made it so. */
struct wici_certificate_on {
	enum wici_certificate_state state;
	bool by_root;
	int32_t from; /* SUSPENDED, REVOKED: from this day on, … */
	const struct wici_act *act; /* … by this act; NULL: the root's, or in
				     * a verdict a beacon alone says so, and
				     * not since when. */
};

/* In what order grants of a scheme come: the i-th place where it is issued, as
 * feed and last seq; within a place by seq. PROTOCOL §5.4. WICI_END: no more
 * of them. */
WICI_NODISCARD
enum wici_err wici_certificate_place(const struct wici_roster *r,
				     struct wici_bytes scheme, size_t i,
				     struct wici_head *last);

/* asked: the id of a grant among the acts. acts: it, the grants that it
 * supersedes or that supersede it (and so on), and every act whose subject is
 * one of them; sorted here. Acts must count in an issuing feed of the grant's
 * scheme: others are without effect; a grant whose standing is VOID_INDEX is
 * none. Borrows acts and their bodies. */
void wici_certificate_fold(struct wici_certificate *c,
			   const struct wici_roster *r,
			   const struct wici_id *asked, struct wici_act *acts,
			   size_t n);

/* NONE gives NONE. */
void wici_certificate_on(const struct wici_certificate *c, int32_t day,
			 struct wici_certificate_on *on);

/* The worst that it is on this day or any later one. */
enum wici_certificate_state wici_certificate_worst(
	const struct wici_certificate *c, int32_t day);

/* Was it ever suspended or revoked, and then not? */
bool wici_certificate_is_restored(const struct wici_certificate *c);

/* The reason given for an act; p NULL: none. Borrowed. */
struct wici_bytes wici_certificate_reason(const struct wici_certificate *c,
					  const struct wici_act *act);

/* From which day an effective act counts. */
int32_t wici_certificate_from(const struct wici_act *act);

#endif
