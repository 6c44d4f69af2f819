/* daemon/expiring.c — All grants looked at once, those in the span sorted. */
#include "daemon/expiring.h"

#include "daemon/growing.h"
#include "daemon/store/entry.h"
#include "proto/kinds/certificate.h"

#include <stdlib.h>

#define STEP ((size_t)256) /* Records asked of the store at a time. */

struct rows {
	struct expiring *v;
	size_t count, max;
};

static void add(struct rows *rows, int32_t last, int64_t n)
{
	if (rows->count == rows->max) {
		rows->max = rows->max ? 2 * rows->max : 64;
		rows->v = reallocarray(rows->v, rows->max, sizeof(*rows->v));
		if (!rows->v)
			abort();
	}
	rows->v[rows->count++] = (struct expiring){last, n};
}

static enum wici_err look_at(struct node *n, int64_t entry,
			     const struct expiring_span *span,
			     struct rows *rows)
{
	struct wici_problem problem;
	struct wici_grant_body grant;
	struct entry_row row;
	enum wici_err err = entry_get(n->store, entry, &row);

	if (err || !row.entry.has_payload)
		return err;
	if (wici_kind_check(&wici_kind_certificate_grant, row.entry.payload,
			    &problem))
		return WICI_OK;
	wici_kind_read(&wici_kind_certificate_grant, row.entry.payload, &grant);
	if (!grant.valid_until.text.p || grant.valid_until.last < span->from ||
	    grant.valid_until.last > span->until ||
	    (span->holder && !wici_key_equal(span->holder, &grant.holder)))
		return WICI_OK;
	add(rows, grant.valid_until.last, entry);
	return WICI_OK;
}

static int compare(const void *a, const void *b)
{
	const struct expiring *x = a, *y = b;

	if (x->last != y->last)
		return x->last < y->last ? -1 : 1;
	return x->n < y->n ? -1 : x->n > y->n;
}

enum wici_err expiring_find(struct node *n, struct record_filter grants,
			    const struct expiring_span *span,
			    struct expiring **rows, size_t *count)
{
	struct rows found = {.v = NULL};
	int64_t ns[STEP];
	size_t got = STEP;
	size_t seen = 0;
	enum wici_err err = WICI_OK;

	while (!err && got == STEP) {
		err = record_list(n->store, &grants, ns, STEP, &got);
		for (size_t i = 0; !err && i < got; i++)
			err = look_at(n, ns[i], span, &found);
		if (got)
			grants.below = ns[got - 1];
		seen += got;
		if (!err && seen > EXPIRING_SEEN_MAX)
			err = WICI_TOO_LARGE;
	}
	if (found.count)
		qsort(found.v, found.count, sizeof(*found.v), compare);
	*rows = found.v;
	*count = found.count;
	return err;
}
