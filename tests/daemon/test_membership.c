/* tests/daemon/test_membership.c — Founding, inviting, joining, admitting. */
#include "daemon/membership.h"

#include "tests/daemon/fixture.h"
#include "tests/daemon/root.h"

TEST(the_founder_is_member_registrar_and_issuer_after_a_restart)
{
	const struct wici_issuer *issuer;
	struct wici_key feed;
	struct fixture f;

	fixture_open(&f);
	fixture_found(&f, "CAL");
	CHECK(f.networks == 1 && f.statements == 1);
	fixture_reopen(&f);
	CHECK(f.networks == 1 && node_is_member(f.n) && !f.n->sealed);
	CHECK(node_registrar_feed(f.n, &feed));
	CHECK(wici_key_equal(&feed, &f.n->own->row.key));
	CHECK(f.n->roster.version == 1 && f.n->roster.members_count == 1);
	CHECK(!strcmp(f.n->roster.name, "Certyfikat OSL"));
	CHECK(!strcmp(f.n->roster.space.members[0].name, "CAL"));
	CHECK(f.n->roster.policy.threshold == 1);
	issuer = wici_roster_issuer(&f.n->roster, &feed, 1, WICI_BYTES("osl"));
	CHECK(issuer && wici_key_equal(&issuer->token_key, &f.n->keys.token));
	CHECK(f.n->roster.has_expires);
	/* feed.open, member.admit, institution.profile */
	CHECK(f.n->own->row.seq == 3);
	fixture_drop(&f);
}

TEST(with_recovery_the_root_is_two_of_three)
{
	struct membership_found found = fixture_founding("CAL");
	struct wici_secret secret;
	struct wici_key key;
	struct fixture f;
	uint8_t seed[32];
	size_t cards = 0;

	fixture_open(&f);
	fixture_identity(&f, "CAL");
	found.recovery_count = 2;
	found.scheme.p = NULL;
	fixture_begin(&f);
	CHECK_OK(membership_found(f.n, &found));
	fixture_end(&f);
	CHECK(f.n->roster.policy.keys_count == 3 &&
	      f.n->roster.policy.threshold == 2);
	CHECK(f.n->roster.issuers_count == 0 && !f.n->keys.has_token);
	/* What goes on the cards are the keys that the root names. */
	for (size_t i = 0; i < 2; i++) {
		wici_seed_derive(seed, found.recovery[i], 1);
		wici_key_pair(&key, &secret, seed);
		for (size_t k = 0; k < 3; k++)
			cards += wici_key_equal(&key,
						&f.n->roster.policy.keys[k]);
	}
	CHECK(cards == 2);
	fixture_drop(&f);
}

TEST(a_founding_that_is_refused_leaves_nothing_behind)
{
	struct membership_found found;
	struct fixture f;
	char path[256];

	fixture_open(&f);
	found = fixture_founding("CAL");
	fixture_begin(&f);
	CHECK_ERR(membership_found(f.n, &found), WICI_NOT_FOUND);
	fixture_end(&f);
	fixture_identity(&f, "CAL");
	fixture_begin(&f);
	found.name = WICI_BYTES("a\nb");
	CHECK_ERR(membership_found(f.n, &found), WICI_BAD_FIELD);
	found = fixture_founding("");
	CHECK_ERR(membership_found(f.n, &found), WICI_BAD_FIELD);
	found = fixture_founding("jan@example.pl"); /* Never to be erased. */
	CHECK_ERR(membership_found(f.n, &found), WICI_BAD_FIELD);
	found = fixture_founding("CAL");
	found.scheme = WICI_BYTES("Z Wielkiej");
	CHECK_ERR(membership_found(f.n, &found), WICI_BAD_FIELD);
	fixture_end(&f);
	CHECK(!f.n->has_network && !f.n->own && !f.n->keys.has_feed);
	fixture_path(&f, "feed.key", path);
	CHECK(access(path, F_OK) != 0);
	fixture_drop(&f);
}

TEST(a_network_is_founded_once)
{
	struct membership_found found = fixture_founding("CAL");
	struct fixture f;

	fixture_open(&f);
	fixture_found(&f, "CAL");
	fixture_begin(&f);
	CHECK_ERR(membership_found(f.n, &found), WICI_ALREADY_MEMBER);
	fixture_end(&f);
	fixture_drop(&f);
}

TEST(a_newcomer_becomes_a_member_and_tells_its_profile)
{
	const struct wici_member *m;
	struct fixture a, b;

	fixture_open(&a);
	fixture_open(&b);
	fixture_found(&a, "CAL");
	fixture_join(&a, &b, "MOPS Mława");
	CHECK(!b.n->is_joining && fixture_is_equal(&a, &b));
	m = wici_roster_member(&a.n->roster, &b.n->keys.identity);
	CHECK(m && !strcmp(m->name, "MOPS Mława"));
	CHECK(b.n->own->row.seq == 2); /* feed.open, profile */
	CHECK(peers_by_address(&b.n->peers, "192.0.2.7:8481")->is_dialed);
	fixture_reopen(&b);
	CHECK(node_is_member(b.n) && !b.n->is_joining);
	CHECK(peers_by_address(&b.n->peers, "192.0.2.7:8481")->is_dialed);
	CHECK(fixture_is_equal(&a, &b));
	fixture_drop(&a);
	fixture_drop(&b);
}

TEST(only_the_registrar_invites_and_only_when_it_can_be_found)
{
	struct wici_bytes name = WICI_BYTES("MOPR Kielce");
	struct book_invite invite;
	struct wici_token token;
	struct fixture a, b;

	fixture_open(&a);
	fixture_open(&b);
	fixture_found(&a, "CAL");
	fixture_join(&a, &b, "MOPS Mława");
	fixture_begin(&b);
	CHECK_ERR(membership_invite(b.n, name, 14, NULL, &token, &invite),
		  WICI_NOT_PERMITTED);
	fixture_end(&b);
	fixture_begin(&a);
	CHECK_ERR(membership_invite(a.n, name, 0, NULL, &token, &invite),
		  WICI_BAD_FIELD);
	CHECK_ERR(membership_invite(a.n, name, 14, "nowhere", &token, &invite),
		  WICI_BAD_FIELD);
	CHECK_OK(membership_invite(a.n, name, 14, "mops.example:99", &token,
				   &invite));
	CHECK(token.addresses.count == 1 &&
	      !strcmp(token.addresses.text[0], "mops.example:99"));
	CHECK(token.expires == wici_day_warsaw(a.wall_ms) + 14);
	fixture_end(&a);
	a.listen = "0.0.0.0:8481";
	fixture_reopen(&a);
	fixture_begin(&a);
	CHECK_ERR(membership_invite(a.n, name, 14, NULL, &token, &invite),
		  WICI_USAGE);
	fixture_end(&a);
	fixture_drop(&a);
	fixture_drop(&b);
}

/* b asks a to join with this token; what a says. */
static enum wici_err knock(struct fixture *a, struct fixture *b,
			   const struct wici_token *token)
{
	struct wici_message m;
	uint8_t buf[1024];
	enum wici_err err;

	fixture_begin(b);
	CHECK_OK(membership_join(b->n, token, NULL));
	fixture_end(b);
	CHECK_OK(node_join_message(b->n, buf, &m));
	fixture_begin(a);
	err = node_join(a->n, 5, &m);
	fixture_end(a);
	CHECK(a->admitted == (err == WICI_OK));
	return err;
}

TEST(a_token_is_wrong_used_or_expired_and_each_is_said)
{
	struct wici_token token, forged;
	struct fixture a, b, c;

	fixture_open(&a);
	fixture_open(&b);
	fixture_open(&c);
	fixture_found(&a, "CAL");
	fixture_identity(&b, "MOPS Mława");
	fixture_identity(&c, "MOPR Kielce");
	fixture_invite(&a, "MOPS Mława", &token);
	forged = token;
	forged.secret[3] ^= 1;
	CHECK_ERR(knock(&a, &b, &forged), WICI_TOKEN_WRONG);
	CHECK(a.n->roster.members_count == 1);
	CHECK_OK(knock(&a, &b, &token));
	CHECK(a.n->roster.members_count == 2);
	CHECK_ERR(knock(&a, &c, &token), WICI_TOKEN_USED);

	fixture_invite(&a, "MOPR Kielce", &token);
	a.wall_ms += (int64_t)14 * 86400000; /* Its last day. */
	CHECK_OK(knock(&a, &c, &token));
	fixture_drop(&c);

	fixture_open(&c);
	fixture_identity(&c, "MOPS Stalowa Wola");
	fixture_invite(&a, "MOPS Stalowa Wola", &token);
	a.wall_ms += (int64_t)15 * 86400000;
	CHECK_ERR(knock(&a, &c, &token), WICI_TOKEN_EXPIRED);
	CHECK(a.n->roster.members_count == 3);
	fixture_drop(&a);
	fixture_drop(&b);
	fixture_drop(&c);
}

TEST(a_newcomer_whose_answer_was_lost_is_admitted_again)
{
	struct wici_token token, other;
	struct fixture a, b;
	uint64_t seq;

	fixture_open(&a);
	fixture_open(&b);
	fixture_found(&a, "CAL");
	fixture_identity(&b, "MOPS Mława");
	fixture_invite(&a, "MOPS Mława", &token);
	CHECK_OK(knock(&a, &b, &token));
	seq = a.admitted_seq;
	fixture_reopen(&a);
	CHECK_OK(knock(&a, &b, &token));
	CHECK(a.admitted_seq == seq && a.n->roster.members_count == 2);
	fixture_invite(&a, "MOPS Mława", &other);
	CHECK_ERR(knock(&a, &b, &other), WICI_ALREADY_MEMBER);
	fixture_drop(&a);
	fixture_drop(&b);
}

/* Its disk and its key are lost; the root has named the key of a new machine,
 * and an invitation leads it in. */
TEST(who_was_given_a_new_key_comes_in_by_an_invitation_as_the_same_institution)
{
	static struct root_change change;
	struct wici_token token, other;
	struct wici_key old, fresh;
	struct fixture a, b, c, thief;
	char text[1024];

	fixture_open(&a);
	fixture_open(&b);
	fixture_open(&c);
	fixture_found(&a, "CAL");
	fixture_join(&a, &b, "MOPS Mława");
	fixture_identity(&c, "MOPS Mława");
	old = b.n->keys.identity;
	fresh = c.n->keys.identity;
	fixture_begin(&a);
	root_member(&change, a.n, WICI_OP_REKEY, &old, &fresh, NULL, 0);
	CHECK_OK(node_receive_statement(a.n, 7, change.bytes));
	fixture_end(&a);
	fixture_invite(&a, "MOPS Mława", &token);
	CHECK_OK(knock(&a, &c, &token));
	CHECK(a.admitted == 1 && a.n->roster.members_count == 2);
	CHECK_OK(knock(&a, &c, &token)); /* Its answer was lost. */
	fixture_carry(&a, &c);
	CHECK(node_is_member(c.n) && !c.n->is_joining);
	CHECK(wici_key_equal(node_whose(c.n, &fresh), &old));
	/* The invitation is used up, and the old key leads nobody in. */
	fixture_open(&thief);
	CHECK_OK(keys_identity_text(b.n->dir_fd, text, sizeof(text)));
	CHECK_OK(keys_install_identity(&thief.n->keys, thief.n->dir_fd, text,
				       &old));
	CHECK_ERR(knock(&a, &thief, &token), WICI_TOKEN_USED);
	fixture_invite(&a, "MOPS Mława", &other);
	CHECK_ERR(knock(&a, &thief, &other), WICI_ALREADY_MEMBER);
	fixture_drop(&thief);
	fixture_drop(&c);
	fixture_drop(&b);
	fixture_drop(&a);
}

TEST(a_join_goes_on_after_a_restart_and_ends_with_a_refusal)
{
	struct wici_message before, after;
	uint8_t one[1024], two[1024];
	struct wici_token token;
	struct fixture a, b;

	fixture_open(&a);
	fixture_open(&b);
	fixture_found(&a, "CAL");
	fixture_identity(&b, "MOPS Mława");
	fixture_invite(&a, "MOPS Mława", &token);
	fixture_begin(&b);
	CHECK_OK(membership_join(b.n, &token, NULL));
	fixture_end(&b);
	CHECK(b.networks == 1 && b.dials == 1);
	CHECK_OK(node_join_message(b.n, one, &before));
	fixture_reopen(&b);
	CHECK(b.n->is_joining && b.networks == 1 && b.dials == 1);
	CHECK_OK(node_join_message(b.n, two, &after));
	CHECK(wici_id_equal(&before.join.mac, &after.join.mac));
	CHECK(wici_bytes_equal(before.join.open, after.join.open));

	fixture_begin(&b);
	node_join_result(b.n, WICI_INVITER_AWAY); /* Tried again later. */
	CHECK(b.n->is_joining && b.n->join_err == WICI_INVITER_AWAY);
	node_join_result(b.n, WICI_TOKEN_USED);
	CHECK(!b.n->is_joining && b.n->join_err == WICI_TOKEN_USED);
	fixture_end(&b);
	fixture_reopen(&b);
	CHECK(!b.n->is_joining);
	fixture_drop(&a);
	fixture_drop(&b);
}

TEST(one_that_was_never_admitted_may_join_another_network)
{
	struct fixture a, b, c;
	struct wici_token token;
	struct wici_key first;

	fixture_open(&a);
	fixture_open(&b);
	fixture_open(&c);
	fixture_found(&a, "CAL");
	fixture_found(&c, "Inni");
	fixture_identity(&b, "MOPS Mława");
	fixture_invite(&a, "MOPS Mława", &token);
	fixture_begin(&b);
	CHECK_OK(membership_join(b.n, &token, NULL));
	first = b.n->own->row.key;
	fixture_end(&b);

	fixture_invite(&c, "MOPS Mława", &token);
	CHECK_OK(knock(&c, &b, &token));
	fixture_carry(&c, &b);
	fixture_carry(&b, &c);
	CHECK(node_is_member(b.n) && fixture_is_equal(&b, &c));
	CHECK(!wici_key_equal(&first, &b.n->own->row.key));
	fixture_reopen(&b);
	CHECK(!b.n->sealed && fixture_is_equal(&b, &c));
	/* A member stays one. */
	fixture_invite(&a, "MOPS Mława", &token);
	fixture_begin(&b);
	CHECK_ERR(membership_join(b.n, &token, NULL), WICI_ALREADY_MEMBER);
	fixture_end(&b);
	fixture_drop(&a);
	fixture_drop(&b);
	fixture_drop(&c);
}

TEST(who_is_not_the_registrar_says_that_it_is_away)
{
	struct wici_message m;
	struct wici_token token;
	struct fixture a, b, c;
	uint8_t buf[1024];

	fixture_open(&a);
	fixture_open(&b);
	fixture_open(&c);
	fixture_found(&a, "CAL");
	fixture_join(&a, &b, "MOPS Mława");
	fixture_identity(&c, "MOPR Kielce");
	fixture_invite(&a, "MOPR Kielce", &token);
	fixture_begin(&c);
	CHECK_OK(membership_join(c.n, &token, NULL));
	fixture_end(&c);
	CHECK_OK(node_join_message(c.n, buf, &m));
	fixture_begin(&b);
	CHECK_ERR(node_join(b.n, 1, &m), WICI_INVITER_AWAY);
	fixture_end(&b);
	fixture_drop(&a);
	fixture_drop(&b);
	fixture_drop(&c);
}

/* A JOIN is a stranger's bytes: cut or changed anywhere, it admits nobody. */
TEST(a_join_cut_or_changed_anywhere_admits_nobody)
{
	struct wici_message m, bad;
	struct wici_token token;
	struct fixture a, b;
	uint8_t buf[1024], copy[1024];

	fixture_open(&a);
	fixture_open(&b);
	fixture_found(&a, "CAL");
	fixture_identity(&b, "MOPS Mława");
	fixture_invite(&a, "MOPS Mława", &token);
	fixture_begin(&b);
	CHECK_OK(membership_join(b.n, &token, NULL));
	fixture_end(&b);
	CHECK_OK(node_join_message(b.n, buf, &m));
	fixture_begin(&a);
	for (size_t i = 0; i < m.join.open.len; i++) {
		bad = m;
		bad.join.open.len = i;
		CHECK(node_join(a.n, 1, &bad) != WICI_OK);
		memcpy(copy, m.join.open.p, m.join.open.len);
		copy[i] ^= 0x10;
		bad.join.open = (struct wici_bytes){copy, m.join.open.len};
		CHECK(node_join(a.n, 1, &bad) != WICI_OK);
	}
	for (size_t i = 0; i < sizeof(m.join.mac.b); i++) {
		bad = m;
		bad.join.mac.b[i] ^= 0x80;
		CHECK_ERR(node_join(a.n, 1, &bad), WICI_TOKEN_WRONG);
	}
	fixture_end(&a);
	CHECK(a.admitted == 0 && a.n->roster.members_count == 1);
	fixture_drop(&a);
	fixture_drop(&b);
}

TEST_MAIN(
	RUN(the_founder_is_member_registrar_and_issuer_after_a_restart),
	RUN(with_recovery_the_root_is_two_of_three),
	RUN(a_founding_that_is_refused_leaves_nothing_behind),
	RUN(a_network_is_founded_once),
	RUN(a_newcomer_becomes_a_member_and_tells_its_profile),
	RUN(only_the_registrar_invites_and_only_when_it_can_be_found),
	RUN(a_token_is_wrong_used_or_expired_and_each_is_said),
	RUN(a_newcomer_whose_answer_was_lost_is_admitted_again),
	RUN(who_was_given_a_new_key_comes_in_by_an_invitation_as_the_same_institution),
	RUN(a_join_goes_on_after_a_restart_and_ends_with_a_refusal),
	RUN(one_that_was_never_admitted_may_join_another_network),
	RUN(who_is_not_the_registrar_says_that_it_is_away),
	RUN(a_join_cut_or_changed_anywhere_admits_nobody))
