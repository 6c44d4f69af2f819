/* tests/client/test_process_list.c — Lists of processes have a row for each,
 * whatever the sides are called, and a day as it was said. */
#include "client/cmd.h"
#include "client/say.h"
#include "tests/test.h"

#include <stdlib.h>
#include <unistd.h>

/* What the list of visits prints, of one whose sides are called so. */
static char *printed(const char *guest, const char *until)
{
	static char text[8000];
	struct client c;
	int was = dup(STDOUT_FILENO);
	FILE *to = tmpfile();
	size_t len;

	CHECK(to && was >= 0);
	say_init("en");
	client_init(&c);
	c.noun = "visit";
	c.result = json_pack(
		"{s:[{s:s,s:s,s:{s:s,s:s,s:{s:s,s:s},s:[{s:s,s:s},{s:n,s:s}]}}]"
		"}",
		"items", "id", "0123456789abcdef", "title", "Klub", "process",
		"day", "2027-03-01", "until", until, "state_label", "pl", "x",
		"en", "proposed", "sides", "name", guest, "identity", "aa",
		"name", "identity", "fedcba9876543210");
	CHECK(c.result);
	(void)fflush(stdout);
	CHECK(dup2(fileno(to), STDOUT_FILENO) >= 0);
	cmd_kind_list_print(&c);
	(void)fflush(stdout);
	CHECK(dup2(was, STDOUT_FILENO) >= 0);
	(void)close(was);
	rewind(to);
	len = fread(text, 1, sizeof(text) - 1, to);
	text[len] = '\0';
	(void)fclose(to);
	client_clear(&c);
	return text;
}

TEST(a_long_name_loses_no_row)
{
	char name[201] = "";

	for (size_t i = 0; i < 200; i++) {
		char *text;

		name[i] = 'x';
		name[i + 1] = '\0';
		if (i > 100 && i % 2 == 0) {
			memcpy(name + i - 1, "ż", 2);
			name[i + 1] = '\0';
		}
		text = printed(name, "2027-03-01");
		CHECK(strstr(text, "0123456789"));
	}
}

TEST(a_month_is_no_day)
{
	CHECK(strstr(printed("MOPR", "2027-03-01"), "2027-03-01"));
	CHECK(!strstr(printed("MOPR", "2027-03-31"), "2027-03-01"));
	CHECK(strstr(printed("MOPR", "2027-03-31"), "2027-03"));
	CHECK(!strstr(printed("MOPR", "2027-12-31"), "2027-03"));
}

TEST_MAIN(RUN(a_long_name_loses_no_row), RUN(a_month_is_no_day))
