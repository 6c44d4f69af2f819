/* daemon/statements.c — A sorted array of ids, as proto/ranges.h wants it. */
#include "daemon/statements.h"

#include "proto/require.h"

#include <stdlib.h>

static size_t place(const struct node *n, const struct wici_id *id)
{
	struct wici_key key; /* proto/ranges.h: a statement's id is its key. */

	memcpy(key.b, id->b, sizeof(key.b));
	return wici_head_place(n->statements, n->statements_count, &key);
}

bool statements_has(const struct node *n, const struct wici_id *id)
{
	size_t at = place(n, id);

	return at < n->statements_count &&
	       memcmp(n->statements[at].feed.b, id->b, WICI_ID_LEN) == 0;
}

void statements_add(struct node *n, const struct wici_id *id)
{
	size_t at = place(n, id);

	if (statements_has(n, id))
		return;
	if (n->statements_count == n->statements_max) {
		n->statements_max =
			n->statements_max ? 2 * n->statements_max : 8;
		n->statements = reallocarray(n->statements, n->statements_max,
					     sizeof(*n->statements));
		WICI_REQUIRE(n->statements);
	}
	memmove(&n->statements[at + 1], &n->statements[at],
		(n->statements_count - at) * sizeof(*n->statements));
	memset(&n->statements[at], 0, sizeof(*n->statements));
	memcpy(n->statements[at].feed.b, id->b, WICI_ID_LEN);
	n->statements_count++;
	n->sets_version++;
}

void statements_clear(struct node *n)
{
	n->statements_count = 0;
	n->sets_version++;
}

void statements_drop(struct node *n, const struct wici_id *id)
{
	size_t at = place(n, id);

	if (!statements_has(n, id))
		return;
	n->statements_count--;
	memmove(&n->statements[at], &n->statements[at + 1],
		(n->statements_count - at) * sizeof(*n->statements));
	n->sets_version++;
}
