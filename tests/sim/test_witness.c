/* tests/sim/test_witness.c — Three witnesses, two of whom are needed: who is
 * missing, behind, ahead, or has seen something else, and what is said of it. */
#include "tests/sim/court.h"

TEST(two_of_three_are_enough_and_one_is_not)
{
	struct court c;

	court_begin(&c, 541);
	CHECK(mlawa_says(&c, "VALID", "'ok':true,'detail':'3/2 2026-11-2"));
	CHECK(!strstr(answer_on(c.s.w, c.s.mlawa, &c.certificate, NULL),
		      "'not_checked':['witness'"));
	lose(&c, c.witnesses[0], true);
	pass_days(c.s.w, 8);
	CHECK(mlawa_says(&c, "VALID", "'ok':true,'detail':'2/2 2026-11-"));
	CHECK(seen(&c, 0, "'ok':false,'code':'old'"));
	CHECK(seen(&c, 1, "'ok':true,'code':''"));
	lose(&c, c.witnesses[1], true);
	pass_days(c.s.w, 6);
	CHECK(mlawa_says(&c, "VALID", "'ok':true,'detail':'2/2 2026-1"));
	pass_days(c.s.w, 2);
	CHECK(mlawa_says(&c, "STALE", "'ok':false,'detail':'1/2 old'"));
	CHECK(checked(c.s.w, c.s.mlawa, &c.certificate, "beacon", "'ok':true"));
	CHECK(seen(&c, 1, "'ok':false,'code':'old'"));
	CHECK(seen(&c, 2, "'ok':true,'code':''"));
	/* Not what is old is what is wrong: revoked is revoked. */
	decide(c.s.w, c.s.cal, "cert.revoke", &c.certificate);
	settle(c.s.w);
	CHECK(word_is(c.s.w, c.s.mlawa, &c.certificate, "REVOKED"));
	decide(c.s.w, c.s.cal, "cert.reinstate", &c.certificate);
	lose(&c, c.witnesses[0], false);
	settle(c.s.w);
	CHECK(mlawa_says(&c, "VALID", "'ok':true,'detail':'2/2 2026-1"));
	court_end(&c);
}

/* A member's verdict is not fresher than its second witness. */
TEST(as_of_is_the_second_witness)
{
	struct court c;

	court_begin(&c, 542);
	lose(&c, c.witnesses[0], true);
	lose(&c, c.witnesses[1], true);
	pass_days(c.s.w, 4);
	CHECK(mlawa_says(&c, "VALID",
			 "'ok':true,'detail':'3/2 2026-11-21T00:00"));
	CHECK(has(answer_on(c.s.w, c.s.mlawa, &c.certificate, NULL),
		  "{'verdict':'VALID','as_of':'2026-11-21T00:00"));
	court_end(&c);
}

TEST(witnesses_write_daily_and_whenever_the_root_speaks)
{
	struct court c;
	unsigned was[3];

	court_begin(&c, 543);
	for (int i = 0; i < 3; i++) {
		was[i] = sights(c.witnesses[i]);
		CHECK(was[i] == 1);
	}
	for (unsigned day = 1; day <= 5; day++) {
		for (int k = 0; k < 4; k++)
			pass(c.s.w, 6 * HOUR_MS);
		(void)word_granted(c.s.w, c.s.cal, "n");
		restart(&c.s, c.witnesses[1]);
		for (int i = 0; i < 3; i++)
			CHECK(sights(c.witnesses[i]) == was[i] + day);
	}
	CHECK(sights(c.s.mlawa) == 0 && sights(c.s.cal) == 0);
	/* A change that is nothing to the issuers. */
	word_begin(&said, c.s.cal, 1);
	wici_op_quotas(&said.w, NULL, 0);
	root_says(c.s.w, c.s.cal, &said, &c.root);
	settle(c.s.w);
	for (int i = 0; i < 3; i++)
		CHECK(sights(c.witnesses[i]) == was[i] + 6);
	/* Konin is none any more. */
	name_witnesses(&c, 2, 2);
	settle(c.s.w);
	pass_days(c.s.w, 1);
	CHECK(sights(c.witnesses[2]) == was[2] + 6);
	CHECK(mlawa_says(&c, "VALID", "'ok':true,'detail':'2/2 2026"));
	CHECK(!strstr(answer_on(c.s.w, c.s.mlawa, &c.certificate, NULL),
		      "'name':'konin'"));
	court_end(&c);
}

/* ---- what a witness knows that Mława does not ---- */

static void isolate_mlawa(struct court *c, bool is_cut)
{
	struct world_node *others[] = {c->s.cal, c->witnesses[0],
				       c->witnesses[1], c->witnesses[2]};

	for (size_t i = 0; i < 4; i++) {
		if (is_cut)
			world_cut(c->s.w, c->s.mlawa, others[i]);
		else
			world_mend(c->s.w, c->s.mlawa, others[i]);
	}
	if (!is_cut)
		settle(c->s.w);
}

/* The relay passes on what the witnesses say, and not what the issuer does: so
 * it cannot hide that there is more. */
TEST(witnesses_tell_that_the_issuer_has_said_more)
{
	struct court c;

	court_begin(&c, 544);
	isolate_mlawa(&c, true);
	decide(c.s.w, c.s.cal, "cert.revoke", &c.certificate);
	settle(c.s.w);
	pass_days(c.s.w, 1);
	CHECK(mlawa_says(&c, "VALID", "'ok':true,'detail':'3/2"));
	for (size_t i = 0; i < 2; i++) {
		struct wici_witness w = witness_of(c.witnesses[i]);

		pass_on(&c, c.witnesses[i], c.s.mlawa, &w.feed);
		settle(c.s.w);
		CHECK(seen(&c, i, "'ok':false,'code':'behind'"));
		CHECK(word_is(c.s.w, c.s.mlawa, &c.certificate,
			      i ? "STALE" : "VALID"));
	}
	CHECK(mlawa_says(&c, "STALE", "'ok':false,'detail':'1/2 behind'"));
	isolate_mlawa(&c, false);
	CHECK(mlawa_says(&c, "REVOKED", "'ok':true,'detail':'3/2"));
	court_end(&c);
}

TEST(witnesses_tell_that_the_root_has_said_more)
{
	struct court c;

	court_begin(&c, 545);
	isolate_mlawa(&c, true);
	say_issued(&said, c.s.cal, NULL, c.s.cal);
	root_says(c.s.w, c.s.cal, &said, &c.root);
	settle(c.s.w);
	CHECK(word_is(c.s.w, c.s.cal, &c.certificate, "UNKNOWN_ISSUER"));
	CHECK(mlawa_says(&c, "VALID", "'ok':true,'detail':'3/2"));
	for (size_t i = 1; i < 3; i++) {
		struct wici_witness w = witness_of(c.witnesses[i]);

		pass_on(&c, c.witnesses[i], c.s.mlawa, &w.feed);
		settle(c.s.w);
		CHECK(seen(&c, i, "'ok':false,'code':'roster'"));
	}
	CHECK(mlawa_says(&c, "STALE", "'ok':false,'detail':'1/2 roster'"));
	isolate_mlawa(&c, false);
	CHECK(word_is(c.s.w, c.s.mlawa, &c.certificate, "UNKNOWN_ISSUER"));
	court_end(&c);
}

/* A witness that is late vouches for the earlier head: of that it is sure. */
TEST(a_witness_that_lags_vouches_for_what_it_has_seen)
{
	struct court c;

	court_begin(&c, 546);
	world_cut(c.s.w, c.s.cal, c.witnesses[0]);
	world_cut(c.s.w, c.s.cal, c.s.mlawa);
	(void)word_granted(c.s.w, c.s.cal, "2/2026");
	settle(c.s.w);
	/* Kielce hears of CAL from Mława, which has it from Tarnów. */
	pass_days(c.s.w, 2);
	CHECK(mlawa_says(&c, "VALID", "'ok':true,'detail':'3/2 2026-11-23"));
	court_end(&c);
}

/* ---- clocks ---- */

TEST(a_witness_of_another_year_does_not_count)
{
	struct court c;

	court_begin(&c, 547);
	world_set_clock(c.s.w, c.witnesses[0], WORLD_CLOCK_2099);
	world_set_clock(c.s.w, c.witnesses[1], WORLD_CLOCK_1970);
	settle(c.s.w);
	CHECK(seen(&c, 0, "'ok':false,'code':'ahead'"));
	CHECK(seen(&c, 1, "'ok':false,'code':'old'"));
	CHECK(mlawa_says(&c, "STALE", "'ok':false,'detail':'1/2 ahead'"));
	pass_days(c.s.w, 2);
	CHECK(mlawa_says(&c, "STALE", "'ok':false,'detail':'1/2 ahead'"));
	world_set_clock(c.s.w, c.witnesses[1], 0);
	settle(c.s.w);
	CHECK(mlawa_says(&c, "VALID", "'ok':true,'detail':'2/2"));
	world_set_clock(c.s.w, c.witnesses[0], 0);
	settle(c.s.w);
	CHECK(mlawa_says(&c, "VALID", "'ok':true,'detail':'3/2"));
	court_end(&c);
}

TEST_MAIN(RUN(two_of_three_are_enough_and_one_is_not),
	  RUN(as_of_is_the_second_witness),
	  RUN(witnesses_write_daily_and_whenever_the_root_speaks),
	  RUN(witnesses_tell_that_the_issuer_has_said_more),
	  RUN(witnesses_tell_that_the_root_has_said_more),
	  RUN(a_witness_that_lags_vouches_for_what_it_has_seen),
	  RUN(a_witness_of_another_year_does_not_count))
