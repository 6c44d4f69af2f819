/* proto/change_view.h — What a change does, as a value that people and
 * programs read: the daemon's list of changes, and the client where there is
 * no daemon. PROTOCOL §5.2. */
#ifndef WICI_PROTO_CHANGE_VIEW_H
#define WICI_PROTO_CHANGE_VIEW_H

#include "proto/change.h"

/* Whose name stands beside a key; NULL, or a function that gives NULL: it is
 * not known here, and there is no "name". */
struct wici_change_names {
	const char *(*identity)(const void *arg, const struct wici_key *key);
	const char *(*feed)(const void *arg, const struct wici_key *feed);
	const void *arg;
};

/* An array of maps {op: "suspend", …}, one an op, in the order of their
 * numbers; ids and keys in hex, days as YYYY-MM-DD. An even op that we do not
 * know is {op: "unknown"}. names may be NULL. */
void wici_change_view(struct wici_mp_writer *w, const struct wici_change *c,
		      const struct wici_change_names *names);

#endif
