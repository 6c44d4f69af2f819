/* client/client.h — One run of wici: what was asked, what came of it.
 *
 * A function that can fail returns enum wici_err and leaves the details in
 * client->error, which has the shape of a reply's error: {code, message,
 * field?, expected?, got?, hint?, items?}. */
#ifndef WICI_CLIENT_CLIENT_H
#define WICI_CLIENT_CLIENT_H

#include "client/options.h"
#include "proto/err.h"
#include "proto/kind.h"

#include <jansson.h>

struct verb;

struct client {
	struct options options;
	const struct verb *verb;
	const struct wici_kind *kind; /* Of a verb that publishes, or NULL. */
	const struct verb *about;     /* Of `help`: what it is on, or NULL. */
	const char *noun;             /* As typed, and the verb. */
	json_t *params;               /* What the method gets: an object. */
	json_t *local;                /* Options for wici alone: an object. */
	struct args rest;             /* Of `edit`: not yet understood. */
	json_t *result;               /* What the command has to say. */
	json_t *error;                /* Why it has nothing to say; or NULL. */
	int exit;                     /* With a result: the exit code. */
	int socket;                   /* -1 until the first call. */
	uint32_t msgid;
};

void client_init(struct client *c);
void client_clear(struct client *c);

/* A string of an object, or NULL. */
const char *client_string(const json_t *object, const char *key);

#endif
