/* tests/daemon/test_project.c — The cursor: what becomes of an entry, and
 * that walking again from the start finds the same. */
#include "daemon/project.h"

#include "daemon/store/book.h"
#include "daemon/store/ident.h"
#include "proto/kinds.h"
#include "tests/daemon/fixture.h"
#include "tests/daemon/spoil.h"

static int64_t total;

static void add_tally(void *arg, uint16_t kind, int64_t count)
{
	(void)arg;
	(void)kind;
	total += count;
}

static int64_t tally_of(struct fixture *f)
{
	total = 0;
	CHECK_OK(record_each_tally(f->n->store, add_tally, NULL));
	return total;
}

static void get_record(struct fixture *f, const struct wici_id *id,
		       struct record_row *row)
{
	int64_t n = 0;
	size_t count = 0;

	CHECK_OK(ident_by_prefix(f->n->store, id->b, WICI_ID_LEN, -1, &n, 1,
				 &count));
	CHECK(count == 1);
	CHECK_OK(record_get(f->n->store, n, row));
}

static struct wici_bytes grant(uint8_t *buf, size_t max,
			       const struct wici_key *holder)
{
	struct wici_mp_writer w;
	struct wici_bytes payload;

	wici_mp_writer_init(&w, buf, max);
	wici_mp_map(&w, 6);
	wici_mp_str(&w, "granted_on");
	wici_mp_str(&w, "2022-03-22");
	wici_mp_str(&w, "holder");
	wici_mp_bin(&w, holder->b, WICI_KEY_LEN);
	wici_mp_str(&w, "index");
	wici_mp_uint(&w, 0);
	wici_mp_str(&w, "name");
	wici_mp_str(&w, "Certyfikat OSL");
	wici_mp_str(&w, "number");
	wici_mp_str(&w, "1/2022");
	wici_mp_str(&w, "scheme");
	wici_mp_str(&w, "osl");
	CHECK_OK(wici_mp_written(&w, &payload));
	return payload;
}

static struct wici_bytes revocation(uint8_t *buf, size_t max,
				    const struct wici_id *certificate)
{
	struct wici_mp_writer w;
	struct wici_bytes payload;

	wici_mp_writer_init(&w, buf, max);
	wici_mp_map(&w, 1);
	wici_mp_str(&w, "certificate");
	wici_mp_bin(&w, certificate->b, WICI_ID_LEN);
	CHECK_OK(wici_mp_written(&w, &payload));
	return payload;
}

TEST(a_certificate_is_found_by_number_and_its_revocation_by_subject)
{
	const struct wici_bytes any = {NULL, 0};
	struct wici_head granted, revoked;
	struct record_row row;
	struct fixture f;
	uint8_t buf[400];
	int64_t ns[4];
	size_t count = 0;

	fixture_open(&f);
	fixture_found(&f, "CAL");
	fixture_begin(&f);
	CHECK_OK(publish_entry(f.n, &wici_kind_certificate_grant,
			       grant(buf, sizeof(buf), &f.n->keys.identity),
			       any, &granted));
	CHECK_OK(publish_entry(f.n, &wici_kind_certificate_revoke,
			       revocation(buf, sizeof(buf), &granted.id), any,
			       &revoked));
	/* Applied in its own turn: a client that waits can see it. */
	get_record(&f, &granted.id, &row);
	CHECK(wici_bytes_is(row.title, "Certyfikat OSL"));
	CHECK(wici_bytes_is(row.number, "1/2022"));
	CHECK(row.has_on_day && row.on_day == 19073);
	CHECK(wici_key_equal(&row.about, &f.n->keys.identity));
	CHECK_OK(record_by_number(f.n->store, WICI_KIND_CERTIFICATE_GRANT,
				  WICI_BYTES("1/2022"), ns, 4, &count));
	CHECK(count == 1 && ns[0] == row.n);
	CHECK_OK(record_referring(f.n->store, &granted.id, WICI_SUBJECT, ns, 4,
				  &count));
	CHECK(count == 1);
	CHECK_OK(record_referring(f.n->store, &granted.id, WICI_AFTER, ns, 4,
				  &count));
	CHECK(count == 1);
	fixture_end(&f);
	fixture_drop(&f);
}

/* Writes an entry of the own feed that no client could. */
static void append_raw(struct fixture *f, uint16_t number, const char *payload,
		       size_t len, struct wici_head *head)
{
	struct wici_kind kind = {.number = number, .by = WICI_BY_MEMBER};

	fixture_begin(f);
	CHECK_OK(publish_append(
		f->n, &kind, (struct wici_bytes){(const uint8_t *)payload, len},
		head));
	fixture_end(f);
	CHECK(f->fatals == 0);
}

TEST(void_bodies_and_unknown_kinds_are_kept_bare)
{
	struct wici_head bad, foreign;
	struct record_row row;
	struct fixture f;
	int64_t before;

	fixture_open(&f);
	fixture_found(&f, "CAL");
	before = tally_of(&f);
	/* A practice that is not even MessagePack; a kind of the future. */
	append_raw(&f, WICI_KIND_PRACTICE_PUBLISH, "\xc1", 1, &bad);
	append_raw(&f, 60000, "\x80", 1, &foreign);
	fixture_rest(&f);
	get_record(&f, &bad.id, &row);
	CHECK(row.kind == WICI_KIND_PRACTICE_PUBLISH && row.title.len == 0);
	get_record(&f, &foreign.id, &row);
	CHECK(row.kind == 60000);
	CHECK(tally_of(&f) == before + 1); /* A void body is no record. */
	fixture_drop(&f);
}

TEST(a_long_title_is_cut_between_characters)
{
	struct record_row row;
	struct wici_head head;
	struct fixture f;
	char title[500];

	fixture_open(&f);
	fixture_found(&f, "CAL");
	title[0] = 'a'; /* So that byte 200 falls inside an "ż". */
	for (size_t i = 1; i + 2 < sizeof(title); i += 2)
		memcpy(title + i, "ż", 2);
	title[sizeof(title) - 1] = '\0';
	fixture_begin(&f);
	CHECK_OK(fixture_publish(&f, title, &head));
	fixture_end(&f);
	get_record(&f, &head.id, &row);
	CHECK(row.title.len == 199);
	fixture_drop(&f);
}

TEST(a_rebuild_finds_the_same_and_counts_nothing_twice)
{
	struct record_row row;
	struct wici_head head;
	struct fixture f;
	int64_t before;

	fixture_open(&f);
	fixture_found(&f, "CAL");
	for (int i = 0; i < 50; i++)
		fixture_practice(&f, "Klub");
	fixture_begin(&f);
	CHECK_OK(fixture_publish(&f, "ostatni", &head));
	fixture_end(&f);
	fixture_rest(&f);
	CHECK(project_is_done(f.n) && !node_is_busy(f.n));
	before = tally_of(&f);
	CHECK(before == 51 + 3); /* feed.open, member.admit, profile */

	fixture_begin(&f);
	CHECK_OK(project_clear(f.n));
	CHECK_OK(project_slice(f.n, 7)); /* In slices of any size. */
	CHECK(!project_is_done(f.n) && f.n->cursor == 7);
	fixture_end(&f);
	fixture_rest(&f);
	CHECK(tally_of(&f) == before);
	get_record(&f, &head.id, &row);
	CHECK(wici_bytes_is(row.title, "ostatni"));
	fixture_reopen(&f);
	CHECK(project_is_done(f.n)); /* The cursor is remembered. */
	CHECK(tally_of(&f) == before);
	fixture_drop(&f);
}

/* A turn with many: the ids wait for a quiet turn, and are found meanwhile. When
 * there is none before the end, the next start walks them again. */
TEST(of_a_batch_nothing_is_lost_and_nothing_counted_twice)
{
	struct record_row row;
	struct wici_head head;
	struct fixture f;
	int64_t before;

	fixture_open(&f);
	fixture_found(&f, "CAL");
	fixture_rest(&f);
	before = tally_of(&f);
	for (int turns = 1; turns <= 2; turns++) {
		fixture_begin(&f);
		for (int i = 0; i < 100; i++)
			CHECK_OK(fixture_publish(&f, "Klub", &head));
		get_record(&f, &head.id, &row);
		fixture_end(&f);
		CHECK(project_is_done(f.n) && node_is_busy(f.n));
		CHECK(f.n->cursor - f.n->cursor_written == 100 * turns);
	}
	fixture_reopen(&f); /* A turn of its own: it walks. */
	CHECK(f.n->cursor_written == f.n->cursor);
	CHECK(tally_of(&f) == before + 200);
	get_record(&f, &head.id, &row);

	fixture_begin(&f);
	for (int i = 0; i < 100; i++)
		CHECK_OK(fixture_publish(&f, "Klub", &head));
	fixture_end(&f);
	fixture_rest(&f);
	CHECK(f.n->cursor_written == f.n->cursor && !node_is_busy(f.n));
	fixture_reopen(&f);
	CHECK(tally_of(&f) == before + 300);
	get_record(&f, &head.id, &row);
	fixture_drop(&f);
}

static size_t count_unique(struct fixture *f, const struct wici_id *to)
{
	size_t count = 0;
	int64_t ns[8];

	CHECK_OK(record_referring(f->n->store, to, WICI_UNIQUE, ns, 8, &count));
	return count;
}

/* Of one feed, code and value all are found together, and no others. */
TEST(uses_of_a_unique_value_are_found_by_feed_code_and_value)
{
	const struct wici_bytes any = {NULL, 0};
	const struct wici_kind *kind = &wici_kind_certificate_grant;
	struct wici_bytes payload;
	struct wici_head head;
	struct wici_id to, other;
	struct fixture f;
	uint8_t buf[400];

	fixture_open(&f);
	fixture_found(&f, "CAL");
	payload = grant(buf, sizeof(buf), &f.n->keys.identity);
	fixture_begin(&f);
	CHECK_OK(publish_entry(f.n, kind, payload, any, &head));
	CHECK_OK(publish_entry(f.n, kind, payload, any, &head));
	fixture_end(&f);
	CHECK_OK(project_unique(kind, &head.feed, payload, &to));
	CHECK(count_unique(&f, &to) == 2);
	CHECK_OK(project_unique(kind, &f.n->keys.identity, payload, &other));
	CHECK(count_unique(&f, &other) == 0);
	buf[payload.len - 1] = 'm'; /* osm */
	CHECK_OK(project_unique(kind, &head.feed, payload, &other));
	CHECK(count_unique(&f, &other) == 0);
	CHECK_ERR(project_unique(&wici_kind_certificate_revoke, &head.feed,
				 payload, &other),
		  WICI_NOT_FOUND);
	fixture_drop(&f);
}

TEST(projections_of_another_version_are_made_anew)
{
	struct record_ref old = {.n = 1, .flag = WICI_UNIQUE, .to = {{1}}};
	struct record_row row;
	struct wici_head head;
	struct fixture f;
	int64_t before;

	fixture_open(&f);
	fixture_found(&f, "CAL");
	fixture_begin(&f);
	CHECK_OK(fixture_publish(&f, "Klub", &head));
	CHECK_OK(record_put_ref(f.n->store, &old));
	fixture_end(&f);
	fixture_rest(&f);
	before = tally_of(&f);
	fixture_reopen(&f);
	CHECK(count_unique(&f, &old.to) == 1); /* The same version: kept. */

	/* By a version that had another table of kinds. */
	fixture_begin(&f);
	CHECK_OK(book_set_int(f.n->store, "projection",
			      (int64_t)PROJECT_VERSION << 32 |
				      (wici_kinds_version() ^ 1)));
	fixture_end(&f);
	fixture_reopen(&f);
	fixture_rest(&f);
	CHECK(count_unique(&f, &old.to) == 0);
	CHECK(tally_of(&f) == before && node_is_member(f.n));
	get_record(&f, &head.id, &row);
	CHECK(wici_bytes_is(row.title, "Klub"));
	fixture_drop(&f);
}

/* The table of ids is another since version 4: what a store of version 3 has is
 * dropped, and made anew. */
TEST(a_store_of_version_3_is_read_from_the_start_and_loses_nothing)
{
	struct record_row row;
	struct wici_head head;
	struct fixture f;
	int64_t before;
	sqlite3 *db;

	fixture_open(&f);
	fixture_found(&f, "CAL");
	fixture_begin(&f);
	CHECK_OK(fixture_publish(&f, "Klub", &head));
	fixture_end(&f);
	fixture_rest(&f);
	before = tally_of(&f);
	node_close(f.n);
	f.n = NULL;

	db = spoil_open(f.dir);
	CHECK(sqlite3_exec(db,
			   "BEGIN; DROP TABLE ident;"
			   "CREATE TABLE ident (id BLOB NOT NULL PRIMARY KEY,"
			   " n INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
			   "INSERT INTO ident SELECT id, n FROM entry;"
			   "UPDATE value SET value = value - (1 << 32)"
			   " WHERE name = 'projection';"
			   "PRAGMA user_version = 3; COMMIT",
			   NULL, NULL, NULL) == SQLITE_OK);
	CHECK(sqlite3_close(db) == SQLITE_OK);

	CHECK_OK(fixture_try_open(&f));
	fixture_rest(&f);
	CHECK(project_is_done(f.n) && tally_of(&f) == before);
	get_record(&f, &head.id, &row);
	CHECK(wici_bytes_is(row.title, "Klub"));
	fixture_drop(&f);
}

TEST_MAIN(RUN(a_certificate_is_found_by_number_and_its_revocation_by_subject),
	  RUN(void_bodies_and_unknown_kinds_are_kept_bare),
	  RUN(a_long_title_is_cut_between_characters),
	  RUN(a_rebuild_finds_the_same_and_counts_nothing_twice),
	  RUN(of_a_batch_nothing_is_lost_and_nothing_counted_twice),
	  RUN(uses_of_a_unique_value_are_found_by_feed_code_and_value),
	  RUN(projections_of_another_version_are_made_anew),
	  RUN(a_store_of_version_3_is_read_from_the_start_and_loses_nothing))
