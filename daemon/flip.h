/* daemon/flip.h — A bit of an entry has flipped on the disk: which? The id
 * commits to every bit, so that the one that brings it back is the one. */
#ifndef WICI_DAEMON_FLIP_H
#define WICI_DAEMON_FLIP_H

#include "daemon/store/entry.h"

#define FLIP_PAYLOAD_MAX ((size_t)1024) /* Longer ones peers bring: 20 ms. */

/* row: as read, with header.feed filled in; the entry before it is whole. Is it
 * what it was but for one bit, or for its id? Then that is put right, and the
 * entry's own signature holds; the payload may lie in buf from then on. */
bool flip_mend(struct entry_row *row, const struct wici_id *network,
	       uint8_t buf[FLIP_PAYLOAD_MAX]);

#endif
