/* client/input.h — A file of records: one JSON object, JSON Lines, CSV, or one
 * record as Markdown. */
#ifndef WICI_CLIENT_INPUT_H
#define WICI_CLIENT_INPUT_H

#include "client/json.h"

/* path "-": the standard input. CSV where the name ends so, or --csv was said
 * (c->local "csv"): rows of c->kind. Markdown, a record of c->kind, where the
 * name ends so (.md), or it begins with a line "---". Refused with the place:
 * what is none of these, more than 1 MiB. */
WICI_NODISCARD
enum wici_err input_read(struct client *c, struct json_input *in,
			 const char *path);

/* Is it UTF-8 for a kind that there is? Else advice (N_) says what helps. */
WICI_NODISCARD
enum wici_err input_check(struct client *c, const char *name,
			  struct wici_bytes text, const char *advice);

#endif
