/* daemon/beacon_list.c — How all certificates of a scheme stand.
 *
 * All grants stand as granted, by the first use of their index; then those that
 * something happened to are folded: what an act or a correction names, and what
 * the root has revoked. These are few. */
#include "daemon/beacon.h"

#include "daemon/certificates.h"
#include "daemon/find.h"
#include "daemon/store/record.h"
#include "daemon/view.h"
#include "proto/day.h"
#include "proto/kinds/beacon.h"
#include "proto/merkle.h"

#include <stdlib.h>

#define INDEX_MAX (4 * WICI_BEACON_STATES_MAX)
#define PAGE      ((size_t)256)

struct numbers { /* Of entries. */
	int64_t *ns;
	size_t count, max;
};

static void push(struct numbers *list, int64_t n)
{
	if (list->count == list->max) {
		list->max = list->max ? list->max * 2 : PAGE;
		list->ns = reallocarray(list->ns, list->max, sizeof(n));
		if (!list->ns)
			abort();
	}
	list->ns[list->count++] = n;
}

/* All records of these kinds in the feed, newest first. */
static enum wici_err list_all(struct node *n, int64_t feed_n, uint16_t first,
			      uint16_t last, struct numbers *list)
{
	struct record_filter filter = {.kind_first = first,
				       .kind_last = last,
				       .feeds = &feed_n,
				       .feeds_count = 1};
	int64_t ns[PAGE];
	size_t count = PAGE;
	enum wici_err err = WICI_OK;

	while (!err && count == PAGE) {
		err = record_list(n->store, &filter, ns, PAGE, &count);
		for (size_t i = 0; !err && i < count; i++)
			push(list, ns[i]);
		if (!err && count)
			filter.below = ns[count - 1];
	}
	return err;
}

static void reserve(struct beacon_list *list, size_t index)
{
	size_t count = (index / 4 + 1) * 4;

	if (count > list->max) {
		size_t max = count < 2 * list->max ? 2 * list->max : count;

		list->ids = reallocarray(list->ids, max, sizeof(*list->ids));
		list->states = realloc(list->states, max / 4);
		if (!list->ids || !list->states)
			abort();
		memset(list->ids + list->max, 0,
		       (max - list->max) * sizeof(*list->ids));
		memset(list->states + list->max / 4, 0, (max - list->max) / 4);
		list->max = max;
	}
	if (count > list->count)
		list->count = count;
}

static void put(struct beacon_list *list, uint64_t index,
		const struct wici_id *id, enum wici_certificate_state state)
{
	static const struct wici_id none;

	if (index >= INDEX_MAX)
		return; /* Nobody is told that it stands. */
	reserve(list, (size_t)index);
	wici_beacon_set(list->states, index, state);
	list->ids[index] = state == WICI_CERT_NONE ? none : *id;
}

/* One grant, in its order: it stands as granted, unless its index is taken. */
static enum wici_err take_grant(struct node *n, int64_t entry,
				struct wici_bytes scheme,
				struct beacon_list *list,
				struct numbers *touched)
{
	struct wici_grant_body body;
	struct entry_row row;
	enum wici_err err = entry_get(n->store, entry, &row);

	if (err || view_standing(n, &row) != WICI_COUNTS)
		return err;
	wici_kind_read(&wici_kind_certificate_grant, row.entry.payload, &body);
	if (!wici_bytes_equal(body.scheme, scheme))
		return WICI_OK;
	put(list, body.index, &row.id, WICI_CERT_GRANTED);
	list->grants++;
	if (!wici_is_zero(body.supersedes.b, WICI_ID_LEN))
		push(touched, entry);
	return WICI_OK;
}

/* What an act names. */
static enum wici_err take_act(struct node *n, int64_t entry,
			      struct numbers *touched)
{
	struct wici_revoke_body body;
	struct entry_row row;
	int64_t grant_n;
	enum wici_err err = entry_get(n->store, entry, &row);

	if (err || row.entry.header.kind == WICI_KIND_CERTIFICATE_REASON ||
	    view_standing(n, &row) != WICI_COUNTS)
		return err;
	wici_kind_read(&wici_kind_certificate_revoke, row.entry.payload, &body);
	err = find_entry(n, &body.certificate, &grant_n);
	if (!err)
		push(touched, grant_n);
	return err == WICI_NOT_FOUND ? WICI_OK : err;
}

static enum wici_err take_feed(struct node *n, const struct wici_key *key,
			       struct wici_bytes scheme,
			       struct beacon_list *list,
			       struct numbers *touched)
{
	const struct feed *feed = feeds_find(&n->feeds, key);
	struct numbers found = {.ns = NULL};
	enum wici_err err = WICI_OK;

	if (!feed)
		return WICI_OK;
	err = list_all(n, feed->row.n, WICI_KIND_CERTIFICATE_GRANT,
		       WICI_KIND_CERTIFICATE_GRANT, &found);
	for (size_t i = found.count; !err && i > 0; i--)
		err = take_grant(n, found.ns[i - 1], scheme, list, touched);
	found.count = 0;
	if (!err)
		err = list_all(n, feed->row.n, WICI_KIND_CERTIFICATE_REVOKE,
			       WICI_KIND_CERTIFICATE_REINSTATE, &found);
	for (size_t i = 0; !err && i < found.count; i++)
		err = take_act(n, found.ns[i], touched);
	free(found.ns);
	return err;
}

static enum wici_err take_root(struct node *n, struct numbers *touched)
{
	enum wici_err err = WICI_OK;

	for (size_t i = 0; !err && i < n->roster.revocations_count; i++) {
		const struct wici_root_revocation *row =
			&n->space.revocations[i];
		int64_t entry;

		if (row->is_lifted)
			continue;
		err = find_entry(n, &row->certificate, &entry);
		if (!err)
			push(touched, entry);
		else if (err == WICI_NOT_FOUND)
			err = WICI_OK;
	}
	return err;
}

/* One for each fold, at most: settle_restored() says how many remain. */
static void put_restored(struct beacon_list *list, uint64_t index)
{
	if (index >= INDEX_MAX)
		return;
	list->restored = reallocarray(list->restored, list->restored_count + 1,
				      sizeof(index));
	if (!list->restored)
		abort();
	list->restored[list->restored_count++] = index;
}

/* Folds one that something happened to: of its grants one stands. */
static enum wici_err fold(struct node *n, int64_t entry,
			  struct wici_bytes scheme, struct beacon_list *list)
{
	struct certificate c;
	const struct wici_certificate *f = &c.folded;
	enum wici_err err = certificates_load(n, entry, &c);
	int32_t today = wici_day_warsaw(n->now.wall_ms);

	if (!err && f->issuer && f->grant->standing == WICI_COUNTS &&
	    wici_bytes_equal(f->terms.scheme, scheme)) {
		for (size_t i = 0; i < f->acts_count; i++) {
			struct wici_grant_body body;

			if (f->acts[i].kind != WICI_KIND_CERTIFICATE_GRANT)
				continue;
			wici_kind_read(&wici_kind_certificate_grant,
				       f->acts[i].body, &body);
			put(list, body.index, NULL, WICI_CERT_NONE);
		}
		if (!c.is_truncated) /* Else nobody can say how it stands. */
			put(list, f->terms.index, &f->grant->id,
			    wici_certificate_worst(f, today));
		if (wici_certificate_is_restored(f))
			put_restored(list, f->terms.index);
	}
	certificates_clear(&c);
	return err == WICI_NOT_FOUND ? WICI_OK : err;
}

static int by_number(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a;
	int64_t y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static int by_index(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a;
	uint64_t y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Each once; several of one certificate come to the same. Only then are there
 * too many, or not: a list that is not full must be whole. */
static void settle_restored(struct beacon_list *list)
{
	size_t kept = 0;

	if (!list->restored_count)
		return;
	qsort(list->restored, list->restored_count, sizeof(*list->restored),
	      by_index);
	for (size_t i = 0; i < list->restored_count; i++)
		if (!i || list->restored[i] != list->restored[kept - 1])
			list->restored[kept++] = list->restored[i];
	list->restored_count = kept < WICI_BEACON_RESTORED_MAX
				       ? kept
				       : WICI_BEACON_RESTORED_MAX;
}

enum wici_err beacon_list_load(struct node *n, struct wici_bytes scheme,
			       struct beacon_list *list)
{
	struct numbers touched = {.ns = NULL};
	struct wici_head last;
	enum wici_err err = WICI_OK;

	memset(list, 0, sizeof(*list));
	reserve(list, 0);
	for (size_t i = 0;
	     !err && !wici_certificate_place(&n->roster, scheme, i, &last); i++)
		err = take_feed(n, &last.feed, scheme, list, &touched);
	if (!err)
		err = take_root(n, &touched);
	if (touched.count)
		qsort(touched.ns, touched.count, sizeof(*touched.ns),
		      by_number);
	for (size_t i = 0; !err && i < touched.count; i++)
		if (!i || touched.ns[i] != touched.ns[i - 1])
			err = fold(n, touched.ns[i], scheme, list);
	settle_restored(list);
	free(touched.ns);
	return err;
}

void beacon_list_hash(struct beacon_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		list->ids[i] = wici_merkle_leaf(
			(struct wici_bytes){list->ids[i].b, WICI_ID_LEN});
}

void beacon_list_clear(struct beacon_list *list)
{
	free(list->ids);
	free(list->states);
	free(list->restored);
	memset(list, 0, sizeof(*list));
}
