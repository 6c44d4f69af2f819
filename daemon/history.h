/* daemon/history.h — What an institution was called, and what it was: its own
 * word, profile after profile. Its identity stays. In a turn. */
#ifndef WICI_DAEMON_HISTORY_H
#define WICI_DAEMON_HISTORY_H

#include "daemon/node.h"

/* An array of {id, time, name, short_name, type, city}, the oldest first: of
 * each profile that counts and changes one of these. */
WICI_NODISCARD
enum wici_err history_write(struct wici_mp_writer *w, struct node *n,
			    const struct wici_key *identity);

#endif
