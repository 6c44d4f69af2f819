/* tests/daemon/test_bundle_join.c — Joining by file: a newcomer's bundle asks, the
 * registrar's answers, and nothing else of it lets anybody in. PROTOCOL §7.7. */
#include "tests/daemon/stick.h"

struct three {
	struct fixture cal, newcomer;
	struct wici_token token;
	struct file f;
};

static void ask(struct three *t)
{
	memset(&t->f, 0, sizeof(t->f));
	fixture_open(&t->cal);
	fixture_found(&t->cal, "CAL");
	fixture_open(&t->newcomer);
	fixture_invite(&t->cal, "MOPS Mława", &t->token);
	fixture_identity(&t->newcomer, "MOPS Mława");
	fixture_begin(&t->newcomer);
	CHECK_OK(membership_join(t->newcomer.n, &t->token, NULL));
	fixture_end(&t->newcomer);
}

static void drop(struct three *t)
{
	file_clear(&t->f);
	fixture_drop(&t->cal);
	fixture_drop(&t->newcomer);
}

static void write_join(struct three *t, struct wici_message *m, uint8_t *open)
{
	CHECK_OK(node_join_message(t->newcomer.n, open, m));
}

static void forge_message(struct file *f, const struct wici_message *m)
{
	uint8_t buf[2048];

	wici_message_encode(buf, m);
	forge_record(f, WICI_BUNDLE_JOIN,
		     (struct wici_bytes){buf, wici_message_len(m)});
}

TEST(two_bundles_let_a_newcomer_in)
{
	struct three t;

	ask(&t);
	write_all(&t.newcomer, &t.f);
	CHECK_ERR(take(&t.cal, &t.f), WICI_END);
	CHECK(counts.has_admitted && counts.rejects == 0);
	CHECK(wici_key_equal(&counts.admitted, &t.newcomer.n->keys.identity));
	CHECK(counts.entries == 1 && counts.feeds == 1);
	CHECK(!node_is_member(t.newcomer.n));

	/* In pieces of any size, and once more. */
	CHECK_ERR(take_pieces(&t.cal, &t.f, 7), WICI_END);
	CHECK(counts.has_admitted && counts.rejects == 0);

	write_all(&t.cal, &t.f);
	CHECK_ERR(take(&t.newcomer, &t.f), WICI_END);
	CHECK(counts.rejects == 0 && node_is_member(t.newcomer.n));
	CHECK(!t.newcomer.n->is_joining);
	write_all(&t.newcomer, &t.f); /* It asks no more. */
	CHECK_ERR(take(&t.cal, &t.f), WICI_END);
	CHECK(!counts.has_admitted && counts.rejects == 0);
	CHECK(fixture_is_equal(&t.cal, &t.newcomer));
	drop(&t);
}

TEST(a_request_lets_in_the_key_that_asked_and_once_a_file)
{
	struct wici_message m, ping = {.type = WICI_MSG_PING};
	uint8_t open[JOIN_OPEN_MAX];
	struct three t;

	ask(&t);
	write_join(&t, &m, open);
	forge_begin(&t.f, &t.cal.n->network);
	forge_message(&t.f, &ping);
	forge_end(&t.f);
	CHECK_ERR(take(&t.cal, &t.f), WICI_END);
	CHECK(counts.rejects == 1 && is_rejected("bundle"));

	/* The first of them that is none is the one that is answered. */
	forge_begin(&t.f, &t.cal.n->network);
	forge_record(&t.f, WICI_BUNDLE_JOIN, (struct wici_bytes){NULL, 0});
	forge_message(&t.f, &m);
	forge_end(&t.f);
	CHECK_ERR(take(&t.cal, &t.f), WICI_END);
	CHECK(counts.rejects == 2 && !counts.has_admitted);

	m.join.mac.b[31] ^= 1;
	forge_begin(&t.f, &t.cal.n->network);
	forge_message(&t.f, &m);
	forge_end(&t.f);
	CHECK_ERR(take(&t.cal, &t.f), WICI_END);
	CHECK(is_rejected("token_wrong") && !counts.has_admitted);
	m.join.mac.b[31] ^= 1;

	m.join.token_id[0] ^= 1;
	forge_begin(&t.f, &t.cal.n->network);
	forge_message(&t.f, &m);
	forge_end(&t.f);
	CHECK_ERR(take(&t.cal, &t.f), WICI_END);
	CHECK(is_rejected("token_wrong") && !counts.has_admitted);
	m.join.token_id[0] ^= 1;

	/* Under another network's head it is not looked at. */
	forge_begin(&t.f, &m.join.mac);
	forge_message(&t.f, &m);
	forge_end(&t.f);
	CHECK_ERR(take(&t.cal, &t.f), WICI_REJECT_NETWORK);
	CHECK(!counts.has_admitted);

	forge_begin(&t.f, &t.cal.n->network);
	forge_message(&t.f, &m);
	forge_end(&t.f);
	CHECK_ERR(take(&t.cal, &t.f), WICI_END);
	CHECK(counts.has_admitted);
	drop(&t);
}

/* It is told, and nothing of it stays. */
TEST(elsewhere_nobody_is_let_in)
{
	struct fixture other;
	struct three t;
	struct file full;

	memset(&full, 0, sizeof(full));
	ask(&t);
	fixture_open(&other);
	fixture_join(&t.cal, &other, "MOPR Kielce");
	write_all(&t.newcomer, &t.f);
	CHECK_ERR(take(&other, &t.f), WICI_END);
	CHECK(is_rejected("inviter_away") && !counts.has_admitted);
	write_all(&other, &full);
	CHECK_ERR(take(&t.cal, &full), WICI_END);
	CHECK(!counts.has_admitted);

	/* What the others hold lets in who was let in. */
	CHECK_ERR(take(&t.cal, &t.f), WICI_END);
	CHECK(counts.has_admitted);
	write_all(&t.cal, &full);
	CHECK_ERR(take(&other, &full), WICI_END);
	write_all(&other, &full);
	CHECK_ERR(take(&t.newcomer, &full), WICI_END);
	CHECK(node_is_member(t.newcomer.n));
	file_clear(&full);
	fixture_drop(&other);
	drop(&t);
}

TEST_MAIN(RUN(two_bundles_let_a_newcomer_in),
	  RUN(a_request_lets_in_the_key_that_asked_and_once_a_file),
	  RUN(elsewhere_nobody_is_let_in))
