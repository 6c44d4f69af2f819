/* tests/daemon/test_judge_own.c — What the own installation makes of it when
 * its feed, or its institution, may not go on. */
#include "daemon/judge.h"

#include "daemon/view.h"
#include "tests/daemon/fixture.h"
#include "tests/daemon/root.h"

static struct root_change change;

static void tell(struct fixture *f)
{
	fixture_begin(f);
	CHECK_OK(node_receive_statement(f->n, 7, change.bytes));
	fixture_end(f);
	CHECK(f->fatals == 0);
}

/* A founder whose root speaks of b's feed. */
static void open_two(struct fixture *a, struct fixture *b)
{
	fixture_open(a);
	fixture_open(b);
	fixture_found(a, "CAL");
	fixture_join(a, b, "MOPS Mława");
	fixture_practice(b, "Klub");
	fixture_carry(b, a);
}

static bool is_sealed(const struct fixture *f, const char *why)
{
	return f->n->sealed && strcmp(f->n->sealed, why) == 0;
}

static void hear(struct fixture *a, struct fixture *b)
{
	tell(a);
	tell(b);
}

TEST(the_own_feed_stops_where_it_is_cut_and_goes_on_when_it_may)
{
	struct wici_feed_row row = {.is_open = false};
	struct wici_head head;
	struct fixture a, b;

	open_two(&a, &b);
	row.at = root_head(b.n, &b.n->keys.feed);
	root_begin(&change, a.n, 1);
	wici_op_feeds(&change.w, &row, 1);
	root_end(&change, a.n);
	hear(&a, &b);
	CHECK(is_sealed(&b, "closed"));
	fixture_begin(&b);
	CHECK_ERR(fixture_publish(&b, "Za późno", &head), WICI_SEALED);
	fixture_end(&b);
	fixture_reopen(&b);
	CHECK(is_sealed(&b, "closed"));
	row.is_open = true;
	root_begin(&change, a.n, 1);
	wici_op_feeds(&change.w, &row, 1);
	root_end(&change, a.n);
	hear(&a, &b);
	CHECK(!b.n->sealed);
	fixture_drop(&a);
	fixture_drop(&b);
}

TEST(a_suspended_institutions_own_feed_is_void_until_it_is_reinstated)
{
	struct wici_feed_row row = {.is_open = true};
	struct fixture a, b;
	uint8_t seed[32] = {3};
	struct wici_secret secret;
	struct wici_key key;

	open_two(&a, &b);
	root_member(&change, a.n, WICI_OP_SUSPEND, &b.n->keys.identity, NULL,
		    NULL, 0);
	hear(&a, &b);
	CHECK(is_sealed(&b, "void"));
	fixture_reopen(&b);
	CHECK(is_sealed(&b, "void") && node_is_member(b.n));
	wici_key_pair(&key, &secret, seed);
	row.at = root_head(b.n, &b.n->keys.feed);
	root_member(&change, a.n, WICI_OP_REINSTATE, &b.n->keys.identity, &key,
		    &row, 1);
	hear(&a, &b);
	CHECK(!b.n->sealed);
	fixture_practice(&b, "Znowu jesteśmy");
	fixture_carry(&b, &a);
	CHECK(feeds_find(&a.n->feeds, &b.n->keys.feed)->counting_seq ==
	      b.n->own->row.seq);
	fixture_drop(&a);
	fixture_drop(&b);
}

/* Sealed for its own reason, whatever the root says. */
TEST(another_reason_to_be_sealed_is_not_taken_back)
{
	struct wici_feed_row row = {.is_open = false};
	struct fixture a, b;

	open_two(&a, &b);
	b.machine = "two";
	fixture_reopen(&b);
	CHECK(b.n->sealed && !is_sealed(&b, "closed"));
	row.at = root_head(b.n, &b.n->keys.feed);
	for (int i = 0; i < 2; i++) {
		row.is_open = i == 1;
		root_begin(&change, a.n, 1);
		wici_op_feeds(&change.w, &row, 1);
		root_end(&change, a.n);
		hear(&a, &b);
		CHECK(b.n->sealed && !is_sealed(&b, "closed"));
	}
	fixture_drop(&a);
	fixture_drop(&b);
}

TEST(who_was_suspended_holds_nothing_of_ours)
{
	struct wici_head head;
	struct fixture a, b;

	open_two(&a, &b);
	fixture_carry(&a, &b);
	head = root_head(a.n, &a.n->keys.feed);
	fixture_begin(&a);
	node_held(a.n, &b.n->keys.identity, &head);
	CHECK(view_held_by(a.n, a.n->own, head.seq) == 1);
	fixture_end(&a);
	root_member(&change, a.n, WICI_OP_SUSPEND, &b.n->keys.identity, NULL,
		    NULL, 0);
	tell(&a);
	CHECK(view_held_by(a.n, a.n->own, head.seq) == 0);
	fixture_drop(&a);
	fixture_drop(&b);
}

TEST_MAIN(RUN(the_own_feed_stops_where_it_is_cut_and_goes_on_when_it_may),
	  RUN(a_suspended_institutions_own_feed_is_void_until_it_is_reinstated),
	  RUN(another_reason_to_be_sealed_is_not_taken_back),
	  RUN(who_was_suspended_holds_nothing_of_ours))
