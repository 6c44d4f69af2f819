/* proto/root.h — Which of the root's changes stand.
 *
 * PROTOCOL §5.2. A tree of approved changes, each under the one it follows;
 * approval is judged by the policy in force there, so that it does not matter
 * which arrived first, or that keys were replaced since. Pure; rows are the
 * caller's, no id twice. */
#ifndef WICI_PROTO_ROOT_H
#define WICI_PROTO_ROOT_H

#include "proto/change.h"
#include "proto/policy.h"

struct wici_root_row {
	struct wici_bytes bytes; /* The statement's; borrowed. */
	/* These very bytes were found approved before, which they are for ever:
	 * their signatures are not verified again. */
	bool was_approved;
	/* Set by wici_root_judge; version 0 until then. What has a version is
	 * not read again, however often it is judged. */
	struct wici_id id, prev;
	uint64_t version;
	bool is_approved; /* Then it is reconciled, standing or not. */
	bool is_choice;   /* It holds op 26 … */
	struct wici_id chosen;
	struct wici_policy policy; /* In force after it. */
};

/* Judges all rows: sorts them by version, then id, and says which are
 * approved. What cannot be read, or is another network's, has version 0.
 * Signatures are verified here, of those alone whose place in the tree is
 * known. */
void wici_root_judge(struct wici_root_row *rows, size_t count,
		     const struct wici_id *network);

/* The change that follows (version, id) and stands; version 0 and the network
 * id: the first. NULL: none; *is_forked says whether several follow and none
 * stands. Rows as judged. */
const struct wici_root_row *wici_root_next(const struct wici_root_row *rows,
					   size_t count, uint64_t version,
					   const struct wici_id *id,
					   bool *is_forked);

/* Is there, on the way to the change (version, id), this one of an earlier
 * version? Or is it the same? Rows as judged. */
bool wici_root_is_behind(const struct wici_root_row *rows, size_t count,
			 uint64_t version, const struct wici_id *id,
			 uint64_t before, const struct wici_id *before_id);

#endif
