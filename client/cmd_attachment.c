/* client/cmd_attachment.c — wici attachment add, get, list: files that records
 * name. */
#include "client/cmd.h"

#include "client/attach.h"
#include "client/fail.h"
#include "client/output.h"
#include "client/print.h"
#include "client/progress.h"
#include "client/rpc.h"
#include "client/say.h"
#include "proto/require.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define POLL_US   200000
#define TIMEOUT_S 60 /* Without a byte. */

static uint64_t number(const json_t *o, const char *key)
{
	return (uint64_t)json_integer_value(json_object_get(o, key));
}

static bool is_state(const json_t *item, const char *state)
{
	const char *is = client_string(item, "state");

	return is && strcmp(is, state) == 0;
}

static bool is_here(const json_t *item)
{
	return is_state(item, "whole") || is_state(item, "added");
}

/* ---- add ---- */

enum wici_err cmd_attachment_add_run(struct client *c)
{
	const json_t *paths = json_object_get(c->params, "file");
	const char *name = client_string(c->local, "name");
	const char *type = client_string(c->local, "type");
	json_t *items = json_array();
	const json_t *path;
	enum wici_err err = WICI_OK;
	size_t i;

	if (json_array_size(paths) > 1 && (name || type))
		err = fail(c, WICI_USAGE,
			   N_("--name and --type are for one file at a time"));
	json_array_foreach(paths, i, path)
	{
		json_t *file = NULL;

		if (!err)
			err = attach_add(c, json_string_value(path), name, type,
					 &file);
		if (file)
			(void)json_array_append_new(items, file);
	}
	if (!err && json_array_size(items) == 1)
		c->result = json_incref(json_array_get(items, 0));
	else if (!err)
		c->result = json_pack("{s:O}", "items", items);
	json_decref(items);
	return err;
}

static void print_added(const json_t *file)
{
	print_pair(0, _("Name"), client_string(file, "name"));
	print_pair(0, _("Address"), client_string(file, "root"));
	print_pair(0, _("Size"), print_size(number(file, "size")));
	print_pair(0, _("Type"), client_string(file, "type"));
}

void cmd_attachment_add_print(const struct client *c)
{
	const json_t *items = json_object_get(c->result, "items");
	const json_t *item;
	size_t i;

	if (!items)
		print_added(c->result);
	json_array_foreach(items, i, item) print_added(item);
	print_sentences(&c->options,
			_("It stays for 24 hours, and for good once a record "
			  "names it: wici add document -f … with the field "
			  "files; --files FILE does both at once."));
}

/* ---- get ---- */

static uint64_t sum(const json_t *items, const char *key)
{
	const json_t *item;
	uint64_t total = 0;
	size_t i;

	json_array_foreach(items, i, item) total += number(item, key);
	return total;
}

static bool are_here(const json_t *items)
{
	const json_t *item;
	size_t i;

	json_array_foreach(items, i, item)
	{
		if (!is_here(item))
			return false;
	}
	return true;
}

static enum wici_err ask(struct client *c, json_t **reply)
{
	json_decref(*reply);
	*reply = NULL;
	return rpc_call(c, "attachment.get", c->params, reply);
}

static double seconds(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void show(const struct client *c, const json_t *items, double since,
		 uint64_t before)
{
	uint64_t held = sum(items, "held");
	double s = seconds() - since;

	progress_show(
		c, _("%s of %s, %s/s"), print_size(held),
		print_size(sum(items, "size")),
		print_size(s > 0 && held > before
				   ? (uint64_t)((double)(held - before) / s)
				   : 0));
}

/* It goes on without us. */
static enum wici_err stalled(struct client *c, const json_t *reply)
{
	const json_t *items = json_object_get(reply, "items");
	enum wici_err err = fail(
		c, WICI_WAITING, N_("%s of %s are here so far"),
		print_size(sum(items, "held")), print_size(sum(items, "size")));

	if (number(reply, "peers") == 0)
		fail_hint(c, N_("no peer is connected: wici peer list; it goes "
				"on by itself"));
	else
		fail_hint(c, N_("no connected peer has the rest now; it goes "
				"on by itself: wici attachment list"));
	return err;
}

/* Until all are here, or no byte comes for so long. */
static enum wici_err wait_for(struct client *c, json_t **reply)
{
	const json_t *limit = json_object_get(c->local, "timeout");
	double most = limit ? (double)json_integer_value(limit) : TIMEOUT_S;
	double since = seconds(), moved = since;
	uint64_t before = 0, held = 0;
	bool is_first = true;
	enum wici_err err;

	for (;;) {
		const json_t *items;

		err = ask(c, reply);
		items = json_object_get(*reply, "items");
		if (err || are_here(items))
			break;
		if (is_first)
			before = sum(items, "held");
		if (is_first || sum(items, "held") != held)
			moved = seconds();
		is_first = false;
		held = sum(items, "held");
		if (seconds() - moved >= most) {
			err = stalled(c, *reply);
			break;
		}
		show(c, items, since, before);
		(void)usleep(POLL_US);
	}
	progress_end(c);
	return err;
}

static bool is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* Two of one name lie side by side. */
static bool is_taken(const json_t *items, size_t i, const char *name)
{
	for (size_t k = 0; k < i; k++) {
		char *other = attach_name(json_array_get(items, k));
		bool is_same = strcmp(other, name) == 0;

		free(other);
		if (is_same)
			return true;
	}
	return false;
}

static char *path_for(const struct client *c, const json_t *items, size_t i)
{
	const char *output = client_string(c->local, "output");
	const json_t *item = json_array_get(items, i);
	char *name = attach_name(item);
	char *path = NULL;
	int len;

	if (output && !is_folder(output))
		len = asprintf(&path, "%s", output);
	else if (is_taken(items, i, name))
		len = asprintf(&path, "%s/%.8s-%s", output ? output : ".",
			       client_string(item, "root"), name);
	else
		len = asprintf(&path, "%s%s%s", output ? output : "",
			       output ? "/" : "", name);
	WICI_REQUIRE(len >= 0);
	free(name);
	return path;
}

/* Where each goes, before anything is waited for. */
static enum wici_err place_all(struct client *c, json_t *items)
{
	const char *output = client_string(c->local, "output");
	enum wici_err err = WICI_OK;

	if (json_array_size(items) == 0)
		return fail(c, WICI_NOT_FOUND,
			    N_("this record names no files"));
	if (output && !is_folder(output) && json_array_size(items) > 1)
		return fail(c, WICI_USAGE,
			    N_("the record names several files: -o must be a "
			       "folder"));
	for (size_t i = 0; !err && i < json_array_size(items); i++) {
		char *path = path_for(c, items, i);

		err = output_check_new(c, path);
		(void)json_object_set_new(json_array_get(items, i), "path",
					  json_string(path));
		free(path);
	}
	return err;
}

static enum wici_err save_all(struct client *c, const json_t *items)
{
	enum wici_err err = WICI_OK;

	for (size_t i = 0; !err && i < json_array_size(items); i++) {
		json_t *item = json_array_get(items, i);

		err = attach_save(c, item, client_string(item, "path"));
		(void)json_object_set_new(item, "state", json_string("whole"));
		(void)json_object_set(item, "held",
				      json_object_get(item, "size"));
	}
	return err;
}

/* What a disk has spoilt is not here when it is read: it is fetched again. */
static enum wici_err save_waiting(struct client *c, const json_t *items,
				  json_t **reply)
{
	enum wici_err err = save_all(c, items);

	if (err != WICI_NOT_FOUND)
		return err;
	json_decref(c->error);
	c->error = NULL;
	err = wait_for(c, reply);
	return err ? err : save_all(c, items);
}

enum wici_err cmd_attachment_get_run(struct client *c)
{
	json_t *reply = NULL;
	json_t *items = NULL;
	enum wici_err err = ask(c, &reply);

	if (!err) {
		items = json_incref(json_object_get(reply, "items"));
		err = place_all(c, items);
	}
	if (!err)
		err = wait_for(c, &reply);
	if (!err)
		err = save_waiting(c, items, &reply);
	if (!err)
		c->result = json_pack("{s:O}", "items", items);
	json_decref(items);
	json_decref(reply);
	return err;
}

void cmd_attachment_get_print(const struct client *c)
{
	const json_t *item;
	size_t i;

	json_array_foreach(json_object_get(c->result, "items"), i, item)
		print_line(_("%s: %s, whole and as its address says"),
			   client_string(item, "path"),
			   print_size(number(item, "size")));
}

/* ---- list ---- */

static const char *state_text(const json_t *item)
{
	static const struct {
		const char *state, *text;
	} texts[] = {
		{"whole", N_("here")},
		{"added", N_("not named yet")},
		{"fetching", N_("being fetched")},
		{"wanted", N_("wanted")},
		{"absent", N_("not here")},
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (is_state(item, texts[i].state))
			return say(texts[i].text);
	return "—";
}

static json_t *list_row(const json_t *item)
{
	const char *name = client_string(item, "name");
	const char *author =
		client_string(json_object_get(item, "author"), "name");
	uint64_t size = number(item, "size");
	char held[60];

	if (is_state(item, "fetching"))
		(void)snprintf(held, sizeof(held), "%.40s, %u%%",
			       state_text(item),
			       (unsigned)(number(item, "held") * 100 / size));
	else
		(void)snprintf(held, sizeof(held), "%.50s", state_text(item));
	return json_pack("[s,s,s,s,s]", name ? name : "—", print_size(size),
			 held, print_id(client_string(item, "root")),
			 author ? author : "—");
}

void cmd_attachment_list_print(const struct client *c)
{
	const json_t *r = c->result;
	json_t *rows = json_array();
	const json_t *item;
	size_t i;

	json_array_foreach(json_object_get(r, "items"), i, item)(void)
		json_array_append_new(rows, list_row(item));
	print_list(&c->options,
		   json_pack("[s,s,s,s,s]", _("Name"), _("Size"), _("State"),
			     _("Address"), _("Named by")),
		   rows, _("No attachments."));
	print_note(&c->options, _("%s of %s taken"),
		   print_size(number(r, "bytes")),
		   print_size(number(r, "quota")));
}
