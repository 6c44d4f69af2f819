/* client/keep.h — A backup a day in a folder: 7 of the last days, 4 of weeks,
 * 6 of months are kept. */
#ifndef WICI_CLIENT_KEEP_H
#define WICI_CLIENT_KEEP_H

#include "client/client.h"

#define KEEP_DAYS   7
#define KEEP_WEEKS  4
#define KEEP_MONTHS 6

/* Today's: DIR/wici-YYYY-MM-DD.backup. */
WICI_NODISCARD
enum wici_err keep_name(struct client *c, const char *folder, char *path,
			size_t max);

/* Removes those that are kept no longer; of nothing else than names of just
 * that form. */
WICI_NODISCARD
enum wici_err keep_prune(struct client *c, const char *folder);

/* Which of these days (since 1970-01-01, ascending, each once) stay? */
void keep_choose(const int32_t *days, size_t count, bool *stays);

#endif
