/* daemon/link_sync.c — Are we in step? HELLO, fingerprints, ranges; and the
 * pump of all that members exchange.
 *
 * Nothing is remembered from session to session. Both sides say what they hold
 * (HELLO, STATE: two fingerprints); where they differ the dialler begins
 * RANGES; what turns out to be missing is asked for (fetch); when nothing is
 * on its way, STATE is asked again. The same difference that did not go away
 * (a feed that counts here and not there) is tried again after a minute. */
#include "daemon/echo.h"
#include "daemon/erase.h"
#include "daemon/link_clone.h"
#include "daemon/link_fork.h"
#include "daemon/link_private.h"

/* Of what a suspended member may hear of: nine registrar feeds, its own. */
#define LINK_FEW_MAX 512

/* What we may hear of ourselves. */
static enum node_access link_own_access(const struct link *l)
{
	const struct node *n = l->hub->node;

	if (!n->own || node_access(n, &n->own->row.key,
				   &n->own->row.identity) != NODE_ACCESS_OWN)
		return NODE_ACCESS_ALL;
	return NODE_ACCESS_OWN;
}

/* Does the peer hear of all that we hold, and we of all that it does? */
static bool link_is_whole(const struct link *l)
{
	return !l->is_provisional && l->access == NODE_ACCESS_ALL &&
	       link_own_access(l) == NODE_ACCESS_ALL;
}

/* Where one of both is suspended, both leave the same out: else they would
 * never be in step. Provisionally no head is shown but the registrar's. */
static bool link_has_both(const struct link *l, const struct wici_key *feed)
{
	const struct node *n = l->hub->node;

	if (l->is_provisional)
		return wici_roster_is_registrar(&n->roster, feed);
	return node_may_hear(n, l->access, &l->identity, feed) &&
	       (link_own_access(l) == NODE_ACCESS_ALL ||
		node_may_hear(n, NODE_ACCESS_OWN, &n->own->row.identity, feed));
}

static struct wici_range_set link_set(const struct link *l, uint8_t space)
{
	static struct wici_head few[LINK_FEW_MAX]; /* For one message. */
	struct wici_range_set set = node_set(l->hub->node, space);
	size_t count = 0;

	if (space != WICI_SPACE_HEADS || link_is_whole(l))
		return set;
	for (size_t i = 0; i < set.count && count < LINK_FEW_MAX; i++) {
		if (link_has_both(l, &set.items[i].feed))
			few[count++] = set.items[i];
	}
	return (struct wici_range_set){space, few, count};
}

static void link_own_state(const struct link *l, struct wici_state *state)
{
	struct wici_range_set heads = link_set(l, WICI_SPACE_HEADS);

	node_state(l->hub->node, state);
	if (!link_is_whole(l))
		state->heads = wici_range_fingerprint(&heads, 0, heads.count);
}

/* The address that we dialled led to this member. */
static void link_note_met(struct link *l)
{
	if (l->is_initiator && l->is_known && l->row)
		echo_met(l->hub->node, l->row, &l->identity);
}

/* Is the feed one of this institution's? */
static bool is_of(const struct feed *feed, const struct wici_key *institution)
{
	return institution && wici_key_equal(&feed->whose, institution);
}

/* PROTOCOL §4.4: "Equal fingerprints acknowledge every head, and that every
 * erasure among the statements is carried out." */
static void link_held_all(struct link *l)
{
	struct node *n = l->hub->node;
	const struct wici_key *self = node_identity(n);

	for (size_t i = 0; i < n->feeds.count; i++) {
		const struct feed *feed = n->feeds.by_key[i];
		const struct wici_head head = {
			feed->row.key, feed->counting_seq, feed->counting_id};

		if (is_of(feed, self) && feed->counts && head.seq &&
		    link_has_both(l, &feed->row.key))
			node_held(n, &l->identity, &head);
	}
}

static void link_on_equal(struct link *l)
{
	struct node *n = l->hub->node;

	l->in_step = true;
	if (!l->is_known)
		return;
	if (l->row)
		l->row->is_confirmed = true;
	link_note_met(l);
	/* Of a suspended peer the own head was not asked. */
	if (n->own && n->own->counts && n->own->counting_seq &&
	    link_has_both(l, &n->own->row.key)) {
		const struct wici_head own = {n->own->row.key,
					      n->own->counting_seq,
					      n->own->counting_id};

		echo_heard(n, &l->identity, &own);
	}
	link_held_all(l);
	erase_held(n, &l->identity);
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
	if (!l->is_initiator) { /* It begins, and tries again. */
		l->tried_ms = now_ms;
		return;
	}
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

/* Whatever is stored, be it beyond what counts: the receiver must hear of its
 * own entries. */
static void add_echo(const struct feed *feed, struct wici_head *echo,
		     uint16_t *count)
{
	if (feed->released_seq == 0 || *count == WICI_ECHO_MAX)
		return;
	echo[(*count)++] = (struct wici_head){feed->row.key, feed->released_seq,
					      feed->released_id};
}

/* The session's feed first, then others of its institution. */
static uint16_t link_echoes(const struct link *l, struct wici_head *echo)
{
	const struct node *n = l->hub->node;
	const struct feed *theirs =
		feeds_find(&n->feeds, &l->session.peer_feed);
	uint16_t count = 0;

	if (theirs)
		add_echo(theirs, echo, &count);
	for (size_t i = 0; l->is_known && i < n->feeds.count; i++) {
		const struct feed *feed = n->feeds.by_key[i];

		if (feed != theirs && is_of(feed, node_whose(n, &l->identity)))
			add_echo(feed, echo, &count);
	}
	return count;
}

void link_send_hello(struct link *l)
{
	struct wici_message m = {.type = WICI_MSG_HELLO};
	struct wici_head echo[WICI_ECHO_MAX];
	uint8_t packed[72 * WICI_ECHO_MAX];

	m.hello.version_min = 1;
	m.hello.version_max = 1;
	link_own_state(l, &m.hello.state);
	m.hello.echo = wici_pack_heads(packed, echo, link_echoes(l, echo));
	link_send(l, &m);
}

/* What it does not name of our feeds, though there is room, it has lost. */
static void link_on_missing_echoes(struct link *l,
				   const struct wici_packed *echo)
{
	struct node *n = l->hub->node;
	const struct wici_key *self = node_identity(n);

	for (size_t i = 0; i < n->feeds.count; i++) {
		const struct feed *feed = n->feeds.by_key[i];
		struct wici_head head = {.seq = 0};
		uint16_t at = 0;

		if (!is_of(feed, self))
			continue;
		for (; at < echo->count; at++) {
			wici_packed_head(&head, echo, at);
			if (wici_key_equal(&head.feed, &feed->row.key))
				break;
		}
		if (at < echo->count)
			continue;
		head = (struct wici_head){.feed = feed->row.key};
		node_held(n, &l->identity, &head);
	}
}

/* How far the peer knows our own feed. */
static void link_on_echo(struct link *l, const struct wici_head *head)
{
	struct node *n = l->hub->node;

	if (l->is_known && n->own &&
	    wici_key_equal(&head->feed, &n->own->row.key)) {
		/* PROTOCOL §4.1: "what is believed is the signed header
		 * alone" */
		if (head->seq > n->own->row.seq) {
			link_fork_ask_echo(l, head);
			return;
		}
		echo_heard(n, &l->identity, head);
	}
	link_on_head(l, head);
}

static void link_on_hello(struct link *l, const struct wici_message *m)
{
	struct wici_head head;

	if (m->hello.version_min > 1 || m->hello.version_max < 1) {
		link_refuse(l, WICI_NEWER_NEEDED);
		return;
	}
	l->credit = l->credit_left = LINK_CREDIT;
	for (uint16_t i = 0; i < m->hello.echo.count; i++) {
		wici_packed_head(&head, &m->hello.echo, i);
		link_on_echo(l, &head);
	}
	if (l->is_known && m->hello.echo.count < WICI_ECHO_MAX)
		link_on_missing_echoes(l, &m->hello.echo);
	link_note_met(l);
	fetch_chunks_met(l->hub);
	link_compare(l, &m->hello.state);
}

void link_recheck(struct link *l)
{
	if (l->session.phase != WICI_PHASE_READY)
		return;
	memset(l->tried, 0, sizeof(l->tried));
	l->state_due = true;
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

/* For the answer: what does not fit goes out as one fingerprint. */
static size_t link_answer_room(const struct link *l)
{
	size_t len = WICI_MESSAGE_LEN_MAX;

	while (len > 2 * LINK_ANSWER_LEN &&
	       !wici_session_has_room(&l->session, len, LINK_SPARE_LEN))
		len /= 2;
	if (!wici_session_has_room(&l->session, len, LINK_SPARE_LEN))
		len = LINK_ANSWER_LEN;
	return len - 2;
}

static void link_on_ranges(struct link *l, const struct wici_message *m)
{
	static uint8_t buf[WICI_MESSAGE_LEN_MAX - 2];
	struct wici_range_diff diff = {link_theirs, WICI_IDS_MAX + 1, 0};
	struct wici_range_set set;
	size_t len = link_answer_room(l);
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
			link_ask(l, &id);
	}
	l->state_due = true;
}

/* STATE is asked when nothing is on its way in either direction, and all that
 * came is committed; now and then also while a client waits for it. */
static void link_ask_state(struct link *l)
{
	const struct node *n = l->hub->node;
	bool is_wanted = n->peers.wants_confirm && l->row && l->is_known &&
			 !l->row->is_confirmed &&
			 n->now.mono_ms - l->state_ms >= LINK_STATE_MS;

	if ((!l->state_due && !is_wanted) || l->state_asked || n->turn_bytes ||
	    l->wants_count || l->announce_count || l->give.count ||
	    l->ask.count || !fetch_is_idle(&l->hub->fetch, l->n))
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
	link_fork_pump(l);
	link_statements_pump(l);
	link_entries_pump(l);
	if (link_has_room(l))
		link_ask_state(l);
}

bool link_is_busy(const struct link *l)
{
	if (l->is_closing || l->session.phase != WICI_PHASE_READY)
		return false;
	if (l->is_held && link_may_read(l))
		return true;
	if (!l->session.hello_in || !l->session.hello_out)
		return false;
	return link_may_serve(l) || link_may_serve_chunks(l) ||
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
	case WICI_MSG_ASK_HEADER:
		link_fork_on_ask_header(l, m);
		break;
	case WICI_MSG_HEADER:
		link_fork_on_header(l, m);
		break;
	case WICI_MSG_PING:
		pong.nonce = m->nonce;
		link_send(l, &pong);
		break;
	case WICI_MSG_PONG:
		link_clone_on_pong(l, m->nonce);
		break;
	case WICI_MSG_CLONE:
		link_on_clone(l, m);
		break;
	case WICI_MSG_WANT_CHUNKS:
		link_on_want_chunks(l, m);
		break;
	case WICI_MSG_CHUNK:
		link_on_chunk(l, m);
		break;
	case WICI_MSG_CHUNKS_END:
		link_on_chunks_end(l, m);
		break;
	case WICI_MSG_WHOLE:
		link_on_whole(l, m);
		break;
	case WICI_MSG_FORWARD:
		link_on_forward(l, m);
		break;
	case WICI_MSG_FORWARDED:
		hub_joined(l->hub, l, m);
		break;
	default:
		break;
	}
}
