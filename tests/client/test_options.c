/* tests/client/test_options.c — Options stand anywhere, and only where they
 * are options. */
#include "client/options.h"

#include <stdlib.h>

#include "tests/test.h"

static struct args args_of(char **v)
{
	struct args a = {.v = v};

	while (v[a.count])
		a.count++;
	return a;
}

TEST(options_of_all_shapes_are_taken)
{
	char *v[] = {"--json",  "--socket=/a", "--lang", "pl", "-n",
		     "--color", "never",       "-q",     NULL};
	struct args a = args_of(v);
	const char *wrong = NULL;
	struct options o;

	options_init(&o, &a);
	while (args_peek(&a))
		CHECK_OK(options_take(&o, &a, &wrong));
	CHECK(o.is_json && o.is_dry_run && o.is_quiet && !o.is_yes);
	CHECK(strcmp(o.socket, "/a") == 0);
	CHECK(strcmp(o.lang, "pl") == 0);
	CHECK(o.color == OPTIONS_COLOR_OFF);
}

TEST(json_and_lang_count_even_behind_what_is_wrong)
{
	char *v[] = {"--bogus", "status", "--json", "--lang=pl", NULL};
	struct args a = args_of(v);
	struct options o;

	options_init(&o, &a);
	CHECK(o.is_json && strcmp(o.lang, "pl") == 0);
}

TEST(what_stands_behind_two_dashes_is_a_word)
{
	char *v[] = {"--", "--json", NULL};
	struct args a = args_of(v);
	struct options o;

	options_init(&o, &a);
	CHECK(!o.is_json);
	CHECK(!args_is_option(&a));
	CHECK(strcmp(args_take(&a), "--json") == 0);
	CHECK(args_peek(&a) == NULL);
}

TEST(a_missing_or_foreign_value_is_named)
{
	char *values[][3] = {{"--socket", NULL, NULL},
			     {"--color", "blue", NULL},
			     {"--lang", "de", NULL},
			     {"--socket=", NULL, NULL}};

	for (size_t i = 0; i < 4; i++) {
		struct args a = args_of(values[i]);
		const char *wrong = NULL;
		struct options o;

		options_init(&o, &a);
		CHECK_ERR(options_take(&o, &a, &wrong), WICI_USAGE);
		CHECK(strcmp(wrong, values[i][0]) == 0);
	}
}

TEST(a_dash_alone_is_a_file)
{
	char *v[] = {"-", NULL};
	struct args a = args_of(v);

	CHECK(!args_is_option(&a));
}

TEST(underscores_and_dashes_are_alike_in_names)
{
	CHECK(args_is("--valid-until", "valid_until"));
	CHECK(args_is("--valid_until=2026", "valid_until"));
	CHECK(!args_is("--valid", "valid_until"));
	CHECK(!args_is("--valid-until-x", "valid_until"));
	CHECK(!args_is("valid-until", "valid_until"));
}

TEST(the_environment_names_the_socket)
{
	struct args none = {.v = NULL};
	struct options o;

	CHECK(setenv("WICI_SOCKET", "/tmp/x.sock", 1) == 0);
	options_init(&o, &none);
	CHECK(strcmp(o.socket, "/tmp/x.sock") == 0);
	CHECK(setenv("WICI_SOCKET", "", 1) == 0);
	options_init(&o, &none);
	CHECK(strcmp(o.socket, OPTIONS_SOCKET) == 0);
}

TEST_MAIN(RUN(options_of_all_shapes_are_taken),
	  RUN(json_and_lang_count_even_behind_what_is_wrong),
	  RUN(what_stands_behind_two_dashes_is_a_word),
	  RUN(a_missing_or_foreign_value_is_named), RUN(a_dash_alone_is_a_file),
	  RUN(underscores_and_dashes_are_alike_in_names),
	  RUN(the_environment_names_the_socket))
