/* tests/fuzz/fuzz_token.c — What somebody pastes into `wici join`: once as
 * text, once as the bytes behind a genuine checksum, which a fuzzer does not
 * find by itself. A token that is read is written and read as the same. */
#include "proto/token.h"

#include "proto/text.h"
#include "tests/fuzz/fuzz.h"

static void written_again_is_the_same(const struct wici_token *t)
{
	char text[WICI_TOKEN_TEXT_MAX];
	struct wici_token again;

	MUST(t->addresses.count <= WICI_ADDRESS_MAX);
	MUST(wici_token_encode(text, sizeof(text), t) == WICI_OK);
	MUST(wici_token_decode(&again, wici_bytes_str(text)) == WICI_OK);
	MUST(memcmp(&again, t, sizeof(again)) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct wici_bytes b = {data, size};
	struct wici_bytes back;
	struct wici_token t;
	size_t text_len = 4 + 8 + (size * 8 + 4) / 5;
	char *text = malloc(text_len);
	uint8_t *raw = malloc(size + 1);

	MUST(text && raw);
	if (wici_token_decode(&t, b) == WICI_OK)
		written_again_is_the_same(&t);

	MUST(wici_bech32_encode(text, text_len, "wici", b) == WICI_OK);
	MUST(wici_bech32_decode(raw, size, &back.len, "wici",
				wici_bytes_str(text)) == WICI_OK);
	back.p = raw;
	MUST(wici_bytes_equal(back, b));
	if (wici_token_decode(&t, wici_bytes_str(text)) == WICI_OK)
		written_again_is_the_same(&t);
	free(raw);
	free(text);
	return 0;
}
