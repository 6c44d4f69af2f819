/* daemon/bundle_in.c — Bundles in: each record goes where a peer's would go.
 *
 * A peer is asked for what follows our head; a file begins where it likes. So
 * of a run that overlaps with what is held the first part is compared, which
 * finds forks that nobody has proven yet, and the rest is taken. */
#include "daemon/bundle_private.h"

#include "daemon/bearer.h"
#include "daemon/forks.h"
#include "daemon/judge.h"
#include "daemon/membership.h"
#include "daemon/receive.h"
#include "daemon/store/entry.h"
#include "proto/require.h"
#include "proto/run.h"

#include <stdlib.h>

#define LATE_MAX     ((size_t)1 << 20)
#define FILES_A_CALL 16u

void bundle_open_in(struct node *n, uint64_t client, struct bundle **bundle)
{
	struct bundle *b = bundle_new(n, client);

	b->reader = malloc(sizeof(*b->reader));
	WICI_REQUIRE(b->reader);
	wici_bundle_reader_init(b->reader);
	growing_init(&b->late, LATE_MAX);
	growing_init(&b->left, GROWING_LEN_MAX);
	*bundle = b;
}

static bool is_own_fault(enum wici_err err)
{
	return err == WICI_FULL || err == WICI_STORE || err == WICI_IO;
}

/* ---- statements ---- */

/* PROTOCOL §7.1: "A fork proof that stands before the entries it is about is
 * tried once more at the bundle's end." */
static bool is_early(const struct node *n, struct bundle *b,
		     struct wici_bytes bytes)
{
	struct wici_statement s;

	if (wici_statement_decode(&s, bytes) != WICI_OK ||
	    s.type != WICI_STATEMENT_FORK || forks_has(n, &s.id))
		return false;
	if (b->late.w.len + bytes.len + 8 > LATE_MAX)
		return false;
	wici_mp_bin(&b->late.w, bytes.p, bytes.len);
	return true;
}

static enum wici_err take_statement(struct node *n, struct bundle *b,
				    struct wici_bytes bytes, bool is_late)
{
	enum wici_err err = node_receive_statement(n, BUNDLE_LINK, bytes);

	if (is_own_fault(err))
		return err;
	if (err == WICI_OK)
		b->counts.statements++;
	else if (err != WICI_END)
		bundle_reject(b, wici_err_code(err), NULL, 0, 1);
	else if (is_late || !is_early(n, b, bytes))
		b->counts.known++;
	return WICI_OK;
}

static enum wici_err take_late(struct node *n, struct bundle *b)
{
	struct wici_mp_reader r;
	struct wici_mp v;
	enum wici_err err = WICI_OK;

	wici_mp_reader_init(&r, WICI_MP_LENIENT, growing_bytes(&b->late));
	while (err == WICI_OK && wici_mp_next(&r, &v) == WICI_OK)
		err = take_statement(n, b, v.bytes, true);
	return err;
}

/* ---- runs ---- */

/* Of a run: which feed's, and its entries' numbers. */
struct span {
	struct wici_key feed;
	uint64_t first, last;
};

/* Another feed begins, or the one at hand goes on. */
static void enter(struct bundle *b, const struct wici_key *feed)
{
	if (wici_key_equal(&b->at.feed, feed))
		return;
	b->at = (struct wici_head){.feed = *feed};
	b->passed = NULL;
}

/* What the run follows in its own chain: in the file, or else here. */
static enum wici_err before(struct node *n, const struct bundle *b,
			    const struct feed *feed, const struct span *span,
			    struct wici_head *after)
{
	enum wici_err err;

	*after = (struct wici_head){.feed = span->feed, .seq = span->first - 1};
	if (after->seq == 0)
		return WICI_OK;
	if (b->at.seq == after->seq) {
		after->id = b->at.id;
		return WICI_OK;
	}
	err = entry_id(n->store, feed->row.n, after->seq, &after->id);
	return err == WICI_OK ? err : node_fail(n, err);
}

/* The entry that the root names is in the file: what is here may not be. */
static void watch_named(struct feed *feed, const struct wici_head *at)
{
	if (!feed->is_reached && at->seq == feed->limit.named.seq &&
	    wici_id_equal(&at->id, &feed->limit.named.id))
		forks_shown(feed);
}

/* Recomputes the file's chain through the run. *at is left where our own ends,
 * or the run. */
static enum wici_err walk(struct bundle *b, struct feed *feed,
			  struct wici_bytes bytes,
			  const struct wici_head *after, struct wici_head *at)
{
	struct wici_run run;
	struct wici_entry e;
	struct wici_id id;
	enum wici_err err = wici_run_open(&run, bytes, after);

	*at = *after;
	while (err == WICI_OK) {
		err = wici_run_next(&run, &e, &id);
		if (err != WICI_OK)
			break;
		watch_named(feed, &run.at);
		if (run.at.seq <= feed->row.seq)
			*at = run.at;
	}
	if (err != WICI_END)
		return err;
	b->at = run.at;
	return WICI_OK;
}

/* Two chains part in this run: the first entry that is not ours is the other
 * side of a proof. WICI_END: it is known. */
static enum wici_err prove(struct node *n, const struct feed *feed,
			   struct wici_bytes bytes,
			   const struct wici_head *after)
{
	struct wici_fork_side theirs;
	struct wici_run run;
	struct wici_entry e;
	struct wici_id id, ours;
	enum wici_err err = wici_run_open(&run, bytes, after);

	while (err == WICI_OK) {
		err = wici_run_next(&run, &e, &id);
		if (err == WICI_OK)
			err = entry_id(n->store, feed->row.n, e.header.seq,
				       &ours);
		if (err == WICI_OK && !wici_id_equal(&id, &ours))
			break;
	}
	if (err != WICI_OK)
		return err;
	theirs.header = e.header;
	theirs.sig = e.sig;
	return forks_prove(n, &theirs);
}

/* No more of the feed is taken, nor of this run from there on. */
static void pass_over(struct bundle *b, const char *reason,
		      const struct span *span, uint64_t from)
{
	b->passed = reason;
	bundle_reject(b, reason, &span->feed, from, span->last - from + 1);
}

/* The chain in the file is not ours. */
static enum wici_err part(struct node *n, struct bundle *b,
			  const struct feed *feed, struct wici_bytes bytes,
			  const struct wici_head *after)
{
	enum wici_err err;

	b->passed = wici_err_code(WICI_NOT_MEMBER);
	if (!feed->counts && !feed->row.is_own)
		return WICI_OK;
	err = prove(n, feed, bytes, after);
	if (is_own_fault(err))
		return err;
	if (err == WICI_NOT_FOUND)
		b->passed = "damaged"; /* Ours is. */
	else
		b->passed = err == WICI_OK || err == WICI_END
				    ? "fork"
				    : wici_err_code(err);
	return WICI_OK;
}

/* What is held of the run is compared. WICI_END: nothing of it is taken, and
 * b->passed says why. */
static enum wici_err compare(struct node *n, struct bundle *b,
			     struct feed *feed, struct wici_bytes bytes,
			     const struct span *span)
{
	struct wici_head after, at;
	struct wici_id ours;
	enum wici_err err = before(n, b, feed, span, &after);

	if (err == WICI_OK)
		err = walk(b, feed, bytes, &after, &at);
	if (is_own_fault(err))
		return err;
	if (err != WICI_OK)
		b->passed = wici_err_code(err);
	if (b->passed)
		return WICI_END;
	err = entry_id(n->store, feed->row.n, at.seq, &ours);
	if (err == WICI_OK && wici_id_equal(&ours, &at.id))
		return WICI_OK;
	err = part(n, b, feed, bytes, &after);
	return err == WICI_OK ? WICI_END : err;
}

/* What came before in this turn may have changed which feeds count; in a
 * session the feed would be asked for once more. */
static enum wici_err receive(struct node *n, struct wici_bytes run,
			     struct wici_head *head)
{
	enum wici_err err = node_receive_run(n, BUNDLE_LINK, run, head);

	if (err != WICI_NOT_MEMBER || !n->is_judging_due || !judge_may(n))
		return err;
	err = judge_all(n);
	return err ? err : node_receive_run(n, BUNDLE_LINK, run, head);
}

/* Why a run that proves nothing wrong is not taken, or not whole. */
static const char *reason_of(const struct node *n, const struct bundle *b,
			     enum wici_err err)
{
	const struct feed *feed = feeds_find(&n->feeds, &b->at.feed);

	if (err == WICI_AGAIN)
		return "gap";
	if (err == WICI_OK || (err == WICI_NOT_MEMBER && feed && feed->counts))
		return "ended";
	/* It follows another entry than ours, as the file itself says. */
	if (err == WICI_REJECT_SIGNATURE && feed &&
	    b->at.seq == feed->row.seq && feed->row.seq > 0 &&
	    !wici_id_equal(&b->at.id, &feed->row.id))
		return "fork";
	return wici_err_code(err);
}

static enum wici_err append(struct node *n, struct bundle *b,
			    struct wici_bytes run, const struct span *span)
{
	const struct feed *known = feeds_find(&n->feeds, &span->feed);
	uint64_t seq = known ? known->row.seq : 0;
	uint64_t from = span->first > seq ? span->first : seq + 1;
	struct wici_head head = {.seq = seq};
	enum wici_err err = receive(n, run, &head);

	if (is_own_fault(err))
		return err;
	if (err == WICI_OK) {
		b->counts.entries += head.seq - seq;
		b->counts.feeds += seq == 0;
		b->at = head;
		from = head.seq + 1;
	}
	if (from > span->last)
		return WICI_OK;
	pass_over(b, reason_of(n, b, err), span, from);
	/* What is missing may still come. */
	if (err == WICI_AGAIN)
		b->passed = NULL;
	return WICI_OK;
}

/* Overlaps with what is held. */
static enum wici_err take_rest(struct node *n, struct bundle *b,
			       struct feed *feed, struct wici_bytes run,
			       const struct span *span)
{
	uint64_t seq = feed->row.seq;
	bool has_all = span->last <= seq;
	enum wici_err err = compare(n, b, feed, run, span);

	if (err == WICI_END)
		pass_over(b, b->passed, span, span->first);
	if (err != WICI_OK)
		return err == WICI_END ? WICI_OK : err;
	b->counts.known += (has_all ? span->last : seq) - span->first + 1;
	if (has_all)
		return WICI_OK;
	if (!b->rest)
		b->rest = growing_alloc(WICI_BUNDLE_RECORD_MAX);
	err = wici_run_skip(run, seq + 1, b->rest, &run);
	WICI_REQUIRE(err == WICI_OK); /* It was walked. */
	return append(n, b, run, span);
}

static enum wici_err take_run(struct node *n, struct bundle *b,
			      struct wici_bytes run)
{
	struct span span;
	struct feed *feed;
	uint16_t count;
	enum wici_err err = wici_run_peek(run, &span.feed, &span.first, &count);

	if (err != WICI_OK || count == 0 || count > WICI_RUN_ENTRIES_MAX ||
	    span.first < 1 || span.first > WICI_SEQ_MAX) {
		n->rejected++;
		bundle_reject(b, wici_err_code(WICI_REJECT_RUN), NULL, 0, 1);
		return WICI_OK;
	}
	span.last = span.first + count - 1;
	enter(b, &span.feed);
	feed = feeds_find(&n->feeds, &span.feed);
	if (feed && span.first <= feed->row.seq)
		return take_rest(n, b, feed, run, &span);
	if (!b->passed)
		return append(n, b, run, &span);
	pass_over(b, b->passed, &span, span.first);
	return WICI_OK;
}

/* Where the runs that follow begin: nothing is believed of it. */
static void take_after(struct bundle *b, struct wici_bytes bytes)
{
	struct wici_head after;

	if (wici_bundle_after_read(&after, bytes) != WICI_OK) {
		bundle_reject(b, wici_err_code(WICI_REJECT_BUNDLE), NULL, 0, 1);
		return;
	}
	enter(b, &after.feed);
	b->at = after;
}

/* ---- records ---- */

static enum wici_err take_bearer(struct node *n, struct bundle *b,
				 struct wici_bytes bytes)
{
	enum wici_err err = bearer_take(n, bytes);

	if (is_own_fault(err))
		return err;
	if (err != WICI_OK && err != WICI_END && err != WICI_NOT_MEMBER)
		bundle_reject(b, wici_err_code(err), NULL, 0, 1);
	return WICI_OK;
}

/* PROTOCOL §7.7: "At the registrar's installation it is answered as one that
 * came over a session" */
static enum wici_err take_join(struct node *n, struct bundle *b,
			       struct wici_bytes bytes)
{
	struct wici_message m;
	enum wici_err err = wici_message_decode(&m, bytes);

	if (err != WICI_OK || m.type != WICI_MSG_JOIN || b->has_join)
		err = WICI_REJECT_BUNDLE;
	b->has_join = true;
	if (err == WICI_OK)
		err = node_join(n, BUNDLE_LINK, &m);
	if (err == WICI_INVITER_AWAY && n->own &&
	    wici_roster_is_registrar(&n->roster, &n->own->row.key))
		err = n->sealed ? WICI_SEALED : WICI_FULL;
	if (is_own_fault(err))
		return err;
	if (err != WICI_OK) {
		bundle_reject(b, wici_err_code(err), NULL, 0, 1);
		return WICI_OK;
	}
	err = node_join_admitted(n, m.join.token_id, &b->counts.admitted,
				 b->counts.code);
	b->counts.has_admitted = err == WICI_OK;
	if (is_own_fault(err))
		return err;
	return take_run(n, b, m.join.open);
}

static enum wici_err take_record(struct node *n, struct bundle *b,
				 enum wici_bundle_type type,
				 struct wici_bytes bytes)
{
	switch (type) {
	case WICI_BUNDLE_STATEMENT:
		return take_statement(n, b, bytes, false);
	case WICI_BUNDLE_RUN:
		return take_run(n, b, bytes);
	case WICI_BUNDLE_AFTER:
		take_after(b, bytes);
		break;
	case WICI_BUNDLE_BEARER:
		return take_bearer(n, b, bytes);
	case WICI_BUNDLE_JOIN:
		return take_join(n, b, bytes);
	case WICI_BUNDLE_CHUNK:
		return bundle_take_chunk(n, b, bytes);
	case WICI_BUNDLE_END:
	case WICI_BUNDLE_ABOUT:
	case WICI_BUNDLE_BACKUP:
	case WICI_BUNDLE_ENTRY:
	case WICI_BUNDLE_PROOF:
		break;
	}
	return WICI_OK;
}

/* Whose file it is, before any of it is looked at. WICI_MORE: files became whole,
 * each of which was synced; the rest is for the next call. */
static enum wici_err take_all(struct node *n, struct bundle *b)
{
	enum wici_bundle_type type;
	struct wici_bytes bytes;
	enum wici_err err;

	while ((err = b->files_now < FILES_A_CALL
			      ? wici_bundle_next(b->reader, &type, &bytes)
			      : WICI_MORE) == WICI_OK) {
		if (!wici_id_equal(&b->reader->network, &n->network))
			return WICI_REJECT_NETWORK;
		err = take_record(n, b, type, bytes);
		if (err != WICI_OK)
			return err;
	}
	if (b->reader->has_head &&
	    !wici_id_equal(&b->reader->network, &n->network))
		return WICI_REJECT_NETWORK;
	if (err != WICI_END || b->is_late_done)
		return err;
	b->is_late_done = true;
	err = take_late(n, b);
	return err == WICI_OK ? WICI_END : err;
}

/* Takes in what follows, as far as it goes in one call; what is left of it is
 * kept. */
static enum wici_err write_more(struct node *n, struct bundle *b,
				struct wici_bytes bytes)
{
	enum wici_err err = take_all(n, b);
	struct growing left;
	size_t taken;

	while (err == WICI_AGAIN && bytes.len) {
		err = wici_bundle_feed(b->reader, bytes, &taken);
		if (err != WICI_OK)
			return err;
		bytes.p += taken;
		bytes.len -= taken;
		err = take_all(n, b);
	}
	if (err != WICI_MORE)
		return err == WICI_END && bytes.len ? WICI_REJECT_BUNDLE : err;
	growing_init(&left, GROWING_LEN_MAX);
	if (bytes.len)
		wici_mp_raw(&left.w, bytes);
	growing_clear(&b->left); /* bytes may lie in it. */
	b->left = left;
	return WICI_MORE;
}

enum wici_err bundle_write(struct node *n, struct bundle *b,
			   struct wici_bytes bytes)
{
	enum wici_err err;

	WICI_REQUIRE(!b->is_out && b->reader);
	if (!n->has_network)
		return WICI_NOT_MEMBER;
	if (b->has_more && bytes.len)
		return WICI_USAGE;
	b->counts.bytes += bytes.len;
	n->wants_commit = true;
	b->files_now = 0;
	err = write_more(n, b, b->has_more ? growing_bytes(&b->left) : bytes);
	b->has_more = err == WICI_MORE;
	return err == WICI_AGAIN ? WICI_OK : err;
}
