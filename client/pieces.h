/* client/pieces.h — Files of any length, in pieces: what wicid gives into a file
 * that is read back before it gets its name; a file to wicid. */
#ifndef WICI_CLIENT_PIECES_H
#define WICI_CLIENT_PIECES_H

#include "client/backup_file.h"

struct pieces_from {
	const char *method; /* Gives {bytes, done}, once it was opened. */
	uint64_t hint;      /* How many bytes, roughly. */
	bool is_new;        /* No file is replaced, unless --yes. */
};

/* Under a temporary name, synced, read back, then renamed. *last: the last
 * reply, or NULL; the caller's reference, also after an error. */
WICI_NODISCARD
enum wici_err pieces_save(struct client *c, const char *path,
			  const struct pieces_from *from,
			  struct backup_file *file, json_t **last);

/* The method takes {bytes}; a reply with "damaged" ends it. *last as above.
 * WICI_NOT_FOUND, WICI_IO: the file. */
WICI_NODISCARD
enum wici_err pieces_send(struct client *c, const char *path,
			  const char *method, json_t **last);

#endif
