/* proto/standing.c — Does a feed count, and how far? And does an entry of it?
 *
 * Each limit is a number of its own, and the lowest holds: so it does not
 * matter in which order they were heard of. */
#include "proto/standing.h"

#include "proto/kinds/feed_succeed.h"
#include "proto/place.h"

_Static_assert(offsetof(struct wici_quota, feed) == 0, "found by its feed");

void wici_quota_of(const struct wici_roster *r, const struct wici_key *feed,
		   uint64_t *entries, uint64_t *bytes)
{
	const struct wici_quota *listed = wici_place_find(
		r->quotas, r->quotas_count, sizeof(*listed), feed->b);

	*entries = WICI_QUOTA_ENTRIES;
	*bytes = WICI_QUOTA_BYTES;
	/* PROTOCOL §5.9: "what op 20 states for it where that is more" */
	if (listed && listed->entries > *entries)
		*entries = listed->entries;
	if (listed && listed->bytes > *bytes)
		*bytes = listed->bytes;
}

static void lower(struct wici_limit *limit, uint64_t seq,
		  enum wici_limit_why why)
{
	if (seq >= limit->seq)
		return;
	limit->seq = seq;
	limit->why = why;
}

/* PROTOCOL §5.9: "a feed of a closed key that is not listed does not count,
 * whenever it turns up" */
static bool is_members(const struct wici_roster *r, const struct wici_key *key)
{
	bool is_present = false;

	return key && wici_roster_of_key(r, key, &is_present) && is_present;
}

void wici_limit_of(struct wici_limit *limit, const struct wici_roster *r,
		   const struct wici_feed_facts *facts)
{
	struct wici_head cut;
	enum wici_root_word word = wici_roster_word(r, &facts->feed, &cut);
	uint64_t entries, bytes;

	memset(limit, 0, sizeof(*limit));
	if (word == WICI_ROOT_SILENT && !is_members(r, facts->key))
		return;
	limit->counts = true;
	limit->seq = WICI_SEQ_MAX;
	if (word != WICI_ROOT_SILENT)
		(void)wici_roster_named(r, &facts->feed, &limit->named);
	if (word == WICI_ROOT_CUT)
		lower(limit, cut.seq, WICI_LIMIT_CUT);
	/* PROTOCOL §5.8: "What lies at or below an entry that the roster names
	 * is beyond dispute" */
	if (facts->fork_seq > limit->named.seq)
		lower(limit, facts->fork_seq - 1, WICI_LIMIT_FORK);
	/* PROTOCOL §5.9: "Only with close is it a cut, and never of a feed that
	 * the root names" */
	if (facts->closed_seq > 0 && word == WICI_ROOT_SILENT) {
		limit->is_closed = true;
		limit->closed_seq = facts->closed_seq;
		lower(limit,
		      facts->closed_seq > WICI_SUCCEED_SEQ_MAX
			      ? facts->closed_seq
			      : WICI_SUCCEED_SEQ_MAX,
		      WICI_LIMIT_CLOSED);
	}
	wici_quota_of(r, &facts->feed, &entries, &bytes);
	lower(limit, entries, WICI_LIMIT_QUOTA);
	lower(limit, facts->quota_seq, WICI_LIMIT_QUOTA);
}

bool wici_limit_is_ranked(const struct wici_limit *limit)
{
	return limit->counts && limit->named.seq == 0 && !limit->is_closed;
}

static bool has_right(const struct wici_roster *r, enum wici_right by,
		      const struct wici_key *feed, uint64_t seq)
{
	switch (by) {
	case WICI_BY_OPENING:
		return seq == 1;
	case WICI_BY_MEMBER:
		return true;
	case WICI_BY_REGISTRAR:
		return wici_roster_admits(r, feed, seq);
	case WICI_BY_ISSUER:
		return wici_roster_issuer(r, feed, seq,
					  (struct wici_bytes){NULL, 0});
	case WICI_BY_WITNESS:
		return wici_roster_is_witness(r, feed);
	}
	return false;
}

enum wici_standing wici_standing_of(const struct wici_roster *r,
				    const struct wici_limit *limit,
				    bool is_reached,
				    const struct wici_kind *kind,
				    const struct wici_key *feed, uint64_t seq)
{
	if (!limit->counts)
		return WICI_VOID_FEED;
	if (seq > limit->seq)
		return WICI_VOID_CUT;
	/* PROTOCOL §5.9: "what stands above the close is not applied, but for
	 * feed.succeed." */
	if (limit->is_closed && seq > limit->closed_seq &&
	    (!kind || kind->number != WICI_KIND_FEED_SUCCEED))
		return WICI_VOID_CUT;
	if (!is_reached)
		return WICI_VOID_AHEAD;
	if (!has_right(r, kind ? kind->by : WICI_BY_MEMBER, feed, seq))
		return WICI_VOID_RIGHT;
	return WICI_COUNTS;
}
