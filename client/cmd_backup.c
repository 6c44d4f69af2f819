/* client/cmd_backup.c — wici backup create, verify, show: everything in one
 * file, checked after it was written. */
#include "client/cmd.h"

#include "client/backup_file.h"
#include "client/fail.h"
#include "client/keep.h"
#include "client/pieces.h"
#include "client/print.h"
#include "client/rpc.h"
#include "client/say.h"
#include "client/verbs.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

static enum wici_err create_at(struct client *c, const char *path,
			       struct backup_file *file)
{
	struct pieces_from from = {.method = "backup.read"};
	bool has_files = json_is_true(json_object_get(c->params, "files"));
	json_t *params = json_pack("{s:b}", "files", has_files);
	json_t *reply = NULL;
	enum wici_err err = rpc_call(c, "backup.open", params, &reply);

	json_decref(params);
	if (err)
		return err;
	from.hint = (uint64_t)json_integer_value(
		json_object_get(reply, "size_hint"));
	json_decref(reply);
	err = pieces_save(c, path, &from, file, &reply);
	json_decref(reply);
	return err;
}

/* The daemon notes it, so that status can say when the last one was made. */
static enum wici_err note(struct client *c, const char *path,
			  const struct backup_file *file)
{
	char whole[PATH_MAX];
	json_t *reply = NULL;
	json_t *params = json_pack("{s:s,s:I}", "path",
				   realpath(path, whole) ? whole : path,
				   "entries", (json_int_t)file->entries);
	enum wici_err err = rpc_call(c, "backup.note", params, &reply);

	json_decref(params);
	json_decref(reply);
	return err;
}

enum wici_err cmd_backup_create_run(struct client *c)
{
	const char *folder = client_string(c->local, "keep");
	const char *path = client_string(c->params, "file");
	struct backup_file file;
	char name[PATH_MAX];
	enum wici_err err;

	if ((folder != NULL) == (path != NULL)) {
		err = fail(c, WICI_USAGE,
			   N_("one of the two is needed: FILE, or --keep DIR "
			      "for one a day"));
		fail_hint(c, "wici backup create wici.backup");
		return err;
	}
	if (folder) {
		err = keep_name(c, folder, name, sizeof(name));
		if (err)
			return err;
		path = name;
	}
	err = create_at(c, path, &file);
	if (!err && file.files_cut)
		c->exit = 8;
	if (!err)
		err = note(c, path, &file);
	if (!err && folder)
		err = keep_prune(c, folder);
	if (!err)
		c->result = backup_file_json(path, &file);
	return err;
}

enum wici_err cmd_backup_check_run(struct client *c)
{
	const char *path = client_string(c->params, "file");
	struct backup_file file;
	enum wici_err err = backup_file_check(c, path, &file);

	if (!err)
		c->result = backup_file_json(path, &file);
	return err;
}

/* Where there is any. */
void cmd_backup_print_files(const json_t *r)
{
	json_int_t files = json_integer_value(json_object_get(r, "files"));
	json_int_t bytes =
		json_integer_value(json_object_get(r, "files_bytes"));
	char text[80];

	if (files == 0)
		return;
	(void)snprintf(text, sizeof(text), _("%lld, together %s"),
		       (long long)files, print_size((uint64_t)bytes));
	print_pair(0, _("Files"), text);
	if (json_integer_value(json_object_get(r, "files_cut")))
		print_line("%s", _("Of some of them a part is missing: it was "
				   "spoilt on the disk. wici fsck fetches it "
				   "again."));
}

static void print_contents(const json_t *r)
{
	char text[80];

	print_pair(0, _("Network"), client_string(r, "network_name"));
	print_pair(0, _("Institution"), client_string(r, "name"));
	print_pair(0, _("Identity"), client_string(r, "identity"));
	print_pair(0, _("Made"), print_time(client_string(r, "created")));
	(void)snprintf(
		text, sizeof(text), _("%lld entries in %lld feeds, %lld bytes"),
		(long long)json_integer_value(json_object_get(r, "entries")),
		(long long)json_integer_value(json_object_get(r, "feeds")),
		(long long)json_integer_value(json_object_get(r, "bytes")));
	print_pair(0, _("Contents"), text);
	cmd_backup_print_files(r);
}

static void print_key(const struct client *c)
{
	const char *key = client_string(c->result, "identity_key");

	if (!key)
		return;
	if (strcmp(key, "clear") == 0)
		print_sentences(
			&c->options,
			_("WARNING: the identity key in this file is under "
			  "no passphrase. Who has the file speaks for the "
			  "institution: keep it like a key."));
	if (strcmp(key, "none") == 0)
		print_sentences(
			&c->options,
			_("The identity key is kept elsewhere and is not "
			  "in it: to restore, its card is needed."));
}

void cmd_backup_create_print(const struct client *c)
{
	print_line("%s", _("Written, and read back: every signature and its "
			   "hash are right."));
	print_pair(0, _("File"), client_string(c->result, "path"));
	print_contents(c->result);
	print_key(c);
	print_note(&c->options, "%s: %s", _("Next"),
		   _("keep it on another machine; and a printed card: wici "
		     "key card"));
}

void cmd_backup_check_print(const struct client *c)
{
	print_line("%s", _("Whole: every signature and its hash are right."));
	print_pair(0, _("File"), client_string(c->result, "path"));
	print_contents(c->result);
	print_key(c);
}
