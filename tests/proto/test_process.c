/* tests/proto/test_process.c — Processes as they are lived. */
#include "proto/process.h"

#include "proto/kinds/application.h"
#include "proto/kinds/certificate.h"
#include "proto/kinds/charge.h"
#include "proto/kinds/practice.h"
#include "proto/kinds/visit.h"
#include "tests/proto/story.h"

/* --- visits --------------------------------------------------------------------- */

static struct story proposed(void)
{
	struct story s = {.process = &wici_process_visit, .today = 20000};

	SAY(&s, GUEST, VISIT_PROPOSE, .date = "2027-03-01");
	return s;
}

TEST(a_visit_from_its_proposal_to_its_report)
{
	struct story s = proposed();
	uint8_t id;

	IS(&s, "proposed");
	CHECK(owes(&s, WICI_SECOND, WICI_KIND_VISIT_ANSWER));
	CHECK(!owes(&s, WICI_FIRST, WICI_KIND_VISIT_ANSWER));
	CHECK(s.o.has_day && s.o.day == day("2027-03-01"));
	id = SAY(&s, HOST, VISIT_ANSWER, .word = "accept", .after = 1);
	IS(&s, "accepted");
	CHECK(owes(&s, WICI_SECOND, WICI_KIND_VISIT_AGENDA));
	CHECK(!owes(&s, WICI_SECOND, WICI_KIND_VISIT_HOLD));
	id = SAY(&s, HOST, VISIT_AGENDA, .after = id);
	IS(&s, "agreed");
	CHECK(s.o.owed_count == 0);
	s.today = day("2027-03-01");
	IS(&s, "agreed");
	CHECK(owes(&s, WICI_FIRST, WICI_KIND_VISIT_HOLD));
	id = SAY(&s, GUEST, VISIT_HOLD, .after = id, .date = "2027-03-02");
	IS(&s, "held_guest");
	CHECK(s.o.owed_count == 1);
	id = SAY(&s, HOST, VISIT_HOLD, .after = id);
	IS(&s, "held");
	CHECK(s.o.day == day("2027-03-02"));
	CHECK(owes(&s, WICI_FIRST, WICI_KIND_VISIT_FEEDBACK));
	SAY(&s, GUEST, VISIT_FEEDBACK, .after = id);
	SAY(&s, HOST, VISIT_REPORT, .after = id, .date = "2027-03-02");
	SAY(&s, GUEST, PRACTICE_ADOPT, .after = id, .word = "planned");
	SAY(&s, GUEST, VISIT_EVALUATE, .after = id);
	IS(&s, "held");
	CHECK(s.o.owed_count == 0);
	for (uint8_t i = 1; i <= s.n; i++)
		WHY(&s, i, "");
}

TEST(a_date_is_moved_to_and_fro)
{
	struct story s = proposed();
	uint8_t id = SAY(&s, HOST, VISIT_ANSWER, .word = "date",
			 .date = "2027-04-01", .after = 1);

	IS(&s, "countered");
	CHECK(owes(&s, WICI_FIRST, WICI_KIND_VISIT_ANSWER));
	CHECK(s.o.day == day("2027-04-01"));
	id = SAY(&s, GUEST, VISIT_ANSWER, .word = "date", .date = "2027-04-08",
		 .after = id);
	IS(&s, "proposed");
	id = SAY(&s, HOST, VISIT_ANSWER, .word = "accept", .after = id);
	IS(&s, "accepted");
	CHECK(s.o.day == day("2027-04-08"));
	id = SAY(&s, HOST, VISIT_AGENDA, .after = id);
	SAY(&s, GUEST, VISIT_ANSWER, .word = "date", .date = "2027-05-01",
	    .after = id);
	IS(&s, "proposed");
	CHECK(owes(&s, WICI_SECOND, WICI_KIND_VISIT_ANSWER));
}

/* The guest moves the date while the host accepts the old one. */
TEST(nobody_has_agreed_to_a_date_he_never_saw)
{
	struct story s = proposed();
	uint8_t accept =
		SAY(&s, HOST, VISIT_ANSWER, .word = "accept", .after = 1);
	uint8_t moved = SAY(&s, GUEST, VISIT_ANSWER, .word = "date",
			    .date = "2027-06-01", .after = 1);

	IS(&s, "proposed");
	WHY(&s, accept, "overtaken");
	WHY(&s, moved, "");
	CHECK(s.o.day == day("2027-06-01"));
	CHECK(s.o.head.b[31] == moved);
}

TEST(of_two_answers_that_cross_a_refusal_wins)
{
	struct story s = proposed();
	uint8_t a = SAY(&s, HOST, VISIT_ANSWER, .word = "accept", .after = 1);
	uint8_t d = SAY(&s, HOST, VISIT_ANSWER, .word = "decline", .after = 1,
			.seq = 1);

	/* From one feed: what was said first stands first. */
	IS(&s, "declined");
	s.acts[2].feed.b[0] = 9; /* Another installation of the host's. */
	IS(&s, "declined");
	WHY(&s, a, "not_allowed");
	WHY(&s, d, "");
}

/* The guest cancelled on the train, and the message arrives a month later. */
TEST(what_both_have_stated_as_held_is_final)
{
	struct story s = proposed();
	uint8_t id = SAY(&s, HOST, VISIT_ANSWER, .word = "accept", .after = 1);

	SAY(&s, HOST, VISIT_HOLD, .after = id);
	SAY(&s, GUEST, VISIT_HOLD, .after = id);
	IS(&s, "held");
	SAY(&s, GUEST, VISIT_CANCEL, .after = 1, .seq = 11);
	IS(&s, "held");
	SAY(&s, HOST, VISIT_CANCEL, .after = id);
	IS(&s, "held");
}

TEST(strangers_and_the_wrong_side_move_nothing)
{
	struct story s = proposed();
	uint8_t third =
		SAY(&s, THIRD, VISIT_ANSWER, .word = "accept", .after = 1);
	uint8_t guest =
		SAY(&s, GUEST, VISIT_ANSWER, .word = "accept", .after = 1);
	uint8_t early =
		SAY(&s, HOST, VISIT_REPORT, .after = 1, .date = "2027-03-01");

	IS(&s, "proposed");
	WHY(&s, third, "not_party");
	WHY(&s, guest, "not_allowed");
	WHY(&s, early, "not_allowed");
}

TEST(what_does_not_count_moves_nothing)
{
	struct story s = proposed();

	SAY(&s, HOST, VISIT_ANSWER, .word = "accept", .after = 1);
	s.acts[1].standing = WICI_VOID_CUT;
	IS(&s, "proposed");
	WHY(&s, 2, "void_cut");
	s.acts[0].standing = WICI_ERASED;
	IS(&s, "none");
	CHECK(!s.o.has_side[0] && s.o.owed_count == 0);
}

TEST(a_report_alone_tells_of_a_visit)
{
	struct story s = {.process = &wici_process_visit};

	SAY(&s, HOST, VISIT_REPORT, .date = "2015-10-22");
	IS(&s, "told");
	CHECK(s.o.has_side[1] && s.o.sides[0].b[0] == GUEST &&
	      s.o.sides[1].b[0] == HOST);
}

/* --- certification ---------------------------------------------------------------- */

TEST(an_application_is_refused_appealed_and_granted)
{
	struct story s = {.process = wici_kind_application_submit.process};
	uint8_t id = SAY(&s, GUEST, APPLICATION_SUBMIT, .date = "2027-01-10");

	IS(&s, "submitted");
	CHECK(owes(&s, WICI_SECOND, WICI_KIND_APPLICATION_APPOINT));
	id = SAY(&s, HOST, APPLICATION_APPOINT, .after = id);
	SAY(&s, HOST, APPLICATION_INSPECT, .after = id);
	IS(&s, "review");
	id = SAY(&s, HOST, APPLICATION_ASSESS, .after = id);
	IS(&s, "assessed");
	id = SAY(&s, HOST, APPLICATION_REFUSE, .after = id);
	IS(&s, "refused");
	CHECK(s.o.owed_count == 0);
	id = SAY(&s, GUEST, APPLICATION_APPEAL, .after = id);
	IS(&s, "appealed");
	CHECK(owes(&s, WICI_SECOND, WICI_KIND_CERTIFICATE_GRANT));
	SAY(&s, HOST, CERTIFICATE_GRANT, .date = "2027-05-01");
	IS(&s, "granted");
	SAY(&s, GUEST, APPLICATION_WITHDRAW, .after = id);
	IS(&s, "granted");
}

TEST(the_applicant_decides_nothing_about_itself)
{
	struct story s = {.process = wici_kind_application_submit.process};
	uint8_t id = SAY(&s, GUEST, APPLICATION_SUBMIT, .date = "2027-01-10");

	SAY(&s, GUEST, APPLICATION_ASSESS, .after = id);
	SAY(&s, GUEST, CERTIFICATE_GRANT, .after = id);
	SAY(&s, THIRD, APPLICATION_REFUSE, .after = id);
	IS(&s, "submitted");
}

TEST(a_grant_that_crosses_a_withdrawal_stands)
{
	struct story s = {.process = wici_kind_application_submit.process};
	uint8_t id = SAY(&s, GUEST, APPLICATION_SUBMIT, .date = "2027-01-10");

	SAY(&s, GUEST, APPLICATION_WITHDRAW, .after = id);
	SAY(&s, HOST, CERTIFICATE_GRANT, .date = "2027-02-01");
	IS(&s, "granted");
	WHY(&s, 2, "not_allowed");
}

/* Here the issuer is the author, and HOST the holder. */
TEST(charges_end_in_one_of_four_ways)
{
	struct story s = {.process = wici_kind_charge_file.process};
	uint8_t id = SAY(&s, GUEST, CHARGE_FILE, .date = "2027-01-10");

	IS(&s, "charged");
	CHECK(owes(&s, WICI_SECOND, WICI_KIND_CHARGE_ANSWER));
	id = SAY(&s, HOST, CHARGE_ANSWER, .after = id);
	IS(&s, "answered");
	SAY(&s, GUEST, CHARGE_DISMISS, .after = id);
	IS(&s, "kept");
	s.n--;
	id = SAY(&s, GUEST, CERTIFICATE_REVOKE, .date = "2027-02-01");
	IS(&s, "taken");
	id = SAY(&s, HOST, CHARGE_APPEAL, .after = id);
	IS(&s, "appealed");
	SAY(&s, GUEST, CHARGE_UPHOLD, .after = id);
	IS(&s, "taken_finally");
	s.n--;
	SAY(&s, GUEST, CERTIFICATE_REINSTATE, .date = "2027-03-01");
	IS(&s, "restored");
}

/* --- practices -------------------------------------------------------------------- */

TEST(a_practice_has_versions_and_may_be_withdrawn)
{
	struct story s = {.process = wici_kind_practice_publish.process};

	SAY(&s, GUEST, PRACTICE_PUBLISH, .after = 0);
	SAY(&s, GUEST, PRACTICE_PUBLISH, .after = 1);
	IS(&s, "published");
	SAY(&s, HOST, PRACTICE_WITHDRAW, .after = 1);
	IS(&s, "published");
	SAY(&s, GUEST, PRACTICE_WITHDRAW, .after = 2);
	IS(&s, "withdrawn");
	SAY(&s, GUEST, PRACTICE_PUBLISH, .after = 4);
	IS(&s, "published");
}

TEST(an_adoption_goes_forward_or_is_dropped)
{
	struct story s = {.process = wici_kind_practice_adopt.process};

	SAY(&s, GUEST, PRACTICE_ADOPT, .after = 0);
	IS(&s, "considered");
	SAY(&s, GUEST, PRACTICE_ADOPT, .after = 1, .word = "under-way");
	IS(&s, "under-way");
	SAY(&s, GUEST, PRACTICE_ADOPT, .after = 2, .word = "planned");
	IS(&s, "under-way");
	WHY(&s, 3, "not_allowed");
	SAY(&s, GUEST, PRACTICE_ADOPT, .after = 2, .word = "dropped");
	IS(&s, "dropped");
	SAY(&s, GUEST, PRACTICE_ADOPT, .after = 4, .word = "in-place");
	IS(&s, "in-place");
}

TEST_MAIN(RUN(a_visit_from_its_proposal_to_its_report),
	  RUN(a_date_is_moved_to_and_fro),
	  RUN(nobody_has_agreed_to_a_date_he_never_saw),
	  RUN(of_two_answers_that_cross_a_refusal_wins),
	  RUN(what_both_have_stated_as_held_is_final),
	  RUN(strangers_and_the_wrong_side_move_nothing),
	  RUN(what_does_not_count_moves_nothing),
	  RUN(a_report_alone_tells_of_a_visit),
	  RUN(an_application_is_refused_appealed_and_granted),
	  RUN(the_applicant_decides_nothing_about_itself),
	  RUN(a_grant_that_crosses_a_withdrawal_stands),
	  RUN(charges_end_in_one_of_four_ways),
	  RUN(a_practice_has_versions_and_may_be_withdrawn),
	  RUN(an_adoption_goes_forward_or_is_dropped))
