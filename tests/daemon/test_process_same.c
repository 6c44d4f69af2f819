/* tests/daemon/test_process_same.c — Whatever arrives in whatever order, whoever
 * floods what, and whatever is erased: all see the same of a process. */
#include "daemon/echo.h"
#include "daemon/process.h"
#include "daemon/publish.h"
#include "proto/kinds/practice.h"
#include "proto/kinds/visit.h"
#include "tests/daemon/call.h"

#define KIELCE "'name':'MOPR Kielce','short_name':'MOPR','no_passphrase':true"
#define MLAWA  "'name':'MOPS Mława','short_name':'MOPS','no_passphrase':true"

/* Guest, host, and one who has no part in it. */
struct three {
	struct fixture cal, mopr, mops;
};

static void carry(struct three *t)
{
	struct fixture *f[] = {&t->cal, &t->mopr, &t->mops};

	for (size_t i = 0; i < 3; i++)
		for (size_t k = 0; k < 3; k++)
			if (i != k)
				fixture_carry(f[i], f[k]);
}

static void open_three(struct three *t)
{
	call_found(&t->cal);
	fixture_open(&t->mopr);
	fixture_open(&t->mops);
	call_join(&t->cal, &t->mopr, KIELCE);
	call_join(&t->cal, &t->mops, MLAWA);
	carry(t);
}

static void drop_three(struct three *t)
{
	fixture_drop(&t->cal);
	fixture_drop(&t->mopr);
	fixture_drop(&t->mops);
}

/* In what follows ‹$› is an id. */
static const char *say(struct fixture *f, const char *method,
		       const char *pattern, const char *id)
{
	char json[600];
	const char *gap = strchr(pattern, '$');

	if (!gap)
		return call(f, method, pattern);
	(void)snprintf(json, sizeof(json), "%.*s%s%s", (int)(gap - pattern),
		       pattern, id, gap + 1);
	return call(f, method, json);
}

static void says(struct fixture *f, const char *method, const char *pattern,
		 const char *id, char out[100])
{
	call_get(say(f, method, pattern, id), "id", out, 100);
}

/* What a foreign program may publish: nothing is asked of it. */
static void write_raw(struct fixture *f, const struct wici_kind *kind,
		      const char *names[], const char *ids[], size_t count)
{
	struct wici_mp_writer w;
	struct wici_head head;
	struct wici_bytes b;
	uint8_t buf[400], id[32];
	size_t len;

	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_mp_map(&w, (uint32_t)count);
	for (size_t i = 0; i < count; i++) {
		wici_mp_str(&w, names[i]);
		if (strlen(ids[i]) != 64) {
			wici_mp_str(&w, ids[i]);
			continue;
		}
		CHECK(sodium_hex2bin(id, 32, ids[i], 64, NULL, &len, NULL) ==
		      0);
		wici_mp_bin(&w, id, 32);
	}
	CHECK_OK(wici_mp_written(&w, &b));
	CHECK_OK(publish_append(f->n, kind, b, &head));
}

static void write_hold(struct fixture *f, const char *visit, const char *after)
{
	const char *names[] = {"after", "visit"};
	const char *ids[] = {after, visit};

	write_raw(f, &wici_kind_visit_hold, names, ids, 2);
}

static bool stands(struct fixture *f, const char *id, const char *state)
{
	char part[60];

	(void)snprintf(part, sizeof(part), "'state':'%s','state_label'", state);
	return has(call_with(f, "record.show", "id", id), part);
}

static void erase(struct fixture *f, const char *id)
{
	CHECK(has(say(f, "record.erase",
		      "{'id':'$','reason':'na wniosek osoby'}", id),
		  "'erasure':{"));
	fixture_rest(f);
}

static void rest(struct three *t)
{
	carry(t);
	fixture_rest(&t->cal);
	fixture_rest(&t->mopr);
	fixture_rest(&t->mops);
	carry(t);
}

/* What stood in the first version is gone, and the practice is not. */
TEST(an_old_version_is_erased_and_the_practice_stands)
{
	struct three t;
	char v1[100], v2[100];

	open_three(&t);
	says(&t.cal, "practice.publish", "{'title':'Klub Jana'}", "", v1);
	says(&t.cal, "record.edit", "{'id':'$','body':{'title':'Klub'}}", v1,
	     v2);
	carry(&t);
	erase(&t.cal, v1);
	rest(&t);
	CHECK(stands(&t.cal, v2, "published"));
	CHECK(stands(&t.mops, v2, "published"));
	CHECK(has(call_with(&t.mops, "record.show", "id", v2),
		  "'why':'erased'"));
	CHECK(has(say(&t.cal, "record.edit",
		      "{'id':'$','body':{'goal':'Sąsiedzi'}}", v2),
		  "'seq':"));
	CHECK(has(say(&t.cal, "practice.withdraw", "{'practice':'$'}", v2),
		  "'seq':"));
	CHECK(stands(&t.cal, v2, "withdrawn"));
	drop_three(&t);
}

/* Held, as both say; then the program with somebody's name is erased. */
TEST(an_erased_act_takes_nothing_back_that_follows_it)
{
	struct three t;
	char visit[100], agenda[100], id[100];

	open_three(&t);
	says(&t.mopr, "visit.propose",
	     "{'host':'MOPS','purpose':'Klub','date':'2026-11-01'}", "", visit);
	carry(&t);
	says(&t.mops, "visit.answer", "{'visit':'$','answer':'accept'}", visit,
	     id);
	says(&t.mops, "visit.agenda", "{'visit':'$','agenda':[{'text':'Jan'}]}",
	     visit, agenda);
	carry(&t);
	says(&t.mopr, "visit.hold", "{'visit':'$'}", visit, id);
	carry(&t);
	says(&t.mops, "visit.hold", "{'visit':'$'}", visit, id);
	carry(&t);
	CHECK(stands(&t.cal, visit, "held"));
	erase(&t.mops, agenda);
	rest(&t);
	CHECK(stands(&t.cal, visit, "held"));
	CHECK(stands(&t.mopr, visit, "held"));
	CHECK(has(call_with(&t.cal, "record.show", "id", visit),
		  "'why':'erased'"));
	drop_three(&t);
}

/* A guest who says a thing 400 times cannot push the host's word out. */
TEST(a_sides_flood_hides_nothing_of_the_other_sides)
{
	struct three t;
	char visit[100], accept[100];

	open_three(&t);
	says(&t.mopr, "visit.propose",
	     "{'host':'MOPS','purpose':'Klub','date':'2026-11-01'}", "", visit);
	fixture_begin(&t.mopr);
	for (int i = 0; i < 400; i++)
		write_hold(&t.mopr, visit, visit);
	fixture_end(&t.mopr);
	carry(&t);
	says(&t.mops, "visit.answer", "{'visit':'$','answer':'accept'}", visit,
	     accept);
	carry(&t);
	CHECK(stands(&t.cal, visit, "held_guest"));
	CHECK(stands(&t.mops, visit, "held_guest"));
	CHECK(has(call_with(&t.cal, "record.show", "id", visit),
		  "'truncated':true"));
	says(&t.mops, "visit.hold", "{'visit':'$'}", visit, accept);
	carry(&t);
	CHECK(stands(&t.mopr, visit, "held"));
	drop_three(&t);
}

/* The guest answers a stranger's act, which some show and others do not. */
TEST(a_stranger_among_strangers_moves_nothing_anywhere)
{
	struct three t;
	char visit[100], id[100], strange[100];

	open_three(&t);
	says(&t.mopr, "visit.propose",
	     "{'host':'MOPS','purpose':'Klub','date':'2026-11-01'}", "", visit);
	carry(&t);
	says(&t.mops, "visit.answer", "{'visit':'$','answer':'accept'}", visit,
	     id);
	carry(&t);
	fixture_begin(&t.cal);
	for (int i = 0; i < 40; i++)
		write_hold(&t.cal, visit, id);
	fixture_end(&t.cal);
	(void)sodium_bin2hex(strange, sizeof(strange), t.cal.n->own->row.id.b,
			     32);
	carry(&t);
	fixture_begin(&t.mopr);
	write_hold(&t.mopr, visit, strange);
	fixture_end(&t.mopr);
	carry(&t);
	CHECK(stands(&t.cal, visit, "accepted"));
	CHECK(stands(&t.mopr, visit, "accepted"));
	CHECK(has(call_with(&t.mops, "record.show", "id", visit),
		  "'why':'waits'"));
	drop_three(&t);
}

/* Of a record that a stranger says he replaces, a hundred times. */
TEST(strangers_cannot_hide_that_a_record_was_replaced)
{
	static const char *const names[] = {"supersedes", "title"};
	struct three t;
	char v1[100], v2[100], item[120];
	const char *ids[] = {v1, "Nasz"};
	const char *r;

	open_three(&t);
	says(&t.mops, "practice.publish", "{'title':'Klub'}", "", v1);
	carry(&t);
	fixture_begin(&t.cal);
	for (int i = 0; i < 100; i++)
		write_raw(&t.cal, &wici_kind_practice_publish,
			  (const char **)(uintptr_t)names, ids, 2);
	fixture_end(&t.cal);
	carry(&t);
	says(&t.mops, "record.edit", "{'id':'$','body':{'goal':'Nowy cel'}}",
	     v1, v2);
	r = call_with(&t.mops, "record.show", "id", v1);
	CHECK(has(r, "'superseded_by':['") && has(r, v2));
	r = call(&t.mops, "process.list", "{'kind':'practice','from':'MOPS'}");
	CHECK(has(r, v2) && has(r, "Nowy cel"));
	(void)snprintf(item, sizeof(item), "{'id':'%s'", v1);
	CHECK(!strstr(r, item));
	drop_three(&t);
}

TEST(two_of_one_batch_do_not_move_one_thing)
{
	struct three t;
	char visit[100], practice[100], json[600];

	open_three(&t);
	says(&t.mopr, "visit.propose",
	     "{'host':'MOPS','purpose':'Klub','date':'2026-11-01'}", "", visit);
	says(&t.mopr, "practice.publish", "{'title':'Klub'}", "", practice);
	carry(&t);
	(void)snprintf(json, sizeof(json),
		       "{'kind':'visit.answer','bodies':["
		       "{'visit':'%s','answer':'accept'},"
		       "{'visit':'%s','answer':'decline'}]}",
		       visit, visit);
	CHECK(has(call(&t.mops, "record.add", json), "'expected':'overtaken'"));
	CHECK(has(call_text, "one after the other"));
	(void)snprintf(json, sizeof(json),
		       "{'kind':'practice.adopt','bodies':["
		       "{'practice':'%s'},{'practice':'%s'}]}",
		       practice, practice);
	CHECK(has(call(&t.mops, "record.add", json), "'expected':'overtaken'"));
	CHECK(stands(&t.mops, visit, "proposed"));
	(void)snprintf(json, sizeof(json),
		       "{'kind':'visit.report','bodies':["
		       "{'guest':'MOPR','host':'MOPS','date':'2026-10'},"
		       "{'guest':'MOPR','host':'MOPS','date':'2026-11'}]}");
	CHECK(has(call(&t.mops, "record.add", json), "'items':["));
	drop_three(&t);
}

/* An act of a certificate names, as a charge, another certificate. */
TEST(a_charge_field_takes_no_certificate_away)
{
	struct three t;
	char one[100], other[100];
	const char *names[] = {"certificate", "charge"};
	const char *ids[] = {one, other};

	open_three(&t);
	says(&t.cal, "cert.grant",
	     "{'holder':'MOPR','number':'1','valid_from':'2026',"
	     "'valid_until':'2031'}",
	     "", one);
	says(&t.cal, "cert.grant",
	     "{'holder':'MOPS','number':'2','valid_from':'2026',"
	     "'valid_until':'2031'}",
	     "", other);
	fixture_begin(&t.cal);
	write_raw(&t.cal, &wici_kind_certificate_revoke, names, ids, 2);
	fixture_end(&t.cal);
	carry(&t);
	CHECK(has(call(&t.mops, "cert.verify", "{'ref':'1'}"),
		  "'verdict':'REVOKED'"));
	CHECK(!strstr(call(&t.mops, "cert.verify", "{'ref':'2'}"), "REVOKED"));
	drop_three(&t);
}

static void echo(struct fixture *f, struct fixture *other)
{
	struct wici_head head = {f->n->own->row.key, f->n->own->row.seq,
				 f->n->own->row.id};

	fixture_begin(f);
	echo_heard(f->n, node_identity(other->n), &head);
	node_turn_end(f->n);
	(void)call_drain(f);
}

static void start_again(struct fixture *f)
{
	fixture_begin(f);
	echo_released(f->n);
	fixture_end(f);
	fixture_reopen(f);
}

/* An answer that could not be signed when it was given, and another date in the
 * meantime. */
TEST(a_draft_that_was_overtaken_stays_a_draft)
{
	struct three t;
	char visit[100], id[100];

	open_three(&t);
	says(&t.mopr, "visit.propose",
	     "{'host':'MOPS','purpose':'Klub','date':'2026-12-01'}", "", visit);
	carry(&t);
	start_again(&t.mops);
	CHECK(strcmp(say(&t.mops, "visit.answer",
			 "{'visit':'$','answer':'accept'}", visit),
		     "") == 0);
	t.mops.mono_ms += 10000;
	t.mops.wall_ms += 10000;
	CHECK(has(call_wait(&t.mops), "'draft':1"));
	says(&t.mopr, "visit.answer",
	     "{'visit':'$','answer':'date','date':'2026-12-08'}", visit, id);
	carry(&t);
	echo(&t.mops, &t.cal);
	for (int i = 0; i < 3; i++) {
		t.mops.mono_ms += 10000;
		(void)call_wait(&t.mops);
	}
	CHECK(has(call(&t.mops, "draft.list", "{}"), "'reason':'overtaken'"));
	CHECK(!strstr(call_with(&t.mops, "record.show", "id", visit),
		      "'why':'overtaken'"));
	/* Once more, to what stands now. */
	says(&t.mops, "visit.answer", "{'visit':'$','answer':'accept'}", visit,
	     id);
	carry(&t);
	CHECK(stands(&t.mopr, visit, "accepted"));
	drop_three(&t);
}

/* Whoever is named by hundreds of one institution's proposals still hears of
 * the others'; and no letter is too long to be waited for. */
TEST(what_waits_is_not_pushed_out_by_one)
{
	struct three t;
	char visit[100], *letter = calloc(1, 20000);
	char *json = calloc(1, 21000);

	open_three(&t);
	CHECK(letter && json);
	memset(letter, 'x', 19900);
	says(&t.mopr, "visit.propose",
	     "{'host':'MOPS','purpose':'Klub','date':'2027-03-01'}", "", visit);
	carry(&t);
	fixture_begin(&t.cal);
	(void)snprintf(json, 21000,
		       "{'host':'MOPS','purpose':'Inny','date':'2027-03-01',"
		       "'text':'%s'}",
		       letter);
	for (int i = 0; i < 220; i++)
		call_put(&t.cal, "visit.propose", json, NULL, NULL);
	node_turn_end(t.cal.n);
	(void)call_drain(&t.cal);
	carry(&t);
	CHECK(has(call(&t.mops, "waiting.list", "{'limit':200}"), visit));
	CHECK(has(call(&t.cal, "waiting.list", "{'limit':200}"),
		  "'more':true"));
	free(letter);
	free(json);
	drop_three(&t);
}

/* 200 acts of 20 KB each are more than fits into an answer. */
TEST(long_acts_do_not_make_a_visit_unreadable)
{
	struct three t;
	char visit[100], *text = calloc(1, 20000);

	open_three(&t);
	CHECK(text);
	memset(text, 'x', 19900);
	says(&t.mopr, "visit.propose",
	     "{'host':'MOPS','purpose':'Klub','date':'2027-03-01'}", "", visit);
	carry(&t);
	for (int i = 0; i < 240; i++) {
		struct fixture *f = i % 2 ? &t.mopr : &t.mops;
		struct wici_mp_writer w;
		struct wici_head head;
		struct wici_bytes b;
		static uint8_t buf[30000];
		uint8_t id[32];
		size_t len;

		CHECK(sodium_hex2bin(id, 32, visit, 64, NULL, &len, NULL) == 0);
		wici_mp_writer_init(&w, buf, sizeof(buf));
		wici_mp_map(&w, 3);
		wici_mp_str(&w, "after");
		wici_mp_bin(&w, id, 32);
		wici_mp_str(&w, "text");
		wici_mp_str(&w, text);
		wici_mp_str(&w, "visit");
		wici_mp_bin(&w, id, 32);
		CHECK_OK(wici_mp_written(&w, &b));
		fixture_begin(f);
		CHECK_OK(publish_append(f->n, &wici_kind_visit_feedback, b,
					&head));
		fixture_end(f);
	}
	carry(&t);
	CHECK(has(call_with(&t.cal, "record.show", "id", visit),
		  "'body_left_out':true"));
	CHECK(stands(&t.cal, visit, "proposed"));
	free(text);
	drop_three(&t);
}

TEST_MAIN(RUN(an_old_version_is_erased_and_the_practice_stands),
	  RUN(an_erased_act_takes_nothing_back_that_follows_it),
	  RUN(a_sides_flood_hides_nothing_of_the_other_sides),
	  RUN(a_stranger_among_strangers_moves_nothing_anywhere),
	  RUN(strangers_cannot_hide_that_a_record_was_replaced),
	  RUN(two_of_one_batch_do_not_move_one_thing),
	  RUN(a_charge_field_takes_no_certificate_away),
	  RUN(a_draft_that_was_overtaken_stays_a_draft),
	  RUN(what_waits_is_not_pushed_out_by_one),
	  RUN(long_acts_do_not_make_a_visit_unreadable))
