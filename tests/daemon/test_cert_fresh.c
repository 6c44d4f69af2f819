/* tests/daemon/test_cert_fresh.c — Who else could make a certificate fresh, or
 * keep it from being so? Entries by hand, of all who may not write them, and of
 * those who may and write what is not so. */
#include "daemon/cert_fresh.h"
#include "tests/daemon/desk.h"

/* ---- beacons ---- */

#define ALL_GRANTED                                                            \
	{                                                                      \
		.roster = 1, .states_len = 8, .states = 0x55                   \
	}
#define ALL_REVOKED                                                            \
	{                                                                      \
		.roster = 1, .states_len = 8, .states = 0xff                   \
	}
#define NONE_STANDS                                                            \
	{                                                                      \
		.roster = 1, .states_len = 8, .states = 0                      \
	}

TEST(a_members_beacon_is_no_beacon)
{
	struct desk d;

	desk_begin(&d);
	beacon(&d.x, &d, (struct vouch_beacon)ALL_REVOKED);
	beacon(&d.y, &d, (struct vouch_beacon)NONE_STANDS);
	CHECK(vouched(&d.cal, "VALID", NULL));
	CHECK(has(call(&d.cal, "log.list", "{}"), "'why':'void_right'"));
	/* Nor does it make one fresh. */
	d.cal.wall_ms += 8 * (int64_t)86400000;
	d.cal.mono_ms += 8 * (uint64_t)86400000;
	d.cal.n->sealed = "key_missing"; /* CAL itself is silent. */
	beacon(&d.x, &d, (struct vouch_beacon)ALL_GRANTED);
	CHECK(vouched(&d.cal, "STALE", "'detail':'old 2026-11-2"));
	desk_end(&d);
}

TEST(a_closed_feeds_beacon_is_none_any_more)
{
	const struct vouch_beacon revoked = ALL_REVOKED;
	struct wici_head head, seen;
	struct desk d;

	desk_begin(&d);
	hand_over(&d);
	CHECK(vouched(&d.cal, "STALE",
		      "'name':'beacon','ok':false,'detail':'none'"));
	beacon(&d.x, &d, (struct vouch_beacon)ALL_GRANTED);
	/* CAL admits: so its word as the registrar is asked for, and comes by
	 * itself when it has seen the new feed. */
	seen = d.x.head;
	d.cal.wall_ms += 86400000;
	fixture_rest(&d.cal);
	CHECK(root_head(d.cal.n, &seen.feed).seq == seen.seq);
	CHECK(vouched(&d.cal, "VALID", NULL));
	fixture_begin(&d.cal);
	CHECK_OK(publish_append(d.cal.n, &wici_kind_beacon,
				vouch_say_beacon(&revoked), &head));
	fixture_end(&d.cal);
	CHECK(vouched(&d.cal, "VALID", NULL));
	desk_end(&d);
}

/* It issues for one scheme, and speaks of another; at last so much that the
 * right one is not looked for any longer. */
TEST(a_beacon_of_another_scheme_says_nothing)
{
	struct vouch_beacon other = ALL_REVOKED;
	struct desk d;

	desk_begin(&d);
	hand_over(&d);
	beacon(&d.x, &d, (struct vouch_beacon)ALL_GRANTED);
	d.cal.wall_ms += 86400000;
	fixture_rest(&d.cal);
	other.scheme = "inny";
	for (int i = 0; i < 20; i++)
		beacon(&d.x, &d, other);
	CHECK(vouched(&d.cal, "VALID", NULL));
	for (int i = 0; i < 300; i++)
		beacon(&d.x, &d, other);
	CHECK(vouched(&d.cal, "STALE",
		      "'name':'beacon','ok':false,'detail':'none'"));
	desk_end(&d);
}

TEST(a_beacon_beyond_its_limits_is_void_and_one_within_is_taken)
{
	struct vouch_beacon good = {.roster = 1,
				    .states_len = WICI_BEACON_STATES_MAX,
				    .states = 0x55,
				    .restored = WICI_BEACON_RESTORED_MAX};
	struct vouch_beacon bad[] = {
		{.roster = 1, .states_len = 0, .states = 0xff},
		{.roster = 1,
		 .states_len = WICI_BEACON_STATES_MAX + 1,
		 .states = 0xff},
		{.roster = 1,
		 .states_len = 8,
		 .states = 0xff,
		 .restored = WICI_BEACON_RESTORED_MAX + 1},
	};
	struct desk d;

	desk_begin(&d);
	hand_over(&d);
	beacon(&d.x, &d, good);
	d.cal.wall_ms += 86400000;
	fixture_rest(&d.cal);
	CHECK(vouched(&d.cal, "VALID", NULL));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		beacon(&d.x, &d, bad[i]);
		CHECK(vouched(&d.cal, "VALID", NULL));
	}
	CHECK(has(call(&d.cal, "log.list", "{}"), "'why':'void_body'"));
	desk_end(&d);
}

/* Its issuer may say so, and then it is so. */
TEST(what_a_beacon_says_is_believed_only_when_it_is_the_worse)
{
	struct vouch_beacon revoked = ALL_REVOKED;
	struct desk d;

	desk_begin(&d);
	(void)call(&d.cal, "cert.revoke", "{'ref':'1'}");
	hand_over(&d);
	beacon(&d.x, &d, (struct vouch_beacon)ALL_GRANTED);
	d.cal.wall_ms += 86400000;
	fixture_rest(&d.cal);
	CHECK(vouched(&d.cal, "REVOKED", NULL));
	desk_end(&d);

	desk_begin(&d);
	hand_over(&d);
	/* From before the change that names its feed: of an older root. */
	beacon(&d.x, &d, revoked);
	CHECK(vouched(&d.cal, "STALE", "'detail':'before "));
	revoked.roster = 2;
	beacon(&d.x, &d, revoked);
	CHECK(vouched(&d.cal, "REVOKED",
		      "'name':'revocation','ok':false,'detail':'beacon'"));
	beacon(&d.x, &d, (struct vouch_beacon)NONE_STANDS);
	CHECK(vouched(&d.cal, "STALE", "'detail':'unlisted"));
	desk_end(&d);
}

/* A relay has the grant already, and not yet the beacon that lists it. */
TEST(what_stands_behind_a_beacon_is_not_told_by_it)
{
	const struct vouch_beacon none = NONE_STANDS;
	struct desk d;

	desk_begin(&d);
	hand_over(&d);
	beacon(&d.x, &d, none);
	d.cal.wall_ms += 86400000;
	fixture_rest(&d.cal);
	vouch(&d.x, &d.cal, WICI_KIND_CERTIFICATE_GRANT,
	      vouch_say_grant(&d.cal, 20, "2"));
	fixture_rest(&d.cal);
	CHECK(vouched_of(&d.cal, "2", "VALID", NULL));
	CHECK(vouched(&d.cal, "STALE", "'detail':'unlisted"));
	beacon(&d.x, &d, none);
	CHECK(vouched_of(&d.cal, "2", "STALE", "'detail':'unlisted"));
	desk_end(&d);
}

/* What a thief said behind the cut is heard by some, and by others not. */
TEST(what_stands_behind_a_cut_withholds_no_verdict)
{
	struct wici_head cuts[2];
	struct desk d;

	desk_begin(&d);
	cuts[0] = root_head(d.cal.n, &d.cal.n->own->row.key);
	hand_over(&d);
	vouch(&d.x, &d.cal, WICI_KIND_CERTIFICATE_GRANT,
	      vouch_say_grant(&d.cal, 20, "2"));
	cuts[1] = d.x.head;
	vouch(&d.x, &d.cal, VOUCH_UNKNOWN,
	      (struct wici_bytes){(const uint8_t *)"\x80", 1});
	beacon(&d.x, &d, (struct vouch_beacon)ALL_GRANTED);
	d.cal.wall_ms += 86400000;
	fixture_rest(&d.cal);
	CHECK(vouched_of(&d.cal, "2", "STALE", "'newer_needed'"));
	hand_over_to(&d, &d.y, cuts, 2);
	beacon(&d.y, &d, (struct vouch_beacon)ALL_GRANTED);
	d.cal.wall_ms += 86400000;
	fixture_rest(&d.cal);
	CHECK(vouched_of(&d.cal, "2", "VALID", NULL));
	CHECK(vouched(&d.cal, "VALID", NULL));
	desk_end(&d);
}

static const int64_t times[] = {
	INT64_MIN,     INT64_MIN + 1,     -1,        0, 1,
	4070908800000, INT64_MAX - 10000, INT64_MAX,
};
#define TIMES (sizeof(times) / sizeof(times[0]))

TEST(no_time_that_can_be_written_is_fresh_but_the_right_one)
{
	const struct vouch_beacon granted = ALL_GRANTED;
	struct desk d;

	desk_begin(&d);
	hand_over(&d);
	for (size_t i = 0; i < TIMES; i++) {
		CHECK_OK(vouch_at(&d.x, &d.cal, WICI_KIND_BEACON,
				  vouch_say_beacon(&granted), times[i]));
		fixture_rest(&d.cal);
		CHECK(vouched(&d.cal, "STALE", "'name':'beacon','ok':false"));
		CHECK(has(call(&d.cal, "doctor.get", "{}"),
			  "{'name':'word','state':'bad'"));
	}
	beacon(&d.x, &d, granted);
	d.cal.wall_ms += 86400000;
	fixture_rest(&d.cal);
	CHECK(vouched(&d.cal, "VALID", NULL));
	desk_end(&d);
}

TEST(a_beacon_that_knows_of_any_later_version_does_not_do)
{
	static const uint64_t versions[] = {3, 1000, (uint64_t)1 << 53,
					    UINT64_MAX};
	struct vouch_beacon b = ALL_GRANTED;
	struct desk d;

	desk_begin(&d);
	hand_over(&d);
	for (size_t i = 0; i < 4; i++) {
		b.roster = versions[i];
		beacon(&d.x, &d, b);
		CHECK(vouched(&d.cal, "STALE", "'detail':'roster 2026"));
	}
	desk_end(&d);
}

/* ---- witnesses ---- */

TEST(only_who_is_named_witnesses)
{
	struct wici_head head;
	struct author z;
	struct desk d;

	desk_begin(&d);
	vouch_author(&z, &d.cal, 3);
	name_both(&d, 2);
	head = issuing(&d);
	sees(&z, &d, sight_of(&d, &head, 1));
	CHECK(vouched(&d.cal, "STALE", "'ok':false,'detail':'0/2 none'"));
	sees(&d.x, &d, sight_of(&d, &head, 1));
	sees(&d.x, &d, sight_of(&d, &head, 1)); /* Twice is once. */
	CHECK(vouched(&d.cal, "STALE", "'ok':false,'detail':'1/2 none'"));
	sees(&d.y, &d, sight_of(&d, &head, 1));
	CHECK(vouched(&d.cal, "VALID", "'ok':true,'detail':'2/2 2026"));
	desk_end(&d);
}

/* It is named still, and has no word any more. */
TEST(a_suspended_witness_says_nothing_new)
{
	struct wici_feed_row row = {.is_open = false};
	struct wici_head head;
	struct desk d;

	desk_begin(&d);
	name_both(&d, 2);
	row.at = d.x.head;
	root_begin(&change, d.cal.n, 1);
	wici_op_member(&change.w, WICI_OP_SUSPEND, &d.x.identity, NULL, &row,
		       1);
	tell(&d);
	head = issuing(&d);
	{
		struct vouch_sight s = sight_of(&d, &head, 1);

		(void)vouch_at(&d.x, &d.cal, WICI_KIND_WITNESS,
			       vouch_say_sight(&s), d.cal.wall_ms);
	}
	sees(&d.y, &d, sight_of(&d, &head, 1));
	CHECK(vouched(&d.cal, "STALE", "'ok':false,'detail':'1/2 none'"));
	desk_end(&d);
}

#define HEADS_MAX 64

/* Whatever x says, y says what is so: one is needed, and one is there. */
TEST(no_heads_that_can_be_written_count_but_the_right_one)
{
	static struct wici_head heads[HEADS_MAX + 1];
	struct wici_head head, other;
	struct desk d;

	desk_begin(&d);
	name_both(&d, 1);
	head = issuing(&d);
	for (size_t i = 0; i <= HEADS_MAX; i++) {
		heads[i] = head;
		heads[i].feed.b[0] ^= (uint8_t)(i + 1);
	}
	sees(&d.x, &d, sight_of(&d, NULL, 0));
	CHECK(vouched(&d.cal, "STALE", "'detail':'0/1 unnamed'"));
	sees(&d.x, &d, sight_of(&d, heads, HEADS_MAX));
	CHECK(vouched(&d.cal, "STALE", "'detail':'0/1 unnamed'"));
	heads[HEADS_MAX - 1] = head;
	sees(&d.x, &d, sight_of(&d, heads, HEADS_MAX));
	CHECK(vouched(&d.cal, "VALID", "'detail':'1/1 2026"));
	/* One too many is void, and what stood before it stands. */
	heads[0] = head;
	heads[0].id.b[0] ^= 1;
	sees(&d.x, &d, sight_of(&d, heads, HEADS_MAX + 1));
	CHECK(vouched(&d.cal, "VALID", "'detail':'1/1 2026"));

	/* Named twice, the first is meant. */
	other = head;
	other.id.b[31] ^= 1;
	heads[0] = other;
	heads[1] = head;
	sees(&d.x, &d, sight_of(&d, heads, 2));
	CHECK(vouched(&d.cal, "STALE", "'detail':'0/1 split'"));
	for (int i = 0; i < 4; i++) {
		static const uint64_t seqs[] = {((uint64_t)1 << 53) - 1,
						(uint64_t)1 << 63, UINT64_MAX,
						0};

		other = head;
		other.seq = seqs[i];
		sees(&d.x, &d, sight_of(&d, &other, 1));
		CHECK(vouched(&d.cal, "STALE", "'detail':'0/1 behind'"));
	}
	sees(&d.y, &d, sight_of(&d, &head, 1));
	CHECK(vouched(&d.cal, "VALID", "'detail':'1/1 2026"));
	desk_end(&d);
}

TEST(a_witness_of_no_time_or_another_root_does_not_count)
{
	struct wici_head head;
	struct vouch_sight s;
	struct desk d;

	desk_begin(&d);
	name_both(&d, 1);
	head = issuing(&d);
	for (size_t i = 0; i < TIMES; i++) {
		s = sight_of(&d, &head, 1);
		CHECK_OK(vouch_at(&d.x, &d.cal, WICI_KIND_WITNESS,
				  vouch_say_sight(&s), times[i]));
		CHECK(vouched(&d.cal, "STALE", "'detail':'0/1 "));
	}
	s = sight_of(&d, &head, 1);
	s.roster = ((uint64_t)1 << 53) - 1;
	sees(&d.x, &d, s);
	CHECK(vouched(&d.cal, "STALE", "'detail':'0/1 roster'"));
	s = sight_of(&d, &head, 1);
	s.roster_id.b[0] ^= 1;
	sees(&d.x, &d, s);
	CHECK(vouched(&d.cal, "STALE", "'detail':'0/1 split'"));
	s = sight_of(&d, &head, 1);
	s.roster = 0;
	sees(&d.x, &d, s);
	CHECK(vouched(&d.cal, "STALE", "'detail':'0/1 split'"));
	desk_end(&d);
}

/* Named, and none of them asked: then nobody has been, and that is said. */
TEST(witnesses_of_whom_none_is_needed_are_not_checked)
{
	struct desk d;

	desk_begin(&d);
	name_both(&d, 0);
	CHECK(vouched(&d.cal, "VALID", "'not_checked':['witness']"));
	desk_end(&d);
}

/* x issues, too, of another scheme: of this one it is anybody. */
TEST(an_issuer_of_another_scheme_hides_no_revocation)
{
	struct wici_issuer issuers[2] = {{.scheme = "inny"}, {.scheme = "osl"}};
	static uint8_t buf[100];
	struct wici_mp_writer w;
	struct wici_bytes payload;
	struct desk d;

	desk_begin(&d);
	issuers[0].identity = issuers[0].token_key = d.x.identity;
	issuers[0].at = d.x.head;
	issuers[1].identity = issuers[1].token_key = d.cal.n->keys.identity;
	issuers[1].at = issuing(&d);
	root_begin(&change, d.cal.n, 1);
	wici_op_issuers(&change.w, "2029-01-01", issuers, 2);
	tell(&d);
	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_mp_map(&w, 1);
	wici_mp_str(&w, "certificate");
	wici_mp_bin(&w, d.certificate.b, WICI_ID_LEN);
	CHECK_OK(wici_mp_written(&w, &payload));
	for (int i = 0; i < 300; i++)
		vouch(&d.x, &d.cal,
		      i % 2 ? WICI_KIND_CERTIFICATE_REVOKE
			    : WICI_KIND_CERTIFICATE_REINSTATE,
		      payload);
	fixture_rest(&d.cal);
	CHECK(vouched(&d.cal, "VALID", "'name':'version','ok':true"));
	(void)call(&d.cal, "cert.revoke", "{'ref':'1'}");
	CHECK(vouched(&d.cal, "REVOKED", NULL));
	desk_end(&d);
}

TEST_MAIN(RUN(a_members_beacon_is_no_beacon),
	  RUN(a_closed_feeds_beacon_is_none_any_more),
	  RUN(a_beacon_of_another_scheme_says_nothing),
	  RUN(a_beacon_beyond_its_limits_is_void_and_one_within_is_taken),
	  RUN(what_a_beacon_says_is_believed_only_when_it_is_the_worse),
	  RUN(what_stands_behind_a_beacon_is_not_told_by_it),
	  RUN(what_stands_behind_a_cut_withholds_no_verdict),
	  RUN(no_time_that_can_be_written_is_fresh_but_the_right_one),
	  RUN(a_beacon_that_knows_of_any_later_version_does_not_do),
	  RUN(only_who_is_named_witnesses),
	  RUN(a_suspended_witness_says_nothing_new),
	  RUN(no_heads_that_can_be_written_count_but_the_right_one),
	  RUN(a_witness_of_no_time_or_another_root_does_not_count),
	  RUN(witnesses_of_whom_none_is_needed_are_not_checked),
	  RUN(an_issuer_of_another_scheme_hides_no_revocation))
