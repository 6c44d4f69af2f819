/* client/csv_input.h — Records from CSV: a header line of fields, then a
 * record a row.
 *
 * A column is headed by its field's name, or by the label that people know, in
 * Polish or English. Its cells are what is typed after the field's option on
 * the command line; an empty one gives no field. A field that is a list may
 * have several columns. Days may stand as Polish Excel writes them. */
#ifndef WICI_CLIENT_CSV_INPUT_H
#define WICI_CLIENT_CSV_INPUT_H

#include "client/json.h"

/* Rows of c->kind, as bodies and the lines where they begin. name: for the
 * message. Refused: what is not UTF-8, a wrong quote, a column that is no
 * field; rows with more cells than columns, all of them named by their line. */
WICI_NODISCARD
enum wici_err csv_input_parse(struct client *c, struct json_input *in,
			      const char *name, struct wici_bytes text);

#endif
