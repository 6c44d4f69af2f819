/* daemon/view.h — Entries as people and programs read them: maps of plain
 * values. In a turn.
 *
 * Ids, keys and other bytes are lowercase hex; what is not known (an unknown
 * kind, an unknown field) is shown as it is, and never applied. */
#ifndef WICI_DAEMON_VIEW_H
#define WICI_DAEMON_VIEW_H

#include "daemon/node.h"
#include "daemon/store/entry.h"
#include "proto/kind.h"

#define VIEW_NAMES_MAX 64

/* Does the entry count, and if not, why? Body, right and (where the kind gives
 * or takes a right) its own signature, which is verified now if it was not,
 * and noted. row: as read; its header.feed is filled in here. Of an issuer's
 * record its scheme is asked too; of a grant, whether its index was used before
 * (of what the cursor has seen). No entry is read: what row borrows stays. An unknown kind is
 * judged as any member's. */
enum wici_standing view_standing(struct node *n, struct entry_row *row);

/* Verifies the entry's own signature, unless that was done; notes it. */
bool view_is_signed(struct node *n, struct entry_row *row);

/* Any valid MessagePack value, bytes as hex, deep as it is. */
void view_value(struct wici_mp_writer *w, struct wici_bytes raw);

/* {identity, name}: name is the roster's, or null. */
void view_author(struct wici_mp_writer *w, const struct node *n,
		 const struct wici_key *identity);

/* The pairs record and author: of the entry that names a file, hex and
 * {identity, name}; null where there is none (entry 0). */
void view_named_by(struct wici_mp_writer *w, struct node *n, int64_t entry);

enum view_form {
	VIEW_LISTED, /* with title */
	VIEW_SHOWN   /* with held_by, supersedes, superseded_by, erasure */
};

/* One record: a map, to which the caller adds so many pairs. row as read by
 * entry_get; what it borrows is copied first, since more is read here. */
WICI_NODISCARD
enum wici_err view_record(struct node *n, struct entry_row *row,
			  enum view_form form, uint32_t more,
			  struct wici_mp_writer *w);

/* Is it replaced by a later record of the same institution that counts? Reads
 * entries: what row borrows is gone afterwards. */
bool view_is_superseded(struct node *n, const struct entry_row *row);

/* The pair "erasure": {statement, done: here, erased_by: so many of so many
 * other institutions, reason: noted here}, or null. */
void view_erasure(struct wici_mp_writer *w, struct node *n,
		  const struct wici_head *of);

/* What a payload that fits its kind says it replaces: an id, borrowed from it. */
bool view_superseded(const struct wici_kind *kind, struct wici_bytes payload,
		     struct wici_bytes *id);

/* How many other institutions hold an own entry durably, of those that are
 * members and not suspended. */
uint64_t view_held_by(struct node *n, const struct feed *feed, uint64_t seq);

/* {identity: name}: of the members that a canonical payload names. */
void view_names(struct wici_mp_writer *w, const struct node *n,
		const struct wici_kind *kind, struct wici_bytes payload);

/* A time and a day as strings; null when there is none (time 0, !has). */
void view_time(struct wici_mp_writer *w, int64_t time_ms);
void view_day(struct wici_mp_writer *w, bool has, int32_t day);

/* A string, or null when it is empty. */
void view_line(struct wici_mp_writer *w, struct wici_bytes b);

/* {pl, en} */
void view_label(struct wici_mp_writer *w, const struct wici_label *label);

#endif
