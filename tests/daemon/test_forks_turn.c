/* tests/daemon/test_forks_turn.c — Who holds another history than the root names
 * sets it aside, once a minute at most, and takes the named one. */
#include "tests/daemon/forked.h"

/* The author's feed as a was shown it: another history from seq 4 on. */
static void write_other_history(struct fixture *a, struct fixture *b)
{
	static uint8_t buf[8192];
	struct feed *feed = feed_at(a, b);
	struct wici_run_writer w;
	struct wici_bytes run;
	struct wici_head at;
	struct wici_head head = head_at(b, 3);

	fixture_begin(a);
	if (feed->row.seq < 3) {
		CHECK_OK(node_read_run(b->n, &b->n->keys.feed,
				       feed->row.seq + 1, 3, buf, sizeof(buf),
				       &run));
		CHECK_OK(node_receive_run(a->n, 7, run, &at));
	}
	wici_run_writer_init(&w, buf, sizeof(buf), &b->n->keys.feed, 4);
	for (uint64_t seq = 4; seq <= 5; seq++) {
		struct wici_entry e = {.has_payload = true};

		e.header = side_at(b, seq).header;
		e.header.prev = head.id;
		e.salt.b[0] = 9;
		wici_entry_sign(&e, &b->n->network, &b->n->keys.feed_secret);
		CHECK_OK(wici_run_add(&w, &e));
		head.id = wici_entry_id(&e.header, &e.sig);
	}
	CHECK_OK(node_receive_run(a->n, 7, wici_run_finish(&w), &at));
	fixture_end(a);
	CHECK(feed->row.seq == 5);
}

/* As make_pair(), but the founder holds the other history. */
static void make_parted(struct fixture *a, struct fixture *b, struct proof *p)
{
	struct wici_fork_side ours, theirs;
	struct wici_mp_writer w;
	struct entry_row row;

	fixture_open(a);
	fixture_open(b);
	fixture_found(a, "CAL");
	fixture_join(a, b, "MOPS Mława");
	while (b->n->own->row.seq < ENTRIES)
		fixture_practice(b, "Klub sąsiedzki");
	write_other_history(a, b);
	ours = side_at(b, 4);
	CHECK_OK(entry_at(a->n->store, feed_at(a, b)->row.n, 4, &row));
	row.entry.header.feed = b->n->keys.feed;
	theirs = (struct wici_fork_side){row.entry.header, row.entry.sig};
	wici_mp_writer_init(&w, p->buf, sizeof(p->buf));
	CHECK_OK(wici_fork_make(&w, &ours, &theirs, &b->n->network, &p->fork));
	CHECK_OK(wici_mp_written(&w, &p->bytes));
	CHECK_OK(wici_statement_decode(&p->s, p->bytes));
}

TEST(the_named_chain_takes_the_place_of_the_other)
{
	struct fixture a, b;
	struct fixture *both[] = {&a, &b};
	struct proof p;
	struct wici_head at;
	struct entry_row row;
	struct feed *feed;
	uint64_t seq;

	make_parted(&a, &b, &p);
	CHECK_OK(give(&a, &p));
	CHECK_OK(give(&b, &p));
	feed = feed_at(&a, &b);
	CHECK(feed->counting_seq == 3);
	at = head_at(&b, 5);
	name_entry(&a, &at, both, 2);
	CHECK(!feed->is_reached && judge_is_disputed(feed));
	/* A name alone moves nothing: nobody may have what it names. */
	fixture_rest(&a);
	CHECK(feed->row.seq == 5);
	fixture_begin(&a);
	CHECK_OK(forks_parting(a.n, feed, &seq));
	CHECK(seq == 4);
	forks_shown(feed);
	fixture_end(&a);
	CHECK(a.fatals == 0 && a.rosters > 0);
	CHECK(feed->row.seq == 3 && feed->counting_seq == 3);
	CHECK_OK(entry_at(a.n->store,
			  entry_aside_n(feed->row.n, ENTRY_EVIDENCE), 5, &row));
	CHECK(!row.is_damaged && row.is_proved);
	/* Peers bring it, and all is as if there had been no other. */
	fixture_carry(&b, &a);
	CHECK(feed->row.seq == ENTRIES && feed->counting_seq == ENTRIES);
	CHECK(feed->is_reached && !judge_is_disputed(feed));
	CHECK(wici_id_equal(&feed->row.id, &b.n->own->row.id));
	fixture_reopen(&a);
	feed = feed_at(&a, &b);
	CHECK(feed->is_reached && feed->counting_seq == ENTRIES);
	fixture_rest(&a);
	drop_pair(&a, &b);
}

TEST(a_feed_is_cut_back_once_a_minute_at_most)
{
	struct fixture a, b;
	struct fixture *both[] = {&a, &b};
	struct proof p;
	struct wici_head at;
	struct feed *feed;
	uint64_t seq;

	make_parted(&a, &b, &p);
	CHECK_OK(give(&a, &p));
	at = head_at(&b, 5);
	name_entry(&a, &at, both, 2);
	feed = feed_at(&a, &b);
	fixture_begin(&a);
	forks_shown(feed);
	fixture_end(&a);
	CHECK(feed->row.seq == 3);
	/* Somebody brings the wrong one again. */
	write_other_history(&a, &b);
	fixture_begin(&a);
	CHECK_ERR(forks_parting(a.n, feed, &seq), WICI_AGAIN);
	forks_shown(feed);
	fixture_end(&a);
	CHECK(feed->row.seq == 5);
	a.mono_ms += FORKS_TURN_MS;
	fixture_begin(&a);
	forks_shown(feed);
	fixture_end(&a);
	CHECK(feed->row.seq == 3 && a.fatals == 0);
	fixture_carry(&b, &a);
	CHECK(feed->is_reached);
	drop_pair(&a, &b);
}

/* The root may decide for the copy's history. Then this installation holds it
 * as well, and never writes there again. */
TEST(the_own_feed_is_turned_too_and_stays_sealed)
{
	struct fixture a, b;
	struct fixture *both[] = {&a, &b};
	struct proof p;
	struct wici_head at;
	struct feed *feed;

	make_parted(&a, &b, &p);
	CHECK_OK(give(&a, &p));
	CHECK_OK(give(&b, &p));
	feed = feed_at(&a, &b);
	at = (struct wici_head){feed->row.key, feed->row.seq, feed->row.id};
	name_entry(&a, &at, both, 2);
	fixture_begin(&b);
	forks_shown(b.n->own);
	fixture_end(&b);
	CHECK(b.n->own->row.seq == 3 && b.fatals == 0);
	fixture_carry(&a, &b);
	CHECK(wici_id_equal(&b.n->own->row.id, &at.id));
	CHECK(b.n->own->is_reached && fixture_is_equal(&a, &b));
	for (int i = 0; i < 2; i++) {
		struct wici_head head;

		CHECK(b.n->sealed != NULL);
		fixture_begin(&b);
		CHECK(fixture_publish(&b, "nie tu", &head) != WICI_OK);
		fixture_end(&b);
		fixture_reopen(&b);
	}
	CHECK(wici_id_equal(&b.n->own->row.id, &at.id));
	drop_pair(&a, &b);
}

TEST_MAIN(RUN(the_named_chain_takes_the_place_of_the_other),
	  RUN(a_feed_is_cut_back_once_a_minute_at_most),
	  RUN(the_own_feed_is_turned_too_and_stays_sealed))
