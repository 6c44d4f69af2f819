/* daemon/certificates.h — The acts about one certificate, from the store to a
 * verdict. In a turn; the cursor must be done.
 *
 * Projections only find acts; what they say is read from the entries, judged
 * and folded here, each time. */
#ifndef WICI_DAEMON_CERTIFICATES_H
#define WICI_DAEMON_CERTIFICATES_H

#include "daemon/fault.h"
#include "daemon/node.h"
#include "daemon/refs.h"
#include "proto/verdict.h"

/* Acts by others than issuers are without effect: so many are shown. */
#define CERTIFICATES_OTHERS_MAX ((size_t)32)

struct certificate {
	struct refs_acts acts;
	size_t others;          /* Of them, not from an issuing feed. */
	bool is_truncated;      /* More acts than a fold takes: no verdict. */
	bool signature_ok;      /* The grant's own. */
	int64_t grant_n;        /* The grant asked about. */
	int64_t feed_n;         /* Where it was granted. */
	struct wici_key author; /* Whose feed that is. */
	struct wici_certificate folded;
};

struct certificates_question {
	int32_t on_day;
	int64_t age_ms;     /* What counts as fresh; WICI_FRESH_AGE_MS. */
	bool wants_existed; /* Since when it was seen, too. */
};

struct certificates_answer {
	struct wici_verdict verdict;
	struct wici_fresh fresh; /* All zero where nobody is its issuer. */
	bool needs_newer; /* There is more to it than this version reads. */
};

/* Loads the grant, its corrections and the acts about them, judges and folds.
 * WICI_NOT_FOUND: the entry is no grant that fits its kind. Clear it also after
 * an error. */
WICI_NODISCARD
enum wici_err certificates_load(struct node *n, int64_t grant_n,
				struct certificate *c);
void certificates_clear(struct certificate *c);

/* What people call a certificate: its number, an id, a unique prefix. A number
 * is looked up in issuing feeds alone; of several grants that carry it those
 * that were corrected are passed over, and of a certificate and its renewal the
 * one that does not hold on that day. Where nothing else goes by that name, a
 * grant that is void for its index is found by its number, to be told of.
 * WICI_NOT_FOUND, WICI_AMBIGUOUS with candidates. */
WICI_NODISCARD
enum wici_err certificates_find(struct node *n, struct wici_bytes text,
				int32_t day, int64_t *grant_n,
				struct fault *fault);
WICI_NODISCARD
enum wici_err certificates_find_number(struct node *n, struct wici_bytes text,
				       int32_t day, int64_t *grant_n,
				       struct fault *fault);

/* WICI_STORE. */
WICI_NODISCARD
enum wici_err certificates_verdict(struct node *n, const struct certificate *c,
				   const struct certificates_question *asked,
				   struct certificates_answer *a);

#endif
