/* tests/daemon/test_forks.c — An author who writes two histories is proven
 * guilty once, and everybody stands still at the same place, whatever comes in
 * whatever order; and the root's word decides what is beyond dispute. */
#include "tests/daemon/forked.h"

TEST(a_proof_stops_the_feed_before_it_and_is_passed_on)
{
	struct fixture a, b;
	struct feed *feed;
	struct proof p;

	make_pair(&a, &b);
	make_proof(&p, &b, 4, 1);
	CHECK_OK(give(&a, &p));
	CHECK(a.statements == 1 && a.rosters > 0 && a.fatals == 0);
	feed = feed_at(&a, &b);
	CHECK(feed->is_forked && feed->counts && feed->limit.seq == 3);
	CHECK(feed->counting_seq == 3 && feed->released_seq == ENTRIES);
	CHECK(judge_is_disputed(feed));
	CHECK(statements_has(a.n, &p.fork.id));
	/* Twice says nothing new. */
	CHECK_ERR(give(&a, &p), WICI_END);
	CHECK(a.statements == 0);
	/* And a start does not forget it. */
	fixture_reopen(&a);
	feed = feed_at(&a, &b);
	CHECK(feed->is_forked && feed->counting_seq == 3);
	CHECK(statements_has(a.n, &p.fork.id));
	CHECK(forks_of(a.n, &b.n->keys.feed)->seq == 4);
	drop_pair(&a, &b);
}

TEST(what_is_beyond_the_proof_is_neither_served_nor_taken)
{
	static uint8_t buf[WICI_MESSAGE_LEN_MAX];
	struct fixture a, b;
	struct wici_fork_side side;
	struct wici_bytes run;
	struct proof p;

	make_pair(&a, &b);
	make_proof(&p, &b, 4, 1);
	CHECK_OK(give(&a, &p));
	CHECK_ERR(node_read_run(a.n, &b.n->keys.feed, 4, ENTRIES, buf,
				sizeof(buf), &run),
		  WICI_NOT_FOUND);
	CHECK_OK(node_read_run(a.n, &b.n->keys.feed, 1, ENTRIES, buf,
			       sizeof(buf), &run));
	CHECK_OK(node_read_header(a.n, &b.n->keys.feed, 3, &side));
	CHECK_ERR(node_read_header(a.n, &b.n->keys.feed, 4, &side),
		  WICI_NOT_FOUND);
	drop_pair(&a, &b);
}

TEST(in_whatever_order_the_lowest_proof_decides)
{
	static const uint64_t orders[][3] = {
		{3, 5, 4}, {5, 4, 3}, {4, 3, 5}, {3, 4, 5}};
	struct wici_id best[4];

	for (size_t i = 0; i < 4; i++) {
		struct fixture a, b;
		struct proof p;

		make_pair(&a, &b);
		for (size_t k = 0; k < 3; k++) {
			enum wici_err err;

			make_proof(&p, &b, orders[i][k], 1);
			err = give(&a, &p);
			CHECK(err == WICI_OK);
			CHECK(a.statements ==
			      (orders[i][k] ==
			       forks_of(a.n, &b.n->keys.feed)->seq));
		}
		CHECK(feed_at(&a, &b)->counting_seq == 2);
		best[i] = forks_of(a.n, &b.n->keys.feed)->id;
		CHECK(statements_has(a.n, &best[i]));
		drop_pair(&a, &b);
	}
}

/* Two nodes that kept different ones still agree on the one that counts. */
TEST(of_many_proofs_four_are_kept_and_the_best_is_among_them)
{
	struct fixture a, b;
	struct feed *feed;
	struct proof p[8];
	size_t best = 0;

	make_pair(&a, &b);
	for (uint8_t i = 0; i < 8; i++) {
		make_proof(&p[i], &b, 3, (uint8_t)(i + 1));
		if (memcmp(p[i].fork.id.b, p[best].fork.id.b, 32) < 0)
			best = i;
	}
	for (size_t i = 0; i < 8; i++)
		(void)!give(&a, &p[i]);
	CHECK(a.n->forks_count == FORKS_A_FEED);
	CHECK(wici_id_equal(&forks_of(a.n, &b.n->keys.feed)->id,
			    &p[best].fork.id));
	CHECK(statements_has(a.n, &p[best].fork.id));
	/* A worse one is not kept, a better one is. */
	make_proof(&p[0], &b, 5, 1);
	CHECK_ERR(give(&a, &p[0]), WICI_END);
	make_proof(&p[0], &b, 2, 1);
	CHECK_OK(give(&a, &p[0]));
	feed = feed_at(&a, &b);
	CHECK(a.n->forks_count == FORKS_A_FEED && feed->counting_seq == 1);
	fixture_reopen(&a);
	CHECK(a.n->forks_count == FORKS_A_FEED);
	CHECK(feed_at(&a, &b)->counting_seq == 1);
	drop_pair(&a, &b);
}

TEST(a_proof_about_a_feed_nobody_holds_is_not_kept)
{
	struct fixture a, b, c;
	struct proof p;

	make_pair(&a, &b);
	fixture_open(&c);
	fixture_join(&a, &c, "MOPR Kielce");
	fixture_practice(&c, "Jeszcze nie u innych");
	make_proof(&p, &c, c.n->own->row.seq, 1);
	CHECK_ERR(give(&b, &p), WICI_END);
	CHECK(b.n->forks_count == 0 && b.n->statements_count > 0);
	CHECK(!statements_has(b.n, &p.fork.id));
	/* Made of one header, or of a stranger's: the sender's fault. */
	p.buf[p.bytes.len / 2] ^= 1;
	CHECK(give(&a, &p) != WICI_OK);
	fixture_drop(&c);
	drop_pair(&a, &b);
}

/* Or an author could make ever better ones, as many as there are numbers. */
TEST(a_proof_far_above_what_is_held_is_not_taken_yet)
{
	struct wici_fork_side one, other;
	struct wici_mp_writer w;
	struct fixture a, b;
	struct proof p;

	make_pair(&a, &b);
	for (uint64_t seq = ENTRIES + 257; seq >= ENTRIES + 256; seq--) {
		struct wici_entry e = {.header = side_at(&b, 1).header,
				       .has_payload = true};

		e.header.seq = seq;
		wici_entry_sign(&e, &b.n->network, &b.n->keys.feed_secret);
		one = (struct wici_fork_side){e.header, e.sig};
		e.salt.b[0] ^= 1;
		wici_entry_sign(&e, &b.n->network, &b.n->keys.feed_secret);
		other = (struct wici_fork_side){e.header, e.sig};
		wici_mp_writer_init(&w, p.buf, sizeof(p.buf));
		CHECK_OK(wici_fork_make(&w, &one, &other, &b.n->network,
					&p.fork));
		CHECK_OK(wici_mp_written(&w, &p.bytes));
		CHECK_OK(wici_statement_decode(&p.s, p.bytes));
		CHECK_ERR(give(&a, &p),
			  seq == ENTRIES + 257 ? WICI_END : WICI_OK);
		if (seq == ENTRIES + 256)
			continue;
		/* Nor are its signatures looked at, which takes a while. */
		p.buf[p.bytes.len - 40] ^= 1;
		CHECK_OK(wici_statement_decode(&p.s, p.bytes));
		CHECK_ERR(give(&a, &p), WICI_END);
	}
	CHECK(feed_at(&a, &b)->counting_seq == ENTRIES);
	drop_pair(&a, &b);
}

/* Nothing of such a feed counts: a newcomer could not even hold it. */
TEST(a_feed_that_parts_at_its_first_entry_is_left_out_with_its_proof)
{
	struct fixture a, b;
	struct wici_bytes bytes;
	struct proof p;

	make_pair(&a, &b);
	make_proof(&p, &b, 1, 1);
	CHECK_OK(give(&a, &p));
	CHECK(feed_at(&a, &b)->counting_seq == 0);
	CHECK(!statements_has(a.n, &p.fork.id));
	/* Who holds the other half of it is told all the same. */
	CHECK(a.statements == 1);
	CHECK_OK(node_read_statement(a.n, &p.fork.id, &bytes));
	drop_pair(&a, &b);
}

TEST(what_the_root_has_named_no_later_proof_takes_away)
{
	struct fixture a, b;
	struct fixture *both[] = {&a, &b};
	struct wici_head at;
	struct feed *feed;
	struct proof p;

	make_pair(&a, &b);
	at = head_at(&b, 5);
	name_entry(&a, &at, both, 2);
	feed = feed_at(&a, &b);
	CHECK(feed->is_reached && feed->limit.named.seq == 5);
	/* The key, stolen years later, signs a second entry 2. */
	make_proof(&p, &b, 2, 1);
	CHECK_OK(give(&a, &p));
	CHECK(!feed->is_forked && feed->counting_seq == ENTRIES);
	CHECK(!judge_is_disputed(feed));
	/* Above that it is a fork as any. */
	make_proof(&p, &b, 6, 1);
	CHECK_OK(give(&a, &p));
	CHECK(feed->is_forked && feed->counting_seq == 5);
	CHECK(statements_has(a.n, &p.fork.id));
	drop_pair(&a, &b);
}

TEST(a_name_after_the_proof_puts_it_beyond_dispute)
{
	struct fixture a, b;
	struct fixture *both[] = {&a, &b};
	struct wici_head at;
	struct feed *feed;
	struct proof p;

	make_pair(&a, &b);
	make_proof(&p, &b, 3, 1);
	CHECK_OK(give(&a, &p));
	CHECK_OK(give(&b, &p));
	CHECK(b.n->sealed && strcmp(b.n->sealed, "forked") == 0);
	at = head_at(&b, 5);
	name_entry(&a, &at, both, 2);
	feed = feed_at(&a, &b);
	CHECK(feed->is_reached && !feed->is_forked);
	CHECK(feed->counting_seq == ENTRIES && !judge_is_disputed(feed));
	drop_pair(&a, &b);
}

/* Whoever holds a feed's key can make ever better ones, for everybody to judge
 * and to pass on. */
TEST(of_ever_better_proofs_no_more_are_taken_than_in_that_time)
{
	struct fixture a, b;
	struct proof p;
	size_t taken = 0;

	make_pair(&a, &b);
	while (b.n->own->row.seq < 40)
		fixture_practice(&b, "Klub");
	fixture_carry(&b, &a);
	for (uint64_t seq = 40; seq > 10; seq--) {
		make_proof(&p, &b, seq, 1);
		taken += give(&a, &p) == WICI_OK;
		/* What is taken is seen at once. */
		CHECK(feed_at(&a, &b)->counting_seq ==
		      (taken == FORKS_FLOOD ? 40 - taken : seq - 1));
	}
	CHECK(taken == FORKS_FLOOD);
	CHECK_ERR(give(&a, &p), WICI_END);
	a.mono_ms += FORKS_FLOOD_MS;
	CHECK_OK(give(&a, &p));
	CHECK(feed_at(&a, &b)->counting_seq == p.fork.seq - 1);
	drop_pair(&a, &b);
}

/* Before the turn ends: nothing above is shown meanwhile. */
TEST(a_proof_lowers_the_head_at_once)
{
	static uint8_t buf[WICI_MESSAGE_LEN_MAX];
	struct fixture a, b;
	struct wici_bytes run;
	struct proof p;

	make_pair(&a, &b);
	make_proof(&p, &b, 4, 1);
	fixture_begin(&a);
	CHECK_OK(forks_receive(a.n, 7, &p.s, p.bytes));
	CHECK(feed_at(&a, &b)->counting_seq == 3);
	CHECK(judge_is_disputed(feed_at(&a, &b)));
	CHECK_ERR(node_read_run(a.n, &b.n->keys.feed, 4, ENTRIES, buf,
				sizeof(buf), &run),
		  WICI_NOT_FOUND);
	fixture_end(&a);
	CHECK(a.rosters > 0 && a.statements == 1);
	drop_pair(&a, &b);
}

TEST_MAIN(RUN(of_ever_better_proofs_no_more_are_taken_than_in_that_time),
	  RUN(a_proof_lowers_the_head_at_once),
	  RUN(a_proof_stops_the_feed_before_it_and_is_passed_on),
	  RUN(what_is_beyond_the_proof_is_neither_served_nor_taken),
	  RUN(in_whatever_order_the_lowest_proof_decides),
	  RUN(of_many_proofs_four_are_kept_and_the_best_is_among_them),
	  RUN(a_proof_about_a_feed_nobody_holds_is_not_kept),
	  RUN(a_proof_far_above_what_is_held_is_not_taken_yet),
	  RUN(a_feed_that_parts_at_its_first_entry_is_left_out_with_its_proof),
	  RUN(what_the_root_has_named_no_later_proof_takes_away),
	  RUN(a_name_after_the_proof_puts_it_beyond_dispute))
