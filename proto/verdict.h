/* proto/verdict.h — Is this certificate valid, on that day? A pure function.
 *
 * PROTOCOL §5.7, and the table there. In order of precedence, the first that
 * holds is the status: BAD_SIGNATURE … VALID. */
#ifndef WICI_PROTO_VERDICT_H
#define WICI_PROTO_VERDICT_H

#include "proto/certificate.h"
#include "proto/fresh.h"

/* X(NAME, exit code) */
#define WICI_STATUSES(X)                                                       \
	X(BAD_SIGNATURE, 6)                                                    \
	X(NOT_FOUND, 5)                                                        \
	X(UNKNOWN_ISSUER, 7)                                                   \
	X(DISPUTED, 7)                                                         \
	X(REVOKED, 6)                                                          \
	X(NOT_YET_VALID, 6)                                                    \
	X(EXPIRED, 6)                                                          \
	X(SUSPENDED, 6)                                                        \
	X(UNDATED, 7)                                                          \
	X(STALE, 7)                                                            \
	X(VALID, 0)

enum wici_status {
#define X(name, exit) WICI_STATUS_##name,
	WICI_STATUSES(X)
#undef X
};

const char *wici_status_name(enum wici_status s);
int wici_status_exit(enum wici_status s);

/* One line of the answer: a code word, whether it held, and a detail in ASCII
 * (PROTOCOL §5.7 lists both; NUL-terminated; may be empty). */
struct wici_check {
	const char *name;
	bool ok;
	char detail[64];
};
#define WICI_CHECKS_MAX 12

struct wici_verdict {
	enum wici_status status;
	size_t checks_count;
	struct wici_check checks[WICI_CHECKS_MAX];
	const char *not_checked[4]; /* NULL ends it: "witness", "chain" (§5.7);
				     * "token", "status" (§7.5). */
	int64_t as_of_ms;           /* How old what is known may be; 0: nobody
				     * knows. */
	int64_t existed_ms; /* Witnesses saw the grant by then; 0: not told. */
	const struct wici_issuer *issuer; /* NULL unless known. */
	int32_t on_day;
	struct wici_certificate_on on; /* How it stands on that day. */
};

struct wici_question {
	int32_t on_day;    /* The day asked about, in Poland. */
	int32_t today;     /* For the expiry of the issuers' list. */
	bool signature_ok; /* The grant's own, verified just now. */
	bool needs_newer; /* A critical entry of an unknown kind in the feed. */
	bool is_disputed; /* A feed that issues for the scheme is forked, or
			    * has not reached the entry that the root names. */
	/* Only what a proof file holds is known: the issuing feed's other
	 * entries are not, nor what happened before the beacon. */
	bool is_alone;
	const struct wici_fresh *fresh; /* Ended; NULL: nothing is known. */
};

/* c: the fold of its acts; state NONE gives NOT_FOUND. */
void wici_verdict_give(struct wici_verdict *v, const struct wici_certificate *c,
		       const struct wici_roster *r,
		       const struct wici_question *q);

/* One check more, behind the others (of what a caller has looked at besides).
 * detail: shorter than 64 bytes. */
void wici_verdict_add(struct wici_verdict *v, const char *name, bool ok,
		      const char *detail);

#endif
