/* tests/sim/restore.h — Starts, publishing and new feeds, for the tests of what
 * must never fork. */
#ifndef WICI_TESTS_SIM_RESTORE_H
#define WICI_TESTS_SIM_RESTORE_H

#include <string.h>

#include "tests/sim/scene.h"
#include "tests/test.h"

static const struct world_param none[] = {{NULL, NULL, false}};

/* Publishes a practice; the id, or "" when it became a draft. */
static inline const char *publish(struct world *w, struct world_node *n,
				  const char *title)
{
	const struct world_param params[] = {{"title", title, false},
					     {NULL, NULL, false}};
	struct world_reply r = world_call(w, n, "practice.publish", params);

	if (r.has_error)
		print_error("%s\n%s", r.code, world_trace(w));
	CHECK(!r.has_error);
	return world_str(&r, "id");
}

static inline bool is_draft(struct world *w, struct world_node *n,
			    const char *title)
{
	return strcmp(publish(w, n, title), "") == 0;
}

static inline uint64_t own_seq(const struct world_node *n)
{
	return n->node->own->released_seq;
}

static inline bool is_sealed(const struct world_node *n, const char *why)
{
	return n->node->sealed && strcmp(n->node->sealed, why) == 0;
}

static inline void renew(struct world *w, struct world_node *n)
{
	struct world_reply r = world_call(w, n, "feed.renew", none);

	if (r.has_error)
		print_error("%s\n%s", r.code, world_trace(w));
	CHECK(!r.has_error && !n->node->sealed);
}

static inline void restart(struct scene *s, struct world_node *n)
{
	world_kill(s->w, n);
	world_start(s->w, n);
}

/* Whoever wants to be connected has dialled, and has said what there is to
 * say. */
static inline void settle(struct world *w)
{
	world_run(w, 15000);
	CHECK(world_settle(w, 180000));
}

/* Nobody holds two chains of one feed, and all hold the same. */
static inline void check_equal(struct scene *s)
{
	settle(s->w);
	CHECK(world_is_equal(s->cal, s->mlawa));
	CHECK(s->cal->node->forks_count == 0);
	CHECK(s->mlawa->node->forks_count == 0);
}

static inline void check_whole(struct scene *s)
{
	check_equal(s);
	CHECK(world_blames(s->w) == 0);
}

#endif
