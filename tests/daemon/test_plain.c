/* tests/daemon/test_plain.c — What people type, made plain: as libutf8proc would
 * make it, whether it was asked or not. */
#include "daemon/plain.h"

#include "tests/test.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

static void check(const char *in, const char *expected)
{
	char *out = NULL;
	size_t len = 0;

	CHECK_OK(plain_text(wici_bytes_str(in), &out, &len));
	CHECK(len == strlen(out) && strcmp(out, expected) == 0);
	free(out);
}

TEST(spaces_and_line_ends_are_of_one_kind)
{
	check("", "");
	check(" \t Klub\xc2\xa0seniora \r\n", "Klub seniora");
	check("a\r\nb\rc\nd", "a\nb\rc\nd");
	check("a\xc2\xa0\xe2\x80\x94\xc2\xa0z", "a \xe2\x80\x94 z");
}

TEST(what_combines_is_combined)
{
	check("Sta\xcc\xa8z\xcc\x87", "St\xc4\x85\xc5\xbc");
	check("\xe2\x84\xab", "\xc3\x85"); /* U+212B: another letter. */
}

/* Every character that is let through unseen, alone and beside every letter,
 * and its neighbours at the ends of the ranges. */
TEST(no_character_is_made_otherwise_than_by_the_library)
{
	for (int32_t cp = 1; cp < 0x2200; cp++) {
		uint8_t in[16] = {'e'};
		size_t len = 1;
		utf8proc_uint8_t *nfc;
		char *out = NULL;
		size_t out_len = 0;

		if (cp == ' ' || cp == 0xa0 || (cp >= '\t' && cp <= '\r'))
			continue; /* Ours to change. */
		len += (size_t)utf8proc_encode_char(cp, in + len);
		in[len++] = 'o';
		len += (size_t)utf8proc_encode_char(cp, in + len);
		nfc = utf8proc_NFC(in);
		CHECK(nfc);
		CHECK_OK(plain_text((struct wici_bytes){in, len}, &out,
				    &out_len));
		CHECK(out_len == strlen((char *)nfc));
		CHECK(memcmp(out, nfc, out_len) == 0);
		free(out);
		free(nfc);
	}
}

TEST(what_is_no_text_is_refused)
{
	static const char *const bad[] = {"\xe2\x80", "\xe2", "\xff", "a\xc3",
					  "\xed\xa0\x80"};
	char *out = NULL;
	size_t len = 0;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK_ERR(plain_text(wici_bytes_str(bad[i]), &out, &len),
			  WICI_REJECT_TEXT);
}

TEST_MAIN(RUN(spaces_and_line_ends_are_of_one_kind),
	  RUN(what_combines_is_combined),
	  RUN(no_character_is_made_otherwise_than_by_the_library),
	  RUN(what_is_no_text_is_refused))
