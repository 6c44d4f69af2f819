/* daemon/erase_rows.c — Erasures in memory, sorted by entry: found, counted. */
#include "daemon/erase_private.h"

#include "proto/require.h"

#include <stdlib.h>

struct erasures *erasures_of(struct node *n)
{
	if (!n->erasures) {
		n->erasures = calloc(1, sizeof(*n->erasures));
		WICI_REQUIRE(n->erasures);
	}
	return n->erasures;
}

void erase_free(struct node *n)
{
	if (!n->erasures)
		return;
	erase_wait_clear(n->erasures);
	free(n->erasures->rows);
	free(n->erasures);
	n->erasures = NULL;
}

/* ---- the array ---- */

int erasures_compare(const struct wici_head *a, const struct wici_head *b)
{
	int order = memcmp(a->feed.b, b->feed.b, WICI_KEY_LEN);

	if (order)
		return order;
	if (a->seq != b->seq)
		return a->seq < b->seq ? -1 : 1;
	return memcmp(a->id.b, b->id.b, WICI_ID_LEN);
}

/* Where it is, or would be. */
size_t erasures_place(const struct node *n, const struct wici_head *of)
{
	size_t low = 0;
	size_t high = n->erasures ? n->erasures->count : 0;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (erasures_compare(&n->erasures->rows[mid].of, of) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

struct erasure *erasures_find(const struct node *n, const struct wici_head *of)
{
	size_t at = erasures_place(n, of);

	if (!n->erasures || at == n->erasures->count ||
	    erasures_compare(&n->erasures->rows[at].of, of) != 0)
		return NULL;
	return &n->erasures->rows[at];
}

void erasures_append(struct erasures *all, const struct erasure *e)
{
	if (all->count == all->max) {
		all->max = all->max ? 2 * all->max : 8;
		all->rows =
			reallocarray(all->rows, all->max, sizeof(*all->rows));
		WICI_REQUIRE(all->rows);
	}
	all->rows[all->count++] = *e;
	all->open += e->step != ERASURE_DONE;
	all->version++;
}

void erasures_insert(struct node *n, const struct erasure *e)
{
	struct erasures *all = erasures_of(n);
	size_t at = erasures_place(n, &e->of);

	erasures_append(all, e);
	memmove(&all->rows[at + 1], &all->rows[at],
		(all->count - 1 - at) * sizeof(*all->rows));
	all->rows[at] = *e;
}

/* ---- questions ---- */

bool erase_is_open(const struct node *n, const struct wici_key *feed)
{
	const struct wici_head from = {.feed = *feed};

	if (!n->erasures || n->erasures->open == 0)
		return false;
	for (size_t i = erasures_place(n, &from); i < n->erasures->count; i++) {
		const struct erasure *e = &n->erasures->rows[i];

		if (!wici_key_equal(&e->of.feed, feed))
			break;
		if (e->is_in_chain && e->step != ERASURE_DONE)
			return true;
	}
	return false;
}

const struct erasure *erase_of(const struct node *n, const struct wici_head *of)
{
	return erasures_find(n, of);
}

const struct erasure *erase_by_id(const struct node *n,
				  const struct wici_id *id)
{
	for (size_t i = 0; n->erasures && i < n->erasures->count; i++) {
		if (wici_id_equal(&n->erasures->rows[i].id, id))
			return &n->erasures->rows[i];
	}
	return NULL;
}

const struct erasure *erase_next(const struct node *n,
				 const struct wici_key *feed, uint64_t seq,
				 uint64_t to)
{
	const struct wici_head from = {.feed = *feed, .seq = seq + 1};

	for (size_t i = erasures_place(n, &from);
	     n->erasures && i < n->erasures->count; i++) {
		const struct erasure *e = &n->erasures->rows[i];

		if (!wici_key_equal(&e->of.feed, feed) || e->of.seq > to)
			return NULL;
		if (e->is_in_chain)
			return e;
	}
	return NULL;
}

uint64_t erase_version(const struct node *n)
{
	return n->erasures ? n->erasures->version : 0;
}
