/* tests/daemon/test_gaps.c — What the disk has lost while the daemon ran, or
 * lost in two places: the roster stands as far as entries prove themselves,
 * nothing wrong is given out, and no signed history is thrown away. */
#include "daemon/damage.h"

#include "daemon/statements.h"
#include "daemon/store/private.h"
#include "daemon/store/statement.h"
#include "tests/daemon/author.h"
#include "tests/daemon/pair.h"

/* Under the feet of a daemon that runs. */
static void spoil_now(struct fixture *f, const char *sql)
{
	CHECK(sqlite3_exec(f->n->store->db, sql, NULL, NULL, NULL) ==
	      SQLITE_OK);
	CHECK(sqlite3_changes(f->n->store->db) > 0);
	f->n->store->entry.last_feed_n = 0;
}

static bool is_member(const struct fixture *at, const struct fixture *who)
{
	return wici_roster_member(&at->n->roster, &who->n->keys.identity);
}

/* The number of the newest admission; skip: of so many before it. */
static sqlite3_int64 admission(const struct fixture *f, int skip)
{
	char sql[120];

	(void)snprintf(sql, sizeof(sql),
		       "SELECT n FROM record WHERE kind = 2 ORDER BY n DESC"
		       " LIMIT 1 OFFSET %d",
		       skip);
	return spoil_find(f->dir, sql);
}

static void join_third(struct pair *p, struct fixture *kielce)
{
	fixture_open(kielce);
	call_join(&p->cal, kielce, "'name':'MOPR Kielce','no_passphrase':true");
	fixture_carry(&p->cal, kielce);
	fixture_carry(&p->cal, &p->mlawa);
	fixture_carry(kielce, &p->mlawa);
	fixture_rest(kielce);
	fixture_rest(&p->mlawa);
	CHECK(fixture_is_equal(&p->cal, kielce));
	CHECK(fixture_is_equal(&p->cal, &p->mlawa));
}

/* As projected or not, the admission that is gone ends nothing: it is cut, and
 * comes back. */
TEST(an_admission_that_is_gone_while_the_daemon_runs_stops_nobody)
{
	static const char gone[] =
		"DELETE FROM entry WHERE n = (SELECT n FROM record"
		" WHERE kind = 2 ORDER BY n DESC LIMIT 1)";
	struct pair p;
	struct fixture kielce;

	for (int projected = 0; projected < 2; projected++) {
		begin(&p);
		join_third(&p, &kielce);
		fixture_begin(&p.cal);
		spoil_now(&p.cal, gone);
		if (!projected)
			p.cal.n->cursor = 0;
		CHECK_OK(membership_fold(p.cal.n, true));
		fixture_end(&p.cal);
		CHECK(p.cal.fatals == 0 && is_member(&p.cal, &p.mlawa));
		fixture_rest(&p.cal);
		CHECK(p.cal.n->sealed); /* It is its own feed. */
		fixture_carry(&p.mlawa, &p.cal);
		fixture_rest(&p.cal);
		CHECK(!p.cal.n->sealed && is_member(&p.cal, &kielce));
		fixture_carry(&kielce, &p.cal);
		CHECK(fixture_is_equal(&p.cal, &p.mlawa));
		fixture_drop(&kielce);
		end(&p);
	}
}

/* Of what was set aside the disk has lost some more, in between. */
TEST(who_was_admitted_behind_two_gaps_heals_a_registrar)
{
	struct pair p;
	struct fixture kielce;
	char sql[200];

	begin(&p);
	join_third(&p, &kielce);
	stop(&p.cal);
	(void)snprintf(sql, sizeof(sql),
		       "DELETE FROM entry WHERE n = %lld OR (feed ="
		       " (SELECT n FROM feed WHERE own = 1) AND seq = %llu)",
		       (long long)admission(&p.cal, 1),
		       (unsigned long long)p.seq);
	spoil_sql(p.cal.dir, sql);
	CHECK_OK(fixture_try_open(&p.cal));
	CHECK(has(fsck(&p.cal, "{}"), "'what':'missing','healed':false"));
	fixture_reopen(&p.cal); /* Cut, and read again as it is now. */
	CHECK(!is_member(&p.cal, &p.mlawa) && is_member(&p.cal, &kielce));
	fixture_carry(&kielce, &p.cal);
	fixture_rest(&p.cal);
	fixture_carry(&p.mlawa, &p.cal);
	CHECK(!p.cal.n->sealed && fixture_is_equal(&p.cal, &kielce));
	fixture_drop(&kielce);
	end(&p);
}

TEST(a_statement_spoilt_while_the_daemon_runs_is_not_given_out)
{
	static const char *const spoils[] = {
		"UPDATE statement SET bytes = zeroblob(80)",
		"DELETE FROM statement",
	};
	struct pair p;
	struct wici_range_set set;
	struct wici_bytes bytes;
	struct wici_id id;

	for (size_t i = 0; i < sizeof(spoils) / sizeof(spoils[0]); i++) {
		begin(&p);
		set = node_set(p.mlawa.n, WICI_SPACE_STATEMENTS);
		CHECK(set.count == 1);
		memcpy(id.b, set.items[0].feed.b, WICI_ID_LEN);
		spoil_now(&p.mlawa, spoils[i]);
		CHECK_ERR(node_read_statement(p.mlawa.n, &id, &bytes),
			  WICI_NOT_FOUND);
		CHECK(node_is_busy(p.mlawa.n));
		fixture_begin(&p.mlawa);
		fixture_end(&p.mlawa);
		CHECK(!statements_has(p.mlawa.n, &id)); /* Asked for. */
		CHECK(p.mlawa.rosters > 0 && p.mlawa.fatals == 0);
		fixture_carry(&p.cal, &p.mlawa);
		CHECK_OK(node_read_statement(p.mlawa.n, &id, &bytes));
		fixture_rest(&p.mlawa);
		CHECK(fixture_is_equal(&p.cal, &p.mlawa));
		CHECK(p.mlawa.n->damages_count == 1 &&
		      p.mlawa.n->damages[0].is_healed);
		fixture_reopen(&p.mlawa);
		CHECK(has(fsck(&p.mlawa, "{}"), "'bad':[]"));
		end(&p);
	}
}

/* An author has signed two histories, and peers bring the other one. */
TEST(a_chain_that_joins_no_more_is_kept_as_evidence)
{
	struct author one, other;
	struct entry_row row;
	struct feed *feed;
	struct fixture a;
	char sql[100];
	int64_t feed_n;

	call_found(&a);
	author_admit(&one, &a, 1);
	author_open(&one, 1);
	CHECK_OK(author_give(&one, &a));
	other = one;
	author_practice(&one, 5);
	CHECK_OK(author_give(&one, &a));
	feed_n = feeds_find(&a.n->feeds, &one.head.feed)->row.n;
	stop(&a);
	(void)snprintf(sql, sizeof(sql),
		       "UPDATE entry SET payload = x'8101' WHERE seq = 3"
		       " AND feed = %lld",
		       (long long)feed_n);
	spoil_sql(a.dir, sql);
	CHECK_OK(fixture_try_open(&a));
	(void)fsck(&a, "{}");
	feed = feeds_find(&a.n->feeds, &one.head.feed);
	CHECK(feed->row.seq == 2 && feed->has_aside);

	/* Entry 2 was the same in both; the rest was not. */
	author_practice(&other, 1);
	author_write(&other, 90, WICI_BYTES("\x80"));
	CHECK_OK(author_give(&other, &a));
	fixture_rest(&a);
	CHECK(feed->row.seq == 3 && !feed->has_aside);
	for (uint64_t seq = 4; seq <= 6; seq++) {
		CHECK_OK(entry_at(a.n->store,
				  entry_aside_n(feed_n, ENTRY_EVIDENCE), seq,
				  &row));
		CHECK(!row.is_damaged);
	}
	CHECK(wici_id_equal(&row.id, &one.head.id));
	fixture_drop(&a);
}

TEST_MAIN(RUN(an_admission_that_is_gone_while_the_daemon_runs_stops_nobody),
	  RUN(who_was_admitted_behind_two_gaps_heals_a_registrar),
	  RUN(a_statement_spoilt_while_the_daemon_runs_is_not_given_out),
	  RUN(a_chain_that_joins_no_more_is_kept_as_evidence))
