/* tests/sim/scene.h — An association and two institutions; one of these goes
 * bad. */
#ifndef WICI_TESTS_SIM_SCENE_H
#define WICI_TESTS_SIM_SCENE_H

#include "tests/sim/gather.h"
#include "tests/sim/hostile.h"

struct scene {
	struct world *w;
	struct world_node *cal, *mlawa, *kielce;
};

void scene_begin(struct scene *s, uint64_t seed);
void scene_end(struct scene *s);

/* Kielce goes bad, and is connected to CAL. */
struct hostile *scene_turn(struct scene *s);

/* Honest sync goes on between CAL and Mława, and neither blames the other. */
void scene_check_alive(struct scene *s);

#endif
