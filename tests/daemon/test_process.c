/* Processes on two nodes: what is refused, what is shown, what waits. */
#include "daemon/publish.h"
#include "proto/kinds/practice.h"
#include "tests/daemon/call.h"

#define KIELCE "'name':'MOPR Kielce','short_name':'MOPR','no_passphrase':true"

/* The association and an institution in its network. */
struct two {
	struct fixture cal, mopr;
};

static void open_two(struct two *t)
{
	call_found(&t->cal);
	fixture_open(&t->mopr);
	call_join(&t->cal, &t->mopr, KIELCE);
}

static void carry(struct two *t)
{
	fixture_carry(&t->cal, &t->mopr);
	fixture_carry(&t->mopr, &t->cal);
}

static void drop_two(struct two *t)
{
	fixture_drop(&t->cal);
	fixture_drop(&t->mopr);
}

static void propose(struct two *t, char visit[100])
{
	call_get(call(&t->mopr, "visit.propose",
		      "{'host':'CAL','purpose':'Klub','date':'2027-03-01'}"),
		 "id", visit, 100);
	carry(t);
}

static const char *with(const char *pattern, const char *id)
{
	static char json[400];
	const char *gap = strchr(pattern, '$');

	(void)snprintf(json, sizeof(json), "%.*s%s%s", (int)(gap - pattern),
		       pattern, id, gap + 1);
	return json;
}

TEST(a_visit_is_answered_and_both_see_the_same)
{
	struct two t;
	char visit[100];
	const char *r;

	open_two(&t);
	propose(&t, visit);
	r = call(&t.cal, "waiting.list", "{}");
	CHECK(has(r, "'state':'proposed'") && has(r, "'mine':true") &&
	      has(r, "'ours':true") && !strstr(r, "'ours':false"));
	r = call(&t.mopr, "waiting.list", "{}");
	CHECK(has(r, "'ours':false") && has(r, "'kind':'visit.answer'") &&
	      has(r, "'mine':false"));
	CHECK(has(call(&t.cal, "visit.answer",
		       with("{'visit':'$','answer':'accept'}", visit)),
		  "'seq':"));
	carry(&t);
	for (int i = 0; i < 2; i++) {
		r = call_with(i ? &t.cal : &t.mopr, "record.show", "id", visit);
		CHECK(has(r, "'state':'accepted'") &&
		      has(r, "'kind':'visit.answer'") &&
		      has(r, "'side':'guest'") && has(r, "'effective':true"));
	}
	r = call(&t.mopr, "process.list", "{'kind':'visit'}");
	CHECK(has(r, "'title':'Klub'") && has(r, "'state':'accepted'") &&
	      has(r, "'day':'2027-03-01'"));
	CHECK(!strstr(r, "'kind':'visit.answer','kind_label':{'pl':'Odp") ||
	      !strstr(r, "'title':null"));
	drop_two(&t);
}

TEST(what_would_have_no_effect_is_refused_and_says_why)
{
	struct two t;
	char visit[100];
	const char *r;

	open_two(&t);
	propose(&t, visit);
	r = call(&t.mopr, "visit.answer",
		 with("{'visit':'$','answer':'accept'}", visit));
	CHECK(has(r, "'code':'not_permitted'") && has(r, "'field':'visit'") &&
	      has(r, "'expected':'not_allowed'") && has(r, "proposed"));
	r = call(&t.cal, "visit.agenda",
		 with("{'visit':'$','agenda':[{'text':'x'}]}", visit));
	CHECK(has(r, "'expected':'not_allowed'"));
	r = call(&t.mopr, "visit.agenda",
		 with("{'visit':'$','agenda':[{'text':'x'}]}", visit));
	CHECK(has(r, "'expected':'not_party'"));
	r = call(&t.cal, "visit.answer",
		 with("{'visit':'$','answer':'date'}", visit));
	CHECK(has(r, "'code':'bad_field'") && has(r, "'field':'date'"));
	r = call(&t.cal, "visit.answer",
		 "{'visit':'0123456789abcdef','answer':'accept'}");
	CHECK(has(r, "'code':'not_found'"));
	/* A record that is no visit. */
	call_get(call(&t.cal, "area.update", "{'estate':'Za Rzeką'}"), "id",
		 visit, sizeof(visit));
	r = call(&t.cal, "visit.answer",
		 with("{'visit':'$','answer':'accept'}", visit));
	CHECK(has(r, "'code':'not_found'") && has(r, "'field':'visit'"));
	drop_two(&t);
}

/* Both act at once: each has seen only the proposal. */
TEST(an_answer_to_an_older_proposal_is_overtaken)
{
	struct two t;
	char visit[100];
	const char *r;

	open_two(&t);
	propose(&t, visit);
	(void)call(&t.cal, "visit.answer",
		   with("{'visit':'$','answer':'accept'}", visit));
	CHECK(has(call(&t.mopr, "visit.answer",
		       with("{'visit':'$','answer':'date',"
			    "'date':'2027-04-01'}",
			    visit)),
		  "'seq':"));
	carry(&t);
	for (int i = 0; i < 2; i++) {
		r = call_with(i ? &t.cal : &t.mopr, "record.show", "id", visit);
		CHECK(has(r, "'state':'proposed'") &&
		      has(r, "'day':'2027-04-01'") &&
		      has(r, "'why':'overtaken'"));
	}
	CHECK(has(call(&t.cal, "visit.answer",
		       with("{'visit':'$','answer':'accept'}", visit)),
		  "'seq':"));
	carry(&t);
	CHECK(has(call_with(&t.mopr, "record.show", "id", visit),
		  "'state':'accepted'"));
	drop_two(&t);
}

/* Who names an answer means the visit. */
TEST(an_act_leads_to_what_it_is_about)
{
	struct two t;
	char visit[100], answer[100];
	const char *r;

	open_two(&t);
	propose(&t, visit);
	call_get(call(&t.cal, "visit.answer",
		      with("{'visit':'$','answer':'accept'}", visit)),
		 "id", answer, sizeof(answer));
	r = call(&t.cal, "visit.agenda",
		 with("{'visit':'$','agenda':[{'text':'x'}]}", answer));
	CHECK(has(r, "'seq':"));
	r = call_with(&t.cal, "record.show", "id", answer);
	CHECK(has(r, "'state':'agreed'") && has(r, visit));
	drop_two(&t);
}

TEST(an_adoption_supersedes_the_one_before)
{
	struct two t;
	char practice[100], second[100], subject[200];
	const char *r;

	open_two(&t);
	call_get(call(&t.cal, "practice.publish", "{'title':'Klub'}"), "id",
		 practice, sizeof(practice));
	carry(&t);
	(void)call(&t.mopr, "practice.adopt",
		   with("{'practice':'$'}", practice));
	r = call(&t.mopr, "practice.adopt",
		 with("{'practice':'$','state':'planned'}", practice));
	call_get(r, "id", second, sizeof(second));
	r = call_with(&t.mopr, "record.show", "id", second);
	CHECK(has(r, "'supersedes':'") && has(r, "'state':'planned'"));
	r = call(&t.mopr, "practice.adopt",
		 with("{'practice':'$','state':'considered'}", practice));
	CHECK(has(r, "'expected':'not_allowed'"));
	carry(&t);
	r = call_with(&t.cal, "record.show", "id", practice);
	CHECK(has(r, "'taken_up':[{'id':'") && has(r, second) &&
	      has(r, "'name':'Nowy'") && has(r, "'published'"));
	/* A new version, and the same adoption of it. */
	(void)call(&t.cal, "record.edit",
		   with("{'id':'$','body':{'goal':'Sąsiedzi'}}", practice));
	r = call(&t.cal, "process.list", "{'kind':'practice'}");
	CHECK(has(r, "'goal':'Sąsiedzi'") && has(r, "'adoption'"));
	/* Which practice, by its title; a practice is for none. */
	(void)snprintf(subject, sizeof(subject),
		       "'subject':{'id':'%s','title':'Klub'}", practice);
	CHECK(has(r, subject));
	r = strstr(r, "'subject'") + 1;
	CHECK(!strstr(r, "'subject'"));
	drop_two(&t);
}

TEST(an_application_is_granted_and_the_grant_says_so)
{
	struct two t;
	char application[100];
	const char *r;

	open_two(&t);
	call_get(call(&t.mopr, "application.submit",
		      "{'scheme':'osl','to':'CAL','title':'Certyfikat'}"),
		 "id", application, sizeof(application));
	carry(&t);
	CHECK(has(call(&t.cal, "waiting.list", "{'kinds':['application']}"),
		  "'kind':'application.appoint'"));
	CHECK(has(call(&t.cal, "waiting.list", "{'kinds':['visit']}"),
		  "'items':[]"));
	CHECK(has(call(&t.cal, "waiting.list", "{'from':'MOPR'}"),
		  "'kind':'application.appoint'"));
	CHECK(has(call(&t.cal, "waiting.list", "{'from':'CAL'}"),
		  "{'items':[],'pending':0,'more':false,'expiring':[]"));
	CHECK(has(call(&t.mopr, "waiting.list", "{'from':'CAL'}"),
		  "{'items':[],'pending':0,'more':false}"));
	r = call(&t.cal, "application.appoint",
		 with("{'application':'$','commission':'dwie osoby'}",
		      application));
	CHECK(has(r, "'seq':"));
	r = call(&t.cal, "application.assess",
		 with("{'application':'$','recommendation':'grant'}",
		      application));
	CHECK(has(r, "'seq':"));
	r = call(&t.cal, "cert.grant",
		 with("{'application':'$','holder':'MOPR','number':'9',"
		      "'valid_from':'2026','valid_until':'2031'}",
		      application));
	CHECK(has(r, "'seq':"));
	carry(&t);
	r = call_with(&t.mopr, "record.show", "id", application);
	CHECK(has(r, "'state':'granted'"));
	CHECK(has(call(&t.mopr, "cert.verify", "{'ref':'9'}"), "'verdict':'"));
	r = call(&t.cal, "cert.grant",
		 with("{'application':'$','holder':'MOPR','number':'10'}",
		      application));
	CHECK(has(r, "'seq':")); /* Corrections and doubles are its affair. */
	drop_two(&t);
}

TEST(a_charge_is_answered_and_the_certificate_taken_away)
{
	struct two t;
	char grant[100], charge[100], json[400];

	open_two(&t);
	call_get(call(&t.cal, "cert.grant",
		      "{'holder':'MOPR','number':'9',"
		      "'valid_from':'2026','valid_until':'2031'}"),
		 "id", grant, sizeof(grant));
	(void)snprintf(json, sizeof(json),
		       "{'certificate':'%s','holder':'MOPR','text':'Brak "
		       "zespołu.'}",
		       grant);
	call_get(call(&t.cal, "charge.file", json), "id", charge,
		 sizeof(charge));
	carry(&t);
	CHECK(has(call(&t.mopr, "charge.file", json),
		  "'code':'not_permitted'"));
	CHECK(has(call(&t.mopr, "waiting.list", "{}"),
		  "'kind':'charge.answer'"));
	CHECK(has(call(&t.mopr, "charge.answer",
		       with("{'charge':'$','text':'Zespół jest.'}", charge)),
		  "'seq':"));
	carry(&t);
	(void)snprintf(json, sizeof(json), "{'certificate':'%s','charge':'%s'}",
		       grant, charge);
	CHECK(has(call(&t.cal, "certificate.revoke", json), "'seq':"));
	CHECK(has(call_with(&t.cal, "record.show", "id", charge),
		  "'state':'taken'"));
	CHECK(has(call(&t.cal, "cert.verify", "{'ref':'9'}"),
		  "'verdict':'REVOKED'"));
	drop_two(&t);
}

/* What waits besides answers: what ends, and what was written twice. */
TEST(what_ends_soon_and_what_was_written_twice_waits_too)
{
	struct two t;
	char claim[100];
	const char *r;

	open_two(&t); /* It is the 21st of November 2026 there. */
	(void)call(&t.cal, "cert.grant",
		   "{'holder':'MOPR','number':'8','valid_from':'2022',"
		   "'valid_until':'2026-12-31'}");
	(void)call(&t.cal, "cert.grant",
		   "{'holder':'MOPR','number':'9','valid_from':'2022',"
		   "'valid_until':'2031'}");
	(void)call(&t.cal, "cert.grant",
		   "{'holder':'CAL','number':'10','valid_from':'2022',"
		   "'valid_until':'2026-12-31'}");
	carry(&t);
	r = call(&t.mopr, "waiting.list", "{}");
	CHECK(has(r, "'number':'8'") && !strstr(r, "'number':'9'") &&
	      !strstr(r, "'number':'10'") && has(r, "'edited':[]"));
	call_get(call(&t.mopr, "claim.make", "{'text':'A','by_role':'x'}"),
		 "id", claim, sizeof(claim));
	(void)call(&t.mopr, "record.edit",
		   with("{'id':'$','body':{'text':'B'}}", claim));
	CHECK(has(call(&t.mopr, "waiting.list", "{}"), "'edited':[]"));
	(void)call(&t.mopr, "record.edit",
		   with("{'id':'$','body':{'text':'C'}}", claim));
	r = call(&t.mopr, "waiting.list", "{}");
	CHECK(has(r, "'edited':[{'id':'") && has(r, claim));
	carry(&t);
	CHECK(has(call(&t.cal, "waiting.list", "{}"), "'edited':[]"));
	drop_two(&t);
}

/* Whoever is no party writes what he likes, and it pushes nothing out. */
TEST(a_flood_by_others_hides_nothing)
{
	struct two t;
	char visit[100];
	const char *r;

	call_found(&t.cal);
	fixture_open(&t.mopr);
	call_join(&t.cal, &t.mopr, KIELCE);
	call_get(call(&t.cal, "practice.publish", "{'title':'Klub'}"), "id",
		 visit, sizeof(visit));
	carry(&t);
	for (int i = 0; i < 300; i++) {
		struct wici_mp_writer w;
		struct wici_bytes b;
		struct wici_head head;
		uint8_t buf[200], id[32];
		size_t len;

		CHECK(sodium_hex2bin(id, 32, visit, 64, NULL, &len, NULL) == 0);
		wici_mp_writer_init(&w, buf, sizeof(buf));
		wici_mp_map(&w, 2);
		wici_mp_str(&w, "after");
		wici_mp_bin(&w, id, 32);
		wici_mp_str(&w, "practice");
		wici_mp_bin(&w, id, 32);
		CHECK_OK(wici_mp_written(&w, &b));
		fixture_begin(&t.mopr);
		CHECK_OK(publish_append(t.mopr.n, &wici_kind_practice_withdraw,
					b, &head));
		fixture_end(&t.mopr);
	}
	carry(&t);
	CHECK(has(call_with(&t.cal, "record.show", "id", visit),
		  "'state':'published'"));
	CHECK(has(call(&t.cal, "practice.withdraw",
		       with("{'practice':'$'}", visit)),
		  "'seq':"));
	r = call_with(&t.cal, "record.show", "id", visit);
	CHECK(has(r, "'state':'withdrawn'") && has(r, "'why':'not_party'"));
	drop_two(&t);
}

TEST_MAIN(RUN(a_visit_is_answered_and_both_see_the_same),
	  RUN(what_would_have_no_effect_is_refused_and_says_why),
	  RUN(an_answer_to_an_older_proposal_is_overtaken),
	  RUN(an_act_leads_to_what_it_is_about),
	  RUN(an_adoption_supersedes_the_one_before),
	  RUN(an_application_is_granted_and_the_grant_says_so),
	  RUN(a_charge_is_answered_and_the_certificate_taken_away),
	  RUN(what_ends_soon_and_what_was_written_twice_waits_too),
	  RUN(a_flood_by_others_hides_nothing))
