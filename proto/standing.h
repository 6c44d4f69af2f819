/* proto/standing.h — Does a feed count, and how far? One pure answer from the
 * roster and what is known of the feed.
 *
 * PROTOCOL §5.9. Nothing of it is stored: it is asked whenever the roster, a
 * fork proof or a feed.succeed is new, and is the same in whatever order they
 * came. */
#ifndef WICI_PROTO_STANDING_H
#define WICI_PROTO_STANDING_H

#include "proto/fold.h"
#include "proto/kind.h"
#include "proto/roster.h"

#define WICI_QUOTA_ENTRIES ((uint64_t)1 << 20)
#define WICI_QUOTA_BYTES   ((uint64_t)1 << 30)
/* Of an institution's feeds that are neither named nor closed. */
/* In so many of a feed's entries feed.succeed counts; no close keeps them from
 * being relayed, or who closes whom would depend on what came first. */
#define WICI_SUCCEED_SEQ_MAX ((uint64_t)4096)
#define WICI_FEEDS_OPEN_MAX  16

/* What a node knows of a feed besides the roster. */
struct wici_feed_facts {
	struct wici_key feed;
	const struct wici_key *key; /* That signed its feed.open; NULL: none
				     * that can be read (the root's word is
				     * enough). */
	uint64_t fork_seq;   /* Of the lowest proof that is not beyond dispute
			      * (wici_fork_better); 0: none. */
	uint64_t closed_seq; /* By feed.succeed, the highest; 0: none. */
	uint64_t quota_seq;  /* The last seq within its quota's bytes, as far as
			      * is stored; WICI_SEQ_MAX: all of it. */
};

/* What the limit comes from. NONE: there is none, or the feed does not count.
 * QUOTA is that of most feeds, whose heads are far below. */
enum wici_limit_why {
	WICI_LIMIT_NONE,
	WICI_LIMIT_CUT,
	WICI_LIMIT_FORK,
	WICI_LIMIT_CLOSED,
	WICI_LIMIT_QUOTA
};

struct wici_limit {
	bool counts;  /* Else all the rest is zero. */
	uint64_t seq; /* The last that counts; WICI_SEQ_MAX: no limit. */
	enum wici_limit_why why;
	bool is_closed; /* By feed.succeed, even where the limit is lower. */
	uint64_t closed_seq; /* Then what is above it is not applied. */
	/* The highest entry that the root names of it; seq 0: none. Until the
	 * chain has reached it, nothing of the feed is applied. */
	struct wici_head named;
};

/* Of one feed, without the rule of the sixteen. A fork at or below the entry
 * that is named is beyond dispute, whatever fork_seq says. */
void wici_limit_of(struct wici_limit *limit, const struct wici_roster *r,
		   const struct wici_feed_facts *facts);

/* Must the feed be one of the sixteen to count: neither named nor closed? */
bool wici_limit_is_ranked(const struct wici_limit *limit);

/* The quota of a feed: entries, bytes of payloads. */
void wici_quota_of(const struct wici_roster *r, const struct wici_key *feed,
		   uint64_t *entries, uint64_t *bytes);

/* The standing of an entry whose body fits its kind (kind NULL: unknown kind,
 * judged as any member's). is_reached: the chain held has the named entry, or
 * none is named. A grant's scheme is not looked at: wici_roster_issuer() is
 * asked for that. */
enum wici_standing wici_standing_of(const struct wici_roster *r,
				    const struct wici_limit *limit,
				    bool is_reached,
				    const struct wici_kind *kind,
				    const struct wici_key *feed, uint64_t seq);

#endif
