/* tests/sim/test_erase_rekey.c — The root gives an institution another key, and
 * what the former one erased is judged anew by whoever comes later: until it is
 * signed anew, which reaches everybody. */
#include "daemon/publish.h"
#include "proto/kinds/practice.h"
#include "tests/sim/erased.h"
#include "tests/sim/word.h"

/* Mława has erased a record; then its key was stolen, or is lost. */
struct rekeyed {
	struct scene s;
	struct hand former, present;
	const char *id;
	struct wici_head of; /* The erased entry. */
};

static struct word said;

static void rekey(struct rekeyed *r)
{
	struct hand root = hand_of(r->s.cal);
	struct wici_feed_row row = {.is_open = r->s.mlawa->is_up};

	row.at = word_head(r->s.cal, &r->of.feed);
	word_begin(&said, r->s.cal, 1);
	wici_op_member(&said.w, WICI_OP_REKEY, &r->former.key, &r->present.key,
		       &row, 1);
	word_sign(&said, &root, 1);
	CHECK_OK(word_tell(r->s.w, r->s.cal, &said));
	settle(r->s.w);
}

static void find_erased(struct rekeyed *r)
{
	struct node *n = r->s.mlawa->node;
	const struct erasure *e = erase_next(n, &n->keys.feed, 0, WICI_SEQ_MAX);

	CHECK(e);
	r->of = e->of;
}

static void rekeyed_begin(struct rekeyed *r, uint64_t seed)
{
	r->id = begin(&r->s, seed);
	r->former = hand_of(r->s.mlawa);
	r->present = hand_card(9);
	CHECK(erase(&r->s, r->s.mlawa, r->id));
	settle(r->s.w);
	check_gone(&r->s);
	find_erased(r);
}

static void rekeyed_end(struct rekeyed *r)
{
	scene_end(&r->s);
}

static uint64_t held_by(const struct world_node *n, const struct rekeyed *r)
{
	return world_holds_of(n, &r->of.feed);
}

/* As gather_join(), but it is never in step with anybody, and so waits. */
static void join_in_vain(struct rekeyed *r, struct world_node *n)
{
	const struct world_param invite[] = {{"name", n->name, false},
					     {NULL, NULL, false}};
	struct world_reply reply =
		world_call(r->s.w, r->s.cal, "invite.create", invite);
	const struct world_param params[] = {
		{"token", world_str(&reply, "token"), false},
		{"name", n->name, false},
		{"no_passphrase", NULL, true},
		{NULL, NULL, false}};

	CHECK(!reply.has_error);
	reply = world_call(r->s.w, n, "network.join", params);
	CHECK(reply.has_error && strcmp(reply.code, "waiting") == 0);
	settle(r->s.w);
}

/* What is said of it at this node is signed anew there. */
static void sign_anew(struct rekeyed *r, struct world_node *at)
{
	struct gone g;

	gone_make(&g, &at->node->network, &r->of, NULL, &r->present.key,
		  &r->present.secret);
	world_begin(r->s.w, at);
	CHECK_OK(node_receive_statement(at->node, 9999, g.bytes));
	world_end(r->s.w, at);
}

static bool warns(struct rekeyed *r, struct world_node *n)
{
	struct world_reply reply = world_call(r->s.w, n, "status.get", none);
	struct wici_bytes raw;

	CHECK(!reply.has_error);
	CHECK_OK(wici_mp_find(WICI_MP_LENIENT, reply.result, "warnings", &raw));
	return memmem(raw.p, raw.len, "erasures_former", 15);
}

TEST(a_newcomer_after_a_rekey_stops_at_what_the_former_key_erased)
{
	struct world_node *stalowa;
	struct rekeyed r;

	rekeyed_begin(&r, 201);
	rekey(&r);
	stalowa = world_add(r.s.w, "stalowa");
	join_in_vain(&r, stalowa);
	CHECK(held_by(stalowa, &r) == r.of.seq - 1);
	CHECK(warns(&r, r.s.mlawa) && !warns(&r, r.s.cal));
	CHECK(world_blames(r.s.w) == 0);
	check_gone(&r.s);
	/* Those who took it are in step all the same. */
	CHECK(world_is_equal(r.s.cal, r.s.kielce));
	CHECK(world_is_equal(r.s.cal, r.s.mlawa));

	sign_anew(&r, r.s.mlawa);
	settle(r.s.w);
	CHECK(held_by(stalowa, &r) == own_seq(r.s.mlawa));
	CHECK(world_is_equal(r.s.cal, stalowa));
	check_gone(&r.s);
	CHECK(is_gone(stalowa) && world_blames(r.s.w) == 0);
	CHECK(!warns(&r, r.s.mlawa));
	CHECK(told(&r.s, r.s.cal, r.id, "erased_by") == 3);
	rekeyed_end(&r);
}

/* Is it held here with the present key's signature? */
static bool is_anew(struct world_node *n, const struct rekeyed *r)
{
	const struct erasure *e = erase_of(n->node, &r->of);
	struct wici_statement said_so;
	struct wici_bytes bytes;

	CHECK(e);
	CHECK_OK(node_read_statement(n->node, &e->id, &bytes));
	CHECK_OK(wici_statement_decode(&said_so, bytes));
	return wici_statement_has_signed(&said_so, &r->present.key);
}

/* Or a newcomer who meets that one first would stop all the same. */
TEST(who_was_away_when_it_was_signed_anew_hears_of_it)
{
	struct rekeyed r;

	rekeyed_begin(&r, 202);
	rekey(&r);
	world_stop(r.s.w, r.s.kielce);
	sign_anew(&r, r.s.mlawa);
	settle(r.s.w);
	CHECK(is_anew(r.s.mlawa, &r) && is_anew(r.s.cal, &r));
	world_start(r.s.w, r.s.kielce);
	settle(r.s.w);
	CHECK(world_is_equal(r.s.cal, r.s.kielce));
	CHECK(is_anew(r.s.kielce, &r));
	check_whole(&r.s);
	rekeyed_end(&r);
}

/* Three runs long: what is on its way behind the run that is dropped does not
 * have it sent over and over. */
TEST(a_long_feed_is_not_asked_for_again_and_again)
{
	enum { COUNT = 2 * WICI_RUN_ENTRIES_MAX };
	struct world_node *stalowa;
	struct wici_head head;
	struct rekeyed r;
	uint8_t buf[100];
	uint64_t sent;

	rekeyed_begin(&r, 203);
	world_begin(r.s.w, r.s.mlawa);
	for (int i = 0; i < COUNT; i++)
		CHECK_OK(publish_entry(r.s.mlawa->node,
				       &wici_kind_practice_publish,
				       practice(buf, sizeof(buf)),
				       (struct wici_bytes){NULL, 0}, &head));
	world_end(r.s.w, r.s.mlawa);
	settle(r.s.w);
	rekey(&r);
	sent = r.s.cal->node->sent;
	stalowa = world_add(r.s.w, "stalowa");
	join_in_vain(&r, stalowa);
	CHECK(r.s.cal->node->sent - sent < 3 * COUNT);
	/* It is tried again, each minute, for the one entry. */
	sent = r.s.cal->node->sent;
	world_run(r.s.w, 600000);
	CHECK(r.s.cal->node->sent - sent > 5 &&
	      r.s.cal->node->sent - sent < 30);
	CHECK(held_by(stalowa, &r) == r.of.seq - 1);
	sign_anew(&r, r.s.cal);
	settle(r.s.w);
	CHECK(held_by(stalowa, &r) == own_seq(r.s.mlawa));
	CHECK(world_blames(r.s.w) == 0);
	rekeyed_end(&r);
}

/* A thief has the former key, and Mława's machine is gone: on the new one, whose
 * key the root has named, its own old records end before the one that was
 * erased. There it is signed anew, though it is not there; what the thief erased
 * since is gone nowhere, and is not signed. */
TEST(the_robbed_come_back_on_another_machine)
{
	const struct world_param init[] = {{"name", "mlawa", false},
					   {"no_passphrase", NULL, true},
					   {NULL, NULL, false}};
	struct world_node *again, *stalowa;
	struct wici_head after;
	struct rekeyed r;
	struct gone lie;
	uint64_t all;

	rekeyed_begin(&r, 204);
	all = own_seq(r.s.mlawa);
	again = world_add(r.s.w, "nowa-mlawa");
	CHECK(!world_call(r.s.w, again, "identity.init", init).has_error);
	r.present = hand_of(again);
	world_kill(r.s.w, r.s.mlawa);
	rekey(&r);
	after = (struct wici_head){.feed = r.of.feed, .seq = r.of.seq + 1};
	CHECK_OK(entry_id(r.s.cal->node->store,
			  feeds_find(&r.s.cal->node->feeds, &after.feed)->row.n,
			  after.seq, &after.id));
	gone_make(&lie, &r.s.cal->node->network, &after, NULL, &r.former.key,
		  &r.former.secret);
	world_begin(r.s.w, r.s.cal);
	CHECK_ERR(node_receive_statement(r.s.cal->node, 9999, lie.bytes),
		  WICI_END);
	world_end(r.s.w, r.s.cal);

	join_in_vain(&r, again);
	CHECK(held_by(again, &r) == r.of.seq - 1);
	CHECK(warns(&r, again) && !warns(&r, r.s.kielce));
	CHECK(!world_call(r.s.w, again, "record.erase_anew", none).has_error);
	settle(r.s.w);
	CHECK(!warns(&r, again));
	CHECK(held_by(again, &r) == all);
	CHECK(is_anew(again, &r) && is_anew(r.s.kielce, &r));
	CHECK(!erase_of(r.s.cal->node, &after));
	stalowa = gather_join(r.s.w, r.s.cal, "stalowa", NULL);
	settle(r.s.w);
	CHECK(held_by(stalowa, &r) == all);
	CHECK(world_is_equal(again, r.s.cal) && world_is_equal(stalowa, again));
	CHECK(world_blames(r.s.w) == 0);
	rekeyed_end(&r);
}

TEST_MAIN(RUN(a_newcomer_after_a_rekey_stops_at_what_the_former_key_erased),
	  RUN(a_long_feed_is_not_asked_for_again_and_again),
	  RUN(the_robbed_come_back_on_another_machine),
	  RUN(who_was_away_when_it_was_signed_anew_hears_of_it))
