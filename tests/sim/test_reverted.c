/* tests/sim/test_reverted.c — Disks that go back to before something was decided:
 * a grant, a revocation, a suspension, a new feed. What peers have seen comes
 * back, and nothing is said twice. */
#include "tests/sim/parted.h"
#include "tests/sim/restore.h"
#include "tests/sim/word.h"

static struct word said;

/* Its machine stands still; then it is as it was when the image was made. */
static void revert(struct scene *s, struct world_node *n,
		   const struct image *old)
{
	world_kill(s->w, n);
	world_revert(s->w, n, old);
	world_start(s->w, n);
}

static void check_three(struct scene *s)
{
	check_equal(s);
	CHECK(world_is_equal(s->cal, s->kielce));
	CHECK(s->kielce->node->forks_count == 0);
}

/* Its counters are past those that a peer has seen of it by then. */
TEST(a_disk_that_went_back_and_grew_on_is_filled_all_the_same)
{
	struct image old = {NULL};
	struct scene s;

	scene_begin(&s, 101);
	world_snapshot(s.w, s.cal, &old);
	world_cut(s.w, s.cal, s.kielce); /* Nor does Kielce hear of these. */
	for (int i = 0; i < 6; i++)
		CHECK(!is_draft(s.w, s.mlawa, "zapomniane"));
	settle(s.w);
	world_cut(s.w, s.cal, s.mlawa);
	world_mend(s.w, s.cal, s.kielce);
	revert(&s, s.cal, &old);
	for (int i = 0; i < 9; i++)
		CHECK(!is_draft(s.w, s.kielce, "nowe"));
	settle(s.w);
	CHECK(world_holds(s.cal, s.kielce) == own_seq(s.kielce));
	CHECK(world_holds(s.cal, s.mlawa) < own_seq(s.mlawa));
	world_mend(s.w, s.cal, s.mlawa);
	check_three(&s);
	CHECK(world_holds(s.cal, s.mlawa) == own_seq(s.mlawa));
	CHECK(world_holds(s.mlawa, s.kielce) == own_seq(s.kielce));
	image_clear(&old);
	scene_end(&s);
}

/* A second use of an index would be void for ever. */
TEST(an_issuers_older_disk_grants_nothing_under_a_used_index)
{
	struct wici_id before, after;
	struct image old = {NULL};
	struct scene s;

	scene_begin(&s, 102);
	world_snapshot(s.w, s.cal, &old);
	before = word_granted(s.w, s.cal, "1/2026");
	settle(s.w);
	revert(&s, s.cal, &old);
	after = word_granted(s.w, s.cal, "2/2026");
	check_three(&s);
	CHECK(word_is(s.w, s.kielce, &before, "VALID"));
	CHECK(word_is(s.w, s.kielce, &after, "VALID"));
	CHECK(word_is(s.w, s.cal, &before, "VALID"));
	image_clear(&old);
	scene_end(&s);
}

TEST(an_issuers_older_disk_brings_no_revoked_certificate_back)
{
	struct image old = {NULL};
	char hex[WICI_HEX_LEN + 1];
	const struct world_param revoke[] = {{"ref", hex, false},
					     {NULL, NULL, false}};
	struct wici_id id;
	struct scene s;

	scene_begin(&s, 103);
	id = word_granted(s.w, s.cal, "1/2026");
	settle(s.w);
	wici_hex(hex, id.b, WICI_ID_LEN);
	world_snapshot(s.w, s.cal, &old);
	CHECK(!world_call(s.w, s.cal, "cert.revoke", revoke).has_error);
	settle(s.w);
	revert(&s, s.cal, &old);
	check_three(&s);
	CHECK(word_is(s.w, s.cal, &id, "REVOKED"));
	CHECK(word_is(s.w, s.mlawa, &id, "REVOKED"));
	image_clear(&old);
	scene_end(&s);
}

/* The founder forgets what the root has decided, and whom it may not hear. */
TEST(a_disk_from_before_a_suspension_hears_of_it_again)
{
	struct wici_feed_row row = {.is_open = false};
	struct image old = {NULL};
	struct hand root;
	struct scene s;

	scene_begin(&s, 104);
	root = hand_of(s.cal);
	world_snapshot(s.w, s.cal, &old);
	row.at = word_head(s.cal, &s.kielce->node->keys.feed);
	word_begin(&said, s.cal, 1);
	wici_op_member(&said.w, WICI_OP_SUSPEND, &s.kielce->node->keys.identity,
		       NULL, &row, 1);
	word_sign(&said, &root, 1);
	CHECK_OK(word_tell(s.w, s.cal, &said));
	settle(s.w);
	CHECK(s.kielce->node->sealed);
	world_cut(s.w, s.cal, s.mlawa);
	world_cut(s.w, s.cal, s.kielce);
	revert(&s, s.cal, &old);
	CHECK(s.cal->node->roster.version == 1);
	/* The suspended member itself brings the news. */
	world_mend(s.w, s.cal, s.kielce);
	settle(s.w);
	CHECK(s.cal->node->roster.version == 2);
	world_mend(s.w, s.cal, s.mlawa);
	check_equal(&s);
	CHECK(word_counts(s.cal, &row.at.feed) == row.at.seq);
	image_clear(&old);
	scene_end(&s);
}

/* The image has a feed that was closed since: its key writes nothing more. */
TEST(a_disk_from_before_a_new_feed_forks_neither)
{
	const struct world_param close[] = {{"close", NULL, true},
					    {NULL, NULL, false}};
	struct wici_key feed, fresh;
	struct image old = {NULL};
	struct scene s;
	uint64_t seq;

	scene_begin(&s, 105);
	feed = s.mlawa->node->keys.feed;
	world_snapshot(s.w, s.mlawa, &old);
	CHECK(!is_draft(s.w, s.mlawa, "jeszcze w starym"));
	settle(s.w);
	seq = own_seq(s.mlawa);
	CHECK(!world_call(s.w, s.mlawa, "feed.renew", close).has_error);
	settle(s.w);
	fresh = s.mlawa->node->keys.feed;
	CHECK(!wici_key_equal(&feed, &fresh));
	CHECK(word_counts(s.cal, &feed) == seq);

	revert(&s, s.mlawa, &old);
	CHECK(wici_key_equal(&s.mlawa->node->keys.feed, &feed));
	(void)gather_publish(s.w, s.mlawa, "z dawnego dysku");
	settle(s.w);
	CHECK(s.mlawa->node->sealed); /* It was told that it is closed. */
	CHECK(word_counts(s.cal, &feed) == seq);
	CHECK(world_holds_of(s.cal, &feed) == seq);
	check_three(&s);
	/* And goes on once more, under a third. */
	renew(s.w, s.mlawa);
	CHECK(!is_draft(s.w, s.mlawa, "dalej"));
	check_three(&s);
	image_clear(&old);
	scene_end(&s);
}

/* Two of three town halls are restored from the same bad night. */
TEST(what_one_peer_has_left_fills_everybodys_older_disk)
{
	struct image cal = {NULL}, mlawa = {NULL};
	struct wici_id id;
	uint64_t of_cal, of_mlawa;
	struct scene s;

	scene_begin(&s, 106);
	gather_dial(s.w, s.kielce, s.mlawa->address);
	settle(s.w);
	world_snapshot(s.w, s.cal, &cal);
	world_snapshot(s.w, s.mlawa, &mlawa);
	id = word_granted(s.w, s.cal, "1/2026");
	CHECK(!is_draft(s.w, s.mlawa, "zapomniane"));
	settle(s.w);
	of_cal = own_seq(s.cal);
	of_mlawa = own_seq(s.mlawa);
	world_kill(s.w, s.kielce);
	revert(&s, s.cal, &cal);
	revert(&s, s.mlawa, &mlawa);
	settle(s.w);
	CHECK(own_seq(s.cal) < of_cal && own_seq(s.mlawa) < of_mlawa);
	world_start(s.w, s.kielce);
	check_three(&s);
	CHECK(own_seq(s.cal) == of_cal && own_seq(s.mlawa) == of_mlawa);
	CHECK(word_is(s.w, s.mlawa, &id, "VALID"));
	CHECK(!is_draft(s.w, s.cal, "dalej"));
	CHECK(!is_draft(s.w, s.mlawa, "dalej"));
	check_three(&s);
	image_clear(&cal);
	image_clear(&mlawa);
	scene_end(&s);
}

/* The root names CAL's branch; Mława sets its own aside, and its power fails. */
static bool set_aside_and_crash(uint64_t k, enum disk_crash how)
{
	struct wici_feed_row row = {.is_open = true};
	struct hostile *h;
	struct hand root;
	struct scene s;
	bool is_reached;

	s.w = world_new(200 + k);
	s.cal = gather_found(s.w);
	s.mlawa = gather_join(s.w, s.cal, "mlawa", NULL);
	s.kielce = gather_join(s.w, s.cal, "kielce", NULL);
	CHECK(world_settle(s.w, 60000));
	root = hand_of(s.cal);
	h = scene_turn(&s);
	(void)parted_begin(&s, h, 4, 6);
	hostile_hang_up(h);
	row.at = (struct wici_head){h->feed,
				    parted_feed(s.cal, &h->feed)->row.seq,
				    parted_feed(s.cal, &h->feed)->row.id};
	world_mend(s.w, s.cal, s.mlawa);
	settle(s.w);
	word_begin(&said, s.cal, 1);
	wici_op_feeds(&said.w, &row, 1);
	word_sign(&said, &root, 1);
	world_crash_at(s.mlawa, k, how);
	CHECK_OK(word_tell(s.w, s.cal, &said));
	world_run(s.w, 120000);
	is_reached = world_crashed(s.mlawa);
	world_crash_at(s.mlawa, 0, how);
	if (s.mlawa->is_up)
		world_kill(s.w, s.mlawa);
	world_start(s.w, s.mlawa);
	world_run(s.w, 120000);
	CHECK(parted_counts(s.mlawa, &h->feed) == row.at.seq);
	CHECK(world_is_equal(s.cal, s.mlawa));
	CHECK(!s.mlawa->node->sealed);
	CHECK(world_blames(s.w) == 0);
	scene_end(&s);
	return is_reached;
}

TEST(power_that_fails_while_a_branch_is_set_aside_parts_nobody)
{
	uint64_t k = 1;

	while (set_aside_and_crash(k, k % 2 ? DISK_KEEPS : DISK_TEARS))
		k += 1 + k / 8;
	CHECK(k > 5);
}

TEST_MAIN(RUN(a_disk_that_went_back_and_grew_on_is_filled_all_the_same),
	  RUN(an_issuers_older_disk_grants_nothing_under_a_used_index),
	  RUN(an_issuers_older_disk_brings_no_revoked_certificate_back),
	  RUN(a_disk_from_before_a_suspension_hears_of_it_again),
	  RUN(a_disk_from_before_a_new_feed_forks_neither),
	  RUN(what_one_peer_has_left_fills_everybodys_older_disk),
	  RUN(power_that_fails_while_a_branch_is_set_aside_parts_nobody))
