/* tests/daemon/test_store_crash.c — What is in the store after a rollback, a
 * kill, a full disk, a write that failed. */
#include "daemon/store/store.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "daemon/store/book.h"
#include "daemon/store/private.h"
#include "tests/daemon/test_store.h"

TEST(what_was_committed_is_there_and_what_was_not_is_not)
{
	struct box b;
	struct chain c;
	struct entry_row row;

	box_open(&b);
	CHECK_OK(store_begin(b.s));
	CHECK(store_is_open(b.s));
	chain_start(&c, b.s, 1);
	chain_append(&c, b.s, WICI_BYTES("one"), &row);
	CHECK_OK(store_commit(b.s));
	CHECK(!store_is_open(b.s));

	CHECK_OK(store_begin(b.s));
	chain_append(&c, b.s, WICI_BYTES("two"), &row);
	store_rollback(b.s);
	CHECK(!store_is_open(b.s));
	CHECK(entries(b.s) == 1);

	CHECK_OK(store_begin(b.s));
	c.seq = 1;
	chain_append(&c, b.s, WICI_BYTES("two"), &row);
	box_reopen(&b); /* Closed in a transaction. */
	CHECK(entries(b.s) == 1);
	box_drop(&b);
}

TEST(a_quiet_checkpoint_brings_everything_into_the_file_itself)
{
	static uint8_t bytes[1 << 20];
	struct box b, copy;
	struct chain c;
	struct entry_row row;

	box_open(&b);
	box_make(&copy);
	CHECK_OK(store_begin(b.s));
	chain_start(&c, b.s, 1);
	chain_append(&c, b.s, WICI_BYTES("one"), &row);
	CHECK_OK(store_commit(b.s));
	/* Rows that were lent hold nothing back. */
	CHECK_OK(entry_get(b.s, 1, &row));
	CHECK_OK(store_checkpoint(b.s));
	store_shrink(b.s);
	file_write(copy.path, bytes, file_read(b.path, bytes, sizeof(bytes)));
	box_reopen(&copy);
	CHECK(entries(copy.s) == 1);
	box_drop(&copy);
	box_drop(&b);
}

TEST(a_full_disk_is_said_and_everything_before_is_still_there)
{
	static const uint8_t payload[4000];
	struct wici_bytes bytes = {payload, sizeof(payload)};
	struct box b;
	struct chain c;
	struct entry_row row;
	enum wici_err err = WICI_OK;

	box_open(&b);
	CHECK_OK(store_begin(b.s));
	chain_start(&c, b.s, 1);
	for (int i = 0; i < 10; i++)
		chain_append(&c, b.s, bytes, &row);
	CHECK_OK(store_commit(b.s));

	store_limit_pages_for_test(b.s, 60);
	for (int again = 0; again < 3; again++) {
		struct chain full = c;

		CHECK_OK(store_begin(b.s));
		for (int i = 0; i < 60 && !err; i++) {
			chain_next(&full, bytes, &row);
			err = entry_append(b.s, &row);
		}
		CHECK(err == WICI_FULL);
		CHECK(strlen(store_problem(b.s)) > 0);
		CHECK_ERR(book_set_int(b.s, "half", 1), WICI_FULL);
		if (again)
			store_rollback(b.s);
		else
			CHECK_ERR(store_commit(b.s), WICI_FULL);
		CHECK(!store_is_open(b.s));
		CHECK(entries(b.s) == 10);
		CHECK_ERR(book_get_int(b.s, "half", &row.n), WICI_NOT_FOUND);
		err = WICI_OK;
	}
	store_limit_pages_for_test(b.s, 100000);
	CHECK_OK(store_begin(b.s));
	chain_append(&c, b.s, bytes, &row);
	CHECK_OK(store_commit(b.s));
	box_reopen(&b);
	CHECK(entries(b.s) == 11);
	for (int64_t n = 1; n <= 11; n++)
		CHECK_OK(entry_get(b.s, n, &row));
	box_drop(&b);
}

/* The child may not write files longer than this: the kernel refuses the
 * write in the middle of a commit. 0: no error came. */
static int write_until_refused(struct box *b, struct chain *c)
{
	static const uint8_t payload[4000];
	struct rlimit limit = {400000, 400000};
	struct entry_row row;
	enum wici_err err = store_open(&b->s, b->path, b->why, sizeof(b->why));

	(void)signal(SIGXFSZ, SIG_IGN);
	if (err || setrlimit(RLIMIT_FSIZE, &limit) != 0)
		return 99;
	for (int i = 0; i < 200; i++) {
		err = store_begin(b->s);
		chain_next(c, (struct wici_bytes){payload, sizeof(payload)},
			   &row);
		if (!err)
			err = entry_append(b->s, &row);
		if (!err)
			err = store_commit(b->s);
		if (err)
			return store_is_open(b->s) ? 98 : (int)err;
	}
	return 0;
}

TEST(a_failed_write_is_an_error_of_the_store_and_loses_nothing_before)
{
	struct box b;
	struct chain c;
	struct entry_row row;
	int64_t count;
	int status;
	pid_t pid;

	box_open(&b);
	CHECK_OK(store_begin(b.s));
	chain_start(&c, b.s, 1);
	CHECK_OK(store_commit(b.s));
	store_close(b.s);
	b.s = NULL;
	pid = fork();
	if (pid == 0)
		_exit(write_until_refused(&b, &c));
	CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
	CHECK(WEXITSTATUS(status) == WICI_STORE);
	box_reopen(&b);
	count = entries(b.s);
	CHECK(count > 10);
	for (int64_t n = 1; n <= count; n++)
		CHECK_OK(entry_get(b.s, n, &row));
	box_drop(&b);
}

/* Commits three entries at a time and tells each n once it is durable. */
static _Noreturn void commit_for_ever(struct box *b, struct chain *c, int fd)
{
	struct entry_row row;

	if (store_open(&b->s, b->path, b->why, sizeof(b->why)))
		_exit(1);
	for (;;) {
		if (store_begin(b->s))
			_exit(2);
		for (int i = 0; i < 3; i++) {
			chain_next(c, WICI_BYTES("acknowledged"), &row);
			if (entry_append(b->s, &row))
				_exit(3);
		}
		if (store_commit(b->s))
			_exit(4);
		if (write(fd, &row.n, sizeof(row.n)) != sizeof(row.n))
			_exit(5);
	}
}

TEST(kill_9_loses_nothing_that_was_acknowledged)
{
	struct box b;
	struct chain c;
	struct entry_row row;
	int64_t last = 0, n;
	int fd[2], status;
	pid_t pid;

	box_open(&b);
	CHECK_OK(store_begin(b.s));
	chain_start(&c, b.s, 1);
	CHECK_OK(store_commit(b.s));
	for (int round = 1; round <= 20; round++) {
		store_close(b.s);
		b.s = NULL;
		CHECK(pipe(fd) == 0);
		pid = fork();
		if (pid == 0)
			commit_for_ever(&b, &c, fd[1]);
		(void)close(fd[1]);
		for (int i = 0; i < 3 * round; i++)
			CHECK(read(fd[0], &last, sizeof(last)) == sizeof(last));
		(void)usleep((useconds_t)(round * 137));
		CHECK(kill(pid, SIGKILL) == 0);
		CHECK(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status));
		while (read(fd[0], &n, sizeof(n)) == sizeof(n))
			last = n;
		(void)close(fd[0]);

		box_reopen(&b);
		n = entries(b.s);
		CHECK(n >= last && n % 3 == 0);
		for (int64_t i = n; i > 0 && i > n - 200; i--) {
			CHECK_OK(entry_get(b.s, i, &row));
			row.entry.header.feed = c.key;
			CHECK_OK(wici_entry_verify(&row.entry.header,
						   &row.entry.sig, &c.network));
		}
		CHECK_OK(entry_get(b.s, n, &row));
		c.seq = row.entry.header.seq;
		c.id = row.id;
	}
	box_drop(&b);
}

TEST(writing_outside_a_transaction_is_our_own_bug)
{
	struct box b;
	int status;
	pid_t pid;

	box_make(&b);
	pid = fork();
	if (pid == 0) {
		struct rlimit none = {0, 0};

		(void)setrlimit(RLIMIT_CORE, &none);
		if (store_open(&b.s, b.path, b.why, sizeof(b.why)))
			_exit(1);
		_exit((int)book_set_int(b.s, "alone", 1));
	}
	CHECK(waitpid(pid, &status, 0) == pid);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	box_drop(&b);
}

TEST_MAIN(RUN(what_was_committed_is_there_and_what_was_not_is_not),
	  RUN(a_quiet_checkpoint_brings_everything_into_the_file_itself),
	  RUN(a_full_disk_is_said_and_everything_before_is_still_there),
	  RUN(a_failed_write_is_an_error_of_the_store_and_loses_nothing_before),
	  RUN(kill_9_loses_nothing_that_was_acknowledged),
	  RUN(writing_outside_a_transaction_is_our_own_bug))
