/* tests/client/test_catalog.c — Polish: every sentence of the source is in
 * client/po/pl.po, and a .mo file is read without believing it. */
#include "client/catalog.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/test.h"

static char folder[] = "/tmp/wici-test-XXXXXX";

static const char *mo_path(void)
{
	static char path[64];

	(void)snprintf(path, sizeof(path), "%s/pl.mo", folder);
	return path;
}

static void make_mo(void)
{
	char command[200];

	if (strstr(folder, "XXXXXX"))
		CHECK(mkdtemp(folder) != NULL);
	(void)snprintf(command, sizeof(command),
		       "msgfmt --check-format -o %s client/po/pl.po",
		       mo_path());
	CHECK(system(command) == 0);
}

static void remove_mo(void)
{
	(void)unlink(mo_path());
	(void)rmdir(folder);
	memcpy(folder + sizeof(folder) - 7, "XXXXXX", 6);
}

TEST(every_sentence_of_the_source_is_translated)
{
	char command[500];

	make_mo();
	(void)snprintf(command, sizeof(command),
		       "xgettext --from-code=UTF-8 -L C --keyword=_ "
		       "--keyword=N_ --keyword=say_n:1,2 -o %s/wici.pot "
		       "client/*.c && msgcmp client/po/pl.po %s/wici.pot",
		       folder, folder);
	CHECK(system(command) == 0);
	(void)snprintf(command, sizeof(command), "%s/wici.pot", folder);
	(void)unlink(command);
	remove_mo();
}

TEST(a_sentence_and_its_plurals_are_found)
{
	struct catalog cat;
	struct wici_bytes b;
	const char *few;

	make_mo();
	CHECK_OK(catalog_open(&cat, mo_path()));
	b = catalog_find(&cat, "REVOKED");
	CHECK(b.p && strcmp((const char *)b.p, "ODEBRANY") == 0);
	b = catalog_find(&cat, "%zu record");
	CHECK(b.p && strcmp((const char *)b.p, "%zu rekord") == 0);
	few = (const char *)b.p + strlen((const char *)b.p) + 1;
	CHECK(strcmp(few, "%zu rekordy") == 0);
	CHECK(catalog_find(&cat, "no such sentence").p == NULL);
	catalog_close(&cat);
	remove_mo();
}

/* Each byte of the file's head and tables is spoilt in turn; whatever comes
 * out lies within the file (a sanitizer watches). */
TEST(a_spoilt_catalogue_is_refused_or_harmless)
{
	struct catalog cat;
	size_t whole;

	make_mo();
	CHECK_OK(catalog_open(&cat, mo_path()));
	whole = cat.len;
	for (size_t i = 0; i < whole && i < 4000; i++) {
		uint8_t was = cat.file[i];

		cat.file[i] ^= 0xff;
		if (i >= 28) {
			struct wici_bytes b = catalog_find(&cat, "REVOKED");

			CHECK(!b.p || (b.p >= cat.file &&
				       b.p + b.len <= cat.file + whole));
		}
		cat.file[i] = was;
	}
	catalog_close(&cat);
	for (off_t len = 0; len < 2000; len += 7) {
		CHECK(truncate(mo_path(), len) == 0);
		if (catalog_open(&cat, mo_path()) == WICI_OK)
			(void)catalog_find(&cat, "REVOKED");
		catalog_close(&cat);
		make_mo();
		len += len < 40 ? 0 : 200;
	}
	remove_mo();
	CHECK_ERR(catalog_open(&cat, "/nonexistent/pl.mo"), WICI_IO);
}

TEST_MAIN(RUN(every_sentence_of_the_source_is_translated),
	  RUN(a_sentence_and_its_plurals_are_found),
	  RUN(a_spoilt_catalogue_is_refused_or_harmless))
