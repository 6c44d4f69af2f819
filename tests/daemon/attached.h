/* tests/daemon/attached.h — Files of any size, each byte known; and their
 * trees, as somebody else would build them. */
#ifndef WICI_TESTS_DAEMON_ATTACHED_H
#define WICI_TESTS_DAEMON_ATTACHED_H

#include <stdlib.h>

#include "proto/chunk_tree.h"
#include "proto/merkle.h"
#include "tests/test.h"

struct attached {
	uint8_t *bytes;
	uint64_t size;
	uint32_t count;
	struct wici_id nodes[WICI_TREE_NODES_MAX];
	struct wici_id root; /* Its address. */
	char hex[65];
};

static inline struct wici_bytes attached_chunk(const struct attached *a,
					       uint32_t i)
{
	return (struct wici_bytes){a->bytes + i * WICI_CHUNK_LEN_MAX,
				   wici_chunk_len(a->size, i)};
}

/* seed: what tells it from another of this size. */
static inline void attached_make(struct attached *a, uint64_t size,
				 unsigned seed)
{
	struct wici_id root;

	memset(a, 0, sizeof(*a));
	a->size = size;
	a->count = wici_chunks_count(size);
	a->bytes = malloc(size);
	CHECK(a->bytes);
	for (uint64_t i = 0; i < size; i++)
		a->bytes[i] = (uint8_t)(seed + i * 7 + i / 251 + (i >> 15));
	for (uint32_t i = 0; i < a->count; i++)
		a->nodes[i] = wici_merkle_leaf(attached_chunk(a, i));
	root = wici_tree_fill(a->nodes, a->count);
	a->root = wici_attachment_address(size, &root);
	wici_hex(a->hex, a->root.b, sizeof(a->root.b));
}

static inline void attached_clear(struct attached *a)
{
	free(a->bytes);
}

static inline uint32_t attached_path(const struct attached *a, uint32_t i,
				     struct wici_id path[WICI_CHUNK_PATH_MAX])
{
	uint32_t count;

	CHECK(wici_tree_path(a->nodes, a->count, i, path, &count));
	return count;
}

#endif
