/* daemon/chunks.h — One attachment in the state folder: its bytes, and the tree
 * over its chunks.
 *
 *   attachments/<address>        the bytes, whole
 *   attachments/<address>.part   some of them, each at its place
 *   attachments/<address>.tree   what is known of the tree; alone: it is wanted
 *   attachments/new.<n>          what a client adds; its address comes last
 *
 * Names are hex digits of ours, mode 0600. Nothing that a disk says is
 * believed: a chunk counts once its bytes were hashed since it was opened, and
 * is hashed again each time it is read. What was spoilt is missing then, and is
 * fetched like the rest. Writing is synced where a file becomes whole.
 *
 * Hashing goes in slices: the caller decides how many chunks at a time. All
 * errors but those named are WICI_IO; WICI_FULL: no room on the disk. */
#ifndef WICI_DAEMON_CHUNKS_H
#define WICI_DAEMON_CHUNKS_H

#include "proto/chunk_tree.h"

#define CHUNKS_DIR "attachments"

/* On the heap; fields are private to chunks.c but for those marked. */
struct chunks {
	int dir_fd; /* Of the folder; borrowed. */
	int fd;     /* −1: there are no bytes yet. */
	struct wici_id root;
	uint64_t size;    /* May be read. */
	uint32_t count;   /* May be read: chunks. */
	uint32_t held;    /* May be read: that count. */
	uint32_t judged;  /* May be read: below it each chunk is judged. */
	bool is_named;    /* May be read: under its final name, … */
	bool is_whole;    /* May be read: … and as long as it is to be. */
	bool is_leafless; /* Whole, and no tree fits: it is made anew. */
	int64_t added_ms; /* May be read: since when no record names it. */
	uint32_t unsaved; /* Chunks that the tree's file lacks. */
	uint64_t flushed; /* Up to this byte writing has begun. */
	struct wici_id *nodes;
	uint8_t *is_held; /* Bits. */
	uint64_t number;  /* Of new.<n>; 0: it has its name. */
};

/* What lies in the folder, by name alone. */
struct chunks_row {
	struct wici_id root;
	uint64_t size;
	int64_t added_ms;
	bool is_whole;
	bool has_part;
};

/* Opens the folder: *dir_fd −1 while there is none, unless it is to be made. */
WICI_NODISCARD
enum wici_err chunks_dir_open(int state_fd, bool is_made, int *dir_fd);

/* Each attachment of which something is here; removes what was being added when
 * the process ended. */
WICI_NODISCARD
enum wici_err chunks_each(int dir_fd,
			  void (*each)(void *arg, const struct chunks_row *row),
			  void *arg);

/* Notes that it is wanted, unless something is noted already. */
WICI_NODISCARD
enum wici_err chunks_want(int dir_fd, const struct wici_id *root,
			  uint64_t size);

/* Notes that it was added then, and no record names it yet; 0: one does. What
 * is known of the tree stays. */
WICI_NODISCARD
enum wici_err chunks_mark(int dir_fd, const struct wici_id *root, uint64_t size,
			  int64_t added_ms);

/* What is here of it, which may be nothing: then the first put makes it.
 * WICI_NOT_PERMITTED: what has its name is no file, or is not for this user. */
WICI_NODISCARD
enum wici_err chunks_open(struct chunks **c, int dir_fd,
			  const struct wici_id *root, uint64_t size);

/* Looks at up to max further chunks. */
WICI_NODISCARD
enum wici_err chunks_judge(struct chunks *c, uint32_t max);
bool chunks_is_judged(const struct chunks *c);

bool chunks_has(const struct chunks *c, uint32_t i);

/* A chunk that came, with its path. WICI_REJECT_CHUNK: it is none of the
 * file's. WICI_END: the file is whole now, and synced. Judge it first. */
WICI_NODISCARD
enum wici_err chunks_put(struct chunks *c, uint32_t i, struct wici_bytes bytes,
			 const struct wici_id *path, uint32_t path_count);

/* Reads chunk i into buf (CHUNK_LEN_MAX) and its path. WICI_NOT_FOUND: it is
 * not held, or the disk has spoilt it, which makes it missing. */
WICI_NODISCARD
enum wici_err chunks_get(struct chunks *c, uint32_t i, uint8_t *buf,
			 struct wici_bytes *bytes,
			 struct wici_id path[WICI_CHUNK_PATH_MAX],
			 uint32_t *path_count);

/* A file that a client adds, of this size; then its bytes in order, at most
 * CHUNK_LEN_MAX at a time and whole chunks but for the last; then its address,
 * and whatever is named by it is there, synced. */
WICI_NODISCARD
enum wici_err chunks_new(struct chunks **c, int dir_fd, uint64_t number,
			 uint64_t size);
WICI_NODISCARD
enum wici_err chunks_append(struct chunks *c, struct wici_bytes bytes);
struct wici_id chunks_address(struct chunks *c);
WICI_NODISCARD
enum wici_err chunks_finish(struct chunks *c, int64_t added_ms);

/* Nothing of it is believed any longer: each chunk is judged anew. */
void chunks_doubt(struct chunks *c);

/* Saves what is known of the tree; what is being added goes. */
WICI_NODISCARD
enum wici_err chunks_close(struct chunks *c);

/* All of it goes. */
WICI_NODISCARD
enum wici_err chunks_drop(int dir_fd, const struct wici_id *root);

/* ---- looked at, and nothing is changed by that: chunks_look.c ---- */

/* Of the chunks below `at`: those that are what they are to be, and those that
 * were here and are not. What a part never had is neither. */
struct chunks_seen {
	uint32_t at;
	uint32_t bad;
	uint64_t good_bytes;
	uint64_t bad_bytes;
	uint32_t unproven; /* Until the end: the tree does not tell. */
	uint64_t unproven_bytes;
	bool is_tree_bad; /* The bytes are good, and the tree is not. */
};

/* What lies on the disk of it, to be looked at alone; fd −1: no bytes. Errors are
 * those of chunks_open(). */
WICI_NODISCARD
enum wici_err chunks_open_seen(struct chunks **c, int dir_fd,
			       const struct wici_id *root, uint64_t size);

/* Looks at up to max further chunks of one that was opened so, or of a part
 * that is open and judged. Returns how many it read. */
uint32_t chunks_look(struct chunks *c, uint32_t max, struct chunks_seen *seen);

/* Are there no bytes, though there were some? */
bool chunks_is_lost(const struct chunks *c);

/* A name in the folder. */
struct chunks_name {
	char name[256];
	bool is_address; /* root, and size where anything says it. */
	bool is_tree;
	uint64_t number; /* Of new.<n>; 0: it is none. */
	struct wici_id root;
	uint64_t size;
	uint64_t bytes; /* That the file has. */
};

/* All names, one after the other. WICI_END. */
struct chunks_walk;
WICI_NODISCARD
enum wici_err chunks_walk_open(struct chunks_walk **w, int dir_fd);
WICI_NODISCARD
enum wici_err chunks_walk_next(struct chunks_walk *w, struct chunks_name *name);
void chunks_walk_close(struct chunks_walk *w);

#endif
