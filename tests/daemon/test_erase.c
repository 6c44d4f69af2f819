/* tests/daemon/test_erase.c — Erasures that peers bring, in whatever order and
 * however many; and what a disk does to them. */
#include "daemon/erase.h"

#include "daemon/shorten.h"
#include "tests/daemon/erased.h"
#include "tests/daemon/spoil.h"

TEST(it_reaches_who_holds_the_record_and_is_shown_when_it_is_done)
{
	struct net n;

	begin(&n);
	CHECK_OK(give_run(&n, 0));
	CHECK_OK(give_run(&n, 1));
	rest(&n.cal);
	CHECK(gone_folder_has(n.cal.dir, WORD));
	CHECK_OK(give_erasure(&n, &n.gone));
	CHECK(is_erased(&n));
	CHECK(!statements_has(n.cal.n, &n.gone.is.id)); /* Not yet noted. */
	rest(&n.cal);
	CHECK(!gone_folder_has(n.cal.dir, WORD));
	CHECK(statements_has(n.cal.n, &n.gone.is.id));
	CHECK_ERR(give_erasure(&n, &n.gone), WICI_END);
	fixture_reopen(&n.cal);
	CHECK(statements_has(n.cal.n, &n.gone.is.id) && is_erased(&n));
	end(&n);
}

/* That is the receipt: who shows a head has erased what lies before it. */
TEST(no_head_is_shown_before_it_is_done)
{
	const struct feed *feed;
	struct net n;

	begin(&n);
	CHECK_OK(give_run(&n, 0));
	CHECK_OK(give_run(&n, 1));
	rest(&n.cal);
	feed = feeds_find(&n.cal.n->feeds, &n.of.feed);
	CHECK(feed->counting_seq == 4);
	CHECK_OK(give_erasure(&n, &n.gone));
	author_practice(&n.author, 1);
	CHECK_OK(author_give(&n.author, &n.cal));
	CHECK(!statements_has(n.cal.n, &n.gone.is.id));
	CHECK(feed->released_seq == 5 && feed->counting_seq == 4);
	CHECK(n.cal.heads == 0);
	for (int i = 0; i < 9 && !statements_has(n.cal.n, &n.gone.is.id); i++) {
		CHECK(feed->counting_seq == 4 && n.cal.heads == 0);
		fixture_begin(&n.cal);
		fixture_end(&n.cal);
	}
	CHECK(feed->counting_seq == 5 && n.cal.heads == 1);
	/* Nor after a start. */
	rest(&n.cal);
	node_close(n.cal.n);
	spoil_sql(n.cal.dir, "UPDATE statement SET version = 0 WHERE type = 3");
	CHECK_OK(fixture_try_open(&n.cal));
	CHECK(feeds_find(&n.cal.n->feeds, &n.of.feed)->counting_seq == 0);
	rest(&n.cal);
	CHECK(feeds_find(&n.cal.n->feeds, &n.of.feed)->counting_seq == 5);
	CHECK(statements_has(n.cal.n, &n.gone.is.id));
	end(&n);
}

TEST(a_hidden_payload_is_refused_and_with_its_erasure_taken)
{
	struct net n;

	begin(&n);
	CHECK_OK(give_run(&n, 0));
	CHECK_ERR(give_run(&n, 2), WICI_REJECT_HIDDEN);
	CHECK(n.cal.n->rejected == 1);
	CHECK_ERR(give_erasure(&n, &n.gone), WICI_END); /* It waits. */
	CHECK(!erase_of(n.cal.n, &n.of));
	CHECK_OK(give_run(&n, 2));
	CHECK(is_erased(&n));
	CHECK(statements_has(n.cal.n, &n.gone.is.id)); /* At once. */
	end(&n);
}

TEST(a_payload_that_comes_after_its_erasure_is_never_written)
{
	struct net n;

	begin(&n);
	CHECK_OK(give_run(&n, 0));
	CHECK_ERR(give_erasure(&n, &n.gone), WICI_END);
	CHECK_OK(give_run(&n, 1));
	CHECK(is_erased(&n));
	CHECK(!gone_folder_has(n.cal.dir, WORD)); /* Before any purge. */
	rest(&n.cal);
	CHECK(statements_has(n.cal.n, &n.gone.is.id));
	end(&n);
}

/* Twice, thrice, in whatever order, with lies between: in the end it is gone,
 * and everything else is there. */
TEST(however_it_comes_the_end_is_the_same)
{
	struct author thief;
	struct gone lie;
	struct net n;

	for (unsigned seed = 1; seed <= 25; seed++) {
		srand(seed);
		begin(&n);
		author_admit(&thief, &n.cal, 66);
		gone_make(&lie, &n.author.network, &n.of, NULL, &thief.identity,
			  &thief.identity_secret);
		for (int i = 0; i < 8; i++) {
			int what = rand() % 6;

			if (what < 3)
				(void)give_run(&n, (size_t)what);
			else if (what < 5)
				(void)give_erasure(&n,
						   what == 3 ? &n.gone : &lie);
			else
				rest(&n.cal);
		}
		(void)give_run(&n, 0);
		(void)give_erasure(&n, seed % 2 ? &n.gone : &lie);
		(void)give_run(&n, seed % 3 ? 1 : 2);
		(void)give_erasure(&n, &n.gone);
		(void)give_run(&n, seed % 3 ? 1 : 2);
		rest(&n.cal);
		CHECK(is_erased(&n) && !gone_folder_has(n.cal.dir, WORD));
		CHECK(statements_has(n.cal.n, &n.gone.is.id));
		CHECK(n.cal.n->statements_count == 2);
		CHECK(feeds_find(&n.cal.n->feeds, &n.of.feed)->row.seq == 4);
		end(&n);
	}
}

/* The hash of what was erased is checked all the same. */
TEST(another_payload_in_its_place_is_refused)
{
	struct net n;

	begin(&n);
	CHECK_OK(give_run(&n, 0));
	CHECK_ERR(give_erasure(&n, &n.gone), WICI_END);
	n.buf[1][WICI_RUN_HEAD_LEN + WICI_RUN_ITEM_LEN + 20] ^= 1;
	CHECK(give_run(&n, 1) != WICI_OK);
	n.buf[1][WICI_RUN_HEAD_LEN + WICI_RUN_ITEM_LEN + 20] ^= 1;
	CHECK_OK(give_run(&n, 1));
	end(&n);
}

TEST(a_flood_of_erasures_is_bounded_and_stores_nothing)
{
	struct net n;
	struct gone other;
	struct wici_head of;

	begin(&n);
	of = n.of;
	for (uint64_t i = 0; i < 3 * ERASE_WAIT_LINK_MAX; i++) {
		of.seq = 2 + i;
		gone_make(&other, &n.author.network, &of, NULL,
			  &n.author.identity, &n.author.identity_secret);
		CHECK_ERR(give_erasure(&n, &other), WICI_END);
	}
	CHECK(n.cal.n->statements_count == 1);
	/* The one that is needed comes right before its run. */
	CHECK_OK(give_run(&n, 0));
	CHECK_ERR(give_run(&n, 2), WICI_REJECT_HIDDEN);
	CHECK_ERR(give_erasure(&n, &n.gone), WICI_END);
	CHECK_OK(give_run(&n, 2));
	end(&n);
}

/* What was given long ago, and again right before the run, is still there. */
TEST(the_one_that_is_given_again_is_the_newest)
{
	struct net n;
	struct gone other;
	struct wici_head of;

	begin(&n);
	CHECK_OK(give_run(&n, 0));
	CHECK_ERR(give_erasure(&n, &n.gone), WICI_END);
	of = n.of;
	for (uint64_t i = 1; i < 2 * ERASE_WAIT_LINK_MAX; i++) {
		of.seq = 2 + i;
		gone_make(&other, &n.author.network, &of, NULL,
			  &n.author.identity, &n.author.identity_secret);
		CHECK_ERR(give_erasure(&n, &other), WICI_END);
		if (i == ERASE_WAIT_LINK_MAX - 1 || i == ERASE_WAIT_LINK_MAX)
			CHECK_ERR(give_erasure(&n, &n.gone), WICI_END);
	}
	CHECK_OK(give_run(&n, 2));
	end(&n);
}

TEST(nothing_is_taken_while_the_disk_is_full)
{
	struct net n;

	begin(&n);
	CHECK_OK(give_run(&n, 0));
	CHECK_OK(give_run(&n, 1));
	n.cal.n->is_read_only = true;
	CHECK_ERR(give_erasure(&n, &n.gone), WICI_FULL);
	n.cal.n->is_read_only = false;
	CHECK(!is_erased(&n));
	CHECK_OK(give_erasure(&n, &n.gone));
	end(&n);
}

TEST(an_erased_entry_counts_for_the_quota_as_it_did)
{
	struct net n;
	uint64_t bytes;

	begin(&n);
	CHECK_OK(give_run(&n, 0));
	CHECK_OK(give_run(&n, 1));
	bytes = feeds_find(&n.cal.n->feeds, &n.of.feed)->row.bytes;
	CHECK_OK(give_erasure(&n, &n.gone));
	rest(&n.cal);
	CHECK(feeds_find(&n.cal.n->feeds, &n.of.feed)->row.bytes == bytes);
	end(&n);
	begin(&n);
	CHECK_OK(give_run(&n, 0));
	CHECK_ERR(give_erasure(&n, &n.gone), WICI_END);
	CHECK_OK(give_run(&n, 2));
	CHECK(feeds_find(&n.cal.n->feeds, &n.of.feed)->row.bytes == bytes);
	end(&n);
}

/* What is of no chain any more is not shown, and goes all the same. */
TEST(evidence_of_a_fork_is_erased_too)
{
	struct wici_head open;
	struct net n;

	begin(&n);
	CHECK_OK(give_run(&n, 0));
	CHECK_OK(give_run(&n, 1));
	open = head_at(&n.cal, &n.of.feed, 1);
	fixture_begin(&n.cal);
	CHECK_OK(shorten_feed(n.cal.n, feeds_find(&n.cal.n->feeds, &n.of.feed),
			      2, &open.id, ENTRY_EVIDENCE));
	fixture_end(&n.cal);
	CHECK(gone_folder_has(n.cal.dir, WORD));
	CHECK_OK(give_erasure(&n, &n.gone));
	rest(&n.cal);
	CHECK(!gone_folder_has(n.cal.dir, WORD));
	CHECK(!statements_has(n.cal.n, &n.gone.is.id));
	/* The chain is the one after all. */
	CHECK_OK(give_run(&n, 1));
	rest(&n.cal);
	CHECK(is_erased(&n) && !gone_folder_has(n.cal.dir, WORD));
	CHECK(statements_has(n.cal.n, &n.gone.is.id));
	end(&n);
}

/* The id does not cover signatures: who was given a bad one would blame us. */
TEST(a_spoilt_erasure_is_given_to_nobody_and_comes_back)
{
	struct wici_bytes bytes;
	struct net n;

	for (int at = 20; at < 240; at += 76) {
		begin(&n);
		CHECK_OK(give_run(&n, 0));
		CHECK_OK(give_run(&n, 1));
		CHECK_OK(give_erasure(&n, &n.gone));
		rest(&n.cal);
		node_close(n.cal.n);
		spoil_byte(n.cal.dir, "statement", "bytes",
			   spoil_find(n.cal.dir, "SELECT rowid FROM statement"
						 " WHERE type = 3"),
			   at);
		CHECK_OK(fixture_try_open(&n.cal));
		CHECK_ERR(node_read_statement(n.cal.n, &n.gone.is.id, &bytes),
			  WICI_NOT_FOUND);
		rest(&n.cal);
		CHECK(!statements_has(n.cal.n, &n.gone.is.id));
		CHECK_OK(give_erasure(&n, &n.gone));
		rest(&n.cal);
		CHECK(statements_has(n.cal.n, &n.gone.is.id) && is_erased(&n));
		CHECK_OK(node_read_statement(n.cal.n, &n.gone.is.id, &bytes));
		end(&n);
	}
}

TEST_MAIN(RUN(it_reaches_who_holds_the_record_and_is_shown_when_it_is_done),
	  RUN(no_head_is_shown_before_it_is_done),
	  RUN(a_hidden_payload_is_refused_and_with_its_erasure_taken),
	  RUN(a_payload_that_comes_after_its_erasure_is_never_written),
	  RUN(however_it_comes_the_end_is_the_same),
	  RUN(evidence_of_a_fork_is_erased_too),
	  RUN(a_spoilt_erasure_is_given_to_nobody_and_comes_back),
	  RUN(another_payload_in_its_place_is_refused),
	  RUN(a_flood_of_erasures_is_bounded_and_stores_nothing),
	  RUN(the_one_that_is_given_again_is_the_newest),
	  RUN(nothing_is_taken_while_the_disk_is_full),
	  RUN(an_erased_entry_counts_for_the_quota_as_it_did))
