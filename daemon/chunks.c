/* daemon/chunks.c — Chunks in files: judged, put, read.
 *
 * <address>.tree is "wici/tree/1" [16] | size u64 | added i64 | nodes of 32
 * bytes, chunk_tree.h; without nodes where nothing is known. It is written now
 * and then and not synced: a crash costs the chunks since, or, where the disk
 * had written some of it, shows as chunks that do not fit. */
#include "daemon/chunks.h"

#include "daemon/chunks_private.h"
#include "daemon/growing.h"
#include "proto/merkle.h"
#include "proto/require.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define SAVE_CHUNKS 128u /* Fetched again, at most, after a kill. */

static struct chunks *chunks_alloc(int dir_fd, uint64_t size)
{
	struct chunks *c = growing_alloc(sizeof(*c));

	*c = (struct chunks){.dir_fd = dir_fd,
			     .fd = -1,
			     .size = size,
			     .count = wici_chunks_count(size)};
	WICI_REQUIRE(c->count > 0);
	c->nodes = calloc(wici_tree_nodes(c->count), sizeof(*c->nodes));
	c->is_held = calloc((c->count + 7) / 8, 1);
	WICI_REQUIRE(c->nodes && c->is_held);
	return c;
}

void chunks_free(struct chunks *c)
{
	if (c->fd >= 0)
		(void)close(c->fd);
	free(c->nodes);
	free(c->is_held);
	free(c);
}

bool chunks_has(const struct chunks *c, uint32_t i)
{
	return c->is_held[i / 8] >> i % 8 & 1;
}

static void set_held(struct chunks *c, uint32_t i, bool is_held)
{
	if (chunks_has(c, i) == is_held)
		return;
	c->is_held[i / 8] ^= (uint8_t)(1 << i % 8);
	c->held += is_held ? 1 : UINT32_MAX; /* Modulo 2^32: one less. */
}

/* ---- what is there ---- */

/* The tree's file, as far as it holds together. */
static void load_tree(struct chunks *c)
{
	uint8_t head[CHUNKS_HEAD_LEN];
	char name[CHUNKS_NAME_LEN];
	size_t len = wici_tree_nodes(c->count) * sizeof(*c->nodes);
	uint64_t size = 0;
	int fd;

	chunks_name_of(name, &c->root, ".tree");
	fd = openat(c->dir_fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return;
	if (chunks_head_read(fd, head, &size, &c->added_ms) && size == c->size)
		(void)chunks_read_at(fd, c->nodes, len, sizeof(head));
	(void)close(fd);
	(void)wici_tree_sift(c->nodes, c->size, &c->root);
}

bool chunks_is_known(const struct chunks *c, uint32_t i)
{
	return !wici_is_zero(c->nodes[i].b, sizeof(c->nodes[i].b));
}

static bool is_tree_whole(const struct chunks *c)
{
	uint32_t i = 0;

	while (i < c->count && chunks_is_known(c, i))
		i++;
	return i == c->count;
}

static enum wici_err open_err(void)
{
	switch (errno) {
	case ENOENT:
		return WICI_NOT_FOUND;
	case EACCES:
	case EPERM:
	case EISDIR:
	case ELOOP:
	case ENXIO:
		return WICI_NOT_PERMITTED;
	default:
		return WICI_IO;
	}
}

static enum wici_err open_bytes(struct chunks *c, const char *suffix)
{
	char name[CHUNKS_NAME_LEN];
	struct stat st;

	chunks_name_of(name, &c->root, suffix);
	c->fd = openat(c->dir_fd, name, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (c->fd < 0)
		return open_err();
	if (fstat(c->fd, &st) != 0)
		return WICI_IO;
	if (!S_ISREG(st.st_mode))
		return WICI_NOT_PERMITTED;
	c->is_named = !suffix[0];
	c->is_whole = c->is_named && (uint64_t)st.st_size == c->size;
	return WICI_OK;
}

static void hold_all(struct chunks *c)
{
	for (uint32_t i = 0; i < c->count; i++)
		set_held(c, i, true);
	c->judged = c->count;
}

/* It is not whole, whatever it was called. */
static enum wici_err call_part(struct chunks *c)
{
	char from[CHUNKS_NAME_LEN], to[CHUNKS_NAME_LEN];

	c->is_named = c->is_whole = c->is_leafless = false;
	chunks_name_of(from, &c->root, "");
	chunks_name_of(to, &c->root, ".part");
	if (renameat(c->dir_fd, from, c->dir_fd, to) != 0 && errno != ENOENT)
		return WICI_IO;
	return WICI_OK;
}

enum wici_err chunks_open_seen(struct chunks **out, int dir_fd,
			       const struct wici_id *root, uint64_t size)
{
	struct chunks *c = chunks_alloc(dir_fd, size);
	enum wici_err err;

	c->root = *root;
	load_tree(c);
	err = open_bytes(c, "");
	if (err == WICI_NOT_FOUND)
		err = open_bytes(c, ".part");
	if (err && err != WICI_NOT_FOUND) {
		chunks_free(c);
		return err;
	}
	c->is_leafless = c->is_whole && !is_tree_whole(c);
	*out = c;
	return WICI_OK;
}

enum wici_err chunks_open(struct chunks **out, int dir_fd,
			  const struct wici_id *root, uint64_t size)
{
	struct chunks *c;
	enum wici_err err = chunks_open_seen(&c, dir_fd, root, size);

	if (err)
		return err;
	if (c->is_named && !c->is_whole)
		err = call_part(c);
	if (err) {
		chunks_free(c);
		return err;
	}
	if (c->fd < 0)
		c->judged = c->count; /* Nothing to look at. */
	/* Each chunk is hashed as it is read. */
	if (c->is_whole && !c->is_leafless)
		hold_all(c);
	*out = c;
	return WICI_OK;
}

static void hold_none(struct chunks *c)
{
	memset(c->is_held, 0, (c->count + 7) / 8);
	c->held = 0;
}

void chunks_doubt(struct chunks *c)
{
	if (c->fd < 0)
		return;
	hold_none(c);
	c->judged = 0;
}

bool chunks_is_judged(const struct chunks *c)
{
	return c->judged == c->count;
}

/* Its bytes as they lie on the disk; the hash of them. */
bool chunks_read(const struct chunks *c, uint32_t i, uint8_t *buf,
		 struct wici_id *leaf)
{
	size_t len = wici_chunk_len(c->size, i);

	if (c->fd < 0 ||
	    !chunks_read_at(c->fd, buf, len, (uint64_t)i * WICI_CHUNK_LEN_MAX))
		return false;
	*leaf = wici_merkle_leaf((struct wici_bytes){buf, len});
	return true;
}

/* All leaves of a whole file are known again, those that the tree did not tell
 * by the bytes: do they make the one that is named so? */
static enum wici_err end_leafless(struct chunks *c)
{
	struct wici_id root = wici_tree_fill(c->nodes, c->count);

	root = wici_attachment_address(c->size, &root);
	if (wici_id_equal(&root, &c->root)) {
		c->is_leafless = false;
		return chunks_save(c);
	}
	memset(c->nodes, 0, wici_tree_nodes(c->count) * sizeof(*c->nodes));
	hold_none(c);
	return call_part(c);
}

enum wici_err chunks_judge(struct chunks *c, uint32_t max)
{
	uint8_t buf[WICI_CHUNK_LEN_MAX];
	enum wici_err err = WICI_OK;
	struct wici_id leaf;

	if (chunks_is_judged(c))
		return WICI_OK;
	for (; max && c->judged < c->count; c->judged++) {
		uint32_t i = c->judged;

		if (!c->is_leafless && !chunks_is_known(c, i))
			continue;
		max--;
		if (!chunks_read(c, i, buf, &leaf))
			continue;
		if (!chunks_is_known(c, i))
			c->nodes[i] = leaf;
		set_held(c, i, wici_id_equal(&leaf, &c->nodes[i]));
	}
	if (!chunks_is_judged(c))
		return WICI_OK;
	if (c->is_leafless)
		err = end_leafless(c);
	if (!err && c->is_whole && c->held < c->count)
		err = call_part(c);
	if (err || c->is_whole || c->held < c->count)
		return err;
	return chunks_whole(c);
}

/* ---- in ---- */

static enum wici_err make_part(struct chunks *c)
{
	char name[CHUNKS_NAME_LEN];

	if (c->fd >= 0)
		return WICI_OK;
	chunks_name_of(name, &c->root, ".part");
	return chunks_make(c->dir_fd, name, O_CREAT, &c->fd);
}

enum wici_err chunks_put(struct chunks *c, uint32_t i, struct wici_bytes bytes,
			 const struct wici_id *path, uint32_t path_count)
{
	struct wici_id leaf;
	enum wici_err err;

	WICI_REQUIRE(chunks_is_judged(c));
	if (!wici_chunk_is_of(&c->root, c->size, i, bytes, path, path_count,
			      &leaf))
		return WICI_REJECT_CHUNK;
	if (chunks_has(c, i))
		return c->is_whole ? WICI_END : WICI_OK;
	err = make_part(c);
	if (!err)
		err = chunks_write_at(c->fd, bytes.p, bytes.len,
				      (uint64_t)i * WICI_CHUNK_LEN_MAX);
	if (err)
		return err;
	wici_tree_put(c->nodes, c->count, i, &leaf, path);
	set_held(c, i, true);
	c->unsaved++;
	if (c->held == c->count) {
		err = chunks_whole(c);
		return err ? err : WICI_END;
	}
	return c->unsaved < SAVE_CHUNKS ? WICI_OK : chunks_save(c);
}

/* ---- out ---- */

/* A disk that errs on reading has lost the chunk as well. */
enum wici_err chunks_get(struct chunks *c, uint32_t i, uint8_t *buf,
			 struct wici_bytes *bytes,
			 struct wici_id path[WICI_CHUNK_PATH_MAX],
			 uint32_t *path_count)
{
	struct wici_id leaf;
	enum wici_err err;

	if (i >= c->count || !chunks_has(c, i) ||
	    !wici_tree_path(c->nodes, c->count, i, path, path_count))
		return WICI_NOT_FOUND;
	if (chunks_read(c, i, buf, &leaf) &&
	    wici_id_equal(&leaf, &c->nodes[i])) {
		*bytes = (struct wici_bytes){buf, wici_chunk_len(c->size, i)};
		return WICI_OK;
	}
	set_held(c, i, false);
	err = c->is_whole ? call_part(c) : WICI_OK;
	return err ? err : WICI_NOT_FOUND;
}

enum wici_err chunks_close(struct chunks *c)
{
	enum wici_err err = WICI_OK;

	if (c->number)
		err = chunks_forget_new(c);
	else if (c->unsaved)
		err = chunks_save(c);
	chunks_free(c);
	return err;
}

/* ---- added ---- */

enum wici_err chunks_new(struct chunks **out, int dir_fd, uint64_t number,
			 uint64_t size)
{
	struct chunks *c = chunks_alloc(dir_fd, size);
	char name[CHUNKS_NAME_LEN];
	enum wici_err err;

	c->number = number;
	chunks_new_name(name, number);
	err = chunks_make(dir_fd, name, O_CREAT | O_EXCL, &c->fd);
	if (err) {
		chunks_free(c);
		return err;
	}
	*out = c;
	return WICI_OK;
}

enum wici_err chunks_append(struct chunks *c, struct wici_bytes bytes)
{
	enum wici_err err;

	WICI_REQUIRE(c->number && c->held < c->count &&
		     bytes.len == wici_chunk_len(c->size, c->held));
	err = chunks_write_at(c->fd, bytes.p, bytes.len,
			      (uint64_t)c->held * WICI_CHUNK_LEN_MAX);
	if (err)
		return err;
	c->nodes[c->held] = wici_merkle_leaf(bytes);
	set_held(c, c->held, true);
	chunks_flush(c);
	return WICI_OK;
}

struct wici_id chunks_address(struct chunks *c)
{
	struct wici_id root;

	WICI_REQUIRE(c->number && c->held == c->count);
	root = wici_tree_fill(c->nodes, c->count);
	c->root = wici_attachment_address(c->size, &root);
	return c->root;
}

enum wici_err chunks_finish(struct chunks *c, int64_t added_ms)
{
	WICI_REQUIRE(c->number && c->held == c->count);
	c->added_ms = added_ms;
	c->judged = c->count;
	return chunks_whole(c);
}
