/* daemon/expiring.h — Certificates by the day they end, for the list of those
 * that are about to. In a turn; the cursor must be done.
 *
 * No index has that day, which is the issuer's to state or not: all grants are
 * looked at, and few of them remain. */
#ifndef WICI_DAEMON_EXPIRING_H
#define WICI_DAEMON_EXPIRING_H

#include "daemon/node.h"
#include "daemon/store/record.h"

#define EXPIRING_SEEN_MAX 50000u /* Grants looked at: a second, at most. */

struct expiring {
	int32_t last; /* The certificate's last day. */
	int64_t n;    /* The grant's entry. */
};

struct expiring_span {
	int32_t from, until;           /* Both inclusive. */
	const struct wici_key *holder; /* NULL: anybody. */
};

/* Of the grants that a filter finds those whose last day lies within the span,
 * the soonest first, then by entry. What they say is not judged: revoked and
 * void ones are among them. *rows is allocated: free it, also after an error.
 * WICI_TOO_LARGE: more grants than are looked at. */
WICI_NODISCARD
enum wici_err expiring_find(struct node *n, struct record_filter grants,
			    const struct expiring_span *span,
			    struct expiring **rows, size_t *count);

#endif
