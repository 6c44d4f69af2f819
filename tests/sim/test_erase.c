/* tests/sim/test_erase.c — A record is erased; whoever was away, or dies in the
 * middle of it, its text comes back nowhere. */
#include "daemon/publish.h"
#include "daemon/receive.h"
#include "proto/kinds/practice.h"
#include "tests/sim/erased.h"
#include "tests/sim/stick.h"

#define STRIDE  4 /* Writes between two cuts. */
#define YEAR_MS ((int64_t)365 * 86400000)

TEST(all_erase_it_and_the_author_hears_of_it)
{
	struct scene s;
	const char *id = begin(&s, 1);

	CHECK(erase(&s, s.mlawa, id));
	CHECK(is_gone(s.mlawa));
	settle(s.w);
	check_gone(&s);
	/* Mława is connected to CAL alone, as Kielce is. */
	CHECK(told(&s, s.mlawa, id, "erased_by") == 1);
	CHECK(told(&s, s.mlawa, id, "institutions") == 2);
	CHECK(told(&s, s.cal, id, "erased_by") == 2);
	check_whole(&s);
	CHECK(world_is_equal(s.cal, s.kielce));
	scene_end(&s);
}

TEST(who_was_away_for_a_year_brings_nothing_back)
{
	struct world_node *stalowa;
	struct scene s;
	const char *id = begin(&s, 2);

	world_stop(s.w, s.kielce);
	CHECK(erase(&s, s.mlawa, id));
	settle(s.w);
	CHECK(told(&s, s.cal, id, "erased_by") == 1);
	/* A newcomer has never held it, and passes it on as it came. */
	stalowa = gather_join(s.w, s.cal, "stalowa", NULL);
	settle(s.w);
	CHECK(world_holds(stalowa, s.mlawa) == world_holds(s.mlawa, s.mlawa));
	world_jump(s.w, NULL, YEAR_MS);
	world_run(s.w, 5000);
	CHECK(gone_folder_has(s.kielce->dir, WORD));
	world_start(s.w, s.kielce);
	gather_dial(s.w, s.kielce, "stalowa:8481");
	settle(s.w);
	check_gone(&s);
	CHECK(is_gone(stalowa) && world_is_equal(stalowa, s.kielce));
	CHECK(told(&s, s.cal, id, "erased_by") == 3);
	CHECK(world_blames(s.w) == 0);
	scene_end(&s);
}

TEST(it_is_erased_offline_and_goes_out_when_the_network_is_back)
{
	struct scene s;
	const char *id = begin(&s, 3);

	world_cut(s.w, s.mlawa, s.cal);
	CHECK(erase(&s, s.mlawa, id));
	CHECK(is_gone(s.mlawa));
	CHECK(told(&s, s.mlawa, id, "erased_by") == 0);
	world_run(s.w, 60000);
	CHECK(!is_gone(s.cal));
	world_mend(s.w, s.mlawa, s.cal);
	settle(s.w);
	check_gone(&s);
	check_whole(&s);
	scene_end(&s);
}

/* A virtual machine, set back to before; and a stick of that day. */
TEST(an_old_disk_and_an_old_bundle_bring_nothing_back)
{
	struct stick old = {NULL, 0};
	struct bundle_counts counts;
	struct image image;
	struct scene s;
	const char *id = begin(&s, 4);

	stick_write(s.w, s.kielce, &old);
	CHECK(memmem(old.p, old.len, WORD, strlen(WORD)));
	world_snapshot(s.w, s.kielce, &image);
	CHECK(erase(&s, s.mlawa, id));
	settle(s.w);
	check_gone(&s);
	CHECK_ERR(stick_read(s.w, s.cal, &old, 5000, &counts), WICI_END);
	CHECK(counts.rejects == 0);
	settle(s.w);
	check_gone(&s);

	world_kill(s.w, s.kielce);
	world_revert(s.w, s.kielce, &image);
	CHECK(!is_gone(s.kielce));
	world_start(s.w, s.kielce);
	settle(s.w);
	check_gone(&s);
	CHECK(world_is_equal(s.cal, s.kielce));
	/* One that begins with nothing takes the stick, and then hears. */
	world_kill(s.w, s.kielce);
	image_clear(&image);
	stick_clear(&old);
	scene_end(&s);
}

TEST(a_new_bundle_has_the_erasure_before_the_run_that_needs_it)
{
	struct stick new = {NULL, 0};
	struct bundle_counts counts;
	struct scene s;
	const char *id = begin(&s, 5);

	world_stop(s.w, s.kielce);
	for (int i = 0; i < 3; i++)
		CHECK(gather_publish(s.w, s.mlawa, "Nowy"));
	CHECK(erase(&s, s.mlawa,
		    publish(s.w, s.mlawa, "Drugi " WORD))); /* Not there. */
	CHECK(erase(&s, s.mlawa, id));                      /* There. */
	settle(s.w);
	world_cut(s.w, s.kielce, s.cal);
	world_start(s.w, s.kielce);
	stick_write(s.w, s.mlawa, &new);
	CHECK(!memmem(new.p, new.len, PART, strlen(PART)));
	CHECK_ERR(stick_read(s.w, s.kielce, &new, 3000, &counts), WICI_END);
	CHECK(counts.rejects == 0);
	world_run(s.w, 5000);
	check_gone(&s);
	CHECK(world_holds(s.kielce, s.mlawa) == world_holds(s.mlawa, s.mlawa));
	stick_clear(&new);
	scene_end(&s);
}

/* A newcomer asks for all while one after the other is erased: whatever is on
 * its way, nobody is blamed, and every erased word is nowhere. */
TEST(records_are_erased_while_somebody_pulls_them)
{
	enum { COUNT = 120 };
	static char ids[COUNT][WICI_HEX_LEN + 1];
	struct world_node *stalowa;
	struct scene s;
	char word[40];

	scene_begin(&s, 6);
	for (int i = 0; i < COUNT; i++) {
		(void)snprintf(word, sizeof(word), "Klub wyraz%03dowy", i);
		(void)snprintf(ids[i], sizeof(ids[i]), "%s",
			       publish(s.w, s.mlawa, word));
	}
	settle(s.w);
	stalowa = gather_join(s.w, s.cal, "stalowa", NULL);
	for (int i = 0; i < COUNT; i += 3) {
		world_run(s.w, world_random(s.w, 12));
		CHECK(erase(&s, i % 2 ? s.mlawa : s.cal, ids[(i * 7) % COUNT]));
	}
	settle(s.w);
	CHECK(world_holds(stalowa, s.mlawa) == world_holds(s.mlawa, s.mlawa));
	CHECK(world_is_equal(stalowa, s.cal) && world_is_equal(s.mlawa, s.cal));
	for (int i = 0; i < COUNT; i++) {
		bool is_erased = told(&s, s.cal, ids[i], "") > 0;

		(void)snprintf(word, sizeof(word), "yraz%03d", i);
		CHECK(gone_folder_has(s.cal->dir, word) != is_erased);
		CHECK(gone_folder_has(s.mlawa->dir, word) != is_erased);
		CHECK(gone_folder_has(stalowa->dir, word) != is_erased);
	}
	CHECK(world_blames(s.w) == 0);
	scene_end(&s);
}

/* More than a receiver keeps for entries that it does not hold: each comes again
 * before the run that needs it, whatever was given between. */
TEST(a_newcomer_takes_more_erasures_than_may_wait)
{
	enum { COUNT = 2 * ERASE_WAIT_LINK_MAX };
	struct world_node *stalowa;
	struct wici_secret secret;
	struct wici_head head;
	struct scene s;
	struct gone g;
	uint8_t buf[100];

	scene_begin(&s, 7);
	world_begin(s.w, s.mlawa);
	for (int i = 0; i < COUNT; i++)
		CHECK_OK(publish_entry(s.mlawa->node,
				       &wici_kind_practice_publish,
				       practice(buf, sizeof(buf)),
				       (struct wici_bytes){NULL, 0}, &head));
	world_end(s.w, s.mlawa);
	CHECK_OK(keys_identity_secret(&s.mlawa->node->keys,
				      s.mlawa->node->dir_fd, NULL, &secret));
	world_begin(s.w, s.mlawa);
	for (head.seq -= COUNT - 1; head.seq <= s.mlawa->node->own->row.seq;
	     head.seq++) {
		CHECK_OK(entry_id(s.mlawa->node->store,
				  s.mlawa->node->own->row.n, head.seq,
				  &head.id));
		gone_make(&g, &s.mlawa->node->network, &head, NULL,
			  &s.mlawa->node->keys.identity, &secret);
		CHECK_OK(node_receive_statement(s.mlawa->node, 0, g.bytes));
	}
	world_end(s.w, s.mlawa);
	settle(s.w);
	stalowa = gather_join(s.w, s.cal, "stalowa", NULL);
	settle(s.w);
	CHECK(world_is_equal(stalowa, s.cal) && is_gone(stalowa));
	CHECK(stalowa->node->statements_count > COUNT);
	check_gone(&s);
	CHECK(world_blames(s.w) == 0);
	scene_end(&s);
}

/* ---- crashes ---- */

/* The power fails at the k-th write of whoever erases, or hears of it. False:
 * that many are not needed. */
static bool erase_with_cut(uint64_t k, enum disk_crash how, bool is_author)
{
	struct world_node *victim;
	struct scene s;
	const char *id = begin(&s, 100 + k);
	bool is_cut;

	victim = is_author ? s.mlawa : s.cal;
	world_crash_at(victim, k, how);
	(void)erase(&s, s.mlawa, id);
	world_run(s.w, 3000);
	is_cut = world_crashed(victim);
	world_crash_at(victim, 0, how);
	if (is_cut) {
		world_start(s.w, victim);
		/* What it had begun is finished before anybody hears. */
		if (erase_next(victim->node, &s.mlawa->node->keys.feed, 0,
			       WICI_SEQ_MAX))
			CHECK(is_gone(victim));
		CHECK(erase(&s, s.mlawa, id)); /* Again, or at last. */
	}
	settle(s.w);
	check_gone(&s);
	CHECK(world_is_equal(s.cal, s.mlawa) &&
	      world_is_equal(s.cal, s.kielce));
	scene_end(&s);
	return is_cut;
}

TEST(a_crash_at_any_write_of_the_author_leaves_nothing_half_done)
{
	uint64_t k = 1;

	while (erase_with_cut(k, (enum disk_crash)(k / STRIDE % 3), true))
		k += STRIDE;
	print_message("%llu writes\n", (unsigned long long)k);
	CHECK(k > 8);
}

TEST(a_crash_at_any_write_of_a_peer_leaves_nothing_half_done)
{
	uint64_t k = 1;

	while (erase_with_cut(k, (enum disk_crash)(k / STRIDE % 3), false))
		k += STRIDE;
	CHECK(k > 8);
}

TEST(who_has_not_heard_of_it_yet_is_not_to_blame)
{
	struct scene s;
	const char *id = begin(&s, 15);

	world_cut(s.w, s.kielce, s.cal);
	CHECK(erase(&s, s.mlawa, id));
	settle(s.w);
	CHECK(is_gone(s.cal) && !is_gone(s.kielce));
	world_mend(s.w, s.kielce, s.cal);
	settle(s.w);
	check_gone(&s);
	check_whole(&s);
	scene_end(&s);
}

TEST_MAIN(RUN(all_erase_it_and_the_author_hears_of_it),
	  RUN(who_was_away_for_a_year_brings_nothing_back),
	  RUN(it_is_erased_offline_and_goes_out_when_the_network_is_back),
	  RUN(an_old_disk_and_an_old_bundle_bring_nothing_back),
	  RUN(a_new_bundle_has_the_erasure_before_the_run_that_needs_it),
	  RUN(records_are_erased_while_somebody_pulls_them),
	  RUN(a_newcomer_takes_more_erasures_than_may_wait),
	  RUN(a_crash_at_any_write_of_the_author_leaves_nothing_half_done),
	  RUN(a_crash_at_any_write_of_a_peer_leaves_nothing_half_done),
	  RUN(who_has_not_heard_of_it_yet_is_not_to_blame))
