/* client/cmd_verify.c — wici verify: a QR token or a file, with no daemon.
 * What it is shows in its content. */
#include "client/cmd.h"

#include "client/fail.h"
#include "client/file.h"
#include "client/offline.h"
#include "client/proof.h"
#include "client/say.h"
#include "proto/day.h"
#include "proto/jws_judge.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define MAX_AGE_DAYS ((json_int_t)36500)

struct question {
	struct wici_id network;
	int64_t now_ms;
	int64_t age_ms;
	int32_t today;
	int32_t on_day;
};

static enum wici_err take_question(struct client *c, struct question *q)
{
	const char *network = client_string(c->local, "network");
	const char *on = client_string(c->local, "on");
	enum wici_err err = WICI_OK;
	const json_t *days = json_object_get(c->local, "max_age");

	q->now_ms = (int64_t)time(NULL) * 1000;
	q->age_ms = WICI_FRESH_AGE_MS;
	if (json_is_integer(days))
		q->age_ms = (json_integer_value(days) < MAX_AGE_DAYS
				     ? json_integer_value(days)
				     : MAX_AGE_DAYS) *
			    86400000;
	q->today = wici_day_warsaw(q->now_ms);
	q->on_day = q->today;
	if (!network ||
	    wici_unhex(q->network.b, WICI_ID_LEN, wici_bytes_str(network))) {
		err = fail(c, WICI_USAGE,
			   N_("--network is needed: the network's id, 64 "
			      "hexadecimal digits"));
		fail_hint(c, N_("wici status --json shows it on any "
				"installation of the network"));
	}
	if (!err && on && wici_day_parse(&q->on_day, wici_bytes_str(on)))
		err = fail(c, WICI_BAD_FIELD,
			   N_("--on is a day, like 2026-12-31"));
	return err;
}

/* --- A token ------------------------------------------------------------------ */

static json_t *issuer_of(const struct wici_jws_found *found)
{
	if (!found->issuer.scheme[0])
		return json_null();
	return json_pack("{s:o,s:n}", "identity",
			 offline_hex(found->issuer.identity.b, WICI_KEY_LEN),
			 "name");
}

/* What the token says of it; who it is of, it says by its key. */
static json_t *certificate_of(const struct wici_jws *j,
			      const struct wici_jws_found *found,
			      const struct wici_verdict *v)
{
	const char *scheme = found->issuer.scheme;
	json_t *r = json_pack(
		"{s:n,s:o,s:s?,s:n,s:{s:n,s:s},s:o,s:s?}", "id", "id_begins",
		offline_hex(j->jti, WICI_JWS_JTI_LEN), "number",
		j->number[0] ? j->number : NULL, "name", "holder", "identity",
		"name", j->holder, "issuer", issuer_of(found), "scheme",
		scheme[0] ? scheme : NULL);

	(void)json_object_set_new(r, "valid_from",
				  offline_day(j->has_from, j->from));
	(void)json_object_set_new(r, "valid_until",
				  offline_day(j->has_until, j->until));
	/* Nobody else's revocation is known here. */
	(void)json_object_set_new(
		r, "by_root", json_boolean(v->status == WICI_STATUS_REVOKED));
	return r;
}

/* In the verdict's own words it would say too much. */
static const char *means(const struct wici_verdict *v, bool has_list)
{
	if (v->status == WICI_STATUS_STALE)
		return _("The signature is good, but whether the certificate "
			 "still stands is not known: it may have been revoked "
			 "since. Ask an installation of the network (wici "
			 "cert verify TOKEN), or the issuer.");
	if (v->status == WICI_STATUS_UNKNOWN_ISSUER && !has_list)
		return _("This is only what the code says of itself: without "
			 "a list of issuers its signature cannot be checked. "
			 "Add --issuers FILE, made by wici roster export.");
	return NULL;
}

static enum wici_err read_issuers(struct client *c, const struct question *q,
				  struct bundle_file *f, struct offline *o)
{
	const char *path = client_string(c->local, "issuers");
	struct wici_bytes whole;
	enum wici_err err;

	if (!path)
		return WICI_OK;
	err = file_read(c, path, &whole);
	if (!err)
		err = bundle_file_take(c, whole, f);
	free((uint8_t *)(uintptr_t)whole.p);
	return err ? err : offline_fold(c, f, &q->network, 0, o);
}

static void answer(struct client *c, const struct question *q,
		   struct wici_bytes text, const struct offline *o)
{
	const struct wici_jws_question asked = {q->on_day, q->today};
	struct wici_jws_found found;
	struct wici_verdict v;
	struct wici_jws j;
	bool is_read = wici_jws_decode(&j, text) == WICI_OK;
	const char *said;

	wici_jws_verdict(&v, is_read ? &j : NULL, o ? &o->is : NULL, &asked,
			 &found);
	c->result =
		offline_answer(&v, v.status == WICI_STATUS_BAD_SIGNATURE
					   ? json_null()
					   : certificate_of(&j, &found, &v));
	said = means(&v, o != NULL);
	if (said)
		(void)json_object_set_new(c->result, "_means",
					  json_string(said));
	c->exit = wici_status_exit(v.status);
}

static enum wici_err verify_token(struct client *c, const struct question *q,
				  struct wici_bytes text)
{
	struct bundle_file f = {.parts = NULL};
	struct offline o = {.rows = NULL};
	enum wici_err err = read_issuers(c, q, &f, &o);

	if (!err)
		answer(c, q, text, o.rows ? &o : NULL);
	offline_clear(&o);
	bundle_file_clear(&f);
	return err;
}

/* --- What it is ---------------------------------------------------------------- */

static enum wici_err verify_content(struct client *c, const struct question *q,
				    const char *name, struct wici_bytes whole)
{
	const struct wici_proof_question asked = {
		.on_day = q->on_day,
		.now_ms = q->now_ms,
		.age_ms = q->age_ms,
	};

	if (bundle_file_is(whole) &&
	    proof_verify(c, &q->network, &asked, whole) == WICI_OK)
		return WICI_OK;
	if (wici_jws_is_meant(whole))
		return verify_token(c, q, whole);
	return fail(c, WICI_BAD_FIELD,
		    N_("%s is neither a proof file nor a QR token"), name);
}

enum wici_err cmd_verify_run(struct client *c)
{
	const char *name = client_string(c->params, "file");
	struct wici_bytes whole = wici_bytes_str(name);
	struct question q;
	enum wici_err err = take_question(c, &q);

	if (err)
		return err;
	if (access(name, F_OK) != 0 && wici_jws_is_meant(whole))
		return verify_content(c, &q, name, whole);
	err = file_read(c, name, &whole);
	if (!err)
		err = verify_content(c, &q, name, whole);
	free((uint8_t *)(uintptr_t)whole.p);
	return err;
}
