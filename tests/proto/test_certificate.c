/* tests/proto/test_certificate.c — Acts about one certificate, whoever wrote
 * them and in whatever order they came. */
#include "proto/certificate.h"

#include "proto/day.h"
#include "tests/proto/trust.h"
#include "tests/test.h"

#define ISSUING 30
#define OTHER   31 /* Issues for another scheme. */
#define CLOSED  20 /* Issued before, up to seq 5. */

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

/* Acts with their payloads. */
struct acts {
	struct wici_act act[300];
	uint8_t buf[300][256];
	size_t n;
};

static struct wici_act *add(struct acts *a, uint16_t kind, uint8_t feed,
			    uint64_t seq, const struct wici_mp_writer *w)
{
	struct wici_act *act = &a->act[a->n++];

	memset(act, 0, sizeof(*act));
	CHECK_OK(wici_mp_written(w, &act->body));
	act->kind = kind;
	act->feed = pair(feed).key;
	act->seq = seq;
	act->id = wici_hash_bytes(
		WICI_DOMAIN_ID,
		(struct wici_bytes){(const uint8_t *)&(uint64_t[2]){feed, seq},
				    16});
	act->standing = WICI_COUNTS;
	return act;
}

static struct wici_act *grant(struct acts *a, uint8_t feed, uint64_t seq)
{
	struct wici_key holder = pair(5).key;
	struct wici_mp_writer w;

	wici_mp_writer_init(&w, a->buf[a->n], sizeof(a->buf[0]));
	wici_mp_map(&w, 5);
	wici_mp_str(&w, "holder");
	wici_mp_bin(&w, holder.b, sizeof(holder.b));
	wici_mp_str(&w, "index");
	wici_mp_uint(&w, 3);
	wici_mp_str(&w, "scheme");
	wici_mp_str(&w, "osl");
	wici_mp_str(&w, "valid_from");
	wici_mp_str(&w, "2022");
	wici_mp_str(&w, "valid_until");
	wici_mp_str(&w, "2026");
	return add(a, WICI_KIND_CERTIFICATE_GRANT, feed, seq, &w);
}

static struct wici_act *revoke(struct acts *a, uint64_t seq,
			       const struct wici_id *certificate,
			       const char *effective)
{
	struct wici_mp_writer w;

	wici_mp_writer_init(&w, a->buf[a->n], sizeof(a->buf[0]));
	wici_mp_map(&w, effective ? 2 : 1);
	wici_mp_str(&w, "certificate");
	wici_mp_bin(&w, certificate->b, sizeof(certificate->b));
	if (effective) {
		wici_mp_str(&w, "effective");
		wici_mp_str(&w, effective);
	}
	return add(a, WICI_KIND_CERTIFICATE_REVOKE, ISSUING, seq, &w);
}

static struct wici_act *reason(struct acts *a, uint64_t seq,
			       const struct wici_id *revocation,
			       const char *text)
{
	struct wici_mp_writer w;

	wici_mp_writer_init(&w, a->buf[a->n], sizeof(a->buf[0]));
	wici_mp_map(&w, 2);
	wici_mp_str(&w, "revocation");
	wici_mp_bin(&w, revocation->b, sizeof(revocation->b));
	wici_mp_str(&w, "text");
	wici_mp_str(&w, text);
	return add(a, WICI_KIND_CERTIFICATE_REASON, ISSUING, seq, &w);
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
	wici_certificate_fold(&c, &r, acts.act, acts.n);
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

TEST(a_grant_of_the_issuer_is_a_certificate)
{
	struct wici_certificate c;

	acts.n = 0;
	grant(&acts, ISSUING, 2);
	c = fold();
	CHECK(c.state == WICI_CERT_GRANTED && c.issuer && !c.revoke);
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
	CHECK(c.state == WICI_CERT_NONE && !c.grant && !c.revoke);
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
	CHECK(c.state == WICI_CERT_NONE && !c.grant && !c.revoke);
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
	CHECK(c.state == WICI_CERT_REVOKED && c.revoke);
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
		CHECK(c.state == WICI_CERT_GRANTED && !c.revoke);
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
	CHECK(c.revoked_from.first == day("2024-05-01"));

	/* 2024-06-30 22:30 UTC: in Poland the next day has begun. */
	acts.n = 0;
	g = grant(&acts, ISSUING, 2)->id;
	a = revoke(&acts, 3, &g, NULL);
	a->time_ms = (int64_t)day("2024-06-30") * 86400000 + 81000000;
	c = fold();
	CHECK(c.revoked_from.first == day("2024-07-01"));
	CHECK(c.revoked_from.last == day("2024-07-01"));
}

TEST(the_first_of_several_revocations_stands)
{
	struct wici_certificate c;
	struct wici_id g, second;

	acts.n = 0;
	g = grant(&acts, ISSUING, 2)->id;
	second = revoke(&acts, 5, &g, "2023-01-01")->id;
	revoke(&acts, 4, &g, "2024-05-01");
	c = fold();
	CHECK(c.state == WICI_CERT_REVOKED && c.revoke->seq == 4);
	CHECK(c.revoked_from.first == day("2024-05-01"));
	CHECK(!act_by_id(&second)->is_effective);
	CHECK(strcmp(act_by_id(&second)->why, "already_revoked") == 0);
}

TEST(the_reason_is_the_revocations_and_the_last_one_given)
{
	struct wici_certificate c;
	struct wici_id g, r1, r2, first;

	acts.n = 0;
	g = grant(&acts, ISSUING, 2)->id;
	r1 = revoke(&acts, 3, &g, NULL)->id;
	c = fold();
	CHECK(!c.reason && !c.reason_text.p);
	first = reason(&acts, 4, &r1, "kontrola")->id;
	c = fold();
	CHECK(c.reason && wici_bytes_is(c.reason_text, "kontrola"));
	reason(&acts, 5, &r1, "kontrola, poprawione");
	r2 = revoke(&acts, 6, &g, NULL)->id;
	reason(&acts, 7, &r2, "inny");
	c = fold();
	CHECK(wici_bytes_is(c.reason_text, "kontrola, poprawione"));
	CHECK(strcmp(act_by_id(&first)->why, "superseded") == 0);
	CHECK(c.state == WICI_CERT_REVOKED);
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
	CHECK(c.state == WICI_CERT_REVOKED && !c.reason && !c.reason_text.p);
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
		CHECK(c.revoked_from.first == by_root.effective);
		CHECK(c.revoked_from.last == by_root.effective);
		CHECK((c.revoke != NULL) == (i > 0));
		CHECK(!c.revoke || c.revoke->is_effective);
		by_root.is_lifted = true;
		c = fold();
		CHECK(!c.by_root && (c.state == WICI_CERT_REVOKED) == (i > 0));
		CHECK(!i || c.revoked_from.first == day(days[i]));
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
	CHECK(c.state == WICI_CERT_GRANTED && c.issuer && !c.revoke);
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
	struct wici_id g, r1, r2, want_revoke, want_reason;
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
	want_revoke = c.revoke->id;
	want_reason = c.reason->id;
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
		CHECK(wici_id_equal(&c.revoke->id, &want_revoke));
		CHECK(wici_id_equal(&c.reason->id, &want_reason));
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
	CHECK(c.state == WICI_CERT_REVOKED && c.revoke->seq == 9);
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
	RUN(the_reason_is_the_revocations_and_the_last_one_given),
	RUN(an_erased_or_a_strangers_reason_is_not_shown),
	RUN(the_roots_revocation_outranks_the_issuers_until_it_is_lifted),
	RUN(the_roots_revocation_of_another_certificate_does_not_touch_this_one),
	RUN(a_grant_ahead_of_the_named_entry_has_its_issuer_and_no_effect),
	RUN(the_order_of_arrival_does_not_matter),
	RUN(three_hundred_acts_neither_abort_nor_hide_the_revocation),
	RUN(a_bad_signature_leaves_the_grant_to_be_shown))
