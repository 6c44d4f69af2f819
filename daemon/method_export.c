/* daemon/method_export.c — cert.export: a certificate in a form that leaves the
 * network: format by format, one row each. */
#include "daemon/cert_answer.h"
#include "daemon/find.h"
#include "daemon/method_private.h"
#include "daemon/proof_made.h"
#include "proto/jws.h"

static const struct wici_word formats[] = {
	{"jws", {"kod QR", "QR token"}},
	{"proof", {"plik z dowodem", "proof file"}},
	{.code = NULL},
};
static const struct wici_field export_params[] = {
	PARAM("format", WORD, .words = formats, .flags = WICI_REQUIRED),
	PARAM_LINE("ref", 500, WICI_REQUIRED),
	PARAM_LINE("url", 700, 0),
	PARAM_END,
};

/* What is exported, and what is said of it today. */
struct export
{
	struct call *call;
	struct cert_answer a;
};

/* ---- jws: PROTOCOL §7.5 ---- */

/* PROTOCOL §7.5: "not for a certificate that is BAD_SIGNATURE, NOT_FOUND,
 * UNKNOWN_ISSUER or REVOKED" */
static enum wici_err check_verdict(const struct export *e)
{
	switch (e->a.is.verdict.status) {
	case WICI_STATUS_NOT_FOUND:
		return WICI_NOT_FOUND;
	case WICI_STATUS_BAD_SIGNATURE:
		return method_refuse(e->call, WICI_NOT_PERMITTED,
				     "the signature of the grant is wrong: "
				     "there is no token for it");
	case WICI_STATUS_UNKNOWN_ISSUER:
		return method_refuse(e->call, WICI_NOT_PERMITTED,
				     "whoever granted it is no issuer of this "
				     "network: there is no token for it");
	case WICI_STATUS_REVOKED:
		return method_refuse(e->call, WICI_NOT_PERMITTED,
				     "the certificate is revoked: there is no "
				     "token for it");
	case WICI_STATUS_DISPUTED:
	case WICI_STATUS_NOT_YET_VALID:
	case WICI_STATUS_EXPIRED:
	case WICI_STATUS_SUSPENDED:
	case WICI_STATUS_UNDATED:
	case WICI_STATUS_STALE:
	case WICI_STATUS_VALID:
		break;
	}
	return WICI_OK;
}

/* Have we the token key that the issuers' list names for it? */
static enum wici_err check_key(const struct export *e)
{
	const struct keys *keys = &e->call->node->keys;
	const struct wici_issuer *issuer = e->a.certificate.folded.issuer;

	if (!keys->has_token)
		return method_refuse(
			e->call, WICI_NOT_PERMITTED,
			"this installation has no token key: `wici key token` "
			"makes one, `wici roster issuers SCHEME INSTITUTION "
			"--token-key KEY` names it");
	if (!wici_key_equal(&issuer->token_key, &keys->token))
		return method_refuse(
			e->call, WICI_NOT_PERMITTED,
			"the issuers' list names another token key than the "
			"one here: see `wici key token` and `wici roster "
			"issuers SCHEME INSTITUTION --token-key KEY`");
	return WICI_OK;
}

static void copy(char *out, size_t max, struct wici_bytes b)
{
	size_t len = b.len < max ? b.len : max;

	if (len)
		memcpy(out, b.p, len);
	out[len] = '\0';
}

static enum wici_err make_jws(const struct export *e, struct wici_jws *j)
{
	const struct wici_certificate *c = &e->a.certificate.folded;
	const struct wici_grant_body *terms = &c->terms;
	const char *name = find_name(e->call->node, &terms->holder);

	if (!name)
		return method_refuse(e->call, WICI_NOT_FOUND,
				     "the holder is no member, as far as is "
				     "known here: `wici sync --wait`");
	memset(j, 0, sizeof(*j));
	memcpy(j->jti, c->grant->id.b, WICI_JWS_JTI_LEN);
	copy(j->number, WICI_JWS_NUMBER_MAX, terms->number);
	copy(j->holder, WICI_JWS_HOLDER_MAX, wici_bytes_str(name));
	j->has_from = terms->valid_from.text.p != NULL;
	j->from = terms->valid_from.first;
	j->has_until = terms->valid_until.text.p != NULL;
	j->until = terms->valid_until.last;
	return WICI_OK;
}

static enum wici_err sign_jws(const struct export *e, const struct wici_jws *j,
			      char text[WICI_JWS_LEN_MAX + 1])
{
	const struct keys *keys = &e->call->node->keys;
	struct wici_bytes url, raw = {NULL, 0};
	enum wici_err err;

	(void)method_str(e->call, "url", &url);
	(void)method_raw(e->call, "url", &raw);
	err = wici_jws_sign(text, j, url, &keys->token, &keys->token_secret);
	if (err == WICI_BAD_FIELD)
		return fault_set(&e->call->fault, err, "url", "url", raw);
	if (err == WICI_TOO_LARGE)
		return fault_set(&e->call->fault, err, "url", "shorter", raw);
	return err;
}

static void write_jws(const struct export *e, const char *text)
{
	struct wici_mp_writer *w = e->call->result;
	const struct wici_certificate *c = &e->a.certificate.folded;

	wici_mp_map(w, 6);
	wici_mp_str(w, "format");
	wici_mp_str(w, "jws");
	wici_mp_str(w, "token");
	wici_mp_str(w, text);
	wici_mp_str(w, "kid");
	wici_mp_hex(w, e->call->node->keys.token.b, WICI_JWS_KID_LEN);
	wici_mp_str(w, "id");
	wici_mp_hex(w, c->grant->id.b, WICI_ID_LEN);
	wici_mp_str(w, "number");
	view_line(w, c->terms.number);
	wici_mp_str(w, "bytes");
	wici_mp_uint(w, strlen(text));
}

static enum wici_err export_jws(const struct export *e)
{
	char text[WICI_JWS_LEN_MAX + 1];
	struct wici_jws j;
	enum wici_err err = check_verdict(e);

	if (!err)
		err = check_key(e);
	if (!err)
		err = make_jws(e, &j);
	if (!err)
		err = sign_jws(e, &j, text);
	if (!err)
		write_jws(e, text);
	return err;
}

/* ---- proof: PROTOCOL §7.4 ---- */

static enum wici_err export_proof(const struct export *e)
{
	const struct wici_certificate *c = &e->a.certificate.folded;
	struct wici_mp_writer *w = e->call->result;
	struct proof_made made;
	enum wici_err err;

	if (!c->issuer)
		return method_refuse(e->call, WICI_NOT_PERMITTED,
				     "whoever granted it is no issuer of this "
				     "network: there is nothing to prove");
	if (e->a.is.needs_newer) /* The file would not show it. */
		return method_refuse(e->call, WICI_NEWER_NEEDED,
				     "a newer version of wici is needed to "
				     "read all that the issuer has written");
	err = proof_made(e->call->node, &e->a.certificate, &e->a.is.fresh,
			 &made);
	if (!err) {
		wici_mp_map(w, 7);
		wici_mp_str(w, "format");
		wici_mp_str(w, "proof");
		wici_mp_str(w, "id");
		wici_mp_hex(w, c->asked->id.b, WICI_ID_LEN);
		wici_mp_str(w, "number");
		view_line(w, c->terms.number);
		wici_mp_str(w, "network");
		wici_mp_hex(w, e->call->node->network.b, WICI_ID_LEN);
		wici_mp_str(w, "listed");
		wici_mp_bool(w, made.is_listed);
		wici_mp_str(w, "verdict");
		wici_mp_str(w, wici_status_name(e->a.is.verdict.status));
		wici_mp_str(w, "bytes");
		wici_mp_bin(w, made.file.p, made.file.len);
	}
	proof_made_clear(&made);
	return err;
}

/* ---- all of them ---- */

static const struct {
	const char *code; /* As in formats. */
	enum wici_err (*write)(const struct export *e);
} writers[] = {
	{"jws", export_jws},
	{"proof", export_proof},
};

/* The grant's certificate, judged. WICI_NOT_FOUND: it is none. */
static enum wici_err load(struct call *call, int64_t grant_n,
			  struct cert_answer *a)
{
	const struct certificates_question q = cert_today(call->node);
	struct wici_bytes ref;
	enum wici_err err = cert_answer_load(call->node, grant_n, &q, a);

	(void)method_str(call, "ref", &ref);
	if (!err && a->certificate.folded.state == WICI_CERT_NONE)
		err = WICI_NOT_FOUND;
	return method_lost(call, err, "ref", ref);
}

static enum wici_err cert_export(struct call *call)
{
	struct export e = {.call = call};
	struct wici_bytes format;
	int64_t grant_n;
	enum wici_err err = method_find_certificate(call, &grant_n);

	(void)method_str(call, "format", &format);
	if (!err)
		err = load(call, grant_n, &e.a);
	for (size_t i = 0; i < sizeof(writers) / sizeof(writers[0]); i++)
		if (!err && wici_bytes_is(format, writers[i].code))
			err = writers[i].write(&e);
	cert_answer_clear(&e.a);
	return err;
}

const struct method methods_export[] = {
	{.name = "cert.export",
	 .params = export_params,
	 .needs_index = true,
	 .function = cert_export},
	{.name = NULL},
};
