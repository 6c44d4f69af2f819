/* daemon/hub_join.c — JOINs: passed on from a newcomer's link to the
 * registrar's and back. */
#include "daemon/hub.h"

#include "daemon/link_private.h"
#include "daemon/membership.h"
#include "proto/require.h"

#include <stdlib.h>

static struct hub_join *hub_join_add(struct hub *h, struct link *l,
				     const struct wici_message *m)
{
	struct hub_join *join = calloc(1, sizeof(*join));

	WICI_REQUIRE(join != NULL);
	/* A FORWARD carries 32 bits of it. */
	join->ref = h->join_last = (h->join_last + 1) & UINT32_MAX;
	join->link = l->n;
	join->is_forward = m->type == WICI_MSG_FORWARD;
	join->forward_ref = m->join.ref;
	join->next = h->joins;
	h->joins = join;
	return join;
}

static void hub_join_free(struct hub *h, struct hub_join *join)
{
	struct hub_join **at = &h->joins;

	while (*at != join)
		at = &(*at)->next;
	*at = join->next;
	free(join);
}

static struct hub_join *hub_join_find(const struct hub *h, uint64_t ref)
{
	struct hub_join *join = h->joins;

	while (join && join->ref != ref)
		join = join->next;
	return join;
}

/* One hop, live: a member passes on what a newcomer brought to it. */
static enum wici_err hub_pass_on(struct hub *h, struct hub_join *join,
				 const struct wici_message *m)
{
	struct wici_message forward = *m;
	struct wici_key registrar;
	struct link *via;

	if (join->is_forward || !node_registrar_feed(h->node, &registrar))
		return WICI_INVITER_AWAY;
	via = hub_link_of_feed(h, &registrar);
	if (!via || !via->is_known || !via->session.hello_in ||
	    !via->session.hello_out ||
	    !wici_session_has_room(&via->session, wici_message_len(m) + 4, 64))
		return WICI_INVITER_AWAY;
	join->via = via->n;
	forward.type = WICI_MSG_FORWARD;
	forward.join.ref = (uint32_t)join->ref;
	link_send(via, &forward);
	return WICI_OK;
}

enum wici_err hub_join(struct hub *h, struct link *l,
		       const struct wici_message *m)
{
	struct hub_join *join = hub_join_add(h, l, m);
	enum wici_err err = node_join(h->node, join->ref, m);

	if (err == WICI_INVITER_AWAY)
		err = hub_pass_on(h, join, m);
	if (err != WICI_OK)
		hub_join_free(h, join);
	return err;
}

uint16_t hub_join_code(enum wici_err err)
{
	uint16_t code = wici_err_wire(err);

	if (err == WICI_OK)
		return 0;
	/* Our own troubles have no number: it may be tried again. */
	return code ? code : wici_err_wire(WICI_INVITER_AWAY);
}

/* Decided: tell who asked. */
static void hub_answer_join(struct hub *h, struct hub_join *join,
			    enum wici_err err, uint64_t seq)
{
	struct link *l = hub_link(h, join->link);
	struct wici_message m = {.type = WICI_MSG_FORWARDED};

	if (l && join->is_forward &&
	    !wici_session_has_room(&l->session, 64, 0)) {
		link_refuse(l, WICI_BUSY); /* It asks, and does not read. */
	} else if (l && join->is_forward) {
		m.joined.ref = join->forward_ref;
		m.joined.code = hub_join_code(err);
		m.joined.seq = seq;
		link_send(l, &m);
	} else if (l) {
		link_on_admitted(l, err, seq);
	}
	hub_join_free(h, join);
}

void hub_joined(struct hub *h, struct link *via, const struct wici_message *m)
{
	struct hub_join *join = hub_join_find(h, m->joined.ref);

	if (join && join->via == via->n)
		hub_answer_join(h, join,
				m->joined.code == 0
					? WICI_OK
					: wici_err_from_wire(m->joined.code),
				m->joined.seq);
}

void hub_forget_joins(struct hub *h, uint64_t link)
{
	struct hub_join *join, *next;

	for (join = h->joins; join; join = next) {
		next = join->next;
		if (join->link == link) {
			hub_join_free(h, join);
		} else if (join->via == link) {
			hub_answer_join(h, join, WICI_INVITER_AWAY, 0);
		}
	}
}

void hub_admitted(struct hub *h, uint64_t ref, enum wici_err err, uint64_t seq)
{
	struct hub_join *join = hub_join_find(h, ref);

	if (join)
		hub_answer_join(h, join, err, seq);
}
