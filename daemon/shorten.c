/* daemon/shorten.c — Cutting a feed back. What the cut entries had brought about
 * must be in no table, and the head is lower at once: peers are asked. */
#include "daemon/shorten.h"

#include "daemon/erase.h"
#include "daemon/judge.h"
#include "daemon/project.h"
#include "daemon/store/record.h"
#include "proto/require.h"

static enum wici_err lower(struct node *n, struct feed *feed, uint64_t seq,
			   const struct wici_id *before, enum entry_aside why)
{
	uint64_t bytes;
	enum wici_err err =
		entry_set_aside(n->store, feed->row.n, seq, why, &bytes);

	if (err != WICI_OK)
		return err;
	feed->row.seq = seq - 1;
	feed->row.id = *before;
	feed->row.bytes -= bytes < feed->row.bytes ? bytes : feed->row.bytes;
	feed->released_seq = feed->row.seq;
	feed->released_id = feed->row.id;
	return feed_update(n->store, &feed->row);
}

/* Did one of the entries that are gone close another feed? */
static bool has_succeeded(const struct node *n, const struct feed *feed)
{
	for (size_t i = 0; i < n->succeeds_count; i++) {
		const struct node_succeed *s = &n->succeeds[i];

		if (wici_key_equal(&s->is.feed, &feed->row.key) &&
		    s->seq > feed->row.seq)
			return true;
	}
	return false;
}

enum wici_err shorten_feed(struct node *n, struct feed *feed, uint64_t seq,
			   const struct wici_id *before, enum entry_aside why)
{
	struct node_output out = {.type = NODE_ROSTER};
	enum wici_err err;

	WICI_REQUIRE(seq >= 1 && !feed->is_dirty);
	err = lower(n, feed, seq, before, why);
	erase_shortened(n, feed, seq);
	if (err == WICI_OK)
		err = project_clear(n);
	if (err == WICI_OK && has_succeeded(n, feed))
		err = judge_load(n);
	if (err != WICI_OK)
		return node_fail(n, err);
	n->wants_commit = true;
	n->is_judging_due = true;
	node_emit(n, &out); /* Peers are asked for it. */
	return WICI_OK;
}
