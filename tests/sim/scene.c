/* tests/sim/scene.c — Where hostile peers appear. */
#include "tests/sim/scene.h"

#include "tests/test.h"

void scene_begin(struct scene *s, uint64_t seed)
{
	print_message("seed %llu\n", (unsigned long long)seed);
	s->w = world_new(seed);
	s->cal = gather_found(s->w);
	s->mlawa = gather_join(s->w, s->cal, "mlawa", NULL);
	s->kielce = gather_join(s->w, s->cal, "kielce", NULL);
	CHECK(world_settle(s->w, 60000));
}

void scene_end(struct scene *s)
{
	world_free(s->w);
}

struct hostile *scene_turn(struct scene *s)
{
	struct hostile *h = hostile_become(s->w, s->kielce);

	CHECK(hostile_dial(h, s->cal));
	world_run(s->w, 500);
	CHECK(h->got[WICI_MSG_HELLO] == 1);
	return h;
}

void scene_check_alive(struct scene *s)
{
	CHECK(gather_publish(s->w, s->mlawa, "z Mławy"));
	CHECK(gather_publish(s->w, s->cal, "z CAL"));
	world_run(s->w, 5000);
	CHECK(world_holds(s->cal, s->mlawa) == world_holds(s->mlawa, s->mlawa));
	CHECK(world_holds(s->mlawa, s->cal) == world_holds(s->cal, s->cal));
	CHECK(world_blames(s->w) == 0);
}
