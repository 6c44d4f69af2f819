/* tests/fuzz/fuzz_session.c — Against a hostile peer a session of either role
 * ends with a reason, or goes on. how u8: bit 0 the role, bits 1–2 where it
 * begins, bit 3 whether the peer is deaf, the rest how the stream is cut.
 *   0        what follows are bytes on the wire, from the first on
 *   1, 2, 3  past the wall: in AUTH, in READY, after HELLO. The handshake was
 *            real; the peer seals what follows: messages (length u16, bytes) */
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/pair.h"

static bool is_deaf;

/* Pulls as a link does: answers what it can, writes out what there is. */
static void pull(struct pair_end *e)
{
	struct wici_message pong = {.type = WICI_MSG_PONG};
	struct wici_message m;
	enum wici_err err;

	while ((err = wici_session_next(&e->s, &m)) == WICI_OK) {
		pong.nonce = m.nonce;
		pair_grow(e);
		if (m.type == WICI_MSG_PING && e->s.hello_out)
			(void)wici_session_send(&e->s, &pong);
	}
	MUST(err == WICI_AGAIN || e->s.phase == WICI_PHASE_DEAD);
	if (!is_deaf)
		wici_session_out_done(&e->s, wici_session_out(&e->s).len);
}

static void feed(struct pair_end *e, struct wici_bytes b, size_t step)
{
	while (b.len > 0 && e->s.phase != WICI_PHASE_DEAD) {
		size_t room;
		uint8_t *in = wici_session_in(&e->s, &room);
		size_t n = step < room ? step : room;

		n = n < b.len ? n : b.len;
		MUST(n > 0);
		memcpy(in, b.p, n);
		wici_session_in_done(&e->s, n);
		pull(e);
		b.p += n;
		b.len -= n;
	}
}

static void feed_sealed(struct pair_end *e, struct wici_bytes b, size_t step)
{
	while (b.len >= 2 && e->s.phase != WICI_PHASE_DEAD) {
		struct wici_bytes plain = {b.p + 2, wici_get_u16(b.p)};

		if (plain.len > b.len - 2)
			plain.len = b.len - 2;
		if (plain.len > WICI_MESSAGE_LEN_MAX)
			return;
		feed(e, pair_seal(&pair[e == pair], plain), step);
		b.p += 2 + plain.len;
		b.len -= 2 + plain.len;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct wici_bytes b = {data, size};
	uint8_t how = fuzz_byte(&b);
	struct pair_end *e = &pair[how & 1];
	enum pair_from from = how >> 1 & 3;
	size_t step = how >> 4 ? (size_t)(how >> 4) * 7 : WICI_SESSION_IN_LEN;

	is_deaf = how >> 3 & 1;
	pair_begin(from);
	pull(e);
	if (from == PAIR_FRESH)
		feed(e, b, step);
	else
		feed_sealed(e, b, step);
	wici_session_tick(&e->s, UINT64_MAX);
	wici_session_clear(&e->s);
	return 0;
}
