/* proto/session.c — Drives one connection through its phases.
 *
 *   PREAMBLE   initiator: preamble out at once; then the peer's is awaited
 *   NOISE      three frames of 32, 96 and 64 bytes, payloads empty
 *   AUTH       encrypted from here; each side proves its feed key
 *   READY      anything, HELLO first
 *   DEAD       err says why; a REFUSE may still wait in out
 *
 * What goes wrong: bytes that are no preamble, a handshake that fails, a frame
 * that does not decrypt, a message out of place, a peer that is too slow or
 * that refuses us. Each ends the session for good. */
#include "proto/session.h"

#include "proto/require.h"
#include "proto/text.h"

#define FRAME_OVERHEAD (WICI_FRAME_HEADER_LEN + WICI_FRAME_TAG_LEN)
#define NOISE_LEN_MAX  ((size_t)96)

static void die(struct wici_session *s, enum wici_err err)
{
	s->phase = WICI_PHASE_DEAD;
	s->err = err;
	sodium_memzero(&s->noise, sizeof(s->noise));
	sodium_memzero(&s->tx, sizeof(s->tx));
	sodium_memzero(&s->rx, sizeof(s->rx));
	sodium_memzero(&s->config.session_key, sizeof(s->config.session_key));
}

static size_t out_room(const struct wici_session *s)
{
	return s->out_max - s->out_end;
}

/* Appends bytes in clear. Before AUTH all that is ever sent fits. */
static void put_clear(struct wici_session *s, const uint8_t *p, size_t len)
{
	WICI_REQUIRE(out_room(s) >= len);
	memcpy(s->out + s->out_end, p, len);
	s->out_end += len;
}

static void put_message(struct wici_session *s, const struct wici_message *m,
			size_t len)
{
	uint8_t *frame = s->out + s->out_end;

	wici_put_u16(frame, (uint16_t)(len + WICI_FRAME_TAG_LEN));
	wici_message_encode(frame + WICI_FRAME_HEADER_LEN, m);
	wici_noise_seal(&s->tx, frame + WICI_FRAME_HEADER_LEN, len);
	s->out_end += len + FRAME_OVERHEAD;
}

static void put_preamble(struct wici_session *s)
{
	uint8_t preamble[WICI_PREAMBLE_LEN];

	wici_preamble_encode(preamble, &s->config.network);
	put_clear(s, preamble, sizeof(preamble));
	s->preamble_out = true;
}

static void init_noise(struct wici_session *s)
{
	uint8_t prologue[WICI_PROLOGUE_LEN];

	wici_prologue_encode(prologue, &s->config.network);
	wici_noise_init(&s->noise, s->config.is_initiator,
			(struct wici_bytes){prologue, sizeof(prologue)},
			&s->config.session_key, &s->config.ephemeral);
	sodium_memzero(&s->config.ephemeral, sizeof(s->config.ephemeral));
}

void wici_session_init(struct wici_session *s,
		       const struct wici_session_config *config, uint8_t *in,
		       size_t in_len, uint8_t *out, size_t out_len)
{
	WICI_REQUIRE(in_len >= WICI_SESSION_IN_SMALL);
	WICI_REQUIRE(out && out_len >= WICI_SESSION_OUT_SMALL);
	memset(s, 0, sizeof(*s));
	s->config = *config;
	s->deadline_ms = config->now_ms + WICI_HANDSHAKE_MS_MAX;
	s->out = out;
	s->out_max = out_len;
	wici_frame_reader_init(&s->reader, in, in_len);
	init_noise(s);
	if (config->is_initiator)
		put_preamble(s);
}

void wici_session_lend(struct wici_session *s, uint8_t *in, size_t in_len,
		       uint8_t *out, size_t out_len)
{
	size_t pending = s->out_end - s->out_start;

	WICI_REQUIRE(out && out_len >= s->out_max);
	wici_frame_reader_lend(&s->reader, in, in_len);
	memmove(out, s->out + s->out_start, pending);
	s->out = out;
	s->out_max = out_len;
	s->out_start = 0;
	s->out_end = pending;
}

uint8_t *wici_session_in(struct wici_session *s, size_t *len)
{
	*len = 0;
	if (s->phase == WICI_PHASE_DEAD)
		return NULL;
	return wici_frame_in(&s->reader, len);
}

void wici_session_in_done(struct wici_session *s, size_t n)
{
	wici_frame_in_done(&s->reader, n);
	s->bytes_in += n;
}

/* A code in clear, while the peer still expects our preamble. */
static void refuse_in_clear(struct wici_session *s, enum wici_err err)
{
	uint8_t refusal[WICI_PREAMBLE_LEN];

	if (s->preamble_out)
		return;
	wici_preamble_refuse(refusal, err);
	put_clear(s, refusal, sizeof(refusal));
}

static void refuse_in_message(struct wici_session *s, enum wici_err err)
{
	struct wici_message m = {.type = WICI_MSG_REFUSE};
	size_t len;

	m.refuse.code = wici_err_wire(err);
	m.refuse.text = wici_bytes_str(wici_err_text(err));
	len = wici_message_len(&m);
	if (wici_session_has_room(s, len, 0))
		put_message(s, &m, len);
}

void wici_session_refuse(struct wici_session *s, enum wici_err err)
{
	bool has_wire = wici_err_wire(err) != 0;

	WICI_REQUIRE(err != WICI_OK);
	switch (s->phase) {
	case WICI_PHASE_PREAMBLE:
		if (has_wire)
			refuse_in_clear(s, err);
		break;
	case WICI_PHASE_NOISE:
		/* No keys yet, and no frame in clear would be believed. */
		break;
	case WICI_PHASE_AUTH:
	case WICI_PHASE_READY:
		if (has_wire)
			refuse_in_message(s, err);
		break;
	case WICI_PHASE_DEAD:
		return;
	}
	die(s, err);
}

static enum wici_err refused_by_us(struct wici_session *s, enum wici_err err)
{
	wici_session_refuse(s, err);
	return err;
}

static enum wici_err refused_by_peer(struct wici_session *s, enum wici_err err)
{
	s->is_refused = true;
	die(s, err);
	return err;
}

/* Each step: WICI_OK, the phase has moved on; WICI_AGAIN; or dead. */
static enum wici_err step_preamble(struct wici_session *s)
{
	const uint8_t *raw;
	bool refused;
	enum wici_err err;

	err = wici_frame_raw(&s->reader, WICI_PREAMBLE_LEN, &raw);
	if (err != WICI_OK)
		return err;
	err = wici_preamble_check(raw, &s->config.network, &refused);
	if (refused)
		return refused_by_peer(s, err);
	if (err != WICI_OK)
		return refused_by_us(s, err);
	s->preamble_in = true;
	if (!s->preamble_out)
		put_preamble(s);
	s->phase = WICI_PHASE_NOISE;
	return WICI_OK;
}

static enum wici_err write_noise(struct wici_session *s)
{
	uint8_t frame[WICI_FRAME_HEADER_LEN + NOISE_LEN_MAX];
	size_t len = NOISE_LEN_MAX;
	enum wici_err err;

	err = wici_noise_write(&s->noise, (struct wici_bytes){NULL, 0},
			       frame + WICI_FRAME_HEADER_LEN, &len);
	if (err != WICI_OK)
		return refused_by_us(s, err);
	wici_put_u16(frame, (uint16_t)len);
	put_clear(s, frame, WICI_FRAME_HEADER_LEN + len);
	return WICI_OK;
}

static enum wici_err read_noise(struct wici_session *s)
{
	uint8_t payload[NOISE_LEN_MAX];
	uint8_t *frame;
	size_t len;
	enum wici_err err;

	err = wici_frame_next(&s->reader, &frame, &len);
	if (err == WICI_AGAIN)
		return err;
	if (err == WICI_OK && len > sizeof(payload))
		err = WICI_REJECT_HANDSHAKE;
	if (err == WICI_OK)
		err = wici_noise_read(&s->noise,
				      (struct wici_bytes){frame, len}, payload,
				      &len);
	/* PROTOCOL §3.2: "all payloads empty" */
	if (err == WICI_OK && len > 0)
		err = WICI_REJECT_HANDSHAKE;
	return err == WICI_OK ? WICI_OK : refused_by_us(s, err);
}

static void ready_if_both(struct wici_session *s)
{
	if (s->auth_in && s->auth_out)
		s->phase = WICI_PHASE_READY;
}

static enum wici_err send_auth(struct wici_session *s)
{
	struct wici_message m = {.type = WICI_MSG_AUTH};
	size_t len = wici_message_len(&m);

	WICI_REQUIRE(!s->auth_out);
	if (!wici_session_has_room(s, len, 0))
		return WICI_AGAIN;
	m.auth.feed = s->config.feed;
	m.auth.number = s->config.number;
	wici_auth_sign(&m, s->config.is_initiator, s->hash, &s->config.network,
		       s->config.secret);
	put_message(s, &m, len);
	s->auth_out = true;
	ready_if_both(s);
	return WICI_OK;
}

static void begin_auth(struct wici_session *s)
{
	enum wici_err err = WICI_OK;

	memcpy(s->hash, s->noise.h, sizeof(s->hash));
	wici_noise_split(&s->noise, &s->tx, &s->rx);
	s->phase = WICI_PHASE_AUTH;
	if (s->config.is_initiator)
		err = send_auth(s);
	/* The small buffer holds a whole handshake. */
	WICI_REQUIRE(err == WICI_OK);
}

static enum wici_err step_noise(struct wici_session *s)
{
	enum wici_err err;

	err = wici_noise_is_writer(&s->noise) ? write_noise(s) : read_noise(s);
	if (err == WICI_OK && wici_noise_is_done(&s->noise))
		begin_auth(s);
	return err;
}

/* PROTOCOL §3.4: "Before both AUTH have passed nothing else may be sent: by the
 * initiator AUTH, then OPEN or JOIN; by the responder ASK_OPEN, JOINED and
 * AUTH; by both REFUSE." */
static bool is_in_place_auth(const struct wici_session *s, uint8_t type)
{
	bool at_initiator = s->config.is_initiator;

	if (type == WICI_MSG_AUTH)
		return !s->auth_in;
	if (type == WICI_MSG_ASK_OPEN)
		return at_initiator || s->auth_in;
	/* An initiator is READY once it has AUTH: this is the responder. */
	if (type == WICI_MSG_OPEN || type == WICI_MSG_JOIN)
		return s->auth_in;
	if (type == WICI_MSG_JOINED)
		return at_initiator;
	return false;
}

/* PROTOCOL §3.4: "After both AUTH, each side sends HELLO, once, before anything
 * but ASK_OPEN, OPEN and REFUSE" */
static bool is_in_place_ready(const struct wici_session *s, uint8_t type)
{
	if (type == WICI_MSG_ASK_OPEN || type == WICI_MSG_OPEN)
		return true;
	if (type == WICI_MSG_AUTH || type == WICI_MSG_JOIN ||
	    type == WICI_MSG_JOINED)
		return false;
	return (type == WICI_MSG_HELLO) != s->hello_in;
}

static bool is_in_place(const struct wici_session *s, uint8_t type)
{
	if (type == WICI_MSG_REFUSE)
		return true;
	return s->phase == WICI_PHASE_READY ? is_in_place_ready(s, type)
					    : is_in_place_auth(s, type);
}

static enum wici_err on_refuse(struct wici_session *s,
			       const struct wici_message *m)
{
	struct wici_bytes text = m->refuse.text;
	uint16_t code = m->refuse.code;

	if (text.len > 0 && text.len < sizeof(s->refuse_text) &&
	    wici_text_is_line(text))
		memcpy(s->refuse_text, text.p, text.len);
	return refused_by_peer(s,
			       code ? wici_err_from_wire(code) : WICI_INTERNAL);
}

static enum wici_err on_auth(struct wici_session *s,
			     const struct wici_message *m)
{
	enum wici_err err;

	err = wici_auth_verify(m, !s->config.is_initiator, s->hash,
			       &s->config.network);
	if (err != WICI_OK)
		return refused_by_us(s, err);
	s->peer_feed = m->auth.feed;
	s->peer_number = m->auth.number;
	s->peer_sig = m->auth.sig;
	s->auth_in = true;
	ready_if_both(s);
	return WICI_OK;
}

static enum wici_err on_message(struct wici_session *s,
				const struct wici_message *m)
{
	if (!is_in_place(s, m->type))
		return refused_by_us(s, WICI_REJECT_ORDER);
	if (m->type == WICI_MSG_REFUSE)
		return on_refuse(s, m);
	if (m->type == WICI_MSG_AUTH)
		return on_auth(s, m);
	if (m->type == WICI_MSG_HELLO)
		s->hello_in = true;
	return WICI_OK;
}

static enum wici_err read_message(struct wici_session *s,
				  struct wici_message *m)
{
	uint8_t *frame;
	size_t len;
	enum wici_err err;

	/* A type that we do not know and may ignore says AGAIN: the next. */
	do {
		err = wici_frame_next(&s->reader, &frame, &len);
		if (err == WICI_AGAIN)
			return err;
		if (err == WICI_OK)
			err = wici_noise_open(&s->rx, frame, len);
		if (err != WICI_OK)
			return refused_by_us(s, err);
		len -= WICI_FRAME_TAG_LEN;
		err = wici_message_decode(m, (struct wici_bytes){frame, len});
	} while (err == WICI_AGAIN);
	return err == WICI_OK ? on_message(s, m) : refused_by_us(s, err);
}

enum wici_err wici_session_next(struct wici_session *s, struct wici_message *m)
{
	enum wici_err err = WICI_OK;

	while (err == WICI_OK) {
		switch (s->phase) {
		case WICI_PHASE_PREAMBLE:
			err = step_preamble(s);
			break;
		case WICI_PHASE_NOISE:
			err = step_noise(s);
			break;
		case WICI_PHASE_AUTH:
		case WICI_PHASE_READY:
			return read_message(s, m);
		case WICI_PHASE_DEAD:
			return s->err;
		}
	}
	return err;
}

bool wici_session_has_room(const struct wici_session *s, size_t len,
			   size_t reserve)
{
	size_t room = out_room(s);

	return room >= FRAME_OVERHEAD && room - FRAME_OVERHEAD >= len &&
	       room - FRAME_OVERHEAD - len >= reserve;
}

/* The same rules, for ourselves: to break one is a bug of ours. */
static bool can_send(const struct wici_session *s, uint8_t type)
{
	bool is_early = type == WICI_MSG_ASK_OPEN || type == WICI_MSG_OPEN ||
			type == WICI_MSG_JOIN || type == WICI_MSG_JOINED;

	if (type == WICI_MSG_REFUSE)
		return true;
	if (s->phase == WICI_PHASE_AUTH)
		return is_early;
	if (type == WICI_MSG_ASK_OPEN || type == WICI_MSG_OPEN)
		return true;
	return !is_early && (type == WICI_MSG_HELLO) != s->hello_out;
}

enum wici_err wici_session_send(struct wici_session *s,
				const struct wici_message *m)
{
	size_t len;

	if (s->phase == WICI_PHASE_DEAD)
		return s->err;
	WICI_REQUIRE(s->phase == WICI_PHASE_AUTH ||
		     s->phase == WICI_PHASE_READY);
	if (m->type == WICI_MSG_AUTH)
		return send_auth(s);
	WICI_REQUIRE(can_send(s, m->type));
	len = wici_message_len(m);
	WICI_REQUIRE(len <= WICI_MESSAGE_LEN_MAX);
	if (!wici_session_has_room(s, len, 0))
		return WICI_AGAIN;
	put_message(s, m, len);
	if (m->type == WICI_MSG_HELLO)
		s->hello_out = true;
	return WICI_OK;
}

struct wici_bytes wici_session_out(const struct wici_session *s)
{
	size_t pending = s->out_end - s->out_start;

	if (pending == 0)
		return (struct wici_bytes){NULL, 0};
	return (struct wici_bytes){s->out + s->out_start, pending};
}

void wici_session_out_done(struct wici_session *s, size_t n)
{
	size_t left = s->out_end - s->out_start;

	WICI_REQUIRE(n <= left);
	left -= n;
	s->bytes_out += n;
	/* Only here: at any other time a write may still be reading them. */
	if (left > 0)
		memmove(s->out, s->out + s->out_start + n, left);
	s->out_start = 0;
	s->out_end = left;
}

void wici_session_tick(struct wici_session *s, uint64_t now_ms)
{
	/* PROTOCOL §3.5: "A handshake, up to the second AUTH, takes at most 5
	 * seconds" */
	if (s->phase != WICI_PHASE_READY && now_ms >= s->deadline_ms)
		wici_session_refuse(s, WICI_REJECT_TIMEOUT);
}

void wici_session_extend(struct wici_session *s, uint64_t deadline_ms)
{
	s->deadline_ms = deadline_ms;
}

void wici_session_clear(struct wici_session *s)
{
	sodium_memzero(s, sizeof(*s));
	s->phase = WICI_PHASE_DEAD;
	s->err = WICI_END;
}
