/* client/body.h — A record's body for people: labels from the kind's rows,
 * names in the stead of keys. */
#ifndef WICI_CLIENT_BODY_H
#define WICI_CLIENT_BODY_H

#include "proto/kind.h"

#include <jansson.h>

/* kind may be NULL: then names and values as they are. names: {hex: name},
 * or NULL. */
void body_print(const struct wici_kind *kind, const json_t *body,
		const json_t *names);

/* A short name for what the body is about: its title, else NULL. */
const char *body_title(const struct wici_kind *kind, const json_t *body);

#endif
