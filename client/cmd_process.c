/* client/cmd_process.c — What several records about one thing amount to: lists,
 * one of them, and what waits. */
#include "client/cmd.h"

#include "client/fail.h"
#include "client/form.h"
#include "client/print.h"
#include "client/rpc.h"
#include "client/say.h"
#include "client/verbs.h"
#include "proto/day.h"
#include "proto/kinds.h"
#include "proto/process.h"

#include <stdlib.h>
#include <string.h>

static const char *label_in(const json_t *object, const char *key)
{
	const json_t *label = json_object_get(object, key);
	const char *text = client_string(label, say_is_polish() ? "pl" : "en");

	return text ? text : "";
}

static const char *name_in(const json_t *who)
{
	const char *name = client_string(who, "name");

	return name ? name : print_id(client_string(who, "identity"));
}

/* Has the noun a kind that begins a process? */
static bool has_process(const char *noun)
{
	size_t len = strlen(noun);

	for (size_t i = 0; wici_kinds[i]; i++)
		if (wici_kinds[i]->process &&
		    strncmp(wici_kinds[i]->name, noun, len) == 0 &&
		    wici_kinds[i]->name[len] == '.')
			return true;
	return false;
}

/* The processes of a noun; of certificates, those that lead to one or away
 * from it. */
static json_t *processes_of(const char *noun)
{
	size_t len = strlen(noun);
	json_t *names;

	if (strcmp(noun, "certificate") == 0)
		return json_pack("[s,s]", "application", "charge");
	names = json_array();
	for (size_t i = 0; wici_kinds[i]; i++)
		if (wici_kinds[i]->process &&
		    strncmp(wici_kinds[i]->name, noun, len) == 0 &&
		    wici_kinds[i]->name[len] == '.')
			(void)json_array_append_new(
				names,
				json_string(wici_kinds[i]->process->name));
	return names;
}

/* wici NOUN list: what has begun and how it stands, or else plain records. */
enum wici_err cmd_kind_list_run(struct client *c)
{
	const char *method = "record.list";

	if (json_object_get(c->local, "waiting"))
		return cmd_waiting_run(c);
	if (has_process(form_noun(c->noun)))
		method = "process.list";
	(void)json_object_set_new(c->params, "kind", json_string(c->noun));
	return rpc_call(c, method, c->params, &c->result);
}

enum wici_err cmd_waiting_run(struct client *c)
{
	json_t *params = json_object();
	json_t *limit = json_object_get(c->params, "limit");
	json_t *from = json_object_get(c->params, "from");
	const char *key;
	json_t *value;
	enum wici_err err;

	/* It is a list of its own, by who has begun it and how many. */
	json_object_foreach(c->params, key, value)
	{
		if (value == limit || value == from)
			continue;
		json_decref(params);
		return fail(c, WICI_USAGE,
			    N_("--waiting does not go together with --%s"),
			    key);
	}
	(void)json_object_set_new(params, "kinds",
				  processes_of(form_noun(c->noun)));
	if (limit)
		(void)json_object_set(params, "limit", limit);
	if (from)
		(void)json_object_set(params, "from", from);
	err = rpc_call(c, "waiting.list", params, &c->result);
	json_decref(params);
	return err;
}

/* "MOPR Kielce → MOPS Mława" */
static json_t *sides_of(const json_t *process)
{
	const json_t *sides = json_object_get(process, "sides");
	json_t *joined;
	const json_t *side;
	char *text = NULL;
	size_t len, i;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		abort();
	json_array_foreach(sides, i, side)
		fprintf(out, "%s%s", i ? " → " : "", name_in(side));
	(void)fclose(out);
	joined = json_string(text);
	free(text);
	return joined;
}

/* The day that it is about, or the month or year, as it was said: "2027-03".
 * NULL: none. */
static const char *day_of(const json_t *process)
{
	static char text[WICI_DAY_LEN + 1];
	const char *day = client_string(process, "day");
	const char *until = client_string(process, "until");
	int len = WICI_DAY_LEN;

	if (!day)
		return NULL;
	if (until && strcmp(day, until) != 0)
		len = strncmp(day, until, 7) == 0 ? 7 : 4;
	(void)snprintf(text, sizeof(text), "%.*s", len, day);
	return text;
}

/* What it is called: of an adoption, what was adopted first: the end may be cut
 * off. */
static json_t *title_of(const json_t *item)
{
	const char *title = client_string(item, "title");
	const char *label = label_in(json_object_get(item, "process"), "label");
	const char *of =
		client_string(json_object_get(item, "subject"), "title");

	if (of)
		return json_sprintf("%s (%s)", of, label);
	return json_string(title ? title : label);
}

static json_t *row_of(const json_t *item)
{
	const json_t *process = json_object_get(item, "process");
	const char *day = day_of(process);

	if (!day)
		day = client_string(item, "time");
	return json_pack("[s,o,s,o,o]", print_id(client_string(item, "id")),
			 json_stringn(day ? day : "—",
				      day && strlen(day) > 10
					      ? 10
					      : strlen(day ? day : "—")),
			 label_in(process, "state_label"), sides_of(process),
			 title_of(item));
}

static void print_processes(const struct client *c)
{
	cmd_page_print(c,
		       json_pack("[s,s,s,s,s]", _("Id"), _("Day"), _("State"),
				 _("Who"), _("Title")),
		       row_of, _("There are no records yet."));
}

/* One that waits: "answer about a visit — by you", and what it is about. */
static void print_owed(const json_t *item)
{
	const json_t *process = json_object_get(item, "process");
	const json_t *waits = json_object_get(process, "waits");
	const char *title = client_string(item, "title");
	const char *day = day_of(process);
	const json_t *wait;
	size_t i;

	printf("  %s  ", print_id(client_string(item, "id")));
	print_wrapped(stdout, title ? title : label_in(process, "label"),
		      PRINT_ID_LEN + 4);
	printf("%*s", PRINT_ID_LEN + 4, "");
	print_line("%s%s%s", label_in(process, "state_label"), day ? ", " : "",
		   day ? day : "");
	json_array_foreach(waits, i, wait)
	{
		bool mine = json_is_true(json_object_get(wait, "mine"));
		char text[400];

		(void)snprintf(text, sizeof(text), "%s %s (%s)",
			       mine ? _("you owe:") : _("awaited:"),
			       label_in(wait, "kind_label"),
			       mine ? client_string(wait, "kind")
				    : name_in(wait));
		printf("%*s", PRINT_ID_LEN + 4, "");
		print_wrapped(stdout, text, PRINT_ID_LEN + 4);
	}
}

/* Those of one side, under a heading; how many there were. */
static size_t print_waiting_of(const json_t *items, bool ours,
			       const char *heading)
{
	const json_t *item;
	size_t count = 0;
	size_t i;

	json_array_foreach(items, i, item)
	{
		if (json_is_true(json_object_get(item, "ours")) != ours)
			continue;
		if (count++ == 0)
			print_line("%s", heading);
		print_owed(item);
	}
	return count;
}

/* "certificate 7/2022 ends on 2026-12-31" */
static size_t print_expiring(const json_t *list)
{
	const json_t *item;
	size_t i;

	if (json_array_size(list))
		print_line("%s", _("Ends soon"));
	json_array_foreach(list, i, item)
	{
		const char *number = client_string(item, "number");
		const char *until = client_string(item, "valid_until");

		printf("  %s  ", print_id(client_string(item, "id")));
		print_line(_("certificate %s, until %s"), number ? number : "—",
			   until ? until : "—");
	}
	return json_array_size(list);
}

static size_t print_edited(const json_t *list)
{
	const json_t *item, *tip;
	size_t i, k;

	if (json_array_size(list))
		print_line("%s", _("Written twice, and both stand: wici "
				   "erase the one that does not hold"));
	json_array_foreach(list, i, item)
	{
		printf("  %s  ", print_id(client_string(item, "id")));
		json_array_foreach(json_object_get(item, "tips"), k, tip)
			printf("%s%s", k ? ", " : "→ ",
			       print_id(json_string_value(tip)));
		fputc('\n', stdout);
	}
	return json_array_size(list);
}

bool cmd_waiting_has(const json_t *waiting)
{
	return json_array_size(json_object_get(waiting, "items")) ||
	       json_array_size(json_object_get(waiting, "expiring")) ||
	       json_array_size(json_object_get(waiting, "edited"));
}

void cmd_waiting_print(const struct client *c, const json_t *waiting)
{
	const json_t *items = json_object_get(waiting, "items");
	size_t count = print_waiting_of(items, true, _("Waits for you"));

	if (count && count < json_array_size(items))
		fputc('\n', stdout);
	count += print_waiting_of(items, false, _("You wait for others"));
	count += print_expiring(json_object_get(waiting, "expiring"));
	count += print_edited(json_object_get(waiting, "edited"));
	if (json_is_true(json_object_get(waiting, "more")))
		print_note(&c->options, "%s",
			   _("There is more that waits: --limit N"));
	if (!count)
		print_note(&c->options, "%s", _("Nothing waits."));
}

void cmd_kind_list_print(const struct client *c)
{
	if (json_object_get(c->local, "waiting"))
		cmd_waiting_print(c, c->result);
	else if (has_process(form_noun(c->noun)))
		print_processes(c);
	else
		cmd_record_list_print(c);
}

/* Why an act has no effect. */
static const char *why_text(const char *code)
{
	if (strcmp(code, "not_party") == 0)
		return _("its author takes no part in this");
	if (strcmp(code, "not_allowed") == 0)
		return _("as it stood then this could not follow");
	if (strcmp(code, "overtaken") == 0)
		return _("it answers what was no longer the last word");
	if (strcmp(code, "waits") == 0)
		return _("it answers what is not here yet");
	return cmd_record_why(code);
}

#define ACT_AT 34 /* After the time and the id. */

/* What a field of this flag says; a word by its label. NULL: nothing. */
static const char *said(const json_t *act, uint16_t flag)
{
	const char *name = client_string(act, "kind");
	const struct wici_kind *kind =
		name ? wici_kind_by_name(wici_bytes_str(name)) : NULL;
	const struct wici_field *f =
		kind ? wici_field_flagged(kind, flag) : NULL;
	const char *text =
		f ? client_string(json_object_get(act, "body"), f->name) : NULL;
	const struct wici_word *word =
		text && f->words
			? wici_word_find(f->words, wici_bytes_str(text), false)
			: NULL;

	return word ? say_label(&word->label) : text;
}

/* What the act says: accepted, for when, in which words. */
static void print_said(const json_t *act)
{
	const char *word = said(act, WICI_MOVE);
	const char *day = said(act, WICI_ON);
	const char *text = said(act, WICI_TITLE);

	if (word || day)
		print_line("%*s%s%s%s", ACT_AT, "", word ? word : "",
			   word && day ? ", " : "", day ? day : "");
	if (text) {
		printf("%*s", ACT_AT, "");
		print_wrapped(stdout, text, ACT_AT);
	}
}

static void print_process_act(const json_t *act)
{
	const char *why = client_string(act, "why");

	printf("  %s  %s  ", print_time(client_string(act, "time")),
	       print_id(client_string(act, "id")));
	print_wrapped(stdout, label_in(act, "kind_label"), ACT_AT);
	printf("%*s", ACT_AT, "");
	print_wrapped(stdout, name_in(json_object_get(act, "author")), ACT_AT);
	print_said(act);
	if (why) {
		char text[300];

		(void)snprintf(text, sizeof(text), "%s: %s",
			       _("without effect"), why_text(why));
		printf("%*s", ACT_AT, "");
		print_wrapped(stdout, text, ACT_AT);
	}
}

/* Behind a record: what it is a part of, and how that stands. */
void cmd_process_print(const json_t *record)
{
	const json_t *process = json_object_get(record, "process");
	const json_t *acts = json_object_get(record, "acts");
	const json_t *taken = json_object_get(record, "taken_up");
	const json_t *item;
	size_t i;

	if (!process)
		return;
	fputc('\n', stdout);
	print_colored(stdout, PRINT_BOLD, label_in(process, "label"));
	fputc('\n', stdout);
	print_pair(0, _("State"), label_in(process, "state_label"));
	print_pair(0, _("Day"), day_of(process));
	json_array_foreach(json_object_get(process, "sides"), i, item)
		print_pair(0, label_in(item, "label"), name_in(item));
	json_array_foreach(json_object_get(process, "waits"), i, item)
	{
		char text[400];

		(void)snprintf(text, sizeof(text), "%s — %s",
			       label_in(item, "kind_label"),
			       json_is_true(json_object_get(item, "mine"))
				       ? _("by you")
				       : name_in(item));
		print_pair(0, _("Awaited"), text);
	}
	json_array_foreach(taken, i, item)
	{
		char text[400];

		(void)snprintf(text, sizeof(text), "%s (%s)",
			       name_in(json_object_get(item, "author")),
			       label_in(json_object_get(item, "process"),
					"state_label"));
		print_pair(0, _("Taken up by"), text);
	}
	if (json_array_size(acts) < 2)
		return;
	print_line("%s", _("Acts"));
	json_array_foreach(acts, i, item) print_process_act(item);
}
