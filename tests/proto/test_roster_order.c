/* tests/proto/test_roster_order.c — Whatever order changes and admissions
 * arrive in, every node has one roster. */
#include "proto/roster.h"

#include "tests/proto/founded.h"
#include "tests/proto/trust.h"
#include "tests/test.h"

static bool is_same(const struct wici_roster *a, const struct wici_roster *b)
{
	return a->version == b->version && wici_id_equal(&a->id, &b->id) &&
	       a->needs_newer == b->needs_newer &&
	       memcmp(&a->registrar, &b->registrar, sizeof(a->registrar)) ==
		       0 &&
	       a->expires.last == b->expires.last &&
	       a->issuers_version == b->issuers_version &&
	       a->issuers_count == b->issuers_count &&
	       memcmp(a->issuers, b->issuers,
		      a->issuers_count * sizeof(a->issuers[0])) == 0 &&
	       a->members_count == b->members_count &&
	       memcmp(a->members, b->members,
		      a->members_count * sizeof(a->members[0])) == 0;
}

#define CHANGES 4
#define ADMITS  6

static struct made changes[CHANGES];
static struct admit admits[ADMITS];

/* Changes 2 to 5: new lists, and in the third another registrar if `moves`;
 * admissions with a doubled identity and a doubled invitation. */
static void script(const struct net *n, const struct wici_roster *founded,
		   bool moves)
{
	static const uint8_t who[ADMITS] = {1, 2, 1, 3, 4, 5};
	static const uint8_t token[ADMITS] = {1, 2, 3, 2, 3, 0};
	struct wici_id prev = founded->id;
	struct wici_head at = head_of(moves ? 11 : REGISTRAR, 1);

	for (uint8_t i = 0; i < CHANGES; i++) {
		struct wici_issuer rows[2] = {row("a", (uint8_t)(40 + i)),
					      row("b", 50)};

		made_begin(&changes[i], &n->id, i == 2 ? 2 : 1);
		wici_op_issuers(&changes[i].w,
				i % 2 ? "2027-12-31" : "2028-12-31", rows,
				i % 2 + 1u);
		if (i == 2)
			wici_op_registrar(&changes[i].w, &at);
		made_end(&changes[i], &prev, i + 2u);
		made_approve(&changes[i], &n->id, 101);
		prev = changes[i].s.id;
	}
	for (uint8_t i = 0; i < ADMITS; i++)
		admit_in(&admits[i], moves && i >= 3 ? 11 : REGISTRAR, i + 2u,
			 who[i], token[i]);
}

/* Bit i of order: is the i-th to arrive a change? As the node does it: after
 * a change that moved the registrar the entries are given again. */
static void arrive(struct wici_roster *r, unsigned order)
{
	size_t c = 0;
	size_t a = 0;

	for (unsigned i = 0; i < CHANGES + ADMITS; i++) {
		if (order >> i & 1) {
			CHECK_OK(wici_roster_change(r, &changes[c++].s));
			for (size_t k = 0; k < a; k++)
				CHECK_OK(wici_roster_admit(r, &admits[k].e));
		} else {
			CHECK_OK(wici_roster_admit(r, &admits[a++].e));
		}
	}
}

static void every_order(bool moves)
{
	static struct wici_member other[MEMBERS];
	static struct wici_roster want, got, founded;
	struct net n = net(1, 1);
	size_t orders = 0;

	found(&founded, &n, NULL, 0);
	script(&n, &founded, moves);
	want = founded;
	arrive(&want, (1u << CHANGES) - 1); /* All changes first. */
	CHECK(want.version == 5 && want.members_count == (moves ? 3 : 4));
	for (unsigned o = 0; o < 1u << (CHANGES + ADMITS); o++) {
		if (__builtin_popcount(o) != CHANGES)
			continue;
		got = founded;
		got.members = other;
		arrive(&got, o);
		CHECK(is_same(&got, &want));
		orders++;
	}
	CHECK(orders == 210);
}

TEST(every_order_of_changes_and_admissions_gives_one_roster)
{
	every_order(false);
}

TEST(so_it_does_when_another_feed_becomes_the_registrar)
{
	every_order(true);
}

TEST_MAIN(RUN(every_order_of_changes_and_admissions_gives_one_roster),
	  RUN(so_it_does_when_another_feed_becomes_the_registrar))
