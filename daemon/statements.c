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

static int by_id(const void *a, const void *b)
{
	return memcmp(((const struct statement_mark *)a)->id.b,
		      ((const struct statement_mark *)b)->id.b, WICI_ID_LEN);
}

/* Which comes next, of the set (below 0) and of the marks? 0: the same. */
static int compare_next(const struct node *n, size_t at,
			const struct statement_mark *marks, size_t left)
{
	if (left == 0 || at == n->statements_count)
		return left == 0 ? -1 : 1;
	return memcmp(n->statements[at].feed.b, marks->id.b, WICI_ID_LEN);
}

/* A merge of both, into a new array. */
void statements_mark(struct node *n, struct statement_mark *marks, size_t count)
{
	size_t max = n->statements_count + count;
	struct wici_head *all = calloc(max + 1, sizeof(*all));
	size_t kept = 0;
	bool is_other = false;

	WICI_REQUIRE(all);
	qsort(marks, count, sizeof(*marks), by_id);
	for (size_t i = 0, at = 0; i < count || at < n->statements_count;) {
		int order = compare_next(n, at, &marks[i], count - i);

		if (order < 0)
			all[kept++] = n->statements[at];
		else if (marks[i].is_in)
			memcpy(all[kept++].feed.b, marks[i].id.b, WICI_ID_LEN);
		if (order >= 0)
			is_other |= marks[i].is_in != (order == 0);
		at += order <= 0;
		i += order >= 0;
	}
	free(n->statements);
	n->statements = all;
	n->statements_count = kept;
	n->statements_max = max + 1;
	n->sets_version += is_other;
}
