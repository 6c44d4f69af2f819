/* client/cmd_help.c — Help: out of the table of verbs and the kinds, and a few
 * topics. */
#include "client/cmd.h"

#include "client/fail.h"
#include "client/form.h"
#include "client/print.h"
#include "client/rpc.h"
#include "client/say.h"
#include "client/verbs.h"
#include "proto/kinds.h"

#include <stdlib.h>
#include <string.h>

#define USAGE_MAX 200

struct topic_row {
	const char *word;
	const char *text;
};

/* clang-format off */
static const struct topic_row exit_codes[] = {
	{"0", N_("done; a certificate is VALID")},
	{"1", N_("failed")},
	{"2", N_("the command or a field does not fit; or several things match")},
	{"3", N_("wicid does not answer")},
	{"4", N_("not permitted; a wrong passphrase; not a member")},
	{"5", N_("not found; a certificate is NOT_FOUND")},
	{"6", N_("the certificate is BAD_SIGNATURE, NOT_YET_VALID, EXPIRED, "
		 "SUSPENDED or REVOKED")},
	{"7", N_("it cannot be confirmed: UNKNOWN_ISSUER, DISPUTED, UNDATED, "
		 "STALE; sync --wait: not in step")},
	{"8", N_("partly done, or waiting: it goes on by itself")},
	{NULL, NULL},
};
static const struct topic_row environment[] = {
	{"WICI_SOCKET", N_("the socket of wicid (/run/wici/wici.sock)")},
	{"WICI_PASSPHRASE", N_("the passphrase of the identity key")},
	{"WICI_LANG", N_("pl or en; else LC_ALL, LC_MESSAGES, LANG")},
	{"NO_COLOR", N_("when not empty: no colour")},
	{"TERM", N_("dumb: no colour")},
	{NULL, NULL},
};
static const struct topic_row options[] = {
	{"--socket PATH", N_("the socket of wicid")},
	{"--json", N_("one JSON object on the standard output, errors too")},
	{"-q, --quiet", N_("no notes beside the result")},
	{"-v, --verbose", N_("the calls, their times, and codes of errors")},
	{"--lang pl|en", N_("the language of everything but JSON")},
	{"--color WHEN", N_("auto, always or never")},
	{"-y, --yes", N_("ask nothing")},
	{"-n, --dry-run", N_("check what would be published; publish nothing")},
	{"-h, --help", N_("help for the command")},
	{NULL, NULL},
};
static const struct {
	const char *name;
	const struct topic_row *rows;
	const char *help;
} topics[] = {
	{"exit-codes", exit_codes, N_("what the exit codes mean")},
	{"environment", environment, N_("variables that wici reads")},
	{"options", options, N_("options that may stand anywhere")},
};
/* clang-format on */
#define TOPICS (sizeof(topics) / sizeof(topics[0]))

/* "invite revoke ID", "cert list" */
static void usage_of(const struct verb *v, const char *noun, char *out)
{
	int len = snprintf(out, USAGE_MAX, "%s%s%s", noun, v->verb ? " " : "",
			   v->verb ? v->verb : "");

	for (unsigned i = 0; i < VERB_WORDS_MAX && v->words[i]; i++) {
		bool is_free = i >= v->words_min;
		char word[32];
		size_t at;

		for (at = 0; v->words[i][at] && at < sizeof(word) - 1; at++)
			word[at] = (char)(v->words[i][at] - 'a' + 'A');
		word[at] = '\0';
		if (len > 0 && len < USAGE_MAX)
			len += snprintf(out + len, (size_t)(USAGE_MAX - len),
					is_free ? " [%s]" : " %s", word);
	}
	if ((v->flags & VERB_MORE) && len > 0 && len < USAGE_MAX)
		(void)snprintf(out + len, (size_t)(USAGE_MAX - len), "…");
}

static json_t *verb_row(const struct verb *v, const char *noun)
{
	char usage[USAGE_MAX];

	usage_of(v, noun, usage);
	return json_pack("{s:s,s:s}", "usage", usage, "help", v->help);
}

static void add_verbs(json_t *verbs_out, const char *noun)
{
	for (const struct verb *v = verbs; v->noun; v++)
		if (!noun || strcmp(v->noun, noun) == 0)
			(void)json_array_append_new(verbs_out,
						    verb_row(v, v->noun));
}

/* A kind as people type it: "cert grant". */
static const char *kind_usage(const struct wici_kind *kind, char out[64])
{
	const char *dot = strchr(kind->name, '.');
	size_t len = (size_t)(dot - kind->name);

	if (strncmp(kind->name, "certificate", len) == 0)
		(void)snprintf(out, 64, "cert %s", dot + 1);
	else
		(void)snprintf(out, 64, "%.*s %s", (int)len, kind->name,
			       dot + 1);
	return out;
}

static bool has_usage(const json_t *rows, const char *usage)
{
	size_t len = strlen(usage);
	const json_t *row;
	size_t i;

	json_array_foreach(rows, i, row)
	{
		const char *is = client_string(row, "usage");

		if (strncmp(is, usage, len) == 0 &&
		    (is[len] == '\0' || is[len] == ' '))
			return true;
	}
	return false;
}

/* `visit list`, `visit show ID`: of every noun that is a kind's. */
static void add_shared(json_t *verbs_out, const char *noun)
{
	const struct verb *const shared[] = {&verb_of_kind_list,
					     &verb_of_kind_show};
	char usage[USAGE_MAX];

	for (size_t i = 0; i < 2; i++) {
		(void)snprintf(usage, sizeof(usage), "%s %s", noun,
			       shared[i]->verb);
		if (!has_usage(verbs_out, usage))
			(void)json_array_append_new(verbs_out,
						    verb_row(shared[i], noun));
	}
}

static void add_kinds(json_t *verbs_out, const char *noun)
{
	for (size_t i = 0; wici_kinds[i]; i++) {
		const struct wici_kind *kind = wici_kinds[i];
		char usage[64];
		size_t len = noun ? strlen(noun) : 0;

		/* What only the node writes is no command. */
		if (wici_kind_is_by_node(kind) ||
		    (noun && (strncmp(kind->name, noun, len) != 0 ||
			      kind->name[len] != '.')))
			continue;
		/* A row of the table of verbs stands for it. */
		kind_usage(kind, usage);
		if (has_usage(verbs_out, usage))
			continue;
		(void)json_array_append_new(
			verbs_out, json_pack("{s:s,s:s}", "usage", usage,
					     "help", say_label(&kind->label)));
	}
}

static enum wici_err help_topic(struct client *c, size_t i)
{
	json_t *rows = json_object();

	for (const struct topic_row *r = topics[i].rows; r->word; r++)
		(void)json_object_set_new(rows, r->word, json_string(r->text));
	c->result =
		json_pack("{s:s,s:o}", "topic", topics[i].name, "rows", rows);
	return WICI_OK;
}

/* A noun, and perhaps its verb. */
static enum wici_err help_noun(struct client *c, const char *noun,
			       const char *verb)
{
	json_t *list;

	if (verb || verbs_find(noun, NULL)) {
		c->kind = verb && !verbs_find(noun, verb)
				  ? form_kind(noun, verb)
				  : NULL;
		c->about = c->kind ? &verb_publish : verbs_find(noun, verb);
		if (!c->about && verb && form_has_noun(noun))
			c->about =
				strcmp(verb, "list") == 0   ? &verb_of_kind_list
				: strcmp(verb, "show") == 0 ? &verb_of_kind_show
							    : NULL;
	}
	list = json_array();
	if (!verb) {
		add_verbs(list, noun);
		if (form_has_noun(noun)) {
			add_kinds(list, form_noun(noun));
			add_shared(list, noun);
		}
	}
	c->result = json_pack("{s:s,s:o}", "noun", noun, "verbs", list);
	return WICI_OK;
}

enum wici_err cmd_help_run(struct client *c)
{
	const char *topic = client_string(c->params, "topic");
	const char *verb = client_string(c->params, "verb");
	enum wici_err err;

	c->noun = topic;
	for (size_t i = 0; topic && i < TOPICS; i++)
		if (strcmp(topics[i].name, topic) == 0)
			return help_topic(c, i);
	if (topic && verb && !verbs_find(topic, verb) &&
	    !form_kind(topic, verb) &&
	    !(form_has_noun(topic) &&
	      (strcmp(verb, "list") == 0 || strcmp(verb, "show") == 0))) {
		err = fail(c, WICI_NOT_FOUND,
			   N_("there is no command \"%s %s\""), topic, verb);
		fail_hint(c, N_("wici help %s"),
			  verbs_has_noun(topic) ? topic : "");
		return err;
	}
	if (topic && !verbs_has_noun(topic)) {
		err = fail(c, WICI_NOT_FOUND, N_("there is no help on \"%s\""),
			   topic);
		fail_hint(c, N_("wici help"));
		return err;
	}
	if (topic) {
		err = help_noun(c, topic, verb);
		(void)json_object_set(c->result, "_verb",
				      json_object_get(c->params, "verb"));
		return err;
	}
	c->result = json_pack("{s:[]}", "verbs");
	add_verbs(json_object_get(c->result, "verbs"), NULL);
	add_kinds(json_object_get(c->result, "verbs"), NULL);
	return WICI_OK;
}

static void print_verbs(const json_t *list)
{
	const json_t *item;
	size_t i;

	json_array_foreach(list, i, item)
	{
		print_option(client_string(item, "usage"),
			     say(client_string(item, "help")));
	}
}

static void print_rows(const struct topic_row *rows)
{
	for (; rows->word; rows++)
		print_option(rows->word, say(rows->text));
}

static void print_options(const struct verb *v)
{
	for (const struct verb_option *o = v->options; o && o->name; o++) {
		char text[80];

		if (o->letter)
			(void)snprintf(text, sizeof(text), "-%c, --%s %s",
				       o->letter, o->name,
				       o->what ? say(o->what) : "");
		else
			(void)snprintf(text, sizeof(text), "--%s %s", o->name,
				       o->what ? say(o->what) : "");
		print_option(text, say(o->help));
	}
}

static void print_words(const struct wici_field *f)
{
	char *text = NULL;
	size_t len;
	FILE *out;

	if (!f->words)
		return;
	out = open_memstream(&text, &len);
	if (!out)
		abort();
	for (const struct wici_word *w = f->words; w->code; w++)
		fprintf(out, "%s%s", w == f->words ? "" : ", ", w->code);
	if (f->flags & WICI_MOVE)
		fprintf(out, _("; in short: --%s"), f->words->code);
	(void)fclose(out);
	printf("%*s", PRINT_OPTION, "");
	print_wrapped(stdout, text, PRINT_OPTION);
	free(text);
}

static void print_fields(const struct wici_kind *kind)
{
	const struct wici_field *f;

	for (size_t n = 0; (f = wici_field_nth(kind, n)); n++) {
		char flag[80];
		char text[200];
		int len = snprintf(flag, sizeof(flag), "--%s %s", f->name,
				   form_value_word(f));

		if (f->flags & WICI_BY_NODE)
			continue;
		for (int i = 0; i < len && i < (int)strlen(f->name) + 2; i++)
			flag[i] = flag[i] == '_' ? '-' : flag[i];
		(void)snprintf(
			text, sizeof(text), "%s%s%s", say_label(&f->label),
			f->flags & WICI_REQUIRED ? _(", required") : "",
			f->flags & WICI_LIST ? _(", may be repeated") : "");
		print_option(flag, text);
		print_words(f);
	}
}

/* " VISIT": what an act is about stands as a word, too. */
static const char *about_word(const struct wici_kind *kind, char out[40])
{
	const struct wici_field *about = form_about(kind);
	size_t len = about ? strlen(about->name) : 0;

	if (len > 38)
		len = 38;
	out[0] = len ? ' ' : '\0';
	for (size_t i = 0; i < len; i++)
		out[i + 1] = (char)(about->name[i] - 'a' + 'A');
	out[len ? len + 1 : 0] = '\0';
	return out;
}

static void print_verb(const struct client *c, const char *noun,
		       const char *verb)
{
	char usage[USAGE_MAX];

	if (c->kind) {
		char about[40];

		print_line("wici %s %s%s [FILE.md] [-f %s] [--%s …]\n", noun,
			   verb, about_word(c->kind, about), _("FILE|-"),
			   _("field value"));
		print_line("%s — %s\n", c->kind->name,
			   say_label(&c->kind->label));
		print_fields(c->kind);
		print_options(c->about);
		return;
	}
	usage_of(c->about, noun, usage);
	print_line("wici %s%s\n\n%s\n", usage,
		   c->about->options ? _(" [options]") : "",
		   say(c->about->help));
	print_options(c->about);
}

static void print_all(const json_t *list)
{
	print_line("%s\n", _("wici — signed records, shared without a centre"));
	print_line("wici [--json] [--lang pl|en] [-q|-v] [-n] %s\n",
		   _("NOUN VERB …"));
	print_verbs(list);
	fputc('\n', stdout);
	for (size_t i = 0; i < TOPICS; i++) {
		char text[60];

		(void)snprintf(text, sizeof(text), "help %s", topics[i].name);
		printf("  %-28s  %s\n", text, say(topics[i].help));
	}
	printf("  %-28s  %s\n", "help NOUN [VERB]",
	       _("words and options of a command"));
}

void cmd_help_print(const struct client *c)
{
	const json_t *list = json_object_get(c->result, "verbs");
	const char *noun = client_string(c->result, "noun");
	const char *topic = client_string(c->result, "topic");
	const char *verb = client_string(c->result, "_verb");

	for (size_t i = 0; topic && i < TOPICS; i++)
		if (strcmp(topics[i].name, topic) == 0)
			print_rows(topics[i].rows);
	if (topic)
		return;
	if (!noun) {
		print_all(list);
		return;
	}
	if (c->about && (verb || json_array_size(list) == 1)) {
		print_verb(c, noun, verb);
		return;
	}
	/* A verb of its own, and others: `wici invite`, `wici invite list`. */
	if (c->about) {
		print_verb(c, noun, NULL);
		fputc('\n', stdout);
	}
	print_verbs(list);
}

/* --help: of the verb that was typed, or of its noun, or of everything. */
void cmd_help_verb(const struct client *c)
{
	struct client help;

	client_init(&help);
	help.options = c->options;
	if (c->noun && (c->verb == NULL ? verbs_has_noun(c->noun)
					: strcmp(c->noun, "status") != 0))
		(void)json_object_set_new(help.params, "topic",
					  json_string(c->noun));
	if (c->verb && c->verb->verb)
		(void)json_object_set_new(help.params, "verb",
					  json_string(c->verb->verb));
	if (c->kind)
		(void)json_object_set_new(
			help.params, "verb",
			json_string(strchr(c->kind->name, '.') + 1));
	if (cmd_help_run(&help))
		fail_print(&help);
	else
		cmd_help_print(&help);
	client_clear(&help);
}

/* The daemon's version too, when it runs: they should be the same. */
enum wici_err cmd_version_run(struct client *c)
{
	json_t *reply = NULL;

	c->result = json_pack("{s:s,s:n}", "version", WICI_VERSION, "wicid");
	if (rpc_call(c, "version.get", NULL, &reply) == WICI_OK)
		(void)json_object_set(c->result, "wicid",
				      json_object_get(reply, "version"));
	json_decref(reply);
	return WICI_OK;
}

void cmd_version_print(const struct client *c)
{
	const char *daemon = client_string(c->result, "wicid");

	print_line("wici  %s", WICI_VERSION);
	print_line("wicid %s", daemon ? daemon : _("(not running)"));
	if (daemon && strcmp(daemon, WICI_VERSION) != 0)
		print_note(&c->options, "%s",
			   _("WARNING: the two versions differ."));
}
