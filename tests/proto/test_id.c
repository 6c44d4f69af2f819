/* tests/proto/test_id.c — Signatures that every node must judge alike, and
 * hashes that no other domain can give. */
#include "proto/id.h"

#include "tests/proto/vectors.h"
#include "tests/test.h"

TEST(the_vectors_of_edge_cases_are_judged_as_they_say)
{
	struct vector v = {0};
	struct wici_id network;
	struct wici_key key;
	struct wici_sig sig;
	bool is_key, is_valid;
	int cases = 0;

	for (; vector_next(&v, "tests/vectors/ed25519.hex"); cases++) {
		vector_copy(&v, "network", network.b, sizeof(network.b));
		vector_copy(&v, "key", key.b, sizeof(key.b));
		vector_copy(&v, "signature", sig.b, sizeof(sig.b));
		is_key = wici_key_check(&key) == WICI_OK;
		is_valid =
			is_key &&
			wici_verify(&sig, WICI_DOMAIN_ENTRY, &network,
				    vector_get(&v, "message"), &key) == WICI_OK;
		if (is_key != vector_number(&v, "key_is_valid") ||
		    is_valid != vector_number(&v, "is_valid"))
			print_error("case %s\n", v.name);
		CHECK(is_key == vector_number(&v, "key_is_valid"));
		CHECK(is_valid == vector_number(&v, "is_valid"));
	}
	CHECK(cases >= 30);
}

static const uint8_t seed[32] = {1, 2, 3};
static const struct wici_id network = {{7}};

TEST(a_signature_counts_for_its_domain_network_key_and_bytes_alone)
{
	struct wici_bytes b = WICI_BYTES("bytes");
	struct wici_id other_network = {{8}};
	struct wici_key key, other;
	struct wici_secret secret, other_secret;
	struct wici_sig sig;

	wici_key_pair(&key, &secret, seed);
	wici_key_pair(&other, &other_secret, network.b);
	wici_sign(&sig, WICI_DOMAIN_OPEN, &network, b, &secret);
	CHECK_OK(wici_verify(&sig, WICI_DOMAIN_OPEN, &network, b, &key));
	CHECK_ERR(wici_verify(&sig, WICI_DOMAIN_ENTRY, &network, b, &key),
		  WICI_REJECT_SIGNATURE);
	CHECK_ERR(wici_verify(&sig, WICI_DOMAIN_OPEN, &other_network, b, &key),
		  WICI_REJECT_SIGNATURE);
	CHECK_ERR(wici_verify(&sig, WICI_DOMAIN_OPEN, &network, b, &other),
		  WICI_REJECT_SIGNATURE);
	b.len--;
	CHECK_ERR(wici_verify(&sig, WICI_DOMAIN_OPEN, &network, b, &key),
		  WICI_REJECT_SIGNATURE);
}

TEST(every_bit_of_a_signature_counts)
{
	struct wici_bytes b = WICI_BYTES("bytes");
	struct wici_key key;
	struct wici_secret secret;
	struct wici_sig sig;

	wici_key_pair(&key, &secret, seed);
	wici_sign(&sig, WICI_DOMAIN_OPEN, &network, b, &secret);
	for (size_t bit = 0; bit < 8 * sizeof(sig.b); bit++) {
		sig.b[bit / 8] ^= (uint8_t)(1 << bit % 8);
		CHECK_ERR(
			wici_verify(&sig, WICI_DOMAIN_OPEN, &network, b, &key),
			WICI_REJECT_SIGNATURE);
		sig.b[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
}

TEST(the_longest_message_is_signed_and_a_longer_one_only_refused)
{
	uint8_t m[WICI_SIGNED_LEN_MAX + 1] = {0};
	struct wici_bytes b = {m, WICI_SIGNED_LEN_MAX};
	struct wici_key key;
	struct wici_secret secret;
	struct wici_sig sig;

	wici_key_pair(&key, &secret, seed);
	wici_sign(&sig, WICI_DOMAIN_OPEN, &network, b, &secret);
	CHECK_OK(wici_verify(&sig, WICI_DOMAIN_OPEN, &network, b, &key));
	b.len++;
	CHECK_ERR(wici_verify(&sig, WICI_DOMAIN_OPEN, &network, b, &key),
		  WICI_REJECT_SIGNATURE);
}

TEST(ordinary_keys_pass_the_test_of_keys)
{
	struct wici_key key;
	struct wici_secret secret;
	uint8_t s[32] = {0};

	for (uint8_t i = 0; i < 64; i++) {
		s[0] = i;
		wici_key_pair(&key, &secret, s);
		CHECK_OK(wici_key_check(&key));
	}
}

TEST(a_hash_is_blake2b_of_the_padded_domain_and_the_pieces)
{
	static const char plain[] = "wici/payload/1\0\0one two";
	uint8_t want[32];
	struct wici_hash h;
	struct wici_id id;

	crypto_generichash(want, sizeof(want), (const uint8_t *)plain,
			   sizeof(plain) - 1, NULL, 0);
	wici_hash_init(&h, WICI_DOMAIN_PAYLOAD);
	wici_hash_update(&h, "one", 3);
	wici_hash_update(&h, NULL, 0);
	wici_hash_update(&h, " two", 4);
	id = wici_hash_final(&h);
	CHECK(memcmp(id.b, want, sizeof(want)) == 0);
	id = wici_hash_bytes(WICI_DOMAIN_PAYLOAD, WICI_BYTES("one two"));
	CHECK(memcmp(id.b, want, sizeof(want)) == 0);
}

TEST(domains_differ_and_are_padded_with_zeroes)
{
	for (int a = 0; a <= WICI_DOMAIN_BUNDLE; a++) {
		const uint8_t *p = wici_domain((enum wici_domain)a);

		CHECK(memcmp(p, "wici/", 5) == 0);
		CHECK(p[WICI_DOMAIN_LEN - 1] == 0);
		for (int b = 0; b < a; b++)
			CHECK(memcmp(p, wici_domain((enum wici_domain)b),
				     WICI_DOMAIN_LEN) != 0);
	}
}

TEST(each_number_derives_another_key_the_same_each_time)
{
	uint8_t a[32], b[32], want[32];
	uint8_t plain[16 + 32 + 4] = "wici/seed/1";

	memcpy(plain + 16, seed, sizeof(seed));
	plain[51] = 2;
	crypto_generichash(want, sizeof(want), plain, sizeof(plain), NULL, 0);
	wici_seed_derive(a, seed, 1);
	wici_seed_derive(b, seed, 2);
	CHECK(memcmp(a, b, sizeof(a)) != 0);
	CHECK(memcmp(b, want, sizeof(b)) == 0);
}

TEST(hex_goes_there_and_back_in_either_case)
{
	uint8_t bytes[3] = {0x00, 0x9f, 0xAb}, back[3];
	char hex[7];

	wici_hex(hex, bytes, sizeof(bytes));
	CHECK(strcmp(hex, "009fab") == 0);
	CHECK_OK(wici_unhex(back, 3, WICI_BYTES("009fab")));
	CHECK(memcmp(back, bytes, 3) == 0);
	CHECK_OK(wici_unhex(back, 3, WICI_BYTES("009FaB")));
	CHECK(memcmp(back, bytes, 3) == 0);
}

TEST(hex_of_another_length_or_with_other_characters_is_refused)
{
	uint8_t out[3];

	CHECK_ERR(wici_unhex(out, 3, WICI_BYTES("009fa")), WICI_REJECT_TEXT);
	CHECK_ERR(wici_unhex(out, 3, WICI_BYTES("009fab0")), WICI_REJECT_TEXT);
	CHECK_ERR(wici_unhex(out, 3, WICI_BYTES("009fab00")), WICI_REJECT_TEXT);
	CHECK_ERR(wici_unhex(out, 3, WICI_BYTES("")), WICI_REJECT_TEXT);
	for (int c = 0; c < 256; c++) {
		char text[6] = "009fab";
		bool is_hex = (c >= '0' && c <= '9') ||
			      (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');

		text[4] = (char)c;
		CHECK((wici_unhex(out, 3,
				  (struct wici_bytes){(uint8_t *)text, 6}) ==
		       WICI_OK) == is_hex);
	}
	CHECK_OK(wici_unhex(out, 0, WICI_BYTES("")));
}

TEST(zero_is_zero_only_when_all_bytes_are)
{
	uint8_t b[33] = {0};

	CHECK(wici_is_zero(b, sizeof(b)));
	for (size_t i = 0; i < sizeof(b); i++) {
		b[i] = 0x80;
		CHECK(!wici_is_zero(b, sizeof(b)));
		b[i] = 0;
	}
}

TEST(a_cursor_gives_what_is_there_and_then_nothing_for_good)
{
	static const uint8_t b[15] = {1, 0, 2, 0, 0, 0, 3, 0,
				      0, 0, 0, 0, 0, 0, 4};

	for (size_t len = 0; len <= sizeof(b); len++) {
		struct wici_cursor c = wici_cursor((struct wici_bytes){b, len});
		uint8_t copy[2] = {9, 9};

		CHECK(wici_take_u8(&c) == (len >= 1 ? 1 : 0));
		CHECK(wici_take_u16(&c) == (len >= 3 ? 2 : 0));
		CHECK(wici_take_u32(&c) == (len >= 7 ? 3 : 0));
		CHECK(wici_take_u64(&c) == (len >= 15 ? 4 : 0));
		CHECK(c.ok == (len == sizeof(b)));
		wici_take_copy(&c, copy, 1);
		CHECK(copy[0] == 9 && !c.ok);
		CHECK(!wici_take(&c, 0));
	}
}

TEST(big_endian_numbers_go_there_and_back)
{
	uint8_t p[8];

	wici_put_u64(p, 0x8182838485868788);
	CHECK(p[0] == 0x81 && p[7] == 0x88);
	CHECK(wici_get_u64(p) == 0x8182838485868788);
	CHECK(wici_get_u32(p) == 0x81828384);
	CHECK(wici_get_u16(p) == 0x8182);
}

TEST_MAIN(RUN(the_vectors_of_edge_cases_are_judged_as_they_say),
	  RUN(a_signature_counts_for_its_domain_network_key_and_bytes_alone),
	  RUN(every_bit_of_a_signature_counts),
	  RUN(the_longest_message_is_signed_and_a_longer_one_only_refused),
	  RUN(ordinary_keys_pass_the_test_of_keys),
	  RUN(a_hash_is_blake2b_of_the_padded_domain_and_the_pieces),
	  RUN(domains_differ_and_are_padded_with_zeroes),
	  RUN(each_number_derives_another_key_the_same_each_time),
	  RUN(hex_goes_there_and_back_in_either_case),
	  RUN(hex_of_another_length_or_with_other_characters_is_refused),
	  RUN(zero_is_zero_only_when_all_bytes_are),
	  RUN(a_cursor_gives_what_is_there_and_then_nothing_for_good),
	  RUN(big_endian_numbers_go_there_and_back))
