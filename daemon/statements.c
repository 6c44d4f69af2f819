/* daemon/statements.c — A sorted array of ids, as proto/ranges.h wants it. */
#include "daemon/statements.h"

#include "proto/require.h"

#include <stdlib.h>

static size_t place(const struct node *n, const struct wici_id *id)
{
	size_t low = 0;
	size_t high = n->statements_count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (memcmp(n->statements[mid].feed.b, id->b, WICI_ID_LEN) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
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
