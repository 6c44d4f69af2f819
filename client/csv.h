/* client/csv.h — CSV, as spreadsheets write it: rows of cells.
 *
 * RFC 4180, and what Excel makes of it in Poland: ';' or a tab in the stead
 * of ',', a byte order mark, lines that end in LF or CR LF. */
#ifndef WICI_CLIENT_CSV_H
#define WICI_CLIENT_CSV_H

#include "proto/bytes.h"
#include "proto/err.h"

#include <jansson.h>

/* Fields are private to csv.c but the last two. */
struct csv {
	struct wici_bytes left; /* Lent. */
	char separator;
	unsigned next_line;
	unsigned line;  /* Of the row that was read, where it begins. */
	unsigned wrong; /* On an error: the line, */
	size_t cell;    /* and which cell of its row, from 1. */
};

/* text: well-formed UTF-8. The separator is the one of ';', ',' and tab that
 * the first line has most of. */
void csv_init(struct csv *csv, struct wici_bytes text);

/* The next row that is not blank: an array of strings, one at least; a new
 * reference. WICI_END: there is none. WICI_USAGE: something follows a closing
 * quote. WICI_AGAIN: a quote is never closed (csv->wrong is where it opens). */
WICI_NODISCARD
enum wici_err csv_next(struct csv *csv, json_t **cells);

#endif
