/* tests/proto/test_roster_keys.c — Whose key is it, and since when not? What
 * the root says of an institution's keys holds whenever that is admitted. */
#include "proto/roster.h"

#include "tests/proto/founded.h"
#include "tests/test.h"

static struct net n;
static struct wici_roster r;

static void begin(void)
{
	n = net(1, 1);
	found(&r, &n, NULL, 0);
}

/* Who is found under this key, and does it speak for him? 0: nobody. */
static uint8_t whose(uint8_t key, bool *is_present)
{
	struct wici_key k = pair(key).key;
	const struct wici_member *m = wici_roster_of_key(&r, &k, is_present);

	for (uint8_t i = 1; m && i < 20; i++) {
		if (member(&r, i) == m)
			return i;
	}
	CHECK(!m && !*is_present);
	return 0;
}

static bool speaks_for(uint8_t key, uint8_t identity)
{
	bool is_present;

	return whose(key, &is_present) == identity && is_present;
}

static bool spoke_for(uint8_t key, uint8_t identity)
{
	bool is_present;

	return whose(key, &is_present) == identity && !is_present;
}

static bool is_nobodys(uint8_t key)
{
	bool is_present;

	return whose(key, &is_present) == 0;
}

TEST(an_institution_of_which_the_root_said_nothing_speaks_by_its_identity)
{
	begin();
	CHECK(is_nobodys(1));
	CHECK_OK(admit(&r, 2, 1, 0));
	CHECK(speaks_for(1, 1) && is_nobodys(2));
	CHECK(!member(&r, 1)->is_suspended && r.keys_count == 0);
}

TEST(suspending_closes_the_present_key_and_the_member_stays_known)
{
	begin();
	CHECK_OK(admit(&r, 2, 1, 0));
	act(&r, WICI_OP_SUSPEND, 1, 0, NULL, 0);
	CHECK(member(&r, 1)->is_suspended && spoke_for(1, 1));
}

TEST(a_rekeyed_institution_keeps_its_name_and_speaks_by_the_new_key)
{
	struct wici_key fifty = pair(50).key;

	begin();
	CHECK_OK(admit(&r, 2, 1, 0));
	act(&r, WICI_OP_REKEY, 1, 50, NULL, 0);
	CHECK(spoke_for(1, 1) && speaks_for(50, 1));
	act(&r, WICI_OP_REKEY, 1, 51, NULL, 0);
	CHECK(spoke_for(1, 1) && spoke_for(50, 1) && speaks_for(51, 1));
	CHECK(!member(&r, 1)->is_suspended && r.members_count == 1);
	CHECK(!wici_roster_member(&r, &fifty)); /* No name of anybody. */
}

TEST(reinstating_names_another_key_and_the_old_ones_stay_closed)
{
	begin();
	CHECK_OK(admit(&r, 2, 1, 0));
	act(&r, WICI_OP_REKEY, 1, 50, NULL, 0);
	act(&r, WICI_OP_SUSPEND, 1, 0, NULL, 0);
	CHECK(spoke_for(1, 1) && spoke_for(50, 1));
	CHECK(member(&r, 1)->is_suspended);
	act(&r, WICI_OP_REINSTATE, 1, 51, NULL, 0);
	CHECK(spoke_for(1, 1) && spoke_for(50, 1) && speaks_for(51, 1));
	CHECK(!member(&r, 1)->is_suspended);
}

/* Each of these keys was named before, in one way or another. */
TEST(a_closed_key_never_returns)
{
	static const uint8_t used[] = {1, 50, 51, 2, 60, 3};

	begin();
	CHECK_OK(admit(&r, 2, 1, 0));
	CHECK_OK(admit(&r, 3, 2, 0));
	act(&r, WICI_OP_REKEY, 1, 50, NULL, 0);
	act(&r, WICI_OP_REKEY, 1, 51, NULL, 0);
	act(&r, WICI_OP_REKEY, 2, 60, NULL, 0);
	act(&r, WICI_OP_SUSPEND, 3, 0, NULL, 0); /* Not admitted yet. */
	for (size_t i = 0; i < sizeof(used); i++) {
		act(&r, WICI_OP_REKEY, 1, used[i], NULL, 0);
		CHECK(speaks_for(51, 1) && speaks_for(60, 2));
	}
	act(&r, WICI_OP_SUSPEND, 1, 0, NULL, 0);
	for (size_t i = 0; i < sizeof(used); i++) {
		act(&r, WICI_OP_REINSTATE, 1, used[i], NULL, 0);
		CHECK(member(&r, 1)->is_suspended && spoke_for(51, 1));
	}
	act(&r, WICI_OP_REINSTATE, 1, 52, NULL, 0);
	CHECK(speaks_for(52, 1));
}

/* Nor its own, that nobody has spoken of. */
TEST(a_rekey_to_the_key_that_it_has_closes_nothing)
{
	begin();
	CHECK_OK(admit(&r, 2, 1, 0));
	act(&r, WICI_OP_REKEY, 1, 1, NULL, 0);
	CHECK(speaks_for(1, 1) && r.keys_count == 0);
}

TEST(an_act_that_the_state_does_not_allow_changes_neither_keys_nor_feeds)
{
	struct wici_feed_row row = feed_row(70, 3, false);
	struct wici_key feed = pair(70).key;

	begin();
	CHECK_OK(admit(&r, 2, 1, 0));
	act(&r, WICI_OP_REINSTATE, 1, 50, &row, 1); /* Not suspended. */
	CHECK(speaks_for(1, 1) && is_nobodys(50));
	act(&r, WICI_OP_SUSPEND, 1, 0, NULL, 0);
	act(&r, WICI_OP_SUSPEND, 1, 0, &row, 1);
	act(&r, WICI_OP_REKEY, 1, 50, &row, 1);
	CHECK(spoke_for(1, 1) && is_nobodys(50));
	CHECK(!wici_roster_is_named(&r, &feed));
	act(&r, WICI_OP_REINSTATE, 1, 50, &row, 1);
	CHECK(speaks_for(50, 1) && wici_roster_is_named(&r, &feed));
}

TEST(acts_on_an_institution_that_is_not_admitted_wait_for_it)
{
	begin();
	act(&r, WICI_OP_SUSPEND, 1, 0, NULL, 0);
	act(&r, WICI_OP_REKEY, 2, 50, NULL, 0);
	act(&r, WICI_OP_REKEY, 2, 51, NULL, 0);
	act(&r, WICI_OP_SUSPEND, 3, 0, NULL, 0);
	act(&r, WICI_OP_REINSTATE, 3, 52, NULL, 0);
	CHECK(is_nobodys(1) && is_nobodys(2) && is_nobodys(51));
	for (uint8_t i = 1; i <= 3; i++)
		CHECK_OK(admit(&r, i + 1u, i, 0));
	CHECK(spoke_for(1, 1) && member(&r, 1)->is_suspended);
	CHECK(spoke_for(2, 2) && spoke_for(50, 2) && speaks_for(51, 2));
	CHECK(spoke_for(3, 3) && speaks_for(52, 3));
}

/* Else who holds a key of another could be admitted under it, and the key
 * would speak for two. */
TEST(a_key_that_the_root_has_named_is_not_admitted_and_uses_no_invitation)
{
	begin();
	act(&r, WICI_OP_REKEY, 1, 5, NULL, 0);
	act(&r, WICI_OP_REKEY, 1, 6, NULL, 0);
	CHECK_OK(admit(&r, 2, 1, 0));
	CHECK_OK(admit(&r, 3, 5, 7)); /* Closed. */
	CHECK_OK(admit(&r, 4, 6, 7)); /* Present. */
	CHECK(r.members_count == 1 && speaks_for(6, 1));
	CHECK_OK(admit(&r, 5, 8, 7));
	CHECK(member(&r, 8));
}

TEST(a_member_whose_identity_is_named_as_anothers_key_was_never_admitted)
{
	begin();
	CHECK_OK(admit(&r, 2, 5, 7));
	CHECK_OK(admit(&r, 3, 8, 7)); /* The invitation was used. */
	CHECK(member(&r, 5) && !member(&r, 8));
	act(&r, WICI_OP_REKEY, 1, 5, NULL, 0);
	CHECK(r.members_count == 0); /* To be given again. */
	CHECK_OK(admit(&r, 2, 5, 7));
	CHECK_OK(admit(&r, 3, 8, 7));
	CHECK(!member(&r, 5) && member(&r, 8));
}

TEST(an_act_on_another_institutions_key_concerns_nobody)
{
	begin();
	CHECK_OK(admit(&r, 2, 1, 0));
	act(&r, WICI_OP_REKEY, 1, 50, NULL, 0);
	act(&r, WICI_OP_SUSPEND, 50, 0, NULL, 0);
	act(&r, WICI_OP_REKEY, 50, 51, NULL, 0);
	CHECK(speaks_for(50, 1) && is_nobodys(51));
}

TEST(suspended_and_reinstated_in_one_change_is_a_rekey)
{
	struct made m;

	begin();
	CHECK_OK(admit(&r, 2, 1, 0));
	change_begin(&m, &r, 2);
	op_member(&m, WICI_OP_SUSPEND, 1, 0, NULL, 0);
	op_member(&m, WICI_OP_REINSTATE, 1, 50, NULL, 0);
	CHECK_OK(change_end(&m, &r));
	CHECK(spoke_for(1, 1) && speaks_for(50, 1));
}

/* Whatever does not fit: nothing of the change is applied, and it is whole
 * once there is room. */
TEST(a_change_is_applied_whole_or_not_at_all)
{
	static struct wici_root_key keys[4];
	static struct wici_root_feed feeds[3];
	static struct wici_roster before;
	struct wici_feed_row rows[3] = {feed_row(70, 3, false),
					feed_row(71, 4, true),
					feed_row(72, 4, true)};
	struct wici_roster_space space;
	struct made m;

	begin();
	CHECK_OK(admit(&r, 2, 1, 0));
	space = r.space;
	space.keys = keys;
	space.feeds = feeds;
	for (size_t i = 0; i < 6; i++) {
		space.keys_max = i < 4 ? i / 2 : 2;
		space.feeds_max = i < 4 ? i : i - 3;
		wici_roster_lend(&r, &space);
		before = r;
		change_begin(&m, &r, 1);
		op_member(&m, WICI_OP_REKEY, 1, 50, rows, 3);
		CHECK_ERR(change_end(&m, &r), WICI_MORE);
		CHECK(memcmp(&r, &before, sizeof(r)) == 0 && speaks_for(1, 1));
	}
	space.keys_max = 2;
	space.feeds_max = 3;
	wici_roster_lend(&r, &space);
	CHECK_OK(wici_roster_change(&r, &m.s));
	CHECK(speaks_for(50, 1) && r.feeds_count == 3 && r.keys_count == 2);
}

TEST_MAIN(
	RUN(an_institution_of_which_the_root_said_nothing_speaks_by_its_identity),
	RUN(suspending_closes_the_present_key_and_the_member_stays_known),
	RUN(a_rekeyed_institution_keeps_its_name_and_speaks_by_the_new_key),
	RUN(reinstating_names_another_key_and_the_old_ones_stay_closed),
	RUN(a_closed_key_never_returns),
	RUN(a_rekey_to_the_key_that_it_has_closes_nothing),
	RUN(an_act_that_the_state_does_not_allow_changes_neither_keys_nor_feeds),
	RUN(acts_on_an_institution_that_is_not_admitted_wait_for_it),
	RUN(a_key_that_the_root_has_named_is_not_admitted_and_uses_no_invitation),
	RUN(a_member_whose_identity_is_named_as_anothers_key_was_never_admitted),
	RUN(an_act_on_another_institutions_key_concerns_nobody),
	RUN(suspended_and_reinstated_in_one_change_is_a_rekey),
	RUN(a_change_is_applied_whole_or_not_at_all))
