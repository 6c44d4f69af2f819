/* daemon/link_sync.c — What members exchange: fingerprints, ranges, wants,
 * runs, live pushes, statements.
 *
 * Nothing is remembered from session to session. Both sides say what they hold
 * (HELLO, STATE: two fingerprints); where they differ the dialler begins
 * RANGES; what turns out to be missing is asked for (fetch); when nothing is
 * on its way, STATE is asked again. The same difference that did not go away
 * (a feed that counts here and not there) is tried again after a minute. */
#include "daemon/link_private.h"
#include "daemon/receive.h"
#include "proto/require.h"
#include "proto/run.h"

#include <stdlib.h>

/* ---- what is ours to show ---- */

/* Provisionally: no head but the registrar's. */
static struct wici_range_set link_set(const struct link *l, uint8_t space)
{
	const struct node *n = l->hub->node;
	struct wici_range_set set = node_set(n, space);

	if (space != WICI_SPACE_HEADS || !l->is_provisional)
		return set;
	for (size_t i = 0; i < set.count; i++) {
		if (wici_roster_is_registrar(&n->roster, &set.items[i].feed)) {
			set.items += i;
			set.count = 1;
			return set;
		}
	}
	set.count = 0;
	return set;
}

static void link_own_state(const struct link *l, struct wici_state *state)
{
	struct wici_range_set heads = link_set(l, WICI_SPACE_HEADS);

	node_state(l->hub->node, state);
	if (l->is_provisional)
		state->heads = wici_range_fingerprint(&heads, 0, heads.count);
}

/* ---- comparing ---- */

static void link_on_equal(struct link *l)
{
	struct node *n = l->hub->node;

	l->in_step = true;
	if (l->row)
		l->row->is_confirmed = true;
	/* PROTOCOL §4.4: "Equal fingerprints acknowledge every head." */
	if (n->own && n->own->released_seq && l->is_known) {
		struct wici_head own = {n->own->row.key, n->own->released_seq,
					n->own->released_id};

		node_held(n, &l->identity, &own);
	}
}

static void link_compare(struct link *l, const struct wici_state *theirs)
{
	uint64_t now_ms = l->hub->node->now.mono_ms;
	struct wici_state ours;

	link_own_state(l, &ours);
	if (memcmp(&ours, theirs, sizeof(ours)) == 0) {
		link_on_equal(l);
		return;
	}
	l->in_step = false;
	if (!l->is_initiator)
		return;
	if (memcmp(&l->tried[0], &ours, sizeof(ours)) == 0 &&
	    memcmp(&l->tried[1], theirs, sizeof(*theirs)) == 0 &&
	    now_ms - l->tried_ms < LINK_RETRY_MS)
		return;
	l->tried[0] = ours;
	l->tried[1] = *theirs;
	l->tried_ms = now_ms;
	l->ranges_due[WICI_SPACE_STATEMENTS] =
		!wici_id_equal(&ours.statements, &theirs->statements);
	l->ranges_due[WICI_SPACE_HEADS] =
		!wici_id_equal(&ours.heads, &theirs->heads);
}

static void link_send_state(struct link *l)
{
	struct wici_message m = {.type = WICI_MSG_STATE};

	link_own_state(l, &m.state);
	link_send(l, &m);
}

static void link_on_state(struct link *l, const struct wici_message *m)
{
	if (l->state_asked)
		l->state_asked = false;
	else
		link_send_state(l);
	link_compare(l, &m->state);
}

void link_send_hello(struct link *l)
{
	const struct node *n = l->hub->node;
	struct wici_message m = {.type = WICI_MSG_HELLO};
	const struct feed *theirs =
		feeds_find(&n->feeds, &l->session.peer_feed);
	uint8_t echo[72];

	m.hello.version_min = 1;
	m.hello.version_max = 1;
	link_own_state(l, &m.hello.state);
	if (theirs && theirs->released_seq) {
		struct wici_head head = {theirs->row.key, theirs->released_seq,
					 theirs->released_id};

		m.hello.echo = wici_pack_heads(echo, &head, 1);
	}
	link_send(l, &m);
}

/* What a peer says it holds of a feed. */
static void link_on_head(struct link *l, const struct wici_head *head)
{
	struct node *n = l->hub->node;
	const struct feed *feed = feeds_find(&n->feeds, &head->feed);
	uint64_t have = feed ? feed->row.seq : 0;

	if (feed && feed == n->own && l->is_known && head->seq > 0 &&
	    head->seq <= feed->released_seq)
		node_held(n, &l->identity, head);
	if (head->seq > have)
		fetch_offer(&l->hub->fetch, l->n, head,
			    node_feed_class(n, &head->feed));
	else if (head->seq < have)
		fetch_withdraw(&l->hub->fetch, l->n, &head->feed);
}

static void link_on_heads(struct link *l, const struct wici_packed *heads)
{
	struct wici_head head;

	for (uint16_t i = 0; i < heads->count; i++) {
		wici_packed_head(&head, heads, i);
		link_on_head(l, &head);
	}
	l->state_due |= !l->in_step;
}

static void link_on_hello(struct link *l, const struct wici_message *m)
{
	struct wici_head head;

	if (m->hello.version_min > 1 || m->hello.version_max < 1) {
		link_refuse(l, WICI_NEWER_NEEDED);
		return;
	}
	l->credit = LINK_CREDIT;
	for (uint16_t i = 0; i < m->hello.echo.count; i++) {
		wici_packed_head(&head, &m->hello.echo, i);
		link_on_head(l, &head);
	}
	link_compare(l, &m->hello.state);
}

void link_recheck(struct link *l)
{
	if (l->session.phase != WICI_PHASE_READY)
		return;
	memset(l->tried, 0, sizeof(l->tried));
	l->state_due = true;
}

/* ---- ranges ---- */

static bool link_ids_has(const struct link_ids *list, const struct wici_id *id)
{
	for (size_t i = 0; i < list->count; i++) {
		if (wici_id_equal(&list->ids[i], id))
			return true;
	}
	return false;
}

static void link_ids_add(struct link_ids *list, const struct wici_id *id)
{
	if (list->count >= LINK_LISTS_MAX || link_ids_has(list, id))
		return;
	if (list->count == list->max) {
		list->max = list->max ? list->max * 2 : 16;
		list->ids = realloc(list->ids, list->max * sizeof(*list->ids));
		WICI_REQUIRE(list->ids != NULL);
	}
	list->ids[list->count++] = *id;
}

static void link_ids_drop(struct link_ids *list, size_t count)
{
	list->count -= count;
	memmove(list->ids, list->ids + count, list->count * sizeof(*list->ids));
}

static void link_send_ranges(struct link *l, uint8_t space,
			     struct wici_bytes ranges)
{
	struct wici_message m = {.type = WICI_MSG_RANGES};

	m.ranges.space = space;
	m.ranges.ranges = ranges;
	link_send(l, &m);
}

static void link_begin_ranges(struct link *l, uint8_t space)
{
	static uint8_t buf[WICI_MESSAGE_LEN_MAX - 2];
	struct wici_range_set set = link_set(l, space);
	size_t len = sizeof(buf);

	l->ranges_due[space] = false;
	wici_ranges_begin(&set, buf, &len);
	link_send_ranges(l, space, (struct wici_bytes){buf, len});
}

/* The node is one thread: scratch for one message at a time. */
static struct wici_head link_theirs[WICI_IDS_MAX + 1];

static void link_on_ranges(struct link *l, const struct wici_message *m)
{
	static uint8_t buf[WICI_MESSAGE_LEN_MAX - 2];
	struct wici_range_diff diff = {link_theirs, WICI_IDS_MAX + 1, 0};
	struct wici_range_set set;
	size_t len = sizeof(buf);
	enum wici_err err;

	if (m->ranges.space > WICI_SPACE_HEADS) {
		link_refuse(l, WICI_REJECT_RANGE);
		return;
	}
	set = link_set(l, m->ranges.space);
	err = wici_ranges_answer(&set, m->ranges.ranges, &diff, buf, &len);
	if (err != WICI_OK) {
		link_refuse(l, err);
		return;
	}
	if (len)
		link_send_ranges(l, m->ranges.space,
				 (struct wici_bytes){buf, len});
	for (size_t i = 0; i < diff.count; i++) {
		struct wici_id id;

		memcpy(id.b, diff.theirs[i].feed.b, sizeof(id.b));
		if (m->ranges.space == WICI_SPACE_HEADS)
			link_on_head(l, &diff.theirs[i]);
		else
			link_ids_add(&l->ask, &id);
	}
	l->state_due = true;
}

/* ---- entries ---- */

static void link_on_want(struct link *l, const struct wici_message *m)
{
	if (l->wants_count == LINK_WANTS_MAX) {
		link_refuse(l, WICI_REJECT_CREDIT);
		return;
	}
	l->wants[l->wants_count++] = (struct link_want){
		m->want.feed, m->want.from, m->want.to};
}

/* PROTOCOL §4.3: "Who cannot serve a want answers with its head." */
static void link_cannot_serve(struct link *l, const struct wici_key *key)
{
	const struct feed *feed = feeds_find(&l->hub->node->feeds, key);
	struct wici_message m = {.type = WICI_MSG_HEADS};
	struct wici_head head = {.feed = *key};
	uint8_t packed[72];

	if (feed && feed->counts) {
		head.seq = feed->released_seq;
		head.id = feed->released_id;
	}
	m.heads = wici_pack_heads(packed, &head, 1);
	link_send(l, &m);
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
	enum wici_err err;

	if (l->wants_count == 0 || l->credit == 0 || l->is_provisional ||
	    !wici_session_has_room(&l->session, sizeof(buf) + 1,
				   WICI_MESSAGE_LEN_MAX + 64))
		return false;
	err = node_read_run(l->hub->node, &want->feed, want->from, want->to,
			    buf, sizeof(buf), &m.run);
	if (err == WICI_OK)
		err = wici_run_peek(m.run, &feed, &first, &count);
	if (err == WICI_OK) {
		link_send(l, &m);
		l->credit -= m.run.len < l->credit ? m.run.len : l->credit;
		l->sent += count;
		want->from += count;
	} else {
		link_cannot_serve(l, &want->feed);
	}
	if (err != WICI_OK || want->from > want->to) {
		l->wants_count--;
		memmove(l->wants, l->wants + 1,
			l->wants_count * sizeof(l->wants[0]));
	}
	return true;
}

static void link_on_run(struct link *l, const struct wici_message *m)
{
	struct hub *h = l->hub;
	struct wici_key feed;
	struct wici_head head = {.seq = 0};
	uint64_t first = 0, before = 0;
	uint16_t count = 0;
	enum wici_err err = wici_run_peek(m->run, &feed, &first, &count);
	const struct feed *known = NULL;

	if (err == WICI_OK) {
		known = feeds_find(&h->node->feeds, &feed);
		before = known ? known->row.seq : 0;
		err = node_receive_run(h->node, l->n, m->run, &head);
	}
	if (m->type == WICI_MSG_RUN)
		l->credit_due += m->run.len;
	if (err == WICI_OK || err == WICI_END) {
		l->received += head.seq - before;
		fetch_arrived(&h->fetch, &feed, head.seq, l->n,
			      h->node->now.mono_ms);
	} else if (err == WICI_AGAIN) {
		head.feed = feed;
		head.seq = first + count - 1;
		link_on_head(l, &head);
	} else if (err == WICI_NOT_MEMBER) {
		fetch_withdraw(&h->fetch, l->n, &feed);
	} else if (err == WICI_FULL) {
		fetch_forget(&h->fetch, l->n);
	} else {
		link_refuse(l, err);
		return;
	}
	/* A pushed entry that fits leaves both in step: HEADS answers it. */
	l->state_due |= m->type == WICI_MSG_RUN || err != WICI_OK;
}

/* ---- statements ---- */

static void link_on_want_statements(struct link *l,
				    const struct wici_packed *ids)
{
	struct wici_id id;

	for (uint16_t i = 0; i < ids->count; i++) {
		wici_packed_id(&id, ids, i);
		link_ids_add(&l->give, &id);
	}
}

static void link_on_statement(struct link *l, struct wici_bytes bytes)
{
	enum wici_err err = node_receive_statement(l->hub->node, l->n, bytes);

	l->state_due = true;
	if (err != WICI_OK && err != WICI_END && err != WICI_FULL)
		link_refuse(l, err);
}

static void link_ask_statements(struct link *l)
{
	static uint8_t packed[WICI_IDS_MAX * 32];
	struct wici_message m = {.type = WICI_MSG_WANT_STATEMENTS};
	size_t count = l->ask.count < WICI_IDS_MAX ? l->ask.count
						   : WICI_IDS_MAX;

	memcpy(packed, l->ask.ids, count * 32);
	m.ids = (struct wici_packed){packed, (uint16_t)count};
	link_send(l, &m);
	link_ids_drop(&l->ask, count);
}

static void link_give_statement(struct link *l)
{
	struct wici_message m = {.type = WICI_MSG_STATEMENT};

	if (node_read_statement(l->hub->node, &l->give.ids[0], &m.statement) ==
	    WICI_OK)
		link_send(l, &m);
	link_ids_drop(&l->give, 1);
}

void link_give(struct link *l, const struct wici_id *statement)
{
	if (l->session.phase != WICI_PHASE_READY || !l->session.hello_out)
		return;
	link_ids_add(&l->give, statement);
	l->state_due = true;
}

/* ---- announcing ---- */

static void link_note_head(struct link *l, const struct wici_head *head)
{
	for (size_t i = 0; i < l->announce_count; i++) {
		if (wici_key_equal(&l->announce[i].feed, &head->feed)) {
			l->announce[i] = *head;
			return;
		}
	}
	if (l->announce_count >= LINK_LISTS_MAX)
		return;
	if (l->announce_count == l->announce_max) {
		l->announce_max = l->announce_max ? l->announce_max * 2 : 16;
		l->announce = realloc(l->announce,
				      l->announce_max * sizeof(*head));
		WICI_REQUIRE(l->announce != NULL);
	}
	l->announce[l->announce_count++] = *head;
}

/* Pushes the entry itself; false: too large, or no room. */
static bool link_push(struct link *l, const struct wici_head *head)
{
	uint8_t buf[WICI_LIVE_LEN_MAX + 256];
	struct wici_message m = {.type = WICI_MSG_LIVE};

	if (!wici_session_has_room(&l->session, sizeof(buf),
				   WICI_MESSAGE_LEN_MAX + 64) ||
	    node_read_run(l->hub->node, &head->feed, head->seq, head->seq, buf,
			  sizeof(buf), &m.run) != WICI_OK)
		return false;
	link_send(l, &m);
	l->sent++;
	return true;
}

void link_announce(struct link *l, const struct wici_head *head, uint64_t from)
{
	if (l->is_closing || !l->session.hello_out || l->is_provisional)
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

/* ---- the pump ---- */

static bool link_has_room(const struct link *l)
{
	return wici_session_has_room(&l->session, WICI_MESSAGE_LEN_MAX, 64);
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
	l->credit_due = 0;
	link_send(l, &m);
}

/* STATE is asked when nothing is on its way in either direction, and all that
 * came is committed; now and then also while a client waits for it. */
static void link_ask_state(struct link *l)
{
	const struct node *n = l->hub->node;
	bool is_wanted = n->peers.wants_confirm && l->row &&
			 !l->row->is_confirmed &&
			 n->now.mono_ms - l->state_ms >= LINK_STATE_MS;

	if ((!l->state_due && !is_wanted) || l->state_asked ||
	    n->turn_bytes || l->wants_count || l->announce_count ||
	    l->give.count || l->ask.count ||
	    !fetch_is_idle(&l->hub->fetch, l->n))
		return;
	l->state_due = false;
	l->state_asked = true;
	l->state_ms = n->now.mono_ms;
	link_send_state(l);
}

void link_sync_pump(struct link *l)
{
	if (!l->session.hello_in || !l->session.hello_out)
		return;
	for (uint8_t space = 0; space <= WICI_SPACE_HEADS; space++) {
		if (l->ranges_due[space] && link_has_room(l))
			link_begin_ranges(l, space);
	}
	while (l->ask.count && link_has_room(l))
		link_ask_statements(l);
	while (l->give.count && link_has_room(l))
		link_give_statement(l);
	if (link_has_room(l))
		link_give_credit(l);
	while (link_has_room(l) && link_wants(l))
		;
	while (l->announce_count && link_has_room(l))
		link_send_heads(l);
	while (link_serve(l))
		;
	if (link_has_room(l))
		link_ask_state(l);
}

bool link_is_busy(const struct link *l)
{
	if (l->is_closing || l->session.phase != WICI_PHASE_READY)
		return false;
	if (l->is_held && link_has_room(l))
		return true;
	if (!l->session.hello_in || !l->session.hello_out)
		return false;
	return (l->wants_count && l->credit && !l->is_provisional &&
		wici_session_has_room(&l->session, WICI_MESSAGE_LEN_MAX,
				      WICI_MESSAGE_LEN_MAX + 64)) ||
	       ((l->announce_count || l->give.count || l->ask.count) &&
		link_has_room(l));
}

void link_on_sync(struct link *l, const struct wici_message *m)
{
	struct wici_message pong = {.type = WICI_MSG_PONG};

	switch (m->type) {
	case WICI_MSG_HELLO:
		link_on_hello(l, m);
		break;
	case WICI_MSG_STATE:
		link_on_state(l, m);
		break;
	case WICI_MSG_RANGES:
		link_on_ranges(l, m);
		break;
	case WICI_MSG_HEADS:
		link_on_heads(l, &m->heads);
		break;
	case WICI_MSG_WANT:
		link_on_want(l, m);
		break;
	case WICI_MSG_CREDIT:
		l->credit += m->credit;
		break;
	case WICI_MSG_RUN:
	case WICI_MSG_LIVE:
		link_on_run(l, m);
		break;
	case WICI_MSG_WANT_STATEMENTS:
		link_on_want_statements(l, &m->ids);
		break;
	case WICI_MSG_STATEMENT:
		link_on_statement(l, m->statement);
		break;
	case WICI_MSG_PING:
		pong.nonce = m->nonce;
		link_send(l, &pong);
		break;
	case WICI_MSG_FORWARD:
		link_on_forward(l, m);
		break;
	case WICI_MSG_FORWARDED:
		hub_joined(l->hub, l, m);
		break;
	default: /* PONG: heard_ms says it all. */
		break;
	}
}
