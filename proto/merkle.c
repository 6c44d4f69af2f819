/* proto/merkle.c — Level by level: neighbours are joined, and who has none
 * goes up as it is. So the left part of every node is a whole tree. */
#include "proto/merkle.h"

#include "proto/require.h"

struct wici_id wici_merkle_leaf(struct wici_bytes b)
{
	return wici_hash_bytes(WICI_DOMAIN_LEAF, b);
}

struct wici_id wici_merkle_join(const struct wici_id *left,
				const struct wici_id *right)
{
	struct wici_hash h;

	wici_hash_init(&h, WICI_DOMAIN_BRANCH);
	wici_hash_update(&h, left->b, sizeof(left->b));
	wici_hash_update(&h, right->b, sizeof(right->b));
	return wici_hash_final(&h);
}

/* One level up, in place; returns how many there are then. */
static size_t rise(struct wici_id *hashes, size_t n)
{
	for (size_t i = 0; i + 1 < n; i += 2)
		hashes[i / 2] = wici_merkle_join(&hashes[i], &hashes[i + 1]);
	if (n % 2)
		hashes[n / 2] = hashes[n - 1];
	return (n + 1) / 2;
}

struct wici_id wici_merkle_root(struct wici_id *hashes, size_t n)
{
	WICI_REQUIRE(n > 0);
	while (n > 1)
		n = rise(hashes, n);
	return hashes[0];
}

size_t wici_merkle_path(struct wici_id *hashes, size_t n, size_t i,
			struct wici_id path[WICI_MERKLE_PATH_MAX])
{
	size_t count = 0;

	WICI_REQUIRE(i < n && n <= (size_t)1 << WICI_MERKLE_PATH_MAX);
	for (; n > 1; i /= 2) {
		if ((i ^ 1) < n)
			path[count++] = hashes[i ^ 1];
		n = rise(hashes, n);
	}
	return count;
}

bool wici_merkle_climb(const struct wici_id *leaf, size_t i, size_t n,
		       const struct wici_id *path, size_t path_count,
		       struct wici_id *root)
{
	size_t used = 0;

	if (i >= n)
		return false;
	*root = *leaf;
	for (; n > 1; i /= 2, n = (n + 1) / 2) {
		if ((i ^ 1) >= n)
			continue;
		if (used == path_count)
			return false;
		*root = i % 2 ? wici_merkle_join(&path[used], root)
			      : wici_merkle_join(root, &path[used]);
		used++;
	}
	return used == path_count;
}

bool wici_merkle_is_under(const struct wici_id *root,
			  const struct wici_id *leaf, size_t i, size_t n,
			  const struct wici_id *path, size_t path_count)
{
	struct wici_id top;

	return wici_merkle_climb(leaf, i, n, path, path_count, &top) &&
	       wici_id_equal(&top, root);
}
