/* proto/statement.c — A statement's envelope: body, signers, type. What the
 * body means, and whose signatures it needs, is decided elsewhere. */
#include "proto/statement.h"

#include "proto/mp_read.h"
#include "proto/require.h"

/* PROTOCOL §2.5: "Its id is the hash of the body alone under the type's domain
 * (of an unknown type: under that of changes)" */
static enum wici_domain domain_of(uint64_t type)
{
	switch (type) {
	case WICI_STATEMENT_FORK:
		return WICI_DOMAIN_FORK;
	case WICI_STATEMENT_ERASE:
		return WICI_DOMAIN_ERASE;
	default:
		return WICI_DOMAIN_CHANGE;
	}
}

static bool has_signer(struct wici_mp_reader *r, struct wici_signer *signer)
{
	struct wici_mp v;

	return wici_mp_expect(r, WICI_MP_ARRAY, &v) == WICI_OK &&
	       v.count == 2 &&
	       wici_mp_expect_bin(r, signer->key.b, WICI_KEY_LEN) == WICI_OK &&
	       wici_mp_expect_bin(r, signer->sig.b, WICI_SIG_LEN) == WICI_OK;
}

static bool has_signers(struct wici_mp_reader *r, struct wici_statement *s)
{
	struct wici_mp v;

	if (wici_mp_expect(r, WICI_MP_ARRAY, &v) != WICI_OK ||
	    v.count > WICI_STATEMENT_SIGS_MAX)
		return false;
	s->sigs_count = v.count;
	for (size_t i = 0; i < s->sigs_count; i++) {
		struct wici_signer *signer = &s->sigs[i];

		if (!has_signer(r, signer))
			return false;
		/* PROTOCOL §2.5: "ascending by key, each once" */
		if (i > 0 && memcmp(signer[-1].key.b, signer->key.b,
				    sizeof(signer->key.b)) >= 0)
			return false;
	}
	return true;
}

enum wici_err wici_statement_decode(struct wici_statement *s,
				    struct wici_bytes b)
{
	struct wici_mp_reader r;
	struct wici_mp v;

	if (b.len > WICI_STATEMENT_LEN_MAX ||
	    wici_mp_check(WICI_MP_CANONICAL, b, NULL) != WICI_OK)
		return WICI_REJECT_STATEMENT;
	wici_mp_reader_init(&r, WICI_MP_CANONICAL, b);
	if (wici_mp_expect(&r, WICI_MP_MAP, &v) != WICI_OK || v.count != 3)
		return WICI_REJECT_STATEMENT;
	if (wici_mp_expect_key(&r, "body") != WICI_OK ||
	    wici_mp_expect(&r, WICI_MP_BIN, &v) != WICI_OK)
		return WICI_REJECT_STATEMENT;
	s->body = v.bytes;
	if (wici_mp_expect_key(&r, "sigs") != WICI_OK || !has_signers(&r, s))
		return WICI_REJECT_STATEMENT;
	if (wici_mp_expect_key(&r, "type") != WICI_OK ||
	    wici_mp_expect(&r, WICI_MP_UINT, &v) != WICI_OK)
		return WICI_REJECT_STATEMENT;
	s->type = v.u;
	s->id = wici_hash_bytes(domain_of(s->type), s->body);
	return WICI_OK;
}

bool wici_statement_has_signed(const struct wici_statement *s,
			       const struct wici_key *key)
{
	for (size_t i = 0; i < s->sigs_count; i++) {
		if (wici_key_equal(&s->sigs[i].key, key))
			return true;
	}
	return false;
}

void wici_statement_sign(struct wici_statement *s,
			 const struct wici_signer *signer)
{
	size_t at = s->sigs_count;

	WICI_REQUIRE(at < WICI_STATEMENT_SIGS_MAX);
	for (; at > 0 &&
	       memcmp(s->sigs[at - 1].key.b, signer->key.b, WICI_KEY_LEN) > 0;
	     at--)
		s->sigs[at] = s->sigs[at - 1];
	s->sigs[at] = *signer;
	s->sigs_count++;
}

void wici_statement_encode(struct wici_mp_writer *w,
			   const struct wici_statement *s)
{
	WICI_REQUIRE(s->sigs_count <= WICI_STATEMENT_SIGS_MAX);
	wici_mp_map(w, 3);
	wici_mp_str(w, "body");
	wici_mp_bin(w, s->body.p, s->body.len);
	wici_mp_str(w, "sigs");
	wici_mp_array(w, (uint32_t)s->sigs_count);
	for (size_t i = 0; i < s->sigs_count; i++) {
		const struct wici_signer *signer = &s->sigs[i];

		wici_mp_array(w, 2);
		wici_mp_bin(w, signer->key.b, sizeof(signer->key.b));
		wici_mp_bin(w, signer->sig.b, sizeof(signer->sig.b));
	}
	wici_mp_str(w, "type");
	wici_mp_uint(w, s->type);
}
