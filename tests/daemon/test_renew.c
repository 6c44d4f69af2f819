/* tests/daemon/test_renew.c — An installation that may not sign any more goes
 * on with a new feed, and says which one it carries on. */
#include "daemon/renew.h"

#include "daemon/echo.h"
#include "daemon/judge.h"
#include "tests/daemon/call.h"

struct pair {
	struct fixture cal, mlawa;
};

static void pair_begin(struct pair *p)
{
	call_found(&p->cal);
	fixture_open(&p->mlawa);
	call_join(&p->cal, &p->mlawa,
		  "'name':'MOPS Mława','no_passphrase':true");
	CHECK(has(call(&p->mlawa, "practice.publish", "{'title':'Stara'}"),
		  "{'id':'"));
	fixture_carry(&p->mlawa, &p->cal);
}

static void pair_end(struct pair *p)
{
	fixture_drop(&p->cal);
	fixture_drop(&p->mlawa);
}

/* Its folder is another machine's from now on. */
static void seal(struct fixture *f)
{
	f->machine = "two";
	fixture_reopen(f);
	CHECK(f->n->sealed);
}

/* As if a link had found both in step; then a quiet turn. */
static void in_step(struct fixture *f, const struct fixture *other)
{
	struct peer_row *row;

	fixture_begin(f);
	row = peers_add(&f->n->peers, NULL);
	row->link = 9;
	row->state = PEER_IN_STEP;
	row->identity = *node_identity(other->n);
	fixture_end(f);
	CHECK(f->fatals == 0);
	fixture_rest(f);
}

TEST(a_sealed_installation_goes_on_with_a_new_feed)
{
	struct wici_key old;
	struct pair p;

	pair_begin(&p);
	old = p.mlawa.n->own->row.key;
	seal(&p.mlawa);
	CHECK(has(call(&p.mlawa, "practice.publish", "{'title':'Nowa'}"),
		  "{'draft':1"));
	CHECK(has(call(&p.mlawa, "feed.renew", "{}"), "'sealed':false"));
	CHECK(!p.mlawa.n->sealed);
	CHECK(!wici_key_equal(&p.mlawa.n->own->row.key, &old));
	fixture_rest(&p.mlawa);
	/* feed.open, and what was kept. */
	CHECK(p.mlawa.n->own->row.seq == 2);
	fixture_carry(&p.mlawa, &p.cal);
	CHECK(fixture_is_equal(&p.cal, &p.mlawa));
	CHECK(has(call(&p.cal, "record.list", "{'kind':'practice.publish'}"),
		  "'title':'Nowa'"));
	/* What it said before still stands. */
	CHECK(has(call_text, "'title':'Stara'"));
	/* And it is no other installation after the next start. */
	fixture_reopen(&p.mlawa);
	CHECK(!p.mlawa.n->sealed && p.mlawa.n->own->row.seq == 2);
	pair_end(&p);
}

TEST(once_in_step_the_new_feed_says_what_it_carries_on)
{
	struct wici_head old, carried;
	struct pair p;

	pair_begin(&p);
	old = (struct wici_head){p.mlawa.n->own->row.key,
				 p.mlawa.n->own->row.seq,
				 p.mlawa.n->own->row.id};
	seal(&p.mlawa);
	CHECK(has(call(&p.mlawa, "feed.renew", "{}"), "{'feed':'"));
	fixture_rest(&p.mlawa);
	CHECK(p.mlawa.n->own->row.seq == 1); /* Not before. */
	fixture_reopen(&p.mlawa);
	in_step(&p.mlawa, &p.cal);
	CHECK(p.mlawa.n->own->row.seq == 2 && !p.mlawa.n->is_renewing);
	renew_carried(p.mlawa.n, &carried);
	CHECK(memcmp(&carried, &old, sizeof(old)) == 0);
	fixture_carry(&p.mlawa, &p.cal);
	CHECK(judge_is_succeeded(p.cal.n, &old.feed));
	/* It is no cut: what the old feed still says counts. */
	CHECK(feeds_find(&p.cal.n->feeds, &old.feed)->limit.seq > old.seq);
	/* Once is enough. */
	fixture_reopen(&p.mlawa);
	in_step(&p.mlawa, &p.cal);
	CHECK(p.mlawa.n->own->row.seq == 2);
	pair_end(&p);
}

TEST(close_ends_the_old_feed_where_it_was_known)
{
	struct wici_key old;
	struct pair p;
	uint64_t seq;

	pair_begin(&p);
	old = p.mlawa.n->own->row.key;
	seq = p.mlawa.n->own->row.seq;
	seal(&p.mlawa);
	CHECK(has(call(&p.mlawa, "feed.renew", "{'close':true}"), "{'feed':'"));
	in_step(&p.mlawa, &p.cal);
	fixture_carry(&p.mlawa, &p.cal);
	CHECK(feeds_find(&p.cal.n->feeds, &old)->limit.closed_seq == seq);
	pair_end(&p);
}

/* The association's feed admits and issues: that the root alone can take from
 * it, whatever a restored installation says. */
TEST(a_feed_that_the_root_names_is_not_closed_by_its_successor)
{
	struct wici_key old;
	struct pair p;

	pair_begin(&p);
	old = p.cal.n->own->row.key;
	seal(&p.cal);
	CHECK(has(call(&p.cal, "feed.renew", "{'close':true}"), "{'feed':'"));
	in_step(&p.cal, &p.mlawa);
	fixture_carry(&p.cal, &p.mlawa);
	CHECK(judge_is_succeeded(p.mlawa.n, &old));
	CHECK(feeds_find(&p.mlawa.n->feeds, &old)->limit.seq >
	      p.cal.n->own->row.seq + 100);
	CHECK(has(call(&p.cal, "certificate.grant",
		       "{'holder':'Nowy','scheme':'osl',"
		       "'name':'Certyfikat'}"),
		  "{'code':'not_permitted'"));
	pair_end(&p);
}

TEST(another_installation_of_ours_is_not_carried_on)
{
	struct fixture twin;
	struct wici_key other;
	char from[256], to[256], command[600];
	struct pair p;

	pair_begin(&p);
	/* The same identity on a second machine, with a feed of its own. */
	fixture_make(&twin);
	fixture_path(&p.mlawa, "identity.key", from);
	fixture_path(&twin, "identity.key", to);
	(void)snprintf(command, sizeof(command), "cp %s %s", from, to);
	CHECK(system(command) == 0);
	CHECK_OK(fixture_try_open(&twin));
	fixture_begin(&twin);
	CHECK_OK(membership_set_network(twin.n, &p.cal.n->network));
	fixture_end(&twin);
	fixture_carry(&p.cal, &twin);
	CHECK(has(call(&twin, "feed.renew", "{}"), "{'feed':'"));
	in_step(&twin, &p.cal);
	other = twin.n->own->row.key;
	fixture_carry(&twin, &p.mlawa);

	seal(&p.mlawa);
	CHECK(has(call(&p.mlawa, "feed.renew", "{}"), "{'feed':'"));
	in_step(&p.mlawa, &p.cal);
	CHECK(!p.mlawa.n->is_renewing);
	CHECK(!judge_is_succeeded(p.mlawa.n, &other));
	fixture_drop(&twin);
	pair_end(&p);
}

TEST(power_may_fail_in_the_middle)
{
	struct pair p;
	uint8_t seed[32] = {7};

	pair_begin(&p);
	seal(&p.mlawa);
	/* The key was written, the turn was not committed. */
	CHECK_OK(keys_make_feed(&p.mlawa.n->keys, p.mlawa.n->dir_fd, seed));
	fixture_reopen(&p.mlawa);
	CHECK(p.mlawa.n->sealed); /* By the fence. */
	CHECK_OK(
		fence_write(&p.mlawa.n->fence, p.mlawa.n->dir_fd,
			    &(struct wici_head){.feed = p.mlawa.n->keys.feed}));
	fixture_reopen(&p.mlawa);
	CHECK(p.mlawa.n->sealed && !strcmp(p.mlawa.n->sealed, "unfinished"));
	CHECK(has(call(&p.mlawa, "practice.publish", "{'title':'Nowa'}"),
		  "{'draft':1"));
	CHECK(has(call(&p.mlawa, "feed.renew", "{}"), "'sealed':false"));
	fixture_rest(&p.mlawa);
	CHECK(p.mlawa.n->own->row.seq == 2);
	in_step(&p.mlawa, &p.cal);
	CHECK(p.mlawa.n->own->row.seq == 3);
	pair_end(&p);
}

TEST(without_network_or_identity_there_is_nothing_to_go_on_with)
{
	struct fixture f;
	char path[256];

	fixture_open(&f);
	CHECK(has(call(&f, "feed.renew", "{}"), "{'code':'not_found'"));
	fixture_identity(&f, "MOPS Mława");
	CHECK(has(call(&f, "feed.renew", "{}"), "{'code':'not_member'"));
	fixture_drop(&f);

	fixture_open(&f);
	fixture_found(&f, "CAL");
	fixture_path(&f, "identity.key", path);
	CHECK(unlink(path) == 0);
	f.machine = "two";
	fixture_reopen(&f);
	CHECK(has(call(&f, "feed.renew", "{}"), "{'code':'not_found'"));
	CHECK(f.n->sealed);
	fixture_drop(&f);
}

/* What the shell makes of a passphrase; here it may be any 32 bytes. */
static void lock_identity(struct fixture *f, const uint8_t unlock[32])
{
	struct keys_new_identity make = {.unlock = unlock};
	uint8_t seed[32];
	char path[256];

	CHECK_OK(keys_identity_seed(&f->n->keys, f->n->dir_fd, NULL, seed));
	memcpy(make.seed, seed, sizeof(seed));
	fixture_path(f, "identity.key", path);
	CHECK(unlink(path) == 0);
	f->n->keys.has_identity = false;
	CHECK_OK(keys_make_identity(&f->n->keys, f->n->dir_fd, &make));
}

TEST(a_locked_identity_is_asked_for_and_asked_again_after_a_restart)
{
	static const uint8_t unlock[32] = {1, 2, 3}, wrong[32] = {4};
	struct wici_key first;
	struct pair p;

	pair_begin(&p);
	lock_identity(&p.mlawa, unlock);
	seal(&p.mlawa);
	CHECK(has(call(&p.mlawa, "feed.renew", "{}"), "{'code':'passphrase'"));
	fixture_begin(&p.mlawa);
	CHECK_ERR(renew_begin(p.mlawa.n, wrong, false), WICI_PASSPHRASE);
	CHECK(p.mlawa.n->sealed);
	CHECK_OK(renew_begin(p.mlawa.n, unlock, false));
	fixture_end(&p.mlawa);
	first = p.mlawa.n->own->row.key;
	fixture_reopen(&p.mlawa);
	in_step(&p.mlawa, &p.cal);
	CHECK(p.mlawa.n->is_renewing && p.mlawa.n->own->row.seq == 1);
	CHECK(has(call(&p.mlawa, "status.get", "{}"), "'renew_passphrase'"));
	/* The same once more is no other feed. */
	fixture_begin(&p.mlawa);
	CHECK_OK(renew_begin(p.mlawa.n, unlock, false));
	fixture_end(&p.mlawa);
	CHECK(wici_key_equal(&p.mlawa.n->own->row.key, &first));
	CHECK(!p.mlawa.n->is_renewing && p.mlawa.n->own->row.seq == 2);
	/* The secret is gone from memory. */
	CHECK(wici_is_zero(&p.mlawa.n->renew_secret,
			   sizeof(p.mlawa.n->renew_secret)));
	pair_end(&p);
}

TEST(a_disk_that_is_full_begins_no_new_feed)
{
	struct wici_key old;
	struct pair p;

	pair_begin(&p);
	seal(&p.mlawa);
	old = p.mlawa.n->keys.feed;
	store_set_free_for_test(p.mlawa.n->store, 0);
	fixture_rest(&p.mlawa);
	CHECK(has(call(&p.mlawa, "feed.renew", "{}"), "{'code':'read_only'"));
	CHECK(wici_key_equal(&p.mlawa.n->keys.feed, &old));
	CHECK(p.mlawa.n->sealed);
	pair_end(&p);
}

TEST_MAIN(RUN(a_sealed_installation_goes_on_with_a_new_feed),
	  RUN(once_in_step_the_new_feed_says_what_it_carries_on),
	  RUN(close_ends_the_old_feed_where_it_was_known),
	  RUN(a_feed_that_the_root_names_is_not_closed_by_its_successor),
	  RUN(another_installation_of_ours_is_not_carried_on),
	  RUN(power_may_fail_in_the_middle),
	  RUN(without_network_or_identity_there_is_nothing_to_go_on_with),
	  RUN(a_locked_identity_is_asked_for_and_asked_again_after_a_restart),
	  RUN(a_disk_that_is_full_begins_no_new_feed))
