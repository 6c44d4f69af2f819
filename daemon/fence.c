/* daemon/fence.c — The fence: 176 bytes, rewritten in place, and the lock.
 *
 * "wici/fence/1" [16] | feed [32] | seq u64 | id [32] | inode u64 |
 * machine [32] | 16 zeroes | hash of all that [32]. It lies within one sector
 * of a disk, so that a power cut leaves the old or the new one. */
#include "daemon/fence.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define FENCE_NAME     "fence"
#define FENCE_NEW_NAME "fence.new"
#define FENCE_LEN      ((size_t)176)
#define FENCE_SUM_AT   ((size_t)144)

static const char magic[16] = "wici/fence/1";

void fence_init(struct fence *f, const char *machine_id)
{
	memset(f, 0, sizeof(*f));
	f->fd = -1;
	if (machine_id && *machine_id)
		(void)crypto_generichash(
			f->machine.b, sizeof(f->machine.b),
			(const unsigned char *)machine_id, strlen(machine_id),
			(const unsigned char *)magic, sizeof(magic));
}

enum wici_err fence_lock(int dir_fd, int *lock_fd)
{
	int fd = openat(dir_fd, "lock",
			O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0)
		return WICI_IO;
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		bool is_held = errno == EWOULDBLOCK;

		(void)close(fd);
		return is_held ? WICI_BUSY : WICI_IO;
	}
	*lock_fd = fd;
	return WICI_OK;
}

static void sum(uint8_t out[32], const uint8_t b[FENCE_LEN])
{
	(void)crypto_generichash(out, 32, b, FENCE_SUM_AT, NULL, 0);
}

static void encode(uint8_t b[FENCE_LEN], const struct fence *f)
{
	memset(b, 0, FENCE_LEN);
	memcpy(b, magic, 16);
	memcpy(b + 16, f->head.feed.b, 32);
	wici_put_u64(b + 48, f->head.seq);
	memcpy(b + 56, f->head.id.b, 32);
	wici_put_u64(b + 88, f->inode);
	memcpy(b + 96, f->machine.b, 32);
	sum(b + FENCE_SUM_AT, b);
}

/* False: not what encode() wrote. */
static bool decode(struct fence *f, const uint8_t b[FENCE_LEN])
{
	uint8_t want[32];

	sum(want, b);
	if (memcmp(b, magic, 16) != 0 ||
	    memcmp(want, b + FENCE_SUM_AT, 32) != 0)
		return false;
	memcpy(f->head.feed.b, b + 16, 32);
	f->head.seq = wici_get_u64(b + 48);
	memcpy(f->head.id.b, b + 56, 32);
	f->inode = wici_get_u64(b + 88);
	memcpy(f->machine.b, b + 96, 32);
	return true;
}

/* What does not fit together, or NULL. */
static const char *judge(const struct fence *f, const struct fence *file,
			 ino_t inode, const struct wici_head *stored)
{
	static const struct wici_id unknown;

	if (!wici_id_equal(&f->machine, &unknown) &&
	    !wici_id_equal(&file->machine, &unknown) &&
	    !wici_id_equal(&f->machine, &file->machine))
		return "machine";
	if (file->inode != (uint64_t)inode)
		return "copied";
	if (file->head.seq > 0 &&
	    !wici_key_equal(&file->head.feed, &stored->feed))
		return "fence_ahead";
	if (file->head.seq > stored->seq)
		return "fence_ahead";
	if (file->head.seq > 0 && file->head.seq == stored->seq &&
	    !wici_id_equal(&file->head.id, &stored->id))
		return "fence_ahead";
	return NULL;
}

static enum wici_err open_missing(const struct wici_head *stored,
				  const char **sealed)
{
	if (errno == ELOOP) {
		*sealed = "damaged";
		return WICI_OK;
	}
	if (errno != ENOENT)
		return WICI_IO;
	*sealed = stored->seq > 0 ? "missing" : NULL;
	return WICI_OK;
}

enum wici_err fence_open(struct fence *f, int dir_fd,
			 const struct wici_head *stored, const char **sealed)
{
	uint8_t b[FENCE_LEN + 1];
	struct fence file = {.fd = -1};
	struct stat st;
	ssize_t len;

	*sealed = NULL;
	f->fd = openat(dir_fd, FENCE_NAME, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (f->fd < 0)
		return open_missing(stored, sealed);
	len = pread(f->fd, b, sizeof(b), 0);
	if (len < 0 || fstat(f->fd, &st) != 0)
		return WICI_IO;
	if ((size_t)len != FENCE_LEN || !decode(&file, b)) {
		*sealed = "damaged";
		return WICI_OK;
	}
	*sealed = judge(f, &file, st.st_ino, stored);
	f->head = file.head;
	f->inode = file.inode;
	if (wici_is_zero(f->machine.b, sizeof(f->machine.b)))
		f->machine = file.machine;
	if (!*sealed && stored->seq > file.head.seq)
		return fence_write(f, dir_fd, stored);
	return WICI_OK;
}

static enum wici_err put(int fd, const uint8_t *b)
{
	ssize_t n;

	do
		n = pwrite(fd, b, FENCE_LEN, 0);
	while (n < 0 && errno == EINTR);
	return n == (ssize_t)FENCE_LEN ? WICI_OK : WICI_IO;
}

/* Under another name first: there is never half a fence. */
static enum wici_err create(struct fence *f, int dir_fd)
{
	uint8_t b[FENCE_LEN];
	struct stat st;
	enum wici_err err;

	(void)unlinkat(dir_fd, FENCE_NEW_NAME, 0);
	f->fd = openat(dir_fd, FENCE_NEW_NAME,
		       O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
		       0600);
	if (f->fd < 0 || fstat(f->fd, &st) != 0)
		return WICI_IO;
	f->inode = (uint64_t)st.st_ino;
	encode(b, f);
	err = put(f->fd, b);
	if (err != WICI_OK)
		return err;
	if (fsync(f->fd) != 0 ||
	    renameat(dir_fd, FENCE_NEW_NAME, dir_fd, FENCE_NAME) != 0 ||
	    fsync(dir_fd) != 0)
		return WICI_IO;
	return WICI_OK;
}

enum wici_err fence_write(struct fence *f, int dir_fd,
			  const struct wici_head *head)
{
	uint8_t b[FENCE_LEN];
	bool is_new_feed = !wici_key_equal(&f->head.feed, &head->feed);
	enum wici_err err;

	f->head = *head;
	if (f->fd >= 0 && is_new_feed)
		fence_close(f);
	if (f->fd >= 0) {
		encode(b, f);
		return put(f->fd, b);
	}
	err = create(f, dir_fd);
	/* What has not got its name is no fence: the next write tries again. */
	if (err != WICI_OK)
		fence_close(f);
	return err;
}

void fence_close(struct fence *f)
{
	if (f->fd >= 0)
		(void)close(f->fd);
	f->fd = -1;
}
