/* client/attach.h — Files on their way to wicid and back: added, and named in
 * records by their paths; fetched, checked, and written under a name that is
 * safe. */
#ifndef WICI_CLIENT_ATTACH_H
#define WICI_CLIENT_ATTACH_H

#include "client/client.h"

/* Sends a file; name, type: NULL, or what to call it. *file: a new reference
 * to what a record names it by: {name, root, size, type?}. WICI_NOT_FOUND,
 * WICI_IO, WICI_BAD_FIELD (empty, no plain file), WICI_TOO_LARGE. */
WICI_NODISCARD
enum wici_err attach_add(struct client *c, const char *path, const char *name,
			 const char *type, json_t **file);

/* Of the kind's FILE fields in a body, each that is given by a path is added,
 * and named in its stead: "plan.pdf", or {path, name?, type?}. folder: whence
 * relative paths go; NULL: from here. With -n nothing is sent, and such fields
 * are left out. kind NULL: nothing is done. */
WICI_NODISCARD
enum wici_err attach_resolve(struct client *c, const struct wici_kind *kind,
			     json_t *body, const char *folder);

/* Writes one that is here whole, {root, size}: WICI_USAGE where there is a file
 * of that name, unless --yes. What comes is hashed here: WICI_INTERNAL when it
 * is not what the address says. */
WICI_NODISCARD
enum wici_err attach_save(struct client *c, const json_t *item,
			  const char *path);

/* What to call it here: its own name, if that is a plain one; never a path, and
 * nothing that begins with a dot. malloc'ed. */
char *attach_name(const json_t *item);

#endif
