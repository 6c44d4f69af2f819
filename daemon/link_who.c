/* daemon/link_who.c — Who is there: the proof of the feed key, feed.open,
 * joining.
 *
 * The one that was dialled shows nothing of itself before it knows who dialled:
 *   dialler                         dialled
 *   AUTH ─────────────────────────> known member's feed? AUTH
 *                                   else ASK_OPEN
 *   OPEN, or JOIN when invited ───> a member's feed.open? AUTH, else REFUSE;
 *                                   admitted by the registrar: JOINED, AUTH
 * A dialler whose roster lacks whom it dialled goes on provisionally: it takes
 * what proves itself and shows none of its heads but the registrar's. */
#include "daemon/echo.h"
#include "daemon/link_clone.h"
#include "daemon/link_private.h"
#include "daemon/membership.h"
#include "daemon/receive.h"

#define LINK_OPEN_LEN 1024

static void link_ask_open(struct link *l)
{
	struct wici_message m = {.type = WICI_MSG_ASK_OPEN};

	l->is_asked = true;
	l->asked_ms = l->hub->node->now.mono_ms;
	link_send(l, &m);
}

/* Of two connections of one pair the one that the lower feed key dialled
 * stays; of two in one direction the newer, since the older is most likely
 * dead. With another process number the older one is asked whether it lives.
 * Says whether `l` is the one to go. */
static bool link_is_duplicate(struct link *l)
{
	const struct wici_session *s = &l->session;
	bool is_ours_lower =
		memcmp(s->config.feed.b, s->peer_feed.b, WICI_KEY_LEN) < 0;

	for (struct link *o = l->hub->links; o; o = o->next) {
		if (o == l || o->is_closing ||
		    o->session.phase != WICI_PHASE_READY ||
		    !wici_key_equal(&o->session.peer_feed, &s->peer_feed))
			continue;
		if (o->session.peer_number != s->peer_number &&
		    link_clone_ask(o, l))
			continue;
		if (o->is_initiator != l->is_initiator &&
		    l->is_initiator != is_ours_lower)
			return true;
		link_refuse(o, WICI_REJECT_DUPLICATE);
	}
	return false;
}

/* One that opens feed after feed must not take everybody's places. */
static bool link_is_too_many(const struct link *l)
{
	unsigned count = 0;

	for (const struct link *o = l->hub->links; o; o = o->next)
		count += o != l && !o->is_closing && o->is_known &&
			 wici_key_equal(&o->identity, &l->identity);
	return count >= LINK_INSTITUTION_MAX;
}

void link_admit(struct link *l, const struct wici_key *identity)
{
	struct wici_message m = {.type = WICI_MSG_AUTH};

	l->identity = *identity;
	l->access = node_access(l->hub->node, &l->session.peer_feed, identity);
	l->is_known = true;
	l->is_provisional = false;
	echo_released(l->hub->node);
	if (!l->session.auth_out)
		link_send(l, &m);
	if (!l->session.auth_in)
		return;
	if (link_is_duplicate(l))
		link_refuse(l, WICI_REJECT_DUPLICATE);
	else if (link_is_too_many(l))
		link_refuse(l, WICI_BUSY);
	else if (!l->session.hello_out)
		link_send_hello(l);
	fetch_chunks_met(l->hub);
}

/* We dialled, and our roster does not know whom: go on with what proves
 * itself, and learn who it is. */
static void link_go_provisional(struct link *l)
{
	l->is_provisional = true;
	l->provisional_ms = l->hub->node->now.mono_ms;
	link_send_hello(l);
}

void link_on_auth(struct link *l)
{
	struct node *n = l->hub->node;
	const struct wici_key *feed = &l->session.peer_feed;
	struct wici_key identity;

	if (wici_key_equal(feed, &l->session.config.feed)) {
		link_refuse(l, WICI_REJECT_SELF);
		return;
	}
	if (node_feed_owner(n, feed, &identity) != WICI_NOT_FOUND &&
	    node_access(n, feed, &identity) != NODE_ACCESS_NONE)
		link_admit(l, &identity);
	else
		link_ask_open(l);
}

void link_on_ask_open(struct link *l)
{
	struct node *n = l->hub->node;
	uint8_t buf[LINK_OPEN_LEN];
	struct wici_message m;

	/* Once is enough for anybody, and many answers would not fit. */
	if (l->has_shown) {
		link_refuse(l, WICI_REJECT_ORDER);
		return;
	}
	l->has_shown = true;
	if (!l->session.auth_in && l->is_initiator &&
	    node_join_message(n, buf, &m) == WICI_OK) {
		m.type = WICI_MSG_JOIN;
		link_send(l, &m);
		wici_session_extend(&l->session, n->now.mono_ms + LINK_JOIN_MS);
		return;
	}
	m.type = WICI_MSG_OPEN;
	if (node_own_open(n, buf, sizeof(buf), &m.run) == WICI_OK)
		link_send(l, &m);
	else
		link_refuse(l, WICI_NOT_MEMBER);
}

void link_on_open(struct link *l, const struct wici_message *m)
{
	struct wici_key feed, identity;
	enum wici_err err;

	if (!l->is_asked) {
		link_refuse(l, WICI_REJECT_ORDER);
		return;
	}
	l->is_asked = false;
	err = node_check_open(l->hub->node, m->run, &feed, &identity);
	if (err == WICI_OK || err == WICI_NOT_MEMBER) {
		if (!wici_key_equal(&feed, &l->session.peer_feed))
			err = WICI_REJECT_OPEN;
		else
			l->identity = identity;
	}
	if (err == WICI_OK)
		link_admit(l, &identity);
	else if (err == WICI_NOT_MEMBER && l->is_initiator)
		link_go_provisional(l);
	else
		link_refuse(l, err);
}

void link_on_join(struct link *l, const struct wici_message *m)
{
	struct wici_key feed;
	enum wici_err err;

	if (l->is_initiator || !l->is_asked) {
		link_refuse(l, WICI_REJECT_ORDER);
		return;
	}
	l->is_asked = false;
	err = node_check_open(l->hub->node, m->join.open, &feed, &l->identity);
	if (err == WICI_NOT_MEMBER)
		err = WICI_OK;
	if (err == WICI_OK && !wici_key_equal(&feed, &l->session.peer_feed))
		err = WICI_REJECT_OPEN;
	if (err == WICI_OK)
		err = hub_join(l->hub, l, m);
	if (err == WICI_OK)
		wici_session_extend(&l->session,
				    l->hub->node->now.mono_ms + LINK_JOIN_MS);
	else
		link_refuse(l, err);
}

void link_on_joined(struct link *l)
{
	if (!l->is_initiator) {
		link_refuse(l, WICI_REJECT_ORDER);
		return;
	}
	node_join_result(l->hub->node, WICI_OK);
	wici_session_extend(&l->session,
			    l->hub->node->now.mono_ms + LINK_JOIN_MS);
}

/* A member passes on a JOIN that came to it. */
void link_on_forward(struct link *l, const struct wici_message *m)
{
	struct wici_message answer = {.type = WICI_MSG_FORWARDED};
	enum wici_err err = WICI_NOT_MEMBER;

	if (l->is_known && l->access == NODE_ACCESS_ALL)
		err = hub_join(l->hub, l, m);
	if (err == WICI_OK)
		return;
	answer.joined.ref = m->join.ref;
	answer.joined.code = hub_join_code(err);
	link_send(l, &answer);
}

void link_on_admitted(struct link *l, enum wici_err err, uint64_t seq)
{
	struct wici_message m = {.type = WICI_MSG_JOINED};

	if (err != WICI_OK) {
		link_refuse(l, err);
		return;
	}
	m.joined.seq = seq;
	link_send(l, &m);
	l->join_seq = seq;
	link_review(l);
}

void link_review(struct link *l)
{
	struct node *n = l->hub->node;
	enum node_access access;

	if (l->is_closing || wici_is_zero(&l->identity, sizeof(l->identity)))
		return;
	access = node_access(n, &l->session.peer_feed, &l->identity);
	if (l->is_known && access == NODE_ACCESS_NONE) {
		link_refuse(l, WICI_NOT_MEMBER);
	} else if (l->is_known && l->access != access) {
		l->access = access;
		l->announce_count = 0; /* STATE says what it lacks. */
		l->in_step = false;
	} else if (!l->is_known && access != NODE_ACCESS_NONE &&
		   (l->join_seq || l->is_provisional)) {
		link_admit(l, &l->identity);
		link_recheck(l);
	}
}
