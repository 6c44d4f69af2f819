/* daemon/judge.c — Every feed, put to the roster, to fork proofs, to
 * feed.succeed and to its quota.
 *
 * First each feed alone. Then what closes what: a feed.succeed is looked at by
 * the limit that its feed has without that, or two feeds that close each other
 * would have no answer. Then the rule of the sixteen. */
#include "daemon/judge.h"

#include "daemon/erase.h"
#include "daemon/forks.h"
#include "daemon/membership.h"
#include "daemon/succeeds.h"
#include "proto/require.h"
#include "proto/run.h"

#include <stdlib.h>

#define FEEDS_A_SECOND ((size_t)50000)

/* ---- one feed alone ---- */

const struct wici_key *node_whose(const struct node *n,
				  const struct wici_key *key)
{
	const struct wici_member *m;
	bool is_present;

	if (!n->has_network)
		return key;
	m = wici_roster_of_key(&n->roster, key, &is_present);
	return m ? &m->identity : key;
}

/* The last seq within the quota's bytes: asked of the store where they are
 * more, and of one chain once. */
static enum wici_err find_quota(struct node *n, struct feed *feed,
				uint64_t *seq)
{
	uint64_t entries, bytes;
	enum wici_err err;

	wici_quota_of(&n->roster, &feed->row.key, &entries, &bytes);
	*seq = WICI_SEQ_MAX;
	if (feed->row.bytes <= bytes)
		return WICI_OK;
	if (feed->quota.bytes != bytes ||
	    !wici_id_equal(&feed->quota.id, &feed->row.id)) {
		err = entry_within(n->store, feed->row.n, bytes,
				   &feed->quota.seq);
		if (err != WICI_OK)
			return err;
		feed->quota.bytes = bytes;
		feed->quota.id = feed->row.id;
	}
	*seq = feed->quota.seq;
	return WICI_OK;
}

/* What is damaged and set aside has the id that it had. */
static enum wici_err has_entry(struct node *n, const struct feed *feed,
			       const struct wici_head *at, bool *has)
{
	int64_t aside = entry_aside_n(feed->row.n, ENTRY_DAMAGED);
	struct wici_id id;
	enum wici_err err = WICI_NOT_FOUND;

	if (at->seq <= feed->row.seq)
		err = entry_id(n->store, feed->row.n, at->seq, &id);
	else if (feed->has_aside)
		err = entry_id(n->store, aside, at->seq, &id);
	*has = err == WICI_OK && wici_id_equal(&id, &at->id);
	return err == WICI_NOT_FOUND ? WICI_OK : err;
}

/* closed_seq: where others close it; 0: they do not. */
static enum wici_err limit_of(struct node *n, struct feed *feed,
			      uint64_t closed_seq, struct wici_limit *limit)
{
	struct wici_feed_facts facts = {.feed = feed->row.key,
					.closed_seq = closed_seq};
	struct wici_head named = {.seq = 0};
	enum wici_err err = find_quota(n, feed, &facts.quota_seq);

	if (!wici_is_zero(&feed->row.identity, WICI_KEY_LEN))
		facts.key = &feed->row.identity;
	if (!wici_roster_named(&n->roster, &feed->row.key, &named))
		named.seq = 0;
	facts.fork_seq = forks_seq(n, &feed->row.key, named.seq);
	wici_limit_of(limit, &n->roster, &facts);
	return err;
}

enum wici_err judge_limit(struct node *n, struct feed *feed,
			  struct wici_limit *limit, bool *is_reached)
{
	enum wici_err err = limit_of(n, feed, 0, limit);

	*is_reached = limit->named.seq == 0;
	if (err == WICI_OK && limit->named.seq > 0)
		err = has_entry(n, feed, &limit->named, is_reached);
	return err;
}

static enum wici_err judge_alone(struct node *n, struct feed *feed)
{
	feed->whose = feed->row.identity;
	if (!wici_is_zero(&feed->whose, WICI_KEY_LEN))
		feed->whose = *node_whose(n, &feed->row.identity);
	feed->is_succeeded = false;
	return judge_limit(n, feed, &feed->limit, &feed->is_reached);
}

/* ---- what closes what ---- */

static enum wici_err close_feeds(struct node *n)
{
	uint64_t *closes = calloc(n->feeds.by_n_max + 1, sizeof(*closes));
	enum wici_err err = WICI_OK;

	WICI_REQUIRE(closes);
	succeeds_find(n, closes);
	for (size_t i = 0; i < n->feeds.count && err == WICI_OK; i++) {
		struct feed *feed = n->feeds.by_key[i];

		if (closes[feed->row.n - 1])
			err = limit_of(n, feed, closes[feed->row.n - 1],
				       &feed->limit);
	}
	free(closes);
	return err;
}

/* PROTOCOL §5.9: "Of an institution's feeds that are neither named nor closed,
 * only the 16 with the smallest keys count." */
static void rank(struct node *n)
{
	const struct wici_roster *r = &n->roster;
	unsigned *ranks = calloc(r->members_count + 1, sizeof(*ranks));

	WICI_REQUIRE(ranks);
	for (size_t i = 0; i < n->feeds.count; i++) {
		struct feed *feed = n->feeds.by_key[i];
		const struct wici_member *m;

		if (!wici_limit_is_ranked(&feed->limit))
			continue;
		m = wici_roster_member(r, &feed->whose);
		WICI_REQUIRE(m); /* Or else it would not count. */
		if (ranks[m - r->space.members]++ >= WICI_FEEDS_OPEN_MAX)
			memset(&feed->limit, 0, sizeof(feed->limit));
	}
	free(ranks);
}

/* ---- counting heads ---- */

/* The last entry up to seq whose own signature holds: a run may end there. It
 * is not far, since what was taken came in runs that end with one. */
static enum wici_err find_proven(struct node *n, const struct feed *feed,
				 uint64_t *seq, struct wici_id *id)
{
	struct entry_row row;

	for (unsigned i = 0; i<WICI_RUN_ENTRIES_MAX && * seq> 0; i++) {
		enum wici_err err = entry_at(n->store, feed->row.n, *seq, &row);

		if (err != WICI_OK)
			return err;
		row.entry.header.feed = feed->row.key;
		*id = row.id;
		if (row.is_proved ||
		    wici_entry_verify(&row.entry.header, &row.entry.sig,
				      &n->network) == WICI_OK)
			return WICI_OK;
		(*seq)--;
	}
	*seq = 0;
	return WICI_OK;
}

/* The last entry within the limit that may be shown. Who closes a feed among
 * entries that prove nothing has them read and verified once, not each time. */
static enum wici_err find_last(struct node *n, struct feed *feed, uint64_t *seq,
			       struct wici_id *id)
{
	enum wici_err err;

	if (feed->proven.limit != feed->limit.seq ||
	    !wici_id_equal(&feed->proven.of, &feed->row.id)) {
		feed->proven.seq = feed->limit.seq;
		feed->proven.of = feed->row.id;
		err = find_proven(n, feed, &feed->proven.seq, &feed->proven.id);
		feed->proven.limit =
			err == WICI_OK ? feed->limit.seq : WICI_SEQ_MAX;
		if (err != WICI_OK)
			return err;
	}
	*seq = feed->proven.seq;
	*id = feed->proven.id;
	return WICI_OK;
}

/* Sets the counting head; *moved: it is another one than it was. */
static enum wici_err count_head(struct node *n, struct feed *feed, bool *moved)
{
	uint64_t seq = feed->counts ? feed->released_seq : 0;
	struct wici_id id = feed->released_id;
	enum wici_err err = WICI_OK;

	/* PROTOCOL §5.6: "Before that is done the erasure is not shown (§4.2),
	 * nor is a head shown that was taken since" */
	if (seq > feed->counting_seq && erase_is_open(n, &feed->row.key)) {
		seq = feed->counting_seq;
		id = feed->counting_id;
	}
	if (seq > feed->limit.seq)
		err = find_last(n, feed, &seq, &id);
	if (err == WICI_NOT_FOUND) { /* The disk has spoilt it. */
		seq = 0;
		err = WICI_OK;
	}
	*moved = seq > 0 && (seq != feed->counting_seq ||
			     !wici_id_equal(&id, &feed->counting_id));
	feed->counting_seq = seq;
	feed->counting_id = id;
	return err;
}

static void say_head(struct node *n, const struct feed *feed, uint64_t from)
{
	struct node_output out = {.type = NODE_HEAD};

	out.head.head = (struct wici_head){feed->row.key, feed->counting_seq,
					   feed->counting_id};
	out.head.from = from;
	node_emit(n, &out);
}

void judge_released(struct node *n, struct feed *feed)
{
	bool moved;

	if (count_head(n, feed, &moved) != WICI_OK)
		(void)node_fail(n, WICI_STORE);
	else if (moved) {
		feeds_count_head(&n->feeds, feed);
		say_head(n, feed, feed->from);
	}
}

/* ---- the own feed ---- */

static const char seal_forked[] = "forked";
static const char seal_closed[] = "closed";
static const char seal_void[] = "void";

/* May the feed not go on? Room for a payload of any size must be left. */
static bool is_at_end(const struct node *n, const struct feed *own)
{
	uint64_t bytes;

	return own->row.seq >= judge_room(n, own, &bytes) ||
	       bytes < WICI_PAYLOAD_LEN_MAX;
}

static const char *find_seal(const struct node *n, bool did_count)
{
	const struct feed *own = n->own;
	bool is_present;

	if (!own || own->row.seq == 0 || n->is_joining)
		return NULL;
	if (!own->counts)
		return did_count || wici_roster_of_key(&n->roster,
						       &own->row.identity,
						       &is_present)
			       ? seal_void
			       : NULL;
	if (own->limit.is_closed && own->row.seq >= own->limit.closed_seq)
		return seal_closed;
	if (!is_at_end(n, own))
		return NULL;
	return own->is_forked ? seal_forked : seal_closed;
}

/* What was sealed here goes on when the reason is gone; nothing else does. */
static void seal_own(struct node *n, bool did_count)
{
	bool is_ours = n->sealed == seal_forked || n->sealed == seal_closed ||
		       n->sealed == seal_void;
	bool was_void = n->sealed == seal_void;

	if (!n->sealed || is_ours)
		n->sealed = find_seal(n, did_count || was_void);
}

/* ---- entries ---- */

enum wici_err judge_load(struct node *n)
{
	n->is_judging_due = true;
	return succeeds_load(n);
}

enum wici_err judge_appended(struct node *n, const struct entry_row *row)
{
	if (n->own && n->own->row.n == row->feed_n)
		seal_own(n, n->own->counts);
	return succeeds_take(n, row);
}

/* ---- all of them ---- */

/* What was found of a feed before. */
struct before {
	bool counts, is_reached;
	uint64_t limit;
};

static bool is_changed(const struct feed *feed, const struct before *was)
{
	return feed->counts != was->counts ||
	       feed->is_reached != was->is_reached ||
	       feed->limit.seq != was->limit;
}

static enum wici_err judge_heads(struct node *n, const struct before *was,
				 bool *is_new)
{
	enum wici_err err = WICI_OK;

	for (size_t i = 0; i < n->feeds.count && err == WICI_OK; i++) {
		struct feed *feed = n->feeds.by_key[i];
		bool moved;

		feed->counts = feed->limit.counts;
		feed->is_forked = feed->limit.why == WICI_LIMIT_FORK;
		*is_new |= is_changed(feed, &was[i]);
		err = count_head(n, feed, &moved);
		if (err == WICI_OK && moved)
			say_head(n, feed, 0);
	}
	feeds_rebuild_heads(&n->feeds);
	return err;
}

static enum wici_err judge_feeds(struct node *n, bool *is_new)
{
	struct before *was = calloc(n->feeds.count + 1, sizeof(*was));
	bool did_count = n->own && n->own->counts;
	enum wici_err err = WICI_OK;

	WICI_REQUIRE(was);
	for (size_t i = 0; i < n->feeds.count && err == WICI_OK; i++) {
		struct feed *feed = n->feeds.by_key[i];

		was[i] = (struct before){feed->counts, feed->is_reached,
					 feed->limit.seq};
		err = judge_alone(n, feed);
	}
	if (err == WICI_OK)
		err = close_feeds(n);
	rank(n);
	if (err == WICI_OK)
		err = judge_heads(n, was, is_new);
	seal_own(n, did_count);
	free(was);
	return err;
}

enum wici_err judge_all(struct node *n)
{
	struct node_output out = {.type = NODE_ROSTER};
	enum wici_err err;
	bool is_new;

	n->is_judging_due = false;
	if (!n->has_network)
		return WICI_OK;
	n->judged += n->feeds.count;
	err = membership_admissions(n);
	is_new = n->is_roster_moved;
	n->is_roster_moved = false;
	if (err == WICI_OK)
		err = judge_feeds(n, &is_new);
	if (err != WICI_OK)
		return node_fail(n, err);
	if (!is_new)
		return WICI_OK;
	forks_judge(n);
	erase_judge(n);
	node_emit(n, &out);
	return WICI_OK;
}

bool judge_may(struct node *n)
{
	if (n->now.mono_ms - n->judged_ms >= 1000) {
		n->judged_ms = n->now.mono_ms;
		n->judged = 0;
	}
	return n->judged < FEEDS_A_SECOND;
}

enum wici_err judge_forked(struct node *n, struct feed *feed)
{
	uint64_t lowest = forks_seq(n, &feed->row.key, 0);
	uint64_t seq = forks_seq(n, &feed->row.key, feed->limit.named.seq);
	enum wici_err err;
	bool moved;

	/* One more at or above it changes nothing. */
	n->is_judging_due |= lowest != feed->fork_lowest;
	feed->fork_lowest = lowest;
	if (!feed->counts || seq == 0 || seq > feed->limit.seq)
		return WICI_OK;
	feed->limit.seq = seq - 1;
	feed->limit.why = WICI_LIMIT_FORK;
	feed->is_forked = true;
	n->is_judging_due = n->is_roster_moved = true;
	err = count_head(n, feed, &moved);
	if (err != WICI_OK)
		return node_fail(n, err);
	if (moved)
		say_head(n, feed, 0);
	if (feed->counting_seq > 0)
		feeds_count_head(&n->feeds, feed);
	else
		feeds_rebuild_heads(&n->feeds);
	if (feed == n->own)
		seal_own(n, true);
	return WICI_OK;
}

/* Could it, or another one of its institution's, count otherwise once all are
 * judged? Mostly not, and they may be thousands that come one by one. */
static bool is_one_of_many(const struct node *n, const struct feed *feed)
{
	size_t others = 0;

	for (size_t i = 0; i < n->feeds.count; i++)
		others += wici_key_equal(&n->feeds.by_key[i]->whose,
					 &feed->whose);
	for (size_t i = 0; i < n->succeeds_count; i++) {
		if (wici_key_equal(&n->succeeds[i].is.old.feed, &feed->row.key))
			return true;
	}
	return others > WICI_FEEDS_OPEN_MAX;
}

enum wici_err judge_new(struct node *n, struct feed *feed)
{
	enum wici_err err = judge_alone(n, feed);

	feed->counts = feed->limit.counts;
	feed->is_forked = feed->limit.why == WICI_LIMIT_FORK;
	n->is_judging_due |= is_one_of_many(n, feed);
	return err == WICI_OK ? WICI_OK : node_fail(n, err);
}

/* ---- questions ---- */

uint64_t judge_room(const struct node *n, const struct feed *feed,
		    uint64_t *bytes)
{
	uint64_t entries, max;

	wici_quota_of(&n->roster, &feed->row.key, &entries, &max);
	*bytes = max > feed->row.bytes ? max - feed->row.bytes : 0;
	/* The own one comes back before those are known who let it count. */
	return feed->counts || !feed->row.is_own ? feed->limit.seq : entries;
}

enum wici_standing judge_standing(const struct node *n, const struct feed *feed,
				  const struct wici_kind *kind, uint64_t seq)
{
	return wici_standing_of(&n->roster, &feed->limit, feed->is_reached,
				kind, &feed->row.key, seq);
}

bool judge_is_disputed(const struct feed *feed)
{
	return !feed || feed->is_forked || !feed->is_reached;
}

bool judge_is_succeeded(const struct node *n, const struct wici_key *feed)
{
	const struct feed *of = feeds_find(&n->feeds, feed);

	return of && of->is_succeeded;
}
