/* tests/fuzz/fuzz_polish.c — Any bytes as a word, and any two as names. A fold
 * and a stem fit into their room and never grow; names have one order. */
#include "proto/polish.h"

#include "tests/fuzz/fuzz.h"

static void stem(struct wici_bytes b)
{
	char folded[WICI_POLISH_WORD_MAX];
	size_t len = wici_polish_fold(folded, b);
	size_t stem_len;
	char *word = malloc(len + 1); /* ASan sees what is beyond. */

	MUST(word && len <= sizeof(folded) && len <= b.len);
	memcpy(word, folded, len);
	stem_len = wici_polish_stem(word, len);
	MUST(stem_len <= len);
	MUST(stem_len > 0 || memcmp(word, folded, len) == 0);
	(void)wici_polish_is_small((struct wici_bytes){(uint8_t *)word, len});
	free(word);
}

static void order(struct wici_bytes a, struct wici_bytes b)
{
	int ab = wici_polish_compare(a, b);
	int ba = wici_polish_compare(b, a);

	MUST((ab < 0) == (ba > 0) && (ab == 0) == (ba == 0));
	MUST((ab == 0) == wici_bytes_equal(a, b));
	MUST(wici_polish_compare(a, a) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct wici_bytes b = {data, size};

	stem(b);
	for (size_t cut = 0; cut <= size && cut < 64; cut++)
		order((struct wici_bytes){data, cut},
		      (struct wici_bytes){data + cut, size - cut});
	return 0;
}
