/* proto/polish.h — What Polish asks of a program and libraries do not give:
 * words in any of their forms, typed with or without diacritics, and names in
 * the order of the alphabet.
 *
 * Pure: any bytes in, never more bytes out than the caller has room for. */
#ifndef WICI_PROTO_POLISH_H
#define WICI_PROTO_POLISH_H

#include "proto/bytes.h"

/* A search index that was made with another version is made anew. */
#define WICI_POLISH_VERSION 1

/* Of a folded word; what is longer is cut, between characters. */
#define WICI_POLISH_WORD_MAX ((size_t)64)

/* A word as Unicode folds it (lower case, no marks) → as people type it: ł,
 * which has no decomposition, becomes l. Returns the length. */
size_t wici_polish_fold(char out[WICI_POLISH_WORD_MAX], struct wici_bytes word);

/* The light stem of a folded word: most forms of a word have the same one,
 * and few other words do. In place; returns the length, at most `len` and at
 * least 3 letters. Words of less than 4 letters, and those that begin with a
 * digit, have none: 0, and nothing is changed. */
size_t wici_polish_stem(char *word, size_t len);

/* Is this folded word too small to be looked for: "w", "dla", "oraz"? */
bool wici_polish_is_small(struct wici_bytes word);

/* The order of the Polish alphabet: a ą b c ć … z ź ż. Letters decide first,
 * then marks of other languages and case, then the bytes; so only equal bytes
 * are equal. Returns < 0, 0 or > 0. */
int wici_polish_compare(struct wici_bytes a, struct wici_bytes b);

#endif
