/* client/cmd_draft.c — What waits to be signed: said where something was to be
 * published, listed, shown, dropped; and published on the operator's word. */
#include "client/cmd.h"

#include "client/body.h"
#include "client/fail.h"
#include "client/print.h"
#include "client/rpc.h"
#include "client/say.h"
#include "client/verbs.h"
#include "proto/kinds.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static long long number(const json_t *object, const char *key)
{
	return (long long)json_integer_value(json_object_get(object, key));
}

bool draft_is(const json_t *result)
{
	const json_t *items = json_object_get(result, "items");

	return json_object_get(result, "draft") ||
	       json_object_get(json_array_get(items, 0), "draft");
}

enum wici_err draft_exit(struct client *c, enum wici_err err)
{
	if (!err && draft_is(c->result))
		c->exit = wici_err_exit(WICI_WAITING);
	return err;
}

/* What it means, and what to do. */
static void print_reason(const char *reason)
{
	if (reason && strcmp(reason, "waiting") == 0) {
		print_wrapped(
			stdout,
			_("Since its start this installation has not heard "
			  "from the others how far its records go. It is kept "
			  "here and published by itself as soon as it has."),
			0);
		print_line("%s: %s", _("Next"),
			   _("wici status shows whom it waits for; if all is "
			     "well and nobody can be reached: wici draft "
			     "publish"));
	} else if (reason && strcmp(reason, "damaged") == 0) {
		print_wrapped(stdout,
			      _("Some of the store is damaged. It is kept here "
				"and published once peers have brought that "
				"back."),
			      0);
		print_line("%s: wici fsck", _("Next"));
	} else {
		print_wrapped(stdout,
			      _("Publishing is sealed: another copy of this "
				"installation may exist. It is kept here, and "
				"published in the new feed that wici restore "
				"begins."),
			      0);
		print_line("%s: wici restore", _("Next"));
	}
}

void draft_print(const json_t *r)
{
	const json_t *items = json_object_get(r, "items");
	size_t count = json_array_size(items);

	if (items)
		print_line(say_n("Not published yet: %zu draft is kept.",
				 "Not published yet: %zu drafts are kept.",
				 count),
			   count);
	else
		print_line(_("Not published yet: it is kept as draft %lld."),
			   number(r, "draft"));
	print_reason(client_string(r, "reason"));
}

/* ---- wici draft … ---- */

static const char *why_text(const char *reason)
{
	static const struct {
		const char *code;
		const char *text;
	} whys[] = {
		{"waiting", N_("waits for a peer")},
		{"damaged", N_("waits until the store is healed")},
		{"not_permitted", N_("this installation may not publish it")},
		{"not_member", N_("this institution is not a member there")},
		{"read_only", N_("the disk is almost full")},
		{"overtaken",
		 N_("it answers what was no longer the last word")},
		{"not_allowed", N_("as it stood then this could not follow")},
		{"not_party", N_("its author takes no part in this")},
		{"waits", N_("it answers what is not here yet")},
		{"bad_field", N_("a field does not fit")},
		{"unknown_kind", N_("it needs another version of wici")},
	};

	if (!reason)
		return _("will be published");
	for (size_t i = 0; i < sizeof(whys) / sizeof(whys[0]); i++)
		if (strcmp(whys[i].code, reason) == 0)
			return say(whys[i].text);
	return _("publishing is sealed");
}

static const struct wici_kind *kind_of(const json_t *draft)
{
	const char *name = client_string(draft, "kind");

	return name ? wici_kind_by_name(wici_bytes_str(name)) : NULL;
}

static const char *label_of(const json_t *draft)
{
	const struct wici_kind *kind = kind_of(draft);
	const char *name = client_string(draft, "kind");

	return kind ? say_label(&kind->label) : name ? name : "—";
}

void cmd_draft_list_print(const struct client *c)
{
	const json_t *items = json_object_get(c->result, "items");
	const char *next = client_string(c->result, "next");
	json_t *head = json_pack("[s,s,s,s,s]", _("Draft"), _("Made"),
				 _("Kind"), _("Title"), _("State"));
	json_t *rows = json_array();
	const json_t *item;
	size_t i;

	json_array_foreach(items, i, item)
	{
		const char *title = client_string(item, "title");
		char n[24];

		(void)snprintf(n, sizeof(n), "%lld", number(item, "draft"));
		(void)json_array_append_new(
			rows,
			json_pack("[s,s,s,s,s]", n,
				  print_time(client_string(item, "time")),
				  label_of(item), title ? title : "—",
				  why_text(client_string(item, "reason"))));
	}
	print_list(&c->options, head, rows, _("There are no drafts."));
	if (next)
		print_note(&c->options, _("There are more: --after %s"), next);
}

/* The word N is a number. */
static enum wici_err take_number(struct client *c)
{
	const char *word = client_string(c->params, "draft");
	char *end = NULL;
	unsigned long long n = word ? strtoull(word, &end, 10) : 0;

	if (!word || word[0] < '0' || word[0] > '9' || *end || n > INT64_MAX)
		return fail(c, WICI_USAGE,
			    N_("a draft is named by its number, not \"%s\""),
			    word ? word : "");
	(void)json_object_set_new(c->params, "draft",
				  json_integer((json_int_t)n));
	return WICI_OK;
}

enum wici_err cmd_draft_run(struct client *c)
{
	enum wici_err err = take_number(c);

	return err ? err : rpc_call(c, c->verb->method, c->params, &c->result);
}

void cmd_draft_show_print(const struct client *c)
{
	const json_t *r = c->result;

	print_pair(0, _("Kind"), label_of(r));
	print_pair(0, _("Made"), print_time(client_string(r, "time")));
	print_pair(0, _("State"), why_text(client_string(r, "reason")));
	body_print(kind_of(r), json_object_get(r, "body"), NULL);
}

void cmd_draft_drop_print(const struct client *c)
{
	size_t count = (size_t)number(c->result, "dropped");

	print_line(say_n("%zu draft dropped", "%zu drafts dropped", count),
		   count);
}

/* If another copy went further, its records and these would contradict each
 * other for ever: on a terminal a word is asked for. */
static enum wici_err confirm(struct client *c)
{
	char line[40] = "";

	if (c->options.is_yes)
		return WICI_OK;
	if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO)) {
		enum wici_err err =
			fail(c, WICI_USAGE, N_("this has to be confirmed"));

		fail_hint(c, "wici draft publish --yes");
		return err;
	}
	fprintf(stderr, "%s\n",
		_("If this installation was restored from an older state, or "
		  "runs a second time, publishing now splits its feed for "
		  "ever. Publish only if neither is so."));
	fprintf(stderr, _("Type %s: "), _("publish"));
	if (fgets(line, sizeof(line), stdin))
		line[strcspn(line, "\n")] = '\0';
	if (strcmp(line, _("publish")) == 0)
		return WICI_OK;
	return fail(c, WICI_USAGE, N_("not confirmed; nothing was done"));
}

enum wici_err cmd_draft_publish_run(struct client *c)
{
	enum wici_err err = confirm(c);

	if (!err)
		err = rpc_call(c, c->verb->method, c->params, &c->result);
	return err;
}

void cmd_draft_publish_print(const struct client *c)
{
	size_t count = (size_t)number(c->result, "published");
	size_t left = (size_t)number(c->result, "drafts");

	print_line(
		say_n("%zu record published", "%zu records published", count),
		count);
	if (left)
		print_line("%s: wici draft list", _("Drafts are left"));
	if (json_is_true(json_object_get(c->result, "overridden")))
		print_line("%s", _("Noted: it was published on your word, "
				   "without a peer's."));
}
