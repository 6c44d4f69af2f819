/* tests/daemon/test_draft.c — What cannot be signed now is not lost: it is
 * kept, survives restarts, and is published in order once it may be. */
#include "daemon/draft.h"

#include "daemon/echo.h"
#include "tests/daemon/call.h"

struct pair {
	struct fixture cal, mlawa;
};

/* Both have met somebody, and Mława was started again. */
static void pair_begin(struct pair *p)
{
	call_found(&p->cal);
	fixture_open(&p->mlawa);
	call_join(&p->cal, &p->mlawa,
		  "'name':'MOPS Mława','no_passphrase':true");
	fixture_begin(&p->mlawa);
	echo_released(p->mlawa.n);
	fixture_end(&p->mlawa);
	fixture_begin(&p->cal);
	echo_released(p->cal.n);
	fixture_end(&p->cal);
	fixture_reopen(&p->mlawa);
}

static void pair_end(struct pair *p)
{
	fixture_drop(&p->cal);
	fixture_drop(&p->mlawa);
}

static void echo(struct fixture *f, struct fixture *other)
{
	struct wici_head head = {f->n->own->row.key, f->n->own->row.seq,
				 f->n->own->row.id};

	fixture_begin(f);
	echo_heard(f->n, node_identity(other->n), &head);
	node_turn_end(f->n);
}

/* Ten seconds pass. */
static const char *call_late(struct fixture *f)
{
	f->mono_ms += 10000;
	f->wall_ms += 10000;
	return call_wait(f);
}

static const char *keep(struct fixture *f, const char *title)
{
	char json[200];

	(void)snprintf(json, sizeof(json), "{'title':'%s'}", title);
	CHECK(strcmp(call(f, "practice.publish", json), "") == 0);
	return call_late(f);
}

TEST(a_call_waits_for_an_echo_and_is_published_when_it_comes)
{
	struct pair p;

	pair_begin(&p);
	CHECK(strcmp(call(&p.mlawa, "practice.publish", "{'title':'Klub'}"),
		     "") == 0);
	CHECK(strcmp(call_wait(&p.mlawa), "") == 0);
	echo(&p.mlawa, &p.cal);
	CHECK(has(call_drain(&p.mlawa), "{'id':'"));
	CHECK(has(call(&p.mlawa, "draft.list", "{}"), "{'items':[]"));
	pair_end(&p);
}

TEST(a_call_that_waited_for_nothing_is_kept_as_a_draft)
{
	struct pair p;

	pair_begin(&p);
	CHECK(has(keep(&p.mlawa, "Klub"),
		  "{'draft':1,'reason':'waiting','kind':'practice.publish'"));
	CHECK(has(call(&p.mlawa, "status.get", "{}"), "'drafts':1"));
	CHECK(has(call(&p.mlawa, "status.get", "{}"), "'waiting_echo'"));
	CHECK(has(call(&p.mlawa, "draft.list", "{}"), "'title':'Klub'"));
	CHECK(has(call(&p.mlawa, "draft.show", "{'draft':1}"),
		  "'body':{'title':'Klub'}"));
	CHECK(has(call(&p.mlawa, "draft.show", "{'draft':2}"),
		  "{'code':'not_found'"));
	pair_end(&p);
}

TEST(what_is_wrong_is_said_at_once_and_not_kept)
{
	struct pair p;

	pair_begin(&p);
	CHECK(has(call(&p.mlawa, "practice.publish", "{'tytul':'Klub'}"),
		  "{'code':'unknown_field'"));
	/* What this feed may not write it need not wait for. */
	CHECK(has(call(&p.mlawa, "certificate.grant",
		       "{'holder':'Nowy','scheme':'osl',"
		       "'name':'Certyfikat'}"),
		  "{'code':'not_permitted'"));
	/* And a try-out is one, whoever is there. */
	CHECK(has(call(&p.mlawa, "practice.publish",
		       "{'title':'Klub','dry_run':true}"),
		  "{'kind':'practice.publish'"));
	CHECK(has(call(&p.mlawa, "status.get", "{}"), "'drafts':0"));
	pair_end(&p);
}

TEST(drafts_survive_a_restart_and_are_published_in_order)
{
	struct pair p;
	uint64_t seq;

	pair_begin(&p);
	CHECK(has(keep(&p.mlawa, "Pierwsza"), "{'draft':1"));
	CHECK(has(keep(&p.mlawa, "Druga"), "{'draft':2"));
	seq = p.mlawa.n->own->row.seq;
	fixture_reopen(&p.mlawa);
	CHECK(has(call(&p.mlawa, "status.get", "{}"), "'drafts':2"));
	CHECK(p.mlawa.n->own->row.seq == seq);
	echo(&p.mlawa, &p.cal);
	fixture_rest(&p.mlawa);
	CHECK(p.mlawa.n->own->row.seq == seq + 2);
	CHECK(has(call(&p.mlawa, "status.get", "{}"), "'drafts':0"));
	CHECK(has(call(&p.mlawa, "log.list", "{'limit':2}"),
		  "'title':'Druga'"));
	CHECK(strstr(call_text, "'title':'Druga'") <
	      strstr(call_text, "'title':'Pierwsza'")); /* Newest first. */
	pair_end(&p);
}

TEST(a_batch_becomes_as_many_drafts)
{
	struct pair p;

	pair_begin(&p);
	CHECK(strcmp(call(&p.mlawa, "record.add",
			  "{'kind':'practice.publish',"
			  "'bodies':[{'title':'A'},{'title':'B'}]}"),
		     "") == 0);
	CHECK(has(call_late(&p.mlawa),
		  "{'items':[{'draft':1},{'draft':2}],'rejected':[],"
		  "'reason':'waiting'}"));
	pair_end(&p);
}

TEST(a_draft_that_is_dropped_is_never_published)
{
	struct pair p;
	uint64_t seq;

	pair_begin(&p);
	(void)keep(&p.mlawa, "Pierwsza");
	(void)keep(&p.mlawa, "Druga");
	seq = p.mlawa.n->own->row.seq;
	CHECK(has(call(&p.mlawa, "draft.drop", "{'draft':1}"),
		  "{'dropped':1,'drafts':1}"));
	CHECK(has(call(&p.mlawa, "draft.drop", "{'draft':1}"),
		  "{'code':'not_found'"));
	echo(&p.mlawa, &p.cal);
	fixture_rest(&p.mlawa);
	CHECK(p.mlawa.n->own->row.seq == seq + 1);
	/* Its number is not given to another. */
	fixture_reopen(&p.mlawa);
	CHECK(has(keep(&p.mlawa, "Trzecia"), "{'draft':3"));
	pair_end(&p);
}

TEST(an_operator_may_publish_without_an_echo_and_it_shows)
{
	struct pair p;

	pair_begin(&p);
	(void)keep(&p.mlawa, "Klub");
	CHECK(has(call(&p.mlawa, "draft.publish", "{}"),
		  "{'published':1,'drafts':0,'overridden':true}"));
	CHECK(has(call(&p.mlawa, "status.get", "{}"), "'echo_overridden'"));
	CHECK(has(call(&p.mlawa, "practice.publish", "{'title':'Dalej'}"),
		  "{'id':'"));
	CHECK(has(call(&p.mlawa, "draft.publish", "{}"),
		  "{'published':0,'drafts':0,'overridden':false}"));
	fixture_reopen(&p.mlawa);
	CHECK(has(call(&p.mlawa, "status.get", "{}"), "'echo_overridden'"));
	echo(&p.mlawa, &p.cal);
	CHECK(!strstr(call(&p.mlawa, "status.get", "{}"), "echo_overridden"));
	pair_end(&p);
}

TEST(a_sealed_installation_keeps_drafts_with_the_reason)
{
	struct pair p;

	pair_begin(&p);
	p.mlawa.machine = "two";
	fixture_reopen(&p.mlawa);
	CHECK(has(call(&p.mlawa, "practice.publish", "{'title':'Klub'}"),
		  "{'draft':1,'reason':'machine'"));
	CHECK(has(call(&p.mlawa, "draft.list", "{}"), "'reason':'machine'"));
	/* No operator's word makes it sign in a feed that has a copy. */
	CHECK(has(call(&p.mlawa, "draft.publish", "{}"), "{'code':'sealed'"));
	fixture_rest(&p.mlawa);
	CHECK(has(call(&p.mlawa, "status.get", "{}"), "'drafts':1"));
	pair_end(&p);
}

/* An association's certificate, to be revoked while no echo has come. */
static void grant(struct pair *p, char id[80])
{
	call_get(call(&p->cal, "certificate.grant",
		      "{'holder':'Nowy','scheme':'osl',"
		      "'name':'Certyfikat','number':'1/2026',"
		      "'valid_from':'2026','valid_until':'2027'}"),
		 "id", id, 80);
	fixture_reopen(&p->cal);
}

TEST(a_revocation_and_its_reason_stay_together)
{
	struct pair p;
	char id[80], json[300];
	uint64_t seq;

	pair_begin(&p);
	grant(&p, id);
	(void)snprintf(json, sizeof(json),
		       "{'ref':'%s','reason':'Ośrodek zlikwidowano.'}", id);
	CHECK(strcmp(call(&p.cal, "cert.revoke", json), "") == 0);
	CHECK(has(call_late(&p.cal), "{'draft':1,'reason':'waiting'"));
	CHECK(has(call_text, "'reason_draft':2"));
	seq = p.cal.n->own->row.seq;
	CHECK(has(call_with(&p.cal, "cert.verify", "ref", id), "'VALID'"));
	echo(&p.cal, &p.mlawa);
	fixture_rest(&p.cal);
	CHECK(p.cal.n->own->row.seq == seq + 3); /* And a beacon. */
	CHECK(has(call_with(&p.cal, "cert.verify", "ref", id), "'REVOKED'"));
	CHECK(has(call_with(&p.cal, "cert.show", "ref", id),
		  "Ośrodek zlikwidowano."));
	CHECK(has(call(&p.cal, "status.get", "{}"), "'drafts':0"));
	pair_end(&p);
}

TEST(a_reason_goes_with_the_revocation_that_is_dropped)
{
	struct pair p;
	char id[80], json[300];

	pair_begin(&p);
	grant(&p, id);
	(void)snprintf(json, sizeof(json), "{'ref':'%s','reason':'Pomyłka'}",
		       id);
	CHECK(strcmp(call(&p.cal, "cert.revoke", json), "") == 0);
	CHECK(has(call_late(&p.cal), "{'draft':1"));
	CHECK(has(call(&p.cal, "draft.drop", "{'draft':1}"),
		  "{'dropped':2,'drafts':0}"));
	pair_end(&p);
}

/* The feed that issues is another one by then: the rest is not held up. */
TEST(a_draft_that_may_not_be_published_stops_none_behind_it)
{
	struct pair p;
	struct draft_row row;
	int64_t number;
	uint64_t seq;

	pair_begin(&p);
	fixture_begin(&p.mlawa);
	{
		uint8_t buf[100];
		struct wici_mp_writer w;
		struct wici_bytes payload;
		static const struct wici_id grant_id = {{7}};

		wici_mp_writer_init(&w, buf, sizeof(buf));
		wici_mp_map(&w, 1);
		wici_mp_str(&w, "certificate");
		wici_mp_bin(&w, grant_id.b, WICI_ID_LEN);
		CHECK_OK(wici_mp_written(&w, &payload));
		CHECK_OK(draft_keep(p.mlawa.n, &wici_kind_certificate_revoke,
				    payload, &number));
	}
	fixture_end(&p.mlawa);
	(void)keep(&p.mlawa, "Klub");
	seq = p.mlawa.n->own->row.seq;
	echo(&p.mlawa, &p.cal);
	fixture_rest(&p.mlawa);
	CHECK(p.mlawa.n->own->row.seq == seq + 1);
	CHECK(has(call(&p.mlawa, "draft.list", "{}"),
		  "'reason':'not_permitted'"));
	/* It is not tried over and over again. */
	CHECK(!draft_is_due(p.mlawa.n) && !node_is_busy(p.mlawa.n));
	CHECK_OK(draft_get(p.mlawa.n->store, number, &row));
	pair_end(&p);
}

TEST(there_is_an_end_to_drafts)
{
	struct pair p;
	char json[40000] = "{'kind':'practice.publish','bodies':[";
	size_t at = strlen(json);

	pair_begin(&p);
	for (int i = 0; i < DRAFTS_MAX + 1; i++)
		at += (size_t)snprintf(json + at, sizeof(json) - at,
				       "{'title':'K%d'},", i);
	(void)snprintf(json + at, sizeof(json) - at, "]}");
	CHECK(strcmp(call(&p.mlawa, "record.add", json), "") == 0);
	CHECK(has(call_late(&p.mlawa), "{'code':'busy'"));
	CHECK(has(call(&p.mlawa, "status.get", "{}"), "'drafts':0"));
	pair_end(&p);
}

TEST_MAIN(RUN(a_call_waits_for_an_echo_and_is_published_when_it_comes),
	  RUN(a_call_that_waited_for_nothing_is_kept_as_a_draft),
	  RUN(what_is_wrong_is_said_at_once_and_not_kept),
	  RUN(drafts_survive_a_restart_and_are_published_in_order),
	  RUN(a_batch_becomes_as_many_drafts),
	  RUN(a_draft_that_is_dropped_is_never_published),
	  RUN(an_operator_may_publish_without_an_echo_and_it_shows),
	  RUN(a_sealed_installation_keeps_drafts_with_the_reason),
	  RUN(a_revocation_and_its_reason_stay_together),
	  RUN(a_reason_goes_with_the_revocation_that_is_dropped),
	  RUN(a_draft_that_may_not_be_published_stops_none_behind_it),
	  RUN(there_is_an_end_to_drafts))
