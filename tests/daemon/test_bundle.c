/* tests/daemon/test_bundle.c — What files bring: all of it once, nothing that is
 * not proven, and an exact report. Whoever made the file. */
#include "daemon/bundle.h"

#include "daemon/echo.h"
#include "daemon/forks.h"
#include "proto/bearer.h"
#include "tests/daemon/author.h"
#include "tests/daemon/forked.h"

#define CLIENT 9

struct file {
	uint8_t *p;
	size_t len, max;
	struct wici_bundle_writer w;
};

static struct bundle_counts counts;

static void file_clear(struct file *f)
{
	free(f->p);
	memset(f, 0, sizeof(*f));
}

static uint8_t *room(struct file *f, size_t len)
{
	if (f->max - f->len < len) {
		f->max = 2 * f->max + len;
		f->p = realloc(f->p, f->max);
		CHECK(f->p);
	}
	return f->p + f->len;
}

/* ---- what a node writes ---- */

static void write_want(struct fixture *n, struct file *f,
		       const struct bundle_want *want,
		       const struct wici_head *held, size_t held_count)
{
	struct bundle *b;
	enum wici_err err;
	size_t len;

	f->len = 0;
	fixture_begin(n);
	CHECK_OK(bundle_open_out(n->n, CLIENT, want, &b));
	for (size_t i = 0; i < held_count; i++)
		CHECK_OK(bundle_leave_out(n->n, b, &held[i]));
	do {
		err = bundle_read(n->n, b, room(f, BUNDLE_PIECE_MAX),
				  BUNDLE_PIECE_MAX, &len);
		f->len += len;
	} while (err == WICI_OK);
	CHECK_ERR(err, WICI_END);
	counts = *bundle_counts(b);
	bundle_forget(n->n, CLIENT);
	fixture_end(n);
}

static void write_all(struct fixture *n, struct file *f)
{
	const struct bundle_want want = {.is_backup = false};

	write_want(n, f, &want, NULL, 0);
}

/* Other people's files are of more pieces than one. */
static enum wici_err take_pieces(struct fixture *n, const struct file *f,
				 size_t step)
{
	struct bundle *b;
	enum wici_err err = WICI_OK;

	fixture_begin(n);
	bundle_open_in(n->n, CLIENT, &b);
	fixture_end(n);
	for (size_t at = 0; at < f->len && err == WICI_OK; at += step) {
		size_t len = f->len - at < step ? f->len - at : step;

		fixture_begin(n);
		err = bundle_write(n->n, b,
				   (struct wici_bytes){f->p + at, len});
		counts = *bundle_counts(b);
		fixture_end(n);
		CHECK(n->fatals == 0);
	}
	bundle_forget(n->n, CLIENT);
	return err;
}

static enum wici_err take(struct fixture *n, const struct file *f)
{
	return take_pieces(n, f, 200000);
}

/* ---- what anybody writes ---- */

static void forge_record(struct file *f, enum wici_bundle_type type,
			 struct wici_bytes bytes)
{
	uint8_t *at = room(f, 5 + bytes.len);

	wici_bundle_record(&f->w, at, type, bytes);
	if (bytes.len)
		memcpy(at + 5, bytes.p, bytes.len);
	f->len += 5 + bytes.len;
}

static void forge_begin(struct file *f, const struct wici_id *network)
{
	struct wici_bundle_about about = {.name = WICI_BYTES("Sieć")};
	struct wici_mp_writer w;
	struct wici_bytes b;
	uint8_t buf[300];

	f->len = 0;
	wici_bundle_begin(&f->w, room(f, WICI_BUNDLE_HEAD_LEN), network);
	f->len = WICI_BUNDLE_HEAD_LEN;
	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_bundle_about_write(&w, &about);
	CHECK_OK(wici_mp_written(&w, &b));
	forge_record(f, WICI_BUNDLE_ABOUT, b);
}

static void forge_end(struct file *f)
{
	wici_bundle_end(&f->w, room(f, 37));
	f->len += 37;
}

static bool is_rejected(const char *reason)
{
	for (size_t i = 0; i < counts.rejected_count; i++)
		if (strcmp(counts.rejected[i].reason, reason) == 0)
			return true;
	for (size_t i = 0; i < counts.rejected_count; i++)
		print_error("%s\n", counts.rejected[i].reason);
	return false;
}

/* ---- whole files ---- */

struct pair {
	struct fixture cal, mlawa;
	struct file f;
};

static void begin(struct pair *p)
{
	memset(&p->f, 0, sizeof(p->f));
	make_pair(&p->cal, &p->mlawa);
}

static void end(struct pair *p)
{
	file_clear(&p->f);
	drop_pair(&p->cal, &p->mlawa);
}

static void publish(struct fixture *f, int count)
{
	while (count-- > 0)
		fixture_practice(f, "Klub");
}

TEST(what_one_holds_the_other_takes_once)
{
	struct pair p;

	begin(&p);
	publish(&p.cal, 600);
	write_all(&p.cal, &p.f);
	CHECK_ERR(take(&p.mlawa, &p.f), WICI_END);
	CHECK(counts.entries == 600 && counts.rejects == 0);
	CHECK(counts.bytes == p.f.len);
	CHECK(fixture_is_equal(&p.cal, &p.mlawa));
	CHECK_ERR(take(&p.mlawa, &p.f), WICI_END);
	CHECK(counts.entries == 0 && counts.statements == 0);
	CHECK(counts.feeds == 0 && counts.rejects == 0);
	CHECK(counts.known >= 600);
	end(&p);
}

/* Runs are cut where files end: they overlap with what was taken before. */
TEST(a_longer_file_brings_what_the_shorter_one_had_not)
{
	struct pair p;

	begin(&p);
	for (int i = 0; i < 5; i++) {
		publish(&p.cal, 60);
		write_all(&p.cal, &p.f);
		CHECK_ERR(take(&p.mlawa, &p.f), WICI_END);
		CHECK(counts.entries == 60 && counts.rejects == 0);
		CHECK(fixture_is_equal(&p.cal, &p.mlawa));
	}
	end(&p);
}

TEST(a_selection_has_who_admits_and_what_was_asked_for)
{
	struct bundle_want want = {.count = 1};
	struct fixture kielce;
	struct pair p;

	begin(&p);
	fixture_open(&kielce);
	fixture_join(&p.cal, &kielce, "MOPR Kielce");
	publish(&kielce, 3);
	fixture_carry(&kielce, &p.cal);
	want.institutions = &kielce.n->keys.identity;
	write_want(&p.cal, &p.f, &want, NULL, 0);
	CHECK(counts.feeds == 2);
	CHECK_ERR(take(&p.mlawa, &p.f), WICI_END);
	CHECK(counts.rejects == 0 && counts.feeds == 1);
	CHECK(feed_at(&p.mlawa, &kielce)->row.seq == kielce.n->own->row.seq);
	fixture_drop(&kielce);
	end(&p);
}

TEST(what_an_earlier_file_had_is_left_out_unless_it_was_another_chain)
{
	const struct bundle_want want = {.is_backup = false};
	struct wici_head held;
	struct pair p;

	begin(&p);
	publish(&p.cal, 20);
	held = head_at(&p.cal, 15);
	write_want(&p.cal, &p.f, &want, &held, 1);
	CHECK(counts.entries ==
	      p.cal.n->own->row.seq - 15 + p.mlawa.n->own->row.seq);
	CHECK_ERR(take(&p.mlawa, &p.f), WICI_END);
	CHECK(is_rejected("gap") && counts.entries == 0);
	CHECK(counts.rejects == p.cal.n->own->row.seq - 15);
	held.id.b[0] ^= 1;
	write_want(&p.cal, &p.f, &want, &held, 1);
	CHECK_ERR(take(&p.mlawa, &p.f), WICI_END);
	CHECK(counts.entries == 20 && counts.rejects == 0);
	CHECK(fixture_is_equal(&p.cal, &p.mlawa));
	end(&p);
}

TEST(a_day_says_from_which_entry_on)
{
	struct bundle_want want = {.since_ms = 0};
	struct pair p;

	begin(&p);
	fixture_carry(&p.cal, &p.mlawa);
	p.cal.wall_ms += 86400000;
	want.since_ms = p.cal.wall_ms;
	publish(&p.cal, 4);
	write_want(&p.cal, &p.f, &want, NULL, 0);
	CHECK(counts.entries >= 4 && counts.entries <= 6);
	CHECK_ERR(take(&p.mlawa, &p.f), WICI_END);
	CHECK(counts.rejects == 0);
	CHECK(fixture_is_equal(&p.cal, &p.mlawa));
	end(&p);
}

/* ---- spoilt files ---- */

/* Taken as far as it goes, the rest told; and the whole one fits behind. */
TEST(cut_short_anywhere_what_was_read_is_right)
{
	struct pair p;
	size_t len;

	begin(&p);
	publish(&p.cal, 5);
	write_all(&p.cal, &p.f);
	len = p.f.len;
	for (p.f.len = 0; p.f.len < len; p.f.len++) {
		CHECK_OK(take(&p.mlawa, &p.f));
		CHECK(counts.rejects == 0);
	}
	CHECK_ERR(take(&p.mlawa, &p.f), WICI_END);
	CHECK(counts.rejects == 0);
	CHECK(fixture_is_equal(&p.cal, &p.mlawa));
	end(&p);
}

TEST(with_any_byte_changed_nothing_wrong_is_taken)
{
	struct wici_state before, after;
	struct pair p;
	enum wici_err err;

	begin(&p);
	publish(&p.cal, 2);
	fixture_carry(&p.cal, &p.mlawa);
	write_all(&p.cal, &p.f);
	node_state(p.mlawa.n, &before);
	for (size_t i = 0; i < p.f.len; i++) {
		p.f.p[i] ^= (uint8_t)(1u << (i % 8));
		err = take(&p.mlawa, &p.f);
		CHECK(err == WICI_REJECT_BUNDLE || err == WICI_REJECT_NETWORK ||
		      err == WICI_OK); /* A length: more is waited for. */
		p.f.p[i] ^= (uint8_t)(1u << (i % 8));
	}
	node_state(p.mlawa.n, &after);
	CHECK(memcmp(&before, &after, sizeof(before)) == 0);
	CHECK(p.mlawa.n->forks_count == 0 && !p.mlawa.n->sealed);
	end(&p);
}

TEST(of_another_network_nothing_is_looked_at)
{
	struct fixture other;
	struct pair p;

	begin(&p);
	fixture_open(&other);
	fixture_found(&other, "Inni");
	write_all(&other, &p.f);
	CHECK_ERR(take_pieces(&p.mlawa, &p.f, 1), WICI_REJECT_NETWORK);
	CHECK(counts.entries == 0 && counts.statements == 0);
	CHECK(counts.rejects == 0);
	fixture_drop(&other);
	end(&p);
}

TEST(a_length_of_gigabytes_ends_it)
{
	static const uint8_t head[] = {3, 0xff, 0xff, 0xff, 0xff};
	struct pair p;

	begin(&p);
	forge_begin(&p.f, &p.cal.n->network);
	memcpy(room(&p.f, sizeof(head)), head, sizeof(head));
	p.f.len += sizeof(head);
	CHECK_ERR(take(&p.mlawa, &p.f), WICI_REJECT_BUNDLE);
	end(&p);
}

/* Told in a row or two, however many there are. */
TEST(a_million_records_of_nothing_take_no_room)
{
	struct pair p;

	begin(&p);
	forge_begin(&p.f, &p.cal.n->network);
	for (int i = 0; i < 1000000; i++) {
		static const enum wici_bundle_type types[] = {
			WICI_BUNDLE_STATEMENT, WICI_BUNDLE_RUN,
			WICI_BUNDLE_AFTER, WICI_BUNDLE_BEARER,
			WICI_BUNDLE_ENTRY};

		forge_record(&p.f, types[i % 5], (struct wici_bytes){NULL, 0});
	}
	forge_end(&p.f);
	CHECK_ERR(take(&p.mlawa, &p.f), WICI_END);
	CHECK(counts.entries == 0 && counts.rejects == 800000);
	CHECK(counts.rejected_count <= BUNDLE_REJECTED_MAX);
	end(&p);
}

TEST(with_no_room_nothing_is_half_taken)
{
	struct pair p;

	begin(&p);
	publish(&p.cal, 300);
	write_all(&p.cal, &p.f);
	store_set_free_for_test(p.mlawa.n->store, 0);
	fixture_rest(&p.mlawa);
	CHECK_ERR(take(&p.mlawa, &p.f), WICI_FULL);
	store_set_free_for_test(p.mlawa.n->store, UINT64_MAX);
	fixture_rest(&p.mlawa);
	CHECK_ERR(take(&p.mlawa, &p.f), WICI_END);
	CHECK(counts.entries == 300 && counts.rejects == 0);
	CHECK(fixture_is_equal(&p.cal, &p.mlawa));
	end(&p);
}

/* ---- forged files ---- */

/* A feed of Kielce's, run by run, in whatever order. */
TEST(runs_out_of_order_are_gaps_and_none_is_believed)
{
	static uint8_t runs[3][4000];
	struct wici_bytes b[3];
	struct author a;
	struct pair p;

	begin(&p);
	author_admit(&a, &p.cal, 30);
	fixture_carry(&p.cal, &p.mlawa);
	author_open(&a, 31);
	for (int i = 0; i < 3; i++) {
		CHECK(a.run.len <= sizeof(runs[i]));
		memcpy(runs[i], a.run.p, a.run.len);
		b[i] = (struct wici_bytes){runs[i], a.run.len};
		author_practice(&a, 3);
	}
	forge_begin(&p.f, &p.cal.n->network);
	forge_record(&p.f, WICI_BUNDLE_RUN, b[2]);
	forge_record(&p.f, WICI_BUNDLE_RUN, b[1]);
	forge_record(&p.f, WICI_BUNDLE_RUN, b[0]);
	forge_record(&p.f, WICI_BUNDLE_RUN, b[1]);
	forge_end(&p.f);
	CHECK_ERR(take(&p.mlawa, &p.f), WICI_END);
	CHECK(counts.entries == 4);
	/* Of a feed that nobody knows a run that begins later is nobody's. */
	CHECK(counts.rejects == 6);
	end(&p);
}

TEST(feeds_of_nobody_are_dropped_and_told)
{
	struct author a;
	struct pair p;

	begin(&p);
	memset(&a, 0, sizeof(a));
	a.network = p.cal.n->network;
	author_key(&a, 40);
	author_open(&a, 41);
	forge_begin(&p.f, &p.cal.n->network);
	forge_record(&p.f, WICI_BUNDLE_RUN, a.run);
	author_practice(&a, 200);
	forge_record(&p.f, WICI_BUNDLE_RUN, a.run);
	forge_end(&p.f);
	CHECK_ERR(take(&p.mlawa, &p.f), WICI_END);
	CHECK(counts.entries == 0 && counts.rejects == 201);
	CHECK(is_rejected("not_member") && counts.rejected_count == 1);
	CHECK(counts.rejected[0].seq == 1);
	end(&p);
}

/* Somebody makes up what Mława is said to have written. */
TEST(the_own_feed_forged_ahead_is_not_taken)
{
	struct author a;
	struct pair p;

	begin(&p);
	memset(&a, 0, sizeof(a));
	a.network = p.cal.n->network;
	a.head = head_at(&p.mlawa, p.mlawa.n->own->row.seq);
	a.feed_secret = p.cal.n->keys.feed_secret;
	author_practice(&a, 3);
	forge_begin(&p.f, &p.cal.n->network);
	forge_record(&p.f, WICI_BUNDLE_RUN, a.run);
	forge_end(&p.f);
	CHECK_ERR(take(&p.mlawa, &p.f), WICI_END);
	CHECK(counts.entries == 0 && counts.rejects == 3);
	CHECK(is_rejected("signature"));
	CHECK(!p.mlawa.n->sealed && !echo_is_waiting(p.mlawa.n));
	CHECK_ERR(take(&p.cal, &p.f), WICI_END);
	CHECK(counts.entries == 0 && p.cal.n->forks_count == 0);
	end(&p);
}

/* ---- forks ---- */

/* The feed as it stands, and another branch from seq on. */
static void forge_branch(struct pair *p, uint64_t seq, int count)
{
	static uint8_t buf[60000];
	struct wici_bytes run;
	struct author a;

	memset(&a, 0, sizeof(a));
	a.network = p->cal.n->network;
	a.head = head_at(&p->mlawa, seq);
	a.feed_secret = p->mlawa.n->keys.feed_secret;
	author_practice(&a, count);
	CHECK_OK(node_read_run(p->mlawa.n, &a.head.feed, 1, seq, buf,
			       sizeof(buf), &run));
	forge_begin(&p->f, &p->cal.n->network);
	forge_record(&p->f, WICI_BUNDLE_RUN, run);
	forge_record(&p->f, WICI_BUNDLE_RUN, a.run);
	forge_end(&p->f);
}

TEST(a_branch_in_a_file_is_proven)
{
	struct pair p;

	begin(&p);
	forge_branch(&p, 3, 5);
	CHECK_ERR(take(&p.cal, &p.f), WICI_END);
	CHECK(is_rejected("fork") && counts.entries == 0);
	CHECK(counts.known == 3 && counts.rejects == 5);
	CHECK(p.cal.n->forks_count == 1);
	CHECK(feed_at(&p.cal, &p.mlawa)->counting_seq == 3);
	/* Nothing new the second time. */
	CHECK_ERR(take(&p.cal, &p.f), WICI_END);
	CHECK(p.cal.n->forks_count == 1);
	/* Its author hears that it has forked. */
	CHECK_ERR(take(&p.mlawa, &p.f), WICI_END);
	CHECK(p.mlawa.n->sealed && strcmp(p.mlawa.n->sealed, "forked") == 0);
	end(&p);
}

TEST(a_branch_that_nobody_signed_proves_nothing)
{
	struct pair p;

	begin(&p);
	forge_branch(&p, 3, 1);
	p.f.p[p.f.len - 37 - 100] ^= 1;
	(void)take(&p.cal, &p.f);
	CHECK(counts.rejects == 1 && p.cal.n->forks_count == 0);
	CHECK(feed_at(&p.cal, &p.mlawa)->counting_seq == ENTRIES);
	end(&p);
}

/* Statements stand first: the feed that a proof is about comes behind it. */
TEST(a_proof_that_comes_before_its_feed_is_not_lost)
{
	struct fixture kielce;
	struct proof proof;
	struct pair p;

	begin(&p);
	make_proof(&proof, &p.mlawa, 4, 1);
	fixture_open(&kielce);
	fixture_join(&p.cal, &kielce, "MOPR Kielce");
	CHECK_OK(give(&p.cal, &proof));
	write_all(&p.cal, &p.f);
	fixture_drop(&kielce);
	/* Who has nothing but the network takes both from the file. */
	fixture_open(&kielce);
	fixture_begin(&kielce);
	CHECK_OK(membership_set_network(kielce.n, &p.cal.n->network));
	CHECK_OK(membership_fold(kielce.n, true));
	fixture_end(&kielce);
	CHECK_ERR(take(&kielce, &p.f), WICI_END);
	CHECK(counts.rejects == 0 && kielce.n->forks_count == 1);
	CHECK(fixture_is_equal(&p.cal, &kielce));
	fixture_drop(&kielce);
	end(&p);
}

/* ---- whose it is ---- */

static uint64_t number_of(struct fixture *f)
{
	return f->n->echo.number;
}

TEST(a_bearer_is_answered_and_his_answer_holds)
{
	struct pair p;

	begin(&p);
	fixture_begin(&p.mlawa);
	echo_released(p.mlawa.n);
	fixture_end(&p.mlawa);
	fixture_reopen(&p.mlawa);
	CHECK(echo_is_waiting(p.mlawa.n));
	write_all(&p.cal, &p.f); /* Knows no number. */
	CHECK_ERR(take(&p.mlawa, &p.f), WICI_END);
	CHECK(echo_is_waiting(p.mlawa.n));
	write_all(&p.mlawa, &p.f);
	CHECK_ERR(take(&p.cal, &p.f), WICI_END);
	write_all(&p.cal, &p.f);
	CHECK_ERR(take(&p.mlawa, &p.f), WICI_END);
	CHECK(!echo_is_waiting(p.mlawa.n));
	/* The next start draws another number. */
	fixture_reopen(&p.mlawa);
	CHECK_ERR(take(&p.mlawa, &p.f), WICI_END);
	CHECK(echo_is_waiting(p.mlawa.n));
	end(&p);
}

/* An answer of this number, under whatever key. */
static void forge_answer(struct pair *p, const struct wici_key *feed,
			 const struct wici_secret *secret, uint64_t number)
{
	static struct wici_bearer bearer;
	static uint8_t buf[WICI_BEARER_LEN_MAX];
	struct wici_fork_side side = side_at(&p->mlawa, ENTRIES);

	memset(&bearer, 0, sizeof(bearer));
	bearer.feed = *feed;
	bearer.number = 5;
	bearer.count = 1;
	bearer.answers[0].number = number;
	bearer.answers[0].header = side.header;
	bearer.answers[0].sig = side.sig;
	forge_begin(&p->f, &p->cal.n->network);
	forge_record(
		&p->f, WICI_BUNDLE_BEARER,
		wici_bearer_write(buf, &bearer, &p->cal.n->network, secret));
	forge_end(&p->f);
}

TEST(answers_of_strangers_and_under_other_keys_say_nothing)
{
	struct author a;
	struct pair p;

	begin(&p);
	fixture_begin(&p.mlawa);
	echo_released(p.mlawa.n);
	fixture_end(&p.mlawa);
	fixture_reopen(&p.mlawa);
	memset(&a, 0, sizeof(a));
	author_key(&a, 50);
	author_open(&a, 51);
	/* A stranger's; another's name; our own; the number before. */
	forge_answer(&p, &a.head.feed, &a.feed_secret, number_of(&p.mlawa));
	CHECK_ERR(take(&p.mlawa, &p.f), WICI_END);
	forge_answer(&p, &p.cal.n->keys.feed, &a.feed_secret,
		     number_of(&p.mlawa));
	CHECK_ERR(take(&p.mlawa, &p.f), WICI_END);
	CHECK(is_rejected("signature"));
	forge_answer(&p, &p.mlawa.n->keys.feed, &p.mlawa.n->keys.feed_secret,
		     number_of(&p.mlawa));
	CHECK_ERR(take(&p.mlawa, &p.f), WICI_END);
	forge_answer(&p, &p.cal.n->keys.feed, &p.cal.n->keys.feed_secret,
		     number_of(&p.mlawa) + 1);
	CHECK_ERR(take(&p.mlawa, &p.f), WICI_END);
	CHECK(echo_is_waiting(p.mlawa.n));
	forge_answer(&p, &p.cal.n->keys.feed, &p.cal.n->keys.feed_secret,
		     number_of(&p.mlawa));
	CHECK_ERR(take(&p.mlawa, &p.f), WICI_END);
	CHECK(!echo_is_waiting(p.mlawa.n));
	end(&p);
}

TEST_MAIN(RUN(what_one_holds_the_other_takes_once),
	  RUN(a_longer_file_brings_what_the_shorter_one_had_not),
	  RUN(a_selection_has_who_admits_and_what_was_asked_for),
	  RUN(what_an_earlier_file_had_is_left_out_unless_it_was_another_chain),
	  RUN(a_day_says_from_which_entry_on),
	  RUN(cut_short_anywhere_what_was_read_is_right),
	  RUN(with_any_byte_changed_nothing_wrong_is_taken),
	  RUN(of_another_network_nothing_is_looked_at),
	  RUN(a_length_of_gigabytes_ends_it),
	  RUN(with_no_room_nothing_is_half_taken),
	  RUN(a_million_records_of_nothing_take_no_room),
	  RUN(runs_out_of_order_are_gaps_and_none_is_believed),
	  RUN(feeds_of_nobody_are_dropped_and_told),
	  RUN(the_own_feed_forged_ahead_is_not_taken),
	  RUN(a_branch_in_a_file_is_proven),
	  RUN(a_branch_that_nobody_signed_proves_nothing),
	  RUN(a_proof_that_comes_before_its_feed_is_not_lost),
	  RUN(a_bearer_is_answered_and_his_answer_holds),
	  RUN(answers_of_strangers_and_under_other_keys_say_nothing))
