/* tests/proto/test_erase.c — An erasure cannot be taken back: it is read as
 * strictly as anything is, and nobody signs it but who may, now. */
#include "proto/erase.h"

#include "proto/kinds.h"
#include "proto/kinds/feed_open.h"
#include "tests/proto/founded.h"
#include "tests/proto/mutant.h"
#include "tests/test.h"

#define AUTHOR 20 /* A member. */
#define LATER  21 /* Its key after a rekey. */

struct made_erase {
	uint8_t buf[WICI_ERASE_LEN_MAX];
	struct wici_bytes bytes;
	struct wici_statement s;
};

static struct wici_head entry(void)
{
	return (struct wici_head){pair(30).key, 7, id_of(9)};
}

/* One signature more than `before` has. */
static void erase_by(struct made_erase *m, const struct wici_id *network,
		     const struct wici_statement *before, uint8_t signer)
{
	struct pair p = pair(signer);
	struct wici_erase_make make = {.of = entry(),
				       .network = *network,
				       .before = before,
				       .key = p.key,
				       .secret = &p.secret};
	struct wici_mp_writer w;
	struct wici_erase e;

	wici_mp_writer_init(&w, m->buf, sizeof(m->buf));
	CHECK_OK(wici_erase_write(&w, &make, &e));
	CHECK_OK(wici_mp_written(&w, &m->bytes));
	CHECK_OK(wici_statement_decode(&m->s, m->bytes));
	CHECK(wici_id_equal(&m->s.id, &e.id));
}

static bool is_good(const struct wici_statement *s,
		    const struct wici_id *network)
{
	struct wici_erase e;

	return wici_erase_read(&e, s, network) == WICI_OK &&
	       wici_erase_verify(s, network) == WICI_OK;
}

/* A network with one member. */
static struct wici_roster roster_with(const struct net *n)
{
	struct wici_roster r;

	found(&r, n, NULL, 0);
	CHECK_OK(admit(&r, 2, AUTHOR, 0));
	return r;
}

static bool is_by(const struct wici_roster *r, const struct made_erase *m,
		  uint8_t institution)
{
	struct wici_key key = pair(institution).key;

	return wici_erase_is_right(&m->s, r, &key);
}

TEST(what_is_made_is_read_again)
{
	struct net n = net(1, 1);
	struct made_erase m;
	struct wici_head of = entry();
	struct wici_erase e;

	erase_by(&m, &n.id, NULL, AUTHOR);
	CHECK_OK(wici_erase_read(&e, &m.s, &n.id));
	CHECK_OK(wici_erase_verify(&m.s, &n.id));
	CHECK(e.of.seq == of.seq && wici_id_equal(&e.of.id, &of.id) &&
	      wici_key_equal(&e.of.feed, &of.feed));
}

TEST(every_truncation_and_every_other_form_is_refused)
{
	struct net n = net(1, 1);
	struct made_erase m;
	struct wici_statement s;
	struct wici_erase e;
	struct wici_bytes whole;
	uint8_t buf[512];

	erase_by(&m, &n.id, NULL, AUTHOR);
	for (size_t len = 0; len < m.bytes.len; len++)
		CHECK(wici_statement_decode(&s,
					    (struct wici_bytes){m.buf, len}) ==
		      WICI_REJECT_STATEMENT);
	whole = m.s.body;
	s = m.s;
	for (size_t len = 0; len < whole.len; len++) {
		s.body.len = len;
		CHECK(wici_erase_read(&e, &s, &n.id) == WICI_REJECT_STATEMENT);
	}
	for (enum mutation bend = 0; bend < MUTATIONS; bend++) {
		for (size_t at = 0;; at++) {
			s.body = mutant_of(whole, bend, at, buf, sizeof(buf));
			if (!s.body.len)
				break;
			CHECK(wici_erase_read(&e, &s, &n.id) ==
			      WICI_REJECT_STATEMENT);
		}
	}
}

TEST(a_flipped_bit_makes_it_another_or_none)
{
	struct net n = net(1, 1);
	struct made_erase m;
	struct wici_statement s;

	erase_by(&m, &n.id, NULL, AUTHOR);
	for (size_t bit = 0; bit < 8 * m.bytes.len; bit++) {
		m.buf[bit / 8] ^= (uint8_t)(1u << (bit % 8));
		CHECK(wici_statement_decode(&s, m.bytes) != WICI_OK ||
		      !is_good(&s, &n.id));
		m.buf[bit / 8] ^= (uint8_t)(1u << (bit % 8));
	}
	CHECK_OK(wici_statement_decode(&s, m.bytes));
	CHECK(is_good(&s, &n.id));
}

static void body_with_seq(struct wici_statement *s, const struct net *n,
			  uint64_t seq, uint8_t *buf, size_t max)
{
	struct wici_head of = entry();
	struct wici_mp_writer w;

	wici_mp_writer_init(&w, buf, max);
	wici_mp_map(&w, 4);
	wici_mp_str(&w, "feed");
	wici_mp_bin(&w, of.feed.b, WICI_KEY_LEN);
	wici_mp_str(&w, "id");
	wici_mp_bin(&w, of.id.b, WICI_ID_LEN);
	wici_mp_str(&w, "network");
	wici_mp_bin(&w, n->id.b, WICI_ID_LEN);
	wici_mp_str(&w, "seq");
	wici_mp_uint(&w, seq);
	CHECK_OK(wici_mp_written(&w, &s->body));
}

TEST(the_limits_of_seq)
{
	static const struct {
		uint64_t seq;
		enum wici_err err;
	} rows[] = {{0, WICI_REJECT_STATEMENT},
		    {1, WICI_OK},
		    {WICI_SEQ_MAX, WICI_OK},
		    {WICI_SEQ_MAX + 1, WICI_REJECT_STATEMENT},
		    {UINT64_MAX, WICI_REJECT_STATEMENT}};
	struct net n = net(1, 1);
	struct made_erase m;
	struct wici_erase e;
	uint8_t buf[WICI_ERASE_BODY_MAX];

	erase_by(&m, &n.id, NULL, AUTHOR);
	for (size_t i = 0; i < 5; i++) {
		body_with_seq(&m.s, &n, rows[i].seq, buf, sizeof(buf));
		CHECK(wici_erase_read(&e, &m.s, &n.id) == rows[i].err);
	}
}

TEST(another_networks_is_refused_whoever_signs)
{
	struct net n = net(1, 1);
	struct wici_id other = id_of(77);
	struct wici_erase e;
	struct made_erase m;

	erase_by(&m, &other, NULL, AUTHOR);
	CHECK(wici_erase_read(&e, &m.s, &n.id) == WICI_REJECT_NETWORK);
	/* Signed for one network, sent to another: the body says which. */
	erase_by(&m, &n.id, NULL, AUTHOR);
	CHECK(wici_erase_verify(&m.s, &other) == WICI_REJECT_SIGNATURE);
}

TEST(no_other_type_no_signer_none_that_fails)
{
	struct net n = net(1, 1);
	struct wici_erase e;
	struct made_erase m, both;

	erase_by(&m, &n.id, NULL, AUTHOR);
	m.s.type = WICI_STATEMENT_FORK;
	CHECK(wici_erase_read(&e, &m.s, &n.id) == WICI_REJECT_STATEMENT);
	m.s.type = WICI_STATEMENT_ERASE;
	m.s.sigs_count = 0;
	CHECK(wici_erase_read(&e, &m.s, &n.id) == WICI_REJECT_STATEMENT);
	/* A good signature does not carry a bad one along. */
	erase_by(&m, &n.id, NULL, AUTHOR);
	erase_by(&both, &n.id, &m.s, 101);
	CHECK(both.s.sigs_count == 2 && is_good(&both.s, &n.id));
	for (size_t i = 0; i < 2; i++) {
		both.s.sigs[i].sig.b[40] ^= 1;
		CHECK(!is_good(&both.s, &n.id));
		both.s.sigs[i].sig.b[40] ^= 1;
	}
	memset(both.s.sigs[0].key.b, 0, WICI_KEY_LEN); /* Of small order. */
	both.s.sigs[0].key.b[0] = 1;
	CHECK(!is_good(&both.s, &n.id));
}

TEST(one_entry_has_one_erasure_whoever_signs_it_too)
{
	struct net n = net(3, 2);
	struct made_erase one, two, three;

	erase_by(&one, &n.id, NULL, AUTHOR);
	erase_by(&two, &n.id, &one.s, 103);
	erase_by(&three, &n.id, &two.s, 101);
	CHECK(three.s.sigs_count == 3 && is_good(&three.s, &n.id));
	CHECK(wici_id_equal(&one.s.id, &three.s.id));
	/* Once more by the same key: the same bytes. */
	erase_by(&two, &n.id, &three.s, 103);
	CHECK(wici_bytes_equal(two.bytes, three.bytes));
}

TEST(a_full_statement_takes_no_further_signer)
{
	struct net n = net(1, 1);
	struct pair last = pair(99);
	struct made_erase m, next;
	struct wici_erase_make make = {.of = entry(),
				       .network = n.id,
				       .key = last.key,
				       .secret = &last.secret};
	struct wici_mp_writer w;
	struct wici_erase e;
	uint8_t buf[WICI_ERASE_LEN_MAX];

	erase_by(&m, &n.id, NULL, 40);
	for (uint8_t i = 1; i < WICI_STATEMENT_SIGS_MAX; i++) {
		erase_by(&next, &n.id, &m.s, (uint8_t)(40 + i));
		memcpy(m.buf, next.buf, sizeof(m.buf));
		m.bytes.len = next.bytes.len;
		CHECK_OK(wici_statement_decode(&m.s, m.bytes));
	}
	CHECK(m.s.sigs_count == WICI_STATEMENT_SIGS_MAX &&
	      is_good(&m.s, &n.id));
	make.before = &m.s;
	wici_mp_writer_init(&w, buf, sizeof(buf));
	CHECK(wici_erase_write(&w, &make, &e) == WICI_TOO_LARGE);
}

TEST(the_institution_or_the_root_nobody_else)
{
	struct net n = net(3, 2);
	struct wici_roster r = roster_with(&n);
	struct made_erase m, more;

	erase_by(&m, &n.id, NULL, AUTHOR);
	CHECK(is_by(&r, &m, AUTHOR));
	CHECK(!is_by(&r, &m, 44)); /* Another institution's feed. */
	erase_by(&m, &n.id, NULL, 44);
	CHECK(!is_by(&r, &m, AUTHOR) && !is_by(&r, &m, 44)); /* No member. */
	/* The root: two of three, whosever the feed is. */
	erase_by(&m, &n.id, NULL, 101);
	CHECK(!is_by(&r, &m, AUTHOR));
	erase_by(&more, &n.id, &m.s, 44);
	CHECK(!is_by(&r, &more, AUTHOR));
	erase_by(&more, &n.id, &m.s, 103);
	CHECK(is_by(&r, &more, AUTHOR) && is_by(&r, &more, 44));
}

TEST(a_key_that_was_retired_erases_nothing_any_more)
{
	struct net n = net(1, 1);
	struct wici_roster r = roster_with(&n);
	struct made_erase old, new;

	erase_by(&old, &n.id, NULL, AUTHOR);
	act(&r, WICI_OP_REKEY, AUTHOR, LATER, NULL, 0);
	CHECK(!is_by(&r, &old, AUTHOR));
	erase_by(&new, &n.id, NULL, LATER);
	CHECK(is_by(&r, &new, AUTHOR));
	/* Signed again: the same statement, and now it counts. */
	erase_by(&new, &n.id, &old.s, LATER);
	CHECK(is_by(&r, &new, AUTHOR) && wici_id_equal(&new.s.id, &old.s.id));
}

TEST(who_is_suspended_erases_nothing_the_root_does)
{
	struct net n = net(1, 1);
	struct wici_roster r = roster_with(&n);
	struct made_erase m;

	act(&r, WICI_OP_SUSPEND, AUTHOR, 0, NULL, 0);
	erase_by(&m, &n.id, NULL, AUTHOR);
	CHECK(!is_by(&r, &m, AUTHOR));
	erase_by(&m, &n.id, NULL, 101);
	CHECK(is_by(&r, &m, AUTHOR));
}

/* By what stands in the header, so that every node finds the same. */
TEST(what_gives_or_takes_a_right_is_never_erased)
{
	struct wici_header h = {.kind = 0};

	for (unsigned number = 1; number <= UINT16_MAX; number++) {
		const struct wici_kind *kind =
			wici_kind_by_number((uint16_t)number);

		h.kind = (uint16_t)number;
		h.flags = 0;
		CHECK(wici_erase_may(&h) ==
		      (kind ? !kind->is_right : number >= 48));
		h.flags = WICI_FLAG_CRITICAL;
		CHECK(wici_erase_may(&h) == (kind && !kind->is_right));
	}
	h = (struct wici_header){.kind = WICI_KIND_FEED_OPEN};
	CHECK(!wici_erase_may(&h));
	h.kind = 34; /* certificate.reason */
	CHECK(wici_erase_may(&h));
}

TEST_MAIN(RUN(what_is_made_is_read_again),
	  RUN(every_truncation_and_every_other_form_is_refused),
	  RUN(a_flipped_bit_makes_it_another_or_none), RUN(the_limits_of_seq),
	  RUN(another_networks_is_refused_whoever_signs),
	  RUN(no_other_type_no_signer_none_that_fails),
	  RUN(one_entry_has_one_erasure_whoever_signs_it_too),
	  RUN(a_full_statement_takes_no_further_signer),
	  RUN(the_institution_or_the_root_nobody_else),
	  RUN(a_key_that_was_retired_erases_nothing_any_more),
	  RUN(who_is_suspended_erases_nothing_the_root_does),
	  RUN(what_gives_or_takes_a_right_is_never_erased))
