/* tests/sim/hostile.c — A peer that does what it likes. */
#include "tests/sim/hostile.h"

#include "daemon/receive.h"
#include "proto/fork.h"
#include "proto/open.h"
#include "proto/require.h"
#include "proto/run.h"
#include "tests/sim/network.h"

#include <stdlib.h>

static struct hostile *hostile_new(struct world *w, const char *name)
{
	struct hostile *h = calloc(1, sizeof(*h));

	WICI_REQUIRE(h && w->hostiles_count < WORLD_HOSTILES_MAX);
	h->w = w;
	h->name = name;
	snprintf(h->address, sizeof(h->address), "%s:8481", name);
	w->hostiles[w->hostiles_count++] = h;
	return h;
}

static struct wici_bytes sign(struct hostile *h, uint16_t kind,
			      struct wici_bytes payload)
{
	static uint8_t buf[WICI_MESSAGE_LEN_MAX - 1];
	struct wici_entry e = {.has_payload = true, .payload = payload};
	struct wici_run_writer run;

	e.header.version = WICI_ENTRY_VERSION;
	e.header.kind = kind;
	e.header.seq = h->head.seq + 1;
	e.header.feed = h->feed;
	e.header.prev = h->head.id;
	e.header.flags = h->flags;
	e.header.time_ms = h->time_ms ? h->time_ms : WORLD_WALL_MS;
	world_bytes(h->w, e.salt.b, sizeof(e.salt.b));
	wici_entry_sign(&e, &h->network, &h->secret);
	wici_run_writer_init(&run, buf, sizeof(buf), &h->feed, e.header.seq);
	WICI_REQUIRE(wici_run_add(&run, &e) == WICI_OK);
	h->head.feed = h->feed;
	h->head.seq = e.header.seq;
	h->head.id = wici_entry_id(&e.header, &e.sig);
	return wici_run_finish(&run);
}

struct wici_bytes hostile_entry(struct hostile *h, uint16_t kind,
				struct wici_bytes payload)
{
	return sign(h, kind, payload);
}

static void keep_open(struct hostile *h, struct wici_bytes run)
{
	WICI_REQUIRE(run.len <= sizeof(h->open));
	memcpy(h->open, run.p, run.len);
	h->open_len = run.len;
}

void hostile_open_again(struct hostile *h)
{
	struct wici_mp_writer payload;
	struct wici_bytes bytes;
	uint8_t buf[256];

	memset(&h->head, 0, sizeof(h->head));
	wici_mp_writer_init(&payload, buf, sizeof(buf));
	wici_open_write(&payload, &h->network, &h->feed, &h->identity,
			&h->identity_secret);
	WICI_REQUIRE(wici_mp_written(&payload, &bytes) == WICI_OK);
	keep_open(h, sign(h, 1, bytes));
}

void hostile_new_feed(struct hostile *h)
{
	uint8_t seed[32];

	world_bytes(h->w, seed, sizeof(seed));
	wici_key_pair(&h->feed, &h->secret, seed);
	hostile_open_again(h);
}

struct hostile *hostile_stranger(struct world *w, const char *name,
				 const struct wici_id *network)
{
	struct hostile *h = hostile_new(w, name);
	uint8_t seed[32];

	h->network = *network;
	world_bytes(w, seed, sizeof(seed));
	wici_key_pair(&h->identity, &h->identity_secret, seed);
	hostile_new_feed(h);
	return h;
}

struct hostile *hostile_become(struct world *w, struct world_node *n)
{
	struct hostile *h = hostile_new(w, n->name);
	const struct node *node = n->node;
	struct wici_bytes open;
	uint8_t buf[1024];

	h->network = node->network;
	h->feed = node->keys.feed;
	h->secret = node->keys.feed_secret;
	h->identity = node->keys.identity;
	WICI_REQUIRE(keys_identity_secret(&node->keys, node->dir_fd, NULL,
					  &h->identity_secret) == WICI_OK);
	h->head = (struct wici_head){h->feed, node->own->released_seq,
				     node->own->released_id};
	WICI_REQUIRE(node_own_open(n->node, buf, sizeof(buf), &open) ==
		     WICI_OK);
	keep_open(h, open);
	world_kill(w, n);
	return h;
}

void hostile_free(struct hostile *h)
{
	free(h);
}

/* ---- a connection ---- */

static struct end *other_end(const struct hostile *h)
{
	return &h->pipe->ends[h->pipe->ends[0].hostile == h];
}

static void flush(struct hostile *h)
{
	struct wici_bytes out;

	while (h->pipe && (out = wici_session_out(&h->session)).len) {
		network_send(h->w, other_end(h), out);
		wici_session_out_done(&h->session, out.len);
	}
}

void hostile_on_open(struct hostile *h, struct pipe *p, bool is_initiator)
{
	struct wici_session_config config = {.is_initiator = is_initiator,
					     .network = h->network,
					     .feed = h->feed,
					     .secret = &h->secret,
					     .number = 7,
					     .now_ms = h->w->now_ms};
	uint8_t secret[32];

	h->pipe = p;
	h->refused = WICI_OK;
	h->heard_len = 0;
	memset(h->got, 0, sizeof(h->got));
	if (h->is_raw)
		return;
	world_bytes(h->w, secret, sizeof(secret));
	wici_noise_pair_from(&config.session_key, secret);
	world_bytes(h->w, secret, sizeof(secret));
	wici_noise_pair_from(&config.ephemeral, secret);
	wici_session_init(&h->session, &config, h->in, sizeof(h->in), h->out,
			  sizeof(h->out));
	flush(h);
}

bool hostile_dial(struct hostile *h, struct world_node *n)
{
	return network_open(h->w, n, h, false) != NULL;
}

void hostile_hang_up(struct hostile *h)
{
	if (h->pipe)
		network_close(h->w, h->pipe);
}

void hostile_on_close(struct hostile *h)
{
	h->pipe = NULL;
	h->closed++;
}

static void greet(struct hostile *h, const struct wici_message *m)
{
	struct wici_message answer = {.type = WICI_MSG_OPEN};

	if (m->type == WICI_MSG_ASK_OPEN) {
		answer.run = (struct wici_bytes){h->open, h->open_len};
		hostile_send(h, &answer);
	}
	if (m->type == WICI_MSG_AUTH && !h->session.auth_out) {
		WICI_REQUIRE(wici_session_send(&h->session, m) == WICI_OK);
		flush(h);
	}
	if (h->session.phase == WICI_PHASE_READY && !h->session.hello_out) {
		answer = (struct wici_message){.type = WICI_MSG_HELLO};
		answer.hello.version_min = answer.hello.version_max = 1;
		h->session.hello_out = true;
		hostile_send(h, &answer);
	}
}

static void take(struct hostile *h, const struct wici_message *m)
{
	h->got[m->type]++;
	if (m->type == WICI_MSG_HEADS && m->heads.count)
		wici_packed_head(&h->last, &m->heads,
				 (uint16_t)(m->heads.count - 1));
	if (m->type == WICI_MSG_RANGES && m->ranges.ranges.len > h->ranges_len)
		h->ranges_len = m->ranges.ranges.len;
	if (!h->is_silent)
		greet(h, m);
	if (h->on)
		h->on(h, m);
}

void hostile_on_bytes(struct hostile *h, struct wici_bytes b)
{
	struct wici_message m;

	if (h->is_raw) {
		size_t room = sizeof(h->heard) - h->heard_len;
		size_t len = b.len < room ? b.len : room;

		memcpy(h->heard + h->heard_len, b.p, len);
		h->heard_len += len;
		return;
	}
	while (b.len && h->pipe) {
		size_t len;
		uint8_t *in = wici_session_in(&h->session, &len);

		if (!in || !len)
			break;
		len = len < b.len ? len : b.len;
		memcpy(in, b.p, len);
		wici_session_in_done(&h->session, len);
		b.p += len;
		b.len -= len;
		while (h->pipe && wici_session_next(&h->session, &m) == WICI_OK)
			take(h, &m);
		if (h->pipe && h->session.is_refused)
			h->refused = h->session.err;
		flush(h);
	}
}

/* ---- what it says ---- */

void hostile_write(struct hostile *h, const void *p, size_t len)
{
	if (h->pipe && h->is_holding) {
		WICI_REQUIRE(len <= sizeof(h->held) - h->held_len);
		memcpy(h->held + h->held_len, p, len);
		h->held_len += len;
	} else if (h->pipe) {
		network_send(h->w, other_end(h), (struct wici_bytes){p, len});
	}
}

void hostile_hold(struct hostile *h)
{
	if (h->pipe && !h->is_raw)
		flush(h);
	h->is_holding = true;
	h->held_len = 0;
}

void hostile_let_go(struct hostile *h)
{
	h->is_holding = false;
	if (h->pipe && h->held_len)
		network_send_whole(h->w, other_end(h),
				   (struct wici_bytes){h->held, h->held_len});
}

void hostile_send_bytes(struct hostile *h, const void *p, size_t len)
{
	static uint8_t frame[65535];

	if (!h->pipe || h->session.phase == WICI_PHASE_DEAD)
		return;
	WICI_REQUIRE(h->session.tx.has_key && len + 18 <= sizeof(frame));
	flush(h);
	wici_put_u16(frame, (uint16_t)(len + 16));
	memcpy(frame + 2, p, len);
	wici_noise_seal(&h->session.tx, frame + 2, len);
	hostile_write(h, frame, len + 18);
}

void hostile_send(struct hostile *h, const struct wici_message *m)
{
	static uint8_t buf[WICI_MESSAGE_LEN_MAX];

	wici_message_encode(buf, m);
	hostile_send_bytes(h, buf, wici_message_len(m));
}

void hostile_heads(struct hostile *h, const struct wici_head *heads,
		   uint16_t count)
{
	static uint8_t packed[WICI_HEADS_MAX * 72];
	struct wici_message m = {.type = WICI_MSG_HEADS};

	m.heads = wici_pack_heads(packed, heads, count);
	hostile_send(h, &m);
}

static void sign_side(struct hostile *h, struct wici_fork_side *side)
{
	struct wici_entry e = {.has_payload = true};

	e.header.version = WICI_ENTRY_VERSION;
	e.header.kind = 0x8000;
	e.header.seq = h->head.seq + 1;
	e.header.feed = h->feed;
	e.header.prev = h->head.id;
	world_bytes(h->w, e.salt.b, sizeof(e.salt.b));
	wici_entry_sign(&e, &h->network, &h->secret);
	side->header = e.header;
	side->sig = e.sig;
}

void hostile_prove(struct hostile *h)
{
	struct wici_message m = {.type = WICI_MSG_STATEMENT};
	struct wici_fork_side one, other;
	struct wici_mp_writer w;
	struct wici_fork fork;
	uint8_t buf[1024];

	sign_side(h, &one);
	sign_side(h, &other);
	wici_mp_writer_init(&w, buf, sizeof(buf));
	WICI_REQUIRE(wici_fork_make(&w, &one, &other, &h->network, &fork) ==
		     WICI_OK);
	WICI_REQUIRE(wici_mp_written(&w, &m.statement) == WICI_OK);
	hostile_send(h, &m);
}

void hostile_live(struct hostile *h, struct wici_bytes run)
{
	struct wici_message m = {.type = WICI_MSG_LIVE, .run = run};

	hostile_send(h, &m);
}
