/* tests/daemon/test_record.c — What the cursor derives is found by every key
 * that people have, page by page, and can be written twice. */
#include "daemon/store/ident.h"
#include "daemon/store/record.h"

#include "daemon/store/book.h"
#include "daemon/store/private.h"
#include "tests/daemon/test_store.h"

#define RECORDS 400
#define FEEDS   5

static const uint16_t kinds[] = {1, 2, 0x0100, 0x0101, UINT16_MAX};

static struct record_row made(int64_t n)
{
	uint32_t r = (uint32_t)n * 2654435761u; /* Spread, ever the same. */

	return (struct record_row){
		.n = n,
		.feed_n = 1 + (r >> 8) % FEEDS,
		.seq = (uint64_t)n,
		.kind = kinds[(r >> 16) % STORE_COUNT(kinds)],
	};
}

static void fill(struct store *s)
{
	CHECK_OK(store_begin(s));
	/* Twice, as publishing and the cursor do. */
	for (int again = 0; again < 2; again++)
		for (int64_t n = 1; n <= RECORDS; n++) {
			struct record_row row = made(n);

			CHECK_OK(record_put(s, &row));
		}
	CHECK_OK(store_commit(s));
}

static bool is_wanted(const struct record_filter *f, const struct record_row *r)
{
	bool is_feed = f->feeds_count == 0;

	for (size_t i = 0; i < f->feeds_count; i++)
		is_feed = is_feed || f->feeds[i] == r->feed_n;
	return is_feed && (!f->below || r->n < f->below) &&
	       ((!f->kind_first && !f->kind_last) ||
		(r->kind >= f->kind_first && r->kind <= f->kind_last));
}

/* All pages of `max`, one after the other, against a walk over everything. */
static void check_pages(struct store *s, struct record_filter f, size_t max)
{
	int64_t ns[64], n = f.below ? f.below : RECORDS + 1;
	size_t count;

	do {
		CHECK_OK(record_list(s, &f, ns, max, &count));
		for (size_t i = 0; i < count; i++) {
			struct record_row row;

			do
				row = made(--n);
			while (n > 0 && !is_wanted(&f, &row));
			CHECK(ns[i] == n);
		}
		if (count)
			f.below = ns[count - 1];
	} while (count == max);
	for (n--; n > 0; n--) {
		struct record_row row = made(n);

		CHECK(!is_wanted(&f, &row));
	}
}

TEST(every_page_of_every_filter_has_the_newest_records_first)
{
	static const int64_t feeds[] = {4, 2, 4, 99, 1};
	static const uint16_t ranges[][2] = {{0, 0},
					     {1, 1},
					     {1, 2},
					     {0x0100, 0x01ff},
					     {3, 3},
					     {2, UINT16_MAX},
					     {UINT16_MAX, UINT16_MAX}};
	struct box b;

	box_open(&b);
	fill(b.s);
	for (size_t i = 0; i < STORE_COUNT(ranges); i++)
		for (size_t count = 0; count <= STORE_COUNT(feeds); count++) {
			struct record_filter f = {ranges[i][0], ranges[i][1],
						  feeds, count, 0};

			check_pages(b.s, f, 7);
			check_pages(b.s, f, 64);
			f.below = RECORDS / 2;
			check_pages(b.s, f, 1);
		}
	box_drop(&b);
}

TEST(a_record_comes_back_with_all_its_fields)
{
	struct box b;
	struct record_row row = {
		.n = 9,
		.feed_n = 3,
		.seq = 77,
		.kind = 5,
		.about.b = {1, 2, 3},
		.title = WICI_BYTES("Gminny ośrodek w Żółkiewce"),
		.number = WICI_BYTES("12/2021"),
		.has_on_day = true,
		.on_day = -5,
	};
	struct record_row bare = {.n = 10, .feed_n = 3, .seq = 78, .kind = 5};
	struct record_row got;

	box_open(&b);
	CHECK_OK(store_begin(b.s));
	CHECK_OK(record_put(b.s, &row));
	CHECK_OK(record_put(b.s, &bare));
	CHECK_OK(store_commit(b.s));

	CHECK_OK(record_get(b.s, 9, &got));
	CHECK(got.n == 9 && got.feed_n == 3 && got.seq == 77 && got.kind == 5);
	CHECK(wici_key_equal(&got.about, &row.about));
	CHECK(wici_bytes_equal(got.title, row.title));
	CHECK(wici_bytes_equal(got.number, row.number));
	CHECK(got.has_on_day && got.on_day == -5);

	CHECK_OK(record_get(b.s, 10, &got));
	CHECK(wici_is_zero(got.about.b, sizeof(got.about.b)));
	CHECK(got.title.len == 0 && got.number.len == 0 && !got.has_on_day);
	CHECK_ERR(record_get(b.s, 11, &got), WICI_NOT_FOUND);
	box_drop(&b);
}

TEST(a_number_finds_its_records_of_that_kind_alone)
{
	struct box b;
	struct record_row row = {.number = WICI_BYTES("12/2021")};
	int64_t ns[4];
	size_t count;

	box_open(&b);
	CHECK_OK(store_begin(b.s));
	for (row.n = 1; row.n <= 6; row.n++) {
		row.kind = row.n % 2 ? 5 : 6;
		CHECK_OK(record_put(b.s, &row));
	}
	row.number = WICI_BYTES("12/202");
	row.kind = 5;
	CHECK_OK(record_put(b.s, &row));
	CHECK_OK(store_commit(b.s));

	CHECK_OK(
		record_by_number(b.s, 5, WICI_BYTES("12/2021"), ns, 4, &count));
	CHECK(count == 3 && ns[0] == 1 && ns[1] == 3 && ns[2] == 5);
	CHECK_OK(
		record_by_number(b.s, 5, WICI_BYTES("12/2021"), ns, 2, &count));
	CHECK(count == 2);
	CHECK_OK(
		record_by_number(b.s, 7, WICI_BYTES("12/2021"), ns, 4, &count));
	CHECK(count == 0);
	CHECK_OK(record_by_number(b.s, 5, WICI_BYTES(""), ns, 4, &count));
	CHECK(count == 0);
	box_drop(&b);
}

static int64_t append(struct chain *c, struct store *s,
		      const struct wici_id *id)
{
	struct entry_row row;

	chain_next(c, WICI_BYTES("text"), &row);
	row.id = *id;
	CHECK_OK(entry_append(s, &row));
	return row.n;
}

/* Of this one and another that differs in the last digit. */
static void check_prefixes(struct store *s, const struct wici_id *id, int64_t n)
{
	int64_t ns[4];
	size_t count;

	for (size_t len = 0; len <= WICI_ID_LEN; len++) {
		CHECK_OK(ident_by_prefix(s, id->b, len, -1, ns, 4, &count));
		CHECK(count == (len == WICI_ID_LEN ? 1 : 2));
		CHECK(len < WICI_ID_LEN || ns[0] == n);
		if (len == WICI_ID_LEN)
			break;
		CHECK_OK(ident_by_prefix(s, id->b, len, id->b[len] >> 4, ns, 4,
					 &count));
		CHECK(count == 2);
		CHECK_OK(ident_by_prefix(s, id->b, len, (id->b[len] >> 4) ^ 1,
					 ns, 4, &count));
		CHECK(count == 0);
	}
	/* More digits than an id has. */
	CHECK_OK(ident_by_prefix(s, id->b, 32, 5, ns, 4, &count));
	CHECK(count == 0);
	CHECK_OK(ident_by_prefix(s, id->b, 33, -1, ns, 4, &count));
	CHECK(count == 0);
	CHECK_OK(ident_by_prefix(s, id->b, 1, -1, ns, 1, &count));
	CHECK(count == 1);
}

/* Noted, or written, or one of each, or one both. */
TEST(every_prefix_of_an_id_finds_it_by_whole_and_half_bytes)
{
	struct box b;
	struct chain c;
	struct wici_id id = {{0xab, 0xcd, 0xef}}, other;
	size_t count;
	int64_t n, other_n;

	memset(id.b + 3, 0x5a, 29);
	other = id;
	other.b[31] ^= 0x01; /* They differ in their last digit. */
	box_open(&b);
	CHECK_OK(store_begin(b.s));
	chain_start(&c, b.s, 1);
	n = append(&c, b.s, &id);
	other_n = append(&c, b.s, &other);
	CHECK_OK(store_commit(b.s));

	CHECK_OK(store_begin(b.s));
	ident_note(b.s, &id, n);
	ident_note(b.s, &id, n);
	ident_note(b.s, &other, other_n);
	check_prefixes(b.s, &id, n);
	store_rollback(b.s);
	CHECK_OK(ident_by_prefix(b.s, id.b, 2, -1, &n, 1, &count));
	CHECK(count == 0);

	CHECK_OK(store_begin(b.s));
	ident_note(b.s, &id, n);
	CHECK_OK(ident_write(b.s));
	ident_note(b.s, &other, other_n);
	check_prefixes(b.s, &id, n);
	ident_note(b.s, &id, n);
	check_prefixes(b.s, &id, n);
	CHECK_OK(ident_write(b.s));
	CHECK_OK(store_commit(b.s));
	check_prefixes(b.s, &id, n);
	box_drop(&b);
}

/* Anybody can make two ids that begin alike; nobody is shown the one for the
 * other, or one for what is not here. */
TEST(an_id_is_told_from_others_that_begin_like_it)
{
	struct box b;
	struct chain c;
	struct wici_id ids[8], absent;
	int64_t ns[8], found;
	size_t count;

	box_open(&b);
	CHECK_OK(store_begin(b.s));
	chain_start(&c, b.s, 1);
	for (uint8_t i = 0; i < 8; i++) {
		memset(ids[i].b, i < 4 ? 0x7f : 0x80, sizeof(ids[i].b));
		ids[i].b[8] = i;
		ns[i] = append(&c, b.s, &ids[i]);
		ident_note(b.s, &ids[i], ns[i]);
		if (i % 2)
			CHECK_OK(ident_write(b.s));
	}
	CHECK_OK(ident_write(b.s));
	for (size_t i = 0; i < 8; i++) {
		CHECK_OK(ident_by_prefix(b.s, ids[i].b, WICI_ID_LEN, -1, &found,
					 1, &count));
		CHECK(count == 1 && found == ns[i]);
	}
	absent = ids[3];
	absent.b[9] ^= 1;
	CHECK_OK(ident_by_prefix(b.s, absent.b, WICI_ID_LEN, -1, &found, 1,
				 &count));
	CHECK(count == 0);
	CHECK_OK(ident_by_prefix(b.s, absent.b, 8, -1, ns, 8, &count));
	CHECK(count == 4);
	CHECK_OK(store_commit(b.s));
	box_drop(&b);
}

TEST(a_reference_counts_once_and_by_its_flag)
{
	struct box b;
	struct record_ref ref = {.flag = 0x0800, .to.b = {7}};
	struct wici_id stranger = {{8}};
	int64_t ns[8];
	size_t count;

	box_open(&b);
	CHECK_OK(store_begin(b.s));
	for (ref.n = 5; ref.n >= 1; ref.n--) {
		CHECK_OK(record_put_ref(b.s, &ref));
		CHECK_OK(record_put_ref(b.s, &ref));
	}
	ref.n = 6;
	ref.flag = 0x0010;
	CHECK_OK(record_put_ref(b.s, &ref));
	CHECK_OK(store_commit(b.s));

	CHECK_OK(record_referring(b.s, &ref.to, 0x0800, ns, 8, &count));
	CHECK(count == 5);
	for (size_t i = 0; i < count; i++)
		CHECK(ns[i] == (int64_t)i + 1);
	CHECK_OK(record_referring(b.s, &ref.to, 0x0800, ns, 2, &count));
	CHECK(count == 2 && ns[0] == 1);
	CHECK_OK(record_referring(b.s, &ref.to, 0x0010, ns, 8, &count));
	CHECK(count == 1 && ns[0] == 6);
	CHECK_OK(record_referring(b.s, &ref.to, 0, ns, 8, &count));
	CHECK(count == 0);
	CHECK_OK(record_referring(b.s, &stranger, 0x0800, ns, 8, &count));
	CHECK(count == 0);
	box_drop(&b);
}

static void note_tally(void *arg, uint16_t kind, int64_t count)
{
	int64_t *tally = arg;

	CHECK(kind < 8);
	tally[kind] += count;
}

TEST(tallies_add_up_and_clearing_leaves_entries_alone)
{
	struct box b;
	struct chain c;
	struct entry_row entry;
	struct record_ref ref = {.n = 1, .flag = 1, .to.b = {7}};
	int64_t tally[8] = {0}, none[8] = {0}, cursor, ns[4];
	size_t count;

	box_open(&b);
	fill(b.s);
	CHECK_OK(store_begin(b.s));
	chain_start(&c, b.s, 1);
	chain_append(&c, b.s, WICI_BYTES("one"), &entry);
	CHECK_OK(record_tally(b.s, 3, 1));
	CHECK_OK(record_tally(b.s, 3, 4));
	CHECK_OK(record_tally(b.s, 7, 1));
	CHECK_OK(record_put_ref(b.s, &ref));
	ident_note(b.s, &entry.id, entry.n);
	CHECK_OK(book_set_int(b.s, RECORD_CURSOR, 12));
	CHECK_OK(store_commit(b.s));
	CHECK_OK(record_each_tally(b.s, note_tally, tally));
	CHECK(tally[3] == 5 && tally[7] == 1 && tally[0] == 0);

	CHECK_OK(store_begin(b.s));
	CHECK_OK(record_clear(b.s));
	CHECK_OK(store_commit(b.s));
	CHECK_OK(record_each_tally(b.s, note_tally, none));
	CHECK(none[3] == 0 && none[7] == 0);
	CHECK_OK(record_list(b.s, &(struct record_filter){0}, ns, 4, &count));
	CHECK(count == 0);
	CHECK_OK(record_referring(b.s, &ref.to, 1, ns, 4, &count));
	CHECK(count == 0);
	CHECK_OK(ident_by_prefix(b.s, entry.id.b, 4, -1, ns, 4, &count));
	CHECK(count == 0);
	CHECK_OK(book_get_int(b.s, RECORD_CURSOR, &cursor));
	CHECK(cursor == 0);
	CHECK_OK(entry_get(b.s, entry.n, &entry));
	box_drop(&b);
}

TEST_MAIN(RUN(every_page_of_every_filter_has_the_newest_records_first),
	  RUN(a_record_comes_back_with_all_its_fields),
	  RUN(a_number_finds_its_records_of_that_kind_alone),
	  RUN(every_prefix_of_an_id_finds_it_by_whole_and_half_bytes),
	  RUN(an_id_is_told_from_others_that_begin_like_it),
	  RUN(a_reference_counts_once_and_by_its_flag),
	  RUN(tallies_add_up_and_clearing_leaves_entries_alone))
