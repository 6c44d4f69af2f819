/* tests/daemon/test_spoilt.c — A hostile disk: rows that no wicid wrote, in any
 * table. It is put right, waited for or refused; nothing loops, nothing is
 * sealed for ever, nothing that only this disk has is thrown away. */
#include "daemon/damage.h"

#include "daemon/fsck.h"
#include "tests/daemon/pair.h"

struct flip {
	const char *column;
	int at;
	const char *what;
};

/* Alone, with no peer anywhere: the id says which bit it was. The own feed's
 * too, and nothing is sealed. */
TEST(a_single_bit_is_put_back_with_nobodys_help)
{
	static const struct flip flips[] = {
		{"payload", 9, "payload"}, {"id", 5, "id"},
		{"head", 20, "signature"}, {"head", 3, "payload"},
		{"head", 6, "payload"},    {"head", 80, "payload"},
		{"head", 0, "payload"},    {"head", 1, "payload"},
	};
	struct pair p;
	char want[80];

	for (size_t i = 0; i < sizeof(flips) / sizeof(flips[0]); i++) {
		begin(&p);
		stop(&p.cal);
		spoil_bits(p.cal.dir, "entry", flips[i].column,
			   row_of(&p, &p.cal), flips[i].at, 0x20);
		CHECK_OK(fixture_try_open(&p.cal));
		(void)snprintf(want, sizeof(want),
			       "'seq':%llu,'what':'%s','healed':true",
			       (unsigned long long)p.seq, flips[i].what);
		CHECK(has(fsck(&p.cal, "{}"), want));
		CHECK(!p.cal.n->sealed && !p.cal.n->has_aside);
		CHECK(fixture_is_equal(&p.cal, &p.mlawa));
		fixture_practice(&p.cal, "Dalej");
		fixture_reopen(&p.cal);
		CHECK(has(fsck(&p.cal, "{}"), "'bad':[]"));
		end(&p);
	}
}

/* Nothing is behind what is gone, to tell of it, but the head that was noted;
 * of the own feed the fence as well. */
TEST(a_feed_whose_last_entries_are_gone_waits_for_them)
{
	static const char gone[] = "DELETE FROM entry WHERE feed ="
				   " (SELECT n FROM feed WHERE own = 1)"
				   " AND seq > 4";
	struct pair p;
	struct wici_head head;

	for (int restarts = 0; restarts < 2; restarts++) {
		begin(&p);
		stop(&p.cal);
		spoil_sql(p.cal.dir, gone);
		CHECK_OK(fixture_try_open(&p.cal));
		CHECK(has(fsck(&p.cal, "{}"),
			  "'what':'missing','healed':false"));
		if (restarts)
			fixture_reopen(&p.cal);
		CHECK(p.cal.n->sealed);
		fixture_begin(&p.cal);
		CHECK_ERR(fixture_publish(&p.cal, "x", &head), WICI_SEALED);
		fixture_end(&p.cal);

		fixture_carry(&p.mlawa, &p.cal);
		fixture_rest(&p.cal);
		CHECK(!p.cal.n->sealed);
		CHECK(fixture_is_equal(&p.cal, &p.mlawa));
		fixture_practice(&p.cal, "Znowu");
		fixture_carry(&p.cal, &p.mlawa);
		CHECK(fixture_is_equal(&p.cal, &p.mlawa));
		end(&p);
	}
}

/* The bytes that say whose an entry is: it then stands in another feed, beyond
 * its head or nowhere. Neither is that feed cut for ever, nor the own one
 * sealed, nor is there no room for what comes next. */
TEST(an_entry_that_strays_into_another_feed_hurts_it_not)
{
	static const char *const strays[] = {
		"UPDATE entry SET feed = 3 - feed, seq = seq + 20 WHERE n = "
		"%lld",
		("UPDATE entry SET feed = 3 - feed, seq ="
		 " (SELECT max(seq) + 1 FROM entry e WHERE e.feed = 3 - "
		 "entry.feed)"
		 " WHERE n = %lld"),
		"UPDATE entry SET feed = 77 WHERE n = %lld",
		"UPDATE entry SET seq = seq + 100 WHERE n = %lld",
		"UPDATE entry SET seq = -5 WHERE n = %lld",
	};
	struct pair p;
	char sql[200];

	for (size_t i = 0; i < sizeof(strays) / sizeof(strays[0]); i++) {
		begin(&p);
		fixture_practice(&p.mlawa, "Własna");
		fixture_carry(&p.mlawa, &p.cal);
		stop(&p.mlawa);
		(void)snprintf(sql, sizeof(sql), strays[i],
			       (long long)row_of(&p, &p.mlawa));
		spoil_sql(p.mlawa.dir, sql);
		CHECK_OK(fixture_try_open(&p.mlawa));
		fixture_rest(&p.mlawa);
		fixture_practice(&p.mlawa, "Druga");
		(void)fsck(&p.mlawa, "{}");
		fixture_carry(&p.cal, &p.mlawa);
		fixture_rest(&p.mlawa);
		fixture_carry(&p.mlawa, &p.cal);
		CHECK(fixture_is_equal(&p.cal, &p.mlawa));
		fixture_reopen(&p.mlawa);
		(void)fsck(&p.mlawa, "{}");
		CHECK(has(fsck(&p.mlawa, "{}"), "'bad':[]"));
		CHECK(!p.mlawa.n->sealed);
		end(&p);
	}
}

/* Whatever stands in a row, it is refused with a sentence or put right; no
 * assert is tripped by the disk. */
TEST(rows_that_no_wicid_wrote_stop_nobody)
{
	static const char *const spoils[] = {
		"UPDATE entry SET id = x'00' WHERE seq = 3",
		"UPDATE entry SET head = x'' WHERE seq = 3",
		"UPDATE entry SET payload = zeroblob(40000) WHERE seq = 3",
		"UPDATE entry SET payload = NULL WHERE seq = 2",
		"UPDATE entry SET lacks = x'01' WHERE seq = 4",
		"UPDATE entry SET lacks = zeroblob(36) WHERE seq = 4",
		"UPDATE entry SET proved = -1",
		"UPDATE entry SET seq = 9007199254740993 WHERE seq = 5",
		"UPDATE feed SET bytes = -1, seq = 9223372036854775807",
		"UPDATE feed SET key = zeroblob(32) WHERE own = 0",
		"UPDATE feed SET identity = zeroblob(32)",
		"UPDATE feed SET own = 1 - own",
		"UPDATE record SET about = x'0102'",
		"UPDATE record SET title = printf('%.*c', 40000, 'x')",
		"UPDATE record SET number = printf('%.*c', 40000, 'x')",
		"UPDATE record SET kind = 77777",
		"UPDATE ident SET n = -7",
		"UPDATE tally SET kind = kind + 65536",
		"DELETE FROM statement",
		"UPDATE statement SET bytes = zeroblob(50000)",
		"UPDATE statement SET id = zeroblob(31)",
		"UPDATE statement SET id = zeroblob(32)",
		"UPDATE statement SET bytes = x''",
		"UPDATE value SET value = value + 1 WHERE name = 'cursor'",
		"UPDATE value SET value = -1 WHERE name = 'cursor'",
		"UPDATE value SET value = 0 WHERE name = 'cursor'",
		"UPDATE value SET value = zeroblob(32) WHERE name = 'network'",
		"UPDATE value SET value = x'00' WHERE name = 'network'",
		"DELETE FROM value WHERE name = 'network'",
		"DELETE FROM value",
	};
	struct pair p;

	for (size_t i = 0; i < sizeof(spoils) / sizeof(spoils[0]); i++) {
		begin(&p);
		stop(&p.mlawa);
		spoil_sql(p.mlawa.dir, spoils[i]);
		CHECK_OK(fixture_try_open(&p.mlawa));
		(void)fsck(&p.mlawa, "{}");
		for (int j = 0; j < 3; j++) {
			fixture_carry(&p.cal, &p.mlawa);
			fixture_rest(&p.mlawa);
		}
		if (!fixture_is_equal(&p.cal, &p.mlawa))
			print_error("%s\n", spoils[i]);
		CHECK(fixture_is_equal(&p.cal, &p.mlawa));
		(void)fsck(&p.mlawa, "{}");
		CHECK(has(fsck(&p.mlawa, "{}"), "'bad':[]"));
		CHECK(!p.mlawa.n->sealed);
		end(&p);
	}
}

/* In slices; and more than can be told of. */
TEST(many_spoilt_statements_go_and_the_good_one_stays)
{
	static const char many[] =
		"WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1"
		" FROM c WHERE x < 1500) INSERT INTO statement SELECT"
		" randomblob(32), 1, x, randomblob(80) FROM c";
	struct pair p;
	unsigned turns = 0;

	begin(&p);
	stop(&p.mlawa);
	spoil_sql(p.mlawa.dir, many);
	CHECK_OK(fixture_try_open(&p.mlawa));
	CHECK(fixture_is_equal(&p.cal, &p.mlawa));
	(void)call(&p.mlawa, "fsck.run", "{}");
	for (; node_is_busy(p.mlawa.n); turns++)
		(void)call_wait(&p.mlawa);
	CHECK(turns > 1500 / 128);
	while (p.mlawa.n->fsck)
		(void)call_wait(&p.mlawa);
	fixture_reopen(&p.mlawa);
	CHECK(has(fsck(&p.mlawa, "{}"), "'bad':[]"));
	CHECK(fixture_is_equal(&p.cal, &p.mlawa));
	end(&p);
}

/* The last entry's place is spoilt: there seems to be one far ahead. */
TEST(the_fence_does_not_follow_a_damaged_head)
{
	struct pair p;

	begin(&p);
	stop(&p.cal);
	spoil_sql(p.cal.dir, "UPDATE entry SET seq = seq + 20 WHERE n = ("
			     "SELECT max(e.n) FROM entry e JOIN feed f"
			     " ON e.feed = f.n AND f.own = 1)");
	CHECK_OK(fixture_try_open(&p.cal));
	fixture_reopen(&p.cal);
	CHECK(p.cal.n->sealed);
	CHECK(p.cal.n->fence.head.seq < p.cal.n->own->row.seq + 10);
	fixture_carry(&p.mlawa, &p.cal);
	fixture_rest(&p.cal);
	CHECK(!p.cal.n->sealed);
	CHECK(fixture_is_equal(&p.cal, &p.mlawa));
	fixture_practice(&p.cal, "Dalej");
	end(&p);
}

/* Everything that the cursor makes, but for the numbers of the rows. */
static void derived(const struct fixture *f, struct wici_id *out)
{
	static const char sql[] =
		"SELECT hex(e.id) || r.feed || r.seq || r.kind ||"
		" ifnull(hex(r.about), '-') || ifnull(r.title, '-') ||"
		" ifnull(r.number, '-') || ifnull(r.on_day, '-') ||"
		" (SELECT hex(prefix) FROM ident WHERE ident.n = e.n) ||"
		" (SELECT ifnull(group_concat(t), '-') FROM"
		" (SELECT hex(target) || flag AS t FROM ref WHERE ref.n = e.n"
		" ORDER BY t)) FROM record r JOIN entry e ON r.n = e.n"
		" UNION ALL SELECT 'ref' || count(*) FROM ref"
		" UNION ALL SELECT 'ident' || count(*) FROM ident"
		" UNION ALL SELECT 'tally' || kind || '=' || count FROM tally"
		" ORDER BY 1";
	sqlite3 *db = spoil_open(f->dir);
	sqlite3_stmt *stmt;
	struct wici_hash h;

	(void)crypto_generichash_init(&h.state, NULL, 0, WICI_ID_LEN);
	CHECK(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) == SQLITE_OK);
	while (sqlite3_step(stmt) == SQLITE_ROW)
		wici_hash_update(&h, sqlite3_column_text(stmt, 0),
				 (size_t)sqlite3_column_bytes(stmt, 0));
	CHECK(sqlite3_finalize(stmt) == SQLITE_OK);
	CHECK(sqlite3_close(db) == SQLITE_OK);
	*out = wici_hash_final(&h);
}

TEST(what_is_derived_after_healing_is_what_a_rebuild_derives)
{
	static const char *const spoils[] = {
		"UPDATE entry SET payload = x'81a5' WHERE seq = 6",
		"DELETE FROM entry WHERE seq > 5 AND feed = 2",
		"DELETE FROM entry WHERE seq = 1",
		"UPDATE entry SET seq = seq + 100 WHERE n = 9",
		"UPDATE feed SET n = 9 WHERE own = 0",
		"UPDATE record SET title = 'x', feed = 3 WHERE n > 4",
	};
	struct wici_id whole, healed, rebuilt;
	struct pair p;

	for (size_t i = 0; i < sizeof(spoils) / sizeof(spoils[0]); i++) {
		begin(&p);
		stop(&p.mlawa);
		derived(&p.mlawa, &whole);
		spoil_sql(p.mlawa.dir, spoils[i]);
		CHECK_OK(fixture_try_open(&p.mlawa));
		(void)fsck(&p.mlawa, "{}");
		for (int j = 0; j < 3; j++) {
			fixture_carry(&p.cal, &p.mlawa);
			fixture_rest(&p.mlawa);
		}
		CHECK(fixture_is_equal(&p.cal, &p.mlawa));
		(void)fsck(&p.mlawa, "{}");
		CHECK(has(fsck(&p.mlawa, "{}"), "'bad':[],'healed':0,"
						"'rebuilt':false"));
		stop(&p.mlawa);
		derived(&p.mlawa, &healed);
		CHECK_OK(fixture_try_open(&p.mlawa));
		CHECK(has(fsck(&p.mlawa, "{'rebuild':true}"),
			  "'rebuilt':true"));
		stop(&p.mlawa);
		derived(&p.mlawa, &rebuilt);
		CHECK(wici_id_equal(&healed, &rebuilt));
		CHECK(i == 4 || wici_id_equal(&healed, &whole));
		CHECK_OK(fixture_try_open(&p.mlawa));
		end(&p);
	}
}

/* Of the feed's own row the number is lost: its entries lead it back, with no
 * peer, and so do those that nobody else has. */
TEST(a_feed_whose_number_changed_finds_its_entries)
{
	struct pair p;

	begin(&p);
	fixture_practice(&p.cal, "Tylko tutaj");
	stop(&p.cal);
	spoil_sql(p.cal.dir, "UPDATE feed SET n = 41 WHERE own = 1");
	CHECK_OK(fixture_try_open(&p.cal));
	CHECK(has(fsck(&p.cal, "{}"), "'bad':[]"));
	CHECK(!p.cal.n->sealed);
	fixture_carry(&p.cal, &p.mlawa);
	CHECK(fixture_is_equal(&p.cal, &p.mlawa));
	end(&p);
}

TEST(a_feeds_number_beyond_reason_is_refused_with_a_sentence)
{
	struct pair p;

	begin(&p);
	stop(&p.mlawa);
	spoil_sql(p.mlawa.dir,
		  "UPDATE feed SET n = 1099511627776 WHERE own = 0");
	CHECK_ERR(fixture_try_open(&p.mlawa), WICI_STORE);
	CHECK(has(p.mlawa.why, "the store is damaged: copy its folder"));
	spoil_sql(p.mlawa.dir, "UPDATE feed SET n = -1 WHERE own = 0");
	CHECK_ERR(fixture_try_open(&p.mlawa), WICI_STORE);
	end(&p);
}

/* Its bytes are good: nobody is needed. */
TEST(a_statement_filed_under_another_id_is_filed_under_its_own)
{
	struct pair p;
	struct wici_range_set set;
	struct wici_bytes bytes;
	struct wici_id id;

	begin(&p);
	stop(&p.mlawa);
	spoil_sql(p.mlawa.dir, "UPDATE statement SET id = zeroblob(32)");
	CHECK_OK(fixture_try_open(&p.mlawa));
	CHECK(fixture_is_equal(&p.cal, &p.mlawa));
	set = node_set(p.mlawa.n, WICI_SPACE_STATEMENTS);
	memcpy(id.b, set.items[0].feed.b, WICI_ID_LEN);
	CHECK_OK(node_read_statement(p.mlawa.n, &id, &bytes));
	CHECK(has(fsck(&p.mlawa, "{}"), "'bad':[]"));
	end(&p);
}

TEST_MAIN(RUN(a_single_bit_is_put_back_with_nobodys_help),
	  RUN(a_feed_whose_last_entries_are_gone_waits_for_them),
	  RUN(an_entry_that_strays_into_another_feed_hurts_it_not),
	  RUN(rows_that_no_wicid_wrote_stop_nobody),
	  RUN(many_spoilt_statements_go_and_the_good_one_stays),
	  RUN(the_fence_does_not_follow_a_damaged_head),
	  RUN(what_is_derived_after_healing_is_what_a_rebuild_derives),
	  RUN(a_feed_whose_number_changed_finds_its_entries),
	  RUN(a_feeds_number_beyond_reason_is_refused_with_a_sentence),
	  RUN(a_statement_filed_under_another_id_is_filed_under_its_own))
