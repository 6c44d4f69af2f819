/* tests/sim/test_hostile.c — Peers that lie, flood, wait, and send what nobody
 * should: nothing breaks, nothing is believed, and honest sync goes on. */
#include "daemon/judge.h"
#include "proto/mp_write.h"
#include "tests/sim/scene.h"
#include "tests/test.h"

#include "proto/kinds/certificate.h"
#include "proto/kinds/member.h"
#include "proto/kinds/practice.h"

TEST(garbage_ends_the_connection_and_nothing_else)
{
	uint8_t bytes[3000];
	struct hostile *h;
	struct scene s;

	scene_begin(&s, 1);
	h = hostile_stranger(s.w, "hakier", &s.cal->node->network);
	h->is_raw = true;
	for (size_t round = 0; round < 40; round++) {
		size_t n = 13 + world_random(s.w, sizeof(bytes) - 13);

		for (size_t i = 0; i < n; i++)
			bytes[i] = (uint8_t)world_random(s.w, 256);
		if (round % 2) /* As far as the handshake. */
			wici_preamble_encode(bytes, &h->network);
		CHECK(hostile_dial(h, s.cal));
		hostile_write(h, bytes, n);
		world_run(s.w, 7000);
		CHECK(h->pipe == NULL);
	}
	scene_check_alive(&s);
	scene_end(&s);
}

TEST(a_frame_that_is_too_long_is_refused)
{
	static const uint8_t lens[][2] = {
		{0, 0}, {8, 0}, {0xf0, 0x11}, {0xff, 0xff}};
	static const uint8_t zeroes[2048];
	uint8_t preamble[13];
	struct hostile *h;
	struct scene s;

	scene_begin(&s, 2);
	h = hostile_stranger(s.w, "hakier", &s.cal->node->network);
	h->is_raw = true;
	wici_preamble_encode(preamble, &h->network);
	for (size_t i = 0; i < 4; i++) {
		CHECK(hostile_dial(h, s.cal));
		hostile_write(h, preamble, sizeof(preamble));
		hostile_write(h, lens[i], 2);
		hostile_write(h, zeroes, sizeof(zeroes));
		world_run(s.w, 1000);
		CHECK(h->pipe == NULL);
	}
	h = scene_turn(&s); /* A member, after the handshake. */
	hostile_write(h, "\xf0\x11", 2);
	world_run(s.w, 1000);
	CHECK(h->pipe == NULL && h->refused == WICI_REJECT_FRAME_LEN);
	scene_check_alive(&s);
	scene_end(&s);
}

TEST(another_network_is_told_so_in_clear)
{
	static const struct wici_id other = {{1, 2, 3}};
	struct hostile *h;
	struct scene s;
	bool refused;

	scene_begin(&s, 3);
	h = hostile_stranger(s.w, "hakier", &other);
	CHECK(hostile_dial(h, s.cal));
	world_run(s.w, 1000);
	CHECK(h->pipe == NULL && h->refused == WICI_REJECT_NETWORK);
	h->is_raw = true;
	CHECK(hostile_dial(h, s.cal));
	hostile_write(h, "wici\1\1\2\3\0\0\0\0\0", 13);
	world_run(s.w, 1000);
	CHECK(h->heard_len == 13);
	CHECK_ERR(wici_preamble_check(h->heard, &other, &refused),
		  WICI_REJECT_NETWORK);
	CHECK(refused);
	scene_end(&s);
}

TEST(a_stranger_is_refused_and_learns_no_feed_key)
{
	struct hostile *h;
	struct scene s;

	scene_begin(&s, 4);
	h = hostile_stranger(s.w, "hakier", &s.cal->node->network);
	CHECK(hostile_dial(h, s.cal));
	world_run(s.w, 1000);
	CHECK(h->pipe == NULL && h->refused == WICI_NOT_MEMBER);
	CHECK(h->got[WICI_MSG_ASK_OPEN] == 1);
	CHECK(h->got[WICI_MSG_AUTH] == 0 && h->got[WICI_MSG_HELLO] == 0);
	CHECK(h->got[WICI_MSG_HEADS] == 0 && h->got[WICI_MSG_STATE] == 0);
	scene_end(&s);
}

TEST(who_shows_somebody_elses_feed_is_refused)
{
	struct hostile *h, *other;
	struct scene s;

	scene_begin(&s, 5);
	h = hostile_stranger(s.w, "hakier", &s.cal->node->network);
	other = hostile_become(s.w, s.kielce);
	memcpy(h->open, other->open, other->open_len);
	h->open_len = other->open_len;
	CHECK(hostile_dial(h, s.cal));
	world_run(s.w, 1000);
	CHECK(h->pipe == NULL && h->refused == WICI_REJECT_OPEN);
	CHECK(h->got[WICI_MSG_AUTH] == 0);
	scene_end(&s);
}

TEST(a_slow_handshake_is_refused_after_five_seconds)
{
	struct hostile *h;
	uint8_t preamble[13];
	struct scene s;
	size_t links;
	bool refused;

	scene_begin(&s, 6);
	links = world_links(s.cal);
	h = hostile_stranger(s.w, "hakier", &s.cal->node->network);
	h->is_raw = true;
	CHECK(hostile_dial(h, s.cal));
	world_run(s.w, 4000);
	CHECK(h->pipe != NULL);
	world_run(s.w, 3000);
	CHECK(h->pipe == NULL && world_links(s.cal) == links);
	CHECK_ERR(wici_preamble_check(h->heard, &h->network, &refused),
		  WICI_REJECT_TIMEOUT);
	/* One that begins well is not waited for longer. */
	wici_preamble_encode(preamble, &h->network);
	CHECK(hostile_dial(h, s.cal));
	hostile_write(h, preamble, sizeof(preamble));
	world_run(s.w, 7000);
	CHECK(h->pipe == NULL && world_links(s.cal) == links);
	scene_check_alive(&s);
	scene_end(&s);
}

TEST(an_unknown_odd_message_is_ignored_an_even_one_ends_the_session)
{
	struct hostile *h;
	struct scene s;

	scene_begin(&s, 7);
	h = scene_turn(&s);
	hostile_send_bytes(h, "\x71 of a newer version", 20);
	hostile_send_bytes(h, "\xff", 1);
	world_run(s.w, 1000);
	CHECK(h->pipe != NULL);
	hostile_send_bytes(h, "\x32", 1);
	world_run(s.w, 1000);
	CHECK(h->pipe == NULL && h->refused == WICI_REJECT_MESSAGE);
	scene_check_alive(&s);
	scene_end(&s);
}

/* ---- entries ---- */

static const uint8_t not_canonical[] = {0x81, 0xd9, 5,   't',  'i',
					't',  'l',  'e', 0xa1, 'x'};

static enum wici_standing standing(struct world_node *at,
				   const struct wici_kind *kind,
				   const struct hostile *h, uint64_t seq)
{
	const struct feed *feed = feeds_find(&at->node->feeds, &h->feed);

	return feed ? judge_standing(at->node, feed, kind, seq)
		    : WICI_VOID_FEED;
}

TEST(a_payload_that_is_not_canonical_is_void_and_relayed)
{
	struct hostile *h;
	struct scene s;
	uint64_t seq;

	scene_begin(&s, 8);
	h = scene_turn(&s);
	hostile_live(h,
		     hostile_entry(h, wici_kind_practice_publish.number,
				   (struct wici_bytes){not_canonical,
						       sizeof(not_canonical)}));
	/* Kinds that nobody knows, and no payload at all. */
	hostile_live(h, hostile_entry(h, 0x7ffe,
				      (struct wici_bytes){not_canonical, 1}));
	hostile_live(h, hostile_entry(h, 0, (struct wici_bytes){NULL, 0}));
	seq = h->head.seq;
	world_run(s.w, 5000);
	CHECK(h->pipe != NULL);
	CHECK(world_holds_of(s.cal, &h->feed) == seq);
	CHECK(world_holds_of(s.mlawa, &h->feed) == seq);
	CHECK(world_is_equal(s.cal, s.mlawa));
	scene_check_alive(&s);
	scene_end(&s);
}

TEST(a_member_admits_nobody)
{
	struct hostile *h;
	struct wici_mp_writer w;
	struct wici_bytes payload;
	struct scene s;
	uint8_t buf[256];
	static const uint8_t who[32] = {9};
	size_t members;

	scene_begin(&s, 9);
	h = scene_turn(&s);
	members = s.cal->node->roster.members_count;
	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_mp_map(&w, 2);
	wici_mp_str(&w, "identity");
	wici_mp_bin(&w, who, sizeof(who));
	wici_mp_str(&w, "name");
	wici_mp_str(&w, "Kolega");
	CHECK_OK(wici_mp_written(&w, &payload));
	hostile_live(h, hostile_entry(h, WICI_KIND_MEMBER_ADMIT, payload));
	world_run(s.w, 5000);
	CHECK(world_holds_of(s.cal, &h->feed) == h->head.seq);
	CHECK(world_holds_of(s.mlawa, &h->feed) == h->head.seq);
	CHECK(standing(s.cal, &wici_kind_member_admit, h, h->head.seq) ==
	      WICI_VOID_RIGHT);
	CHECK(s.cal->node->roster.members_count == members);
	CHECK(s.mlawa->node->roster.members_count == members);
	scene_check_alive(&s);
	scene_end(&s);
}

TEST(a_grant_by_one_who_is_no_issuer_never_verifies)
{
	struct world_param ref[] = {{"ref", NULL, false}, {NULL, NULL, false}};
	struct hostile *h;
	struct wici_mp_writer w;
	struct wici_bytes payload;
	struct world_reply r;
	struct scene s;
	uint8_t buf[512];
	char id[65];

	scene_begin(&s, 10);
	h = scene_turn(&s);
	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_mp_map(&w, 5);
	wici_mp_str(&w, "holder");
	wici_mp_map(&w, 1);
	wici_mp_str(&w, "member");
	wici_mp_bin(&w, h->identity.b, 32);
	wici_mp_str(&w, "index");
	wici_mp_uint(&w, 77);
	wici_mp_str(&w, "name");
	wici_mp_str(&w, "Certyfikat");
	wici_mp_str(&w, "scheme");
	wici_mp_str(&w, "cal");
	wici_mp_str(&w, "valid_from");
	wici_mp_str(&w, "2020");
	CHECK_OK(wici_mp_written(&w, &payload));
	hostile_live(h, hostile_entry(h, wici_kind_certificate_grant.number,
				      payload));
	world_run(s.w, 5000);
	CHECK(world_holds_of(s.mlawa, &h->feed) == h->head.seq);
	wici_hex(id, h->head.id.b, 32);
	ref[0].str = id;
	r = world_call(s.w, s.mlawa, "cert.verify", ref);
	CHECK(r.has_error || strcmp(world_str(&r, "verdict"), "VALID") != 0);
	CHECK(r.has_error ||
	      strcmp(world_str(&r, "verdict"), "UNKNOWN_ISSUER") == 0 ||
	      strcmp(world_str(&r, "verdict"), "NOT_FOUND") == 0);
	scene_check_alive(&s);
	scene_end(&s);
}

TEST(a_run_with_a_bad_signature_is_not_taken)
{
	uint8_t run[4096];
	struct wici_bytes b;
	struct hostile *h;
	struct scene s;
	uint64_t seq;

	scene_begin(&s, 11);
	h = scene_turn(&s);
	seq = h->head.seq;
	b = hostile_entry(h, wici_kind_practice_publish.number,
			  (struct wici_bytes){not_canonical, 3});
	memcpy(run, b.p, b.len);
	run[42 + 13 + 5] ^= 1; /* Of the signature. */
	for (int i = 0; i < 20; i++)
		hostile_live(h, (struct wici_bytes){run, b.len});
	world_run(s.w, 3000);
	CHECK(world_holds_of(s.cal, &h->feed) == seq);
	CHECK(s.cal->node->rejected >= 20);
	/* A flood is too much. */
	for (int i = 0; i < 600; i++)
		hostile_live(h, (struct wici_bytes){run, b.len});
	world_run(s.w, 3000);
	CHECK(h->pipe == NULL && h->refused == WICI_REJECT_SIGNATURE);
	scene_check_alive(&s);
	scene_end(&s);
}

/* Two chains of one feed: neither honest node can blame the other for it. */
TEST(who_writes_two_histories_does_not_part_honest_nodes)
{
	static const struct wici_bytes one = {not_canonical, 3};
	struct wici_head fork;
	struct hostile *h;
	struct scene s;

	scene_begin(&s, 12);
	h = scene_turn(&s);
	fork = h->head;
	world_cut(s.w, s.cal, s.mlawa);
	for (int i = 0; i < 30; i++)
		hostile_live(h, hostile_entry(h, 0x8000, one));
	world_run(s.w, 1000);
	CHECK(world_holds_of(s.cal, &h->feed) == fork.seq + 30);
	hostile_hang_up(h);
	h->head = fork;
	CHECK(hostile_dial(h, s.mlawa));
	world_run(s.w, 1000);
	hostile_live(h, hostile_entry(h, 0x8000, one));
	world_run(s.w, 1000);
	CHECK(world_holds_of(s.mlawa, &h->feed) == fork.seq + 1);
	world_mend(s.w, s.cal, s.mlawa);
	world_run(s.w, 5000);
	/* He goes on in Mława's history. */
	for (int i = 0; i < 40; i++)
		hostile_live(h, hostile_entry(h, 0x8000, one));
	world_run(s.w, 900000);
	CHECK(world_links(s.mlawa) >= 1);
	scene_check_alive(&s);
	scene_end(&s);
}

/* ---- offers ---- */

TEST(offers_that_never_come_do_not_stop_honest_sync)
{
	static struct wici_head heads[WICI_HEADS_MAX];
	struct hostile *h;
	struct scene s;
	uint64_t from;

	scene_begin(&s, 13);
	world_cut(s.w, s.cal, s.mlawa);
	for (int i = 0; i < 50; i++)
		CHECK(gather_publish(s.w, s.mlawa, "czeka"));
	h = scene_turn(&s);
	heads[0] = (struct wici_head){
		s.cal->node->own->row.key, 1000000000, {{1}}};
	heads[1] = (struct wici_head){
		s.mlawa->node->own->row.key, 1000000000, {{1}}};
	for (size_t i = 2; i < WICI_HEADS_MAX; i++) {
		heads[i].seq = 1000000000;
		randombytes_buf_deterministic(
			heads[i].feed.b, 32,
			(const uint8_t[32]){(uint8_t)i, (uint8_t)(i >> 8)});
	}
	hostile_heads(h, heads, WICI_HEADS_MAX);
	world_run(s.w, 200);
	CHECK(h->got[WICI_MSG_WANT] > 0);
	world_mend(s.w, s.cal, s.mlawa);
	from = world_time(s.w);
	while (world_holds(s.cal, s.mlawa) < world_holds(s.mlawa, s.mlawa) &&
	       world_time(s.w) < from + 60000) {
		hostile_heads(h, heads, 2); /* And says it again and again. */
		world_run(s.w, 500);
	}
	CHECK(world_holds(s.cal, s.mlawa) == world_holds(s.mlawa, s.mlawa));
	CHECK(world_time(s.w) <= from + 20000);
	scene_end(&s);
}

TEST(a_head_above_every_limit_is_refused)
{
	struct hostile *h;
	struct scene s;
	struct wici_head head = {.seq = UINT64_MAX};

	scene_begin(&s, 14);
	h = scene_turn(&s);
	head.feed = h->feed;
	hostile_heads(h, &head, 1);
	world_run(s.w, 500);
	CHECK(h->pipe == NULL && h->refused == WICI_REJECT_LIMIT);
	scene_end(&s);
}

TEST(more_wants_than_are_kept_are_answered_with_heads)
{
	struct wici_message m = {.type = WICI_MSG_WANT};
	struct hostile *h;
	struct scene s;

	scene_begin(&s, 15);
	h = scene_turn(&s);
	m.want.from = 1;
	m.want.to = UINT64_MAX;
	hostile_hold(h);
	for (unsigned i = 0; i < 300; i++) {
		memset(m.want.feed.b, (int)i, 32);
		m.want.feed.b[0] = (uint8_t)(i >> 4);
		hostile_send(h, &m);
	}
	m.want.feed = s.cal->node->own->row.key;
	hostile_send(h, &m);
	hostile_let_go(h);
	world_run(s.w, 2000);
	CHECK(h->pipe != NULL);
	CHECK(h->got[WICI_MSG_RUN] >= 1);
	CHECK(h->got[WICI_MSG_HEADS] >= 200);
	scene_check_alive(&s);
	scene_end(&s);
}

TEST(a_push_that_is_too_long_is_refused)
{
	static uint8_t payload[5000];
	struct hostile *h;
	struct scene s;

	scene_begin(&s, 16);
	h = scene_turn(&s);
	hostile_live(h, hostile_entry(h, 0x8000,
				      (struct wici_bytes){payload, 5000}));
	world_run(s.w, 500);
	CHECK(h->pipe == NULL && h->refused == WICI_REJECT_LIMIT);
	CHECK(world_holds_of(s.cal, &h->feed) == h->head.seq - 1);
	scene_check_alive(&s);
	scene_end(&s);
}

TEST_MAIN(RUN(garbage_ends_the_connection_and_nothing_else),
	  RUN(a_frame_that_is_too_long_is_refused),
	  RUN(another_network_is_told_so_in_clear),
	  RUN(a_stranger_is_refused_and_learns_no_feed_key),
	  RUN(who_shows_somebody_elses_feed_is_refused),
	  RUN(a_slow_handshake_is_refused_after_five_seconds),
	  RUN(an_unknown_odd_message_is_ignored_an_even_one_ends_the_session),
	  RUN(a_payload_that_is_not_canonical_is_void_and_relayed),
	  RUN(a_member_admits_nobody),
	  RUN(a_grant_by_one_who_is_no_issuer_never_verifies),
	  RUN(a_run_with_a_bad_signature_is_not_taken),
	  RUN(who_writes_two_histories_does_not_part_honest_nodes),
	  RUN(offers_that_never_come_do_not_stop_honest_sync),
	  RUN(a_head_above_every_limit_is_refused),
	  RUN(more_wants_than_are_kept_are_answered_with_heads),
	  RUN(a_push_that_is_too_long_is_refused))
