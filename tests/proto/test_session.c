/* tests/proto/test_session.c — Two sessions back to back: whatever the stream
 * is cut into, they get to know each other; whatever else happens to it, they
 * end with a reason. */
#include "proto/session.h"

#include <stdlib.h>

#include "tests/test.h"

#define NO_FLIP SIZE_MAX

struct end {
	struct wici_session s;
	struct wici_secret secret;
	uint8_t in_small[WICI_SESSION_IN_SMALL];
	uint8_t out_small[WICI_SESSION_OUT_SMALL];
	uint8_t in[WICI_SESSION_IN_LEN];
	uint8_t out[WICI_SESSION_OUT_LEN];
	char log[32];   /* A letter for each message handed out. */
	uint64_t nonce; /* Of the last PING. */
	bool is_quiet;  /* Does nothing by itself. */
	size_t flip;    /* The incoming byte to change. */
	size_t limit;   /* No more bytes than these come in. */
};

static struct end a, b;

static struct wici_session_config config_for(struct end *e, bool is_initiator)
{
	struct wici_session_config c = {.is_initiator = is_initiator,
					.secret = &e->secret,
					.number = is_initiator ? 11 : 22,
					.now_ms = 1000};
	uint8_t seed[32] = {is_initiator ? 1 : 2};

	memset(c.network.b, 0x5a, sizeof(c.network.b));
	wici_key_pair(&c.feed, &e->secret, seed);
	seed[1] = 1;
	wici_noise_pair_from(&c.session_key, seed);
	seed[1] = 2;
	wici_noise_pair_from(&c.ephemeral, seed);
	return c;
}

static void start(struct end *e, const struct wici_session_config *c)
{
	e->flip = NO_FLIP;
	e->limit = SIZE_MAX;
	wici_session_init(&e->s, c, e->in_small, sizeof(e->in_small),
			  e->out_small, sizeof(e->out_small));
}

static void setup(void)
{
	struct wici_session_config c;

	memset(&a, 0, sizeof(a));
	memset(&b, 0, sizeof(b));
	c = config_for(&a, true);
	start(&a, &c);
	c = config_for(&b, false);
	start(&b, &c);
}

static struct wici_message hello(void)
{
	struct wici_message m = {.type = WICI_MSG_HELLO};

	m.hello.version_min = m.hello.version_max = 1;
	return m;
}

static char letter(uint8_t type)
{
	return type == WICI_MSG_AUTH       ? 'A'
	       : type == WICI_MSG_ASK_OPEN ? 'o'
	       : type == WICI_MSG_OPEN     ? 'O'
	       : type == WICI_MSG_JOIN     ? 'j'
	       : type == WICI_MSG_JOINED   ? 'J'
	       : type == WICI_MSG_HELLO    ? 'H'
	       : type == WICI_MSG_PING     ? 'P'
					   : '?';
}

/* What a link does at AUTH: answer it, move to large buffers, say HELLO. */
static void on_auth(struct end *e)
{
	struct wici_message m = {.type = WICI_MSG_AUTH};

	if (!e->s.config.is_initiator)
		CHECK_OK(wici_session_send(&e->s, &m));
	CHECK(e->s.phase == WICI_PHASE_READY);
	wici_session_lend(&e->s, e->in, sizeof(e->in), e->out, sizeof(e->out));
	m = hello();
	CHECK_OK(wici_session_send(&e->s, &m));
	m = (struct wici_message){.type = WICI_MSG_PING};
	m.nonce = e->s.config.number;
	CHECK_OK(wici_session_send(&e->s, &m));
}

static enum wici_err pull(struct end *e)
{
	struct wici_message m;
	enum wici_err err;

	while ((err = wici_session_next(&e->s, &m)) == WICI_OK) {
		size_t n = strlen(e->log);

		if (n + 1 < sizeof(e->log))
			e->log[n] = letter(m.type);
		if (m.type == WICI_MSG_PING)
			e->nonce = m.nonce;
		if (m.type == WICI_MSG_AUTH && !e->is_quiet)
			on_auth(e);
	}
	return err;
}

/* Moves at most n bytes; how many it were. */
static size_t move(struct end *from, struct end *to, size_t n)
{
	struct wici_bytes out = wici_session_out(&from->s);
	size_t room;
	uint8_t *in = wici_session_in(&to->s, &room);
	size_t done = to->s.bytes_in;

	if (n > out.len)
		n = out.len;
	if (n > room)
		n = room;
	if (n > to->limit - done)
		n = to->limit - done;
	if (n == 0)
		return 0;
	memcpy(in, out.p, n);
	if (to->flip >= done && to->flip - done < n)
		in[to->flip - done] ^= 1;
	wici_session_in_done(&to->s, n);
	wici_session_out_done(&from->s, n);
	(void)pull(to);
	return n;
}

static void flow(size_t chunk)
{
	size_t moved = 1;

	(void)pull(&a);
	(void)pull(&b);
	while (moved > 0) {
		moved = move(&a, &b, chunk);
		moved += move(&b, &a, chunk);
	}
}

static bool is_complete(const struct end *e)
{
	return strcmp(e->log, "AHP") == 0 && e->s.phase == WICI_PHASE_READY;
}

static void to_ready(void)
{
	setup();
	flow(SIZE_MAX);
	CHECK(is_complete(&a) && is_complete(&b));
}

/* Both in AUTH, a's AUTH taken by b, and nothing answered. */
static void to_auth(void)
{
	setup();
	a.is_quiet = b.is_quiet = true;
	flow(SIZE_MAX);
	CHECK(a.s.phase == WICI_PHASE_AUTH && b.s.phase == WICI_PHASE_AUTH);
	CHECK(strcmp(b.log, "A") == 0);
}

/* A message that our own session would never send here. */
static void send_raw(struct end *e, const uint8_t *p, size_t len)
{
	uint8_t *frame = e->s.out + e->s.out_end;

	wici_put_u16(frame, (uint16_t)(len + 16));
	memcpy(frame + 2, p, len);
	wici_noise_seal(&e->s.tx, frame + 2, len);
	e->s.out_end += len + 18;
}

static void send_any(struct end *e, const struct wici_message *m)
{
	uint8_t wire[1024];

	CHECK(wici_message_len(m) <= sizeof(wire));
	wici_message_encode(wire, m);
	send_raw(e, wire, wici_message_len(m));
}

TEST(each_side_learns_whose_feed_the_other_has_proved)
{
	to_ready();
	CHECK(wici_key_equal(&a.s.peer_feed, &b.s.config.feed));
	CHECK(wici_key_equal(&b.s.peer_feed, &a.s.config.feed));
	CHECK(a.s.peer_number == 22 && b.s.peer_number == 11);
	CHECK(a.nonce == 22 && b.nonce == 11);
	CHECK(a.s.bytes_in == b.s.bytes_out && b.s.bytes_in == a.s.bytes_out);
	CHECK(memcmp(a.s.hash, b.s.hash, 64) == 0);
}

TEST(every_chunk_size_gives_the_same_conversation)
{
	for (size_t chunk = 1; chunk < 400; chunk++) {
		setup();
		flow(chunk);
		CHECK(is_complete(&a) && is_complete(&b));
	}
}

/* Each stream stops once, anywhere, and goes on. */
TEST(every_single_cut_gives_the_same_conversation)
{
	size_t total;

	to_ready();
	total = a.s.bytes_in > b.s.bytes_in ? a.s.bytes_in : b.s.bytes_in;
	for (size_t cut = 0; cut <= total; cut++) {
		setup();
		a.limit = b.limit = cut;
		flow(SIZE_MAX);
		CHECK(a.s.err == WICI_OK && b.s.err == WICI_OK);
		a.limit = b.limit = SIZE_MAX;
		flow(SIZE_MAX);
		CHECK(is_complete(&a) && is_complete(&b));
	}
}

static bool is_over(struct end *e)
{
	wici_session_tick(&e->s, 6000);
	return e->s.phase == WICI_PHASE_DEAD && e->s.err != WICI_OK;
}

TEST(every_truncation_before_ready_ends_by_the_deadline)
{
	size_t total;

	to_ready();
	total = b.s.bytes_in;
	for (size_t cut = 0; cut < total; cut++) {
		setup();
		b.limit = cut;
		flow(SIZE_MAX);
		CHECK(!is_complete(&b));
		if (b.s.phase == WICI_PHASE_READY)
			break;
		CHECK(is_over(&b) && b.s.err == WICI_REJECT_TIMEOUT);
		CHECK(is_over(&a));
	}
	CHECK(b.s.phase == WICI_PHASE_READY);
}

/* A changed length may make us wait for bytes that never come; then the
 * message is not handed out, and before READY the deadline ends it. */
TEST(every_flipped_byte_ends_the_session)
{
	for (int to_b = 0; to_b < 2; to_b++) {
		struct end *to = to_b ? &b : &a;
		size_t total;

		to_ready();
		total = to->s.bytes_in;
		for (size_t i = 0; i < total; i++) {
			bool is_any_over;

			setup();
			to->flip = i;
			flow(SIZE_MAX);
			CHECK(!is_complete(&a) || !is_complete(&b));
			is_any_over = is_over(&a);
			is_any_over |= is_over(&b);
			CHECK(is_any_over ||
			      to->s.reader.end > to->s.reader.start);
		}
	}
}

TEST(another_network_is_refused_in_clear_with_its_code)
{
	struct wici_session_config c;

	setup();
	c = config_for(&b, false);
	c.network.b[0] ^= 1;
	start(&b, &c);
	flow(1);
	CHECK(b.s.err == WICI_REJECT_NETWORK && !b.s.is_refused);
	CHECK(a.s.err == WICI_REJECT_NETWORK && a.s.is_refused);
	CHECK(a.s.bytes_in == 13 && b.s.bytes_in == 13);
}

/* The eight bytes in clear agree; the prologue does not. */
TEST(a_network_whose_id_only_begins_alike_fails_the_handshake)
{
	struct wici_session_config c;

	setup();
	c = config_for(&b, false);
	c.network.b[31] ^= 1;
	start(&b, &c);
	flow(SIZE_MAX);
	CHECK(a.s.err == WICI_REJECT_HANDSHAKE);
	CHECK(is_over(&b));
	CHECK(a.log[0] == '\0' && b.log[0] == '\0');
}

TEST(another_framing_version_is_refused_in_clear)
{
	setup();
	b.flip = 4;
	flow(SIZE_MAX);
	CHECK(b.s.err == WICI_REJECT_VERSION);
	CHECK(a.s.err == WICI_REJECT_VERSION && a.s.is_refused);
}

static void bring(struct end *e, const void *p, size_t len)
{
	size_t room;
	uint8_t *in = wici_session_in(&e->s, &room);

	CHECK(len <= room);
	memcpy(in, p, len);
	wici_session_in_done(&e->s, len);
	(void)pull(e);
}

TEST(a_browser_is_told_that_this_is_not_its_protocol)
{
	static const char get[] = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
	struct wici_bytes out;
	size_t room;

	setup();
	bring(&b, get, sizeof(get) - 1);
	CHECK(b.s.err == WICI_REJECT_PREAMBLE);
	out = wici_session_out(&b.s);
	CHECK(out.len == 13 && memcmp(out.p, "wic!\x01\0\x01", 7) == 0);
	(void)wici_session_in(&b.s, &room);
	CHECK(room == 0);
	CHECK_ERR(pull(&b), WICI_REJECT_PREAMBLE);
}

TEST(a_frame_larger_than_a_stranger_may_send_is_refused_at_its_length)
{
	uint8_t wire[15];

	setup();
	wici_preamble_encode(wire, &b.s.config.network);
	wici_put_u16(wire + 13, WICI_SESSION_IN_SMALL - 1);
	bring(&b, wire, sizeof(wire));
	CHECK(b.s.err == WICI_REJECT_FRAME_LEN);

	to_auth();
	bring(&b, wire + 13, 2);
	CHECK(b.s.err == WICI_REJECT_FRAME_LEN);
	flow(SIZE_MAX);
	CHECK(a.s.is_refused && a.s.err == WICI_REJECT_FRAME_LEN);
}

TEST(a_frame_above_the_limit_is_refused_and_the_peer_is_told)
{
	uint8_t head[2];

	to_ready();
	wici_put_u16(head, (uint16_t)(WICI_FRAME_LEN_MAX + 1));
	bring(&b, head, sizeof(head));
	CHECK(b.s.err == WICI_REJECT_FRAME_LEN);
	flow(SIZE_MAX);
	CHECK(a.s.is_refused && a.s.err == WICI_REJECT_FRAME_LEN);
	CHECK(strcmp(a.s.refuse_text, wici_err_text(WICI_REJECT_FRAME_LEN)) ==
	      0);
}

TEST(a_handshake_message_of_another_length_is_refused)
{
	static const uint16_t lens[] = {1, 31, 33, 96, 97, 500};

	for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		uint8_t wire[13 + 2 + 500] = {0};

		setup();
		wici_preamble_encode(wire, &b.s.config.network);
		wici_put_u16(wire + 13, lens[i]);
		wire[15] = 9;
		bring(&b, wire, (size_t)15 + lens[i]);
		CHECK(b.s.err == WICI_REJECT_HANDSHAKE);
	}
}

TEST(a_slow_peer_is_refused_when_its_five_seconds_are_over)
{
	setup();
	wici_session_tick(&b.s, 5999);
	CHECK(b.s.err == WICI_OK);
	wici_session_tick(&b.s, 6000);
	CHECK(b.s.err == WICI_REJECT_TIMEOUT);
	flow(SIZE_MAX);
	CHECK(a.s.is_refused && a.s.err == WICI_REJECT_TIMEOUT);

	to_auth();
	wici_session_extend(&b.s, 60000);
	wici_session_tick(&b.s, 59999);
	CHECK(b.s.err == WICI_OK);
	wici_session_tick(&b.s, 60000);
	CHECK(b.s.err == WICI_REJECT_TIMEOUT);

	to_ready();
	wici_session_tick(&b.s, UINT64_MAX);
	CHECK(b.s.err == WICI_OK);
}

TEST(a_stranger_is_refused_with_code_and_sentence)
{
	to_auth();
	wici_session_refuse(&b.s, WICI_NOT_MEMBER);
	wici_session_refuse(&b.s, WICI_BUSY);
	CHECK(b.s.err == WICI_NOT_MEMBER);
	flow(1);
	CHECK(a.s.is_refused && a.s.err == WICI_NOT_MEMBER);
	CHECK(strcmp(a.s.refuse_text, wici_err_text(WICI_NOT_MEMBER)) == 0);
	CHECK(a.s.auth_in == false);
}

/* It goes to a log and a terminal. */
TEST(a_hostile_sentence_of_refusal_is_dropped)
{
	struct wici_message m = {.type = WICI_MSG_REFUSE};

	m.refuse.code = 0;
	m.refuse.text = WICI_BYTES("\x1b[2Jgone");
	to_auth();
	send_any(&b, &m);
	flow(SIZE_MAX);
	CHECK(a.s.is_refused && a.s.err == WICI_INTERNAL);
	CHECK(a.s.refuse_text[0] == '\0');
}

static void expect(struct end *to, struct end *from, uint8_t type,
		   enum wici_err err)
{
	struct wici_message m = {.type = type};

	if (type == WICI_MSG_HELLO)
		m = hello();
	if (type == WICI_MSG_JOIN)
		m.join.open = WICI_BYTES("x");
	if (type == WICI_MSG_OPEN || type == WICI_MSG_RUN)
		m.run = WICI_BYTES("x");
	from->is_quiet = to->is_quiet = true;
	send_any(from, &m);
	flow(SIZE_MAX);
	CHECK(to->s.err == err);
	CHECK(from->s.err == err);
}

TEST(before_both_have_proved_themselves_little_may_pass)
{
	static const uint8_t to_b[] = {WICI_MSG_ASK_OPEN, WICI_MSG_OPEN,
				       WICI_MSG_JOIN};
	static const uint8_t to_a[] = {WICI_MSG_ASK_OPEN, WICI_MSG_JOINED};
	static const uint8_t not_b[] = {WICI_MSG_AUTH,  WICI_MSG_JOINED,
					WICI_MSG_HELLO, WICI_MSG_RUN,
					WICI_MSG_PING,  WICI_MSG_CREDIT};
	static const uint8_t not_a[] = {WICI_MSG_OPEN, WICI_MSG_JOIN,
					WICI_MSG_HELLO, WICI_MSG_PING};

	for (size_t i = 0; i < sizeof(to_b); i++) {
		to_auth();
		expect(&b, &a, to_b[i], WICI_OK);
	}
	for (size_t i = 0; i < sizeof(to_a); i++) {
		to_auth();
		expect(&a, &b, to_a[i], WICI_OK);
	}
	for (size_t i = 0; i < sizeof(not_b); i++) {
		to_auth();
		expect(&b, &a, not_b[i], WICI_REJECT_ORDER);
	}
	for (size_t i = 0; i < sizeof(not_a); i++) {
		to_auth();
		expect(&a, &b, not_a[i], WICI_REJECT_ORDER);
	}
}

/* Bytes that reach b before AUTH: preamble, messages 1 and 3. */
#define BEFORE_AUTH ((size_t)13 + 34 + 66)

/* An initiator that has not proved its feed is served nothing. */
TEST(the_initiators_first_message_is_its_proof)
{
	static const uint8_t types[] = {WICI_MSG_ASK_OPEN, WICI_MSG_OPEN,
					WICI_MSG_JOIN, WICI_MSG_HELLO};

	for (size_t i = 0; i < sizeof(types); i++) {
		setup();
		b.limit = BEFORE_AUTH;
		flow(SIZE_MAX);
		CHECK(b.s.phase == WICI_PHASE_AUTH && b.log[0] == '\0');
		b.limit = SIZE_MAX;
		/* Take back the AUTH that a's own session has written. */
		a.s.out_end = a.s.out_start;
		a.s.tx.nonce = 0;
		expect(&b, &a, types[i], WICI_REJECT_ORDER);
	}
}

TEST(in_ready_what_opened_the_session_does_not_come_again)
{
	static const uint8_t never[] = {WICI_MSG_AUTH, WICI_MSG_HELLO,
					WICI_MSG_JOIN, WICI_MSG_JOINED};
	static const uint8_t fine[] = {WICI_MSG_ASK_OPEN, WICI_MSG_OPEN,
				       WICI_MSG_PING, WICI_MSG_RUN};

	for (size_t i = 0; i < sizeof(never); i++) {
		to_ready();
		expect(&b, &a, never[i], WICI_REJECT_ORDER);
	}
	for (size_t i = 0; i < sizeof(fine); i++) {
		to_ready();
		expect(&b, &a, fine[i], WICI_OK);
	}
}

TEST(in_ready_hello_comes_before_all_but_feed_open)
{
	static const uint8_t types[] = {WICI_MSG_PING, WICI_MSG_OPEN,
					WICI_MSG_ASK_OPEN, WICI_MSG_HELLO};
	struct wici_message m = {.type = WICI_MSG_AUTH};

	for (size_t i = 0; i < sizeof(types); i++) {
		to_auth();
		CHECK_OK(wici_session_send(&b.s, &m));
		flow(SIZE_MAX);
		CHECK(a.s.phase == WICI_PHASE_READY);
		expect(&a, &b, types[i], i ? WICI_OK : WICI_REJECT_ORDER);
	}
}

TEST(unknown_odd_messages_are_passed_over_and_even_ones_end_it)
{
	to_ready();
	send_raw(&a, (const uint8_t *)"\x63later", 6);
	send_raw(&a, (const uint8_t *)"\x22\0\0\0\0\0\0\0\x09", 9);
	flow(SIZE_MAX);
	CHECK(b.s.err == WICI_OK && b.nonce == 9);
	send_raw(&a, (const uint8_t *)"\x64later", 6);
	flow(SIZE_MAX);
	CHECK(b.s.err == WICI_REJECT_MESSAGE);
	CHECK(a.s.is_refused && a.s.err == WICI_REJECT_MESSAGE);
}

/* Somebody else's key, our own proof sent back, a proof for another feed. */
TEST(a_proof_that_does_not_hold_is_refused)
{
	for (int i = 0; i < 3; i++) {
		struct wici_message m = {.type = WICI_MSG_AUTH};

		to_auth();
		m.auth.feed = i == 1 ? a.s.config.feed : b.s.config.feed;
		m.auth.number = 22;
		wici_auth_sign(&m, i == 1, b.s.hash, &b.s.config.network,
			       i == 0   ? &a.secret
			       : i == 1 ? &a.secret
					: &b.secret);
		if (i == 2)
			m.auth.feed = a.s.config.feed;
		send_any(&b, &m);
		flow(SIZE_MAX);
		CHECK(a.s.err == WICI_REJECT_AUTH && !a.s.auth_in);
		CHECK(b.s.is_refused && b.s.err == WICI_REJECT_AUTH);
	}
}

TEST(what_does_not_fit_is_not_sent_and_is_sent_later)
{
	static uint8_t run[WICI_MESSAGE_LEN_MAX - 1];
	struct wici_message m = {.type = WICI_MSG_RUN};
	size_t before;

	to_ready();
	m.run = (struct wici_bytes){run, sizeof(run)};
	CHECK(wici_message_len(&m) == WICI_MESSAGE_LEN_MAX);
	CHECK_OK(wici_session_send(&a.s, &m));
	CHECK_OK(wici_session_send(&a.s, &m));
	before = wici_session_out(&a.s).len;
	CHECK_ERR(wici_session_send(&a.s, &m), WICI_AGAIN);
	CHECK(wici_session_out(&a.s).len == before);
	CHECK(!wici_session_has_room(&a.s, WICI_MESSAGE_LEN_MAX, 0));
	CHECK(move(&a, &b, 1000) == 1000);
	CHECK(wici_session_has_room(&a.s, 4000, 0));
	CHECK(!wici_session_has_room(&a.s, 4000, 60000));
	flow(7777);
	CHECK_OK(wici_session_send(&a.s, &m));
	flow(SIZE_MAX);
	CHECK(strcmp(b.log, "AHP???") == 0 && b.s.err == WICI_OK);
}

TEST(a_session_goes_on_over_the_change_of_its_keys)
{
	struct wici_message m = {.type = WICI_MSG_PING};
	uint8_t key[32];

	to_ready();
	memcpy(key, a.s.tx.key, sizeof(key));
	for (m.nonce = 0; m.nonce < 66000; m.nonce++) {
		CHECK_OK(wici_session_send(&a.s, &m));
		CHECK(move(&a, &b, SIZE_MAX) > 0);
		CHECK(b.nonce == m.nonce && b.s.err == WICI_OK);
	}
	CHECK(memcmp(key, a.s.tx.key, sizeof(key)) != 0);
	CHECK(memcmp(b.s.rx.key, a.s.tx.key, sizeof(key)) == 0);
}

TEST(random_bytes_at_any_phase_never_do_harm)
{
	for (int i = 0; i < 3000; i++) {
		struct end *e = i % 2 ? &b : &a;
		uint8_t noise[600];
		size_t len = randombytes_uniform(sizeof(noise)) + 1;
		size_t room;

		setup();
		e->limit = (size_t)i / 4;
		flow(SIZE_MAX);
		randombytes_buf(noise, len);
		if (i % 3 == 0)
			noise[0] = 0;
		(void)wici_session_in(&e->s, &room);
		if (len > room)
			len = room;
		bring(e, noise, len);
		CHECK(!is_complete(e) || e->limit > 300);
	}
}

TEST(a_cleared_session_holds_no_keys_and_does_nothing)
{
	struct wici_message m;
	size_t room;

	to_ready();
	wici_session_clear(&a.s);
	CHECK(wici_is_zero(&a.s.tx, sizeof(a.s.tx)));
	CHECK(wici_is_zero(&a.s.config, sizeof(a.s.config)));
	(void)wici_session_in(&a.s, &room);
	CHECK(room == 0);
	CHECK_ERR(wici_session_next(&a.s, &m), WICI_END);
	CHECK(wici_session_out(&a.s).len == 0);
}

TEST_MAIN(RUN(each_side_learns_whose_feed_the_other_has_proved),
	  RUN(every_chunk_size_gives_the_same_conversation),
	  RUN(every_single_cut_gives_the_same_conversation),
	  RUN(every_truncation_before_ready_ends_by_the_deadline),
	  RUN(every_flipped_byte_ends_the_session),
	  RUN(another_network_is_refused_in_clear_with_its_code),
	  RUN(a_network_whose_id_only_begins_alike_fails_the_handshake),
	  RUN(another_framing_version_is_refused_in_clear),
	  RUN(a_browser_is_told_that_this_is_not_its_protocol),
	  RUN(a_frame_larger_than_a_stranger_may_send_is_refused_at_its_length),
	  RUN(a_frame_above_the_limit_is_refused_and_the_peer_is_told),
	  RUN(a_handshake_message_of_another_length_is_refused),
	  RUN(a_slow_peer_is_refused_when_its_five_seconds_are_over),
	  RUN(a_stranger_is_refused_with_code_and_sentence),
	  RUN(a_hostile_sentence_of_refusal_is_dropped),
	  RUN(before_both_have_proved_themselves_little_may_pass),
	  RUN(the_initiators_first_message_is_its_proof),
	  RUN(in_ready_what_opened_the_session_does_not_come_again),
	  RUN(in_ready_hello_comes_before_all_but_feed_open),
	  RUN(unknown_odd_messages_are_passed_over_and_even_ones_end_it),
	  RUN(a_proof_that_does_not_hold_is_refused),
	  RUN(what_does_not_fit_is_not_sent_and_is_sent_later),
	  RUN(a_session_goes_on_over_the_change_of_its_keys),
	  RUN(random_bytes_at_any_phase_never_do_harm),
	  RUN(a_cleared_session_holds_no_keys_and_does_nothing))
