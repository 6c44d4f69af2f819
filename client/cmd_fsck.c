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
	(void)fflush(stderr);
}

enum wici_err cmd_fsck_run(struct client *c)
{
	bool shows = progress_is_shown(c);
	const json_t *bad;
	size_t i;
	enum wici_err err;

	if (shows)
		(void)json_object_set_new(c->params, "progress", json_true());
	err = rpc_call_within(c, c->verb->method, c->params, FSCK_WAIT_MS,
			      &c->result);
	if (shows)
		fprintf(stderr, "\r\033[K");
	if (err)
		return err;
	json_array_foreach(json_object_get(c->result, "bad"), i, bad)
	{
		if (!json_is_true(json_object_get(bad, "healed")))
			c->exit = 1;
	}
	return WICI_OK;
}

static void print_advice(const struct client *c)
{
	const json_t *r = c->result;

	if (c->exit == 0) {
		if (json_array_size(json_object_get(r, "bad")))
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
	printf("%s: ", _("Try"));
	print_wrapped(stdout,
		      _("look after the disk, connect to a peer (wici peer "
			"list), and run wici fsck again"),
		      print_columns(_("Try")) + 2);
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
	print_advice(c);
}
