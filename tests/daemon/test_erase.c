/* tests/daemon/test_erase.c — Erasures that peers bring: who may, in whatever
 * order they come, and how many. */
#include "daemon/erase.h"

#include "daemon/bundle.h"
#include "daemon/receive.h"
#include "daemon/statements.h"
#include "proto/kinds/beacon.h"
#include "tests/daemon/author.h"
#include "tests/daemon/gone.h"
#include "tests/daemon/root.h"

#define WORD "xyloqwart" /* In no other text. */

static void rest(struct fixture *f)
{
	fixture_rest(f);
	CHECK(f->n->fatal == NULL);
}

/* What this node holds of the other's own feed at seq. */
static struct wici_head head_at(struct fixture *f, const struct wici_key *key,
				uint64_t seq)
{
	struct wici_head head = {.feed = *key, .seq = seq};

	CHECK_OK(entry_id(f->n->store, feeds_find(&f->n->feeds, key)->row.n,
			  seq, &head.id));
	return head;
}

/* A founder, and an institution of numbers that has published one practice with
 * the word in it, at seq 2, and two others. */
struct net {
	struct fixture cal;
	struct author author;
	struct wici_bytes runs[3]; /* 1; 2 to 4; the same, 2 erased. */
	uint8_t buf[3][4096];
	struct wici_head of;
	struct gone gone;
};

static void keep_run(struct net *n, size_t at)
{
	memcpy(n->buf[at], n->author.run.p, n->author.run.len);
	n->runs[at] = (struct wici_bytes){n->buf[at], n->author.run.len};
}

/* The same entries, the first one without its payload. */
static void make_payload_less(struct net *n)
{
	struct wici_head after = {.feed = n->of.feed, .seq = 1};
	struct wici_run_writer w;
	struct wici_run run;
	struct wici_entry e;
	struct wici_id id;

	after.id = (struct wici_id){{0}};
	wici_run_writer_init(&w, n->buf[2], sizeof(n->buf[2]), &n->of.feed, 2);
	CHECK_OK(wici_run_open(&run, n->runs[1], &after));
	while (wici_run_next(&run, &e, &id) == WICI_OK) {
		e.has_payload = e.header.seq != 2;
		CHECK_OK(wici_run_add(&w, &e));
	}
	n->runs[2] = wici_run_finish(&w);
}

static void begin(struct net *n)
{
	uint8_t buf[600];
	struct wici_run run;
	struct wici_entry e;
	struct wici_head after;

	memset(n, 0, sizeof(*n));
	fixture_open(&n->cal);
	fixture_found(&n->cal, "CAL");
	author_admit(&n->author, &n->cal, 9);
	author_open(&n->author, 1);
	keep_run(n, 0);
	after = n->author.head;
	author_write_many(&n->author, WICI_KIND_PRACTICE_PUBLISH,
			  fixture_title(buf, sizeof(buf), "Klub " WORD), 3, 0);
	keep_run(n, 1);
	n->of = after;
	n->of.seq = 2;
	CHECK_OK(wici_run_open(&run, n->runs[1], &after));
	CHECK_OK(wici_run_next(&run, &e, &n->of.id));
	make_payload_less(n);
	gone_make(&n->gone, &n->author.network, &n->of, NULL,
		  &n->author.identity, &n->author.identity_secret);
}

static void end(struct net *n)
{
	fixture_drop(&n->cal);
}

static enum wici_err give_run(struct net *n, size_t which)
{
	struct wici_head at;
	enum wici_err err;

	fixture_begin(&n->cal);
	err = node_receive_run(n->cal.n, 7, n->runs[which], &at);
	fixture_end(&n->cal);
	CHECK(n->cal.fatals == 0);
	return err;
}

static enum wici_err give_erasure(struct net *n, const struct gone *g)
{
	enum wici_err err;

	fixture_begin(&n->cal);
	err = node_receive_statement(n->cal.n, 7, g->bytes);
	fixture_end(&n->cal);
	CHECK(n->cal.fatals == 0);
	return err;
}

static bool is_erased(struct net *n)
{
	const struct feed *feed = feeds_find(&n->cal.n->feeds, &n->of.feed);
	struct entry_row row;

	CHECK_OK(entry_at(n->cal.n->store, feed->row.n, 2, &row));
	CHECK(!row.is_damaged && wici_id_equal(&row.id, &n->of.id));
	return !row.entry.has_payload;
}

TEST(it_reaches_who_holds_the_record_and_is_shown_when_it_is_done)
{
	struct net n;

	begin(&n);
	CHECK_OK(give_run(&n, 0));
	CHECK_OK(give_run(&n, 1));
	rest(&n.cal);
	CHECK(gone_folder_has(n.cal.dir, WORD));
	/* All three have the word: that of seq 2 alone goes. */
	CHECK_OK(give_erasure(&n, &n.gone));
	CHECK(is_erased(&n));
	CHECK(!statements_has(n.cal.n, &n.gone.is.id)); /* Not yet noted. */
	rest(&n.cal);
	CHECK(statements_has(n.cal.n, &n.gone.is.id));
	CHECK_ERR(give_erasure(&n, &n.gone), WICI_END);
	fixture_reopen(&n.cal);
	CHECK(statements_has(n.cal.n, &n.gone.is.id) && is_erased(&n));
	end(&n);
}

TEST(a_hidden_payload_is_refused_and_with_its_erasure_taken)
{
	struct net n;

	begin(&n);
	CHECK_OK(give_run(&n, 0));
	CHECK_ERR(give_run(&n, 2), WICI_REJECT_HIDDEN);
	CHECK(n.cal.n->rejected == 1);
	CHECK_ERR(give_erasure(&n, &n.gone), WICI_END); /* It waits. */
	CHECK(!erase_of(n.cal.n, &n.of));
	CHECK_OK(give_run(&n, 2));
	CHECK(is_erased(&n));
	CHECK(statements_has(n.cal.n, &n.gone.is.id)); /* At once. */
	end(&n);
}

TEST(a_payload_that_comes_after_its_erasure_is_never_written)
{
	struct net n;
	struct wici_state known, other;

	begin(&n);
	CHECK_OK(give_run(&n, 0));
	CHECK_ERR(give_erasure(&n, &n.gone), WICI_END);
	CHECK_OK(give_run(&n, 1));
	CHECK(is_erased(&n));
	rest(&n.cal);
	node_state(n.cal.n, &known);
	end(&n);
	/* The other way round everybody holds the same. */
	begin(&n);
	CHECK_OK(give_run(&n, 0));
	CHECK_OK(give_run(&n, 1));
	CHECK_OK(give_erasure(&n, &n.gone));
	rest(&n.cal);
	node_state(n.cal.n, &other);
	(void)known;
	CHECK(n.cal.n->statements_count == 2); /* Version 1, and it. */
	end(&n);
}

/* The hash of what was erased is checked all the same. */
TEST(another_payload_in_its_place_is_refused)
{
	struct net n;

	begin(&n);
	CHECK_OK(give_run(&n, 0));
	CHECK_ERR(give_erasure(&n, &n.gone), WICI_END);
	n.buf[1][WICI_RUN_HEAD_LEN + WICI_RUN_ITEM_LEN + 20] ^= 1;
	CHECK(give_run(&n, 1) != WICI_OK);
	n.buf[1][WICI_RUN_HEAD_LEN + WICI_RUN_ITEM_LEN + 20] ^= 1;
	CHECK_OK(give_run(&n, 1));
	end(&n);
}

/* ---- who may ---- */

TEST(nobody_elses_word_counts)
{
	struct net n;
	struct author thief;
	struct gone other;
	struct wici_head no_such;

	begin(&n);
	CHECK_OK(give_run(&n, 0));
	CHECK_OK(give_run(&n, 1));
	author_admit(&thief, &n.cal, 66);
	gone_make(&other, &n.author.network, &n.of, NULL, &thief.identity,
		  &thief.identity_secret);
	CHECK_ERR(give_erasure(&n, &other), WICI_END);
	/* The feed's own key is not enough either. */
	gone_make(&other, &n.author.network, &n.of, NULL, &n.of.feed,
		  &n.author.feed_secret);
	CHECK_ERR(give_erasure(&n, &other), WICI_END);
	n.gone.buf[n.gone.bytes.len - 40] ^= 1;
	CHECK_ERR(give_erasure(&n, &n.gone), WICI_REJECT_SIGNATURE);
	CHECK(!is_erased(&n));
	/* Another id in that place: it is of no entry here. */
	no_such = n.of;
	no_such.id.b[0] ^= 1;
	gone_make(&other, &n.author.network, &no_such, NULL, &n.author.identity,
		  &n.author.identity_secret);
	CHECK_ERR(give_erasure(&n, &other), WICI_END);
	CHECK(!is_erased(&n));
	end(&n);
}

TEST(who_may_not_excuses_no_hidden_payload_and_that_is_nobodys_fault)
{
	struct net n;
	struct author thief;
	struct gone other;

	begin(&n);
	CHECK_OK(give_run(&n, 0));
	author_admit(&thief, &n.cal, 66);
	gone_make(&other, &n.author.network, &n.of, NULL, &thief.identity,
		  &thief.identity_secret);
	CHECK_ERR(give_erasure(&n, &other), WICI_END);
	CHECK_ERR(give_run(&n, 2), WICI_NOT_MEMBER);
	CHECK(n.cal.n->rejected == 0);
	CHECK_OK(give_run(&n, 1)); /* And takes nothing away. */
	CHECK(!is_erased(&n));
	end(&n);
}

TEST(an_erasure_of_a_right_is_void)
{
	struct net n;
	struct gone other;
	struct wici_head open;

	begin(&n);
	CHECK_OK(give_run(&n, 0));
	open = head_at(&n.cal, &n.of.feed, 1);
	gone_make(&other, &n.author.network, &open, NULL, &n.author.identity,
		  &n.author.identity_secret);
	CHECK_ERR(give_erasure(&n, &other), WICI_END);
	CHECK(!erase_of(n.cal.n, &open));
	/* Nor does it excuse one that comes later: a beacon, without its
	 * payload. */
	author_write(&n.author, WICI_KIND_BEACON, WICI_BYTES("\x80"));
	end(&n);
}

/* The author's key is closed: another speaks for it. */
static void rekey(struct net *n, struct author *later)
{
	static struct root_change change;
	struct wici_feed_row row = {root_head(n->cal.n, &n->of.feed), true};

	author_key(later, 10);
	root_member(&change, n->cal.n, WICI_OP_REKEY, &n->author.identity,
		    &later->identity, &row, 1);
	fixture_begin(&n->cal);
	CHECK_OK(node_receive_statement(n->cal.n, 7, change.bytes));
	fixture_end(&n->cal);
}

TEST(a_retired_key_erases_nothing_and_the_present_one_does)
{
	struct author later;
	struct gone both;
	struct net n;

	begin(&n);
	CHECK_OK(give_run(&n, 0));
	CHECK_OK(give_run(&n, 1));
	rekey(&n, &later);
	CHECK_ERR(give_erasure(&n, &n.gone), WICI_END);
	CHECK(!is_erased(&n));
	gone_make(&both, &n.author.network, &n.of, &n.gone, &later.identity,
		  &later.identity_secret);
	CHECK_OK(give_erasure(&n, &both));
	CHECK(is_erased(&n));
	end(&n);
}

TEST(what_counted_once_stays_and_is_given_on_with_the_better_signature)
{
	struct author later;
	struct wici_bytes held;
	struct gone both;
	struct net n;

	begin(&n);
	CHECK_OK(give_run(&n, 0));
	CHECK_OK(give_run(&n, 1));
	CHECK_OK(give_erasure(&n, &n.gone));
	rest(&n.cal);
	rekey(&n, &later);
	rest(&n.cal);
	CHECK(is_erased(&n) && statements_has(n.cal.n, &n.gone.is.id));
	CHECK_OK(node_read_statement(n.cal.n, &n.gone.is.id, &held));
	CHECK(wici_bytes_equal(held, n.gone.bytes));
	gone_make(&both, &n.author.network, &n.of, &n.gone, &later.identity,
		  &later.identity_secret);
	CHECK_OK(give_erasure(&n, &both));
	CHECK(n.cal.statements == 1); /* Passed on. */
	CHECK_OK(node_read_statement(n.cal.n, &n.gone.is.id, &held));
	CHECK(wici_bytes_equal(held, both.bytes));
	/* And not the other way round. */
	CHECK_ERR(give_erasure(&n, &n.gone), WICI_END);
	CHECK_ERR(give_erasure(&n, &both), WICI_END);
	end(&n);
}

/* ---- limits ---- */

TEST(a_flood_of_erasures_is_bounded_and_stores_nothing)
{
	struct net n;
	struct gone other;
	struct wici_head of;

	begin(&n);
	of = n.of;
	for (uint64_t i = 0; i < 3 * ERASE_WAIT_LINK_MAX; i++) {
		of.seq = 2 + i;
		gone_make(&other, &n.author.network, &of, NULL,
			  &n.author.identity, &n.author.identity_secret);
		CHECK_ERR(give_erasure(&n, &other), WICI_END);
	}
	CHECK(n.cal.n->statements_count == 1);
	/* The one that is needed comes right before its run. */
	CHECK_OK(give_run(&n, 0));
	CHECK_ERR(give_run(&n, 2), WICI_REJECT_HIDDEN);
	CHECK_ERR(give_erasure(&n, &n.gone), WICI_END);
	CHECK_OK(give_run(&n, 2));
	end(&n);
}

TEST(nothing_is_taken_while_the_disk_is_full)
{
	struct net n;

	begin(&n);
	CHECK_OK(give_run(&n, 0));
	CHECK_OK(give_run(&n, 1));
	n.cal.n->is_read_only = true;
	CHECK_ERR(give_erasure(&n, &n.gone), WICI_FULL);
	n.cal.n->is_read_only = false;
	CHECK(!is_erased(&n));
	CHECK_OK(give_erasure(&n, &n.gone));
	end(&n);
}

TEST(an_erased_entry_counts_for_the_quota_as_it_did)
{
	struct net n;
	uint64_t bytes;

	begin(&n);
	CHECK_OK(give_run(&n, 0));
	CHECK_OK(give_run(&n, 1));
	bytes = feeds_find(&n.cal.n->feeds, &n.of.feed)->row.bytes;
	CHECK_OK(give_erasure(&n, &n.gone));
	rest(&n.cal);
	CHECK(feeds_find(&n.cal.n->feeds, &n.of.feed)->row.bytes == bytes);
	end(&n);
	begin(&n);
	CHECK_OK(give_run(&n, 0));
	CHECK_ERR(give_erasure(&n, &n.gone), WICI_END);
	CHECK_OK(give_run(&n, 2));
	CHECK(feeds_find(&n.cal.n->feeds, &n.of.feed)->row.bytes == bytes);
	end(&n);
}

TEST_MAIN(
	RUN(it_reaches_who_holds_the_record_and_is_shown_when_it_is_done),
	RUN(a_hidden_payload_is_refused_and_with_its_erasure_taken),
	RUN(a_payload_that_comes_after_its_erasure_is_never_written),
	RUN(another_payload_in_its_place_is_refused),
	RUN(nobody_elses_word_counts),
	RUN(who_may_not_excuses_no_hidden_payload_and_that_is_nobodys_fault),
	RUN(an_erasure_of_a_right_is_void),
	RUN(a_retired_key_erases_nothing_and_the_present_one_does),
	RUN(what_counted_once_stays_and_is_given_on_with_the_better_signature),
	RUN(a_flood_of_erasures_is_bounded_and_stores_nothing),
	RUN(nothing_is_taken_while_the_disk_is_full),
	RUN(an_erased_entry_counts_for_the_quota_as_it_did))
