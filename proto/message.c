/* proto/message.c — Messages to bytes.
 *
 * One walk writes a message; without a buffer the same walk counts, so that
 * length and encoding cannot disagree. */
#include "proto/message.h"

#include "proto/require.h"

/* Where a message goes; p NULL: it is only counted. */
struct sink {
	uint8_t *p;
	size_t len;
};

static void put(struct sink *s, const void *p, size_t len)
{
	if (s->p && len > 0)
		memcpy(s->p + s->len, p, len);
	s->len += len;
}

static void put_bytes(struct sink *s, struct wici_bytes b)
{
	put(s, b.p, b.len);
}

static void put_u8(struct sink *s, uint8_t v)
{
	put(s, &v, 1);
}

static void put_u16(struct sink *s, uint16_t v)
{
	uint8_t b[2];

	wici_put_u16(b, v);
	put(s, b, sizeof(b));
}

static void put_u32(struct sink *s, uint32_t v)
{
	uint8_t b[4];

	wici_put_u32(b, v);
	put(s, b, sizeof(b));
}

static void put_u64(struct sink *s, uint64_t v)
{
	uint8_t b[8];

	wici_put_u64(b, v);
	put(s, b, sizeof(b));
}

static void put_state(struct sink *s, const struct wici_state *state)
{
	put(s, state->statements.b, WICI_ID_LEN);
	put(s, state->heads.b, WICI_ID_LEN);
}

static void put_join(struct sink *s, const struct wici_message *m)
{
	if (m->type == WICI_MSG_FORWARD)
		put_u32(s, m->join.ref);
	put(s, m->join.token_id, WICI_TOKEN_ID_LEN);
	put(s, m->join.mac.b, WICI_ID_LEN);
	put_bytes(s, m->join.open);
}

static void put_hello(struct sink *s, const struct wici_message *m)
{
	const struct wici_packed *echo = &m->hello.echo;
	const struct wici_packed *declined = &m->hello.declined;

	WICI_REQUIRE(echo->count <= WICI_ECHO_MAX);
	WICI_REQUIRE(declined->count <= WICI_DECLINED_MAX);
	put_u8(s, m->hello.version_min);
	put_u8(s, m->hello.version_max);
	put_u32(s, m->hello.features);
	put_state(s, &m->hello.state);
	put_u8(s, (uint8_t)echo->count);
	put(s, echo->p, echo->count * WICI_HEAD_LEN);
	put_u16(s, declined->count);
	put(s, declined->p, declined->count * WICI_KEY_LEN);
}

static void put_packed(struct sink *s, const struct wici_packed *p,
		       size_t item_len, size_t max)
{
	WICI_REQUIRE(p->count <= max);
	put_u16(s, p->count);
	put(s, p->p, p->count * item_len);
}

static void put_refuse(struct sink *s, const struct wici_message *m)
{
	WICI_REQUIRE(m->refuse.text.len <= WICI_REFUSE_TEXT_MAX);
	put_u16(s, m->refuse.code);
	put_bytes(s, m->refuse.text);
}

static void put_auth(struct sink *s, const struct wici_message *m)
{
	put(s, m->auth.feed.b, WICI_KEY_LEN);
	put_u64(s, m->auth.number);
	put(s, m->auth.sig.b, WICI_SIG_LEN);
}

static void put_forwarded(struct sink *s, const struct wici_message *m)
{
	put_u32(s, m->joined.ref);
	put_u16(s, m->joined.code);
	put_u64(s, m->joined.seq);
}

static void put_want(struct sink *s, const struct wici_message *m)
{
	put(s, m->want.feed.b, WICI_KEY_LEN);
	put_u64(s, m->want.from);
	put_u64(s, m->want.to);
}

/* ASK_HEADER too: what is asked for is where its answer begins. */
static void put_header(struct sink *s, const struct wici_message *m)
{
	put(s, m->header.feed.b, WICI_KEY_LEN);
	put_u64(s, m->header.seq);
	if (m->type == WICI_MSG_ASK_HEADER || !m->header.is_held)
		return;
	put(s, m->header.bytes, sizeof(m->header.bytes));
	put(s, m->header.sig.b, WICI_SIG_LEN);
}

static void put_clone(struct sink *s, const struct wici_message *m)
{
	put_u8(s, m->clone.role);
	put(s, m->clone.hash, sizeof(m->clone.hash));
	put_u64(s, m->clone.number);
	put(s, m->clone.sig.b, WICI_SIG_LEN);
}

/* WANT_CHUNKS, CHUNKS_END and WHOLE have parts of the same. */
static void put_chunks(struct sink *s, const struct wici_message *m)
{
	put(s, m->chunks.root.b, WICI_ID_LEN);
	if (m->type == WICI_MSG_CHUNKS_END) {
		put_u32(s, m->chunks.sent);
		return;
	}
	put_u64(s, m->chunks.size);
	if (m->type == WICI_MSG_WHOLE)
		return;
	put_u32(s, m->chunks.from);
	put_u32(s, m->chunks.to);
}

static void put_chunk(struct sink *s, const struct wici_message *m)
{
	const struct wici_packed *path = &m->chunk.path;

	WICI_REQUIRE(path->count <= WICI_CHUNK_PATH_MAX);
	put(s, m->chunk.root.b, WICI_ID_LEN);
	put_u32(s, m->chunk.i);
	put_u8(s, (uint8_t)path->count);
	put(s, path->p, path->count * WICI_ID_LEN);
	put_bytes(s, m->chunk.bytes);
}

static void put_number(struct sink *s, const struct wici_message *m)
{
	if (m->type == WICI_MSG_CREDIT)
		put_u32(s, m->credit);
	else if (m->type == WICI_MSG_JOINED)
		put_u64(s, m->joined.seq);
	else
		put_u64(s, m->nonce);
}

static void put_body(struct sink *s, const struct wici_message *m)
{
	switch ((enum wici_message_type)m->type) {
	case WICI_MSG_REFUSE:
		put_refuse(s, m);
		return;
	case WICI_MSG_AUTH:
		put_auth(s, m);
		return;
	case WICI_MSG_ASK_OPEN:
		return;
	case WICI_MSG_OPEN:
	case WICI_MSG_RUN:
	case WICI_MSG_LIVE:
		put_bytes(s, m->run);
		return;
	case WICI_MSG_FORWARD:
	case WICI_MSG_JOIN:
		put_join(s, m);
		return;
	case WICI_MSG_FORWARDED:
		put_forwarded(s, m);
		return;
	case WICI_MSG_HELLO:
		put_hello(s, m);
		return;
	case WICI_MSG_RANGES:
		put_u8(s, m->ranges.space);
		put_bytes(s, m->ranges.ranges);
		return;
	case WICI_MSG_HEADS:
		put_packed(s, &m->heads, WICI_HEAD_LEN, WICI_HEADS_MAX);
		return;
	case WICI_MSG_WANT:
		put_want(s, m);
		return;
	case WICI_MSG_WANT_STATEMENTS:
		put_packed(s, &m->ids, WICI_ID_LEN, WICI_IDS_MAX);
		return;
	case WICI_MSG_STATEMENT:
		put_bytes(s, m->statement);
		return;
	case WICI_MSG_JOINED:
	case WICI_MSG_CREDIT:
	case WICI_MSG_PING:
	case WICI_MSG_PONG:
		put_number(s, m);
		return;
	case WICI_MSG_STATE:
		put_state(s, &m->state);
		return;
	case WICI_MSG_ASK_HEADER:
	case WICI_MSG_HEADER:
		put_header(s, m);
		return;
	case WICI_MSG_CLONE:
		put_clone(s, m);
		return;
	case WICI_MSG_WANT_CHUNKS:
	case WICI_MSG_CHUNKS_END:
	case WICI_MSG_WHOLE:
		put_chunks(s, m);
		return;
	case WICI_MSG_CHUNK:
		put_chunk(s, m);
		return;
	}
	/* We send no type that we do not know. */
	WICI_REQUIRE(false);
}

size_t wici_message_len(const struct wici_message *m)
{
	struct sink s = {.len = 1};

	put_body(&s, m);
	return s.len;
}

void wici_message_encode(uint8_t *out, const struct wici_message *m)
{
	struct sink s = {.p = out};

	put_u8(&s, m->type);
	put_body(&s, m);
	WICI_REQUIRE(s.len <= WICI_MESSAGE_LEN_MAX);
}

struct wici_packed wici_pack_heads(uint8_t *out, const struct wici_head *heads,
				   uint16_t count)
{
	struct sink s = {.p = out};

	for (uint16_t i = 0; i < count; i++) {
		put(&s, heads[i].feed.b, WICI_KEY_LEN);
		put_u64(&s, heads[i].seq);
		put(&s, heads[i].id.b, WICI_ID_LEN);
	}
	return (struct wici_packed){out, count};
}
