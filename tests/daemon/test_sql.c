/* tests/daemon/test_sql.c — Every statement of the store, by SQLite's own
 * plan: a store of a million entries answers as fast as an empty one. */
#include "daemon/store/private.h"

#include "tests/daemon/test_store.h"

/* Read at start or on demand as a whole, and small. */
static bool may_scan(const char *detail)
{
	static const char *const small[] = {
		"SCAN feed",
		"SCAN statement ",
		"SCAN tally",
		"SCAN peer",
		"SCAN invite",
		"SCAN succeed",
		"SCAN draft",
		"SCAN CONSTANT ROW",
		/* By its own index: words, and a rowid to begin at. */
		"SCAN search VIRTUAL TABLE INDEX 192:M2<",
	};

	for (size_t i = 0; i < STORE_COUNT(small); i++)
		if (strncmp(detail, small[i], strlen(small[i])) == 0)
			return true;
	return false;
}

static void check_plan(struct store *s, const char *sql)
{
	char explain[600];
	sqlite3_stmt *stmt;

	CHECK((size_t)snprintf(explain, sizeof(explain),
			       "EXPLAIN QUERY PLAN %s", sql) < sizeof(explain));
	CHECK(sqlite3_prepare_v2(s->db, explain, -1, &stmt, NULL) == SQLITE_OK);
	while (sqlite3_step(stmt) == SQLITE_ROW) {
		const char *detail = (const char *)sqlite3_column_text(stmt, 3);

		/* At a start alone, and by no index: that may be spoilt. */
		bool may_sort = strstr(sql, "FROM feed ORDER BY +key") != NULL;

		if ((strstr(detail, "SCAN") && !may_scan(detail)) ||
		    (strstr(detail, "TEMP B-TREE") && !may_sort)) {
			print_error("%s\n  %s\n", sql, detail);
			fail();
		}
	}
	CHECK(sqlite3_finalize(stmt) == SQLITE_OK);
}

/* The plan of a statement uses this index, and as much of it as it can. */
static void check_uses(struct store *s, sqlite3_stmt *of, const char *what)
{
	char explain[600];
	sqlite3_stmt *stmt;
	const char *detail;

	(void)snprintf(explain, sizeof(explain), "EXPLAIN QUERY PLAN %s",
		       sqlite3_sql(of));
	CHECK(sqlite3_prepare_v2(s->db, explain, -1, &stmt, NULL) == SQLITE_OK);
	CHECK(sqlite3_step(stmt) == SQLITE_ROW);
	detail = (const char *)sqlite3_column_text(stmt, 3);
	if (!strstr(detail, what)) {
		print_error("%s\n  %s\n", sqlite3_sql(of), detail);
		fail();
	}
	(void)sqlite3_finalize(stmt);
}

TEST(no_query_scans_a_table)
{
	struct box b;

	box_open(&b);
	for (size_t i = 0; i < b.s->prepared_count; i++)
		check_plan(b.s, sqlite3_sql(b.s->prepared[i]));
	CHECK(b.s->prepared_count > 40);
	check_uses(b.s, b.s->entry.run,
		   "entry_feed_seq (feed=? AND seq>? AND seq<?)");
	check_uses(b.s, b.s->entry.at, "entry_feed_seq (feed=? AND seq=?)");
	check_uses(b.s, b.s->entry.before, "entry_feed_seq (feed=? AND seq<?)");
	check_uses(b.s, b.s->record.newest, "PRIMARY KEY (rowid<?)");
	check_uses(b.s, b.s->record.newest_of_kind,
		   "record_kind (kind=? AND rowid<?)");
	check_uses(b.s, b.s->record.newest_of_feed,
		   "record_feed_kind (feed=? AND kind=? AND rowid<?)");
	check_uses(b.s, b.s->record.next_kind_of_feed,
		   "record_feed_kind (feed=? AND kind>? AND kind<?)");
	check_uses(b.s, b.s->record.by_number,
		   "record_number (kind=? AND number=?)");
	check_uses(b.s, b.s->record.referring, "(target=? AND flag=?)");
	check_uses(b.s, b.s->ident.by_prefix, "(prefix>? AND prefix<?)");
	check_uses(b.s, b.s->book.each_held, "(feed=?)");
	box_drop(&b);
}

TEST_MAIN(RUN(no_query_scans_a_table))
