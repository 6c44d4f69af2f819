/* tests/sim/test_erase_hostile.c — Peers that hide records by calling them
 * erased, erase what they may not, and say so again and again. */
#include "proto/kinds/beacon.h"
#include "proto/kinds/practice.h"
#include "proto/mp_write.h"
#include "tests/sim/erased.h"

/* Its own next entry, without the payload. */
static struct wici_bytes hidden(struct hostile *h, uint16_t kind,
				struct wici_head *of, uint8_t *out, size_t max)
{
	struct wici_head after = h->head;
	uint8_t buf[100];
	struct wici_run_writer w;
	struct wici_run run;
	struct wici_entry e;

	CHECK_OK(wici_run_open(
		&run, hostile_entry(h, kind, practice(buf, sizeof(buf))),
		&after));
	CHECK_OK(wici_run_next(&run, &e, &of->id));
	of->feed = e.header.feed;
	of->seq = e.header.seq;
	e.has_payload = false;
	wici_run_writer_init(&w, out, max, &h->feed, e.header.seq);
	CHECK_OK(wici_run_add(&w, &e));
	return wici_run_finish(&w);
}

static void send_erasure(struct hostile *h, const struct wici_head *of)
{
	struct wici_message m = {.type = WICI_MSG_STATEMENT};
	struct gone g;

	gone_make(&g, &h->network, of, NULL, &h->identity, &h->identity_secret);
	m.statement = g.bytes;
	hostile_send(h, &m);
	world_run(h->w, 200);
}

TEST(who_hides_a_payload_is_hung_up_on)
{
	struct wici_head of = {.seq = 0};
	uint8_t out[600];
	struct wici_bytes run;
	struct hostile *h;
	struct scene s;

	scene_begin(&s, 11);
	h = scene_turn(&s);
	run = hidden(h, WICI_KIND_PRACTICE_PUBLISH, &of, out, sizeof(out));
	hostile_live(h, run);
	world_run(s.w, 1000);
	CHECK(h->pipe == NULL && h->refused == WICI_REJECT_HIDDEN);
	CHECK(world_holds_of(s.cal, &h->feed) < of.seq);
	/* With its erasure it is taken. */
	CHECK(hostile_dial(h, s.cal));
	world_run(s.w, 500);
	send_erasure(h, &of);
	hostile_live(h, run);
	world_run(s.w, 1000);
	CHECK(h->pipe && world_holds_of(s.cal, &h->feed) == of.seq);
	CHECK(world_holds_of(s.mlawa, &h->feed) == of.seq);
	scene_check_alive(&s);
	scene_end(&s);
}

TEST(a_right_is_not_hidden_by_calling_it_erased)
{
	struct wici_head of = {.seq = 0};
	uint8_t out[600];
	struct wici_bytes run;
	struct hostile *h;
	struct scene s;

	scene_begin(&s, 12);
	h = scene_turn(&s);
	run = hidden(h, WICI_KIND_BEACON, &of, out, sizeof(out));
	send_erasure(h, &of);
	CHECK(h->pipe); /* It may be honest, as far as CAL can tell. */
	hostile_live(h, run);
	world_run(s.w, 1000);
	CHECK(h->pipe == NULL && h->refused == WICI_REJECT_HIDDEN);
	scene_check_alive(&s);
	scene_end(&s);
}

TEST(an_erasure_of_a_right_is_void_and_of_others_records_too)
{
	struct wici_head of;
	size_t statements;
	struct hostile *h;
	struct scene s;

	scene_begin(&s, 13);
	h = scene_turn(&s);
	statements = s.cal->node->statements_count;
	/* Its own feed.open. */
	of = (struct wici_head){.feed = h->feed, .seq = 1};
	CHECK_OK(entry_id(s.cal->node->store,
			  feeds_find(&s.cal->node->feeds, &h->feed)->row.n, 1,
			  &of.id));
	send_erasure(h, &of);
	/* Mława's profile. */
	of.feed = s.mlawa->node->keys.feed;
	of.seq = 2;
	CHECK_OK(entry_id(s.cal->node->store,
			  feeds_find(&s.cal->node->feeds, &of.feed)->row.n, 2,
			  &of.id));
	send_erasure(h, &of);
	world_run(s.w, 1000);
	CHECK(s.cal->node->statements_count == statements);
	CHECK(h->pipe);
	scene_check_alive(&s);
	scene_end(&s);
}

TEST(a_flood_of_erasures_leaves_nothing_behind)
{
	struct wici_head of = {.seq = 0};
	size_t statements;
	struct hostile *h;
	struct scene s;

	scene_begin(&s, 14);
	h = scene_turn(&s);
	statements = s.cal->node->statements_count;
	of.feed = h->feed;
	for (uint64_t i = 1; i <= 600; i++) {
		of.seq = 100000 + i;
		send_erasure(h, &of);
	}
	CHECK(h->pipe && s.cal->node->statements_count == statements);
	scene_check_alive(&s);
	restart(&s, s.cal);
	settle(s.w);
	CHECK(s.cal->node->statements_count == statements);
	scene_end(&s);
}

TEST_MAIN(RUN(who_hides_a_payload_is_hung_up_on),
	  RUN(a_right_is_not_hidden_by_calling_it_erased),
	  RUN(an_erasure_of_a_right_is_void_and_of_others_records_too),
	  RUN(a_flood_of_erasures_leaves_nothing_behind))
