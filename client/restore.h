/* client/restore.h — An institution back on an empty state folder: from a
 * backup, or from its card. The daemon does it; here the file is read, and the
 * end is waited for. */
#ifndef WICI_CLIENT_RESTORE_H
#define WICI_CLIENT_RESTORE_H

#include "client/client.h"

/* Both leave the daemon's restore.state in c->result; exit 8 while what was
 * published before has not come back from a peer. is_dry: says what is in the
 * file, and changes nothing. */
WICI_NODISCARD
enum wici_err restore_from_file(struct client *c, const char *path, bool is_dry);
/* path "-": the standard input. */
WICI_NODISCARD
enum wici_err restore_from_card(struct client *c, const char *path);

/* Waits until the old feed is carried on, or the timeout; shows progress. */
WICI_NODISCARD
enum wici_err restore_wait(struct client *c);

void restore_print(const struct client *c);

#endif
