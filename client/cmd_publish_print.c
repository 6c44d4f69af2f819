/* client/cmd_publish_print.c — What came of publishing, for people. */
#include "client/cmd.h"

#include "client/body.h"
#include "client/print.h"
#include "client/say.h"

#include <stdlib.h>

static void print_one(const json_t *r)
{
	char held[120];
	long long count =
		(long long)json_integer_value(json_object_get(r, "held_by"));

	print_pair(0, _("Id"), client_string(r, "id"));
	(void)snprintf(held, sizeof(held),
		       say_n("%lld other institution",
			     "%lld other institutions",
			     (unsigned long long)count),
		       count);
	print_pair(0, _("Held by"), held);
}

/* What would be published, but for what the node sets. */
static void print_dry(const struct client *c, const json_t *r)
{
	const json_t *line = json_object_get(r, "line");
	json_t *body = json_copy(json_object_get(r, "body"));

	for (const struct wici_field *f = c->kind ? c->kind->fields : NULL;
	     f && f->name; f++)
		if (f->flags & WICI_BY_NODE)
			(void)json_object_del(body, f->name);
	if (line)
		print_line("%s %lld", _("line"),
			   (long long)json_integer_value(line));
	body_print(c->kind, body, json_object_get(r, "names"));
	json_decref(body);
}

/* It is not refused: but whoever asks for the number will get no answer. */
static void warn_same_number(const struct client *c)
{
	const char *other = client_string(c->result, "same_number");
	char *text = NULL;

	if (!other)
		return;
	if (asprintf(&text,
		     _("WARNING: another certificate has this number: %s. "
		       "Asked for by its number, neither is found."),
		     print_id(other)) < 0)
		abort();
	print_sentences(&c->options, text);
	free(text);
	print_note(&c->options, "         %s: wici cert correct %s --number …",
		   _("Try"), print_id(client_string(c->result, "id")));
}

/* Nor is this: an office's telephone is no secret. But it stays, for everybody. */
static void warn_personal(const struct client *c, const json_t *item)
{
	const json_t *fields = json_object_get(item, "personal");
	long long line = json_integer_value(json_object_get(item, "line"));
	const json_t *field;
	char *text = NULL;
	size_t i;

	json_array_foreach(fields, i, field)
	{
		const char *name = json_string_value(field);

		name = name ? name : "";
		if ((line ? asprintf(&text, _("WARNING: line %lld, field %s:"),
				     line, name)
			  : asprintf(&text, _("WARNING: field %s:"), name)) < 0)
			abort();
		print_note(&c->options, "%s", text);
		free(text);
		print_sentences(
			&c->options,
			_("There is something like a PESEL, a telephone "
			  "number or an e-mail address. Everybody in "
			  "the network will read it, and it stays."));
	}
}

static void warn_all(const struct client *c)
{
	const json_t *items = json_object_get(c->result, "items");
	const json_t *item;
	size_t i;

	warn_personal(c, c->result);
	json_array_foreach(items, i, item) warn_personal(c, item);
}

void cmd_cert_correct_print(const struct client *c)
{
	if (c->options.is_dry_run || draft_is(c->result)) {
		cmd_publish_print(c);
		return;
	}
	print_line("%s", _("The certificate is corrected: a new grant "
			   "supersedes the old one."));
	print_one(c->result);
	warn_same_number(c);
	warn_all(c);
}

void cmd_publish_print(const struct client *c)
{
	const json_t *r = c->result;
	const json_t *items = json_object_get(r, "items");
	size_t count = json_array_size(items);
	const json_t *item;
	size_t i;

	warn_all(c);
	if (c->options.is_dry_run) {
		print_line("%s", _("It fits, and nothing was published (-n)."));
		if (items)
			print_line(say_n("%zu record", "%zu records", count),
				   count);
		else
			print_dry(c, r);
		json_array_foreach(items, i, item) print_dry(c, item);
		return;
	}
	if (draft_is(r)) {
		draft_print(r);
		return;
	}
	if (c->kind)
		print_line(_("Published: %s"), say_label(&c->kind->label));
	if (!items) {
		print_one(r);
		warn_same_number(c);
		return;
	}
	print_line(say_n("%zu record", "%zu records", count), count);
	json_array_foreach(items, i, item)
		print_line("  %s", client_string(item, "id"));
}
