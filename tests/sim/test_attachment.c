/* tests/sim/test_attachment.c — Attachments between nodes that meet, do not
 * meet, are cut off at any byte, are killed, and lie. */
#include "tests/sim/files.h"
#include "tests/sim/scene.h"
#include "tests/test.h"

#define KIB ((uint64_t)1024)
#define MIB (KIB * KIB)

/* CAL knows Mława, Mława knows Kielce; CAL and Kielce never meet. */
static void begin_line(struct scene *s, uint64_t seed)
{
	print_message("seed %llu\n", (unsigned long long)seed);
	s->w = world_new(seed);
	s->cal = gather_found(s->w);
	s->mlawa = gather_join(s->w, s->cal, "mlawa", NULL);
	s->kielce = gather_join(s->w, s->cal, "kielce", "mlawa:8481");
	CHECK(world_settle(s->w, 60000));
	CHECK(!world_have_met(s->w, s->cal, s->kielce));
}

TEST(a_small_file_reaches_who_never_meets_its_author)
{
	struct attached a;
	struct scene s;

	begin_line(&s, 1);
	attached_make(&a, 700 * KIB + 1, 1);
	files_publish(s.w, s.cal, &a);
	CHECK(files_wait(s.w, s.mlawa, &a, 5));
	CHECK(files_wait(s.w, s.kielce, &a, 5));
	CHECK(!world_have_met(s.w, s.cal, s.kielce));
	CHECK(world_blames(s.w) == 0);
	scene_end(&s);
	attached_clear(&a);
}

/* And a large one when it asks: who stands between fetches it first. */
TEST(a_large_file_is_fetched_when_asked_for_through_whoever_is_between)
{
	struct attached a;
	struct scene s;

	begin_line(&s, 2);
	attached_make(&a, 3 * MIB + 5, 2);
	files_publish(s.w, s.cal, &a);
	world_run(s.w, 30000);
	CHECK(!files_view(s.mlawa, &a).is_known);
	CHECK(!files_view(s.kielce, &a).is_known);
	files_ask(s.w, s.kielce, &a);
	CHECK(files_wait(s.w, s.kielce, &a, 20));
	CHECK(files_has(s.w, s.mlawa, &a));
	CHECK(world_blames(s.w) == 0);
	scene_end(&s);
	attached_clear(&a);
}

TEST(many_small_files_all_arrive)
{
	struct attached a[30];
	struct scene s;

	begin_line(&s, 3);
	for (unsigned i = 0; i < 30; i++) {
		attached_make(&a[i], 1 + i * 5000, i);
		files_publish(s.w, s.cal, &a[i]);
	}
	for (unsigned i = 0; i < 30; i++)
		CHECK(files_wait(s.w, s.kielce, &a[i], 10));
	CHECK(world_settle(s.w, 60000));
	for (unsigned i = 0; i < 30; i++)
		attached_clear(&a[i]);
	scene_end(&s);
}

/* The connection breaks at that very byte, again and again: what has come is
 * never sent twice but for little, and in the end it is whole. */
TEST(a_connection_that_breaks_anywhere_delays_the_file_and_no_more)
{
	struct attached a;
	struct scene s;
	uint64_t last = 0;

	begin_line(&s, 4);
	attached_make(&a, 2 * MIB, 3);
	files_publish(s.w, s.cal, &a);
	world_run(s.w, 1000);
	files_ask(s.w, s.mlawa, &a);
	for (unsigned i = 0; i < 60 && !files_view(s.mlawa, &a).is_whole; i++) {
		world_fuse(s.w, 1 + world_random(s.w, 300000));
		world_run(s.w, 7000);
		CHECK(files_view(s.mlawa, &a).held >= last);
		last = files_view(s.mlawa, &a).held;
	}
	world_fuse(s.w, 0);
	CHECK(files_wait(s.w, s.mlawa, &a, 60));
	scene_end(&s);
	attached_clear(&a);
}

static uint64_t bytes_out(const struct world_node *n)
{
	uint64_t bytes = n->node->peers.bytes_out;

	for (const struct link *l = n->hub.links; l; l = l->next)
		bytes += l->session.bytes_out;
	return bytes;
}

/* kill -9 of the one or the other, some way into it. */
TEST(who_is_killed_goes_on_where_it_was)
{
	struct attached a;

	for (unsigned i = 0; i < 4; i++) {
		struct scene s;
		struct world_node *killed;
		uint64_t held, sent;

		begin_line(&s, 50 + i);
		killed = i % 2 ? s.mlawa : s.cal;
		attached_make(&a, 12 * MIB + 3, i);
		files_publish(s.w, s.cal, &a);
		world_run(s.w, 1000);
		files_ask(s.w, s.mlawa, &a);
		for (unsigned t = 0;
		     t < 4000 && files_view(s.mlawa, &a).held < (i + 1) * MIB;
		     t++)
			world_run(s.w, 1);
		held = files_view(s.mlawa, &a).held;
		CHECK(held >= (i + 1) * MIB && held < a.size);
		sent = bytes_out(s.cal);
		world_kill(s.w, killed);
		world_run(s.w, 500);
		world_start(s.w, killed);
		CHECK(files_wait(s.w, s.mlawa, &a, 60));
		if (killed == s.mlawa)
			CHECK(bytes_out(s.cal) - sent <
			      a.size - held + 6 * MIB);
		else
			CHECK(bytes_out(s.cal) < a.size - held + 2 * MIB);
		scene_end(&s);
		attached_clear(&a);
	}
}

/* The power fails at the k-th write, and some of what was not synced is gone:
 * what is whole after that is what was sent. */
TEST(a_power_cut_at_any_write_leaves_nothing_wrong)
{
	static const enum disk_crash hows[] = {DISK_KEEPS, DISK_TEARS,
					       DISK_FORGETS_DIRTY};
	struct attached a;

	attached_make(&a, 500 * KIB + 9, 4);
	for (unsigned k = 1; k < 60; k += 4) {
		struct scene s;
		unsigned h = k % 3;

		begin_line(&s, 100 + k);
		world_crash_at(s.mlawa, k, hows[h]);
		files_publish(s.w, s.cal, &a);
		for (unsigned t = 0; t < 20 && s.mlawa->is_up; t++)
			world_run(s.w, 500);
		if (!s.mlawa->is_up)
			world_start(s.w, s.mlawa);
		if (!s.mlawa->is_up)
			world_start(s.w, s.mlawa);
		world_crash_at(s.mlawa, 0, DISK_KEEPS);
		CHECK(files_wait(s.w, s.mlawa, &a, 60));
		CHECK(files_wait(s.w, s.kielce, &a, 60));
		scene_end(&s);
	}
	attached_clear(&a);
}

/* Records do not wait behind a file. */
TEST(a_record_overtakes_a_file)
{
	struct attached a;
	struct scene s;

	begin_line(&s, 5);
	attached_make(&a, 16 * MIB, 5);
	files_publish(s.w, s.cal, &a);
	world_run(s.w, 1000);
	files_ask(s.w, s.mlawa, &a);
	for (unsigned t = 0; t < 3000 && !files_view(s.mlawa, &a).held; t++)
		world_run(s.w, 1);
	for (unsigned i = 0; i < 20; i++)
		files_name(s.w, s.cal, &a);
	for (unsigned t = 0; t < 1000 && world_holds(s.mlawa, s.cal) <
						 world_holds(s.cal, s.cal);
	     t++)
		world_run(s.w, 1);
	CHECK(!files_view(s.mlawa, &a).is_whole);
	CHECK(files_wait(s.w, s.mlawa, &a, 60));
	scene_end(&s);
	attached_clear(&a);
}

/* ---- who lies ---- */

static const struct attached *asked_for; /* What the hostile peer answers. */
static enum { SILENT, NOTHING, WRONG, UNASKED, TRUE_CHUNKS } answer;

static void send_chunk(struct hostile *h, uint32_t i, bool is_wrong)
{
	static uint8_t bytes[WICI_CHUNK_LEN_MAX];
	struct wici_id path[WICI_CHUNK_PATH_MAX];
	struct wici_message m = {.type = WICI_MSG_CHUNK};
	uint32_t count = attached_path(asked_for, i, path);
	struct wici_bytes b = attached_chunk(asked_for, i);

	memcpy(bytes, b.p, b.len);
	bytes[b.len / 2] ^= is_wrong;
	m.chunk.root = asked_for->root;
	if (answer == UNASKED)
		m.chunk.root.b[0] ^= 1;
	m.chunk.i = i;
	m.chunk.path = (struct wici_packed){path[0].b, (uint16_t)count};
	m.chunk.bytes = (struct wici_bytes){bytes, b.len};
	hostile_send(h, &m);
}

static void on_message(struct hostile *h, const struct wici_message *m)
{
	struct wici_message end = {.type = WICI_MSG_CHUNKS_END};

	if (m->type != WICI_MSG_WANT_CHUNKS || answer == SILENT)
		return;
	if (answer == WRONG || answer == UNASKED)
		send_chunk(h, m->chunks.from, answer == WRONG);
	for (uint32_t i = m->chunks.from;
	     answer == TRUE_CHUNKS && i <= m->chunks.to && i < 3; i++)
		send_chunk(h, i, false);
	end.chunks.root = m->chunks.root;
	hostile_send(h, &end);
}

/* Kielce goes bad, and names a file of which Mława holds the truth: CAL asks
 * whoever may have it, Kielce first, since it is the author. */
static struct hostile *turn_bad(struct scene *s, const struct attached *a,
				uint64_t seed)
{
	struct hostile *h;

	scene_begin(s, seed);
	files_add(s->w, s->mlawa, a);
	h = scene_turn(s);
	h->on = on_message;
	asked_for = a;
	hostile_live(h, hostile_entry(h, wici_kind_practice_publish.number,
				      files_payload(a)));
	world_run(s->w, 1000);
	return h;
}

TEST(a_wrong_chunk_is_the_senders_fault_and_the_file_comes_from_another)
{
	struct attached a;
	struct hostile *h;
	struct scene s;

	attached_make(&a, 300 * KIB, 6);
	answer = WRONG;
	h = turn_bad(&s, &a, 6);
	CHECK(h->got[WICI_MSG_WANT_CHUNKS] > 0);
	CHECK(h->pipe == NULL && h->refused == WICI_REJECT_CHUNK);
	CHECK(files_wait(s.w, s.cal, &a, 20));
	scene_check_alive(&s);
	scene_end(&s);
	attached_clear(&a);
}

TEST(a_chunk_that_nobody_asked_for_is_out_of_order)
{
	struct attached a;
	struct hostile *h;
	struct scene s;

	attached_make(&a, 300 * KIB, 7);
	answer = UNASKED;
	h = turn_bad(&s, &a, 7);
	CHECK(h->pipe == NULL && h->refused == WICI_REJECT_ORDER);
	CHECK(files_wait(s.w, s.cal, &a, 20));
	scene_check_alive(&s);
	scene_end(&s);
	attached_clear(&a);
}

TEST(who_stalls_or_has_nothing_is_not_waited_for)
{
	for (unsigned i = 0; i < 3; i++) {
		struct attached a;
		struct hostile *h;
		struct scene s;

		attached_make(&a, 300 * KIB, 8 + i);
		answer = i == 0 ? SILENT : i == 1 ? NOTHING : TRUE_CHUNKS;
		h = turn_bad(&s, &a, 8 + i);
		CHECK(h->got[WICI_MSG_WANT_CHUNKS] > 0);
		CHECK(files_wait(s.w, s.cal, &a, i == 0 ? 20 : 3));
		CHECK(h->pipe != NULL); /* That is no crime. */
		scene_check_alive(&s);
		scene_end(&s);
		attached_clear(&a);
	}
}

/* Somebody who never answers, and names a dozen files that nobody has, keeps
 * nobody from what is there. */
TEST(who_never_answers_does_not_stand_in_the_way)
{
	struct attached lies[12], a;
	struct hostile *h;
	struct scene s;

	scene_begin(&s, 11);
	h = scene_turn(&s);
	h->on = on_message;
	answer = SILENT;
	for (unsigned i = 0; i < 12; i++) {
		attached_make(&lies[i], 1000 + i, i);
		hostile_live(h,
			     hostile_entry(h, wici_kind_practice_publish.number,
					   files_payload(&lies[i])));
	}
	world_run(s.w, 30000);
	attached_make(&a, 300 * KIB, 11);
	files_publish(s.w, s.mlawa, &a);
	CHECK(files_wait(s.w, s.cal, &a, 5));
	CHECK(h->got[WICI_MSG_WANT_CHUNKS] <= 4);
	scene_check_alive(&s);
	scene_end(&s);
	for (unsigned i = 0; i < 12; i++)
		attached_clear(&lies[i]);
	attached_clear(&a);
}

/* Nobody has it: asked for less and less often, and no chunk is invented. */
TEST(a_file_that_nobody_holds_costs_little)
{
	struct attached a, b;
	struct hostile *h;
	struct scene s;

	attached_make(&a, 300 * KIB, 12);
	attached_make(&b, 300 * KIB, 13);
	answer = NOTHING;
	h = turn_bad(&s, &a, 12);
	hostile_live(h, hostile_entry(h, wici_kind_practice_publish.number,
				      files_payload(&b)));
	world_run(s.w, 3600000);
	CHECK(h->got[WICI_MSG_WANT_CHUNKS] < 30);
	CHECK(!files_view(s.cal, &b).is_whole);
	scene_check_alive(&s);
	scene_end(&s);
	attached_clear(&a);
	attached_clear(&b);
}

static void want(struct hostile *h, const struct attached *a, uint64_t size)
{
	struct wici_message m = {.type = WICI_MSG_WANT_CHUNKS};

	m.chunks.root = a->root;
	m.chunks.size = size;
	m.chunks.to = wici_chunks_count(size) - 1;
	hostile_send(h, &m);
}

/* What no record names is nobody's to see; and who asks for much at once, and
 * gives no credit, gets as much as he paid for. */
TEST(who_asks_gets_what_is_named_and_under_credit)
{
	struct attached named, hidden;
	struct hostile *h;
	struct scene s;

	scene_begin(&s, 14);
	attached_make(&named, 3 * MIB, 14);
	attached_make(&hidden, 300 * KIB, 15);
	files_publish(s.w, s.cal, &named);
	files_add(s.w, s.cal, &hidden);
	h = scene_turn(&s);
	want(h, &hidden, hidden.size);
	want(h, &named, named.size + 1);
	world_run(s.w, 1000);
	CHECK(h->got[WICI_MSG_CHUNK] == 0);
	CHECK(h->got[WICI_MSG_CHUNKS_END] == 2);
	for (unsigned i = 0; i < 100; i++)
		want(h, &named, named.size);
	world_run(s.w, 1000);
	CHECK(h->got[WICI_MSG_CHUNK] == 31); /* Of a MiB, with their paths. */
	CHECK(h->pipe != NULL);
	scene_check_alive(&s);
	scene_end(&s);
	attached_clear(&named);
	attached_clear(&hidden);
}

TEST(more_chunks_than_there_was_credit_for_end_it)
{
	struct attached a;
	struct hostile *h;
	struct scene s;

	scene_begin(&s, 16);
	attached_make(&a, 900 * KIB, 16);
	asked_for = &a;
	answer = SILENT;
	h = scene_turn(&s);
	hostile_live(h, hostile_entry(h, wici_kind_practice_publish.number,
				      files_payload(&a)));
	world_run(s.w, 1000);
	CHECK(h->got[WICI_MSG_WANT_CHUNKS] == 1);
	answer = TRUE_CHUNKS;
	for (unsigned i = 0; i < 3000 && h->pipe; i++) {
		send_chunk(h, 0, false); /* The same one is no progress. */
		world_run(s.w, i % 8 ? 0 : 1);
	}
	CHECK(files_view(s.cal, &a).held <= WICI_CHUNK_LEN_MAX);
	scene_check_alive(&s);
	scene_end(&s);
	attached_clear(&a);
}

/* What counted no longer does: the files of a suspended member's records that
 * were cut go everywhere. */
TEST(what_nothing_names_any_longer_goes_everywhere)
{
	struct attached a;
	struct scene s;

	scene_begin(&s, 17);
	attached_make(&a, 300 * KIB, 17);
	files_publish(s.w, s.mlawa, &a);
	CHECK(files_wait(s.w, s.cal, &a, 5));
	CHECK(files_wait(s.w, s.kielce, &a, 5));
	world_run(s.w, 3600000);
	CHECK(files_has(s.w, s.kielce, &a));
	/* The entry no longer counts, as if its payload were erased. */
	for (size_t i = 0; i < 2; i++) {
		struct world_node *n = i ? s.cal : s.kielce;
		struct feed *feed = feeds_find(&n->node->feeds,
					       &s.mlawa->node->own->row.key);

		feed->counts = feed->limit.counts = false;
	}
	world_run(s.w, 3600000);
	CHECK(!files_view(s.kielce, &a).is_known);
	CHECK(!files_view(s.cal, &a).is_known);
	CHECK(files_has(s.w, s.mlawa, &a));
	scene_end(&s);
	attached_clear(&a);
}

TEST_MAIN(
	RUN(a_small_file_reaches_who_never_meets_its_author),
	RUN(a_large_file_is_fetched_when_asked_for_through_whoever_is_between),
	RUN(many_small_files_all_arrive),
	RUN(a_connection_that_breaks_anywhere_delays_the_file_and_no_more),
	RUN(who_is_killed_goes_on_where_it_was),
	RUN(a_power_cut_at_any_write_leaves_nothing_wrong),
	RUN(a_record_overtakes_a_file),
	RUN(a_wrong_chunk_is_the_senders_fault_and_the_file_comes_from_another),
	RUN(a_chunk_that_nobody_asked_for_is_out_of_order),
	RUN(who_stalls_or_has_nothing_is_not_waited_for),
	RUN(who_never_answers_does_not_stand_in_the_way),
	RUN(a_file_that_nobody_holds_costs_little),
	RUN(who_asks_gets_what_is_named_and_under_credit),
	RUN(more_chunks_than_there_was_credit_for_end_it),
	RUN(what_nothing_names_any_longer_goes_everywhere))
