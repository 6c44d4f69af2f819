/* tests/daemon/test_attachment_disk.c — What a disk, or somebody at it, does to an
 * attachment while wicid runs. */
#include "daemon/attachments.h"

#include "tests/daemon/filed.h"

#include <sys/stat.h>

static const char *read_it(struct fixture *f, const struct attached *a)
{
	char json[200];

	(void)snprintf(json, sizeof(json), "{'root':'%s','size':%llu}", a->hex,
		       (unsigned long long)a->size);
	return call(f, "attachment.read", json);
}

/* While it runs: a byte; some of the end; all of it; the tree, and a byte. */
static void spoil_file(const struct fixture *f, const struct attached *a,
		       unsigned how)
{
	if (how == 3)
		CHECK(unlink(filed_path(f, a, ".tree")) == 0);
	if (how == 0 || how == 3)
		filed_flip(filed_path(f, a, ""), 40000);
	else if (how == 1)
		CHECK(truncate(filed_path(f, a, ""), 40000) == 0);
	else
		CHECK(unlink(filed_path(f, a, "")) == 0);
}

/* It is never given, and wanted again from the first time it is asked for. */
TEST(what_was_spoilt_while_it_ran_is_not_given_and_is_wanted_again)
{
	struct fixture f;
	struct wici_message m;
	struct attached a;
	uint32_t from, to;

	for (unsigned how = 0; how < 4; how++) {
		call_found(&f);
		attached_make(&a, 100 * KIB, 16);
		filed_add(&f, &a);
		(void)filed_name(&f, &a, NULL);
		fixture_reopen(&f);
		spoil_file(&f, &a, how);
		CHECK(has(read_it(&f, &a), "not_found"));
		CHECK(!filed_is_whole(&f, &a));
		fixture_rest(&f);
		CHECK(filed_why(&f, &a) == ATTACHMENT_ASKED);
		CHECK(attachments_lacks(f.n, &a.root, a.size, &from, &to));
		CHECK_ERR(attachments_give(f.n, &a.root, a.size, 1, 1, &m),
			  WICI_NOT_FOUND);
		for (uint32_t i = 0; i < a.count && !filed_is_whole(&f, &a);
		     i++)
			(void)filed_take(&f, &a, i);
		CHECK(filed_is_whole(&f, &a));
		CHECK(has(read_it(&f, &a), "'done':true"));
		attached_clear(&a);
		fixture_drop(&f);
	}
}

static void put_in_place(const char *path, int what)
{
	CHECK(unlink(path) == 0);
	if (what == 0)
		CHECK(mkdir(path, 0700) == 0);
	else if (what == 1)
		CHECK(symlink("/dev/null", path) == 0);
	else
		CHECK(mkfifo(path, 0600) == 0);
}

/* A folder, a link, a pipe: left by somebody who meant well. Others' files, and all
 * else, go on; it is told, and once it is gone the file is fetched. */
TEST(what_cannot_be_opened_in_a_files_place_stops_nobody)
{
	struct fixture f;
	struct wici_message m;
	struct attached a;

	for (int what = 0; what < 3; what++) {
		call_found(&f);
		attached_make(&a, 100 * KIB, 16);
		filed_add(&f, &a);
		(void)filed_name(&f, &a, NULL);
		fixture_reopen(&f);
		put_in_place(filed_path(&f, &a, ""), what);
		CHECK(has(read_it(&f, &a), "not_permitted"));
		CHECK_ERR(attachments_give(f.n, &a.root, a.size, 1, 1, &m),
			  WICI_NOT_PERMITTED);
		fixture_rest(&f);
		fixture_reopen(&f);
		fixture_practice(&f, "Dalej");
		fixture_rest(&f);
		CHECK(remove(filed_path(&f, &a, "")) == 0);
		CHECK(has(read_it(&f, &a), "not_found"));
		fixture_rest(&f);
		CHECK(filed_why(&f, &a) != ATTACHMENT_UNWANTED);
		for (uint32_t i = 0; i < a.count && !filed_is_whole(&f, &a);
		     i++)
			(void)filed_take(&f, &a, i);
		CHECK(has(read_it(&f, &a), "'done':true"));
		attached_clear(&a);
		fixture_drop(&f);
	}
}

TEST_MAIN(RUN(what_was_spoilt_while_it_ran_is_not_given_and_is_wanted_again),
	  RUN(what_cannot_be_opened_in_a_files_place_stops_nobody))
