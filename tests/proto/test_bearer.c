/* tests/proto/test_bearer.c — Whose bundle it is: signed whole, and read by
 * nobody else's key or network. */
#include "proto/bearer.h"

#include "tests/test.h"

static const struct wici_id network = {{7}};
static const uint8_t seed[32] = {9};

static struct wici_bearer bearer, read;
static uint8_t buf[WICI_BEARER_LEN_MAX];
static struct wici_secret secret;

static struct wici_bytes make(size_t count)
{
	memset(&bearer, 0, sizeof(bearer));
	wici_key_pair(&bearer.feed, &secret, seed);
	bearer.number = UINT64_MAX;
	bearer.count = count;
	for (size_t i = 0; i < count; i++) {
		struct wici_bearer_answer *a = &bearer.answers[i];

		a->number = i;
		a->header.version = 1;
		a->header.seq = i + 1;
		a->header.feed.b[0] = (uint8_t)i;
		a->sig.b[63] = (uint8_t)i;
	}
	return wici_bearer_write(buf, &bearer, &network, &secret);
}

TEST(what_is_written_comes_back)
{
	for (size_t count = 0; count <= WICI_BEARER_ANSWERS_MAX; count++) {
		struct wici_bytes b = make(count);

		CHECK(b.len <= WICI_BEARER_LEN_MAX);
		memset(&read, 0, sizeof(read));
		CHECK_OK(wici_bearer_read(&read, b));
		CHECK_OK(wici_bearer_verify(&read, b, &network));
		CHECK(read.number == UINT64_MAX && read.count == count);
		for (size_t i = 0; i < count; i++) {
			CHECK(read.answers[i].number == i);
			CHECK(read.answers[i].header.seq == i + 1);
			CHECK(read.answers[i].sig.b[63] == i);
		}
	}
}

TEST(with_any_bit_of_any_byte_changed_it_proves_nothing)
{
	struct wici_bytes b = make(2);

	for (size_t i = 0; i < b.len * 8; i++) {
		buf[i / 8] ^= (uint8_t)(1u << (i % 8));
		CHECK(wici_bearer_read(&read, b) != WICI_OK ||
		      wici_key_check(&read.feed) != WICI_OK ||
		      wici_bearer_verify(&read, b, &network) != WICI_OK);
		buf[i / 8] ^= (uint8_t)(1u << (i % 8));
	}
}

TEST(of_another_length_it_is_malformed)
{
	struct wici_bytes b = make(3);

	for (size_t len = 0; len < b.len; len++)
		CHECK_ERR(
			wici_bearer_read(&read, (struct wici_bytes){buf, len}),
			WICI_REJECT_BUNDLE);
	CHECK_ERR(wici_bearer_read(&read, (struct wici_bytes){buf, b.len + 1}),
		  WICI_REJECT_BUNDLE);
	buf[41] = WICI_BEARER_ANSWERS_MAX + 1;
	CHECK_ERR(
		wici_bearer_read(&read, (struct wici_bytes){buf, sizeof(buf)}),
		WICI_REJECT_BUNDLE);
	buf[40] = 0xff;
	CHECK_ERR(
		wici_bearer_read(&read, (struct wici_bytes){buf, sizeof(buf)}),
		WICI_REJECT_BUNDLE);
}

TEST(in_another_network_it_says_nothing)
{
	static const struct wici_id other = {{8}};
	struct wici_bytes b = make(1);

	CHECK_OK(wici_bearer_read(&read, b));
	CHECK_ERR(wici_bearer_verify(&read, b, &other), WICI_REJECT_SIGNATURE);
}

TEST_MAIN(RUN(what_is_written_comes_back),
	  RUN(with_any_bit_of_any_byte_changed_it_proves_nothing),
	  RUN(of_another_length_it_is_malformed),
	  RUN(in_another_network_it_says_nothing))
