/* daemon/roster_fold.c — The roster in memory: the root's changes that stand,
 * then the registrar feeds' admissions (membership_fold).
 *
 * In this order, which ends since nothing flows back:
 *   1. changes: keys, cuts, named feeds. They depend on signatures alone.
 *   2. how far each registrar feed counts. The root names it, so that this
 *      depends on 1, on fork proofs and on what is held, not on members.
 *   3. admissions, feed by feed, each as far as it counts.
 *   4. all feeds (judge_all), which looks at 2 and 3 first.
 * Members are forgotten and admitted anew when something that was folded
 * counts no longer, or stands before what was folded.
 *
 * Admissions are found by the projections where the cursor has been, and by
 * walking where it has not: a start costs as much as there are members, not
 * as there are entries. */
#include "daemon/membership.h"

#include "daemon/changes.h"
#include "daemon/damage.h"
#include "daemon/forks.h"
#include "daemon/judge.h"
#include "daemon/pin.h"
#include "daemon/statements.h"
#include "daemon/store/entry.h"
#include "daemon/store/record.h"
#include "proto/kinds/member.h"
#include "proto/require.h"

#include <stdlib.h>

#define PAGE ((size_t)256)

/* ---- larger arrays ---- */

static void *more(size_t *max, size_t need, size_t size)
{
	void *p;

	while (*max < need)
		*max = *max ? 2 * *max : 64;
	p = calloc(*max, size);
	WICI_REQUIRE(p);
	return p;
}

/* Room for one more member than `members`, or one more of the rest. */
static void lend(struct node *n, size_t members, size_t others)
{
	struct wici_roster_space was = n->space;
	struct wici_roster_space *s = &n->space;

	s->members = more(&s->members_max, members, sizeof(*s->members));
	s->keys = more(&s->keys_max, others, sizeof(*s->keys));
	s->feeds = more(&s->feeds_max, others, sizeof(*s->feeds));
	s->revocations =
		more(&s->revocations_max, others, sizeof(*s->revocations));
	wici_roster_lend(&n->roster, s);
	free(was.members);
	free(was.keys);
	free(was.feeds);
	free(was.revocations);
}

/* ---- changes ---- */

static enum wici_err apply_change(struct node *n,
				  const struct wici_root_row *row)
{
	struct wici_statement s;
	enum wici_err err = wici_statement_decode(&s, row->bytes);

	WICI_REQUIRE(err == WICI_OK); /* As it was when it was judged. */
	while ((err = wici_roster_change(&n->roster, &s)) == WICI_MORE)
		lend(n, 0, 1 + n->space.keys_max);
	return err;
}

static enum wici_err fold_changes(struct node *n)
{
	const struct wici_root_row *row, *newest = NULL;
	struct pin_path path;
	enum wici_err err;

	wici_roster_init(&n->roster, &n->network, &n->space);
	n->folded_count = 0;
	pin_trace(n, &path);
	while ((row = pin_next(n, &path)) && apply_change(n, row) == WICI_OK)
		newest = row;
	err = pin_advance(n, &path, newest);
	pin_path_clear(&path);
	statements_clear(n);
	for (size_t i = 0; i < n->changes_count; i++) {
		if (n->changes[i].is_approved)
			statements_add(n, &n->changes[i].id);
	}
	return err;
}

/* ---- admissions ---- */

/* A registrar feed, and how far its admissions count by now. */
struct admitting {
	struct feed *feed; /* NULL: it is not held. */
	uint64_t to;       /* 0: nothing of it counts yet. */
};

/* An admission counts once its own signature has been verified. */
static enum wici_err fold_entry(struct node *n, const struct admitting *a,
				struct entry_row *row)
{
	struct wici_entry *e = &row->entry;

	if (e->header.kind != WICI_KIND_MEMBER_ADMIT || e->header.seq > a->to)
		return WICI_OK;
	e->header.feed = a->feed->row.key;
	if (!row->is_proved &&
	    wici_entry_verify(&e->header, &e->sig, &n->network) != WICI_OK)
		return WICI_OK;
	while (wici_roster_admit(&n->roster, e) == WICI_MORE)
		lend(n, 1 + n->space.members_max, 0);
	return row->is_proved ? WICI_OK : entry_set_proved(n->store, row->n);
}

/* The first seq that the cursor has not been at. Gaps are told of. */
static enum wici_err first_unprojected(struct node *n, struct feed *feed,
				       uint64_t *seq)
{
	struct entry_row row;

	*seq = feed->row.seq + 1;
	while (*seq > 1) {
		enum wici_err err =
			entry_before(n->store, feed->row.n, *seq, &row);

		if (err != WICI_OK && err != WICI_END)
			return err;
		/* A seq may be spoilt to what is none. */
		if (err == WICI_END || row.entry.header.seq >= *seq)
			row = (struct entry_row){.n = n->cursor};
		if (row.entry.header.seq + 1 < *seq)
			damage_suspect(n, feed, row.entry.header.seq + 1);
		if (row.n <= n->cursor) {
			*seq = row.entry.header.seq + 1;
			break;
		}
		*seq = row.entry.header.seq;
	}
	return WICI_OK;
}

/* Numbers of the feed's admissions that were projected, newest first. */
static enum wici_err list_projected(struct node *n, const struct feed *feed,
				    int64_t **ns, size_t *count)
{
	struct record_filter filter = {.kind_first = WICI_KIND_MEMBER_ADMIT,
				       .kind_last = WICI_KIND_MEMBER_ADMIT,
				       .feeds = &feed->row.n,
				       .feeds_count = 1,
				       .below = n->cursor + 1};
	enum wici_err err;
	size_t got;

	do {
		*ns = reallocarray(*ns, *count + PAGE, sizeof(**ns));
		WICI_REQUIRE(*ns);
		got = 0;
		err = record_list(n->store, &filter, *ns + *count, PAGE, &got);
		if (err == WICI_END)
			err = WICI_OK;
		*count += got;
		if (got)
			filter.below = (*ns)[*count - 1];
	} while (err == WICI_OK && got == PAGE);
	return err;
}

/* Where is it gone from? */
static enum wici_err suspect_projected(struct node *n,
				       const struct admitting *a, int64_t at)
{
	struct record_row record;
	enum wici_err err = record_get(n->store, at, &record);

	if (err == WICI_OK)
		damage_suspect(n, a->feed, record.seq);
	return err == WICI_NOT_FOUND ? WICI_OK : err;
}

static enum wici_err fold_projected(struct node *n, const struct admitting *a,
				    uint64_t *next)
{
	struct entry_row row;
	int64_t *ns = NULL;
	size_t count = 0;
	enum wici_err err = first_unprojected(n, a->feed, next);

	if (err == WICI_OK)
		err = list_projected(n, a->feed, &ns, &count);
	while (err == WICI_OK && count > 0) {
		err = entry_get(n->store, ns[--count], &row);
		if (err == WICI_OK)
			err = fold_entry(n, a, &row);
		else if (err == WICI_NOT_FOUND)
			err = suspect_projected(n, a, ns[count]);
	}
	free(ns);
	return err;
}

/* What was set aside behind a damaged entry is still signed: without it those
 * who could heal this feed would be strangers. Behind a gap the next but one
 * proves itself again. */
static enum wici_err fold_aside(struct node *n, const struct admitting *a)
{
	int64_t aside = entry_aside_n(a->feed->row.n, ENTRY_DAMAGED);
	struct entry_row row;
	uint64_t seq = 0;
	enum wici_err err = WICI_OK;

	while (err == WICI_OK) {
		err = entry_first_aside(n->store, a->feed->row.n, seq + 1,
					&seq);
		if (err == WICI_OK)
			err = entry_at(n->store, aside, seq, &row);
		if (err == WICI_OK)
			err = fold_entry(n, a, &row);
	}
	return err == WICI_END || err == WICI_NOT_FOUND ? WICI_OK : err;
}

static uint64_t lower_of(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* Up to *to, or a gap: then *to is what stands before it. */
static enum wici_err fold_walk(struct node *n, const struct admitting *a,
			       uint64_t seq, uint64_t *to)
{
	struct entry_row row;
	enum wici_err err = WICI_OK;

	for (; err == WICI_OK && seq <= *to; seq++) {
		err = entry_at(n->store, a->feed->row.n, seq, &row);
		if (err == WICI_OK)
			err = fold_entry(n, a, &row);
		if (err == WICI_NOT_FOUND) {
			damage_suspect(n, a->feed, seq);
			*to = seq - 1;
			return WICI_OK;
		}
	}
	return err;
}

/* From where it is folded to where it counts. */
static enum wici_err fold_feed(struct node *n, const struct admitting *a,
			       struct wici_head *folded)
{
	uint64_t to = lower_of(a->to, a->feed->row.seq);
	uint64_t seq = folded->seq + 1;
	struct wici_id id;
	enum wici_err err = WICI_OK;

	if (folded->seq == 0)
		err = fold_projected(n, a, &seq);
	if (err == WICI_OK)
		err = fold_walk(n, a, seq, &to);
	if (err == WICI_OK && a->feed->has_aside)
		err = fold_aside(n, a);
	if (err != WICI_OK || folded->seq >= to)
		return err;
	err = entry_id(n->store, a->feed->row.n, to, &id);
	if (err == WICI_OK) {
		folded->seq = to;
		folded->id = id;
	} else if (err == WICI_NOT_FOUND) {
		damage_suspect(n, a->feed, to);
		err = WICI_OK; /* Once it is cut, it is folded again. */
	}
	return err;
}

/* How far a feed admits that has not the entry named. PROTOCOL §5.9: "A
 * registrar feed admits all the same, below the lowest proof that is held":
 * else those who could bring the rest would be strangers. */
static uint64_t admits_before(const struct node *n, const struct feed *feed,
			      const struct wici_limit *limit)
{
	uint64_t fork = forks_seq(n, &feed->row.key, 0);

	if (fork)
		return fork - 1;
	/* Else it may only end too early; or where they part is not known. */
	return feed->row.seq < limit->named.seq ? limit->seq : 0;
}

static enum wici_err find_admitting(struct node *n,
				    const struct wici_head *last,
				    struct admitting *a)
{
	struct feed *feed = feeds_find(&n->feeds, &last->feed);
	struct wici_limit limit;
	bool is_reached = false;
	enum wici_err err;

	*a = (struct admitting){.feed = feed};
	if (!feed)
		return WICI_OK;
	err = judge_limit(n, feed, &limit, &is_reached);
	if (err == WICI_OK)
		a->to = lower_of(is_reached ? limit.seq
					    : admits_before(n, feed, &limit),
				 last->seq);
	return err;
}

/* Does what is folded of it stand? Where it is damaged the roster stays: whom
 * a spoilt entry admitted may be the one who brings it back. */
static enum wici_err does_stand(struct node *n, const struct admitting *a,
				struct wici_head *folded, bool *stands)
{
	struct wici_id id;
	enum wici_err err;

	*stands = folded->seq == 0;
	if (folded->seq == 0)
		return WICI_OK;
	if (!a->feed || folded->seq > a->to)
		return WICI_OK;
	err = entry_id(n->store, a->feed->row.n, folded->seq, &id);
	if (err == WICI_NOT_FOUND && folded->seq <= a->feed->row.seq) {
		damage_suspect(n, a->feed, folded->seq);
		*stands = true;
	} else if (err == WICI_NOT_FOUND && damage_is_waiting(n, a->feed)) {
		folded->seq = a->feed->row.seq;
		folded->id = a->feed->row.id;
		*stands = true;
	} else if (err == WICI_OK) {
		*stands = wici_id_equal(&folded->id, &id);
	}
	return err == WICI_NOT_FOUND ? WICI_OK : err;
}

/* Can folding go on from where it is, or has it to begin anew? */
static enum wici_err can_go_on(struct node *n, const struct admitting *all,
			       bool *can)
{
	bool has_later = false;
	enum wici_err err = WICI_OK;

	*can = true;
	for (size_t i = n->folded_count; i-- > 0 && *can && err == WICI_OK;) {
		const struct feed *feed = all[i].feed;
		struct wici_head *folded = &n->folded[i];

		err = does_stand(n, &all[i], folded, can);
		if (has_later && feed &&
		    folded->seq < lower_of(all[i].to, feed->row.seq))
			*can = false;
		has_later |= folded->seq > 0;
	}
	return err;
}

static void begin_anew(struct node *n)
{
	struct wici_head last;

	n->roster.members_count = 0;
	n->is_roster_moved = true;
	for (n->folded_count = 0;
	     wici_roster_admitting(&n->roster, n->folded_count, &last);
	     n->folded_count++) {
		last.seq = 0;
		n->folded[n->folded_count] = last;
	}
}

enum wici_err membership_admissions(struct node *n)
{
	struct admitting all[WICI_CLOSED_MAX + 1];
	size_t members = n->roster.members_count;
	struct wici_head last;
	size_t count = 0;
	bool can_go = n->folded_count > 0;
	enum wici_err err = WICI_OK;

	while (err == WICI_OK &&
	       wici_roster_admitting(&n->roster, count, &last))
		err = find_admitting(n, &last, &all[count++]);
	if (count == 0)
		return err;
	if (err == WICI_OK && can_go)
		err = can_go_on(n, all, &can_go);
	if (err == WICI_OK && !can_go)
		begin_anew(n);
	for (size_t i = 0; i < n->folded_count && err == WICI_OK; i++) {
		if (all[i].to > 0)
			err = fold_feed(n, &all[i], &n->folded[i]);
	}
	n->is_roster_moved |= members != n->roster.members_count;
	return err;
}

enum wici_err membership_fold(struct node *n, bool from_start)
{
	enum wici_err err = WICI_OK;

	if (!n->has_network)
		return WICI_OK;
	if (from_start) {
		err = fold_changes(n);
		n->is_roster_moved = true;
	}
	if (err == WICI_OK)
		err = membership_admissions(n);
	if (err != WICI_OK)
		return node_fail(n, err);
	if (n->is_roster_moved)
		err = judge_all(n);
	if (err != WICI_OK || !n->is_joining)
		return err;
	return membership_complete_join(n);
}

enum wici_err membership_grown(struct node *n, const struct feed *feed,
			       uint64_t first, bool has_admission)
{
	struct wici_head *folded = NULL;

	for (size_t i = 0; i < n->folded_count; i++) {
		if (wici_key_equal(&n->folded[i].feed, &feed->row.key))
			folded = &n->folded[i];
	}
	if (!folded)
		return WICI_OK;
	if (has_admission || folded->seq == 0 || folded->seq + 1 != first ||
	    feed->row.seq > feed->limit.seq)
		return membership_fold(n, false);
	folded->seq = feed->row.seq; /* Nothing to be read there. */
	folded->id = feed->row.id;
	return WICI_OK;
}
