/* daemon/hub.c — All links, one node, one turn.
 *
 * What the node puts out at a turn's end is routed here: heads and statements
 * to the links, replies and the like to the shell. */
#include "daemon/hub.h"

#include "daemon/attachments.h"
#include "daemon/link_clone.h"
#include "daemon/link_private.h"
#include "daemon/membership.h"
#include "proto/require.h"

#include <stdlib.h>

void hub_init(struct hub *h, struct node *n, const uint8_t seed[32])
{
	uint8_t bytes[32];
	static const uint8_t nonce[crypto_stream_chacha20_NONCEBYTES];

	memset(h, 0, sizeof(*h));
	h->node = n;
	fetch_init(&h->fetch);
	crypto_stream_chacha20(bytes, sizeof(bytes), nonce, seed);
	wici_noise_pair_from(&h->session_key, bytes);
	h->number = n->number;
	sodium_memzero(bytes, sizeof(bytes));
}

uint8_t *hub_lend(struct hub *h, size_t len)
{
	uint8_t *p;

	if (h->memory + len > HUB_MEMORY_MAX)
		return NULL;
	p = malloc(len);
	WICI_REQUIRE(p != NULL);
	h->memory += len;
	return p;
}

void hub_give_back(struct hub *h, uint8_t *p, size_t len)
{
	free(p);
	h->memory -= len;
}

/* ---- links ---- */

struct link *hub_link(const struct hub *h, uint64_t n)
{
	struct link *l = h->links;

	while (l && l->n != n)
		l = l->next;
	return l;
}

struct link *hub_link_of_feed(const struct hub *h, const struct wici_key *feed)
{
	for (struct link *l = h->links; l; l = l->next) {
		if (l->session.phase == WICI_PHASE_READY && !l->is_closing &&
		    wici_key_equal(&l->session.peer_feed, feed))
			return l;
	}
	return NULL;
}

static void hub_open_session(struct hub *h, struct link *l)
{
	struct node *n = h->node;
	struct wici_session_config config = {
		.is_initiator = l->is_initiator,
		.network = n->network,
		.feed = n->keys.feed,
		.secret = &n->keys.feed_secret,
		.session_key = h->session_key,
		.number = h->number,
		.now_ms = n->now.mono_ms,
	};
	uint8_t secret[32];

	node_random(n, secret, sizeof(secret));
	wici_noise_pair_from(&config.ephemeral, secret);
	wici_session_init(&l->session, &config, l->small, WICI_SESSION_IN_SMALL,
			  l->small + WICI_SESSION_IN_SMALL,
			  WICI_SESSION_OUT_SMALL);
	sodium_memzero(secret, sizeof(secret));
	sodium_memzero(&config, sizeof(config));
}

static void hub_note_link(struct hub *h, struct link *l)
{
	struct peers *peers = &h->node->peers;

	l->row = l->is_initiator ? peers_by_address(peers, l->address) : NULL;
	if (!l->row)
		l->row = peers_add(peers, NULL);
	l->row->link = l->n;
	l->row->state = PEER_CONNECTING;
	l->row->is_confirmed = false;
}

/* Who has not shown who he is: the oldest makes room, so that silent
 * connections keep nobody out for long. */
static void hub_limit_strangers(struct hub *h)
{
	struct link *oldest = NULL;
	size_t count = 0;

	for (struct link *l = h->links; l; l = l->next) {
		if (l->is_initiator || l->is_closing ||
		    l->session.phase == WICI_PHASE_READY)
			continue;
		oldest = l;
		count++;
	}
	if (count >= HUB_STRANGERS_MAX)
		link_refuse(oldest, WICI_BUSY);
}

enum wici_err hub_open_link(struct hub *h, bool is_initiator,
			    const char *address, struct link **out)
{
	struct node *n = h->node;
	struct link *l;

	if (!n->has_network || !n->keys.has_feed)
		return WICI_NOT_FOUND;
	if (!is_initiator)
		hub_limit_strangers(h);
	l = calloc(1, sizeof(*l));
	WICI_REQUIRE(l != NULL);
	l->small = hub_lend(h, LINK_SMALL_LEN);
	if (!l->small) {
		free(l);
		return WICI_BUSY;
	}
	l->hub = h;
	l->n = ++h->link_last;
	l->is_initiator = is_initiator;
	l->heard_ms = n->now.mono_ms;
	if (address)
		strncpy(l->address, address, PEERS_ADDRESS_LEN);
	hub_open_session(h, l);
	hub_note_link(h, l);
	l->next = h->links;
	h->links = l;
	*out = l;
	return WICI_OK;
}

static void hub_drop_row(struct hub *h, struct link *l, enum wici_err why)
{
	struct peers *peers = &h->node->peers;

	peers->received += l->received;
	peers->sent += l->sent;
	peers->bytes_in += l->session.bytes_in;
	peers->bytes_out += l->session.bytes_out;
	if (!l->row->is_dialed) {
		peers_remove(peers, l->row);
		return;
	}
	l->row->link = 0;
	l->row->state = l->session.is_refused ? PEER_REFUSED : PEER_WAITING;
	l->row->reason = wici_err_code(l->is_closing ? l->err : why);
	l->row->is_confirmed = false;
	l->row->received = l->row->sent = 0;
	l->row->bytes_in = l->row->bytes_out = 0;
}

void hub_drop_link(struct hub *h, struct link *l, enum wici_err why)
{
	struct link **at = &h->links;

	while (*at != l)
		at = &(*at)->next;
	*at = l->next;
	fetch_forget(&h->fetch, l->n);
	fetch_chunks_forget(h, l->n);
	hub_forget_joins(h, l->n);
	hub_drop_row(h, l, why);
	wici_session_clear(&l->session);
	hub_give_back(h, l->small, LINK_SMALL_LEN);
	if (l->large) {
		hub_give_back(h, l->large, LINK_LARGE_LEN);
		h->sessions_count--;
	}
	free(l->announce);
	free(l->give.ids);
	free(l->ask.ids);
	free(l);
}

void hub_clear(struct hub *h)
{
	while (h->links)
		hub_drop_link(h, h->links, WICI_OK);
	fetch_clear(&h->fetch);
	sodium_memzero(&h->session_key, sizeof(h->session_key));
}

/* ---- the turn ---- */

void hub_turn_begin(struct hub *h, const struct node_now *now)
{
	node_turn_begin(h->node, now);
	if (h->chunks.is_due || attachments_take_news(h->node))
		fetch_chunks_plan(h);
	for (struct link *l = h->links; l; l = l->next) {
		if (link_is_busy(l))
			link_pump(l);
	}
}

/* The own feed is a new one: what was opened under the old key ends, without a
 * code, so that it is tried again at once. */
static void hub_end_old(struct hub *h)
{
	for (struct link *l = h->links; l; l = l->next) {
		if (!l->is_closing && !wici_key_equal(&l->session.config.feed,
						      &h->node->keys.feed))
			link_refuse(l, WICI_WAITING);
	}
}

void hub_turn_end(struct hub *h)
{
	h->node->is_pulling = h->fetch.asked != NULL;
	node_turn_end(h->node);
	hub_end_old(h);
	h->is_routed = false;
}

static void hub_route(struct hub *h, const struct node_output *out)
{
	struct link *l;

	switch (out->type) {
	case NODE_HEAD:
		for (l = h->links; l; l = l->next)
			link_announce(l, &out->head.head, out->head.from);
		break;
	case NODE_STATEMENT:
		for (l = h->links; l; l = l->next)
			link_pass_on(l, &out->statement.id,
				     out->statement.from);
		break;
	case NODE_ROSTER:
		for (l = h->links; l; l = l->next) {
			link_review(l);
			link_recheck(l);
		}
		break;
	case NODE_ADMITTED:
		hub_admitted(h, out->admitted.ref, out->admitted.err,
			     out->admitted.seq);
		break;
	case NODE_REPLY:
	case NODE_NETWORK:
	case NODE_DIALS:
	case NODE_FATAL:
		break;
	}
}

bool hub_next(struct hub *h, struct hub_output *out)
{
	struct node_output o;

	while (node_next(h->node, &o)) {
		memset(out, 0, sizeof(*out));
		switch (o.type) {
		case NODE_REPLY:
			out->type = HUB_REPLY;
			out->client = o.reply.client;
			out->bytes = o.reply.bytes;
			return true;
		case NODE_NETWORK:
			out->type = HUB_NETWORK;
			return true;
		case NODE_DIALS:
			out->type = HUB_DIALS;
			return true;
		case NODE_FATAL:
			out->type = HUB_FATAL;
			out->fatal = o.fatal;
			return true;
		case NODE_HEAD:
		case NODE_STATEMENT:
		case NODE_ROSTER:
		case NODE_ADMITTED:
			hub_route(h, &o);
			break;
		}
	}
	if (!h->is_routed) {
		h->is_routed = true;
		for (struct link *l = h->links; l; l = l->next)
			link_flush(l);
	}
	return false;
}

/* ---- time ---- */

static void hub_tick_link(struct link *l, uint64_t now_ms)
{
	struct wici_message ping = {.type = WICI_MSG_PING};
	uint64_t quiet_ms = now_ms - l->heard_ms;

	wici_session_tick(&l->session, now_ms);
	if (l->session.phase == WICI_PHASE_DEAD)
		link_refuse(l, l->session.err);
	else if (quiet_ms > LINK_DEAD_MS)
		link_refuse(l, WICI_REJECT_TIMEOUT);
	else if (l->is_asked && l->session.phase == WICI_PHASE_READY &&
		 now_ms - l->asked_ms > WICI_HANDSHAKE_MS_MAX)
		link_refuse(l, WICI_REJECT_TIMEOUT);
	else if (l->is_provisional &&
		 now_ms - l->provisional_ms > LINK_PROVISIONAL_MS &&
		 node_is_member(l->hub->node))
		link_refuse(l, WICI_NOT_MEMBER);
	link_clone_tick(l);
	l->bad_runs = 0;
	if (l->is_closing || !l->session.hello_out)
		return;
	if (quiet_ms > LINK_PING_MS && now_ms - l->pinged_ms > LINK_PING_MS &&
	    wici_session_has_room(&l->session, 9, 0)) {
		l->pinged_ms = now_ms;
		link_send(l, &ping);
	}
	if (now_ms - l->tried_ms > LINK_RETRY_MS && !l->in_step)
		link_recheck(l);
	link_pump(l);
}

/* What it offered was forgotten: what is missing shows when STATE is compared.
 */
static void hub_on_stalled(struct hub *h, uint64_t n)
{
	struct link *l = hub_link(h, n);

	if (l)
		l->state_due = true;
}

void hub_tick(struct hub *h)
{
	uint64_t now_ms = h->node->now.mono_ms;
	uint64_t stalled;

	while ((stalled = fetch_stalled(&h->fetch, now_ms)))
		hub_on_stalled(h, stalled);
	for (struct link *l = h->links; l; l = l->next)
		hub_tick_link(l, now_ms);
	node_tick(h->node);
	fetch_chunks_tick(h);
}

bool hub_is_busy(const struct hub *h)
{
	for (const struct link *l = h->links; l; l = l->next) {
		if (link_is_busy(l))
			return true;
	}
	return h->chunks.is_due || attachments_has_news(h->node) ||
	       node_is_busy(h->node);
}
