/* proto/merkle.h — Merkle trees: many things under one hash, and a short path
 * that shows that one of them is among them, at that place.
 *
 * PROTOCOL §2.7; the shape is that of RFC 9162, §2.1. Arrays are the caller's,
 * and are used up. */
#ifndef WICI_PROTO_MERKLE_H
#define WICI_PROTO_MERKLE_H

#include "proto/id.h"

#define WICI_MERKLE_PATH_MAX 32 /* Up to 2^32 leaves. */

struct wici_id wici_merkle_leaf(struct wici_bytes b);

/* What two neighbours make. */
struct wici_id wici_merkle_join(const struct wici_id *left,
				const struct wici_id *right);

/* The root over n hashes of leaves, n ≥ 1 (else our own bug: aborts). */
struct wici_id wici_merkle_root(struct wici_id *hashes, size_t n);

/* Writes what stands beside leaf i on its way up, from below; returns how many
 * hashes that are. i < n ≤ 2^32 (else our own bug: aborts). */
size_t wici_merkle_path(struct wici_id *hashes, size_t n, size_t i,
			struct wici_id path[WICI_MERKLE_PATH_MAX]);

/* Up from leaf i of n by its path: *root is what comes out. False: the path is
 * too short or too long for that place, or there is none. */
bool wici_merkle_climb(const struct wici_id *leaf, size_t i, size_t n,
		       const struct wici_id *path, size_t path_count,
		       struct wici_id *root);

/* Is this the i-th of the n leaves under the root? */
bool wici_merkle_is_under(const struct wici_id *root,
			  const struct wici_id *leaf, size_t i, size_t n,
			  const struct wici_id *path, size_t path_count);

#endif
