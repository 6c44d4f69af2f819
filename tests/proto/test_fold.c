/* tests/proto/test_fold.c — Whatever order acts arrive in, they amount to the
 * same. */
#include "proto/fold.h"

#include "tests/test.h"

enum { PROPOSE = 1, ANSWER, CANCEL, HOLD, REPORT };

/* Small and repeatable; no test may depend on the day's luck. */
static uint32_t random_below(uint32_t *seed, uint32_t n)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (uint32_t)(((uint64_t)*seed * n) >> 32);
}

static void shuffle(struct wici_act *acts, size_t n, uint32_t *seed)
{
	for (size_t i = n; i > 1; i--) {
		size_t j = random_below(seed, (uint32_t)i);
		struct wici_act kept = acts[i - 1];

		acts[i - 1] = acts[j];
		acts[j] = kept;
	}
}

static struct wici_act act(uint8_t id, uint8_t after, uint8_t feed,
			   uint64_t seq, uint16_t kind)
{
	struct wici_act a = {.seq = seq, .kind = kind};

	a.id.b[31] = id;
	a.after.b[31] = after;
	a.feed.b[0] = feed;
	return a;
}

/*     (0) ──propose──> 1 ──answer──> 2 ──hold──> 3 ──report──> 4
 *                      └───cancel────┴──> 5 */
#define MOVE(from_, kind_, to_)                                                \
	{                                                                      \
		.from = (from_), .kind = (kind_), .to = (to_)                  \
	}
static const struct wici_move visit_moves[] = {
	MOVE(0, PROPOSE, 1), MOVE(1, ANSWER, 2), MOVE(1, CANCEL, 5),
	MOVE(2, CANCEL, 5),  MOVE(2, HOLD, 3),   MOVE(3, REPORT, 4),
	MOVE(0, 0, 0),
};

/* Guest (feed 1) and host (feed 2); the guest cancels what was answered and
 * held meanwhile; somebody's answer names an act that has not come. */
static size_t make_visit(struct wici_act *acts)
{
	size_t n = 0;

	acts[n++] = act(10, 0, 1, 4, PROPOSE);
	acts[n++] = act(20, 10, 2, 7, ANSWER);
	acts[n++] = act(21, 20, 2, 9, HOLD);
	acts[n++] = act(22, 21, 2, 10, REPORT);
	acts[n++] = act(11, 10, 1, 5, CANCEL);
	acts[n++] = act(30, 99, 2, 8, CANCEL);
	acts[n++] = act(31, 30, 3, 2, REPORT);
	acts[1].rank = 1;
	acts[2].rank = 2; /* What was held is final. */
	return n;
}

TEST(ten_thousand_arrivals_give_one_order)
{
	static const uint8_t want[] = {10, 20, 21, 11, 22, 30, 31};
	struct wici_act acts[8];
	size_t n = make_visit(acts);
	uint32_t seed = 1;

	for (int round = 0; round < 10000; round++) {
		shuffle(acts, n, &seed);
		CHECK(wici_acts_sort(acts, n) == 5);
		for (size_t i = 0; i < n; i++)
			CHECK(acts[i].id.b[31] == want[i]);
	}
}

TEST(ten_thousand_arrivals_give_one_outcome)
{
	struct wici_act acts[8];
	size_t n = make_visit(acts);
	uint32_t seed = 2;

	for (int round = 0; round < 10000; round++) {
		shuffle(acts, n, &seed);
		CHECK(wici_fold_moves(acts, n, visit_moves) == 4);
		for (size_t i = 0; i < n; i++)
			CHECK(acts[i].is_effective == (i < 5 && i != 3));
		CHECK(acts[0].why == NULL);
		CHECK(strcmp(acts[3].why, "not_allowed") == 0);
		CHECK(strcmp(acts[5].why, "waits") == 0);
		CHECK(strcmp(acts[6].why, "waits") == 0);
	}
}

TEST(of_two_answers_to_one_act_the_higher_rank_wins)
{
	struct wici_act acts[8];
	size_t n = make_visit(acts);

	for (size_t i = 0; i < n; i++)
		acts[i].rank = acts[i].kind == CANCEL ? 2 : 0;
	CHECK(wici_fold_moves(acts, n, visit_moves) == 5);
	CHECK(acts[1].kind == CANCEL && acts[1].is_effective);
	CHECK(strcmp(acts[2].why, "not_allowed") == 0);
}

TEST(of_two_answers_of_one_rank_the_smaller_id_comes_first)
{
	struct wici_act acts[3] = {act(1, 0, 1, 1, PROPOSE),
				   act(9, 1, 2, 1, ANSWER),
				   act(8, 1, 3, 1, CANCEL)};

	CHECK(wici_acts_sort(acts, 3) == 3);
	CHECK(acts[1].id.b[31] == 8 && acts[2].id.b[31] == 9);
}

/* An issuer's act that answers something unheard of must not hide the
 * revocation behind it. */
TEST(what_waits_keeps_nothing_of_its_feed_back)
{
	struct wici_act acts[3] = {act(1, 0, 1, 1, PROPOSE),
				   act(2, 77, 1, 2, ANSWER),
				   act(3, 1, 1, 3, CANCEL)};

	CHECK(wici_fold_moves(acts, 3, visit_moves) == 5);
	CHECK(acts[1].id.b[31] == 3 && acts[1].is_effective);
	CHECK(acts[2].id.b[31] == 2 && !acts[2].is_effective);
}

TEST(an_act_stands_after_the_earlier_acts_of_its_feed)
{
	struct wici_act acts[3] = {act(1, 0, 5, 30, PROPOSE),
				   act(2, 0, 5, 20, PROPOSE),
				   act(3, 0, 5, 10, PROPOSE)};

	acts[0].rank = 9;
	CHECK(wici_acts_sort(acts, 3) == 3);
	CHECK(acts[0].seq == 10 && acts[1].seq == 20 && acts[2].seq == 30);
}

TEST(acts_that_do_not_count_are_passed_over_and_say_why)
{
	static const struct {
		enum wici_standing standing;
		const char *name;
	} rows[] = {
		{WICI_VOID_FEED, "void_feed"}, {WICI_VOID_RIGHT, "void_right"},
		{WICI_VOID_CUT, "void_cut"},   {WICI_VOID_INDEX, "void_index"},
		{WICI_VOID_BODY, "void_body"}, {WICI_VOID_SIG, "void_sig"},
		{WICI_ERASED, "erased"},       {WICI_VOID_AHEAD, "void_ahead"},
	};

	CHECK(strcmp(wici_standing_name(WICI_COUNTS), "counts") == 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct wici_act acts[2] = {act(1, 0, 1, 1, PROPOSE),
					   act(2, 1, 2, 1, CANCEL)};

		acts[1].standing = rows[i].standing;
		CHECK(wici_fold_moves(acts, 2, visit_moves) == 1);
		CHECK(acts[0].is_effective && !acts[1].is_effective);
		CHECK(strcmp(acts[1].why, rows[i].name) == 0);
	}
}

TEST(a_second_fold_says_the_same_as_the_first)
{
	struct wici_act acts[8];
	size_t n = make_visit(acts);

	CHECK(wici_fold_moves(acts, n, visit_moves) == 4);
	CHECK(wici_fold_moves(acts, n, visit_moves) == 4);
	CHECK(wici_fold_moves(acts, 0, visit_moves) == 0);
}

/* As many as there may be, in one chain, given backwards and shuffled. */
TEST(the_longest_chain_is_put_in_order)
{
	static struct wici_act acts[WICI_ACTS_MAX];
	uint32_t seed = 3;

	for (size_t i = 0; i < WICI_ACTS_MAX; i++) {
		acts[i] = (struct wici_act){.seq = i + 1};
		wici_put_u32(acts[i].id.b, (uint32_t)(0x10000 - i));
		if (i)
			acts[i].after = acts[i - 1].id;
		acts[i].feed.b[0] = (uint8_t)(i % 3);
	}
	for (int round = 0; round < 20; round++) {
		shuffle(acts, WICI_ACTS_MAX, &seed);
		CHECK(wici_acts_sort(acts, WICI_ACTS_MAX) == WICI_ACTS_MAX);
		for (size_t i = 0; i < WICI_ACTS_MAX; i++)
			CHECK(acts[i].seq == i + 1);
	}
}

/* No hash allows it, and yet it must not hang. */
TEST(acts_that_answer_each_other_in_a_ring_wait)
{
	struct wici_act acts[3] = {act(1, 2, 1, 1, PROPOSE),
				   act(2, 1, 2, 1, ANSWER),
				   act(3, 3, 3, 1, HOLD)};

	CHECK(wici_acts_sort(acts, 3) == 0);
	CHECK(acts[0].id.b[31] == 1 && acts[2].id.b[31] == 3);
}

TEST_MAIN(RUN(ten_thousand_arrivals_give_one_order),
	  RUN(ten_thousand_arrivals_give_one_outcome),
	  RUN(of_two_answers_to_one_act_the_higher_rank_wins),
	  RUN(of_two_answers_of_one_rank_the_smaller_id_comes_first),
	  RUN(what_waits_keeps_nothing_of_its_feed_back),
	  RUN(an_act_stands_after_the_earlier_acts_of_its_feed),
	  RUN(acts_that_do_not_count_are_passed_over_and_say_why),
	  RUN(a_second_fold_says_the_same_as_the_first),
	  RUN(the_longest_chain_is_put_in_order),
	  RUN(acts_that_answer_each_other_in_a_ring_wait))
