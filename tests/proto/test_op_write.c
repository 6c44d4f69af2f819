/* tests/proto/test_op_write.c — What is written of an op is read as the same,
 * with rows in their order, and fits a statement or is refused as too large. */
#include "proto/change.h"

#include "proto/day.h"
#include "proto/mp_read.h"
#include "tests/proto/ops.h"
#include "tests/test.h"

#include <stdlib.h>

/* A change of version 2 with room for whatever fits a statement and more. */
static uint8_t big[2 * WICI_STATEMENT_LEN_MAX];
static struct made m;
static struct wici_change c;

static struct wici_mp_writer *begin(void)
{
	struct wici_id network = id_of(1);

	made_begin(&m, &network, 1);
	memcpy(big, m.buf, m.w.len);
	m.w.buf = big;
	m.w.max = sizeof(big);
	return &m.w;
}

static void end(void)
{
	struct wici_id prev = id_of(2);

	made_end(&m, &prev, 2);
	CHECK_OK(wici_mp_check(WICI_MP_CANONICAL, m.s.body, NULL));
	CHECK_OK(wici_change_decode(&c, &m.s));
	CHECK(!c.needs_newer);
}

/* Is the change a statement that others would take? */
static bool is_statement(void)
{
	static uint8_t whole[2 * WICI_STATEMENT_LEN_MAX];
	struct wici_statement s;
	struct wici_mp_writer w;
	struct wici_bytes b;

	wici_mp_writer_init(&w, whole, sizeof(whole));
	wici_statement_encode(&w, &m.s);
	CHECK_OK(wici_mp_written(&w, &b));
	return wici_statement_decode(&s, b) == WICI_OK;
}

TEST(a_registrar_is_read_as_it_was_written)
{
	struct wici_head at = cut_of(1);
	struct wici_head before[WICI_CLOSED_MAX];

	wici_op_registrar(begin(), &at, NULL, 0);
	end();
	CHECK(c.has_registrar && c.before_count == 0);
	CHECK(memcmp(&c.registrar, &at, sizeof(at)) == 0);

	/* In the order in which they admitted, whatever their keys. */
	for (size_t i = 0; i < WICI_CLOSED_MAX; i++)
		before[i] = cut_of(20 - i);
	wici_op_registrar(begin(), &at, before, WICI_CLOSED_MAX);
	end();
	CHECK(c.has_registrar && c.before_count == WICI_CLOSED_MAX);
	CHECK(memcmp(&c.registrar, &at, sizeof(at)) == 0);
	CHECK(memcmp(c.before, before, sizeof(before)) == 0);
}

static struct wici_bytes *act_slot(enum wici_op op)
{
	return op == WICI_OP_SUSPEND ? &c.suspend
	       : op == WICI_OP_REKEY ? &c.rekey
				     : &c.reinstate;
}

TEST(acts_on_an_institution_are_read_as_they_were_written)
{
	static const enum wici_op acts[] = {WICI_OP_SUSPEND, WICI_OP_REKEY,
					    WICI_OP_REINSTATE};
	static struct wici_feed_row rows[WICI_ROWS_MAX], got[WICI_ROWS_MAX];
	struct wici_key identity = key_of(8), key = key_of(9), who, now;
	size_t count;

	for (size_t i = 0; i < WICI_ROWS_MAX; i++) { /* Upside down. */
		rows[i].at = cut_of(WICI_ROWS_MAX - 1 - i);
		rows[i].is_open = i % 3 == 0;
	}
	for (size_t i = 0; i < 2 * sizeof(acts) / sizeof(acts[0]); i++) {
		enum wici_op op = acts[i / 2];
		size_t n = i % 2 ? WICI_ROWS_MAX : 0;

		wici_op_member(begin(), op, &identity,
			       op == WICI_OP_SUSPEND ? NULL : &key, rows, n);
		end();
		CHECK(is_statement());
		wici_change_member(*act_slot(op), &who, &now);
		CHECK(wici_key_equal(&who, &identity));
		CHECK(op == WICI_OP_SUSPEND ? wici_is_zero(&now, sizeof(now))
					    : wici_key_equal(&now, &key));
		wici_change_rows(*act_slot(op), got, &count);
		CHECK(count == n);
		for (size_t k = 0; k < n; k++)
			CHECK(memcmp(&got[k], &rows[n - 1 - k],
				     sizeof(got[k])) == 0);
	}
}

TEST(feeds_are_read_as_they_were_written)
{
	struct wici_feed_row rows[2] = {{cut_of(2), true}, {cut_of(1), false}};
	struct wici_feed_row got[WICI_ROWS_MAX];
	size_t count;

	wici_op_feeds(begin(), rows, 2);
	end();
	wici_change_rows(c.feeds, got, &count);
	CHECK(count == 2 && !got[0].is_open && got[1].is_open);
	for (size_t i = 0; i < 2; i++)
		CHECK(memcmp(&got[i].at, &rows[1 - i].at, sizeof(got[i].at)) ==
		      0);
}

TEST(a_policy_is_read_as_it_was_written)
{
	struct net n = net(3, 2);

	n.policy.version = 7;
	wici_op_policy(begin(), &n.policy);
	end();
	CHECK(c.has_policy && !c.has_found);
	CHECK(memcmp(&c.policy, &n.policy, sizeof(n.policy)) == 0);
}

TEST(revocations_and_their_lifting_are_read_as_they_were_written)
{
	struct wici_revoked rows[WICI_REVOKED_MAX], got[WICI_REVOKED_MAX];
	struct wici_id ids[WICI_REVOKED_MAX], got_ids[WICI_REVOKED_MAX];
	size_t count;

	for (size_t i = 0; i < WICI_REVOKED_MAX; i++) {
		ids[i] = id_of((uint8_t)(99 - i));
		rows[i] = (struct wici_revoked){ids[i], (int32_t)(100 * i)};
	}
	wici_op_revoke(begin(), rows, WICI_REVOKED_MAX);
	end();
	wici_change_revoked(c.revoke, got, &count);
	CHECK(count == WICI_REVOKED_MAX && is_statement());
	for (size_t i = 0; i < count; i++)
		CHECK(memcmp(&got[i], &rows[count - 1 - i], sizeof(got[i])) ==
		      0);
	wici_op_lift(begin(), ids, WICI_REVOKED_MAX);
	end();
	wici_change_lifted(c.lift, got_ids, &count);
	CHECK(count == WICI_REVOKED_MAX);
	for (size_t i = 0; i < count; i++)
		CHECK(wici_id_equal(&got_ids[i], &ids[count - 1 - i]));
}

TEST(witnesses_are_read_as_they_were_written)
{
	struct wici_witness rows[2] = {{key_of(2), key_of(3)},
				       {key_of(1), key_of(4)}};
	struct wici_witness got[WICI_WITNESSES_MAX];
	uint64_t needed;
	size_t count;

	wici_op_witnesses(begin(), 1, rows, 2);
	end();
	wici_change_witnesses(c.witnesses, &needed, got, &count);
	CHECK(needed == 1 && count == 2);
	CHECK(memcmp(&got[0], &rows[1], sizeof(got[0])) == 0);
	CHECK(memcmp(&got[1], &rows[0], sizeof(got[0])) == 0);
	wici_op_witnesses(begin(), 0, NULL, 0);
	end();
	wici_change_witnesses(c.witnesses, &needed, got, &count);
	CHECK(needed == 0 && count == 0);
}

TEST(the_most_quotas_are_read_as_they_were_written)
{
	static struct wici_quota rows[WICI_QUOTAS_MAX], got[WICI_QUOTAS_MAX];
	size_t count;

	for (size_t i = 0; i < WICI_QUOTAS_MAX; i++)
		rows[i] = (struct wici_quota){key_of(WICI_QUOTAS_MAX - 1 - i),
					      UINT64_MAX - i, i};
	wici_op_quotas(begin(), rows, WICI_QUOTAS_MAX);
	end();
	CHECK(is_statement());
	wici_change_quotas(c.quotas, got, &count);
	CHECK(count == WICI_QUOTAS_MAX);
	for (size_t i = 0; i < count; i++)
		CHECK(memcmp(&got[i], &rows[count - 1 - i], sizeof(got[i])) ==
		      0);
}

TEST(the_most_and_longest_relays_are_read_as_they_were_written)
{
	static struct wici_relay rows[WICI_RELAYS_MAX], got[WICI_RELAYS_MAX];
	size_t count;

	for (size_t i = 0; i < WICI_RELAYS_MAX; i++) {
		rows[i].identity = key_of(WICI_RELAYS_MAX - 1 - i);
		rows[i].addresses_count = WICI_RELAY_ADDRESSES;
		for (size_t k = 0; k < WICI_RELAY_ADDRESSES; k++)
			memset(rows[i].addresses[k], (int)('a' + k),
			       WICI_ADDRESS_LEN_MAX);
	}
	wici_op_relays(begin(), rows, WICI_RELAYS_MAX);
	end();
	CHECK(is_statement());
	wici_change_relays(c.relays, got, &count);
	CHECK(count == WICI_RELAYS_MAX);
	for (size_t i = 0; i < count; i++)
		CHECK(memcmp(&got[i], &rows[count - 1 - i], sizeof(got[i])) ==
		      0);
}

/* With n closed feeds in each row. */
static void write_issuers(struct wici_issuer *rows, size_t closed)
{
	for (size_t i = 0; i < WICI_ISSUERS_MAX; i++) {
		char name[WICI_SCHEME_LEN_MAX + 1] = "";

		memset(name, (int)('a' + i % 26), WICI_SCHEME_LEN_MAX);
		name[0] = (char)('z' - i / 26);
		rows[i] = row(name, 10);
		rows[i].closed_count = closed;
		for (size_t k = 0; k < closed; k++)
			rows[i].closed[k].cut = cut_of(100 - k);
	}
	wici_op_issuers(begin(), "2027-12-31", rows, WICI_ISSUERS_MAX);
	end();
}

static int compare_scheme(const void *a, const void *b)
{
	return strcmp(a, b);
}

TEST(issuers_are_read_as_they_were_written_and_too_many_make_no_statement)
{
	static struct wici_issuer rows[WICI_ISSUERS_MAX], got[WICI_ISSUERS_MAX];
	int32_t expires, want;
	size_t count;

	write_issuers(rows, 5);
	CHECK(is_statement());
	wici_change_issuers(c.issuers, &expires, got, &count);
	CHECK_OK(wici_day_parse(&want, WICI_BYTES("2027-12-31")));
	CHECK(expires == want && count == WICI_ISSUERS_MAX);
	qsort(rows, count, sizeof(rows[0]), compare_scheme);
	CHECK(memcmp(got, rows, sizeof(got)) == 0);

	write_issuers(rows, WICI_CLOSED_MAX);
	CHECK(!is_statement());
}

TEST(a_choice_is_read_as_it_was_written)
{
	struct wici_id id = id_of(7);

	wici_op_stands(begin(), &id);
	end();
	CHECK(c.has_choice && wici_id_equal(&c.chosen, &id));
}

TEST_MAIN(
	RUN(a_registrar_is_read_as_it_was_written),
	RUN(acts_on_an_institution_are_read_as_they_were_written),
	RUN(feeds_are_read_as_they_were_written),
	RUN(a_policy_is_read_as_it_was_written),
	RUN(revocations_and_their_lifting_are_read_as_they_were_written),
	RUN(witnesses_are_read_as_they_were_written),
	RUN(the_most_quotas_are_read_as_they_were_written),
	RUN(the_most_and_longest_relays_are_read_as_they_were_written),
	RUN(issuers_are_read_as_they_were_written_and_too_many_make_no_statement),
	RUN(a_choice_is_read_as_it_was_written))
