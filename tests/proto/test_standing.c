/* tests/proto/test_standing.c — Which feeds count, how far, and what an entry
 * of them may say: PROTOCOL §5.9. */
#include "proto/standing.h"

#include "proto/kinds/certificate.h"
#include "proto/kinds/feed_open.h"
#include "proto/kinds/member.h"
#include "tests/proto/founded.h"
#include "tests/test.h"

#define OWN 70 /* A feed that institution 1 opened. */

static struct net n;
static struct wici_roster r;

/* Institution 1 is a member; osl is issued in 30, before that in 20. */
static void begin(void)
{
	struct wici_issuer osl = row("osl", 30);

	row_close(&osl, 20, 5);
	n = net(1, 1);
	found(&r, &n, &osl, 1);
	CHECK_OK(admit(&r, 2, 1, 0));
}

struct facts { /* Short for wici_feed_facts; quota 0: none reached. */
	uint8_t feed, key;
	uint64_t fork, closed, quota;
};

static struct wici_limit limit_of(struct facts f)
{
	struct wici_key key = pair(f.key).key;
	struct wici_feed_facts facts = {.feed = pair(f.feed).key,
					.key = f.key ? &key : NULL,
					.fork_seq = f.fork,
					.closed_seq = f.closed,
					.quota_seq = f.quota ? f.quota
							     : WICI_SEQ_MAX};
	struct wici_limit limit;

	wici_limit_of(&limit, &r, &facts);
	return limit;
}

static bool counts(uint8_t feed, uint8_t key)
{
	return limit_of((struct facts){feed, key, 0, 0, 0}).counts;
}

static bool is_limit(struct facts f, uint64_t seq, enum wici_limit_why why)
{
	struct wici_limit limit = limit_of(f);

	return limit.counts && limit.seq == seq && limit.why == why;
}

static bool is_named(uint8_t feed, uint64_t seq)
{
	struct wici_limit limit = limit_of((struct facts){.feed = feed});
	struct wici_key key = pair(feed).key;

	return limit.named.seq == seq &&
	       wici_key_equal(&limit.named.feed, &key);
}

static enum wici_standing standing(const struct wici_kind *kind, uint8_t feed,
				   uint64_t seq, uint8_t identity)
{
	struct wici_limit l = limit_of((struct facts){feed, identity, 0, 0, 0});
	struct wici_key f = pair(feed).key;

	return wici_standing_of(&r, &l, true, kind, &f, seq);
}

static void name_feeds(const struct wici_feed_row *rows, size_t count)
{
	struct made m;

	change_begin(&m, &r, 1);
	wici_op_feeds(&m.w, rows, count);
	CHECK_OK(change_end(&m, &r));
}

static void name_feed(uint8_t feed, uint64_t seq, bool is_open)
{
	struct wici_feed_row row = feed_row(feed, seq, is_open);

	name_feeds(&row, 1);
}

static void restate_issuers(const struct wici_issuer *rows, size_t count)
{
	struct made m;

	change_begin(&m, &r, 1);
	wici_op_issuers(&m.w, "2028-12-31", rows, count);
	CHECK_OK(change_end(&m, &r));
}

TEST(a_feed_counts_by_its_members_key_or_by_being_named)
{
	begin();
	CHECK(counts(OWN, 1));
	CHECK(!counts(OWN, 2)); /* Nobody's key. */
	CHECK(!counts(OWN, 0));
	CHECK(counts(REGISTRAR, 0) && counts(30, 0) && counts(20, 2));
	CHECK_OK(admit(&r, 3, 2, 0));
	CHECK(counts(OWN, 2));
}

/* The thief of the founder's identity key: he opens a feed and admits in it.
 * Before the rekey he is a member who may not; after it he is nobody. */
TEST(a_stolen_identity_key_that_was_rekeyed_admits_nobody)
{
	const struct wici_kind *admission = &wici_kind_member_admit;
	struct wici_feed_row open = feed_row(REGISTRAR, 2, true);

	begin();
	CHECK_OK(admit_by(&r, OWN, 2, 5, 0));
	CHECK(!member(&r, 5));
	CHECK(standing(admission, OWN, 2, 1) == WICI_VOID_RIGHT);
	act(&r, WICI_OP_REKEY, 1, 50, &open, 1);
	CHECK(!counts(OWN, 1) && counts(OWN, 50));
	CHECK_OK(admit_by(&r, OWN, 2, 5, 0));
	CHECK(!member(&r, 5));
	CHECK(standing(admission, OWN, 2, 1) == WICI_VOID_FEED);
	CHECK(standing(admission, REGISTRAR, 3, 1) == WICI_COUNTS);
}

TEST(a_stolen_identity_key_mints_no_certificate)
{
	const struct wici_kind *grant = &wici_kind_certificate_grant;

	begin();
	CHECK(standing(grant, OWN, 2, 1) == WICI_VOID_RIGHT);
	act(&r, WICI_OP_SUSPEND, 1, 0, NULL, 0);
	CHECK(standing(grant, OWN, 2, 1) == WICI_VOID_FEED);
	CHECK(standing(grant, 30, 2, 1) == WICI_COUNTS);
}

TEST(a_feed_that_no_row_lists_does_not_count_whenever_it_turns_up)
{
	struct wici_feed_row rows[2] = {feed_row(71, 4, false),
					feed_row(72, 9, true)};

	begin();
	act(&r, WICI_OP_REKEY, 1, 50, rows, 2);
	CHECK(!counts(OWN, 1));
	CHECK(is_limit((struct facts){71, 1, 0, 0, 0}, 4, WICI_LIMIT_CUT));
	CHECK(counts(72, 1) && counts(73, 50));
	act(&r, WICI_OP_SUSPEND, 1, 0, NULL, 0);
	CHECK(!counts(73, 50)); /* And what was listed stays so. */
	CHECK(counts(71, 1) && counts(72, 1));
	act(&r, WICI_OP_REINSTATE, 1, 51, rows, 0);
	CHECK(!counts(73, 50) && counts(74, 51));
	name_feed(73, 2, true); /* Found later, and let stand. */
	CHECK(counts(73, 50));
}

TEST(the_newest_word_of_the_root_on_a_feed_decides)
{
	struct facts own = {.feed = OWN, .key = 1};
	struct facts issuing = {.feed = 30};
	struct wici_issuer osl = row("osl", 30);

	begin();
	name_feed(OWN, 8, false);
	CHECK(is_limit(own, 8, WICI_LIMIT_CUT));
	name_feed(OWN, 6, false); /* Lower, and newer. */
	CHECK(is_limit(own, 6, WICI_LIMIT_CUT));
	name_feed(OWN, 3, true);
	CHECK(is_limit(own, WICI_QUOTA_ENTRIES, WICI_LIMIT_QUOTA));
	name_feed(30, 7, false);
	CHECK(is_limit(issuing, 7, WICI_LIMIT_CUT));
	restate_issuers(&osl, 1);
	CHECK(is_limit(issuing, WICI_QUOTA_ENTRIES, WICI_LIMIT_QUOTA));
	restate_issuers(NULL, 0); /* The older row is the newest again. */
	CHECK(is_limit(issuing, 7, WICI_LIMIT_CUT));
}

TEST(in_one_change_going_on_wins_then_the_higher_seq)
{
	struct wici_feed_row low[2] = {feed_row(71, 4, false),
				       feed_row(72, 9, false)};
	struct wici_feed_row high[2] = {feed_row(71, 6, false),
					feed_row(72, 2, true)};
	struct wici_key key;
	struct wici_head at;
	struct made m;

	for (int turned = 0; turned < 2; turned++) {
		begin();
		change_begin(&m, &r, 2);
		op_member(&m, WICI_OP_REKEY, 1, 50, turned ? high : low, 2);
		wici_op_feeds(&m.w, turned ? low : high, 2);
		CHECK_OK(change_end(&m, &r));
		key = pair(71).key;
		CHECK(wici_roster_word(&r, &key, &at) == WICI_ROOT_CUT);
		CHECK(at.seq == 6);
		key = pair(72).key;
		CHECK(wici_roster_word(&r, &key, &at) == WICI_ROOT_OPEN);
		CHECK(at.seq == 2);
	}
}

/* A feed that closed for one scheme and goes on with another; and one that
 * issued for two before. */
TEST(in_one_list_going_on_wins_then_the_higher_cut)
{
	struct wici_issuer rows[2] = {row("cal", 31), row("osl", 30)};

	begin();
	row_close(&rows[0], 20, 5);
	row_close(&rows[1], 20, 8);
	row_close(&rows[1], 31, 3);
	restate_issuers(rows, 2);
	CHECK(is_limit((struct facts){.feed = 20}, 8, WICI_LIMIT_CUT));
	CHECK(is_limit((struct facts){.feed = 31}, WICI_QUOTA_ENTRIES,
		       WICI_LIMIT_QUOTA));
}

TEST(what_a_newer_list_leaves_out_is_not_named_by_the_older)
{
	struct wici_issuer other = row("osl", 33);
	struct wici_head at = head_of(11, 1);
	struct made m;

	begin();
	restate_issuers(&other, 1);
	CHECK(!counts(30, 0) && !counts(20, 0) && counts(33, 0));
	change_begin(&m, &r, 1);
	wici_op_registrar(&m.w, &at, NULL, 0);
	CHECK_OK(change_end(&m, &r));
	CHECK(!counts(REGISTRAR, 0) && counts(11, 0));
}

TEST(the_founders_restored_installation_gets_its_rights_back_by_the_root)
{
	const struct wici_kind *admission = &wici_kind_member_admit;
	const struct wici_kind *grant = &wici_kind_certificate_grant;
	struct wici_head before = head_of(REGISTRAR, 2);
	struct wici_head at = head_of(11, 1);
	struct wici_issuer osl = row("osl", 11);
	struct made m;

	begin();
	CHECK(standing(admission, 11, 2, 1) == WICI_VOID_RIGHT);
	row_close(&osl, 30, 4);
	row_close(&osl, 20, 5);
	change_begin(&m, &r, 2);
	wici_op_issuers(&m.w, "2028-12-31", &osl, 1);
	wici_op_registrar(&m.w, &at, &before, 1);
	CHECK_OK(change_end(&m, &r));
	CHECK(standing(admission, 11, 2, 1) == WICI_COUNTS);
	CHECK(standing(admission, REGISTRAR, 2, 1) == WICI_COUNTS);
	CHECK(standing(admission, REGISTRAR, 3, 1) == WICI_VOID_CUT);
	CHECK(standing(grant, 11, 3, 1) == WICI_COUNTS);
	CHECK(standing(grant, 30, 4, 1) == WICI_COUNTS);
	CHECK(standing(grant, 30, 5, 1) == WICI_VOID_CUT);
	CHECK(standing(grant, 20, 5, 1) == WICI_COUNTS);
}

/* Limits. */

TEST(an_ordinary_feed_ends_at_its_quota_alone)
{
	struct facts own = {.feed = OWN, .key = 1};

	begin();
	CHECK(is_limit(own, WICI_QUOTA_ENTRIES, WICI_LIMIT_QUOTA));
	own.quota = 77; /* The bytes. */
	CHECK(is_limit(own, 77, WICI_LIMIT_QUOTA));
}

TEST(a_quota_is_raised_by_the_root_and_never_lowered)
{
	struct wici_quota quotas[2] = {
		{pair(OWN).key, 2 * WICI_QUOTA_ENTRIES, 5},
		{pair(71).key, 5, WICI_SEQ_MAX}};
	struct facts own = {.feed = OWN, .key = 1};
	struct facts other = {.feed = 71, .key = 1};
	uint64_t entries, bytes;
	struct made m;

	begin();
	change_begin(&m, &r, 1);
	wici_op_quotas(&m.w, quotas, 2);
	CHECK_OK(change_end(&m, &r));
	wici_quota_of(&r, &quotas[0].feed, &entries, &bytes);
	CHECK(entries == 2 * WICI_QUOTA_ENTRIES && bytes == WICI_QUOTA_BYTES);
	wici_quota_of(&r, &quotas[1].feed, &entries, &bytes);
	CHECK(entries == WICI_QUOTA_ENTRIES && bytes == WICI_SEQ_MAX);
	CHECK(is_limit(own, 2 * WICI_QUOTA_ENTRIES, WICI_LIMIT_QUOTA));
	CHECK(is_limit(other, WICI_QUOTA_ENTRIES, WICI_LIMIT_QUOTA));
	quotas[0].entries = WICI_SEQ_MAX;
	change_begin(&m, &r, 1);
	wici_op_quotas(&m.w, quotas, 1);
	CHECK_OK(change_end(&m, &r));
	CHECK(is_limit(own, WICI_SEQ_MAX, WICI_LIMIT_NONE));
}

TEST(a_forked_feed_stands_before_the_fork)
{
	begin();
	CHECK(is_limit((struct facts){OWN, 1, 9, 0, 0}, 8, WICI_LIMIT_FORK));
	CHECK(is_limit((struct facts){OWN, 1, 1, 0, 0}, 0, WICI_LIMIT_FORK));
	CHECK(is_limit((struct facts){30, 0, 9, 0, 0}, 8, WICI_LIMIT_FORK));
}

TEST(a_proof_below_what_the_roster_names_changes_nothing)
{
	begin();
	name_feed(OWN, 9, true);
	for (uint64_t seq = 1; seq <= 9; seq++)
		CHECK(is_limit((struct facts){OWN, 1, seq, 0, 0},
			       WICI_QUOTA_ENTRIES, WICI_LIMIT_QUOTA));
	CHECK(is_limit((struct facts){OWN, 1, 10, 0, 0}, 9, WICI_LIMIT_FORK));
	name_feed(OWN, 9, false); /* The old key of a closed feed. */
	for (uint64_t seq = 1; seq <= 12; seq++)
		CHECK(is_limit((struct facts){OWN, 1, seq, 0, 0}, 9,
			       WICI_LIMIT_CUT));
}

TEST(a_close_ends_a_feed_where_it_says)
{
	struct facts own = {.feed = OWN, .key = 1, .closed = 6};

	begin();
	CHECK(limit_of(own).closed_seq == 6);
	/* Relayed all the same, so that every feed.succeed is heard of. */
	CHECK(is_limit(own, WICI_SUCCEED_SEQ_MAX, WICI_LIMIT_CLOSED));
	own.closed = WICI_SUCCEED_SEQ_MAX + 5;
	CHECK(is_limit(own, own.closed, WICI_LIMIT_CLOSED));
	own.fork = 4;
	CHECK(is_limit(own, 3, WICI_LIMIT_FORK) && limit_of(own).is_closed);
}

TEST(a_close_never_ends_a_feed_that_the_root_names)
{
	struct facts own = {.feed = OWN, .key = 1, .closed = 3};

	begin();
	CHECK(is_limit((struct facts){30, 0, 0, 3, 0}, WICI_QUOTA_ENTRIES,
		       WICI_LIMIT_QUOTA));
	name_feed(OWN, 1, true);
	CHECK(is_limit(own, WICI_QUOTA_ENTRIES, WICI_LIMIT_QUOTA));
	CHECK(!limit_of(own).is_closed);
	name_feed(OWN, 7, false);
	CHECK(is_limit(own, 7, WICI_LIMIT_CUT));
}

/* Every way in which fork, close and quota can be ordered, and be absent. */
TEST(the_lowest_limit_holds_whichever_it_is)
{
	begin();
	for (unsigned i = 0; i < 4 * 4 * 4; i++) {
		struct facts f = {OWN, 1, 10 * (i & 3), 10 * (i >> 2 & 3),
				  10 * (i >> 4)};
		uint64_t want = WICI_QUOTA_ENTRIES;

		if (f.fork)
			want = f.fork - 1;
		if (f.closed && want > WICI_SUCCEED_SEQ_MAX)
			want = WICI_SUCCEED_SEQ_MAX;
		if (f.quota && f.quota < want)
			want = f.quota;
		CHECK(limit_of(f).seq == want);
	}
}

TEST(of_the_entries_named_the_highest_is_to_be_reached)
{
	struct wici_issuer osl = row("osl", REGISTRAR);

	begin();
	CHECK(is_named(REGISTRAR, 1));
	osl.at.seq = 12;
	restate_issuers(&osl, 1);
	CHECK(is_named(REGISTRAR, 12));
	name_feed(REGISTRAR, 6, true); /* Newer, and lower. */
	CHECK(is_named(REGISTRAR, 12));
	CHECK(!is_named(OWN, 1));
}

/* Else a feed that is cut below what an older list names would never count
 * again: nobody relays what lies above the cut. */
TEST(a_cut_below_what_an_older_word_names_can_be_reached)
{
	struct wici_issuer osl = row("osl", 30);

	begin();
	osl.at.seq = 12;
	restate_issuers(&osl, 1);
	name_feed(30, 5, false);
	CHECK(is_named(30, 5));
	CHECK(is_limit((struct facts){.feed = 30}, 5, WICI_LIMIT_CUT));
}

TEST(of_two_ids_named_at_one_seq_the_newer_word_holds)
{
	struct wici_feed_row row = feed_row(30, 1, true);
	struct wici_limit limit;

	begin();
	row.at.id = id_of(99);
	name_feeds(&row, 1);
	limit = limit_of((struct facts){.feed = 30});
	CHECK(wici_id_equal(&limit.named.id, &row.at.id));
}

TEST(feeds_that_are_named_or_closed_are_none_of_the_sixteen)
{
	struct wici_limit limit;

	begin();
	limit = limit_of((struct facts){OWN, 1, 0, 0, 0});
	CHECK(wici_limit_is_ranked(&limit));
	limit = limit_of((struct facts){OWN, 1, 3, 0, 0});
	CHECK(wici_limit_is_ranked(&limit));
	limit = limit_of((struct facts){OWN, 1, 3, 7, 0});
	CHECK(!wici_limit_is_ranked(&limit));
	limit = limit_of((struct facts){.feed = 30});
	CHECK(!wici_limit_is_ranked(&limit));
	limit = limit_of((struct facts){.feed = 20});
	CHECK(!wici_limit_is_ranked(&limit));
}

/* Entries. */

TEST(what_stands_is_what_its_author_may_write)
{
	static const struct wici_kind any = {.by = WICI_BY_MEMBER};
	const struct wici_kind *open = &wici_kind_feed_open;
	const struct wici_kind *admission = &wici_kind_member_admit;
	const struct wici_kind *grant = &wici_kind_certificate_grant;

	begin();
	CHECK(standing(&any, OWN, 2, 1) == WICI_COUNTS);
	CHECK(standing(NULL, OWN, 2, 1) == WICI_COUNTS);
	CHECK(standing(open, OWN, 1, 1) == WICI_COUNTS);
	CHECK(standing(open, OWN, 2, 1) == WICI_VOID_RIGHT);
	CHECK(standing(admission, OWN, 2, 1) == WICI_VOID_RIGHT);
	CHECK(standing(grant, OWN, 2, 1) == WICI_VOID_RIGHT);
	CHECK(standing(open, 71, 1, 2) == WICI_VOID_FEED);
	CHECK(standing(NULL, 71, 2, 2) == WICI_VOID_FEED);

	/* Named feeds count by being named; each right is one feed's. */
	CHECK(standing(admission, REGISTRAR, 2, 9) == WICI_COUNTS);
	CHECK(standing(grant, REGISTRAR, 2, 9) == WICI_VOID_RIGHT);
	CHECK(standing(grant, 30, 2, 9) == WICI_COUNTS);
	CHECK(standing(admission, 30, 2, 9) == WICI_VOID_RIGHT);
	CHECK(standing(grant, 20, 5, 9) == WICI_COUNTS);
	CHECK(standing(grant, 20, 6, 9) == WICI_VOID_CUT);
	CHECK(standing(NULL, 20, 6, 1) == WICI_VOID_CUT);
}

/* Of a feed and an entry that have every fault the first is told. */
TEST(until_the_named_entry_is_reached_nothing_of_the_feed_is_applied)
{
	const struct wici_kind *grant = &wici_kind_certificate_grant;
	const struct wici_kind *admission = &wici_kind_member_admit;
	struct wici_limit none = {0};
	struct wici_limit cut = {.counts = true, .seq = 5};
	struct wici_key f = pair(30).key;

	begin();
	CHECK(wici_standing_of(&r, &none, false, admission, &f, 9) ==
	      WICI_VOID_FEED);
	CHECK(wici_standing_of(&r, &cut, false, admission, &f, 6) ==
	      WICI_VOID_CUT);
	CHECK(wici_standing_of(&r, &cut, false, admission, &f, 5) ==
	      WICI_VOID_AHEAD);
	CHECK(wici_standing_of(&r, &cut, false, grant, &f, 1) ==
	      WICI_VOID_AHEAD);
	CHECK(wici_standing_of(&r, &cut, true, admission, &f, 5) ==
	      WICI_VOID_RIGHT);
	CHECK(wici_standing_of(&r, &cut, true, grant, &f, 5) == WICI_COUNTS);
}

TEST_MAIN(
	RUN(a_feed_counts_by_its_members_key_or_by_being_named),
	RUN(a_stolen_identity_key_that_was_rekeyed_admits_nobody),
	RUN(a_stolen_identity_key_mints_no_certificate),
	RUN(a_feed_that_no_row_lists_does_not_count_whenever_it_turns_up),
	RUN(the_newest_word_of_the_root_on_a_feed_decides),
	RUN(in_one_change_going_on_wins_then_the_higher_seq),
	RUN(in_one_list_going_on_wins_then_the_higher_cut),
	RUN(what_a_newer_list_leaves_out_is_not_named_by_the_older),
	RUN(the_founders_restored_installation_gets_its_rights_back_by_the_root),
	RUN(an_ordinary_feed_ends_at_its_quota_alone),
	RUN(a_quota_is_raised_by_the_root_and_never_lowered),
	RUN(a_forked_feed_stands_before_the_fork),
	RUN(a_proof_below_what_the_roster_names_changes_nothing),
	RUN(a_close_ends_a_feed_where_it_says),
	RUN(a_close_never_ends_a_feed_that_the_root_names),
	RUN(the_lowest_limit_holds_whichever_it_is),
	RUN(of_the_entries_named_the_highest_is_to_be_reached),
	RUN(a_cut_below_what_an_older_word_names_can_be_reached),
	RUN(of_two_ids_named_at_one_seq_the_newer_word_holds),
	RUN(feeds_that_are_named_or_closed_are_none_of_the_sixteen),
	RUN(what_stands_is_what_its_author_may_write),
	RUN(until_the_named_entry_is_reached_nothing_of_the_feed_is_applied))
