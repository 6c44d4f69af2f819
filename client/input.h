/* client/input.h — A file of records: one JSON object, JSON Lines, or CSV. */
#ifndef WICI_CLIENT_INPUT_H
#define WICI_CLIENT_INPUT_H

#include "client/json.h"

/* path "-": the standard input. CSV where the name ends so, or --csv was said
 * (c->local "csv"): rows of c->kind. Refused with the place: what is neither,
 * more than 1 MiB. */
WICI_NODISCARD
enum wici_err input_read(struct client *c, struct json_input *in,
			 const char *path);

#endif
