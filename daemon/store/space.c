/* daemon/store/space.c — What the store takes: checkpoints, memory, and how
 * much of the disk is free. */
#include "daemon/store/store.h"

#include "daemon/store/private.h"
#include "proto/require.h"

#include <sys/statvfs.h>

static enum wici_err checkpoint(struct store *s, int mode)
{
	int rc;

	WICI_REQUIRE(!s->in_transaction);
	rc = sqlite3_wal_checkpoint_v2(s->db, NULL, mode, NULL, NULL);
	return rc == SQLITE_OK ? WICI_OK : store_err(s, rc);
}

enum wici_err store_checkpoint(struct store *s)
{
	return checkpoint(s, SQLITE_CHECKPOINT_PASSIVE);
}

enum wici_err store_truncate(struct store *s)
{
	return checkpoint(s, SQLITE_CHECKPOINT_TRUNCATE);
}

void store_shrink(struct store *s)
{
	(void)sqlite3_db_release_memory(s->db);
}

uint64_t store_free_bytes(const struct store *s)
{
	struct statvfs fs;

	if (s->has_free_for_test)
		return s->free_for_test;
	if (statvfs(s->path, &fs) != 0)
		return 0;
	return (uint64_t)fs.f_bavail * fs.f_frsize;
}

void store_set_free_for_test(struct store *s, uint64_t bytes)
{
	s->has_free_for_test = true;
	s->free_for_test = bytes;
}
