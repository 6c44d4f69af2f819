/* client/written.h — A record written in an editor: nothing that somebody has
 * written is lost before it is published. */
#ifndef WICI_CLIENT_WRITTEN_H
#define WICI_CLIENT_WRITTEN_H

#include "client/json.h"

struct written {
	char path[512]; /* Of the file; "" when there is none. */
};

/* May a person be asked: is there a terminal on both sides? */
bool written_can_ask(const struct client *c);

/* Puts Markdown into a file, opens it in $VISUAL, $EDITOR, editor, nano or vi,
 * and reads back a record of c->kind. Left as it was, or empty: the file is
 * gone, and WICI_USAGE. text: malloc'ed; freed here. */
WICI_NODISCARD
enum wici_err written_ask(struct client *c, struct written *w,
			  struct json_input *in, char *text);

/* What came of it: published, it is gone; else it is kept, and c->error (or the
 * standard error, after -n) says where. */
void written_end(struct client *c, struct written *w, enum wici_err err);

#endif
