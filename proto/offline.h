/* proto/offline.h — The root's word without a daemon: a roster out of
 * statements that somebody has put into a file.
 *
 * PROTOCOL §5.2, §7.5. Known is the network id alone: what it hashes, and what
 * root keys have signed from there on, is believed. Pure; statements and arrays
 * are the caller's and stay as long as this is asked. Admissions are not in it:
 * wici_roster_admit() takes them, once the roster is folded. */
#ifndef WICI_PROTO_OFFLINE_H
#define WICI_PROTO_OFFLINE_H

#include "proto/root.h"
#include "proto/roster.h"

struct wici_offline {
	struct wici_id network;
	struct wici_root_row *rows; /* Lent; as judged, once folded. */
	size_t rows_count, rows_max;
	bool is_judged;
	struct wici_roster roster; /* Once folded. */
};

void wici_offline_init(struct wici_offline *o, const struct wici_id *network,
		       struct wici_root_row *rows, size_t rows_max);

/* Takes a statement; what is no change, or is there already, is passed over.
 * WICI_REJECT_STATEMENT; WICI_REJECT_NETWORK: a change of another network's;
 * WICI_MORE: rows is full. Before the first fold. */
WICI_NODISCARD
enum wici_err wici_offline_add(struct wici_offline *o,
			       struct wici_bytes statement);

/* Judges the changes, and applies those that stand. WICI_MORE: an array of the
 * space is full; lend larger ones and call again. WICI_NOT_FOUND: none of them
 * founds this network. */
WICI_NODISCARD
enum wici_err wici_offline_fold(struct wici_offline *o,
				const struct wici_roster_space *space);

#endif
