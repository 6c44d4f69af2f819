/* client/json.h — JSON to MessagePack and back, and JSON from people.
 *
 * Own names beside jansson's, which all begin with json_ and a type. */
#ifndef WICI_CLIENT_JSON_H
#define WICI_CLIENT_JSON_H

#include "client/client.h"
#include "proto/bytes.h"
#include "proto/mp_write.h"

/* One whole MessagePack value as JSON; bytes become lowercase hex, nil and
 * what JSON has no word for null. *out is a new reference. WICI_AGAIN: cut
 * short; WICI_REJECT_MP, WICI_REJECT_DEPTH, WICI_REJECT_TEXT. */
WICI_NODISCARD
enum wici_err json_from_mp(struct wici_bytes b, json_t **out);

void json_to_mp(const json_t *v, struct wici_mp_writer *w);

/* A file of one JSON object, or of one object a line (JSON Lines); or of CSV
 * (client/csv_input.h) or Markdown (client/markdown.h). */
struct json_input {
	json_t *bodies; /* An array of objects, one at least. */
	json_t *lines;  /* Of each body, the line it begins in. */
	bool is_lines;  /* More than one object, or a table. */
	/* Of one that is a whole document, so that what it does not have is
	 * gone: where each field begins in it, {field: line}; or NULL. */
	json_t *places;
	const char *name; /* Of that file; borrowed. */
};

/* Of text at hand; name: for the message. Refused with line and column: what
 * is not JSON, doubled keys, what is no object. */
WICI_NODISCARD
enum wici_err json_input_parse(struct client *c, struct json_input *in,
			       const char *name, struct wici_bytes text);
void json_input_clear(struct json_input *in);

#endif
