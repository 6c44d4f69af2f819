/* tests/fuzz/fuzz_card.c — What somebody types from a card: once as text, once
 * as the bytes behind a genuine checksum, which a fuzzer does not find by
 * itself. A card that is read is written and read as the same. */
#include "proto/card.h"

#include "proto/text.h"
#include "tests/fuzz/fuzz.h"

static void written_again_is_the_same(const struct wici_card *card)
{
	char text[WICI_CARD_TEXT_MAX + 1];
	struct wici_card again;

	MUST(card->addresses.count <= WICI_ADDRESS_MAX);
	MUST(wici_card_encode(text, card) == WICI_OK);
	MUST(wici_card_decode(&again, wici_bytes_str(text)) == WICI_OK);
	MUST(memcmp(&again, card, sizeof(again)) == 0);
}

static void decode(struct wici_bytes text)
{
	struct wici_card card;
	enum wici_err err = wici_card_decode(&card, text);

	MUST(err == WICI_OK || err == WICI_REJECT_TEXT ||
	     err == WICI_REJECT_VERSION);
	if (err == WICI_OK)
		written_again_is_the_same(&card);
	else
		MUST(wici_is_zero(&card, sizeof(card)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct wici_bytes b = {data, size};
	size_t text_len = strlen(WICI_CARD_PREFIX) + 8 + (size * 8 + 4) / 5;
	char *text = malloc(text_len);

	MUST(text);
	decode(b);
	MUST(wici_bech32_encode(text, text_len, WICI_CARD_PREFIX, b) ==
	     WICI_OK);
	decode(wici_bytes_str(text));
	free(text);
	return 0;
}
