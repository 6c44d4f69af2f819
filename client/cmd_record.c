/* client/cmd_record.c — Records shown: one whole, or a list. */
#include "client/cmd.h"

#include "client/body.h"
#include "client/markdown.h"
#include "client/print.h"
#include "client/rpc.h"
#include "client/say.h"
#include "client/verbs.h"
#include "proto/kinds.h"

#include <string.h>

static const struct wici_kind *kind_of(const json_t *record)
{
	const char *name = client_string(record, "kind");

	return name ? wici_kind_by_name(wici_bytes_str(name)) : NULL;
}

const char *cmd_record_label(const json_t *record)
{
	const json_t *label = json_object_get(record, "kind_label");
	const char *text = client_string(label, say_is_polish() ? "pl" : "en");
	const char *name = client_string(record, "kind");

	if (text && text[0])
		return text;
	return name ? name : "—";
}

const char *cmd_record_author(const json_t *record)
{
	const json_t *author = json_object_get(record, "author");
	const char *name = client_string(author, "name");

	return name ? name : print_id(client_string(author, "identity"));
}

/* clang-format off */
static const struct { const char *code; const char *text; } states[] = {
	{"erased", N_("ERASED: only the trace is left")},
	{"void", N_("VOID: kept and passed on, but it does not count")},
	{"unknown_kind", N_("UNKNOWN KIND: a newer version of wici is needed")},
	{"void_right", N_("its author may not publish this kind")},
	{"void_body", N_("it does not fit its kind")},
	{"void_sig", N_("its signature does not verify")},
	{"void_feed", N_("its feed does not count in this network")},
	{"void_index", N_("an earlier grant has its place on the list")},
	{"void_cut", N_("it stands after the place where its feed was cut")},
};
/* clang-format on */

const char *cmd_record_why(const char *code)
{
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (strcmp(states[i].code, code) == 0)
			return say(states[i].text);
	return code;
}

static void print_state(const json_t *record)
{
	const char *state = client_string(record, "state");
	const char *why = client_string(record, "why");

	if (!state || strcmp(state, "ok") == 0)
		return;
	print_colored(stdout, PRINT_YELLOW, cmd_record_why(state));
	print_line("%s%s", why ? "; " : "", why ? cmd_record_why(why) : "");
}

static void print_links(const json_t *record)
{
	const json_t *later = json_object_get(record, "superseded_by");
	const json_t *held = json_object_get(record, "held_by");
	const json_t *id;
	char count[80];
	size_t i;

	json_array_foreach(later, i, id) print_pair(
		0, _("Superseded by"), print_id(json_string_value(id)));
	if (!json_is_integer(held))
		return;
	(void)snprintf(count, sizeof(count),
		       say_n("%lld other institution",
			     "%lld other institutions",
			     (unsigned long long)json_integer_value(held)),
		       (long long)json_integer_value(held));
	print_pair(0, _("Held by"), count);
}

/* What does not fit its kind is shown with its state, and cleaned: raw, its
 * bytes might be meant for the terminal. */
static bool wants_markdown(const struct client *c)
{
	const char *state = client_string(c->result, "state");

	return json_is_true(json_object_get(c->local, "markdown")) &&
	       kind_of(c->result) && state && strcmp(state, "ok") == 0;
}

void cmd_record_print(const struct client *c)
{
	const json_t *r = c->result;
	char place[64];

	if (wants_markdown(c)) {
		markdown_write(stdout, kind_of(r), json_object_get(r, "body"),
			       json_object_get(r, "names"));
		return;
	}

	print_colored(stdout, PRINT_BOLD, cmd_record_label(r));
	fputc('\n', stdout);
	print_state(r);
	(void)snprintf(
		place, sizeof(place), "%s / %lld",
		print_id(client_string(r, "feed")),
		(long long)json_integer_value(json_object_get(r, "seq")));
	print_pair(0, _("Id"), client_string(r, "id"));
	print_pair(0, _("Published by"), cmd_record_author(r));
	print_pair(0, _("Time (claimed)"),
		   print_time(client_string(r, "time")));
	print_pair(0, _("Feed / number"), place);
	print_links(r);
	if (json_is_object(json_object_get(r, "erasure")))
		cmd_erase_print_count(json_object_get(r, "erasure"));
	fputc('\n', stdout);
	body_print(kind_of(r), json_object_get(r, "body"),
		   json_object_get(r, "names"));
	cmd_process_print(r);
}

static json_t *row_of(const json_t *record)
{
	const char *state = client_string(record, "state");
	const char *title = client_string(record, "title");
	bool is_ok = !state || strcmp(state, "ok") == 0;
	char day[16];

	if (!title)
		title = body_title(kind_of(record),
				   json_object_get(record, "body"));
	(void)snprintf(day, sizeof(day), "%.10s",
		       print_time(client_string(record, "time")));
	return json_pack("[s,s,s,s,s]", print_id(client_string(record, "id")),
			 day, cmd_record_label(record),
			 cmd_record_author(record),
			 !is_ok  ? cmd_record_why(state)
			 : title ? title
				 : "—");
}

void cmd_page_print(const struct client *c, json_t *head,
		    json_t *(*make_row)(const json_t *item), const char *none)
{
	const json_t *items = json_object_get(c->result, "items");
	const char *next = client_string(c->result, "next");
	json_t *rows = json_array();
	const json_t *item;
	size_t i;

	json_array_foreach(items, i, item)(void)
		json_array_append_new(rows, make_row(item));
	print_list(&c->options, head, rows, none);
	if (next)
		print_note(&c->options, _("There are more: --after %s"), next);
}

void cmd_record_list_print(const struct client *c)
{
	cmd_page_print(c,
		       json_pack("[s,s,s,s,s]", _("Id"), _("Day"), _("Kind"),
				 _("Published by"), _("Title")),
		       row_of, _("There are no records yet."));
}
