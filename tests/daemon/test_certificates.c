/* Certificates among friends and others. */
#include "daemon/certificates.h"
#include "daemon/body.h"
#include "tests/daemon/call.h"
#include "tests/daemon/root.h"

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
	static const struct wici_kind later = {.number = 38,
					       .name = "certificate.later",
					       .by = WICI_BY_ISSUER,
					       .is_critical = true,
					       .fields = none};
	static const struct wici_kind harmless = {.number = 39,
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
	CHECK(has(call(&f, "cert.export", "{'ref':'1','format':'proof'}"),
		  "'code':'newer_needed'"));
	fixture_drop(&f);
}

/* Somebody else's software uses a number of the list twice, or anew. */
static void force_grant(struct fixture *f, int index, const char *number,
			char id[100])
{
	struct wici_id holder;
	char json[300];

	memcpy(holder.b, f->n->keys.identity.b, sizeof(holder.b));
	(void)snprintf(json, sizeof(json),
		       "{'holder':'','index':%d,'number':'%s','scheme':'osl',"
		       "'valid_from':'2020','valid_until':'2030'}",
		       index, number);
	force(f, &wici_kind_certificate_grant, json, &holder, "holder");
	wici_hex(id, f->n->own->row.id.b, WICI_ID_LEN);
}

/* By its id and by its number: there is no such certificate, and why. */
static void check_void(struct fixture *f, const char *id, const char *number)
{
	const char *refs[] = {id, number};
	char json[300];

	for (int i = 0; i < 2; i++) {
		const char *r = call_with(f, "cert.verify", "ref", refs[i]);

		CHECK(has(r, "'verdict':'NOT_FOUND'") &&
		      has(r, "'certificate':null") &&
		      has(r, "'checks':[{'name':'found','ok':false,"
			     "'detail':'void_index'}]"));
		CHECK(has(call_with(f, "cert.show", "ref", refs[i]),
			  "'code':'not_found'"));
		(void)snprintf(json, sizeof(json),
			       "{'ref':'%s','format':'proof'}", refs[i]);
		CHECK(has(call(f, "cert.export", json), "'code':'not_found'"));
	}
	CHECK(has(call_with(f, "record.show", "id", id),
		  "'state':'void','why':'void_index'"));
	CHECK(!strstr(call(f, "cert.list", "{}"), id));
	CHECK(!strstr(call(f, "record.list", "{'kind':'cert'}"), id));
}

static void check_valid(struct fixture *f, const char *number)
{
	CHECK(has(call_with(f, "cert.verify", "ref", number),
		  "'verdict':'VALID'"));
}

TEST(a_second_use_of_an_index_is_void_and_said_to_be)
{
	struct fixture f;
	char second_id[100];
	char other_id[100];

	call_found(&f);
	(void)call(&f, "cert.grant", "{'holder':'CAL','number':'1'," DATED "}");
	force_grant(&f, 1, "2", second_id);
	force_grant(&f, 7, "3", other_id);
	check_valid(&f, "1");
	check_void(&f, second_id, "2");
	check_valid(&f, "3");
	CHECK(has(call_with(&f, "cert.revoke", "ref", second_id), "'code':"));
	CHECK(has(call(&f, "cert.revoke", "{'ref':'1'}"), "'id'"));
	check_void(&f, second_id, "2"); /* Revoked is used all the same. */
	/* What was used is passed over when numbers are given out. */
	force_grant(&f, 2, "4", other_id);
	(void)call(&f, "cert.grant", "{'holder':'CAL','number':'5'," DATED "}");
	check_valid(&f, "4");
	check_valid(&f, "5");
	CHECK(has(call(&f, "cert.show", "{'ref':'5'}"), "'index':3"));
	fixture_drop(&f);
}

TEST(nobody_else_can_use_up_an_issuers_index)
{
	struct fixture a;
	struct fixture b;
	char id[100];

	call_found(&a);
	second(&b, &a);
	for (int i = 0; i < 70; i++)
		force_grant(&b, 1, "2", id);
	fixture_carry(&b, &a);
	(void)call(&a, "cert.grant", "{'holder':'CAL','number':'1'," DATED "}");
	check_valid(&a, "1");
	CHECK(has(call_with(&a, "record.show", "id", id),
		  "'why':'void_right'"));
	fixture_carry(&a, &b);
	check_valid(&b, "1");
	fixture_drop(&b);
	fixture_drop(&a);
}

/* The root closes a's feed at this entry; from now on b issues. */
static void hand_over(struct fixture *a, const struct fixture *b,
		      const struct wici_head *cut)
{
	static struct root_change c;
	struct wici_issuer issuer = a->n->roster.issuers[0];

	issuer.closed[0].cut = *cut;
	issuer.closed_count = 1;
	issuer.identity = b->n->keys.identity;
	issuer.at = root_head(b->n, &b->n->own->row.key);
	root_begin(&c, a->n, 1);
	wici_op_issuers(&c.w, "2027-12-31", &issuer, 1);
	root_end(&c, a->n);
	fixture_begin(a);
	CHECK_OK(node_receive_statement(a->n, 3, c.bytes));
	fixture_end(a);
}

static void carry_own(struct fixture *from, struct fixture *to)
{
	const struct feed *own = from->n->own;
	const struct wici_head head = {own->row.key, own->counting_seq,
				       own->counting_id};

	fixture_begin(to);
	CHECK_OK(fixture_carry_feed(from, to, &head));
	fixture_end(to);
	fixture_rest(to);
}

/* a issued first and b later, whoever of them is heard of first, and though
 * b's clock and its own store say otherwise. */
/* It is found; b has published no beacon, so nobody is told VALID. */
static void check_counts(struct fixture *f, const char *number)
{
	CHECK(has(call_with(f, "cert.verify", "ref", number),
		  "'verdict':'STALE'"));
}

TEST(which_use_is_the_first_does_not_depend_on_arrival)
{
	struct fixture a, b, x[2];
	char id[100], ignored[100];
	struct wici_head cut;

	call_found(&a);
	second(&b, &a);
	for (int i = 0; i < 2; i++) {
		fixture_open(&x[i]);
		call_join(&a, &x[i],
			  i ? "'name':'D','short_name':'D',"
			      "'no_passphrase':true"
			    : "'name':'C','short_name':'C',"
			      "'no_passphrase':true");
		fixture_carry(&b, &x[i]);
	}
	force_grant(&b, 5, "2", id);
	force_grant(&b, 6, "3", ignored);
	force_grant(&a, 5, "1", ignored);
	cut = root_head(a.n, &a.n->own->row.key);
	force_grant(&a, 6, "4", ignored); /* Above the cut: it uses nothing. */
	hand_over(&a, &b, &cut);
	for (int i = 0; i < 2; i++) {
		fixture_begin(&x[i]);
		fixture_carry_statements(&a, &x[i]);
		fixture_end(&x[i]);
	}
	carry_own(&a, &x[0]);
	carry_own(&b, &x[0]);
	carry_own(&b, &x[1]);
	/* Known up to the cut is a's feed not here: nobody can say. */
	CHECK(has(call_with(&x[1], "cert.verify", "ref", "2"),
		  "'verdict':'DISPUTED'"));
	carry_own(&a, &x[1]);
	fixture_carry(&a, &b);
	fixture_carry(&b, &a);
	for (int i = 0; i < 4; i++) {
		struct fixture *f = i < 2 ? &x[i] : i == 2 ? &a : &b;

		check_counts(f, "1");
		check_void(f, id, "2");
		check_counts(f, "3");
	}
	/* The new issuer goes on where the old one stopped. */
	(void)call(&b, "cert.grant", "{'holder':'CAL','number':'9'," DATED "}");
	CHECK(has(call(&b, "cert.show", "{'ref':'9'}"), "'index':7"));
	for (int i = 0; i < 2; i++)
		fixture_drop(&x[i]);
	fixture_drop(&b);
	fixture_drop(&a);
}

/* A store of a version that did not project what an index refers to. */
TEST(a_store_of_an_earlier_version_finds_it_too)
{
	struct fixture f;
	char id[100];

	call_found(&f);
	(void)call(&f, "cert.grant", "{'holder':'CAL','number':'1'," DATED "}");
	force_grant(&f, 1, "2", id);
	fixture_rest(&f);
	fixture_begin(&f);
	CHECK_OK(record_clear(f.n->store));
	CHECK_OK(book_set_int(f.n->store, RECORD_CURSOR, f.n->last_n));
	CHECK_OK(book_set_int(f.n->store, "projection", 0));
	fixture_end(&f);
	fixture_reopen(&f);
	fixture_rest(&f);
	check_valid(&f, "1");
	check_void(&f, id, "2");
	fixture_drop(&f);
}

/* Granted in November for the years to come: until then the old one is meant. */
TEST(a_renewal_in_advance_leaves_the_number_to_the_one_in_force)
{
	struct fixture f;

	call_found(&f);
	(void)call(&f, "cert.grant", "{'holder':'CAL','number':'1'," DATED "}");
	(void)call(&f, "cert.grant",
		   "{'holder':'CAL','number':'1','previous':'1',"
		   "'valid_from':'2027','valid_until':'2031'}");
	CHECK(has(call(&f, "cert.verify", "{'ref':'1'}"), "'verdict':'VALID'"));
	CHECK(has(call(&f, "cert.verify", "{'ref':'1','on':'2028-01-01'}"),
		  "'verdict':'VALID'"));
	CHECK(has(call(&f, "cert.verify", "{'ref':'1','on':'2020-01-01'}"),
		  "'verdict':'NOT_YET_VALID'"));
	CHECK(has(call(&f, "cert.show", "{'ref':'1'}"), "'valid_from':'2022'"));
	fixture_drop(&f);
}

/* A slip of the pen: the number belongs to another certificate. */
TEST(a_number_that_was_corrected_away_is_free_for_its_owner)
{
	struct fixture f;
	char id[100], json[300];
	const char *r;

	call_found(&f);
	call_get(call(&f, "cert.grant",
		      "{'holder':'CAL','number':'1'," DATED "}"),
		 "id", id, sizeof(id));
	(void)call(&f, "cert.grant", "{'holder':'CAL','number':'1'," DATED "}");
	r = call(&f, "cert.verify", "{'ref':'1'}");
	CHECK(has(r, "'code':'ambiguous'") &&
	      has(r, "'name':'Stowarzyszenie CAL'"));
	(void)snprintf(json, sizeof(json), "{'id':'%s','body':{'number':'2'}}",
		       id);
	(void)call(&f, "record.edit", json);
	CHECK(has(call(&f, "cert.verify", "{'ref':'1'}"), "'verdict':'VALID'"));
	CHECK(has(call(&f, "cert.show", "{'ref':'1'}"), "'number':'1'"));
	CHECK(has(call(&f, "cert.show", "{'ref':'2'}"), "'number':'2'"));
	/* Its old id leads to what it is now. */
	CHECK(has(call_with(&f, "cert.show", "ref", id), "'number':'2'"));
	fixture_drop(&f);
}

TEST_MAIN(RUN(a_grant_in_a_feed_that_does_not_issue_is_never_found_by_number),
	  RUN(a_flood_of_foreign_acts_hides_no_revocation),
	  RUN(one_number_of_two_certificates_is_ambiguous),
	  RUN(a_renewal_of_the_same_number_is_the_one_that_is_meant),
	  RUN(nothing_but_a_grant_is_a_certificate),
	  RUN(an_expired_issuers_list_makes_it_stale),
	  RUN(a_critical_act_of_an_unknown_kind_withholds_the_verdict),
	  RUN(a_second_use_of_an_index_is_void_and_said_to_be),
	  RUN(nobody_else_can_use_up_an_issuers_index),
	  RUN(which_use_is_the_first_does_not_depend_on_arrival),
	  RUN(a_store_of_an_earlier_version_finds_it_too),
	  RUN(a_renewal_in_advance_leaves_the_number_to_the_one_in_force),
	  RUN(a_number_that_was_corrected_away_is_free_for_its_owner))
