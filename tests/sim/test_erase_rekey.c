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

TEST(a_newcomer_after_a_rekey_stops_at_what_the_former_key_erased)
{
	struct world_node *stalowa;
	struct rekeyed r;

	rekeyed_begin(&r, 201);
	rekey(&r);
	stalowa = world_add(r.s.w, "stalowa");
	join_in_vain(&r, stalowa);
	CHECK(held_by(stalowa, &r) == r.of.seq - 1);
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

TEST_MAIN(RUN(a_newcomer_after_a_rekey_stops_at_what_the_former_key_erased),
	  RUN(a_long_feed_is_not_asked_for_again_and_again),
	  RUN(who_was_away_when_it_was_signed_anew_hears_of_it))
