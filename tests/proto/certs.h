/* tests/proto/certs.h — Acts about certificates, as the tests of folds and
 * verdicts make them: of the issuer of "osl", whose feed is ISSUING. */
#ifndef WICI_TESTS_PROTO_CERTS_H
#define WICI_TESTS_PROTO_CERTS_H

#include "proto/certificate.h"
#include "tests/proto/trust.h"

#define ISSUING 30
#define OTHER   31 /* Issues for another scheme. */
#define CLOSED  20 /* Issued before, up to seq 5. */

/* Acts with their payloads. */
struct acts {
	struct wici_act act[300];
	uint8_t buf[300][256];
	size_t n;
};

static inline struct wici_act *add(struct acts *a, uint16_t kind, uint8_t feed,
				   uint64_t seq, const struct wici_mp_writer *w)
{
	struct wici_act *act = &a->act[a->n++];

	memset(act, 0, sizeof(*act));
	CHECK_OK(wici_mp_written(w, &act->body));
	act->kind = kind;
	act->feed = pair(feed).key;
	act->seq = seq;
	act->id = wici_hash_bytes(
		WICI_DOMAIN_ID,
		(struct wici_bytes){(const uint8_t *)&(uint64_t[2]){feed, seq},
				    16});
	act->standing = WICI_COUNTS;
	return act;
}

static struct wici_id asked; /* The first grant, unless a test says. */

struct terms { /* Of a grant; NULL: not stated. */
	const char *scheme, *from, *until;
	const struct wici_id *supersedes, *previous;
};

static inline void grant_line(struct wici_mp_writer *w, const char *key,
			      const char *value)
{
	if (!value)
		return;
	wici_mp_str(w, key);
	wici_mp_str(w, value);
}

static inline void grant_id(struct wici_mp_writer *w, const char *key,
			    const struct wici_id *id)
{
	if (!id)
		return;
	wici_mp_str(w, key);
	wici_mp_bin(w, id->b, sizeof(id->b));
}

static inline struct wici_act *grant_for(struct acts *a, uint8_t feed,
					 uint64_t seq, const struct terms *t)
{
	struct wici_key holder = pair(5).key;
	struct wici_mp_writer w;
	struct wici_act *act;

	wici_mp_writer_init(&w, a->buf[a->n], sizeof(a->buf[0]));
	wici_mp_map(&w, 3u + !!t->from + !!t->until + !!t->supersedes +
				!!t->previous);
	wici_mp_str(&w, "holder");
	wici_mp_bin(&w, holder.b, sizeof(holder.b));
	wici_mp_str(&w, "index");
	wici_mp_uint(&w, 3);
	grant_id(&w, "previous", t->previous);
	grant_line(&w, "scheme", t->scheme);
	grant_id(&w, "supersedes", t->supersedes);
	grant_line(&w, "valid_from", t->from);
	grant_line(&w, "valid_until", t->until);
	act = add(a, WICI_KIND_CERTIFICATE_GRANT, feed, seq, &w);
	if (a->n == 1)
		asked = act->id;
	return act;
}

/* For 2022 to 2026; corrects: the grant that it supersedes, for 2022 to 2027, or
 * NULL. */
static inline struct wici_act *grant_of(struct acts *a, uint8_t feed,
					uint64_t seq,
					const struct wici_id *corrects,
					const char *scheme)
{
	return grant_for(a, feed, seq,
			 &(struct terms){.scheme = scheme,
					 .from = "2022",
					 .until = corrects ? "2027" : "2026",
					 .supersedes = corrects});
}

static inline struct wici_act *grant(struct acts *a, uint8_t feed, uint64_t seq)
{
	return grant_of(a, feed, seq, NULL, "osl");
}

static inline struct wici_act *decide(struct acts *a, uint16_t kind,
				      uint64_t seq,
				      const struct wici_id *certificate,
				      const char *effective)
{
	struct wici_mp_writer w;

	wici_mp_writer_init(&w, a->buf[a->n], sizeof(a->buf[0]));
	wici_mp_map(&w, effective ? 2 : 1);
	wici_mp_str(&w, "certificate");
	wici_mp_bin(&w, certificate->b, sizeof(certificate->b));
	if (effective) {
		wici_mp_str(&w, "effective");
		wici_mp_str(&w, effective);
	}
	return add(a, kind, ISSUING, seq, &w);
}

static inline struct wici_act *revoke(struct acts *a, uint64_t seq,
				      const struct wici_id *certificate,
				      const char *effective)
{
	return decide(a, WICI_KIND_CERTIFICATE_REVOKE, seq, certificate,
		      effective);
}

static inline struct wici_act *suspend(struct acts *a, uint64_t seq,
				       const struct wici_id *certificate,
				       const char *effective)
{
	return decide(a, WICI_KIND_CERTIFICATE_SUSPEND, seq, certificate,
		      effective);
}

static inline struct wici_act *reinstate(struct acts *a, uint64_t seq,
					 const struct wici_id *certificate,
					 const char *effective)
{
	return decide(a, WICI_KIND_CERTIFICATE_REINSTATE, seq, certificate,
		      effective);
}

static inline struct wici_act *reason(struct acts *a, uint64_t seq,
				      const struct wici_id *revocation,
				      const char *text)
{
	struct wici_mp_writer w;

	wici_mp_writer_init(&w, a->buf[a->n], sizeof(a->buf[0]));
	wici_mp_map(&w, 2);
	wici_mp_str(&w, "revocation");
	wici_mp_bin(&w, revocation->b, sizeof(revocation->b));
	wici_mp_str(&w, "text");
	wici_mp_str(&w, text);
	return add(a, WICI_KIND_CERTIFICATE_REASON, ISSUING, seq, &w);
}

#endif
