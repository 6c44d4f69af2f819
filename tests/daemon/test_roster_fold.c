/* tests/daemon/test_roster_fold.c — One roster, whatever the order in which
 * things arrive, and the same after each restart. */
#include "daemon/membership.h"

#include "tests/daemon/fixture.h"

static bool is_same_roster(const struct wici_roster *a,
			   const struct wici_roster *b)
{
	return a->version == b->version && wici_id_equal(&a->id, &b->id) &&
	       a->members_count == b->members_count &&
	       memcmp(a->members, b->members,
		      a->members_count * sizeof(*a->members)) == 0 &&
	       a->issuers_count == b->issuers_count &&
	       memcmp(a->issuers, b->issuers,
		      a->issuers_count * sizeof(a->issuers[0])) == 0;
}

/* The founder restates the issuers' list: the change after the newest. */
static void restate(struct fixture *f, const char *expires)
{
	static uint8_t body[4096], bytes[8192];
	struct wici_statement s = {.type = WICI_STATEMENT_CHANGE,
				   .sigs_count = 1};
	struct wici_secret secret;
	struct wici_bytes b;
	struct wici_mp_writer w;

	wici_mp_writer_init(&w, body, sizeof(body));
	wici_change_begin(&w, &f->n->network, 1);
	wici_op_issuers(&w, expires, f->n->roster.issuers,
			f->n->roster.issuers_count);
	wici_change_end(&w, &f->n->roster.id, f->n->roster.version + 1);
	CHECK_OK(wici_mp_written(&w, &s.body));
	s.id = wici_hash_bytes(WICI_DOMAIN_CHANGE, s.body);
	CHECK_OK(
		keys_identity_secret(&f->n->keys, f->n->dir_fd, NULL, &secret));
	wici_change_approve(&s.sigs[0], &f->n->network, &s.id,
			    &f->n->keys.identity, &secret);
	wici_mp_writer_init(&w, bytes, sizeof(bytes));
	wici_statement_encode(&w, &s);
	CHECK_OK(wici_mp_written(&w, &b));
	fixture_begin(f);
	CHECK_OK(node_receive_statement(f->n, 3, b));
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

TEST_MAIN(RUN(every_order_of_arrival_gives_one_roster),
	  RUN(many_members_are_admitted_and_found_again))
