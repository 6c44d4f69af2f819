/* tests/sim/test_disk.c — What a disk, a machine and a clock do to a node: power
 * cuts at every write, an empty disk, a copied folder, another machine, a clock
 * that is a lifetime off. */
#include "tests/sim/gather.h"
#include "tests/test.h"

#define WORK 3 /* What Mława publishes a day. */

struct story {
	struct world *w;
	struct world_node *cal, *mlawa;
	char acknowledged[WORK][72]; /* Ids of today. */
	size_t count;
};

static void begin(struct story *s, uint64_t seed)
{
	print_message("seed %llu\n", (unsigned long long)seed);
	memset(s, 0, sizeof(*s));
	s->w = world_new(seed);
	s->cal = gather_found(s->w);
	s->mlawa = gather_join(s->w, s->cal, "mlawa", NULL);
	CHECK(world_settle(s->w, 60000));
}

static void end(struct story *s)
{
	world_free(s->w);
}

/* Time for them to meet and to be done with each other. */
static void pass_time(struct story *s)
{
	world_run(s->w, 3000);
	CHECK(world_settle(s->w, 120000));
}

static void meet(struct story *s)
{
	pass_time(s);
	CHECK(world_blames(s->w) == 0);
	if (!world_is_equal(s->cal, s->mlawa))
		print_error("%s", world_trace(s->w));
	CHECK(world_is_equal(s->cal, s->mlawa));
}

/* Mława is no different for what befell it. */
static void check_works(struct story *s)
{
	uint64_t seq;

	meet(s);
	seq = world_holds(s->cal, s->mlawa);
	CHECK(gather_publish(s->w, s->mlawa, "z Mławy"));
	CHECK(gather_publish(s->w, s->cal, "z CAL"));
	meet(s);
	CHECK(!s->mlawa->node->sealed);
	CHECK(world_holds(s->cal, s->mlawa) > seq);
}

static bool publishes(struct story *s, struct world_node *n)
{
	uint64_t seq = world_holds(n, n);

	(void)gather_publish(s->w, n, "nie wolno");
	world_run(s->w, 3000);
	return world_holds(n, n) != seq;
}

/* ---- power cuts ---- */

static void publish(struct story *s)
{
	const struct world_param params[] = {{"title", "z Mławy", false},
					     {NULL, NULL, false}};
	struct world_reply r =
		world_call(s->w, s->mlawa, "practice.publish", params);

	if (r.has_error) {
		CHECK(strcmp(r.code, "no_daemon") == 0);
		return;
	}
	(void)snprintf(s->acknowledged[s->count++], 72, "%s",
		       world_str(&r, "id"));
}

/* Publishing, receiving, tidying up, and a start the next morning. */
static void work(struct story *s)
{
	s->count = 0;
	while (s->mlawa->is_up && s->count < WORK)
		publish(s);
	CHECK(gather_publish(s->w, s->cal, "z CAL"));
	world_run(s->w, 1000);
	if (s->mlawa->is_up)
		world_stop(s->w, s->mlawa);
	world_start(s->w, s->mlawa);
	pass_time(s);
	if (!s->mlawa->is_up)
		world_start(s->w, s->mlawa);
	meet(s);
}

static void check_shown(struct story *s, struct world_node *n)
{
	for (size_t i = 0; i < s->count; i++) {
		const struct world_param params[] = {
			{"id", s->acknowledged[i], false}, {NULL, NULL, false}};

		CHECK(!world_call(s->w, n, "record.show", params).has_error);
	}
}

/* One working day for each stride-th write of a day. */
static void cut_at_writes(uint64_t seed, uint64_t stride, enum disk_crash how)
{
	uint64_t k, cuts = 0;
	size_t statements;
	struct story s;

	begin(&s, seed);
	statements = s.cal->node->statements_count;
	for (k = 1 + world_random(s.w, stride);; k += stride) {
		world_crash_at(s.mlawa, k, how);
		work(&s);
		/* Equal by now: whatever id CAL ever had of a seq is Mława's.
		 */
		check_shown(&s, s.mlawa);
		check_shown(&s, s.cal);
		CHECK(!s.mlawa->node->sealed);
		if (!world_crashed(s.mlawa))
			break;
		cuts++;
	}
	CHECK(cuts > 60 / stride);
	CHECK(s.cal->node->statements_count == statements); /* No fork. */
	world_crash_at(s.mlawa, 0, how);
	check_works(&s);
	print_message("%llu cuts, %llu writes\n", (unsigned long long)cuts,
		      (unsigned long long)k);
	end(&s);
}

TEST(a_crash_at_every_write_loses_nothing_acknowledged_and_forks_nothing)
{
	cut_at_writes(1, 1, DISK_KEEPS);
}

TEST(a_write_torn_by_a_crash_loses_nothing_acknowledged_and_forks_nothing)
{
	cut_at_writes(2, 1, DISK_TEARS);
}

TEST(what_was_acknowledged_was_synced)
{
	cut_at_writes(3, 1, DISK_FORGETS_DIRTY);
}

/* ---- power cuts while there is nothing yet ---- */

static bool is_done(struct story *s, struct world_node *n)
{
	struct world_reply r = world_call(s->w, n, "status.get", NULL);

	return !r.has_error && strcmp(world_str(&r, "next"), "") == 0 &&
	       n->node->own;
}

static const char *invite(struct story *s, const char *name)
{
	const struct world_param params[] = {{"name", name, false},
					     {NULL, NULL, false}};
	struct world_reply r =
		world_call(s->w, s->cal, "invite.create", params);

	CHECK(!r.has_error);
	return world_str(&r, "token");
}

static void join(struct story *s, const char *token)
{
	const struct world_param params[] = {{"token", token, false},
					     {"name", "MOPS Mława", false},
					     {"no_passphrase", NULL, true},
					     {NULL, NULL, false}};

	(void)world_call(s->w, s->mlawa, "network.join", params);
}

static void found(struct story *s)
{
	const struct world_param params[] = {{"name", "Sieć OSL", false},
					     {"issuer", "cal", false},
					     {"single", NULL, true},
					     {NULL, NULL, false}};

	(void)world_call(s->w, s->cal, "network.create", params);
}

/* False: fewer writes than that. */
static bool found_with_cut(uint64_t k, enum disk_crash how)
{
	const struct world_param init[] = {{"name", "CAL", false},
					   {"no_passphrase", NULL, true},
					   {NULL, NULL, false}};
	struct story s = {.w = world_new(k)};
	bool is_cut;

	s.cal = world_add(s.w, "cal");
	world_crash_at(s.cal, k, how);
	(void)world_call(s.w, s.cal, "identity.init", init);
	if (!world_crashed(s.cal))
		found(&s);
	world_run(s.w, 1000);
	is_cut = world_crashed(s.cal);
	world_crash_at(s.cal, 0, how);
	if (is_cut) {
		world_start(s.w, s.cal);
		/* Refused where it was finished. */
		(void)world_call(s.w, s.cal, "identity.init", init);
		found(&s);
	}
	CHECK(is_done(&s, s.cal));
	CHECK(!s.cal->node->sealed);
	CHECK(gather_publish(s.w, s.cal, "z CAL"));
	end(&s);
	return is_cut;
}

TEST(founding_goes_on_after_a_crash_at_any_write)
{
	uint64_t k = 1;

	while (found_with_cut(k, (enum disk_crash)(k % 3)))
		k++;
	CHECK(k > 30);
}

static bool join_with_cut(uint64_t k, enum disk_crash how)
{
	struct story s = {.w = world_new(k)};
	const char *token;
	bool is_cut;

	s.cal = gather_found(s.w);
	s.mlawa = world_add(s.w, "mlawa");
	token = invite(&s, "MOPS Mława");
	world_crash_at(s.mlawa, k, how);
	join(&s, token);
	world_run(s.w, 1000);
	is_cut = world_crashed(s.mlawa);
	world_crash_at(s.mlawa, 0, how);
	if (is_cut) {
		world_start(s.w, s.mlawa);
		world_run(s.w, 3000);
	}
	if (!is_done(&s, s.mlawa))
		join(&s, token);
	CHECK(is_done(&s, s.mlawa));
	check_works(&s);
	end(&s);
	return is_cut;
}

TEST(joining_goes_on_after_a_crash_at_any_write)
{
	uint64_t k = 1;

	while (join_with_cut(k, (enum disk_crash)(k % 3)))
		k += 2;
	CHECK(k > 40);
}

/* ---- other disks, other machines ---- */

TEST(an_empty_disk_is_filled_again_by_others)
{
	struct wici_key feed;
	struct story s;
	uint64_t seq;

	begin(&s, 4);
	for (int i = 0; i < 20; i++)
		CHECK(gather_publish(s.w, s.mlawa, "z Mławy"));
	CHECK(world_settle(s.w, 60000));
	feed = s.mlawa->node->keys.feed;
	seq = world_holds(s.mlawa, s.mlawa);
	world_kill(s.w, s.mlawa);
	world_wipe(s.w, s.mlawa);
	world_start(s.w, s.mlawa);
	CHECK(world_holds_of(s.mlawa, &feed) == 0);
	join(&s, invite(&s, "MOPS Mława"));
	check_works(&s);
	CHECK(world_holds_of(s.mlawa, &feed) == seq);
	end(&s);
}

TEST(a_copied_folder_publishes_nothing)
{
	struct world_node *copy;
	struct story s;

	begin(&s, 5);
	copy = world_add(s.w, "kopia");
	world_kill(s.w, copy);
	world_kill(s.w, s.mlawa);
	world_copy(s.w, s.mlawa, copy);
	world_start(s.w, copy);
	CHECK(strcmp(copy->node->sealed, "copied") == 0);
	CHECK(!publishes(&s, copy));
	world_kill(s.w, copy);
	world_start(s.w, s.mlawa);
	check_works(&s);
	end(&s);
}

TEST(a_folder_on_another_machine_publishes_nothing)
{
	struct story s;

	begin(&s, 6);
	world_kill(s.w, s.mlawa);
	world_set_machine(s.w, s.mlawa, "another machine");
	world_start(s.w, s.mlawa);
	CHECK(strcmp(s.mlawa->node->sealed, "machine") == 0);
	CHECK(!publishes(&s, s.mlawa));
	world_kill(s.w, s.mlawa);
	world_set_machine(s.w, s.mlawa, "one machine");
	world_start(s.w, s.mlawa);
	check_works(&s);
	end(&s);
}

/* Which is why a start waits for what others have seen. */
TEST(the_fence_alone_does_not_notice_an_older_disk_or_a_clone)
{
	struct image old = {NULL};
	struct world_node *clone;
	struct story s;
	uint64_t seq;

	begin(&s, 7);
	clone = world_add(s.w, "klon");
	world_kill(s.w, clone);
	world_snapshot(s.w, s.mlawa, &old);
	seq = world_holds(s.mlawa, s.mlawa);
	CHECK(gather_publish(s.w, s.mlawa, "po kopii"));
	world_clone(s.w, s.mlawa, clone);
	world_start(s.w, clone);
	CHECK(!clone->node->sealed);
	CHECK(world_holds(clone, clone) == seq + 1);
	CHECK(s.mlawa->is_up);
	world_kill(s.w, clone);
	world_kill(s.w, s.mlawa);
	world_revert(s.w, s.mlawa, &old);
	world_start(s.w, s.mlawa);
	CHECK(!s.mlawa->node->sealed);
	CHECK(world_holds(s.mlawa, s.mlawa) == seq);
	image_clear(&old);
	end(&s);
}

/* ---- clocks ---- */

TEST(a_clock_in_1970_or_2099_stops_nobody)
{
	static const int64_t clocks[] = {WORLD_CLOCK_1970, WORLD_CLOCK_2099};
	struct story s;

	for (size_t i = 0; i < 2; i++) {
		begin(&s, 8 + i);
		/* It runs on as it jumps; and it starts so. */
		world_set_clock(s.w, s.mlawa, clocks[i]);
		check_works(&s);
		world_kill(s.w, s.mlawa);
		world_start(s.w, s.mlawa);
		check_works(&s);
		world_jump(s.w, NULL, -clocks[i]);
		check_works(&s);
		end(&s);
	}
}

TEST_MAIN(
	RUN(a_crash_at_every_write_loses_nothing_acknowledged_and_forks_nothing),
	RUN(a_write_torn_by_a_crash_loses_nothing_acknowledged_and_forks_nothing),
	RUN(what_was_acknowledged_was_synced),
	RUN(founding_goes_on_after_a_crash_at_any_write),
	RUN(joining_goes_on_after_a_crash_at_any_write),
	RUN(an_empty_disk_is_filled_again_by_others),
	RUN(a_copied_folder_publishes_nothing),
	RUN(a_folder_on_another_machine_publishes_nothing),
	RUN(the_fence_alone_does_not_notice_an_older_disk_or_a_clone),
	RUN(a_clock_in_1970_or_2099_stops_nobody))
