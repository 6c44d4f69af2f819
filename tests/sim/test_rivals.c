/* tests/sim/test_rivals.c — Root keys that contradict each other: two changes of
 * one afternoon, a key that was retired since it leaked. All nodes stop at the
 * same place, and go on together. */
#include "tests/sim/restore.h"
#include "tests/sim/word.h"

static struct word one, other, next, said;

struct rivals {
	struct scene s;
	struct hand root[3]; /* CAL's identity, and two cards. */
	struct wici_id certificate;
};

static void rivals_begin(struct rivals *r, uint64_t seed)
{
	scene_begin(&r->s, seed);
	gather_dial(r->s.w, r->s.kielce, r->s.mlawa->address);
	word_three_keys(r->s.w, r->s.cal, r->root);
	r->certificate = word_granted(r->s.w, r->s.cal, "1/2026");
	settle(r->s.w);
}

static void rivals_end(struct rivals *r)
{
	scene_end(&r->s);
}

/* Something harmless; another day makes another change. */
static void restate(struct word *c, const struct world_node *at,
		    const char *expires, const struct hand *hands, size_t count)
{
	const struct wici_roster *roster = &at->node->roster;

	word_begin(c, at, 1);
	wici_op_issuers(&c->w, expires, roster->issuers, roster->issuers_count);
	word_sign(c, hands, count);
}

/* What follows another one than what stands. */
static void follow(struct word *c, const struct world_node *at,
		   const struct word *before)
{
	const struct wici_roster *roster = &at->node->roster;

	word_begin(c, at, 1);
	c->prev = before->id;
	c->version = before->version + 1;
	wici_op_issuers(&c->w, "2098-01-01", roster->issuers,
			roster->issuers_count);
}

/* Of `chosen` and its rivals, that one. */
static void choose(struct word *c, const struct world_node *at,
		   const struct word *chosen)
{
	word_begin(c, at, 1);
	c->prev = chosen->prev;
	c->version = chosen->version;
	wici_op_stands(&c->w, &chosen->id);
}

static void apart(struct scene *s)
{
	world_cut(s->w, s->mlawa, s->kielce);
	world_cut(s->w, s->mlawa, s->cal);
	world_cut(s->w, s->cal, s->kielce);
}

static void together(struct scene *s)
{
	world_mend(s->w, s->mlawa, s->kielce);
	world_mend(s->w, s->mlawa, s->cal);
	world_mend(s->w, s->cal, s->kielce);
	settle(s->w);
}

/* All three stand at this version, and say this of the certificate. */
static void check_all(struct rivals *r, uint64_t version, bool is_forked,
		      const char *verdict)
{
	struct world_node *const all[] = {r->s.cal, r->s.mlawa, r->s.kielce};

	for (size_t i = 0; i < 3; i++) {
		CHECK(all[i]->node->roster.version == version);
		CHECK(all[i]->node->roster.is_forked == is_forked);
		CHECK(wici_id_equal(&all[i]->node->roster.id,
				    &all[0]->node->roster.id));
		CHECK(word_is(r->s.w, all[i], &r->certificate, verdict));
		CHECK(world_is_equal(all[0], all[i]));
	}
}

/* Two root holders work on the same afternoon; one card signs both. */
TEST(two_changes_of_one_afternoon_stop_all_alike_until_all_keys_choose)
{
	struct rivals r;

	rivals_begin(&r, 81);
	restate(&one, r.s.cal, "2029-01-01", r.root, 2);
	restate(&other, r.s.cal, "2030-01-01", r.root + 1, 2);
	apart(&r.s);
	CHECK_OK(word_tell(r.s.w, r.s.mlawa, &one));
	CHECK_OK(word_tell(r.s.w, r.s.kielce, &other));
	CHECK(r.s.mlawa->node->roster.version == 3);
	CHECK(r.s.kielce->node->roster.version == 3);
	together(&r.s);
	check_all(&r, 2, true, "DISPUTED");
	/* Work goes on meanwhile. */
	CHECK(!is_draft(r.s.w, r.s.mlawa, "w czasie sporu"));
	settle(r.s.w);
	CHECK(world_holds(r.s.kielce, r.s.mlawa) == own_seq(r.s.mlawa));

	/* Two of three do not choose. */
	word_begin(&said, r.s.cal, 1);
	wici_op_stands(&said.w, &other.id);
	word_sign(&said, r.root, 2);
	CHECK_ERR(word_tell(r.s.w, r.s.mlawa, &said), WICI_REJECT_APPROVAL);
	word_begin(&said, r.s.cal, 1);
	wici_op_stands(&said.w, &other.id);
	word_sign(&said, r.root, 3);
	CHECK_OK(word_tell(r.s.w, r.s.mlawa, &said));
	settle(r.s.w);
	check_all(&r, 3, false, "VALID");
	CHECK(wici_id_equal(&r.s.cal->node->roster.id, &other.id));
	rivals_end(&r);
}

/* Invited under a change that nothing followed yet. */
TEST(a_newcomer_turns_with_all_to_the_rival_that_has_a_successor)
{
	struct world_node *late;
	struct rivals r;

	rivals_begin(&r, 85);
	restate(&one, r.s.cal, "2029-01-01", r.root, 2);
	restate(&other, r.s.cal, "2030-01-01", r.root + 1, 2);
	CHECK_OK(word_tell(r.s.w, r.s.cal, &one));
	settle(r.s.w);
	late = gather_join(r.s.w, r.s.cal, "tarnów", NULL);
	settle(r.s.w);
	CHECK(late->node->roster.version == 3);
	CHECK_OK(word_tell(r.s.w, r.s.mlawa, &other));
	settle(r.s.w);
	check_all(&r, 2, true, "DISPUTED");
	CHECK(late->node->roster.version == 2 && late->node->roster.is_forked);
	follow(&next, r.s.cal, &other);
	word_sign(&next, r.root, 2);
	CHECK_OK(word_tell(r.s.w, r.s.mlawa, &next));
	settle(r.s.w);
	check_all(&r, 4, false, "VALID");
	CHECK(wici_id_equal(&late->node->roster.id, &next.id));
	rivals_end(&r);
}

/* Kielce hears of the choice alone, of what was chosen last. */
TEST(a_choice_that_is_heard_first_parts_nobody)
{
	struct rivals r;

	rivals_begin(&r, 82);
	restate(&one, r.s.cal, "2029-01-01", r.root, 2);
	restate(&other, r.s.cal, "2030-01-01", r.root + 1, 2);
	word_begin(&said, r.s.cal, 1);
	wici_op_stands(&said.w, &one.id);
	word_sign(&said, r.root, 3);
	apart(&r.s);
	CHECK_OK(word_tell(r.s.w, r.s.kielce, &said));
	CHECK_OK(word_tell(r.s.w, r.s.kielce, &other));
	CHECK(r.s.kielce->node->roster.version == 2);
	CHECK_OK(word_tell(r.s.w, r.s.mlawa, &one));
	world_kill(r.s.w, r.s.kielce);
	world_start(r.s.w, r.s.kielce);
	together(&r.s);
	check_all(&r, 3, false, "VALID");
	CHECK(wici_id_equal(&r.s.cal->node->roster.id, &one.id));
	rivals_end(&r);
}

/* What one change gives and its rival takes: no node acts on either. */
TEST(a_suspension_in_dispute_suspends_nobody)
{
	struct wici_feed_row row = {.is_open = false};
	struct rivals r;

	rivals_begin(&r, 83);
	row.at = word_head(r.s.cal, &r.s.kielce->node->keys.feed);
	word_begin(&one, r.s.cal, 1);
	wici_op_member(&one.w, WICI_OP_SUSPEND,
		       &r.s.kielce->node->keys.identity, NULL, &row, 1);
	word_sign(&one, r.root, 2);
	restate(&other, r.s.cal, "2030-01-01", r.root + 1, 2);
	CHECK_OK(word_tell(r.s.w, r.s.cal, &one));
	settle(r.s.w);
	CHECK(r.s.kielce->node->sealed);
	CHECK_OK(word_tell(r.s.w, r.s.cal, &other));
	settle(r.s.w);
	check_all(&r, 2, true, "DISPUTED");
	CHECK(!r.s.kielce->node->sealed);
	CHECK(!is_draft(r.s.w, r.s.kielce, "na razie dalej"));
	settle(r.s.w);
	CHECK(world_holds(r.s.mlawa, r.s.kielce) == own_seq(r.s.kielce));
	rivals_end(&r);
}

/* CAL's key leaked, so that three others speak now, and have spoken. */
TEST(a_retired_root_key_is_too_late_with_a_rival_a_successor_or_a_choice)
{
	const struct hand cards[] = {hand_card(1), hand_card(2), hand_card(3)};
	struct wici_policy p = {.version = 2, .threshold = 2, .keys_count = 3};
	struct world_node *late;
	struct hand hands[3], stolen;
	struct rivals r = {.certificate = {{0}}};

	scene_begin(&r.s, 84);
	gather_dial(r.s.w, r.s.kielce, r.s.mlawa->address);
	r.certificate = word_granted(r.s.w, r.s.cal, "1/2026");
	settle(r.s.w);
	stolen = hands[0] = hand_of(r.s.cal);
	hands[1] = cards[0];
	hands[2] = cards[1];
	for (size_t i = 0; i < 3; i++)
		p.keys[i] = cards[i].key;
	qsort(p.keys, 3, sizeof(p.keys[0]), word_compare);
	/* The rival is made before, and shown late. */
	restate(&other, r.s.cal, "2099-01-01", &stolen, 1);
	word_begin(&said, r.s.cal, 1);
	wici_op_policy(&said.w, &p);
	word_sign(&said, hands, 3);
	CHECK_OK(word_tell(r.s.w, r.s.cal, &said));
	restate(&one, r.s.cal, "2030-01-01", cards, 2);
	CHECK_OK(word_tell(r.s.w, r.s.cal, &one));
	settle(r.s.w);
	check_all(&r, 3, false, "VALID");
	apart(&r.s);
	CHECK_OK(word_tell(r.s.w, r.s.mlawa, &other));
	together(&r.s);
	check_all(&r, 3, false, "VALID");
	/* Who comes later finds what everybody finds. */
	late = gather_join(r.s.w, r.s.cal, "tarnów", NULL);
	settle(r.s.w);
	CHECK(late->node->roster.version == 3);
	CHECK(world_is_equal(r.s.cal, late));
	/* A successor to it, and all keys of that day: none but the stolen. */
	follow(&next, r.s.cal, &other);
	word_sign(&next, &stolen, 1);
	CHECK_OK(word_tell(r.s.w, r.s.mlawa, &next));
	settle(r.s.w);
	check_all(&r, 3, false, "VALID");
	choose(&said, r.s.cal, &other);
	word_sign(&said, &stolen, 1);
	CHECK_OK(word_tell(r.s.w, r.s.mlawa, &said));
	settle(r.s.w);
	check_all(&r, 3, false, "VALID");
	world_kill(r.s.w, r.s.kielce);
	world_start(r.s.w, r.s.kielce);
	settle(r.s.w);
	check_all(&r, 3, false, "VALID");
	/* The invitation says which branch is the network's. */
	late = gather_join(r.s.w, r.s.cal, "jasło", NULL);
	settle(r.s.w);
	CHECK(late->node->roster.version == 3);
	CHECK(wici_id_equal(&late->node->roster.id, &r.s.cal->node->roster.id));
	/* It signs nothing after that. */
	restate(&other, r.s.cal, "2099-01-01", &stolen, 1);
	CHECK_ERR(word_tell(r.s.w, r.s.mlawa, &other), WICI_REJECT_APPROVAL);
	rivals_end(&r);
}

TEST_MAIN(
	RUN(two_changes_of_one_afternoon_stop_all_alike_until_all_keys_choose),
	RUN(a_newcomer_turns_with_all_to_the_rival_that_has_a_successor),
	RUN(a_choice_that_is_heard_first_parts_nobody),
	RUN(a_suspension_in_dispute_suspends_nobody),
	RUN(a_retired_root_key_is_too_late_with_a_rival_a_successor_or_a_choice))
