/* tests/proto/test_certificate.c — Acts about one certificate, whoever wrote
 * them and in whatever order they came. */
#include "proto/certificate.h"

#include "proto/day.h"
#include "tests/proto/certs.h"
#include "tests/test.h"

static struct wici_roster roster(void)
{
	struct wici_roster r;
	struct wici_issuer cal = row("cal", OTHER);
	struct wici_issuer osl = row("osl", ISSUING);
	struct wici_id network = id_of(1);

	row_close(&osl, CLOSED, 5);
	wici_roster_init(&r, &network, &(struct wici_roster_space){0});
	r.issuers_count = 2;
	r.issuers[0] = cal;
	r.issuers[1] = osl;
	return r;
}

static struct acts acts; /* Large, and each test begins anew. */

static struct wici_root_revocation by_root; /* Of effective 0: none. */

static struct wici_certificate fold(void)
{
	static struct wici_roster r;
	struct wici_certificate c;

	r = roster();
	r.space.revocations = &by_root;
	r.revocations_count = by_root.effective ? 1 : 0;
	wici_certificate_fold(&c, &r, &asked, acts.act, acts.n);
	if (c.issuer) /* Compared by scheme; r is one of many. */
		CHECK(strcmp(c.issuer->scheme, "osl") == 0);
	return c;
}

static const struct wici_act *act_by_id(const struct wici_id *id)
{
	for (size_t i = 0; i < acts.n; i++) {
		if (wici_id_equal(&acts.act[i].id, id))
			return &acts.act[i];
	}
	return NULL;
}

static int32_t day(const char *text)
{
	int32_t d;

	CHECK_OK(wici_day_parse(&d, wici_bytes_str(text)));
	return d;
}

/* The last revocation that has an effect; NULL: none. */
static const struct wici_act *revoke_of(const struct wici_certificate *c)
{
	const struct wici_act *last = NULL;

	for (size_t i = 0; i < c->acts_count; i++)
		if (c->acts[i].kind == WICI_KIND_CERTIFICATE_REVOKE &&
		    c->acts[i].is_effective)
			last = &c->acts[i];
	return last;
}

static int32_t from(const struct wici_certificate *c)
{
	struct wici_certificate_on on;

	wici_certificate_on(c, INT32_MAX, &on);
	return on.from;
}

static struct wici_bytes reason_text(const struct wici_certificate *c)
{
	return wici_certificate_reason(c, revoke_of(c));
}

/* How it stands on a day: 'G', 'S', 'R'. */
static char on(const struct wici_certificate *c, const char *text)
{
	struct wici_certificate_on is;

	wici_certificate_on(c, day(text), &is);
	return "NGSR"[is.state];
}

TEST(a_grant_of_the_issuer_is_a_certificate)
{
	struct wici_certificate c;

	acts.n = 0;
	grant(&acts, ISSUING, 2);
	c = fold();
	CHECK(c.state == WICI_CERT_GRANTED && c.issuer && !revoke_of(&c));
	CHECK(c.grant->is_effective && c.terms.index == 3);
	CHECK(c.terms.valid_from.first == day("2022-01-01"));
	CHECK(c.terms.valid_until.last == day("2026-12-31"));
}

TEST(without_a_grant_there_is_no_certificate)
{
	struct wici_id nothing = id_of(7);
	struct wici_certificate c;

	acts.n = 0;
	c = fold();
	CHECK(c.state == WICI_CERT_NONE && !c.grant);
	revoke(&acts, 3, &nothing, NULL);
	c = fold();
	CHECK(c.state == WICI_CERT_NONE && !c.grant && !revoke_of(&c));
	acts.n = 0;
	grant(&acts, ISSUING, 2)->standing = WICI_VOID_BODY;
	c = fold();
	CHECK(c.state == WICI_CERT_NONE);
	acts.n = 0;
	grant(&acts, ISSUING, 2)->body.len--;
	c = fold();
	CHECK(c.state == WICI_CERT_NONE);
}

/* Its acts do not bring it back either. */
TEST(a_grant_whose_index_was_used_before_is_no_certificate)
{
	struct wici_certificate c;
	struct wici_id g;

	acts.n = 0;
	g = grant(&acts, ISSUING, 2)->id;
	acts.act[0].standing = WICI_VOID_INDEX;
	revoke(&acts, 3, &g, NULL);
	c = fold();
	CHECK(c.state == WICI_CERT_NONE && !c.grant && !revoke_of(&c));
	CHECK(!c.issuer && c.is_index_used);
	CHECK(strcmp(act_by_id(&g)->why, "void_index") == 0);
	acts.n = 0;
	c = fold();
	CHECK(!c.is_index_used);
}

static void check_place(const struct wici_roster *r, size_t i, uint8_t feed,
			uint64_t seq)
{
	struct wici_key key = pair(feed).key;
	struct wici_head last;

	CHECK_OK(wici_certificate_place(r, WICI_BYTES("osl"), i, &last));
	CHECK(wici_key_equal(&last.feed, &key) && last.seq == seq);
}

TEST(closed_feeds_come_first_in_their_order_and_then_the_present_one)
{
	struct wici_roster r = roster();
	struct wici_key other = pair(OTHER).key;
	struct wici_head last;

	row_close(&r.issuers[1], 9, 70); /* Neither key nor cut is the order. */
	check_place(&r, 0, CLOSED, 5);
	check_place(&r, 1, 9, 70);
	check_place(&r, 2, ISSUING, WICI_SEQ_MAX);
	CHECK_ERR(wici_certificate_place(&r, WICI_BYTES("osl"), 3, &last),
		  WICI_END);
	CHECK_ERR(wici_certificate_place(&r, WICI_BYTES("os"), 0, &last),
		  WICI_END);
	CHECK_OK(wici_certificate_place(&r, WICI_BYTES("cal"), 0, &last));
	CHECK(wici_key_equal(&last.feed, &other));
}

TEST(anybody_elses_grant_is_shown_but_has_no_issuer)
{
	static const uint8_t feeds[] = {OTHER, 60};
	struct wici_certificate c;

	for (size_t i = 0; i < sizeof(feeds); i++) {
		acts.n = 0;
		grant(&acts, feeds[i], 2);
		c = fold();
		CHECK(c.state == WICI_CERT_GRANTED && c.grant && !c.issuer);
		CHECK(!c.grant->is_effective);
		CHECK(strcmp(c.grant->why, "void_right") == 0);
	}
	acts.n = 0;
	grant(&acts, ISSUING, 2)->standing = WICI_VOID_FEED;
	c = fold();
	CHECK(!c.issuer && strcmp(c.grant->why, "void_feed") == 0);
}

TEST(a_closed_issuing_feed_grants_up_to_its_cut)
{
	struct wici_certificate c;

	for (uint64_t seq = 4; seq <= 6; seq++) {
		acts.n = 0;
		grant(&acts, CLOSED, seq);
		c = fold();
		CHECK((c.issuer != NULL) == (seq <= 5));
	}
}

TEST(the_issuer_revokes_its_own_grants_even_of_a_closed_feed)
{
	struct wici_certificate c;
	struct wici_id g;

	acts.n = 0;
	g = grant(&acts, CLOSED, 5)->id;
	revoke(&acts, 9, &g, NULL);
	c = fold();
	CHECK(c.state == WICI_CERT_REVOKED && revoke_of(&c));
	CHECK(wici_id_equal(&c.grant->id, &g));
}

TEST(nobody_else_can_revoke)
{
	static const struct {
		uint8_t feed;
		uint64_t seq;
		enum wici_standing standing;
	} rows[] = {
		{OTHER, 3, WICI_COUNTS},       {60, 3, WICI_COUNTS},
		{CLOSED, 6, WICI_COUNTS},      {ISSUING, 3, WICI_VOID_SIG},
		{ISSUING, 3, WICI_VOID_RIGHT}, {ISSUING, 3, WICI_VOID_CUT},
		{ISSUING, 3, WICI_VOID_BODY},  {ISSUING, 3, WICI_VOID_FEED},
	};
	struct wici_certificate c;
	struct wici_id g;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct wici_act *a;
		struct wici_id id;

		acts.n = 0;
		g = grant(&acts, ISSUING, 2)->id;
		a = revoke(&acts, rows[i].seq, &g, NULL);
		a->feed = pair(rows[i].feed).key;
		a->standing = rows[i].standing;
		id = a->id;
		c = fold();
		CHECK(c.state == WICI_CERT_GRANTED && !revoke_of(&c));
		CHECK(!act_by_id(&id)->is_effective && act_by_id(&id)->why);
	}
}

TEST(a_revocation_of_another_certificate_does_not_touch_this_one)
{
	struct wici_id other = id_of(8);
	struct wici_certificate c;

	acts.n = 0;
	grant(&acts, ISSUING, 2);
	revoke(&acts, 3, &other, NULL);
	c = fold();
	CHECK(c.state == WICI_CERT_GRANTED);
}

TEST(a_revocation_takes_effect_on_its_day_or_on_polands_day_of_the_act)
{
	struct wici_certificate c;
	struct wici_act *a;
	struct wici_id g;

	acts.n = 0;
	g = grant(&acts, ISSUING, 2)->id;
	a = revoke(&acts, 3, &g, "2024-05-01");
	a->time_ms = 86400000;
	c = fold();
	CHECK(from(&c) == day("2024-05-01"));

	/* 2024-06-30 22:30 UTC: in Poland the next day has begun. */
	acts.n = 0;
	g = grant(&acts, ISSUING, 2)->id;
	a = revoke(&acts, 3, &g, NULL);
	a->time_ms = (int64_t)day("2024-06-30") * 86400000 + 81000000;
	c = fold();
	CHECK(from(&c) == day("2024-07-01"));
}

TEST(the_first_of_several_revocations_stands)
{
	struct wici_certificate c;
	struct wici_id g, second;

	acts.n = 0;
	g = grant(&acts, ISSUING, 2)->id;
	second = revoke(&acts, 5, &g, "2024-05-01")->id;
	revoke(&acts, 4, &g, "2024-05-01");
	c = fold();
	CHECK(c.state == WICI_CERT_REVOKED && revoke_of(&c)->seq == 4);
	CHECK(from(&c) == day("2024-05-01"));
	CHECK(!act_by_id(&second)->is_effective);
	CHECK(strcmp(act_by_id(&second)->why, "already_revoked") == 0);
}

/* Revoked from next year on, or by a clock of 2099: it can be brought forward,
 * or it would be VALID until then. */
TEST(a_second_revocation_counts_when_it_counts_from_an_earlier_day)
{
	struct wici_certificate c;
	struct wici_id g, third;

	acts.n = 0;
	g = grant(&acts, ISSUING, 2)->id;
	revoke(&acts, 4, &g, "2099-01-01");
	revoke(&acts, 5, &g, "2024-05-01");
	third = revoke(&acts, 6, &g, "2024-05-02")->id;
	c = fold();
	CHECK(on(&c, "2024-04-30") == 'G' && on(&c, "2024-05-01") == 'R');
	CHECK(on(&c, "2099-01-02") == 'R' && from(&c) == day("2024-05-01"));
	CHECK(!act_by_id(&third)->is_effective);

	acts.n = 0;
	g = grant(&acts, ISSUING, 2)->id;
	suspend(&acts, 4, &g, "2099-01-01");
	suspend(&acts, 5, &g, "2024-05-01");
	third = suspend(&acts, 6, &g, "2024-05-02")->id;
	c = fold();
	CHECK(on(&c, "2024-04-30") == 'G' && on(&c, "2024-05-01") == 'S');
	CHECK(!act_by_id(&third)->is_effective);
	CHECK(strcmp(act_by_id(&third)->why, "not_allowed") == 0);
}

TEST(the_reason_is_the_revocations_and_the_last_one_given)
{
	struct wici_certificate c;
	struct wici_id g, r1, r2, first;

	acts.n = 0;
	g = grant(&acts, ISSUING, 2)->id;
	r1 = revoke(&acts, 3, &g, NULL)->id;
	c = fold();
	CHECK(!reason_text(&c).p);
	first = reason(&acts, 4, &r1, "kontrola")->id;
	c = fold();
	CHECK(wici_bytes_is(reason_text(&c), "kontrola"));
	reason(&acts, 5, &r1, "kontrola, poprawione");
	r2 = revoke(&acts, 6, &g, NULL)->id;
	reason(&acts, 7, &r2, "inny");
	c = fold();
	CHECK(wici_bytes_is(reason_text(&c), "kontrola, poprawione"));
	CHECK(strcmp(act_by_id(&first)->why, "superseded") == 0);
	CHECK(c.state == WICI_CERT_REVOKED);
}

TEST(what_is_suspended_holds_again_once_it_is_reinstated)
{
	struct wici_certificate c;
	struct wici_id g, s;

	acts.n = 0;
	g = grant(&acts, ISSUING, 2)->id;
	s = suspend(&acts, 3, &g, "2024-03-01")->id;
	reason(&acts, 4, &s, "kontrola");
	c = fold();
	CHECK(c.state == WICI_CERT_SUSPENDED);
	CHECK(wici_bytes_is(wici_certificate_reason(&c, act_by_id(&s)),
			    "kontrola"));
	CHECK(on(&c, "2024-02-29") == 'G' && on(&c, "2024-03-01") == 'S');
	CHECK(!wici_certificate_is_restored(&c));
	CHECK(wici_certificate_worst(&c, day("2020-01-01")) ==
	      WICI_CERT_SUSPENDED);
	reinstate(&acts, 5, &g, "2024-06-01");
	c = fold();
	CHECK(c.state == WICI_CERT_GRANTED);
	CHECK(on(&c, "2024-05-31") == 'S' && on(&c, "2024-06-01") == 'G');
	CHECK(wici_certificate_is_restored(&c));
	CHECK(wici_certificate_worst(&c, day("2024-05-31")) ==
	      WICI_CERT_SUSPENDED);
	CHECK(wici_certificate_worst(&c, day("2024-06-01")) ==
	      WICI_CERT_GRANTED);
}

/* The days between it was taken away, unless the appeal says otherwise. */
TEST(a_revocation_lifted_on_appeal_holds_for_the_days_between_or_not_at_all)
{
	struct wici_certificate c;
	struct wici_id g;

	acts.n = 0;
	g = grant(&acts, ISSUING, 2)->id;
	revoke(&acts, 3, &g, "2024-03-01");
	reinstate(&acts, 4, &g, "2024-06-01");
	c = fold();
	CHECK(on(&c, "2024-03-01") == 'R' && on(&c, "2024-05-31") == 'R');
	CHECK(on(&c, "2024-02-29") == 'G' && on(&c, "2024-06-01") == 'G');
	acts.n = 0;
	g = grant(&acts, ISSUING, 2)->id;
	revoke(&acts, 3, &g, "2024-03-01");
	reinstate(&acts, 4, &g, "2024-03-01");
	c = fold();
	CHECK(on(&c, "2024-03-01") == 'G' && on(&c, "2025-01-01") == 'G');
	revoke(&acts, 5, &g, "2024-09-01");
	c = fold();
	CHECK(on(&c, "2024-08-31") == 'G' && on(&c, "2024-09-01") == 'R');
}

TEST(what_its_state_does_not_allow_is_without_effect)
{
	struct wici_certificate c;
	struct wici_id g, again, late, early;

	acts.n = 0;
	g = grant(&acts, ISSUING, 2)->id;
	early = reinstate(&acts, 3, &g, NULL)->id;
	revoke(&acts, 4, &g, NULL);
	late = suspend(&acts, 5, &g, NULL)->id;
	again = revoke(&acts, 6, &g, NULL)->id;
	c = fold();
	CHECK(c.state == WICI_CERT_REVOKED);
	CHECK(strcmp(act_by_id(&early)->why, "not_allowed") == 0);
	CHECK(strcmp(act_by_id(&late)->why, "not_allowed") == 0);
	CHECK(strcmp(act_by_id(&again)->why, "already_revoked") == 0);
	CHECK(!wici_certificate_is_restored(&c));
}

/* Ids are hashes: only the place tells what came first. */
TEST(acts_of_a_closed_feed_come_before_those_of_the_present_one)
{
	for (uint64_t seq = 3; seq < 40; seq++) {
		struct wici_certificate c;
		struct wici_id g;

		acts.n = 0;
		g = grant(&acts, CLOSED, 2)->id;
		reinstate(&acts, seq, &g, NULL);
		revoke(&acts, 3, &g, "2024-03-01")->feed = pair(CLOSED).key;
		c = fold();
		CHECK(c.state == WICI_CERT_GRANTED);
		CHECK(wici_certificate_is_restored(&c));
	}
}

TEST(a_correction_is_the_same_certificate_and_changes_no_state)
{
	struct wici_certificate c;
	struct wici_id g, h, r;

	acts.n = 0;
	g = grant(&acts, CLOSED, 2)->id;
	h = grant_of(&acts, ISSUING, 3, &g, "osl")->id;
	c = fold();
	CHECK(c.state == WICI_CERT_GRANTED && wici_id_equal(&c.grant->id, &h));
	CHECK(wici_id_equal(&c.asked->id, &g));
	CHECK(c.terms.valid_until.last == day("2027-12-31"));
	asked = h; /* Whichever of them one asks about. */
	c = fold();
	CHECK(wici_id_equal(&c.grant->id, &h) &&
	      wici_id_equal(&c.asked->id, &h));
	r = revoke(&acts, 9, &g, NULL)->id;
	c = fold();
	CHECK(c.state == WICI_CERT_REVOKED && act_by_id(&r)->is_effective);
	grant_of(&acts, ISSUING, 10, &h, "osl");
	c = fold();
	CHECK(c.state == WICI_CERT_REVOKED && c.grant->seq == 10);
}

TEST(the_root_revokes_by_an_older_id_too)
{
	struct wici_certificate c;
	struct wici_id g;

	acts.n = 0;
	g = grant(&acts, ISSUING, 2)->id;
	grant_of(&acts, ISSUING, 3, &g, "osl");
	by_root = (struct wici_root_revocation){.certificate = g,
						.effective = day("2024-05-01")};
	suspend(&acts, 4, &g, "2024-01-01");
	revoke(&acts, 5, &g, "2024-02-01");
	c = fold();
	CHECK(c.by_root && c.state == WICI_CERT_REVOKED && c.grant->seq == 3);
	CHECK(c.issued == WICI_CERT_REVOKED);
	CHECK(on(&c, "2024-05-01") == 'R');
	CHECK(on(&c, "2024-04-30") == 'G'); /* The root's day and no other. */
	CHECK(on(&c, "2024-01-31") == 'S');
	by_root.effective = 0;
}

/* Neither a stranger, nor another scheme, nor what does not count corrects. */
TEST(what_is_no_correction_is_left_out)
{
	for (int i = 0; i < 4; i++) {
		struct wici_certificate c;
		struct wici_act *a;
		struct wici_id g;

		acts.n = 0;
		g = grant(&acts, ISSUING, 2)->id;
		a = grant_of(&acts, i == 0 ? 60 : ISSUING, 3, &g,
			     i == 1 ? "cal" : "osl");
		if (i == 1)
			a->feed = pair(OTHER).key;
		if (i == 2)
			a->standing = WICI_VOID_SIG;
		if (i == 3)
			a->standing = WICI_VOID_INDEX;
		c = fold();
		CHECK(wici_id_equal(&c.grant->id, &g) && c.issuer);
		CHECK(c.state == WICI_CERT_GRANTED && c.acts_count == 1);
	}
}

TEST(an_erased_or_a_strangers_reason_is_not_shown)
{
	struct wici_certificate c;
	struct wici_act *a;
	struct wici_id g, r;

	acts.n = 0;
	g = grant(&acts, ISSUING, 2)->id;
	r = revoke(&acts, 3, &g, NULL)->id;
	a = reason(&acts, 4, &r, "x");
	a->standing = WICI_ERASED;
	a->body = (struct wici_bytes){NULL, 0};
	a = reason(&acts, 5, &r, "y");
	a->feed = pair(60).key;
	c = fold();
	CHECK(c.state == WICI_CERT_REVOKED && !reason_text(&c).p);
}

/* The root's day stands, earlier or later than the issuer's, and what the
 * issuer said is there again once the root lifts it. */
TEST(the_roots_revocation_outranks_the_issuers_until_it_is_lifted)
{
	static const char *days[] = {NULL, "2023-01-01", "2025-01-01"};

	for (size_t i = 0; i < 3; i++) {
		struct wici_certificate c;

		acts.n = 0;
		by_root.certificate = grant(&acts, ISSUING, 2)->id;
		by_root.effective = day("2024-05-01");
		by_root.is_lifted = false;
		if (i)
			revoke(&acts, 3, &by_root.certificate, days[i]);
		c = fold();
		CHECK(c.state == WICI_CERT_REVOKED && c.by_root);
		CHECK(from(&c) == by_root.effective);
		CHECK((revoke_of(&c) != NULL) == (i > 0));
		CHECK(!revoke_of(&c) || revoke_of(&c)->is_effective);
		by_root.is_lifted = true;
		c = fold();
		CHECK(!c.by_root && (c.state == WICI_CERT_REVOKED) == (i > 0));
		CHECK(!i || from(&c) == day(days[i]));
	}
	by_root.effective = 0;
}

TEST(the_roots_revocation_of_another_certificate_does_not_touch_this_one)
{
	struct wici_certificate c;

	acts.n = 0;
	grant(&acts, ISSUING, 2);
	by_root.certificate = id_of(9);
	by_root.effective = day("2024-05-01");
	c = fold();
	CHECK(c.state == WICI_CERT_GRANTED && !c.by_root);
	by_root.effective = 0;
}

/* It is disputed, not a stranger's: a new node must not say UNKNOWN_ISSUER
 * while the chain is on its way. */
TEST(a_grant_ahead_of_the_named_entry_has_its_issuer_and_no_effect)
{
	struct wici_certificate c;
	struct wici_id g;

	acts.n = 0;
	g = grant(&acts, ISSUING, 2)->id;
	acts.act[0].standing = WICI_VOID_AHEAD;
	revoke(&acts, 3, &g, NULL)->standing = WICI_VOID_AHEAD;
	c = fold();
	CHECK(c.state == WICI_CERT_GRANTED && c.issuer && !revoke_of(&c));
	CHECK(!c.grant->is_effective);
	CHECK(strcmp(c.grant->why, "void_ahead") == 0);
	acts.n = 0;
	grant(&acts, 60, 2)->standing = WICI_VOID_AHEAD;
	c = fold();
	CHECK(!c.issuer);
}

static uint32_t next(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

TEST(the_order_of_arrival_does_not_matter)
{
	struct wici_id g, r1, r2, want_revoke;
	struct wici_certificate c;
	uint32_t seed = 1;

	acts.n = 0;
	g = grant(&acts, CLOSED, 2)->id;
	r1 = revoke(&acts, 3, &g, "2024-01-01")->id;
	acts.act[acts.n - 1].feed = pair(CLOSED).key; /* Concurrent. */
	r2 = revoke(&acts, 4, &g, "2024-02-02")->id;
	reason(&acts, 7, &r1, "a");
	reason(&acts, 8, &r2, "b");
	reason(&acts, 9, &r1, "c");
	reason(&acts, 10, &r2, "d");
	revoke(&acts, 11, &g, NULL)->feed = pair(60).key;
	c = fold();
	want_revoke = revoke_of(&c)->id;
	CHECK(wici_bytes_is(reason_text(&c), "c"));
	for (int round = 0; round < 20000; round++) {
		for (size_t i = acts.n - 1; i > 0; i--) {
			size_t j = next(&seed) % (i + 1);
			struct wici_act t = acts.act[i];

			acts.act[i] = acts.act[j];
			acts.act[j] = t;
		}
		c = fold();
		CHECK(c.state == WICI_CERT_REVOKED);
		CHECK(wici_id_equal(&c.grant->id, &g));
		CHECK(wici_id_equal(&revoke_of(&c)->id, &want_revoke));
		CHECK(wici_bytes_is(reason_text(&c), "c"));
	}
}

/* What others write about a certificate cannot crowd out its issuer. */
TEST(three_hundred_acts_neither_abort_nor_hide_the_revocation)
{
	struct wici_certificate c;
	struct wici_id g;

	acts.n = 0;
	g = grant(&acts, ISSUING, 2)->id;
	while (acts.n < 299)
		revoke(&acts, acts.n + 10, &g, NULL)->feed = pair(60).key;
	c = fold();
	CHECK(c.state == WICI_CERT_GRANTED);
	revoke(&acts, 9, &g, "2024-01-01");
	c = fold();
	CHECK(c.state == WICI_CERT_REVOKED && revoke_of(&c)->seq == 9);
	acts.n = 0;
	g = grant(&acts, ISSUING, 2)->id;
	while (acts.n < 300)
		revoke(&acts, acts.n + 10, &g, NULL);
	c = fold();
	CHECK(c.state == WICI_CERT_REVOKED);
}

TEST(a_bad_signature_leaves_the_grant_to_be_shown)
{
	struct wici_certificate c;

	acts.n = 0;
	grant(&acts, ISSUING, 2)->standing = WICI_VOID_SIG;
	c = fold();
	CHECK(c.state == WICI_CERT_GRANTED && c.grant && c.issuer);
	CHECK(!c.grant->is_effective);
}

TEST_MAIN(
	RUN(a_grant_of_the_issuer_is_a_certificate),
	RUN(without_a_grant_there_is_no_certificate),
	RUN(a_grant_whose_index_was_used_before_is_no_certificate),
	RUN(closed_feeds_come_first_in_their_order_and_then_the_present_one),
	RUN(anybody_elses_grant_is_shown_but_has_no_issuer),
	RUN(a_closed_issuing_feed_grants_up_to_its_cut),
	RUN(the_issuer_revokes_its_own_grants_even_of_a_closed_feed),
	RUN(nobody_else_can_revoke),
	RUN(a_revocation_of_another_certificate_does_not_touch_this_one),
	RUN(a_revocation_takes_effect_on_its_day_or_on_polands_day_of_the_act),
	RUN(the_first_of_several_revocations_stands),
	RUN(a_second_revocation_counts_when_it_counts_from_an_earlier_day),
	RUN(the_reason_is_the_revocations_and_the_last_one_given),
	RUN(what_is_suspended_holds_again_once_it_is_reinstated),
	RUN(a_revocation_lifted_on_appeal_holds_for_the_days_between_or_not_at_all),
	RUN(what_its_state_does_not_allow_is_without_effect),
	RUN(acts_of_a_closed_feed_come_before_those_of_the_present_one),
	RUN(a_correction_is_the_same_certificate_and_changes_no_state),
	RUN(the_root_revokes_by_an_older_id_too),
	RUN(what_is_no_correction_is_left_out),
	RUN(an_erased_or_a_strangers_reason_is_not_shown),
	RUN(the_roots_revocation_outranks_the_issuers_until_it_is_lifted),
	RUN(the_roots_revocation_of_another_certificate_does_not_touch_this_one),
	RUN(a_grant_ahead_of_the_named_entry_has_its_issuer_and_no_effect),
	RUN(the_order_of_arrival_does_not_matter),
	RUN(three_hundred_acts_neither_abort_nor_hide_the_revocation),
	RUN(a_bad_signature_leaves_the_grant_to_be_shown))
