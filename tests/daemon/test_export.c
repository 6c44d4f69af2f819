/* Certificates that leave the network, and QR tokens that come back to it. */
#include "proto/jws.h"
#include "tests/daemon/call.h"
#include "tests/daemon/root.h"

#define TOKEN_MAX (WICI_JWS_LEN_MAX + 1)

struct scene {
	struct fixture cal, mlawa;
	char id[100];
};

/* CAL issues; Mława holds 7/2022, for 2022 to 2026. */
static void scene_open(struct scene *s)
{
	call_found(&s->cal);
	fixture_open(&s->mlawa);
	call_join(&s->cal, &s->mlawa, "'name':'x','no_passphrase':true");
	call_get(call(&s->cal, "cert.grant",
		      "{'holder':'Nowy','scheme':'osl','number':'7/2022',"
		      "'valid_from':'2022','valid_until':'2026'}"),
		 "id", s->id, sizeof(s->id));
	fixture_carry(&s->cal, &s->mlawa);
	fixture_rest(&s->cal);
	fixture_rest(&s->mlawa);
}

static void scene_drop(struct scene *s)
{
	fixture_drop(&s->mlawa);
	fixture_drop(&s->cal);
}

static void export_to(struct scene *s, char token[TOKEN_MAX])
{
	const char *r =
		call(&s->cal, "cert.export", "{'ref':'7/2022','format':'jws'}");

	CHECK(has(r, "'format':'jws'") && has(r, "'number':'7/2022'") &&
	      has(r, s->id) && has(r, "'kid':'"));
	call_get(r, "token", token, TOKEN_MAX);
}

/* What CAL's token key could sign. */
static struct wici_jws claims_of(const struct scene *s)
{
	struct wici_jws j = {.number = "7/2022",
			     .holder = "Nowy",
			     .has_from = true,
			     .has_until = true};

	CHECK_OK(wici_unhex(j.jti, sizeof(j.jti),
			    (struct wici_bytes){(const uint8_t *)s->id,
						2 * sizeof(j.jti)}));
	CHECK_OK(wici_day_parse(&j.from, WICI_BYTES("2022-01-01")));
	CHECK_OK(wici_day_parse(&j.until, WICI_BYTES("2026-12-31")));
	return j;
}

static const char *verify_claims(struct scene *s, const struct wici_jws *j)
{
	const struct keys *keys = &s->cal.n->keys;
	char token[TOKEN_MAX];

	CHECK_OK(wici_jws_sign(token, j, (struct wici_bytes){NULL, 0},
			       &keys->token, &keys->token_secret));
	return call_with(&s->mlawa, "cert.verify", "ref", token);
}

TEST(a_token_leads_to_the_grants_own_verdict)
{
	struct scene s;
	char token[TOKEN_MAX], text[TOKEN_MAX + 40];
	const char *r;

	scene_open(&s);
	export_to(&s, token);
	r = call_with(&s.mlawa, "cert.verify", "ref", token);
	CHECK(has(r, "'verdict':'VALID'") &&
	      has(r, "'checks':[{'name':'token','ok':true,'detail':''},"
		     "{'name':'signature'") &&
	      has(r, "'number':'7/2022'"));
	(void)snprintf(text, sizeof(text), " \n%s\n ", token);
	CHECK(has(call_with(&s.cal, "cert.verify", "ref", text), "'VALID'"));
	(void)snprintf(text, sizeof(text), "https://cal.example/c#%s", token);
	CHECK(has(call_with(&s.cal, "cert.verify", "ref", text), "'VALID'"));
	CHECK(has(call(&s.cal, "cert.revoke", "{'ref':'7/2022'}"), "'id'"));
	fixture_carry(&s.cal, &s.mlawa);
	fixture_rest(&s.mlawa);
	r = call_with(&s.mlawa, "cert.verify", "ref", token);
	CHECK(has(r, "'verdict':'REVOKED'") &&
	      has(r, "'name':'token','ok':true"));
	scene_drop(&s);
}

TEST(a_token_that_is_not_of_this_grant_is_refused)
{
	struct scene s;
	struct wici_jws j;
	char token[TOKEN_MAX];
	const char *r;

	scene_open(&s);
	j = claims_of(&s);
	CHECK(has(verify_claims(&s, &j), "'VALID'"));
	memcpy(j.number, "8/2022", 7);
	r = verify_claims(&s, &j);
	CHECK(has(r, "'verdict':'BAD_SIGNATURE'") &&
	      has(r, "'name':'token','ok':false,'detail':'claims'") &&
	      has(r, "'certificate':null"));
	j = claims_of(&s);
	memcpy(j.holder, "Inny", 5);
	CHECK(has(verify_claims(&s, &j), "'claims'"));
	j = claims_of(&s);
	j.until += 365;
	CHECK(has(verify_claims(&s, &j), "'claims'"));
	j = claims_of(&s);
	j.has_until = false;
	CHECK(has(verify_claims(&s, &j), "'claims'"));
	j = claims_of(&s);
	j.jti[3] ^= 1;
	r = verify_claims(&s, &j);
	CHECK(has(r, "'verdict':'NOT_FOUND'") &&
	      has(r, "'name':'token','ok':true") &&
	      has(r, "'name':'found','ok':false"));
	/* The text: a character changed, and a header of its own. */
	export_to(&s, token);
	token[strlen(token) - 40] =
		token[strlen(token) - 40] == 'A' ? 'B' : 'A';
	r = call_with(&s.mlawa, "cert.verify", "ref", token);
	CHECK(has(r, "'verdict':'BAD_SIGNATURE'") &&
	      has(r, "'name':'token','ok':false,'detail':''"));
	token[4] ^= 1;
	r = call_with(&s.mlawa, "cert.verify", "ref", token);
	CHECK(has(r, "'verdict':'BAD_SIGNATURE'") && has(r, "'form'"));
	scene_drop(&s);
}

/* The list is restated with this token key. */
static void restate(struct scene *s, const struct wici_key *token_key)
{
	static struct root_change change;
	struct node *n = s->cal.n;
	struct wici_issuer row = n->roster.issuers[0];

	row.token_key = *token_key;
	root_begin(&change, n, 1);
	wici_op_issuers(&change.w, "2028-12-31", &row, 1);
	root_end(&change, n);
	for (int i = 0; i < 2; i++) {
		struct fixture *f = i ? &s->mlawa : &s->cal;

		fixture_begin(f);
		CHECK_OK(node_receive_statement(f->n, 7, change.bytes));
		fixture_end(f);
	}
}

TEST(a_former_token_key_is_known_and_makes_no_more_tokens)
{
	static const uint8_t seed[32] = {9};
	struct scene s;
	struct wici_secret secret;
	struct wici_key key;
	struct wici_jws j;
	char token[TOKEN_MAX], strange[TOKEN_MAX];
	const char *r;

	scene_open(&s);
	export_to(&s, token);
	j = claims_of(&s);
	wici_key_pair(&key, &secret, seed);
	CHECK_OK(wici_jws_sign(strange, &j, (struct wici_bytes){NULL, 0}, &key,
			       &secret));
	r = call_with(&s.mlawa, "cert.verify", "ref", strange);
	CHECK(has(r, "'verdict':'UNKNOWN_ISSUER'") &&
	      has(r, "'name':'token','ok':false,'detail':'unknown_key'") &&
	      has(r, "'certificate':null"));
	restate(&s, &key);
	r = call_with(&s.mlawa, "cert.verify", "ref", token);
	CHECK(has(r, "'verdict':'VALID'") &&
	      has(r, "'name':'token','ok':true,'detail':'former_key'"));
	r = call_with(&s.mlawa, "cert.verify", "ref", strange);
	CHECK(has(r, "'verdict':'VALID'") &&
	      has(r, "'name':'token','ok':true,'detail':''"));
	r = call(&s.cal, "cert.export", "{'ref':'7/2022','format':'jws'}");
	CHECK(has(r, "'code':'not_permitted'") && has(r, "another token key"));
	scene_drop(&s);
}

TEST(only_who_has_the_key_exports_and_only_what_counts)
{
	struct scene s;
	char json[900], url[600];
	const char *r;

	scene_open(&s);
	r = call(&s.mlawa, "cert.export", "{'ref':'7/2022','format':'jws'}");
	CHECK(has(r, "'code':'not_permitted'") && has(r, "wici key token"));
	(void)call(&s.mlawa, "identity.token", "{}");
	r = call(&s.mlawa, "cert.export", "{'ref':'7/2022','format':'jws'}");
	CHECK(has(r, "'code':'not_permitted'") && has(r, "another token key"));
	CHECK(has(call(&s.cal, "cert.export", "{'ref':'8','format':'jws'}"),
		  "'code':'not_found'"));
	CHECK(has(
		call(&s.cal, "cert.export", "{'ref':'7/2022','format':'pdf'}"),
		"'field':'format'"));
	r = call(&s.cal, "cert.export",
		 "{'ref':'7/2022','format':'jws','url':'https://a.b/c'}");
	CHECK(has(r, "'token':'https://a.b/c#eyJ"));
	CHECK(has(call(&s.cal, "cert.export",
		       "{'ref':'7/2022','format':'jws','url':'a.b/c'}"),
		  "'field':'url','expected':'url'"));
	(void)snprintf(url, sizeof(url), "https://%0500d", 0);
	(void)snprintf(json, sizeof(json),
		       "{'ref':'7/2022','format':'jws','url':'%s'}", url);
	CHECK(has(call(&s.cal, "cert.export", json), "'code':'too_large'"));
	(void)call(&s.cal, "cert.revoke", "{'ref':'7/2022'}");
	r = call(&s.cal, "cert.export", "{'ref':'7/2022','format':'jws'}");
	CHECK(has(r, "'code':'not_permitted'") && has(r, "is revoked"));
	scene_drop(&s);
}

/* As `cert show` says it: what was asked for is named. */
TEST(what_is_no_certificate_is_not_found)
{
	struct scene s;
	char json[300], id[100];
	const char *r;

	scene_open(&s);
	call_get(call(&s.cal, "cert.revoke", "{'ref':'7/2022'}"), "id", id,
		 sizeof(id));
	for (int i = 0; i < 2; i++) {
		(void)snprintf(json, sizeof(json), "{'ref':'%s','format':'%s'}",
			       id, i ? "jws" : "proof");
		r = call(&s.cal, "cert.export", json);
		CHECK(has(r, "'code':'not_found'") && has(r, "'field':'ref'"));
	}
	scene_drop(&s);
}

TEST(what_is_meant_as_a_token_is_judged_as_one_without_a_network)
{
	struct fixture f;

	fixture_open(&f);
	CHECK(has(call_with(&f, "cert.verify", "ref", "eyJ0"),
		  "'verdict':'BAD_SIGNATURE'"));
	fixture_drop(&f);
}

TEST(the_changes_in_force_are_exported)
{
	static const uint8_t seed[32] = {9};
	struct wici_secret secret;
	struct wici_key key;
	struct scene s;
	const char *r;

	scene_open(&s);
	wici_key_pair(&key, &secret, seed);
	restate(&s, &key);
	r = call(&s.mlawa, "roster.export", "{}");
	CHECK(has(r, "'version':2") && has(r, "'changes':2") &&
	      has(r, "'expires':'2028-12-31'") && has(r, "'bytes':<bin>"));
	scene_drop(&s);
}

TEST_MAIN(RUN(a_token_leads_to_the_grants_own_verdict),
	  RUN(a_token_that_is_not_of_this_grant_is_refused),
	  RUN(a_former_token_key_is_known_and_makes_no_more_tokens),
	  RUN(only_who_has_the_key_exports_and_only_what_counts),
	  RUN(what_is_no_certificate_is_not_found),
	  RUN(what_is_meant_as_a_token_is_judged_as_one_without_a_network),
	  RUN(the_changes_in_force_are_exported))
