/* tests/proto/test_roster_order.c — Whatever order changes and admissions
 * arrive in, every node has one roster. */
#include "proto/roster.h"

#include "tests/proto/founded.h"
#include "tests/test.h"

/* What arrives: the root's changes, and two registrar feeds' entries; each
 * series in its own order, and those three in any. */
#define CHANGES  5
#define ENTRIES  3
#define ARRIVALS (CHANGES + 2 * ENTRIES)
#define ORDERS   9240 /* 11! / (5! · 3! · 3!) */

static struct made changes[CHANGES];
static struct admit entries[2][ENTRIES];

/* A roster with all that it is lent, so that one can be kept. */
struct world {
	struct wici_roster r;
	struct arrays arrays;
};

static struct world founded;

static void copy(struct world *to, const struct world *from)
{
	struct wici_roster_space space = space_of(&to->arrays);

	to->r = from->r;
	wici_roster_lend(&to->r, &space);
}

static bool is_same(const struct world *a, const struct world *b)
{
	const struct wici_roster *x = &a->r;
	const struct wici_roster *y = &b->r;

	return x->version == y->version && wici_id_equal(&x->id, &y->id) &&
	       memcmp(&x->registrar, &y->registrar, sizeof(x->registrar)) ==
		       0 &&
	       x->before_count == y->before_count &&
	       x->issuers_version == y->issuers_version &&
	       memcmp(x->issuers, y->issuers, sizeof(x->issuers)) == 0 &&
	       x->members_count == y->members_count &&
	       memcmp(a->arrays.members, b->arrays.members,
		      x->members_count * sizeof(*a->arrays.members)) == 0 &&
	       x->keys_count == y->keys_count &&
	       memcmp(a->arrays.keys, b->arrays.keys,
		      x->keys_count * sizeof(*a->arrays.keys)) == 0 &&
	       x->feeds_count == y->feeds_count &&
	       memcmp(a->arrays.feeds, b->arrays.feeds,
		      x->feeds_count * sizeof(*a->arrays.feeds)) == 0;
}

/* An identity and an invitation in both feeds; 5 is to be named as 1's key, and
 * 8 has 5's invitation. */
static void make_entries(void)
{
	static const uint8_t who[2][ENTRIES] = {{1, 5, 8}, {2, 8, 3}};
	static const uint8_t token[2][ENTRIES] = {{1, 2, 2}, {5, 2, 2}};

	for (size_t f = 0; f < 2; f++) {
		for (uint8_t i = 0; i < ENTRIES; i++)
			admit_in(&entries[f][i], f ? 11 : REGISTRAR, i + 2u,
				 who[f][i], token[f][i]);
	}
}

/* Change i, after those before it. `moves`: how the registrar is replaced, 0:
 * not at all; 1: what the old one admitted counts no longer; 2: it does, up to
 * its cut. */
static void make_change(size_t i, const struct wici_roster *r, int moves)
{
	struct wici_head at = head_of(moves ? 11 : REGISTRAR, 1);
	struct wici_head before = head_of(REGISTRAR, 3);
	struct wici_issuer osl = row("osl", 40);
	struct wici_feed_row rows[2] = {feed_row(70, (uint64_t)i + 3, i % 2),
					feed_row(71, 9, true)};
	struct made *m = &changes[i];

	change_begin(m, r, i == 1 ? 2 : 1);
	if (i == 0)
		op_member(m, WICI_OP_SUSPEND, 2, 0, rows, 2);
	if (i == 1)
		wici_op_issuers(&m->w, "2028-12-31", &osl, 1);
	if (i == 1)
		op_member(m, WICI_OP_REKEY, 1, 5, rows, 1);
	if (i == 2)
		wici_op_registrar(&m->w, &at, &before, moves == 2);
	if (i == 3)
		op_member(m, WICI_OP_REINSTATE, 2, 50, rows, 1);
	if (i == 4)
		op_member(m, WICI_OP_REKEY, 1, 51, NULL, 0);
	made_end(m, &r->id, r->version + 1);
}

static void script(int moves)
{
	static struct world w;

	copy(&w, &founded);
	make_entries();
	for (size_t i = 0; i < CHANGES; i++) {
		make_change(i, &w.r, moves);
		CHECK_OK(wici_roster_change(&w.r, &changes[i].s));
	}
}

struct arrived {
	size_t changes;
	size_t entries[2];
};

/* All entries that are there, in the order of the feeds that admit. */
static void give_entries(struct world *w, const struct arrived *a)
{
	struct wici_head last;

	for (size_t i = 0; wici_roster_admitting(&w->r, i, &last); i++) {
		size_t f = !wici_key_equal(&last.feed,
					   &entries[0][0].e.header.feed);

		for (size_t k = 0; k < a->entries[f]; k++)
			CHECK_OK(wici_roster_admit(&w->r, &entries[f][k].e));
	}
}

static void fold_anew(struct world *w, const struct arrived *a)
{
	copy(w, &founded);
	for (size_t i = 0; i < a->changes; i++)
		CHECK_OK(wici_roster_change(&w->r, &changes[i].s));
	give_entries(w, a);
}

/* As the node does it: a change is applied to what is there, and the entries
 * are given again; an entry that is not behind all others has it fold anew. */
static void arrive(struct world *w, struct arrived *a, int what)
{
	if (what == 2) {
		CHECK_OK(wici_roster_change(&w->r, &changes[a->changes++].s));
		give_entries(w, a);
		return;
	}
	a->entries[what]++;
	if (what == 0 && w->r.before_count)
		fold_anew(w, a);
	else
		CHECK_OK(wici_roster_admit(
			&w->r, &entries[what][a->entries[what] - 1].e));
}

/* Every order, depth first: one world a depth. */
static struct world worlds[ARRIVALS + 1];
static size_t orders;

static void every_order_from(const struct arrived *a, size_t depth,
			     const struct world *want)
{
	if (depth == ARRIVALS) {
		CHECK(is_same(&worlds[depth], want));
		orders++;
		return;
	}
	for (int what = 0; what < 3; what++) {
		struct arrived next = *a;

		if (what == 2 ? a->changes == CHANGES
			      : a->entries[what] == ENTRIES)
			continue;
		copy(&worlds[depth + 1], &worlds[depth]);
		arrive(&worlds[depth + 1], &next, what);
		every_order_from(&next, depth + 1, want);
	}
}

static void every_order(int moves, size_t members)
{
	static struct world want;
	struct arrived none = {0}, all = {CHANGES, {ENTRIES, ENTRIES}};
	struct net n = net(1, 1);

	found_in(&founded.r, &founded.arrays, &n, NULL, 0);
	script(moves);
	fold_anew(&want, &all);
	CHECK(want.r.version == CHANGES + 1);
	CHECK(want.r.members_count == members);
	orders = 0;
	copy(&worlds[0], &founded);
	every_order_from(&none, 0, &want);
	CHECK(orders == ORDERS);
}

/* 1 and 8: 5 is a key of 1's, and used no invitation. */
TEST(every_order_of_acts_and_admissions_gives_one_roster)
{
	every_order(0, 2);
}

/* 2 and 8, by the new feed alone; 3 has 8's invitation. */
TEST(so_it_does_when_another_feed_becomes_the_registrar)
{
	every_order(1, 2);
}

/* 1 by the old one, whose 8 is above the cut; 2 and 8 by the new. */
TEST(so_it_does_when_the_old_ones_admissions_count_up_to_a_cut)
{
	every_order(2, 3);
}

TEST_MAIN(RUN(every_order_of_acts_and_admissions_gives_one_roster),
	  RUN(so_it_does_when_another_feed_becomes_the_registrar),
	  RUN(so_it_does_when_the_old_ones_admissions_count_up_to_a_cut))
