/* tests/client/test_html.c — Whatever stands in a record stays text on a
 * page. */
#include "client/html.h"
#include "client/qr.h"
#include "client/sheet.h"
#include "client/say.h"

#include <stdlib.h>

#include "tests/test.h"

static bool becomes(const char *text, const char *expected)
{
	char *out = NULL;
	size_t len;
	FILE *f = open_memstream(&out, &len);
	bool is_same;

	html_text(f, text);
	(void)fclose(f);
	is_same = strcmp(out, expected) == 0;
	if (!is_same)
		print_error("%s\n", out);
	free(out);
	return is_same;
}

TEST(no_text_is_markup)
{
	CHECK(becomes("<script>alert('x')</script>",
		      "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"));
	CHECK(becomes("\" onload=\"x", "&quot; onload=&quot;x"));
	CHECK(becomes("&lt;", "&amp;lt;"));
	CHECK(becomes("zażółć gęślą jaźń – ﬁ 𐍈", "zażółć gęślą jaźń – ﬁ 𐍈"));
	CHECK(becomes(NULL, "") && becomes("", ""));
}

TEST(nothing_hides_or_turns_the_line_around)
{
	CHECK(becomes("a\u202eb\u2066c\x1b[31m\x07", "a\ufffdb\ufffdc\ufffd["
						     "31m\ufffd"));
	/* What is no UTF-8 swallows no letter behind it. */
	CHECK(becomes("a\xff<b\xe2\x82<\xc3", "a\ufffd&lt;b\ufffd&lt;\ufffd"));
	CHECK(becomes("\xc0\xbc"
		      "script",
		      "\ufffdscript"));
}

/* Each byte in front of a letter that matters. */
TEST(no_byte_hides_a_bracket)
{
	for (int byte = 1; byte < 256; byte++) {
		const char text[] = {(char)byte, '<', 'x', '\0'};
		char *out = NULL;
		size_t len;
		FILE *f = open_memstream(&out, &len);

		html_text(f, text);
		(void)fclose(f);
		CHECK(!strchr(out, '<') && strstr(out, "&lt;x"));
		free(out);
	}
}

TEST(a_code_is_never_narrower_than_40_mm)
{
	char text[QR_TEXT_MAX + 2];
	unsigned mm = 0;

	memset(text, 'x', sizeof(text));
	for (size_t len = 1; len <= QR_TEXT_MAX + 1; len += 50) {
		char *out = NULL;
		size_t out_len;
		FILE *f = open_memstream(&out, &out_len);
		enum wici_err err;

		text[len] = '\0';
		err = qr_write(f, text, "<b>", &mm);
		(void)fclose(f);
		CHECK(err == (len <= QR_TEXT_MAX ? WICI_OK : WICI_TOO_LARGE));
		if (!err)
			CHECK(mm >= 40 && mm < 60 && strstr(out, "&lt;b&gt;") &&
			      !strstr(out, "<b>"));
		free(out);
		text[len] = 'x';
	}
}

TEST(days_are_written_out_and_years_stay)
{
	char out[64];

	say_init("en");
	CHECK(strcmp(sheet_day("2022-03-29", out), "29 March 2022") == 0);
	CHECK(strcmp(sheet_day("2022", out), "2022") == 0);
	CHECK(strcmp(sheet_day("2022-13-01", out), "2022-13-01") == 0);
	CHECK(strcmp(sheet_day(NULL, out), "") == 0);
}

TEST_MAIN(RUN(no_text_is_markup), RUN(nothing_hides_or_turns_the_line_around),
	  RUN(no_byte_hides_a_bracket),
	  RUN(a_code_is_never_narrower_than_40_mm),
	  RUN(days_are_written_out_and_years_stay))
