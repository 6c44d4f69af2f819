/* tests/proto/test_token.c — The invitation, as people paste and read it. */
#include "proto/token.h"

#include "proto/text.h"
#include "tests/proto/trust.h"
#include "tests/test.h"

#include <ctype.h>

static struct wici_token sample(void)
{
	struct wici_token t = {
		.network = id_of(1),
		.roster_version = 7,
		.roster_id = id_of(2),
		.registrar = pair(3).key,
		.expires = 20800,
		.addresses = {.count = 2,
			      .text = {"mops.example:8481",
				       "[2001:db8::1]:8481"}}};

	memset(t.secret, 0xa5, sizeof(t.secret));
	return t;
}

static bool is_same(const struct wici_token *a, const struct wici_token *b)
{
	return wici_id_equal(&a->network, &b->network) &&
	       a->roster_version == b->roster_version &&
	       wici_id_equal(&a->roster_id, &b->roster_id) &&
	       wici_key_equal(&a->registrar, &b->registrar) &&
	       memcmp(a->secret, b->secret, sizeof(a->secret)) == 0 &&
	       a->expires == b->expires &&
	       memcmp(&a->addresses, &b->addresses, sizeof(a->addresses)) == 0;
}

static enum wici_err decode(struct wici_token *t, const char *text)
{
	return wici_token_decode(t, wici_bytes_str(text));
}

TEST(what_was_invited_is_what_arrives)
{
	char text[WICI_TOKEN_TEXT_MAX];
	struct wici_token t = sample();
	struct wici_token back;

	CHECK_OK(wici_token_encode(text, sizeof(text), &t));
	CHECK(strncmp(text, "wici1", 5) == 0);
	CHECK_OK(decode(&back, text));
	CHECK(is_same(&t, &back));
	t.expires = -1;
	t.addresses.count = 0;
	memset(t.addresses.text, 0, sizeof(t.addresses.text));
	CHECK_OK(wici_token_encode(text, sizeof(text), &t));
	CHECK_OK(decode(&back, text));
	CHECK(is_same(&t, &back));
}

TEST(the_largest_invitation_fits_the_text_and_one_more_address_does_not)
{
	char text[WICI_TOKEN_TEXT_MAX];
	struct wici_token t = sample();
	struct wici_token back;

	t.addresses.count = WICI_ADDRESS_MAX;
	memset(t.addresses.text, 0, sizeof(t.addresses.text));
	for (size_t i = 0; i < WICI_ADDRESS_MAX; i++)
		memset(t.addresses.text[i], 'z', WICI_ADDRESS_BYTES);
	CHECK_OK(wici_token_encode(text, sizeof(text), &t));
	CHECK_OK(decode(&back, text));
	CHECK(is_same(&t, &back));
	CHECK_ERR(wici_token_encode(text, strlen(text), &t), WICI_TOO_LARGE);
	t.addresses.count++;
	CHECK_ERR(wici_token_encode(text, sizeof(text), &t), WICI_TOO_LARGE);
}

TEST(an_address_is_printable_and_not_empty)
{
	static const char *const bad[] = {"", "a b:1", "a\n:1", "ł:1",
					  "\x7f:1"};
	char text[WICI_TOKEN_TEXT_MAX];

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct wici_token t = sample();

		memset(t.addresses.text[0], 0, sizeof(t.addresses.text[0]));
		memcpy(t.addresses.text[0], bad[i], strlen(bad[i]));
		CHECK_ERR(wici_token_encode(text, sizeof(text), &t),
			  WICI_BAD_FIELD);
	}
}

TEST(case_spaces_and_hyphens_do_not_matter)
{
	char text[WICI_TOKEN_TEXT_MAX];
	char spaced[3 * WICI_TOKEN_TEXT_MAX];
	struct wici_token t = sample();
	struct wici_token back;
	size_t n = 0;

	CHECK_OK(wici_token_encode(text, sizeof(text), &t));
	for (size_t i = 0; text[i]; i++) {
		char c = text[i];

		spaced[n++] = (char)(i % 2 ? toupper(c) : c);
		if (i % 5 == 4)
			spaced[n++] = '-';
		if (i % 7 == 6)
			spaced[n++] = i % 3 ? ' ' : '\n';
	}
	spaced[n] = '\0';
	CHECK_OK(decode(&back, spaced));
	CHECK(is_same(&t, &back));
}

TEST(every_single_changed_character_is_refused)
{
	static const char set[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l1bio+";
	char text[WICI_TOKEN_TEXT_MAX];
	struct wici_token t = sample();
	struct wici_token back;

	CHECK_OK(wici_token_encode(text, sizeof(text), &t));
	for (size_t i = 0; text[i]; i++) {
		char kept = text[i];

		for (const char *c = set; *c; c++) {
			if (*c == kept)
				continue;
			text[i] = *c;
			CHECK_ERR(decode(&back, text), WICI_TOKEN_WRONG);
		}
		text[i] = kept;
	}
	CHECK_OK(decode(&back, text));
}

TEST(every_missing_doubled_or_swapped_character_is_refused)
{
	char text[WICI_TOKEN_TEXT_MAX];
	char other[WICI_TOKEN_TEXT_MAX + 1];
	struct wici_token t = sample();
	struct wici_token back;
	size_t len;

	CHECK_OK(wici_token_encode(text, sizeof(text), &t));
	len = strlen(text);
	for (size_t i = 0; i < len; i++) {
		CHECK_ERR(
			wici_token_decode(
				&back, (struct wici_bytes){(uint8_t *)text, i}),
			WICI_TOKEN_WRONG); /* Cut off here. */
		memcpy(other, text, i);
		memcpy(other + i, text + i + 1, len - i);
		CHECK_ERR(decode(&back, other), WICI_TOKEN_WRONG);
		memcpy(other, text, i + 1);
		memcpy(other + i + 1, text + i, len - i + 1);
		CHECK_ERR(decode(&back, other), WICI_TOKEN_WRONG);
		if (i == 0 || text[i] == text[i - 1])
			continue;
		memcpy(other, text, len + 1);
		other[i] = text[i - 1];
		other[i - 1] = text[i];
		CHECK_ERR(decode(&back, other), WICI_TOKEN_WRONG);
	}
}

TEST(a_refused_invitation_leaves_no_secret_behind)
{
	struct wici_token back;

	memset(&back, 0xff, sizeof(back));
	CHECK_ERR(decode(&back, "wici1qqqqqqqq"), WICI_TOKEN_WRONG);
	CHECK(wici_is_zero(&back, sizeof(back)));
}

/* The checksum is no secret: bytes under it are still anybody's. */
static enum wici_err decode_bytes(const uint8_t *b, size_t len)
{
	char text[4096];
	struct wici_token back;

	CHECK_OK(wici_bech32_encode(text, sizeof(text), "wici",
				    (struct wici_bytes){b, len}));
	return decode(&back, text);
}

TEST(bytes_that_are_no_invitation_are_refused_under_a_right_checksum)
{
	uint8_t b[1024] = {1};

	CHECK_OK(decode_bytes(b, 126)); /* No addresses. */
	for (size_t len = 0; len < 126; len++)
		CHECK_ERR(decode_bytes(b, len), WICI_TOKEN_WRONG);
	CHECK_ERR(decode_bytes(b, 127), WICI_TOKEN_WRONG);
	b[0] = 2; /* Another version. */
	CHECK_ERR(decode_bytes(b, 126), WICI_TOKEN_WRONG);
	b[0] = 1;
	b[125] = 7; /* Too many addresses. */
	CHECK_ERR(decode_bytes(b, 1024), WICI_TOKEN_WRONG);
	b[125] = 1;
	b[126] = 101; /* One that is too long. */
	memset(b + 127, 'a', 200);
	CHECK_ERR(decode_bytes(b, 127 + 101), WICI_TOKEN_WRONG);
	b[126] = 100;
	CHECK_OK(decode_bytes(b, 127 + 100));
	CHECK_ERR(decode_bytes(b, 127 + 99), WICI_TOKEN_WRONG);
	CHECK_ERR(decode_bytes(b, 127 + 101), WICI_TOKEN_WRONG);
	b[130] = '\n';
	CHECK_ERR(decode_bytes(b, 127 + 100), WICI_TOKEN_WRONG);
}

TEST(the_id_tells_invitations_apart_and_is_not_the_secret)
{
	uint8_t secret[16] = {1};
	uint8_t a[8], b[8];

	wici_token_id(a, secret);
	CHECK(memcmp(a, secret, sizeof(a)) != 0);
	secret[15] = 1;
	wici_token_id(b, secret);
	CHECK(memcmp(a, b, sizeof(a)) != 0);
}

TEST(the_proof_is_for_one_secret_one_network_and_one_feed)
{
	uint8_t secret[16] = {1};
	struct wici_id network = id_of(1);
	struct wici_id open = id_of(2);
	struct wici_id other = id_of(3);
	struct wici_id mac = wici_token_mac(secret, &network, &open);
	struct wici_id mac2 = wici_token_mac(secret, &network, &open);

	CHECK(wici_id_equal(&mac, &mac2));
	mac2 = wici_token_mac(secret, &other, &open);
	CHECK(!wici_id_equal(&mac, &mac2));
	mac2 = wici_token_mac(secret, &network, &other);
	CHECK(!wici_id_equal(&mac, &mac2));
	secret[0] = 2;
	mac2 = wici_token_mac(secret, &network, &open);
	CHECK(!wici_id_equal(&mac, &mac2));
}

TEST(both_sides_read_the_same_six_digits_on_the_telephone)
{
	uint8_t secret[16] = {9};
	struct wici_key newcomer = pair(1).key;
	struct wici_key registrar = pair(2).key;
	char a[7], b[7];

	wici_token_code(a, secret, &newcomer, &registrar);
	wici_token_code(b, secret, &newcomer, &registrar);
	CHECK(strcmp(a, b) == 0 && strlen(a) == 6);
	wici_token_code(b, secret, &registrar, &newcomer);
	CHECK(strcmp(a, b) != 0);
}

/* Leading zeroes are said too; and the digits are those of the whole hash. */
TEST(six_digits_are_the_hash_as_a_number_modulo_a_million)
{
	struct wici_key newcomer = pair(1).key;
	struct wici_key registrar = pair(2).key;
	bool seen_zero = false;

	for (uint8_t n = 0; n < 60; n++) {
		uint8_t secret[16] = {n};
		unsigned long rest = 0;
		char code[7], want[32];
		struct wici_hash h;
		struct wici_id id;

		wici_hash_init(&h, WICI_DOMAIN_CODE);
		wici_hash_update(&h, secret, 16);
		wici_hash_update(&h, newcomer.b, 32);
		wici_hash_update(&h, registrar.b, 32);
		id = wici_hash_final(&h);
		for (size_t i = 0; i < 32; i += 4)
			rest = ((rest << 32) | wici_get_u32(id.b + i)) %
			       1000000;
		(void)snprintf(want, sizeof(want), "%06lu", rest);
		wici_token_code(code, secret, &newcomer, &registrar);
		CHECK(strcmp(code, want) == 0);
		seen_zero = seen_zero || code[0] == '0';
	}
	CHECK(seen_zero);
}

TEST_MAIN(
	RUN(what_was_invited_is_what_arrives),
	RUN(the_largest_invitation_fits_the_text_and_one_more_address_does_not),
	RUN(an_address_is_printable_and_not_empty),
	RUN(case_spaces_and_hyphens_do_not_matter),
	RUN(every_single_changed_character_is_refused),
	RUN(every_missing_doubled_or_swapped_character_is_refused),
	RUN(a_refused_invitation_leaves_no_secret_behind),
	RUN(bytes_that_are_no_invitation_are_refused_under_a_right_checksum),
	RUN(the_id_tells_invitations_apart_and_is_not_the_secret),
	RUN(the_proof_is_for_one_secret_one_network_and_one_feed),
	RUN(both_sides_read_the_same_six_digits_on_the_telephone),
	RUN(six_digits_are_the_hash_as_a_number_modulo_a_million))
