/* client/attach.c — Files to wicid and back, piece by piece, hashed here too:
 * wici believes neither the disk nor the daemon. */
#include "client/attach.h"

#include "client/fail.h"
#include "client/output.h"
#include "client/print.h"
#include "client/progress.h"
#include "client/rpc.h"
#include "client/say.h"
#include "proto/chunk_tree.h"
#include "proto/merkle.h"
#include "proto/require.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE ((size_t)8 * WICI_CHUNK_LEN_MAX) /* Whole chunks. */

/* ---- the address, of bytes as they come ---- */

struct hashing {
	struct wici_id nodes[WICI_TREE_NODES_MAX];
	uint32_t count;
	uint64_t size;
	size_t len; /* Of the chunk that is not whole yet. */
	uint8_t chunk[WICI_CHUNK_LEN_MAX];
};

static void end_chunk(struct hashing *h)
{
	if (h->len == 0 || h->count == WICI_CHUNKS_MAX)
		return;
	h->nodes[h->count++] =
		wici_merkle_leaf((struct wici_bytes){h->chunk, h->len});
	h->len = 0;
}

static void hash(struct hashing *h, const uint8_t *p, size_t len)
{
	h->size += len;
	while (len > 0) {
		size_t part = sizeof(h->chunk) - h->len;

		if (part > len)
			part = len;
		memcpy(h->chunk + h->len, p, part);
		h->len += part;
		p += part;
		len -= part;
		if (h->len == sizeof(h->chunk))
			end_chunk(h);
		if (h->len == sizeof(h->chunk))
			return; /* Longer than any attachment. */
	}
}

static bool is_hash(struct hashing *h, const char *root, uint64_t size)
{
	char hex[WICI_HEX_LEN + 1];
	struct wici_id id;

	end_chunk(h);
	if (h->count == 0 || h->size != size || !root)
		return false;
	id = wici_tree_fill(h->nodes, h->count);
	id = wici_attachment_address(size, &id);
	wici_hex(hex, id.b, sizeof(id.b));
	return strcmp(hex, root) == 0;
}

static struct hashing *hashing_new(void)
{
	struct hashing *h = calloc(1, sizeof(*h));

	WICI_REQUIRE(h);
	return h;
}

static uint64_t size_of(const json_t *item)
{
	return (uint64_t)json_integer_value(json_object_get(item, "size"));
}

/* ---- added ---- */

/* By the ending, as people know it; NULL: not said. */
static const char *type_of(const char *path)
{
	static const struct {
		const char *ending, *type;
	} types[] = {
		{".csv", "text/csv"},
		{".doc", "application/msword"},
		{".docx", "application/vnd.openxmlformats-officedocument."
			  "wordprocessingml.document"},
		{".html", "text/html"},
		{".jpeg", "image/jpeg"},
		{".jpg", "image/jpeg"},
		{".json", "application/json"},
		{".md", "text/markdown"},
		{".mp3", "audio/mpeg"},
		{".mp4", "video/mp4"},
		{".odp", "application/vnd.oasis.opendocument.presentation"},
		{".ods", "application/vnd.oasis.opendocument.spreadsheet"},
		{".odt", "application/vnd.oasis.opendocument.text"},
		{".pdf", "application/pdf"},
		{".png", "image/png"},
		{".ppt", "application/vnd.ms-powerpoint"},
		{".pptx", "application/vnd.openxmlformats-officedocument."
			  "presentationml.presentation"},
		{".rtf", "application/rtf"},
		{".svg", "image/svg+xml"},
		{".txt", "text/plain"},
		{".xls", "application/vnd.ms-excel"},
		{".xlsx", "application/vnd.openxmlformats-officedocument."
			  "spreadsheetml.sheet"},
		{".zip", "application/zip"},
	};
	const char *dot = strrchr(path, '.');

	for (size_t i = 0; dot && i < sizeof(types) / sizeof(types[0]); i++)
		if (strcasecmp(dot, types[i].ending) == 0)
			return types[i].type;
	return NULL;
}

/* A plain file of a size that an attachment may have. */
static enum wici_err open_file(struct client *c, const char *path, int *fd,
			       uint64_t *size)
{
	struct stat st;

	*fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (*fd < 0 || fstat(*fd, &st) != 0)
		return fail(c, errno == ENOENT ? WICI_NOT_FOUND : WICI_IO,
			    N_("%s cannot be opened: %s"), path,
			    strerror(errno));
	if (!S_ISREG(st.st_mode))
		return fail(c, WICI_BAD_FIELD, N_("%s is not a plain file"),
			    path);
	if (st.st_size == 0)
		return fail(c, WICI_BAD_FIELD, N_("%s is empty"), path);
	*size = (uint64_t)st.st_size;
	if (*size > WICI_ATTACHMENT_SIZE_MAX) {
		enum wici_err err =
			fail(c, WICI_TOO_LARGE,
			     N_("%s is larger than an attachment may be (%s)"),
			     path, "64 MiB");

		fail_hint(c, N_("make it smaller, or put it where everybody "
				"can download it and name the address"));
		return err;
	}
	return WICI_OK;
}

static enum wici_err begin(struct client *c, uint64_t size)
{
	json_t *params = json_pack("{s:I}", "size", (json_int_t)size);
	json_t *reply = NULL;
	enum wici_err err = rpc_call(c, "attachment.begin", params, &reply);

	json_decref(params);
	json_decref(reply);
	return err;
}

static enum wici_err send_piece(struct client *c, struct wici_bytes piece)
{
	char *text = malloc(2 * piece.len + 1);
	json_t *reply = NULL;
	json_t *params;
	enum wici_err err;

	WICI_REQUIRE(text);
	wici_hex(text, piece.p, piece.len);
	params = json_pack("{s:s}", "bytes", text);
	free(text);
	err = rpc_call(c, "attachment.write", params, &reply);
	json_decref(params);
	json_decref(reply);
	return err;
}

static enum wici_err changed(struct client *c, const char *path)
{
	enum wici_err err = fail(
		c, WICI_IO, N_("%s changed while it was being read"), path);

	fail_hint(c, N_("close it where it is open, and try again"));
	return err;
}

static enum wici_err send_all(struct client *c, const char *path, int fd,
			      uint64_t size, struct hashing *h)
{
	uint8_t *piece = malloc(PIECE);
	uint64_t sent = 0;
	enum wici_err err = WICI_OK;

	WICI_REQUIRE(piece);
	while (!err && sent < size) {
		ssize_t n = read(fd, piece, PIECE);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			err = fail(c, WICI_IO, N_("%s cannot be opened: %s"),
				   path, strerror(errno));
		else if (n == 0 || (uint64_t)n > size - sent)
			err = changed(c, path);
		if (err)
			break;
		hash(h, piece, (size_t)n);
		err = send_piece(c, (struct wici_bytes){piece, (size_t)n});
		sent += (uint64_t)n;
		progress_show(c, _("%s of %s added"), print_size(sent),
			      print_size(size));
	}
	progress_end(c);
	free(piece);
	return err;
}

static enum wici_err finish(struct client *c, const char *path,
			    const char *name, const char *type, json_t **file)
{
	const char *slash = strrchr(path, '/');
	json_t *params = json_object();
	json_t *value = json_string(name ? name : slash ? slash + 1 : path);
	enum wici_err err;

	if (!type)
		type = type_of(name ? name : path);
	if (!value) { /* jansson takes UTF-8 alone. */
		json_decref(params);
		err = fail(c, WICI_BAD_FIELD,
			   N_("the file's name is not UTF-8"));
		fail_hint(c, N_("give it another one: --name NAME"));
		return err;
	}
	(void)json_object_set_new(params, "name", value);
	if (type)
		(void)json_object_set_new(params, "type", json_string(type));
	err = rpc_call(c, "attachment.add", params, file);
	json_decref(params);
	return err;
}

enum wici_err attach_add(struct client *c, const char *path, const char *name,
			 const char *type, json_t **file)
{
	struct hashing *h = hashing_new();
	uint64_t size = 0;
	int fd;
	enum wici_err err = open_file(c, path, &fd, &size);

	*file = NULL;
	if (!err)
		err = begin(c, size);
	if (!err)
		err = send_all(c, path, fd, size, h);
	if (!err)
		err = finish(c, path, name, type, file);
	if (!err && !is_hash(h, client_string(*file, "root"), size))
		err = fail(c, WICI_INTERNAL,
			   N_("what wicid took in is not what was sent"));
	if (fd >= 0)
		(void)close(fd);
	free(h);
	return err;
}

/* ---- named in records by paths ---- */

static char *path_in(const char *folder, const char *path)
{
	char *whole = NULL;

	if (!folder || path[0] == '/')
		whole = strdup(path);
	else if (asprintf(&whole, "%s/%s", folder, path) < 0)
		whole = NULL;
	WICI_REQUIRE(whole);
	return whole;
}

/* With -n: can it be, without being sent? */
static enum wici_err only_look(struct client *c, const char *path)
{
	uint64_t size;
	int fd;
	enum wici_err err = open_file(c, path, &fd, &size);

	if (fd >= 0)
		(void)close(fd);
	return err;
}

/* *made: NULL where the value is none of ours; json_null() with -n. */
static enum wici_err resolve(struct client *c, const json_t *value,
			     const char *folder, json_t **made)
{
	const char *text = json_string_value(value);
	const char *path = text ? text : client_string(value, "path");
	char *whole;
	enum wici_err err;

	*made = NULL;
	if (!path)
		return WICI_OK;
	whole = path_in(folder, path);
	if (c->options.is_dry_run) {
		err = only_look(c, whole);
		*made = json_null();
	} else {
		err = attach_add(c, whole, client_string(value, "name"),
				 client_string(value, "type"), made);
	}
	free(whole);
	return err;
}

static enum wici_err resolve_list(struct client *c, json_t *list,
				  const char *folder)
{
	enum wici_err err = WICI_OK;
	json_t *made;

	for (size_t i = 0; !err && i < json_array_size(list); i++) {
		err = resolve(c, json_array_get(list, i), folder, &made);
		if (!err && json_is_null(made))
			(void)json_array_remove(list, i--);
		else if (!err && made)
			(void)json_array_set_new(list, i, made);
	}
	return err;
}

enum wici_err attach_resolve(struct client *c, const struct wici_kind *kind,
			     json_t *body, const char *folder)
{
	enum wici_err err = WICI_OK;
	json_t *made;

	for (const struct wici_field *f = kind ? kind->fields : NULL;
	     !err && f && f->name; f++) {
		json_t *value = json_object_get(body, f->name);

		if (f->type != WICI_TYPE_FILE || !value)
			continue;
		if (json_is_array(value)) {
			err = resolve_list(c, value, folder);
			if (!json_array_size(value))
				(void)json_object_del(body, f->name);
			continue;
		}
		err = resolve(c, value, folder, &made);
		if (!err && json_is_null(made))
			(void)json_object_del(body, f->name);
		else if (!err && made)
			(void)json_object_set_new(body, f->name, made);
	}
	return err;
}

/* ---- saved ---- */

static enum wici_err copy_piece(struct client *c, const json_t *item,
				struct output *o, struct hashing *h,
				bool *is_done)
{
	json_t *params = json_pack(
		"{s:s,s:I,s:I}", "root", client_string(item, "root"), "size",
		(json_int_t)size_of(item), "from", (json_int_t)o->bytes);
	json_t *reply = NULL;
	const char *hex;
	uint8_t *bytes;
	size_t len;
	enum wici_err err = rpc_call(c, "attachment.read", params, &reply);

	json_decref(params);
	if (err)
		return err;
	hex = client_string(reply, "bytes");
	len = hex ? strlen(hex) / 2 : 0;
	bytes = malloc(len + 1);
	WICI_REQUIRE(bytes);
	*is_done = json_is_true(json_object_get(reply, "done"));
	if (!hex || len == 0 ||
	    wici_unhex(bytes, len, wici_bytes_str(hex)) != WICI_OK)
		err = fail(c, WICI_INTERNAL, N_("the answer is no file"));
	if (!err) {
		hash(h, bytes, len);
		err = output_write(c, o, bytes, len);
	}
	free(bytes);
	json_decref(reply);
	return err;
}

enum wici_err attach_save(struct client *c, const json_t *item,
			  const char *path)
{
	struct hashing *h = hashing_new();
	struct output o = {.fd = -1};
	bool is_done = false;
	enum wici_err err = output_check_new(c, path);

	if (!err)
		err = output_open(c, &o, path);
	if (!err) /* Everybody in the network has it. */
		(void)fchmod(o.fd, 0644);
	while (!err && !is_done && o.bytes < size_of(item))
		err = copy_piece(c, item, &o, h, &is_done);
	if (!err)
		err = output_close(c, &o);
	if (!err && !is_hash(h, client_string(item, "root"), size_of(item)))
		err = fail(c, WICI_INTERNAL,
			   N_("what came is not what the address says"));
	if (!err)
		err = output_check_new(c, path);
	if (!err)
		err = output_name(c, &o);
	output_drop(&o);
	free(h);
	return err;
}

char *attach_name(const json_t *item)
{
	const char *name = client_string(item, "name");
	const char *root = client_string(item, "root");
	char *out = NULL;
	int len;

	if (!name || !wici_file_name_is_plain(wici_bytes_str(name)))
		len = asprintf(&out, "%.12s", root ? root : "");
	else
		len = asprintf(&out, "%s%s", name[0] == '.' ? "_" : "", name);
	WICI_REQUIRE(len >= 0);
	return out;
}
