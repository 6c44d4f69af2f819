/* daemon/link.c — One connection: buffers, messages in, messages out, its
 * row among the peers, its end.
 *
 * Who is there is link_who.c's, what is exchanged link_sync.c's. */
#include "daemon/link.h"

#include "daemon/link_fork.h"
#include "daemon/link_private.h"
#include "daemon/membership.h"
#include "proto/require.h"

uint8_t *link_in(struct link *l, size_t *len)
{
	if (l->is_closing) {
		*len = 0;
		return NULL;
	}
	return wici_session_in(&l->session, len);
}

struct wici_bytes link_out(const struct link *l)
{
	return wici_session_out(&l->session);
}

void link_out_done(struct link *l, size_t n)
{
	wici_session_out_done(&l->session, n);
}

bool link_is_closing(const struct link *l)
{
	return l->is_closing;
}

void link_send(struct link *l, const struct wici_message *m)
{
	enum wici_err err;

	if (l->is_closing)
		return;
	err = wici_session_send(&l->session, m);
	WICI_REQUIRE(err == WICI_OK || l->session.err != WICI_OK);
}

bool link_has_room(const struct link *l)
{
	return wici_session_has_room(&l->session, WICI_MESSAGE_LEN_MAX,
				     LINK_SPARE_LEN);
}

bool link_may_show(const struct link *l, const struct wici_key *feed)
{
	return l->is_known && !l->is_provisional &&
	       node_may_hear(l->hub->node, l->access, &l->identity, feed);
}

static void link_close(struct link *l, enum wici_err err)
{
	if (l->is_closing)
		return;
	l->is_closing = true;
	l->err = err;
	/* What a refusal says of our JOIN is the joining client's to hear. */
	if (l->is_initiator && l->session.is_refused && !l->is_known)
		node_join_result(l->hub->node, err);
}

void link_refuse(struct link *l, enum wici_err err)
{
	wici_session_refuse(&l->session, err);
	link_close(l, err);
}

/* READY: buffers of full size, within what all links may take together. */
static bool link_grow(struct link *l)
{
	if (l->hub->sessions_count < HUB_SESSIONS_MAX)
		l->large = hub_lend(l->hub, LINK_LARGE_LEN);
	if (!l->large) {
		link_refuse(l, WICI_BUSY);
		return false;
	}
	l->hub->sessions_count++;
	wici_session_lend(&l->session, l->large, WICI_SESSION_IN_LEN,
			  l->large + WICI_SESSION_IN_LEN, LINK_OUT_LEN);
	return true;
}

static void link_handle(struct link *l, const struct wici_message *m)
{
	/* Before we said HELLO we do not know who it is: his may come first,
	 * nothing else. */
	if (l->session.phase == WICI_PHASE_READY && !l->session.hello_out &&
	    m->type >= WICI_MSG_FORWARD && m->type != WICI_MSG_HELLO) {
		link_refuse(l, WICI_REJECT_ORDER);
		return;
	}
	switch (m->type) {
	case WICI_MSG_AUTH:
		link_on_auth(l);
		break;
	case WICI_MSG_ASK_OPEN:
		link_on_ask_open(l);
		break;
	case WICI_MSG_OPEN:
		link_on_open(l, m);
		break;
	case WICI_MSG_JOIN:
		link_on_join(l, m);
		break;
	case WICI_MSG_JOINED:
		link_on_joined(l);
		break;
	default:
		link_on_sync(l, m);
		break;
	}
}

/* While READY any message may want an answer: without room for one, no further
 * message is read; nor while as many headers are asked for as may wait, which
 * time alone answers. Not more than that, or two sides that both have much to
 * say would wait for each other. */
bool link_may_read(const struct link *l)
{
	if (l->is_closing || link_fork_is_full(l))
		return false;
	return l->session.phase != WICI_PHASE_READY ||
	       wici_session_has_room(&l->session, LINK_ANSWER_LEN, 64);
}

/* READY came: full buffers. False: it could not be. */
static bool link_is_grown(struct link *l)
{
	if (l->is_closing)
		return false;
	return l->session.phase != WICI_PHASE_READY || l->large || link_grow(l);
}

static void link_read(struct link *l)
{
	struct wici_message m;
	enum wici_err err = l->is_held ? WICI_OK : WICI_AGAIN;

	while (link_is_grown(l) && link_may_read(l) &&
	       (err = wici_session_next(&l->session, &m)) == WICI_OK)
		link_handle(l, &m);
	l->is_held = err == WICI_OK && !l->is_closing;
	if (err != WICI_OK && err != WICI_AGAIN)
		link_close(l, err);
}

void link_in_done(struct link *l, size_t n)
{
	if (l->is_closing)
		return;
	l->heard_ms = l->hub->node->now.mono_ms;
	wici_session_in_done(&l->session, n);
	l->is_held = true; /* For all we know. */
	link_pump(l);
}

static enum peer_state link_state(const struct link *l)
{
	if (l->session.phase != WICI_PHASE_READY)
		return PEER_CONNECTING;
	return l->in_step ? PEER_IN_STEP : PEER_SYNCING;
}

/* How far behind: counting it takes a while, so now and then. */
static void link_note_behind(struct link *l)
{
	struct node *n = l->hub->node;

	l->row->has_behind = l->row->state != PEER_CONNECTING;
	if (fetch_is_idle(&l->hub->fetch, l->n)) {
		l->row->behind = 0;
	} else if (!l->row->behind || n->now.mono_ms - l->noted_ms >= 1000) {
		l->noted_ms = n->now.mono_ms;
		l->row->behind = fetch_behind(&l->hub->fetch, l->n, n);
	}
}

/* What the link knows of itself, where methods read it. */
static void link_note(struct link *l)
{
	struct peer_row *row = l->row;
	struct node *n = l->hub->node;

	if (!row)
		return;
	row->state = link_state(l);
	/* While it is being dialled, whose it was the last time. */
	if (!wici_is_zero(&l->identity, sizeof(l->identity)))
		row->identity = *node_whose(n, &l->identity);
	row->received = l->received;
	row->sent = l->sent;
	row->bytes_in = l->session.bytes_in;
	row->bytes_out = l->session.bytes_out;
	link_note_behind(l);
	if (row->state != PEER_CONNECTING) {
		row->last_contact_ms = n->now.wall_ms;
		row->reason = NULL;
	}
}

void link_pump(struct link *l)
{
	link_read(l);
	if (!l->is_closing && l->session.phase == WICI_PHASE_READY)
		link_sync_pump(l);
	link_note(l);
}

void link_flush(struct link *l)
{
	if (link_is_grown(l) && l->session.phase == WICI_PHASE_READY)
		link_sync_pump(l);
	link_note(l);
}
