/* client/pieces.c — Files of any length, piece by piece. */
#include "client/pieces.h"

#include "client/fail.h"
#include "client/rpc.h"
#include "client/say.h"
#include "proto/require.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE ((size_t)256 << 10)

static bool shows_progress(const struct client *c)
{
	return isatty(STDERR_FILENO) && !c->options.is_quiet;
}

static void end_progress(const struct client *c)
{
	if (shows_progress(c))
		fprintf(stderr, "\r\033[K");
}

/* ---- out ---- */

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

static enum wici_err check_new(struct client *c, const char *path)
{
	struct stat st;
	enum wici_err err;

	if (c->options.is_yes || stat(path, &st) != 0)
		return WICI_OK;
	err = fail(c, WICI_USAGE, N_("%s is there already"), path);
	fail_hint(c, N_("another name; or --yes, and it is replaced"));
	return err;
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

static void show_written(const struct client *c, const struct output *o)
{
	if (!shows_progress(c))
		return;
	fprintf(stderr, "\r\033[K");
	fprintf(stderr, _("%llu of some %llu MiB written"),
		(unsigned long long)(o->bytes >> 20),
		(unsigned long long)(o->hint >> 20));
	(void)fflush(stderr);
}

/* One piece; the reply is kept as the last one. */
static enum wici_err copy_piece(struct client *c, const char *method,
				struct output *o, json_t **last)
{
	const char *hex;
	uint8_t *bytes;
	size_t len;
	enum wici_err err;

	json_decref(*last);
	*last = NULL;
	err = rpc_call(c, method, NULL, last);
	if (err)
		return err;
	hex = client_string(*last, "bytes");
	len = hex ? strlen(hex) / 2 : 0;
	bytes = malloc(len + 1);
	WICI_REQUIRE(bytes);
	if (!hex || wici_unhex(bytes, len, wici_bytes_str(hex)) != WICI_OK)
		err = fail(c, WICI_INTERNAL, N_("the answer is no backup"));
	if (!err)
		err = output_write(c, o, bytes, len);
	explicit_bzero(bytes, len);
	free(bytes);
	return err;
}

static enum wici_err copy_all(struct client *c, const char *method,
			      struct output *o, json_t **last)
{
	enum wici_err err = WICI_OK;

	while (!err && !json_is_true(json_object_get(*last, "done"))) {
		err = copy_piece(c, method, o, last);
		show_written(c, o);
	}
	end_progress(c);
	return err;
}

enum wici_err pieces_save(struct client *c, const char *path,
			  const struct pieces_from *from,
			  struct backup_file *file, json_t **last)
{
	struct output o = {.fd = -1, .hint = from->hint};
	enum wici_err err = from->is_new ? check_new(c, path) : WICI_OK;

	*last = NULL;
	if (!err)
		err = output_open(c, &o, path);
	if (!err && from->is_new) /* Nothing in it is secret. */
		(void)fchmod(o.fd, 0644);
	if (!err)
		err = copy_all(c, from->method, &o, last);
	if (!err)
		err = output_close(c, &o);
	if (!err)
		err = backup_file_check(c, o.temporary, file);
	if (!err && from->is_new)
		err = check_new(c, path);
	if (!err)
		err = output_name(c, &o);
	output_drop(&o);
	return err;
}

/* ---- in ---- */

static enum wici_err send_piece(struct client *c, const char *method,
				struct wici_bytes piece, json_t **last)
{
	json_t *params = json_object();
	char *text = malloc(2 * piece.len + 1);
	enum wici_err err;

	WICI_REQUIRE(text);
	wici_hex(text, piece.p, piece.len);
	(void)json_object_set_new(params, "bytes", json_string(text));
	explicit_bzero(text, 2 * piece.len);
	free(text);
	json_decref(*last);
	*last = NULL;
	err = rpc_call(c, method, params, last);
	json_decref(params);
	return err;
}

static void show_sent(const struct client *c, uint64_t sent, uint64_t whole)
{
	if (!shows_progress(c))
		return;
	fprintf(stderr, "\r\033[K");
	fprintf(stderr, _("%llu of %llu MiB taken in"),
		(unsigned long long)(sent >> 20),
		(unsigned long long)(whole >> 20));
	(void)fflush(stderr);
}

enum wici_err pieces_send(struct client *c, const char *path,
			  const char *method, json_t **last)
{
	FILE *f = fopen(path, "rbe");
	uint8_t *piece = malloc(PIECE);
	struct stat st = {.st_size = 0};
	uint64_t sent = 0;
	size_t len;
	enum wici_err err = WICI_OK;

	*last = NULL;
	WICI_REQUIRE(piece);
	if (!f || fstat(fileno(f), &st) != 0)
		err = fail(c, errno == ENOENT ? WICI_NOT_FOUND : WICI_IO,
			   N_("%s cannot be opened: %s"), path,
			   strerror(errno));
	while (!err && !json_is_true(json_object_get(*last, "damaged")) &&
	       (len = fread(piece, 1, PIECE, f)) > 0) {
		err = send_piece(c, method, (struct wici_bytes){piece, len},
				 last);
		sent += len;
		show_sent(c, sent, (uint64_t)st.st_size);
	}
	end_progress(c);
	if (!err && ferror(f))
		err = fail(c, WICI_IO, N_("the file cannot be read: %s"),
			   strerror(errno));
	if (f)
		(void)fclose(f);
	explicit_bzero(piece, PIECE);
	free(piece);
	return err;
}
