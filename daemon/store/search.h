/* daemon/store/search.h — The search index: which records have which words.
 *
 * An FTS5 table without the texts themselves (they are in the entries) and
 * without places inside them: rowid is the entry's n. A record has words, and
 * facets: tokens that no text can contain, by which a search is narrowed
 * inside the index.
 *
 * It is derived, and never in the way: when SQLite finds it damaged, functions
 * say WICI_OK and find nothing, search_is_broken() says so, and search_clear()
 * mends it. Words that were removed stay in the file until search_purge() and
 * a truncating checkpoint. */
#ifndef WICI_DAEMON_STORE_SEARCH_H
#define WICI_DAEMON_STORE_SEARCH_H

#include "daemon/store/store.h"

/* The book's name for the cursor: entries up to this n are in the index. */
#define SEARCH_CURSOR "search cursor"

#define SEARCH_TOKEN_MAX ((size_t)72) /* Bytes; longer ones find nothing. */
#define SEARCH_TERMS_MAX ((size_t)192)

struct search_doc {
	int64_t n;
	struct wici_bytes facets; /* Tokens, a space between. */
	struct wici_bytes text;
};

/* A word of a text: from byte `start` up to `end`. */
struct search_word {
	size_t start, end;
	struct wici_bytes folded;
	struct wici_bytes stem; /* As a token, "~uslug"; len 0: it has none. */
};

struct search_term {
	struct wici_bytes token; /* A folded word, a stem or a facet. */
	bool is_prefix;
	bool is_or; /* Instead of the term before, not besides it. */
};

/* A second time it changes nothing. */
WICI_NODISCARD
enum wici_err search_put(struct store *s, const struct search_doc *doc);

/* Takes out what search_put was given, byte for byte. */
WICI_NODISCARD
enum wici_err search_remove(struct store *s, const struct search_doc *doc);

WICI_NODISCARD
enum wici_err search_has(struct store *s, int64_t n, bool *has);

/* What was put goes to the file now, and not in the commit, where an index
 * that is damaged would take the turn with it. */
WICI_NODISCARD
enum wici_err search_flush(struct store *s);

/* Drops everything, and sets the cursor (SEARCH_CURSOR) to 0. */
WICI_NODISCARD
enum wici_err search_clear(struct store *s);

/* Writes the index anew without what was removed, some pages (4 KiB) of it at a
 * time. *is_done: there is nothing left in the file of what had been removed
 * before the first call after it was so the last time. */
WICI_NODISCARD
enum wici_err search_purge(struct store *s, unsigned pages, bool *is_done);

bool search_is_broken(const struct store *s);

/* Records that have all the terms, below n (0: from the newest), newest first;
 * at most max. At least one term, at most SEARCH_TERMS_MAX. */
WICI_NODISCARD
enum wici_err search_find(struct store *s, const struct search_term *terms,
			  size_t terms_count, int64_t below, int64_t *ns,
			  size_t max, size_t *count);

/* The words of any bytes, in order, until `each` says false. What it is given
 * is borrowed until it returns. */
void search_each_word(struct store *s, struct wici_bytes text,
		      bool (*each)(void *arg, const struct search_word *word),
		      void *arg);

#endif
