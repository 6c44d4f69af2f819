/* tests/proto/test_card.c — A card is typed in from paper, years later: what
 * was written is what is read, and nothing else is. */
#include "proto/card.h"

#include "proto/text.h"
#include "tests/test.h"

#include <ctype.h>

static struct wici_card sample(size_t addresses)
{
	struct wici_card card = {.use = WICI_CARD_INSTITUTION,
				 .roster_version = 7,
				 .addresses.count = addresses};

	memset(card.seed, 0xa5, sizeof(card.seed));
	memset(card.network.b, 1, sizeof(card.network.b));
	memset(card.roster_id.b, 2, sizeof(card.roster_id.b));
	for (size_t i = 0; i < addresses; i++)
		(void)snprintf(card.addresses.text[i],
			       sizeof(card.addresses.text[i]),
			       "mops-%zu.example:8481", i);
	return card;
}

static bool is_same(const struct wici_card *a, const struct wici_card *b)
{
	return a->use == b->use && memcmp(a->seed, b->seed, 32) == 0 &&
	       wici_id_equal(&a->network, &b->network) &&
	       a->roster_version == b->roster_version &&
	       wici_id_equal(&a->roster_id, &b->roster_id) &&
	       memcmp(&a->addresses, &b->addresses, sizeof(a->addresses)) == 0;
}

static enum wici_err decode(struct wici_card *card, const char *text)
{
	return wici_card_decode(card, wici_bytes_str(text));
}

TEST(what_was_written_is_what_is_read)
{
	char text[WICI_CARD_TEXT_MAX + 1];
	struct wici_card back;

	for (size_t n = 0; n <= WICI_ADDRESS_MAX; n++) {
		struct wici_card card = sample(n);

		card.use = n % 2 ? WICI_CARD_ROOT : WICI_CARD_INSTITUTION;
		if (n == 0) /* Of no network yet. */
			card.network = (struct wici_id){{0}};
		CHECK_OK(wici_card_encode(text, &card));
		CHECK(strncmp(text, "wicikarta1", 10) == 0);
		CHECK_OK(decode(&back, text));
		CHECK(is_same(&card, &back));
	}
}

TEST(the_largest_card_fits_its_text)
{
	char text[WICI_CARD_TEXT_MAX + 1];
	struct wici_card card = sample(WICI_ADDRESS_MAX);
	struct wici_card back;

	for (size_t i = 0; i < WICI_ADDRESS_MAX; i++)
		memset(card.addresses.text[i], 'z', WICI_ADDRESS_BYTES);
	CHECK_OK(wici_card_encode(text, &card));
	CHECK(strlen(text) <= WICI_CARD_TEXT_MAX);
	CHECK_OK(decode(&back, text));
	CHECK(is_same(&card, &back));
}

TEST(an_address_is_printable_and_not_empty)
{
	static const char *const bad[] = {"", "a b:1", "a\n:1", "ł:1",
					  "\x7f:1"};
	char text[WICI_CARD_TEXT_MAX + 1];

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct wici_card card = sample(2);

		memset(card.addresses.text[1], 0,
		       sizeof(card.addresses.text[1]));
		memcpy(card.addresses.text[1], bad[i], strlen(bad[i]));
		CHECK_ERR(wici_card_encode(text, &card), WICI_BAD_FIELD);
	}
}

/* In groups of four, five to a line, as a printer sets them and people type
 * them. */
TEST(case_spaces_hyphens_and_line_breaks_do_not_matter)
{
	static const char *const gaps[] = {" ", "-", "\n", "\r\n\t", " - "};
	char text[WICI_CARD_TEXT_MAX + 1];
	char typed[6 * WICI_CARD_TEXT_MAX];
	struct wici_card card = sample(3);
	struct wici_card back;
	size_t n = 0;

	CHECK_OK(wici_card_encode(text, &card));
	for (size_t i = 0; text[i]; i++) {
		typed[n++] = (char)(i % 3 ? toupper(text[i]) : text[i]);
		if (i % 4 != 3)
			continue;
		strcpy(typed + n, gaps[i / 4 % 5]);
		n += strlen(gaps[i / 4 % 5]);
	}
	typed[n] = '\0';
	CHECK_OK(decode(&back, typed));
	CHECK(is_same(&card, &back));
}

TEST(one_wrong_character_is_found_wherever_it_is)
{
	static const char set[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l1bio+";
	char text[WICI_CARD_TEXT_MAX + 1];
	struct wici_card card = sample(1);
	struct wici_card back;

	CHECK_OK(wici_card_encode(text, &card));
	for (size_t i = 0; text[i]; i++) {
		char kept = text[i];

		for (const char *c = set; *c; c++) {
			if (*c == kept)
				continue;
			text[i] = *c;
			CHECK_ERR(decode(&back, text), WICI_REJECT_TEXT);
		}
		text[i] = kept;
	}
	CHECK_OK(decode(&back, text));
}

TEST(a_missing_doubled_or_swapped_character_is_found)
{
	char text[WICI_CARD_TEXT_MAX + 1];
	char other[WICI_CARD_TEXT_MAX + 2];
	struct wici_card card = sample(1);
	struct wici_card back;
	size_t len;

	CHECK_OK(wici_card_encode(text, &card));
	len = strlen(text);
	for (size_t i = 0; i < len; i++) {
		CHECK_ERR(
			wici_card_decode(
				&back, (struct wici_bytes){(uint8_t *)text, i}),
			WICI_REJECT_TEXT);
		memcpy(other, text, i);
		memcpy(other + i, text + i + 1, len - i);
		CHECK_ERR(decode(&back, other), WICI_REJECT_TEXT);
		memcpy(other, text, i + 1);
		memcpy(other + i + 1, text + i, len - i + 1);
		CHECK_ERR(decode(&back, other), WICI_REJECT_TEXT);
		if (i == 0 || text[i] == text[i - 1])
			continue;
		memcpy(other, text, len + 1);
		other[i] = text[i - 1];
		other[i - 1] = text[i];
		CHECK_ERR(decode(&back, other), WICI_REJECT_TEXT);
	}
}

TEST(an_invitation_is_no_card)
{
	struct wici_card back;
	char text[400];
	uint8_t b[107] = {1};

	CHECK_OK(wici_bech32_encode(text, sizeof(text), "wici",
				    (struct wici_bytes){b, sizeof(b)}));
	CHECK_ERR(decode(&back, text), WICI_REJECT_TEXT);
	CHECK_ERR(decode(&back, ""), WICI_REJECT_TEXT);
	CHECK_ERR(decode(&back, "wicikarta"), WICI_REJECT_TEXT);
}

/* The checksum is no secret: bytes under it are still anybody's. */
static enum wici_err decode_bytes(const uint8_t *b, size_t len)
{
	char text[4096];
	struct wici_card back;
	enum wici_err err;

	CHECK_OK(wici_bech32_encode(text, sizeof(text), WICI_CARD_PREFIX,
				    (struct wici_bytes){b, len}));
	memset(&back, 0xff, sizeof(back));
	err = decode(&back, text);
	/* What is refused leaves no seed behind. */
	CHECK(err == WICI_OK || wici_is_zero(&back, sizeof(back)));
	return err;
}

TEST(bytes_that_are_no_card_are_refused_under_a_right_checksum)
{
	uint8_t b[1024] = {1};

	CHECK_OK(decode_bytes(b, 107)); /* No addresses. */
	for (size_t len = 0; len < 107; len++)
		CHECK_ERR(decode_bytes(b, len), WICI_REJECT_TEXT);
	CHECK_ERR(decode_bytes(b, 108), WICI_REJECT_TEXT);
	b[0] = 0;
	CHECK_ERR(decode_bytes(b, 107), WICI_REJECT_TEXT);
	b[0] = 1;
	b[106] = 7; /* Too many addresses. */
	CHECK_ERR(decode_bytes(b, 800), WICI_REJECT_TEXT);
	b[106] = 1;
	b[107] = 101; /* One that is too long. */
	memset(b + 108, 'a', 200);
	CHECK_ERR(decode_bytes(b, 108 + 101), WICI_REJECT_TEXT);
	b[107] = 100;
	CHECK_OK(decode_bytes(b, 108 + 100));
	CHECK_ERR(decode_bytes(b, 108 + 99), WICI_REJECT_TEXT);
	b[107 + 50] = ' ';
	CHECK_ERR(decode_bytes(b, 108 + 100), WICI_REJECT_TEXT);
	CHECK_ERR(decode_bytes(b, sizeof(b)), WICI_REJECT_TEXT);
}

/* "Get a newer wici", not "you mistyped it". */
TEST(a_newer_card_is_told_from_a_mistyped_one)
{
	uint8_t b[800] = {2};

	CHECK_ERR(decode_bytes(b, 107), WICI_REJECT_VERSION);
	CHECK_ERR(decode_bytes(b, 20), WICI_REJECT_VERSION);
	CHECK_ERR(decode_bytes(b, sizeof(b)), WICI_REJECT_VERSION);
	b[0] = 1;
	b[1] = 2; /* A use that is not known. */
	CHECK_ERR(decode_bytes(b, 107), WICI_REJECT_VERSION);
}

TEST(the_same_seed_gives_the_same_key_for_ever)
{
	struct wici_card card = sample(0);
	struct wici_key key, again;
	struct wici_secret secret;
	uint8_t seed[32];

	wici_card_key(&card, &key, &secret);
	wici_seed_derive(seed, card.seed, 1);
	wici_key_pair(&again, &secret, seed);
	CHECK(wici_key_equal(&key, &again));
	CHECK_OK(wici_key_check(&key));
}

TEST_MAIN(RUN(what_was_written_is_what_is_read),
	  RUN(the_largest_card_fits_its_text),
	  RUN(an_address_is_printable_and_not_empty),
	  RUN(case_spaces_hyphens_and_line_breaks_do_not_matter),
	  RUN(one_wrong_character_is_found_wherever_it_is),
	  RUN(a_missing_doubled_or_swapped_character_is_found),
	  RUN(an_invitation_is_no_card),
	  RUN(bytes_that_are_no_card_are_refused_under_a_right_checksum),
	  RUN(a_newer_card_is_told_from_a_mistyped_one),
	  RUN(the_same_seed_gives_the_same_key_for_ever))
