/* tests/sim/test_restore.c — Disks that go back in time, starts with nobody in
 * reach, power that fails: no feed ever has two endings, and nobody is kept
 * from publishing for long.
 *
 * With test_clone.c the rows of the table in the review of the protocol. */
#include "daemon/echo.h"
#include "daemon/membership.h"
#include "daemon/view.h"
#include "tests/sim/restore.h"

TEST(an_older_disk_image_forks_nothing)
{
	struct image old = {NULL};
	struct scene s;
	uint64_t seq;

	scene_begin(&s, 1);
	world_snapshot(s.w, s.mlawa, &old);
	CHECK(!is_draft(s.w, s.mlawa, "wydane po kopii"));
	settle(s.w);
	seq = own_seq(s.mlawa);
	world_kill(s.w, s.mlawa);
	world_revert(s.w, s.mlawa, &old);
	world_cut(s.w, s.cal, s.mlawa);
	world_start(s.w, s.mlawa);
	/* The fence went back with the store: nothing here knows. */
	CHECK(!s.mlawa->node->sealed && own_seq(s.mlawa) == seq - 1);
	CHECK(is_draft(s.w, s.mlawa, "o ósmej rano"));
	CHECK(own_seq(s.mlawa) == seq - 1);
	world_mend(s.w, s.cal, s.mlawa);
	check_whole(&s);
	/* What was lost came back first, and then the draft was published. */
	CHECK(own_seq(s.mlawa) == seq + 1);
	CHECK(s.mlawa->node->drafts.count == 0);
	CHECK(!is_draft(s.w, s.mlawa, "i dalej"));
	image_clear(&old);
	scene_end(&s);
}

/* With the peer in reach the clerk does not even notice. */
TEST(after_a_restart_publishing_goes_on_within_seconds)
{
	struct scene s;
	uint64_t from;

	scene_begin(&s, 2);
	restart(&s, s.mlawa);
	from = world_time(s.w);
	CHECK(!is_draft(s.w, s.mlawa, "zaraz po starcie"));
	CHECK(world_time(s.w) - from < 5000);
	/* The association dials nobody: who dials it is echo enough. */
	restart(&s, s.cal);
	CHECK(!is_draft(s.w, s.cal, "stowarzyszenie też"));
	check_whole(&s);
	scene_end(&s);
}

TEST(a_machine_that_is_resumed_asks_before_it_signs)
{
	struct scene s;
	uint64_t seq;

	scene_begin(&s, 3);
	world_cut(s.w, s.cal, s.mlawa);
	seq = own_seq(s.mlawa);
	CHECK(!is_draft(s.w, s.mlawa, "przed uśpieniem"));
	world_jump(s.w, s.mlawa, 3600000);
	CHECK(is_draft(s.w, s.mlawa, "po wznowieniu"));
	CHECK(own_seq(s.mlawa) == seq + 1);
	world_mend(s.w, s.cal, s.mlawa);
	check_whole(&s);
	CHECK(own_seq(s.mlawa) == seq + 2);
	/* Connected, it asks and goes on by itself. */
	world_jump(s.w, s.mlawa, 3600000);
	CHECK(!is_draft(s.w, s.mlawa, "jeszcze raz"));
	check_whole(&s);
	scene_end(&s);
}

TEST(of_two_peers_a_stale_one_alone_is_not_enough)
{
	struct image old = {NULL};
	struct scene s;
	uint64_t seq;

	scene_begin(&s, 4);
	gather_dial(s.w, s.mlawa, "kielce:8481");
	settle(s.w);
	CHECK(echo_needed(s.mlawa->node) == 2);
	/* Kielce stays behind: it hears of nothing that is published now. */
	world_cut(s.w, s.mlawa, s.kielce);
	world_cut(s.w, s.cal, s.kielce);
	world_snapshot(s.w, s.mlawa, &old);
	CHECK(!is_draft(s.w, s.mlawa, "tego Kielce nie widziały"));
	settle(s.w);
	seq = own_seq(s.mlawa);
	world_kill(s.w, s.mlawa);
	world_revert(s.w, s.mlawa, &old);
	world_cut(s.w, s.cal, s.mlawa);
	world_mend(s.w, s.mlawa, s.kielce);
	world_start(s.w, s.mlawa);
	CHECK(is_draft(s.w, s.mlawa, "rozwidlenie?"));
	world_run(s.w, 60000);
	CHECK(own_seq(s.mlawa) == seq - 1 && s.mlawa->node->drafts.count == 1);
	world_mend(s.w, s.cal, s.mlawa);
	world_mend(s.w, s.cal, s.kielce);
	check_whole(&s);
	CHECK(own_seq(s.mlawa) == seq + 1 && s.mlawa->node->drafts.count == 0);
	image_clear(&old);
	scene_end(&s);
}

TEST(a_feed_that_nobody_has_seen_waits_for_nobody)
{
	struct world *w = world_new(5);
	struct world_node *cal = gather_found(w);

	world_kill(w, cal);
	world_start(w, cal);
	CHECK(!is_draft(w, cal, "sam"));
	world_free(w);
}

TEST(an_operators_word_counts_and_is_remembered)
{
	struct scene s;
	struct world_reply r;

	scene_begin(&s, 6);
	world_cut(s.w, s.cal, s.mlawa);
	restart(&s, s.mlawa);
	CHECK(is_draft(s.w, s.mlawa, "pilne"));
	r = world_call(s.w, s.mlawa, "draft.publish", none);
	CHECK(!r.has_error && s.mlawa->node->drafts.count == 0);
	CHECK(s.mlawa->node->echo.override_ms > 0);
	CHECK(!is_draft(s.w, s.mlawa, "i następne"));
	restart(&s, s.mlawa);
	CHECK(s.mlawa->node->echo.override_ms > 0);
	world_mend(s.w, s.cal, s.mlawa);
	check_whole(&s);
	CHECK(s.mlawa->node->echo.override_ms == 0); /* Confirmed. */
	scene_end(&s);
}

TEST(drafts_outlive_a_restart)
{
	struct scene s;
	uint64_t seq;

	scene_begin(&s, 7);
	world_cut(s.w, s.cal, s.mlawa);
	restart(&s, s.mlawa);
	seq = own_seq(s.mlawa);
	CHECK(is_draft(s.w, s.mlawa, "pierwszy"));
	CHECK(is_draft(s.w, s.mlawa, "drugi"));
	restart(&s, s.mlawa);
	CHECK(s.mlawa->node->drafts.count == 2);
	world_mend(s.w, s.cal, s.mlawa);
	check_whole(&s);
	CHECK(own_seq(s.mlawa) == seq + 2);
	scene_end(&s);
}

TEST(power_that_fails_between_commit_and_fence_seals_nobody)
{
	struct scene s;

	scene_begin(&s, 8);
	for (uint64_t k = 1; k <= 12; k++) {
		const struct world_param params[] = {{"title", "Klub", false},
						     {NULL, NULL, false}};

		world_crash_at(s.mlawa, k, DISK_KEEPS);
		(void)world_call(s.w, s.mlawa, "practice.publish", params);
		if (s.mlawa->is_up)
			world_kill(s.w, s.mlawa);
		world_crash_at(s.mlawa, 0, DISK_KEEPS);
		world_start(s.w, s.mlawa);
		CHECK(s.mlawa->is_up && !s.mlawa->node->sealed);
		CHECK(!is_draft(s.w, s.mlawa, "dalej"));
	}
	check_whole(&s);
	scene_end(&s);
}

TEST(the_admissions_of_a_registrar_wait_for_an_echo_too)
{
	struct image old = {NULL};
	struct world_node *late;
	struct scene s;
	uint64_t seq;

	scene_begin(&s, 9);
	world_snapshot(s.w, s.cal, &old);
	CHECK(!is_draft(s.w, s.cal, "wydane po kopii"));
	settle(s.w);
	seq = own_seq(s.cal);
	world_kill(s.w, s.cal);
	world_revert(s.w, s.cal, &old);
	world_cut(s.w, s.cal, s.mlawa);
	world_cut(s.w, s.cal, s.kielce);
	world_start(s.w, s.cal);
	late = world_add(s.w, "stalowa");
	{
		const struct world_param invite[] = {
			{"name", "MOPS Stalowa Wola", false},
			{NULL, NULL, false}};
		struct world_reply r =
			world_call(s.w, s.cal, "invite.create", invite);
		const struct world_param join[] = {
			{"token", world_str(&r, "token"), false},
			{"name", "MOPS Stalowa Wola", false},
			{"no_passphrase", NULL, true},
			{NULL, NULL, false}};

		CHECK(!r.has_error);
		r = world_call(s.w, late, "network.join", join);
		CHECK(r.has_error && strcmp(r.code, "waiting") == 0);
	}
	CHECK(own_seq(s.cal) == seq - 1);
	world_mend(s.w, s.cal, s.mlawa);
	world_mend(s.w, s.cal, s.kielce);
	check_equal(&s);
	CHECK(node_is_member(late->node) && own_seq(s.cal) == seq + 1);
	CHECK(world_is_equal(s.cal, late));
	image_clear(&old);
	scene_end(&s);
}

/* ---- who holds what ---- */

static uint64_t held_by(struct world_node *n, const struct wici_key *feed,
			uint64_t seq)
{
	const struct feed *f = feeds_find(&n->node->feeds, feed);

	CHECK(f);
	return view_held_by(n->node, f, seq);
}

TEST(what_the_old_feed_said_is_held_still)
{
	struct wici_key old;
	struct scene s;
	uint64_t seq;

	scene_begin(&s, 16);
	CHECK(!is_draft(s.w, s.mlawa, "stara"));
	settle(s.w);
	old = s.mlawa->node->own->row.key;
	seq = own_seq(s.mlawa);
	CHECK(held_by(s.mlawa, &old, seq) == 1);
	world_stop(s.w, s.mlawa);
	world_set_machine(s.w, s.mlawa, "another machine");
	world_start(s.w, s.mlawa);
	renew(s.w, s.mlawa);
	settle(s.w);
	/* Of the old feed by CAL, and of the new one. */
	CHECK(held_by(s.mlawa, &old, seq) == 1);
	CHECK(held_by(s.mlawa, &s.mlawa->node->own->row.key,
		      own_seq(s.mlawa)) == 1);
	scene_end(&s);
}

/* Kielce's disk is from before Mława joined: it says nothing of its feed. */
TEST(a_peer_that_has_lost_it_all_holds_nothing)
{
	struct image old = {NULL};
	struct wici_key feed;
	struct scene s;

	s.w = world_new(18);
	s.cal = gather_found(s.w);
	s.kielce = gather_join(s.w, s.cal, "kielce", NULL);
	s.mlawa = NULL;
	gather_dial(s.w, s.kielce, "mlawa:8481");
	world_snapshot(s.w, s.kielce, &old);
	s.mlawa = gather_join(s.w, s.cal, "mlawa", NULL);
	settle(s.w);
	feed = s.mlawa->node->own->row.key;
	CHECK(held_by(s.mlawa, &feed, 1) == 2);
	world_kill(s.w, s.kielce);
	world_revert(s.w, s.kielce, &old);
	world_cut(s.w, s.cal, s.kielce);
	world_start(s.w, s.kielce);
	store_set_free_for_test(s.kielce->node->store, 0);
	world_run(s.w, 5000);
	CHECK(held_by(s.mlawa, &feed, 1) == 1);
	world_mend(s.w, s.cal, s.kielce);
	store_set_free_for_test(s.kielce->node->store, UINT64_MAX);
	world_run(s.w, 120000);
	CHECK(held_by(s.mlawa, &feed, own_seq(s.mlawa)) == 2);
	image_clear(&old);
	scene_end(&s);
}

TEST(a_peer_that_went_back_in_time_holds_less)
{
	struct image old = {NULL};
	struct wici_key feed;
	struct scene s;
	uint64_t seq;

	scene_begin(&s, 17);
	feed = s.mlawa->node->own->row.key;
	world_snapshot(s.w, s.cal, &old);
	CHECK(!is_draft(s.w, s.mlawa, "nowa"));
	settle(s.w);
	seq = own_seq(s.mlawa);
	CHECK(held_by(s.mlawa, &feed, seq) == 1);
	/* It cannot take anything: it says what it has, and that is less. */
	world_kill(s.w, s.cal);
	world_revert(s.w, s.cal, &old);
	world_start(s.w, s.cal);
	store_set_free_for_test(s.cal->node->store, 0);
	world_run(s.w, 10000);
	CHECK(held_by(s.mlawa, &feed, seq) == 0);
	CHECK(held_by(s.mlawa, &feed, seq - 1) == 1);
	store_set_free_for_test(s.cal->node->store, UINT64_MAX);
	world_run(s.w, 90000);
	settle(s.w);
	CHECK(held_by(s.mlawa, &feed, seq) == 1);
	image_clear(&old);
	scene_end(&s);
}

TEST_MAIN(RUN(an_older_disk_image_forks_nothing),
	  RUN(after_a_restart_publishing_goes_on_within_seconds),
	  RUN(a_machine_that_is_resumed_asks_before_it_signs),
	  RUN(of_two_peers_a_stale_one_alone_is_not_enough),
	  RUN(a_feed_that_nobody_has_seen_waits_for_nobody),
	  RUN(an_operators_word_counts_and_is_remembered),
	  RUN(drafts_outlive_a_restart),
	  RUN(power_that_fails_between_commit_and_fence_seals_nobody),
	  RUN(the_admissions_of_a_registrar_wait_for_an_echo_too),
	  RUN(what_the_old_feed_said_is_held_still),
	  RUN(a_peer_that_has_lost_it_all_holds_nothing),
	  RUN(a_peer_that_went_back_in_time_holds_less))
