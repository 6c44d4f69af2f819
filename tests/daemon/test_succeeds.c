/* tests/daemon/test_succeeds.c — Which feed carries on which, and ends it: the
 * institution's word, by the key that speaks for it now. */
#include "daemon/succeeds.h"

#include "daemon/judge.h"
#include "tests/daemon/judged.h"

/* Where the feed's word is heard no longer; 0: it is not closed. */
static uint64_t closed_at(struct fixture *f, const struct wici_key *key)
{
	return feed_of(f, key)->limit.closed_seq;
}

TEST(a_successor_ends_a_feed_only_when_it_says_so_and_the_root_does_not)
{
	struct wici_head old;
	struct author next;
	struct scene s;

	begin(&s);
	author_practice(&s.x, 2);
	CHECK_OK(author_give(&s.x, &s.a));
	old = s.x.head;
	author_practice(&s.x, 2);
	CHECK_OK(author_give(&s.x, &s.a));
	next = s.x;
	author_open(&next, 2);
	CHECK_OK(author_give(&next, &s.a));
	author_succeed(&next, &old, false);
	CHECK_OK(author_give(&next, &s.a));
	CHECK(counting(&s.a, &old.feed) == 5);
	CHECK(judge_is_succeeded(s.a.n, &old.feed));
	CHECK(!judge_is_succeeded(s.a.n, &next.head.feed));
	author_succeed(&next, &old, true);
	CHECK_OK(author_give(&next, &s.a));
	CHECK(closed_at(&s.a, &old.feed) == 3);
	fixture_reopen(&s.a);
	CHECK(closed_at(&s.a, &old.feed) == 3);
	CHECK(judge_standing(s.a.n, feed_of(&s.a, &old.feed),
			     &wici_kind_practice_publish, 3) == WICI_COUNTS);
	CHECK(judge_standing(s.a.n, feed_of(&s.a, &old.feed),
			     &wici_kind_practice_publish, 4) == WICI_VOID_CUT);
	root_feed(&s.a, &old, true);
	CHECK(closed_at(&s.a, &old.feed) == 0);
	CHECK(counting(&s.a, &old.feed) == 5);
	end(&s);
}

TEST(a_successor_of_another_institution_or_key_ends_nothing)
{
	struct author stranger, renewed;
	struct wici_feed_row rows[2] = {{.is_open = true}, {.is_open = true}};
	struct wici_head old;
	struct scene s;

	begin(&s);
	author_practice(&s.x, 2);
	CHECK_OK(author_give(&s.x, &s.a));
	old = (struct wici_head){s.x.head.feed, 1, {{1}}};
	author_admit(&stranger, &s.a, 3);
	author_open(&stranger, 3);
	CHECK_OK(author_give(&stranger, &s.a));
	author_succeed(&stranger, &old, true);
	CHECK_OK(author_give(&stranger, &s.a));
	CHECK(counting(&s.a, &old.feed) == 3);
	CHECK(!judge_is_succeeded(s.a.n, &old.feed));

	/* One that holds, until its key does not speak for it any more. */
	renewed = s.x;
	author_open(&renewed, 2);
	CHECK_OK(author_give(&renewed, &s.a));
	author_succeed(&renewed, &old, true);
	CHECK_OK(author_give(&renewed, &s.a));
	CHECK(closed_at(&s.a, &old.feed) == 1);
	rows[0].at = root_head(s.a.n, &renewed.head.feed);
	author_key(&renewed, 9);
	root_member(&change, s.a.n, WICI_OP_REKEY, &s.x.identity,
		    &renewed.identity, rows, 1);
	tell(&s.a);
	CHECK(!judge_is_succeeded(s.a.n, &old.feed));
	end(&s);
}

/* Nobody would do so on purpose; but an answer there must be. */
TEST(two_feeds_that_close_each_other_are_both_closed)
{
	struct wici_head old[2], at;
	struct author x[2];
	struct scene s;

	begin(&s);
	x[0] = x[1] = s.x;
	author_open(&x[1], 2);
	CHECK_OK(author_give(&x[1], &s.a));
	old[0] = x[0].head;
	old[1] = x[1].head;
	fixture_begin(&s.a);
	for (int i = 0; i < 2; i++) {
		author_succeed(&x[i], &old[1 - i], true);
		CHECK_OK(node_receive_run(s.a.n, 7, x[i].run, &at));
	}
	fixture_end(&s.a);
	for (int round = 0; round < 2; round++) {
		CHECK(closed_at(&s.a, &old[0].feed) == 1);
		CHECK(closed_at(&s.a, &old[1].feed) == 1);
		fixture_reopen(&s.a);
	}
	end(&s);
}

TEST(a_seventeenth_feed_counts_once_another_is_closed)
{
	struct wici_key keys[17];
	struct author all[17];
	struct wici_key highest;
	size_t counts = 0;
	struct scene s;

	begin(&s);
	for (size_t i = 0; i < 17; i++) {
		all[i] = s.x;
		if (i > 0) {
			author_open(&all[i], (uint8_t)(i + 1));
			CHECK_OK(author_give(&all[i], &s.a));
		}
		keys[i] = all[i].head.feed;
		if (i == 0 || memcmp(keys[i].b, highest.b, 32) > 0)
			highest = keys[i];
	}
	for (size_t i = 0; i < 17; i++)
		counts += counting(&s.a, &keys[i]) == 1;
	CHECK(counts == 16 && counting(&s.a, &highest) == 0);
	for (size_t i = 0; i < 17; i++) {
		size_t other = i ? 0 : 1;

		if (wici_key_equal(&keys[i], &highest) ||
		    wici_key_equal(&keys[other], &highest))
			continue;
		author_succeed(&all[i], &all[other].head, true);
		CHECK_OK(author_give(&all[i], &s.a));
		break;
	}
	CHECK(counting(&s.a, &highest) == 1);
	end(&s);
}

/* A member may write as many as he likes. */
TEST(of_a_feeds_successions_no_more_than_64_are_looked_at)
{
	struct wici_head old = {{{1}}, 1, {{1}}};
	struct author next;
	struct scene s;

	begin(&s);
	next = s.x;
	author_open(&next, 2);
	CHECK_OK(author_give(&next, &s.a));
	for (uint64_t i = 1; i <= ENTRY_SUCCEEDS_MAX + 6; i++) {
		old.seq = i;
		author_succeed(&next, &old, false);
		CHECK_OK(author_give(&next, &s.a));
	}
	CHECK(s.a.n->succeeds_count == ENTRY_SUCCEEDS_MAX);
	fixture_reopen(&s.a);
	CHECK(s.a.n->succeeds_count == ENTRY_SUCCEEDS_MAX);
	end(&s);
}

TEST_MAIN(
	RUN(a_successor_ends_a_feed_only_when_it_says_so_and_the_root_does_not),
	RUN(a_successor_of_another_institution_or_key_ends_nothing),
	RUN(two_feeds_that_close_each_other_are_both_closed),
	RUN(a_seventeenth_feed_counts_once_another_is_closed),
	RUN(of_a_feeds_successions_no_more_than_64_are_looked_at))
