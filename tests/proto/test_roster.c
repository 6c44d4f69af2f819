/* tests/proto/test_roster.c — Members and rights: a fold of what the root and
 * the registrar said, whatever order it came in. */
#include "proto/roster.h"

#include "proto/kinds/certificate.h"
#include "proto/kinds/feed_open.h"
#include "proto/kinds/member.h"
#include "tests/proto/founded.h"
#include "tests/proto/trust.h"
#include "tests/test.h"

#define ANY ((struct wici_bytes){NULL, 0})

static enum wici_err admit(struct wici_roster *r, uint64_t seq,
			   uint8_t identity, uint8_t token)
{
	struct admit a;

	admit_in(&a, REGISTRAR, seq, identity, token);
	return wici_roster_admit(r, &a.e);
}

static const struct wici_member *member(const struct wici_roster *r, uint8_t n)
{
	struct wici_key key = pair(n).key;

	return wici_roster_member(r, &key);
}

TEST(a_network_is_founded_once_enough_root_keys_approve)
{
	struct net n = net(3, 2);
	struct wici_roster r;

	found(&r, &n, NULL, 0);
	CHECK(r.version == 1 && strcmp(r.name, "Sieć OSL") == 0);
	CHECK(r.policy.threshold == 2 && r.policy.keys_count == 3);
	CHECK(r.has_expires && r.issuers_count == 0 && r.issuers_version == 1);
	CHECK(r.registrar.seq == 1 && r.members_count == 0);
}

/* A change with no ops; approved by keys 101 … 100 + approvals. */
static void plain(struct made *m, const struct wici_id *network,
		  const struct wici_id *prev, uint64_t version,
		  uint8_t approvals)
{
	made_begin(m, network, 0);
	made_end(m, prev, version);
	for (uint8_t i = 1; i <= approvals; i++)
		made_approve(m, network, (uint8_t)(100 + i));
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
	plain(&m, &n.id, &wrong, 2, 2);
	CHECK_ERR(wici_roster_change(&r, &m.s), WICI_REJECT_CHAIN);
	plain(&m, &n.id, &r.id, 3, 2);
	CHECK_ERR(wici_roster_change(&r, &m.s), WICI_REJECT_CHAIN);
	plain(&m, &n.id, &n.id, 2, 2);
	CHECK_ERR(wici_roster_change(&r, &m.s), WICI_REJECT_CHAIN);
	plain(&m, &other.id, &r.id, 2, 2);
	CHECK_ERR(wici_roster_change(&r, &m.s), WICI_REJECT_NETWORK);
	plain(&m, &n.id, &r.id, 2, 1);
	CHECK_ERR(wici_roster_change(&r, &m.s), WICI_REJECT_APPROVAL);
	m.s.type = WICI_STATEMENT_FORK;
	CHECK_ERR(wici_roster_change(&r, &m.s), WICI_REJECT_STATEMENT);
	CHECK(memcmp(&r, &before, sizeof(r)) == 0);
	plain(&m, &n.id, &r.id, 2, 2);
	CHECK_OK(wici_roster_change(&r, &m.s));
	CHECK(r.version == 2);
	CHECK_ERR(wici_roster_change(&r, &m.s), WICI_REJECT_CHAIN);
}

TEST(another_network_cannot_be_founded_in_this_ones_name)
{
	struct net n = net(3, 2);
	struct net thief = net(1, 1);
	struct wici_roster r;
	struct made m;

	/* The thief's own policy, which he can approve. */
	made_begin(&m, &n.id, 1);
	wici_op_found(&m.w, &thief.policy, WICI_BYTES("Sieć OSL"), &thief.salt);
	made_end(&m, &n.id, 1);
	made_approve(&m, &n.id, 101);
	wici_roster_init(&r, &n.id, members, MEMBERS);
	CHECK_ERR(wici_roster_change(&r, &m.s), WICI_REJECT_NETWORK);
	CHECK(r.version == 0);
}

TEST(without_approval_nothing_is_founded)
{
	struct net n = net(3, 2);
	struct wici_roster r;
	struct made m;

	made_begin(&m, &n.id, 1);
	wici_op_found(&m.w, &n.policy, WICI_BYTES("Sieć OSL"), &n.salt);
	made_end(&m, &n.id, 1);
	made_approve(&m, &n.id, 101);
	wici_roster_init(&r, &n.id, members, MEMBERS);
	CHECK_ERR(wici_roster_change(&r, &m.s), WICI_REJECT_APPROVAL);
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
	made_begin(&m, &n.id, 2);
	wici_op_registrar(&m.w, &at);
	unknown_op(&m.w, 8);
	made_end(&m, &r.id, 2);
	CHECK_ERR(wici_roster_change(&r, &m.s), WICI_REJECT_APPROVAL);
	CHECK(!r.needs_newer); /* Nobody's claim can stop it. */
	made_approve(&m, &n.id, 101);
	CHECK_ERR(wici_roster_change(&r, &m.s), WICI_NEWER_NEEDED);
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
	made_begin(&m, &n.id, 2);
	unknown_op(&m.w, 9);
	wici_op_registrar(&m.w, &at);
	made_end(&m, &r.id, 2);
	made_approve(&m, &n.id, 101);
	CHECK_OK(wici_roster_change(&r, &m.s));
	CHECK(!r.needs_newer && r.version == 2);
	CHECK(wici_roster_is_registrar(&r, &at.feed));
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
		CHECK(memcmp(&r.members[i - 1].identity, &r.members[i].identity,
			     32) < 0);
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
	struct net n = net(1, 1);
	struct wici_roster r;

	found(&r, &n, NULL, 0);
	wici_roster_lend(&r, small, 2);
	CHECK_OK(admit(&r, 2, 1, 1));
	CHECK_OK(admit(&r, 3, 2, 2));
	CHECK_OK(admit(&r, 4, 2, 0)); /* Needs no room. */
	CHECK_ERR(admit(&r, 5, 3, 3), WICI_MORE);
	CHECK(r.members_count == 2 && !member(&r, 3));
	wici_roster_lend(&r, large, 4);
	memset(small, 0xff, sizeof(small));
	CHECK_OK(admit(&r, 5, 3, 3));
	CHECK(member(&r, 1) && member(&r, 2) && member(&r, 3));
}

/* Who issues, and what counts. */

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

static enum wici_standing standing(const struct wici_roster *r,
				   const struct wici_kind *kind, uint8_t feed,
				   uint64_t seq, uint8_t identity)
{
	struct wici_key f = pair(feed).key;
	struct wici_key i = pair(identity).key;

	return wici_roster_standing(r, kind, &f, seq, &i);
}

TEST(what_stands_is_what_its_author_may_write)
{
	static const struct wici_kind any = {.by = WICI_BY_MEMBER};
	const struct wici_kind *open = &wici_kind_feed_open;
	const struct wici_kind *admission = &wici_kind_member_admit;
	const struct wici_kind *grant = &wici_kind_certificate_grant;
	struct wici_issuer osl = row("osl", 30);
	struct net n = net(1, 1);
	struct wici_roster r;

	found(&r, &n, &osl, 1);
	CHECK_OK(admit(&r, 2, 1, 0));

	/* A member's feed 60, a stranger's 61. */
	CHECK(standing(&r, &any, 60, 2, 1) == WICI_COUNTS);
	CHECK(standing(&r, NULL, 60, 2, 1) == WICI_COUNTS);
	CHECK(standing(&r, open, 60, 1, 1) == WICI_COUNTS);
	CHECK(standing(&r, open, 60, 2, 1) == WICI_VOID_RIGHT);
	CHECK(standing(&r, admission, 60, 2, 1) == WICI_VOID_RIGHT);
	CHECK(standing(&r, grant, 60, 2, 1) == WICI_VOID_RIGHT);
	CHECK(standing(&r, &any, 61, 2, 2) == WICI_VOID_FEED);
	CHECK(standing(&r, open, 61, 1, 2) == WICI_VOID_FEED);
	CHECK(standing(&r, NULL, 61, 2, 2) == WICI_VOID_FEED);

	/* Named feeds count by being named; each right is one feed's. */
	CHECK(standing(&r, admission, REGISTRAR, 2, 9) == WICI_COUNTS);
	CHECK(standing(&r, grant, REGISTRAR, 2, 9) == WICI_VOID_RIGHT);
	CHECK(standing(&r, grant, 30, 2, 9) == WICI_COUNTS);
	CHECK(standing(&r, admission, 30, 2, 9) == WICI_VOID_RIGHT);
	CHECK(standing(&r, &any, 30, 2, 9) == WICI_COUNTS);
}

TEST(a_closed_feed_counts_up_to_its_cut_even_a_members)
{
	static const struct wici_kind any = {.by = WICI_BY_MEMBER};
	const struct wici_kind *grant = &wici_kind_certificate_grant;
	struct wici_issuer rows[2] = {row("cal", 31), row("osl", 30)};
	struct net n = net(1, 1);
	struct wici_roster r;

	row_close(&rows[0], 20, 5); /* Of two schemes it had. */
	row_close(&rows[1], 20, 8);
	row_close(&rows[1], 31, 3); /* Goes on with another scheme. */
	row_close(&rows[1], REGISTRAR, 2);
	found(&r, &n, rows, 2);
	CHECK_OK(admit(&r, 2, 1, 0));
	CHECK(standing(&r, &any, 20, 8, 1) == WICI_COUNTS);
	CHECK(standing(&r, grant, 20, 8, 1) == WICI_COUNTS);
	CHECK(standing(&r, &any, 20, 9, 1) == WICI_VOID_CUT);
	CHECK(standing(&r, grant, 20, 9, 1) == WICI_VOID_CUT);
	CHECK(standing(&r, NULL, 20, 9, 1) == WICI_VOID_CUT);
	CHECK(standing(&r, grant, 31, 900, 9) == WICI_COUNTS);
	CHECK(standing(&r, &any, REGISTRAR, 900, 9) == WICI_COUNTS);
	CHECK(standing(&r, grant, REGISTRAR, 2, 9) == WICI_COUNTS);
	CHECK(standing(&r, grant, REGISTRAR, 3, 9) == WICI_VOID_RIGHT);
}

TEST(feeds_count_by_membership_or_by_being_named)
{
	struct wici_key registrar = pair(REGISTRAR).key;
	struct wici_key issuing = pair(30).key;
	struct wici_key closed = pair(20).key;
	struct wici_key stranger = pair(61).key;
	struct wici_key one = pair(1).key;
	struct wici_issuer osl = row("osl", 30);
	struct net n = net(1, 1);
	struct wici_roster r;

	row_close(&osl, 20, 5);
	found(&r, &n, &osl, 1);
	CHECK(wici_roster_is_named(&r, &registrar));
	CHECK(wici_roster_is_named(&r, &issuing));
	CHECK(wici_roster_is_named(&r, &closed));
	CHECK(!wici_roster_is_named(&r, &stranger));
	CHECK(wici_roster_is_registrar(&r, &registrar));
	CHECK(!wici_roster_is_registrar(&r, &issuing));
	CHECK(wici_roster_counts(&r, &issuing, &one));
	CHECK(!wici_roster_counts(&r, &stranger, &one));
	CHECK_OK(admit(&r, 2, 1, 0));
	CHECK(wici_roster_counts(&r, &stranger, &one));
}

TEST(before_the_founding_nothing_counts)
{
	struct wici_id network = id_of(1);
	struct wici_key zero = {{0}};
	struct wici_roster r;

	wici_roster_init(&r, &network, NULL, 0);
	CHECK(!wici_roster_is_registrar(&r, &zero));
	CHECK(!wici_roster_is_named(&r, &zero));
	CHECK(!wici_roster_member(&r, &zero));
	CHECK(!wici_roster_issuer(&r, &zero, 1, ANY));
	CHECK(!wici_roster_counts(&r, &zero, &zero));
}

TEST_MAIN(RUN(a_network_is_founded_once_enough_root_keys_approve),
	  RUN(a_change_that_is_not_the_next_is_refused_and_changes_nothing),
	  RUN(another_network_cannot_be_founded_in_this_ones_name),
	  RUN(without_approval_nothing_is_founded),
	  RUN(an_unknown_even_op_stops_the_roster_where_it_was),
	  RUN(an_unknown_odd_op_is_passed_over),
	  RUN(members_are_found_by_identity_and_by_invitation),
	  RUN(an_invitation_admits_once),
	  RUN(without_an_invitation_several_are_admitted),
	  RUN(a_second_admission_is_without_effect_and_uses_no_invitation),
	  RUN(only_the_registrar_feed_admits_and_only_by_whole_admissions),
	  RUN(a_full_array_asks_for_a_larger_one_and_goes_on),
	  RUN(a_feed_issues_for_its_schemes_and_a_closed_one_up_to_its_cut),
	  RUN(what_stands_is_what_its_author_may_write),
	  RUN(a_closed_feed_counts_up_to_its_cut_even_a_members),
	  RUN(feeds_count_by_membership_or_by_being_named),
	  RUN(before_the_founding_nothing_counts))
