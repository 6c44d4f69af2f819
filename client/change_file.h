/* client/change_file.h — A change of the root in a file, on its way from one
 * root key to the next.
 *
 * Text: a title, what it does in Polish and English ("# …"), and a line
 * "statement <hex>". Only that line is ever believed. */
#ifndef WICI_CLIENT_CHANGE_FILE_H
#define WICI_CLIENT_CHANGE_FILE_H

#include "client/client.h"
#include "proto/card.h"
#include "proto/change.h"

#include <limits.h>

struct change_file {
	size_t len;
	struct wici_statement s; /* Borrows bytes, as change does. */
	struct wici_change change;
	uint8_t bytes[WICI_STATEMENT_LEN_MAX];
};

/* From a file (path "-": the standard input). WICI_NOT_FOUND, WICI_IO,
 * WICI_BAD_FIELD: there is no change in it. */
WICI_NODISCARD
enum wici_err change_file_read(struct client *c, struct change_file *f,
			       const char *path);

/* From hex digits. WICI_BAD_FIELD. */
WICI_NODISCARD
enum wici_err change_file_take(struct client *c, struct change_file *f,
			       const char *hex);

/* Writes it whole or not at all. ops: what it does, as wici_change_view() has
 * it, perhaps with names. is_new: nothing is written over; with path "" a name
 * is found in the current folder. out: where it was written. */
WICI_NODISCARD
enum wici_err change_file_write(struct client *c, const struct change_file *f,
				const json_t *ops, bool is_new,
				char out[PATH_MAX]);

/* {version, id, ops}, from the statement alone; a new reference. */
json_t *change_file_view(const struct change_file *f);

char *change_file_hex(const struct change_file *f); /* Free it. */

/* Adds the approval of a card's key. WICI_NOT_PERMITTED: the card is another
 * network's, or has approved it already. */
WICI_NODISCARD
enum wici_err change_file_sign(struct client *c, struct change_file *f,
			       const struct wici_card *card);

#endif
