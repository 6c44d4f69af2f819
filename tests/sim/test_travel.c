/* tests/sim/test_travel.c — Whatever happens on the way (partitions, a line cut
 * at any byte, kill -9 at any moment), afterwards everybody holds the same, what
 * was acknowledged is there, and nobody honest was blamed. */
#include "tests/sim/gather.h"
#include "tests/test.h"

#define JOURNEYS 12 /* Seeds a test. */

struct journey {
	struct world *w;
	struct world_node *nodes[5];
	uint64_t written[5]; /* Of its own feed, as its daemon said. */
	size_t count;
	uint64_t seed;
};

static void note(struct journey *j)
{
	for (size_t i = 0; i < j->count; i++)
		j->written[i] = world_holds(j->nodes[i], j->nodes[i]);
}

/* Three to five nodes; the later ones join at any of the earlier ones. */
static void begin(struct journey *j, uint64_t seed)
{
	static const char *const names[] = {"cal", "mlawa", "kielce", "stalowa",
					    "opole"};

	memset(j, 0, sizeof(*j));
	print_message("seed %llu\n", (unsigned long long)seed);
	j->seed = seed;
	j->w = world_new(seed);
	j->count = 3 + seed % 3;
	j->nodes[0] = gather_found(j->w);
	for (size_t i = 1; i < j->count; i++) {
		size_t at = i > 1 ? world_random(j->w, 2) : 0;

		j->nodes[i] = gather_join(j->w, j->nodes[0], names[i],
					  at ? j->nodes[1]->address : NULL);
		CHECK(world_settle(j->w, 60000));
	}
	for (size_t i = 2; i < j->count; i++)
		gather_dial(j->w, j->nodes[i],
			    j->nodes[world_random(j->w, i)]->address);
	CHECK(world_settle(j->w, 60000));
	note(j);
}

static void publish(struct journey *j, size_t i)
{
	if (j->nodes[i]->is_up &&
	    gather_publish(j->w, j->nodes[i], "po drodze"))
		j->written[i]++;
}

static struct world_node *any(struct journey *j)
{
	return j->nodes[world_random(j->w, j->count)];
}

static void mend_all(struct journey *j)
{
	world_fuse(j->w, 0);
	for (size_t i = 0; i < j->count; i++) {
		if (!j->nodes[i]->is_up)
			world_start(j->w, j->nodes[i]);
		for (size_t k = 0; k < i; k++)
			world_mend(j->w, j->nodes[i], j->nodes[k]);
	}
}

static bool is_all_equal(const struct journey *j)
{
	for (size_t i = 0; i < j->count; i++) {
		if (!world_is_equal(j->nodes[i], j->nodes[0]))
			return false;
		for (size_t k = 0; k < j->count; k++) {
			if (world_holds(j->nodes[i], j->nodes[k]) !=
			    j->written[k])
				return false;
		}
	}
	return true;
}

/* At most three minutes after all can reach each other again: what was tried
 * in vain is tried again after one. */
static void arrive(struct journey *j)
{
	uint64_t until_ms;

	mend_all(j);
	until_ms = world_time(j->w) + 180000;
	while (!is_all_equal(j) && world_time(j->w) < until_ms)
		world_run(j->w, 1000);
	if (!is_all_equal(j) || world_blames(j->w))
		print_error("seed %llu\n%s", (unsigned long long)j->seed,
			    world_trace(j->w));
	CHECK(is_all_equal(j));
	CHECK(world_blames(j->w) == 0);
	world_free(j->w);
}

/* Said to be kept, and published once a peer is there. */
static uint64_t drafts_of(const struct world_node *n)
{
	return (uint64_t)n->node->drafts.count;
}

/* What the others noted that it holds, it holds. */
static void check_held(const struct journey *j, const struct world_node *n)
{
	for (size_t i = 0; i < j->count; i++) {
		const struct node *other;

		if (j->nodes[i] == n || !j->nodes[i]->is_up)
			continue;
		other = j->nodes[i]->node;
		for (size_t k = 0; k < other->held_count; k++) {
			const struct node_held_note *held = &other->held[k];

			if (held->seq == UINT64_MAX ||
			    !wici_key_equal(&held->identity,
					    &n->node->keys.identity))
				continue;
			CHECK(world_holds(n, j->nodes[i]) >= held->seq);
		}
	}
}

TEST(partitions_come_and_go_and_all_is_the_same_afterwards)
{
	for (uint64_t seed = 100; seed < 100 + JOURNEYS; seed++) {
		struct journey j;

		begin(&j, seed);
		for (int step = 0; step < 30; step++) {
			struct world_node *a = any(&j), *b = any(&j);

			if (a != b && world_random(j.w, 2))
				world_cut(j.w, a, b);
			else if (a != b)
				world_mend(j.w, a, b);
			publish(&j, world_random(j.w, j.count));
			world_run(j.w, world_random(j.w, 1500));
		}
		arrive(&j);
	}
}

TEST(a_line_cut_at_any_byte_loses_nothing)
{
	for (uint64_t seed = 200; seed < 200 + JOURNEYS; seed++) {
		struct journey j;

		begin(&j, seed);
		world_cut(j.w, j.nodes[0], j.nodes[1]);
		for (int i = 0; i < 30; i++)
			publish(&j, world_random(j.w, j.count));
		world_mend(j.w, j.nodes[0], j.nodes[1]);
		for (int step = 0; step < 40; step++) {
			/* First within a handshake, then anywhere. */
			world_fuse(
				j.w,
				1 + world_random(j.w, step < 20 ? 700 : 9000));
			if (step % 5 == 0)
				publish(&j, world_random(j.w, j.count));
			world_run(j.w, 1100);
		}
		arrive(&j);
	}
}

TEST(kill_9_at_any_moment_takes_back_nothing_that_was_said)
{
	for (uint64_t seed = 300; seed < 300 + JOURNEYS; seed++) {
		struct journey j;

		begin(&j, seed);
		for (int step = 0; step < 25; step++) {
			struct world_node *n = any(&j);

			if (!n->is_up) {
				world_start(j.w, n);
				check_held(&j, n);
				CHECK(world_holds(n, n) + drafts_of(n) ==
				      j.written[n->n]);
			} else if (world_random(j.w, 3) == 0) {
				world_kill(j.w, n);
			} else {
				publish(&j, n->n);
			}
			world_run(j.w, world_random(j.w, 400));
		}
		arrive(&j);
	}
}

TEST(all_of_it_at_once)
{
	for (uint64_t seed = 400; seed < 400 + JOURNEYS; seed++) {
		struct journey j;

		begin(&j, seed);
		for (int step = 0; step < 60; step++) {
			struct world_node *a = any(&j), *b = any(&j);

			switch (world_random(j.w, 6)) {
			case 0:
				if (a->is_up)
					world_kill(j.w, a);
				break;
			case 1:
				if (!a->is_up)
					world_start(j.w, a);
				break;
			case 2:
				if (a != b)
					world_cut(j.w, a, b);
				break;
			case 3:
				if (a != b)
					world_mend(j.w, a, b);
				break;
			case 4:
				world_fuse(j.w, 1 + world_random(j.w, 5000));
				break;
			default:
				publish(&j, a->n);
				break;
			}
			world_run(j.w, world_random(j.w, 900));
		}
		arrive(&j);
	}
}

TEST(two_that_have_met_are_quiet_afterwards)
{
	for (uint64_t seed = 500; seed < 506; seed++) {
		struct journey j;
		uint64_t before = 0, after = 0;

		begin(&j, seed);
		world_run(j.w, 5000);
		for (size_t i = 0; i < j.count; i++)
			for (struct link *l = j.nodes[i]->hub.links; l;
			     l = l->next)
				before += l->session.bytes_out;
		world_run(j.w, 25000);
		for (size_t i = 0; i < j.count; i++)
			for (struct link *l = j.nodes[i]->hub.links; l;
			     l = l->next)
				after += l->session.bytes_out;
		CHECK(after == before);
		arrive(&j);
	}
}

TEST_MAIN(RUN(partitions_come_and_go_and_all_is_the_same_afterwards),
	  RUN(a_line_cut_at_any_byte_loses_nothing),
	  RUN(kill_9_at_any_moment_takes_back_nothing_that_was_said),
	  RUN(all_of_it_at_once), RUN(two_that_have_met_are_quiet_afterwards))
