/* tests/client/test_reference.c — README.md has the reference that the table of
 * kinds makes: wici kinds --markdown, between its two marks. */
#include "client/reference.h"

#include <stdlib.h>
#include <string.h>

#include "tests/test.h"

#define BEGIN "<!-- begin of kinds -->\n"
#define END   "<!-- end of kinds -->\n"

static char *read_all(const char *path)
{
	FILE *f = fopen(path, "r");
	size_t len;
	char *text = malloc(1 << 20);

	CHECK(f && text);
	len = fread(text, 1, (1 << 20) - 1, f);
	text[len] = '\0';
	(void)fclose(f);
	return text;
}

TEST(the_readme_has_the_table_of_kinds)
{
	char *readme = read_all("README.md");
	char *from = strstr(readme, BEGIN);
	char *to = strstr(readme, END);
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	CHECK(from && to && out);
	reference_write(out);
	(void)fclose(out);
	from += strlen(BEGIN);
	if ((size_t)(to - from) != len || memcmp(from, text, len) != 0)
		print_error("README.md differs: put `wici kinds --markdown` "
			    "between its marks\n");
	CHECK((size_t)(to - from) == len && memcmp(from, text, len) == 0);
	free(text);
	free(readme);
}

TEST_MAIN(RUN(the_readme_has_the_table_of_kinds))
