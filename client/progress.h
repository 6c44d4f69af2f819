/* client/progress.h — One line on a terminal that says how far it is; nothing
 * elsewhere. */
#ifndef WICI_CLIENT_PROGRESS_H
#define WICI_CLIENT_PROGRESS_H

#include "client/client.h"

bool progress_is_shown(const struct client *c);
void progress_end(const struct client *c);

/* printf in the place of the last one. */
__attribute__((format(printf, 2, 3))) void progress_show(const struct client *c,
							 const char *format,
							 ...);

#endif
