/* tests/daemon/test_erase_right.c — Who may erase, and what: nobody else, and
 * not after the root has taken the key away. */
#include "daemon/erase.h"

#include "tests/daemon/erased.h"
#include "tests/daemon/root.h"

TEST(nobody_elses_word_counts)
{
	struct net n;
	struct author thief;
	struct gone other;
	struct wici_head no_such;

	begin(&n);
	CHECK_OK(give_run(&n, 0));
	CHECK_OK(give_run(&n, 1));
	author_admit(&thief, &n.cal, 66);
	gone_make(&other, &n.author.network, &n.of, NULL, &thief.identity,
		  &thief.identity_secret);
	CHECK_ERR(give_erasure(&n, &other), WICI_END);
	/* The feed's own key is not enough either. */
	gone_make(&other, &n.author.network, &n.of, NULL, &n.of.feed,
		  &n.author.feed_secret);
	CHECK_ERR(give_erasure(&n, &other), WICI_END);
	n.gone.buf[n.gone.bytes.len - 40] ^= 1;
	CHECK_ERR(give_erasure(&n, &n.gone), WICI_REJECT_SIGNATURE);
	CHECK(!is_erased(&n));
	/* Another id in that place: it is of no entry here. */
	no_such = n.of;
	no_such.id.b[0] ^= 1;
	gone_make(&other, &n.author.network, &no_such, NULL, &n.author.identity,
		  &n.author.identity_secret);
	CHECK_ERR(give_erasure(&n, &other), WICI_END);
	CHECK(!is_erased(&n));
	end(&n);
}

TEST(who_may_not_excuses_no_hidden_payload_and_that_is_nobodys_fault)
{
	struct net n;
	struct author thief;
	struct gone other;

	begin(&n);
	CHECK_OK(give_run(&n, 0));
	author_admit(&thief, &n.cal, 66);
	gone_make(&other, &n.author.network, &n.of, NULL, &thief.identity,
		  &thief.identity_secret);
	CHECK_ERR(give_erasure(&n, &other), WICI_END);
	CHECK_ERR(give_run(&n, 2), WICI_NOT_MEMBER);
	CHECK(n.cal.n->rejected == 0);
	CHECK_OK(give_run(&n, 1)); /* And takes nothing away. */
	CHECK(!is_erased(&n));
	end(&n);
}

TEST(an_erasure_of_a_right_is_void)
{
	struct net n;
	struct gone other;
	struct wici_head open;

	begin(&n);
	CHECK_OK(give_run(&n, 0));
	open = head_at(&n.cal, &n.of.feed, 1);
	gone_make(&other, &n.author.network, &open, NULL, &n.author.identity,
		  &n.author.identity_secret);
	CHECK_ERR(give_erasure(&n, &other), WICI_END);
	CHECK(!erase_of(n.cal.n, &open));
	end(&n);
}

/* The author's key is closed: another speaks for it. */
static void rekey(struct net *n, struct author *later)
{
	static struct root_change change;
	struct wici_feed_row row = {root_head(n->cal.n, &n->of.feed), true};

	author_key(later, 10);
	root_member(&change, n->cal.n, WICI_OP_REKEY, &n->author.identity,
		    &later->identity, &row, 1);
	fixture_begin(&n->cal);
	CHECK_OK(node_receive_statement(n->cal.n, 7, change.bytes));
	fixture_end(&n->cal);
}

TEST(a_retired_key_erases_nothing_and_the_present_one_does)
{
	struct author later;
	struct gone both;
	struct net n;

	begin(&n);
	CHECK_OK(give_run(&n, 0));
	CHECK_OK(give_run(&n, 1));
	rekey(&n, &later);
	CHECK_ERR(give_erasure(&n, &n.gone), WICI_END);
	CHECK(!is_erased(&n));
	gone_make(&both, &n.author.network, &n.of, &n.gone, &later.identity,
		  &later.identity_secret);
	CHECK_OK(give_erasure(&n, &both));
	CHECK(is_erased(&n));
	end(&n);
}

TEST(what_counted_once_stays_and_is_given_on_with_the_better_signature)
{
	struct author later;
	uint64_t number;
	struct wici_bytes held;
	struct gone both;
	struct net n;

	begin(&n);
	CHECK_OK(give_run(&n, 0));
	CHECK_OK(give_run(&n, 1));
	CHECK_OK(give_erasure(&n, &n.gone));
	rest(&n.cal);
	CHECK(statements_has(n.cal.n, &n.gone.is.id));
	number = erase_of(n.cal.n, &n.of)->number;
	rekey(&n, &later);
	rest(&n.cal);
	CHECK(is_erased(&n) && !statements_has(n.cal.n, &n.gone.is.id));
	fixture_reopen(&n.cal);
	CHECK(is_erased(&n) && !statements_has(n.cal.n, &n.gone.is.id));
	CHECK_OK(node_read_statement(n.cal.n, &n.gone.is.id, &held));
	CHECK(wici_bytes_equal(held, n.gone.bytes));
	gone_make(&both, &n.author.network, &n.of, &n.gone, &later.identity,
		  &later.identity_secret);
	CHECK_OK(give_erasure(&n, &both));
	CHECK(n.cal.statements == 1); /* Passed on. */
	CHECK(statements_has(n.cal.n, &n.gone.is.id));
	/* Who was in step meanwhile need not have carried it out. */
	CHECK(erase_of(n.cal.n, &n.of)->number > number);
	CHECK_OK(node_read_statement(n.cal.n, &n.gone.is.id, &held));
	CHECK(wici_bytes_equal(held, both.bytes));
	/* And not the other way round. */
	CHECK_ERR(give_erasure(&n, &n.gone), WICI_END);
	CHECK_ERR(give_erasure(&n, &both), WICI_END);
	fixture_reopen(&n.cal);
	CHECK(statements_has(n.cal.n, &n.gone.is.id));
	end(&n);
}

/* Whoever knew the former key writes it into as many as there is room for: the
 * present one replaces them, and does not stand beside them. */
TEST(a_statement_full_of_strangers_is_replaced)
{
	struct gone full[WICI_STATEMENT_SIGS_MAX];
	struct author later, stranger;
	struct wici_bytes held;
	struct gone anew;
	struct net n;
	size_t last = WICI_STATEMENT_SIGS_MAX - 1;

	begin(&n);
	CHECK_OK(give_run(&n, 0));
	CHECK_OK(give_run(&n, 1));
	full[0] = n.gone;
	CHECK_OK(wici_statement_decode(
		&full[0].s,
		(struct wici_bytes){full[0].buf, n.gone.bytes.len}));
	for (size_t i = 1; i <= last; i++) {
		author_key(&stranger, (uint8_t)(100 + i));
		gone_make(&full[i], &n.author.network, &n.of, &full[i - 1],
			  &stranger.identity, &stranger.identity_secret);
	}
	CHECK_OK(give_erasure(&n, &full[last]));
	rest(&n.cal);
	CHECK(is_erased(&n) && statements_has(n.cal.n, &n.gone.is.id));
	rekey(&n, &later);
	rest(&n.cal);
	CHECK(!statements_has(n.cal.n, &n.gone.is.id));
	gone_make(&anew, &n.author.network, &n.of, NULL, &later.identity,
		  &later.identity_secret);
	CHECK_OK(give_erasure(&n, &anew));
	CHECK(statements_has(n.cal.n, &n.gone.is.id));
	CHECK_OK(node_read_statement(n.cal.n, &n.gone.is.id, &held));
	CHECK(wici_bytes_equal(held, anew.bytes));
	end(&n);
}

/* A run was dropped for it: then it is told of, to that institution as what it
 * has to sign, to others as whose records are not whole. */
TEST(what_a_former_key_erased_is_told_of_once_it_is_missed)
{
	struct erase_former row;
	struct author later;
	struct net n;

	begin(&n);
	CHECK_OK(give_run(&n, 0));
	rekey(&n, &later);
	CHECK_ERR(give_erasure(&n, &n.gone), WICI_END);
	CHECK(erase_formers(n.cal.n, &n.author.identity, &row, 1) == 0);
	CHECK_ERR(give_run(&n, 2), WICI_NOT_MEMBER);
	CHECK(n.cal.n->rejected == 0);
	CHECK(erase_formers(n.cal.n, &n.author.identity, &row, 1) == 1);
	CHECK(!row.is_held && wici_id_equal(&row.of.id, &n.of.id));
	CHECK(erase_formers(n.cal.n, node_identity(n.cal.n), &row, 1) == 0);
	CHECK(wici_key_equal(erase_missed(n.cal.n, node_identity(n.cal.n)),
			     &n.author.identity));
	/* Who brings the payload makes it none of our business. */
	CHECK_OK(give_run(&n, 1));
	CHECK(!is_erased(&n));
	CHECK(erase_formers(n.cal.n, &n.author.identity, &row, 1) == 0);
	CHECK(!erase_missed(n.cal.n, node_identity(n.cal.n)));
	end(&n);
}

TEST_MAIN(
	RUN(nobody_elses_word_counts),
	RUN(who_may_not_excuses_no_hidden_payload_and_that_is_nobodys_fault),
	RUN(an_erasure_of_a_right_is_void),
	RUN(a_retired_key_erases_nothing_and_the_present_one_does),
	RUN(what_counted_once_stays_and_is_given_on_with_the_better_signature),
	RUN(a_statement_full_of_strangers_is_replaced),
	RUN(what_a_former_key_erased_is_told_of_once_it_is_missed))
