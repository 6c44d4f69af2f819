/* tests/proto/test_open.c — Whose feed is it? Entry 1 proves it, or nothing
 * does. */
#include "proto/open.h"

#include "proto/kinds/feed_open.h"
#include "tests/proto/trust.h"
#include "tests/test.h"

#define FEED     1
#define IDENTITY 2

struct opened {
	uint8_t buf[256];
	struct wici_entry e;
};

static void make(struct opened *o, const struct wici_id *network,
		 const struct wici_key *identity,
		 const struct wici_secret *secret)
{
	struct wici_key feed = pair(FEED).key;
	struct wici_mp_writer w;
	struct wici_bytes b;

	wici_mp_writer_init(&w, o->buf, sizeof(o->buf));
	wici_open_write(&w, network, &feed, identity, secret);
	CHECK_OK(wici_mp_written(&w, &b));
	o->e = entry_of(FEED, 1, WICI_KIND_FEED_OPEN, b);
}

static void genuine(struct opened *o, const struct wici_id *network)
{
	struct pair identity = pair(IDENTITY);

	make(o, network, &identity.key, &identity.secret);
}

TEST(a_genuine_opening_names_its_institution)
{
	struct wici_key want = pair(IDENTITY).key;
	struct wici_id network = id_of(1);
	struct wici_key got;
	struct opened o;

	genuine(&o, &network);
	CHECK_OK(wici_open_check(&o.e, &network, &got));
	CHECK(wici_key_equal(&got, &want));
}

TEST(nobody_opens_a_feed_in_anothers_name)
{
	struct pair victim = pair(IDENTITY);
	struct pair thief = pair(9);
	struct wici_id network = id_of(1);
	struct wici_key got = pair(5).key;
	struct wici_key before = got;
	struct opened o;

	make(&o, &network, &victim.key, &thief.secret);
	CHECK_ERR(wici_open_check(&o.e, &network, &got), WICI_REJECT_OPEN);
	CHECK(wici_key_equal(&got, &before));
}

TEST(an_opening_counts_in_its_network_alone)
{
	struct wici_id network = id_of(1);
	struct wici_id other = id_of(2);
	struct wici_key got;
	struct opened o;

	genuine(&o, &network);
	CHECK_ERR(wici_open_check(&o.e, &other, &got), WICI_REJECT_OPEN);
}

TEST(an_opening_cannot_be_carried_into_another_feed)
{
	struct wici_id network = id_of(1);
	struct wici_key got;
	struct opened o;

	genuine(&o, &network);
	o.e.header.feed = pair(7).key;
	CHECK_ERR(wici_open_check(&o.e, &network, &got), WICI_REJECT_OPEN);
}

TEST(only_entry_1_of_its_kind_opens)
{
	struct wici_id network = id_of(1);
	struct wici_key got;
	struct opened o;

	genuine(&o, &network);
	o.e.header.seq = 2;
	CHECK_ERR(wici_open_check(&o.e, &network, &got), WICI_REJECT_OPEN);
	genuine(&o, &network);
	o.e.header.kind++;
	CHECK_ERR(wici_open_check(&o.e, &network, &got), WICI_REJECT_OPEN);
	genuine(&o, &network);
	o.e.has_payload = false;
	CHECK_ERR(wici_open_check(&o.e, &network, &got), WICI_REJECT_OPEN);
}

TEST(every_flipped_bit_and_every_truncation_is_refused)
{
	struct wici_id network = id_of(1);
	struct wici_key got;
	struct opened o;
	size_t len;

	genuine(&o, &network);
	len = o.e.payload.len;
	for (size_t bit = 0; bit < 8 * len; bit++) {
		o.buf[bit / 8] ^= (uint8_t)(1u << bit % 8);
		CHECK_ERR(wici_open_check(&o.e, &network, &got),
			  WICI_REJECT_OPEN);
		o.buf[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	for (o.e.payload.len = 0; o.e.payload.len < len; o.e.payload.len++)
		CHECK_ERR(wici_open_check(&o.e, &network, &got),
			  WICI_REJECT_OPEN);
	CHECK_OK(wici_open_check(&o.e, &network, &got));
}

/* A key that is the sum of a good one and the point of order 2. Every other
 * signature under it holds for libsodium, and other libraries decide
 * otherwise: so the same feed would have an institution here and none there. */
static void odd_key(struct wici_key *key, uint8_t a[32])
{
	uint8_t two[32]; /* (0, −1) */

	memset(two, 0xff, sizeof(two));
	two[0] = 0xec;
	two[31] = 0x7f;
	memset(a, 0, 32);
	a[0] = 77;
	CHECK(crypto_scalarmult_ed25519_base_noclamp(key->b, a) == 0);
	CHECK(crypto_core_ed25519_add(key->b, key->b, two) == 0);
}

/* Signs by the book, with nonce n, under the key as it is written. */
static void odd_sign(uint8_t sig[64], const struct wici_key *key,
		     const uint8_t a[32], const uint8_t *m, size_t len,
		     uint8_t n)
{
	crypto_hash_sha512_state h;
	uint8_t r[32] = {n}, k[32], wide[64];

	CHECK(crypto_scalarmult_ed25519_base_noclamp(sig, r) == 0);
	crypto_hash_sha512_init(&h);
	crypto_hash_sha512_update(&h, sig, 32);
	crypto_hash_sha512_update(&h, key->b, 32);
	crypto_hash_sha512_update(&h, m, len);
	crypto_hash_sha512_final(&h, wide);
	crypto_core_ed25519_scalar_reduce(k, wide);
	crypto_core_ed25519_scalar_mul(k, k, a);
	crypto_core_ed25519_scalar_add(sig + 32, k, r);
}

TEST(an_identity_outside_the_prime_order_group_opens_nothing)
{
	struct pair other = pair(IDENTITY);
	struct wici_id network = id_of(1);
	uint8_t m[16 + 32 + 64], a[32];
	struct wici_key key, got;
	struct opened o;
	bool has_held = false;

	odd_key(&key, a);
	make(&o, &network, &key, &other.secret);
	memcpy(m, wici_domain(WICI_DOMAIN_OPEN), 16);
	memcpy(m + 16, network.b, 32);
	memcpy(m + 48, o.e.header.feed.b, 32);
	memcpy(m + 80, key.b, 32);
	for (uint8_t n = 1; n < 20; n++) {
		uint8_t *sig = o.buf + o.e.payload.len - 64;

		odd_sign(sig, &key, a, m, sizeof(m), n);
		if (crypto_sign_verify_detached(sig, m, sizeof(m), key.b) == 0)
			has_held = true;
		CHECK_ERR(wici_open_check(&o.e, &network, &got),
			  WICI_REJECT_OPEN);
	}
	CHECK(has_held);
}

TEST_MAIN(RUN(a_genuine_opening_names_its_institution),
	  RUN(nobody_opens_a_feed_in_anothers_name),
	  RUN(an_opening_counts_in_its_network_alone),
	  RUN(an_opening_cannot_be_carried_into_another_feed),
	  RUN(only_entry_1_of_its_kind_opens),
	  RUN(every_flipped_bit_and_every_truncation_is_refused),
	  RUN(an_identity_outside_the_prime_order_group_opens_nothing))
