/* tests/sim/image.c — Taking and putting back the files of a state folder.
 *
 * By stdio: the disk that disk.c makes crash counts open(), pwrite() and the
 * like, and nothing of this is the node's doing. */
#include "tests/sim/image.h"

#include "proto/bytes.h"
#include "proto/require.h"

#include <dirent.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* As daemon/fence.c has it. */
#define FENCE_LEN      ((size_t)176)
#define FENCE_INODE_AT ((size_t)88)
#define FENCE_SUM_AT   ((size_t)144)

#define INNER "attachments"

struct image_path {
	char text[256];
};

static struct image_path path_of(const char *dir, const char *name)
{
	struct image_path p;
	int len = snprintf(p.text, sizeof(p.text), "%s/%s", dir, name);

	WICI_REQUIRE(len > 0 && (size_t)len < sizeof(p.text));
	return p;
}

/* ---- taking ---- */

static struct image_file **place_of(struct image *im, const char *name)
{
	struct image_file **at = &im->files;

	while (*at && strcmp((*at)->name, name) != 0)
		at = &(*at)->next;
	return at;
}

/* A log of megabytes comes and goes with every sync: what the last one lay in
 * is at hand. */
static struct room {
	uint8_t *bytes;
	size_t len;
} spare;

static void take_room(struct image_file *f)
{
	struct room room = spare;

	spare = (struct room){NULL, 0};
	if (!room.bytes || room.len < f->len) {
		free(room.bytes);
		for (room.len = 4096; room.len < f->len;)
			room.len *= 2;
		room.bytes = malloc(room.len);
		WICI_REQUIRE(room.bytes != NULL);
	}
	f->bytes = room.bytes;
	f->room = room.len;
}

static void give_room(const struct image_file *f)
{
	if (f->room <= spare.len) {
		free(f->bytes);
		return;
	}
	free(spare.bytes);
	spare = (struct room){f->bytes, f->room};
}

static void read_file(struct image_file *f, const char *path)
{
	FILE *file = fopen(path, "re");

	WICI_REQUIRE(file != NULL);
	take_room(f);
	WICI_REQUIRE(fread(f->bytes, 1, f->len, file) == f->len);
	fclose(file);
}

void image_add(struct image *im, const char *dir, const char *name)
{
	struct image_file **at = place_of(im, name), *f;
	struct image_path path = path_of(dir, name);
	struct stat st;

	if (*at)
		return;
	f = calloc(1, sizeof(*f));
	WICI_REQUIRE(f != NULL && strlen(name) < sizeof(f->name));
	WICI_REQUIRE(stat(path.text, &st) == 0 && S_ISREG(st.st_mode));
	strcpy(f->name, name);
	f->mode = st.st_mode & 0777;
	f->inode = st.st_ino;
	f->len = (size_t)st.st_size;
	read_file(f, path.text);
	*at = f;
}

void image_drop(struct image *im, const char *name)
{
	struct image_file **at = place_of(im, name), *f = *at;

	if (!f)
		return;
	*at = f->next;
	give_room(f);
	free(f);
}

void image_rename(struct image *im, const char *from, const char *to)
{
	struct image_file *f;

	image_drop(im, to);
	f = *place_of(im, from);
	if (f)
		strcpy(f->name, to);
}

void image_clear(struct image *im)
{
	while (im->files)
		image_drop(im, im->files->name);
}

/* Calls for each file of the folder, and of the one that may stand in it. */
static void each_file_of(const char *dir, const char *within,
			 void (*call)(void *, const char *name), void *arg)
{
	struct image_path path = path_of(dir, within);
	DIR *d = opendir(path.text);
	struct dirent *e;

	WICI_REQUIRE(d != NULL);
	while ((e = readdir(d))) {
		char name[120];

		if (e->d_name[0] == '.')
			continue;
		(void)snprintf(name, sizeof(name), "%.12s%.100s", within,
			       e->d_name);
		if (strcmp(name, INNER) == 0)
			each_file_of(dir, INNER "/", call, arg);
		else
			call(arg, name);
	}
	closedir(d);
}

static void each_file(const char *dir, void (*call)(void *, const char *name),
		      void *arg)
{
	each_file_of(dir, "", call, arg);
}

struct folder {
	struct image *im;
	const char *dir;
};

static void take_one(void *arg, const char *name)
{
	struct folder *t = arg;

	image_add(t->im, t->dir, name);
}

void image_take(struct image *im, const char *dir)
{
	struct folder t = {im, dir};

	image_clear(im);
	each_file(dir, take_one, &t);
}

/* ---- putting back ---- */

static void write_file(const char *path, const uint8_t *bytes, size_t len)
{
	FILE *file = fopen(path, "we"); /* Truncates; the inode stays. */

	WICI_REQUIRE(file != NULL);
	WICI_REQUIRE(fwrite(bytes, 1, len, file) == len);
	WICI_REQUIRE(fclose(file) == 0);
}

void image_put(const struct image *im, const char *dir)
{
	for (const struct image_file *f = im->files; f; f = f->next) {
		struct image_path path = path_of(dir, f->name);

		if (strchr(f->name, '/'))
			(void)mkdir(path_of(dir, INNER).text, 0700);
		write_file(path.text, f->bytes, f->len);
		WICI_REQUIRE(chmod(path.text, f->mode) == 0);
	}
}

void image_keep_inode(const struct image *im, const char *dir)
{
	struct image same = *im;
	const struct image_file *f = *place_of(&same, "fence");
	struct image_path path = path_of(dir, "fence");
	uint8_t b[FENCE_LEN];
	struct stat st;

	if (!f || f->len != FENCE_LEN ||
	    wici_get_u64(f->bytes + FENCE_INODE_AT) != (uint64_t)f->inode)
		return;
	WICI_REQUIRE(stat(path.text, &st) == 0);
	memcpy(b, f->bytes, FENCE_LEN);
	wici_put_u64(b + FENCE_INODE_AT, (uint64_t)st.st_ino);
	crypto_generichash(b + FENCE_SUM_AT, 32, b, FENCE_SUM_AT, NULL, 0);
	write_file(path.text, b, FENCE_LEN);
}

static void prune_one(void *arg, const char *name)
{
	struct folder *t = arg;

	if (!*place_of(t->im, name))
		WICI_REQUIRE(remove(path_of(t->dir, name).text) == 0);
}

void image_prune(const struct image *im, const char *dir)
{
	struct image same = *im;
	struct folder t = {&same, dir};

	each_file(dir, prune_one, &t);
	(void)rmdir(path_of(dir, INNER).text); /* If nothing is left. */
}
