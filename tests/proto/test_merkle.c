/* tests/proto/test_merkle.c — Every leaf of every small tree is found under its
 * root, and nothing else is. */
#include "proto/merkle.h"

#include "tests/test.h"

#define LEAVES_MAX 70

static void leaves(struct wici_id *hashes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint8_t b = (uint8_t)i;

		hashes[i] = wici_merkle_leaf((struct wici_bytes){&b, 1});
	}
}

/* RFC 9162, §2.1.1, word by word: the left part is the largest power of two
 * below n. */
static struct wici_id by_the_book(const struct wici_id *hashes, size_t n)
{
	struct wici_id left, right;
	struct wici_hash h;
	size_t k = 1;

	if (n == 1)
		return hashes[0];
	while (2 * k < n)
		k *= 2;
	left = by_the_book(hashes, k);
	right = by_the_book(hashes + k, n - k);
	wici_hash_init(&h, WICI_DOMAIN_BRANCH);
	wici_hash_update(&h, left.b, sizeof(left.b));
	wici_hash_update(&h, right.b, sizeof(right.b));
	return wici_hash_final(&h);
}

TEST(the_root_is_that_of_rfc_9162)
{
	for (size_t n = 1; n <= LEAVES_MAX; n++) {
		struct wici_id hashes[LEAVES_MAX];
		struct wici_id want, root;

		leaves(hashes, n);
		want = by_the_book(hashes, n);
		root = wici_merkle_root(hashes, n);
		CHECK(wici_id_equal(&root, &want));
	}
}

TEST(every_leaf_has_its_path_and_no_other_place_takes_it)
{
	for (size_t n = 1; n <= LEAVES_MAX; n++) {
		struct wici_id hashes[LEAVES_MAX];
		struct wici_id all[LEAVES_MAX];
		struct wici_id root;

		leaves(all, n);
		root = by_the_book(all, n);
		for (size_t i = 0; i < n; i++) {
			struct wici_id path[WICI_MERKLE_PATH_MAX];
			size_t len;

			leaves(hashes, n);
			len = wici_merkle_path(hashes, n, i, path);
			CHECK(len <= 7);
			for (size_t k = 0; k < n; k++)
				CHECK(wici_merkle_is_under(&root, &all[i], k, n,
							   path,
							   len) == (i == k));
			CHECK(!wici_merkle_is_under(&root, &all[i], n, n, path,
						    len));
			CHECK(!wici_merkle_is_under(&root, &all[i], i, n, path,
						    len + 1));
			for (size_t k = 0; k < len; k++) {
				path[k].b[5] ^= 1;
				CHECK(!wici_merkle_is_under(&root, &all[i], i,
							    n, path, len));
				path[k].b[5] ^= 1;
			}
			CHECK(!len || !wici_merkle_is_under(&root, &all[i], i,
							    n, path, len - 1));
		}
	}
}

/* A branch cannot be passed off as a leaf: their domains differ. */
TEST(a_branch_is_no_leaf)
{
	struct wici_id hashes[2];
	uint8_t both[64];
	struct wici_id leaf, root;

	leaves(hashes, 2);
	memcpy(both, hashes[0].b, 32);
	memcpy(both + 32, hashes[1].b, 32);
	root = wici_merkle_root(hashes, 2);
	leaf = wici_merkle_leaf((struct wici_bytes){both, 64});
	CHECK(!wici_id_equal(&leaf, &root));
}

TEST_MAIN(RUN(the_root_is_that_of_rfc_9162),
	  RUN(every_leaf_has_its_path_and_no_other_place_takes_it),
	  RUN(a_branch_is_no_leaf))
