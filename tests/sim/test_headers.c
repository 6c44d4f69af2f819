/* tests/sim/test_headers.c — Lies about where two chains part: nobody is framed,
 * and who asks or answers too much gains nothing. */
#include "daemon/link_private.h"
#include "tests/sim/parted.h"

/* ---- lies ---- */

/* Answers whatever is asked with a header of its own making. */
static void lie(struct hostile *h, const struct wici_message *m)
{
	struct wici_message answer = {.type = WICI_MSG_HEADER};
	struct wici_header header = {.version = WICI_ENTRY_VERSION};

	if (m->type != WICI_MSG_ASK_HEADER)
		return;
	header.seq = m->header.seq;
	header.feed = m->header.feed;
	answer.header = m->header;
	answer.header.is_held = true;
	wici_header_encode(answer.header.bytes, &header);
	world_bytes(h->w, answer.header.sig.b, 32);
	hostile_send(h, &answer);
}

static void never_answer(struct hostile *h, const struct wici_message *m)
{
	(void)h;
	(void)m;
}

static void accuse(struct hostile *h, const struct world_node *whom)
{
	const struct feed *own = whom->node->own;
	struct wici_head head = {own->row.key, own->row.seq, h->head.id};

	hostile_heads(h, &head, 1);
}

TEST(headers_that_lie_freeze_nobody_and_cost_little)
{
	struct hostile *h;
	struct scene s;

	scene_begin(&s, 41);
	for (int i = 0; i < 20; i++)
		CHECK(gather_publish(s.w, s.mlawa, "z Mławy"));
	world_run(s.w, 5000);
	h = scene_turn(&s);
	h->on = lie;
	for (int i = 0; i < 60; i++) {
		accuse(h, s.mlawa);
		accuse(h, s.cal);
		world_run(s.w, 500);
	}
	CHECK(h->pipe != NULL); /* Who proves nothing is not blamed. */
	CHECK(h->got[WICI_MSG_ASK_HEADER] >= 4);
	CHECK(h->got[WICI_MSG_ASK_HEADER] <= 40);
	CHECK(s.cal->node->forks_count == 0);
	CHECK(!s.cal->node->sealed && !s.mlawa->node->sealed);
	scene_check_alive(&s);
	scene_end(&s);
}

TEST(who_does_not_answer_is_not_asked_again)
{
	struct hostile *h;
	struct scene s;

	scene_begin(&s, 42);
	h = scene_turn(&s);
	h->on = never_answer;
	for (int i = 0; i < 200; i++) {
		accuse(h, s.mlawa);
		accuse(h, s.cal);
		world_run(s.w, 1000);
	}
	CHECK(h->got[WICI_MSG_ASK_HEADER] == 1);
	scene_check_alive(&s);
	scene_end(&s);
}

TEST(a_header_that_nobody_asked_for_ends_the_session)
{
	struct wici_message m = {.type = WICI_MSG_HEADER};
	struct hostile *h;
	struct scene s;

	scene_begin(&s, 43);
	h = scene_turn(&s);
	m.header.feed = h->feed;
	m.header.seq = 1;
	hostile_send(h, &m);
	world_run(s.w, 1000);
	CHECK(h->pipe == NULL && h->refused == WICI_REJECT_ORDER);
	scene_check_alive(&s);
	scene_end(&s);
}

TEST(many_questions_are_answered_in_time_one_by_one)
{
	struct wici_message m = {.type = WICI_MSG_ASK_HEADER};
	struct hostile *h;
	struct scene s;
	unsigned first;

	scene_begin(&s, 44);
	h = scene_turn(&s);
	m.header.feed = s.cal->node->keys.feed;
	m.header.seq = 1;
	for (int i = 0; i < 500; i++)
		hostile_send(h, &m);
	world_run(s.w, 1500);
	first = h->got[WICI_MSG_HEADER];
	CHECK(first > 0 && first <= 3 * LINK_HEADERS_RATE);
	world_run(s.w, 15000);
	CHECK(h->got[WICI_MSG_HEADER] == 500 && h->pipe != NULL);
	scene_check_alive(&s);
	scene_end(&s);
}

TEST_MAIN(RUN(headers_that_lie_freeze_nobody_and_cost_little),
	  RUN(who_does_not_answer_is_not_asked_again),
	  RUN(a_header_that_nobody_asked_for_ends_the_session),
	  RUN(many_questions_are_answered_in_time_one_by_one))
