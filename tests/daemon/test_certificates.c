/* Certificates among friends and others. */
#include "daemon/certificates.h"
#include "daemon/body.h"
#include "tests/daemon/call.h"

/* Appends what this feed may not write, as somebody else's software might. */
static void force(struct fixture *f, const struct wici_kind *kind,
		  const char *json, const struct wici_id *to, const char *field)
{
	struct growing payload;
	struct growing edited;
	struct body_value value = {.name = field};
	struct growing id;
	struct wici_head head;

	growing_init(&payload, GROWING_LEN_MAX);
	growing_init(&edited, GROWING_LEN_MAX);
	growing_init(&id, 64);
	(void)json_to_mp(json, &payload.w);
	wici_mp_bin(&id.w, to->b, WICI_ID_LEN);
	value.raw = growing_bytes(&id);
	body_replace(growing_bytes(&payload), &value, &edited.w);
	fixture_begin(f);
	CHECK_OK(publish_append(f->n, kind, growing_bytes(&edited), &head));
	node_turn_end(f->n);
	(void)call_drain(f);
	growing_clear(&payload);
	growing_clear(&edited);
	growing_clear(&id);
}

static void second(struct fixture *b, struct fixture *a)
{
	fixture_open(b);
	call_join(a, b,
		  "'name':'B','short_name':'MOPS B','no_passphrase':true");
}

#define FORGED                                                                 \
	"{'holder':'','index':1,'number':'57/2022','scheme':'osl',"            \
	"'valid_from':'2020','valid_until':'2030'}"
#define DATED "'valid_from':'2022','valid_until':'2026'"

TEST(a_grant_in_a_feed_that_does_not_issue_is_never_found_by_number)
{
	struct fixture a;
	struct fixture b;
	struct wici_id holder;
	char id[100];
	const char *r;

	call_found(&a);
	second(&b, &a);
	memcpy(holder.b, b.n->keys.identity.b, sizeof(holder.b));
	force(&b, &wici_kind_certificate_grant, FORGED, &holder, "holder");
	fixture_carry(&b, &a);
	CHECK(has(call(&a, "cert.verify", "{'ref':'57/2022'}"),
		  "'verdict':'NOT_FOUND'"));
	CHECK(has(call(&a, "cert.list", "{}"), "'items':[]"));
	CHECK(has(call(&a, "record.list", "{'kind':'cert'}"), "'items':[]"));
	r = call(&a, "log.list", "{'institution':'MOPS B'}");
	CHECK(has(r, "'state':'void','why':'void_right'"));
	/* Asked for by its id it is shown for what it is. */
	call_get(r, "id", id, sizeof(id));
	CHECK(has(call_with(&a, "cert.verify", "ref", id),
		  "'verdict':'UNKNOWN_ISSUER'"));

	(void)call(&a, "cert.grant",
		   "{'holder':'MOPS B','number':'57/2022'," DATED "}");
	CHECK(has(call(&a, "cert.verify", "{'ref':'57/2022'}"),
		  "'verdict':'VALID'"));
	fixture_drop(&b);
	fixture_drop(&a);
}

/* More acts by others than a fold takes, before the issuer's own. */
TEST(a_flood_of_foreign_acts_hides_no_revocation)
{
	struct fixture a;
	struct fixture b;
	struct wici_id grant;
	char id[100];
	const char *r;

	call_found(&a);
	second(&b, &a);
	call_get(call(&a, "cert.grant",
		      "{'holder':'MOPS B','number':'1'," DATED "}"),
		 "id", id, sizeof(id));
	CHECK_OK(wici_unhex(grant.b, WICI_ID_LEN, wici_bytes_str(id)));
	fixture_carry(&a, &b);
	for (int i = 0; i < 300; i++)
		force(&b, &wici_kind_certificate_revoke, "{'certificate':''}",
		      &grant, "certificate");
	fixture_carry(&b, &a);
	CHECK(has(call(&a, "cert.verify", "{'ref':'1'}"), "'verdict':'VALID'"));
	(void)call(&a, "cert.revoke", "{'ref':'1','reason':'Powód'}");
	r = call(&a, "cert.show", "{'ref':'1'}");
	CHECK(has(r, "'verdict':'REVOKED'") && has(r, "'reason':'Powód'") &&
	      has(r, "'why':'void_right'"));
	fixture_drop(&b);
	fixture_drop(&a);
}

TEST(one_number_of_two_certificates_is_ambiguous)
{
	struct fixture f;
	const char *r;

	call_found(&f);
	(void)call(&f, "cert.grant", "{'holder':'CAL','number':'1'}");
	(void)call(&f, "cert.grant", "{'holder':'CAL','number':'1'}");
	r = call(&f, "cert.verify", "{'ref':'1'}");
	CHECK(has(r, "'code':'ambiguous'") && has(r, "'items':[{'id':'") &&
	      has(r, "'got':'1'"));
	fixture_drop(&f);
}

TEST(a_renewal_of_the_same_number_is_the_one_that_is_meant)
{
	struct fixture f;
	char first[100];
	char json[300];
	const char *r;

	call_found(&f);
	call_get(call(&f, "cert.grant",
		      "{'holder':'CAL','number':'1','valid_from':'2011',"
		      "'valid_until':'2015'}"),
		 "id", first, sizeof(first));
	CHECK(has(call(&f, "cert.grant",
		       "{'holder':'CAL','number':'1','previous':'1'," DATED
		       "}"),
		  "'id'"));
	r = call(&f, "cert.verify", "{'ref':'1'}");
	CHECK(has(r, "'verdict':'VALID'") && has(r, first));
	CHECK(has(call_with(&f, "cert.verify", "ref", first),
		  "'verdict':'EXPIRED'"));
	/* And an edit of the newer one supersedes it. */
	(void)snprintf(json, sizeof(json),
		       "{'id':'%.12s','body':{'name':'Inna nazwa'}}", first);
	CHECK(has(call(&f, "record.edit", json), "'id'"));
	CHECK(has(call(&f, "cert.verify", "{'ref':'1'}"),
		  "'code':'ambiguous'"));
	fixture_drop(&f);
}

TEST(nothing_but_a_grant_is_a_certificate)
{
	struct fixture f;
	char id[100];

	call_found(&f);
	call_get(call(&f, "practice.publish", "{'title':'A'}"), "id", id,
		 sizeof(id));
	CHECK(has(call_with(&f, "cert.verify", "ref", id),
		  "'verdict':'NOT_FOUND'"));
	CHECK(has(call_with(&f, "cert.show", "ref", id), "'code':'not_found'"));
	CHECK(has(call(&f, "cert.verify", "{'ref':' '}"),
		  "'expected':'not_empty'"));
	fixture_drop(&f);
}

TEST(an_expired_issuers_list_makes_it_stale)
{
	struct fixture f;

	call_found(&f);
	(void)call(&f, "cert.grant",
		   "{'holder':'CAL','number':'1','valid_from':'2022',"
		   "'valid_until':'2040'}");
	CHECK(has(call(&f, "cert.verify", "{'ref':'1'}"), "'verdict':'VALID'"));
	f.wall_ms += (int64_t)800 * 86400 * 1000;
	CHECK(has(call(&f, "cert.verify", "{'ref':'1'}"), "'verdict':'STALE'"));
	CHECK(has(call(&f, "status.get", "{}"), "issuers_expired"));
	fixture_drop(&f);
}

/* A kind that this version does not know, marked critical by its author: what
 * it says of the certificates is not known. */
TEST(a_critical_act_of_an_unknown_kind_withholds_the_verdict)
{
	static const struct wici_field none[] = {{.name = NULL}};
	static const struct wici_kind later = {.number = 40,
					       .name = "certificate.suspend",
					       .by = WICI_BY_ISSUER,
					       .is_critical = true,
					       .fields = none};
	static const struct wici_kind harmless = {.number = 41,
						  .name = "certificate.x",
						  .by = WICI_BY_ISSUER,
						  .fields = none};
	static const uint8_t empty[] = {0x80};
	const struct wici_bytes body = {empty, 1};
	struct wici_head head;
	struct fixture f;

	call_found(&f);
	(void)call(&f, "cert.grant", "{'holder':'CAL','number':'1'," DATED "}");
	fixture_begin(&f);
	CHECK_OK(publish_append(f.n, &harmless, body, &head));
	fixture_end(&f);
	CHECK(has(call(&f, "cert.verify", "{'ref':'1'}"), "'verdict':'VALID'"));
	fixture_begin(&f);
	CHECK_OK(publish_append(f.n, &later, body, &head));
	fixture_end(&f);
	CHECK(has(call(&f, "cert.verify", "{'ref':'1'}"), "'verdict':'STALE'"));
	CHECK(has(call(&f, "log.list", "{'limit':1}"),
		  "'state':'unknown_kind'"));
	fixture_drop(&f);
}

TEST_MAIN(RUN(a_grant_in_a_feed_that_does_not_issue_is_never_found_by_number),
	  RUN(a_flood_of_foreign_acts_hides_no_revocation),
	  RUN(one_number_of_two_certificates_is_ambiguous),
	  RUN(a_renewal_of_the_same_number_is_the_one_that_is_meant),
	  RUN(nothing_but_a_grant_is_a_certificate),
	  RUN(an_expired_issuers_list_makes_it_stale),
	  RUN(a_critical_act_of_an_unknown_kind_withholds_the_verdict))
