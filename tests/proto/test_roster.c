/* tests/proto/test_roster.c — Members and rights: a fold of what the root and
 * the registrar said. Keys: test_roster_keys.c; what feeds count:
 * test_standing.c. */
#include "proto/roster.h"

#include "proto/kinds/certificate.h"
#include "proto/kinds/member.h"
#include "tests/proto/founded.h"
#include "tests/proto/trust.h"
#include "tests/test.h"

#define ANY ((struct wici_bytes){NULL, 0})

TEST(a_network_is_founded_by_its_first_change)
{
	struct net n = net(3, 2);
	struct wici_roster r;

	found(&r, &n, NULL, 0);
	CHECK(r.version == 1 && strcmp(r.name, "Sieć OSL") == 0);
	CHECK(r.policy.threshold == 2 && r.policy.keys_count == 3);
	CHECK(r.has_expires && r.issuers_count == 0 && r.issuers_version == 1);
	CHECK(r.registrar.seq == 1 && r.registrar_version == 1);
	CHECK(r.members_count == 0 && r.before_count == 0);
}

static void plain(struct made *m, const struct wici_id *network,
		  const struct wici_id *prev, uint64_t version)
{
	made_begin(m, network, 0);
	made_end(m, prev, version);
}

TEST(a_change_that_is_not_the_next_is_refused_and_changes_nothing)
{
	struct net n = net(3, 2);
	struct net other = net(1, 1);
	struct wici_id wrong = id_of(5);
	static struct wici_roster r, before;
	struct made m;

	found(&r, &n, NULL, 0);
	before = r;
	plain(&m, &n.id, &wrong, 2);
	CHECK_ERR(wici_roster_change(&r, &m.s), WICI_REJECT_CHAIN);
	plain(&m, &n.id, &r.id, 3);
	CHECK_ERR(wici_roster_change(&r, &m.s), WICI_REJECT_CHAIN);
	plain(&m, &n.id, &n.id, 2);
	CHECK_ERR(wici_roster_change(&r, &m.s), WICI_REJECT_CHAIN);
	plain(&m, &other.id, &r.id, 2);
	CHECK_ERR(wici_roster_change(&r, &m.s), WICI_REJECT_NETWORK);
	m.s.type = WICI_STATEMENT_FORK;
	CHECK_ERR(wici_roster_change(&r, &m.s), WICI_REJECT_STATEMENT);
	CHECK(memcmp(&r, &before, sizeof(r)) == 0);
	plain(&m, &n.id, &r.id, 2);
	CHECK_OK(wici_roster_change(&r, &m.s));
	CHECK(r.version == 2);
	CHECK_ERR(wici_roster_change(&r, &m.s), WICI_REJECT_CHAIN);
}

TEST(a_choice_between_rivals_is_itself_never_in_force)
{
	static struct wici_roster r, before;
	struct net n = net(1, 1);
	struct wici_id rival = id_of(7);
	struct made m;

	found(&r, &n, NULL, 0);
	before = r;
	change_begin(&m, &r, 1);
	wici_op_stands(&m.w, &rival);
	CHECK_ERR(change_end(&m, &r), WICI_REJECT_CHAIN);
	CHECK(memcmp(&r, &before, sizeof(r)) == 0);
}

TEST(another_network_cannot_be_founded_in_this_ones_name)
{
	struct net n = net(3, 2);
	struct net thief = net(1, 1);
	struct wici_roster_space none = {0};
	struct wici_roster r;
	struct made m;

	/* The thief's own policy, which he can approve. */
	made_begin(&m, &n.id, 1);
	wici_op_found(&m.w, &thief.policy, WICI_BYTES("Sieć OSL"), &thief.salt);
	made_end(&m, &n.id, 1);
	wici_roster_init(&r, &n.id, &none);
	CHECK_ERR(wici_roster_change(&r, &m.s), WICI_REJECT_NETWORK);
	CHECK(r.version == 0 && r.registrar.seq == 0);
	CHECK_OK(admit(&r, 2, 1, 0));
	CHECK(r.members_count == 0); /* No registrar: nobody admits. */
}

TEST(an_unknown_even_op_stops_the_roster_where_it_was)
{
	struct net n = net(1, 1);
	static struct wici_roster r, before;
	struct wici_head at = head_of(99, 1);
	struct made m;

	found(&r, &n, NULL, 0);
	before = r;
	change_begin(&m, &r, 2);
	wici_op_registrar(&m.w, &at, NULL, 0);
	unknown_op(&m.w, 30);
	CHECK_ERR(change_end(&m, &r), WICI_NEWER_NEEDED);
	CHECK(r.needs_newer);
	r.needs_newer = false;
	CHECK(memcmp(&r, &before, sizeof(r)) == 0);
}

TEST(an_unknown_odd_op_is_passed_over)
{
	struct net n = net(1, 1);
	struct wici_head at = head_of(99, 1);
	struct wici_roster r;
	struct made m;

	found(&r, &n, NULL, 0);
	change_begin(&m, &r, 2);
	unknown_op(&m.w, 9);
	wici_op_registrar(&m.w, &at, NULL, 0);
	CHECK_OK(change_end(&m, &r));
	CHECK(!r.needs_newer && r.version == 2);
	CHECK(wici_roster_is_registrar(&r, &at.feed));
}

/* Policy, witnesses, quotas, relays: each list as the newest change states it,
 * those it does not speak of as they were. */
TEST(lists_are_restated_whole_and_stay_until_then)
{
	struct wici_witness witness = {pair(1).key, pair(2).key};
	struct wici_quota quota = {pair(3).key, 5, 6};
	struct wici_relay relay = {pair(4).key, 1, {"a.pl:1"}};
	struct net n = net(3, 2);
	struct wici_policy policy = n.policy;
	struct wici_roster r;
	struct made m;

	found(&r, &n, NULL, 0);
	change_begin(&m, &r, 2);
	policy.version++;
	policy.threshold = 3;
	wici_op_policy(&m.w, &policy);
	wici_op_witnesses(&m.w, 1, &witness, 1);
	CHECK_OK(change_end(&m, &r));
	change_begin(&m, &r, 2);
	wici_op_quotas(&m.w, &quota, 1);
	wici_op_relays(&m.w, &relay, 1);
	CHECK_OK(change_end(&m, &r));
	CHECK(r.policy.version == 2 && r.policy.threshold == 3);
	CHECK(r.witnesses_needed == 1 && r.witnesses_count == 1);
	CHECK(memcmp(r.witnesses, &witness, sizeof(witness)) == 0);
	CHECK(r.quotas_count == 1 && r.quotas[0].bytes == 6);
	CHECK(r.relays_count == 1 && r.issuers_version == 1);
	CHECK(strcmp(r.relays[0].addresses[0], "a.pl:1") == 0);
	change_begin(&m, &r, 1);
	wici_op_witnesses(&m.w, 0, NULL, 0);
	CHECK_OK(change_end(&m, &r));
	CHECK(r.witnesses_count == 0 && r.witnesses_needed == 0);
	CHECK(r.quotas_count == 1 && r.policy.threshold == 3);
}

static void revoke(struct wici_roster *r, uint8_t lifted, uint8_t revoked,
		   int32_t day)
{
	struct wici_revoked row = {id_of(revoked), day};
	struct wici_id id = id_of(lifted);
	struct made m;

	change_begin(&m, r, (lifted ? 1u : 0u) + (revoked ? 1u : 0u));
	if (revoked)
		wici_op_revoke(&m.w, &row, 1);
	if (lifted)
		wici_op_lift(&m.w, &id, 1);
	CHECK_OK(change_end(&m, r));
}

static int32_t revoked_from(const struct wici_roster *r, uint8_t certificate)
{
	struct wici_id id = id_of(certificate);
	const struct wici_root_revocation *row = wici_roster_revocation(r, &id);

	CHECK(!row || wici_id_equal(&row->certificate, &id));
	return row ? row->effective : 0;
}

TEST(what_the_root_revoked_is_revoked_until_a_later_change_lifts_it)
{
	struct net n = net(1, 1);
	struct wici_roster r;

	found(&r, &n, NULL, 0);
	revoke(&r, 0, 8, 20000);
	revoke(&r, 0, 6, 20001);
	CHECK(revoked_from(&r, 8) == 20000 && revoked_from(&r, 6) == 20001);
	CHECK(revoked_from(&r, 7) == 0);
	revoke(&r, 0, 8, 19000); /* Another day: the newest holds. */
	CHECK(revoked_from(&r, 8) == 19000);
	revoke(&r, 8, 0, 0);
	CHECK(revoked_from(&r, 8) == 0 && revoked_from(&r, 6) == 20001);
	revoke(&r, 8, 0, 0); /* And of what was never revoked. */
	revoke(&r, 9, 0, 0);
	CHECK(revoked_from(&r, 8) == 0 && revoked_from(&r, 9) == 0);
	revoke(&r, 8, 8, 21000); /* It lifts what stood before it. */
	CHECK(revoked_from(&r, 8) == 21000);
}

TEST(members_are_found_by_identity_and_by_invitation)
{
	struct net n = net(1, 1);
	uint8_t token[8] = {7};
	struct wici_roster r;

	found(&r, &n, NULL, 0);
	for (uint8_t i = 1; i <= 30; i++)
		CHECK_OK(admit(&r, i + 1u, (uint8_t)(i * 7), i));
	CHECK(r.members_count == 30);
	for (uint8_t i = 1; i <= 30; i++) {
		CHECK(member(&r, (uint8_t)(i * 7)));
		CHECK(member(&r, (uint8_t)(i * 7))->seq == i + 1u);
	}
	CHECK(!member(&r, 3));
	CHECK(wici_roster_by_token(&r, token) == member(&r, 49));
	token[0] = 31;
	CHECK(!wici_roster_by_token(&r, token));
	for (size_t i = 1; i < r.members_count; i++)
		CHECK(memcmp(&r.space.members[i - 1].identity,
			     &r.space.members[i].identity, 32) < 0);
}

TEST(an_invitation_admits_once)
{
	struct net n = net(1, 1);
	struct wici_roster r;

	found(&r, &n, NULL, 0);
	CHECK_OK(admit(&r, 2, 1, 5));
	CHECK_OK(admit(&r, 3, 2, 5));
	CHECK(member(&r, 1) && !member(&r, 2));
	CHECK_OK(admit(&r, 4, 2, 6));
	CHECK(member(&r, 2));
}

TEST(without_an_invitation_several_are_admitted)
{
	struct net n = net(1, 1);
	uint8_t none[8] = {0};
	struct wici_roster r;

	found(&r, &n, NULL, 0);
	CHECK_OK(admit(&r, 2, 1, 0));
	CHECK_OK(admit(&r, 3, 2, 0));
	CHECK(member(&r, 1) && member(&r, 2));
	CHECK(!wici_roster_by_token(&r, none));
}

TEST(a_second_admission_is_without_effect_and_uses_no_invitation)
{
	struct net n = net(1, 1);
	uint8_t token[8] = {6};
	struct wici_roster r;

	found(&r, &n, NULL, 0);
	CHECK_OK(admit(&r, 2, 1, 5));
	CHECK_OK(admit(&r, 3, 1, 6));
	CHECK(r.members_count == 1 && member(&r, 1)->seq == 2);
	CHECK(member(&r, 1)->token_id[0] == 5);
	CHECK(!wici_roster_by_token(&r, token));
}

TEST(only_the_registrar_feed_admits_and_only_by_whole_admissions)
{
	struct net n = net(1, 1);
	struct wici_roster r;
	struct admit a;
	size_t len;

	found(&r, &n, NULL, 0);
	admit_in(&a, 11, 2, 1, 0);
	CHECK_OK(wici_roster_admit(&r, &a.e));
	admit_in(&a, REGISTRAR, 2, 1, 0);
	a.e.header.kind = WICI_KIND_CERTIFICATE_GRANT;
	CHECK_OK(wici_roster_admit(&r, &a.e));
	admit_in(&a, REGISTRAR, 2, 1, 0);
	a.e.has_payload = false;
	CHECK_OK(wici_roster_admit(&r, &a.e));
	admit_in(&a, REGISTRAR, 2, 1, 3);
	len = a.e.payload.len;
	for (a.e.payload.len = 0; a.e.payload.len < len; a.e.payload.len++)
		CHECK_OK(wici_roster_admit(&r, &a.e));
	CHECK(r.members_count == 0);
	CHECK_OK(wici_roster_admit(&r, &a.e));
	CHECK(r.members_count == 1);
}

TEST(a_full_array_asks_for_a_larger_one_and_goes_on)
{
	struct wici_member small[2];
	struct wici_member large[4];
	struct wici_roster_space space;
	struct net n = net(1, 1);
	struct wici_roster r;

	found(&r, &n, NULL, 0);
	act(&r, WICI_OP_SUSPEND, 1, 0, NULL, 0);
	space = r.space;
	space.members = small;
	space.members_max = 2;
	wici_roster_lend(&r, &space);
	CHECK_OK(admit(&r, 2, 1, 1));
	CHECK_OK(admit(&r, 3, 2, 2));
	CHECK_OK(admit(&r, 4, 2, 0)); /* Needs no room. */
	CHECK_ERR(admit(&r, 5, 3, 3), WICI_MORE);
	CHECK(r.members_count == 2 && !member(&r, 3));
	space.members = large;
	space.members_max = 4;
	wici_roster_lend(&r, &space);
	memset(small, 0xff, sizeof(small));
	CHECK_OK(admit(&r, 5, 3, 3));
	CHECK(member(&r, 1) && member(&r, 2) && member(&r, 3));
	CHECK(member(&r, 1)->is_suspended && !member(&r, 2)->is_suspended);
}

/* A registrar that is replaced. */

static void name_registrar(struct wici_roster *r, uint8_t feed,
			   const struct wici_head *before, size_t count)
{
	struct wici_head at = head_of(feed, 1);
	struct made m;

	change_begin(&m, r, 1);
	wici_op_registrar(&m.w, &at, before, count);
	CHECK_OK(change_end(&m, r));
}

TEST(who_was_admitted_by_a_stolen_registrar_is_no_member_any_more)
{
	struct wici_key old = pair(REGISTRAR).key;
	struct net n = net(1, 1);
	struct wici_roster r;

	found(&r, &n, NULL, 0);
	CHECK_OK(admit(&r, 2, 1, 0));
	name_registrar(&r, 11, NULL, 0);
	CHECK(r.members_count == 0 && r.registrar_version == 2);
	CHECK_OK(admit(&r, 2, 1, 0));
	CHECK(r.members_count == 0);
	CHECK(!wici_roster_admits(&r, &old, 2));
	CHECK_OK(admit_by(&r, 11, 2, 3, 0));
	CHECK(member(&r, 3) && member(&r, 3)->admitted_by == 0);
}

TEST(a_registrar_stated_again_keeps_its_members)
{
	struct wici_head before[2] = {head_of(12, 4), head_of(9, 2)};
	struct net n = net(1, 1);
	struct wici_roster r;

	found(&r, &n, NULL, 0);
	CHECK_OK(admit(&r, 2, 1, 0));
	name_registrar(&r, REGISTRAR, NULL, 0);
	CHECK(member(&r, 1) && r.registrar_version == 2);
	name_registrar(&r, REGISTRAR, before, 2);
	CHECK(r.members_count == 0);
	CHECK_OK(admit(&r, 2, 1, 0));
	name_registrar(&r, REGISTRAR, before, 2);
	CHECK(member(&r, 1));
	before[1].seq++; /* Another cut. */
	name_registrar(&r, REGISTRAR, before, 2);
	CHECK(r.members_count == 0);
	CHECK_OK(admit(&r, 2, 1, 0));
	name_registrar(&r, REGISTRAR, before, 1);
	CHECK(r.members_count == 0);
}

TEST(closed_registrars_admit_up_to_their_cuts_in_the_order_the_root_lists)
{
	struct wici_head before[2] = {head_of(12, 4), head_of(REGISTRAR, 2)};
	struct wici_head last;
	struct net n = net(1, 1);
	struct wici_roster r;

	found(&r, &n, NULL, 0);
	name_registrar(&r, 11, before, 2);
	for (size_t i = 0; i < 2; i++) {
		CHECK(wici_roster_admitting(&r, i, &last));
		CHECK(memcmp(&last, &before[i], sizeof(last)) == 0);
	}
	CHECK(wici_roster_admitting(&r, 2, &last));
	CHECK(wici_key_equal(&last.feed, &r.registrar.feed));
	CHECK(last.seq == WICI_SEQ_MAX);
	CHECK(!wici_roster_admitting(&r, 3, &last));
	CHECK_OK(admit_by(&r, 12, 4, 1, 0));
	CHECK_OK(admit_by(&r, 12, 5, 2, 0));
	CHECK_OK(admit(&r, 2, 3, 0));
	CHECK_OK(admit(&r, 3, 4, 0));
	CHECK_OK(admit_by(&r, 11, 900, 5, 0));
	CHECK(member(&r, 1)->admitted_by == 0 && member(&r, 1)->seq == 4);
	CHECK(member(&r, 3)->admitted_by == 1);
	CHECK(member(&r, 5)->admitted_by == 2 && r.members_count == 3);
	CHECK(wici_roster_admits(&r, &before[0].feed, 4));
	CHECK(!wici_roster_admits(&r, &before[0].feed, 5));
	CHECK(!wici_roster_is_registrar(&r, &before[0].feed));
}

/* Who issues. */

static const struct wici_issuer *issuer(const struct wici_roster *r,
					uint8_t feed, uint64_t seq,
					struct wici_bytes scheme)
{
	struct wici_key key = pair(feed).key;

	return wici_roster_issuer(r, &key, seq, scheme);
}

TEST(a_feed_issues_for_its_schemes_and_a_closed_one_up_to_its_cut)
{
	struct wici_issuer rows[3] = {row("cal", 30), row("osl", 30),
				      row("zzz", 31)};
	struct net n = net(1, 1);
	struct wici_roster r;

	row_close(&rows[1], 20, 5);
	found(&r, &n, rows, 3);
	CHECK(issuer(&r, 30, 1, WICI_BYTES("cal")) == &r.issuers[0]);
	CHECK(issuer(&r, 30, 900, WICI_BYTES("osl")) == &r.issuers[1]);
	CHECK(!issuer(&r, 30, 1, WICI_BYTES("zzz")));
	CHECK(!issuer(&r, 30, 1, WICI_BYTES("os")));
	CHECK(!issuer(&r, 30, 1, WICI_BYTES("osll")));
	CHECK(!issuer(&r, 30, 1, WICI_BYTES("")));
	CHECK(issuer(&r, 31, 7, ANY) == &r.issuers[2]);
	CHECK(issuer(&r, 20, 4, WICI_BYTES("osl")) == &r.issuers[1]);
	CHECK(issuer(&r, 20, 5, WICI_BYTES("osl")) == &r.issuers[1]);
	CHECK(!issuer(&r, 20, 6, WICI_BYTES("osl")));
	CHECK(!issuer(&r, 20, 5, WICI_BYTES("cal")));
	CHECK(!issuer(&r, 20, 6, ANY));
	CHECK(!issuer(&r, 99, 1, ANY));
}

TEST(before_the_founding_nothing_counts)
{
	struct wici_id network = id_of(1);
	struct wici_roster_space none = {0};
	struct wici_key zero = {{0}};
	struct wici_roster r;
	struct wici_head at;
	bool is_present;

	wici_roster_init(&r, &network, &none);
	CHECK(!wici_roster_is_registrar(&r, &zero));
	CHECK(!wici_roster_admits(&r, &zero, 1));
	CHECK(!wici_roster_admitting(&r, 0, &at));
	CHECK(!wici_roster_is_named(&r, &zero));
	CHECK(!wici_roster_named(&r, &zero, &at));
	CHECK(!wici_roster_member(&r, &zero));
	CHECK(!wici_roster_of_key(&r, &zero, &is_present) && !is_present);
	CHECK(!wici_roster_issuer(&r, &zero, 1, ANY));
	CHECK(!wici_roster_revocation(&r, &network));
}

TEST_MAIN(
	RUN(a_network_is_founded_by_its_first_change),
	RUN(a_change_that_is_not_the_next_is_refused_and_changes_nothing),
	RUN(a_choice_between_rivals_is_itself_never_in_force),
	RUN(another_network_cannot_be_founded_in_this_ones_name),
	RUN(an_unknown_even_op_stops_the_roster_where_it_was),
	RUN(an_unknown_odd_op_is_passed_over),
	RUN(lists_are_restated_whole_and_stay_until_then),
	RUN(what_the_root_revoked_is_revoked_until_a_later_change_lifts_it),
	RUN(members_are_found_by_identity_and_by_invitation),
	RUN(an_invitation_admits_once),
	RUN(without_an_invitation_several_are_admitted),
	RUN(a_second_admission_is_without_effect_and_uses_no_invitation),
	RUN(only_the_registrar_feed_admits_and_only_by_whole_admissions),
	RUN(a_full_array_asks_for_a_larger_one_and_goes_on),
	RUN(who_was_admitted_by_a_stolen_registrar_is_no_member_any_more),
	RUN(a_registrar_stated_again_keeps_its_members),
	RUN(closed_registrars_admit_up_to_their_cuts_in_the_order_the_root_lists),
	RUN(a_feed_issues_for_its_schemes_and_a_closed_one_up_to_its_cut),
	RUN(before_the_founding_nothing_counts))
