/* tests/proto/test_proof_forged.c — Who would have a stranger believe more than
 * is so, and what comes of it: with others' files, with keys that count no
 * longer, with one key too few. */
#include "proto/proof.h"

#include "tests/proto/proofs.h"

static void drop(size_t i)
{
	f.count--;
	memmove(&f.records[i], &f.records[i + 1],
		(f.count - i) * sizeof(f.records[0]));
}

/* ---- nothing but files ---- */

/* Suspended at once, revoked from July on: whoever leaves out the suspension
 * has a file in which it still stands. */
TEST(an_act_left_out_is_not_made_up_for_by_a_later_one)
{
	size_t suspension;

	begin();
	suspension = f.count;
	suspend(&f, 3, &given, "2024-01-01");
	revoke(&f, 4, &given, "2024-07-01");
	word(WICI_CERT_REVOKED);
	CHECK(judge(&j, &f) == WICI_STATUS_SUSPENDED);
	drop(suspension);
	CHECK(judge(&j, &f) == WICI_STATUS_STALE);
}

/* Lifted, and revoked once more: with the announcement of the first alone. */
TEST(what_was_taken_back_does_not_hide_what_came_then)
{
	struct said s;

	begin();
	revoke(&f, 3, &given, "2025-01-01");
	s = said_of(3, &given, WICI_CERT_REVOKED);
	s.restored = 3;
	word_of(&given, 3, &s);
	CHECK(judge(&j, &f) == WICI_STATUS_STALE);
}

TEST(an_older_word_counts_for_its_own_time_only)
{
	struct said s;

	begin();
	s = said_of(3, &given, WICI_CERT_GRANTED);
	word_at(20, "2024-06-01", &given, 3, &s);
	CHECK(judge(&j, &f) == WICI_STATUS_STALE); /* 14 days. */
	CHECK(judge_on(&j, &f, "2024-06-07", noon("2024-06-07")) ==
	      WICI_STATUS_VALID);
	/* Not beside the newer one, nor the act that came between. */
	s = said_of(3, &given, WICI_CERT_REVOKED);
	put_beacon(&f, ISSUING, 30, noon("2024-06-06"), &s);
	CHECK(judge_on(&j, &f, "2024-06-07", noon("2024-06-07")) ==
	      WICI_STATUS_REVOKED);
	f.count--;
	suspend(&f, 21, &given, "2025-01-01");
	CHECK(judge_on(&j, &f, "2024-06-07", noon("2024-06-07")) ==
	      WICI_STATUS_STALE);
	CHECK(tells(&j, "beacon", "unlisted "));
}

/* The issuer has given the index away before, or corrected the grant. */
TEST(another_grant_under_its_index_is_not_it)
{
	struct wici_id other = id_of(77);
	struct said s;

	begin();
	s = said_of(3, &other, WICI_CERT_GRANTED);
	word_of(&given, 3, &s);
	CHECK(judge(&j, &f) == WICI_STATUS_STALE);
	CHECK(tells(&j, "beacon", "unlisted "));
	f.count--;
	put_about(&f, &given, 4, &s); /* Another one's path. */
	CHECK(judge(&j, &f) == WICI_STATUS_STALE);
	begin();
	put_grant(&f, &(struct granting){.feed = ISSUING,
					 .seq = 4,
					 .index = LEAVES,
					 .supersedes = &given});
	word(WICI_CERT_GRANTED);
	CHECK(judge(&j, &f) == WICI_STATUS_STALE);
}

/* The same keys in another network: a test one, a copy. */
TEST(entries_and_changes_of_another_network_are_nothing_here)
{
	static struct proof_file other;
	struct wici_issuer list[1] = {row("osl", ISSUING)};
	struct wici_key issuing = pair(ISSUING).key;
	size_t statements = 1;

	begin();
	word(WICI_CERT_GRANTED);
	CHECK(judge(&j, &f) == WICI_STATUS_VALID);
	founded(&other, 2, list, 1);
	CHECK_ERR(read_records(&j, &f, &other.n.id), WICI_REJECT_NETWORK);
	for (size_t i = statements; i < f.count; i++)
		other.records[other.count++] = f.records[i];
	CHECK(judge(&j, &other) == WICI_STATUS_BAD_SIGNATURE);
	/* The beacon alone, or the registrar's word, from there. */
	for (size_t i = 0; i < f.count; i++) {
		struct proof_file mixed = f;
		struct wici_entry e = {.has_payload = true};
		struct wici_bytes b = bytes_of(&f.records[i]);

		if (f.records[i].type != WICI_BUNDLE_ENTRY)
			continue;
		wici_header_decode(&e.header, b.p);
		memcpy(e.salt.b, b.p + 184, 16);
		e.payload = (struct wici_bytes){b.p + 200, b.len - 200};
		if (e.header.kind == WICI_KIND_MEMBER_ADMIT)
			continue; /* A name the less. */
		put_signed(&mixed,
			   wici_key_equal(&e.header.feed, &issuing) ? ISSUING
								    : REGISTRAR,
			   &other.n.id, &e);
		mixed.records[i] = mixed.records[--mixed.count];
		CHECK(judge(&j, &mixed) != WICI_STATUS_VALID);
	}
}

/* ---- keys that never counted ---- */

TEST(a_members_own_key_grants_confirms_and_witnesses_nothing)
{
	struct wici_id own;
	struct said s;

	begin();
	own = put_grant(
		&f, &(struct granting){.feed = HOLDER, .seq = 2, .index = 3});
	s = said_of(3, &own, WICI_CERT_GRANTED);
	word_of(&own, 3, &s);
	CHECK(judge(&j, &f) == WICI_STATUS_UNKNOWN_ISSUER);
	/* A beacon of his, for his suspended certificate. */
	begin();
	s = said_of(3, &given, WICI_CERT_GRANTED);
	put_beacon(&f, HOLDER, 90, noon("2024-06-14"), &s);
	put_about(&f, &given, 3, &s);
	CHECK(judge(&j, &f) == WICI_STATUS_STALE);
	/* A reinstatement. */
	begin();
	suspend(&f, 3, &given, "2024-01-01");
	put_act(&f, WICI_KIND_CERTIFICATE_REINSTATE, HOLDER, 4, &given,
		"2024-01-01");
	word(WICI_CERT_GRANTED);
	CHECK(judge(&j, &f) == WICI_STATUS_SUSPENDED);
	/* Nor does he say what another is called. */
	begin();
	f.count -= 2;
	put_admission(&f, HOLDER, 3, HOLDER, "Ministerstwo");
	put_grant(&f,
		  &(struct granting){.feed = ISSUING, .seq = 2, .index = 3});
	word(WICI_CERT_GRANTED);
	CHECK(judge(&j, &f) == WICI_STATUS_VALID);
	CHECK(!member(&j.o.roster, HOLDER));
}

/* What the registrar's feed says first holds, in whatever order it stands. */
TEST(a_second_admission_gives_no_other_name)
{
	begin();
	put_admission(&f, REGISTRAR, 7, HOLDER, "Ministerstwo");
	word(WICI_CERT_GRANTED);
	for (int i = 0; i < 2; i++) {
		struct record r = f.records[2];

		CHECK(judge(&j, &f) == WICI_STATUS_VALID);
		CHECK(strcmp(member(&j.o.roster, HOLDER)->name,
			     "MOPS w Mławie") == 0);
		f.records[2] = f.records[4];
		f.records[4] = r;
	}
}

/* ---- keys that count no longer ---- */

/* A stolen laptop, whose feed the root has cut: grants up to the cut, as if
 * they had been there. The feed that goes on does not list them. */
TEST(a_closed_feeds_key_grants_nothing_afterwards)
{
	struct wici_id forged;
	struct said s;

	begin();
	forged = put_grant(
		&f, &(struct granting){.feed = CLOSED, .seq = 4, .index = 3});
	s = said_of(3, &given, WICI_CERT_GRANTED);
	word_of(&forged, 3, &s);
	CHECK(judge(&j, &f) == WICI_STATUS_STALE);
	/* Nor does its own beacon count, by whatever root. */
	s = said_of(3, &forged, WICI_CERT_GRANTED);
	put_beacon(&f, CLOSED, 5, noon("2024-06-14"), &s);
	CHECK(judge(&j, &f) != WICI_STATUS_VALID);
}

/* A file from before the root took the right away: beacons as fresh as he
 * likes, but nobody else's word. */
TEST(a_former_issuer_is_given_away_by_the_witnesses)
{
	static struct proof_file newer;
	struct wici_issuer list[1] = {row("osl", 40)};
	struct wici_head head = {pair(ISSUING).key, 19, id_of(1)};
	struct said s;

	begin_in(ISSUING, 2);
	newer = f;
	s = said_of(3, &given, WICI_CERT_GRANTED);
	put_beacon(&f, ISSUING, 50, noon("2024-06-14"), &s);
	put_about(&f, &given, 3, &s);
	restate(&newer, list, 1);
	for (uint8_t i = 0; i < 3; i++) {
		put_witness(&f, (uint8_t)(WITNESS + i), 4, noon("2024-05-01"),
			    &head);
		CHECK(judge(&j, &f) == WICI_STATUS_STALE);
	}
	CHECK(tells(&j, "witness", "0/2 old"));
	for (uint8_t i = 0; i < 3; i++) {
		put_witness(&newer, (uint8_t)(WITNESS + i), 5,
			    noon("2024-06-14"), &head);
		f.records[f.count++] = newer.records[newer.count - 1];
	}
	CHECK(judge(&j, &f) == WICI_STATUS_STALE);
	CHECK(tells(&j, "witness", "0/2 roster"));
}

/* Entries below the cut can be made by who has the key, at any time. */
TEST(of_a_feed_that_the_root_has_cut_nothing_is_fresh)
{
	struct wici_feed_row cut = feed_row(ISSUING, 40, false);
	struct wici_head head = {pair(ISSUING).key, 19, id_of(1)};
	struct made m;
	struct said s;

	begin();
	made_begin(&m, &f.n.id, 1);
	wici_op_feeds(&m.w, &cut, 1);
	put_change(&f, &m);
	s = said_of(3, &given, WICI_CERT_GRANTED);
	word_at(30, "2024-06-14", &given, 3, &s);
	CHECK(judge(&j, &f) == WICI_STATUS_STALE);
	CHECK(tells(&j, "beacon", "none"));
	/* The same of a witness's. */
	begin_in(ISSUING, 1);
	cut = feed_row(WITNESS, 40, false);
	made_begin(&m, &f.n.id, 1);
	wici_op_feeds(&m.w, &cut, 1);
	put_change(&f, &m);
	word(WICI_CERT_GRANTED);
	put_witness(&f, WITNESS, 20, noon("2024-06-14"), &head);
	CHECK(judge(&j, &f) == WICI_STATUS_STALE);
	CHECK(tells(&j, "witness", "0/1 none"));
	put_witness(&f, WITNESS + 1, 20, noon("2024-06-14"), &head);
	CHECK(judge(&j, &f) == WICI_STATUS_VALID);
}

static void suspend_member(uint8_t identity)
{
	struct wici_key key = pair(identity).key;
	struct made m;

	made_begin(&m, &f.n.id, 1);
	wici_op_member(&m.w, WICI_OP_SUSPEND, &key, NULL, NULL, 0);
	put_change(&f, &m);
}

TEST(one_witness_is_one_however_often_he_speaks)
{
	struct wici_head head = {pair(ISSUING).key, 19, id_of(1)};

	begin_in(ISSUING, 2);
	word(WICI_CERT_GRANTED);
	for (uint64_t seq = 4; seq < 12; seq++)
		put_witness(&f, WITNESS, seq, noon("2024-06-14"), &head);
	CHECK(judge(&j, &f) == WICI_STATUS_STALE);
	CHECK(tells(&j, "witness", "1/2"));
	/* A suspended one is none. */
	put_witness(&f, WITNESS + 1, 4, noon("2024-06-14"), &head);
	CHECK(judge(&j, &f) == WICI_STATUS_VALID);
	suspend_member(WITNESS + 11);
	CHECK(judge(&j, &f) == WICI_STATUS_STALE);
}

/* Two of three are needed: one retired key does not speak for the root, and
 * two that were replaced do not where their successors have spoken since. */
TEST(a_retired_root_key_undoes_nothing)
{
	struct wici_key keys[3] = {pair(101).key, pair(104).key, pair(105).key};
	struct wici_issuer list[1] = {row("osl", 40)};
	struct wici_issuer mine[1] = {row("osl", ISSUING)};
	struct wici_policy policy;
	struct made m;

	CHECK_OK(wici_policy_init(&policy, keys, 3, 2));
	policy.version = 2;
	for (int by_two = 0; by_two < 2; by_two++) {
		begin();
		made_begin(&m, &f.n.id, 2);
		wici_op_issuers(&m.w, "2027-12-31", list, 1);
		wici_op_policy(&m.w, &policy);
		put_change_by(&f, &m, (const uint8_t[]){101, 102, 104, 0});
		made_begin(&m, &f.n.id, 1);
		wici_op_issuers(&m.w, "2099-12-31", mine, 1);
		put_change_by(&f, &m,
			      by_two ? (const uint8_t[]){102, 103, 0}
				     : (const uint8_t[]){101, 0});
		word(WICI_CERT_GRANTED);
		CHECK(judge(&j, &f) == WICI_STATUS_UNKNOWN_ISSUER);
	}
}

/* A rival of the change that replaced them is a rival, not a successor. */
TEST(replaced_root_keys_can_only_dispute)
{
	struct wici_key keys[3] = {pair(101).key, pair(104).key, pair(105).key};
	struct wici_issuer mine[1] = {row("osl", ISSUING)};
	struct wici_policy policy;
	struct wici_id before;
	struct made m;

	CHECK_OK(wici_policy_init(&policy, keys, 3, 2));
	policy.version = 2;
	begin();
	before = f.last;
	made_begin(&m, &f.n.id, 1);
	wici_op_policy(&m.w, &policy);
	put_change_by(&f, &m, (const uint8_t[]){101, 102, 104, 0});
	f.last = before;
	f.version--;
	made_begin(&m, &f.n.id, 1);
	wici_op_issuers(&m.w, "2099-12-31", mine, 1);
	put_change_by(&f, &m, (const uint8_t[]){102, 103, 0});
	word(WICI_CERT_GRANTED);
	CHECK(judge(&j, &f) == WICI_STATUS_DISPUTED);
}

TEST_MAIN(RUN(an_act_left_out_is_not_made_up_for_by_a_later_one),
	  RUN(what_was_taken_back_does_not_hide_what_came_then),
	  RUN(an_older_word_counts_for_its_own_time_only),
	  RUN(another_grant_under_its_index_is_not_it),
	  RUN(entries_and_changes_of_another_network_are_nothing_here),
	  RUN(a_members_own_key_grants_confirms_and_witnesses_nothing),
	  RUN(a_second_admission_gives_no_other_name),
	  RUN(a_closed_feeds_key_grants_nothing_afterwards),
	  RUN(a_former_issuer_is_given_away_by_the_witnesses),
	  RUN(of_a_feed_that_the_root_has_cut_nothing_is_fresh),
	  RUN(one_witness_is_one_however_often_he_speaks),
	  RUN(a_retired_root_key_undoes_nothing),
	  RUN(replaced_root_keys_can_only_dispute))
