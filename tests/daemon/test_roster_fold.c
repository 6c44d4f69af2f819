/* tests/daemon/test_roster_fold.c — One roster, whatever the order in which
 * things arrive, and the same after each restart. */
#include "daemon/membership.h"

#include "daemon/statements.h"
#include "daemon/store/statement.h"
#include "tests/daemon/author.h"
#include "tests/daemon/fixture.h"
#include "tests/daemon/root.h"

static bool is_same_roster(const struct wici_roster *a,
			   const struct wici_roster *b)
{
	return a->version == b->version && wici_id_equal(&a->id, &b->id) &&
	       a->members_count == b->members_count &&
	       memcmp(a->space.members, b->space.members,
		      a->members_count * sizeof(*a->space.members)) == 0 &&
	       a->issuers_count == b->issuers_count &&
	       memcmp(a->issuers, b->issuers,
		      a->issuers_count * sizeof(a->issuers[0])) == 0;
}

/* The founder restates the issuers' list: the change after the newest. */
static void restate(struct fixture *f, const char *expires)
{
	static struct root_change c;

	root_begin(&c, f->n, 1);
	wici_op_issuers(&c.w, expires, f->n->roster.issuers,
			f->n->roster.issuers_count);
	root_end(&c, f->n);
	fixture_begin(f);
	CHECK_OK(node_receive_statement(f->n, 3, c.bytes));
	fixture_end(f);
}

/* Knows the network, and holds nothing of it. */
static void open_empty(struct fixture *a, struct fixture *f)
{
	struct wici_token token;

	fixture_open(f);
	fixture_identity(f, "ktoś");
	fixture_invite(a, "ktoś", &token);
	fixture_begin(f);
	CHECK_OK(membership_join(f->n, &token, NULL));
	fixture_end(f);
}

/* Statements from the newest version to the oldest. */
static void carry_statements_backwards(struct fixture *a, struct fixture *b)
{
	struct wici_range_set set = node_set(a->n, WICI_SPACE_STATEMENTS);

	for (uint64_t v = a->n->roster.version; v > 0; v--) {
		for (size_t i = 0; i < set.count; i++) {
			struct wici_statement s;
			struct wici_bytes bytes;
			struct wici_change c;
			struct wici_id id;

			memcpy(id.b, set.items[i].feed.b, WICI_ID_LEN);
			CHECK_OK(node_read_statement(a->n, &id, &bytes));
			CHECK_OK(wici_statement_decode(&s, bytes));
			CHECK_OK(wici_change_decode(&c, &s));
			if (c.version != v)
				continue;
			fixture_begin(b);
			CHECK_OK(node_receive_statement(b->n, 7, bytes));
			fixture_end(b);
		}
	}
}

/* Each feed's entries one by one, a turn each; feeds in the given order. */
static void carry_piecemeal(struct fixture *a, struct fixture *b, bool down)
{
	struct wici_range_set set = node_set(a->n, WICI_SPACE_HEADS);

	for (size_t i = 0; i < set.count; i++) {
		struct wici_head head = set.items[down ? set.count - 1 - i : i];
		uint64_t last = head.seq;

		for (head.seq = 1; head.seq <= last; head.seq++) {
			fixture_begin(b);
			(void)fixture_carry_feed(a, b, &head);
			fixture_end(b);
		}
	}
}

TEST(every_order_of_arrival_gives_one_roster)
{
	struct fixture a, m[3], x[3];
	static const char *const names[] = {"MOPS Mława", "MOPR Kielce",
					    "MOPS Stalowa Wola"};

	fixture_open(&a);
	fixture_found(&a, "CAL");
	for (int i = 0; i < 3; i++) {
		fixture_open(&m[i]);
		fixture_join(&a, &m[i], names[i]);
		restate(&a, i == 2 ? "2030-01-01" : "2029-01-01");
		fixture_practice(&a, names[i]);
	}
	CHECK(a.n->roster.version == 4 && a.n->roster.members_count == 4);
	for (int i = 0; i < 3; i++)
		open_empty(&a, &x[i]);

	/* As sync does it; feeds before statements, then once more; the newest
	 * change first and entries one by one. */
	fixture_carry(&a, &x[0]);
	carry_piecemeal(&a, &x[1], false);
	CHECK(x[1].n->feeds.count == 1); /* Dropped: nobody vouches yet. */
	fixture_begin(&x[1]);
	fixture_carry_statements(&a, &x[1]);
	fixture_end(&x[1]);
	carry_piecemeal(&a, &x[1], true);
	carry_piecemeal(&a, &x[1], true);
	carry_statements_backwards(&a, &x[2]);
	carry_piecemeal(&a, &x[2], false);
	carry_piecemeal(&a, &x[2], false);
	for (int i = 0; i < 3; i++) {
		CHECK(is_same_roster(&a.n->roster, &x[i].n->roster));
		CHECK(fixture_is_equal(&a, &x[i]));
		fixture_reopen(&x[i]); /* Folded from the start. */
		CHECK(is_same_roster(&a.n->roster, &x[i].n->roster));
		fixture_rest(&x[i]);
		fixture_reopen(&x[i]); /* And through the projections. */
		CHECK(is_same_roster(&a.n->roster, &x[i].n->roster));
		fixture_drop(&x[i]);
		fixture_drop(&m[i]);
	}
	fixture_drop(&a);
}

TEST(many_members_are_admitted_and_found_again)
{
	struct wici_key someone = {{0}};
	struct fixture f;
	struct wici_head head;
	char name[40];

	fixture_open(&f);
	fixture_found(&f, "CAL");
	fixture_begin(&f);
	for (int i = 0; i < 600; i++) {
		(void)snprintf(name, sizeof(name), "OPS %d", i);
		wici_put_u16(someone.b, (uint16_t)(i + 1));
		CHECK_OK(membership_admit(f.n, &someone, wici_bytes_str(name),
					  NULL, &head));
	}
	fixture_end(&f);
	CHECK(f.n->roster.members_count == 601);
	fixture_rest(&f);
	fixture_reopen(&f);
	CHECK(f.n->roster.members_count == 601);
	fixture_drop(&f);
}

/* ---- another registrar ---- */

static bool is_in(const struct fixture *f, const struct author *x)
{
	return wici_roster_member(&f->n->roster, &x->identity) != NULL;
}

/* One feed's entries, a turn each. */
static void carry_one(struct fixture *a, struct fixture *b,
		      const struct fixture *of)
{
	struct wici_head head = root_head(a->n, &of->n->keys.feed);
	uint64_t last = feeds_find(&a->n->feeds, &head.feed)->counting_seq;

	for (head.seq = 1; head.seq <= last; head.seq++) {
		fixture_begin(b);
		(void)fixture_carry_feed(a, b, &head);
		fixture_end(b);
	}
}

static void admit(struct author *x, struct fixture *by, uint8_t number)
{
	author_admit(x, by, number);
	CHECK(is_in(by, x));
}

/* The founder's feed admits up to a cut; b's from now on. */
static void name_registrar(struct fixture *a, struct fixture *b,
			   const struct wici_head *cut)
{
	static struct root_change c;
	struct wici_head at = root_head(b->n, &b->n->keys.feed);

	root_begin(&c, a->n, 1);
	wici_op_registrar(&c.w, &at, cut, 1);
	root_end(&c, a->n);
	fixture_begin(a);
	CHECK_OK(node_receive_statement(a->n, 3, c.bytes));
	fixture_end(a);
	CHECK(a->n->roster.version == 2);
}

TEST(a_registrar_that_was_replaced_has_admitted_up_to_its_cut)
{
	struct fixture a, b, x[3];
	struct author before, after, later;
	struct wici_head cut;

	fixture_open(&a);
	fixture_open(&b);
	fixture_found(&a, "CAL");
	fixture_join(&a, &b, "MOPS Mława");
	for (int i = 0; i < 3; i++)
		open_empty(&a, &x[i]);
	admit(&before, &a, 1);
	cut = root_head(a.n, &a.n->keys.feed);
	admit(&after, &a, 2);
	name_registrar(&a, &b, &cut);
	CHECK(is_in(&a, &before) && !is_in(&a, &after));
	fixture_carry(&a, &b);
	admit(&later, &b, 3);
	/* As sync does it; the new one first; the old one last but one. */
	fixture_carry(&b, &x[0]);
	fixture_begin(&x[1]);
	fixture_carry_statements(&b, &x[1]);
	fixture_end(&x[1]);
	carry_one(&b, &x[1], &b);
	CHECK(!is_in(&x[1], &before));
	carry_one(&b, &x[1], &a);
	carry_piecemeal(&a, &x[2], false);
	carry_statements_backwards(&b, &x[2]);
	carry_one(&b, &x[2], &a);
	carry_one(&b, &x[2], &b);
	for (int i = 0; i < 3; i++) {
		CHECK(is_in(&x[i], &before) && !is_in(&x[i], &after) &&
		      is_in(&x[i], &later));
		CHECK(is_same_roster(&b.n->roster, &x[i].n->roster));
		fixture_reopen(&x[i]);
		CHECK(is_same_roster(&b.n->roster, &x[i].n->roster));
		fixture_rest(&x[i]);
		fixture_reopen(&x[i]);
		CHECK(is_same_roster(&b.n->roster, &x[i].n->roster));
		fixture_drop(&x[i]);
	}
	fixture_drop(&b);
	fixture_drop(&a);
}

/* ---- changes ---- */

TEST(two_changes_that_follow_one_stop_the_roster_until_all_keys_choose)
{
	static struct root_change c[3];
	struct wici_statement chosen;
	struct fixture f;

	fixture_open(&f);
	fixture_found(&f, "CAL");
	for (int i = 0; i < 2; i++) {
		root_begin(&c[i], f.n, 1);
		wici_op_issuers(&c[i].w, i ? "2029-01-01" : "2030-01-01",
				f.n->roster.issuers, f.n->roster.issuers_count);
		root_end(&c[i], f.n);
	}
	for (int i = 0; i < 2; i++) {
		fixture_begin(&f);
		CHECK_OK(node_receive_statement(f.n, 3, c[i].bytes));
		fixture_end(&f);
		CHECK(f.n->roster.version == (i ? 1 : 2));
		CHECK(f.n->roster.is_forked == (i == 1));
	}
	/* Both are passed on: everybody must see it. */
	CHECK(f.n->statements_count == 3);
	fixture_reopen(&f);
	CHECK(f.n->roster.version == 1 && f.n->roster.is_forked);
	CHECK_OK(wici_statement_decode(&chosen, c[1].bytes));
	root_begin(&c[2], f.n, 1);
	wici_op_stands(&c[2].w, &chosen.id);
	root_end(&c[2], f.n);
	fixture_begin(&f);
	CHECK_OK(node_receive_statement(f.n, 3, c[2].bytes));
	fixture_end(&f);
	CHECK(f.n->roster.version == 2 && !f.n->roster.is_forked);
	CHECK(wici_id_equal(&f.n->roster.id, &chosen.id));
	fixture_drop(&f);
}

/* What is kept since nobody can say yet is not passed on, and goes when it
 * turns out to be a lie. */
TEST(a_change_that_waits_for_its_parent_is_judged_when_that_comes)
{
	static struct root_change c, lie;
	static uint8_t buf[sizeof(lie.buf)];
	struct wici_signer *sig;
	struct wici_statement s;
	struct statement_row row;
	struct wici_secret secret;
	struct wici_mp_writer w;
	struct fixture a, x;
	uint8_t seed[32] = {7};

	fixture_open(&a);
	fixture_found(&a, "CAL");
	open_empty(&a, &x);
	fixture_carry(&a, &x);
	root_begin(&c, a.n, 1);
	wici_op_issuers(&c.w, "2029-01-01", a.n->roster.issuers,
			a.n->roster.issuers_count);
	root_end(&c, a.n);
	fixture_begin(&a);
	CHECK_OK(node_receive_statement(a.n, 3, c.bytes));
	fixture_end(&a);
	/* The next one, by somebody who is not the root. */
	root_begin(&lie, a.n, 1);
	wici_op_issuers(&lie.w, "2099-01-01", a.n->roster.issuers,
			a.n->roster.issuers_count);
	root_end(&lie, a.n);
	CHECK_OK(wici_statement_decode(&s, lie.bytes));
	sig = &s.sigs[0];
	wici_key_pair(&sig->key, &secret, seed);
	wici_change_approve(sig, &a.n->network, &s.id, &sig->key, &secret);
	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_statement_encode(&w, &s);
	CHECK_OK(wici_mp_written(&w, &lie.bytes));

	fixture_begin(&a);
	CHECK_ERR(node_receive_statement(a.n, 3, lie.bytes),
		  WICI_REJECT_APPROVAL);
	fixture_end(&a);
	fixture_begin(&x);
	CHECK_OK(node_receive_statement(x.n, 3, lie.bytes));
	CHECK(!statements_has(x.n, &s.id));
	CHECK_OK(statement_get(x.n->store, &s.id, &row));
	fixture_end(&x);
	CHECK(x.statements == 0);
	fixture_begin(&x);
	CHECK_OK(node_receive_statement(x.n, 3, c.bytes));
	CHECK_ERR(statement_get(x.n->store, &s.id, &row), WICI_NOT_FOUND);
	fixture_end(&x);
	CHECK(x.n->roster.version == 2 && x.n->changes_count == 2);
	fixture_drop(&x);
	fixture_drop(&a);
}

/* A change that nobody has approved, after one that nobody has: anybody can
 * make thousands of them, and send each as often as he likes. */
static struct wici_bytes orphan(const struct node *n, uint8_t sigs)
{
	static uint8_t body[2048], buf[8192];
	struct wici_statement s = {.type = WICI_STATEMENT_CHANGE};
	struct wici_id prev = {{9}};
	struct wici_mp_writer w;
	struct wici_bytes bytes;

	wici_mp_writer_init(&w, body, sizeof(body));
	wici_change_begin(&w, &n->network, 1);
	wici_op_lift(&w, &prev, 1);
	wici_change_end(&w, &prev, 5);
	CHECK_OK(wici_mp_written(&w, &s.body));
	s.sigs_count = sigs;
	for (uint8_t i = 0; i < sigs; i++)
		s.sigs[i].key.b[0] = (uint8_t)(i + 1);
	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_statement_encode(&w, &s);
	CHECK_OK(wici_mp_written(&w, &bytes));
	return bytes;
}

TEST(a_change_that_waits_costs_no_fold_and_is_taken_once)
{
	struct wici_head folded;
	struct fixture f;

	fixture_open(&f);
	fixture_found(&f, "CAL");
	folded = f.n->folded[0];
	CHECK(folded.seq > 0);
	/* What was folded anew would say so here. */
	f.n->folded[0].seq = 0;
	fixture_begin(&f);
	CHECK_OK(node_receive_statement(f.n, 7, orphan(f.n, 1)));
	CHECK_ERR(node_receive_statement(f.n, 7, orphan(f.n, 1)), WICI_END);
	CHECK_OK(node_receive_statement(f.n, 7, orphan(f.n, 2)));
	CHECK_ERR(node_receive_statement(f.n, 7, orphan(f.n, 1)), WICI_END);
	CHECK(f.n->folded[0].seq == 0);
	f.n->folded[0] = folded;
	fixture_end(&f);
	CHECK(f.rosters == 0 && f.statements == 0);
	CHECK(f.n->changes_count == 2);
	fixture_drop(&f);
}

/* Large ones that all follow one and the same, until no more are taken. */
static size_t flood_with_rivals(struct fixture *f, struct root_change *c)
{
	static struct wici_relay rows[64];
	enum wici_err err = WICI_OK;
	unsigned count = 0;

	for (; err == WICI_OK && count < 2000; count++) {
		for (size_t i = 0; i < 64; i++) {
			rows[i].identity.b[0] = (uint8_t)(i + 1);
			rows[i].addresses_count = 5;
			for (size_t k = 0; k < 5; k++)
				(void)snprintf(rows[i].addresses[k],
					       sizeof(rows[i].addresses[k]),
					       "%040u.%040u.pl:%zu", count, 0,
					       k + 1);
		}
		root_begin(c, f->n, 1);
		wici_op_relays(&c->w, rows, 64);
		root_end(c, f->n);
		fixture_begin(f);
		err = node_receive_statement(f->n, 7, c->bytes);
		fixture_end(f);
	}
	CHECK_ERR(err, WICI_END);
	return count;
}

static void tell(struct fixture *f, const struct root_change *c)
{
	fixture_begin(f);
	CHECK_OK(node_receive_statement(f->n, 3, c->bytes));
	fixture_end(f);
}

/* Keys that are the root's no longer can fork it where they were: but not fill
 * the place of what ends that. */
TEST(however_many_rivals_are_kept_the_root_is_heard)
{
	static struct root_change c[2], more;
	struct wici_statement chosen;
	struct fixture f;

	fixture_open(&f);
	fixture_found(&f, "CAL");
	for (int i = 0; i < 2; i++) {
		root_begin(&c[i], f.n, 1);
		wici_op_issuers(&c[i].w, i ? "2029-01-01" : "2030-01-01",
				f.n->roster.issuers, f.n->roster.issuers_count);
		root_end(&c[i], f.n);
	}
	tell(&f, &c[0]);
	tell(&f, &c[1]);
	CHECK(flood_with_rivals(&f, &more) > 100);
	CHECK(f.n->roster.version == 1 && f.n->roster.is_forked);
	CHECK_OK(wici_statement_decode(&chosen, c[1].bytes));
	root_begin(&more, f.n, 1);
	wici_op_stands(&more.w, &chosen.id);
	root_end(&more, f.n);
	tell(&f, &more);
	CHECK(f.n->roster.version == 2 && !f.n->roster.is_forked);
	restate(&f, "2031-01-01");
	CHECK(f.n->roster.version == 3);
	fixture_reopen(&f);
	CHECK(f.n->roster.version == 3);
	fixture_drop(&f);
}

TEST_MAIN(
	RUN(a_change_that_waits_costs_no_fold_and_is_taken_once),
	RUN(however_many_rivals_are_kept_the_root_is_heard),
	RUN(every_order_of_arrival_gives_one_roster),
	RUN(a_registrar_that_was_replaced_has_admitted_up_to_its_cut),
	RUN(two_changes_that_follow_one_stop_the_roster_until_all_keys_choose),
	RUN(a_change_that_waits_for_its_parent_is_judged_when_that_comes),
	RUN(many_members_are_admitted_and_found_again))
