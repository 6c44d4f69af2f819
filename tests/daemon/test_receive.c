/* tests/daemon/test_receive.c — What peers bring is hostile until it is
 * proven: nothing of it reaches the store before. */
#include "daemon/receive.h"

#include "proto/kinds/member.h"
#include "proto/open.h"
#include "tests/daemon/fixture.h"

static uint8_t run_buf[WICI_MESSAGE_LEN_MAX];

/* A founder, a member, and what the founder has written since. */
static void make_pair(struct fixture *a, struct fixture *b, int ahead)
{
	fixture_open(a);
	fixture_open(b);
	fixture_found(a, "CAL");
	fixture_join(a, b, "MOPS Mława");
	for (int i = 0; i < ahead; i++)
		fixture_practice(a, "Klub sąsiedzki");
}

static void drop_pair(struct fixture *a, struct fixture *b)
{
	fixture_drop(a);
	fixture_drop(b);
}

static struct wici_bytes run_of(struct fixture *a, uint64_t from, uint64_t to)
{
	struct wici_bytes run;

	CHECK_OK(node_read_run(a->n, &a->n->own->row.key, from, to, run_buf,
			       sizeof(run_buf), &run));
	return run;
}

TEST(a_run_is_taken_once_and_in_order)
{
	struct wici_head head;
	struct fixture a, b;
	uint64_t have;

	make_pair(&a, &b, 4);
	have = a.n->own->row.seq - 4;
	fixture_begin(&b);
	/* A gap, then what joins, then what is known, then half known. */
	CHECK_ERR(
		node_receive_run(b.n, 7, run_of(&a, have + 2, have + 3), &head),
		WICI_AGAIN);
	CHECK(head.seq == have);
	CHECK_OK(node_receive_run(b.n, 7, run_of(&a, have + 1, have + 2),
				  &head));
	CHECK(head.seq == have + 2);
	CHECK_ERR(
		node_receive_run(b.n, 7, run_of(&a, have + 1, have + 2), &head),
		WICI_END);
	CHECK_ERR(
		node_receive_run(b.n, 7, run_of(&a, have + 2, have + 4), &head),
		WICI_AGAIN);
	CHECK_OK(node_receive_run(b.n, 7, run_of(&a, have + 3, have + 4),
				  &head));
	fixture_end(&b);
	CHECK(b.heads == 1 && b.head_from == 7 && fixture_is_equal(&a, &b));
	drop_pair(&a, &b);
}

TEST(a_run_cut_or_changed_anywhere_is_refused_and_nothing_of_it_stays)
{
	struct wici_bytes run, bad;
	struct wici_head head;
	struct fixture a, b;
	uint8_t copy[2048];
	uint64_t have;
	int64_t last_n;

	make_pair(&a, &b, 2);
	have = a.n->own->row.seq - 2;
	run = run_of(&a, have + 1, have + 2);
	CHECK(run.len <= sizeof(copy));
	last_n = b.n->last_n;
	fixture_begin(&b);
	for (size_t i = 0; i < run.len; i++) {
		bad = (struct wici_bytes){run.p, i};
		CHECK(node_receive_run(b.n, 7, bad, &head) != WICI_OK);
		memcpy(copy, run.p, run.len);
		copy[i] ^= 0x04;
		bad = (struct wici_bytes){copy, run.len};
		CHECK(node_receive_run(b.n, 7, bad, &head) != WICI_OK);
	}
	memcpy(copy, run.p, run.len);
	copy[run.len] = 0; /* And with one byte too many. */
	bad = (struct wici_bytes){copy, run.len + 1};
	CHECK(node_receive_run(b.n, 7, bad, &head) != WICI_OK);
	CHECK(b.n->last_n == last_n && b.n->rejected > 0);
	CHECK_OK(node_receive_run(b.n, 7, run, &head));
	fixture_end(&b);
	CHECK(fixture_is_equal(&a, &b));
	drop_pair(&a, &b);
}

/* A feed with a feed.open by `identity`, in no store: its first run. */
static struct wici_bytes make_feed(const struct wici_id *network,
				   const uint8_t identity_seed[32],
				   uint8_t feed_byte, bool is_hash_alone,
				   uint8_t *buf, size_t max)
{
	struct wici_secret identity_secret, feed_secret;
	struct wici_key identity, feed;
	uint8_t seed[32] = {feed_byte, 77}, payload[300];
	struct wici_entry e = {.has_payload = true};
	struct wici_run_writer run;
	struct wici_mp_writer w;

	wici_key_pair(&identity, &identity_secret, identity_seed);
	wici_key_pair(&feed, &feed_secret, seed);
	wici_mp_writer_init(&w, payload, sizeof(payload));
	wici_open_write(&w, network, &feed, &identity, &identity_secret);
	CHECK_OK(wici_mp_written(&w, &e.payload));
	e.header.version = WICI_ENTRY_VERSION;
	e.header.kind = 1;
	e.header.seq = 1;
	e.header.feed = feed;
	wici_entry_sign(&e, network, &feed_secret);
	e.has_payload = !is_hash_alone;
	wici_run_writer_init(&run, buf, max, &feed, 1);
	CHECK_OK(wici_run_add(&run, &e));
	return wici_run_finish(&run);
}

TEST(a_strangers_feed_is_dropped_without_blame)
{
	uint8_t stranger[32] = {5}, buf[600];
	struct wici_key feed, identity;
	struct wici_head head;
	struct wici_bytes run;
	struct fixture a;

	fixture_open(&a);
	fixture_found(&a, "CAL");
	run = make_feed(&a.n->network, stranger, 1, false, buf, sizeof(buf));
	fixture_begin(&a);
	CHECK_ERR(node_receive_run(a.n, 7, run, &head), WICI_NOT_MEMBER);
	CHECK(head.seq == 0 && a.n->feeds.count == 1 && a.n->rejected == 0);
	/* Who connects is told apart, though he is none. */
	CHECK_ERR(node_check_open(a.n, run, &feed, &identity), WICI_NOT_MEMBER);
	CHECK(!wici_is_zero(identity.b, 32));
	fixture_end(&a);
	fixture_drop(&a);
}

TEST(another_networks_feed_is_refused)
{
	uint8_t stranger[32] = {5}, buf[600];
	struct wici_id other = {{1}};
	struct wici_key feed, identity;
	struct wici_head head;
	struct wici_bytes run;
	struct fixture a;

	fixture_open(&a);
	fixture_found(&a, "CAL");
	run = make_feed(&other, stranger, 1, false, buf, sizeof(buf));
	fixture_begin(&a);
	CHECK_ERR(node_receive_run(a.n, 7, run, &head), WICI_REJECT_OPEN);
	CHECK_ERR(node_check_open(a.n, run, &feed, &identity),
		  WICI_REJECT_OPEN);
	fixture_end(&a);
	CHECK(a.n->rejected == 1);
	fixture_drop(&a);
}

/* Admits an institution whose identity key we can sign with. */
static void admit(struct fixture *a, const uint8_t seed[32])
{
	struct wici_secret secret;
	struct wici_key identity;
	struct wici_head head;

	wici_key_pair(&identity, &secret, seed);
	fixture_begin(a);
	CHECK_OK(membership_admit(a->n, &identity, WICI_BYTES("MOPR Kielce"),
				  NULL, &head));
	fixture_end(a);
}

TEST(of_an_institutions_feeds_sixteen_count_and_not_many_more_are_kept)
{
	uint8_t seed[32] = {5}, buf[600];
	struct wici_head head;
	struct wici_bytes run;
	struct fixture a;

	fixture_open(&a);
	fixture_found(&a, "CAL");
	admit(&a, seed);
	fixture_begin(&a);
	for (uint8_t i = 1; i <= 65; i++) {
		run = make_feed(&a.n->network, seed, i, false, buf,
				sizeof(buf));
		CHECK(node_receive_run(a.n, 7, run, &head) ==
		      (i <= 64 ? WICI_OK : WICI_NOT_MEMBER));
	}
	fixture_end(&a);
	CHECK(a.n->feeds.count == 65 && a.n->rejected == 0);
	CHECK(a.n->feeds.heads_count == 17 && a.heads == 16);
	fixture_drop(&a);
}

/* Nobody hides a record by calling it erased. */
TEST(a_payload_that_is_missing_is_refused)
{
	uint8_t seed[32] = {5}, buf[600];
	struct wici_head head;
	struct wici_bytes run;
	struct fixture a;

	fixture_open(&a);
	fixture_found(&a, "CAL");
	admit(&a, seed);
	run = make_feed(&a.n->network, seed, 1, true, buf, sizeof(buf));
	fixture_begin(&a);
	CHECK(node_receive_run(a.n, 7, run, &head) != WICI_OK);
	fixture_end(&a);
	CHECK(a.n->feeds.count == 1 && a.n->rejected == 1);
	fixture_drop(&a);
}

TEST(what_does_not_fit_its_kind_is_taken_and_relayed)
{
	struct wici_kind kind = {.number = WICI_KIND_PRACTICE_PUBLISH};
	struct wici_head head;
	struct fixture a, b;

	make_pair(&a, &b, 0);
	fixture_begin(&a);
	CHECK_OK(publish_append(a.n, &kind, WICI_BYTES("\xc1nonsense"), &head));
	fixture_end(&a);
	fixture_carry(&a, &b);
	fixture_rest(&b);
	CHECK(fixture_is_equal(&a, &b));
	drop_pair(&a, &b);
}

/* Signs a run of entries of a feed whose key is known here; the signature of
 * entry `spoil` is no good, though later ones cover it. */
static struct wici_bytes spoiled_run(struct fixture *f, int count, int spoil,
				     const struct wici_kind *kind,
				     struct wici_bytes payload)
{
	struct wici_id prev = f->n->own->row.id;
	struct wici_run_writer w;

	wici_run_writer_init(&w, run_buf, sizeof(run_buf), &f->n->own->row.key,
			     f->n->own->row.seq + 1);
	for (int i = 0; i < count; i++) {
		struct wici_entry e = {.has_payload = true, .payload = payload};

		e.header.version = WICI_ENTRY_VERSION;
		e.header.kind =
			i == spoil ? kind->number : WICI_KIND_PRACTICE_PUBLISH;
		e.header.seq = f->n->own->row.seq + 1 + (uint64_t)i;
		e.header.feed = f->n->own->row.key;
		e.header.prev = prev;
		wici_entry_sign(&e, &f->n->network, &f->n->keys.feed_secret);
		if (i == spoil)
			e.sig.b[40] ^= 1;
		prev = wici_entry_id(&e.header, &e.sig);
		CHECK_OK(wici_run_add(&w, &e));
	}
	return wici_run_finish(&w);
}

TEST(an_admission_whose_own_signature_fails_admits_nobody)
{
	struct wici_key somebody = {{9}};
	struct wici_mp_writer w;
	struct wici_bytes payload, run;
	struct wici_head head;
	struct fixture a, b;
	uint8_t buf[200];
	size_t members;

	make_pair(&a, &b, 0);
	members = b.n->roster.members_count;
	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_mp_map(&w, 2);
	wici_mp_str(&w, "identity");
	wici_mp_bin(&w, somebody.b, 32);
	wici_mp_str(&w, "name");
	wici_mp_str(&w, "Nikt");
	CHECK_OK(wici_mp_written(&w, &payload));
	run = spoiled_run(&a, 3, 1, &wici_kind_member_admit, payload);
	fixture_begin(&b);
	CHECK_OK(node_receive_run(b.n, 7, run, &head)); /* It is covered. */
	fixture_end(&b);
	CHECK(b.n->roster.members_count == members);
	fixture_rest(&b);
	fixture_reopen(&b);
	CHECK(b.n->roster.members_count == members);
	/* Passing it on ends at a signature that holds. */
	CHECK_OK(node_read_run(b.n, &head.feed, head.seq - 2, head.seq - 1,
			       run_buf, sizeof(run_buf), &run));
	CHECK(wici_get_u16(run.p + 40) == 1);
	CHECK_ERR(node_read_run(b.n, &head.feed, head.seq - 1, head.seq - 1,
				run_buf, sizeof(run_buf), &run),
		  WICI_NOT_FOUND);
	drop_pair(&a, &b);
}

TEST(a_run_whose_last_signature_fails_is_the_senders_fault)
{
	struct wici_bytes payload = WICI_BYTES("\x80"), run;
	struct wici_head head;
	struct fixture a, b;

	make_pair(&a, &b, 0);
	run = spoiled_run(&a, 3, 2, &wici_kind_practice_publish, payload);
	fixture_begin(&b);
	CHECK_ERR(node_receive_run(b.n, 7, run, &head), WICI_REJECT_SIGNATURE);
	fixture_end(&b);
	CHECK(b.n->rejected == 1);
	drop_pair(&a, &b);
}

/* ---- statements ---- */

static struct wici_bytes founding_of(struct fixture *a)
{
	struct wici_range_set set = node_set(a->n, WICI_SPACE_STATEMENTS);
	struct wici_bytes bytes;
	struct wici_id id;

	CHECK(set.count == 1);
	memcpy(id.b, set.items[0].feed.b, WICI_ID_LEN);
	CHECK_OK(node_read_statement(a->n, &id, &bytes));
	return bytes;
}

TEST(a_statement_cut_or_changed_anywhere_changes_nothing)
{
	struct wici_token token;
	struct wici_bytes good, bad;
	struct fixture a, b;
	uint8_t copy[4096];

	fixture_open(&a);
	fixture_open(&b);
	fixture_found(&a, "CAL");
	fixture_identity(&b, "MOPS Mława");
	fixture_invite(&a, "MOPS Mława", &token);
	fixture_begin(&b);
	CHECK_OK(membership_join(b.n, &token, NULL));
	fixture_end(&b);
	good = founding_of(&a);
	fixture_begin(&b);
	for (size_t i = 0; i < good.len; i++) {
		bad = (struct wici_bytes){good.p, i};
		CHECK(node_receive_statement(b.n, 7, bad) != WICI_OK);
		memcpy(copy, good.p, good.len);
		copy[i] ^= 0x02;
		bad = (struct wici_bytes){copy, good.len};
		CHECK(node_receive_statement(b.n, 7, bad) != WICI_OK);
	}
	CHECK(b.n->roster.version == 0 && b.n->statements_count == 0);
	CHECK_OK(node_receive_statement(b.n, 7, good));
	CHECK(b.n->roster.version == 1);
	CHECK_ERR(node_receive_statement(b.n, 7, good), WICI_END);
	fixture_end(&b);
	CHECK(b.statements == 1 && b.rosters >= 1);
	fixture_drop(&a);
	fixture_drop(&b);
}

/* A change that names another registrar, by somebody who is not the root. */
TEST(a_change_that_the_root_has_not_approved_is_refused)
{
	static uint8_t body[2048], bytes[4096];
	struct wici_statement s = {.type = WICI_STATEMENT_CHANGE,
				   .sigs_count = 1};
	struct wici_secret secret;
	struct wici_head at = {.seq = 1};
	struct wici_mp_writer w;
	struct wici_bytes b;
	struct fixture a;
	struct wici_key key;
	uint8_t seed[32] = {5};

	fixture_open(&a);
	fixture_found(&a, "CAL");
	wici_key_pair(&key, &secret, seed);
	at.feed = key;
	wici_mp_writer_init(&w, body, sizeof(body));
	wici_change_begin(&w, &a.n->network, 1);
	wici_op_registrar(&w, &at, NULL, 0);
	wici_change_end(&w, &a.n->roster.id, 2);
	CHECK_OK(wici_mp_written(&w, &s.body));
	s.id = wici_hash_bytes(WICI_DOMAIN_CHANGE, s.body);
	wici_change_approve(&s.sigs[0], &a.n->network, &s.id, &key, &secret);
	wici_mp_writer_init(&w, bytes, sizeof(bytes));
	wici_statement_encode(&w, &s);
	CHECK_OK(wici_mp_written(&w, &b));
	fixture_begin(&a);
	CHECK_ERR(node_receive_statement(a.n, 7, b), WICI_REJECT_APPROVAL);
	fixture_end(&a);
	CHECK(a.n->roster.version == 1 && a.n->statements_count == 1);
	fixture_drop(&a);
}

TEST(a_read_only_node_takes_nothing_and_blames_nobody)
{
	struct wici_head head;
	struct fixture a, b;

	make_pair(&a, &b, 1);
	store_set_free_for_test(b.n->store, 0);
	fixture_rest(&b);
	fixture_begin(&b);
	CHECK_ERR(node_receive_run(
			  b.n, 7,
			  run_of(&a, a.n->own->row.seq, a.n->own->row.seq),
			  &head),
		  WICI_FULL);
	fixture_end(&b);
	CHECK(b.n->rejected == 0 && b.fatals == 0);
	drop_pair(&a, &b);
}

TEST_MAIN(
	RUN(a_run_is_taken_once_and_in_order),
	RUN(a_run_cut_or_changed_anywhere_is_refused_and_nothing_of_it_stays),
	RUN(a_strangers_feed_is_dropped_without_blame),
	RUN(another_networks_feed_is_refused),
	RUN(of_an_institutions_feeds_sixteen_count_and_not_many_more_are_kept),
	RUN(a_payload_that_is_missing_is_refused),
	RUN(what_does_not_fit_its_kind_is_taken_and_relayed),
	RUN(an_admission_whose_own_signature_fails_admits_nobody),
	RUN(a_run_whose_last_signature_fails_is_the_senders_fault),
	RUN(a_statement_cut_or_changed_anywhere_changes_nothing),
	RUN(a_change_that_the_root_has_not_approved_is_refused),
	RUN(a_read_only_node_takes_nothing_and_blames_nobody))
