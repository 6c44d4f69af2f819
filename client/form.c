/* client/form.c — A record's fields, as options, by the rows of its kind.
 *
 * Values go to the daemon as they were typed, numbers and yes or no apart: it
 * judges them, and knows what institutions and records are called. */
#include "client/form.h"

#include "client/fail.h"
#include "client/say.h"
#include "proto/kinds.h"
#include "proto/text.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

const char *form_noun(const char *noun)
{
	return strcmp(noun, "cert") == 0 ? "certificate" : noun;
}

static bool is_of_noun(const struct wici_kind *kind, const char *noun)
{
	size_t len = strlen(noun);

	return !wici_kind_is_by_node(kind) &&
	       strncmp(kind->name, noun, len) == 0 && kind->name[len] == '.';
}

bool form_has_noun(const char *noun)
{
	noun = form_noun(noun);
	for (size_t i = 0; wici_kinds[i]; i++)
		if (is_of_noun(wici_kinds[i], noun))
			return true;
	return false;
}

/* verb NULL: noun is the whole name, "cert.grant" too. */
const struct wici_kind *form_kind(const char *noun, const char *verb)
{
	const char *dot = strchr(noun, '.');
	char head[64];

	if (!verb && !dot)
		return NULL;
	if (!verb) {
		size_t len = (size_t)(dot - noun);

		if (len >= sizeof(head))
			return NULL;
		memcpy(head, noun, len);
		head[len] = '\0';
		noun = head;
		verb = dot + 1;
	}
	noun = form_noun(noun);
	for (size_t i = 0; wici_kinds[i]; i++)
		if (is_of_noun(wici_kinds[i], noun) &&
		    strcmp(wici_kinds[i]->name + strlen(noun) + 1, verb) == 0)
			return wici_kinds[i];
	return NULL;
}

static void add_word(struct form_words *w, const char *word, size_t len)
{
	for (size_t i = 0; i < w->count; i++)
		if (strncmp(w->words[i], word, len) == 0 && !w->words[i][len])
			return;
	if (w->count == FORM_WORDS_MAX || len >= sizeof(w->words[0]))
		return;
	memcpy(w->words[w->count], word, len);
	w->words[w->count++][len] = '\0';
}

void form_nouns(struct form_words *w)
{
	w->count = 0;
	for (size_t i = 0; wici_kinds[i]; i++)
		if (!wici_kind_is_by_node(wici_kinds[i]))
			add_word(w, wici_kinds[i]->name,
				 strcspn(wici_kinds[i]->name, "."));
}

void form_verbs(const char *noun, struct form_words *w)
{
	w->count = 0;
	for (size_t i = 0; wici_kinds[i]; i++)
		if (is_of_noun(wici_kinds[i], noun)) {
			const char *verb = strchr(wici_kinds[i]->name, '.') + 1;

			add_word(w, verb, strlen(verb));
		}
}

#define NAMES_MAX 64

enum wici_err form_unknown(struct client *c, const struct wici_kind *kind,
			   const char *option)
{
	const char *names[NAMES_MAX + 1];
	const char *near;
	char name[64];
	size_t count = 0;
	enum wici_err err = fail(c, WICI_UNKNOWN_FIELD,
				 N_("there is no option %s here"), option);

	(void)snprintf(name, sizeof(name), "%s", option + strspn(option, "-"));
	name[strcspn(name, "=")] = '\0';
	for (char *p = name; *p; p++)
		*p = *p == '-' ? '_' : *p;
	for (const struct wici_field *f = kind->fields; f->name; f++)
		if (!(f->flags & WICI_BY_NODE) && count < NAMES_MAX)
			names[count++] = f->name;
	names[count] = NULL;
	near = fail_nearest(name, names);
	fail_set(c, "field", name);
	if (near)
		fail_hint(c, "--%s", near);
	else
		fail_hint(c, N_("wici kinds %s"), kind->name);
	return err;
}

const struct wici_field *form_field(const struct wici_kind *kind,
				    const char *path)
{
	const struct wici_field *rows = kind->fields;
	const struct wici_field *f = NULL;

	while (rows && *path) {
		size_t len = strcspn(path, ".[");

		f = wici_field_find(
			rows, (struct wici_bytes){(const uint8_t *)path, len});
		if (!f)
			return NULL;
		path += len;
		path += *path == '[' ? strcspn(path, ".") : 0;
		path += *path == '.';
		rows = f->sub;
	}
	return *path ? NULL : f;
}

const char *form_value_word(const struct wici_field *f)
{
	switch (f->type) {
	case WICI_TYPE_LINE:
	case WICI_TYPE_TEXT:
		return _("TEXT");
	case WICI_TYPE_UINT:
		return _("NUMBER");
	case WICI_TYPE_BOOL:
		return _("yes|no");
	case WICI_TYPE_DAY:
		return _("YYYY-MM-DD");
	case WICI_TYPE_WHEN:
		return _("YYYY[-MM[-DD]]");
	case WICI_TYPE_WORD:
		return _("WORD");
	case WICI_TYPE_MEMBER:
		return _("INSTITUTION");
	case WICI_TYPE_PARTY:
		return _("ORGANISATION");
	case WICI_TYPE_RECORD:
		return _("RECORD");
	case WICI_TYPE_BYTES:
		return _("HEX");
	case WICI_TYPE_FILE:
		return _("FILE");
	case WICI_TYPE_MAP:
		return _("-f only");
	}
	return "";
}

/* -1: says neither yes nor no. */
static int truth(const char *text)
{
	static const char *const words[] = {"no",  "false", "nie",
					    "yes", "true",  "tak"};

	for (int i = 0; text && i < 6; i++)
		if (strcasecmp(text, words[i]) == 0)
			return i >= 3;
	return -1;
}

static json_t *number(const char *text)
{
	char *end;
	unsigned long long u;

	if (text[0] < '0' || text[0] > '9' || strlen(text) > 18)
		return json_string(text);
	u = strtoull(text, &end, 10);
	return *end ? json_string(text) : json_integer((json_int_t)u);
}

json_t *form_value(const struct wici_field *f, const json_t *text)
{
	const char *typed = json_string_value(text);

	if (f->type == WICI_TYPE_UINT)
		return number(typed);
	if (f->type == WICI_TYPE_BOOL && truth(typed) >= 0)
		return json_boolean(truth(typed));
	return json_copy((json_t *)(uintptr_t)text);
}

/* --partial, --partial yes, --partial=no. */
static json_t *take_bool(struct args *args, const char *arg)
{
	const char *equals = strchr(arg, '=');
	const char *next = args_peek(args);

	if (equals)
		return truth(equals + 1) < 0 ? json_string(equals + 1)
					     : json_boolean(truth(equals + 1));
	if (truth(next) < 0)
		return json_true();
	args->at++;
	return json_boolean(truth(next));
}

static enum wici_err put(struct client *c, const struct wici_field *f,
			 json_t *value, json_t *body)
{
	json_t *list = json_object_get(body, f->name);
	enum wici_err err;

	if (f->flags & WICI_LIST) {
		if (!json_is_array(list)) {
			list = json_array();
			(void)json_object_set_new(body, f->name, list);
		}
		(void)json_array_append_new(list, value);
		return WICI_OK;
	}
	if (!list) {
		(void)json_object_set_new(body, f->name, value);
		return WICI_OK;
	}
	json_decref(value);
	err = fail(c, WICI_BAD_FIELD, N_("--%s is given twice"), f->name);
	fail_set(c, "field", f->name);
	fail_set(c, "expected", "once");
	return err;
}

static enum wici_err take_value(struct client *c, const struct wici_field *f,
				struct args *args, json_t *body)
{
	char *arg = args_take(args);
	const char *text;
	enum wici_err err;

	if (f->type == WICI_TYPE_MAP) {
		err = fail(c, WICI_USAGE,
			   N_("%s is an object: it can be given with -f only"),
			   f->name);
		fail_set(c, "field", f->name);
		return err;
	}
	if (f->type == WICI_TYPE_BOOL)
		return put(c, f, take_bool(args, arg), body);
	text = args_value(args, arg);
	if (!text) {
		err = fail(c, WICI_USAGE, N_("--%s needs a value: %s"), f->name,
			   form_value_word(f));
		fail_set(c, "field", f->name);
		return err;
	}
	if (f->type == WICI_TYPE_UINT)
		return put(c, f, number(text), body);
	if (!wici_text_is_utf8(wici_bytes_str(text))) {
		err = fail(c, WICI_BAD_FIELD, N_("--%s is not UTF-8"), f->name);
		fail_set(c, "field", f->name);
		return err;
	}
	return put(c, f, json_string(text), body);
}

const struct wici_field *form_about(const struct wici_kind *kind)
{
	for (const struct wici_field *f = kind->fields; f->name; f++)
		if (f->type == WICI_TYPE_RECORD && (f->flags & WICI_REQUIRED))
			return f;
	return NULL;
}

/* --accept for --answer accept. */
static enum wici_err take_move(struct client *c, const struct wici_kind *kind,
			       struct args *args, json_t *body)
{
	const struct wici_field *f = wici_field_flagged(kind, WICI_MOVE);
	const char *arg = args_peek(args);

	for (const struct wici_word *w = f ? f->words : NULL; w && w->code; w++)
		if (args_is(arg, w->code) && !strchr(arg, '=')) {
			args->at++;
			return put(c, f, json_string(w->code), body);
		}
	return WICI_END;
}

/* `wici visit answer ID --date 2027-03-01` answers with another date: of a field
 * that is called like an answer its value says which one it is. */
static void answer_by(const struct wici_kind *kind, const char *name,
		      json_t *body)
{
	const struct wici_field *f = wici_field_flagged(kind, WICI_MOVE);

	if (f && !json_object_get(body, f->name) &&
	    wici_word_find(f->words, wici_bytes_str(name), false))
		(void)json_object_set_new(body, f->name, json_string(name));
}

enum wici_err form_take(struct client *c, const struct wici_kind *kind,
			struct args *args, json_t *body)
{
	const char *arg = args_peek(args);

	for (const struct wici_field *f = kind->fields; f->name; f++) {
		enum wici_err err;

		if ((f->flags & WICI_BY_NODE) || !args_is(arg, f->name))
			continue;
		err = take_value(c, f, args, body);
		if (!err)
			answer_by(kind, f->name, body);
		return err;
	}
	return take_move(c, kind, args, body);
}
