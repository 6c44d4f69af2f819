/* daemon/snippet.h — Where the words that were looked for stand in a text: a
 * piece of it, with the words marked. */
#ifndef WICI_DAEMON_SNIPPET_H
#define WICI_DAEMON_SNIPPET_H

#include "daemon/store/search.h"

#define SNIPPET_WORDS_MAX ((size_t)32)
#define SNIPPET_LEN       ((size_t)160) /* Of text. */
/* With marks, and what shows that it goes on: "…" at both ends. */
#define SNIPPET_MAX (2 * SNIPPET_LEN + 16)

/* Around each word that matches; no text has them. */
#define SNIPPET_BEGIN '\x02'
#define SNIPPET_END   '\x03'

/* A piece of a line of `text` (lines end with \n) that has as many different
 * words as can be had; the first line is the title, which is shown anyway and
 * gives way to another that has as many. Words as search_find() takes them,
 * at most SNIPPET_WORDS_MAX. *has_all: does the text have every one? Length 0:
 * it has none. */
struct snippet {
	char text[SNIPPET_MAX];
	size_t len;
	bool has_all;
};
void snippet_make(struct snippet *snippet, struct store *s,
		  struct wici_bytes text, const struct search_term *words,
		  size_t words_count);

#endif
