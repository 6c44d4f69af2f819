/* client/verbs.c — The table of verbs, and the command line understood by it.
 */
#include "client/verbs.h"

#include "client/cmd.h"
#include "client/fail.h"
#include "client/form.h"
#include "client/say.h"
#include "proto/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* clang-format off */
#define END {.name = NULL}
#define PASS                                                                   \
	{"passphrase-file", 0, true, VERB_TEXT, N_("FILE"),                    \
	 N_("the identity key's passphrase, the first line of a file")},       \
	{"no-passphrase", 0, true, VERB_FLAG, NULL,                            \
	 N_("keep the identity key without a passphrase")}
#define PROFILE                                                                \
	{"short-name", 0, false, VERB_TEXT, N_("NAME"), N_("its short name")}, \
	{"short", 0, true, VERB_TEXT, N_("NAME"), N_("the same")},             \
	{"city", 0, false, VERB_TEXT, N_("CITY"), N_("where it is")},          \
	{"type", 0, false, VERB_TEXT, N_("TYPE"),                              \
	 N_("what it is: MOPS, CUS, association, …")},                         \
	{"teryt", 0, false, VERB_TEXT, N_("NUMBER"),                           \
	 N_("its number in the TERYT register")}
#define PAGE                                                                   \
	{"limit", 0, false, VERB_UINT, N_("N"),                                \
	 N_("how many at most (20; 200 at most)")},                            \
	{"after", 0, false, VERB_TEXT, N_("NEXT"),                             \
	 N_("go on where the last page ended")}
#define FILE_OPTION                                                            \
	{"file", 'f', true, VERB_TEXT, N_("FILE|-"),                           \
	 N_("a JSON object, or one a line; -: the standard input")}

static const struct verb_option init_options[] = {
	{"name", 0, false, VERB_TEXT, N_("NAME"), N_("the institution's name")},
	PROFILE, PASS, END};
static const struct verb_option create_options[] = {
	{"issuer", 0, false, VERB_TEXT, N_("SCHEME"),
	 N_("this institution issues certificates of a scheme, e.g. osl")},
	{"recovery", 0, true, VERB_TEXT, N_("DIR"),
	 N_("two recovery cards go into this folder; any 2 of 3 root keys act")},
	{"single", 0, false, VERB_FLAG, NULL,
	 N_("one root key only, and no recovery")},
	PASS, END};
static const struct verb_option invite_options[] = {
	{"days", 0, false, VERB_UINT, N_("N"), N_("how long it is good (14)")},
	{"via", 0, false, VERB_TEXT, N_("HOST:PORT"),
	 N_("a member to be reached in the registrar's stead")},
	{"file", 'f', true, VERB_TEXT, N_("LIST"),
	 N_("names, one a line: one invitation each; -: the standard input")},
	END};
static const struct verb_option join_options[] = {
	{"name", 0, false, VERB_TEXT, N_("NAME"), N_("the institution's name")},
	PROFILE,
	{"timeout", 0, false, VERB_UINT, N_("SECONDS"),
	 N_("how long to wait (60)")},
	PASS, END};
static const struct verb_option add_options[] = {FILE_OPTION, END};
static const struct verb_option list_options[] = {
	{"from", 0, false, VERB_TEXT, N_("INSTITUTION"),
	 N_("what this institution has published")},
	PAGE, END};
static const struct verb_option page_options[] = {PAGE, END};
static const struct verb_option cert_list_options[] = {
	{"holder", 0, false, VERB_TEXT, N_("INSTITUTION"), N_("whose they are")},
	PAGE, END};
static const struct verb_option verify_options[] = {
	{"on", 0, false, VERB_TEXT, N_("YYYY-MM-DD"),
	 N_("was it, will it be valid on that day?")}, END};
static const struct verb_option revoke_options[] = {
	{"reason", 0, false, VERB_TEXT, N_("TEXT"), N_("why; can be erased later")},
	{"effective", 0, false, VERB_TEXT, N_("YYYY-MM-DD"),
	 N_("since which day (today)")}, END};
static const struct verb_option sync_options[] = {
	{"wait", 0, true, VERB_FLAG, NULL,
	 N_("until in step with every connected peer")},
	{"timeout", 0, false, VERB_UINT, N_("SECONDS"),
	 N_("how long to wait (30)")}, END};

static const struct verb_option fsck_options[] = {
	{"rebuild", 0, false, VERB_FLAG, NULL,
	 N_("make the index anew as well")}, END};

const struct verb verbs[] = {
	{"status", NULL, "status.get", {NULL}, 0, 0, NULL, NULL,
	 cmd_status_print, N_("how this installation and its peers are")},
	{"init", NULL, "identity.init", {NULL}, 0, VERB_CHANGES, init_options,
	 cmd_init_run, cmd_init_print, N_("make this institution's identity")},
	{"network", "create", "network.create", {"name"}, 1, VERB_CHANGES,
	 create_options, cmd_network_create_run, cmd_network_create_print,
	 N_("found a network")},
	{"invite", NULL, "invite.create", {"name"}, 0, VERB_CHANGES,
	 invite_options, cmd_invite_run, cmd_invite_print,
	 N_("invite an institution into the network")},
	{"invite", "list", "invite.list", {NULL}, 0, 0, NULL, NULL,
	 cmd_invite_list_print, N_("invitations, and what became of them")},
	{"invite", "revoke", "invite.revoke", {"id"}, 1, VERB_CHANGES, NULL,
	 NULL, cmd_invite_revoke_print, N_("take an invitation back")},
	{"join", NULL, "network.join", {"token"}, 1, VERB_CHANGES, join_options,
	 cmd_join_run, cmd_join_print, N_("join a network by an invitation")},
	{"add", NULL, "record.add", {"kind"}, 1, VERB_RECORDS, add_options,
	 cmd_add_run, cmd_publish_print, N_("publish records of any kind")},
	{"edit", NULL, "record.edit", {"id"}, 1, VERB_RECORDS | VERB_DEFERS,
	 add_options, cmd_edit_run, cmd_publish_print,
	 N_("publish a new record that supersedes this one")},
	{"show", NULL, "record.show", {"id"}, 1, 0, NULL, NULL,
	 cmd_record_print, N_("one record, whole")},
	{"list", NULL, "record.list", {"kind"}, 0, 0, list_options, NULL,
	 cmd_record_list_print, N_("records, of one kind or of all")},
	{"log", NULL, "log.list", {"institution"}, 0, 0, page_options, NULL,
	 cmd_record_list_print, N_("every entry, one after the other")},
	{"kinds", NULL, "kinds.get", {"kind"}, 0, 0, NULL, cmd_kinds_run,
	 cmd_kinds_print, N_("kinds of records, and their fields")},
	{"cert", "list", "cert.list", {NULL}, 0, 0, cert_list_options, NULL,
	 cmd_cert_list_print, N_("certificates")},
	{"cert", "show", "cert.show", {"ref"}, 1, 0, NULL, NULL,
	 cmd_cert_show_print, N_("a certificate and all acts about it")},
	{"cert", "verify", "cert.verify", {"ref"}, 1, 0, verify_options,
	 cmd_cert_verify_run, cmd_cert_verify_print,
	 N_("is this certificate genuine, and valid?")},
	{"cert", "revoke", "cert.revoke", {"ref"}, 1, VERB_CHANGES,
	 revoke_options, cmd_cert_revoke_run, cmd_cert_revoke_print,
	 N_("take a certificate away")},
	{"institution", "list", "institution.list", {NULL}, 0, 0, NULL, NULL,
	 cmd_institution_list_print, N_("the members of the network")},
	{"institution", "show", "institution.show", {"ref"}, 1, 0, NULL, NULL,
	 cmd_institution_show_print, N_("a member and its profile")},
	{"roster", "show", "roster.show", {NULL}, 0, 0, NULL, NULL,
	 cmd_roster_print, N_("who may admit and issue, and since when")},
	{"peer", "list", "peer.list", {NULL}, 0, 0, NULL, NULL,
	 cmd_peer_list_print, N_("whom this installation syncs with")},
	{"peer", "add", "peer.add", {"address"}, 1, VERB_CHANGES, NULL, NULL,
	 cmd_peer_add_print, N_("connect to HOST:PORT, now and after a restart")},
	{"peer", "remove", "peer.remove", {"address"}, 1, VERB_CHANGES, NULL,
	 NULL, cmd_peer_remove_print, N_("no longer connect to HOST:PORT")},
	{"sync", NULL, "sync.wait", {NULL}, 0, 0, sync_options, cmd_sync_run,
	 cmd_sync_print, N_("is everything here that the peers have?")},
	{"fsck", NULL, "fsck.run", {NULL}, 0, 0, fsck_options, cmd_fsck_run,
	 cmd_fsck_print, N_("is everything stored what it was?")},
	{"help", NULL, NULL, {"topic", "verb"}, 0, 0, NULL, cmd_help_run,
	 cmd_help_print, N_("what can be done, and how")},
	{"version", NULL, NULL, {NULL}, 0, 0, NULL, cmd_version_run,
	 cmd_version_print, N_("which wici, which wicid")},
	{.noun = NULL},
};

const struct verb verb_publish = {
	"", NULL, NULL, {NULL}, 0, VERB_RECORDS, add_options, cmd_publish_run,
	cmd_publish_print, N_("publish a record of this kind")};
const struct verb verb_of_kind_list = {
	"", "list", "record.list", {NULL}, 0, 0, list_options,
	cmd_kind_list_run, cmd_record_list_print, N_("records of this kind")};
const struct verb verb_of_kind_show = {
	"", "show", "record.show", {"id"}, 1, 0, NULL, NULL, cmd_record_print,
	N_("one record, whole")};
/* clang-format on */

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

static enum wici_err unknown_noun(struct client *c, const char *noun)
{
	const char *nouns[128];
	size_t n = 0;

	for (const struct verb *v = verbs; v->noun && n < 120; v++)
		nouns[n++] = v->noun;
	for (size_t i = 0; i < 6; i++)
		nouns[n++] =
			((const char *[]){"practice", "area", "place", "visit",
					  "event", "partnership"})[i];
	nouns[n++] = "document";
	nouns[n] = NULL;
	(void)fail(c, WICI_USAGE, N_("there is no command \"%s\""), noun);
	fail_hint(c, N_("wici help"));
	return suggest(c, noun, nouns, "wici ");
}

static enum wici_err unknown_verb(struct client *c, const char *noun,
				  const char *typed)
{
	static const char *const verbs_of_all[] = {
		"list",   "show",    "create", "grant",   "revoke",
		"verify", "reason",  "report", "update",  "admit",
		"remove", "publish", "add",    "profile", NULL};
	const char *known[32];
	const char *long_noun = form_noun(noun);
	char before[64];
	size_t n = 0;

	for (size_t i = 0; verbs_of_all[i]; i++)
		if (verbs_find(noun, verbs_of_all[i]) ||
		    form_kind(long_noun, verbs_of_all[i]))
			known[n++] = verbs_of_all[i];
	known[n] = NULL;
	if (typed)
		(void)fail(c, WICI_USAGE, N_("there is no command \"%s %s\""),
			   noun, typed);
	else
		(void)fail(c, WICI_USAGE, N_("\"%s\" needs a verb"), noun);
	fail_hint(c, N_("wici help %s"), noun);
	if (!typed)
		return WICI_USAGE;
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
	if (json_object_get(into, name))
		return fail(c, WICI_USAGE, N_("--%s is given twice"), o->name);
	if (o->value == VERB_TEXT) {
		(void)json_object_set_new(into, name, json_string(text));
		return WICI_OK;
	}
	u = strtoull(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end || u > 1000000000)
		return fail(c, WICI_USAGE,
			    N_("--%s needs a whole number, not \"%s\""),
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

static enum wici_err take_word(struct client *c, char *word, unsigned *count)
{
	const struct verb *v = c->verb;

	if (*count == VERB_WORDS_MAX || !v->words[*count])
		return fail(c, WICI_USAGE, N_("one word too many: \"%s\""),
			    word);
	if (!is_valid_text(word))
		return fail(c, WICI_USAGE, N_("a word is not UTF-8"));
	(void)json_object_set_new(c->params, v->words[(*count)++],
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
