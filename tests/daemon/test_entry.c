/* tests/daemon/test_entry.c — What was appended is what is read, in whatever
 * way it is asked for. */
#include "daemon/store/entry.h"

#include "daemon/store/private.h"
#include "proto/kinds/feed_succeed.h"
#include "tests/daemon/test_store.h"

#define COUNT 40

/* As it was appended, but for the feed, which reads leave to the caller. */
static bool is_same(const struct entry_row *got, const struct entry_row *want)
{
	uint8_t a[WICI_HEADER_LEN], b[WICI_HEADER_LEN];
	struct wici_header h = got->entry.header;

	h.feed = want->entry.header.feed;
	wici_header_encode(a, &h);
	wici_header_encode(b, &want->entry.header);
	return got->n == want->n && got->feed_n == want->feed_n &&
	       got->is_proved == want->is_proved &&
	       wici_id_equal(&got->id, &want->id) &&
	       memcmp(a, b, sizeof(a)) == 0 &&
	       memcmp(&got->entry.sig, &want->entry.sig, WICI_SIG_LEN) == 0 &&
	       got->entry.has_payload == want->entry.has_payload &&
	       (!want->entry.has_payload ||
		(wici_bytes_equal(got->entry.payload, want->entry.payload) &&
		 memcmp(&got->entry.salt, &want->entry.salt, 16) == 0));
}

static uint8_t big[WICI_PAYLOAD_LEN_MAX];

/* COUNT entries of one feed, between those of another: empty and greatest
 * payloads, and some whose payload is not held. */
static void fill(struct store *s, struct chain *c, struct entry_row *rows)
{
	struct chain other;
	struct entry_row row;

	for (size_t i = 0; i < sizeof(big); i++)
		big[i] = (uint8_t)(i * 31);
	CHECK_OK(store_begin(s));
	chain_start(c, s, 1);
	chain_start(&other, s, 2);
	for (size_t i = 0; i < COUNT; i++) {
		size_t len = i == 7 ? sizeof(big) : i * 53;

		chain_next(c, (struct wici_bytes){big, len}, &rows[i]);
		rows[i].is_proved = i % 3 == 0;
		rows[i].entry.has_payload = i % 5 != 4;
		CHECK_OK(entry_append(s, &rows[i]));
		chain_append(&other, s, WICI_BYTES("other"), &row);
	}
	CHECK_OK(store_commit(s));
}

TEST(every_way_of_reading_gives_what_was_appended)
{
	struct box b;
	struct chain c;
	struct entry_row rows[COUNT], row;
	int64_t last;

	box_open(&b);
	CHECK_OK(entry_last(b.s, &last));
	CHECK(last == 0);
	fill(b.s, &c, rows);
	for (int again = 0; again < 2; again++) {
		for (size_t i = 0; i < COUNT; i++) {
			CHECK_OK(entry_get(b.s, rows[i].n, &row));
			CHECK(is_same(&row, &rows[i]));
			CHECK_OK(entry_after(b.s, rows[i].n - 1, &row));
			CHECK(is_same(&row, &rows[i]));
		}
		for (size_t i = COUNT; i-- > 0;) {
			CHECK_OK(entry_at(b.s, c.feed_n, i + 1, &row));
			CHECK(is_same(&row, &rows[i]));
		}
		CHECK_OK(entry_last(b.s, &last));
		CHECK(last == 2 * COUNT);
		box_reopen(&b);
	}
	CHECK_ERR(entry_get(b.s, 2 * COUNT + 1, &row), WICI_NOT_FOUND);
	CHECK_ERR(entry_get(b.s, -1, &row), WICI_NOT_FOUND);
	CHECK_ERR(entry_at(b.s, c.feed_n, 0, &row), WICI_NOT_FOUND);
	CHECK_ERR(entry_at(b.s, c.feed_n, COUNT + 1, &row), WICI_NOT_FOUND);
	CHECK_ERR(entry_at(b.s, c.feed_n, UINT64_MAX, &row), WICI_NOT_FOUND);
	CHECK_ERR(entry_after(b.s, 2 * COUNT, &row), WICI_END);
	box_drop(&b);
}

TEST(the_log_goes_back_from_the_end_to_the_first_entry)
{
	struct box b;
	struct chain c;
	struct entry_row rows[COUNT], row;
	uint64_t seq = 0;

	box_open(&b);
	fill(b.s, &c, rows);
	for (size_t i = COUNT; i-- > 0;) {
		CHECK_OK(entry_before(b.s, c.feed_n, seq, &row));
		CHECK(is_same(&row, &rows[i]));
		seq = row.entry.header.seq;
	}
	CHECK_ERR(entry_before(b.s, c.feed_n, seq, &row), WICI_END);
	CHECK_ERR(entry_before(b.s, 99, 0, &row), WICI_END);
	box_drop(&b);
}

TEST(a_run_read_from_any_place_verifies_and_holds_what_was_appended)
{
	static uint8_t buf[4 * WICI_PAYLOAD_LEN_MAX];
	struct box b;
	struct chain c;
	struct entry_row rows[COUNT], got;
	struct wici_run_writer w;
	uint16_t proved;

	box_open(&b);
	fill(b.s, &c, rows);
	for (size_t from = 1; from <= COUNT; from++) {
		struct wici_head after = {c.key, from - 1, {{0}}}, last;
		struct wici_run run;
		struct wici_bytes bytes;

		if (from > 1)
			after.id = rows[from - 2].id;
		wici_run_writer_init(&w, buf, sizeof(buf), &c.key, from);
		CHECK_OK(entry_run(b.s, c.feed_n, from, COUNT, &w, &proved));
		CHECK(w.count == COUNT - from + 1);
		/* Entry 40 is proved: its index, 39, is a multiple of 3. */
		CHECK(proved == w.count);
		bytes = wici_run_finish(&w);
		CHECK_OK(wici_run_verify(bytes, &after, &c.network, &last));
		CHECK(wici_id_equal(&last.id, &c.id));

		CHECK_OK(wici_run_open(&run, bytes, &after));
		for (size_t i = from - 1; i < COUNT; i++) {
			got = rows[i]; /* n, feed_n, is_proved do not travel. */
			CHECK_OK(wici_run_next(&run, &got.entry, &got.id));
			CHECK(is_same(&got, &rows[i]));
		}
	}
	box_drop(&b);
}

TEST(a_run_stops_where_it_is_asked_to_and_where_the_buffer_ends)
{
	static uint8_t buf[61440];
	struct box b;
	struct chain c;
	struct entry_row rows[COUNT];
	struct wici_run_writer w;
	uint16_t proved;

	box_open(&b);
	fill(b.s, &c, rows);
	wici_run_writer_init(&w, buf, sizeof(buf), &c.key, 3);
	CHECK_OK(entry_run(b.s, c.feed_n, 3, 6, &w, &proved));
	CHECK(w.count == 4); /* 3, 4, 5, 6: proved is 4 (index 3). */
	CHECK(proved == 2);

	wici_run_writer_init(&w, buf, 1000, &c.key, 1);
	CHECK_OK(entry_run(b.s, c.feed_n, 1, UINT64_MAX, &w, &proved));
	CHECK(w.count > 0 && w.count < COUNT);
	CHECK(w.len <= 1000);

	/* What a peer may ask for. */
	wici_run_writer_init(&w, buf, sizeof(buf), &c.key, UINT64_MAX);
	CHECK_OK(entry_run(b.s, c.feed_n, UINT64_MAX, 0, &w, &proved));
	CHECK(w.count == 0 && proved == 0);
	wici_run_writer_init(&w, buf, sizeof(buf), &c.key, 1);
	CHECK_OK(entry_run(b.s, 99, 1, 10, &w, &proved));
	CHECK(w.count == 0);
	box_drop(&b);
}

TEST(proving_an_entry_lasts_and_changes_nothing_else)
{
	struct box b;
	struct chain c;
	struct entry_row rows[COUNT], row;

	box_open(&b);
	fill(b.s, &c, rows);
	CHECK_OK(store_begin(b.s));
	CHECK_OK(entry_set_proved(b.s, rows[1].n));
	CHECK_OK(entry_set_proved(b.s, rows[4].n));
	CHECK_ERR(entry_set_proved(b.s, 1000), WICI_NOT_FOUND);
	CHECK_OK(store_commit(b.s));
	box_reopen(&b);
	rows[1].is_proved = rows[4].is_proved = true;
	for (size_t i = 0; i < COUNT; i++) {
		CHECK_OK(entry_get(b.s, rows[i].n, &row));
		CHECK(is_same(&row, &rows[i]));
	}
	box_drop(&b);
}

TEST(an_entry_rolled_back_leaves_no_trace_in_the_next_ones_prev)
{
	struct box b;
	struct chain c, fork;
	struct entry_row first, row, got;

	box_open(&b);
	CHECK_OK(store_begin(b.s));
	chain_start(&c, b.s, 1);
	CHECK_OK(store_commit(b.s));
	fork = c;

	CHECK_OK(store_begin(b.s));
	chain_append(&c, b.s, WICI_BYTES("one"), &row);
	CHECK_OK(entry_get(b.s, row.n, &got));
	store_rollback(b.s);
	CHECK_ERR(entry_get(b.s, row.n, &got), WICI_NOT_FOUND);

	CHECK_OK(store_begin(b.s));
	chain_append(&fork, b.s, WICI_BYTES("another one"), &first);
	chain_append(&fork, b.s, WICI_BYTES("two"), &row);
	CHECK_OK(store_commit(b.s));
	CHECK_OK(entry_get(b.s, row.n, &got));
	CHECK(wici_id_equal(&got.entry.header.prev, &first.id));
	box_drop(&b);
}

TEST(a_place_in_a_feed_is_taken_once)
{
	struct box b;
	struct chain c;
	struct entry_row row, other;
	int64_t last;

	box_open(&b);
	CHECK_OK(store_begin(b.s));
	chain_start(&c, b.s, 1);
	chain_append(&c, b.s, WICI_BYTES("one"), &row);
	CHECK_OK(store_commit(b.s));
	CHECK_OK(store_begin(b.s));
	other = row;
	CHECK_ERR(entry_append(b.s, &other), WICI_STORE);
	CHECK(strlen(store_problem(b.s)) > 0);
	/* Half a turn is never committed. */
	chain_next(&c, WICI_BYTES("two"), &other);
	CHECK_ERR(entry_append(b.s, &other), WICI_STORE);
	CHECK_ERR(store_commit(b.s), WICI_STORE);
	CHECK(!store_is_open(b.s));
	CHECK_OK(entry_last(b.s, &last));
	CHECK(last == 1);
	box_drop(&b);
}

/* Both histories of a fork are evidence; a third one only takes room. */
TEST(evidence_is_kept_apart_whole_and_the_first_that_came)
{
	struct box b;
	struct chain one, other;
	struct entry_row root, kept, row;
	uint64_t bytes;
	int64_t aside;

	box_open(&b);
	CHECK_OK(store_begin(b.s));
	chain_start(&one, b.s, 1);
	aside = entry_aside_n(one.feed_n, ENTRY_EVIDENCE);
	chain_append(&one, b.s, WICI_BYTES("root"), &root);
	other = one;
	chain_append(&one, b.s, WICI_BYTES("one"), &row);
	chain_append(&one, b.s, WICI_BYTES("and on"), &kept);
	CHECK_OK(entry_set_aside(b.s, one.feed_n, 2, ENTRY_EVIDENCE, &bytes));
	CHECK(bytes == 9);
	CHECK_ERR(entry_at(b.s, one.feed_n, 2, &row), WICI_NOT_FOUND);
	CHECK_ERR(entry_after(b.s, root.n, &row), WICI_END);
	chain_append(&other, b.s, WICI_BYTES("other"), &row);
	CHECK_OK(entry_set_aside(b.s, one.feed_n, 2, ENTRY_EVIDENCE, &bytes));
	CHECK_OK(store_commit(b.s));
	CHECK_ERR(entry_at(b.s, one.feed_n, 2, &row), WICI_NOT_FOUND);
	for (uint64_t seq = 2; seq <= 3; seq++) {
		CHECK_OK(entry_at(b.s, aside, seq, &row));
		CHECK(!row.is_damaged && row.is_proved);
	}
	CHECK(wici_id_equal(&row.id, &kept.id));
	/* Damage goes elsewhere, and comes back. */
	CHECK_ERR(entry_first_aside(b.s, one.feed_n, 1, &bytes), WICI_END);
	box_drop(&b);
}

/* Runs SQL of the test's own against a store that is open. */
static void spoil(struct store *s, const char *sql)
{
	CHECK(sqlite3_exec(s->db, sql, NULL, NULL, NULL) == SQLITE_OK);
}

TEST(a_damaged_row_is_read_as_damaged_and_never_given_out)
{
	static const char *const spoils[] = {
		"UPDATE entry SET head = x'00' WHERE seq = 2",
		"UPDATE entry SET id = x'' WHERE seq = 2",
		"UPDATE entry SET lacks = x'0102' WHERE seq = 2",
		"UPDATE entry SET payload = zeroblob(32769) WHERE seq = 2",
	};
	static uint8_t buf[61440];
	struct box b;
	struct chain c;
	struct entry_row row;
	struct wici_run_writer w;
	uint16_t proved;

	for (size_t i = 0; i < STORE_COUNT(spoils); i++) {
		box_open(&b);
		CHECK_OK(store_begin(b.s));
		chain_start(&c, b.s, 1);
		chain_append(&c, b.s, WICI_BYTES("one"), &row);
		chain_append(&c, b.s, WICI_BYTES("two"), &row);
		CHECK_OK(store_commit(b.s));
		spoil(b.s, spoils[i]);
		CHECK_OK(entry_at(b.s, c.feed_n, 2, &row));
		CHECK(row.is_damaged && !row.is_proved);
		wici_run_writer_init(&w, buf, sizeof(buf), &c.key, 1);
		CHECK_OK(entry_run(b.s, c.feed_n, 1, 2, &w, &proved));
		CHECK(w.count == 1);
		box_drop(&b);
	}
}

TEST(the_last_entry_within_so_many_bytes_is_found)
{
	struct entry_row row;
	struct wici_id id;
	struct chain c, other;
	struct box b;
	uint64_t seq;

	box_open(&b);
	CHECK_OK(store_begin(b.s));
	chain_start(&other, b.s, 2);
	chain_append(&other, b.s, WICI_BYTES("not of this feed"), &row);
	chain_start(&c, b.s, 1);
	for (int i = 0; i < 4; i++)
		chain_append(&c, b.s, WICI_BYTES("seven b"), &row);
	CHECK_OK(entry_within(b.s, c.feed_n, 6, &seq));
	CHECK(seq == 0);
	CHECK_OK(entry_within(b.s, c.feed_n, 7, &seq));
	CHECK(seq == 1);
	CHECK_OK(entry_within(b.s, c.feed_n, 27, &seq));
	CHECK(seq == 3);
	CHECK_OK(entry_within(b.s, c.feed_n, 28, &seq));
	CHECK(seq == 4);
	CHECK_OK(entry_id(b.s, c.feed_n, 4, &id));
	CHECK(wici_id_equal(&id, &row.id));
	CHECK_ERR(entry_id(b.s, c.feed_n, 5, &id), WICI_NOT_FOUND);
	CHECK_OK(store_commit(b.s));
	box_drop(&b);
}

/* Of a feed the first ones, in whatever order feeds come; none that was set
 * aside. */
TEST(feed_succeed_entries_are_listed_and_not_too_many_of_one_feed)
{
	struct chain c, other;
	struct entry_row row;
	int64_t ns[ENTRY_SUCCEEDS_MAX + 10], last = 0;
	size_t count;
	uint64_t bytes;
	struct box b;

	box_open(&b);
	CHECK_OK(store_begin(b.s));
	chain_start(&c, b.s, 1);
	chain_start(&other, b.s, 2);
	chain_append(&c, b.s, WICI_BYTES("no such entry"), &row);
	for (int i = 0; i < ENTRY_SUCCEEDS_MAX + 5; i++) {
		chain_next(&c, WICI_BYTES("x"), &row);
		row.entry.header.kind = WICI_KIND_FEED_SUCCEED;
		CHECK_OK(entry_append(b.s, &row));
		if (i == ENTRY_SUCCEEDS_MAX - 1)
			last = row.n;
	}
	chain_next(&other, WICI_BYTES("x"), &row);
	row.entry.header.kind = WICI_KIND_FEED_SUCCEED;
	CHECK_OK(entry_append(b.s, &row));
	CHECK_OK(entry_succeeds(b.s, 0, ns, STORE_COUNT(ns), &count));
	CHECK(count == ENTRY_SUCCEEDS_MAX + 1);
	CHECK(ns[count - 2] == last && ns[count - 1] == row.n);
	CHECK_OK(entry_succeeds(b.s, last, ns, STORE_COUNT(ns), &count));
	CHECK(count == 1);
	CHECK_OK(entry_set_aside(b.s, c.feed_n, 12, ENTRY_EVIDENCE, &bytes));
	CHECK_OK(entry_succeeds(b.s, 0, ns, STORE_COUNT(ns), &count));
	CHECK(count == 11);
	CHECK_OK(store_commit(b.s));
	box_drop(&b);
}

TEST_MAIN(RUN(every_way_of_reading_gives_what_was_appended),
	  RUN(the_log_goes_back_from_the_end_to_the_first_entry),
	  RUN(a_run_read_from_any_place_verifies_and_holds_what_was_appended),
	  RUN(a_run_stops_where_it_is_asked_to_and_where_the_buffer_ends),
	  RUN(proving_an_entry_lasts_and_changes_nothing_else),
	  RUN(an_entry_rolled_back_leaves_no_trace_in_the_next_ones_prev),
	  RUN(a_place_in_a_feed_is_taken_once),
	  RUN(evidence_is_kept_apart_whole_and_the_first_that_came),
	  RUN(a_damaged_row_is_read_as_damaged_and_never_given_out),
	  RUN(the_last_entry_within_so_many_bytes_is_found),
	  RUN(feed_succeed_entries_are_listed_and_not_too_many_of_one_feed))
