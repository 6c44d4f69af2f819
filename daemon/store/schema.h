/* daemon/store/schema.h — The tables, and how they came to be: a list of
 * migrations to which lines are only ever added. */
#ifndef WICI_DAEMON_STORE_SCHEMA_H
#define WICI_DAEMON_STORE_SCHEMA_H

#include "daemon/store/store.h"

#define SCHEMA_APPLICATION_ID 0x77696369 /* "wici" */

/* Is this file ours, or empty, and of a version we know? Reads only.
 * WICI_STORE: *why says what it is instead, or is NULL after an error of
 * SQLite, whose code is in *rc (SQLITE_OK otherwise). WICI_NEWER_NEEDED. */
WICI_NODISCARD
enum wici_err schema_judge(sqlite3 *db, int64_t *version, const char **why,
			   int *rc);

/* From version to STORE_SCHEMA_VERSION, in the transaction that is open.
 * Returns SQLite's code. */
int schema_migrate(sqlite3 *db, int64_t version);

#endif
