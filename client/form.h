/* client/form.h — Verbs that publish: fields on the command line and in
 * files, by the rows of the kind. */
#ifndef WICI_CLIENT_FORM_H
#define WICI_CLIENT_FORM_H

#include "client/client.h"

/* The kind of `wici NOUN VERB`: "cert" is "certificate". NULL: none that a
 * person may publish. */
const struct wici_kind *form_kind(const char *noun, const char *verb);

/* "cert" → "certificate"; any other noun is itself. */
const char *form_noun(const char *noun);

/* Is there a kind "noun.…"? */
bool form_has_noun(const char *noun);

/* What people may type, out of the names of the kinds. */
#define FORM_WORDS_MAX ((size_t)64)
struct form_words {
	char words[FORM_WORDS_MAX][32];
	size_t count;
};
void form_nouns(struct form_words *w); /* Each once. */
void form_verbs(const char *noun, struct form_words *w);

/* The record that an act of this kind is about: its first required RECORD. NULL:
 * there is none. */
const struct wici_field *form_about(const struct wici_kind *kind);

/* The next argument is an option that names a field: takes it and puts its
 * value into body; lists grow. The words of an act's answer are options, too:
 * --accept, --date 2027-03-01. WICI_END: it names none. */
WICI_NODISCARD
enum wici_err form_take(struct client *c, const struct wici_kind *kind,
			struct args *args, json_t *body);

/* What was typed for the field, as it goes to the daemon: a new reference. */
json_t *form_value(const struct wici_field *f, const json_t *text);

/* No field of the kind: WICI_UNKNOWN_FIELD, with the nearest one named. */
enum wici_err form_unknown(struct client *c, const struct wici_kind *kind,
			   const char *option);

/* The row of a dotted path ("team.size", "agenda[2].step"), or NULL. */
const struct wici_field *form_field(const struct wici_kind *kind,
				    const char *path);

/* What a field's value looks like, in the language: "YYYY-MM-DD". */
const char *form_value_word(const struct wici_field *f);

#endif
