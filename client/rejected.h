/* client/rejected.h — Lines of a file that the daemon does not take: told by
 * the file's own lines, and what they have in common told once. */
#ifndef WICI_CLIENT_REJECTED_H
#define WICI_CLIENT_REJECTED_H

#include "client/json.h"

/* c->error is record.add's. Its items get the lines of the file; names that
 * are no members' are gathered in "not_members", each once, with the hint to
 * invite them. */
void rejected_explain(struct client *c, const struct json_input *in);

/* To the standard error, for people: one name a line, as `wici invite -f` takes
 * them. */
void rejected_print(const json_t *error);

#endif
