/* tests/daemon/test_judge.c — Which feeds count, and how far: the same answer
 * whatever came first, and nothing of what does not count is shown. */
#include "daemon/judge.h"

#include "daemon/view.h"
#include "tests/daemon/judged.h"

#include <time.h>

/* ---- cuts ---- */

TEST(what_lies_above_a_cut_is_kept_and_neither_shown_nor_applied)
{
	static uint8_t buf[WICI_MESSAGE_LEN_MAX];
	struct wici_fork_side side;
	struct wici_head cut;
	struct wici_bytes run;
	struct entry_row row;
	struct scene s;
	const struct wici_key *key = &s.x.head.feed;

	begin(&s);
	author_practice(&s.x, 3);
	CHECK_OK(author_give(&s.x, &s.a));
	cut = root_head(s.a.n, key);
	author_practice(&s.x, 2);
	CHECK_OK(author_give(&s.x, &s.a));
	CHECK(counting(&s.a, key) == 6);
	root_feed(&s.a, &cut, false);
	CHECK(counting(&s.a, key) == 4 && feed_of(&s.a, key)->row.seq == 6);

	CHECK_OK(node_read_run(s.a.n, key, 1, 9, buf, sizeof(buf), &run));
	CHECK(wici_get_u16(run.p + 40) == 4);
	CHECK_ERR(node_read_run(s.a.n, key, 5, 5, buf, sizeof(buf), &run),
		  WICI_NOT_FOUND);
	CHECK_OK(node_read_header(s.a.n, key, 4, &side));
	CHECK_ERR(node_read_header(s.a.n, key, 5, &side), WICI_NOT_FOUND);
	fixture_begin(&s.a);
	CHECK_OK(entry_at(s.a.n->store, feed_of(&s.a, key)->row.n, 4, &row));
	CHECK(view_standing(s.a.n, &row) == WICI_COUNTS);
	CHECK_OK(entry_at(s.a.n->store, feed_of(&s.a, key)->row.n, 5, &row));
	CHECK(view_standing(s.a.n, &row) == WICI_VOID_CUT);
	fixture_end(&s.a);
	/* More of it is not taken, and nobody is blamed. */
	author_practice(&s.x, 1);
	CHECK_ERR(author_give(&s.x, &s.a), WICI_NOT_MEMBER);
	CHECK(s.a.n->rejected == 0);
	fixture_reopen(&s.a);
	CHECK(counting(&s.a, key) == 4);
	end(&s);
}

TEST(a_run_is_taken_up_to_the_limit_and_ends_with_an_entry_that_proves_itself)
{
	const struct wici_bytes empty = {(const uint8_t *)"\x80", 1};
	struct wici_head cut;
	struct fixture b;
	struct scene s;
	const struct wici_key *key = &s.x.head.feed;
	struct wici_bytes first, second;
	static uint8_t copy[2][2048];

	begin(&s);
	memcpy(copy[0], s.x.run.p, s.x.run.len);
	first = (struct wici_bytes){copy[0], s.x.run.len};
	/* 2 and 3 are not signed themselves; 4 is. The cut is at 3. */
	author_write_many(&s.x, WICI_KIND_PRACTICE_PUBLISH, empty, 3, 2);
	memcpy(copy[1], s.x.run.p, s.x.run.len);
	second = (struct wici_bytes){copy[1], s.x.run.len};
	CHECK_OK(author_give(&s.x, &s.a));
	fixture_begin(&s.a);
	CHECK_OK(entry_id(s.a.n->store, feed_of(&s.a, key)->row.n, 3, &cut.id));
	fixture_end(&s.a);
	cut.feed = *key;
	cut.seq = 3;
	/* Who hears of the cut later and who heard of it before show the same. */
	fixture_open(&b);
	fixture_join(&s.a, &b, "MOPS Mława");
	root_feed(&s.a, &cut, false);
	CHECK(counting(&s.a, key) == 1);
	fixture_drop(&b);
	fixture_open(&b);
	fixture_join(&s.a, &b, "MOPS Konin");
	s.x.run = first;
	CHECK_ERR(author_give(&s.x, &b), WICI_END);
	s.x.run = second;
	CHECK_ERR(author_give(&s.x, &b), WICI_NOT_MEMBER);
	CHECK(counting(&b, key) == 1 && fixture_is_equal(&s.a, &b));
	fixture_drop(&b);
	end(&s);
}

/* ---- keys ---- */

TEST(a_suspension_ends_what_it_does_not_name_and_shows_little)
{
	struct author other;
	struct wici_feed_row row = {.is_open = false};
	struct scene s;
	const struct wici_key *key = &s.x.head.feed;
	struct wici_key second;

	begin(&s);
	other = s.x;
	author_open(&other, 2);
	CHECK_OK(author_give(&other, &s.a));
	second = other.head.feed;
	CHECK(node_access(s.a.n, key, &s.x.identity) == NODE_ACCESS_ALL);
	row.at = root_head(s.a.n, key);
	root_member(&change, s.a.n, WICI_OP_SUSPEND, &s.x.identity, NULL, &row,
		    1);
	tell(&s.a);
	CHECK(s.a.rosters == 1);
	CHECK(counting(&s.a, key) == 1 && counting(&s.a, &second) == 0);
	CHECK(node_access(s.a.n, key, &s.x.identity) == NODE_ACCESS_OWN);
	CHECK(node_may_hear(s.a.n, NODE_ACCESS_OWN, &s.x.identity, key));
	CHECK(node_may_hear(s.a.n, NODE_ACCESS_OWN, &s.x.identity,
			    &s.a.n->own->row.key));
	/* A third one's: not that. */
	author_admit(&other, &s.a, 3);
	author_open(&other, 3);
	CHECK_OK(author_give(&other, &s.a));
	CHECK(!node_may_hear(s.a.n, NODE_ACCESS_OWN, &s.x.identity,
			     &other.head.feed));
	/* And no feed is opened any more. */
	author_open(&s.x, 4);
	CHECK_ERR(author_give(&s.x, &s.a), WICI_NOT_MEMBER);
	end(&s);
}

/* The thief's feed was opened with the stolen key, before or after. */
TEST(a_rekey_voids_what_the_old_key_opened_and_keeps_one_institution)
{
	struct author thief, renewed;
	struct wici_feed_row row = {.is_open = true};
	struct scene s;
	struct wici_key key;
	const struct wici_member *m;
	bool is_present;

	begin(&s);
	key = s.x.head.feed;
	thief = renewed = s.x;
	author_open(&thief, 2);
	CHECK_OK(author_give(&thief, &s.a));
	CHECK(counting(&s.a, &thief.head.feed) == 1);
	author_key(&renewed, 9);
	row.at = root_head(s.a.n, &key);
	root_member(&change, s.a.n, WICI_OP_REKEY, &s.x.identity,
		    &renewed.identity, &row, 1);
	tell(&s.a);
	CHECK(counting(&s.a, &thief.head.feed) == 0);
	CHECK(counting(&s.a, &key) == 1); /* Listed, and goes on. */
	author_practice(&s.x, 1);
	CHECK_OK(author_give(&s.x, &s.a));
	author_open(&thief, 3);
	CHECK_ERR(author_give(&thief, &s.a), WICI_NOT_MEMBER);
	CHECK(node_access(s.a.n, &thief.head.feed, &s.x.identity) ==
	      NODE_ACCESS_NONE);
	CHECK(node_access(s.a.n, &key, &s.x.identity) == NODE_ACCESS_ALL);
	author_open(&renewed, 4);
	CHECK_OK(author_give(&renewed, &s.a));
	CHECK(counting(&s.a, &renewed.head.feed) == 1);
	/* To people both feeds are of one institution, by its first name. */
	m = wici_roster_of_key(&s.a.n->roster, &renewed.identity, &is_present);
	CHECK(m && is_present && wici_key_equal(&m->identity, &s.x.identity));
	CHECK(wici_key_equal(&feed_of(&s.a, &renewed.head.feed)->whose,
			     &s.x.identity));
	CHECK(wici_key_equal(&feed_of(&s.a, &key)->whose, &s.x.identity));
	end(&s);
}

/* ---- quotas ---- */

/* As if so many bytes had been written before: a gibibyte takes long. */
static void fill(struct fixture *f, const struct wici_key *key, uint64_t left)
{
	feed_of(f, key)->row.bytes = WICI_QUOTA_BYTES - left;
}

TEST(a_feed_ends_before_the_entry_that_would_exceed_its_quota)
{
	uint8_t buf[64];
	struct wici_bytes payload = fixture_title(buf, sizeof(buf), "Klub");
	struct wici_quota quota = {.entries = 5, .bytes = 2 * WICI_QUOTA_BYTES};
	struct scene s;
	const struct wici_key *key = &s.x.head.feed;

	begin(&s);
	fill(&s.a, key, 2 * payload.len + payload.len / 2);
	author_practice(&s.x, 5);
	CHECK_OK(author_give(&s.x, &s.a));
	CHECK(counting(&s.a, key) == 3);
	author_practice(&s.x, 1);
	CHECK_ERR(author_give(&s.x, &s.a), WICI_AGAIN); /* A gap: it ended. */
	CHECK(s.a.n->rejected == 0);
	/* The root gives it more, of bytes; and takes no entry away. */
	quota.feed = *key;
	root_begin(&change, s.a.n, 1);
	wici_op_quotas(&change.w, &quota, 1);
	root_end(&change, s.a.n);
	tell(&s.a);
	s.x.head = root_head(s.a.n, key);
	author_practice(&s.x, 5);
	CHECK_OK(author_give(&s.x, &s.a));
	CHECK(counting(&s.a, key) == 8);
	end(&s);
}

/* ---- what is named ---- */

TEST(nothing_of_a_feed_is_applied_before_it_reaches_what_the_root_names)
{
	struct entry_row row;
	struct wici_head named;
	struct scene s;
	const struct wici_key *key = &s.x.head.feed;
	struct wici_bytes later;
	static uint8_t copy[2048];

	begin(&s);
	author_practice(&s.x, 2);
	memcpy(copy, s.x.run.p, s.x.run.len);
	later = (struct wici_bytes){copy, s.x.run.len};
	named = s.x.head;
	root_feed(&s.a, &named, true);
	CHECK(counting(&s.a, key) == 1); /* Sync goes on. */
	CHECK(judge_is_disputed(feed_of(&s.a, key)));
	fixture_begin(&s.a);
	CHECK_OK(entry_at(s.a.n->store, feed_of(&s.a, key)->row.n, 1, &row));
	CHECK(view_standing(s.a.n, &row) == WICI_VOID_AHEAD);
	fixture_end(&s.a);
	s.x.run = later;
	CHECK_OK(author_give(&s.x, &s.a));
	CHECK(counting(&s.a, key) == 3);
	CHECK(!judge_is_disputed(feed_of(&s.a, key)));
	fixture_begin(&s.a);
	CHECK_OK(entry_at(s.a.n->store, feed_of(&s.a, key)->row.n, 1, &row));
	CHECK(view_standing(s.a.n, &row) == WICI_COUNTS);
	fixture_end(&s.a);
	end(&s);
}

/* ---- what it costs ---- */

static clock_t judged_in(struct fixture *f, int times)
{
	clock_t before;

	fixture_begin(f);
	before = clock();
	for (int i = 0; i < times; i++)
		CHECK_OK(judge_all(f->n));
	before = clock() - before;
	fixture_end(f);
	return before;
}

/* An institution may end its feeds where it likes: among 255 entries whose own
 * signatures are none, too. Each node would verify them for ever. */
TEST(a_feed_that_ends_among_bad_signatures_is_searched_once)
{
	struct wici_head old;
	clock_t first;
	uint8_t buf[64];
	struct scene s;

	begin(&s);
	author_write_many(&s.x, WICI_KIND_PRACTICE_PUBLISH,
			  fixture_title(buf, sizeof(buf), "Klub"), 256, 255);
	CHECK_OK(author_give(&s.x, &s.a));
	old = s.x.head;
	old.seq--;
	root_feed(&s.a, &old, false);
	CHECK(counting(&s.a, &old.feed) == 1);
	memset(&feed_of(&s.a, &old.feed)->proven, 0,
	       sizeof(feed_of(&s.a, &old.feed)->proven));
	first = judged_in(&s.a, 1);
	CHECK(judged_in(&s.a, 10) < first);
	CHECK(counting(&s.a, &old.feed) == 1);
	end(&s);
}

/* What a peer brings about in each turn waits, once that was often enough. */
TEST(of_judging_all_feeds_there_is_only_so_much_in_a_second)
{
	struct scene s;
	int judged = 0;

	begin(&s);
	for (int i = 0; i < 50; i++) {
		s.a.n->judged += 2000; /* As many feeds as that. */
		s.a.n->is_judging_due = true;
		fixture_begin(&s.a);
		fixture_end(&s.a);
		judged += !s.a.n->is_judging_due;
	}
	CHECK(judged >= 20 && judged <= 30);
	s.a.mono_ms += 1000;
	fixture_begin(&s.a);
	fixture_end(&s.a);
	CHECK(!s.a.n->is_judging_due);
	end(&s);
}

TEST_MAIN(
	RUN(a_feed_that_ends_among_bad_signatures_is_searched_once),
	RUN(of_judging_all_feeds_there_is_only_so_much_in_a_second),
	RUN(what_lies_above_a_cut_is_kept_and_neither_shown_nor_applied),
	RUN(a_run_is_taken_up_to_the_limit_and_ends_with_an_entry_that_proves_itself),
	RUN(a_suspension_ends_what_it_does_not_name_and_shows_little),
	RUN(a_rekey_voids_what_the_old_key_opened_and_keeps_one_institution),
	RUN(a_feed_ends_before_the_entry_that_would_exceed_its_quota),
	RUN(nothing_of_a_feed_is_applied_before_it_reaches_what_the_root_names))
