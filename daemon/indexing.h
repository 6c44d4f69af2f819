/* daemon/indexing.h — The search index follows the records, by a cursor of its
 * own: nothing but a search ever waits for it. In a turn.
 *
 * An entry that fits its kind and has fields flagged WICI_SEARCH gives their
 * texts, and facets: its kind, its feed, its year (of the day it is about, else
 * of its time). Standing is asked when something is found, as in lists. */
#ifndef WICI_DAEMON_INDEXING_H
#define WICI_DAEMON_INDEXING_H

#include "daemon/growing.h"
#include "daemon/node.h"
#include "daemon/store/entry.h"
#include "proto/kind.h"

/* What an index says of an entry. Another number here, or another stem
 * (WICI_POLISH_VERSION): every store makes its own anew. */
#define INDEXING_VERSION 1

#define INDEXING_FACET_LEN ((size_t)24)

/* From the store. When the index is another version's it is dropped, and the
 * cursor walks from the start. After the records' cursor is known. */
WICI_NODISCARD
enum wici_err indexing_load(struct node *n);

/* At a turn's end: some entries more, when nobody is pulling and all records
 * are there. */
WICI_NODISCARD
enum wici_err indexing_turn(struct node *n);

/* Before a search: all that is left, when it is not much. */
WICI_NODISCARD
enum wici_err indexing_catch_up(struct node *n);

bool indexing_is_done(const struct node *n);

/* Is the entry in the index, if it is to be, and found by some of its words?
 * True of what the cursor has not seen. Of an entry that was just read. */
WICI_NODISCARD
enum wici_err indexing_compare(struct node *n, const struct entry_row *row,
			       bool *is_same);

/* Takes one entry's words out of the index, while its payload is still there:
 * for its erasure. The file keeps them until search_purge() and a truncating
 * checkpoint. */
WICI_NODISCARD
enum wici_err indexing_remove(struct node *n, const struct entry_row *row);

/* What is looked for in a payload that fits its kind: the title first, a line
 * or more for each field. */
void indexing_text(const struct wici_kind *kind, struct wici_bytes payload,
		   struct growing *text);

/* The tokens by which a search is narrowed. */
struct wici_bytes indexing_kind_facet(char out[INDEXING_FACET_LEN],
				      uint16_t kind);
struct wici_bytes indexing_feed_facet(char out[INDEXING_FACET_LEN],
				      int64_t feed_n);
struct wici_bytes indexing_year_facet(char out[INDEXING_FACET_LEN],
				      uint64_t year);

#endif
