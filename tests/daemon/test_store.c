/* tests/daemon/test_store.c — Who may open the store, and what is not taken
 * for one. */
#include "daemon/store/store.h"

#include <sys/stat.h>
#include <sys/wait.h>

#include "daemon/store/private.h"
#include "tests/daemon/test_store.h"

/* The store is not opened; the sentence says why. */
static void check_refused(struct box *b, const char *path, enum wici_err err,
			  const char *words)
{
	struct store *s = NULL;
	enum wici_err got = store_open(&s, path, b->why, sizeof(b->why));

	if (got != err || !strstr(b->why, words))
		print_error("%s: %s (%s)\n", path, wici_err_code(got), b->why);
	CHECK(got == err);
	CHECK(!s);
	CHECK(strstr(b->why, words));
}

/* SQL of somebody else's, or of another version's. */
static void run_sql(const char *path, const char *sql)
{
	sqlite3 *db;

	CHECK(sqlite3_open(path, &db) == SQLITE_OK);
	CHECK(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK);
	CHECK(sqlite3_close(db) == SQLITE_OK);
}

TEST(a_second_daemon_is_refused_at_open)
{
	struct box b;
	int up[2], down[2], status;
	char c = 0;
	pid_t pid;

	box_make(&b);
	CHECK(pipe(up) == 0 && pipe(down) == 0);
	/* The child comes first, so that what refuses us is its lock and not
	 * something we have inherited. */
	pid = fork();
	if (pid == 0) {
		if (store_open(&b.s, b.path, b.why, sizeof(b.why)))
			_exit(1);
		(void)!write(up[1], "o", 1);
		(void)!read(down[0], &c, 1);
		store_close(b.s);
		_exit(0);
	}
	CHECK(read(up[0], &c, 1) == 1);
	check_refused(&b, b.path, WICI_BUSY, "only one wicid");
	CHECK(write(down[1], "c", 1) == 1);
	CHECK(waitpid(pid, &status, 0) == pid && status == 0);
	box_reopen(&b);
	box_drop(&b);
	for (int i = 0; i < 2; i++)
		(void)(close(up[i]) + close(down[i]));
}

TEST(a_newer_store_is_refused_and_left_as_it_was)
{
	static uint8_t before[1 << 20], after[1 << 20];
	struct box b;
	char sql[48];
	size_t len;

	box_open(&b);
	store_close(b.s);
	b.s = NULL;
	(void)snprintf(sql, sizeof(sql), "PRAGMA user_version = %d",
		       STORE_SCHEMA_VERSION + 1);
	run_sql(b.path, sql);
	len = file_read(b.path, before, sizeof(before));
	check_refused(&b, b.path, WICI_NEWER_NEEDED, "newer version of wici");
	CHECK(file_read(b.path, after, sizeof(after)) == len);
	CHECK(memcmp(before, after, len) == 0);
	box_drop(&b);
}

TEST(another_programs_database_is_refused_and_left_as_it_was)
{
	static const char *const others[] = {
		"CREATE TABLE t (x)",
		"PRAGMA application_id = 99",
		"PRAGMA application_id = 99; CREATE TABLE t (x)",
		"PRAGMA user_version = 1",
		/* Ours by its id, but no version of ours. */
		"PRAGMA application_id = 0x77696369; CREATE TABLE t (x)",
	};
	static uint8_t before[1 << 16], after[1 << 16];
	struct box b;
	size_t len;

	for (size_t i = 0; i < STORE_COUNT(others); i++) {
		box_make(&b);
		run_sql(b.path, others[i]);
		len = file_read(b.path, before, sizeof(before));
		check_refused(&b, b.path, WICI_STORE, "not a wici store");
		CHECK(file_read(b.path, after, sizeof(after)) == len);
		CHECK(memcmp(before, after, len) == 0);
		box_drop(&b);
	}
}

TEST(what_is_not_a_database_is_refused_and_left_as_it_was)
{
	static uint8_t text[8192], after[1 << 16];
	struct box b;

	memset(text, 'x', sizeof(text));
	for (size_t len = 1; len <= sizeof(text); len *= 2) {
		box_make(&b);
		file_write(b.path, text, len);
		check_refused(&b, b.path, WICI_STORE, "not a wici store");
		CHECK(file_read(b.path, after, sizeof(after)) == len);
		CHECK(memcmp(text, after, len) == 0);
		box_drop(&b);
	}
}

TEST(links_folders_and_pipes_are_refused)
{
	struct box b;
	char other[240];

	box_open(&b);
	store_close(b.s);
	b.s = NULL;
	(void)snprintf(other, sizeof(other), "%s/other", b.dir);
	CHECK(symlink(b.path, other) == 0);
	check_refused(&b, other, WICI_STORE, "symbolic link");
	CHECK(unlink(other) == 0);
	CHECK(symlink("nowhere", other) == 0);
	check_refused(&b, other, WICI_STORE, "symbolic link");
	CHECK(unlink(other) == 0);
	CHECK(mkfifo(other, 0600) == 0);
	check_refused(&b, other, WICI_STORE, "not a wici store");
	CHECK(unlink(other) == 0);
	check_refused(&b, b.dir, WICI_STORE, "not a wici store");
	(void)snprintf(other, sizeof(other), "%s/none/store", b.dir);
	check_refused(&b, other, WICI_IO, "folder");
	(void)snprintf(other, sizeof(other), "%s/store/store", b.dir);
	check_refused(&b, other, WICI_IO, "folder");
	box_drop(&b);
}

TEST(a_store_under_a_linked_folder_opens)
{
	struct box b;
	char link[240], path[260];

	box_make(&b);
	(void)snprintf(link, sizeof(link), "%s-link", b.dir);
	(void)snprintf(path, sizeof(path), "%s/store", link);
	CHECK(symlink(b.dir, link) == 0);
	CHECK_OK(store_open(&b.s, path, b.why, sizeof(b.why)));
	CHECK(unlink(link) == 0);
	box_drop(&b);
}

/* Opens as a user who is not root; the error is the exit status. */
static int open_as_nobody(struct box *b, const char *path)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		struct store *s;

		if (geteuid() == 0 && setuid(65534) != 0)
			_exit(99);
		_exit((int)store_open(&s, path, b->why, sizeof(b->why)));
	}
	CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
	return WEXITSTATUS(status);
}

TEST(who_has_no_permission_is_told_so)
{
	struct box b;
	char other[240];

	box_open(&b);
	store_close(b.s);
	b.s = NULL;
	CHECK(chmod(b.path, 0400) == 0 && chmod(b.dir, 0555) == 0);
	CHECK(open_as_nobody(&b, b.path) == WICI_NOT_PERMITTED);
	CHECK(chmod(b.path, 0444) == 0); /* Readable, but not more. */
	CHECK(open_as_nobody(&b, b.path) == WICI_NOT_PERMITTED);
	(void)snprintf(other, sizeof(other), "%s/new", b.dir);
	CHECK(open_as_nobody(&b, other) == WICI_NOT_PERMITTED);
	CHECK(chmod(b.dir, 0700) == 0);
	box_drop(&b);
}

TEST(a_new_store_is_its_owners_alone_whatever_the_umask)
{
	struct box b;
	struct stat st;
	mode_t old = umask(0);

	box_open(&b);
	(void)umask(old);
	CHECK(stat(b.path, &st) == 0 && (st.st_mode & 0777) == 0600);
	box_drop(&b);
}

/* Cut anywhere, the file is refused with a sentence, or what is lost is an
 * entry, said by an error: never a crash, never other bytes. */
TEST(a_store_cut_anywhere_is_an_error_or_whole)
{
	static uint8_t whole[1 << 20];
	struct box b;
	struct chain c;
	struct entry_row row;
	size_t len, opened = 0;

	box_open(&b);
	CHECK_OK(store_begin(b.s));
	chain_start(&c, b.s, 1);
	for (int i = 0; i < 20; i++)
		chain_append(&c, b.s, WICI_BYTES("an entry"), &row);
	CHECK_OK(store_commit(b.s));
	store_close(b.s);
	b.s = NULL;
	len = file_read(b.path, whole, sizeof(whole));
	for (size_t cut = 1; cut < len; cut += cut < 2048 ? 1 : 512) {
		file_write(b.path, whole, cut);
		b.why[0] = '\0';
		if (store_open(&b.s, b.path, b.why, sizeof(b.why))) {
			CHECK(strlen(b.why) > 20);
			continue;
		}
		opened++;
		for (int64_t n = 1; n <= 20; n++)
			if (entry_get(b.s, n, &row) == WICI_OK)
				CHECK(wici_bytes_is(row.entry.payload,
						    "an entry"));
		store_close(b.s);
		b.s = NULL;
	}
	CHECK(opened < 8); /* Cut in what the last page leaves unused. */
	box_drop(&b);
}

TEST(free_space_is_the_disks_until_a_test_says_otherwise)
{
	struct box b;

	box_open(&b);
	CHECK(store_free_bytes(b.s) > 0);
	store_set_free_for_test(b.s, STORE_RESERVE_BYTES - 1);
	CHECK(store_free_bytes(b.s) == STORE_RESERVE_BYTES - 1);
	box_drop(&b);
}

TEST_MAIN(RUN(a_second_daemon_is_refused_at_open),
	  RUN(a_newer_store_is_refused_and_left_as_it_was),
	  RUN(another_programs_database_is_refused_and_left_as_it_was),
	  RUN(what_is_not_a_database_is_refused_and_left_as_it_was),
	  RUN(links_folders_and_pipes_are_refused),
	  RUN(a_store_under_a_linked_folder_opens),
	  RUN(who_has_no_permission_is_told_so),
	  RUN(a_new_store_is_its_owners_alone_whatever_the_umask),
	  RUN(a_store_cut_anywhere_is_an_error_or_whole),
	  RUN(free_space_is_the_disks_until_a_test_says_otherwise))
