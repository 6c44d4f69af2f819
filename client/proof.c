/* client/proof.c — From a file's records to the answer of cert.verify. */
#include "client/proof.h"

#include "client/json.h"
#include "client/offline.h"
#include "client/say.h"
#include "proto/require.h"

#include <stdlib.h>
#include <string.h>

#define MEMBERS_MAX 64 /* Holder and issuer are needed. */

struct reading {
	struct bundle_file file;
	struct offline offline;
	struct wici_proof proof;
	struct wici_proof_entry *entries;
	struct wici_act *acts;
	struct wici_proof_answer answer;
};

/* {identity, name}: as the admissions in the file have it. */
static json_t *who(const struct reading *r, const struct wici_key *identity)
{
	const struct wici_member *m =
		wici_roster_member(&r->offline.is.roster, identity);

	return json_pack("{s:o,s:s?}", "identity",
			 offline_hex(identity->b, WICI_KEY_LEN), "name",
			 m ? m->name : NULL);
}

/* From which day, and since when that was published. */
static void put_act(json_t *out, const struct wici_certificate_on *last,
		    enum wici_certificate_state state, const char *from,
		    const char *published)
{
	bool is_it = last->state == state;

	(void)json_object_set_new(out, from, offline_day(is_it, last->from));
	(void)json_object_set_new(
		out, published,
		offline_time(is_it && last->act ? last->act->time_ms : 0));
}

/* Lines of the grant, as they stand in it. */
static void put_lines(json_t *out, const struct wici_act *grant)
{
	static const char *const names[] = {
		"number",     "name",       "valid_from",      "valid_until",
		"granted_on", "scheme",     "granted_for",     "index",
		"previous",   "supersedes", "valid_years_text"};
	json_t *body = NULL;

	if (json_from_mp(grant->body, &body))
		body = NULL;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		json_t *value = json_object_get(body, names[i]);

		(void)json_object_set_new(out, names[i],
					  value ? json_incref(value)
						: json_null());
	}
	json_decref(body);
}

static json_t *certificate_of(const struct reading *r)
{
	const struct wici_certificate *c = &r->answer.certificate;
	struct wici_certificate_on last;
	json_t *out;

	if (c->state == WICI_CERT_NONE ||
	    r->answer.verdict.status == WICI_STATUS_BAD_SIGNATURE)
		return json_null();
	wici_certificate_on(c, INT32_MAX, &last);
	out = json_pack("{s:o,s:o,s:o,s:b}", "id",
			offline_hex(c->grant->id.b, WICI_ID_LEN), "holder",
			who(r, &c->terms.holder), "issuer",
			c->issuer ? who(r, &c->issuer->identity) : json_null(),
			"by_root", c->by_root);
	put_lines(out, c->grant);
	put_act(out, &last, WICI_CERT_REVOKED, "revoked_from",
		"revoked_published");
	put_act(out, &last, WICI_CERT_SUSPENDED, "suspended_from",
		"suspended_published");
	(void)json_object_set_new(
		out, "corrected_on",
		offline_time(c->grant != c->asked ? c->grant->time_ms : 0));
	return out;
}

/* The file itself is the answer: what is wrong with it. */
static void refuse(struct client *c, const struct wici_proof_question *q,
		   enum wici_status status, const char *check)
{
	struct wici_verdict v = {.status = status, .on_day = q->on_day};

	json_decref(c->error);
	c->error = NULL;
	wici_verdict_add(&v, check, false, "");
	c->result = offline_answer(&v, json_null());
	/* The verdict's own words are of a certificate: none was read. */
	(void)json_object_set_new(
		c->result, "_means",
		json_string(status == WICI_STATUS_UNKNOWN_ISSUER
				    ? _("Nothing in the file counts in the "
					"network that was asked about.")
				    : _("Nothing that the file says can be "
					"believed.")));
	c->exit = wici_status_exit(status);
}

static bool take_all(struct reading *r)
{
	wici_proof_init(&r->proof, &r->offline.is, r->entries);
	for (size_t i = 0; i < r->file.count; i++)
		if (wici_proof_take(&r->proof, r->file.parts[i].type,
				    r->file.parts[i].bytes))
			return false;
	return true;
}

static bool is_proof(const struct bundle_file *f)
{
	for (size_t i = 0; i < f->count; i++)
		if (f->parts[i].type == WICI_BUNDLE_PROOF)
			return true;
	return false;
}

static enum wici_err answer(struct client *c, const struct wici_id *network,
			    const struct wici_proof_question *q,
			    struct wici_bytes whole, struct reading *r)
{
	if (bundle_file_take(c, whole, &r->file)) {
		refuse(c, q, WICI_STATUS_BAD_SIGNATURE, "file");
	} else if (!is_proof(&r->file)) {
		return WICI_NOT_FOUND;
	} else if (offline_fold(c, &r->file, network, MEMBERS_MAX,
				&r->offline)) {
		refuse(c, q, WICI_STATUS_UNKNOWN_ISSUER, "network");
	} else if (!take_all(r)) {
		refuse(c, q, WICI_STATUS_BAD_SIGNATURE, "file");
	} else {
		wici_proof_judge(&r->proof, r->acts, q, &r->answer);
		c->result =
			offline_answer(&r->answer.verdict, certificate_of(r));
		c->exit = wici_status_exit(r->answer.verdict.status);
	}
	return WICI_OK;
}

enum wici_err proof_verify(struct client *c, const struct wici_id *network,
			   const struct wici_proof_question *q,
			   struct wici_bytes whole)
{
	struct reading *r = calloc(1, sizeof(*r));
	enum wici_err err;

	WICI_REQUIRE(r);
	r->entries = calloc(WICI_PROOF_ENTRIES_MAX, sizeof(*r->entries));
	r->acts = calloc(WICI_PROOF_ENTRIES_MAX, sizeof(*r->acts));
	WICI_REQUIRE(r->entries && r->acts);
	err = answer(c, network, q, whole, r);
	offline_clear(&r->offline);
	bundle_file_clear(&r->file);
	free(r->entries);
	free(r->acts);
	free(r);
	return err;
}
