/* client/restore.c — The steps of a restore, in the order in which each may
 * fail without harm: the file is checked whole before the daemon hears of it.
 */
#include "client/restore.h"

#include "client/backup_file.h"
#include "client/card.h"
#include "client/fail.h"
#include "client/pass.h"
#include "client/pieces.h"
#include "client/print.h"
#include "client/progress.h"
#include "client/rpc.h"
#include "client/say.h"
#include "proto/require.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WAIT_S  60
#define POLL_US 300000

static json_t *hex(const void *p, size_t len)
{
	char *text = malloc(2 * len + 1);
	json_t *string;

	WICI_REQUIRE(text);
	wici_hex(text, p, len);
	string = json_string(text);
	explicit_bzero(text, 2 * len);
	free(text);
	return string;
}

/* A call whose params are ours to give up. */
static enum wici_err call(struct client *c, const char *method, json_t *params)
{
	json_t *reply = NULL;
	enum wici_err err = rpc_call(c, method, params, &reply);

	json_decref(params);
	json_decref(reply);
	return err;
}

static enum wici_err open_backup(struct client *c, const char *path)
{
	struct wici_id network;
	json_t *params;
	uint8_t *record;
	size_t len = 0;
	enum wici_err err =
		backup_file_header(c, path, &network, &record, &len);

	if (!err) {
		params = json_object();
		(void)json_object_set_new(params, "backup", hex(record, len));
		(void)json_object_set_new(params, "network",
					  hex(network.b, WICI_ID_LEN));
		err = call(c, "restore.open", params);
	}
	if (record)
		explicit_bzero(record, len);
	free(record);
	return err;
}

/* The last step: a new feed, which the identity key signs. */
static enum wici_err finish(struct client *c)
{
	bool is_close = json_is_true(json_object_get(c->local, "close"));
	enum wici_err err;

	json_object_clear(c->params);
	if (is_close)
		(void)json_object_set_new(c->params, "close", json_true());
	err = pass_give(c, false);
	if (!err)
		err = pass_call(c, "restore.finish", RPC_TIMEOUT_MS);
	return err ? err : restore_wait(c);
}

enum wici_err restore_from_file(struct client *c, const char *path, bool is_dry)
{
	struct backup_file file;
	json_t *reply = NULL;
	enum wici_err err = backup_file_check(c, path, &file);

	if (err)
		return err;
	if (!file.is_backup)
		return fail(c, WICI_BAD_FIELD,
			    N_("this is a bundle and no backup: it names no "
			       "institution"));
	if (is_dry) {
		c->result =
			json_pack("{s:b,s:s,s:s,s:I,s:I}", "dry_run", 1, "name",
				  file.name, "network_name", file.network_name,
				  "entries", (json_int_t)file.entries, "seq",
				  (json_int_t)file.at.seq);
		return WICI_OK;
	}
	err = open_backup(c, path);
	if (!err)
		err = pieces_send(c, path, "restore.write", &reply);
	json_decref(reply);
	return err ? err : finish(c);
}

enum wici_err restore_from_card(struct client *c, const char *path)
{
	char *text = calloc(1, CARD_TEXT_MAX + 1);
	enum wici_err err;

	WICI_REQUIRE(text);
	err = card_read(c, path, text);
	if (!err) {
		(void)json_object_set_new(c->params, "card", json_string(text));
		err = pass_give(c, true);
	}
	explicit_bzero(text, CARD_TEXT_MAX);
	free(text);
	if (!err)
		err = pass_call(c, "restore.card", RPC_TIMEOUT_MS);
	json_decref(c->result);
	c->result = NULL;
	return err ? err : finish(c);
}

enum wici_err restore_wait(struct client *c)
{
	const json_t *timeout = json_object_get(c->local, "timeout");
	json_int_t seconds = timeout ? json_integer_value(timeout) : WAIT_S;
	int64_t polls = (int64_t)seconds * 1000000 / POLL_US + 1;
	enum wici_err err = WICI_OK;

	while (!err && polls-- > 0 &&
	       !json_is_true(json_object_get(c->result, "done"))) {
		json_t *state = NULL;

		(void)usleep(POLL_US);
		err = rpc_call(c, "restore.state", NULL, &state);
		if (err)
			break;
		json_decref(c->result);
		c->result = state;
		if (!progress_is_shown(c))
			continue;
		fprintf(stderr, "\r\033[K");
		fprintf(stderr, _("%lld entries are here"),
			(long long)json_integer_value(
				json_object_get(state, "entries")));
		(void)fflush(stderr);
	}
	if (progress_is_shown(c))
		fprintf(stderr, "\r\033[K");
	if (!err && !json_is_true(json_object_get(c->result, "done")))
		c->exit = 8;
	return err;
}

static void print_dry(const struct client *c)
{
	const json_t *r = c->result;

	print_line(_("%s in %s: %lld entries of all institutions would be "
		     "taken in, up to entry %lld of its own; newer ones would "
		     "come from peers. Nothing was changed."),
		   client_string(r, "name"), client_string(r, "network_name"),
		   (long long)json_integer_value(json_object_get(r, "entries")),
		   (long long)json_integer_value(json_object_get(r, "seq")));
}

void restore_print(const struct client *c)
{
	const json_t *r = c->result;
	const json_t *old = json_object_get(r, "succeeded");
	char text[120];

	if (json_is_true(json_object_get(r, "dry_run"))) {
		print_dry(c);
		return;
	}
	if (json_is_true(json_object_get(r, "done")))
		print_line("%s",
			   _("The institution is back, with a new feed."));
	else
		print_line("%s", _("A new feed is made. What was published "
				   "before comes back from the peers; it goes "
				   "on by itself."));
	print_pair(0, _("Identity"), client_string(r, "identity"));
	print_pair(0, _("Feed"), client_string(r, "feed"));
	if (json_is_object(old)) {
		(void)snprintf(text, sizeof(text), _("%s, up to entry %lld"),
			       print_id(client_string(old, "feed")),
			       (long long)json_integer_value(
				       json_object_get(old, "seq")));
		print_pair(0, _("Carries on"), text);
	}
	if (!json_is_true(json_object_get(r, "connected")))
		print_note(&c->options, "%s: %s", _("Next"),
			   _("connect to a member: wici peer add HOST:PORT"));
	else
		print_note(&c->options, "%s: %s", _("Next"),
			   _("wici doctor says whether a right (to admit, to "
			     "issue) must be given to the new feed"));
}
