/* daemon/certificates.c — Which acts there are about a certificate, and what
 * they amount to.
 *
 * Anybody may write acts about anything: so those of issuing feeds are taken
 * first and whole, and a flood of others cannot push a revocation out. */
#include "daemon/certificates.h"

#include "daemon/cert_fresh.h"
#include "daemon/feeds.h"
#include "daemon/find.h"
#include "daemon/judge.h"
#include "daemon/refs.h"
#include "daemon/store/record.h"
#include "daemon/view.h"
#include "daemon/witnessed.h"
#include "proto/day.h"
#include "proto/kinds.h"

#include <stdlib.h>

/* That correct each other; the acts about them have to find room. */
#define CERTIFICATES_GRANTS_MAX ((size_t)64)

#define CERTIFICATES_LOOKED ((size_t)64) /* Of others' acts, at most. */

#define UNKNOWN_STEP ((size_t)64)
#define UNKNOWN_MAX  ((size_t)4096)

/* Does this feed, at this place, issue for the scheme of the grant asked about?
 * Who issues for another one is anybody: he could push a revocation out. */
static bool is_issuing(const struct node *n, const struct feed *feed,
		       uint64_t seq, const struct certificate *c)
{
	struct wici_grant_body body;

	wici_kind_read(&wici_kind_certificate_grant, c->acts.v[0].body, &body);
	return feed && wici_roster_issuer(&n->roster, &feed->row.key, seq,
					  body.scheme) != NULL;
}

/* Adds an entry's act, when there is room for one of its sort. */
static enum wici_err take_act(struct node *n, int64_t entry,
			      struct certificate *c)
{
	struct entry_row row;
	struct feed *feed;
	enum wici_err err = entry_get(n->store, entry, &row);
	bool is_ours;

	if (err)
		return err;
	feed = feeds_by_n(&n->feeds, row.feed_n);
	if (!feed)
		return WICI_STORE;
	if (refs_has(&c->acts, &row.id))
		return WICI_OK;
	is_ours = is_issuing(n, feed, row.entry.header.seq, c);
	if (!is_ours && c->others >= CERTIFICATES_OTHERS_MAX)
		return WICI_OK;
	if (c->acts.count - c->others >=
	    WICI_ACTS_MAX - CERTIFICATES_OTHERS_MAX) {
		c->is_truncated = true;
		return WICI_OK;
	}
	c->others += !is_ours;
	refs_add(&c->acts, &row, feed, view_standing(n, &row));
	return WICI_OK;
}

/* What refers to it in the feeds that issue for its scheme, or did: all of it,
 * and at the same cost whatever others write. Free f->ns. */
static enum wici_err ask_issued(struct node *n, const struct wici_id *to,
				uint16_t flag, const struct certificate *c,
				struct refs_found *f)
{
	struct wici_grant_body body;
	struct wici_head last;
	enum wici_err err = WICI_OK;

	wici_kind_read(&wici_kind_certificate_grant, c->acts.v[0].body, &body);
	for (size_t i = 0;
	     !err && !wici_certificate_place(&n->roster, body.scheme, i, &last);
	     i++)
		err = refs_ask_feed(n, to, flag, &last.feed, f);
	return err;
}

/* Adds the acts that refer to this one; of others' the first. */
static enum wici_err take_referring(struct node *n, const struct wici_id *to,
				    struct certificate *c)
{
	struct refs_found f = {.each_max = WICI_ACTS_MAX};
	int64_t others[CERTIFICATES_LOOKED];
	size_t count = 0;
	enum wici_err err = ask_issued(n, to, WICI_SUBJECT, c, &f);

	for (size_t i = 0; !err && i < f.count; i++)
		err = take_act(n, f.ns[i], c);
	if (!err)
		err = record_referring(n->store, to, WICI_SUBJECT, others,
				       CERTIFICATES_LOOKED, &count);
	for (size_t i = 0; !err && i < count; i++)
		err = take_act(n, others[i], c);
	free(f.ns);
	return err;
}

/* The grant itself: it must be one, whatever its standing. */
static enum wici_err take_grant(struct node *n, int64_t entry,
				struct certificate *c)
{
	struct entry_row row;
	struct feed *feed;
	enum wici_err err = entry_get(n->store, entry, &row);
	enum wici_standing standing;

	if (err)
		return err;
	feed = feeds_by_n(&n->feeds, row.feed_n);
	standing = view_standing(n, &row);
	if (!feed || row.entry.header.kind != WICI_KIND_CERTIFICATE_GRANT ||
	    standing == WICI_VOID_BODY || standing == WICI_ERASED)
		return WICI_NOT_FOUND;
	c->grant_n = entry;
	c->feed_n = feed->row.n;
	c->author = feed->whose;
	c->signature_ok = view_is_signed(n, &row);
	refs_add(&c->acts, &row, feed, standing);
	return WICI_OK;
}

/* A grant that corrects one of those taken, or that one of them corrects; what
 * else there may be is passed over. */
static enum wici_err take_relative(struct node *n, int64_t entry,
				   struct certificate *c)
{
	struct entry_row row;
	struct feed *feed;
	enum wici_err err = entry_get(n->store, entry, &row);

	if (err)
		return err;
	feed = feeds_by_n(&n->feeds, row.feed_n);
	if (row.entry.header.kind != WICI_KIND_CERTIFICATE_GRANT ||
	    !is_issuing(n, feed, row.entry.header.seq, c) ||
	    refs_has(&c->acts, &row.id) ||
	    view_standing(n, &row) != WICI_COUNTS)
		return WICI_OK;
	if (c->acts.count >= CERTIFICATES_GRANTS_MAX) {
		c->is_truncated = true;
		return WICI_OK;
	}
	refs_add(&c->acts, &row, feed, WICI_COUNTS);
	return WICI_OK;
}

/* Of the i-th grant taken: what it corrects, and what corrects it. */
static enum wici_err take_relatives(struct node *n, size_t i,
				    struct certificate *c)
{
	struct refs_found f = {.each_max = WICI_ACTS_MAX};
	struct wici_id id = c->acts.v[i].id;
	struct wici_grant_body body;
	int64_t entry;
	enum wici_err err;

	wici_kind_read(&wici_kind_certificate_grant, c->acts.v[i].body, &body);
	err = find_entry(n, &body.supersedes, &entry);
	if (!err)
		err = take_relative(n, entry, c);
	if (err && err != WICI_NOT_FOUND)
		return err;
	err = ask_issued(n, &id, WICI_SUPERSEDES, c, &f);
	for (size_t k = 0; !err && k < f.count; k++)
		err = take_relative(n, f.ns[k], c);
	free(f.ns);
	return err;
}

/* All grants that are this certificate: it and its corrections. */
static enum wici_err take_grants(struct node *n, int64_t grant_n,
				 struct certificate *c)
{
	enum wici_err err = take_grant(n, grant_n, c);

	if (err || c->acts.v[0].standing != WICI_COUNTS)
		return err;
	for (size_t i = 0; !err && i < c->acts.count; i++)
		err = take_relatives(n, i, c);
	return err;
}

enum wici_err certificates_load(struct node *n, int64_t grant_n,
				struct certificate *c)
{
	enum wici_err err;
	size_t grants, acts;

	memset(c, 0, sizeof(*c));
	err = take_grants(n, grant_n, c);
	grants = c->acts.count;
	for (size_t i = 0; !err && i < grants; i++) {
		struct wici_id id = c->acts.v[i].id;

		err = take_referring(n, &id, c);
	}
	acts = c->acts.count;
	for (size_t i = grants; !err && i < acts; i++) {
		struct wici_id id = c->acts.v[i].id;

		if (c->acts.v[i].kind != WICI_KIND_CERTIFICATE_REASON)
			err = take_referring(n, &id, c);
	}
	if (!err) {
		struct wici_id asked = c->acts.v[0].id;

		for (size_t i = 0; i < c->acts.count; i++)
			c->acts.v[i].now_ms = n->now.wall_ms;
		wici_certificate_fold(&c->folded, &n->roster, &asked, c->acts.v,
				      c->acts.count);
	}
	return err;
}

void certificates_clear(struct certificate *c)
{
	refs_clear(&c->acts);
	memset(c, 0, sizeof(*c));
}

/* Entries of unknown kinds, from … to: is one of them critical? Too many to
 * look at are taken for it: a verdict is rather withheld than wrong. */
static enum wici_err find_critical_in(struct node *n,
				      struct record_filter *filter,
				      bool *needs_newer)
{
	int64_t ns[UNKNOWN_STEP];
	size_t count = UNKNOWN_STEP;
	size_t seen = 0;
	enum wici_err err = WICI_OK;

	while (!err && !*needs_newer && count == UNKNOWN_STEP) {
		err = record_list(n->store, filter, ns, UNKNOWN_STEP, &count);
		for (size_t i = 0; !err && i < count; i++) {
			struct entry_row row;

			err = entry_get(n->store, ns[i], &row);
			if (!err &&
			    (row.entry.header.flags & WICI_FLAG_CRITICAL))
				*needs_newer = true;
		}
		seen += count;
		if (count)
			filter->below = ns[count - 1];
		if (seen >= UNKNOWN_MAX)
			*needs_newer = true;
	}
	return err;
}

/* Where the records of a feed's entries end, up to this one; 0: with the feed. */
static enum wici_err find_below(struct node *n, const struct feed *feed,
				uint64_t last, int64_t *below)
{
	struct entry_row row;
	enum wici_err err;

	*below = 0;
	if (last >= feed->row.seq)
		return WICI_OK;
	err = entry_at(n->store, feed->row.n, last, &row);
	if (!err)
		*below = row.n + 1;
	return err;
}

/* There are numbers for kinds to come: those between the known ones
 * are asked for, gap by gap. What stands behind the feed's end, or behind its
 * last place as an issuer, says nothing: not everybody has it. */
static enum wici_err find_critical(struct node *n, const struct feed *feed,
				   uint64_t last, bool *needs_newer)
{
	uint32_t from = 0;
	int64_t below;
	enum wici_err err;

	if (last > feed->limit.seq)
		last = feed->limit.seq;
	if (last == 0)
		return WICI_OK;
	err = find_below(n, feed, last, &below);
	for (size_t i = 0; !err && !*needs_newer && from <= UINT16_MAX; i++) {
		uint32_t to =
			wici_kinds[i] ? wici_kinds[i]->number : UINT16_MAX + 1u;
		struct record_filter filter = {.feeds = &feed->row.n,
					       .feeds_count = 1,
					       .below = below};

		filter.kind_first = (uint16_t)(from ? from : 1);
		filter.kind_last = (uint16_t)(to - 1);
		if (to && filter.kind_first <= to - 1)
			err = find_critical_in(n, &filter, needs_newer);
		from = to + 1;
	}
	return err;
}

/* What is asked of every feed that issues for the scheme, or did: is one of them
 * forked, or not where the root has seen it; does one need a newer version? */
static enum wici_err ask_feeds(struct node *n, const struct certificate *c,
			       struct wici_question *q)
{
	struct wici_bytes scheme = c->folded.terms.scheme;
	struct wici_head last;
	enum wici_err err = WICI_OK;

	for (size_t i = 0;
	     !err && c->folded.state != WICI_CERT_NONE &&
	     !wici_certificate_place(&n->roster, scheme, i, &last);
	     i++) {
		const struct feed *feed = feeds_find(&n->feeds, &last.feed);

		q->is_disputed |= judge_is_disputed(feed);
		if (feed)
			err = find_critical(n, feed, last.seq, &q->needs_newer);
	}
	return err;
}

enum wici_err certificates_verdict(struct node *n, const struct certificate *c,
				   const struct certificates_question *asked,
				   struct certificates_answer *a)
{
	struct wici_question q = {
		.on_day = asked->on_day,
		.today = wici_day_warsaw(n->now.wall_ms),
		.signature_ok = c->signature_ok,
		/* Too many acts to fold: what they say is not known. */
		.needs_newer = c->is_truncated,
	};
	enum wici_err err = ask_feeds(n, c, &q);

	memset(a, 0, sizeof(*a));
	a->needs_newer = q.needs_newer;
	if (!err && c->folded.issuer) {
		err = cert_fresh_load(n, c, asked->age_ms, &a->fresh);
		q.fresh = &a->fresh;
	}
	if (!err && q.fresh && asked->wants_existed)
		err = witnessed_since(n, &c->folded.grant->feed,
				      c->folded.grant->seq, &a->fresh);
	if (!err)
		wici_verdict_give(&a->verdict, &c->folded, &n->roster, &q);
	return err;
}
