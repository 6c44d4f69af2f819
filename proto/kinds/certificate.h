/* proto/kinds/certificate.h — The bodies of certificate.*, typed. */
#ifndef WICI_PROTO_KINDS_CERTIFICATE_H
#define WICI_PROTO_KINDS_CERTIFICATE_H

#include "proto/kind.h"

#define WICI_KIND_CERTIFICATE_GRANT     32
#define WICI_KIND_CERTIFICATE_REVOKE    33
#define WICI_KIND_CERTIFICATE_REASON    34
#define WICI_KIND_CERTIFICATE_SUSPEND   35
#define WICI_KIND_CERTIFICATE_REINSTATE 36

struct wici_grant_body {
	struct wici_key holder;
	struct wici_bytes scheme;
	struct wici_bytes name;
	struct wici_bytes number;
	struct wici_when granted_on;
	struct wici_when valid_from;
	struct wici_when valid_until;
	uint64_t index;
	struct wici_id previous;
	struct wici_id supersedes; /* The grant that this one corrects. */
};
struct wici_revoke_body { /* Of suspend and reinstate, too. */
	struct wici_id certificate;
	struct wici_when effective; /* A day; absent: the act's own day. */
};
struct wici_reason_body {
	struct wici_id revocation;
	struct wici_bytes text;
};

extern const struct wici_kind wici_kind_certificate_grant;
extern const struct wici_kind wici_kind_certificate_revoke;
extern const struct wici_kind wici_kind_certificate_reason;
extern const struct wici_kind wici_kind_certificate_suspend;
extern const struct wici_kind wici_kind_certificate_reinstate;

/* Revoke, suspend, reinstate: struct wici_revoke_body; may have a reason. */
bool wici_kind_is_decision(const struct wici_kind *kind);

#endif
