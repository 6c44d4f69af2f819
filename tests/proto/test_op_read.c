/* tests/proto/test_op_read.c — Every op has exactly its form, and every way to
 * bend it is refused. */
#include "proto/op.h"

#include "tests/proto/mutant.h"
#include "tests/proto/ops.h"
#include "tests/test.h"

static void (*const ops[])(struct wici_mp_writer *w) = {
	registrar, registrars, issuers,   suspend, rekey,  reinstate,
	policy,    revoke,     witnesses, quotas,  relays, lift,
	stands,    feeds,      found}; /* The last: alone in version 1. */
#define OPS (sizeof(ops) / sizeof(ops[0]))

static struct wici_bytes op_of(size_t i, uint8_t *buf, size_t max)
{
	struct wici_mp_writer w;
	struct wici_bytes op;

	wici_mp_writer_init(&w, buf, max);
	ops[i](&w);
	CHECK_OK(wici_mp_written(&w, &op));
	return op;
}

/* A change of this one op, as it would be taken from a peer. */
static enum wici_err decode_to(struct wici_change *c, struct wici_bytes op,
			       uint64_t version)
{
	static uint8_t buf[2 * WICI_STATEMENT_LEN_MAX];
	struct wici_id network = id_of(1);
	struct made m;

	made_begin(&m, &network, 1);
	memcpy(buf, m.buf, m.w.len);
	m.w.buf = buf;
	m.w.max = sizeof(buf);
	wici_mp_raw(&m.w, op);
	made_end(&m, &network, version);
	return wici_change_decode(c, &m.s);
}

static enum wici_err decode_as(struct wici_bytes op, uint64_t version)
{
	struct wici_change c;

	return decode_to(&c, op, version);
}

static enum wici_err decode(struct wici_bytes op)
{
	return decode_as(op, 2);
}

TEST(every_op_is_read)
{
	uint8_t buf[4096];

	for (size_t i = 0; i < OPS; i++)
		CHECK_OK(decode_as(op_of(i, buf, sizeof(buf)),
				   i + 1 < OPS ? 2 : 1));
}

TEST(every_op_bent_in_any_way_is_refused)
{
	static uint8_t buf[4096], bent[8192];
	size_t places = 0;

	for (size_t i = 0; i < OPS * MUTATIONS; i++) {
		struct wici_bytes op = op_of(i / MUTATIONS, buf, sizeof(buf));
		uint64_t version = i / MUTATIONS + 1 < OPS ? 2 : 1;

		for (size_t at = 0;; at++) {
			struct wici_bytes b =
				mutant_of(op, (enum mutation)(i % MUTATIONS),
					  at, bent, sizeof(bent));

			if (!b.len)
				break;
			CHECK_ERR(decode_as(b, version), WICI_REJECT_STATEMENT);
			places++;
		}
	}
	CHECK(places > 500);
}

/* Nothing of it comes out as another op by being cut off. */
TEST(every_truncated_op_is_refused)
{
	uint8_t buf[4096];

	for (size_t i = 0; i < OPS; i++) {
		struct wici_bytes op = op_of(i, buf, sizeof(buf));
		uint64_t version = i + 1 < OPS ? 2 : 1;

		for (size_t len = op.len; len-- > 0;) {
			op.len = len;
			CHECK_ERR(decode_as(op, version),
				  WICI_REJECT_STATEMENT);
		}
	}
}

TEST(the_founding_is_the_first_change_and_a_policy_never_in_it)
{
	uint8_t buf[4096];
	struct net n = net(3, 2);
	struct wici_change c;
	struct made m;

	CHECK_ERR(decode(op_of(OPS - 1, buf, sizeof(buf))),
		  WICI_REJECT_STATEMENT);
	for (size_t turned = 0; turned < 2; turned++) {
		made_begin(&m, &n.id, 2);
		(turned ? found : policy)(&m.w);
		(turned ? policy : found)(&m.w);
		made_end(&m, &n.id, 1);
		CHECK_ERR(wici_change_decode(&c, &m.s), WICI_REJECT_STATEMENT);
	}
}

/* --- Values --------------------------------------------------------------- */

/* The op with `field` replaced by these bytes. */
static struct wici_bytes replaced(struct wici_bytes op, const char *field,
				  struct wici_bytes value, uint8_t *buf,
				  size_t max)
{
	struct mutant_value v;
	struct wici_mp_writer w;
	struct wici_bytes out;

	mutant_read(&v, op);
	wici_mp_writer_init(&w, buf, max);
	wici_mp_map(&w, v.head.count);
	for (size_t i = 0; i < v.count; i += 2) {
		struct wici_bytes name = {v.items[i].p + 1, v.items[i].len - 1};

		wici_mp_raw(&w, v.items[i]);
		wici_mp_raw(&w, wici_bytes_is(name, field) ? value
							   : v.items[i + 1]);
	}
	CHECK_OK(wici_mp_written(&w, &out));
	return out;
}

static enum wici_err with(void (*write)(struct wici_mp_writer *w),
			  const char *field, struct wici_bytes value)
{
	static uint8_t buf[4096], changed[8192];
	struct wici_mp_writer w;
	struct wici_bytes op;

	wici_mp_writer_init(&w, buf, sizeof(buf));
	write(&w);
	CHECK_OK(wici_mp_written(&w, &op));
	return decode(replaced(op, field, value, changed, sizeof(changed)));
}

TEST(lists_that_must_say_something_are_not_empty)
{
	struct wici_bytes none = WICI_BYTES("\x90");

	CHECK_ERR(with(feeds, "feeds", none), WICI_REJECT_STATEMENT);
	CHECK_ERR(with(revoke, "revocations", none), WICI_REJECT_STATEMENT);
	CHECK_ERR(with(lift, "certificates", none), WICI_REJECT_STATEMENT);
	CHECK_ERR(with(registrars, "closed", none), WICI_REJECT_STATEMENT);
	CHECK_OK(with(suspend, "feeds", none));
	CHECK_OK(with(rekey, "feeds", none));
	CHECK_OK(with(reinstate, "feeds", none));
	CHECK_OK(with(issuers, "issuers", none));
	CHECK_OK(with(quotas, "feeds", none));
	CHECK_OK(with(relays, "relays", none));
	CHECK_ERR(with(witnesses, "witnesses", none), WICI_REJECT_STATEMENT);
}

TEST(no_more_witnesses_are_needed_than_there_are)
{
	CHECK_OK(with(witnesses, "needed", WICI_BYTES("\x00")));
	CHECK_OK(with(witnesses, "needed", WICI_BYTES("\x02")));
	CHECK_ERR(with(witnesses, "needed", WICI_BYTES("\x03")),
		  WICI_REJECT_STATEMENT);
	CHECK_ERR(with(witnesses, "needed",
		       WICI_BYTES("\xcf\xff\xff\xff\xff\xff\xff\xff\xff")),
		  WICI_REJECT_STATEMENT);
}

TEST(a_seq_is_one_that_an_entry_can_have)
{
	CHECK_ERR(with(registrar, "seq", WICI_BYTES("\x00")),
		  WICI_REJECT_STATEMENT);
	CHECK_OK(with(registrar, "seq",
		      WICI_BYTES("\xcf\x00\x1f\xff\xff\xff\xff\xff\xff")));
	CHECK_ERR(with(registrar, "seq",
		       WICI_BYTES("\xcf\x00\x20\x00\x00\x00\x00\x00\x00")),
		  WICI_REJECT_STATEMENT);
}

TEST(a_day_is_one_of_the_calendar)
{
	CHECK_OK(with(issuers, "expires",
		      WICI_BYTES("\xaa"
				 "2028-02-29")));
	CHECK_ERR(with(issuers, "expires",
		       WICI_BYTES("\xaa"
				  "2027-02-29")),
		  WICI_REJECT_STATEMENT);
	CHECK_ERR(with(issuers, "expires",
		       WICI_BYTES("\xa7"
				  "2027-02")),
		  WICI_REJECT_STATEMENT);
}

TEST(a_feed_is_closed_once_and_the_present_one_not)
{
	struct wici_head at = cut_of(1);
	struct wici_head before[3] = {cut_of(3), cut_of(2), cut_of(3)};
	uint8_t buf[1024];
	struct wici_mp_writer w;
	struct wici_bytes op;

	for (size_t i = 0; i < 3; i++) {
		wici_mp_writer_init(&w, buf, sizeof(buf));
		if (i == 2)
			before[1] = at;
		wici_op_registrar(&w, &at, before, i == 1 ? 3 : 2);
		CHECK_OK(wici_mp_written(&w, &op));
		CHECK(decode(op) == (i == 0 ? WICI_OK : WICI_REJECT_STATEMENT));
	}
}

static enum wici_err with_address(size_t len, char c)
{
	struct wici_relay relay = {key_of(1), 1, {""}};
	uint8_t buf[1024];
	struct wici_mp_writer w;
	struct wici_bytes op;
	char *text;

	memset(relay.addresses[0], 'a', WICI_ADDRESS_LEN_MAX);
	relay.addresses[0][0] = c;
	relay.addresses[0][len <= WICI_ADDRESS_LEN_MAX ? len
						       : WICI_ADDRESS_LEN_MAX] =
		0;
	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_op_relays(&w, &relay, 1);
	CHECK_OK(wici_mp_written(&w, &op));
	if (len > WICI_ADDRESS_LEN_MAX) { /* One more than fits the struct. */
		text = memmem(buf, op.len, "\xd9\x64", 2);
		CHECK(text);
		text[1]++;
		memmove(text + 3, text + 2,
			op.len - (size_t)((uint8_t *)text - buf) - 2);
		op.len++;
	}
	return decode(op);
}

TEST(an_address_is_one_line_of_at_most_100_bytes)
{
	CHECK_OK(with_address(1, 'a'));
	CHECK_OK(with_address(100, 'a'));
	CHECK_ERR(with_address(101, 'a'), WICI_REJECT_STATEMENT);
	CHECK_ERR(with_address(0, 'a'), WICI_REJECT_STATEMENT);
	CHECK_ERR(with_address(10, '\n'), WICI_REJECT_STATEMENT);
	CHECK_ERR(with_address(10, '\x7f'), WICI_REJECT_STATEMENT);
}

/* --- As many as may be, and one more -------------------------------------- */

/* A list of n rows, each the last of an op of one. */
static struct wici_bytes list_of(size_t n, const char *list,
				 void (*write)(struct wici_mp_writer *w,
					       size_t n),
				 uint8_t *buf, size_t max)
{
	uint8_t one[2048];
	struct wici_mp_writer w, all;
	struct wici_bytes op, rows;

	wici_mp_writer_init(&all, buf, max);
	wici_mp_array(&all, (uint32_t)n);
	for (size_t i = 0; i < n; i++) {
		wici_mp_writer_init(&w, one, sizeof(one));
		write(&w, i);
		CHECK_OK(wici_mp_written(&w, &op));
		CHECK_OK(wici_mp_find(WICI_MP_CANONICAL, op, list, &rows));
		wici_mp_raw(&all,
			    (struct wici_bytes){rows.p + 1, rows.len - 1});
	}
	CHECK_OK(wici_mp_written(&all, &rows));
	return rows;
}

static void one_feed(struct wici_mp_writer *w, size_t n)
{
	struct wici_feed_row one = feed_row_of(n);

	wici_op_feeds(w, &one, 1);
}

static void one_revoked(struct wici_mp_writer *w, size_t n)
{
	struct wici_revoked one = {id_of((uint8_t)n), 20000};

	wici_op_revoke(w, &one, 1);
}

static void one_lifted(struct wici_mp_writer *w, size_t n)
{
	struct wici_id one = id_of((uint8_t)n);

	wici_op_lift(w, &one, 1);
}

static void one_witness(struct wici_mp_writer *w, size_t n)
{
	struct wici_witness one = {key_of(n), key_of(1)};

	wici_op_witnesses(w, 1, &one, 1);
}

static void one_quota(struct wici_mp_writer *w, size_t n)
{
	struct wici_quota one = {key_of(n), UINT64_MAX, UINT64_MAX};

	wici_op_quotas(w, &one, 1);
}

static void one_relay(struct wici_mp_writer *w, size_t n)
{
	struct wici_relay one = {key_of(n), WICI_RELAY_ADDRESSES, {""}};

	for (size_t i = 0; i < WICI_RELAY_ADDRESSES; i++)
		memset(one.addresses[i], 'a', WICI_ADDRESS_LEN_MAX);
	wici_op_relays(w, &one, 1);
}

static void one_issuer(struct wici_mp_writer *w, size_t n)
{
	char name[3] = {(char)('a' + n / 26), (char)('a' + n % 26), 0};
	struct wici_issuer one = row(name, 10);

	wici_op_issuers(w, "2027-12-31", &one, 1);
}

static void one_before(struct wici_mp_writer *w, size_t n)
{
	struct wici_head at = cut_of(99);
	struct wici_head one = cut_of(100 + n);

	wici_op_registrar(w, &at, &one, 1);
}

TEST(a_list_has_as_many_rows_as_may_be_and_not_one_more)
{
	static const struct {
		void (*op)(struct wici_mp_writer *w);
		const char *list;
		void (*one)(struct wici_mp_writer *w, size_t n);
		size_t max;
	} lists[] = {
		{feeds, "feeds", one_feed, 128},
		{suspend, "feeds", one_feed, 128},
		{rekey, "feeds", one_feed, 128},
		{reinstate, "feeds", one_feed, 128},
		{revoke, "revocations", one_revoked, 64},
		{lift, "certificates", one_lifted, 64},
		{witnesses, "witnesses", one_witness, 64},
		{quotas, "feeds", one_quota, 256},
		{relays, "relays", one_relay, 64},
		{issuers, "issuers", one_issuer, 64},
		{registrars, "closed", one_before, 8},
	};
	static uint8_t rows[65536], whole[65536], one[4096];

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		struct wici_mp_writer w;
		struct wici_bytes op, list;

		wici_mp_writer_init(&w, one, sizeof(one));
		lists[i].op(&w);
		CHECK_OK(wici_mp_written(&w, &op));
		for (size_t n = lists[i].max; n <= lists[i].max + 1; n++) {
			list = list_of(n, lists[i].list, lists[i].one, rows,
				       sizeof(rows));
			CHECK(decode(replaced(op, lists[i].list, list, whole,
					      sizeof(whole))) ==
			      (n == lists[i].max ? WICI_OK
						 : WICI_REJECT_STATEMENT));
		}
	}
}

static void read_all(const struct wici_change *c)
{
	static struct wici_issuer issuer[WICI_ISSUERS_MAX];
	static struct wici_relay relay[WICI_RELAYS_MAX];
	static struct wici_quota quota[WICI_QUOTAS_MAX];
	static struct wici_feed_row feed[WICI_ROWS_MAX];
	struct wici_key identity, key;
	size_t count;
	int32_t day;

	if (c->issuers.p)
		wici_change_issuers(c->issuers, &day, issuer, &count);
	if (c->relays.p)
		wici_change_relays(c->relays, relay, &count);
	if (c->quotas.p)
		wici_change_quotas(c->quotas, quota, &count);
	if (c->feeds.p)
		wici_change_rows(c->feeds, feed, &count);
	if (c->rekey.p) {
		wici_change_rows(c->rekey, feed, &count);
		wici_change_member(c->rekey, &identity, &key);
	}
}

/* Whatever a bit turns into, what is said to fit can be read. */
TEST(a_flipped_bit_never_leads_out_of_bounds)
{
	struct wici_change c;
	uint8_t buf[4096];

	for (size_t i = 0; i < OPS; i++) {
		struct wici_bytes op = op_of(i, buf, sizeof(buf));

		for (size_t bit = 0; bit < 8 * op.len; bit++) {
			buf[bit / 8] ^= (uint8_t)(1u << bit % 8);
			if (decode_to(&c, op, 2) == WICI_OK)
				read_all(&c);
			buf[bit / 8] ^= (uint8_t)(1u << bit % 8);
		}
	}
}

TEST_MAIN(RUN(every_op_is_read), RUN(every_op_bent_in_any_way_is_refused),
	  RUN(every_truncated_op_is_refused),
	  RUN(the_founding_is_the_first_change_and_a_policy_never_in_it),
	  RUN(lists_that_must_say_something_are_not_empty),
	  RUN(no_more_witnesses_are_needed_than_there_are),
	  RUN(a_seq_is_one_that_an_entry_can_have),
	  RUN(a_day_is_one_of_the_calendar),
	  RUN(a_feed_is_closed_once_and_the_present_one_not),
	  RUN(an_address_is_one_line_of_at_most_100_bytes),
	  RUN(a_list_has_as_many_rows_as_may_be_and_not_one_more),
	  RUN(a_flipped_bit_never_leads_out_of_bounds))
