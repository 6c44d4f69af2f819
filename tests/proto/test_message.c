/* tests/proto/test_message.c — Every message there and back; every truncation
 * and every hostile byte refused or harmless. */
#include "proto/message.h"

#include <stdlib.h>

#include "tests/test.h"

#define SAMPLES 28

static uint8_t packed[72 * WICI_HEADS_MAX];

static void later_samples(struct wici_message m[SAMPLES])
{
	memset(m[21].header.feed.b, 10, 32);
	m[21].header.seq = WICI_SEQ_MAX;
	m[22].header = m[21].header; /* Not held. */
	m[23].header = m[21].header;
	m[23].header.is_held = true;
	memcpy(m[23].header.bytes, packed, 120);
	memset(m[23].header.sig.b, 11, 64);
	memset(m[24].chunk.root.b, 12, 32);
	m[24].chunk.i = 0x01020304;
	m[24].chunk.path = (struct wici_packed){packed, WICI_CHUNK_PATH_MAX};
	m[24].chunk.bytes = WICI_BYTES("a chunk");
	memset(m[25].chunks.root.b, 13, 32);
	m[25].chunks.size = WICI_ATTACHMENT_SIZE_MAX;
	m[25].chunks.from = 7;
	m[25].chunks.to = WICI_CHUNKS_MAX - 1;
	m[26].chunks.size = 1;
	m[27].chunks.sent = 2048;
}

/* One of each type, with all its fields set. */
static size_t samples(struct wici_message m[SAMPLES])
{
	static const uint8_t types[] = {
		WICI_MSG_REFUSE,   WICI_MSG_AUTH,
		WICI_MSG_ASK_OPEN, WICI_MSG_OPEN,
		WICI_MSG_JOIN,     WICI_MSG_JOINED,
		WICI_MSG_FORWARD,  WICI_MSG_FORWARDED,
		WICI_MSG_HELLO,    WICI_MSG_RANGES,
		WICI_MSG_HEADS,    WICI_MSG_WANT,
		WICI_MSG_CREDIT,   WICI_MSG_RUN,
		WICI_MSG_LIVE,     WICI_MSG_STATEMENT,
		WICI_MSG_PING,     WICI_MSG_PONG,
		WICI_MSG_STATE,    WICI_MSG_WANT_STATEMENTS,
		WICI_MSG_CLONE,    WICI_MSG_ASK_HEADER,
		WICI_MSG_HEADER,   WICI_MSG_HEADER,
		WICI_MSG_CHUNK,    WICI_MSG_WANT_CHUNKS,
		WICI_MSG_WHOLE,    WICI_MSG_CHUNKS_END};
	size_t count = sizeof(types);

	for (size_t i = 0; i < sizeof(packed); i++)
		packed[i] = (uint8_t)(i * 7);
	memset(m, 0, SAMPLES * sizeof(*m));
	for (size_t i = 0; i < count; i++)
		m[i].type = types[i];
	m[0].refuse.code = 3;
	m[0].refuse.text = WICI_BYTES("another network");
	memset(m[1].auth.feed.b, 1, 32);
	m[1].auth.number = UINT64_C(0xfedcba9876543210);
	memset(m[1].auth.sig.b, 2, 64);
	m[3].run = WICI_BYTES("a run");
	memset(m[4].join.token_id, 3, 8);
	memset(m[4].join.mac.b, 4, 32);
	m[4].join.open = WICI_BYTES("feed.open");
	m[5].joined.seq = 77;
	m[6].join = m[4].join;
	m[6].join.ref = 0xdeadbeef;
	m[7].joined.ref = 0xcafebabe;
	m[7].joined.code = 34;
	m[7].joined.seq = 78;
	m[8].hello.version_min = 1;
	m[8].hello.version_max = 3;
	m[8].hello.features = 0x80000001;
	memset(&m[8].hello.state, 5, 64);
	m[8].hello.echo = (struct wici_packed){packed, WICI_ECHO_MAX};
	m[8].hello.declined = (struct wici_packed){packed, WICI_DECLINED_MAX};
	m[9].ranges.space = 1;
	m[9].ranges.ranges = WICI_BYTES("\x80");
	m[10].heads = (struct wici_packed){packed, WICI_HEADS_MAX};
	memset(m[11].want.feed.b, 6, 32);
	m[11].want.from = 5;
	m[11].want.to = 6;
	m[12].credit = 262144;
	m[13].run = WICI_BYTES("another run");
	m[14].run = WICI_BYTES("a live run");
	m[15].statement = WICI_BYTES("a statement");
	m[16].nonce = 1;
	m[17].nonce = 2;
	memset(&m[18].state, 7, 64);
	m[19].ids = (struct wici_packed){packed, WICI_IDS_MAX};
	m[20].clone.role = 1;
	memset(m[20].clone.hash, 8, 64);
	m[20].clone.number = UINT64_C(0x0123456789abcdef);
	memset(m[20].clone.sig.b, 9, 64);
	later_samples(m);
	return count;
}

static bool is_packed_same(const struct wici_packed *a,
			   const struct wici_packed *b, size_t item_len)
{
	return a->count == b->count &&
	       memcmp(a->p, b->p, a->count * item_len) == 0;
}

static bool is_join_same(const struct wici_message *a,
			 const struct wici_message *b)
{
	return a->join.ref == b->join.ref &&
	       memcmp(a->join.token_id, b->join.token_id, 8) == 0 &&
	       wici_id_equal(&a->join.mac, &b->join.mac) &&
	       wici_bytes_equal(a->join.open, b->join.open);
}

static bool is_hello_same(const struct wici_message *a,
			  const struct wici_message *b)
{
	return a->hello.version_min == b->hello.version_min &&
	       a->hello.version_max == b->hello.version_max &&
	       a->hello.features == b->hello.features &&
	       memcmp(&a->hello.state, &b->hello.state, 64) == 0 &&
	       is_packed_same(&a->hello.echo, &b->hello.echo, 72) &&
	       is_packed_same(&a->hello.declined, &b->hello.declined, 32);
}

static bool is_joined_same(const struct wici_message *a,
			   const struct wici_message *b)
{
	return a->joined.ref == b->joined.ref &&
	       a->joined.code == b->joined.code &&
	       a->joined.seq == b->joined.seq;
}

static bool is_auth_same(const struct wici_message *a,
			 const struct wici_message *b)
{
	return wici_key_equal(&a->auth.feed, &b->auth.feed) &&
	       a->auth.number == b->auth.number &&
	       memcmp(a->auth.sig.b, b->auth.sig.b, 64) == 0;
}

static bool is_header_same(const struct wici_message *a,
			   const struct wici_message *b)
{
	return wici_key_equal(&a->header.feed, &b->header.feed) &&
	       a->header.seq == b->header.seq &&
	       a->header.is_held == b->header.is_held &&
	       memcmp(a->header.bytes, b->header.bytes, 120) == 0 &&
	       memcmp(a->header.sig.b, b->header.sig.b, 64) == 0;
}

static bool is_clone_same(const struct wici_message *a,
			  const struct wici_message *b)
{
	return a->clone.role == b->clone.role &&
	       memcmp(a->clone.hash, b->clone.hash, 64) == 0 &&
	       a->clone.number == b->clone.number &&
	       memcmp(a->clone.sig.b, b->clone.sig.b, 64) == 0;
}

static bool is_chunk_same(const struct wici_message *a,
			  const struct wici_message *b)
{
	return wici_id_equal(&a->chunk.root, &b->chunk.root) &&
	       a->chunk.i == b->chunk.i &&
	       is_packed_same(&a->chunk.path, &b->chunk.path, 32) &&
	       wici_bytes_equal(a->chunk.bytes, b->chunk.bytes);
}

static bool is_chunks_same(const struct wici_message *a,
			   const struct wici_message *b)
{
	return wici_id_equal(&a->chunks.root, &b->chunks.root) &&
	       a->chunks.size == b->chunks.size &&
	       a->chunks.from == b->chunks.from &&
	       a->chunks.to == b->chunks.to && a->chunks.sent == b->chunks.sent;
}

static bool is_same(const struct wici_message *a, const struct wici_message *b)
{
	if (a->type != b->type)
		return false;
	switch ((enum wici_message_type)a->type) {
	case WICI_MSG_REFUSE:
		return a->refuse.code == b->refuse.code &&
		       wici_bytes_equal(a->refuse.text, b->refuse.text);
	case WICI_MSG_AUTH:
		return is_auth_same(a, b);
	case WICI_MSG_ASK_OPEN:
		return true;
	case WICI_MSG_OPEN:
	case WICI_MSG_RUN:
	case WICI_MSG_LIVE:
		return wici_bytes_equal(a->run, b->run);
	case WICI_MSG_JOIN:
	case WICI_MSG_FORWARD:
		return is_join_same(a, b);
	case WICI_MSG_JOINED:
	case WICI_MSG_FORWARDED:
		return is_joined_same(a, b);
	case WICI_MSG_HELLO:
		return is_hello_same(a, b);
	case WICI_MSG_RANGES:
		return a->ranges.space == b->ranges.space &&
		       wici_bytes_equal(a->ranges.ranges, b->ranges.ranges);
	case WICI_MSG_HEADS:
		return is_packed_same(&a->heads, &b->heads, 72);
	case WICI_MSG_WANT:
		return wici_key_equal(&a->want.feed, &b->want.feed) &&
		       a->want.from == b->want.from && a->want.to == b->want.to;
	case WICI_MSG_CREDIT:
		return a->credit == b->credit;
	case WICI_MSG_WANT_STATEMENTS:
		return is_packed_same(&a->ids, &b->ids, 32);
	case WICI_MSG_STATEMENT:
		return wici_bytes_equal(a->statement, b->statement);
	case WICI_MSG_PING:
	case WICI_MSG_PONG:
		return a->nonce == b->nonce;
	case WICI_MSG_STATE:
		return memcmp(&a->state, &b->state, 64) == 0;
	case WICI_MSG_ASK_HEADER:
	case WICI_MSG_HEADER:
		return is_header_same(a, b);
	case WICI_MSG_CLONE:
		return is_clone_same(a, b);
	case WICI_MSG_CHUNK:
		return is_chunk_same(a, b);
	case WICI_MSG_WANT_CHUNKS:
	case WICI_MSG_CHUNKS_END:
	case WICI_MSG_WHOLE:
		return is_chunks_same(a, b);
	}
	return false;
}

/* Decodes a copy of exactly this length, so that ASan sees a step beyond. */
static enum wici_err decode(struct wici_message *m, const uint8_t *p,
			    size_t len)
{
	static uint8_t *copy;

	free(copy);
	copy = malloc(len ? len : 1);
	CHECK(copy != NULL);
	memcpy(copy, p, len);
	return wici_message_decode(m, (struct wici_bytes){copy, len});
}

TEST(every_message_comes_back_as_it_was)
{
	static uint8_t wire[WICI_MESSAGE_LEN_MAX];
	struct wici_message m[SAMPLES], back;
	size_t count = samples(m);

	for (size_t i = 0; i < count; i++) {
		size_t len = wici_message_len(&m[i]);

		CHECK(len <= sizeof(wire));
		wici_message_encode(wire, &m[i]);
		CHECK_OK(decode(&back, wire, len));
		CHECK(is_same(&m[i], &back));
	}
}

/* Types whose last field is "the rest" cannot notice that some is gone. */
static bool is_open_ended(uint8_t type)
{
	return type == WICI_MSG_REFUSE || type == WICI_MSG_OPEN ||
	       type == WICI_MSG_RUN || type == WICI_MSG_LIVE ||
	       type == WICI_MSG_JOIN || type == WICI_MSG_FORWARD ||
	       type == WICI_MSG_RANGES || type == WICI_MSG_STATEMENT ||
	       type == WICI_MSG_CHUNK;
}

/* What of such a message must be there: all before the rest, and of the rest
 * one byte, save a REFUSE's text. */
static size_t least_len(const struct wici_message *m, size_t len)
{
	switch ((enum wici_message_type)m->type) {
	case WICI_MSG_REFUSE:
		return len - m->refuse.text.len;
	case WICI_MSG_OPEN:
	case WICI_MSG_RUN:
	case WICI_MSG_LIVE:
		return len - m->run.len + 1;
	case WICI_MSG_JOIN:
	case WICI_MSG_FORWARD:
		return len - m->join.open.len + 1;
	case WICI_MSG_RANGES:
		return len - m->ranges.ranges.len + 1;
	case WICI_MSG_STATEMENT:
		return len - m->statement.len + 1;
	case WICI_MSG_CHUNK:
		return len - m->chunk.bytes.len + 1;
	case WICI_MSG_AUTH:
	case WICI_MSG_ASK_OPEN:
	case WICI_MSG_JOINED:
	case WICI_MSG_FORWARDED:
	case WICI_MSG_HELLO:
	case WICI_MSG_HEADS:
	case WICI_MSG_WANT:
	case WICI_MSG_CREDIT:
	case WICI_MSG_WANT_STATEMENTS:
	case WICI_MSG_PING:
	case WICI_MSG_PONG:
	case WICI_MSG_STATE:
	case WICI_MSG_ASK_HEADER:
	case WICI_MSG_HEADER:
	case WICI_MSG_CLONE:
	case WICI_MSG_WANT_CHUNKS:
	case WICI_MSG_CHUNKS_END:
	case WICI_MSG_WHOLE:
		return len;
	}
	return len;
}

/* Cut off before what is optional, a HEADER is another, a whole one. */
static bool is_whole(const struct wici_message *m, size_t len)
{
	return m->type == WICI_MSG_HEADER && len == 1 + 32 + 8;
}

TEST(every_truncation_is_refused)
{
	static uint8_t wire[WICI_MESSAGE_LEN_MAX];
	struct wici_message m[SAMPLES], back;
	size_t count = samples(m);

	/* Small lists: the long ones behave alike, and take their time. */
	m[8].hello.declined.count = 3;
	m[10].heads.count = 3;
	m[19].ids.count = 3;
	for (size_t i = 0; i < count; i++) {
		size_t len = wici_message_len(&m[i]);
		size_t least = least_len(&m[i], len);

		wici_message_encode(wire, &m[i]);
		for (size_t n = 0; n < len; n++)
			CHECK_ERR(decode(&back, wire, n),
				  n < least && !is_whole(&m[i], n)
					  ? WICI_REJECT_MESSAGE
					  : WICI_OK);
	}
}

TEST(bytes_after_the_end_are_refused_except_after_hello)
{
	static uint8_t wire[WICI_MESSAGE_LEN_MAX];
	struct wici_message m[SAMPLES], back;
	size_t count = samples(m);

	for (size_t i = 0; i < count; i++) {
		size_t len = wici_message_len(&m[i]);

		if (is_open_ended(m[i].type))
			continue;
		wici_message_encode(wire, &m[i]);
		CHECK_ERR(decode(&back, wire, len + 1),
			  m[i].type == WICI_MSG_HELLO ? WICI_OK
						      : WICI_REJECT_MESSAGE);
	}
}

TEST(an_unknown_odd_type_is_ignored_and_an_even_one_is_not)
{
	struct wici_message m;

	for (unsigned type = 46; type < 256; type++) {
		uint8_t wire[] = {(uint8_t)type, 1, 2, 3};

		if (type % 2 && type >= WICI_MSG_WANT_CHUNKS &&
		    type <= WICI_MSG_WHOLE)
			continue;
		CHECK_ERR(decode(&m, wire, sizeof(wire)),
			  type % 2 ? WICI_AGAIN : WICI_REJECT_MESSAGE);
	}
	CHECK_ERR(decode(&m, (const uint8_t *)"\x01", 1), WICI_AGAIN);
}

TEST(lists_and_texts_beyond_their_limits_are_refused)
{
	static uint8_t wire[WICI_MESSAGE_LEN_MAX + 1];
	struct wici_message m;

	wire[0] = WICI_MSG_HEADS;
	wici_put_u16(wire + 1, WICI_HEADS_MAX + 1);
	CHECK_ERR(decode(&m, wire, 3 + 72 * (WICI_HEADS_MAX + 1)),
		  WICI_REJECT_MESSAGE);
	wire[0] = WICI_MSG_WANT_STATEMENTS;
	wici_put_u16(wire + 1, WICI_IDS_MAX + 1);
	CHECK_ERR(decode(&m, wire, 3 + 32 * (WICI_IDS_MAX + 1)),
		  WICI_REJECT_MESSAGE);
	wire[0] = WICI_MSG_REFUSE;
	CHECK_OK(decode(&m, wire, 3 + WICI_REFUSE_TEXT_MAX));
	CHECK_ERR(decode(&m, wire, 4 + WICI_REFUSE_TEXT_MAX),
		  WICI_REJECT_MESSAGE);
	wire[0] = WICI_MSG_RUN;
	CHECK_OK(decode(&m, wire, WICI_MESSAGE_LEN_MAX));
	CHECK_ERR(decode(&m, wire, WICI_MESSAGE_LEN_MAX + 1),
		  WICI_REJECT_MESSAGE);
	memset(wire, 0, sizeof(wire));
	wire[0] = WICI_MSG_CHUNK;
	wire[37] = WICI_CHUNK_PATH_MAX;
	CHECK_OK(decode(&m, wire, 38 + 11 * 32 + WICI_CHUNK_LEN_MAX));
	CHECK_ERR(decode(&m, wire, 39 + 11 * 32 + WICI_CHUNK_LEN_MAX),
		  WICI_REJECT_MESSAGE);
	wire[37]++;
	CHECK_ERR(decode(&m, wire, 38 + 12 * 32 + 1), WICI_REJECT_MESSAGE);
}

static enum wici_err decode_sample(struct wici_message *m)
{
	static uint8_t wire[WICI_MESSAGE_LEN_MAX];
	struct wici_message back;

	wici_message_encode(wire, m);
	return decode(&back, wire, wici_message_len(m));
}

TEST(fields_that_cannot_be_meant_are_refused)
{
	struct wici_message m[SAMPLES];

	(void)samples(m);
	m[8].hello.version_min = 4;
	CHECK_ERR(decode_sample(&m[8]), WICI_REJECT_MESSAGE);
	m[9].ranges.space = 2;
	CHECK_ERR(decode_sample(&m[9]), WICI_REJECT_MESSAGE);
	m[11].want.from = 0;
	CHECK_ERR(decode_sample(&m[11]), WICI_REJECT_MESSAGE);
	m[11].want.from = 7;
	CHECK_ERR(decode_sample(&m[11]), WICI_REJECT_MESSAGE);
	m[11].want.to = 7;
	CHECK_OK(decode_sample(&m[11]));
	m[20].clone.role = 2;
	CHECK_ERR(decode_sample(&m[20]), WICI_REJECT_MESSAGE);
	m[25].chunks.to++;
	CHECK_ERR(decode_sample(&m[25]), WICI_REJECT_MESSAGE);
	m[25].chunks.to = 6;
	CHECK_ERR(decode_sample(&m[25]), WICI_REJECT_MESSAGE);
	m[25].chunks.to = 7;
	CHECK_OK(decode_sample(&m[25]));
	m[25].chunks.size++;
	CHECK_ERR(decode_sample(&m[25]), WICI_REJECT_MESSAGE);
	m[26].chunks.size = 0;
	CHECK_ERR(decode_sample(&m[26]), WICI_REJECT_MESSAGE);
	m[21].header.seq = 0;
	CHECK_ERR(decode_sample(&m[21]), WICI_REJECT_MESSAGE);
}

/* Other implementations have these bytes to go by. */
TEST(a_header_and_a_clone_stand_as_the_protocol_says)
{
	struct wici_message m[SAMPLES];
	uint8_t wire[256];

	(void)samples(m);
	CHECK(wici_message_len(&m[21]) == 41);
	CHECK(wici_message_len(&m[22]) == 41);
	CHECK(wici_message_len(&m[23]) == 41 + 120 + 64);
	wici_message_encode(wire, &m[23]);
	CHECK(wire[0] == 42 && wire[1] == 10 && wire[32] == 10);
	CHECK(wici_get_u64(wire + 33) == WICI_SEQ_MAX);
	CHECK(memcmp(wire + 41, packed, 120) == 0 && wire[161] == 11);
	CHECK(wici_message_len(&m[20]) == 1 + 1 + 64 + 8 + 64);
	wici_message_encode(wire, &m[20]);
	CHECK(wire[0] == 44 && wire[1] == 1 && wire[2] == 8);
	CHECK(wici_get_u64(wire + 66) == m[20].clone.number);
	CHECK(wire[74] == 9 && wire[137] == 9);
	wici_message_encode(wire, &m[21]);
	CHECK(wire[0] == 40);
}

TEST(packed_heads_are_read_back_one_by_one)
{
	struct wici_head heads[3], head;
	struct wici_packed p;
	struct wici_id id;
	uint8_t out[3 * 72];

	randombytes_buf(heads, sizeof(heads));
	p = wici_pack_heads(out, heads, 3);
	CHECK(p.count == 3);
	for (uint16_t i = 0; i < 3; i++) {
		wici_packed_head(&head, &p, i);
		CHECK(wici_key_equal(&head.feed, &heads[i].feed));
		CHECK(head.seq == heads[i].seq);
		CHECK(wici_id_equal(&head.id, &heads[i].id));
	}
	wici_packed_id(&id, &p, 1);
	CHECK(memcmp(id.b, out + 32, 32) == 0);
}

/* Whatever arrives: an error, or a message that encodes to the same bytes. */
TEST(any_bytes_are_refused_or_mean_exactly_themselves)
{
	static uint8_t again[WICI_MESSAGE_LEN_MAX];
	uint8_t wire[300];
	struct wici_message m;

	for (int i = 0; i < 200000; i++) {
		size_t len = randombytes_uniform(sizeof(wire) + 1);

		randombytes_buf(wire, len);
		if (len > 0)
			wire[0] &= 0x3e;
		/* Small counts, so that lists get past their length. */
		if (len > 2 && i % 2)
			wire[1] = 0;
		if (decode(&m, wire, len) != WICI_OK)
			continue;
		if (m.type == WICI_MSG_HELLO)
			len = wici_message_len(&m);
		CHECK(wici_message_len(&m) == len);
		wici_message_encode(again, &m);
		CHECK(memcmp(again, wire, len) == 0);
	}
}

TEST_MAIN(RUN(every_message_comes_back_as_it_was),
	  RUN(every_truncation_is_refused),
	  RUN(bytes_after_the_end_are_refused_except_after_hello),
	  RUN(an_unknown_odd_type_is_ignored_and_an_even_one_is_not),
	  RUN(lists_and_texts_beyond_their_limits_are_refused),
	  RUN(fields_that_cannot_be_meant_are_refused),
	  RUN(a_header_and_a_clone_stand_as_the_protocol_says),
	  RUN(packed_heads_are_read_back_one_by_one),
	  RUN(any_bytes_are_refused_or_mean_exactly_themselves))
