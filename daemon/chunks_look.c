/* daemon/chunks_look.c — A file as it lies on the disk, looked at by who changes
 * nothing: fsck. And all names of the folder.
 *
 * Of a whole file each chunk is to be there. Of a part nobody noted which chunks
 * had come: the tree tells of others, too, which stand beside them. Where none
 * came the disk has zeros; what is neither that nor right is spoilt. */
#include "daemon/chunks_private.h"

#include "daemon/growing.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

bool chunks_is_lost(const struct chunks *c)
{
	uint32_t i = 0;

	while (i < c->count && !chunks_is_known(c, i))
		i++;
	return c->fd < 0 && i < c->count;
}

enum verdict { ABSENT, GOOD, BAD, UNPROVEN };

/* Of bytes that bear the name of the whole file. */
static enum verdict of_whole(struct chunks *c, uint32_t i,
			     const struct wici_id *leaf)
{
	if (!chunks_is_known(c, i) && c->is_whole) {
		c->nodes[i] = *leaf;
		return UNPROVEN;
	}
	return wici_id_equal(leaf, &c->nodes[i]) ? GOOD : BAD;
}

static enum verdict of_part(const struct chunks *c, uint32_t i,
			    const struct wici_id *leaf, const uint8_t *bytes)
{
	if (wici_id_equal(leaf, &c->nodes[i]))
		return GOOD;
	/* It is open: what came is known. */
	if (chunks_is_judged(c))
		return chunks_has(c, i) ? BAD : ABSENT;
	if (!chunks_is_known(c, i) ||
	    wici_is_zero(bytes, wici_chunk_len(c->size, i)))
		return ABSENT;
	return BAD;
}

static enum verdict look_at(struct chunks *c, uint32_t i)
{
	uint8_t buf[WICI_CHUNK_LEN_MAX];
	struct wici_id leaf;

	if (!chunks_read(c, i, buf, &leaf))
		return c->is_named || chunks_has(c, i) ? BAD : ABSENT;
	return c->is_named ? of_whole(c, i, &leaf) : of_part(c, i, &leaf, buf);
}

/* What the bytes alone had to tell: do they make this file? */
static void prove(struct chunks *c, struct chunks_seen *seen)
{
	struct wici_id root = wici_tree_fill(c->nodes, c->count);

	root = wici_attachment_address(c->size, &root);
	seen->is_tree_bad = wici_id_equal(&root, &c->root);
	if (seen->is_tree_bad) {
		seen->good_bytes += seen->unproven_bytes;
	} else {
		seen->bad += seen->unproven;
		seen->bad_bytes += seen->unproven_bytes;
	}
	seen->unproven = 0;
	seen->unproven_bytes = 0;
}

uint32_t chunks_look(struct chunks *c, uint32_t max, struct chunks_seen *seen)
{
	uint32_t read = 0;

	for (; read < max && seen->at < c->count && c->fd >= 0; seen->at++) {
		uint64_t len = wici_chunk_len(c->size, seen->at);
		enum verdict v = look_at(c, seen->at);

		read++;
		seen->good_bytes += v == GOOD ? len : 0;
		seen->bad_bytes += v == BAD ? len : 0;
		seen->unproven_bytes += v == UNPROVEN ? len : 0;
		seen->bad += v == BAD;
		seen->unproven += v == UNPROVEN;
	}
	if (c->fd < 0)
		seen->at = c->count;
	if (seen->at == c->count && seen->unproven)
		prove(c, seen);
	return read;
}

/* ---- names ---- */

struct chunks_walk {
	int dir_fd; /* Borrowed. */
	DIR *dir;
};

enum wici_err chunks_walk_open(struct chunks_walk **out, int dir_fd)
{
	/* A place of its own: another walk may be under way. */
	int fd = openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (!dir) {
		if (fd >= 0)
			(void)close(fd);
		return WICI_IO;
	}
	*out = growing_alloc(sizeof(**out));
	**out = (struct chunks_walk){dir_fd, dir};
	return WICI_OK;
}

static uint64_t new_number(const char *name)
{
	char again[CHUNKS_NAME_LEN];
	uint64_t number;

	if (strncmp(name, "new.", 4) != 0)
		return 0;
	number = strtoull(name + 4, NULL, 10);
	chunks_new_name(again, number);
	return strcmp(name, again) == 0 ? number : 0;
}

/* How large the file of this address is: its tree says so, or it is whole. */
static uint64_t size_of(int dir_fd, const struct wici_id *root)
{
	uint8_t head[CHUNKS_HEAD_LEN];
	char name[CHUNKS_NAME_LEN];
	uint64_t size = 0;
	int64_t added_ms;
	struct stat st;
	int fd;

	chunks_name_of(name, root, ".tree");
	fd = openat(dir_fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd >= 0) {
		if (!chunks_head_read(fd, head, &size, &added_ms))
			size = 0;
		(void)close(fd);
	}
	chunks_name_of(name, root, "");
	if (!size && fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0)
		size = (uint64_t)st.st_size;
	return size;
}

enum wici_err chunks_walk_next(struct chunks_walk *w, struct chunks_name *name)
{
	const char *suffix;
	struct dirent *d;
	struct stat st;

	do
		d = readdir(w->dir);
	while (d &&
	       (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0));
	if (!d)
		return WICI_END;
	memset(name, 0, sizeof(*name));
	(void)snprintf(name->name, sizeof(name->name), "%s", d->d_name);
	if (fstatat(w->dir_fd, d->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0)
		name->bytes = (uint64_t)st.st_size;
	name->number = new_number(d->d_name);
	name->is_address = chunks_name_read(d->d_name, &name->root, &suffix);
	if (name->is_address) {
		name->is_tree = strcmp(suffix, ".tree") == 0;
		name->size = size_of(w->dir_fd, &name->root);
	}
	return WICI_OK;
}

void chunks_walk_close(struct chunks_walk *w)
{
	(void)closedir(w->dir);
	free(w);
}
