/* tests/sim/test_fsck.c — A disk forgets a bit while its node is down: the
 * node starts, says nothing that is not so, and its peers heal it. */
#include "tests/daemon/spoil.h"
#include "tests/sim/gather.h"
#include "tests/sim/scene.h"
#include "tests/test.h"

#define PRACTICES 5

static void publish_some(struct scene *s)
{
	for (int i = 0; i < PRACTICES; i++) {
		CHECK(gather_publish(s->w, s->cal, "z CAL"));
		CHECK(gather_publish(s->w, s->mlawa, "z Mławy"));
	}
	CHECK(world_settle(s->w, 60000));
}

/* The n of the middle entry of a's own feed in the store of the dead b. */
static sqlite3_int64 row_in(const struct world_node *b, uint64_t of_own)
{
	char sql[200];

	(void)snprintf(sql, sizeof(sql),
		       "SELECT e.n FROM entry e JOIN feed f ON e.feed = f.n"
		       " WHERE f.own = %llu AND f.seq > 4 AND e.seq = f.seq - 2"
		       " LIMIT 1",
		       (unsigned long long)of_own);
	return spoil_find(b->dir, sql);
}

/* Flips a bit of the dead node's disk, starts it, asks it, and lets time pass;
 * nobody else is hurt. */
static void spoil_and_heal(struct scene *s, struct world_node *n,
			   uint64_t of_own, const char *column)
{
	static const struct world_param none[] = {{NULL, NULL, false}};
	struct world_reply r;
	uint64_t holds = world_holds(n, n);

	world_kill(s->w, n);
	spoil_byte(n->dir, "entry", column, row_in(n, of_own), 11);
	world_start(s->w, n);
	r = world_call(s->w, n, "fsck.run", none);
	CHECK(!r.has_error);
	CHECK(world_settle(s->w, 120000));
	CHECK(world_is_equal(s->cal, s->mlawa));
	CHECK(world_is_equal(s->cal, s->kielce));
	CHECK(world_holds(n, n) == holds);
	CHECK(!n->node->sealed);
	CHECK(n->node->damages_count == 0 && !n->node->has_aside);
	scene_check_alive(s);
}

TEST(peers_bring_back_what_the_disk_forgot_of_others)
{
	static const char *const columns[] = {"payload", "id", "head"};
	struct scene s;

	for (uint64_t seed = 1; seed <= 3; seed++) {
		scene_begin(&s, seed);
		publish_some(&s);
		spoil_and_heal(&s, s.kielce, 0, columns[seed - 1]);
		spoil_and_heal(&s, s.cal, 0, columns[seed - 1]);
		scene_end(&s);
	}
}

TEST(peers_bring_back_what_the_disk_forgot_of_ones_own)
{
	static const char *const columns[] = {"payload", "id", "head"};
	struct scene s;

	for (uint64_t seed = 4; seed <= 6; seed++) {
		scene_begin(&s, seed);
		publish_some(&s);
		spoil_and_heal(&s, s.mlawa, 1, columns[seed - 4]);
		/* The registrar's: who would heal it is a member by it. */
		spoil_and_heal(&s, s.cal, 1, columns[seed - 4]);
		scene_end(&s);
	}
}

/* One who is a member by the very entry that is spoilt, and the only one who is
 * there: by a bit it says itself what it was. */
TEST(a_registrar_knows_again_whom_a_spoilt_admission_admitted)
{
	static const char admission[] = "SELECT n FROM record WHERE kind = 2"
					" ORDER BY n LIMIT 1 OFFSET 1";
	struct scene s;

	for (uint64_t seed = 10; seed <= 12; seed++) {
		scene_begin(&s, seed);
		publish_some(&s);
		world_kill(s.w, s.kielce);
		world_kill(s.w, s.cal);
		spoil_bits(s.cal->dir, "entry", "payload",
			   spoil_find(s.cal->dir, admission), (int)seed * 4,
			   0x10);
		world_start(s.w, s.cal);
		world_run(s.w, 5000);
		CHECK(world_settle(s.w, 120000));
		CHECK(!s.cal->node->sealed);
		CHECK(gather_publish(s.w, s.cal, "po naprawie"));
		CHECK(world_settle(s.w, 120000));
		CHECK(world_is_equal(s.cal, s.mlawa));
		world_start(s.w, s.kielce);
		world_run(s.w, 5000);
		CHECK(world_settle(s.w, 120000));
		CHECK(world_is_equal(s.cal, s.kielce));
		scene_end(&s);
	}
}

/* More than a bit of it: one admitted behind it is still known, and heals. */
TEST(who_was_admitted_behind_the_damage_heals_a_registrar)
{
	static const char admission[] = "SELECT n FROM record WHERE kind = 2"
					" ORDER BY n LIMIT 1 OFFSET 1";
	struct scene s;

	scene_begin(&s, 13);
	publish_some(&s);
	world_kill(s.w, s.mlawa);
	world_kill(s.w, s.cal);
	spoil_byte(s.cal->dir, "entry", "payload",
		   spoil_find(s.cal->dir, admission), 20);
	world_start(s.w, s.cal);
	world_kill(s.w, s.cal); /* Cut, and read again as it is now. */
	world_start(s.w, s.cal);
	world_run(s.w, 5000);
	CHECK(world_settle(s.w, 120000));
	CHECK(world_is_equal(s.cal, s.kielce));
	CHECK(!s.cal->node->sealed);
	world_start(s.w, s.mlawa);
	world_run(s.w, 5000);
	CHECK(world_settle(s.w, 120000));
	CHECK(world_is_equal(s.cal, s.mlawa));
	scene_end(&s);
}

/* Nobody asks for a check: a newcomer asks for the entries, and what is spoilt
 * is noticed before it goes out. */
TEST(what_is_asked_for_is_looked_at_before_it_is_sent)
{
	struct scene s;
	struct world_node *opole;

	for (uint64_t seed = 7; seed <= 9; seed++) {
		scene_begin(&s, seed);
		publish_some(&s);
		world_kill(s.w, s.cal);
		spoil_byte(s.cal->dir, "entry", "payload", row_in(s.cal, 0), 9);
		world_start(s.w, s.cal);
		opole = gather_join(s.w, s.cal, "opole", NULL);
		CHECK(world_settle(s.w, 120000));
		CHECK(world_is_equal(s.cal, opole));
		CHECK(world_is_equal(s.cal, s.mlawa));
		scene_check_alive(&s);
		scene_end(&s);
	}
}

TEST_MAIN(RUN(peers_bring_back_what_the_disk_forgot_of_others),
	  RUN(peers_bring_back_what_the_disk_forgot_of_ones_own),
	  RUN(a_registrar_knows_again_whom_a_spoilt_admission_admitted),
	  RUN(who_was_admitted_behind_the_damage_heals_a_registrar),
	  RUN(what_is_asked_for_is_looked_at_before_it_is_sent))
