/* daemon/store/record.h — What the cursor derives from entries, for every
 * kind alike: records, references, tallies. All of it can be rebuilt.
 *
 * Writes are idempotent: after a stop the cursor walks again what it had passed
 * and not written. */
#ifndef WICI_DAEMON_STORE_RECORD_H
#define WICI_DAEMON_STORE_RECORD_H

#include "daemon/store/store.h"

/* The book's name for the cursor: entries up to this n are projected. */
#define RECORD_CURSOR "cursor"

struct record_row {
	int64_t n; /* Of the entry. */
	int64_t feed_n;
	uint64_t seq;
	uint16_t kind;
	struct wici_key about; /* Zero: nobody. */
	struct wici_bytes title;
	struct wici_bytes number;
	bool has_on_day;
	int32_t on_day;
};

#define RECORD_NAMES 1 /* A flag of references alone: to an attachment. */

/* A field of n that names a record, an institution or a file. */
struct record_ref {
	int64_t n;
	uint16_t flag; /* Of the field: WICI_SUBJECT, WICI_AFTER, WICI_ABOUT,
			* WICI_SUPERSEDES, WICI_UNIQUE or 0; or
			* RECORD_NAMES. */
	struct wici_id to;
};

WICI_NODISCARD
enum wici_err record_put(struct store *s, const struct record_row *row);
/* title and number are borrowed until the next call on this table.
 * WICI_NOT_FOUND. */
WICI_NODISCARD
enum wici_err record_get(struct store *s, int64_t n, struct record_row *row);
/* Does every index lead to it? */
WICI_NODISCARD
enum wici_err record_is_found(struct store *s, const struct record_row *row,
			      bool *is);
WICI_NODISCARD
enum wici_err record_put_ref(struct store *s, const struct record_ref *ref);

WICI_NODISCARD
enum wici_err record_has_ref(struct store *s, const struct record_ref *ref,
			     bool *has);

/* Of an erased entry: leaves a bare row; takes a reference away. */
WICI_NODISCARD
enum wici_err record_erase(struct store *s, int64_t n);
WICI_NODISCARD
enum wici_err record_drop_ref(struct store *s, const struct record_ref *ref);

/* Adds to the number of records of a kind (once an entry; the cursor alone). */
WICI_NODISCARD
enum wici_err record_tally(struct store *s, uint16_t kind, int64_t add);
WICI_NODISCARD
enum wici_err record_each_tally(struct store *s,
				void (*each)(void *arg, uint16_t kind,
					     int64_t count),
				void *arg);

/* Drops everything derived, the search index too, and sets both cursors to
 * 0. */
WICI_NODISCARD
enum wici_err record_clear(struct store *s);

/* n of records of this kind with this number, ascending. */
WICI_NODISCARD
enum wici_err record_by_number(struct store *s, uint16_t kind,
			       struct wici_bytes number, int64_t *ns,
			       size_t max, size_t *count);

/* n of records that refer to `to` through a field with this flag; ascending;
 * at most max. */
WICI_NODISCARD
enum wici_err record_referring(struct store *s, const struct wici_id *to,
			       uint16_t flag, int64_t *ns, size_t max,
			       size_t *count);
/* The same, the newest first. */
WICI_NODISCARD
enum wici_err record_referring_newest(struct store *s, const struct wici_id *to,
				      uint16_t flag, int64_t *ns, size_t max,
				      size_t *count);

/* A page of records, newest first: kinds from … to (0, 0: any); feeds_count
 * 0: any feed; below n (0: from the newest). At most max. Never a scan: some
 * index steps for each pair of feed and kind that exists, one for each n. */
struct record_filter {
	uint16_t kind_first, kind_last; /* 0, 0: any. */
	const int64_t *feeds;
	size_t feeds_count;
	int64_t below;
};
WICI_NODISCARD
enum wici_err record_list(struct store *s, const struct record_filter *filter,
			  int64_t *ns, size_t max, size_t *count);

#endif
