/* proto/verdict.h — Is this certificate valid, on that day? A pure function.
 *
 * PROTOCOL §5.7. In order of precedence, the first that holds is the status.
 * BAD_SIGNATURE … VALID; SUSPENDED, which no act of today can bring about, is
 * in the table, since its exit code is. */
#ifndef WICI_PROTO_VERDICT_H
#define WICI_PROTO_VERDICT_H

#include "proto/certificate.h"

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

/* One line of the answer: a code word, whether it held, a detail word or
 * date in `detail` (ASCII, NUL-terminated; may be empty). */
struct wici_check {
	/* In this order, what could not be checked left out:
	 * "found" (alone, when it was not; detail: "void_index", or ""),
	 * "signature", "issuer" (the scheme, or "unknown"), "issuers_list" (its
	 * last day, or "none"), "dispute" ("root_fork", "issuing_feed", or
	 * ""), "revocation" (first day, or ""), "dates"
	 * ("2022-01-01/2026-12-31", a missing one is ".."), "version"
	 * ("newer_needed", or ""). */
	const char *name;
	bool ok;
	char detail[64];
};
#define WICI_CHECKS_MAX 8

struct wici_verdict {
	enum wici_status status;
	size_t checks_count;
	struct wici_check checks[WICI_CHECKS_MAX];
	const char *not_checked[4]; /* NULL ends it: "freshness", "witness". */
	int64_t as_of_ms; /* Claimed time of the newest issuing entry held. */
	const struct wici_issuer *issuer; /* NULL unless known. */
	int32_t on_day;
};

struct wici_question {
	int32_t on_day;          /* The day asked about, in Poland. */
	int32_t today;           /* For the expiry of the issuers' list. */
	bool signature_ok;       /* The grant's own, verified just now. */
	int64_t issuing_time_ms; /* Of the newest entry held of the feed. */
	bool needs_newer; /* A critical entry of an unknown kind in the feed. */
	bool is_disputed; /* A feed that issues for the scheme is forked, or
			   * has not reached the entry that the root names. */
};

/* c: the fold of its acts; state NONE gives NOT_FOUND. */
void wici_verdict_give(struct wici_verdict *v, const struct wici_certificate *c,
		       const struct wici_roster *r,
		       const struct wici_question *q);

#endif
