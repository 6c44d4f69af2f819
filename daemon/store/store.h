/* daemon/store/store.h — The one SQLite file: open, check, transaction.
 *
 * One process, one connection: locking_mode=EXCLUSIVE before
 * journal_mode=WAL, synchronous=FULL. SQL stands in daemon/store/ alone. Each
 * table is a file (entry, feed, record, ident, book, …) that owns its
 * prepared statements as a struct in struct store; they are prepared once.
 *
 * Errors: WICI_STORE is I/O or a bug of ours in SQL: the caller must stop the
 * process, the restart reads the truth. WICI_FULL: the disk is full; nothing
 * was changed after store_rollback(). Functions that write WICI_REQUIRE an
 * open transaction; once one of them has failed, the others and the commit
 * repeat its error, so that half a turn is never committed.
 *
 * SQLite's memory is limited to STORE_HEAP_MAX for the whole process. */
#ifndef WICI_DAEMON_STORE_STORE_H
#define WICI_DAEMON_STORE_STORE_H

#include "proto/entry.h"
#include "proto/err.h"

#include <sqlite3.h>

#define STORE_SCHEMA_VERSION 4
#define STORE_RESERVE_BYTES  ((uint64_t)64 << 20) /* Read-only below this. */
#define STORE_HEAP_MAX       ((int64_t)64 << 20)

/* What else can be said of a file whose own order is gone? */
#define STORE_DAMAGED                                                          \
	"the store is damaged: copy its folder, then try sqlite3's .recover"

struct store;

/* Opens or creates `path`, readable by its owner alone. On an error *s is NULL
 * and why_buf (200 bytes do) holds a sentence: a second daemon (WICI_BUSY), a
 * newer schema (WICI_NEWER_NEEDED), no permission (WICI_NOT_PERMITTED), full
 * (WICI_FULL), no such folder (WICI_IO); damaged, a link, on a network file
 * system, not a wici store (WICI_STORE). */
WICI_NODISCARD
enum wici_err store_open(struct store **s, const char *path, char *why_buf,
			 size_t why_len);
/* Rolls back what is open. When SQLite found the file damaged, the indexes are
 * made anew: it may be them, and then the next start finds it whole. NULL is
 * nothing. */
void store_close(struct store *s);

WICI_NODISCARD
enum wici_err store_begin(struct store *s);
/* Rolled back on any error. */
WICI_NODISCARD
enum wici_err store_commit(struct store *s);
void store_rollback(struct store *s);
bool store_is_open(const struct store *s); /* A transaction. */

/* A passive checkpoint, for quiet turns. Not in a transaction. */
WICI_NODISCARD
enum wici_err store_checkpoint(struct store *s);

/* A whole one, after which the journal has no bytes: what was erased is in no
 * file any more. Not in a transaction. */
WICI_NODISCARD
enum wici_err store_truncate(struct store *s);

/* Gives memory back that a bulk sync left behind. */
void store_shrink(struct store *s);

/* Bytes free where the store lives (statvfs; 0 when that fails). */
uint64_t store_free_bytes(const struct store *s);

/* What store_free_bytes says from now on, so that "full" can be had without a
 * full disk. */
void store_set_free_for_test(struct store *s, uint64_t bytes);

/* What SQLite said of the last WICI_STORE or WICI_FULL, for the log; "" when
 * there was none. */
const char *store_problem(const struct store *s);

#endif
