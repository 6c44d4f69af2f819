/* client/cmd_fsck.c — wici fsck: is the store what it was? */
#include "client/cmd.h"
#include "client/print.h"
#include "client/progress.h"
#include "client/rpc.h"
#include "client/say.h"
#include "client/verbs.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define FSCK_WAIT_MS (6 * 3600 * 1000)

/* clang-format off */
static const struct { const char *code, *text; } whats[] = {
	{"signature", N_("the signature is damaged")},
	{"chain", N_("does not join the entry before it")},
	{"payload", N_("the contents are damaged")},
	{"id", N_("the id is damaged")},
	{"missing", N_("is missing")},
	{"head", N_("the feed's end was noted wrongly")},
	{"statement", N_("a statement is damaged")},
	{"projection", N_("the index says something else")},
	{"tree", N_("what is noted of its chunks is damaged")},
	{"unreadable", N_("cannot be read")},
};

/* What became of an attachment. */
static const struct { const char *code, *text; } states[] = {
	{"whole", N_("healed")},
	{"wanted", N_("not yet")},
	{"nowhere", N_("no connected peer has it")},
	{"unnamed", N_("no record names it")},
	{"gone", N_("no record names it")},
	{"kept", N_("left as it is")},
};
/* clang-format on */

static const char *what(const char *code)
{
	for (size_t i = 0; code && i < sizeof(whats) / sizeof(whats[0]); i++)
		if (strcmp(whats[i].code, code) == 0)
			return say(whats[i].text);
	return code ? code : "—";
}

static long long number(const json_t *r, const char *key)
{
	return (long long)json_integer_value(json_object_get(r, key));
}

void cmd_fsck_progress(const json_t *progress)
{
	fprintf(stderr, "\r\033[K");
	fprintf(stderr, _("%lld of some %lld entries checked, %lld bad"),
		number(progress, "entries"), number(progress, "total"),
		number(progress, "bad"));
	if (number(progress, "files"))
		fprintf(stderr, _("; %lld files, %s"),
			number(progress, "files"),
			print_size((uint64_t)number(progress, "file_bytes")));
	(void)fflush(stderr);
}

static const json_t *attachments_bad(const struct client *c)
{
	return json_object_get(json_object_get(c->result, "attachments"),
			       "bad");
}

static bool are_healed(const json_t *list)
{
	const json_t *bad;
	size_t i;

	json_array_foreach(list, i, bad)
	{
		if (!json_is_true(json_object_get(bad, "healed")))
			return false;
	}
	return true;
}

enum wici_err cmd_fsck_run(struct client *c)
{
	bool shows = progress_is_shown(c);
	enum wici_err err;

	if (shows)
		(void)json_object_set_new(c->params, "progress", json_true());
	err = rpc_call_within(c, c->verb->method, c->params, FSCK_WAIT_MS,
			      &c->result);
	if (shows)
		fprintf(stderr, "\r\033[K");
	if (err)
		return err;
	if (!are_healed(json_object_get(c->result, "bad")) ||
	    !are_healed(attachments_bad(c)))
		c->exit = 1;
	return WICI_OK;
}

static void print_advice(const struct client *c)
{
	const json_t *r = c->result;

	if (c->exit == 0) {
		if (json_array_size(json_object_get(r, "bad")) ||
		    json_array_size(attachments_bad(c)))
			print_line("%s", _("All of it has been put right. Look "
					   "after the disk all the same."));
		return;
	}
	print_wrapped(stdout,
		      _("What is damaged comes back from the peers that hold "
			"it; nothing damaged is passed on."),
		      0);
	if (json_is_true(json_object_get(r, "sealed")))
		print_line("%s", _("Publishing is sealed until then."));
	if (!are_healed(attachments_bad(c)))
		print_wrapped(
			stdout,
			_("Of a file that no peer has, a copy of your own "
			  "does as well: wici attachment add FILE."),
			0);
	printf("%s: ", _("Try"));
	print_wrapped(stdout,
		      _("look after the disk, connect to a peer (wici peer "
			"list), and run wici fsck again"),
		      print_columns(_("Try")) + 2);
}

/* ---- attachments ---- */

static const char *state_text(const json_t *bad)
{
	const char *code = client_string(bad, "state");

	for (size_t i = 0; code && i < sizeof(states) / sizeof(states[0]); i++)
		if (strcmp(states[i].code, code) == 0)
			return say(states[i].text);
	return code ? code : "—";
}

static json_t *file_row(const json_t *bad)
{
	const char *name = client_string(bad, "name");
	const char *code = client_string(bad, "what");
	char text[120];

	if (code && strcmp(code, "damaged") == 0)
		(void)snprintf(text, sizeof(text), _("%s of %s damaged"),
			       print_size((uint64_t)number(bad, "bytes")),
			       print_size((uint64_t)number(bad, "size")));
	else
		(void)snprintf(text, sizeof(text), "%s", what(code));
	if (!name)
		name = print_id(client_string(bad, "root"));
	return json_pack("[s,s,s,s]", name,
			 print_id(client_string(bad, "record")), text,
			 state_text(bad));
}

static void print_left(const json_t *left)
{
	const char *file = client_string(left, "file");
	const char *code = client_string(left, "what");
	const char *size = print_size((uint64_t)number(left, "bytes"));

	if (!file)
		file = "—";
	if (code && strcmp(code, "foreign") == 0)
		print_line(_("Not wici's, and left alone: %s (%s)"), file,
			   size);
	else if (json_is_true(json_object_get(left, "removed")))
		print_line(_("Left over, and removed: %s (%s)"), file, size);
	else
		print_line(_("Left over: %s (%s)"), file, size);
}

static void print_attachments(const json_t *a)
{
	const json_t *list = json_object_get(a, "bad");
	json_t *rows = json_array();
	const json_t *item;
	size_t i;

	if (!a) /* wicid is older. */
		return;
	print_line(_("%lld files kept (%s) checked, %zu bad, %lld healed"),
		   number(a, "files"), print_size((uint64_t)number(a, "bytes")),
		   json_array_size(list), number(a, "healed"));
	json_array_foreach(list, i, item)(void)
		json_array_append_new(rows, file_row(item));
	if (json_array_size(rows)) {
		json_t *head = json_pack("[s,s,s,s]", _("File"), _("Record"),
					 _("Damage"), _("Healed"));

		print_table(head, rows);
		json_decref(head);
	}
	json_decref(rows);
	json_array_foreach(json_object_get(a, "left"), i, item)
		print_left(item);
	if (number(a, "more"))
		print_line(_("and %lld more"), number(a, "more"));
	if (number(a, "wanted"))
		print_line(_("%lld more are still to come"),
			   number(a, "wanted"));
}

void cmd_fsck_print(const struct client *c)
{
	const json_t *r = c->result;
	const json_t *list = json_object_get(r, "bad");
	json_t *head = json_pack("[s,s,s,s]", _("Feed"), _("Entry"),
				 _("Damage"), _("Healed"));
	json_t *rows = json_array();
	const json_t *bad;
	size_t i;

	print_line(_("%lld entries in %lld feeds checked, %zu bad, %lld "
		     "healed"),
		   number(r, "entries"), number(r, "feeds"),
		   json_array_size(list), number(r, "healed"));
	if (number(r, "void"))
		print_line(_("%lld without a good signature of their own, "
			     "kept and not applied"),
			   number(r, "void"));
	if (json_is_true(json_object_get(r, "rebuilt")))
		print_line("%s", _("The index was made anew."));
	json_array_foreach(list, i, bad)
	{
		char seq[32];

		(void)snprintf(seq, sizeof(seq), "%lld", number(bad, "seq"));
		(void)json_array_append_new(
			rows,
			json_pack("[s,s,s,s]",
				  print_id(client_string(bad, "feed")), seq,
				  what(client_string(bad, "what")),
				  json_is_true(json_object_get(bad, "healed"))
					  ? _("healed")
					  : _("not yet")));
	}
	if (json_array_size(rows))
		print_table(head, rows);
	json_decref(head);
	json_decref(rows);
	print_attachments(json_object_get(r, "attachments"));
	print_advice(c);
}
