/* daemon/clone.c — The book's "numbers": 8 bytes for each start, the newest
 * last; and "cloned": the key of the feed that has two processes. */
#include "daemon/clone.h"

#include "daemon/store/book.h"
#include "proto/require.h"

#include <stdlib.h>

#define NUMBERS     "numbers"
#define NUMBERS_LEN ((size_t)8 * CLONE_NUMBERS_MAX)
#define CLONED      "cloned"
#define SEALED_WORD "cloned"

/* What the book holds; *len of it, in whole numbers. */
static enum wici_err load_numbers(struct node *n, uint8_t *numbers, size_t *len)
{
	enum wici_err err =
		book_get_blob(n->store, NUMBERS, numbers, NUMBERS_LEN, len);

	if (err == WICI_NOT_FOUND) {
		*len = 0;
		err = WICI_OK;
	}
	*len -= *len % 8;
	return err;
}

static enum wici_err keep_number(struct node *n)
{
	uint8_t *numbers = malloc(NUMBERS_LEN + 8);
	struct wici_bytes kept;
	size_t len;
	enum wici_err err;

	WICI_REQUIRE(numbers);
	err = load_numbers(n, numbers, &len);
	if (err == WICI_OK) {
		wici_put_u64(numbers + len, n->number);
		len += 8;
		kept = (struct wici_bytes){numbers, len};
		if (len > NUMBERS_LEN) {
			kept.p += len - NUMBERS_LEN;
			kept.len = NUMBERS_LEN;
		}
		err = book_set_blob(n->store, NUMBERS, kept);
	}
	free(numbers);
	return err;
}

enum wici_err clone_open(struct node *n)
{
	struct wici_key feed;
	size_t len = 0;
	enum wici_err err =
		book_get_blob(n->store, CLONED, feed.b, sizeof(feed.b), &len);

	if (err == WICI_OK && len == sizeof(feed.b) && n->own && !n->sealed &&
	    wici_key_equal(&feed, &n->own->row.key))
		n->sealed = SEALED_WORD;
	if (err == WICI_OK || err == WICI_NOT_FOUND)
		err = keep_number(n);
	return err == WICI_OK ? WICI_OK : node_fail(n, err);
}

static enum wici_err is_own_number(struct node *n, uint64_t number, bool *is)
{
	uint8_t *numbers = malloc(NUMBERS_LEN);
	size_t len;
	enum wici_err err;

	WICI_REQUIRE(numbers);
	*is = number == n->number;
	err = load_numbers(n, numbers, &len);
	for (size_t i = 0; err == WICI_OK && i < len; i += 8)
		*is |= wici_get_u64(numbers + i) == number;
	free(numbers);
	return err == WICI_OK ? WICI_OK : node_fail(n, err);
}

void clone_told(struct node *n, uint64_t number)
{
	struct wici_bytes feed = {n->keys.feed.b, sizeof(n->keys.feed.b)};
	bool is_ours = true;
	enum wici_err err;

	WICI_REQUIRE(n->in_turn);
	if (n->sealed || is_own_number(n, number, &is_ours) != WICI_OK ||
	    is_ours)
		return;
	n->sealed = SEALED_WORD;
	if (n->is_read_only)
		return; /* Nothing is published now, and we shall be told. */
	err = book_set_blob(n->store, CLONED, feed);
	if (err != WICI_OK)
		(void)node_fail(n, err);
	n->wants_commit = true;
}
