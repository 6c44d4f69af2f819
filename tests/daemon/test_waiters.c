/* Calls that answer later. */
#include "daemon/waiters.h"
#include "tests/daemon/call.h"

/* Both sides show the same six digits, once the newcomer is in step. */
TEST(a_join_answers_when_it_is_in_step)
{
	struct fixture a;
	struct fixture b;
	struct peer_row *row;
	char code[16];
	const char *r;

	call_found(&a);
	fixture_open(&b);
	call_join(&a, &b, "'name':'B','no_passphrase':true");
	CHECK(strcmp(call_wait(&b), "") == 0);
	fixture_begin(&b);
	row = peers_add(&b.n->peers, NULL);
	row->link = 3;
	row->state = PEER_IN_STEP;
	node_turn_end(b.n);
	r = call_drain(&b);
	CHECK(has(r, "'network_name':'Certyfikat OSL'") &&
	      has(r, "'in_step':true"));
	call_get(r, "code", code, sizeof(code));
	CHECK(strlen(code) == 6);
	CHECK(has(call(&a, "invite.list", "{}"), code));
	fixture_drop(&b);
	fixture_drop(&a);
}

TEST(a_join_that_hears_nothing_says_that_it_goes_on)
{
	struct fixture a;
	struct fixture b;
	char token[2000];
	char json[3000];
	const char *r;

	call_found(&a);
	fixture_open(&b);
	call_get(call(&a, "invite.create", "{'name':'Nowy'}"), "token", token,
		 sizeof(token));
	CHECK(has(call(&b, "network.join",
		       "{'token':'wici1qqq','name':'B','no_passphrase':true}"),
		  "'code':'token_wrong'"));
	CHECK(!b.n->keys.has_identity);
	(void)snprintf(json, sizeof(json),
		       "{'token':'%s','name':'B','no_passphrase':true,"
		       "'timeout':5}",
		       token);
	CHECK(strcmp(call(&b, "network.join", json), "") == 0);
	CHECK(has(call(&b, "status.get", "{}"), "'next':'join_waiting'"));
	b.mono_ms += 6000;
	r = call_wait(&b);
	CHECK(has(r, "'code':'waiting'") && has(r, "goes on by itself"));
	/* The same token, asked again, waits on. */
	CHECK(strcmp(call(&b, "network.join", json), "") == 0);
	fixture_begin(&b);
	node_join_result(b.n, WICI_TOKEN_USED);
	node_turn_end(b.n);
	CHECK(has(call_drain(&b), "'code':'token_used'"));
	fixture_drop(&b);
	fixture_drop(&a);
}

TEST(sync_wait_waits_for_every_connected_peer)
{
	struct fixture f;
	struct peer_row *row;
	const char *r;

	call_found(&f);
	CHECK(strcmp(call(&f, "sync.wait", "{'timeout':1}"), "") == 0);
	f.mono_ms += 1000;
	r = call_wait(&f);
	CHECK(has(r, "'in_step':false,'reason':'no_peer'"));

	fixture_begin(&f);
	row = peers_add(&f.n->peers, NULL);
	row->link = 3;
	row->state = PEER_IN_STEP;
	row->is_confirmed = true;
	fixture_end(&f);
	CHECK(strcmp(call(&f, "sync.wait", "{}"), "") == 0);
	CHECK(f.n->peers.wants_confirm && !row->is_confirmed);
	CHECK(strcmp(call_wait(&f), "") == 0);
	row->is_confirmed = true;
	row->received = 5;
	r = call_wait(&f);
	CHECK(has(r, "'in_step':true,'reason':null") &&
	      has(r, "'received':5") && !f.n->peers.wants_confirm);

	row->state = PEER_SYNCING;
	CHECK(strcmp(call(&f, "sync.wait", "{'timeout':2}"), "") == 0);
	f.mono_ms += 2000;
	CHECK(has(call_wait(&f), "'reason':'timeout'"));

	CHECK(strcmp(call(&f, "sync.wait", "{'timeout':2}"), "") == 0);
	fixture_begin(&f);
	node_client_gone(f.n, 1);
	fixture_end(&f);
	CHECK(f.n->waiters == NULL);
	fixture_drop(&f);
}

TEST(a_watcher_hears_of_what_was_committed)
{
	struct fixture f;
	const char *r;

	call_found(&f);
	CHECK(strcmp(call(&f, "events.watch", "{}"), "{}") == 0);
	fixture_practice(&f, "Klub");
	r = call_wait(&f);
	CHECK(has(r, "[2,'record.new',[{'id':'") &&
	      has(r, "'kind':'practice.publish'"));
	CHECK(strcmp(call_wait(&f), "") == 0);
	fixture_drop(&f);
}

/* A turn that is rolled back for space takes back replies, and no news of what
 * was committed before. */
TEST(news_survive_a_turn_that_is_rolled_back)
{
	struct fixture f;

	call_found(&f);
	(void)call(&f, "events.watch", "{}");
	fixture_practice(&f, "Klub");
	fixture_begin(&f);
	f.n->is_full = true;
	node_turn_end(f.n);
	CHECK(has(call_drain(&f), "'kind':'practice.publish'"));
	fixture_drop(&f);
}

static void publish_many(struct fixture *f, int count)
{
	struct wici_head head;

	for (int i = 0; i < count; i++)
		CHECK_OK(fixture_publish(f, "A", &head));
}

/* Verdicts wait for the cursor: a little within the call, else until it is
 * done, turns later. */
TEST(a_verdict_waits_for_the_cursor)
{
	struct fixture f;
	int turns = 0;
	const char *r;

	call_found(&f);
	(void)call(&f, "cert.grant", "{'holder':'CAL','number':'1'}");
	fixture_rest(&f);
	fixture_begin(&f);
	publish_many(&f, 100);
	CHECK_OK(project_clear(f.n)); /* As after an upgrade. */
	CHECK(!project_is_done(f.n));
	call_put(&f, "cert.verify", "{'ref':'1'}", NULL, NULL);
	CHECK(project_is_done(f.n));
	node_turn_end(f.n);
	CHECK(has(call_drain(&f), "'verdict':'UNDATED'"));

	fixture_begin(&f);
	publish_many(&f, 6000);
	CHECK_OK(project_clear(f.n));
	call_put(&f, "cert.verify", "{'ref':'1'}", NULL, NULL);
	node_turn_end(f.n);
	r = call_drain(&f);
	CHECK(r[0] == '\0' && f.n->waiters && !project_is_done(f.n));
	while (r[0] == '\0' && turns++ < 10)
		r = call_wait(&f);
	CHECK(has(r, "'verdict':'UNDATED'") && turns >= 2 && !f.n->waiters);
	fixture_drop(&f);
}

TEST(no_more_clients_wait_than_there_is_room_for)
{
	struct fixture f;

	call_found(&f);
	for (int i = 0; i < 256; i++)
		CHECK(strcmp(call(&f, "sync.wait", "{}"), "") == 0);
	CHECK(has(call(&f, "sync.wait", "{}"), "'code':'busy'"));
	f.mono_ms += 60000;
	CHECK(has(call_wait(&f), "'reason':'no_peer'"));
	CHECK(f.n->waiters == NULL);
	fixture_drop(&f);
}

TEST_MAIN(RUN(a_join_answers_when_it_is_in_step),
	  RUN(a_join_that_hears_nothing_says_that_it_goes_on),
	  RUN(sync_wait_waits_for_every_connected_peer),
	  RUN(a_watcher_hears_of_what_was_committed),
	  RUN(news_survive_a_turn_that_is_rolled_back),
	  RUN(a_verdict_waits_for_the_cursor),
	  RUN(no_more_clients_wait_than_there_is_room_for))
