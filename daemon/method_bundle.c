/* daemon/method_bundle.c — Files in pieces. Out: backup.open or bundle.open
 * (and bundle.since), then backup.read or bundle.read. In: bundle.begin, then
 * bundle.write; restore.write does the same. The client opens the file: it is
 * the one who may, and the daemon opens nothing that a client names. */
#include "daemon/bundle.h"
#include "daemon/echo.h"
#include "daemon/find.h"
#include "daemon/method_private.h"
#include "daemon/store/book.h"
#include "proto/day.h"
#include "proto/require.h"

#include <stdlib.h>

#define INSTITUTIONS_MAX 200

static const struct wici_field backup_params[] = {
	PARAM("files", BOOL, .flags = 0),
	PARAM_END,
};
static const struct wici_field open_params[] = {
	PARAM("files", BOOL, .flags = 0),
	PARAM("from", MEMBER, .flags = WICI_LIST,
	      .items_max = INSTITUTIONS_MAX),
	PARAM("since", DAY, .flags = 0),
	PARAM_END,
};
static const struct wici_field bytes_params[] = {
	PARAM("bytes", BYTES, .flags = WICI_REQUIRED),
	PARAM_END,
};
static const struct wici_field piece_params[] = {
	PARAM("bytes", BYTES, .flags = 0),
	PARAM_END,
};
static const struct wici_field note_params[] = {
	PARAM("entries", UINT, .flags = WICI_REQUIRED),
	PARAM_LINE("path", 4096, WICI_REQUIRED),
	PARAM_END,
};

/* ---- out ---- */

static enum wici_err open_out(struct call *call, const struct bundle_want *want)
{
	struct wici_mp_writer *w = call->result;
	const struct bundle_counts *counts;
	struct bundle *b;
	enum wici_err err = bundle_open_out(call->node, call->client, want, &b);

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

static enum wici_err backup_open(struct call *call)
{
	const struct bundle_want want = {
		.is_backup = true, .has_files = method_is_set(call, "files")};

	return open_out(call, &want);
}

static enum wici_err bundle_open(struct call *call)
{
	struct wici_key *keys = growing_alloc(INSTITUTIONS_MAX * sizeof(*keys));
	struct bundle_want want = {.institutions = keys,
				   .has_files = method_is_set(call, "files")};
	struct wici_mp_reader r;
	struct wici_bytes raw;
	struct wici_mp v;
	enum wici_err err;

	if (method_raw(call, "from", &raw)) {
		wici_mp_reader_init(&r, WICI_MP_LENIENT, raw);
		err = wici_mp_expect(&r, WICI_MP_ARRAY, &v);
		for (uint32_t i = 0; err == WICI_OK && i < v.count; i++)
			err = wici_mp_expect_bin(&r, keys[want.count++].b,
						 WICI_KEY_LEN);
		WICI_REQUIRE(err == WICI_OK); /* As the params say. */
	}
	if (method_has(call, "since"))
		want.since_ms = wici_day_start(method_day(call, "since", 0));
	/* Before 1970 there is nothing. */
	if (want.since_ms < 0)
		want.since_ms = 0;
	err = open_out(call, &want);
	free(keys);
	return err;
}

/* Bytes that the params have, whatever the client wrote them in. */
static struct wici_bytes bytes_of(const struct call *call)
{
	struct wici_mp_reader r;
	struct wici_bytes raw;
	struct wici_mp v;

	if (!method_raw(call, "bytes", &raw))
		return (struct wici_bytes){NULL, 0};
	wici_mp_reader_init(&r, WICI_MP_LENIENT, raw);
	if (wici_mp_expect(&r, WICI_MP_BIN, &v) != WICI_OK)
		return (struct wici_bytes){NULL, 0};
	return v.bytes;
}

/* What the receiver holds, as an earlier bundle says: heads of 72 bytes. */
static enum wici_err bundle_since(struct call *call)
{
	struct node *n = call->node;
	struct bundle *b = bundle_of(n, call->client);
	struct wici_bytes bytes = bytes_of(call);
	struct wici_head head;
	enum wici_err err = WICI_OK;

	if (!b || !bundle_is_out(b))
		return method_refuse(call, WICI_USAGE, "bundle.open first");
	while (err == WICI_OK && bytes.len >= WICI_BUNDLE_AFTER_LEN) {
		if (wici_bundle_after_read(
			    &head, (struct wici_bytes){bytes.p,
						       WICI_BUNDLE_AFTER_LEN}))
			return WICI_BAD_FIELD;
		err = bundle_leave_out(n, b, &head);
		bytes.p += WICI_BUNDLE_AFTER_LEN;
		bytes.len -= WICI_BUNDLE_AFTER_LEN;
	}
	if (err == WICI_OK && bytes.len)
		return WICI_BAD_FIELD;
	wici_mp_map(call->result, 0);
	return err;
}

static void write_rejected(struct wici_mp_writer *w,
			   const struct bundle_counts *counts)
{
	static const struct wici_key none;

	wici_mp_str(w, "rejected");
	wici_mp_array(w, (uint32_t)counts->rejected_count);
	for (size_t i = 0; i < counts->rejected_count; i++) {
		const struct bundle_rejected *r = &counts->rejected[i];
		bool has_feed = !wici_key_equal(&r->feed, &none);

		wici_mp_map(w, has_feed ? 4 : 2);
		wici_mp_str(w, "reason");
		wici_mp_str(w, r->reason);
		wici_mp_str(w, "entries");
		wici_mp_uint(w, r->entries);
		if (!has_feed)
			continue;
		wici_mp_str(w, "feed");
		wici_mp_hex(w, r->feed.b, WICI_KEY_LEN);
		wici_mp_str(w, "seq");
		wici_mp_uint(w, r->seq);
	}
	wici_mp_str(w, "rejected_total");
	wici_mp_uint(w, counts->rejects);
}

static void write_piece(struct wici_mp_writer *w, struct wici_bytes piece,
			const struct bundle_counts *counts, bool is_done)
{
	wici_mp_map(w, 4);
	wici_mp_str(w, "bytes");
	wici_mp_bin(w, piece.p, piece.len);
	wici_mp_str(w, "done");
	wici_mp_bool(w, is_done);
	write_rejected(w, counts);
}

/* Whoever holds the file holds our feed: from now on it is released. */
static enum wici_err read_piece(struct call *call)
{
	struct wici_mp_writer *w = call->result;
	struct node *n = call->node;
	struct bundle *b = bundle_of(n, call->client);
	uint8_t *buf;
	size_t len;
	enum wici_err err;

	if (!b || !bundle_is_out(b))
		return method_refuse(call, WICI_USAGE, "bundle.open first");
	echo_released(n);
	buf = growing_alloc(BUNDLE_PIECE_MAX);
	err = bundle_read(n, b, buf, BUNDLE_PIECE_MAX, &len);
	if (err == WICI_OK || err == WICI_END)
		write_piece(w, (struct wici_bytes){buf, len}, bundle_counts(b),
			    err == WICI_END);
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

/* ---- in ---- */

static enum wici_err bundle_begin(struct call *call)
{
	struct node *n = call->node;
	struct bundle *b;

	if (!n->has_network)
		return method_refuse(call, WICI_NOT_MEMBER,
				     "a bundle brings no membership by "
				     "itself: `wici join TOKEN --by-file FILE` "
				     "asks for it");
	if (n->is_read_only)
		return WICI_FULL;
	bundle_open_in(n, call->client, &b);
	wici_mp_map(call->result, 2);
	wici_mp_str(call->result, "network");
	wici_mp_hex(call->result, n->network.b, WICI_ID_LEN);
	wici_mp_str(call->result, "joining");
	wici_mp_bool(call->result, n->is_joining);
	return WICI_OK;
}

static void write_admitted(struct wici_mp_writer *w, const struct node *n,
			   const struct bundle_counts *counts)
{
	const char *name = find_name(n, &counts->admitted);

	wici_mp_str(w, "admitted");
	wici_mp_map(w, 3);
	wici_mp_str(w, "identity");
	wici_mp_hex(w, counts->admitted.b, WICI_KEY_LEN);
	wici_mp_str(w, "name");
	view_line(w, wici_bytes_str(name ? name : ""));
	wici_mp_str(w, "code");
	wici_mp_str(w, counts->code);
}

static void write_counts(struct wici_mp_writer *w, const struct node *n,
			 const struct bundle_counts *counts, enum wici_err err)
{
	wici_mp_map(w, 11 + counts->has_admitted);
	if (counts->has_admitted)
		write_admitted(w, n, counts);
	wici_mp_str(w, "done");
	wici_mp_bool(w, err == WICI_END);
	wici_mp_str(w, "more");
	wici_mp_bool(w, err == WICI_MORE);
	wici_mp_str(w, "damaged");
	wici_mp_bool(w, err == WICI_REJECT_BUNDLE);
	wici_mp_str(w, "entries");
	wici_mp_uint(w, counts->entries);
	wici_mp_str(w, "feeds");
	wici_mp_uint(w, counts->feeds);
	wici_mp_str(w, "statements");
	wici_mp_uint(w, counts->statements);
	wici_mp_str(w, "known");
	wici_mp_uint(w, counts->known);
	wici_mp_str(w, "bytes");
	wici_mp_uint(w, counts->bytes);
	wici_mp_str(w, "files");
	wici_mp_uint(w, counts->files);
	write_rejected(w, counts);
}

static enum wici_err write_piece_in(struct call *call, bool is_strict)
{
	struct node *n = call->node;
	struct bundle *b = bundle_of(n, call->client);
	enum wici_err err;

	if (!b || bundle_is_out(b))
		return method_refuse(call, WICI_USAGE, "bundle.begin first");
	err = bundle_write(n, b, bytes_of(call));
	if (err == WICI_REJECT_BUNDLE && is_strict)
		err = method_refuse(call, WICI_BAD_FIELD,
				    "the file is damaged or cut short");
	if (err == WICI_REJECT_NETWORK)
		err = method_refuse(call, WICI_BAD_FIELD,
				    "the file is of another network");
	if (err == WICI_OK || err == WICI_MORE || err == WICI_END ||
	    err == WICI_REJECT_BUNDLE)
		write_counts(call->result, n, bundle_counts(b), err);
	if (err == WICI_MORE)
		return WICI_OK;
	if (err != WICI_OK)
		bundle_forget(n, call->client);
	return err == WICI_END || err == WICI_REJECT_BUNDLE ? WICI_OK : err;
}

/* What stood before the damage was taken: each run proves itself. */
static enum wici_err bundle_write_method(struct call *call)
{
	return write_piece_in(call, false);
}

enum wici_err method_bundle_write(struct call *call)
{
	return write_piece_in(call, true);
}

const struct method methods_bundle[] = {
	{.name = "backup.open",
	 .params = backup_params,
	 .function = backup_open},
	{.name = "backup.read", .function = read_piece},
	{.name = "backup.note", .params = note_params, .function = backup_note},
	{.name = "bundle.open", .params = open_params, .function = bundle_open},
	{.name = "bundle.since",
	 .params = bytes_params,
	 .function = bundle_since},
	{.name = "bundle.read", .function = read_piece},
	{.name = "bundle.begin", .function = bundle_begin},
	{.name = "bundle.write",
	 .params = piece_params,
	 .function = bundle_write_method},
	{.name = NULL},
};
