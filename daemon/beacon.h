/* daemon/beacon.h — The issuer's own beacons: made at the turn's end, in every
 * turn with acts and on every new day. PROTOCOL §5.10. In a turn. */
#ifndef WICI_DAEMON_BEACON_H
#define WICI_DAEMON_BEACON_H

#include "daemon/node.h"

/* Something was published, or nothing is known of what was: how certificates
 * stand may be another thing now. */
void beacon_set_due(struct node *n);

/* Publishes what is due of every scheme that the own feed issues, as soon as it
 * may. */
WICI_NODISCARD
enum wici_err beacon_turn(struct node *n);

/* How all certificates of a scheme stand: what a beacon is made of. */
struct beacon_list {
	struct wici_id *ids; /* By index: the grant that stands; zero: none. */
	uint8_t *states;     /* 2 bits by index. */
	size_t count;        /* Of indexes: a multiple of 4, 4 at least; … */
	size_t max;          /* … there is room for so many. */
	uint64_t *restored;  /* Indexes, ascending: at most
			      * WICI_BEACON_RESTORED_MAX. */
	size_t restored_count;
	size_t grants; /* So many count. */
};

/* Clear it also after an error. */
WICI_NODISCARD
enum wici_err beacon_list_load(struct node *n, struct wici_bytes scheme,
			       struct beacon_list *list);
/* The ids become the leaves of the beacon's Merkle tree. */
void beacon_list_hash(struct beacon_list *list);
void beacon_list_clear(struct beacon_list *list);

#endif
