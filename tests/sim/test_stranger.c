/* tests/sim/test_stranger.c — Whoever sits at an address that a node dials may
 * be anybody: he learns little, is served nothing, and breaks nothing. And of
 * two connections of one pair one stays. */
#include "tests/sim/scene.h"
#include "tests/test.h"

/* ---- whom we dialled ---- */

/* A stranger at an address that Mława dials. */
static struct hostile *lure(struct scene *s,
			    void (*on)(struct hostile *,
				       const struct wici_message *))
{
	struct hostile *h =
		hostile_stranger(s->w, "hakier", &s->cal->node->network);

	h->is_listening = true;
	h->is_silent = on != NULL;
	h->on = on;
	gather_dial(s->w, s->mlawa, "hakier:8481");
	world_run(s->w, 3000);
	return h;
}

static void send_auth(struct hostile *h)
{
	const struct wici_message auth = {.type = WICI_MSG_AUTH};

	CHECK_OK(wici_session_send(&h->session, &auth));
}

static void send_hello(struct hostile *h)
{
	struct wici_message m = {.type = WICI_MSG_HELLO};

	m.hello.version_min = m.hello.version_max = 1;
	hostile_send(h, &m);
}

static void ask_and_ask(struct hostile *h, const struct wici_message *m)
{
	const struct wici_message ask = {.type = WICI_MSG_ASK_OPEN};

	if (m->type != WICI_MSG_AUTH)
		return;
	hostile_hold(h); /* All in one turn: no answer leaves between. */
	for (int i = 0; i < 80; i++)
		hostile_send(h, &ask);
	hostile_let_go(h);
}

TEST(who_asks_for_feed_open_again_and_again_is_refused)
{
	struct hostile *h;
	struct scene s;

	scene_begin(&s, 17);
	h = lure(&s, ask_and_ask);
	CHECK(h->closed >= 1);
	CHECK(h->got[WICI_MSG_OPEN] <= 1);
	scene_check_alive(&s);
	scene_end(&s);
}

static uint8_t early; /* The message sent before anybody said HELLO. */

static void speak_early(struct hostile *h, const struct wici_message *m)
{
	static const uint8_t body[112] = {0, [7] = 1};
	uint8_t bytes[113];

	if (m->type != WICI_MSG_AUTH)
		return;
	send_auth(h);
	send_hello(h);
	bytes[0] = early;
	memcpy(bytes + 1, body, sizeof(body));
	switch (early) {
	case WICI_MSG_STATE:
		hostile_send_bytes(h, bytes, 65);
		break;
	case WICI_MSG_PING:
		hostile_send_bytes(h, bytes, 9);
		break;
	case WICI_MSG_RANGES: /* Space 1, one range: a list of nothing. */
		hostile_send_bytes(h, "\x12\x01\x82\x00\x00", 5);
		break;
	default:
		hostile_send_bytes(h, bytes, sizeof(bytes));
		break;
	}
}

TEST(before_hello_a_dialled_stranger_may_say_hello_and_nothing_else)
{
	static const uint8_t types[] = {WICI_MSG_FORWARD, WICI_MSG_RANGES,
					WICI_MSG_STATE,   WICI_MSG_PING,
					WICI_MSG_LIVE,    WICI_MSG_STATEMENT};

	for (size_t i = 0; i < sizeof(types); i++) {
		struct hostile *h;
		struct scene s;

		early = types[i];
		scene_begin(&s, 20 + i);
		h = lure(&s, speak_early);
		CHECK(h->closed >= 1);
		CHECK(h->got[WICI_MSG_RANGES] == 0);
		CHECK(h->got[WICI_MSG_STATE] == 0);
		scene_check_alive(&s);
		scene_end(&s);
	}
}

static void never_open(struct hostile *h, const struct wici_message *m)
{
	if (m->type != WICI_MSG_AUTH)
		return;
	send_auth(h);
	send_hello(h);
}

TEST(a_dialled_stranger_that_never_shows_feed_open_is_not_waited_for)
{
	struct hostile *h;
	struct scene s;

	scene_begin(&s, 30);
	h = lure(&s, never_open);
	world_run(s.w, 8000);
	CHECK(h->closed >= 1);
	CHECK(h->got[WICI_MSG_HELLO] == 0);
	scene_check_alive(&s);
	scene_end(&s);
}

static const struct feeds *known; /* To ask for. */

static void pry(struct hostile *h, const struct wici_message *m)
{
	struct wici_message want = {.type = WICI_MSG_WANT};

	if (m->type == WICI_MSG_ASK_OPEN) {
		const struct wici_message open = {
			.type = WICI_MSG_OPEN, .run = {h->open, h->open_len}};

		hostile_send(h, &open);
	}
	if (m->type == WICI_MSG_AUTH) {
		send_auth(h);
		send_hello(h);
	}
	if (m->type == WICI_MSG_HELLO) {
		/* One FINGERPRINT of everything, which is wrong. */
		uint8_t ranges[36] = {WICI_MSG_RANGES, 1, 0x81};

		hostile_send_bytes(h, ranges, 35);
		want.want.from = 1;
		want.want.to = 9;
		for (size_t i = 0; i < known->count; i++) {
			want.want.feed = known->by_key[i]->row.key;
			hostile_send(h, &want);
		}
	}
}

TEST(a_dialled_stranger_is_served_nothing_and_sees_the_registrars_head_alone)
{
	struct hostile *h;
	struct scene s;

	scene_begin(&s, 31);
	known = &s.cal->node->feeds;
	h = lure(&s, pry);
	world_run(s.w, 15000);
	CHECK(h->got[WICI_MSG_HELLO] >= 1);
	CHECK(h->got[WICI_MSG_RUN] == 0 && h->got[WICI_MSG_LIVE] == 0);
	CHECK(h->got[WICI_MSG_HEADS] == 0);
	CHECK(h->got[WICI_MSG_RANGES] >= 1);
	CHECK(h->ranges_len <= 2 + 3 + 72); /* One head. */
	scene_check_alive(&s);
	scene_end(&s);
}

/* ---- two connections ---- */

TEST(of_two_connections_of_one_pair_the_lower_feed_keys_stays)
{
	for (uint64_t seed = 40; seed < 46; seed++) {
		struct scene s;
		const struct link *l;
		bool is_lower;

		scene_begin(&s, seed);
		/* Mława dials CAL anyway; now CAL dials Mława too, at once. */
		world_cut(s.w, s.cal, s.mlawa);
		world_mend(s.w, s.cal, s.mlawa);
		world_dial(s.w, s.mlawa, s.cal);
		world_dial(s.w, s.cal, s.mlawa);
		world_run(s.w, 5000);
		is_lower = memcmp(s.cal->node->own->row.key.b,
				  s.mlawa->node->own->row.key.b, 32) < 0;
		l = hub_link_of_feed(&s.cal->hub, &s.mlawa->node->own->row.key);
		CHECK(l && l->is_initiator == is_lower);
		CHECK(world_links(s.mlawa) == 1);
		scene_check_alive(&s);
		scene_end(&s);
	}
}

TEST(a_joins_answer_never_says_admitted_when_it_is_not)
{
	for (int err = 1; err < WICI_ERR_MAX; err++)
		CHECK(hub_join_code((enum wici_err)err) != 0);
	CHECK(hub_join_code(WICI_OK) == 0);
}

TEST_MAIN(
	RUN(who_asks_for_feed_open_again_and_again_is_refused),
	RUN(before_hello_a_dialled_stranger_may_say_hello_and_nothing_else),
	RUN(a_dialled_stranger_that_never_shows_feed_open_is_not_waited_for),
	RUN(a_dialled_stranger_is_served_nothing_and_sees_the_registrars_head_alone),
	RUN(of_two_connections_of_one_pair_the_lower_feed_keys_stays),
	RUN(a_joins_answer_never_says_admitted_when_it_is_not))
