/* proto/erase.c — Erasures: read, proven, judged by the roster, made.
 *
 * What is carried out cannot be taken back, so nothing here is lenient: every
 * signature that a statement carries holds, or it is none. */
#include "proto/erase.h"

#include "proto/kinds.h"
#include "proto/mp_read.h"

/* Assigned to what concerns feeds, members and certificates: PROTOCOL §5.6. */
#define FIRST_ERASABLE 48

static bool has_bin(struct wici_mp_reader *r, const char *key, uint8_t out[32])
{
	return wici_mp_expect_key(r, key) == WICI_OK &&
	       wici_mp_expect_bin(r, out, 32) == WICI_OK;
}

enum wici_err wici_erase_read(struct wici_erase *e,
			      const struct wici_statement *s,
			      const struct wici_id *network)
{
	struct wici_mp_reader r;
	struct wici_id of_network;
	struct wici_mp v;

	if (s->type != WICI_STATEMENT_ERASE || s->sigs_count == 0 ||
	    wici_mp_check(WICI_MP_CANONICAL, s->body, NULL) != WICI_OK)
		return WICI_REJECT_STATEMENT;
	wici_mp_reader_init(&r, WICI_MP_CANONICAL, s->body);
	if (wici_mp_expect(&r, WICI_MP_MAP, &v) != WICI_OK || v.count != 4 ||
	    !has_bin(&r, "feed", e->of.feed.b) ||
	    !has_bin(&r, "id", e->of.id.b) ||
	    !has_bin(&r, "network", of_network.b) ||
	    wici_mp_expect_key(&r, "seq") != WICI_OK ||
	    wici_mp_expect(&r, WICI_MP_UINT, &v) != WICI_OK)
		return WICI_REJECT_STATEMENT;
	if (v.u < 1 || v.u > WICI_SEQ_MAX)
		return WICI_REJECT_STATEMENT;
	if (!wici_id_equal(&of_network, network))
		return WICI_REJECT_NETWORK;
	e->of.seq = v.u;
	e->id = s->id;
	return WICI_OK;
}

enum wici_err wici_erase_verify(const struct wici_statement *s,
				const struct wici_id *network)
{
	struct wici_bytes id = {s->id.b, WICI_ID_LEN};
	enum wici_err err = WICI_OK;

	for (size_t i = 0; i < s->sigs_count && err == WICI_OK; i++) {
		const struct wici_signer *signer = &s->sigs[i];

		err = wici_key_check(&signer->key);
		if (err == WICI_OK)
			err = wici_verify(&signer->sig, WICI_DOMAIN_ERASE,
					  network, id, &signer->key);
	}
	return err;
}

static bool has_root_signed(const struct wici_statement *s,
			    const struct wici_policy *p)
{
	size_t count = 0;

	for (size_t i = 0; i < p->keys_count; i++)
		count += wici_statement_has_signed(s, &p->keys[i]);
	return p->threshold >= 1 && count >= p->threshold;
}

bool wici_erase_is_right(const struct wici_statement *s,
			 const struct wici_roster *r,
			 const struct wici_key *institution)
{
	const struct wici_member *m = wici_roster_member(r, institution);

	/* PROTOCOL §5.6: "signed by the present key of the feed's institution,
	 * unless that is suspended, or by the threshold of the root's policy in
	 * force" */
	return (m && !m->is_suspended &&
		wici_statement_has_signed(s, &m->key)) ||
	       has_root_signed(s, &r->policy);
}

bool wici_erase_may(const struct wici_header *h)
{
	const struct wici_kind *kind = wici_kind_by_number(h->kind);

	/* PROTOCOL §5.6: "Of kinds that are not known, those below 48 and
	 * critical entries cannot be erased either" */
	return kind ? !kind->is_right
		    : h->kind >= FIRST_ERASABLE &&
			       !(h->flags & WICI_FLAG_CRITICAL);
}

static void write_body(struct wici_mp_writer *w,
		       const struct wici_erase_make *make)
{
	wici_mp_map(w, 4);
	wici_mp_str(w, "feed");
	wici_mp_bin(w, make->of.feed.b, WICI_KEY_LEN);
	wici_mp_str(w, "id");
	wici_mp_bin(w, make->of.id.b, WICI_ID_LEN);
	wici_mp_str(w, "network");
	wici_mp_bin(w, make->network.b, WICI_ID_LEN);
	wici_mp_str(w, "seq");
	wici_mp_uint(w, make->of.seq);
}

enum wici_err wici_erase_write(struct wici_mp_writer *w,
			       const struct wici_erase_make *make,
			       struct wici_erase *e)
{
	struct wici_statement s = {.type = WICI_STATEMENT_ERASE};
	struct wici_signer signer = {.key = make->key};
	struct wici_mp_writer body;
	uint8_t buf[WICI_ERASE_BODY_MAX];
	enum wici_err err;

	wici_mp_writer_init(&body, buf, sizeof(buf));
	write_body(&body, make);
	err = wici_mp_written(&body, &s.body);
	if (err != WICI_OK)
		return err;
	s.id = wici_hash_bytes(WICI_DOMAIN_ERASE, s.body);
	for (size_t i = 0; make->before && i < make->before->sigs_count; i++)
		s.sigs[s.sigs_count++] = make->before->sigs[i];
	if (!wici_statement_has_signed(&s, &make->key)) {
		if (s.sigs_count == WICI_STATEMENT_SIGS_MAX)
			return WICI_TOO_LARGE;
		wici_sign(&signer.sig, WICI_DOMAIN_ERASE, &make->network,
			  (struct wici_bytes){s.id.b, WICI_ID_LEN},
			  make->secret);
		wici_statement_sign(&s, &signer);
	}
	wici_statement_encode(w, &s);
	e->id = s.id;
	e->of = make->of;
	return WICI_OK;
}
