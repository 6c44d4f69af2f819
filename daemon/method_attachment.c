/* daemon/method_attachment.c — attachment.begin, .write, .add: a file in
 * pieces. attachment.get: it is wanted, and how far it is; ask again until it
 * is whole. attachment.read: its bytes. attachment.list: what is here, or what
 * a record names. */
#include "daemon/attachments.h"
#include "daemon/find.h"
#include "daemon/method_private.h"
#include "daemon/page.h"
#include "proto/kinds.h"
#include "proto/require.h"

#include <stdlib.h>

#define ITEMS_MAX 64u /* Attachments of one record. */

static const struct wici_field begin_params[] = {
	PARAM("size", UINT, .flags = WICI_REQUIRED),
	PARAM_END,
};
static const struct wici_field write_params[] = {
	PARAM("bytes", BYTES, .flags = WICI_REQUIRED),
	PARAM_END,
};
static const struct wici_field add_params[] = {
	PARAM_LINE("name", WICI_FILE_NAME_LEN_MAX, WICI_REQUIRED),
	PARAM_LINE("type", WICI_MEDIA_TYPE_LEN_MAX, 0),
	PARAM_END,
};
static const struct wici_field get_params[] = {
	PARAM_LINE("ref", 200, WICI_REQUIRED),
	PARAM_END,
};
static const struct wici_field read_params[] = {
	PARAM("from", UINT, .flags = 0),
	PARAM("root", BYTES, .flags = WICI_REQUIRED, .len_max = WICI_ID_LEN),
	PARAM("size", UINT, .flags = WICI_REQUIRED),
	PARAM_END,
};
static const struct wici_field list_params[] = {
	PARAM_PAGE,
	PARAM_LINE("ref", 200, 0),
	PARAM_END,
};

/* ---- in ---- */

/* Beyond the quota nothing is taken in: who may change that, and how. */
static enum wici_err no_room(struct call *call, enum wici_err err)
{
	if (err != WICI_TOO_LARGE)
		return err;
	return method_refuse(call, err,
			     "there is no more room for attachments: raise "
			     "attachments-quota in wicid's configuration");
}

static enum wici_err attachment_begin(struct call *call)
{
	struct node *n = call->node;
	uint64_t size = method_uint(call, "size", 0);
	struct wici_bytes raw = {NULL, 0};
	enum wici_err err;

	if (!n->has_network)
		return method_refuse(call, WICI_NOT_MEMBER, NULL);
	(void)method_raw(call, "size", &raw);
	err = attachments_add(n, call->client, size);
	if (err == WICI_BAD_FIELD)
		return fault_set(&call->fault, err, "size", "file_size", raw);
	wici_mp_map(call->result, 0);
	return no_room(call, err);
}

static enum wici_err attachment_write(struct call *call)
{
	struct wici_mp_reader r;
	struct wici_bytes raw;
	struct wici_mp v;
	enum wici_err err;

	(void)method_raw(call, "bytes", &raw);
	wici_mp_reader_init(&r, WICI_MP_LENIENT, raw);
	WICI_REQUIRE(wici_mp_expect(&r, WICI_MP_BIN, &v) == WICI_OK);
	err = attachments_append(call->node, call->client, v.bytes);
	if (err == WICI_USAGE)
		return method_refuse(call, err,
				     "attachment.begin first; and no more "
				     "bytes than it said");
	wici_mp_map(call->result, 0);
	return err;
}

static void write_str(struct wici_mp_writer *w, const char *key,
		      struct wici_bytes b)
{
	wici_mp_str(w, key);
	wici_mp_str_bytes(w, b);
}

static enum wici_err bad(struct call *call, const char *field,
			 const char *expected)
{
	struct wici_bytes raw = {NULL, 0};

	(void)method_raw(call, field, &raw);
	return fault_set(&call->fault, WICI_BAD_FIELD, field, expected, raw);
}

/* What a record names it by. */
static enum wici_err attachment_add(struct call *call)
{
	struct wici_mp_writer *w = call->result;
	struct wici_bytes name, type = {NULL, 0};
	struct wici_id root;
	uint64_t size;
	bool has_type = method_str(call, "type", &type);
	enum wici_err err;

	(void)method_str(call, "name", &name);
	if (!wici_file_name_is_plain(name))
		return bad(call, "name", "file_name");
	if (has_type && !wici_media_type_is_plain(type))
		return bad(call, "type", "media_type");
	err = attachments_finish(call->node, call->client, &root, &size);
	if (err == WICI_USAGE)
		return method_refuse(call, err,
				     "attachment.begin first, then all the "
				     "bytes that it said");
	if (err)
		return err;
	wici_mp_map(w, 3 + has_type);
	write_str(w, "name", name);
	wici_mp_str(w, "root");
	wici_mp_hex(w, root.b, sizeof(root.b));
	wici_mp_str(w, "size");
	wici_mp_uint(w, size);
	if (has_type)
		write_str(w, "type", type);
	return WICI_OK;
}

/* ---- what is meant ---- */

struct item {
	struct wici_id root;
	uint64_t size;
	int64_t entry; /* That names it; 0: none. */
	char name[WICI_FILE_NAME_LEN_MAX + 1];
	char type[WICI_MEDIA_TYPE_LEN_MAX + 1];
};

static void copy(char *to, struct wici_bytes b)
{
	if (b.len)
		memcpy(to, b.p, b.len);
	to[b.len] = '\0';
}

static void set_item(struct item *item, int64_t entry,
		     const struct wici_file *file)
{
	item->root = file->root;
	item->size = file->size;
	item->entry = entry;
	copy(item->name, file->name);
	copy(item->type, file->type);
}

/* All that this record names, if it counts. */
static enum wici_err items_of_record(struct call *call, int64_t entry,
				     struct item *items, size_t *count)
{
	const struct wici_kind *kind;
	struct wici_file file;
	struct entry_row row;
	enum wici_err err = entry_get(call->node->store, entry, &row);

	if (err)
		return node_fail(call->node, err);
	kind = wici_kind_by_number(row.entry.header.kind);
	if (!kind || view_standing(call->node, &row) != WICI_COUNTS)
		return method_refuse(call, WICI_NOT_PERMITTED,
				     "what the record names is not fetched, "
				     "since it does not count: `wici show`");
	while (*count < ITEMS_MAX &&
	       wici_kind_file(kind, row.entry.payload, *count, &file))
		set_item(&items[(*count)++], entry, &file);
	return WICI_OK;
}

/* What is here under an address that begins so, whoever names it. */
static bool begins_with(const struct wici_id *root, struct wici_bytes hex)
{
	char text[WICI_HEX_LEN + 1];

	wici_hex(text, root->b, sizeof(root->b));
	for (size_t i = 0; i < hex.len; i++)
		if ((hex.p[i] | 0x20) != text[i] && hex.p[i] != text[i])
			return false;
	return true;
}

static void item_of_view(struct node *n, const struct attachment_view *view,
			 struct item *item)
{
	struct attachment_naming by;

	*item = (struct item){.root = view->root, .size = view->size};
	if (attachments_naming(n, &view->root, view->size, &by) == WICI_OK)
		set_item(item, by.n, &by.file);
}

static enum wici_err item_of_address(struct call *call, struct wici_bytes hex,
				     struct item *item)
{
	struct node *n = call->node;
	struct attachment_naming by;
	struct attachment_view view, found, last;
	const struct attachment_view *above = NULL;
	struct wici_id root;
	size_t count = 0;

	if (hex.len == WICI_HEX_LEN &&
	    wici_unhex(root.b, sizeof(root.b), hex) == WICI_OK &&
	    attachments_naming(n, &root, 0, &by) == WICI_OK) {
		set_item(item, by.n, &by.file);
		return WICI_OK;
	}
	for (; attachments_next(n, above, &view); above = &last) {
		last = view;
		if (!begins_with(&view.root, hex))
			continue;
		/* Of one address only one size is true. */
		if (count && !wici_id_equal(&view.root, &found.root))
			return WICI_AMBIGUOUS;
		if (!count++ || view.is_whole)
			found = view;
	}
	if (count)
		item_of_view(n, &found, item);
	return count ? WICI_OK : WICI_NOT_FOUND;
}

/* A record's id or an attachment's address, whole or their beginning. */
static enum wici_err find_items(struct call *call, struct item *items,
				size_t *count)
{
	struct wici_bytes ref;
	int64_t entry;
	enum wici_err err;

	*count = 0;
	(void)method_str(call, "ref", &ref);
	err = find_record(call->node, ref, &entry, &call->fault);
	if (err == WICI_OK)
		return items_of_record(call, entry, items, count);
	if (err == WICI_BAD_FIELD)
		return bad(call, "ref", "attachment");
	if (err != WICI_NOT_FOUND)
		return method_lost(call, err, "ref", ref);
	err = item_of_address(call, ref, &items[0]);
	*count = err == WICI_OK;
	return err ? method_lost(call, err, "ref", ref) : WICI_OK;
}

/* ---- what is said of one ---- */

static const char *state_of(const struct attachment_view *view)
{
	if (view->is_whole)
		return view->added_ms ? "added" : "whole";
	if (view->why == ATTACHMENT_UNWANTED && !view->is_judging)
		return "absent";
	return view->held ? "fetching" : "wanted";
}

static void write_item(struct node *n, struct wici_mp_writer *w,
		       const struct item *item)
{
	struct attachment_view view;

	attachments_view(n, &item->root, item->size, &view);
	wici_mp_map(w, 9);
	wici_mp_str(w, "root");
	wici_mp_hex(w, item->root.b, sizeof(item->root.b));
	wici_mp_str(w, "size");
	wici_mp_uint(w, item->size);
	wici_mp_str(w, "name");
	view_line(w, wici_bytes_str(item->name));
	wici_mp_str(w, "type");
	view_line(w, wici_bytes_str(item->type));
	wici_mp_str(w, "state");
	wici_mp_str(w, state_of(&view));
	wici_mp_str(w, "held");
	wici_mp_uint(w, view.held);
	wici_mp_str(w, "expires");
	view_time(w, view.is_whole && view.added_ms
			     ? view.added_ms + ATTACHMENTS_GRACE_MS
			     : 0);
	view_named_by(w, n, item->entry);
}

static uint32_t count_peers(const struct node *n)
{
	uint32_t count = 0;

	for (const struct peer_row *row = n->peers.rows; row; row = row->next)
		count += row->state == PEER_IN_STEP ||
			 row->state == PEER_SYNCING;
	return count;
}

static void write_totals(struct node *n, struct wici_mp_writer *w)
{
	wici_mp_str(w, "bytes");
	wici_mp_uint(w, attachments_bytes(n));
	wici_mp_str(w, "quota");
	wici_mp_uint(w, attachments_quota(n));
	wici_mp_str(w, "peers");
	wici_mp_uint(w, count_peers(n));
}

/* Wanted, all of them; what stands in the way of one is said of all. */
static enum wici_err attachment_get(struct call *call)
{
	struct wici_mp_writer *w = call->result;
	struct item *items = growing_alloc(ITEMS_MAX * sizeof(*items));
	size_t count;
	enum wici_err err = find_items(call, items, &count);

	for (size_t i = 0; !err && i < count; i++)
		err = attachments_want(call->node, &items[i].root,
				       items[i].size, ATTACHMENT_ASKED);
	if (!err) {
		wici_mp_map(w, 4);
		wici_mp_str(w, "items");
		wici_mp_array(w, (uint32_t)count);
		for (size_t i = 0; i < count; i++)
			write_item(call->node, w, &items[i]);
		write_totals(call->node, w);
	}
	free(items);
	return no_room(call, err);
}

/* ---- out ---- */

static enum wici_err attachment_read(struct call *call)
{
	uint8_t *buf = growing_alloc(ATTACHMENTS_PIECE);
	uint64_t from = method_uint(call, "from", 0);
	uint64_t size = method_uint(call, "size", 0);
	struct attachment_view view;
	struct wici_id root;
	size_t len = 0;
	enum wici_err err = WICI_NOT_FOUND;

	(void)method_id(call, "root", &root);
	attachments_view(call->node, &root, size, &view);
	if (view.is_whole)
		err = attachments_read(call->node, &root, size, from, buf,
				       &len);
	/* What is being hashed may turn out to be spoilt. */
	if (err == WICI_NOT_FOUND || err == WICI_AGAIN)
		err = method_refuse(call, WICI_NOT_FOUND,
				    "the file is not here whole: "
				    "attachment.get");
	if (err == WICI_NOT_PERMITTED)
		err = method_refuse(call, err,
				    "what lies in the file's place cannot be "
				    "opened: `wici fsck` names it");
	if (!err) {
		wici_mp_map(call->result, 2);
		wici_mp_str(call->result, "bytes");
		wici_mp_bin(call->result, buf, len);
		wici_mp_str(call->result, "done");
		wici_mp_bool(call->result, from + len >= size);
	}
	free(buf);
	return err;
}

/* ---- the list ---- */

static enum wici_err list_record(struct call *call)
{
	struct wici_mp_writer *w = call->result;
	struct item *items = growing_alloc(ITEMS_MAX * sizeof(*items));
	size_t count;
	enum wici_err err = find_items(call, items, &count);

	if (!err) {
		wici_mp_map(w, 5);
		wici_mp_str(w, "items");
		wici_mp_array(w, (uint32_t)count);
		for (size_t i = 0; i < count; i++)
			write_item(call->node, w, &items[i]);
		wici_mp_str(w, "next");
		wici_mp_nil(w);
		write_totals(call->node, w);
	}
	free(items);
	return err;
}

static enum wici_err attachment_list(struct call *call)
{
	struct attachment_view view, last = {.size = 0};
	const struct attachment_view *above = NULL;
	struct wici_bytes after;
	struct wici_id root;
	struct item item;
	struct page page;

	if (method_has(call, "ref"))
		return list_record(call);
	if (method_str(call, "after", &after)) {
		if (wici_unhex(root.b, sizeof(root.b), after))
			return bad(call, "after", "cursor");
		last = (struct attachment_view){.root = root,
						.size = UINT64_MAX};
		above = &last;
	}
	page_init(&page, call);
	while (attachments_next(call->node, above, &view)) {
		if (page_is_full(&page)) {
			wici_hex(page.next, last.root.b, sizeof(last.root.b));
			break;
		}
		last = view;
		above = &last;
		item_of_view(call->node, &view, &item);
		write_item(call->node, &page.items.w, &item);
		page.count++;
	}
	page_end_more(&page, call->result, 3);
	write_totals(call->node, call->result);
	return WICI_OK;
}

const struct method methods_attachment[] = {
	{.name = "attachment.begin",
	 .params = begin_params,
	 .function = attachment_begin},
	{.name = "attachment.write",
	 .params = write_params,
	 .function = attachment_write},
	{.name = "attachment.add",
	 .params = add_params,
	 .needs_index = true,
	 .function = attachment_add},
	{.name = "attachment.get",
	 .params = get_params,
	 .needs_index = true,
	 .function = attachment_get},
	{.name = "attachment.read",
	 .params = read_params,
	 .function = attachment_read},
	{.name = "attachment.list",
	 .params = list_params,
	 .needs_index = true,
	 .function = attachment_list},
	{.name = NULL},
};
