/* tests/client/test_print.c — What is printed stays in its columns, and cannot
 * do anything to the terminal. */
#include "client/print.h"
#include "client/say.h"

#include <stdlib.h>

#include "tests/test.h"

static char *wrapped(const char *text, int at)
{
	char *out = NULL;
	size_t len;
	FILE *f = open_memstream(&out, &len);

	say_init("en");
	print_wrapped(f, text, at);
	(void)fclose(f);
	return out;
}

TEST(controls_and_overrides_never_reach_the_terminal)
{
	static const char text[] = "a\033[31mb\u202ec\xff\td\xc2\x9b"
				   "e";
	char *out = NULL;
	size_t len;
	FILE *f = open_memstream(&out, &len);

	say_init("en");
	print_text(f, text);
	(void)fclose(f);
	CHECK(strcmp(out, "a\ufffd[31mb\ufffdc\ufffd\ufffdd\ufffde") == 0);
	free(out);
}

TEST(polish_letters_take_one_column_each)
{
	say_init("pl");
	CHECK(print_columns("zażółć gęślą jaźń") == 17);
	CHECK(print_columns("") == 0);
}

TEST(long_text_goes_on_at_its_column)
{
	char *out = wrapped("aaaa bbbb cccc dddd eeee ffff gggg hhhh iiii jjjj "
			    "kkkk llll mmmm nnnn",
			    40);
	size_t first = strcspn(out, "\n");

	CHECK(first <= PRINT_WIDTH - 40);
	CHECK(strncmp(out + first + 1,
		      "                                        i", 41) == 0);
	free(out);
	out = wrapped("jeden\ndwa", 2);
	CHECK(strcmp(out, "jeden\n  dwa\n") == 0);
	free(out);
	out = wrapped("", 2);
	CHECK(strcmp(out, "\n") == 0);
	free(out);
}

TEST(a_token_longer_than_a_line_stays_whole)
{
	char token[301];
	char *out;

	memset(token, 'q', 300);
	token[300] = '\0';
	out = wrapped(token, 2);
	CHECK(strlen(out) == 301);
	free(out);
}

TEST(times_are_local_and_ids_short)
{
	CHECK(setenv("TZ", "Europe/Warsaw", 1) == 0);
	CHECK(strcmp(print_time("2026-11-21T01:22:03.123Z"),
		     "2026-11-21 02:22") == 0 ||
	      strcmp(print_time("2026-11-21T01:22:03.123Z"),
		     "2026-11-21 01:22") == 0); /* Without tzdata. */
	CHECK(strcmp(print_time(NULL), "—") == 0);
	CHECK(strcmp(print_time("nonsense"), "nonsense") == 0);
	CHECK(strcmp(print_id("0123456789abcdef"), "0123456789ab") == 0);
	CHECK(strcmp(print_id(NULL), "—") == 0);
}

TEST_MAIN(RUN(controls_and_overrides_never_reach_the_terminal),
	  RUN(polish_letters_take_one_column_each),
	  RUN(long_text_goes_on_at_its_column),
	  RUN(a_token_longer_than_a_line_stays_whole),
	  RUN(times_are_local_and_ids_short))
