/* daemon/succeeds.c — feed.succeed in memory: read once, judged each time. */
#include "daemon/succeeds.h"

#include "proto/kinds/feed_succeed.h"
#include "proto/require.h"

#include <stdlib.h>

#define PAGE ((size_t)256)

static void keep_succeed(struct node *n, const struct entry_row *row,
			 const struct wici_succeed *s)
{
	if (n->succeeds_count == n->succeeds_max) {
		n->succeeds_max = n->succeeds_max ? 2 * n->succeeds_max : 8;
		n->succeeds = reallocarray(n->succeeds, n->succeeds_max,
					   sizeof(*n->succeeds));
		WICI_REQUIRE(n->succeeds);
	}
	n->succeeds[n->succeeds_count++] = (struct node_succeed){
		.n = row->n, .is = *s, .seq = row->entry.header.seq};
	n->is_judging_due = true;
}

/* Both signatures: the entry's own, and that of the identity. */
static enum wici_err take_succeed(struct node *n, struct entry_row *row)
{
	const struct feed *feed = feeds_by_n(&n->feeds, row->feed_n);
	struct wici_entry *e = &row->entry;
	struct wici_succeed s;

	if (!feed || row->is_damaged ||
	    e->header.kind != WICI_KIND_FEED_SUCCEED)
		return WICI_OK;
	e->header.feed = feed->row.key;
	if (wici_succeed_read(&s, e, &n->network) != WICI_OK)
		return WICI_OK;
	if (!row->is_proved &&
	    wici_entry_verify(&e->header, &e->sig, &n->network) != WICI_OK)
		return WICI_OK;
	keep_succeed(n, row, &s);
	return row->is_proved ? WICI_OK : entry_set_proved(n->store, row->n);
}

enum wici_err succeeds_load(struct node *n)
{
	int64_t ns[PAGE];
	size_t count = PAGE;
	int64_t after = 0;
	enum wici_err err = WICI_OK;

	n->succeeds_count = 0;
	while (err == WICI_OK && count == PAGE) {
		err = entry_succeeds(n->store, after, ns, PAGE, &count);
		for (size_t i = 0; err == WICI_OK && i < count; i++) {
			struct entry_row row;

			after = ns[i];
			err = entry_get(n->store, ns[i], &row);
			if (err == WICI_OK)
				err = take_succeed(n, &row);
		}
	}
	return err;
}

/* The store notes the first feed.succeed of a feed alone. */
enum wici_err succeeds_take(struct node *n, const struct entry_row *row)
{
	struct entry_row copy = *row;
	int64_t noted;
	size_t count = 0;
	enum wici_err err;

	if (row->entry.header.kind != WICI_KIND_FEED_SUCCEED)
		return WICI_OK;
	err = entry_succeeds(n->store, row->n - 1, &noted, 1, &count);
	if (err == WICI_OK && count == 1 && noted == row->n)
		err = take_succeed(n, &copy);
	return err == WICI_OK ? WICI_OK : node_fail(n, err);
}

/* Does it stand, and is it of one institution, whose key still speaks for it? */
static bool does_succeed(const struct node *n, const struct node_succeed *s,
			 const struct feed *by, const struct feed *old)
{
	const struct wici_member *m;
	bool is_present;

	if (!by || !old || !by->limit.counts || !by->is_reached ||
	    s->seq > by->limit.seq || s->seq > WICI_SUCCEED_SEQ_MAX)
		return false;
	m = wici_roster_of_key(&n->roster, &s->is.identity, &is_present);
	return m && is_present && wici_key_equal(&by->whose, &m->identity) &&
	       wici_key_equal(&old->whose, &m->identity);
}

void succeeds_find(struct node *n, uint64_t *closes)
{
	for (size_t i = 0; i < n->succeeds_count; i++) {
		const struct node_succeed *s = &n->succeeds[i];
		struct feed *old = feeds_find(&n->feeds, &s->is.old.feed);
		uint64_t *seq;

		if (!does_succeed(n, s, feeds_find(&n->feeds, &s->is.feed),
				  old))
			continue;
		old->is_succeeded = true;
		seq = &closes[old->row.n - 1];
		if (s->is.is_close && s->is.old.seq > *seq)
			*seq = s->is.old.seq;
	}
}
