/* tests/sim/test_clone.c — Folders that are copied, installations that run
 * twice, peers that only say so: what is a copy stops, and goes on with a feed
 * of its own; what is none does not stop. */
#include "daemon/judge.h"
#include "tests/sim/restore.h"

TEST(a_copied_folder_is_sealed_and_goes_on_with_a_new_feed)
{
	struct world_node *copy;
	struct wici_key old;
	struct scene s;

	scene_begin(&s, 10);
	old = s.mlawa->node->own->row.key;
	copy = world_add(s.w, "kopia");
	world_stop(s.w, s.mlawa);
	world_kill(s.w, copy);
	world_copy(s.w, s.mlawa, copy);
	world_start(s.w, copy);
	CHECK(is_sealed(copy, "copied"));
	CHECK(is_draft(s.w, copy, "z kopii"));
	settle(s.w); /* It syncs all the same. */
	CHECK(world_is_equal(s.cal, copy));
	renew(s.w, copy);
	settle(s.w);
	/* feed.open, feed.succeed and the draft. */
	CHECK(own_seq(copy) == 3 && copy->node->drafts.count == 0);
	CHECK(world_is_equal(s.cal, copy));
	CHECK(judge_is_succeeded(s.cal->node, &old));
	/* The old one is told, and not stopped. */
	world_start(s.w, s.mlawa);
	CHECK(!is_draft(s.w, s.mlawa, "stara instalacja"));
	check_whole(&s);
	CHECK(world_is_equal(s.cal, copy));
	CHECK(judge_is_succeeded(s.mlawa->node, &s.mlawa->node->own->row.key));
	scene_end(&s);
}

TEST(another_machine_is_told_from_the_one_it_was_made_on)
{
	struct scene s;

	scene_begin(&s, 11);
	world_stop(s.w, s.mlawa);
	world_set_machine(s.w, s.mlawa, "another machine");
	world_start(s.w, s.mlawa);
	CHECK(is_sealed(s.mlawa, "machine"));
	renew(s.w, s.mlawa);
	CHECK(!is_draft(s.w, s.mlawa, "na nowej maszynie"));
	check_whole(&s);
	restart(&s, s.mlawa);
	CHECK(!s.mlawa->node->sealed);
	scene_end(&s);
}

/* Both run, both are connected to the association. */
static struct world_node *clone_of_mlawa(struct scene *s)
{
	struct world_node *clone = world_add(s->w, "klon");

	world_stop(s->w, s->mlawa);
	world_kill(s->w, clone);
	world_clone(s->w, s->mlawa, clone);
	world_start(s->w, s->mlawa);
	settle(s->w);
	world_start(s->w, clone);
	return clone;
}

TEST(two_clones_at_once_both_stop_and_each_goes_on_with_a_feed_of_its_own)
{
	struct world_node *clone;
	struct scene s;
	uint64_t seq;

	scene_begin(&s, 12);
	seq = own_seq(s.mlawa);
	clone = clone_of_mlawa(&s);
	world_run(s.w, 20000);
	CHECK(is_sealed(s.mlawa, "cloned") && is_sealed(clone, "cloned"));
	CHECK(is_draft(s.w, s.mlawa, "jedna"));
	CHECK(is_draft(s.w, clone, "druga"));
	/* It is no secret after a restart. */
	restart(&s, s.mlawa);
	CHECK(is_sealed(s.mlawa, "cloned"));
	CHECK(own_seq(s.mlawa) == seq && own_seq(clone) == seq);
	renew(s.w, s.mlawa);
	renew(s.w, clone);
	world_run(s.w, 60000);
	settle(s.w);
	CHECK(s.mlawa->node->drafts.count == 0);
	CHECK(clone->node->drafts.count == 0);
	CHECK(world_is_equal(s.cal, clone) && world_is_equal(s.cal, s.mlawa));
	CHECK(!s.mlawa->node->sealed && !clone->node->sealed);
	CHECK(s.cal->node->forks_count == 0);
	CHECK(!is_draft(s.w, clone, "obie dalej"));
	scene_end(&s);
}

/* The old connection is not noticed to be dead, and the same process dials
 * again. */
TEST(a_reconnection_is_no_clone)
{
	struct scene s;

	scene_begin(&s, 13);
	for (int i = 0; i < 5; i++) {
		world_dial(s.w, s.mlawa, s.cal);
		world_run(s.w, 7000);
		CHECK(world_links(s.mlawa) == 1);
	}
	CHECK(!s.mlawa->node->sealed && !s.cal->node->sealed);
	for (int i = 0; i < 5; i++) {
		restart(&s, s.mlawa);
		world_run(s.w, 7000);
		CHECK(!s.mlawa->node->sealed);
	}
	CHECK(!is_draft(s.w, s.mlawa, "jestem jeden"));
	check_whole(&s);
	scene_end(&s);
}

/* ---- liars ---- */

static struct wici_head liar_echo;

static void lie_about_header(struct hostile *h, const struct wici_message *m)
{
	struct wici_message header = {.type = WICI_MSG_HEADER};

	if (m->type != WICI_MSG_ASK_HEADER)
		return;
	header.header.feed = m->header.feed;
	header.header.seq = m->header.seq;
	header.header.is_held = true;
	memset(header.header.bytes, 0x17, sizeof(header.header.bytes));
	hostile_send(h, &header);
}

/* Kielce goes bad, and says on every occasion that Mława's feed goes further. */
static struct hostile *lying_peer(struct scene *s)
{
	const struct wici_key feed = s->mlawa->node->own->row.key;
	struct hostile *h = hostile_become(s->w, s->kielce);

	liar_echo = (struct wici_head){feed, 1000000000, {{0xab}}};
	h->on = lie_about_header;
	return h;
}

TEST(an_echo_that_is_invented_keeps_nobody_waiting)
{
	uint8_t packed[72];
	struct wici_message hello = {.type = WICI_MSG_HELLO};
	struct hostile *h;
	struct scene s;

	scene_begin(&s, 14);
	h = lying_peer(&s);
	world_cut(s.w, s.cal, s.mlawa);
	restart(&s, s.mlawa);
	h->is_silent = true; /* The test greets in its stead. */
	CHECK(hostile_dial(h, s.mlawa));
	world_run(s.w, 500);
	hello.hello.version_min = hello.hello.version_max = 1;
	hello.hello.echo = wici_pack_heads(packed, &liar_echo, 1);
	hostile_send(h, &hello);
	hostile_heads(h, &liar_echo, 1);
	world_run(s.w, 1000);
	CHECK(is_draft(s.w, s.mlawa, "na razie szkic"));
	CHECK(s.mlawa->node->echo.ahead.seq == 0);
	/* The honest one says what is so. */
	world_mend(s.w, s.cal, s.mlawa);
	world_run(s.w, 30000);
	CHECK(s.mlawa->node->drafts.count == 0 && !s.mlawa->node->sealed);
	CHECK(!is_draft(s.w, s.mlawa, "dalej"));
	scene_end(&s);
}

TEST(nobody_is_sealed_by_being_told_that_he_runs_twice)
{
	struct wici_message clone = {.type = WICI_MSG_CLONE};
	struct hostile *h;
	struct scene s;

	scene_begin(&s, 15);
	h = scene_turn(&s);
	/* Out of thin air. */
	clone.clone.number = 4711;
	memset(clone.clone.sig.b, 0x5a, sizeof(clone.clone.sig.b));
	hostile_send(h, &clone);
	world_run(s.w, 1000);
	CHECK(!s.cal->node->sealed);
	/* What CAL itself signed, in this process and in the one before. */
	for (int i = 0; i < 2; i++) {
		h->is_silent = false;
		CHECK(hostile_dial(h, s.cal));
		world_run(s.w, 1000);
		clone.clone.role = 1;
		clone.clone.number = h->session.peer_number;
		clone.clone.sig = h->session.peer_sig;
		memcpy(clone.clone.hash, h->session.hash,
		       sizeof(clone.clone.hash));
		hostile_send(h, &clone);
		world_run(s.w, 1000);
		CHECK(!s.cal->node->sealed);
		hostile_hang_up(h);
		restart(&s, s.cal);
		world_run(s.w, 2000);
		CHECK(hostile_dial(h, s.cal));
		world_run(s.w, 1000);
		hostile_send(h, &clone); /* The number of the last start. */
		world_run(s.w, 1000);
		CHECK(!s.cal->node->sealed);
		hostile_hang_up(h);
	}
	CHECK(!is_draft(s.w, s.cal, "nic się nie stało"));
	scene_end(&s);
}

TEST_MAIN(
	RUN(a_copied_folder_is_sealed_and_goes_on_with_a_new_feed),
	RUN(another_machine_is_told_from_the_one_it_was_made_on),
	RUN(two_clones_at_once_both_stop_and_each_goes_on_with_a_feed_of_its_own),
	RUN(a_reconnection_is_no_clone),
	RUN(an_echo_that_is_invented_keeps_nobody_waiting),
	RUN(nobody_is_sealed_by_being_told_that_he_runs_twice))
