/* tests/proto/test_proof.c — What an honest proof file says of a certificate, in
 * the cases of the table of verdicts. Damage is in test_proof_damage.c, forgers
 * in test_proof_forged.c and test_proof_choices.c. */
#include "proto/proof.h"

#include "tests/proto/proofs.h"

static bool not_checked(const char *what)
{
	for (size_t i = 0; j.a.verdict.not_checked[i]; i++)
		if (strcmp(j.a.verdict.not_checked[i], what) == 0)
			return true;
	return false;
}

/* ---- honest files ---- */

TEST(a_granted_certificate_is_valid_as_of_the_older_word)
{
	begin();
	word(WICI_CERT_GRANTED);
	CHECK(judge(&j, &f) == WICI_STATUS_VALID);
	CHECK(j.a.verdict.as_of_ms == noon("2024-06-13"));
	CHECK(strcmp(member(&j.o.roster, HOLDER)->name, "MOPS w Mławie") == 0);
	CHECK(not_checked("chain") && not_checked("witness"));
	CHECK(judge_on(&j, &f, "2021-12-31", noon("2024-06-15")) ==
	      WICI_STATUS_NOT_YET_VALID);
	CHECK(judge_on(&j, &f, "2027-01-01", noon("2024-06-15")) ==
	      WICI_STATUS_EXPIRED);
	CHECK(judge_on(&j, &f, "2023-06-15", noon("2024-06-15")) ==
	      WICI_STATUS_VALID);
}

TEST(a_word_grows_old_and_one_of_a_time_to_come_is_none)
{
	begin();
	word(WICI_CERT_GRANTED);
	CHECK(judge_on(&j, &f, "2024-06-20", noon("2024-06-20")) ==
	      WICI_STATUS_VALID);
	CHECK(judge_on(&j, &f, "2024-06-21", noon("2024-06-21")) ==
	      WICI_STATUS_STALE);
	CHECK(tells(&j, "registrar", "old"));
	CHECK(judge_on(&j, &f, "2024-06-22", noon("2024-06-22")) ==
	      WICI_STATUS_STALE);
	CHECK(tells(&j, "beacon", "old "));
	CHECK(judge_on(&j, &f, "2024-06-12", noon("2024-06-12")) ==
	      WICI_STATUS_STALE);
	CHECK(tells(&j, "beacon", "ahead ") && tells(&j, "registrar", "ahead"));
	CHECK(judge_on(&j, &f, "2026-06-15", noon("2028-01-01")) ==
	      WICI_STATUS_STALE);
	CHECK(tells(&j, "issuers_list", "2027-12-31"));
}

TEST(what_was_done_to_it_is_told)
{
	begin();
	suspend(&f, 3, &given, "2024-01-01");
	word(WICI_CERT_SUSPENDED);
	CHECK(judge(&j, &f) == WICI_STATUS_SUSPENDED);
	CHECK(tells(&j, "suspension", "2024-01-01"));
	begin();
	revoke(&f, 3, &given, "2024-01-01");
	word(WICI_CERT_REVOKED);
	CHECK(judge(&j, &f) == WICI_STATUS_REVOKED);
	CHECK(tells(&j, "revocation", "2024-01-01"));
	/* Without the act the issuer's word says it, though not since when. */
	begin();
	word(WICI_CERT_REVOKED);
	CHECK(judge(&j, &f) == WICI_STATUS_REVOKED);
	CHECK(tells(&j, "revocation", "beacon"));
	begin();
	revoke_by_root(&f, &given, "2024-01-01");
	word(WICI_CERT_REVOKED);
	CHECK(judge(&j, &f) == WICI_STATUS_REVOKED && j.a.certificate.by_root);
}

/* What came between suspension and reinstatement may not be all of it. */
TEST(a_reinstated_one_is_valid_since_and_not_known_before)
{
	struct said s;

	begin();
	suspend(&f, 3, &given, "2023-01-01");
	reinstate(&f, 4, &given, "2023-02-01");
	s = said_of(3, &given, WICI_CERT_GRANTED);
	s.restored = 3;
	word_of(&given, 3, &s);
	CHECK(judge(&j, &f) == WICI_STATUS_VALID);
	CHECK(judge_on(&j, &f, "2023-01-15", noon("2024-06-15")) ==
	      WICI_STATUS_SUSPENDED);
	CHECK(judge_on(&j, &f, "2024-01-01", noon("2024-06-15")) ==
	      WICI_STATUS_STALE);
	CHECK(tells(&j, "beacon", "history "));
}

/* Announced for a later day: an earlier act might be told by nothing but its
 * record, so that up to then it is not known. */
TEST(what_ends_later_is_not_known_to_be_valid_until_then)
{
	begin();
	revoke(&f, 3, &given, "2024-07-01");
	word(WICI_CERT_REVOKED);
	CHECK(judge(&j, &f) == WICI_STATUS_STALE);
	CHECK(tells(&j, "beacon", "history "));
	CHECK(tells(&j, "revocation", "2024-07-01"));
	CHECK(judge_on(&j, &f, "2024-07-01", noon("2024-06-15")) ==
	      WICI_STATUS_REVOKED);
}

TEST(a_corrected_one_is_told_by_both_ids)
{
	struct wici_id newer;
	struct said s;

	for (int i = 0; i < 2; i++) {
		begin();
		newer = put_grant(&f, &(struct granting){.feed = ISSUING,
							 .seq = 5,
							 .index = 6,
							 .until = "2025",
							 .supersedes = &given});
		s = said_of(6, &newer, WICI_CERT_GRANTED);
		says(&s, 3, NULL, WICI_CERT_NONE);
		word_of(i ? &newer : &given, 6, &s);
		CHECK(judge(&j, &f) == WICI_STATUS_VALID);
		CHECK(wici_id_equal(&j.a.certificate.grant->id, &newer));
		CHECK(judge_on(&j, &f, "2026-01-01", noon("2024-06-15")) ==
		      WICI_STATUS_EXPIRED);
	}
}

TEST(a_renewal_is_a_certificate_of_its_own)
{
	struct wici_id newer;
	struct said s;

	begin();
	newer = put_grant(&f, &(struct granting){.feed = ISSUING,
						 .seq = 5,
						 .index = 6,
						 .previous = &given});
	revoke(&f, 6, &given, "2024-01-01");
	s = said_of(6, &newer, WICI_CERT_GRANTED);
	says(&s, 3, &given, WICI_CERT_REVOKED);
	word_of(&newer, 6, &s);
	CHECK(judge(&j, &f) == WICI_STATUS_VALID);
}

TEST(one_of_a_feed_that_was_closed_since_stands)
{
	begin_in(CLOSED, 0);
	word(WICI_CERT_GRANTED);
	CHECK(judge(&j, &f) == WICI_STATUS_VALID);
}

/* Of three named, two are needed; the registrar's word is none then. */
TEST(enough_witnesses_have_to_agree)
{
	for (uint8_t count = 0; count <= 3; count++) {
		struct wici_head head = {pair(ISSUING).key, 19, id_of(1)};

		begin_in(ISSUING, 2);
		word(WICI_CERT_GRANTED);
		for (uint8_t i = 0; i < count; i++)
			put_witness(&f, (uint8_t)(WITNESS + i), 4,
				    noon("2024-06-14"), &head);
		CHECK(judge(&j, &f) ==
		      (count < 2 ? WICI_STATUS_STALE : WICI_STATUS_VALID));
		CHECK(!not_checked("witness") && not_checked("chain"));
	}
	CHECK(tells(&j, "witness", "3/2 2024-06-14"));
}

TEST(what_the_witnesses_know_better_is_told)
{
	static const struct {
		uint64_t seq;
		const char *code;
	} rows[] = {{21, "0/2 behind"}, {20, "0/2 split"}, {0, "0/2 unnamed"}};

	for (size_t i = 0; i < 3; i++) {
		struct wici_head head = {pair(ISSUING).key, rows[i].seq,
					 id_of(1)};

		begin_in(ISSUING, 2);
		word(WICI_CERT_GRANTED);
		for (uint8_t k = 0; k < 3; k++)
			put_witness(&f, (uint8_t)(WITNESS + k), 4,
				    noon("2024-06-14"),
				    head.seq ? &head : NULL);
		CHECK(judge(&j, &f) == WICI_STATUS_STALE);
		CHECK(tells(&j, "witness", rows[i].code));
	}
}

TEST(a_newer_version_is_needed_and_said)
{
	struct wici_entry e = entry_of(ISSUING, 12, 4000, WICI_BYTES("\x80"));
	struct made m;

	begin();
	word(WICI_CERT_GRANTED);
	put_signed(&f, ISSUING, &f.n.id, &e);
	CHECK(judge(&j, &f) == WICI_STATUS_VALID);
	e.header.flags = WICI_FLAG_CRITICAL;
	e.header.seq = 13;
	put_signed(&f, ISSUING, &f.n.id, &e);
	CHECK(judge(&j, &f) == WICI_STATUS_STALE);
	CHECK(tells(&j, "version", "newer_needed"));
	begin();
	word(WICI_CERT_GRANTED);
	made_begin(&m, &f.n.id, 1);
	unknown_op(&m.w, 100);
	put_change(&f, &m);
	CHECK(judge(&j, &f) == WICI_STATUS_STALE);
}

TEST(of_an_issuer_of_no_more_it_is_not_confirmed)
{
	struct wici_issuer list[1] = {row("osl", 40)};

	begin();
	word(WICI_CERT_GRANTED);
	restate(&f, list, 1);
	CHECK(judge(&j, &f) == WICI_STATUS_UNKNOWN_ISSUER);
	begin_in(CLOSED, 0);
	word(WICI_CERT_GRANTED);
	given = put_grant(
		&f, &(struct granting){.feed = CLOSED, .seq = 6, .index = 4});
	f.records[f.count - 2] = f.records[f.count - 1];
	f.count--;
	put_about(&f, &given, 4, &(struct said){.restored = -1});
	CHECK(judge(&j, &f) == WICI_STATUS_UNKNOWN_ISSUER);
}

/* ---- disputes ---- */

TEST(two_entries_in_one_place_dispute_it)
{
	struct wici_id other = id_of(1);

	begin();
	word(WICI_CERT_GRANTED);
	put_act(&f, WICI_KIND_CERTIFICATE_SUSPEND, ISSUING, 20, &other,
		"2024-01-01");
	CHECK(judge(&j, &f) == WICI_STATUS_DISPUTED);
	/* Another one than the root names, in the feed that was closed. */
	begin();
	word(WICI_CERT_GRANTED);
	put_act(&f, WICI_KIND_CERTIFICATE_SUSPEND, CLOSED, 5, &other,
		"2024-01-01");
	CHECK(judge(&j, &f) == WICI_STATUS_DISPUTED);
	CHECK(tells(&j, "dispute", "issuing_feed"));
}

TEST(a_proof_of_a_fork_disputes_it_unless_the_root_has_spoken)
{
	begin();
	word(WICI_CERT_GRANTED);
	put_fork(HOLDER, 7); /* Of no feed that issues. */
	put_fork(CLOSED, 4); /* Below what the root names. */
	CHECK(judge(&j, &f) == WICI_STATUS_VALID);
	put_fork(ISSUING, 19);
	CHECK(judge(&j, &f) == WICI_STATUS_DISPUTED);
}

TEST(a_root_of_two_minds_disputes_it)
{
	struct wici_issuer list[1] = {row("osl", ISSUING)};
	struct wici_id before;

	begin();
	word(WICI_CERT_GRANTED);
	before = f.last;
	restate(&f, list, 1);
	f.last = before;
	f.version--;
	name_witnesses(&f, 1);
	CHECK(judge(&j, &f) == WICI_STATUS_DISPUTED);
	CHECK(tells(&j, "dispute", "root_fork"));
}

TEST_MAIN(RUN(a_granted_certificate_is_valid_as_of_the_older_word),
	  RUN(a_word_grows_old_and_one_of_a_time_to_come_is_none),
	  RUN(what_was_done_to_it_is_told),
	  RUN(a_reinstated_one_is_valid_since_and_not_known_before),
	  RUN(what_ends_later_is_not_known_to_be_valid_until_then),
	  RUN(a_corrected_one_is_told_by_both_ids),
	  RUN(a_renewal_is_a_certificate_of_its_own),
	  RUN(one_of_a_feed_that_was_closed_since_stands),
	  RUN(enough_witnesses_have_to_agree),
	  RUN(what_the_witnesses_know_better_is_told),
	  RUN(a_newer_version_is_needed_and_said),
	  RUN(of_an_issuer_of_no_more_it_is_not_confirmed),
	  RUN(two_entries_in_one_place_dispute_it),
	  RUN(a_proof_of_a_fork_disputes_it_unless_the_root_has_spoken),
	  RUN(a_root_of_two_minds_disputes_it))
