/* tests/proto/test_offline.c — A roster out of the statements of a file, and
 * nothing but the network id known. */
#include "proto/offline.h"

#include "tests/proto/tree.h"

static struct wici_root_row rows[TREE_MAX];

struct arrays {
	struct wici_member members[4];
	struct wici_root_key keys[4];
	struct wici_root_feed feeds[4];
	struct wici_root_revocation revocations[4];
};

static struct wici_roster_space space_of(struct arrays *a)
{
	return (struct wici_roster_space){a->members, 4, a->keys,        4,
					  a->feeds,   4, a->revocations, 4};
}

/* Adds those of the set, the last one first. */
static void gather(struct wici_offline *o, const struct tree *t, uint32_t set)
{
	wici_offline_init(o, &t->n.id, rows, TREE_MAX);
	for (size_t i = t->count; i-- > 0;)
		if (set & 1u << i)
			CHECK_OK(wici_offline_add(o, t->bytes[i]));
}

TEST(the_changes_that_stand_are_folded_in_whatever_order)
{
	struct arrays arrays;
	struct wici_roster_space space = space_of(&arrays);
	struct wici_offline o;
	struct tree t;

	three(&t);
	(void)tree_add(&t, (struct word){.under = 0, .said = SAYS, .by = 5});
	(void)tree_add(&t, (struct word){.under = 1, .said = SAYS, .by = 6});
	gather(&o, &t, ALL);
	CHECK_OK(wici_offline_fold(&o, &space));
	CHECK(o.roster.version == 3 && !o.roster.is_forked);
	CHECK(wici_id_equal(&o.roster.id, &t.ids[2]));
	CHECK(strcmp(o.roster.name, "Sieć OSL") == 0);
}

TEST(one_signature_too_few_or_a_forged_one_ends_it)
{
	struct arrays arrays;
	struct wici_roster_space space = space_of(&arrays);
	struct wici_offline o;
	struct tree t;

	three(&t);
	(void)tree_add(&t, (struct word){.under = 0, .said = SAYS, .by = 1});
	gather(&o, &t, ALL);
	CHECK_OK(wici_offline_fold(&o, &space));
	CHECK(o.roster.version == 1);
	three(&t);
	(void)tree_add(
		&t,
		(struct word){.under = 0, .said = SAYS, .by = 3, .forged = 2});
	(void)tree_add(&t, (struct word){.under = 1, .said = SAYS, .by = 7});
	gather(&o, &t, ALL);
	CHECK_OK(wici_offline_fold(&o, &space));
	CHECK(o.roster.version == 1);
	/* Without the founding nothing ties it to the network id. */
	gather(&o, &t, ALL & ~1u);
	CHECK_ERR(wici_offline_fold(&o, &space), WICI_NOT_FOUND);
}

TEST(rivals_are_seen_and_a_choice_of_all_keys_is_heard)
{
	struct arrays arrays;
	struct wici_roster_space space = space_of(&arrays);
	struct wici_offline o;
	struct tree t;

	three(&t);
	(void)tree_add(&t, (struct word){.under = 0, .said = SAYS, .by = 3});
	(void)tree_add(&t, (struct word){.under = 0, .said = SAYS, .by = 6});
	gather(&o, &t, ALL);
	CHECK_OK(wici_offline_fold(&o, &space));
	CHECK(o.roster.version == 1 && o.roster.is_forked);
	(void)tree_add(
		&t, (struct word){
			    .under = 0, .said = CHOOSES, .by = 7, .chosen = 2});
	gather(&o, &t, ALL);
	CHECK_OK(wici_offline_fold(&o, &space));
	CHECK(o.roster.version == 2 && !o.roster.is_forked);
	CHECK(wici_id_equal(&o.roster.id, &t.ids[2]));
}

TEST(what_is_not_known_yet_is_told)
{
	struct arrays arrays;
	struct wici_roster_space space = space_of(&arrays);
	struct wici_offline o;
	struct tree t;

	three(&t);
	(void)tree_add(&t, (struct word){.under = 0, .said = NEWER, .by = 3});
	gather(&o, &t, ALL);
	CHECK_OK(wici_offline_fold(&o, &space));
	CHECK(o.roster.version == 1 && o.roster.needs_newer);
}

TEST(statements_of_others_are_refused_and_doubles_passed_over)
{
	struct wici_offline o;
	struct wici_id other = id_of(9);
	struct tree t;

	three(&t);
	wici_offline_init(&o, &t.n.id, rows, 1);
	CHECK_OK(wici_offline_add(&o, t.bytes[0]));
	CHECK_OK(wici_offline_add(&o, t.bytes[0]));
	CHECK(o.rows_count == 1);
	(void)tree_add(&t, (struct word){.under = 0, .said = SAYS, .by = 3});
	CHECK_ERR(wici_offline_add(&o, t.bytes[1]), WICI_MORE);
	CHECK_ERR(wici_offline_add(&o, WICI_BYTES("x")), WICI_REJECT_STATEMENT);
	wici_offline_init(&o, &other, rows, 1);
	CHECK_ERR(wici_offline_add(&o, t.bytes[0]), WICI_REJECT_NETWORK);
}

TEST(arrays_that_are_full_are_asked_for_again)
{
	struct arrays arrays;
	struct wici_roster_space small = {.keys_max = 0};
	struct wici_roster_space space = space_of(&arrays);
	struct wici_offline o;
	struct wici_mp_writer w;
	struct wici_bytes b;
	struct wici_revoked revoked = {id_of(3), 20000};
	uint8_t buf[2048];
	struct made m;
	struct tree t;

	three(&t);
	gather(&o, &t, ALL);
	made_begin(&m, &t.n.id, 1);
	wici_op_revoke(&m.w, &revoked, 1);
	made_end(&m, &t.ids[0], 2);
	tree_sign(&t, &m, &(struct word){.by = 3});
	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_statement_encode(&w, &m.s);
	CHECK_OK(wici_mp_written(&w, &b));
	CHECK_OK(wici_offline_add(&o, b));
	CHECK_ERR(wici_offline_fold(&o, &small), WICI_MORE);
	CHECK_OK(wici_offline_fold(&o, &space));
	CHECK(o.roster.version == 2 && o.roster.revocations_count == 1);
}

TEST_MAIN(RUN(the_changes_that_stand_are_folded_in_whatever_order),
	  RUN(one_signature_too_few_or_a_forged_one_ends_it),
	  RUN(rivals_are_seen_and_a_choice_of_all_keys_is_heard),
	  RUN(what_is_not_known_yet_is_told),
	  RUN(statements_of_others_are_refused_and_doubles_passed_over),
	  RUN(arrays_that_are_full_are_asked_for_again))
