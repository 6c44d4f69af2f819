/* proto/message_read.c — Bytes to messages: field by field from a bounded
 * cursor, which is asked once, at the end, whether all was there. */
#include "proto/message.h"

#include "proto/require.h"

/* All that is left; there must be something. */
static struct wici_bytes take_rest(struct wici_cursor *c)
{
	size_t len = c->len;
	const uint8_t *p = wici_take(c, len);

	if (len == 0)
		c->ok = false;
	return p ? (struct wici_bytes){p, len} : (struct wici_bytes){NULL, 0};
}

static struct wici_packed take_items(struct wici_cursor *c, uint16_t count,
				     size_t item_len, size_t max)
{
	const uint8_t *p;

	if (count > max)
		c->ok = false;
	p = wici_take(c, count * item_len);
	return (struct wici_packed){p, p ? count : 0};
}

static void take_state(struct wici_cursor *c, struct wici_state *state)
{
	wici_take_copy(c, state->statements.b, WICI_ID_LEN);
	wici_take_copy(c, state->heads.b, WICI_ID_LEN);
}

static void take_refuse(struct wici_cursor *c, struct wici_message *m)
{
	m->refuse.code = wici_take_u16(c);
	if (c->len > WICI_REFUSE_TEXT_MAX)
		c->ok = false;
	if (c->len > 0)
		m->refuse.text = take_rest(c);
}

static void take_auth(struct wici_cursor *c, struct wici_message *m)
{
	wici_take_copy(c, m->auth.feed.b, WICI_KEY_LEN);
	m->auth.number = wici_take_u64(c);
	wici_take_copy(c, m->auth.sig.b, WICI_SIG_LEN);
}

static void take_join(struct wici_cursor *c, struct wici_message *m)
{
	wici_take_copy(c, m->join.token_id, WICI_TOKEN_ID_LEN);
	wici_take_copy(c, m->join.mac.b, WICI_ID_LEN);
	m->join.open = take_rest(c);
}

static void take_hello(struct wici_cursor *c, struct wici_message *m)
{
	m->hello.version_min = wici_take_u8(c);
	m->hello.version_max = wici_take_u8(c);
	m->hello.features = wici_take_u32(c);
	take_state(c, &m->hello.state);
	m->hello.echo =
		take_items(c, wici_take_u8(c), WICI_HEAD_LEN, WICI_ECHO_MAX);
	m->hello.declined = take_items(c, wici_take_u16(c), WICI_KEY_LEN,
				       WICI_DECLINED_MAX);
	if (m->hello.version_min > m->hello.version_max)
		c->ok = false;
	/* Later versions may say more. */
	if (c->ok)
		c->len = 0;
}

static void take_ranges(struct wici_cursor *c, struct wici_message *m)
{
	m->ranges.space = wici_take_u8(c);
	if (m->ranges.space > 1)
		c->ok = false;
	m->ranges.ranges = take_rest(c);
}

static void take_want(struct wici_cursor *c, struct wici_message *m)
{
	wici_take_copy(c, m->want.feed.b, WICI_KEY_LEN);
	m->want.from = wici_take_u64(c);
	m->want.to = wici_take_u64(c);
	if (m->want.from == 0 || m->want.to < m->want.from)
		c->ok = false;
}

static void take_forwarded(struct wici_cursor *c, struct wici_message *m)
{
	m->joined.ref = wici_take_u32(c);
	m->joined.code = wici_take_u16(c);
	m->joined.seq = wici_take_u64(c);
}

static void take_header(struct wici_cursor *c, struct wici_message *m)
{
	bool is_asked = m->type == WICI_MSG_ASK_HEADER;

	wici_take_copy(c, m->header.feed.b, WICI_KEY_LEN);
	m->header.seq = wici_take_u64(c);
	if (is_asked && m->header.seq == 0)
		c->ok = false;
	/* PROTOCOL §3.4: "or nothing more when it is not held" */
	m->header.is_held = !is_asked && c->len > 0;
	if (!m->header.is_held)
		return;
	wici_take_copy(c, m->header.bytes, sizeof(m->header.bytes));
	wici_take_copy(c, m->header.sig.b, WICI_SIG_LEN);
}

static void take_clone(struct wici_cursor *c, struct wici_message *m)
{
	m->clone.role = wici_take_u8(c);
	if (m->clone.role > 1)
		c->ok = false;
	wici_take_copy(c, m->clone.hash, sizeof(m->clone.hash));
	m->clone.number = wici_take_u64(c);
	wici_take_copy(c, m->clone.sig.b, WICI_SIG_LEN);
}

/* PROTOCOL §3.4: "A size is that of an attachment (§4.6), and from and to are
 * chunks of it; else the message is malformed." */
static void take_chunks(struct wici_cursor *c, struct wici_message *m)
{
	wici_take_copy(c, m->chunks.root.b, WICI_ID_LEN);
	if (m->type == WICI_MSG_CHUNKS_END) {
		m->chunks.sent = wici_take_u32(c);
		return;
	}
	m->chunks.size = wici_take_u64(c);
	if (!wici_chunks_count(m->chunks.size))
		c->ok = false;
	if (m->type == WICI_MSG_WHOLE)
		return;
	m->chunks.from = wici_take_u32(c);
	m->chunks.to = wici_take_u32(c);
	if (m->chunks.to < m->chunks.from ||
	    m->chunks.to >= wici_chunks_count(m->chunks.size))
		c->ok = false;
}

static void take_chunk(struct wici_cursor *c, struct wici_message *m)
{
	wici_take_copy(c, m->chunk.root.b, WICI_ID_LEN);
	m->chunk.i = wici_take_u32(c);
	m->chunk.path = take_items(c, wici_take_u8(c), WICI_ID_LEN,
				   WICI_CHUNK_PATH_MAX);
	m->chunk.bytes = take_rest(c);
	if (m->chunk.bytes.len > WICI_CHUNK_LEN_MAX)
		c->ok = false;
}

/* JOINED, CREDIT, PING, PONG. */
static void take_number(struct wici_cursor *c, struct wici_message *m)
{
	if (m->type == WICI_MSG_CREDIT)
		m->credit = wici_take_u32(c);
	else if (m->type == WICI_MSG_JOINED)
		m->joined.seq = wici_take_u64(c);
	else
		m->nonce = wici_take_u64(c);
}

/* HEADS, WANT_STATEMENTS. */
static void take_list(struct wici_cursor *c, struct wici_message *m)
{
	uint16_t count = wici_take_u16(c);

	if (m->type == WICI_MSG_HEADS)
		m->heads = take_items(c, count, WICI_HEAD_LEN, WICI_HEADS_MAX);
	else
		m->ids = take_items(c, count, WICI_ID_LEN, WICI_IDS_MAX);
}

/* False: a type that is not known. */
static bool is_body_taken(struct wici_cursor *c, struct wici_message *m)
{
	switch ((enum wici_message_type)m->type) {
	case WICI_MSG_REFUSE:
		take_refuse(c, m);
		return true;
	case WICI_MSG_AUTH:
		take_auth(c, m);
		return true;
	case WICI_MSG_ASK_OPEN:
		return true;
	case WICI_MSG_OPEN:
	case WICI_MSG_RUN:
	case WICI_MSG_LIVE:
		m->run = take_rest(c);
		return true;
	case WICI_MSG_FORWARD:
		m->join.ref = wici_take_u32(c);
		take_join(c, m);
		return true;
	case WICI_MSG_JOIN:
		take_join(c, m);
		return true;
	case WICI_MSG_FORWARDED:
		take_forwarded(c, m);
		return true;
	case WICI_MSG_HELLO:
		take_hello(c, m);
		return true;
	case WICI_MSG_RANGES:
		take_ranges(c, m);
		return true;
	case WICI_MSG_HEADS:
	case WICI_MSG_WANT_STATEMENTS:
		take_list(c, m);
		return true;
	case WICI_MSG_WANT:
		take_want(c, m);
		return true;
	case WICI_MSG_STATEMENT:
		m->statement = take_rest(c);
		return true;
	case WICI_MSG_JOINED:
	case WICI_MSG_CREDIT:
	case WICI_MSG_PING:
	case WICI_MSG_PONG:
		take_number(c, m);
		return true;
	case WICI_MSG_STATE:
		take_state(c, &m->state);
		return true;
	case WICI_MSG_ASK_HEADER:
	case WICI_MSG_HEADER:
		take_header(c, m);
		return true;
	case WICI_MSG_CLONE:
		take_clone(c, m);
		return true;
	case WICI_MSG_WANT_CHUNKS:
	case WICI_MSG_CHUNKS_END:
	case WICI_MSG_WHOLE:
		take_chunks(c, m);
		return true;
	case WICI_MSG_CHUNK:
		take_chunk(c, m);
		return true;
	}
	return false;
}

enum wici_err wici_message_decode(struct wici_message *m, struct wici_bytes b)
{
	struct wici_cursor c = wici_cursor(b);

	memset(m, 0, sizeof(*m));
	if (b.len > WICI_MESSAGE_LEN_MAX)
		return WICI_REJECT_MESSAGE;
	m->type = wici_take_u8(&c);
	if (!c.ok)
		return WICI_REJECT_MESSAGE;
	/* PROTOCOL §3.4: "An unknown even type ends the session, an unknown odd
	 * one is ignored." */
	if (!is_body_taken(&c, m))
		return m->type % 2 ? WICI_AGAIN : WICI_REJECT_MESSAGE;
	return c.ok && c.len == 0 ? WICI_OK : WICI_REJECT_MESSAGE;
}

void wici_packed_head(struct wici_head *h, const struct wici_packed *p,
		      uint16_t i)
{
	const uint8_t *at = p->p + i * WICI_HEAD_LEN;

	WICI_REQUIRE(i < p->count);
	memcpy(h->feed.b, at, WICI_KEY_LEN);
	h->seq = wici_get_u64(at + 32);
	memcpy(h->id.b, at + 40, WICI_ID_LEN);
}

void wici_packed_id(struct wici_id *id, const struct wici_packed *p, uint16_t i)
{
	WICI_REQUIRE(i < p->count);
	memcpy(id->b, p->p + i * WICI_ID_LEN, WICI_ID_LEN);
}
