/* tests/sim/test_held.c — How many institutions hold what ours has said, while
 * these lose their disks, are suspended, get new keys, or hold another history
 * than we do: never more than there are. */
#include "daemon/view.h"
#include "tests/sim/restore.h"
#include "tests/sim/word.h"

static struct word said;

/* Mława, whose feed CAL and Kielce hold; all are connected. */
static void held_begin(struct scene *s, uint64_t seed)
{
	scene_begin(s, seed);
	gather_dial(s->w, s->kielce, s->mlawa->address);
	CHECK(!is_draft(s->w, s->mlawa, "trzymane"));
	settle(s->w);
}

static uint64_t held_by(struct scene *s, uint64_t seq)
{
	return view_held_by(s->mlawa->node, s->mlawa->node->own, seq);
}

static void of_kielce(struct scene *s, enum wici_op op,
		      const struct wici_key *key)
{
	const struct hand root = hand_of(s->cal);
	struct wici_feed_row row = {.is_open = op != WICI_OP_SUSPEND};

	row.at = word_head(s->cal, &s->kielce->node->keys.feed);
	word_begin(&said, s->cal, 1);
	wici_op_member(&said.w, op, &s->kielce->node->keys.identity, key, &row,
		       1);
	word_sign(&said, &root, 1);
	CHECK_OK(word_tell(s->w, s->cal, &said));
	settle(s->w);
}

TEST(a_suspended_member_holds_nothing_for_us_until_it_is_back)
{
	const struct wici_key fresh = hand_card(5).key;
	struct scene s;

	held_begin(&s, 91);
	CHECK(held_by(&s, own_seq(s.mlawa)) == 2);
	of_kielce(&s, WICI_OP_SUSPEND, NULL);
	CHECK(held_by(&s, own_seq(s.mlawa)) == 1);
	CHECK(!is_draft(s.w, s.mlawa, "tymczasem"));
	settle(s.w);
	CHECK(held_by(&s, own_seq(s.mlawa)) == 1);
	of_kielce(&s, WICI_OP_REINSTATE, &fresh);
	CHECK(!s.kielce->node->sealed);
	world_run(s.w, 90000);
	CHECK(held_by(&s, own_seq(s.mlawa)) == 2);
	scene_end(&s);
}

TEST(an_institution_with_a_new_key_counts_once)
{
	const struct wici_key fresh = hand_card(6).key;
	struct scene s;

	held_begin(&s, 92);
	of_kielce(&s, WICI_OP_REKEY, &fresh);
	CHECK(held_by(&s, own_seq(s.mlawa)) == 2);
	CHECK(!is_draft(s.w, s.mlawa, "i dalej"));
	settle(s.w);
	CHECK(held_by(&s, own_seq(s.mlawa)) == 2);
	restart(&s, s.mlawa);
	settle(s.w);
	CHECK(held_by(&s, own_seq(s.mlawa)) == 2);
	scene_end(&s);
}

/* A new feed of an old institution, and what it held is held again. */
TEST(who_came_back_from_a_card_counts_once_and_for_what_it_has)
{
	struct world_reply reply;
	struct scene s;
	char card[2000];
	uint64_t seq;

	held_begin(&s, 93);
	reply = world_call(s.w, s.kielce, "identity.card", none);
	CHECK(!reply.has_error);
	(void)snprintf(card, sizeof(card), "%s", world_str(&reply, "card"));
	seq = own_seq(s.mlawa);
	world_kill(s.w, s.kielce);
	world_wipe(s.w, s.kielce);
	world_start(s.w, s.kielce);
	{
		const struct world_param params[] = {
			{"card", card, false},
			{"name", "kielce", false},
			{"no_passphrase", NULL, true},
			{NULL, NULL, false}};

		reply = world_call(s.w, s.kielce, "restore.card", params);
		CHECK(!reply.has_error);
	}
	gather_dial(s.w, s.kielce, s.mlawa->address);
	for (int i = 0; i < 60 && !s.kielce->node->own; i++) {
		(void)world_call(s.w, s.kielce, "restore.finish", none);
		world_run(s.w, 1000);
	}
	CHECK(s.kielce->node->own != NULL);
	settle(s.w);
	CHECK(world_holds(s.kielce, s.mlawa) == seq);
	CHECK(held_by(&s, seq) == 2);
	CHECK(!is_draft(s.w, s.mlawa, "po powrocie"));
	settle(s.w);
	CHECK(held_by(&s, seq + 1) == 2);
	scene_end(&s);
}

/* A clone of Mława's wrote another entry in the same place, and Kielce has that
 * one: it does not hold ours. */
TEST(who_holds_another_history_does_not_hold_ours)
{
	struct wici_feed_row row = {.is_open = true};
	struct hostile *h;
	struct hand root;
	struct scene s;
	uint64_t seq;

	held_begin(&s, 94);
	root = hand_of(s.cal);
	seq = own_seq(s.mlawa) + 1;
	h = hostile_become(s.w, s.mlawa);
	h->is_listening = false;
	world_start(s.w, s.mlawa);
	settle(s.w);
	world_cut(s.w, s.mlawa, s.kielce);
	world_cut(s.w, s.cal, s.kielce);
	CHECK(!is_draft(s.w, s.mlawa, "nasz"));
	CHECK(own_seq(s.mlawa) == seq);
	settle(s.w);
	CHECK(held_by(&s, seq) == 1); /* CAL has it. */
	CHECK(hostile_dial(h, s.kielce));
	world_run(s.w, 1000);
	hostile_live(h, hostile_entry(h, 0x8000,
				      (struct wici_bytes){
					      (const uint8_t *)"\x80", 1}));
	world_run(s.w, 1000);
	CHECK(world_holds(s.kielce, s.mlawa) == seq);
	hostile_hang_up(h);
	row.at = (struct wici_head){s.mlawa->node->keys.feed, seq,
				    s.mlawa->node->own->row.id};
	world_mend(s.w, s.mlawa, s.kielce);
	world_mend(s.w, s.cal, s.kielce);
	settle(s.w);
	CHECK(s.mlawa->node->sealed);
	CHECK(held_by(&s, seq) <= 1);
	CHECK(held_by(&s, seq - 1) == 2);

	/* The root names ours, and Kielce comes to hold it. */
	word_begin(&said, s.cal, 1);
	wici_op_feeds(&said.w, &row, 1);
	word_sign(&said, &root, 1);
	CHECK_OK(word_tell(s.w, s.cal, &said));
	world_run(s.w, 120000);
	CHECK(word_counts(s.kielce, &row.at.feed) == seq);
	CHECK(held_by(&s, seq) == 2);
	scene_end(&s);
}

TEST_MAIN(RUN(a_suspended_member_holds_nothing_for_us_until_it_is_back),
	  RUN(an_institution_with_a_new_key_counts_once),
	  RUN(who_came_back_from_a_card_counts_once_and_for_what_it_has),
	  RUN(who_holds_another_history_does_not_hold_ours))
