/* client/print.h — Plain output: 80 columns, tables, colour.
 *
 * What is printed comes from other institutions too: control characters,
 * which could move the cursor or recolour a verdict, come out as U+FFFD. */
#ifndef WICI_CLIENT_PRINT_H
#define WICI_CLIENT_PRINT_H

#include "client/options.h"

#include <jansson.h>
#include <stdio.h>

#define PRINT_WIDTH  80
#define PRINT_LABEL  22 /* Where values begin; */
#define PRINT_OPTION 34 /* in help. */
#define PRINT_ID_LEN 12 /* Of an id, in lists for people. */

enum print_color { PRINT_GREEN, PRINT_YELLOW, PRINT_RED, PRINT_BOLD };

/* Colour: --color, NO_COLOR, TERM, and whether each stream is a terminal. */
void print_init(enum options_color color);

/* Clean text; in colour where that is on. */
void print_text(FILE *out, const char *text);
void print_colored(FILE *out, enum print_color color, const char *text);

/* Columns that clean text takes. */
int print_columns(const char *text);

/* Text from column `at` on, which is where the cursor is; lines that are too
 * long go on at that column. Ends the line. */
void print_wrapped(FILE *out, const char *text, int at);

/* "Label                 value", wrapped; nothing when value is NULL or "".
 * indent: columns before the label. */
void print_pair(int indent, const char *label, const char *value);

/* The same for help: "  --limit N       how many at most". */
void print_option(const char *option, const char *help);

/* printf of one of our own formats, to the standard output; what it gets from
 * elsewhere is cleaned. */
__attribute__((format(printf, 1, 2))) void print_line(const char *format, ...);

/* To the standard error, one line, unless quiet. */
__attribute__((format(printf, 2, 3))) void print_note(const struct options *o,
						      const char *format, ...);

/* A sentence or two to the standard error, wrapped, unless quiet. */
void print_sentences(const struct options *o, const char *text);

/* A table: `head` is an array of column titles, each row an array of strings.
 * Columns are as wide as they need; the widest give way to 80 columns. */
void print_table(const json_t *head, const json_t *rows);

/* A table, or this note when it has no rows. Takes head and rows over. */
void print_list(const struct options *o, json_t *head, json_t *rows,
		const char *none);

/* An id's first digits; "—" for NULL. Borrowed until the fourth next call. */
const char *print_id(const char *hex);

/* How many bytes, for people: "1.2 MB". Same. */
const char *print_size(uint64_t bytes);

/* An RFC 3339 UTC time as local "2026-11-21 02:03"; "—" for NULL. Same. */
const char *print_time(const char *utc);

/* How long ago: "5 min ago", else the time. Same. */
const char *print_ago(const char *utc);

#endif
