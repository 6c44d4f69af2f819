/* tests/sim/disk.h — A disk under each node: the machine loses power at the
 * write that is named, and nothing after it reaches the state folder.
 *
 * A write is whatever changes or syncs a file of the folder: SQLite's (by a
 * VFS under it) and those of the daemon's own files (the linker wraps the
 * calls). A sync only counts: nobody pulls the plug of the test machine. */
#ifndef WICI_TESTS_SIM_DISK_H
#define WICI_TESTS_SIM_DISK_H

#include "tests/sim/image.h"

enum disk_crash {
	DISK_KEEPS,         /* All that was written before is there. */
	DISK_TEARS,         /* And half of that write, to a sector's edge. */
	DISK_FORGETS_DIRTY, /* Gone is what was written and not synced. */
};

/* Fields are private to disk.c, but for what is said. */
struct disk {
	struct disk *next;
	const char *dir;
	uint64_t writes; /* So far. For reading. */
	uint64_t crash_at;
	enum disk_crash how;
	bool is_off;         /* Nothing reaches it any more. For reading. */
	bool has_crashed;    /* Since it was last armed. For reading. */
	struct image synced; /* Files with dirty bytes, as they were synced. */
};

/* dir: an absolute path without links, borrowed. */
void disk_attach(struct disk *d, const char *dir);
void disk_detach(struct disk *d);

/* The power goes at the k-th write from now (1: the next; 0: it does not). */
void disk_arm(struct disk *d, uint64_t k, enum disk_crash how);

/* The process dies now: what it still does, as its memory is given back, does
 * not reach the disk. */
void disk_cut(struct disk *d);

/* The power is back, or the process may be started again. */
void disk_restart(struct disk *d);

#endif
