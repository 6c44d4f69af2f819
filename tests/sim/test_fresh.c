/* tests/sim/test_fresh.c — What a verifier still believes of an issuer that it
 * has not heard of for long, whose clock is wrong, or who is none any more. */
#include "tests/sim/fresh.h"

static struct word said;

#define KEPT    "1/2026"
#define REVOKED "2/2026"

/* CAL issues; Kielce, which is connected to Mława as well, verifies. */
struct office {
	struct scene s;
	struct hand root;
	struct wici_id kept, revoked; /* Before all is over. */
};

static void office_begin(struct office *o, uint64_t seed)
{
	scene_begin(&o->s, seed);
	gather_dial(o->s.w, o->s.kielce, o->s.mlawa->address);
	o->root = hand_of(o->s.cal);
	o->kept = word_granted(o->s.w, o->s.cal, KEPT);
	o->revoked = word_granted(o->s.w, o->s.cal, REVOKED);
	settle(o->s.w);
	CHECK(word_is(o->s.w, o->s.kielce, &o->kept, "VALID"));
}

static void office_end(struct office *o)
{
	CHECK(o->s.cal->node->forks_count == 0);
	scene_end(&o->s);
}

static bool kept_is(struct office *o, const char *verdict)
{
	return word_is(o->s.w, o->s.kielce, &o->kept, verdict);
}

static void lose_cal(struct office *o)
{
	world_cut(o->s.w, o->s.cal, o->s.mlawa);
	world_cut(o->s.w, o->s.cal, o->s.kielce);
}

static void find_cal(struct office *o)
{
	world_mend(o->s.w, o->s.cal, o->s.mlawa);
	world_mend(o->s.w, o->s.cal, o->s.kielce);
	settle(o->s.w);
}

/* ---- withheld ---- */

/* The relay is honest and hears nothing, or keeps it for itself: to Kielce it
 * is the same. What was revoked on the third day is told on the thirtieth. */
TEST(what_is_withheld_for_thirty_days_is_never_valid_after_seven)
{
	struct office o;

	office_begin(&o, 501);
	lose_cal(&o);
	for (unsigned day = 1; day <= 30; day++) {
		const char *is = day < 7 ? "VALID" : "STALE";

		pass(o.s.w, DAY_MS);
		if (day == 3)
			decide(o.s.w, o.s.cal, "cert.revoke", &o.revoked);
		CHECK(kept_is(&o, is));
		CHECK(word_is(o.s.w, o.s.kielce, &o.revoked, is));
		CHECK(word_is(o.s.w, o.s.mlawa, &o.kept, is));
		/* Not even of a day on which it was VALID. */
		CHECK(is_on(o.s.w, o.s.kielce, &o.kept, is, "2026-11-22"));
		CHECK(word_is(o.s.w, o.s.cal, &o.kept, "VALID"));
	}
	CHECK(checked(o.s.w, o.s.kielce, &o.kept, "beacon",
		      "'ok':false,'detail':'old 2026-11-2"));
	CHECK(has(answer_on(o.s.w, o.s.kielce, &o.kept, NULL),
		  "'as_of':'2026-11-2"));

	find_cal(&o);
	CHECK(kept_is(&o, "VALID"));
	CHECK(word_is(o.s.w, o.s.kielce, &o.revoked, "REVOKED"));
	CHECK(word_is(o.s.w, o.s.mlawa, &o.revoked, "REVOKED"));
	CHECK(is_on(o.s.w, o.s.kielce, &o.revoked, "VALID", "2026-11-22"));
	CHECK(is_on(o.s.w, o.s.kielce, &o.revoked, "REVOKED", "2026-11-24"));
	office_end(&o);
}

/* To the second. */
TEST(a_beacon_is_fresh_for_seven_days_and_no_longer)
{
	struct office o;
	uint64_t made_ms;

	office_begin(&o, 502);
	lose_cal(&o);
	pass(o.s.w, DAY_MS);
	find_cal(&o);
	lose_cal(&o);
	{
		struct wici_issuer issuer =
			issued_by(o.s.kielce, o.s.cal, NULL);
		struct entry_row row;

		world_begin(o.s.w, o.s.kielce);
		CHECK_OK(cert_fresh_beacon(o.s.kielce->node, &issuer, &row));
		made_ms = (uint64_t)(row.entry.header.time_ms - WORLD_WALL_MS);
		world_end(o.s.w, o.s.kielce);
	}
	pass(o.s.w, made_ms + 7 * DAY_MS - 2000 - world_time(o.s.w));
	CHECK(kept_is(&o, "VALID"));
	world_run(o.s.w, 4000);
	CHECK(kept_is(&o, "STALE"));
	office_end(&o);
}

/* The relay has a part of what CAL said, and makes that the end of it. */
TEST(a_relay_that_stops_before_the_revocation_is_believed_for_a_week)
{
	struct office o;
	struct wici_head head;

	office_begin(&o, 503);
	world_cut(o.s.w, o.s.cal, o.s.kielce);
	pass_days(o.s.w, 3);
	CHECK(kept_is(&o, "VALID"));
	world_cut(o.s.w, o.s.cal, o.s.mlawa);
	decide(o.s.w, o.s.cal, "cert.revoke", &o.revoked);
	head = word_head(o.s.kielce, &o.s.cal->node->own->row.key);
	for (unsigned day = 1; day <= 12; day++) {
		pass(o.s.w, DAY_MS);
		CHECK(gather_publish(o.s.w, o.s.mlawa, "z Mławy"));
		settle(o.s.w);
		CHECK(word_is(o.s.w, o.s.kielce, &o.revoked,
			      day < 7 ? "VALID" : "STALE"));
	}
	/* All else came. */
	CHECK(world_holds(o.s.kielce, o.s.mlawa) ==
	      world_holds(o.s.mlawa, o.s.mlawa));
	CHECK(word_head(o.s.kielce, &head.feed).seq == head.seq);
	find_cal(&o);
	CHECK(word_is(o.s.w, o.s.kielce, &o.revoked, "REVOKED"));
	CHECK(kept_is(&o, "VALID"));
	office_end(&o);
}

/* ---- clocks ---- */

static void check_clock_heals(struct office *o, int64_t off_ms,
			      const char *says)
{
	unsigned was;

	world_set_clock(o->s.w, o->s.cal, off_ms);
	settle(o->s.w);
	CHECK(checked(o->s.w, o->s.kielce, &o->kept, "beacon", says));
	CHECK(kept_is(o, "STALE"));
	/* Another turn with acts does not make it better. */
	(void)word_granted(o->s.w, o->s.cal, "w złym czasie");
	settle(o->s.w);
	CHECK(kept_is(o, "STALE"));
	CHECK(checked(o->s.w, o->s.kielce, &o->kept, "beacon", says));
	pass(o->s.w, HOUR_MS);
	CHECK(kept_is(o, "STALE"));

	was = beacons(o->s.cal);
	world_set_clock(o->s.w, o->s.cal, 0);
	settle(o->s.w);
	CHECK(beacons(o->s.cal) == was + 1);
	CHECK(kept_is(o, "VALID"));
	CHECK(word_is(o->s.w, o->s.mlawa, &o->kept, "VALID"));
}

TEST(a_beacon_from_2099_or_1970_is_none_and_heals_with_the_clock)
{
	struct office o;

	office_begin(&o, 504);
	check_clock_heals(&o, WORLD_CLOCK_2099,
			  "'ok':false,'detail':'ahead 2099-");
	check_clock_heals(&o, WORLD_CLOCK_1970,
			  "'ok':false,'detail':'old 1970-");
	office_end(&o);
}

TEST(an_issuer_that_starts_in_another_year_heals_too)
{
	struct office o;

	office_begin(&o, 505);
	world_stop(o.s.w, o.s.cal);
	world_set_clock(o.s.w, o.s.cal, WORLD_CLOCK_2099);
	world_start(o.s.w, o.s.cal);
	settle(o.s.w);
	CHECK(kept_is(&o, "STALE"));
	world_stop(o.s.w, o.s.cal);
	/* A year ago: not so far off. */
	world_set_clock(o.s.w, o.s.cal, -(int64_t)(365 * DAY_MS));
	world_start(o.s.w, o.s.cal);
	settle(o.s.w);
	CHECK(kept_is(&o, "STALE"));
	world_stop(o.s.w, o.s.cal);
	world_set_clock(o.s.w, o.s.cal, 0);
	world_start(o.s.w, o.s.cal);
	settle(o.s.w);
	CHECK(kept_is(&o, "VALID"));
	office_end(&o);
}

/* The battery of CAL's clock is empty. Nobody has to notice it for the
 * revocation to hold, whoever asks, and on whatever day from then on. */
TEST(what_an_issuer_of_another_year_decides_holds_at_once)
{
	static const int64_t off[] = {WORLD_CLOCK_2099, WORLD_CLOCK_1970};
	struct office o;

	office_begin(&o, 511);
	for (size_t i = 0; i < 2; i++) {
		struct wici_id id = word_granted(o.s.w, o.s.cal, "n");
		struct wici_id back = word_granted(o.s.w, o.s.cal, "m");

		settle(o.s.w);
		decide(o.s.w, o.s.cal, "cert.revoke", &back);
		world_set_clock(o.s.w, o.s.cal, off[i]);
		settle(o.s.w);
		decide(o.s.w, o.s.cal, "cert.revoke", &id);
		decide(o.s.w, o.s.cal, "cert.reinstate", &back);
		settle(o.s.w);
		CHECK(word_is(o.s.w, o.s.kielce, &id, "REVOKED"));
		CHECK(word_is(o.s.w, o.s.kielce, &back, "STALE"));
		world_set_clock(o.s.w, o.s.cal, 0);
		settle(o.s.w);
		CHECK(word_is(o.s.w, o.s.kielce, &id, "REVOKED"));
		CHECK(word_is(o.s.w, o.s.kielce, &back, "VALID"));
		pass_days(o.s.w, 1);
		CHECK(word_is(o.s.w, o.s.kielce, &id, "REVOKED"));
		CHECK(is_on(o.s.w, o.s.mlawa, &id, "REVOKED", "2027-06-01"));
	}
	office_end(&o);
}

/* From next year on; and then it cannot wait so long. */
TEST(a_revocation_is_brought_forward)
{
	struct office o;
	char hex[WICI_HEX_LEN + 1];
	const struct world_param params[] = {{"ref", hex, false},
					     {"effective", "2027-01-01", false},
					     {NULL, NULL, false}};

	office_begin(&o, 512);
	wici_hex(hex, o.revoked.b, WICI_ID_LEN);
	CHECK(!world_call(o.s.w, o.s.cal, "cert.revoke", params).has_error);
	settle(o.s.w);
	CHECK(word_is(o.s.w, o.s.kielce, &o.revoked, "VALID"));
	CHECK(is_on(o.s.w, o.s.kielce, &o.revoked, "REVOKED", "2027-01-01"));
	decide(o.s.w, o.s.cal, "cert.revoke", &o.revoked);
	settle(o.s.w);
	CHECK(word_is(o.s.w, o.s.kielce, &o.revoked, "REVOKED"));
	/* Once more, and for the same day, is once too often. */
	CHECK(world_call(o.s.w, o.s.cal, "cert.revoke", params).has_error);
	office_end(&o);
}

TEST(a_verifier_whose_clock_is_wrong_believes_nothing)
{
	static const struct {
		int64_t off_ms;
		const char *is, *on_the_day;
	} rows[] = {
		{WORLD_CLOCK_2099, "EXPIRED", "STALE"},
		{WORLD_CLOCK_1970, "NOT_YET_VALID", "STALE"},
		{(int64_t)(8 * DAY_MS), "STALE", "STALE"},
		{-(int64_t)(2 * DAY_MS), "STALE", "STALE"},
		/* And this is no wrong clock. */
		{-1800000, "VALID", "VALID"},
		{1800000, "VALID", "VALID"},
	};
	struct office o;

	office_begin(&o, 506);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		world_set_clock(o.s.w, o.s.kielce, rows[i].off_ms);
		settle(o.s.w);
		CHECK(kept_is(&o, rows[i].is));
		CHECK(is_on(o.s.w, o.s.kielce, &o.kept, rows[i].on_the_day,
			    "2026-11-23"));
		world_set_clock(o.s.w, o.s.kielce, 0);
		settle(o.s.w);
		CHECK(kept_is(&o, "VALID"));
	}
	office_end(&o);
}

/* ---- de-accredited ---- */

/* CAL admits, Mława issues; a fourth, Tarnów, is with Mława. */
struct handed {
	struct office o;
	struct world_node *tarnow;
	struct wici_id certificate;
};

static void handed_begin(struct handed *h, uint64_t seed)
{
	struct wici_head cut;
	struct wici_issuer issuer;
	struct scene *s = &h->o.s;

	office_begin(&h->o, seed);
	h->tarnow = gather_join(s->w, s->cal, "tarnow", NULL);
	gather_dial(s->w, h->tarnow, s->mlawa->address);
	settle(s->w);
	cut = word_head(s->cal, &s->cal->node->own->row.key);
	issuer = issued_by(s->cal, s->mlawa, &cut);
	say_issued(&said, s->cal, &issuer, s->cal);
	root_says(s->w, s->cal, &said, &h->o.root);
	settle(s->w);
	h->certificate = word_granted(s->w, s->mlawa, "3/2026");
	settle(s->w);
	CHECK(word_is(s->w, h->tarnow, &h->certificate, "VALID"));
	CHECK(word_is(s->w, h->tarnow, &h->o.kept, "VALID"));
}

/* Tarnów and the one that issued hear of nobody else. */
static void handed_part(struct handed *h)
{
	struct scene *s = &h->o.s;

	world_cut(s->w, s->cal, s->mlawa);
	world_cut(s->w, s->kielce, s->mlawa);
	world_cut(s->w, s->cal, h->tarnow);
}

static void handed_meet(struct handed *h)
{
	struct scene *s = &h->o.s;

	world_mend(s->w, s->cal, s->mlawa);
	world_mend(s->w, s->kielce, s->mlawa);
	world_mend(s->w, s->cal, h->tarnow);
	settle(s->w);
}

/* Another's feed, or none at all. */
static void take_away(struct handed *h, bool is_dropped)
{
	struct scene *s = &h->o.s;
	struct wici_issuer issuer = issued_by(s->cal, s->kielce, NULL);

	say_issued(&said, s->cal, is_dropped ? NULL : &issuer, s->cal);
	root_says(s->w, s->cal, &said, &h->o.root);
}

static void check_deaccredited(uint64_t seed, bool is_dropped)
{
	struct handed h;
	struct scene *s = &h.o.s;
	unsigned was;

	handed_begin(&h, seed);
	handed_part(&h);
	take_away(&h, is_dropped);
	settle(s->w);
	CHECK(word_is(s->w, s->kielce, &h.certificate, "UNKNOWN_ISSUER"));
	CHECK(word_is(s->w, s->cal, &h.certificate, "UNKNOWN_ISSUER"));
	/* Its feed goes on, day by day; the registrar's word is missing. */
	was = beacons(s->mlawa);
	for (unsigned day = 1; day <= 10; day++) {
		pass(s->w, DAY_MS);
		CHECK(word_is(s->w, h.tarnow, &h.certificate,
			      day < 7 ? "VALID" : "STALE"));
	}
	CHECK(beacons(s->mlawa) == was + 10);
	CHECK(checked(s->w, h.tarnow, &h.certificate, "beacon", "'ok':true"));
	CHECK(checked(s->w, h.tarnow, &h.certificate, "registrar",
		      "'ok':false,'detail':'old'"));
	handed_meet(&h);
	CHECK(word_is(s->w, h.tarnow, &h.certificate, "UNKNOWN_ISSUER"));
	CHECK(word_is(s->w, s->mlawa, &h.certificate, "UNKNOWN_ISSUER"));
	CHECK(word_is(s->w, h.tarnow, &h.o.kept, "UNKNOWN_ISSUER"));
	was = beacons(s->mlawa);
	pass_days(s->w, 2);
	CHECK(beacons(s->mlawa) == was);
	office_end(&h.o);
}

TEST(who_issues_no_more_is_unknown_and_fools_nobody_longer_than_a_week)
{
	check_deaccredited(507, false);
}

TEST(so_it_is_when_the_scheme_is_dropped)
{
	check_deaccredited(508, true);
}

/* The change is withheld, the registrar's entries are passed on: they name a
 * version that is not here. */
TEST(the_registrars_word_tells_of_a_change_that_is_withheld)
{
	static uint8_t buf[WICI_MESSAGE_LEN_MAX];
	struct handed h;
	struct scene *s = &h.o.s;
	struct wici_head from, to, got;
	struct wici_bytes run;

	handed_begin(&h, 509);
	handed_part(&h);
	take_away(&h, false);
	settle(s->w);
	from = word_head(h.tarnow, &s->cal->node->own->row.key);
	to = word_head(s->cal, &from.feed);
	CHECK(to.seq > from.seq);
	CHECK_OK(node_read_run(s->cal->node, &from.feed, from.seq + 1, to.seq,
			       buf, sizeof(buf), &run));
	world_begin(s->w, h.tarnow);
	CHECK_OK(node_receive_run(h.tarnow->node, 9999, run, &got));
	world_end(s->w, h.tarnow);
	settle(s->w);
	CHECK(h.tarnow->node->roster.version ==
	      s->cal->node->roster.version - 1);
	CHECK(word_is(s->w, h.tarnow, &h.certificate, "STALE"));
	CHECK(checked(s->w, h.tarnow, &h.certificate, "registrar",
		      "'ok':false,'detail':'roster'"));
	/* Time alone does not help. */
	pass_days(s->w, 3);
	CHECK(word_is(s->w, h.tarnow, &h.certificate, "STALE"));
	handed_meet(&h);
	CHECK(word_is(s->w, h.tarnow, &h.certificate, "UNKNOWN_ISSUER"));
	office_end(&h.o);
}

/* Whose feed admits and issues has nobody beside it: where no witness is named,
 * a thief of that machine is believed by whom he keeps from the root, for as
 * long as the issuers' list is good. The answer says what was not checked. */
TEST(without_witnesses_one_feed_that_admits_and_issues_is_its_own_word)
{
	struct wici_issuer issuer;
	struct wici_head cut;
	struct office o;

	office_begin(&o, 510);
	world_cut(o.s.w, o.s.cal, o.s.mlawa);
	world_cut(o.s.w, o.s.mlawa, o.s.kielce);
	cut = word_head(o.s.mlawa, &o.s.cal->node->own->row.key);
	issuer = issued_by(o.s.mlawa, o.s.mlawa, &cut);
	say_issued(&said, o.s.mlawa, &issuer, o.s.cal);
	root_says(o.s.w, o.s.mlawa, &said, &o.root);
	pass_days(o.s.w, 10);
	CHECK(kept_is(&o, "VALID"));
	CHECK(has(answer_on(o.s.w, o.s.kielce, &o.kept, NULL),
		  "'not_checked':['witness']"));
	world_mend(o.s.w, o.s.cal, o.s.mlawa);
	world_mend(o.s.w, o.s.mlawa, o.s.kielce);
	settle(o.s.w);
	/* Granted below the cut, and Mława vouches for it now. */
	CHECK(kept_is(&o, "VALID"));
	office_end(&o);
}

TEST_MAIN(
	RUN(what_is_withheld_for_thirty_days_is_never_valid_after_seven),
	RUN(a_beacon_is_fresh_for_seven_days_and_no_longer),
	RUN(a_relay_that_stops_before_the_revocation_is_believed_for_a_week),
	RUN(a_beacon_from_2099_or_1970_is_none_and_heals_with_the_clock),
	RUN(an_issuer_that_starts_in_another_year_heals_too),
	RUN(what_an_issuer_of_another_year_decides_holds_at_once),
	RUN(a_revocation_is_brought_forward),
	RUN(a_verifier_whose_clock_is_wrong_believes_nothing),
	RUN(who_issues_no_more_is_unknown_and_fools_nobody_longer_than_a_week),
	RUN(so_it_is_when_the_scheme_is_dropped),
	RUN(the_registrars_word_tells_of_a_change_that_is_withheld),
	RUN(without_witnesses_one_feed_that_admits_and_issues_is_its_own_word))
