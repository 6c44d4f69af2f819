/* daemon/store/tokenizer.h — Text into words, as the search index has them: an
 * FTS5 tokenizer "wici" around SQLite's unicode61.
 *
 * Each word gives the word as it is folded, and in the same place "~" and its
 * stem (proto/polish.h). Text that begins with TOKENIZER_RAW is none: what
 * stands between its spaces are tokens as they are. So no word of a text or of
 * a query can be taken for one, nor be FTS5's syntax. */
#ifndef WICI_DAEMON_STORE_TOKENIZER_H
#define WICI_DAEMON_STORE_TOKENIZER_H

#include "daemon/store/search.h"

#define TOKENIZER_RAW  '\x01'
#define TOKENIZER_STEM '~'

struct tokenizer;

/* Registers it with a connection, which uses it until it is closed; then
 * tokenizer_free(). Returns SQLite's code. */
int tokenizer_new(struct tokenizer **t, sqlite3 *db);
void tokenizer_free(struct tokenizer *t);

/* Any bytes. Stops when `each` says false. */
void tokenizer_each(struct tokenizer *t, struct wici_bytes text,
		    bool (*each)(void *arg, const struct search_word *word),
		    void *arg);

#endif
