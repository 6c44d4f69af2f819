/* daemon/store/entry.h — Entries: appended by rowid, found by (feed, seq).
 *
 * Header fields that can be recomputed (feed, prev, payload_len, payload_hash
 * where there is a payload) are not stored twice. Ids are not indexed here but
 * in record.h, by the cursor: nothing random in the receiving transaction. */
#ifndef WICI_DAEMON_STORE_ENTRY_H
#define WICI_DAEMON_STORE_ENTRY_H

#include "daemon/store/store.h"
#include "proto/run.h"

struct entry_row {
	int64_t n; /* Order of arrival in this store; from 1. */
	int64_t feed_n;
	struct wici_entry entry; /* header.feed is not filled in by reads. */
	struct wici_id id;
	bool is_proved; /* Its own signature has been verified. */
	/* Set by reads: its bytes, joined to the entry before it, do not give
	 * its id. Then it counts as not proved. */
	bool is_damaged;
};

/* entry.payload is copied. row->n is set. */
WICI_NODISCARD
enum wici_err entry_append(struct store *s, struct entry_row *row);

/* Reads borrow payload from SQLite until the next call on this table. prev is
 * filled in. WICI_NOT_FOUND. */
WICI_NODISCARD
enum wici_err entry_get(struct store *s, int64_t n, struct entry_row *row);
WICI_NODISCARD
enum wici_err entry_at(struct store *s, int64_t feed_n, uint64_t seq,
		       struct entry_row *row);

/* The first entry with a number above n, for the cursor; not what was set
 * aside. WICI_END. */
WICI_NODISCARD
enum wici_err entry_after(struct store *s, int64_t n, struct entry_row *row);

/* Is the row that entry_at found of that feed and seq? WICI_STORE: the index is
 * wrong, and made anew when the store is closed. */
WICI_NODISCARD
enum wici_err entry_check_place(struct store *s, const struct entry_row *row);

WICI_NODISCARD
enum wici_err entry_set_proved(struct store *s, int64_t n);

/* The id at this place of the feed's chain. WICI_NOT_FOUND. */
WICI_NODISCARD
enum wici_err entry_id(struct store *s, int64_t feed_n, uint64_t seq,
		       struct wici_id *id);

/* Numbers above n of the feed.succeed entries of all feeds, ascending; of each
 * feed the first so many, since PROTOCOL §5.9 looks at no others. Not what was
 * set aside. */
#define ENTRY_SUCCEEDS_MAX 64
WICI_NODISCARD
enum wici_err entry_succeeds(struct store *s, int64_t n, int64_t *ns,
			     size_t max, size_t *count);

/* The last seq of the feed up to which its payloads are no more bytes. One
 * that is not held is as long as its header says. */
WICI_NODISCARD
enum wici_err entry_within(struct store *s, int64_t feed_n, uint64_t bytes,
			   uint64_t *seq);
/* How many bytes they are from seq on. */
WICI_NODISCARD
enum wici_err entry_bytes(struct store *s, int64_t feed_n, uint64_t from,
			  uint64_t *bytes);

/* The feed's first entry that claims this time (positive) or a later one.
 * WICI_END. Reads all of them. */
WICI_NODISCARD
enum wici_err entry_since(struct store *s, int64_t feed_n, int64_t time_ms,
			  uint64_t *seq);

/* The highest n; 0 when there are none. */
WICI_NODISCARD
enum wici_err entry_last(struct store *s, int64_t *n);

/* Reads all that follows `from` in its feed, in one statement: each continues the
 * chain, and its id is what header, signature and payload give. *last: the last
 * of them, without its payload. WICI_NOT_FOUND: there is none, one is damaged,
 * or one is missing. */
WICI_NODISCARD
enum wici_err entry_chain(struct store *s, const struct wici_head *from,
			  int64_t feed_n, struct entry_row *last);

/* Fills w with entries from … to of the feed, as many as fit. Row by row in
 * one statement; *last_proved is how many of the written entries end with one
 * that is proved (0: none). The run ends before an entry that is damaged or
 * missing. */
WICI_NODISCARD
enum wici_err entry_run(struct store *s, int64_t feed_n, uint64_t from,
			uint64_t to, struct wici_run_writer *w,
			uint16_t *last_proved);

/* Entries of one feed, newest first, below seq (0: from its end); for `log`.
 * WICI_END. */
WICI_NODISCARD
enum wici_err entry_before(struct store *s, int64_t feed_n, uint64_t seq,
			   struct entry_row *row);

/* Why entries are of no feed any more. */
enum entry_aside {
	ENTRY_DAMAGED, /* Joined again once what was spoilt is back. */
	ENTRY_EVIDENCE /* Of a fork: kept for good; what came first stays. */
};

/* The number under which entry_at reads what was set aside of this feed. */
int64_t entry_aside_n(int64_t feed_n, enum entry_aside why);

/* Whose it is, or was. */
int64_t entry_feed_of(int64_t feed_n);

/* An entry and all that follows it is set aside: the cursor does not see it.
 * Adds up the *bytes of payloads. */
WICI_NODISCARD
enum wici_err entry_set_aside(struct store *s, int64_t feed_n, uint64_t from,
			      enum entry_aside why, uint64_t *bytes);
/* Of what is damaged and was set aside, turns what stands from seq on into
 * evidence. */
WICI_NODISCARD
enum wici_err entry_keep_aside(struct store *s, int64_t feed_n, uint64_t from);
/* The next feed number above *feed_n of which there are entries. WICI_END. */
WICI_NODISCARD
enum wici_err entry_next_feed(struct store *s, int64_t *feed_n);
/* How many entries the feed has up to this seq. */
WICI_NODISCARD
enum wici_err entry_count(struct store *s, int64_t feed_n, uint64_t to,
			  uint64_t *count);
/* All entries of one number under another, which has none. */
WICI_NODISCARD
enum wici_err entry_rename_feed(struct store *s, int64_t from, int64_t to);
/* Drops what stands beyond seq (which may be −1 or less: everything). */
WICI_NODISCARD
enum wici_err entry_drop_beyond(struct store *s, int64_t feed_n, int64_t seq);
/* Writes an entry again, in its own row, as it was before bits flipped. */
WICI_NODISCARD
enum wici_err entry_mend(struct store *s, const struct entry_row *row);
/* Takes payload and salt out of a row that was just read: length and hash are
 * all that is left of them. */
WICI_NODISCARD
enum wici_err entry_erase(struct store *s, const struct entry_row *row);
/* Of what is damaged and was set aside, drops everything up to this seq. */
WICI_NODISCARD
enum wici_err entry_drop_aside(struct store *s, int64_t feed_n, uint64_t to);
/* Of that, the lowest seq from `from` on. WICI_END: there is none. */
WICI_NODISCARD
enum wici_err entry_first_aside(struct store *s, int64_t feed_n, uint64_t from,
				uint64_t *seq);

#endif
