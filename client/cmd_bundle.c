/* client/cmd_bundle.c — wici bundle export, import, show: what the network
 * carries, on a stick. */
#include "client/cmd.h"

#include "client/backup_file.h"
#include "client/fail.h"
#include "client/pieces.h"
#include "client/print.h"
#include "client/rpc.h"
#include "client/say.h"
#include "proto/day.h"
#include "proto/require.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEADS_MAX ((size_t)2000) /* In one call. */

static json_int_t count_of(const json_t *r, const char *key)
{
	return json_integer_value(json_object_get(r, key));
}

/* A call whose reply says nothing. */
static enum wici_err call(struct client *c, const char *method, json_t *params)
{
	json_t *reply = NULL;
	enum wici_err err = rpc_call(c, method, params, &reply);

	json_decref(params);
	json_decref(reply);
	return err;
}

/* ---- export ---- */

static enum wici_err send_heads(struct client *c,
				const struct backup_feed *feeds, size_t count)
{
	char *text = malloc(2 * count * WICI_BUNDLE_AFTER_LEN + 1);
	uint8_t head[WICI_BUNDLE_AFTER_LEN];
	json_t *params;

	WICI_REQUIRE(text);
	for (size_t i = 0; i < count; i++) {
		wici_bundle_after_write(head, &feeds[i].head);
		wici_hex(text + 2 * i * sizeof(head), head, sizeof(head));
	}
	params = json_pack("{s:s}", "bytes", text);
	free(text);
	return call(c, "bundle.since", params);
}

/* What the receiver has by an earlier bundle is left out. */
static enum wici_err leave_out(struct client *c, const struct backup_list *held)
{
	enum wici_err err = WICI_OK;

	for (size_t at = 0; !err && at < held->feeds_count; at += HEADS_MAX) {
		size_t left = held->feeds_count - at;

		err = send_heads(c, held->feeds + at,
				 left < HEADS_MAX ? left : HEADS_MAX);
	}
	return err;
}

/* --since: a day goes to the daemon as it is, a file is read here. */
static enum wici_err read_since(struct client *c, struct backup_list *held)
{
	const char *since = client_string(c->local, "since");
	struct backup_file file;
	int32_t day;

	memset(held, 0, sizeof(*held));
	if (!since)
		return WICI_OK;
	if (wici_day_parse(&day, wici_bytes_str(since)) != WICI_OK)
		return backup_file_list(c, since, &file, held);
	(void)json_object_set_new(c->params, "since", json_string(since));
	return WICI_OK;
}

static enum wici_err save(struct client *c, const char *path, json_t *params,
			  const struct backup_list *held)
{
	struct pieces_from from = {.method = "bundle.read", .is_new = true};
	struct backup_file file;
	json_t *reply = NULL;
	enum wici_err err = rpc_call(c, "bundle.open", params, &reply);

	if (err)
		return err;
	from.hint = (uint64_t)count_of(reply, "size_hint");
	json_decref(reply);
	reply = NULL;
	err = leave_out(c, held);
	if (!err)
		err = pieces_save(c, path, &from, &file, &reply);
	if (!err) {
		c->result = backup_file_json(path, &file);
		(void)json_object_set(c->result, "rejected",
				      json_object_get(reply, "rejected"));
		if (count_of(reply, "rejected_total") || file.files_cut)
			c->exit = 8;
	}
	json_decref(reply);
	return err;
}

enum wici_err cmd_bundle_save(struct client *c, const char *path)
{
	const struct backup_list none = {.feeds_count = 0};
	json_t *params = json_object();
	enum wici_err err = save(c, path, params, &none);

	json_decref(params);
	return err;
}

enum wici_err cmd_bundle_export_run(struct client *c)
{
	char *path = strdup(client_string(c->params, "file"));
	struct backup_list held;
	enum wici_err err;

	WICI_REQUIRE(path);
	(void)json_object_del(c->params, "file");
	err = read_since(c, &held);
	if (!err)
		err = save(c, path, c->params, &held);
	backup_list_clear(&held);
	free(path);
	return err;
}

/* ---- show ---- */

static void set_hex(json_t *o, const char *key, const void *b32)
{
	char hex[WICI_HEX_LEN + 1];

	wici_hex(hex, b32, 32);
	(void)json_object_set_new(o, key, json_string(hex));
}

static json_t *feed_json(const struct backup_feed *f,
			 const struct backup_list *list)
{
	const char *name = NULL;
	json_t *item = json_pack("{s:I,s:I}", "entries", (json_int_t)f->entries,
				 "last", (json_int_t)f->head.seq);

	set_hex(item, "feed", f->head.feed.b);
	if (!f->has_identity)
		return item;
	set_hex(item, "identity", f->identity.b);
	name = backup_list_name(list, &f->identity);
	if (name)
		(void)json_object_set_new(item, "name", json_string(name));
	return item;
}

enum wici_err cmd_bundle_show_run(struct client *c)
{
	const char *path = client_string(c->params, "file");
	json_t *items = json_array();
	struct backup_list list;
	struct backup_file file;
	enum wici_err err = backup_file_list(c, path, &file, &list);

	for (size_t i = 0; !err && i < list.feeds_count; i++) {
		const struct backup_feed *f = &list.feeds[i];
		json_t *item = feed_json(f, &list);
		const char *name = client_string(item, "name");

		(void)json_array_append_new(items, item);
		if (!c->result)
			c->result = backup_file_json(path, &file);
		if (file.has_bearer &&
		    wici_key_equal(&file.bearer, &f->head.feed) && name)
			(void)json_object_set_new(c->result, "made_by",
						  json_string(name));
	}
	if (!err && !c->result)
		c->result = backup_file_json(path, &file);
	if (!err)
		(void)json_object_set(c->result, "items", items);
	json_decref(items);
	backup_list_clear(&list);
	return err;
}

static void print_file(const json_t *r)
{
	char text[120];

	print_pair(0, _("File"), client_string(r, "path"));
	print_pair(0, _("Network"), client_string(r, "network_name"));
	print_pair(0, _("Made"), print_time(client_string(r, "created")));
	print_pair(0, _("Made by"), client_string(r, "made_by"));
	(void)snprintf(text, sizeof(text),
		       _("%lld entries in %lld feeds, %lld bytes"),
		       (long long)count_of(r, "entries"),
		       (long long)count_of(r, "feeds"),
		       (long long)count_of(r, "bytes"));
	print_pair(0, _("Contents"), text);
	cmd_backup_print_files(r);
	if (json_is_true(json_object_get(r, "join")))
		print_line("%s", _("Its maker asks to be let in: who invited "
				   "them imports it."));
}

static void add_row(json_t *rows, const json_t *item)
{
	const char *name = client_string(item, "name");
	char entries[24], last[24];

	if (count_of(item, "entries") == 0)
		return;
	(void)snprintf(entries, sizeof(entries), "%lld",
		       (long long)count_of(item, "entries"));
	(void)snprintf(last, sizeof(last), "%lld",
		       (long long)count_of(item, "last"));
	(void)json_array_append_new(
		rows, json_pack("[s,s,s,s]", name ? name : "—",
				print_id(client_string(item, "feed")), entries,
				last));
}

void cmd_bundle_show_print(const struct client *c)
{
	json_t *rows = json_array();
	const json_t *item;
	size_t i;

	print_line("%s", _("Whole: every signature and its hash are right."));
	print_file(c->result);
	json_array_foreach(json_object_get(c->result, "items"), i, item)
		add_row(rows, item);
	print_list(&c->options,
		   json_pack("[s,s,s,s]", _("Institution"), _("Feed"),
			     _("Entries"), _("Up to")),
		   rows, _("no entries"));
}

/* ---- import ---- */

static enum wici_err damaged(struct client *c, const char *what)
{
	enum wici_err err =
		fail(c, WICI_BAD_FIELD,
		     N_("the file is damaged or cut short: %s"), say(what));

	fail_hint(c, N_("copy the file again, whole"));
	return err;
}

/* Of which network? Said before anything is sent. */
static enum wici_err check_head(struct client *c, const char *path,
				const char *network)
{
	uint8_t head[WICI_BUNDLE_HEAD_LEN];
	char hex[WICI_HEX_LEN + 1];
	FILE *f = fopen(path, "rbe");
	bool is_read;

	if (!f)
		return fail(c, errno == ENOENT ? WICI_NOT_FOUND : WICI_IO,
			    N_("%s cannot be opened: %s"), path,
			    strerror(errno));
	is_read = fread(head, 1, sizeof(head), f) == sizeof(head);
	(void)fclose(f);
	if (!is_read ||
	    memcmp(head, wici_domain(WICI_DOMAIN_BUNDLE), WICI_DOMAIN_LEN) != 0)
		return damaged(c, N_("it is none of wici's files"));
	wici_hex(hex, head + WICI_DOMAIN_LEN, WICI_ID_LEN);
	if (network && strcmp(hex, network) == 0)
		return WICI_OK;
	return fail(c, WICI_BAD_FIELD,
		    N_("this bundle is of another network (%s)"), hex);
}

static enum wici_err begin(struct client *c, const char *path, bool *is_joining)
{
	json_t *reply = NULL;
	enum wici_err err = rpc_call(c, "bundle.begin", NULL, &reply);

	*is_joining = json_is_true(json_object_get(reply, "joining"));
	if (!err)
		err = check_head(c, path, client_string(reply, "network"));
	json_decref(reply);
	return err;
}

/* What was sent before the file could not be read further was taken in. */
static enum wici_err report(struct client *c, json_t *last, bool is_readable)
{
	bool is_whole =
		is_readable && json_is_true(json_object_get(last, "done"));

	if (!is_whole && count_of(last, "entries") == 0 &&
	    count_of(last, "statements") == 0 && count_of(last, "known") == 0 &&
	    count_of(last, "files") == 0)
		return damaged(c, N_("nothing of it could be read"));
	if (!is_whole || count_of(last, "rejected_total"))
		c->exit = 8;
	(void)json_object_set_new(last, "damaged", json_boolean(!is_whole));
	(void)json_object_del(last, "done");
	c->result = json_incref(last);
	return WICI_OK;
}

/* Who asked to be let in by a file: has this one brought it? */
static enum wici_err tell_joined(struct client *c)
{
	json_t *status = NULL;
	enum wici_err err = rpc_call(c, "status.get", NULL, &status);

	if (!err)
		(void)json_object_set_new(
			c->result, "joined",
			json_boolean(client_string(status, "next") == NULL));
	json_decref(status);
	return err;
}

enum wici_err cmd_bundle_import_run(struct client *c)
{
	const char *path = client_string(c->params, "file");
	json_t *last = NULL;
	bool is_joining;
	enum wici_err err = begin(c, path, &is_joining);

	if (err)
		return err;
	err = pieces_send(c, path, "bundle.write", &last);
	if (err == WICI_OK || (err == WICI_IO && last)) {
		json_decref(c->error);
		c->error = NULL;
		err = report(c, last, err == WICI_OK);
	}
	json_decref(last);
	return !err && is_joining ? tell_joined(c) : err;
}

static const char *reason_text(const char *reason)
{
	static const struct {
		const char *reason, *text;
	} texts[] = {
		{"quota", N_("a file for which there is no room: "
			     "attachments-quota")},
		{"later", N_("a file whose record is not read yet, or is "
			     "damaged: import this once more in a minute")},
		{"unreadable", N_("a file in whose place lies something that "
				  "cannot be opened: wici fsck")},
		{"chunk", N_("a file that is not what its record names")},
		{"gap", N_("what stands before them is not here: a bundle "
			   "without --since brings it")},
		{"fork", N_("this feed has two histories: import the bundle "
			    "once more, then see wici doctor")},
		{"ended", N_("the feed ends before them")},
		{"not_member", N_("this feed does not count here")},
		{"damaged", N_("what is stored of this feed is damaged: wici "
			       "fsck")},
		{"signature", N_("a signature is not right")},
		{"hidden", N_("a text is missing that nobody has erased: this "
			      "file hides something")},
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (strcmp(texts[i].reason, reason) == 0)
			return say(texts[i].text);
	return _("they are malformed");
}

static void print_rejected(const json_t *row)
{
	const char *feed = client_string(row, "feed");
	const char *reason = client_string(row, "reason");
	const char *text = reason_text(reason ? reason : "");

	if (reason && !feed && cmd_join_print_refused(reason))
		return;
	if (feed)
		print_line(_("Not taken: %lld entries of feed %s, from entry "
			     "%lld on: %s"),
			   (long long)count_of(row, "entries"), print_id(feed),
			   (long long)count_of(row, "seq"), text);
	else
		print_line(_("Not taken: %lld records: %s"),
			   (long long)count_of(row, "entries"), text);
}

void cmd_bundle_export_print(const struct client *c)
{
	const json_t *row;
	size_t i;

	print_line("%s", _("Written, and read back: every signature and its "
			   "hash are right."));
	print_file(c->result);
	json_array_foreach(json_object_get(c->result, "rejected"), i, row)
		print_rejected(row);
	print_note(&c->options, "%s: %s", _("Next"),
		   _("at the other institution: wici bundle import FILE"));
}

void cmd_bundle_import_print(const struct client *c)
{
	const json_t *r = c->result;
	const json_t *row;
	size_t i;

	if (json_is_true(json_object_get(r, "damaged")))
		print_line("%s", _("The file is damaged or cut short. What "
				   "stands before that was verified, and is "
				   "here; for the rest copy the file again."));
	print_line(_("%lld entries taken in, %lld feeds are new, %lld changes "
		     "and proofs; %lld were here already."),
		   (long long)count_of(r, "entries"),
		   (long long)count_of(r, "feeds"),
		   (long long)count_of(r, "statements"),
		   (long long)count_of(r, "known"));
	if (count_of(r, "files"))
		print_line(say_n("%lld file taken in.", "%lld files taken in.",
				 (unsigned long long)count_of(r, "files")),
			   (long long)count_of(r, "files"));
	json_array_foreach(json_object_get(r, "rejected"), i, row)
		print_rejected(row);
	cmd_join_print_answer(c);
}
