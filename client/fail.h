/* client/fail.h — What went wrong: kept as an error object, and told.
 *
 * To people in three lines: what, why, what to do. The daemon sends a code
 * and fields; the sentence is composed here, in Polish or English. */
#ifndef WICI_CLIENT_FAIL_H
#define WICI_CLIENT_FAIL_H

#include "client/client.h"

/* Keeps {code, message} in c->error, in the stead of what was there; returns
 * err. The format is translated for people; message stays English. */
__attribute__((format(printf, 3, 4))) enum wici_err fail(struct client *c,
							 enum wici_err err,
							 const char *format,
							 ...);

/* Adds what to do. */
__attribute__((format(printf, 2, 3))) void fail_hint(struct client *c,
						     const char *format, ...);

/* What people are told in the stead of the code's sentence: a format that is
 * translated already. */
__attribute__((format(printf, 2, 3))) void fail_say(struct client *c,
						    const char *format, ...);

/* Adds "field" or another plain string. */
void fail_set(struct client *c, const char *key, const char *value);

/* Keeps a reply's error (a new reference is taken); returns its code. */
enum wici_err fail_with(struct client *c, json_t *error);

/* The exit code of c->error. */
int fail_exit(const struct client *c);

/* To the standard error, for people. */
void fail_print(const struct client *c);

/* Of `known` (NULL ends it) the word that is most like the one typed, or NULL
 * when none is close. */
const char *fail_nearest(const char *typed, const char *const *known);

#endif
