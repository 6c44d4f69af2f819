/* tests/daemon/test_bundle_forged.c — Whoever made the file: nothing is taken
 * that is not proven, forks are, and nobody answers for another. */
#include "tests/daemon/stick.h"

/* ---- forged files ---- */

/* A feed of Kielce's, run by run, in whatever order. */
TEST(runs_out_of_order_are_gaps_and_none_is_believed)
{
	static uint8_t runs[3][4000];
	struct wici_bytes b[3];
	struct author a;
	struct pair p;

	begin(&p);
	author_admit(&a, &p.cal, 30);
	fixture_carry(&p.cal, &p.mlawa);
	author_open(&a, 31);
	for (int i = 0; i < 3; i++) {
		CHECK(a.run.len <= sizeof(runs[i]));
		memcpy(runs[i], a.run.p, a.run.len);
		b[i] = (struct wici_bytes){runs[i], a.run.len};
		author_practice(&a, 3);
	}
	forge_begin(&p.f, &p.cal.n->network);
	forge_record(&p.f, WICI_BUNDLE_RUN, b[2]);
	forge_record(&p.f, WICI_BUNDLE_RUN, b[1]);
	forge_record(&p.f, WICI_BUNDLE_RUN, b[0]);
	forge_record(&p.f, WICI_BUNDLE_RUN, b[1]);
	forge_end(&p.f);
	CHECK_ERR(take(&p.mlawa, &p.f), WICI_END);
	CHECK(counts.entries == 4);
	/* Of a feed that nobody knows a run that begins later is nobody's. */
	CHECK(counts.rejects == 6);
	end(&p);
}

TEST(feeds_of_nobody_are_dropped_and_told)
{
	struct author a;
	struct pair p;

	begin(&p);
	memset(&a, 0, sizeof(a));
	a.network = p.cal.n->network;
	author_key(&a, 40);
	author_open(&a, 41);
	forge_begin(&p.f, &p.cal.n->network);
	forge_record(&p.f, WICI_BUNDLE_RUN, a.run);
	author_practice(&a, 200);
	forge_record(&p.f, WICI_BUNDLE_RUN, a.run);
	forge_end(&p.f);
	CHECK_ERR(take(&p.mlawa, &p.f), WICI_END);
	CHECK(counts.entries == 0 && counts.rejects == 201);
	CHECK(is_rejected("not_member") && counts.rejected_count == 1);
	CHECK(counts.rejected[0].seq == 1);
	end(&p);
}

/* Somebody makes up what Mława is said to have written. */
TEST(the_own_feed_forged_ahead_is_not_taken)
{
	struct author a;
	struct pair p;

	begin(&p);
	memset(&a, 0, sizeof(a));
	a.network = p.cal.n->network;
	a.head = head_at(&p.mlawa, p.mlawa.n->own->row.seq);
	a.feed_secret = p.cal.n->keys.feed_secret;
	author_practice(&a, 3);
	forge_begin(&p.f, &p.cal.n->network);
	forge_record(&p.f, WICI_BUNDLE_RUN, a.run);
	forge_end(&p.f);
	CHECK_ERR(take(&p.mlawa, &p.f), WICI_END);
	CHECK(counts.entries == 0 && counts.rejects == 3);
	CHECK(is_rejected("signature"));
	CHECK(!p.mlawa.n->sealed && !echo_is_waiting(p.mlawa.n));
	CHECK_ERR(take(&p.cal, &p.f), WICI_END);
	CHECK(counts.entries == 0 && p.cal.n->forks_count == 0);
	end(&p);
}

/* ---- forks ---- */

/* The feed as it stands, and another branch from seq on. */
static void forge_branch(struct pair *p, uint64_t seq, int count)
{
	static uint8_t buf[60000];
	struct wici_bytes run;
	struct author a;

	memset(&a, 0, sizeof(a));
	a.network = p->cal.n->network;
	a.head = head_at(&p->mlawa, seq);
	a.feed_secret = p->mlawa.n->keys.feed_secret;
	author_practice(&a, count);
	CHECK_OK(node_read_run(p->mlawa.n, &a.head.feed, 1, seq, buf,
			       sizeof(buf), &run));
	forge_begin(&p->f, &p->cal.n->network);
	forge_record(&p->f, WICI_BUNDLE_RUN, run);
	forge_record(&p->f, WICI_BUNDLE_RUN, a.run);
	forge_end(&p->f);
}

TEST(a_branch_in_a_file_is_proven)
{
	struct pair p;

	begin(&p);
	forge_branch(&p, 3, 5);
	CHECK_ERR(take(&p.cal, &p.f), WICI_END);
	CHECK(is_rejected("fork") && counts.entries == 0);
	CHECK(counts.known == 3 && counts.rejects == 5);
	CHECK(p.cal.n->forks_count == 1);
	CHECK(feed_at(&p.cal, &p.mlawa)->counting_seq == 3);
	/* Nothing new the second time. */
	CHECK_ERR(take(&p.cal, &p.f), WICI_END);
	CHECK(p.cal.n->forks_count == 1);
	/* Its author hears that it has forked. */
	CHECK_ERR(take(&p.mlawa, &p.f), WICI_END);
	CHECK(p.mlawa.n->sealed && strcmp(p.mlawa.n->sealed, "forked") == 0);
	end(&p);
}

TEST(a_branch_that_nobody_signed_proves_nothing)
{
	struct pair p;

	begin(&p);
	forge_branch(&p, 3, 1);
	p.f.p[p.f.len - 37 - 100] ^= 1;
	(void)take(&p.cal, &p.f);
	CHECK(counts.rejects == 1 && p.cal.n->forks_count == 0);
	CHECK(feed_at(&p.cal, &p.mlawa)->counting_seq == ENTRIES);
	end(&p);
}

/* Statements stand first: the feed that a proof is about comes behind it. */
TEST(a_proof_that_comes_before_its_feed_is_not_lost)
{
	struct fixture kielce;
	struct proof proof;
	struct pair p;

	begin(&p);
	make_proof(&proof, &p.mlawa, 4, 1);
	fixture_open(&kielce);
	fixture_join(&p.cal, &kielce, "MOPR Kielce");
	CHECK_OK(give(&p.cal, &proof));
	write_all(&p.cal, &p.f);
	fixture_drop(&kielce);
	/* Who has nothing but the network takes both from the file. */
	fixture_open(&kielce);
	fixture_begin(&kielce);
	CHECK_OK(membership_set_network(kielce.n, &p.cal.n->network));
	CHECK_OK(membership_fold(kielce.n, true));
	fixture_end(&kielce);
	CHECK_ERR(take(&kielce, &p.f), WICI_END);
	CHECK(counts.rejects == 0 && kielce.n->forks_count == 1);
	CHECK(fixture_is_equal(&p.cal, &kielce));
	fixture_drop(&kielce);
	end(&p);
}

/* ---- whose it is ---- */

static uint64_t number_of(struct fixture *f)
{
	return f->n->echo.number;
}

TEST(a_bearer_is_answered_and_his_answer_holds)
{
	struct pair p;

	begin(&p);
	fixture_begin(&p.mlawa);
	echo_released(p.mlawa.n);
	fixture_end(&p.mlawa);
	fixture_reopen(&p.mlawa);
	CHECK(echo_is_waiting(p.mlawa.n));
	write_all(&p.cal, &p.f); /* Knows no number. */
	CHECK_ERR(take(&p.mlawa, &p.f), WICI_END);
	CHECK(echo_is_waiting(p.mlawa.n));
	write_all(&p.mlawa, &p.f);
	CHECK_ERR(take(&p.cal, &p.f), WICI_END);
	write_all(&p.cal, &p.f);
	CHECK_ERR(take(&p.mlawa, &p.f), WICI_END);
	CHECK(!echo_is_waiting(p.mlawa.n));
	/* The next start draws another number. */
	fixture_reopen(&p.mlawa);
	CHECK_ERR(take(&p.mlawa, &p.f), WICI_END);
	CHECK(echo_is_waiting(p.mlawa.n));
	end(&p);
}

/* An answer of this number, under whatever key. */
static void forge_answer(struct pair *p, const struct wici_key *feed,
			 const struct wici_secret *secret, uint64_t number)
{
	static struct wici_bearer bearer;
	static uint8_t buf[WICI_BEARER_LEN_MAX];
	struct wici_fork_side side = side_at(&p->mlawa, ENTRIES);

	memset(&bearer, 0, sizeof(bearer));
	bearer.feed = *feed;
	bearer.number = 5;
	bearer.count = 1;
	bearer.answers[0].number = number;
	bearer.answers[0].header = side.header;
	bearer.answers[0].sig = side.sig;
	forge_begin(&p->f, &p->cal.n->network);
	forge_record(
		&p->f, WICI_BUNDLE_BEARER,
		wici_bearer_write(buf, &bearer, &p->cal.n->network, secret));
	forge_end(&p->f);
}

TEST(answers_of_strangers_and_under_other_keys_say_nothing)
{
	struct author a;
	struct pair p;

	begin(&p);
	fixture_begin(&p.mlawa);
	echo_released(p.mlawa.n);
	fixture_end(&p.mlawa);
	fixture_reopen(&p.mlawa);
	memset(&a, 0, sizeof(a));
	author_key(&a, 50);
	author_open(&a, 51);
	/* A stranger's; another's name; our own; the number before. */
	forge_answer(&p, &a.head.feed, &a.feed_secret, number_of(&p.mlawa));
	CHECK_ERR(take(&p.mlawa, &p.f), WICI_END);
	forge_answer(&p, &p.cal.n->keys.feed, &a.feed_secret,
		     number_of(&p.mlawa));
	CHECK_ERR(take(&p.mlawa, &p.f), WICI_END);
	CHECK(is_rejected("signature"));
	forge_answer(&p, &p.mlawa.n->keys.feed, &p.mlawa.n->keys.feed_secret,
		     number_of(&p.mlawa));
	CHECK_ERR(take(&p.mlawa, &p.f), WICI_END);
	forge_answer(&p, &p.cal.n->keys.feed, &p.cal.n->keys.feed_secret,
		     number_of(&p.mlawa) + 1);
	CHECK_ERR(take(&p.mlawa, &p.f), WICI_END);
	CHECK(echo_is_waiting(p.mlawa.n));
	forge_answer(&p, &p.cal.n->keys.feed, &p.cal.n->keys.feed_secret,
		     number_of(&p.mlawa));
	CHECK_ERR(take(&p.mlawa, &p.f), WICI_END);
	CHECK(!echo_is_waiting(p.mlawa.n));
	end(&p);
}

TEST_MAIN(RUN(runs_out_of_order_are_gaps_and_none_is_believed),
	  RUN(feeds_of_nobody_are_dropped_and_told),
	  RUN(the_own_feed_forged_ahead_is_not_taken),
	  RUN(a_branch_in_a_file_is_proven),
	  RUN(a_branch_that_nobody_signed_proves_nothing),
	  RUN(a_proof_that_comes_before_its_feed_is_not_lost),
	  RUN(a_bearer_is_answered_and_his_answer_holds),
	  RUN(answers_of_strangers_and_under_other_keys_say_nothing))
