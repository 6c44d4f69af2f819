/* daemon/method_bundle.c — backup.open, backup.read, backup.note: a backup in
 * pieces. The client writes the file: it is the one who may, and the daemon
 * opens nothing that a client names. */
#include "daemon/bundle.h"
#include "daemon/echo.h"
#include "daemon/method_private.h"
#include "daemon/store/book.h"

#include <stdlib.h>

static const struct wici_field note_params[] = {
	PARAM("entries", UINT, .flags = WICI_REQUIRED),
	PARAM_LINE("path", 4096, WICI_REQUIRED),
	PARAM_END,
};

static enum wici_err backup_open(struct call *call)
{
	struct wici_mp_writer *w = call->result;
	const struct bundle_counts *counts;
	struct bundle *b;
	enum wici_err err = bundle_open_out(call->node, call->client, true, &b);

	if (err == WICI_NOT_MEMBER)
		return method_refuse(call, err,
				     "there is nothing to keep yet: `wici "
				     "network create` or `wici join`");
	if (err)
		return err;
	counts = bundle_counts(b);
	wici_mp_map(w, 4);
	wici_mp_str(w, "entries");
	wici_mp_uint(w, counts->entries);
	wici_mp_str(w, "feeds");
	wici_mp_uint(w, counts->feeds);
	wici_mp_str(w, "statements");
	wici_mp_uint(w, counts->statements);
	wici_mp_str(w, "size_hint");
	wici_mp_uint(w, counts->bytes);
	return WICI_OK;
}

/* Whoever holds the file holds our feed: from now on it is released. */
static enum wici_err backup_read(struct call *call)
{
	struct wici_mp_writer *w = call->result;
	struct node *n = call->node;
	struct bundle *b = bundle_of(n, call->client);
	uint8_t *buf;
	size_t len;
	enum wici_err err;

	if (!b)
		return method_refuse(call, WICI_USAGE, "backup.open first");
	echo_released(n);
	buf = growing_alloc(BUNDLE_PIECE_MAX);
	err = bundle_read(n, b, buf, BUNDLE_PIECE_MAX, &len);
	if (err == WICI_OK || err == WICI_END) {
		wici_mp_map(w, 2);
		wici_mp_str(w, "bytes");
		wici_mp_bin(w, buf, len);
		wici_mp_str(w, "done");
		wici_mp_bool(w, err == WICI_END);
	}
	if (err != WICI_OK)
		bundle_forget(n, call->client);
	sodium_memzero(buf, BUNDLE_PIECE_MAX);
	free(buf);
	return err == WICI_END ? WICI_OK : err;
}

/* The client has written it, read it back, and found it whole. */
static enum wici_err backup_note(struct call *call)
{
	struct node *n = call->node;
	struct wici_bytes path;
	enum wici_err err;

	(void)method_str(call, "path", &path);
	err = book_set_blob(n->store, "backup_path", path);
	if (!err)
		err = book_set_int(n->store, "backup_ms", n->now.wall_ms);
	if (!err)
		err = book_set_int(n->store, "backup_entries",
				   (int64_t)method_uint(call, "entries", 0));
	wici_mp_map(call->result, 0);
	return err;
}

const struct method methods_bundle[] = {
	{.name = "backup.open", .function = backup_open},
	{.name = "backup.read", .function = backup_read},
	{.name = "backup.note", .params = note_params, .function = backup_note},
	{.name = NULL},
};
