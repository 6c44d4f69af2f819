/* client/cmd_join.c — Joining: one paste on one side. And the invitations. */
#include "client/cmd.h"

#include "client/fail.h"
#include "client/pass.h"
#include "client/print.h"
#include "client/rpc.h"
#include "client/say.h"
#include "client/verbs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIST_NAME_MAX 1000
#define JOIN_WAIT_S   60

/* One name of the list; what came of it goes into items or rejected. */
static enum wici_err invite_one(struct client *c, const char *name,
				json_int_t line)
{
	json_t *params = json_copy(c->params);
	json_t *result = NULL;
	enum wici_err err;

	(void)json_object_set_new(params, "name", json_string(name));
	err = rpc_call(c, "invite.create", params, &result);
	json_decref(params);
	if (!err) {
		(void)json_array_append_new(json_object_get(c->result, "items"),
					    result);
		return WICI_OK;
	}
	(void)json_array_append_new(
		json_object_get(c->result, "rejected"),
		json_pack("{s:I,s:s,s:s,s:s}", "line", line, "name", name,
			  "code", wici_err_code(err), "message",
			  client_string(c->error, "message")));
	return err;
}

static bool is_name(char *line)
{
	size_t len = strlen(line);

	while (len > 0 && strchr(" \t\r\n", line[len - 1]))
		line[--len] = '\0';
	return len > 0;
}

static enum wici_err invite_lines(struct client *c, FILE *f, const char *name)
{
	char line[LIST_NAME_MAX];
	json_int_t n = 0;
	enum wici_err err = WICI_OK;

	c->result = json_pack("{s:[],s:[]}", "items", "rejected");
	while (fgets(line, sizeof(line), f)) {
		n++;
		if (!strchr(line, '\n') && !feof(f))
			return fail(c, WICI_USAGE,
				    N_("%s, line %d: the line is too long"),
				    name, (int)n);
		if (!is_name(line))
			continue;
		err = invite_one(c, line, n);
		/* What is refused to one name for our own sake is refused to
		 * all. */
		if (err == WICI_NO_DAEMON || err == WICI_NOT_PERMITTED ||
		    err == WICI_NOT_MEMBER)
			break;
	}
	if (json_array_size(json_object_get(c->result, "rejected"))) {
		if (!json_array_size(json_object_get(c->result, "items")))
			return err ? err : WICI_INTERNAL;
		c->exit = 8;
	}
	if (!json_array_size(json_object_get(c->result, "items")))
		return fail(c, WICI_USAGE, N_("%s is empty"), name);
	return WICI_OK;
}

static enum wici_err invite_list(struct client *c, const char *path)
{
	bool is_stdin = strcmp(path, "-") == 0;
	FILE *f = is_stdin ? stdin : fopen(path, "r");
	enum wici_err err;

	if (!f)
		return fail(c, errno == ENOENT ? WICI_NOT_FOUND : WICI_IO,
			    N_("%s cannot be opened: %s"), path,
			    strerror(errno));
	err = invite_lines(c, f, is_stdin ? "stdin" : path);
	if (!is_stdin)
		(void)fclose(f);
	return err;
}

enum wici_err cmd_invite_run(struct client *c)
{
	const char *path = client_string(c->local, "file");
	bool has_name = json_object_get(c->params, "name") != NULL;
	enum wici_err err;

	if (has_name == (path != NULL)) {
		err = fail(c, WICI_USAGE,
			   N_("an invitation needs a name, or -f LIST"));
		fail_hint(c, "wici invite \"GOPS Strzegowo\"");
		return err;
	}
	if (path)
		return invite_list(c, path);
	return rpc_call(c, c->verb->method, c->params, &c->result);
}

/* The token's line is never broken: it is to be copied whole. */
static void print_invite(const json_t *r, bool is_by_file)
{
	const char *name = client_string(r, "name");
	const char *expires = client_string(r, "expires");

	print_line(_("Invitation for %s, good until %s, for one use. "
		     "Send them this:"),
		   name ? name : "", expires ? expires : "—");
	print_line("\n  wici join %s%s%s\n", client_string(r, "token"),
		   is_by_file ? " --by-file " : "",
		   is_by_file ? _("FILE") : "");
}

void cmd_invite_print(const struct client *c)
{
	const json_t *items = json_object_get(c->result, "items");
	bool is_by_file = json_object_get(c->params, "by_file") != NULL;
	const json_t *item;
	size_t i;

	if (!items) {
		print_invite(c->result, is_by_file);
		print_sentences(
			&c->options,
			_("Whoever has the line can join: send it as you "
			  "would a key. When they have joined, compare the "
			  "6 digits by phone: wici invite list"));
		return;
	}
	json_array_foreach(items, i, item) print_invite(item, is_by_file);
	json_array_foreach(json_object_get(c->result, "rejected"), i, item)
		print_note(&c->options, _("line %lld, %s: %s"),
			   (long long)json_integer_value(
				   json_object_get(item, "line")),
			   client_string(item, "name"),
			   client_string(item, "message"));
}

/* "482109" as people read it out: "482 109". */
const char *cmd_join_code(const json_t *object, char out[16])
{
	const char *code = client_string(object, "code");

	if (!code)
		return "—";
	if (strlen(code) != 6)
		return code;
	(void)snprintf(out, 16, "%.3s %.3s", code, code + 3);
	return out;
}

static const char *invite_state(const char *state)
{
	static const char *const words[] = {N_("open"), N_("used"),
					    N_("expired"), N_("revoked")};

	for (size_t i = 0; state && i < 4; i++)
		if (strcmp(state, words[i]) == 0)
			return say(words[i]);
	return state ? state : "—";
}

void cmd_invite_list_print(const struct client *c)
{
	const json_t *items = json_object_get(c->result, "items");
	json_t *head = json_pack("[s,s,s,s,s]", _("Id"), _("For"), _("State"),
				 _("Good until"), _("Control code"));
	json_t *rows = json_array();
	const json_t *item;
	size_t i;

	json_array_foreach(items, i, item)
	{
		const char *id = client_string(item, "id");
		const char *name = client_string(item, "name");
		const char *expires = client_string(item, "expires");
		char code[16];

		(void)json_array_append_new(
			rows,
			json_pack("[s,s,s,s,s]", id ? id : "—",
				  name ? name : "—",
				  invite_state(client_string(item, "state")),
				  expires ? expires : "—",
				  cmd_join_code(item, code)));
	}
	print_list(&c->options, head, rows, _("There are no invitations yet."));
}

void cmd_invite_revoke_print(const struct client *c)
{
	print_line(_("The invitation %s is now: %s."),
		   client_string(c->result, "id"),
		   invite_state(client_string(c->result, "state")));
}

static bool has_identity(struct client *c, enum wici_err *err)
{
	json_t *status = NULL;
	bool has;

	*err = rpc_call(c, "status.get", NULL, &status);
	has = client_string(status, "identity") != NULL;
	json_decref(status);
	return has;
}

/* A mail program breaks lines: a token has no spaces of its own. */
static void mend_token(struct client *c)
{
	const char *token = client_string(c->params, "token");
	char *whole = strdup(token ? token : "");
	char *to = whole;

	if (!whole)
		abort();
	for (const char *p = whole; *p; p++)
		if (!strchr(" \t\r\n", *p))
			*to++ = *p;
	*to = '\0';
	(void)json_object_set_new(c->params, "token", json_string(whole));
	free(whole);
}

/* The join is begun; a bundle made now asks for the rest. */
static enum wici_err ask_by_file(struct client *c, const char *path)
{
	json_t *asked;
	enum wici_err err;

	(void)json_object_set_new(c->params, "by_file", json_true());
	err = pass_call(c, c->verb->method, 30000);
	if (err)
		return err;
	asked = c->result;
	c->result = NULL;
	err = cmd_bundle_save(c, path);
	if (!err)
		(void)json_object_update(c->result, asked);
	json_decref(asked);
	return err;
}

enum wici_err cmd_join_run(struct client *c)
{
	const char *path = client_string(c->local, "by_file");
	json_t *seconds = json_object_get(c->params, "timeout");
	json_int_t wait = seconds ? json_integer_value(seconds) : JOIN_WAIT_S;
	enum wici_err err = WICI_OK;
	bool is_new = !has_identity(c, &err);

	cmd_take_short(c);
	mend_token(c);
	if (!err && is_new && !json_object_get(c->params, "name")) {
		err = fail(c, WICI_USAGE,
			   N_("this installation has no identity yet: "
			      "--name is needed"));
		fail_hint(c, N_("wici join TOKEN --name \"GOPS Strzegowo\""));
	}
	if (!err)
		err = pass_give(c, is_new);
	if (err)
		return err;
	if (path)
		return ask_by_file(c, path);
	if (wait > 3600)
		wait = 3600;
	print_note(&c->options, _("Joining; this takes up to %d seconds …"),
		   (int)wait);
	return pass_call(c, c->verb->method, (int)wait * 1000 + 30000);
}

static void print_asked(const struct client *c)
{
	char code[16];

	print_line(_("Written: %s. It asks to be let in, and holds no secret."),
		   client_string(c->result, "path"));
	print_pair(0, _("Control code"), cmd_join_code(c->result, code));
	print_sentences(
		&c->options,
		_("Carry the file to the institution that invited you. There: "
		  "wici bundle import FILE, which shows the same code, and "
		  "wici bundle export ANSWER. Here: wici bundle import "
		  "ANSWER."));
}

void cmd_join_print(const struct client *c)
{
	const json_t *r = c->result;
	const char *network = client_string(r, "network_name");
	long long received =
		(long long)json_integer_value(json_object_get(r, "received"));
	char code[16];

	if (json_object_get(c->params, "by_file")) {
		print_asked(c);
		return;
	}
	print_line(_("You have joined the network %s."),
		   network ? network : print_id(client_string(r, "network")));
	print_pair(0, _("Control code"), cmd_join_code(r, code));
	print_pair(0, _("Network"), client_string(r, "network"));
	print_pair(0, _("Feed"), client_string(r, "feed"));
	print_line(say_n("%lld entry received.", "%lld entries received.",
			 (unsigned long long)received),
		   received);
	print_sentences(&c->options,
			_("Compare the code by phone with the institution that "
			  "invited you: it must be the same there."));
}

bool cmd_join_print_refused(const char *reason)
{
	static const struct {
		const char *reason, *text;
	} texts[] = {
		{"inviter_away", N_("only the registrar's installation can do "
				    "it: import the file there")},
		{"token_wrong", N_("the invitation is not from here")},
		{"token_used", N_("the invitation has been used: wici invite")},
		{"token_expired",
		 N_("the invitation has expired: wici invite")},
		{"already_member", N_("they are a member already")},
		{"sealed", N_("publishing is sealed here: wici status")},
		{"busy", N_("this installation waits for a peer's word since "
			    "its start: import the file again then; or, if "
			    "nothing was restored here, after wici draft "
			    "publish")},
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (strcmp(texts[i].reason, reason) != 0)
			continue;
		print_line(_("The file asks to be let in. Not done: %s"),
			   say(texts[i].text));
		return true;
	}
	return false;
}

void cmd_join_print_answer(const struct client *c)
{
	const json_t *admitted = json_object_get(c->result, "admitted");
	const json_t *joined = json_object_get(c->result, "joined");
	char code[16];

	if (admitted) {
		print_line(_("Let in: %s."), client_string(admitted, "name"));
		print_pair(0, _("Control code"), cmd_join_code(admitted, code));
		print_sentences(
			&c->options,
			_("Compare the code with them by phone: it must be the "
			  "same there. Then they need the answer: wici bundle "
			  "export FILE, to be imported there."));
	}
	if (json_is_true(joined))
		print_line("%s", _("You have joined the network."));
	else if (joined)
		print_line("%s", _("This file does not let you in: it was made "
				   "before your request was imported."));
}
