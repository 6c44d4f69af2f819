/* daemon/link_clone.c — Two processes under one feed key.
 *
 *   older link ── PING ── PONG within 5 s: both live; each is shown what the
 *        │                other signed (CLONE), and both links end
 *        └─ nothing: it is dead, and ends; the newer one stays
 *
 * Nobody is believed: what is shown is the receiver's own feed key's signature
 * over a number that the receiver never drew. */
#include "daemon/link_clone.h"

#include "daemon/clone.h"
#include "daemon/link_private.h"

static bool is_ready(const struct link *l)
{
	return !l->is_closing && l->session.phase == WICI_PHASE_READY &&
	       l->session.hello_out;
}

bool link_clone_ask(struct link *older, const struct link *newer)
{
	struct wici_message ping = {.type = WICI_MSG_PING};

	if (!is_ready(older))
		return false;
	if (older->clone_nonce)
		return true;           /* It is being asked. */
	older->clone_nonce = newer->n; /* Never 0, as of every other PING. */
	older->clone_ms = older->hub->node->now.mono_ms;
	ping.nonce = older->clone_nonce;
	if (wici_session_has_room(&older->session, 9, 0))
		link_send(older, &ping);
	return true;
}

/* Shows `to` what the process behind `other` signed for us. */
static void link_tell_clone(struct link *to, const struct link *other)
{
	struct wici_message m = {.type = WICI_MSG_CLONE};

	m.clone.role = other->is_initiator ? 1 : 0; /* The peer's. */
	memcpy(m.clone.hash, other->session.hash, sizeof(m.clone.hash));
	m.clone.number = other->session.peer_number;
	m.clone.sig = other->session.peer_sig;
	if (wici_session_has_room(&to->session, wici_message_len(&m), 0))
		link_send(to, &m);
}

void link_clone_on_pong(struct link *l, uint64_t nonce)
{
	bool is_clone = false;

	if (!l->clone_nonce || nonce != l->clone_nonce)
		return;
	l->clone_nonce = 0;
	for (struct link *o = l->hub->links; o; o = o->next) {
		if (o == l || !is_ready(o) ||
		    !wici_key_equal(&o->session.peer_feed,
				    &l->session.peer_feed) ||
		    o->session.peer_number == l->session.peer_number)
			continue;
		is_clone = true;
		link_tell_clone(o, l);
		link_tell_clone(l, o);
		link_refuse(o, WICI_REJECT_DUPLICATE);
	}
	if (is_clone)
		link_refuse(l, WICI_REJECT_DUPLICATE);
}

void link_clone_tick(struct link *l)
{
	if (!l->is_closing && l->clone_nonce &&
	    l->hub->node->now.mono_ms - l->clone_ms >= LINK_CLONE_MS)
		link_refuse(l, WICI_REJECT_DUPLICATE);
}

void link_on_clone(struct link *l, const struct wici_message *m)
{
	struct node *n = l->hub->node;
	struct wici_message auth = {.type = WICI_MSG_AUTH};

	if (n->sealed)
		return;
	auth.auth.feed = n->keys.feed;
	auth.auth.number = m->clone.number;
	auth.auth.sig = m->clone.sig;
	/* PROTOCOL §3.5: "CLONE is believed when the signature is the
	 * receiver's own feed key's over a number that the receiver never
	 * drew" */
	if (m->clone.role > 1 ||
	    wici_auth_verify(&auth, m->clone.role == 0, m->clone.hash,
			     &n->network) != WICI_OK) {
		n->rejected++;
		link_refuse(l, WICI_REJECT_AUTH);
		return;
	}
	clone_told(n, m->clone.number);
}
