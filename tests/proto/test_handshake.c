/* tests/proto/test_handshake.c — Who is there, before anything is believed. */
#include "proto/handshake.h"

#include "tests/test.h"

static const struct wici_id network = {.b = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}};

static enum wici_err check(const uint8_t in[13], bool *refused)
{
	return wici_preamble_check(in, &network, refused);
}

TEST(the_preamble_is_thirteen_known_bytes)
{
	static const uint8_t expected[] = {'w', 'i', 'c', 'i', 1, 1, 2,
					   3,   4,   5,   6,   7, 8};
	uint8_t out[13];
	bool refused = true;

	wici_preamble_encode(out, &network);
	CHECK(memcmp(out, expected, sizeof(out)) == 0);
	CHECK_OK(check(out, &refused));
	CHECK(!refused);
}

TEST(each_changed_byte_of_a_preamble_has_its_reason)
{
	uint8_t in[13];
	bool refused;

	wici_preamble_encode(in, &network);
	for (size_t i = 0; i < sizeof(in); i++) {
		enum wici_err err = i < 4    ? WICI_REJECT_PREAMBLE
				    : i == 4 ? WICI_REJECT_VERSION
					     : WICI_REJECT_NETWORK;

		in[i] ^= 0x20;
		CHECK_ERR(check(in, &refused), err);
		CHECK(!refused);
		in[i] ^= 0x20;
	}
}

TEST(a_refusal_in_clear_names_its_error_whatever_its_version)
{
	uint8_t in[13];
	bool refused = false;

	wici_preamble_refuse(in, WICI_REJECT_NETWORK);
	CHECK(memcmp(in, "wic!", 4) == 0);
	CHECK_ERR(check(in, &refused), WICI_REJECT_NETWORK);
	CHECK(refused);
	in[4] = 9;
	CHECK_ERR(check(in, &refused), WICI_REJECT_NETWORK);
	CHECK(refused);
	in[5] = 0xff;
	CHECK_ERR(check(in, &refused), WICI_INTERNAL);
	CHECK(refused);
	in[5] = in[6] = 0;
	CHECK_ERR(check(in, &refused), WICI_REJECT_PREAMBLE);
}

/* Two networks whose ids begin alike must not handshake. */
TEST(the_prologue_carries_the_whole_network_id)
{
	struct wici_id other = network;
	uint8_t a[37], b[37];

	other.b[31] ^= 1;
	wici_prologue_encode(a, &network);
	wici_prologue_encode(b, &other);
	CHECK(memcmp(a, "wici\x01", 5) == 0);
	CHECK(memcmp(a + 5, network.b, 32) == 0);
	CHECK(memcmp(a, b, sizeof(a)) != 0);
}

static void signed_auth(struct wici_message *m, uint8_t hash[64])
{
	static const uint8_t seed[32] = {7};
	struct wici_secret secret;

	memset(m, 0, sizeof(*m));
	memset(hash, 0xab, 64);
	wici_key_pair(&m->auth.feed, &secret, seed);
	m->auth.number = UINT64_C(0x0102030405060708);
	wici_auth_sign(m, true, hash, &network, &secret);
}

/* What a second implementation must sign, put together by hand. */
TEST(the_proof_is_over_domain_network_role_hash_and_number)
{
	struct wici_message m;
	uint8_t hash[64];
	uint8_t text[16 + 32 + 1 + 64 + 8] = "wici/session/1";

	signed_auth(&m, hash);
	memcpy(text + 16, network.b, 32);
	text[48] = 0;
	memcpy(text + 49, hash, 64);
	for (int i = 0; i < 8; i++)
		text[113 + i] = (uint8_t)(i + 1);
	CHECK(crypto_sign_verify_detached(m.auth.sig.b, text, sizeof(text),
					  m.auth.feed.b) == 0);
	CHECK_OK(wici_auth_verify(&m, true, hash, &network));
}

TEST(a_proof_does_not_pass_in_another_role_session_network_or_process)
{
	struct wici_message m;
	struct wici_id other = network;
	uint8_t hash[64];

	signed_auth(&m, hash);
	CHECK_ERR(wici_auth_verify(&m, false, hash, &network),
		  WICI_REJECT_AUTH);
	other.b[31] ^= 1;
	CHECK_ERR(wici_auth_verify(&m, true, hash, &other), WICI_REJECT_AUTH);
	hash[63] ^= 1;
	CHECK_ERR(wici_auth_verify(&m, true, hash, &network), WICI_REJECT_AUTH);
	hash[63] ^= 1;
	m.auth.number++;
	CHECK_ERR(wici_auth_verify(&m, true, hash, &network), WICI_REJECT_AUTH);
}

/* A signature by scalar a for a key that is a·B plus a point of order 8: the
 * equation holds for one text in eight, in libraries that do not multiply by
 * the cofactor, and for every text in those that do. */
static void sign_mixed(struct wici_message *m, const uint8_t text[121])
{
	static const uint8_t torsion[32] = {
		0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f,
		0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f,
		0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6,
		0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a};
	uint8_t a[32] = {5}, r[32] = {7}, point[32], hash[64], k[32];
	crypto_hash_sha512_state st;

	CHECK(crypto_scalarmult_ed25519_base_noclamp(point, a) == 0);
	CHECK(crypto_core_ed25519_add(m->auth.feed.b, point, torsion) == 0);
	CHECK(crypto_scalarmult_ed25519_base_noclamp(m->auth.sig.b, r) == 0);
	crypto_hash_sha512_init(&st);
	crypto_hash_sha512_update(&st, m->auth.sig.b, 32);
	crypto_hash_sha512_update(&st, m->auth.feed.b, 32);
	crypto_hash_sha512_update(&st, text, 121);
	crypto_hash_sha512_final(&st, hash);
	crypto_core_ed25519_scalar_reduce(k, hash);
	crypto_core_ed25519_scalar_mul(k, k, a);
	crypto_core_ed25519_scalar_add(m->auth.sig.b + 32, k, r);
}

TEST(a_feed_key_not_of_prime_order_is_refused_though_its_signature_holds)
{
	struct wici_message m = {.type = WICI_MSG_AUTH};
	uint8_t hash[64] = {0};
	uint8_t text[16 + 32 + 1 + 64 + 8] = "wici/session/1";
	int held = 0;

	memcpy(text + 16, network.b, 32);
	for (m.auth.number = 0; m.auth.number < 200; m.auth.number++) {
		wici_put_u64(text + 113, m.auth.number);
		sign_mixed(&m, text);
		held += crypto_sign_verify_detached(m.auth.sig.b, text,
						    sizeof(text),
						    m.auth.feed.b) == 0;
		CHECK_ERR(wici_auth_verify(&m, true, hash, &network),
			  WICI_REJECT_AUTH);
	}
	CHECK(held > 0);
}

TEST_MAIN(
	RUN(the_preamble_is_thirteen_known_bytes),
	RUN(each_changed_byte_of_a_preamble_has_its_reason),
	RUN(a_refusal_in_clear_names_its_error_whatever_its_version),
	RUN(the_prologue_carries_the_whole_network_id),
	RUN(the_proof_is_over_domain_network_role_hash_and_number),
	RUN(a_proof_does_not_pass_in_another_role_session_network_or_process),
	RUN(a_feed_key_not_of_prime_order_is_refused_though_its_signature_holds))
