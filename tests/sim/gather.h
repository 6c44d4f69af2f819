/* tests/sim/gather.h — A network to begin with: an association that founds it
 * and issues certificates, and institutions that join. */
#ifndef WICI_TESTS_SIM_GATHER_H
#define WICI_TESTS_SIM_GATHER_H

#include "tests/sim/world.h"

/* "cal" founds; who makes what goes wrong a failed test. */
struct world_node *gather_found(struct world *w);

/* A node of this name is added, invited and joins, at cal or via "mlawa:8481".
 */
struct world_node *gather_join(struct world *w, struct world_node *cal,
			       const char *name, const char *via);

/* Publishes a practice of this title; true once the daemon said so. */
bool gather_publish(struct world *w, struct world_node *n, const char *title);

/* n dials the other from now on. */
void gather_dial(struct world *w, struct world_node *n, const char *address);

#endif
