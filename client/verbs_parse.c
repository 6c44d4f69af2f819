/* client/verbs_parse.c — A command line, understood by the table of verbs and
 * the table of kinds. */
#include "client/fail.h"
#include "client/form.h"
#include "client/say.h"
#include "client/verbs.h"
#include "proto/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct verb *verbs_find(const char *noun, const char *verb)
{
	/* The long name of cert is the kinds' own. */
	if (strcmp(noun, "certificate") == 0)
		noun = "cert";
	for (const struct verb *v = verbs; v->noun; v++) {
		bool is_same = verb && v->verb ? strcmp(verb, v->verb) == 0
					       : !verb && !v->verb;

		if (is_same && strcmp(v->noun, noun) == 0)
			return v;
	}
	return NULL;
}

bool verbs_has_noun(const char *noun)
{
	for (const struct verb *v = verbs; v->noun; v++)
		if (strcmp(v->noun, noun) == 0)
			return true;
	return form_has_noun(noun);
}

static enum wici_err suggest(struct client *c, const char *typed,
			     const char *const *known, const char *before)
{
	const char *near = fail_nearest(typed, known);

	if (near)
		fail_hint(c, "%s%s", before, near);
	return WICI_USAGE;
}

#define KNOWN_MAX ((size_t)160)

static enum wici_err unknown_noun(struct client *c, const char *noun)
{
	struct form_words of_kinds;
	const char *nouns[KNOWN_MAX + 1];
	size_t n = 0;

	for (const struct verb *v = verbs; v->noun && n < KNOWN_MAX; v++)
		nouns[n++] = v->noun;
	form_nouns(&of_kinds);
	for (size_t i = 0; i < of_kinds.count && n < KNOWN_MAX; i++)
		nouns[n++] = of_kinds.words[i];
	nouns[n] = NULL;
	(void)fail(c, WICI_USAGE, N_("there is no command \"%s\""), noun);
	fail_hint(c, N_("wici help"));
	return suggest(c, noun, nouns, "wici ");
}

/* The verbs of a noun, of the table and of its kinds. */
static void verbs_of(const char *noun, struct form_words *of_kinds,
		     const char *known[KNOWN_MAX + 1])
{
	size_t n = 0;

	for (const struct verb *v = verbs; v->noun && n < KNOWN_MAX; v++)
		if (v->verb && verbs_find(noun, v->verb) == v)
			known[n++] = v->verb;
	form_verbs(form_noun(noun), of_kinds);
	for (size_t i = 0; i < of_kinds->count && n < KNOWN_MAX; i++)
		known[n++] = of_kinds->words[i];
	if (of_kinds->count && n + 2 <= KNOWN_MAX) {
		known[n++] = "list";
		known[n++] = "show";
	}
	known[n] = NULL;
}

static enum wici_err unknown_verb(struct client *c, const char *noun,
				  const char *typed)
{
	const char *known[KNOWN_MAX + 1];
	struct form_words of_kinds;
	char before[64];

	if (typed)
		(void)fail(c, WICI_USAGE, N_("there is no command \"%s %s\""),
			   noun, typed);
	else
		(void)fail(c, WICI_USAGE, N_("\"%s\" needs a verb"), noun);
	fail_hint(c, N_("wici help %s"), noun);
	if (!typed)
		return WICI_USAGE;
	verbs_of(noun, &of_kinds, known);
	(void)snprintf(before, sizeof(before), "wici %s ", noun);
	return suggest(c, typed, known, before);
}

/* The next word, past options that stand anywhere; NULL: an option of the
 * verb's own, or the end. */
static enum wici_err next_word(struct client *c, struct args *args,
			       char **found)
{
	const char *wrong = NULL;
	enum wici_err err;

	*found = NULL;
	do {
		err = options_take(&c->options, args, &wrong);
	} while (err == WICI_OK);
	if (err == WICI_USAGE) {
		err = fail(c, err, N_("%s needs a value that fits"), wrong);
		fail_hint(c, N_("wici help options"));
		return err;
	}
	if (!args_is_option(args))
		*found = args_peek(args);
	return WICI_OK;
}

/* Of a noun and the word after it: a row, or a kind. Takes the word when it is
 * a verb. */
static enum wici_err find_verb(struct client *c, struct args *args,
			       const char *noun, const char *word)
{
	bool is_kind = form_has_noun(noun);

	c->verb = word ? verbs_find(noun, word) : NULL;
	if (!c->verb && word && is_kind) {
		c->kind = form_kind(form_noun(noun), word);
		if (c->kind)
			c->verb = &verb_publish;
		else if (strcmp(word, "list") == 0)
			c->verb = &verb_of_kind_list;
		else if (strcmp(word, "show") == 0)
			c->verb = &verb_of_kind_show;
	}
	if (c->verb) {
		args->at++;
		return WICI_OK;
	}
	c->verb = verbs_find(noun, NULL);
	if (c->verb || c->options.wants_help)
		return WICI_OK;
	return verbs_has_noun(noun) ? unknown_verb(c, noun, word)
				    : unknown_noun(c, noun);
}

static bool is_valid_text(const char *text)
{
	return wici_text_is_utf8(wici_bytes_str(text));
}

static void param_name(char out[64], const char *option)
{
	size_t i;

	for (i = 0; option[i] && i < 63; i++)
		out[i] = option[i] == '-' ? '_' : option[i];
	out[i] = '\0';
}

static void add_to_list(json_t *into, const char *name, const char *text)
{
	json_t *list = json_object_get(into, name);

	if (!list) {
		list = json_array();
		(void)json_object_set_new(into, name, list);
	}
	(void)json_array_append_new(list, json_string(text));
}

static enum wici_err take_option(struct client *c, struct args *args,
				 const struct verb_option *o)
{
	json_t *into = o->is_local ? c->local : c->params;
	char *arg = args_take(args);
	char name[64];
	const char *text;
	char *end;
	unsigned long long u;

	param_name(name, o->name);
	if (o->value == VERB_FLAG) {
		if (strchr(arg, '='))
			return fail(c, WICI_USAGE, N_("--%s takes no value"),
				    o->name);
		(void)json_object_set_new(into, name, json_true());
		return WICI_OK;
	}
	text = args_value(args, arg);
	if (!text || !is_valid_text(text))
		return fail(c, WICI_USAGE, N_("--%s needs a value: %s"),
			    o->name, say(o->what));
	if (json_object_get(into, name) && o->value != VERB_LIST)
		return fail(c, WICI_USAGE, N_("--%s is given twice"), o->name);
	if (o->value == VERB_LIST) {
		add_to_list(into, name, text);
		return WICI_OK;
	}
	if (o->value == VERB_TEXT) {
		(void)json_object_set_new(into, name, json_string(text));
		return WICI_OK;
	}
	u = strtoull(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end || u > 1000000000)
		return fail(c, WICI_USAGE,
			    N_("--%s needs a whole number from 0 to "
			       "1000000000, not \"%s\""),
			    o->name, text);
	(void)json_object_set_new(into, name, json_integer((json_int_t)u));
	return WICI_OK;
}

static const struct verb_option *find_option(const struct verb *v,
					     const char *arg)
{
	for (const struct verb_option *o = v->options; o && o->name; o++)
		if (args_is(arg, o->name) ||
		    (o->letter && arg[0] == '-' && arg[1] == o->letter &&
		     arg[2] == '\0'))
			return o;
	return NULL;
}

static enum wici_err unknown_option(struct client *c, const char *arg)
{
	const struct verb_option *o = c->verb->options;
	const char *known[32];
	size_t n = 0;
	char name[64];

	if (c->kind)
		return form_unknown(c, c->kind, arg);
	param_name(name, arg + strspn(arg, "-"));
	name[strcspn(name, "=")] = '\0';
	for (; o && o->name && n < 31; o++)
		known[n++] = o->name;
	known[n] = NULL;
	(void)fail(c, WICI_USAGE, N_("there is no option %s here"), arg);
	if (c->noun)
		fail_hint(c, N_("wici help %s"), c->noun);
	else
		fail_hint(c, N_("wici help options"));
	return suggest(c, name, known, "--");
}

/* `wici visit answer ID`: what an act is about stands as a word. */
static bool is_about(const struct client *c, const char *word)
{
	const struct wici_field *about = c->kind ? form_about(c->kind) : NULL;

	if (!about || json_object_get(c->params, about->name))
		return false;
	(void)json_object_set_new(c->params, about->name, json_string(word));
	return true;
}

static enum wici_err take_word(struct client *c, char *word, unsigned *count)
{
	const struct verb *v = c->verb;
	json_t *into = v->flags & VERB_LOCAL ? c->local : c->params;

	if (is_valid_text(word) && is_about(c, word))
		return WICI_OK;
	if (*count > 0 && (v->flags & VERB_MORE) &&
	    (*count == VERB_WORDS_MAX || !v->words[*count]))
		(*count)--;
	if (*count == VERB_WORDS_MAX || !v->words[*count])
		return fail(c, WICI_USAGE, N_("one word too many: \"%s\""),
			    word);
	if (!is_valid_text(word))
		return fail(c, WICI_USAGE, N_("a word is not UTF-8"));
	if ((v->flags & VERB_MORE) &&
	    (*count + 1 == VERB_WORDS_MAX || !v->words[*count + 1]))
		add_to_list(into, v->words[(*count)++], word);
	else if (json_object_get(into, v->words[*count]))
		return fail(c, WICI_USAGE, N_("--%s is given twice"),
			    v->words[*count]);
	else
		(void)json_object_set_new(into, v->words[(*count)++],
					  json_string(word));
	return WICI_OK;
}

static enum wici_err take_next(struct client *c, struct args *args,
			       unsigned *words)
{
	const struct verb_option *o;
	char *word;
	enum wici_err err = next_word(c, args, &word);

	if (err || !args_peek(args))
		return err;
	if (word) {
		args->at++;
		return take_word(c, word, words);
	}
	o = find_option(c->verb, args_peek(args));
	if (o)
		return take_option(c, args, o);
	if (c->kind)
		err = form_take(c, c->kind, args, c->params);
	else
		err = WICI_END;
	return err == WICI_END ? unknown_option(c, args_peek(args)) : err;
}

static enum wici_err check_whole(struct client *c, unsigned words)
{
	const struct verb *v = c->verb;
	char word[32];
	size_t at;
	enum wici_err err;

	if (c->options.wants_help)
		return WICI_OK;
	if (words < v->words_min) {
		/* In capitals, as help has it. */
		for (at = 0; v->words[words][at] && at < 31; at++)
			word[at] = (char)(v->words[words][at] - 'a' + 'A');
		word[at] = '\0';
		err = fail(c, WICI_USAGE, N_("something is missing: %s"), word);
		if (v->verb)
			fail_hint(c, N_("wici help %s %s"), c->noun, v->verb);
		else
			fail_hint(c, N_("wici help %s"), c->noun);
		return err;
	}
	if (c->options.is_dry_run && (v->flags & VERB_CHANGES))
		return fail(c, WICI_USAGE,
			    N_("this command cannot be tried out with -n"));
	if (c->options.is_dry_run && (v->flags & VERB_RECORDS) && !c->kind)
		(void)json_object_set_new(c->params, "dry_run", json_true());
	return WICI_OK;
}

enum wici_err verbs_parse(struct client *c, struct args args)
{
	char *word = NULL;
	unsigned words = 0;
	enum wici_err err = next_word(c, &args, &word);

	if (err)
		return err;
	if (!word && args_peek(&args) &&
	    strcmp(args_peek(&args), "--version") == 0) {
		c->noun = "version";
		c->verb = verbs_find(c->noun, NULL);
		return WICI_OK;
	}
	if (!word && args_peek(&args)) {
		c->verb = verbs_find("status", NULL);
		return unknown_option(c, args_peek(&args));
	}
	c->noun = word ? args_take(&args) : "status";
	err = word ? next_word(c, &args, &word) : WICI_OK;
	/* Behind "--" there are no verbs: `wici invite -- list`. */
	if (!err)
		err = find_verb(c, &args, c->noun,
				args.only_words ? NULL : word);
	while (!err && c->verb && args_peek(&args)) {
		if ((c->verb->flags & VERB_DEFERS) && words == 1) {
			c->rest = args;
			break;
		}
		err = take_next(c, &args, &words);
	}
	return err || !c->verb ? err : check_whole(c, words);
}
