/* tests/proto/test_succeed.c — A feed carries on another only where the
 * institution's key says so. */
#include "proto/succeed.h"

#include "proto/kinds/feed_succeed.h"
#include "tests/proto/trust.h"
#include "tests/test.h"

static const struct wici_id network = {{7}};

/* Feed 2 carries on feed 1, both of institution 3. */
static struct wici_succeed sample(void)
{
	return (struct wici_succeed){.feed = pair(2).key,
				     .identity = pair(3).key,
				     .old = {pair(1).key, 17, id_of(4)},
				     .is_close = true};
}

/* The entry in feed `feed` that says so, signed by key `signer`. */
static struct wici_entry written(const struct wici_succeed *s, uint8_t feed,
				 uint8_t signer)
{
	static uint8_t buf[512];
	struct pair p = pair(signer);
	struct wici_mp_writer w;
	struct wici_bytes payload;

	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_succeed_write(&w, &network, s, &p.secret);
	CHECK_OK(wici_mp_written(&w, &payload));
	return entry_of(feed, 2, WICI_KIND_FEED_SUCCEED, payload);
}

static bool is_same(const struct wici_succeed *a, const struct wici_succeed *b)
{
	return wici_key_equal(&a->feed, &b->feed) &&
	       wici_key_equal(&a->identity, &b->identity) &&
	       wici_key_equal(&a->old.feed, &b->old.feed) &&
	       a->old.seq == b->old.seq &&
	       wici_id_equal(&a->old.id, &b->old.id) &&
	       a->is_close == b->is_close;
}

TEST(what_the_institution_said_of_its_feeds_is_read)
{
	struct wici_succeed s = sample();
	struct wici_succeed back;
	struct wici_problem problem;

	for (int close = 0; close < 2; close++) {
		struct wici_entry e;

		s.is_close = close != 0;
		e = written(&s, 2, 3);
		CHECK_OK(wici_kind_check(&wici_kind_feed_succeed, e.payload,
					 &problem));
		CHECK_OK(wici_succeed_read(&back, &e, &network));
		CHECK(is_same(&s, &back));
	}
}

/* The bytes that another implementation must sign. */
TEST(what_is_signed_is_what_the_protocol_says)
{
	struct wici_succeed s = sample();
	struct wici_entry e = written(&s, 2, 3);
	struct wici_succeed_body body;
	struct wici_sig sig;
	uint8_t b[105];

	wici_kind_read(&wici_kind_feed_succeed, e.payload, &body);
	memcpy(sig.b, body.signature.p, sizeof(sig.b));
	memcpy(b, s.feed.b, 32);
	memcpy(b + 32, s.old.feed.b, 32);
	wici_put_u64(b + 64, 17);
	memcpy(b + 72, s.old.id.b, 32);
	b[104] = 1;
	CHECK_OK(wici_verify(&sig, WICI_DOMAIN_SUCCEED, &network,
			     (struct wici_bytes){b, sizeof(b)}, &s.identity));
}

TEST(another_keys_word_ends_nobodys_feed)
{
	struct wici_succeed s = sample();
	struct wici_succeed back;
	struct wici_entry e = written(&s, 2, 5);

	CHECK_ERR(wici_succeed_read(&back, &e, &network),
		  WICI_REJECT_SIGNATURE);
}

TEST(it_counts_in_its_feed_and_network_alone)
{
	struct wici_succeed s = sample();
	struct wici_id other = {{8}};
	struct wici_succeed back;
	struct wici_entry e = written(&s, 2, 3);

	CHECK_ERR(wici_succeed_read(&back, &e, &other), WICI_REJECT_SIGNATURE);
	e.header.feed = pair(6).key; /* Copied into another feed. */
	CHECK_ERR(wici_succeed_read(&back, &e, &network),
		  WICI_REJECT_SIGNATURE);
}

/* Every value is under the signature: a cut cannot be moved, nor made. */
TEST(every_bit_of_it_counts)
{
	struct wici_succeed s = sample();
	struct wici_succeed back;
	struct wici_entry e = written(&s, 2, 3);
	uint8_t copy[512];

	memcpy(copy, e.payload.p, e.payload.len);
	e.payload.p = copy;
	for (size_t bit = 0; bit < 8 * e.payload.len; bit++) {
		copy[bit / 8] ^= (uint8_t)(1 << bit % 8);
		CHECK(wici_succeed_read(&back, &e, &network) != WICI_OK);
		copy[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	CHECK_OK(wici_succeed_read(&back, &e, &network));
}

TEST(what_does_not_fit_its_kind_is_a_bad_field)
{
	struct wici_succeed s = sample();
	struct wici_succeed back;
	struct wici_entry e = written(&s, 2, 3);

	for (size_t len = 0; len < e.payload.len; len++) {
		struct wici_entry cut = e;

		cut.payload.len = len;
		CHECK_ERR(wici_succeed_read(&back, &cut, &network),
			  WICI_BAD_FIELD);
	}
	e.header.kind++;
	CHECK_ERR(wici_succeed_read(&back, &e, &network), WICI_BAD_FIELD);
	e.header.kind--;
	e.has_payload = false;
	CHECK_ERR(wici_succeed_read(&back, &e, &network), WICI_BAD_FIELD);
}

TEST(no_feed_carries_on_itself_nor_an_entry_that_cannot_be)
{
	struct wici_succeed s = sample();
	struct wici_succeed back;
	struct wici_entry e;

	s.old.feed = s.feed;
	e = written(&s, 2, 3);
	CHECK_ERR(wici_succeed_read(&back, &e, &network), WICI_BAD_FIELD);
	s = sample();
	s.old.seq = 0;
	e = written(&s, 2, 3);
	CHECK_ERR(wici_succeed_read(&back, &e, &network), WICI_BAD_FIELD);
	s.old.seq = WICI_SEQ_MAX + 1;
	e = written(&s, 2, 3);
	CHECK_ERR(wici_succeed_read(&back, &e, &network), WICI_BAD_FIELD);
	s.old.seq = WICI_SEQ_MAX;
	e = written(&s, 2, 3);
	CHECK_OK(wici_succeed_read(&back, &e, &network));
	memset(s.old.id.b, 0, sizeof(s.old.id.b));
	e = written(&s, 2, 3);
	CHECK_ERR(wici_succeed_read(&back, &e, &network), WICI_BAD_FIELD);
}

TEST_MAIN(RUN(what_the_institution_said_of_its_feeds_is_read),
	  RUN(what_is_signed_is_what_the_protocol_says),
	  RUN(another_keys_word_ends_nobodys_feed),
	  RUN(it_counts_in_its_feed_and_network_alone),
	  RUN(every_bit_of_it_counts),
	  RUN(what_does_not_fit_its_kind_is_a_bad_field),
	  RUN(no_feed_carries_on_itself_nor_an_entry_that_cannot_be))
