/* tests/sim/disk.c — Which writes reach the disk.
 *
 *   SQLite ──> VFS below ─────┐
 *                             ├─ disk_fate: done · torn · lost ──> the file
 *   fence, keys ──> __wrap_… ─┘
 *
 * The names of files are there at once; only their bytes wait for a sync. */
#include "tests/sim/disk.h"

#include "proto/require.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define SECTOR 512

enum fate {
	FATE_DONE,
	FATE_TORN,
	FATE_LOST,
};

static struct disk *disks;

static struct disk *disk_of(const char *path)
{
	for (struct disk *d = disks; d; d = d->next) {
		size_t len = strlen(d->dir);

		if (strncmp(path, d->dir, len) == 0 &&
		    (path[len] == '/' || path[len] == '\0'))
			return d;
	}
	return NULL;
}

/* From the node's folder on. */
static const char *name_of(const struct disk *d, const char *path)
{
	return path + strlen(d->dir) + 1;
}

/* dir: a folder of the disk's; name: of a file in it. */
static void name_in(char out[PATH_MAX], const struct disk *d, const char *dir,
		    const char *name)
{
	const char *within = dir + strlen(d->dir);

	(void)snprintf(out, PATH_MAX, "%s%s%s", *within ? within + 1 : "",
		       *within ? "/" : "", name);
}

static enum fate disk_fate(struct disk *d)
{
	if (!d)
		return FATE_DONE;
	if (d->is_off)
		return FATE_LOST;
	d->writes++;
	if (d->writes != d->crash_at)
		return FATE_DONE;
	d->is_off = d->has_crashed = true;
	return d->how == DISK_TEARS ? FATE_TORN : FATE_LOST;
}

/* The file's bytes are about to change. */
static void disk_dirty(struct disk *d, const char *path)
{
	if (d && !d->is_off && d->crash_at && d->how == DISK_FORGETS_DIRTY)
		image_add(&d->synced, d->dir, name_of(d, path));
}

/* A disk writes whole sectors: what does not reach the edge of one is not
 * there at all. */
static size_t torn_len(int64_t at, size_t len)
{
	int64_t end = (at + (int64_t)len / 2) / SECTOR * SECTOR;

	return end > at ? (size_t)(end - at) : 0;
}

/* ---- under SQLite ---- */

static sqlite3_vfs *real_vfs, vfs;

/* What the real VFS has no room for lies behind its file. */
struct tag {
	struct disk *disk; /* NULL: not a node's file. */
	const char *path;  /* SQLite's; as long as the file is open. */
	const sqlite3_io_methods *real;
	sqlite3_io_methods methods; /* Those, but for three of ours. */
};

static struct tag *tag_of(sqlite3_file *file)
{
	return (struct tag *)((char *)file + real_vfs->szOsFile);
}

static int disk_write(sqlite3_file *file, const void *p, int len,
		      sqlite3_int64 at)
{
	const struct tag *t = tag_of(file);
	size_t torn;

	disk_dirty(t->disk, t->path);
	switch (disk_fate(t->disk)) {
	case FATE_DONE:
		return t->real->xWrite(file, p, len, at);
	case FATE_TORN:
		torn = torn_len(at, (size_t)len);
		if (torn)
			(void)t->real->xWrite(file, p, (int)torn, at);
		return SQLITE_IOERR_WRITE;
	case FATE_LOST:
		break;
	}
	return SQLITE_IOERR_WRITE;
}

static int disk_truncate(sqlite3_file *file, sqlite3_int64 len)
{
	const struct tag *t = tag_of(file);

	disk_dirty(t->disk, t->path);
	if (disk_fate(t->disk) != FATE_DONE)
		return SQLITE_IOERR_TRUNCATE;
	return t->real->xTruncate(file, len);
}

static int disk_sync(sqlite3_file *file, int flags)
{
	const struct tag *t = tag_of(file);

	(void)flags;
	if (disk_fate(t->disk) != FATE_DONE)
		return SQLITE_IOERR_FSYNC;
	if (t->disk)
		image_drop(&t->disk->synced, name_of(t->disk, t->path));
	return SQLITE_OK;
}

static int disk_open(sqlite3_vfs *self, const char *path, sqlite3_file *file,
		     int flags, int *out_flags)
{
	struct disk *d = path ? disk_of(path) : NULL;
	struct tag *t = tag_of(file);
	int rc;

	(void)self;
	if (d && d->is_off && access(path, F_OK) != 0)
		return SQLITE_CANTOPEN;
	rc = real_vfs->xOpen(real_vfs, path, file, flags, out_flags);
	if (!file->pMethods)
		return rc;
	*t = (struct tag){d, path, file->pMethods, *file->pMethods};
	t->methods.xWrite = disk_write;
	t->methods.xTruncate = disk_truncate;
	t->methods.xSync = disk_sync;
	file->pMethods = &t->methods;
	return rc;
}

static int disk_delete(sqlite3_vfs *self, const char *path, int sync_dir)
{
	struct disk *d = disk_of(path);

	(void)self;
	if (disk_fate(d) != FATE_DONE)
		return SQLITE_IOERR_DELETE;
	if (d)
		image_drop(&d->synced, name_of(d, path));
	return real_vfs->xDelete(real_vfs, path, sync_dir);
}

static void disk_register(void)
{
	if (real_vfs)
		return;
	real_vfs = sqlite3_vfs_find(NULL);
	WICI_REQUIRE(real_vfs != NULL);
	vfs = *real_vfs;
	vfs.pNext = NULL;
	vfs.zName = "disk";
	vfs.szOsFile += (int)sizeof(struct tag);
	vfs.xOpen = disk_open;
	vfs.xDelete = disk_delete;
	WICI_REQUIRE(sqlite3_vfs_register(&vfs, 1) == SQLITE_OK);
}

/* ---- under the daemon's own files: -Wl,--wrap, see CMakeLists.txt ---- */

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __real_openat(int dir_fd, const char *name, int flags, ...);
int __wrap_openat(int dir_fd, const char *name, int flags, ...);
ssize_t __real_write(int fd, const void *p, size_t len);
ssize_t __wrap_write(int fd, const void *p, size_t len);
ssize_t __real_pwrite(int fd, const void *p, size_t len, off_t at);
ssize_t __wrap_pwrite(int fd, const void *p, size_t len, off_t at);
int __real_fsync(int fd);
int __wrap_fsync(int fd);
int __real_renameat(int from_fd, const char *from, int to_fd, const char *to);
int __wrap_renameat(int from_fd, const char *from, int to_fd, const char *to);
int __real_unlinkat(int dir_fd, const char *name, int flags);
int __wrap_unlinkat(int dir_fd, const char *name, int flags);

static int failed(void)
{
	errno = EIO;
	return -1;
}

/* path: of PATH_MAX bytes. */
static struct disk *disk_of_fd(int fd, char *path)
{
	char link[40];
	ssize_t len;

	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	len = readlink(link, path, PATH_MAX - 1);
	if (len <= 0 || path[0] != '/')
		return NULL; /* A socket, a pipe. */
	path[len] = '\0';
	return disk_of(path);
}

static mode_t mode_of(int flags, va_list args)
{
	return flags & O_CREAT ? va_arg(args, mode_t) : 0;
}

/* An empty file is not counted, but none is made after the crash. */
int __wrap_open(const char *path, int flags, ...)
{
	struct disk *d = flags & O_CREAT ? disk_of(path) : NULL;
	va_list args;
	mode_t mode;

	va_start(args, flags);
	mode = mode_of(flags, args);
	va_end(args);
	if (d && d->is_off)
		return failed();
	return __real_open(path, flags, mode);
}

int __wrap_openat(int dir_fd, const char *name, int flags, ...)
{
	char dir[PATH_MAX];
	struct disk *d = flags & O_CREAT ? disk_of_fd(dir_fd, dir) : NULL;
	va_list args;
	mode_t mode;

	va_start(args, flags);
	mode = mode_of(flags, args);
	va_end(args);
	if (d && d->is_off)
		return failed();
	return __real_openat(dir_fd, name, flags, mode);
}

ssize_t __wrap_pwrite(int fd, const void *p, size_t len, off_t at)
{
	char path[PATH_MAX];
	struct disk *d = disk_of_fd(fd, path);
	size_t torn;

	disk_dirty(d, path);
	switch (disk_fate(d)) {
	case FATE_DONE:
		return __real_pwrite(fd, p, len, at);
	case FATE_TORN:
		torn = torn_len(at, len);
		WICI_REQUIRE(__real_pwrite(fd, p, torn, at) == (ssize_t)torn);
		return failed();
	case FATE_LOST:
		break;
	}
	return failed();
}

ssize_t __wrap_write(int fd, const void *p, size_t len)
{
	char path[PATH_MAX];
	struct disk *d = disk_of_fd(fd, path);
	size_t torn;

	disk_dirty(d, path);
	switch (disk_fate(d)) {
	case FATE_DONE:
		return __real_write(fd, p, len);
	case FATE_TORN:
		torn = torn_len(lseek(fd, 0, SEEK_CUR), len);
		WICI_REQUIRE(__real_write(fd, p, torn) == (ssize_t)torn);
		return failed();
	case FATE_LOST:
		break;
	}
	return failed();
}

int __wrap_fsync(int fd)
{
	char path[PATH_MAX];
	struct disk *d = disk_of_fd(fd, path);

	if (disk_fate(d) != FATE_DONE)
		return failed();
	if (!d)
		return __real_fsync(fd);
	if (path[strlen(d->dir)])
		image_drop(&d->synced, name_of(d, path));
	return 0;
}

int __wrap_renameat(int from_fd, const char *from, int to_fd, const char *to)
{
	char dir[PATH_MAX], was[PATH_MAX], is[PATH_MAX];
	struct disk *d = disk_of_fd(to_fd, dir);

	if (disk_fate(d) != FATE_DONE)
		return failed();
	if (d) {
		name_in(was, d, dir, from);
		name_in(is, d, dir, to);
		image_rename(&d->synced, was, is);
	}
	return __real_renameat(from_fd, from, to_fd, to);
}

int __wrap_unlinkat(int dir_fd, const char *name, int flags)
{
	char dir[PATH_MAX], file[PATH_MAX];
	struct disk *d = disk_of_fd(dir_fd, dir);

	if (disk_fate(d) != FATE_DONE)
		return failed();
	if (d) {
		name_in(file, d, dir, name);
		image_drop(&d->synced, file);
	}
	return __real_unlinkat(dir_fd, name, flags);
}

/* ---- the power ---- */

void disk_attach(struct disk *d, const char *dir)
{
	disk_register();
	*d = (struct disk){.next = disks, .dir = dir};
	disks = d;
}

void disk_detach(struct disk *d)
{
	struct disk **at = &disks;

	while (*at != d)
		at = &(*at)->next;
	*at = d->next;
	image_clear(&d->synced);
}

void disk_arm(struct disk *d, uint64_t k, enum disk_crash how)
{
	WICI_REQUIRE(!d->is_off);
	image_clear(&d->synced);
	d->crash_at = k ? d->writes + k : 0;
	d->how = how;
	d->has_crashed = false;
}

void disk_cut(struct disk *d)
{
	d->is_off = true;
}

void disk_restart(struct disk *d)
{
	d->is_off = false;
	if (!d->has_crashed)
		return;
	image_put(&d->synced, d->dir);
	image_clear(&d->synced);
	d->crash_at = 0;
}
