/* daemon/fence.h — Never fork yourself: a file outside the database that says
 * how far the own feed went, and the lock on the state folder.
 *
 * DESIGN §8. Written after the commit, without a sync of its own. Store ahead
 * of fence: a crash, the fence advances. Fence ahead of store, another
 * machine, a copied file (its inode differs): sealed. */
#ifndef WICI_DAEMON_FENCE_H
#define WICI_DAEMON_FENCE_H

#include "proto/entry.h"

struct fence {
	int fd; /* The file; −1 before it exists. */
	struct wici_head head;
	uint64_t inode;         /* As the file itself states it. */
	struct wici_id machine; /* Hash of the machine's id; zero: unknown. */
};

/* machine_id NULL: unknown. */
void fence_init(struct fence *f, const char *machine_id);

/* One process a state folder: an exclusive flock on "lock". WICI_BUSY. */
WICI_NODISCARD
enum wici_err fence_lock(int dir_fd, int *lock_fd);

/* Opens and judges. stored: the own feed's head in the store (seq 0: none);
 * where the store is ahead the fence advances. *sealed says why, a static code
 * word ("fence_ahead", "machine", "copied", "missing", "damaged"), or NULL.
 * WICI_IO. */
WICI_NODISCARD
enum wici_err fence_open(struct fence *f, int dir_fd,
			 const struct wici_head *stored, const char **sealed);

/* After a commit that moved the own feed; and, before the first entry of a new
 * feed, with its seq 0: that creates the file, and is synced. */
WICI_NODISCARD
enum wici_err fence_write(struct fence *f, int dir_fd,
			  const struct wici_head *head);
void fence_close(struct fence *f);

#endif
