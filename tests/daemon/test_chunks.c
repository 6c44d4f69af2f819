/* tests/daemon/test_chunks.c — A file in chunks on a disk that forgets, spoils
 * and fills up: what is said to be held is what was sent, byte for byte. */
#include "daemon/chunks.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/daemon/attached.h"

#define SIZE (300 * (uint64_t)WICI_CHUNK_LEN_MAX + 77)

struct box {
	char dir[64];
	int state_fd, fd;
	struct attached a;
	struct chunks *c;
};

static void open_box(struct box *b, uint64_t size)
{
	memset(b, 0, sizeof(*b));
	(void)snprintf(b->dir, sizeof(b->dir), "/tmp/wici-chunks-XXXXXX");
	CHECK(mkdtemp(b->dir));
	b->state_fd = open(b->dir, O_RDONLY | O_DIRECTORY);
	CHECK(b->state_fd >= 0);
	CHECK_OK(chunks_dir_open(b->state_fd, true, &b->fd));
	attached_make(&b->a, size, 1);
}

static void close_box(struct box *b)
{
	DIR *d = fdopendir(b->fd);
	struct dirent *e;

	if (b->c)
		CHECK_OK(chunks_close(b->c));
	rewinddir(d);
	while ((e = readdir(d)))
		(void)unlinkat(b->fd, e->d_name, 0);
	(void)closedir(d);
	CHECK(unlinkat(b->state_fd, CHUNKS_DIR, AT_REMOVEDIR) == 0);
	(void)close(b->state_fd);
	CHECK(rmdir(b->dir) == 0);
	attached_clear(&b->a);
}

static void judge(struct box *b)
{
	unsigned slices = 0;

	while (!chunks_is_judged(b->c)) {
		CHECK_OK(chunks_judge(b->c, 32));
		CHECK(++slices < 100);
	}
}

static void begin(struct box *b)
{
	CHECK_OK(chunks_open(&b->c, b->fd, &b->a.root, b->a.size));
	judge(b);
}

static void again(struct box *b)
{
	CHECK_OK(chunks_close(b->c));
	begin(b);
}

static enum wici_err put(struct box *b, uint32_t i)
{
	struct wici_id path[WICI_CHUNK_PATH_MAX];
	uint32_t count = attached_path(&b->a, i, path);

	return chunks_put(b->c, i, attached_chunk(&b->a, i), path, count);
}

static void check_held(struct box *b, uint32_t i)
{
	static uint8_t buf[WICI_CHUNK_LEN_MAX];
	struct wici_id path[WICI_CHUNK_PATH_MAX];
	struct wici_bytes bytes;
	struct wici_id leaf;
	uint32_t count;

	CHECK_OK(chunks_get(b->c, i, buf, &bytes, path, &count));
	CHECK(wici_bytes_equal(bytes, attached_chunk(&b->a, i)));
	CHECK(wici_chunk_is_of(&b->a.root, b->a.size, i, bytes, path, count,
			       &leaf));
}

static bool is_there(const struct box *b, const char *suffix, mode_t *mode)
{
	char name[80];
	struct stat st;

	(void)snprintf(name, sizeof(name), "%s%s", b->a.hex, suffix);
	if (fstatat(b->fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return false;
	*mode = st.st_mode & 0777;
	return true;
}

static void spoil(const struct box *b, const char *suffix, off_t at)
{
	char name[80];
	uint8_t byte = 0;
	int fd;

	(void)snprintf(name, sizeof(name), "%s%s", b->a.hex, suffix);
	fd = openat(b->fd, name, O_RDWR);
	CHECK(fd >= 0 && pread(fd, &byte, 1, at) == 1);
	byte ^= 4;
	CHECK(pwrite(fd, &byte, 1, at) == 1);
	(void)close(fd);
}

static void remove_file(const struct box *b, const char *suffix)
{
	char name[80];

	(void)snprintf(name, sizeof(name), "%s%s", b->a.hex, suffix);
	CHECK(unlinkat(b->fd, name, 0) == 0);
}

TEST(chunks_in_any_order_make_the_file_and_each_can_be_passed_on_at_once)
{
	struct box b;
	mode_t mode;

	open_box(&b, 20 * WICI_CHUNK_LEN_MAX + 1);
	begin(&b);
	for (uint32_t k = 0; k < b.a.count; k++) {
		uint32_t i = k * 8 % b.a.count;

		CHECK(!chunks_has(b.c, i));
		CHECK_ERR(put(&b, i), k + 1 < b.a.count ? WICI_OK : WICI_END);
		CHECK(chunks_has(b.c, i) && b.c->held == k + 1);
		check_held(&b, i);
		CHECK_ERR(put(&b, i), k + 1 < b.a.count ? WICI_OK : WICI_END);
	}
	CHECK(b.c->is_whole && is_there(&b, "", &mode) && mode == 0600);
	CHECK(is_there(&b, ".tree", &mode) && mode == 0600);
	CHECK(!is_there(&b, ".part", &mode));
	again(&b);
	CHECK(b.c->is_whole && b.c->held == b.a.count);
	for (uint32_t i = 0; i < b.a.count; i++)
		check_held(&b, i);
	close_box(&b);
}

TEST(a_chunk_that_does_not_fit_leaves_nothing)
{
	struct box b;
	struct wici_id path[WICI_CHUNK_PATH_MAX];
	uint32_t count;
	mode_t mode;

	open_box(&b, 3 * WICI_CHUNK_LEN_MAX);
	begin(&b);
	count = attached_path(&b.a, 1, path);
	CHECK_ERR(chunks_put(b.c, 0, attached_chunk(&b.a, 1), path, count),
		  WICI_REJECT_CHUNK);
	CHECK_ERR(chunks_put(b.c, 1, attached_chunk(&b.a, 0), path, count),
		  WICI_REJECT_CHUNK);
	CHECK_ERR(chunks_put(b.c, 3, attached_chunk(&b.a, 1), path, count),
		  WICI_REJECT_CHUNK);
	CHECK_ERR(chunks_put(b.c, 1, attached_chunk(&b.a, 1), path, count - 1),
		  WICI_REJECT_CHUNK);
	path[0].b[3] ^= 1;
	CHECK_ERR(chunks_put(b.c, 1, attached_chunk(&b.a, 1), path, count),
		  WICI_REJECT_CHUNK);
	CHECK(b.c->held == 0 && !is_there(&b, ".part", &mode));
	close_box(&b);
}

/* The process is killed: what it had noted is there, and no more than some
 * chunks are lost. The second one never hears of the first. */
TEST(a_kill_costs_few_chunks_and_a_stop_none)
{
	struct box b;
	struct chunks *killed;

	open_box(&b, SIZE);
	begin(&b);
	for (uint32_t i = 0; i < 200; i++)
		CHECK_OK(put(&b, i));
	killed = b.c;
	begin(&b);
	CHECK(b.c->held >= 100 && b.c->held <= 200);
	for (uint32_t i = 0; i < b.c->held; i++)
		check_held(&b, i);
	for (uint32_t i = b.c->held; i < 250; i++)
		CHECK_OK(put(&b, i));
	again(&b);
	CHECK(b.c->held == 250);
	for (uint32_t i = 250; i < b.a.count; i++)
		CHECK_ERR(put(&b, i), i + 1 < b.a.count ? WICI_OK : WICI_END);
	CHECK(b.c->is_whole);
	killed->unsaved = 0; /* It is dead. */
	CHECK_OK(chunks_close(killed));
	close_box(&b);
}

/* After a power cut some pages are there and some are not. */
TEST(what_the_disk_lost_of_a_part_is_missing_and_nothing_else)
{
	struct box b;

	open_box(&b, 40 * WICI_CHUNK_LEN_MAX + 5);
	begin(&b);
	for (uint32_t i = 0; i < b.a.count; i += 2)
		CHECK_OK(put(&b, i));
	CHECK_OK(chunks_close(b.c));
	spoil(&b, ".part", 4 * WICI_CHUNK_LEN_MAX + 9);
	spoil(&b, ".tree", 32 + 6 * 32); /* The leaf of chunk 6. */
	begin(&b);
	CHECK(b.c->held == 19 && !chunks_has(b.c, 4) && !chunks_has(b.c, 6));
	CHECK(chunks_has(b.c, 8) && chunks_has(b.c, 40));
	for (uint32_t i = 0; i < b.a.count; i++)
		CHECK_ERR(put(&b, i), i + 2 < b.a.count ? WICI_OK : WICI_END);
	close_box(&b);
}

static void fill(struct box *b)
{
	begin(b);
	for (uint32_t i = 0; i < b->a.count; i++)
		CHECK_ERR(put(b, i), i + 1 < b->a.count ? WICI_OK : WICI_END);
}

TEST(a_spoilt_chunk_of_a_whole_file_is_never_given_and_can_be_fetched)
{
	static uint8_t buf[WICI_CHUNK_LEN_MAX];
	struct wici_id path[WICI_CHUNK_PATH_MAX];
	struct wici_bytes bytes;
	struct box b;
	uint32_t count;
	mode_t mode;

	open_box(&b, 9 * WICI_CHUNK_LEN_MAX);
	fill(&b);
	CHECK_OK(chunks_close(b.c));
	spoil(&b, "", 5 * WICI_CHUNK_LEN_MAX);
	begin(&b);
	CHECK(b.c->is_whole);
	check_held(&b, 4);
	CHECK_ERR(chunks_get(b.c, 5, buf, &bytes, path, &count),
		  WICI_NOT_FOUND);
	CHECK(!b.c->is_whole && b.c->held == 8 && !is_there(&b, "", &mode));
	check_held(&b, 6);
	again(&b);
	CHECK(b.c->held == 8 && !chunks_has(b.c, 5));
	CHECK_ERR(put(&b, 5), WICI_END);
	check_held(&b, 5);
	close_box(&b);
}

TEST(a_lost_tree_is_made_anew_where_the_bytes_are_good)
{
	struct box b;
	mode_t mode;

	open_box(&b, 70 * WICI_CHUNK_LEN_MAX + 1);
	fill(&b);
	CHECK_OK(chunks_close(b.c));
	remove_file(&b, ".tree");
	CHECK_OK(chunks_open(&b.c, b.fd, &b.a.root, b.a.size));
	CHECK(!chunks_is_judged(b.c));
	judge(&b);
	CHECK(b.c->is_whole && b.c->held == b.a.count);
	check_held(&b, 70);
	CHECK(is_there(&b, ".tree", &mode));
	CHECK_OK(chunks_close(b.c));
	/* And where they are not, nothing of them is believed. */
	remove_file(&b, ".tree");
	spoil(&b, "", 3);
	begin(&b);
	CHECK(!b.c->is_whole && b.c->held == 0);
	for (uint32_t i = 0; i < b.a.count; i++)
		CHECK_ERR(put(&b, i), i + 1 < b.a.count ? WICI_OK : WICI_END);
	close_box(&b);
}

TEST(a_file_that_was_cut_short_is_a_part)
{
	struct box b;
	char path[200];

	open_box(&b, 3 * WICI_CHUNK_LEN_MAX);
	fill(&b);
	CHECK_OK(chunks_close(b.c));
	(void)snprintf(path, sizeof(path), "%s/%s/%s", b.dir, CHUNKS_DIR,
		       b.a.hex);
	CHECK(truncate(path, 40000) == 0);
	begin(&b);
	CHECK(!b.c->is_whole && b.c->held == 1 && chunks_has(b.c, 0));
	CHECK_OK(put(&b, 1));
	CHECK_ERR(put(&b, 2), WICI_END);
	close_box(&b);
}

/* And stays so: else it would be hashed anew at each start. */
TEST(bytes_behind_the_end_are_cut_off)
{
	struct box b;
	char path[200];
	struct stat st;

	open_box(&b, 3 * WICI_CHUNK_LEN_MAX);
	fill(&b);
	CHECK_OK(chunks_close(b.c));
	(void)snprintf(path, sizeof(path), "%s/%s/%s", b.dir, CHUNKS_DIR,
		       b.a.hex);
	CHECK(truncate(path, (off_t)b.a.size + 9) == 0);
	begin(&b);
	CHECK(b.c->is_whole && b.c->held == b.a.count);
	CHECK(stat(path, &st) == 0 && (uint64_t)st.st_size == b.a.size);
	close_box(&b);
}

static void add(struct box *b)
{
	struct wici_id root;

	CHECK_OK(chunks_new(&b->c, b->fd, 1, b->a.size));
	for (uint32_t i = 0; i < b->a.count; i++)
		CHECK_OK(chunks_append(b->c, attached_chunk(&b->a, i)));
	root = chunks_address(b->c);
	CHECK(wici_id_equal(&root, &b->a.root));
	CHECK_OK(chunks_finish(b->c, 1234));
}

TEST(what_is_added_has_the_address_that_anybody_would_give_it)
{
	static const uint64_t sizes[] = {1, 32767, 32768, 32769, 65536, 99999};
	struct box b;
	mode_t mode;

	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		open_box(&b, sizes[i]);
		add(&b);
		CHECK(is_there(&b, "", &mode) && mode == 0600);
		again(&b);
		CHECK(b.c->is_whole && b.c->added_ms == 1234);
		for (uint32_t k = 0; k < b.a.count; k++)
			check_held(&b, k);
		CHECK_OK(chunks_mark(b.fd, &b.a.root, b.a.size, 0));
		b.c->unsaved = 0;
		again(&b);
		CHECK(b.c->is_whole && b.c->added_ms == 0);
		close_box(&b);
	}
}

TEST(what_was_fetched_in_part_and_is_added_leaves_one_file)
{
	struct box b;
	mode_t mode;

	open_box(&b, 5 * WICI_CHUNK_LEN_MAX);
	begin(&b);
	CHECK_OK(put(&b, 2));
	CHECK_OK(chunks_close(b.c));
	CHECK(is_there(&b, ".part", &mode));
	add(&b);
	CHECK(!is_there(&b, ".part", &mode) && is_there(&b, "", &mode));
	close_box(&b);
}

struct seen {
	struct chunks_row rows[10];
	size_t count;
};

static void see(void *arg, const struct chunks_row *row)
{
	struct seen *seen = arg;

	CHECK(seen->count < 10);
	seen->rows[seen->count++] = *row;
}

static void touch(const struct box *b, const char *name, const char *text)
{
	int fd = openat(b->fd, name, O_CREAT | O_WRONLY, 0600);

	CHECK(fd >= 0 &&
	      write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	(void)close(fd);
}

TEST(the_folder_tells_what_is_whole_begun_and_wanted)
{
	static const char *const foreign[] = {"README", "new.7", ".tree",
					      "0123.tree"};
	struct seen seen = {.count = 0};
	struct box b;
	struct stat st;

	open_box(&b, 5 * WICI_CHUNK_LEN_MAX);
	for (size_t i = 0; i < 4; i++)
		touch(&b, foreign[i], "text");
	CHECK_OK(chunks_each(b.fd, see, &seen));
	CHECK(seen.count == 0 && fstatat(b.fd, "new.7", &st, 0) != 0);
	CHECK_OK(chunks_want(b.fd, &b.a.root, b.a.size));
	CHECK_OK(chunks_want(b.fd, &b.a.root, b.a.size + 1)); /* No change. */
	CHECK_OK(chunks_each(b.fd, see, &seen));
	CHECK(seen.count == 1 && seen.rows[0].size == b.a.size);
	CHECK(!seen.rows[0].is_whole && !seen.rows[0].has_part);
	begin(&b);
	CHECK_OK(put(&b, 2));
	again(&b);
	seen.count = 0;
	CHECK_OK(chunks_each(b.fd, see, &seen));
	CHECK(seen.count == 1 && seen.rows[0].has_part);
	for (uint32_t i = 0; i < b.a.count; i++)
		(void)!put(&b, i);
	seen.count = 0;
	CHECK_OK(chunks_each(b.fd, see, &seen));
	CHECK(seen.count == 1 && seen.rows[0].is_whole);
	CHECK(!seen.rows[0].has_part && !seen.rows[0].added_ms);
	CHECK(wici_id_equal(&seen.rows[0].root, &b.a.root));
	remove_file(&b, ".tree"); /* By the bytes alone. */
	seen.count = 0;
	CHECK_OK(chunks_each(b.fd, see, &seen));
	CHECK(seen.count == 1 && seen.rows[0].is_whole &&
	      seen.rows[0].size == b.a.size);
	CHECK_OK(chunks_close(b.c));
	b.c = NULL;
	CHECK_OK(chunks_drop(b.fd, &b.a.root));
	seen.count = 0;
	CHECK_OK(chunks_each(b.fd, see, &seen));
	CHECK(seen.count == 0);
	close_box(&b);
}

/* Somebody who may write to the folder points a name elsewhere. */
TEST(no_link_is_followed)
{
	struct box b;

	open_box(&b, WICI_CHUNK_LEN_MAX);
	CHECK(symlinkat("/etc/passwd", b.fd, b.a.hex) == 0);
	CHECK_ERR(chunks_open(&b.c, b.fd, &b.a.root, b.a.size),
		  WICI_NOT_PERMITTED);
	b.c = NULL;
	CHECK(unlinkat(b.fd, b.a.hex, 0) == 0);
	close_box(&b);
}

TEST_MAIN(
	RUN(chunks_in_any_order_make_the_file_and_each_can_be_passed_on_at_once),
	RUN(a_chunk_that_does_not_fit_leaves_nothing),
	RUN(a_kill_costs_few_chunks_and_a_stop_none),
	RUN(what_the_disk_lost_of_a_part_is_missing_and_nothing_else),
	RUN(a_spoilt_chunk_of_a_whole_file_is_never_given_and_can_be_fetched),
	RUN(a_lost_tree_is_made_anew_where_the_bytes_are_good),
	RUN(a_file_that_was_cut_short_is_a_part),
	RUN(bytes_behind_the_end_are_cut_off),
	RUN(what_is_added_has_the_address_that_anybody_would_give_it),
	RUN(what_was_fetched_in_part_and_is_added_leaves_one_file),
	RUN(the_folder_tells_what_is_whole_begun_and_wanted),
	RUN(no_link_is_followed))
