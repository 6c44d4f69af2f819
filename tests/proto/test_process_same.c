/* tests/proto/test_process_same.c — What some hold and others do not, and what
 * was erased, changes no process. */
#include "proto/kinds/practice.h"
#include "proto/kinds/visit.h"
#include "tests/proto/story.h"

static struct story accepted(uint8_t *id)
{
	struct story s = {.process = &wici_process_visit, .today = 20000};

	SAY(&s, GUEST, VISIT_PROPOSE, .date = "2027-03-01");
	*id = SAY(&s, HOST, VISIT_ANSWER, .word = "accept", .after = 1);
	return s;
}

/* Where a stranger's acts are many, not every node shows the same of them. */
TEST(what_answers_a_stranger_waits_wherever_his_act_is)
{
	uint8_t id, strange;
	struct story s = accepted(&id);

	strange = SAY(&s, THIRD, VISIT_HOLD, .after = id);
	id = SAY(&s, GUEST, VISIT_HOLD, .after = strange);
	IS(&s, "accepted");
	WHY(&s, id, "waits");
	WHY(&s, strange, "not_party");
	s = accepted(&id);
	id = SAY(&s, GUEST, VISIT_HOLD, .after = strange);
	IS(&s, "accepted");
	WHY(&s, id, "waits");
}

/* What lies behind a cut is kept by those who had it, and goes nowhere. */
TEST(what_answers_something_void_waits_wherever_that_is)
{
	uint8_t id, cut;
	struct story s = accepted(&id);

	cut = SAY(&s, HOST, VISIT_AGENDA, .after = id);
	s.acts[2].standing = WICI_VOID_CUT;
	id = SAY(&s, GUEST, VISIT_HOLD, .after = cut);
	IS(&s, "accepted");
	WHY(&s, cut, "void_cut");
	WHY(&s, id, "waits");
}

TEST(what_answers_something_erased_stands)
{
	uint8_t id, erased;
	struct story s = accepted(&id);

	erased = SAY(&s, HOST, VISIT_AGENDA, .after = id);
	id = SAY(&s, GUEST, VISIT_HOLD, .after = erased);
	IS(&s, "held_guest");
	s.acts[2].standing = WICI_ERASED; /* Sorted: it is the third still. */
	s.acts[2].after.b[31] = 1;
	IS(&s, "held_guest");
	WHY(&s, erased, "erased");
	WHY(&s, id, "");
	/* But nobody has agreed to what cannot be read any more. */
	s = accepted(&id);
	erased = SAY(&s, GUEST, VISIT_ANSWER, .word = "date",
		     .date = "2027-05-01", .after = id);
	id = SAY(&s, HOST, VISIT_ANSWER, .word = "accept", .after = erased);
	IS(&s, "accepted");
	s.acts[2].standing = WICI_ERASED;
	s.acts[2].after.b[31] = 1;
	IS(&s, "accepted");
	WHY(&s, id, "not_allowed");
	CHECK(s.o.day == day("2027-03-01"));
}

TEST(the_first_version_is_erased_and_the_second_stands)
{
	struct story s = {.process = &wici_process_visit, .today = 20000};
	uint8_t second, id;

	SAY(&s, GUEST, VISIT_PROPOSE, .date = "2027-03-01");
	s.acts[0].standing = WICI_ERASED;
	IS(&s, "none");
	second =
		SAY(&s, GUEST, VISIT_PROPOSE, .date = "2027-04-01", .after = 1);
	IS(&s, "proposed");
	CHECK(s.o.has_side[1] && s.o.sides[1].b[0] == HOST);
	CHECK(s.o.head.b[31] == second && s.o.day == day("2027-04-01"));
	id = SAY(&s, HOST, VISIT_ANSWER, .word = "accept", .after = second);
	IS(&s, "accepted");
	WHY(&s, id, "");
	/* Of what is void nothing follows. */
	for (size_t i = 0; i < s.n; i++)
		if (s.acts[i].standing == WICI_ERASED)
			s.acts[i].standing = WICI_VOID_BODY;
	IS(&s, "none");
}

/* "Anybody" would mean that strangers' acts have to be found, all of them. */
TEST(every_move_is_for_a_side)
{
	FOR_EACH_PROCESS(k)
	for (const struct wici_move *m = k->process->moves; m->kind; m++)
		CHECK(m->by && !(m->by & ~WICI_EITHER));
}

TEST_MAIN(RUN(what_answers_a_stranger_waits_wherever_his_act_is),
	  RUN(what_answers_something_void_waits_wherever_that_is),
	  RUN(what_answers_something_erased_stands),
	  RUN(the_first_version_is_erased_and_the_second_stands),
	  RUN(every_move_is_for_a_side))
