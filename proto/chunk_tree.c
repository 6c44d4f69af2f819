/* proto/chunk_tree.c — A tree as an array of levels. Who has no neighbour
 * stands on the next level as it is. */
#include "proto/chunk_tree.h"

#include "proto/merkle.h"
#include "proto/require.h"

static bool is_known(const struct wici_id *node)
{
	return !wici_is_zero(node->b, sizeof(node->b));
}

uint32_t wici_tree_nodes(uint32_t count)
{
	uint32_t nodes = count;

	for (; count > 1; nodes += count)
		count = (count + 1) / 2;
	return nodes;
}

bool wici_tree_path(const struct wici_id *nodes, uint32_t count, uint32_t i,
		    struct wici_id path[WICI_CHUNK_PATH_MAX],
		    uint32_t *path_count)
{
	*path_count = 0;
	WICI_REQUIRE(i < count && count <= WICI_CHUNKS_MAX);
	for (; count > 1; i /= 2, count = (count + 1) / 2) {
		if ((i ^ 1) < count) {
			if (!is_known(&nodes[i ^ 1]))
				return false;
			path[(*path_count)++] = nodes[i ^ 1];
		}
		nodes += count;
	}
	return true;
}

/* What the pair of nodes i and i ^ 1 makes, or the one that has none. */
static struct wici_id above(const struct wici_id *nodes, uint32_t count,
			    uint32_t i)
{
	return (i ^ 1) < count
		       ? wici_merkle_join(&nodes[i & ~1u], &nodes[i | 1])
		       : nodes[i];
}

void wici_tree_put(struct wici_id *nodes, uint32_t count, uint32_t i,
		   const struct wici_id *leaf, const struct wici_id *path)
{
	WICI_REQUIRE(i < count && count <= WICI_CHUNKS_MAX);
	nodes[i] = *leaf;
	for (; count > 1; i /= 2, count = (count + 1) / 2) {
		if ((i ^ 1) < count)
			nodes[i ^ 1] = *path++;
		nodes[count + i / 2] = above(nodes, count, i);
		nodes += count;
	}
}

struct wici_id wici_tree_fill(struct wici_id *nodes, uint32_t count)
{
	WICI_REQUIRE(count > 0 && count <= WICI_CHUNKS_MAX);
	for (; count > 1; count = (count + 1) / 2) {
		for (uint32_t i = 0; i < count; i += 2)
			nodes[count + i / 2] = above(nodes, count, i);
		nodes += count;
	}
	return nodes[0];
}

/* All of it, each branch once: what is whole most often is good. */
static bool is_good(const struct wici_id *nodes, uint64_t size,
		    const struct wici_id *address)
{
	struct wici_id node;
	uint32_t count = wici_chunks_count(size);

	for (uint32_t i = 0; i < count; i++)
		if (!is_known(&nodes[i]))
			return false;
	for (; count > 1; count = (count + 1) / 2) {
		for (uint32_t i = 0; i < count; i += 2) {
			node = above(nodes, count, i);
			if (!wici_id_equal(&node, &nodes[count + i / 2]))
				return false;
		}
		nodes += count;
	}
	node = wici_attachment_address(size, nodes);
	return wici_id_equal(&node, address);
}

uint32_t wici_tree_sift(struct wici_id *nodes, uint64_t size,
			const struct wici_id *address)
{
	uint32_t count = wici_chunks_count(size);
	struct wici_id path[WICI_CHUNK_PATH_MAX];
	uint32_t path_count;
	uint32_t known = 0;
	struct wici_id root;

	if (is_good(nodes, size, address))
		return count;
	for (uint32_t i = 0; i < count; i++) {
		if (!is_known(&nodes[i]))
			continue;
		if (wici_tree_path(nodes, count, i, path, &path_count) &&
		    wici_merkle_climb(&nodes[i], i, count, path, path_count,
				      &root)) {
			root = wici_attachment_address(size, &root);
			if (wici_id_equal(&root, address)) {
				known++;
				continue;
			}
		}
		memset(&nodes[i], 0, sizeof(nodes[i]));
	}
	return known;
}
