/* daemon/cert_answer.h — A certificate, and what is said of it, as people and
 * programs read it. In a turn; the cursor must be done. */
#ifndef WICI_DAEMON_CERT_ANSWER_H
#define WICI_DAEMON_CERT_ANSWER_H

#include "daemon/certificates.h"
#include "proto/mp_write.h"

struct cert_answer {
	struct certificate certificate;
	struct certificates_answer is;
};

/* The grant's certificate, judged. As certificates_load(). */
WICI_NODISCARD
enum wici_err cert_answer_load(struct node *n, int64_t grant_n,
			       const struct certificates_question *q,
			       struct cert_answer *a);
void cert_answer_clear(struct cert_answer *a);

/* Asked about today, by the usual policy. */
struct certificates_question cert_today(const struct node *n);

/* {id, number, name, holder, issuer, valid_*, granted_on, verdict, as_of}: a
 * row of cert.list, a whole map. */
void cert_answer_row(struct wici_mp_writer *w, const struct node *n,
		     const struct cert_answer *a);

/* The same and all that there is to say. */
void cert_answer_full(struct wici_mp_writer *w, const struct node *n,
		      const struct cert_answer *a);

/* "acts": [{id, kind, author, time, effective, why, body}…], a pair. */
void cert_answer_acts(struct wici_mp_writer *w, const struct node *n,
		      const struct certificate *c);

/* "checks", "not_checked" and "witnesses": three pairs. */
void cert_answer_checks(struct wici_mp_writer *w, const struct node *n,
			const struct certificates_answer *a);

#endif
