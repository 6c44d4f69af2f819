/* tests/sim/parted.h — Two histories of one feed, each shown to another half of
 * the network, and how far everybody counts it. */
#ifndef WICI_TESTS_SIM_PARTED_H
#define WICI_TESTS_SIM_PARTED_H

#include "tests/sim/network.h"
#include "tests/sim/scene.h"
#include "tests/test.h"

#define PARTED_KIND 0x8000 /* Nobody knows it: relayed by all. */

static const struct wici_bytes parted_one = {(const uint8_t *)"\x80", 1};

static inline const struct feed *parted_feed(const struct world_node *n,
					     const struct wici_key *key)
{
	const struct feed *feed = feeds_find(&n->node->feeds, key);

	CHECK(feed);
	return feed;
}

static inline uint64_t parted_counts(const struct world_node *n,
				     const struct wici_key *key)
{
	return parted_feed(n, key)->counting_seq;
}

/* Everything that n is connected to is in step with it. */
static inline bool parted_is_in_step(const struct world_node *n)
{
	for (const struct link *l = n->hub.links; l; l = l->next) {
		if (!l->in_step)
			return false;
	}
	return n->hub.links != NULL;
}

static inline void parted_write(struct hostile *h, int count)
{
	while (count-- > 0)
		hostile_live(h, hostile_entry(h, PARTED_KIND, parted_one));
	world_run(h->w, 1000);
}

/* Whoever writes two histories shows one to CAL, the other to Mława, while
 * these two do not meet. It ends in Mława's. Returns where both begin. */
static inline struct wici_head parted_begin(struct scene *s, struct hostile *h,
					    int to_cal, int to_mlawa)
{
	struct wici_head fork = h->head;

	world_cut(s->w, s->cal, s->mlawa);
	parted_write(h, to_cal);
	CHECK(world_holds_of(s->cal, &h->feed) == fork.seq + (uint64_t)to_cal);
	hostile_hang_up(h);
	h->head = fork;
	CHECK(hostile_dial(h, s->mlawa));
	world_run(s->w, 1000);
	parted_write(h, to_mlawa);
	CHECK(world_holds_of(s->mlawa, &h->feed) ==
	      fork.seq + (uint64_t)to_mlawa);
	return fork;
}

#endif
