/* tests/sim/test_stick.c — Two institutions that joined over the network once,
 * and from then on meet by stick alone. */
#include "tests/sim/fresh.h"
#include "tests/sim/parted.h"
#include "tests/sim/stick.h"

/* CAL and Mława, which are never connected again. */
static void begin(struct scene *s, uint64_t seed)
{
	s->w = world_new(seed);
	s->cal = gather_found(s->w);
	s->mlawa = gather_join(s->w, s->cal, "mlawa", NULL);
	s->kielce = NULL;
	CHECK(world_settle(s->w, 60000));
	world_cut(s->w, s->cal, s->mlawa);
}

static void check_same(struct scene *s)
{
	CHECK(world_is_equal(s->cal, s->mlawa));
	CHECK(s->cal->node->forks_count == 0);
	CHECK(s->mlawa->node->forks_count == 0);
	CHECK(s->cal->node->drafts.count == 0);
	CHECK(s->mlawa->node->drafts.count == 0);
	CHECK(world_links(s->cal) == 0 && world_links(s->mlawa) == 0);
	CHECK(world_blames(s->w) == 0);
}

static void both_ways(struct scene *s)
{
	stick_carry(s->w, s->cal, s->mlawa);
	stick_carry(s->w, s->mlawa, s->cal);
}

TEST(for_weeks_two_meet_by_stick_alone)
{
	struct scene s;
	uint64_t of_cal, of_mlawa;

	begin(&s, 301);
	of_cal = own_seq(s.cal);
	of_mlawa = own_seq(s.mlawa);
	for (unsigned week = 1; week <= 10; week++) {
		pass_days(s.w, 7);
		if (week % 2 == 0)
			restart(&s, s.mlawa);
		if (week % 3 == 0)
			restart(&s, s.cal);
		for (unsigned i = 0; i < 3; i++) {
			(void)publish(s.w, s.cal, "u nas");
			(void)publish(s.w, s.mlawa, "i u nas");
		}
		both_ways(&s);
	}
	/* Who waits is answered by the next one, and by then nobody waits. */
	both_ways(&s);
	both_ways(&s);
	check_same(&s);
	CHECK(own_seq(s.cal) >= of_cal + 30);
	CHECK(own_seq(s.mlawa) == of_mlawa + 30);
	CHECK(world_holds(s.cal, s.mlawa) == own_seq(s.mlawa));
	scene_end(&s);
}

TEST(what_the_root_says_new_feeds_and_new_members_come_by_stick)
{
	struct hand hands[3];
	struct wici_key old;
	struct scene s;

	begin(&s, 302);
	word_three_keys(s.w, s.cal, hands);
	s.kielce = gather_join(s.w, s.cal, "kielce", NULL);
	world_cut(s.w, s.cal, s.kielce);
	CHECK(!is_draft(s.w, s.kielce, "z Kielc"));
	old = s.mlawa->node->keys.feed;
	renew(s.w, s.mlawa);
	CHECK(!wici_key_equal(&old, &s.mlawa->node->keys.feed));
	stick_carry(s.w, s.kielce, s.cal);
	both_ways(&s);
	both_ways(&s);
	CHECK(s.mlawa->node->roster.version == 2);
	CHECK(s.mlawa->node->roster.policy.keys_count == 3);
	CHECK(word_is_member(s.mlawa, &s.kielce->node->keys.identity));
	CHECK(world_holds(s.mlawa, s.kielce) == own_seq(s.kielce));
	CHECK(world_holds(s.cal, s.mlawa) == own_seq(s.mlawa));
	(void)publish(s.w, s.mlawa, "dalej, w nowym");
	both_ways(&s);
	both_ways(&s);
	check_same(&s);
	/* Mława never met Kielce, and holds its feed all the same. */
	CHECK(!world_have_met(s.w, s.mlawa, s.kielce));
	scene_end(&s);
}

TEST(a_verdict_is_as_fresh_as_the_stick)
{
	struct wici_id id;
	struct scene s;

	begin(&s, 303);
	id = word_granted(s.w, s.cal, "1/2026");
	CHECK(word_is(s.w, s.mlawa, &id, "NOT_FOUND"));
	stick_carry(s.w, s.cal, s.mlawa);
	CHECK(word_is(s.w, s.mlawa, &id, "VALID"));
	pass_days(s.w, 9);
	CHECK(word_is(s.w, s.mlawa, &id, "STALE"));
	CHECK(word_is(s.w, s.cal, &id, "VALID"));
	stick_carry(s.w, s.cal, s.mlawa);
	CHECK(word_is(s.w, s.mlawa, &id, "VALID"));
	decide(s.w, s.cal, "cert.revoke", &id);
	CHECK(word_is(s.w, s.mlawa, &id, "VALID")); /* For all it knows. */
	stick_carry(s.w, s.cal, s.mlawa);
	CHECK(word_is(s.w, s.mlawa, &id, "REVOKED"));
	scene_end(&s);
}

/* Mława's disk goes back to before what it gave away on a stick. */
TEST(an_old_stick_does_not_tell_a_disk_that_went_back_to_go_on)
{
	struct stick before = {NULL, 0}, own = {NULL, 0};
	struct bundle_counts counts;
	struct image old = {NULL};
	struct scene s;
	uint64_t seq;

	begin(&s, 304);
	both_ways(&s);
	stick_write(s.w, s.cal, &before); /* Answers Mława's number. */
	world_snapshot(s.w, s.mlawa, &old);
	CHECK(!is_draft(s.w, s.mlawa, "wydane po kopii"));
	seq = own_seq(s.mlawa);
	stick_write(s.w, s.mlawa, &own); /* On its way. */
	world_kill(s.w, s.mlawa);
	world_revert(s.w, s.mlawa, &old);
	world_start(s.w, s.mlawa);
	CHECK(own_seq(s.mlawa) == seq - 1);
	CHECK(is_draft(s.w, s.mlawa, "rozwidlenie?"));
	CHECK_ERR(stick_read(s.w, s.mlawa, &before, 1000, &counts), WICI_END);
	world_run(s.w, 60000);
	CHECK(echo_is_waiting(s.mlawa->node));
	CHECK(own_seq(s.mlawa) == seq - 1 && s.mlawa->node->drafts.count == 1);

	/* The stick arrives; what CAL answers from then on tells. */
	CHECK_ERR(stick_read(s.w, s.cal, &own, 1000, &counts), WICI_END);
	stick_carry(s.w, s.cal, s.mlawa); /* Back come the entries … */
	CHECK(own_seq(s.mlawa) == seq);
	CHECK(echo_is_waiting(s.mlawa->node)); /* … and no answer yet. */
	both_ways(&s);
	CHECK(echo_is_waiting(s.mlawa->node));
	both_ways(&s);
	CHECK(!echo_is_waiting(s.mlawa->node));
	CHECK(own_seq(s.mlawa) == seq + 1);
	both_ways(&s);
	check_same(&s);
	image_clear(&old);
	stick_clear(&before);
	stick_clear(&own);
	scene_end(&s);
}

/* Nor does a clock that jumped leave the answer good that was given before. */
TEST(after_a_jump_of_the_clock_it_is_asked_anew)
{
	struct scene s;

	begin(&s, 305);
	both_ways(&s);
	both_ways(&s);
	world_jump(s.w, s.mlawa, 3600000);
	CHECK(is_draft(s.w, s.mlawa, "po wznowieniu"));
	stick_carry(s.w, s.cal, s.mlawa); /* Answers the number before. */
	CHECK(echo_is_waiting(s.mlawa->node));
	stick_carry(s.w, s.mlawa, s.cal);
	stick_carry(s.w, s.cal, s.mlawa);
	CHECK(!echo_is_waiting(s.mlawa->node));
	both_ways(&s);
	check_same(&s);
	scene_end(&s);
}

/* Two machines write under one key, and each gives a stick away. */
TEST(a_fork_that_sticks_bring_is_proven_where_they_meet)
{
	struct stick one = {NULL, 0}, other = {NULL, 0}, cal = {NULL, 0};
	struct bundle_counts counts;
	struct world_node *copy;
	struct scene s;

	begin(&s, 306);
	copy = world_add(s.w, "kopia");
	world_stop(s.w, s.mlawa);
	world_stop(s.w, copy);
	world_clone(s.w, s.mlawa, copy);
	world_start(s.w, s.mlawa);
	world_start(s.w, copy);
	world_cut(s.w, s.cal, copy);
	world_cut(s.w, s.mlawa, copy);
	(void)publish(s.w, s.mlawa, "jedna");
	(void)publish(s.w, copy, "druga");
	(void)world_call(s.w, s.mlawa, "draft.publish", none);
	(void)world_call(s.w, copy, "draft.publish", none);
	CHECK(own_seq(s.mlawa) == own_seq(copy));
	(void)publish(s.w, copy, "trzecia");
	stick_write(s.w, s.mlawa, &one);
	stick_write(s.w, copy, &other);
	CHECK_ERR(stick_read(s.w, s.cal, &one, 5000, &counts), WICI_END);
	CHECK(counts.rejects == 0);
	CHECK_ERR(stick_read(s.w, s.cal, &other, 5000, &counts), WICI_END);
	CHECK(counts.rejected_count == 1);
	CHECK(strcmp(counts.rejected[0].reason, "fork") == 0);
	CHECK(s.cal->node->forks_count == 1);
	CHECK(parted_counts(s.cal, &s.mlawa->node->keys.feed) ==
	      own_seq(s.mlawa) - 1);
	stick_write(s.w, s.cal, &cal);
	CHECK_ERR(stick_read(s.w, s.mlawa, &cal, 5000, &counts), WICI_END);
	CHECK_ERR(stick_read(s.w, copy, &cal, 5000, &counts), WICI_END);
	CHECK(is_sealed(s.mlawa, "forked") && is_sealed(copy, "forked"));
	stick_clear(&one);
	stick_clear(&other);
	stick_clear(&cal);
	scene_end(&s);
}

TEST_MAIN(RUN(for_weeks_two_meet_by_stick_alone),
	  RUN(what_the_root_says_new_feeds_and_new_members_come_by_stick),
	  RUN(a_verdict_is_as_fresh_as_the_stick),
	  RUN(an_old_stick_does_not_tell_a_disk_that_went_back_to_go_on),
	  RUN(after_a_jump_of_the_clock_it_is_asked_anew),
	  RUN(a_fork_that_sticks_bring_is_proven_where_they_meet))
