/* client/pieces.c — Files of any length, piece by piece. */
#include "client/pieces.h"

#include "client/fail.h"
#include "client/output.h"
#include "client/progress.h"
#include "client/rpc.h"
#include "client/say.h"
#include "proto/require.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE ((size_t)256 << 10)

/* ---- out ---- */

static void show_written(const struct client *c, const struct output *o)
{
	progress_show(c, _("%llu of some %llu MiB written"),
		      (unsigned long long)(o->bytes >> 20),
		      (unsigned long long)(o->hint >> 20));
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
	progress_end(c);
	return err;
}

enum wici_err pieces_save(struct client *c, const char *path,
			  const struct pieces_from *from,
			  struct backup_file *file, json_t **last)
{
	struct output o = {.fd = -1, .hint = from->hint};
	enum wici_err err = from->is_new ? output_check_new(c, path) : WICI_OK;

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
		err = output_check_new(c, path);
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
	if (piece.len)
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
	progress_show(c, _("%llu of %llu MiB taken in"),
		      (unsigned long long)(sent >> 20),
		      (unsigned long long)(whole >> 20));
}

enum wici_err pieces_send(struct client *c, const char *path,
			  const char *method, json_t **last)
{
	FILE *f = fopen(path, "rbe");
	uint8_t *piece = malloc(PIECE);
	static const struct wici_bytes nothing = {NULL, 0};
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
		/* It goes on with what it has kept of the piece. */
		while (!err && json_is_true(json_object_get(*last, "more")))
			err = send_piece(c, method, nothing, last);
		sent += len;
		show_sent(c, sent, (uint64_t)st.st_size);
	}
	progress_end(c);
	if (!err && ferror(f))
		err = fail(c, WICI_IO, N_("the file cannot be read: %s"),
			   strerror(errno));
	if (f)
		(void)fclose(f);
	explicit_bzero(piece, PIECE);
	free(piece);
	return err;
}
