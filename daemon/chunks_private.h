/* daemon/chunks_private.h — What chunks.c (what counts) and chunks_file.c (how
 * it is written) share. */
#ifndef WICI_DAEMON_CHUNKS_PRIVATE_H
#define WICI_DAEMON_CHUNKS_PRIVATE_H

#include "daemon/chunks.h"

#define CHUNKS_NAME_LEN ((size_t)80)
#define CHUNKS_HEAD_LEN ((size_t)32) /* Of a tree's file. */

void chunks_name_of(char name[CHUNKS_NAME_LEN], const struct wici_id *root,
		    const char *suffix);
void chunks_new_name(char name[CHUNKS_NAME_LEN], uint64_t number);

/* The address, and what follows it; false: it is no name of ours. */
bool chunks_name_read(const char *name, struct wici_id *root,
		      const char **suffix);

/* Its bytes as they lie there; the hash of them. False: it cannot be read. */
bool chunks_read(const struct chunks *c, uint32_t i, uint8_t *buf,
		 struct wici_id *leaf);

/* Is the leaf of chunk i known? */
bool chunks_is_known(const struct chunks *c, uint32_t i);

/* False: it is no such file. */
bool chunks_head_read(int fd, uint8_t head[CHUNKS_HEAD_LEN], uint64_t *size,
		      int64_t *added_ms);

/* All of it, or nothing is known of it. */
bool chunks_read_at(int fd, void *p, size_t len, uint64_t at);
WICI_NODISCARD
enum wici_err chunks_write_at(int fd, const void *p, size_t len, uint64_t at);

/* Opens for reading and writing; flags besides. */
WICI_NODISCARD
enum wici_err chunks_make(int dir_fd, const char *name, int flags, int *fd);

/* The tree as it is known, not synced. */
WICI_NODISCARD
enum wici_err chunks_save(struct chunks *c);

/* Begins to write to the disk what lies in memory, and waits for nothing. */
void chunks_flush(struct chunks *c);

/* Everything is held: bytes and tree are synced, and the bytes get their
 * name. */
WICI_NODISCARD
enum wici_err chunks_whole(struct chunks *c);

WICI_NODISCARD
enum wici_err chunks_forget_new(struct chunks *c);

void chunks_free(struct chunks *c);

#endif
