/* client/cmd_backup.c — wici backup create, verify, show: everything in one
 * file, checked after it was written. */
#include "client/cmd.h"

#include "client/backup_file.h"
#include "client/fail.h"
#include "client/keep.h"
#include "client/print.h"
#include "client/rpc.h"
#include "client/say.h"
#include "client/verbs.h"
#include "proto/require.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct output { /* The file while it is being written, under another name. */
	char path[PATH_MAX];
	char temporary[PATH_MAX];
	int fd;
	bool is_begun; /* The temporary one is there. */
	uint64_t bytes;
	uint64_t hint;
};

static enum wici_err cannot_write(struct client *c, const struct output *o)
{
	return fail(c, WICI_IO, N_("%s cannot be written: %s"), o->temporary,
		    strerror(errno));
}

static enum wici_err output_open(struct client *c, struct output *o,
				 const char *path)
{
	int len = snprintf(o->path, sizeof(o->path), "%s", path);
	struct stat st;

	if (len < 0 || (size_t)len + 5 > sizeof(o->path))
		return fail(c, WICI_USAGE, N_("the file's path is too long"));
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return fail(c, WICI_USAGE, N_("%s is not a plain file"), path);
	(void)snprintf(o->temporary, sizeof(o->temporary), "%.*s.new",
		       PATH_MAX - 8, path);
	(void)unlink(o->temporary);
	o->fd = open(o->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
		     0600);
	o->is_begun = o->fd >= 0;
	return o->is_begun ? WICI_OK : cannot_write(c, o);
}

static enum wici_err output_write(struct client *c, struct output *o,
				  const uint8_t *p, size_t len)
{
	while (len > 0) {
		ssize_t n = write(o->fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return cannot_write(c, o);
		p += n;
		len -= (size_t)n;
		o->bytes += (uint64_t)n;
	}
	return WICI_OK;
}

static enum wici_err output_close(struct client *c, struct output *o)
{
	bool ok = fsync(o->fd) == 0;

	ok = close(o->fd) == 0 && ok;
	o->fd = -1;
	return ok ? WICI_OK : cannot_write(c, o);
}

/* Once it was read back: until then the file of that name stays. The name is
 * synced too: what is said to be there is there. */
static enum wici_err output_name(struct client *c, struct output *o)
{
	char folder[PATH_MAX];
	char *slash;
	int fd;

	if (rename(o->temporary, o->path) != 0)
		return cannot_write(c, o);
	o->is_begun = false;
	(void)snprintf(folder, sizeof(folder), "%s", o->path);
	slash = strrchr(folder, '/');
	if (slash)
		slash[slash == folder] = '\0';
	fd = open(slash ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		(void)fsync(fd);
		(void)close(fd);
	}
	return WICI_OK;
}

static void output_drop(struct output *o)
{
	if (o->fd >= 0)
		(void)close(o->fd);
	if (o->is_begun)
		(void)unlink(o->temporary);
}

static void show_progress(const struct client *c, const struct output *o)
{
	if (!isatty(STDERR_FILENO) || c->options.is_quiet)
		return;
	fprintf(stderr, "\r\033[K");
	fprintf(stderr, _("%llu of some %llu MiB written"),
		(unsigned long long)(o->bytes >> 20),
		(unsigned long long)(o->hint >> 20));
	(void)fflush(stderr);
}

/* One piece; *is_done after the last. */
static enum wici_err copy_piece(struct client *c, struct output *o,
				bool *is_done)
{
	json_t *piece = NULL;
	const char *hex;
	uint8_t *bytes;
	size_t len;
	enum wici_err err = rpc_call(c, "backup.read", NULL, &piece);

	if (err)
		return err;
	hex = client_string(piece, "bytes");
	len = hex ? strlen(hex) / 2 : 0;
	bytes = malloc(len + 1);
	WICI_REQUIRE(bytes);
	if (!hex || wici_unhex(bytes, len, wici_bytes_str(hex)) != WICI_OK)
		err = fail(c, WICI_INTERNAL, N_("the answer is no backup"));
	if (!err)
		err = output_write(c, o, bytes, len);
	*is_done = json_is_true(json_object_get(piece, "done"));
	explicit_bzero(bytes, len);
	free(bytes);
	json_decref(piece);
	return err;
}

static enum wici_err copy_all(struct client *c, struct output *o)
{
	bool is_done = false;
	json_t *head = NULL;
	enum wici_err err = rpc_call(c, "backup.open", NULL, &head);

	if (err)
		return err;
	o->hint = (uint64_t)json_integer_value(
		json_object_get(head, "size_hint"));
	json_decref(head);
	while (!err && !is_done) {
		err = copy_piece(c, o, &is_done);
		show_progress(c, o);
	}
	if (isatty(STDERR_FILENO) && !c->options.is_quiet)
		fprintf(stderr, "\r\033[K");
	return err;
}

static json_t *hex_of(const uint8_t b[32])
{
	char hex[WICI_HEX_LEN + 1];

	wici_hex(hex, b, 32);
	return json_string(hex);
}

static json_t *time_of(uint64_t ms)
{
	time_t t = (time_t)(ms / 1000);
	char text[32] = "";
	struct tm tm;

	if (gmtime_r(&t, &tm))
		(void)strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	return json_string(text);
}

static json_t *describe(const char *path, const struct backup_file *f)
{
	json_t *r = json_pack(
		"{s:s,s:s,s:I,s:I,s:I,s:I}", "path", path, "network_name",
		f->network_name, "entries", (json_int_t)f->entries, "feeds",
		(json_int_t)f->feeds, "statements", (json_int_t)f->statements,
		"bytes", (json_int_t)f->bytes);

	(void)json_object_set_new(r, "network", hex_of(f->network.b));
	(void)json_object_set_new(r, "created", time_of(f->created_ms));
	(void)json_object_set_new(r, "backup", json_boolean(f->is_backup));
	if (!f->is_backup)
		return r;
	(void)json_object_set_new(r, "name", json_string(f->name));
	(void)json_object_set_new(r, "identity", hex_of(f->identity.b));
	(void)json_object_set_new(r, "feed", hex_of(f->at.feed.b));
	(void)json_object_set_new(r, "seq",
				  json_integer((json_int_t)f->at.seq));
	(void)json_object_set_new(r, "identity_key",
				  json_string(!f->has_key    ? "none"
					      : f->is_locked ? "passphrase"
							     : "clear"));
	return r;
}

static enum wici_err create_at(struct client *c, const char *path,
			       struct backup_file *file)
{
	struct output o = {.fd = -1};
	enum wici_err err = output_open(c, &o, path);

	if (!err)
		err = copy_all(c, &o);
	if (!err)
		err = output_close(c, &o);
	if (!err)
		err = backup_file_check(c, o.temporary, file);
	if (!err)
		err = output_name(c, &o);
	output_drop(&o);
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
	if (!err)
		err = note(c, path, &file);
	if (!err && folder)
		err = keep_prune(c, folder);
	if (!err)
		c->result = describe(path, &file);
	return err;
}

enum wici_err cmd_backup_check_run(struct client *c)
{
	const char *path = client_string(c->params, "file");
	struct backup_file file;
	enum wici_err err = backup_file_check(c, path, &file);

	if (!err)
		c->result = describe(path, &file);
	return err;
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
}

static void print_key(const struct client *c)
{
	const char *key = client_string(c->result, "identity_key");

	if (!key)
		return;
	if (strcmp(key, "clear") == 0)
		print_note(&c->options, "%s",
			   _("WARNING: the identity key in this file is under "
			     "no passphrase. Who has the file speaks for the "
			     "institution: keep it like a key."));
	if (strcmp(key, "none") == 0)
		print_note(&c->options, "%s",
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
