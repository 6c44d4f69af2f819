/* client/catalog.h — A gettext catalogue (.mo file), read into memory.
 *
 * The format: GNU gettext manual, "The Format of GNU MO Files". Nothing in
 * the file is believed before it is checked. */
#ifndef WICI_CLIENT_CATALOG_H
#define WICI_CLIENT_CATALOG_H

#include "proto/bytes.h"
#include "proto/err.h"

struct catalog {
	uint8_t *file; /* Owned; NULL: empty, finds nothing. */
	size_t len;
	uint32_t count;
	uint32_t keys; /* Offsets of the two tables. */
	uint32_t texts;
};

/* WICI_IO: no such file. WICI_BAD_FIELD: not a catalogue. */
WICI_NODISCARD
enum wici_err catalog_open(struct catalog *cat, const char *path);
void catalog_close(struct catalog *cat);

/* The translation: forms one after the other, each with its NUL; p NULL when
 * there is none. Of a plural the key is the singular. Borrowed. */
struct wici_bytes catalog_find(const struct catalog *cat, const char *key);

#endif
