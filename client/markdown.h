/* client/markdown.h — A record as Markdown: front matter for what is short, a
 * section for each text, headed by its field's label.
 *
 *   ---
 *   title: Klub sąsiedzki
 *   partners:
 *     - Fundacja Sąsiad
 *   ---
 *
 *   ## Problem i diagnoza
 *
 *   Sąsiedzi się nie znają. …
 *
 * Fields go by their name, or by their label in Polish or English, in any case.
 * A heading (# or ##) that is no field's belongs to the text; so does one
 * behind a backslash. What stands above the first section is the field `text`.
 * An object is JSON. Lines that begin with # in the front matter, and those that
 * are one <!-- comment -->, are notes. */
#ifndef WICI_CLIENT_MARKDOWN_H
#define WICI_CLIENT_MARKDOWN_H

#include "client/json.h"

/* The record of c->kind in a text; name: for the message. Refused with the line:
 * what is not UTF-8, a field that there is not, one twice, front matter that
 * does not end. WICI_END: nothing is in it; the error says so. */
WICI_NODISCARD
enum wici_err markdown_parse(struct client *c, struct json_input *in,
			     const char *name, struct wici_bytes text);

/* Does it begin as one does? */
bool markdown_is(struct wici_bytes text);

/* A body so that markdown_parse gives it back, but for what the node sets, what
 * it supersedes and what its kind does not know. names: {hex: name}, or NULL. */
void markdown_write(FILE *out, const struct wici_kind *kind, const json_t *body,
		    const json_t *names);

/* An empty one, which says what is expected in the language. */
void markdown_template(FILE *out, const struct wici_kind *kind);

/* Which fields have sections: texts, and lists of them. */
bool markdown_has_section(const struct wici_field *f);

/* Would this line be taken for the head of a section, and of which? */
const struct wici_field *markdown_heading(const struct wici_kind *kind,
					  const char *line);

#endif
