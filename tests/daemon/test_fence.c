/* tests/daemon/test_fence.c — When the fence seals, and when it does not. */
#include "daemon/fence.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/test.h"

struct place {
	char path[200];
	int fd;
	struct fence f;
	const char *sealed;
};

static void place_make(struct place *p)
{
	const char *tmp = getenv("TMPDIR");

	memset(p, 0, sizeof(*p));
	(void)snprintf(p->path, sizeof(p->path), "%.150s/wici-fence-XXXXXX",
		       tmp ? tmp : "/tmp");
	CHECK(mkdtemp(p->path));
	p->fd = open(p->path, O_RDONLY | O_DIRECTORY);
	CHECK(p->fd >= 0);
	fence_init(&p->f, "one");
}

static void place_drop(struct place *p)
{
	fence_close(&p->f);
	(void)unlinkat(p->fd, "fence", 0);
	(void)unlinkat(p->fd, "copy", 0);
	(void)unlinkat(p->fd, "lock", 0);
	(void)close(p->fd);
	CHECK(rmdir(p->path) == 0);
}

static struct wici_head head(uint64_t seq)
{
	struct wici_head h = {.feed = {{1}}, .seq = seq};

	h.id.b[0] = (uint8_t)seq;
	return h;
}

static const char *judge(struct place *p, const char *machine, uint64_t seq)
{
	struct wici_head stored = head(seq);

	fence_close(&p->f);
	fence_init(&p->f, machine);
	CHECK_OK(fence_open(&p->f, p->fd, &stored, &p->sealed));
	return p->sealed;
}

static void write_fence(struct place *p, uint64_t seq)
{
	struct wici_head h = head(seq);

	CHECK_OK(fence_write(&p->f, p->fd, &h));
}

static bool is(const char *a, const char *b)
{
	return a && strcmp(a, b) == 0;
}

TEST(a_store_ahead_of_the_fence_was_a_crash_and_the_fence_advances)
{
	struct place p;

	place_make(&p);
	CHECK(!judge(&p, "one", 0)); /* Nothing there, nothing to fear. */
	write_fence(&p, 0);
	write_fence(&p, 3);
	CHECK(!judge(&p, "one", 3));
	CHECK(!judge(&p, "one", 5));
	CHECK(!judge(&p, "one", 5));
	CHECK(is(judge(&p, "one", 4), "fence_ahead")); /* It did advance. */
	place_drop(&p);
}

TEST(an_older_store_seals)
{
	struct wici_head other = head(3);
	struct place p;

	place_make(&p);
	write_fence(&p, 3);
	CHECK(is(judge(&p, "one", 2), "fence_ahead"));
	CHECK(is(judge(&p, "one", 0), "fence_ahead"));
	/* The same number, but another entry. */
	other.id.b[0] = 99;
	fence_close(&p.f);
	fence_init(&p.f, "one");
	CHECK_OK(fence_open(&p.f, p.fd, &other, &p.sealed));
	CHECK(is(p.sealed, "fence_ahead"));
	place_drop(&p);
}

TEST(another_machine_seals_and_an_unknown_one_does_not)
{
	struct place p;

	place_make(&p);
	write_fence(&p, 3);
	CHECK(is(judge(&p, "two", 3), "machine"));
	CHECK(!judge(&p, NULL, 3));
	CHECK(!judge(&p, "one", 3));
	place_drop(&p);
}

TEST(a_copied_fence_seals)
{
	uint8_t b[512];
	struct place p;
	ssize_t n;
	int from, to;

	place_make(&p);
	write_fence(&p, 3);
	from = openat(p.fd, "fence", O_RDONLY);
	to = openat(p.fd, "copy", O_WRONLY | O_CREAT, 0600);
	n = read(from, b, sizeof(b));
	CHECK(n > 0 && write(to, b, (size_t)n) == n);
	(void)close(from);
	(void)close(to);
	CHECK(renameat(p.fd, "copy", p.fd, "fence") == 0);
	CHECK(is(judge(&p, "one", 3), "copied"));
	place_drop(&p);
}

TEST(a_missing_fence_seals_a_feed_that_has_entries)
{
	struct place p;

	place_make(&p);
	CHECK(is(judge(&p, "one", 1), "missing"));
	place_drop(&p);
}

TEST(every_truncation_and_every_flipped_byte_seals)
{
	uint8_t b[512];
	struct place p;
	ssize_t n;
	int fd;

	place_make(&p);
	write_fence(&p, 3);
	fd = openat(p.fd, "fence", O_RDWR);
	n = pread(fd, b, sizeof(b), 0);
	CHECK(n > 0);
	for (ssize_t i = 0; i < n; i++) {
		b[i] ^= 0x40;
		CHECK(pwrite(fd, b, (size_t)n, 0) == n);
		CHECK(is(judge(&p, "one", 3), "damaged"));
		b[i] ^= 0x40;
	}
	for (ssize_t i = n - 1; i >= 0; i--) {
		CHECK(ftruncate(fd, i) == 0);
		CHECK(is(judge(&p, "one", 3), "damaged"));
	}
	(void)close(fd);
	place_drop(&p);
}

TEST(a_new_feed_gets_a_fence_of_its_own)
{
	struct wici_head h = {.feed = {{2}}};
	struct place p;

	place_make(&p);
	write_fence(&p, 0); /* Feed 1 never had an entry. */
	CHECK_OK(fence_write(&p.f, p.fd, &h));
	fence_close(&p.f);
	fence_init(&p.f, "one");
	CHECK_OK(fence_open(&p.f, p.fd, &h, &p.sealed));
	CHECK(!p.sealed && wici_key_equal(&p.f.head.feed, &h.feed));
	place_drop(&p);
}

/* What could not be written is no fence yet; the next write makes it whole. */
TEST(a_fence_that_could_not_be_made_is_made_by_the_next_write)
{
	struct rlimit none = {0, RLIM_INFINITY};
	struct rlimit before;
	struct wici_head h = head(1);
	struct place p;

	place_make(&p);
	(void)signal(SIGXFSZ, SIG_IGN);
	CHECK(getrlimit(RLIMIT_FSIZE, &before) == 0);
	CHECK(setrlimit(RLIMIT_FSIZE, &none) == 0);
	CHECK_ERR(fence_write(&p.f, p.fd, &h), WICI_IO);
	CHECK(setrlimit(RLIMIT_FSIZE, &before) == 0);
	CHECK_OK(fence_write(&p.f, p.fd, &h));
	CHECK(judge(&p, "one", 1) == NULL);
	place_drop(&p);
}

TEST(one_process_a_folder)
{
	struct place p;
	int first, second, status = 0;
	pid_t child;

	place_make(&p);
	CHECK_OK(fence_lock(p.fd, &first));
	child = fork();
	if (child == 0)
		_exit(fence_lock(p.fd, &second) == WICI_BUSY ? 0 : 1);
	CHECK(waitpid(child, &status, 0) == child && status == 0);
	(void)close(first);
	CHECK_OK(fence_lock(p.fd, &first));
	(void)close(first);
	place_drop(&p);
}

TEST_MAIN(RUN(a_store_ahead_of_the_fence_was_a_crash_and_the_fence_advances),
	  RUN(an_older_store_seals),
	  RUN(another_machine_seals_and_an_unknown_one_does_not),
	  RUN(a_copied_fence_seals),
	  RUN(a_missing_fence_seals_a_feed_that_has_entries),
	  RUN(every_truncation_and_every_flipped_byte_seals),
	  RUN(a_new_feed_gets_a_fence_of_its_own),
	  RUN(a_fence_that_could_not_be_made_is_made_by_the_next_write),
	  RUN(one_process_a_folder))
