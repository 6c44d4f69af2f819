/* What a client sees: every method against a real node, from an empty folder
 * to a certificate that was revoked. */
#include "tests/daemon/call.h"

static void second(struct fixture *b, struct fixture *a)
{
	fixture_open(b);
	call_join(a, b,
		  "'name':'Miejski Ośrodek Pomocy Społecznej w Mławie',"
		  "'short_name':'MOPS Mława','no_passphrase':true");
}

#define GRANT                                                                  \
	"{'holder':'mops mława','number':'57/2022','name':'Certyfikat "       \
	"Jakości','granted_for':'organizowanie społeczności',"              \
	"'granted_on':'2022-03-29','valid_from':'2022','valid_until':"         \
	"'2026-12-31','valid_years_text':'na lata 2022–2026'}"

TEST(a_fresh_daemon_says_what_to_do_next)
{
	struct fixture f;
	const char *r;

	fixture_open(&f);
	r = call(&f, "status.get", "{}");
	CHECK(has(r, "'next':'init'") && has(r, "'identity':null") &&
	      has(r, "'version':'") && has(r, "'peers':[]"));
	CHECK(has(call(&f, "identity.init", "{'no_passphrase':true}"),
		  "'field':'name'"));
	CHECK(has(call(&f, "identity.init", "{'name':'A'}"),
		  "'code':'passphrase'"));
	CHECK(has(call(&f, "identity.init",
		       "{'name':'A','passphrase':'x','no_passphrase':true}"),
		  "'code':'usage'"));
	CHECK(has(call(&f, "identity.init",
		       "{'name':'A','type':'zamek','no_passphrase':true}"),
		  "'expected':'word'"));
	CHECK(!f.n->keys.has_identity);
	CHECK(has(call(&f, "network.create", "{'name':'N','single':true}"),
		  "'code':'not_permitted'"));
	CHECK(has(
		call(&f, "identity.init", "{'name':'A','no_passphrase':true}"),
		"{'identity':'"));
	r = call(&f, "status.get", "{}");
	CHECK(has(r, "'next':'network'") && has(r, "'name':'A'"));
	CHECK(has(
		call(&f, "identity.init", "{'name':'A','no_passphrase':true}"),
		"there is an identity already"));
	CHECK(has(call(&f, "practice.publish", "{'title':'X'}"),
		  "'code':'not_member'"));
	fixture_drop(&f);
}

TEST(a_network_needs_cards_or_the_word_single)
{
	struct fixture f;
	const char *r;

	fixture_open(&f);
	(void)call(&f, "identity.init", "{'name':'A','no_passphrase':true}");
	CHECK(has(call(&f, "network.create", "{'name':'N'}"),
		  "'code':'usage'"));
	CHECK(has(call(&f, "network.create",
		       "{'name':'N','issuer':'Nie tak','single':true}"),
		  "'field':'issuer'"));
	r = call(&f, "network.create",
		 "{'name':'N','issuer':'osl','recovery':true}");
	CHECK(has(r, "'network':'") && has(r, "'recovery':[{'key':'"));
	r = call(&f, "roster.show", "{}");
	CHECK(has(r, "'threshold':2") && has(r, "'scheme':'osl'") &&
	      has(r, "'members':1"));
	CHECK(has(call(&f, "network.create", "{'name':'N','single':true}"),
		  "'code':'already_member'"));
	fixture_drop(&f);
}

/* The key that is shown for a card is the one that the root knows. */
TEST(recovery_keys_are_root_keys)
{
	struct fixture f;
	char key[100];

	fixture_open(&f);
	(void)call(&f, "identity.init", "{'name':'A','no_passphrase':true}");
	call_get(call(&f, "network.create", "{'name':'N','recovery':true}"),
		 "key", key, sizeof(key));
	CHECK(has(call(&f, "roster.show", "{}"), key));
	fixture_drop(&f);
}

TEST(a_passphrase_is_asked_for_and_used)
{
	static const uint8_t unlock[32] = {1, 2, 3};
	static const uint8_t wrong[32] = {1, 2, 4};
	static const char init[] = "{'name':'A','passphrase':'sekret'}";
	static const char create[] =
		"{'name':'N','single':true,'passphrase':'sekret'}";
	struct wici_bytes passphrase;
	struct growing params;
	struct fixture f;
	uint8_t salt[16];
	uint8_t again[16];

	fixture_open(&f);
	growing_init(&params, GROWING_LEN_MAX);
	(void)json_to_mp(init, &params.w);
	fixture_begin(&f);
	CHECK(node_needs_unlock(f.n, WICI_BYTES("identity.init"),
				growing_bytes(&params), salt, &passphrase));
	CHECK(wici_bytes_is(passphrase, "sekret"));
	CHECK(!node_needs_unlock(f.n, WICI_BYTES("status.get"),
				 growing_bytes(&params), salt, &passphrase));
	call_put(&f, "identity.init", init, unlock, salt);
	node_turn_end(f.n);
	CHECK(has(call_drain(&f), "{'identity':'"));

	fixture_begin(&f);
	CHECK(node_needs_unlock(f.n, WICI_BYTES("network.create"),
				growing_bytes(&params), again, &passphrase));
	CHECK(memcmp(salt, again, sizeof(salt)) == 0);
	call_put(&f, "network.create", create, wrong, again);
	node_turn_end(f.n);
	CHECK(has(call_drain(&f), "'code':'passphrase'"));
	CHECK(has(call(&f, "network.create", "{'name':'N','single':true}"),
		  "'code':'passphrase'"));
	CHECK(!f.n->has_network);
	fixture_begin(&f);
	call_put(&f, "network.create", create, unlock, again);
	node_turn_end(f.n);
	CHECK(has(call_drain(&f), "{'network':'"));
	growing_clear(&params);
	fixture_drop(&f);
}

TEST(the_profile_given_at_init_is_published)
{
	struct fixture f;
	const char *r;

	call_found(&f);
	r = call(&f, "institution.list", "{}");
	CHECK(has(r, "'short_name':'CAL'") && has(r, "'self':true") &&
	      has(r, "'issuer':['osl']") && has(r, "'registrar':true") &&
	      has(r, "'type':'association'"));
	r = call(&f, "status.get", "{}");
	CHECK(has(r, "'short_name':'CAL'") && has(r, "'next':null") &&
	      has(r, "'registrar':true,'issuer':['osl']") &&
	      has(r, "'institution.profile':1"));
	CHECK(has(call(&f, "institution.show", "{'ref':'cal'}"),
		  "'profile':{"));
	fixture_drop(&f);
}

TEST(a_certificate_goes_through_its_whole_life)
{
	struct fixture a;
	struct fixture b;
	const char *r;

	call_found(&a);
	second(&b, &a);
	r = call(&a, "cert.grant", GRANT);
	CHECK(has(r, "'kind':'certificate.grant'"));
	fixture_carry(&a, &b);

	/* On a node that is not the issuer's. */
	r = call(&b, "cert.verify", "{'ref':'57/2022','on':'2024-06-01'}");
	CHECK(has(r, "'verdict':'VALID'") && has(r, "'name':'signature'") &&
	      has(r, "'not_checked':['witness']") &&
	      has(r, "'name':'Stowarzyszenie CAL'") && has(r, "'as_of':'2026"));
	CHECK(has(
		call(&b, "cert.verify", "{'ref':'57/2022','on':'2027-01-01'}"),
		"'verdict':'EXPIRED'"));
	CHECK(has(
		call(&b, "cert.verify", "{'ref':'57/2022','on':'2021-12-31'}"),
		"'verdict':'NOT_YET_VALID'"));
	CHECK(has(call(&b, "cert.verify", "{'ref':'58/2022'}"),
		  "{'verdict':'NOT_FOUND'"));
	CHECK(has(call(&b, "cert.revoke", "{'ref':'57/2022'}"),
		  "'code':'not_permitted'"));

	r = call(&a, "cert.revoke",
		 "{'ref':'57/2022','reason':'Nie spełnia standardów',"
		 "'effective':'2025-01-01'}");
	CHECK(has(r, "'reason_id':'"));
	CHECK(has(call(&a, "cert.revoke", "{'ref':'57/2022'}"),
		  "revoked already"));
	fixture_carry(&a, &b);
	CHECK(has(
		call(&b, "cert.verify", "{'ref':'57/2022','on':'2025-01-01'}"),
		"'verdict':'REVOKED'"));
	CHECK(has(
		call(&b, "cert.verify", "{'ref':'57/2022','on':'2024-12-31'}"),
		"'verdict':'VALID'"));
	r = call(&b, "certificate.show", "{'ref':'57/2022'}");
	CHECK(has(r, "'reason':'Nie spełnia standardów'") &&
	      has(r, "'kind':'certificate.revoke'") && has(r, "'index':1") &&
	      has(r, "'revoked_from':'2025-01-01'"));
	r = call(&b, "cert.list", "{'holder':'MOPS Mława'}");
	CHECK(has(r, "'number':'57/2022'") && has(r, "'verdict':'REVOKED'"));
	CHECK(has(call(&b, "cert.list", "{'holder':'CAL'}"), "'items':[]"));
	fixture_drop(&b);
	fixture_drop(&a);
}

TEST(a_grant_without_dates_is_undated)
{
	struct fixture f;

	call_found(&f);
	(void)call(&f, "cert.grant", "{'holder':'CAL','number':'1'}");
	CHECK(has(call(&f, "cert.verify", "{'ref':'1'}"),
		  "'verdict':'UNDATED'"));
	fixture_drop(&f);
}

TEST(each_grant_gets_the_next_index_of_its_scheme)
{
	struct fixture f;
	const char *r;

	call_found(&f);
	r = call(&f, "cert.grant", "{'holder':'CAL','dry_run':true}");
	CHECK(has(r, "'index':1") && has(r, "'scheme':'osl'"));
	(void)call(&f, "record.add",
		   "{'kind':'certificate.grant','bodies':["
		   "{'holder':'CAL','number':'1'},"
		   "{'holder':'CAL','number':'2'}]}");
	CHECK(has(call(&f, "cert.show", "{'ref':'2'}"), "'index':2"));
	CHECK(has(call(&f, "cert.grant", "{'holder':'CAL','index':9}"),
		  "'field':'index'"));
	/* The number is not lost with the note of it. */
	fixture_begin(&f);
	CHECK_OK(book_set_int(f.n->store, "index.osl", 0));
	fixture_end(&f);
	fixture_reopen(&f);
	(void)call(&f, "cert.grant", "{'holder':'CAL','number':'3'}");
	CHECK(has(call(&f, "cert.show", "{'ref':'3'}"), "'index':3"));
	fixture_drop(&f);
}

TEST(only_an_issuing_feed_grants)
{
	struct fixture a;
	struct fixture b;
	const char *r;

	call_found(&a);
	second(&b, &a);
	r = call(&b, "cert.grant", "{'holder':'CAL','scheme':'osl'}");
	CHECK(has(r, "'code':'not_permitted'") && has(r, "roster show"));
	r = call(&a, "cert.grant", "{'holder':'CAL','scheme':'inny'}");
	CHECK(has(r, "'code':'not_permitted'"));
	r = call(&a, "cert.grant",
		 "{'holder':'CAL','granted_for':'tel. 501 234 567'}");
	CHECK(has(r, "'expected':'not_personal'") &&
	      has(r, "'field':'granted_for'"));
	fixture_drop(&b);
	fixture_drop(&a);
}

TEST(wrong_fields_are_named)
{
	struct fixture f;
	const char *r;

	call_found(&f);
	r = call(&f, "cert.grant",
		 "{'holder':'CAL','valid_until':'2026-13-01'}");
	CHECK(has(r, "'code':'bad_field'") && has(r, "'field':'valid_until'") &&
	      has(r, "'expected':'when'") && has(r, "'got':'2026-13-01'"));
	CHECK(has(call(&f, "cert.grant", "{'holder':'Nikt'}"),
		  "'code':'not_found'"));
	CHECK(has(call(&f, "cert.verify", "{'ref':'1','wann':'x'}"),
		  "'field':'wann'"));
	CHECK(has(call(&f, "cert.verify", "{}"), "'field':'ref'"));
	CHECK(has(call(&f, "cert.verify", "{'ref':'1','on':'jutro'}"),
		  "'expected':'day'"));
	CHECK(has(call(&f, "cert.dance", "{}"), "'code':'usage'"));
	CHECK(has(call(&f, "status.get", "[]"), "'next':null"));
	CHECK(has(call(&f, "status.get", "[{}]"), "'next':null"));
	CHECK(has(call(&f, "status.get", "3"), "'code':'usage'"));
	fixture_drop(&f);
}

TEST(invitations_are_listed_used_and_revoked)
{
	struct fixture a;
	struct fixture b;
	char id[32];
	const char *r;

	call_found(&a);
	second(&b, &a);
	r = call(&a, "invite.list", "{}");
	CHECK(has(r, "'state':'used'") && !strstr(r, "'code':null"));
	call_get(call(&a, "invite.create", "{'name':'Drugi','days':3}"), "id",
		 id, sizeof(id));
	CHECK(has(call(&a, "invite.list", "{}"), "'state':'open'"));
	CHECK(has(call_with(&a, "invite.revoke", "id", id),
		  "'state':'revoked'"));
	CHECK(has(call(&a, "invite.list", "{}"), "'state':'revoked'"));
	(void)call(&a, "invite.create", "{'name':'Trzeci','days':'1'}");
	a.wall_ms += (int64_t)3 * 86400 * 1000;
	CHECK(has(call(&a, "invite.list", "{}"), "'state':'expired'"));
	CHECK(has(call(&a, "invite.create", "{'name':'X','days':0}"),
		  "'field':'days'"));
	CHECK(has(call(&b, "invite.create", "{'name':'X'}"),
		  "'code':'not_permitted'"));
	CHECK(has(call(&a, "invite.revoke", "{'id':'0011223344556677'}"),
		  "'code':'not_found'"));
	fixture_drop(&b);
	fixture_drop(&a);
}

TEST(peers_are_added_and_removed)
{
	struct fixture f;

	fixture_open(&f);
	CHECK(has(call(&f, "peer.add", "{'address':'mlawa.example:8481'}"),
		  "{'address':'mlawa.example:8481'}"));
	CHECK(has(call(&f, "peer.list", "{}"), "'direction':'out'"));
	fixture_reopen(&f);
	CHECK(has(call(&f, "peer.list", "{}"), "mlawa.example"));
	CHECK(has(call(&f, "peer.add", "{'address':'mlawa'}"),
		  "'expected':'address'"));
	CHECK(has(call(&f, "peer.remove", "{'address':'mlawa.example:8481'}"),
		  "'address'"));
	CHECK(has(call(&f, "peer.list", "{}"), "'items':[]"));
	CHECK(has(call(&f, "peer.remove", "{'address':'mlawa.example:8481'}"),
		  "'code':'not_found'"));
	fixture_drop(&f);
}

TEST(kinds_tell_their_fields)
{
	struct fixture f;
	const char *r;

	fixture_open(&f);
	r = call(&f, "kinds.get", "{}");
	CHECK(has(r, "'name':'certificate.grant'") &&
	      has(r, "'by_node':true") && has(r, "'words':[{'code':'OPS'"));
	r = call(&f, "kinds.get", "{'kind':'practice.publish'}");
	CHECK(has(r, "'label':{'pl':'Tytuł','en':'Title'}") &&
	      !strstr(r, "certificate"));
	CHECK(has(call(&f, "kinds.get", "{'kind':'zamek'}"),
		  "'code':'unknown_kind'"));
	fixture_drop(&f);
}

/* Every truncation of a call's bytes is an answer, not a crash. */
TEST(every_truncation_of_params_is_answered)
{
	struct growing params;
	struct fixture f;

	call_found(&f);
	growing_init(&params, GROWING_LEN_MAX);
	(void)json_to_mp("{'kind':'institution.profile','body':{'name':'A',"
			 "'team':{'size':'4','since':2014},'units':[{'name':"
			 "'B'},{'name':'C'}],'aliases':['x','y']}}",
			 &params.w);
	for (size_t len = 0; len <= params.w.len; len++) {
		uint8_t *copy = growing_alloc(len);

		memcpy(copy, params.w.buf, len);
		fixture_begin(&f);
		node_call(f.n, 1, 7, WICI_BYTES("record.add"),
			  (struct wici_bytes){copy, len}, NULL, NULL);
		node_turn_end(f.n);
		CHECK(has(call_drain(&f), "'code':'"));
		free(copy);
	}
	growing_clear(&params);
	fixture_drop(&f);
}

TEST_MAIN(RUN(a_fresh_daemon_says_what_to_do_next),
	  RUN(a_network_needs_cards_or_the_word_single),
	  RUN(recovery_keys_are_root_keys),
	  RUN(a_passphrase_is_asked_for_and_used),
	  RUN(the_profile_given_at_init_is_published),
	  RUN(a_certificate_goes_through_its_whole_life),
	  RUN(a_grant_without_dates_is_undated),
	  RUN(each_grant_gets_the_next_index_of_its_scheme),
	  RUN(only_an_issuing_feed_grants), RUN(wrong_fields_are_named),
	  RUN(invitations_are_listed_used_and_revoked),
	  RUN(peers_are_added_and_removed), RUN(kinds_tell_their_fields),
	  RUN(every_truncation_of_params_is_answered))
