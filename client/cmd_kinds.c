/* client/cmd_kinds.c — Kinds of records and their fields, as the daemon knows
 * them. */
#include "client/cmd.h"

#include "client/form.h"
#include "client/print.h"
#include "client/reference.h"
#include "client/rpc.h"
#include "client/say.h"
#include "client/verbs.h"
#include "proto/kinds.h"

#include <string.h>

static bool is_markdown(const struct client *c)
{
	return json_is_true(json_object_get(c->local, "markdown"));
}

/* "cert.grant" is what people type. */
enum wici_err cmd_kinds_run(struct client *c)
{
	const char *name = client_string(c->params, "kind");
	const struct wici_kind *kind = name ? form_kind(name, NULL) : NULL;

	if (is_markdown(c)) {
		c->result = json_object();
		return WICI_OK;
	}
	if (kind)
		(void)json_object_set_new(c->params, "kind",
					  json_string(kind->name));
	return rpc_call(c, c->verb->method, c->params, &c->result);
}

static const char *label_of(const json_t *row)
{
	const char *text = client_string(json_object_get(row, "label"),
					 say_is_polish() ? "pl" : "en");

	return text ? text : "";
}

static const char *by_text(const char *by)
{
	/* clang-format off */
	static const struct { const char *code; const char *text; } rows[] = {
		{"opening", N_("the node itself, once")},
		{"member", N_("every member")},
		{"registrar", N_("the registrar")},
		{"issuer", N_("issuers")},
	};
	/* clang-format on */

	for (size_t i = 0; by && i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(rows[i].code, by) == 0)
			return say(rows[i].text);
	return by ? by : "—";
}

static void print_all(const json_t *items)
{
	json_t *head = json_pack("[s,s,s]", _("Kind"), _("What it is"),
				 _("Published by"));
	json_t *rows = json_array();
	const json_t *item;
	size_t i;

	json_array_foreach(items, i, item)
	{
		const char *name = client_string(item, "name");

		(void)json_array_append_new(
			rows,
			json_pack("[s,s,s]", name ? name : "—", label_of(item),
				  by_text(client_string(item, "by"))));
	}
	print_table(head, rows);
	json_decref(head);
	json_decref(rows);
}

static json_t *field_row(const json_t *field)
{
	bool by_node = json_is_true(json_object_get(field, "by_node"));
	bool is_list = json_is_true(json_object_get(field, "list"));
	bool is_required = json_is_true(json_object_get(field, "required"));
	const char *type = client_string(field, "type");
	const char *name = client_string(field, "name");
	char shape[60];

	(void)snprintf(shape, sizeof(shape), "%.30s%s", type ? type : "—",
		       is_list ? _(", list") : "");
	return json_pack("[s,s,s,s]", name ? name : "—", shape,
			 by_node       ? _("set by wicid")
			 : is_required ? _("required")
				       : "",
			 label_of(field));
}

static void print_words(const json_t *field)
{
	const json_t *word;
	size_t i;

	json_array_foreach(json_object_get(field, "words"), i, word)
	{
		if (i == 0)
			print_line("\n%s:", client_string(field, "name"));
		print_pair(2, client_string(word, "code"), label_of(word));
	}
}

static void print_one(const json_t *kind)
{
	const json_t *fields = json_object_get(kind, "fields");
	json_t *head =
		json_pack("[s,s,s,s]", _("Field"), _("Type"), "", _("Meaning"));
	json_t *rows = json_array();
	const json_t *field;
	size_t i;

	print_line("%s — %s", client_string(kind, "name"), label_of(kind));
	print_line("%s: %s\n", _("Published by"),
		   by_text(client_string(kind, "by")));
	json_array_foreach(fields, i, field)(void)
		json_array_append_new(rows, field_row(field));
	print_table(head, rows);
	json_array_foreach(fields, i, field) print_words(field);
	json_decref(head);
	json_decref(rows);
}

void cmd_kinds_print(const struct client *c)
{
	const json_t *items = json_object_get(c->result, "items");

	if (is_markdown(c)) {
		reference_write(stdout);
		return;
	}
	if (json_array_size(items) == 1 && client_string(c->params, "kind"))
		print_one(json_array_get(items, 0));
	else
		print_all(items);
}
