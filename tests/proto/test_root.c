/* tests/proto/test_root.c — Which of the root's changes stand: the same for
 * every set of them, in whatever order they came. */
#include "proto/root.h"

#include "tests/proto/tree.h"
#include "tests/test.h"

static struct wici_root_row rows[TREE_MAX];

/* What stands after `at` when the whole tree, or a part of it, is known. */
static int stands(const struct tree *t, uint32_t set, int at)
{
	return next_of(rows, t, judge_in(rows, t, set, NULL), at);
}

static bool is_approved(const struct tree *t, int at)
{
	size_t count = judge_in(rows, t, ALL, NULL);

	return row_at(rows, t, count, (size_t)at)->is_approved;
}

/* --- One after another ---------------------------------------------------- */

TEST(one_change_after_another_stands)
{
	struct tree t;
	size_t count;

	three(&t);
	tree_add(&t, (struct word){0, SAYS, 5});
	tree_add(&t, (struct word){1, SAYS, 6});
	count = judge_in(rows, &t, ALL, NULL);
	for (int i = -1; i < 2; i++)
		CHECK(next_of(rows, &t, count, i) == i + 1);
	CHECK(next_of(rows, &t, count, 2) == NONE);
	for (size_t i = 0; i < count; i++) {
		CHECK(rows[i].version == i + 1 && !rows[i].is_choice);
		CHECK(wici_id_equal(&rows[i].prev,
				    i ? &rows[i - 1].id : &t.n.id));
	}
}

TEST(a_gap_stops_the_root_and_what_lies_behind_it_waits)
{
	struct tree t;

	three(&t);
	tree_add(&t, (struct word){0, SAYS, 5});
	tree_add(&t, (struct word){1, SAYS, 6});
	CHECK(stands(&t, 1 | 4, 0) == NONE);
	CHECK(!row_at(rows, &t, 2, 2)->is_approved);
	CHECK(stands(&t, 2 | 4, -1) == NONE);
	CHECK(stands(&t, 0, -1) == NONE);
}

/* What was approved is so where it stands, and nowhere else. */
TEST(what_was_approved_waits_again_when_what_it_follows_is_gone)
{
	struct tree t;

	three(&t);
	tree_add(&t, (struct word){0, SAYS, 5});
	tree_add(&t, (struct word){1, SAYS, 6});
	CHECK(judge_in(rows, &t, ALL, NULL) == 3);
	for (size_t i = 0; i < 3; i++)
		rows[i].was_approved = rows[i].is_approved;
	rows[1] = rows[2];
	wici_root_judge(rows, 2, &t.n.id);
	CHECK(rows[0].is_approved && !rows[1].is_approved);
}

TEST(the_threshold_must_be_met)
{
	struct tree t;

	three(&t);
	CHECK(!is_approved(&t, tree_add(&t, (struct word){0, SAYS, 0})));
	CHECK(!is_approved(&t, tree_add(&t, (struct word){0, SAYS, 1})));
	CHECK(!is_approved(&t, tree_add(&t, (struct word){0, SAYS, 7, 6})));
	CHECK(stands(&t, ALL, 0) == NONE);
	CHECK(is_approved(&t, tree_add(&t, (struct word){0, SAYS, 7, 4})));
	CHECK(stands(&t, ALL, 0) == 4);
}

TEST(strangers_count_for_nothing)
{
	struct tree t;

	three(&t);
	CHECK(!is_approved(&t, tree_add(&t, (struct word){0, SAYS, 1 | 56})));
	CHECK(is_approved(&t, tree_add(&t, (struct word){0, SAYS, 3 | 56})));
}

/* One key twice is no statement, so that it cannot count twice. */
TEST(a_key_that_signs_twice_is_not_two)
{
	struct wici_statement s;
	struct wici_mp_writer w;
	uint8_t buf[2048];
	struct tree t;

	three(&t);
	tree_add(&t, (struct word){0, SAYS, 1});
	CHECK_OK(wici_statement_decode(&s, t.bytes[1]));
	s.sigs[s.sigs_count++] = s.sigs[0];
	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_statement_encode(&w, &s);
	CHECK_OK(wici_mp_written(&w, &t.bytes[1]));
	CHECK(stands(&t, ALL, 0) == NONE);
	CHECK(rows[0].version == 0 && !rows[0].is_approved);
}

TEST(what_cannot_be_read_or_is_of_another_network_is_passed_over)
{
	struct tree t, other;
	struct made m;
	struct wici_mp_writer w;

	three(&t);
	tree_init(&other, 7, 3);
	CHECK(tree_add(&other, (struct word){-1, FOUNDS, 7}) == 0);
	tree_add(&t, (struct word){0, SAYS, 7});
	tree_add(&t, (struct word){0, SAYS, 7});
	tree_add(&t, (struct word){0, SAYS, 7});
	t.bytes[1] = other.bytes[0];
	t.bytes[2] = WICI_BYTES("not MessagePack at all");
	t.bytes[3].len--;
	CHECK(stands(&t, ALL, -1) == 0);
	CHECK(next_of(rows, &t, 4, 0) == NONE);

	/* Says our network, but was founded with another name. */
	made_begin(&m, &t.n.id, 1);
	wici_op_found(&m.w, &t.n.policy, WICI_BYTES("Inna"), &t.n.salt);
	made_end(&m, &t.n.id, 1);
	tree_sign(&t, &m, &(struct word){-1, FOUNDS, 7});
	wici_mp_writer_init(&w, t.bufs[1], sizeof(t.bufs[1]));
	wici_statement_encode(&w, &m.s);
	CHECK_OK(wici_mp_written(&w, &t.bytes[1]));
	CHECK(stands(&t, ALL, -1) == 0);
}

/* Kept and passed on, though we do not know what it says. */
TEST(a_change_that_needs_a_newer_version_is_approved_all_the_same)
{
	struct tree t;

	three(&t);
	tree_add(&t, (struct word){0, NEWER, 3});
	tree_add(&t, (struct word){1, SAYS, 3});
	CHECK(stands(&t, ALL, 0) == 1);
	CHECK(next_of(rows, &t, 3, 1) == 2);
	CHECK(row_at(rows, &t, 3, 1)->policy.keys_count == 3);
}

/* --- Policies -------------------------------------------------------------- */

TEST(a_policy_needs_the_old_keys_and_the_new)
{
	struct keys next = {56, 2, 2}; /* 104, 105, 106. */
	struct tree t;

	three(&t);
	CHECK(!is_approved(&t,
			   tree_add(&t, (struct word){0, POLICY, 3, 0, next})));
	CHECK(!is_approved(
		&t, tree_add(&t, (struct word){0, POLICY, 56, 0, next})));
	CHECK(!is_approved(
		&t, tree_add(&t, (struct word){0, POLICY, 3 | 8, 0, next})));
	CHECK(!is_approved(
		&t, tree_add(&t, (struct word){0, POLICY, 1 | 24, 0, next})));
	CHECK(is_approved(
		&t, tree_add(&t, (struct word){0, POLICY, 3 | 24, 0, next})));
	CHECK(stands(&t, ALL, 0) == 5);
	CHECK(row_at(rows, &t, t.count, 5)->policy.version == 2);
}

TEST(a_policys_version_is_the_next)
{
	struct keys next = {7, 2, 1};
	struct tree t;

	three(&t);
	for (next.version = 1; next.version < 5; next.version++) {
		int at = tree_add(&t, (struct word){0, POLICY, 7, 0, next});

		CHECK(is_approved(&t, at) == (next.version == 2));
	}
	next.version = UINT64_MAX;
	CHECK(!is_approved(&t,
			   tree_add(&t, (struct word){0, POLICY, 7, 0, next})));
}

TEST(retired_keys_have_nothing_to_say_and_what_they_said_holds)
{
	struct keys next = {56, 2, 2};
	struct tree t;

	three(&t);
	tree_add(&t, (struct word){0, SAYS, 3});
	tree_add(&t, (struct word){1, POLICY, 3 | 24, 0, next});
	CHECK(is_approved(&t, 1));
	CHECK(!is_approved(&t, tree_add(&t, (struct word){2, SAYS, 7})));
	CHECK(is_approved(&t, tree_add(&t, (struct word){2, SAYS, 24})));
	CHECK(stands(&t, ALL, 2) == 4);
	/* Nor do the new ones speak for the time before. */
	CHECK(!is_approved(&t, tree_add(&t, (struct word){0, SAYS, 56})));
}

/* --- Rivals ---------------------------------------------------------------- */

TEST(of_two_the_one_with_an_approved_successor_stands)
{
	struct tree t;

	three(&t);
	tree_add(&t, (struct word){0, SAYS, 3});
	tree_add(&t, (struct word){0, SAYS, 5});
	CHECK(stands(&t, ALL, 0) == FORK);
	tree_add(&t, (struct word){2, SAYS, 1}); /* Not approved. */
	CHECK(stands(&t, ALL, 0) == FORK);
	tree_add(&t, (struct word){1, SAYS, 3});
	CHECK(stands(&t, ALL, 0) == 1);
	tree_add(&t, (struct word){2, SAYS, 3});
	CHECK(stands(&t, ALL, 0) == FORK);
}

TEST(two_foundings_are_rivals_too)
{
	struct tree t;

	three(&t);
	tree_add(&t, (struct word){-1, FOUNDS, 6});
	CHECK(stands(&t, ALL, -1) == FORK);
	CHECK(stands(&t, 2, -1) == 1);
	tree_add(&t, (struct word){1, SAYS, 6});
	CHECK(stands(&t, ALL, -1) == 1);
}

TEST(what_all_keys_choose_stands_whatever_follows_the_other)
{
	struct tree t;

	three(&t);
	tree_add(&t, (struct word){0, SAYS, 3});
	tree_add(&t, (struct word){0, SAYS, 5});
	tree_add(&t, (struct word){2, SAYS, 5});
	tree_add(&t, (struct word){0, CHOOSES, 3, 0, {0}, 1});
	CHECK(stands(&t, ALL, 0) == 2); /* Two keys choose nothing. */
	tree_add(&t, (struct word){0, CHOOSES, 7, 0, {0}, 1});
	CHECK(stands(&t, ALL & ~16u, 0) == 1); /* The same, by all three. */
	CHECK(next_of(rows, &t, 5, 1) == NONE);
}

TEST(a_choice_is_never_itself_in_force)
{
	struct tree t;

	three(&t);
	tree_add(&t, (struct word){0, CHOOSES, 7, 0, {0}, -1});
	CHECK(is_approved(&t, 1));
	CHECK(stands(&t, ALL, 0) == NONE);
	CHECK(!is_approved(&t, tree_add(&t, (struct word){1, SAYS, 7})));
	CHECK(stands(&t, ALL, 1) == NONE);
}

TEST(a_choice_cannot_name_a_choice_or_another_place)
{
	struct tree t;

	three(&t);
	tree_add(&t, (struct word){0, SAYS, 3});
	tree_add(&t, (struct word){0, SAYS, 5});
	tree_add(&t, (struct word){0, CHOOSES, 7, 0, {0}, 0});
	CHECK(stands(&t, ALL, 0) == FORK);
	tree_add(&t, (struct word){0, CHOOSES, 7, 0, {0}, 3});
	CHECK(stands(&t, ALL, 0) == FORK);
	CHECK(stands(&t, ALL & ~8u, 0) == FORK);
}

TEST(choices_that_contradict_each_other_are_a_fork)
{
	struct tree t;

	three(&t);
	tree_add(&t, (struct word){0, SAYS, 3});
	tree_add(&t, (struct word){0, SAYS, 5});
	tree_add(&t, (struct word){0, CHOOSES, 7, 0, {0}, 1});
	CHECK(stands(&t, ALL, 0) == 1);
	tree_add(&t, (struct word){0, CHOOSES, 7, 0, {0}, 2});
	CHECK(stands(&t, ALL, 0) == FORK);
	CHECK(stands(&t, 1 | 2 | 8 | 16, 0) == FORK);
	CHECK(stands(&t, 1 | 8 | 16, 0) == FORK);
}

/* All keys have turned it down; it does not stand for a while because the
 * other one is slow to come. */
TEST(what_was_turned_down_does_not_stand_while_the_chosen_one_is_away)
{
	struct tree t;

	three(&t);
	tree_add(&t, (struct word){0, SAYS, 3});
	tree_add(&t, (struct word){0, SAYS, 5});
	tree_add(&t, (struct word){0, CHOOSES, 7, 0, {0}, 1});
	CHECK(stands(&t, 1 | 4 | 8, 0) == FORK);
	CHECK(stands(&t, 1 | 2 | 8, 0) == 1);
	CHECK(stands(&t, 1 | 8, 0) == NONE);
}

/* The policy before rivals judges the choice, whatever they bring. */
TEST(a_choice_between_policies_is_for_the_keys_before_them)
{
	struct keys mine = {56, 2, 2};
	struct keys yours = {7, 3, 2};
	struct tree t;

	three(&t);
	tree_add(&t, (struct word){0, POLICY, 63, 0, mine});
	tree_add(&t, (struct word){0, POLICY, 63, 0, yours});
	tree_add(&t, (struct word){0, CHOOSES, 56, 0, {0}, 1});
	CHECK(stands(&t, ALL, 0) == FORK);
	tree_add(&t, (struct word){0, CHOOSES, 7, 0, {0}, 2});
	CHECK(stands(&t, ALL, 0) == 2);
}

TEST_MAIN(RUN(one_change_after_another_stands),
	  RUN(a_gap_stops_the_root_and_what_lies_behind_it_waits),
	  RUN(what_was_approved_waits_again_when_what_it_follows_is_gone),
	  RUN(the_threshold_must_be_met), RUN(strangers_count_for_nothing),
	  RUN(a_key_that_signs_twice_is_not_two),
	  RUN(what_cannot_be_read_or_is_of_another_network_is_passed_over),
	  RUN(a_change_that_needs_a_newer_version_is_approved_all_the_same),
	  RUN(a_policy_needs_the_old_keys_and_the_new),
	  RUN(a_policys_version_is_the_next),
	  RUN(retired_keys_have_nothing_to_say_and_what_they_said_holds),
	  RUN(of_two_the_one_with_an_approved_successor_stands),
	  RUN(two_foundings_are_rivals_too),
	  RUN(what_all_keys_choose_stands_whatever_follows_the_other),
	  RUN(a_choice_is_never_itself_in_force),
	  RUN(a_choice_cannot_name_a_choice_or_another_place),
	  RUN(choices_that_contradict_each_other_are_a_fork),
	  RUN(what_was_turned_down_does_not_stand_while_the_chosen_one_is_away),
	  RUN(a_choice_between_policies_is_for_the_keys_before_them))
