/* tests/sim/world_disk.c — What befalls a node's disk, machine and clock. */
#include "tests/sim/world.h"

#include "proto/require.h"
#include "tests/sim/network.h"

void world_snapshot(struct world *w, struct world_node *n, struct image *im)
{
	world_tell(w, n->name, "is photographed");
	image_take(im, n->dir);
}

void world_revert(struct world *w, struct world_node *n, const struct image *im)
{
	WICI_REQUIRE(!n->is_up);
	world_tell(w, n->name, "has an older disk again");
	image_prune(im, n->dir);
	image_put(im, n->dir);
	image_keep_inode(im, n->dir);
}

void world_wipe(struct world *w, struct world_node *n)
{
	const struct image nothing = {NULL};

	WICI_REQUIRE(!n->is_up);
	world_tell(w, n->name, "has an empty disk");
	image_prune(&nothing, n->dir);
}

static void copy(const struct world_node *from, const struct world_node *to,
		 bool keeps_inode)
{
	struct image im = {NULL};

	WICI_REQUIRE(!to->is_up && from != to);
	image_take(&im, from->dir);
	image_prune(&im, to->dir);
	image_put(&im, to->dir);
	if (keeps_inode)
		image_keep_inode(&im, to->dir);
	image_clear(&im);
}

void world_copy(struct world *w, const struct world_node *from,
		struct world_node *to)
{
	world_tell(w, to->name, "has a copy of %s's folder", from->name);
	copy(from, to, false);
}

void world_clone(struct world *w, const struct world_node *from,
		 struct world_node *to)
{
	world_tell(w, to->name, "is a clone of %s", from->name);
	copy(from, to, true);
}

void world_crash_at(struct world_node *n, uint64_t k, enum disk_crash how)
{
	disk_arm(&n->disk, k, how);
}

bool world_crashed(const struct world_node *n)
{
	return n->disk.has_crashed;
}

void world_set_machine(struct world *w, struct world_node *n, const char *id)
{
	WICI_REQUIRE(!n->is_up);
	world_tell(w, n->name, "is moved to %s", id);
	n->machine = id;
}

void world_set_clock(struct world *w, struct world_node *n, int64_t ms)
{
	world_tell(w, n->name, "has a clock that is %lld ms off",
		   (long long)ms);
	n->clock_ms = ms;
}

void world_jump(struct world *w, struct world_node *n, int64_t ms)
{
	for (size_t i = 0; i < w->nodes_count; i++) {
		if (!n || n == w->nodes[i])
			world_set_clock(w, w->nodes[i],
					w->nodes[i]->clock_ms + ms);
	}
}
