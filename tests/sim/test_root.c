/* tests/sim/test_root.c — The root speaks, and every node does the same: a
 * suspended member, a stolen key, another registrar, a quota, too many feeds,
 * whatever is heard of first. */
#include "daemon/link_private.h"
#include "daemon/receive.h"
#include "proto/standing.h"
#include "tests/daemon/root.h"
#include "tests/sim/network.h"
#include "tests/sim/scene.h"
#include "tests/test.h"

static struct root_change change;

static const struct wici_bytes one = {(const uint8_t *)"\x80", 1};

#define KIND 0x8000 /* Nobody knows it: relayed by all. */

/* What CAL has signed is given to one node, to pass on. */
static void tell(struct scene *s, struct world_node *at)
{
	world_begin(s->w, at);
	CHECK_OK(node_receive_statement(at->node, 9999, change.bytes));
	world_end(s->w, at);
}

static void suspend(struct scene *s, const struct wici_key *identity,
		    const struct wici_head *cut)
{
	const struct wici_feed_row row = {*cut, false};

	root_member(&change, s->cal->node, WICI_OP_SUSPEND, identity, NULL,
		    &row, 1);
	tell(s, s->cal);
}

static uint64_t counts(const struct world_node *n, const struct wici_key *key)
{
	const struct feed *feed = feeds_find(&n->node->feeds, key);

	return feed && feed->counts ? feed->counting_seq : 0;
}

static void settle(struct scene *s)
{
	world_run(s->w, 3000); /* Who was killed dials once a second. */
	CHECK(world_settle(s->w, 120000));
}

/* Are those in step that are connected? */
static bool is_in_step(const struct world_node *n)
{
	for (const struct link *l = n->hub.links; l; l = l->next) {
		if (!l->in_step)
			return false;
	}
	return n->hub.links != NULL;
}

TEST(a_suspended_member_hears_of_the_roster_and_itself_alone)
{
	struct wici_head own;
	struct wici_key identity;
	uint64_t of_kielce;
	struct scene s;

	scene_begin(&s, 41);
	CHECK(gather_publish(s.w, s.mlawa, "z Mławy"));
	settle(&s);
	own = root_head(s.cal->node, &s.mlawa->node->keys.feed);
	identity = s.mlawa->node->keys.identity;
	of_kielce = world_holds(s.mlawa, s.kielce);
	suspend(&s, &identity, &own);
	settle(&s);
	CHECK(s.mlawa->node->roster.version == 2);
	CHECK(s.mlawa->node->sealed);
	CHECK(!gather_publish(s.w, s.mlawa, "tego nikt nie zobaczy") ||
	      world_holds(s.cal, s.mlawa) == own.seq);

	CHECK(gather_publish(s.w, s.kielce, "z Kielc"));
	CHECK(gather_publish(s.w, s.cal, "z CAL"));
	(void)gather_join(s.w, s.cal, "tarnów", NULL);
	settle(&s);
	/* The registrar's feed goes on, the others' do not, and all are in
	 * step, though one of them hears little. */
	CHECK(world_holds(s.mlawa, s.cal) == world_holds(s.cal, s.cal));
	CHECK(s.mlawa->node->roster.members_count == 4);
	CHECK(world_holds(s.mlawa, s.kielce) == of_kielce);
	CHECK(world_holds(s.cal, s.kielce) == of_kielce + 1);
	CHECK(is_in_step(s.mlawa) && is_in_step(s.cal));
	CHECK(world_blames(s.w) == 0);
	/* It may start anew as often as it likes. */
	world_kill(s.w, s.mlawa);
	world_start(s.w, s.mlawa);
	settle(&s);
	CHECK(world_holds(s.mlawa, s.kielce) == of_kielce);
	CHECK(is_in_step(s.mlawa));
	scene_end(&s);
}

static void want(struct hostile *h, const struct wici_key *feed)
{
	struct wici_message m = {.type = WICI_MSG_WANT};

	m.want.feed = *feed;
	m.want.from = 1;
	m.want.to = 1000;
	hostile_send(h, &m);
	world_run(h->w, 1000);
}

/* What the node does not ask for, a hand-made one does. */
TEST(a_suspended_members_session_gives_nothing_else_and_takes_nothing)
{
	struct wici_head own, kielce;
	struct hostile *h;
	struct scene s;

	scene_begin(&s, 42);
	settle(&s);
	own = root_head(s.cal->node, &s.mlawa->node->keys.feed);
	kielce = root_head(s.cal->node, &s.kielce->node->keys.feed);
	suspend(&s, &s.mlawa->node->keys.identity, &own);
	settle(&s);
	h = hostile_become(s.w, s.mlawa);
	CHECK(hostile_dial(h, s.cal));
	world_run(s.w, 500);
	CHECK(h->got[WICI_MSG_HELLO] == 1);
	want(h, &own.feed);
	CHECK(h->got[WICI_MSG_RUN] == 1);
	want(h, &s.cal->node->keys.feed);
	CHECK(h->got[WICI_MSG_RUN] == 2);
	want(h, &kielce.feed);
	CHECK(h->got[WICI_MSG_RUN] == 2);
	CHECK(h->got[WICI_MSG_HEADS] > 0 && h->last.seq == 0 &&
	      wici_key_equal(&h->last.feed, &kielce.feed));

	hostile_live(h, hostile_entry(h, KIND, one));
	hostile_live(h, hostile_entry(h, KIND, one));
	CHECK(gather_publish(s.w, s.kielce, "z Kielc"));
	world_run(s.w, 2000);
	CHECK(h->got[WICI_MSG_LIVE] == 0);
	CHECK(world_holds_of(s.cal, &own.feed) == own.seq);
	CHECK(counts(s.cal, &own.feed) == own.seq);
	CHECK(counts(s.kielce, &own.feed) == own.seq);
	CHECK(h->closed == 0); /* It is no fault not to have heard. */
	settle(&s);
	CHECK(world_is_equal(s.cal, s.kielce));
	scene_end(&s);
}

/* The key is stolen. CAL sees the thief's feed before it hears of the new key,
 * Kielce after, Tarnów never. */
TEST(a_new_key_voids_what_the_thief_opened_on_every_node_in_any_order)
{
	static const uint8_t seed[32] = {77};
	struct wici_feed_row row = {.is_open = true};
	struct wici_key identity, key, stolen;
	struct wici_secret secret;
	struct world_node *third;
	struct hostile *h;
	struct scene s;

	scene_begin(&s, 43);
	third = gather_join(s.w, s.cal, "tarnów", NULL);
	settle(&s);
	world_cut(s.w, s.cal, s.kielce);
	identity = s.mlawa->node->keys.identity;
	row.at = root_head(s.cal->node, &s.mlawa->node->keys.feed);
	h = hostile_become(s.w, s.mlawa);
	CHECK(hostile_dial(h, s.cal));
	world_run(s.w, 500);
	hostile_new_feed(h);
	stolen = h->feed;
	hostile_live(h, (struct wici_bytes){h->open, h->open_len});
	hostile_live(h, hostile_entry(h, KIND, one));
	world_run(s.w, 2000);
	CHECK(counts(s.cal, &stolen) == 2 && counts(third, &stolen) == 2);

	wici_key_pair(&key, &secret, seed);
	root_member(&change, s.cal->node, WICI_OP_REKEY, &identity, &key, &row,
		    1);
	tell(&s, s.kielce);
	CHECK(hostile_dial(h, s.kielce)); /* And is told to go away. */
	world_run(s.w, 2000);
	CHECK(world_holds_of(s.kielce, &stolen) == 0);
	tell(&s, s.cal);
	world_mend(s.w, s.cal, s.kielce);
	settle(&s);
	CHECK(counts(s.cal, &stolen) == 0 && counts(third, &stolen) == 0);
	CHECK(world_holds_of(s.kielce, &stolen) == 0);
	CHECK(counts(s.kielce, &row.at.feed) == row.at.seq);
	CHECK(world_is_equal(s.cal, s.kielce) && world_is_equal(s.cal, third));
	world_kill(s.w, third);
	world_start(s.w, third);
	settle(&s);
	CHECK(world_is_equal(s.cal, third));
	scene_end(&s);
}

static bool is_member(const struct world_node *at, const struct world_node *of)
{
	return wici_roster_member(&at->node->roster, &of->node->keys.identity);
}

/* CAL's machine is to admit nobody any more; whom it admitted before stays. */
TEST(another_registrar_admits_and_the_old_one_has_up_to_its_cut)
{
	struct world_node *too_late, *next;
	struct wici_head cut, at;
	struct scene s;

	scene_begin(&s, 44);
	cut = root_head(s.cal->node, &s.cal->node->keys.feed);
	too_late = gather_join(s.w, s.cal, "konin", NULL);
	settle(&s);
	CHECK(is_member(s.kielce, too_late));
	at = root_head(s.mlawa->node, &s.mlawa->node->keys.feed);
	root_begin(&change, s.cal->node, 1);
	wici_op_registrar(&change.w, &at, &cut, 1);
	root_end(&change, s.cal->node);
	tell(&s, s.kielce);
	settle(&s);
	CHECK(!is_member(s.cal, too_late) && !is_member(s.mlawa, too_late));
	CHECK(is_member(s.mlawa, s.kielce));
	CHECK(s.cal->node->sealed && !s.mlawa->node->sealed);
	CHECK(counts(s.kielce, &cut.feed) == cut.seq);

	next = gather_join(s.w, s.mlawa, "tarnów", "mlawa:8481");
	settle(&s);
	CHECK(is_member(s.cal, next) && is_member(s.kielce, next));
	CHECK(is_member(next, s.kielce) && !is_member(next, too_late));
	CHECK(world_is_equal(s.cal, s.mlawa));
	CHECK(world_is_equal(s.mlawa, s.kielce));
	world_kill(s.w, s.kielce);
	world_start(s.w, s.kielce);
	settle(&s);
	CHECK(world_is_equal(s.mlawa, s.kielce));
	scene_end(&s);
}

/* As if so many bytes were there already: a gibibyte takes long. */
static void fill(struct world_node *n, const struct wici_key *key, size_t left)
{
	feeds_find(&n->node->feeds, key)->row.bytes = WICI_QUOTA_BYTES - left;
}

TEST(a_quota_ends_a_feed_at_the_same_entry_everywhere)
{
	struct wici_head begin;
	struct hostile *h;
	struct scene s;

	scene_begin(&s, 45);
	begin = root_head(s.cal->node, &s.mlawa->node->keys.feed);
	fill(s.cal, &begin.feed, 3);
	fill(s.kielce, &begin.feed, 3);
	h = hostile_become(s.w, s.mlawa);
	CHECK(hostile_dial(h, s.cal));
	world_run(s.w, 500);
	for (int i = 0; i < 8; i++)
		hostile_live(h, hostile_entry(h, KIND, one));
	world_run(s.w, 2000);
	CHECK(counts(s.cal, &begin.feed) == begin.seq + 3);
	CHECK(counts(s.kielce, &begin.feed) == begin.seq + 3);
	hostile_heads(h, &h->head, 1); /* There is more, it says. */
	world_run(s.w, 5000);
	CHECK(world_holds_of(s.cal, &begin.feed) == begin.seq + 3);
	CHECK(h->closed == 0);
	CHECK(world_is_equal(s.cal, s.kielce));
	scene_end(&s);
}

#define FEEDS 20

/* One hears of them in this order, the other in that. */
TEST(of_twenty_feeds_the_same_sixteen_count_everywhere)
{
	static uint8_t opens[FEEDS][1024];
	struct wici_bytes runs[FEEDS];
	struct wici_key identity;
	struct hostile *h;
	size_t count = 0;
	struct scene s;

	scene_begin(&s, 46);
	identity = s.mlawa->node->keys.identity;
	world_cut(s.w, s.cal, s.kielce);
	h = hostile_become(s.w, s.mlawa);
	for (size_t i = 0; i < FEEDS; i++) {
		hostile_new_feed(h);
		memcpy(opens[i], h->open, h->open_len);
		runs[i] = (struct wici_bytes){opens[i], h->open_len};
	}
	CHECK(hostile_dial(h, s.cal));
	world_run(s.w, 500);
	for (size_t i = 0; i < FEEDS; i++)
		hostile_live(h, runs[i]);
	world_run(s.w, 2000);
	hostile_hang_up(h);
	CHECK(hostile_dial(h, s.kielce));
	world_run(s.w, 500);
	for (size_t i = FEEDS; i-- > 0;)
		hostile_live(h, runs[i]);
	world_run(s.w, 2000);
	world_mend(s.w, s.cal, s.kielce);
	settle(&s);
	for (size_t i = 0; i < s.cal->node->feeds.count; i++) {
		const struct feed *feed = s.cal->node->feeds.by_key[i];

		count +=
			feed->counts && wici_key_equal(&feed->whose, &identity);
	}
	CHECK(count == WICI_FEEDS_OPEN_MAX);
	CHECK(world_is_equal(s.cal, s.kielce));
	scene_end(&s);
}

TEST_MAIN(RUN(a_suspended_member_hears_of_the_roster_and_itself_alone),
	  RUN(a_suspended_members_session_gives_nothing_else_and_takes_nothing),
	  RUN(a_new_key_voids_what_the_thief_opened_on_every_node_in_any_order),
	  RUN(another_registrar_admits_and_the_old_one_has_up_to_its_cut),
	  RUN(a_quota_ends_a_feed_at_the_same_entry_everywhere),
	  RUN(of_twenty_feeds_the_same_sixteen_count_everywhere))
