/* tests/sim/image.h — What a state folder holds, byte for byte, kept in memory
 * and put back: an older disk, somebody else's disk, a clone. */
#ifndef WICI_TESTS_SIM_IMAGE_H
#define WICI_TESTS_SIM_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct image_file {
	struct image_file *next;
	char name[120]; /* From the folder: "attachments/…" too. */
	mode_t mode;
	ino_t inode;
	size_t len, room; /* Of bytes: room is what is allocated. */
	uint8_t *bytes;
};

struct image { /* {NULL}: empty. */
	struct image_file *files;
};

/* All files of the folder; what was in the image before is forgotten. */
void image_take(struct image *im, const char *dir);

/* This file as it is now, unless the image has it already. */
void image_add(struct image *im, const char *dir, const char *name);
void image_drop(struct image *im, const char *name);
void image_rename(struct image *im, const char *from, const char *to);
void image_clear(struct image *im);

/* Over what is there, in place: a file that exists keeps its inode. Other files
 * stay. */
void image_put(const struct image *im, const char *dir);

/* A fence that stated its own inode when the image was taken states that of
 * the file it is now: virtual machines keep their inodes when they are put
 * back or cloned, but no process can choose one. */
void image_keep_inode(const struct image *im, const char *dir);

/* What the image does not have goes; all of it, if the image is empty. */
void image_prune(const struct image *im, const char *dir);

#endif
