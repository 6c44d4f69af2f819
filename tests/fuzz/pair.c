/* tests/fuzz/pair.c — Two sessions in memory, as far as one wants them. Bytes
 * move until neither has more; messages are dropped. */
#include "tests/fuzz/pair.h"

#include "tests/fuzz/fuzz.h"

struct pair_end pair[2];

static void start(void)
{
	memset(pair, 0, sizeof(pair));
	for (uint8_t i = 0; i < 2; i++) {
		struct pair_end *e = &pair[i];
		struct wici_session_config c = {.is_initiator = i == 0,
						.secret = &e->secret,
						.number = 11 + i,
						.now_ms = 1000};
		uint8_t seed[32] = {(uint8_t)(i + 1)};

		memset(c.network.b, 0x5a, sizeof(c.network.b));
		wici_key_pair(&c.feed, &e->secret, seed);
		seed[1] = 1;
		wici_noise_pair_from(&c.session_key, seed);
		seed[1] = 2;
		wici_noise_pair_from(&c.ephemeral, seed);
		wici_session_init(&e->s, &c, e->in_small, sizeof(e->in_small),
				  e->out_small, sizeof(e->out_small));
	}
}

void pair_grow(struct pair_end *e)
{
	if (e->s.phase == WICI_PHASE_READY && e->s.out == e->out_small)
		wici_session_lend(&e->s, e->in, sizeof(e->in), e->out,
				  sizeof(e->out));
}

static void pull(struct pair_end *e, bool is_answered)
{
	struct wici_message m;
	struct wici_message auth = {.type = WICI_MSG_AUTH};
	enum wici_err err;

	while ((err = wici_session_next(&e->s, &m)) == WICI_OK) {
		if (m.type == WICI_MSG_AUTH && !e->s.config.is_initiator &&
		    is_answered)
			MUST(wici_session_send(&e->s, &auth) == WICI_OK);
		pair_grow(e);
	}
	MUST(err == WICI_AGAIN);
}

static bool is_moved(struct pair_end *from, struct pair_end *to,
		     bool is_answered)
{
	struct wici_bytes out = wici_session_out(&from->s);
	size_t room;
	uint8_t *in = wici_session_in(&to->s, &room);

	if (out.len == 0)
		return false;
	MUST(out.len <= room);
	memcpy(in, out.p, out.len);
	MUST(from->sent_len + out.len <= sizeof(from->sent));
	memcpy(from->sent + from->sent_len, out.p, out.len);
	from->sent_len += out.len;
	wici_session_in_done(&to->s, out.len);
	wici_session_out_done(&from->s, out.len);
	pull(to, is_answered);
	return true;
}

static void flow(bool is_answered)
{
	bool has_more = true;

	pull(&pair[0], is_answered);
	pull(&pair[1], is_answered);
	while (has_more) {
		has_more = is_moved(&pair[0], &pair[1], is_answered);
		has_more |= is_moved(&pair[1], &pair[0], is_answered);
	}
}

static void hello(void)
{
	struct wici_message m = {.type = WICI_MSG_HELLO};

	m.hello.version_min = m.hello.version_max = 1;
	for (int i = 0; i < 2; i++)
		MUST(wici_session_send(&pair[i].s, &m) == WICI_OK);
	flow(true);
}

void pair_begin(enum pair_from from)
{
	static struct wici_session saved[PAIR_HELLO + 1][2];
	static bool is_saved[PAIR_HELLO + 1];

	if (!is_saved[from]) {
		start();
		if (from >= PAIR_AUTH)
			flow(from >= PAIR_READY);
		if (from == PAIR_HELLO)
			hello();
		saved[from][0] = pair[0].s;
		saved[from][1] = pair[1].s;
		is_saved[from] = true;
	}
	for (int i = 0; i < 2; i++)
		pair[i].s = saved[from][i];
}

struct wici_bytes pair_seal(struct pair_end *from, struct wici_bytes plain)
{
	static uint8_t frame[WICI_SESSION_IN_LEN];
	size_t len = plain.len + WICI_NOISE_TAG_LEN;

	MUST(plain.len <= WICI_MESSAGE_LEN_MAX);
	wici_put_u16(frame, (uint16_t)len);
	if (plain.len > 0)
		memcpy(frame + WICI_FRAME_HEADER_LEN, plain.p, plain.len);
	wici_noise_seal(&from->s.tx, frame + WICI_FRAME_HEADER_LEN, plain.len);
	return (struct wici_bytes){frame, WICI_FRAME_HEADER_LEN + len};
}
