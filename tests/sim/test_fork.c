/* tests/sim/test_fork.c — An author, a thief or a copied machine writes two
 * histories of one feed: every node finds out and stands still at the same
 * place; an honest institution goes on with a new feed. */
#include "daemon/renew.h"
#include "proto/run.h"
#include "tests/sim/parted.h"

/* ---- two histories ---- */

TEST(two_histories_stop_the_feed_where_they_part_on_every_node)
{
	struct world_node *third;
	struct wici_head fork;
	struct hostile *h;
	struct scene s;

	scene_begin(&s, 21);
	third = gather_join(s.w, s.cal, "tarnów", NULL);
	CHECK(world_settle(s.w, 60000));
	h = scene_turn(&s);
	fork = parted_begin(&s, h, 30, 17);
	CHECK(world_holds_of(third, &h->feed) == fork.seq + 30);
	world_mend(s.w, s.cal, s.mlawa);
	world_run(s.w, 10000);
	CHECK(parted_counts(s.cal, &h->feed) == fork.seq);
	CHECK(parted_counts(s.mlawa, &h->feed) == fork.seq);
	CHECK(parted_counts(third, &h->feed) == fork.seq);
	/* Each keeps what it has: that is the evidence. */
	CHECK(world_holds_of(s.cal, &h->feed) == fork.seq + 30);
	CHECK(world_holds_of(s.mlawa, &h->feed) == fork.seq + 17);
	CHECK(world_is_equal(s.cal, s.mlawa) && world_is_equal(s.cal, third));
	/* He goes on in one history, and nobody listens. */
	parted_write(h, 5);
	world_run(s.w, 10000);
	CHECK(world_holds_of(s.mlawa, &h->feed) == fork.seq + 17);
	hostile_hang_up(h);
	world_run(s.w, 5000);
	CHECK(parted_is_in_step(s.cal) && parted_is_in_step(s.mlawa) &&
	      parted_is_in_step(third));
	scene_check_alive(&s);
	scene_end(&s);
}

TEST(whoever_comes_later_finds_the_prefix_and_the_proof)
{
	struct world_node *late;
	struct wici_head fork;
	struct hostile *h;
	struct scene s;

	scene_begin(&s, 22);
	h = scene_turn(&s);
	parted_write(h, 3);
	fork = parted_begin(&s, h, 4, 4);
	hostile_hang_up(h);
	world_mend(s.w, s.cal, s.mlawa);
	world_run(s.w, 10000);
	late = gather_join(s.w, s.cal, "późny", NULL);
	CHECK(world_settle(s.w, 60000));
	world_run(s.w, 5000);
	CHECK(world_holds_of(late, &h->feed) == fork.seq);
	CHECK(parted_feed(late, &h->feed)->is_forked);
	CHECK(world_is_equal(late, s.cal) && parted_is_in_step(late));
	scene_end(&s);
}

/* Nothing of it is in no dispute: nothing of it is shown to anybody. */
TEST(two_beginnings_of_one_feed_are_as_if_there_were_none)
{
	struct world_node *late;
	struct hostile *h;
	struct scene s;

	scene_begin(&s, 23);
	h = scene_turn(&s);
	/* A second feed of Kielce's, in two versions. */
	hostile_new_feed(h);
	world_cut(s.w, s.cal, s.mlawa);
	hostile_live(h, (struct wici_bytes){h->open, h->open_len});
	parted_write(h, 2);
	CHECK(world_holds_of(s.cal, &h->feed) == 3);
	hostile_hang_up(h);
	hostile_open_again(h);
	CHECK(hostile_dial(h, s.mlawa));
	world_run(s.w, 1000);
	hostile_live(h, (struct wici_bytes){h->open, h->open_len});
	parted_write(h, 1);
	CHECK(world_holds_of(s.mlawa, &h->feed) == 2);
	hostile_hang_up(h);
	world_mend(s.w, s.cal, s.mlawa);
	world_run(s.w, 10000);
	CHECK(parted_counts(s.cal, &h->feed) == 0);
	CHECK(parted_counts(s.mlawa, &h->feed) == 0);
	CHECK(world_is_equal(s.cal, s.mlawa));
	late = gather_join(s.w, s.cal, "późny", NULL);
	CHECK(world_settle(s.w, 60000));
	world_run(s.w, 5000);
	CHECK(world_is_equal(late, s.cal) && parted_is_in_step(late));
	scene_check_alive(&s);
	scene_end(&s);
}

/* Three histories, whose proofs are found by whom and when chance has it. */
TEST(several_proofs_leave_one_place_for_everybody)
{
	for (uint64_t seed = 24; seed < 27; seed++) {
		struct world_node *third;
		struct wici_head low, fork;
		struct hostile *h;
		struct scene s;

		scene_begin(&s, seed);
		third = gather_join(s.w, s.cal, "tarnów", NULL);
		gather_dial(s.w, third, s.mlawa->address);
		CHECK(world_settle(s.w, 60000));
		h = scene_turn(&s);
		low = h->head;
		world_cut(s.w, s.cal, third);
		world_cut(s.w, s.mlawa, third);
		parted_write(h, 5);
		fork = parted_begin(&s, h, 9, 3);
		CHECK(fork.seq == low.seq + 5);
		hostile_hang_up(h);
		h->head = low;
		CHECK(hostile_dial(h, third));
		world_run(s.w, 1000);
		parted_write(h, 11);
		hostile_hang_up(h);
		if (seed % 2)
			world_mend(s.w, s.cal, s.mlawa);
		world_mend(s.w, s.mlawa, third);
		world_run(s.w, 10000);
		world_mend(s.w, s.cal, third);
		world_mend(s.w, s.cal, s.mlawa);
		world_run(s.w, 70000);
		CHECK(parted_counts(s.cal, &h->feed) == low.seq);
		CHECK(parted_counts(s.mlawa, &h->feed) == low.seq);
		CHECK(parted_counts(third, &h->feed) == low.seq);
		CHECK(world_is_equal(s.cal, s.mlawa));
		CHECK(world_is_equal(s.cal, third));
		CHECK(world_blames(s.w) == 0);
		scene_end(&s);
	}
}

/* ---- what cannot be proven ---- */

/* Entry 1 of this history has a signature that does not hold: it is void, but
 * the next one covers it, so that the chain goes on. */
static struct wici_bytes unproven(struct hostile *h)
{
	static uint8_t buf[4096];
	struct wici_run_writer run;
	struct wici_entry e = {.has_payload = true, .payload = parted_one};

	wici_run_writer_init(&run, buf, sizeof(buf), &h->feed, h->head.seq + 1);
	for (int i = 0; i < 2; i++) {
		e.header.version = WICI_ENTRY_VERSION;
		e.header.kind = PARTED_KIND;
		e.header.seq = h->head.seq + 1;
		e.header.feed = h->feed;
		e.header.prev = h->head.id;
		e.salt.b[0] = 77;
		wici_entry_sign(&e, &h->network, &h->secret);
		if (i == 0)
			e.sig.b[3] ^= 1;
		CHECK_OK(wici_run_add(&run, &e));
		h->head.seq++;
		h->head.id = wici_entry_id(&e.header, &e.sig);
	}
	return wici_run_finish(&run);
}

TEST(a_conflict_that_proves_nothing_keeps_nobody_busy)
{
	struct wici_head fork;
	struct hostile *h;
	struct scene s;
	uint64_t bytes;

	scene_begin(&s, 51);
	h = scene_turn(&s);
	fork = h->head;
	world_cut(s.w, s.cal, s.mlawa);
	parted_write(h, 2);
	hostile_hang_up(h);
	h->head = fork;
	CHECK(hostile_dial(h, s.mlawa));
	world_run(s.w, 1000);
	hostile_live(h, unproven(h));
	world_run(s.w, 1000);
	CHECK(world_holds_of(s.mlawa, &h->feed) == fork.seq + 2);
	hostile_hang_up(h);
	world_mend(s.w, s.cal, s.mlawa);
	world_run(s.w, 60000);
	CHECK(s.cal->node->forks_count == 0);
	CHECK(s.mlawa->node->forks_count == 0);
	bytes = s.cal->hub.links->session.bytes_in;
	world_run(s.w, 600000);
	bytes = s.cal->hub.links->session.bytes_in - bytes;
	CHECK(bytes < 20000);
	scene_check_alive(&s);
	scene_end(&s);
}

/* ---- an honest institution, copied ---- */

/* A copy of Kielce's machine wakes up and writes; both are honest. The proof
 * seals it, and it goes on with a new feed at once, without anybody's leave. */
TEST(a_copied_installation_is_sealed_and_goes_on_with_a_new_feed)
{
	struct wici_key old;
	struct hostile *copy;
	struct scene s;
	uint64_t end;

	scene_begin(&s, 61);
	copy = hostile_become(s.w, s.kielce);
	old = copy->feed;
	world_start(s.w, s.kielce);
	world_run(s.w, 5000);
	CHECK(gather_publish(s.w, s.kielce, "z Kielc"));
	world_run(s.w, 3000);
	CHECK(world_holds_of(s.cal, &old) > copy->head.seq);
	world_kill(s.w, s.kielce);
	CHECK(hostile_dial(copy, s.cal));
	world_run(s.w, 1000);
	hostile_prove(copy);
	world_run(s.w, 1000);
	hostile_hang_up(copy);
	CHECK(parted_feed(s.cal, &old)->is_forked);
	world_start(s.w, s.kielce);
	world_run(s.w, 10000);
	CHECK(s.kielce->node->sealed &&
	      strcmp(s.kielce->node->sealed, "forked") == 0);
	end = s.kielce->node->own->row.seq;
	(void)gather_publish(s.w, s.kielce, "nie tu"); /* A draft, at most. */
	CHECK(s.kielce->node->own->row.seq == end);
	world_begin(s.w, s.kielce);
	CHECK_OK(renew_begin(s.kielce->node, NULL, false));
	world_end(s.w, s.kielce);
	world_run(s.w, 90000);
	CHECK(!s.kielce->node->sealed);
	CHECK(!wici_key_equal(&s.kielce->node->keys.feed, &old));
	CHECK(gather_publish(s.w, s.kielce, "w nowym"));
	world_run(s.w, 10000);
	CHECK(world_holds(s.mlawa, s.kielce) ==
	      world_holds(s.kielce, s.kielce));
	CHECK(parted_counts(s.mlawa, &old) == parted_counts(s.kielce, &old));
	CHECK(world_is_equal(s.kielce, s.mlawa));
	scene_end(&s);
}

TEST_MAIN(RUN(two_histories_stop_the_feed_where_they_part_on_every_node),
	  RUN(whoever_comes_later_finds_the_prefix_and_the_proof),
	  RUN(two_beginnings_of_one_feed_are_as_if_there_were_none),
	  RUN(several_proofs_leave_one_place_for_everybody),
	  RUN(a_conflict_that_proves_nothing_keeps_nobody_busy),
	  RUN(a_copied_installation_is_sealed_and_goes_on_with_a_new_feed))
