/* daemon/link_entries.c — Entries over a link: wants and runs, live pushes,
 * heads.
 *
 * A head that is ahead of ours is an offer (fetch); what is wanted comes as
 * RUN under credit; what is committed here is pushed (LIVE) to who is in step,
 * or announced (HEADS), which to whom it came from says: held. */
#include "daemon/erase.h"
#include "daemon/link_fork.h"
#include "daemon/link_private.h"
#include "daemon/receive.h"
#include "proto/require.h"
#include "proto/run.h"

#include <stdlib.h>

/* Of a run of one: head, item, salt, and the payload of what is pushed. */
#define LINK_LIVE_LEN                                                          \
	(WICI_RUN_HEAD_LEN + WICI_RUN_ITEM_LEN + WICI_SALT_LEN +               \
	 WICI_LIVE_LEN_MAX)

/* How much of what the peer has is of use here.
 *
 * PROTOCOL §4.2: "Nothing beyond it is asked for, sent or acknowledged." */
static struct wici_head link_useful(const struct feed *feed,
				    const struct wici_head *head)
{
	struct wici_head useful = *head;

	if (feed && feed->limit.counts && useful.seq > feed->limit.seq)
		useful.seq = feed->limit.seq;
	return useful;
}

/* What a peer says it holds of a feed. */
void link_on_head(struct link *l, const struct wici_head *head)
{
	struct node *n = l->hub->node;
	const struct feed *feed = feeds_find(&n->feeds, &head->feed);
	struct wici_head offer = link_useful(feed, head);
	uint64_t have = feed ? feed->row.seq : 0;

	if (head->seq > WICI_SEQ_MAX) {
		link_refuse(l, WICI_REJECT_LIMIT);
		return;
	}
	/* Of any feed of ours: an old one too. */
	if (feed && l->is_known && head->seq <= feed->released_seq)
		node_held(n, &l->identity, head);
	if (feed)
		link_fork_on_head(l, feed, head);
	if (offer.seq > have) {
		if (fetch_offer(&l->hub->fetch, l->n, &offer,
				node_feed_class(n, &head->feed)) != WICI_OK)
			l->state_due = true;
	} else {
		/* It may have offered more, and then found it spoilt. */
		fetch_withdraw(&l->hub->fetch, l->n, &head->feed);
	}
}

void link_on_heads(struct link *l, const struct wici_packed *heads)
{
	struct wici_head head;

	for (uint16_t i = 0; i < heads->count; i++) {
		wici_packed_head(&head, heads, i);
		link_on_head(l, &head);
	}
	l->state_due |= !l->in_step;
}

/* PROTOCOL §4.3: "Who cannot serve a want answers with its head." */
static void link_cannot_serve(struct link *l, const struct wici_key *key)
{
	const struct feed *feed = feeds_find(&l->hub->node->feeds, key);
	struct wici_message m = {.type = WICI_MSG_HEADS};
	struct wici_head head = {.feed = *key};
	uint8_t packed[72];

	if (feed && feed->counts && link_may_show(l, key)) {
		head.seq = feed->counting_seq;
		head.id = feed->counting_id;
	}
	m.heads = wici_pack_heads(packed, &head, 1);
	link_send(l, &m);
}

static void link_drop_want(struct link *l)
{
	l->wants_count--;
	memmove(l->wants, l->wants + 1, l->wants_count * sizeof(l->wants[0]));
}

/* Who asks again for a feed asks anew. Who waited long asks somebody else in
 * the end, and us for more: the oldest want is the one that is not waited for
 * any longer. */
void link_on_want(struct link *l, const struct wici_message *m)
{
	struct link_want want = {
		.feed = m->want.feed, .from = m->want.from, .to = m->want.to};

	for (size_t i = 0; i < l->wants_count; i++) {
		if (wici_key_equal(&l->wants[i].feed, &want.feed)) {
			l->wants[i] = want;
			return;
		}
	}
	if (l->wants_count == LINK_WANTS_MAX) {
		link_cannot_serve(l, &l->wants[0].feed);
		link_drop_want(l);
	}
	l->wants[l->wants_count++] = want;
}

/* Only what there is credit for, whole: an overdraft would be forgotten on one
 * side alone. */
bool link_may_serve(const struct link *l)
{
	return l->wants_count && l->credit >= WICI_MESSAGE_LEN_MAX &&
	       !l->is_provisional &&
	       wici_session_has_room(&l->session, WICI_MESSAGE_LEN_MAX,
				     WICI_MESSAGE_LEN_MAX + LINK_SPARE_LEN);
}

/* Does the peer have all that the next run needs, so far as it can keep it? */
static bool link_has_given(const struct link *l, const struct link_want *want)
{
	return want->erased_to >= want->from - 1 &&
	       want->erase_version == erase_version(l->hub->node) &&
	       want->given == l->given;
}

/* PROTOCOL §5.6: "An erased entry travels payload-less, after its erasure, in
 * each session anew" So it need not be known which the peer has. True: the next
 * run can go, whichever length it has. */
static bool link_give_erasures(struct link *l, struct link_want *want)
{
	const struct node *n = l->hub->node;
	uint64_t last = want->from + WICI_RUN_ENTRIES_MAX - 1;
	const struct erasure *e;

	link_statements_pump(l);
	if (l->give.count)
		return false;
	if (!link_has_given(l, want))
		want->erased_to = want->from - 1;
	while (want->erased_to < last &&
	       (e = erase_next(n, &want->feed, want->erased_to, last))) {
		want->erased_to = e->of.seq;
		link_give(l, &e->id);
	}
	want->erased_to = last;
	want->erase_version = erase_version(n);
	want->given = l->given + l->give.count;
	link_statements_pump(l);
	return l->give.count == 0;
}

/* One run for the oldest want; false: nothing can go now. */
static bool link_serve(struct link *l)
{
	static uint8_t buf[WICI_MESSAGE_LEN_MAX - 1];
	struct wici_message m = {.type = WICI_MSG_RUN};
	struct link_want *want = &l->wants[0];
	struct wici_key feed;
	uint64_t first;
	uint16_t count;
	enum wici_err err = WICI_NOT_FOUND;

	if (!link_may_serve(l) || !link_give_erasures(l, want) ||
	    !link_may_serve(l))
		return false;
	if (link_may_show(l, &want->feed))
		err = node_read_run(l->hub->node, &want->feed, want->from,
				    want->to, buf, sizeof(buf), &m.run);
	if (err == WICI_OK)
		err = wici_run_peek(m.run, &feed, &first, &count);
	if (err == WICI_OK) {
		link_send(l, &m);
		l->credit -= m.run.len;
		l->sent += count;
		want->from += count;
	} else {
		link_cannot_serve(l, &want->feed);
	}
	if (err != WICI_OK || want->from > want->to)
		link_drop_want(l);
	return true;
}

/* What was asked for comes under credit, and no more of it. */
bool link_takes_credit(struct link *l, size_t len)
{
	if (l->credit_left == 0)
		return false;
	l->credit_left -= len < l->credit_left ? len : l->credit_left;
	l->credit_due += len;
	return true;
}

/* A run that does not verify: a lie, or a feed that two honest nodes hold two
 * chains of, which its author can bring about for as many feeds as he likes. It
 * is looked into; else the feed is left alone for a while, and only a flood is
 * refused. Where we hold nothing of the feed yet, nobody honest can be wrong. */
static void link_on_bad_run(struct link *l, const struct wici_key *key,
			    enum wici_err err)
{
	const struct feed *feed = feeds_find(&l->hub->node->feeds, key);

	if (err != WICI_REJECT_SIGNATURE || !feed || feed->row.seq == 0 ||
	    ++l->bad_runs > LINK_BAD_RUNS_MAX) {
		link_refuse(l, err);
		return;
	}
	fetch_withdraw(&l->hub->fetch, l->n, key);
	link_fork_on_bad_run(l, feed, feed->row.seq);
}

static void link_took(struct link *l, const struct wici_head *head,
		      uint64_t before)
{
	const struct feed *feed = feeds_find(&l->hub->node->feeds, &head->feed);

	l->received += head->seq - before;
	fetch_arrived(&l->hub->fetch, &head->feed, head->seq, l->n,
		      l->hub->node->now.mono_ms);
	/* What was on its way when a proof came is not waited for. */
	if (feed && feed->limit.counts && feed->row.seq >= feed->limit.seq)
		fetch_withdraw(&l->hub->fetch, l->n, &head->feed);
}

void link_on_run(struct link *l, const struct wici_message *m)
{
	struct node *n = l->hub->node;
	const struct feed *known;
	struct wici_head head;
	struct wici_key feed;
	uint64_t first, before;
	uint16_t count;
	enum wici_err err;

	if (wici_run_peek(m->run, &feed, &first, &count) != WICI_OK ||
	    (m->type == WICI_MSG_RUN && !link_takes_credit(l, m->run.len))) {
		link_refuse(l, WICI_REJECT_CREDIT);
		return;
	}
	if (m->type == WICI_MSG_LIVE && m->run.len > LINK_LIVE_LEN) {
		link_refuse(l, WICI_REJECT_LIMIT);
		return;
	}
	known = feeds_find(&n->feeds, &feed);
	before = known ? known->row.seq : 0;
	err = node_receive_run(n, l->n, m->run, &head);
	if (err == WICI_OK || err == WICI_END) {
		link_took(l, &head, before);
		if (head.seq < first + count - 1) /* The rest is not for us. */
			fetch_withdraw(&l->hub->fetch, l->n, &feed);
	} else if (err == WICI_AGAIN) {
		/* PROTOCOL §4.3: "of the runs that were asked for it is dropped"
		 * They come behind one that was, too: taken for news, all were
		 * asked for again and again. */
		head.seq = first + count - 1;
		if (m->type == WICI_MSG_LIVE)
			link_on_head(l, &head);
	} else if (err == WICI_NOT_MEMBER) {
		fetch_withdraw(&l->hub->fetch, l->n, &feed);
	} else if (err == WICI_FULL) {
		fetch_forget(&l->hub->fetch, l->n);
	} else {
		link_on_bad_run(l, &feed, err);
	}
	/* A pushed entry that fits leaves both in step: HEADS answers it. */
	l->state_due |= m->type == WICI_MSG_RUN || err != WICI_OK;
}

static bool link_wants(struct link *l)
{
	struct node *n = l->hub->node;
	struct wici_message m = {.type = WICI_MSG_WANT};
	struct fetch_want want;

	if (n->is_read_only || fetch_next(&l->hub->fetch, l->n, n,
					  n->now.mono_ms, &want) != WICI_OK)
		return false;
	m.want.feed = want.feed;
	m.want.from = want.from;
	m.want.to = want.to;
	link_send(l, &m);
	return true;
}

static void link_give_credit(struct link *l)
{
	struct wici_message m = {.type = WICI_MSG_CREDIT};

	if (l->credit_due < LINK_CREDIT / 4)
		return;
	m.credit = (uint32_t)l->credit_due;
	l->credit_left += l->credit_due;
	l->credit_due = 0;
	link_send(l, &m);
}

static void link_note_head(struct link *l, const struct wici_head *head)
{
	for (size_t i = 0; i < l->announce_count; i++) {
		if (wici_key_equal(&l->announce[i].feed, &head->feed)) {
			l->announce[i] = *head;
			return;
		}
	}
	if (l->announce_count >= LINK_LISTS_MAX) {
		l->state_due = true;
		return;
	}
	if (l->announce_count == l->announce_max) {
		l->announce_max = l->announce_max ? l->announce_max * 2 : 16;
		l->announce =
			realloc(l->announce, l->announce_max * sizeof(*head));
		WICI_REQUIRE(l->announce != NULL);
	}
	l->announce[l->announce_count++] = *head;
}

/* Pushes the entry itself; false: too large, erased, or no room. */
static bool link_push(struct link *l, const struct wici_head *head)
{
	uint8_t buf[LINK_LIVE_LEN];
	struct wici_message m = {.type = WICI_MSG_LIVE};

	if (!wici_session_has_room(&l->session, sizeof(buf),
				   WICI_MESSAGE_LEN_MAX + 64) ||
	    erase_next(l->hub->node, &head->feed, head->seq - 1, head->seq) ||
	    node_read_run(l->hub->node, &head->feed, head->seq, head->seq, buf,
			  sizeof(buf), &m.run) != WICI_OK)
		return false;
	link_send(l, &m);
	l->sent++;
	return true;
}

void link_announce(struct link *l, const struct wici_head *head, uint64_t from)
{
	if (l->is_closing || !l->session.hello_out ||
	    !link_may_show(l, &head->feed))
		return;
	if (l->row && from != l->n)
		l->row->is_confirmed = false;
	if (from == l->n || !l->in_step || !link_push(l, head))
		link_note_head(l, head);
}

static void link_send_heads(struct link *l)
{
	static uint8_t packed[WICI_HEADS_MAX * 72];
	struct wici_message m = {.type = WICI_MSG_HEADS};
	size_t count = l->announce_count < WICI_HEADS_MAX ? l->announce_count
							  : WICI_HEADS_MAX;

	m.heads = wici_pack_heads(packed, l->announce, (uint16_t)count);
	link_send(l, &m);
	l->announce_count -= count;
	memmove(l->announce, l->announce + count,
		l->announce_count * sizeof(l->announce[0]));
}

void link_entries_pump(struct link *l)
{
	if (wici_session_has_room(&l->session, 64, 0))
		link_give_credit(l);
	while (link_has_room(l) && link_wants(l))
		;
	while (l->announce_count && link_has_room(l))
		link_send_heads(l);
	while (link_serve(l))
		;
	link_chunks_pump(l);
}
