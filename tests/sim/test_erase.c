/* tests/sim/test_erase.c — A record is erased; whoever was away, lies, or dies
 * in the middle of it, its text comes back nowhere. */
#include "proto/kinds/beacon.h"
#include "proto/kinds/practice.h"
#include "proto/mp_read.h"
#include "tests/daemon/gone.h"
#include "tests/sim/restore.h"
#include "tests/sim/stick.h"

#define WORD    "xyloqwart" /* In one title, and nowhere else. */
#define PART    "xylo"      /* As it is indexed, too. */
#define STRIDE  4           /* Writes between two cuts. */
#define YEAR_MS ((int64_t)365 * 86400000)

/* Mława has published it; Kielce and CAL hold it. */
static const char *begin(struct scene *s, uint64_t seed)
{
	static char id[100];

	scene_begin(s, seed);
	(void)snprintf(id, sizeof(id), "%s",
		       publish(s->w, s->mlawa, "Klub " WORD));
	CHECK(gather_publish(s->w, s->mlawa, "Po nim"));
	settle(s->w);
	CHECK(gone_folder_has(s->kielce->dir, WORD) &&
	      gone_folder_has(s->cal->dir, WORD));
	return id;
}

static bool erase(struct scene *s, struct world_node *n, const char *id)
{
	const struct world_param params[] = {{"id", id, false},
					     {"reason", "wniosek", false},
					     {NULL, NULL, false}};

	return !world_call(s->w, n, "record.erase", params).has_error;
}

/* A number of what record.show says of the erasure; key "": 1, where there is
 * one. */
static uint64_t told(struct scene *s, struct world_node *n, const char *id,
		     const char *key)
{
	const struct world_param params[] = {{"id", id, false},
					     {NULL, NULL, false}};
	struct world_reply r = world_call(s->w, n, "record.show", params);
	struct wici_mp_reader reader;
	struct wici_bytes raw;
	struct wici_mp v;

	CHECK(!r.has_error);
	if (wici_mp_find(WICI_MP_LENIENT, r.result, "erasure", &raw))
		return 0;
	if (!key[0])
		return 1;
	CHECK_OK(wici_mp_find(WICI_MP_LENIENT, raw, key, &raw));
	wici_mp_reader_init(&reader, WICI_MP_LENIENT, raw);
	CHECK_OK(wici_mp_expect(&reader, WICI_MP_UINT, &v));
	return v.u;
}

static bool is_gone(struct world_node *n)
{
	return !gone_folder_has(n->dir, PART);
}

static void check_gone(struct scene *s)
{
	CHECK(is_gone(s->cal) && is_gone(s->mlawa) && is_gone(s->kielce));
}

TEST(all_erase_it_and_the_author_hears_of_it)
{
	struct scene s;
	const char *id = begin(&s, 1);

	CHECK(erase(&s, s.mlawa, id));
	CHECK(is_gone(s.mlawa));
	settle(s.w);
	check_gone(&s);
	/* Mława is connected to CAL alone, as Kielce is. */
	CHECK(told(&s, s.mlawa, id, "erased_by") == 1);
	CHECK(told(&s, s.mlawa, id, "institutions") == 2);
	CHECK(told(&s, s.cal, id, "erased_by") == 2);
	check_whole(&s);
	CHECK(world_is_equal(s.cal, s.kielce));
	scene_end(&s);
}

TEST(who_was_away_for_a_year_brings_nothing_back)
{
	struct world_node *stalowa;
	struct scene s;
	const char *id = begin(&s, 2);

	world_stop(s.w, s.kielce);
	CHECK(erase(&s, s.mlawa, id));
	settle(s.w);
	CHECK(told(&s, s.cal, id, "erased_by") == 1);
	/* A newcomer has never held it, and passes it on as it came. */
	stalowa = gather_join(s.w, s.cal, "stalowa", NULL);
	settle(s.w);
	CHECK(world_holds(stalowa, s.mlawa) == world_holds(s.mlawa, s.mlawa));
	world_jump(s.w, NULL, YEAR_MS);
	world_run(s.w, 5000);
	CHECK(gone_folder_has(s.kielce->dir, WORD));
	world_start(s.w, s.kielce);
	gather_dial(s.w, s.kielce, "stalowa:8481");
	settle(s.w);
	check_gone(&s);
	CHECK(is_gone(stalowa) && world_is_equal(stalowa, s.kielce));
	CHECK(told(&s, s.cal, id, "erased_by") == 3);
	CHECK(world_blames(s.w) == 0);
	scene_end(&s);
}

TEST(it_is_erased_offline_and_goes_out_when_the_network_is_back)
{
	struct scene s;
	const char *id = begin(&s, 3);

	world_cut(s.w, s.mlawa, s.cal);
	CHECK(erase(&s, s.mlawa, id));
	CHECK(is_gone(s.mlawa));
	CHECK(told(&s, s.mlawa, id, "erased_by") == 0);
	world_run(s.w, 60000);
	CHECK(!is_gone(s.cal));
	world_mend(s.w, s.mlawa, s.cal);
	settle(s.w);
	check_gone(&s);
	check_whole(&s);
	scene_end(&s);
}

/* A virtual machine, set back to before; and a stick of that day. */
TEST(an_old_disk_and_an_old_bundle_bring_nothing_back)
{
	struct stick old = {NULL, 0};
	struct bundle_counts counts;
	struct image image;
	struct scene s;
	const char *id = begin(&s, 4);

	stick_write(s.w, s.kielce, &old);
	CHECK(memmem(old.p, old.len, WORD, strlen(WORD)));
	world_snapshot(s.w, s.kielce, &image);
	CHECK(erase(&s, s.mlawa, id));
	settle(s.w);
	check_gone(&s);
	CHECK_ERR(stick_read(s.w, s.cal, &old, 5000, &counts), WICI_END);
	CHECK(counts.rejects == 0);
	settle(s.w);
	check_gone(&s);

	world_kill(s.w, s.kielce);
	world_revert(s.w, s.kielce, &image);
	CHECK(!is_gone(s.kielce));
	world_start(s.w, s.kielce);
	settle(s.w);
	check_gone(&s);
	CHECK(world_is_equal(s.cal, s.kielce));
	/* One that begins with nothing takes the stick, and then hears. */
	world_kill(s.w, s.kielce);
	image_clear(&image);
	stick_clear(&old);
	scene_end(&s);
}

TEST(a_new_bundle_has_the_erasure_before_the_run_that_needs_it)
{
	struct stick new = {NULL, 0};
	struct bundle_counts counts;
	struct scene s;
	const char *id = begin(&s, 5);

	world_stop(s.w, s.kielce);
	for (int i = 0; i < 3; i++)
		CHECK(gather_publish(s.w, s.mlawa, "Nowy"));
	CHECK(erase(&s, s.mlawa,
		    publish(s.w, s.mlawa, "Drugi " WORD))); /* Not there. */
	CHECK(erase(&s, s.mlawa, id));                      /* There. */
	settle(s.w);
	world_cut(s.w, s.kielce, s.cal);
	world_start(s.w, s.kielce);
	stick_write(s.w, s.mlawa, &new);
	CHECK(!memmem(new.p, new.len, PART, strlen(PART)));
	CHECK_ERR(stick_read(s.w, s.kielce, &new, 3000, &counts), WICI_END);
	CHECK(counts.rejects == 0);
	world_run(s.w, 5000);
	check_gone(&s);
	CHECK(world_holds(s.kielce, s.mlawa) == world_holds(s.mlawa, s.mlawa));
	stick_clear(&new);
	scene_end(&s);
}

/* A newcomer asks for all while one after the other is erased: whatever is on
 * its way, nobody is blamed, and every erased word is nowhere. */
TEST(records_are_erased_while_somebody_pulls_them)
{
	enum { COUNT = 120 };
	static char ids[COUNT][WICI_HEX_LEN + 1];
	struct world_node *stalowa;
	struct scene s;
	char word[40];

	scene_begin(&s, 6);
	for (int i = 0; i < COUNT; i++) {
		(void)snprintf(word, sizeof(word), "Klub wyraz%03dowy", i);
		(void)snprintf(ids[i], sizeof(ids[i]), "%s",
			       publish(s.w, s.mlawa, word));
	}
	settle(s.w);
	stalowa = gather_join(s.w, s.cal, "stalowa", NULL);
	for (int i = 0; i < COUNT; i += 3) {
		world_run(s.w, world_random(s.w, 12));
		CHECK(erase(&s, i % 2 ? s.mlawa : s.cal, ids[(i * 7) % COUNT]));
	}
	settle(s.w);
	CHECK(world_holds(stalowa, s.mlawa) == world_holds(s.mlawa, s.mlawa));
	CHECK(world_is_equal(stalowa, s.cal) && world_is_equal(s.mlawa, s.cal));
	for (int i = 0; i < COUNT; i++) {
		bool is_erased = told(&s, s.cal, ids[i], "") > 0;

		(void)snprintf(word, sizeof(word), "yraz%03d", i);
		CHECK(gone_folder_has(s.cal->dir, word) != is_erased);
		CHECK(gone_folder_has(s.mlawa->dir, word) != is_erased);
		CHECK(gone_folder_has(stalowa->dir, word) != is_erased);
	}
	CHECK(world_blames(s.w) == 0);
	scene_end(&s);
}

/* ---- crashes ---- */

/* The power fails at the k-th write of whoever erases, or hears of it. False:
 * that many are not needed. */
static bool erase_with_cut(uint64_t k, enum disk_crash how, bool is_author)
{
	struct world_node *victim;
	struct scene s;
	const char *id = begin(&s, 100 + k);
	bool is_cut;

	victim = is_author ? s.mlawa : s.cal;
	world_crash_at(victim, k, how);
	(void)erase(&s, s.mlawa, id);
	world_run(s.w, 3000);
	is_cut = world_crashed(victim);
	world_crash_at(victim, 0, how);
	if (is_cut) {
		world_start(s.w, victim);
		/* What it had begun is finished before anybody hears. */
		if (erase_next(victim->node, &s.mlawa->node->keys.feed, 0,
			       WICI_SEQ_MAX))
			CHECK(is_gone(victim));
		CHECK(erase(&s, s.mlawa, id)); /* Again, or at last. */
	}
	settle(s.w);
	check_gone(&s);
	CHECK(world_is_equal(s.cal, s.mlawa) &&
	      world_is_equal(s.cal, s.kielce));
	scene_end(&s);
	return is_cut;
}

TEST(a_crash_at_any_write_of_the_author_leaves_nothing_half_done)
{
	uint64_t k = 1;

	while (erase_with_cut(k, (enum disk_crash)(k / STRIDE % 3), true))
		k += STRIDE;
	print_message("%llu writes\n", (unsigned long long)k);
	CHECK(k > 8);
}

TEST(a_crash_at_any_write_of_a_peer_leaves_nothing_half_done)
{
	uint64_t k = 1;

	while (erase_with_cut(k, (enum disk_crash)(k / STRIDE % 3), false))
		k += STRIDE;
	CHECK(k > 8);
}

/* ---- lies ---- */

static struct wici_bytes practice(uint8_t *buf, size_t max)
{
	struct wici_mp_writer w;
	struct wici_bytes b;

	wici_mp_writer_init(&w, buf, max);
	wici_mp_map(&w, 1);
	wici_mp_str(&w, "title");
	wici_mp_str(&w, "Klub " WORD);
	CHECK_OK(wici_mp_written(&w, &b));
	return b;
}

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

TEST(who_has_not_heard_of_it_yet_is_not_to_blame)
{
	struct scene s;
	const char *id = begin(&s, 15);

	world_cut(s.w, s.kielce, s.cal);
	CHECK(erase(&s, s.mlawa, id));
	settle(s.w);
	CHECK(is_gone(s.cal) && !is_gone(s.kielce));
	world_mend(s.w, s.kielce, s.cal);
	settle(s.w);
	check_gone(&s);
	check_whole(&s);
	scene_end(&s);
}

TEST_MAIN(RUN(all_erase_it_and_the_author_hears_of_it),
	  RUN(who_was_away_for_a_year_brings_nothing_back),
	  RUN(it_is_erased_offline_and_goes_out_when_the_network_is_back),
	  RUN(an_old_disk_and_an_old_bundle_bring_nothing_back),
	  RUN(a_new_bundle_has_the_erasure_before_the_run_that_needs_it),
	  RUN(records_are_erased_while_somebody_pulls_them),
	  RUN(a_crash_at_any_write_of_the_author_leaves_nothing_half_done),
	  RUN(a_crash_at_any_write_of_a_peer_leaves_nothing_half_done),
	  RUN(who_hides_a_payload_is_hung_up_on),
	  RUN(a_right_is_not_hidden_by_calling_it_erased),
	  RUN(an_erasure_of_a_right_is_void_and_of_others_records_too),
	  RUN(a_flood_of_erasures_leaves_nothing_behind),
	  RUN(who_has_not_heard_of_it_yet_is_not_to_blame))
