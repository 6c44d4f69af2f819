/* daemon/chunks_file.c — Names, and how bytes get to the disk and stay there. */
#include "daemon/chunks_private.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define FLUSH_BYTES ((uint64_t)4 << 20)

static const char magic[16] = "wici/tree/1";

void chunks_name_of(char name[CHUNKS_NAME_LEN], const struct wici_id *root,
		    const char *suffix)
{
	wici_hex(name, root->b, sizeof(root->b));
	(void)snprintf(name + WICI_HEX_LEN, CHUNKS_NAME_LEN - WICI_HEX_LEN,
		       "%s", suffix);
}

void chunks_new_name(char name[CHUNKS_NAME_LEN], uint64_t number)
{
	(void)snprintf(name, CHUNKS_NAME_LEN, "new.%llu",
		       (unsigned long long)number);
}

static enum wici_err of_errno(void)
{
	return errno == ENOSPC || errno == EDQUOT ? WICI_FULL : WICI_IO;
}

bool chunks_read_at(int fd, void *p, size_t len, uint64_t at)
{
	uint8_t *to = p;

	while (len > 0) {
		ssize_t n = pread(fd, to, len, (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		to += n;
		at += (uint64_t)n;
		len -= (size_t)n;
	}
	return true;
}

enum wici_err chunks_write_at(int fd, const void *p, size_t len, uint64_t at)
{
	const uint8_t *from = p;

	while (len > 0) {
		ssize_t n = pwrite(fd, from, len, (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return of_errno();
		from += n;
		at += (uint64_t)n;
		len -= (size_t)n;
	}
	return WICI_OK;
}

enum wici_err chunks_make(int dir_fd, const char *name, int flags, int *fd)
{
	*fd = openat(dir_fd, name, O_RDWR | O_CLOEXEC | O_NOFOLLOW | flags,
		     0600);
	return *fd < 0 ? of_errno() : WICI_OK;
}

enum wici_err chunks_dir_open(int state_fd, bool is_made, int *dir_fd)
{
	if (is_made && mkdirat(state_fd, CHUNKS_DIR, 0700) != 0 &&
	    errno != EEXIST)
		return of_errno();
	*dir_fd = openat(state_fd, CHUNKS_DIR,
			 O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (*dir_fd >= 0 || (errno == ENOENT && !is_made))
		return WICI_OK;
	return WICI_IO;
}

bool chunks_head_read(int fd, uint8_t head[CHUNKS_HEAD_LEN], uint64_t *size,
		      int64_t *added_ms)
{
	if (!chunks_read_at(fd, head, CHUNKS_HEAD_LEN, 0) ||
	    memcmp(head, magic, sizeof(magic)) != 0)
		return false;
	*size = wici_get_u64(head + 16);
	*added_ms = (int64_t)wici_get_u64(head + 24);
	return wici_chunks_count(*size) > 0;
}

static void put_head(uint8_t head[CHUNKS_HEAD_LEN], uint64_t size,
		     int64_t added_ms)
{
	memcpy(head, magic, sizeof(magic));
	wici_put_u64(head + 16, size);
	wici_put_u64(head + 24, (uint64_t)added_ms);
}

static enum wici_err mark(int dir_fd, const struct wici_id *root, uint64_t size,
			  int64_t added_ms, int flags)
{
	uint8_t head[CHUNKS_HEAD_LEN];
	char name[CHUNKS_NAME_LEN];
	enum wici_err err;
	int fd;

	chunks_name_of(name, root, ".tree");
	put_head(head, size, added_ms);
	err = chunks_make(dir_fd, name, O_CREAT | flags, &fd);
	if (err)
		return errno == EEXIST ? WICI_OK : err;
	err = chunks_write_at(fd, head, sizeof(head), 0);
	(void)close(fd);
	return err;
}

enum wici_err chunks_want(int dir_fd, const struct wici_id *root, uint64_t size)
{
	return mark(dir_fd, root, size, 0, O_EXCL);
}

enum wici_err chunks_mark(int dir_fd, const struct wici_id *root, uint64_t size,
			  int64_t added_ms)
{
	return mark(dir_fd, root, size, added_ms, 0);
}

static enum wici_err save(struct chunks *c, bool is_synced)
{
	uint8_t head[CHUNKS_HEAD_LEN];
	char name[CHUNKS_NAME_LEN];
	size_t len = wici_tree_nodes(c->count) * sizeof(*c->nodes);
	enum wici_err err;
	int fd;

	chunks_name_of(name, &c->root, ".tree");
	put_head(head, c->size, c->added_ms);
	err = chunks_make(c->dir_fd, name, O_CREAT, &fd);
	if (err)
		return err;
	err = chunks_write_at(fd, head, sizeof(head), 0);
	if (!err)
		err = chunks_write_at(fd, c->nodes, len, sizeof(head));
	if (!err && is_synced && fsync(fd) != 0)
		err = of_errno();
	(void)close(fd);
	if (!err)
		c->unsaved = 0;
	return err;
}

enum wici_err chunks_save(struct chunks *c)
{
	chunks_flush(c);
	return save(c, false);
}

/* So that little is left to be written when it is waited for. */
void chunks_flush(struct chunks *c)
{
	uint64_t held = (uint64_t)c->held * WICI_CHUNK_LEN_MAX;

	if (c->fd < 0 || held - c->flushed < FLUSH_BYTES)
		return;
	c->flushed = held;
	(void)sync_file_range(c->fd, 0, 0, SYNC_FILE_RANGE_WRITE);
}

static enum wici_err remove_file(int dir_fd, const char *name)
{
	return unlinkat(dir_fd, name, 0) == 0 || errno == ENOENT ? WICI_OK
								 : WICI_IO;
}

/* What a disk has put behind the end is none of the file. */
static bool is_cut(int fd, uint64_t size)
{
	struct stat st;

	return fstat(fd, &st) == 0 && ((uint64_t)st.st_size <= size ||
				       ftruncate(fd, (off_t)size) == 0);
}

/* The tree first: whoever finds the bytes under their name finds it too. */
enum wici_err chunks_whole(struct chunks *c)
{
	char from[CHUNKS_NAME_LEN], to[CHUNKS_NAME_LEN];
	enum wici_err err = save(c, true);

	if (err)
		return err;
	chunks_name_of(to, &c->root, "");
	if (c->number)
		chunks_new_name(from, c->number);
	else
		chunks_name_of(from, &c->root, ".part");
	if (!is_cut(c->fd, c->size) || fsync(c->fd) != 0)
		return of_errno();
	if (renameat(c->dir_fd, from, c->dir_fd, to) != 0 ||
	    fsync(c->dir_fd) != 0)
		return of_errno();
	c->is_named = c->is_whole = true;
	if (!c->number)
		return WICI_OK;
	/* Some of it may have come from elsewhere. */
	c->number = 0;
	chunks_name_of(from, &c->root, ".part");
	return remove_file(c->dir_fd, from);
}

enum wici_err chunks_forget_new(struct chunks *c)
{
	char name[CHUNKS_NAME_LEN];

	chunks_new_name(name, c->number);
	return remove_file(c->dir_fd, name);
}

enum wici_err chunks_drop(int dir_fd, const struct wici_id *root)
{
	static const char *const suffixes[] = {"", ".part", ".tree"};
	char name[CHUNKS_NAME_LEN];
	enum wici_err err = WICI_OK;

	for (size_t i = 0; !err && i < 3; i++) {
		chunks_name_of(name, root, suffixes[i]);
		err = remove_file(dir_fd, name);
	}
	return err;
}

bool chunks_name_read(const char *name, struct wici_id *root,
		      const char **suffix)
{
	size_t len = strlen(name);
	struct wici_bytes hex = {(const uint8_t *)name, WICI_HEX_LEN};

	if (len < WICI_HEX_LEN || wici_unhex(root->b, sizeof(root->b), hex))
		return false;
	*suffix = name + WICI_HEX_LEN;
	return strcmp(*suffix, "") == 0 || strcmp(*suffix, ".tree") == 0 ||
	       strcmp(*suffix, ".part") == 0;
}

/* Of a name, what is here of the file: the tree's file tells all but whether it
 * is whole; without one, a whole file tells its size. False: nothing. */
static bool look_at(int dir_fd, const char *suffix, struct chunks_row *row)
{
	uint8_t head[CHUNKS_HEAD_LEN];
	char name[CHUNKS_NAME_LEN];
	struct stat st;
	bool has_tree = false;
	int fd;

	chunks_name_of(name, &row->root, ".tree");
	fd = openat(dir_fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd >= 0) {
		has_tree =
			chunks_head_read(fd, head, &row->size, &row->added_ms);
		(void)close(fd);
	}
	if (has_tree && !suffix[0])
		return false; /* It comes by its tree. */
	chunks_name_of(name, &row->root, "");
	row->is_whole = fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
			S_ISREG(st.st_mode);
	if (row->is_whole && !has_tree)
		row->size = (uint64_t)st.st_size;
	row->is_whole = row->is_whole && (uint64_t)st.st_size == row->size;
	chunks_name_of(name, &row->root, ".part");
	row->has_part = fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
	return wici_chunks_count(row->size) > 0;
}

enum wici_err chunks_each(int dir_fd,
			  void (*each)(void *arg, const struct chunks_row *row),
			  void *arg)
{
	int fd = dup(dir_fd);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *d;

	if (!dir) {
		if (fd >= 0)
			(void)close(fd);
		return WICI_IO;
	}
	rewinddir(dir);
	while ((d = readdir(dir))) {
		struct chunks_row row = {.size = 0};
		const char *suffix;

		if (strncmp(d->d_name, "new.", 4) == 0)
			(void)unlinkat(dir_fd, d->d_name, 0);
		else if (chunks_name_read(d->d_name, &row.root, &suffix) &&
			 strcmp(suffix, ".part") != 0 &&
			 look_at(dir_fd, suffix, &row))
			each(arg, &row);
	}
	(void)closedir(dir);
	return WICI_OK;
}
