/* tests/proto/test_change.c — What the root says, written and read. */
#include "proto/change.h"

#include "proto/day.h"
#include "proto/mp_read.h"
#include "tests/proto/trust.h"
#include "tests/test.h"

/* Version 1 with all three ops. */
static void full(struct made *m, const struct net *n)
{
	struct wici_issuer rows[2] = {row("osl", 10), row("cal", 10)};
	struct wici_head at = head_of(10, 1);

	row_close(&rows[0], 20, 5);
	row_close(&rows[0], 21, 6);
	made_begin(m, &n->id, 3);
	wici_op_found(&m->w, &n->policy, WICI_BYTES("Sieć OSL"), &n->salt);
	wici_op_registrar(&m->w, &at, NULL, 0);
	wici_op_issuers(&m->w, "2027-12-31", rows, 2);
	made_end(m, &n->id, 1);
}

TEST(what_was_written_is_read)
{
	struct net n = net(3, 2);
	struct wici_issuer rows[WICI_ISSUERS_MAX];
	struct wici_issuer osl = row("osl", 10);
	struct wici_change c;
	struct made m;
	int32_t expires, want;
	size_t count;

	full(&m, &n);
	CHECK_OK(wici_mp_check(WICI_MP_CANONICAL, m.s.body, NULL));
	CHECK_OK(wici_change_decode(&c, &m.s));
	CHECK(c.version == 1 && c.has_found && c.has_registrar);
	CHECK(wici_id_equal(&c.network, &n.id));
	CHECK(wici_id_equal(&c.prev, &n.id));
	CHECK(wici_bytes_is(c.name, "Sieć OSL") && c.policy.threshold == 2);
	CHECK(c.registrar.seq == 1 && !c.needs_newer);
	CHECK_OK(wici_change_founds(&c, &n.id));
	wici_change_issuers(c.issuers, &expires, rows, &count);
	CHECK_OK(wici_day_parse(&want, WICI_BYTES("2027-12-31")));
	CHECK(expires == want && count == 2);
	CHECK(strcmp(rows[0].scheme, "cal") == 0); /* They ascend. */
	row_close(&osl, 20, 5);
	row_close(&osl, 21, 6);
	CHECK(memcmp(&rows[1], &osl, sizeof(osl)) == 0);
}

static enum wici_err decode(struct made *m)
{
	struct wici_change c;

	return wici_change_decode(&c, &m->s);
}

TEST(every_truncation_is_refused)
{
	struct net n = net(3, 2);
	struct made m;
	size_t len;

	full(&m, &n);
	len = m.s.body.len;
	for (m.s.body.len = 0; m.s.body.len < len; m.s.body.len++)
		CHECK_ERR(decode(&m), WICI_REJECT_STATEMENT);
	CHECK_OK(decode(&m));
	m.s.body.len++;
	CHECK_ERR(decode(&m), WICI_REJECT_STATEMENT);
}

/* Whatever a bit turns into: within bounds, and nothing else founds it. */
TEST(no_flipped_bit_founds_the_same_network_otherwise)
{
	static struct wici_issuer rows[WICI_ISSUERS_MAX];
	struct net n = net(1, 1);
	struct wici_change c, was;
	struct made m;
	size_t count;
	int32_t day;

	full(&m, &n);
	CHECK_OK(wici_change_decode(&was, &m.s));
	for (size_t bit = 0; bit < 8 * m.s.body.len; bit++) {
		m.buf[bit / 8] ^= (uint8_t)(1u << bit % 8);
		if (wici_change_decode(&c, &m.s) == WICI_OK) {
			bool same =
				wici_bytes_is(c.name, "Sieć OSL") &&
				memcmp(&c.policy, &was.policy,
				       sizeof(c.policy)) == 0 &&
				memcmp(&c.salt, &was.salt, sizeof(c.salt)) == 0;

			CHECK(same ==
			      (wici_change_founds(&c, &n.id) == WICI_OK));
			if (c.issuers.p)
				wici_change_issuers(c.issuers, &day, rows,
						    &count);
		}
		m.buf[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
}

TEST(a_stranger_to_this_network_is_told_apart)
{
	struct net n = net(3, 2);
	struct net other = net(1, 1);
	struct wici_id prev;
	uint64_t version;
	struct made m;

	full(&m, &n);
	CHECK_OK(wici_change_peek(&m.s, &n.id, &version, &prev));
	CHECK(version == 1 && wici_id_equal(&prev, &n.id));
	CHECK_ERR(wici_change_peek(&m.s, &other.id, &version, &prev),
		  WICI_REJECT_NETWORK);
	m.s.type = WICI_STATEMENT_ERASE;
	CHECK_ERR(wici_change_peek(&m.s, &n.id, &version, &prev),
		  WICI_REJECT_STATEMENT);
}

/* Says the network's id, but was founded with another name: not to be passed
 * on in its name. */
TEST(a_founding_that_does_not_hash_to_the_network_is_not_passed_on)
{
	struct net n = net(3, 2);
	struct wici_id prev;
	uint64_t version;
	struct made m;

	made_begin(&m, &n.id, 1);
	wici_op_found(&m.w, &n.policy, WICI_BYTES("Inna"), &n.salt);
	made_end(&m, &n.id, 1);
	CHECK_ERR(wici_change_peek(&m.s, &n.id, &version, &prev),
		  WICI_REJECT_NETWORK);
}

TEST(founding_is_version_1_and_version_1_is_founding)
{
	struct net n = net(1, 1);
	struct made m;

	for (uint64_t version = 0; version < 4; version++) {
		made_begin(&m, &n.id, 1);
		wici_op_found(&m.w, &n.policy, WICI_BYTES("S"), &n.salt);
		made_end(&m, &n.id, version);
		CHECK(decode(&m) ==
		      (version == 1 ? WICI_OK : WICI_REJECT_STATEMENT));
		made_begin(&m, &n.id, 0);
		made_end(&m, &n.id, version);
		CHECK(decode(&m) ==
		      (version > 1 ? WICI_OK : WICI_REJECT_STATEMENT));
	}
	made_begin(&m, &n.id, 0);
	made_end(&m, &n.id, WICI_SEQ_MAX + 1);
	CHECK_ERR(decode(&m), WICI_REJECT_STATEMENT);
}

TEST(the_first_change_follows_the_network_and_no_other)
{
	struct net n = net(1, 1);
	struct wici_id other = id_of(3);
	struct made m;

	made_begin(&m, &n.id, 1);
	wici_op_found(&m.w, &n.policy, WICI_BYTES("S"), &n.salt);
	made_end(&m, &other, 1);
	CHECK_ERR(decode(&m), WICI_REJECT_STATEMENT);
}

TEST(no_op_stands_in_a_change_twice)
{
	struct net n = net(1, 1);
	struct wici_head at = head_of(10, 1);
	struct made m;

	made_begin(&m, &n.id, 2);
	wici_op_registrar(&m.w, &at, NULL, 0);
	wici_op_registrar(&m.w, &at, NULL, 0);
	made_end(&m, &n.id, 2);
	CHECK_ERR(decode(&m), WICI_REJECT_STATEMENT);
	made_begin(&m, &n.id, 2);
	wici_op_issuers(&m.w, "2027-12-31", NULL, 0);
	wici_op_issuers(&m.w, "2028-12-31", NULL, 0);
	made_end(&m, &n.id, 2);
	CHECK_ERR(decode(&m), WICI_REJECT_STATEMENT);
	for (uint64_t op = 1000; op < 1002; op++) { /* Nor one unknown. */
		made_begin(&m, &n.id, 2);
		unknown_op(&m.w, op);
		unknown_op(&m.w, op);
		made_end(&m, &n.id, 2);
		CHECK_ERR(decode(&m), WICI_REJECT_STATEMENT);
	}
	made_begin(&m, &n.id, 2);
	wici_op_found(&m.w, &n.policy, WICI_BYTES("S"), &n.salt);
	wici_op_found(&m.w, &n.policy, WICI_BYTES("S"), &n.salt);
	made_end(&m, &n.id, 1);
	CHECK_ERR(decode(&m), WICI_REJECT_STATEMENT);
}

TEST(a_change_names_the_registrar_in_one_way)
{
	struct net n = net(1, 1);
	struct wici_head at = head_of(10, 1), before = head_of(11, 1);
	struct made m;

	for (size_t turned = 0; turned < 2; turned++) {
		made_begin(&m, &n.id, 2);
		wici_op_registrar(&m.w, &at, &before, turned);
		wici_op_registrar(&m.w, &at, &before, 1 - turned);
		made_end(&m, &n.id, 2);
		CHECK_ERR(decode(&m), WICI_REJECT_STATEMENT);
	}
}

TEST(a_choice_is_alone_in_its_change)
{
	struct net n = net(1, 1);
	struct wici_id id = id_of(3);
	struct made m;

	for (size_t turned = 0; turned < 3; turned++) {
		made_begin(&m, &n.id, turned ? 2 : 1);
		if (turned == 1)
			unknown_op(&m.w, 1001);
		wici_op_stands(&m.w, &id);
		if (turned == 2)
			unknown_op(&m.w, 1001);
		made_end(&m, &n.id, 2);
		CHECK(decode(&m) == (turned ? WICI_REJECT_STATEMENT : WICI_OK));
	}
}

TEST(a_change_has_at_most_sixteen_ops)
{
	struct net n = net(1, 1);
	struct made m;

	for (uint32_t ops = 15; ops < 19; ops++) {
		made_begin(&m, &n.id, ops);
		for (uint32_t i = 0; i < ops; i++)
			unknown_op(&m.w, 1001 + 2 * i);
		made_end(&m, &n.id, 2);
		CHECK(decode(&m) ==
		      (ops <= 16 ? WICI_OK : WICI_REJECT_STATEMENT));
	}
}

static bool needs_newer(uint64_t op)
{
	struct net n = net(1, 1);
	struct wici_change c;
	struct made m;

	made_begin(&m, &n.id, 1);
	unknown_op(&m.w, op);
	made_end(&m, &n.id, 2);
	CHECK_OK(wici_change_decode(&c, &m.s));
	return c.needs_newer;
}

TEST(unknown_even_ops_must_be_understood_and_odd_ones_need_not)
{
	CHECK(needs_newer(0));
	CHECK(needs_newer(30));
	CHECK(needs_newer(UINT64_MAX - 1));
	CHECK(!needs_newer(1));
	CHECK(!needs_newer(7));
	CHECK(!needs_newer(UINT64_MAX));
}

/* One op of raw bytes in a change of version 2. */
static enum wici_err decode_op(struct wici_bytes op)
{
	struct net n = net(1, 1);
	struct made m;

	made_begin(&m, &n.id, 1);
	wici_mp_raw(&m.w, op);
	made_end(&m, &n.id, 2);
	return decode(&m);
}

TEST(an_op_has_exactly_its_fields)
{
	CHECK_ERR(decode_op(WICI_BYTES("\x01")), WICI_REJECT_STATEMENT);
	CHECK_ERR(decode_op(WICI_BYTES("\x80")), WICI_REJECT_STATEMENT);
	CHECK_ERR(decode_op(WICI_BYTES("\x90")), WICI_REJECT_STATEMENT);
	CHECK_ERR(decode_op(WICI_BYTES("\x81\xa2op\xa1\x34")),
		  WICI_REJECT_STATEMENT);
	CHECK_ERR(decode_op(WICI_BYTES("\x81\xa2op\x04")),
		  WICI_REJECT_STATEMENT);
	CHECK_ERR(decode_op(WICI_BYTES("\x81\xa2op\x06")),
		  WICI_REJECT_STATEMENT);
	CHECK_OK(decode_op(WICI_BYTES("\x81\xa2op\x07")));
	/* Odd, but known: it is not ignored when it does not fit. */
	CHECK_ERR(decode_op(WICI_BYTES("\x81\xa2op\x15")),
		  WICI_REJECT_STATEMENT);
	CHECK_OK(decode_op(WICI_BYTES("\x83\xa7"
				      "expires\xaa"
				      "2027-12-31\xa7"
				      "issuers\x90\xa2op\x06")));
	CHECK_ERR(decode_op(WICI_BYTES("\x84\xa7"
				       "expires\xaa"
				       "2027-12-31\xa7"
				       "issuers\x90\xa2op\x06\xa1z\x00")),
		  WICI_REJECT_STATEMENT);
	CHECK_ERR(decode_op(WICI_BYTES("\x83\xa7"
				       "expires\xaa"
				       "2027-02-29\xa7"
				       "issuers\x90\xa2op\x06")),
		  WICI_REJECT_STATEMENT);
}

/* A list of these rows in this order, written without our sorting. */
static enum wici_err decode_rows(const struct wici_issuer *rows, uint32_t n)
{
	uint8_t buf[8192];
	struct wici_mp_writer w;
	struct wici_bytes one, op;
	uint8_t list[8192];
	struct wici_mp_writer all;

	wici_mp_writer_init(&all, list, sizeof(list));
	wici_mp_map(&all, 3);
	wici_mp_str(&all, "expires");
	wici_mp_str(&all, "2027-12-31");
	wici_mp_str(&all, "issuers");
	wici_mp_array(&all, n);
	for (uint32_t i = 0; i < n; i++) {
		struct wici_bytes raw;

		wici_mp_writer_init(&w, buf, sizeof(buf));
		wici_op_issuers(&w, "2027-12-31", &rows[i], 1);
		CHECK_OK(wici_mp_written(&w, &one));
		CHECK_OK(wici_mp_find(WICI_MP_CANONICAL, one, "issuers", &raw));
		wici_mp_raw(&all, (struct wici_bytes){raw.p + 1, raw.len - 1});
	}
	wici_mp_str(&all, "op");
	wici_mp_uint(&all, WICI_OP_ISSUERS);
	CHECK_OK(wici_mp_written(&all, &op));
	return decode_op(op);
}

TEST(schemes_ascend_and_each_has_one_issuer)
{
	struct wici_issuer rows[3] = {row("a", 10), row("ab", 10), row("b", 9)};
	struct wici_issuer twice[2] = {row("a", 10), row("a", 11)};
	struct wici_issuer down[2] = {row("b", 10), row("a", 11)};

	CHECK_OK(decode_rows(rows, 3));
	CHECK_ERR(decode_rows(twice, 2), WICI_REJECT_STATEMENT);
	CHECK_ERR(decode_rows(down, 2), WICI_REJECT_STATEMENT);
}

TEST(a_row_says_where_its_feeds_stand_and_stop_once_each)
{
	struct wici_issuer i = row("a", 10);

	i.at.seq = 0;
	CHECK_ERR(decode_rows(&i, 1), WICI_REJECT_STATEMENT);
	i.at.seq = WICI_SEQ_MAX;
	CHECK_OK(decode_rows(&i, 1));
	i.at.seq = WICI_SEQ_MAX + 1;
	CHECK_ERR(decode_rows(&i, 1), WICI_REJECT_STATEMENT);
	i = row("a\nb", 10);
	CHECK_ERR(decode_rows(&i, 1), WICI_REJECT_STATEMENT);
	i = row("a", 10);
	row_close(&i, 20, 5);
	CHECK_OK(decode_rows(&i, 1));
	row_close(&i, 20, 6);
	CHECK_ERR(decode_rows(&i, 1), WICI_REJECT_STATEMENT);
	i = row("a", 10);
	row_close(&i, 10, 5);
	CHECK_ERR(decode_rows(&i, 1), WICI_REJECT_STATEMENT);
	i = row("a", 10);
	row_close(&i, 20, 0);
	CHECK_ERR(decode_rows(&i, 1), WICI_REJECT_STATEMENT);
}

TEST(the_longest_list_is_read_and_a_longer_one_refused)
{
	static struct wici_issuer rows[WICI_ISSUERS_MAX];
	static uint8_t big[65536];
	struct net n = net(1, 1);
	struct made m;
	uint8_t *array;

	for (uint8_t i = 0; i < WICI_ISSUERS_MAX; i++) {
		char name[3] = {(char)('a' + i / 26), (char)('a' + i % 26), 0};

		rows[i] = row(name, (uint8_t)(100 + i));
	}
	made_begin(&m, &n.id, 1);
	memcpy(big, m.buf, m.w.len);
	m.w.buf = big;
	m.w.max = sizeof(big);
	wici_op_issuers(&m.w, "2027-12-31", rows, WICI_ISSUERS_MAX);
	made_end(&m, &n.id, 2);
	CHECK_OK(decode(&m));

	/* Says that there is one more. */
	array = memmem(big, m.w.len, "issuers\xdc\x00\x40", 10);
	CHECK(array);
	array[9]++;
	CHECK_ERR(decode(&m), WICI_REJECT_STATEMENT);
}

TEST(more_closed_feeds_than_there_is_room_for_are_refused)
{
	struct wici_issuer i = row("a", 10);
	struct net n = net(1, 1);
	struct made m;
	uint8_t *closed;

	for (uint8_t k = 0; k < WICI_CLOSED_MAX; k++)
		row_close(&i, (uint8_t)(20 + k), 5);
	CHECK_OK(decode_rows(&i, 1));

	/* The same bytes, but one closed feed more than fits. */
	made_begin(&m, &n.id, 1);
	wici_op_issuers(&m.w, "2027-12-31", &i, 1);
	made_end(&m, &n.id, 2);
	closed = memmem(m.buf, m.w.len, "closed\x98", 7);
	CHECK(closed);
	closed[6] = 0x99;
	CHECK_ERR(decode(&m), WICI_REJECT_STATEMENT);
}

TEST_MAIN(RUN(what_was_written_is_read), RUN(every_truncation_is_refused),
	  RUN(no_flipped_bit_founds_the_same_network_otherwise),
	  RUN(a_stranger_to_this_network_is_told_apart),
	  RUN(a_founding_that_does_not_hash_to_the_network_is_not_passed_on),
	  RUN(founding_is_version_1_and_version_1_is_founding),
	  RUN(the_first_change_follows_the_network_and_no_other),
	  RUN(no_op_stands_in_a_change_twice),
	  RUN(a_change_names_the_registrar_in_one_way),
	  RUN(a_choice_is_alone_in_its_change),
	  RUN(a_change_has_at_most_sixteen_ops),
	  RUN(unknown_even_ops_must_be_understood_and_odd_ones_need_not),
	  RUN(an_op_has_exactly_its_fields),
	  RUN(schemes_ascend_and_each_has_one_issuer),
	  RUN(a_row_says_where_its_feeds_stand_and_stop_once_each),
	  RUN(the_longest_list_is_read_and_a_longer_one_refused),
	  RUN(more_closed_feeds_than_there_is_room_for_are_refused))
