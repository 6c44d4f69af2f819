/* proto/chunk_tree.h — The tree over a file's chunks, as far as it is known:
 * what a path is read from, and what a path that holds is put into.
 *
 * PROTOCOL §2.7, §4.6. Level by level, the leaves first, the root last; a node
 * of zeros is not known. The array is the caller's. */
#ifndef WICI_PROTO_CHUNK_TREE_H
#define WICI_PROTO_CHUNK_TREE_H

#include "proto/attachment.h"

#define WICI_TREE_NODES_MAX 4108u

/* How many nodes the tree over count chunks has, at most NODES_MAX. */
uint32_t wici_tree_nodes(uint32_t count);

/* The path of leaf i; false: not all of it is known. */
bool wici_tree_path(const struct wici_id *nodes, uint32_t count, uint32_t i,
		    struct wici_id path[WICI_CHUNK_PATH_MAX],
		    uint32_t *path_count);

/* Puts in a leaf and what stands beside it on its way up, and what they make:
 * which wici_chunk_is_of() has found to hold. */
void wici_tree_put(struct wici_id *nodes, uint32_t count, uint32_t i,
		   const struct wici_id *leaf, const struct wici_id *path);

/* All that stands above the leaves, of which each is known; the root. */
struct wici_id wici_tree_fill(struct wici_id *nodes, uint32_t count);

/* Forgets each leaf that is not under this address by what stands beside it:
 * the array comes from a disk. Returns how many are left. */
uint32_t wici_tree_sift(struct wici_id *nodes, uint64_t size,
			const struct wici_id *address);

#endif
