/* daemon/method_record.c — record.add, record.edit, record.show, and every
 * method that is a kind: publishing.
 *
 * All bodies of a call are made and checked before the first is published, in
 * one turn: all of them are there, or none. */
#include "daemon/body.h"
#include "daemon/feeds.h"
#include "daemon/find.h"
#include "daemon/method_private.h"
#include "daemon/method_publish.h"
#include "daemon/process_view.h"
#include "proto/kinds.h"
#include "proto/mp_read.h"

#define BODIES_MAX   10000u
#define REJECTED_MAX 500u

static const struct wici_field add_params[] = {
	PARAM("bodies", MAP, .flags = WICI_LIST, .items_max = BODIES_MAX),
	PARAM("body", MAP, .flags = 0),
	PARAM("dry_run", BOOL, .flags = 0),
	PARAM_LINE("kind", 100, WICI_REQUIRED),
	PARAM_END,
};
static const struct wici_field edit_params[] = {
	PARAM("body", MAP, .flags = WICI_REQUIRED),
	PARAM("dry_run", BOOL, .flags = 0),
	PARAM("id", RECORD, .flags = WICI_REQUIRED),
	PARAM_END,
};
static const struct wici_field show_params[] = {
	PARAM("id", RECORD, .flags = WICI_REQUIRED),
	PARAM_END,
};

/* Every body is checked; what is wrong is told line by line. */
static enum wici_err check_all(struct call *call, struct batch *b,
			       struct wici_bytes bodies)
{
	struct fault first;
	struct wici_mp_reader r;
	struct wici_bytes map;
	struct wici_mp head;
	enum wici_err first_err = WICI_OK;

	fault_init(&first);
	wici_mp_reader_init(&r, WICI_MP_LENIENT, bodies);
	if (wici_mp_expect(&r, WICI_MP_ARRAY, &head))
		return WICI_USAGE;
	for (uint32_t i = 0; i < head.count; i++) {
		enum wici_err err = wici_mp_skip(&r, &map);

		if (!err)
			err = batch_add(call, b, map, NULL);
		if (!err)
			continue;
		if (!first_err)
			first_err = err;
		if (first.items_count < REJECTED_MAX) {
			fault_write(&first.items.w, &call->fault, err, i + 1);
			first.items_count++;
		}
		fault_clear(&call->fault);
	}
	if (!first_err) {
		fault_clear(&first);
		return WICI_OK;
	}
	fault_message(&first, "nothing was published");
	if (first.items_count == REJECTED_MAX)
		fault_hint(&first, "there may be more: only the first 500 that "
				   "do not fit are named");
	call->fault = first;
	return first_err;
}

static enum wici_err find_kind(struct call *call, const struct wici_kind **kind)
{
	struct wici_bytes name;
	struct wici_bytes raw = {NULL, 0};

	(void)method_str(call, "kind", &name);
	*kind = wici_kind_by_name(name);
	if (!*kind) {
		(void)method_raw(call, "kind", &raw);
		fault_hint(&call->fault, "`wici kinds` names them");
		return fault_set(&call->fault, WICI_UNKNOWN_KIND, "kind", NULL,
				 raw);
	}
	if (wici_kind_is_by_node(*kind))
		return method_refuse(call, WICI_NOT_PERMITTED,
				     "records of this kind come with `wici "
				     "network create`, `invite` and `join`");
	return WICI_OK;
}

static enum wici_err record_add(struct call *call)
{
	bool is_dry = method_is_set(call, "dry_run");
	const struct wici_kind *kind;
	struct wici_bytes body;
	struct wici_bytes bodies;
	bool has_body = method_raw(call, "body", &body);
	bool has_bodies = method_raw(call, "bodies", &bodies);
	struct batch b;
	enum wici_err err = find_kind(call, &kind);

	if (err)
		return err;
	if (has_body == has_bodies)
		return method_refuse(call, WICI_USAGE,
				     "either \"body\" or \"bodies\"");
	batch_init(&b, kind);
	b.is_many = has_bodies;
	err = has_body ? batch_add(call, &b, body, NULL)
		       : check_all(call, &b, bodies);
	if (!err)
		err = has_body ? batch_finish_one(call, &b, is_dry)
			       : batch_finish_all(call, &b, is_dry);
	batch_clear(&b);
	return err;
}

/* params are the body itself; "dry_run" may stand among them when no field of
 * the kind is called that. */
static enum wici_err publish_kind(struct call *call)
{
	struct wici_mp_reader r;
	struct wici_mp v = {.type = WICI_MP_NIL};
	struct wici_bytes raw;
	struct growing map;
	struct batch b;
	bool is_dry = false;
	enum wici_err err;

	growing_init(&map, GROWING_LEN_MAX);
	if (!wici_mp_find(WICI_MP_LENIENT, call->params, "dry_run", &raw)) {
		wici_mp_reader_init(&r, WICI_MP_LENIENT, raw);
		if (wici_mp_next(&r, &v) || v.type != WICI_MP_BOOL)
			return fault_set(&call->fault, WICI_BAD_FIELD,
					 "dry_run", "bool", raw);
		is_dry = v.boolean;
		body_without(call->params, "dry_run", &map.w);
	} else {
		wici_mp_raw(&map.w, call->params);
	}
	batch_init(&b, call->kind);
	err = batch_add(call, &b, growing_bytes(&map), NULL);
	if (!err)
		err = batch_finish_one(call, &b, is_dry);
	batch_clear(&b);
	growing_clear(&map);
	return err;
}

enum wici_err method_load_record(struct call *call, struct entry_row *row)
{
	struct node *n = call->node;
	char hex[WICI_HEX_LEN + 1];
	struct wici_id id;
	int64_t entry;
	enum wici_err err;

	if (!method_id(call, "id", &id))
		return WICI_USAGE;
	err = find_entry(n, &id, &entry);
	if (!err)
		return entry_get(n->store, entry, row);
	wici_hex(hex, id.b, WICI_ID_LEN);
	return method_lost(call, err, "id", wici_bytes_str(hex));
}

/* What the record is a part of. */
static enum wici_err write_process(struct node *n, const struct process *p,
				   struct wici_mp_writer *w)
{
	wici_mp_str(w, "process");
	process_view(w, n, p);
	wici_mp_str(w, "acts");
	process_view_acts(w, n, p);
	wici_mp_str(w, "taken_up");
	return process_view_taken_up(w, n, p);
}

static enum wici_err record_show(struct call *call)
{
	struct entry_row row;
	struct node *n = call->node;
	struct wici_mp_writer *w = call->result;
	struct process p = {.is = NULL};
	struct entry_row again;
	int64_t root;
	enum wici_err err = method_load_record(call, &row);

	if (!err)
		err = process_about(n, row.n, &root);
	if (!err)
		err = process_load(n, root, &p);
	if (err && err != WICI_NOT_FOUND) {
		process_clear(&p);
		return err;
	}
	again = row;
	/* Once more: what was lent is gone after other reads. */
	if (p.is || err == WICI_NOT_FOUND)
		err = entry_get(n->store, row.n, &again);
	if (!err)
		err = view_record(n, &again, VIEW_SHOWN, p.is ? 3 : 0, w);
	if (!err && p.is)
		err = write_process(n, &p, w);
	process_clear(&p);
	return err;
}

/* The record to edit: ours, counting, of a kind that can be replaced. */
static enum wici_err check_edit(struct call *call, struct entry_row *row,
				const struct wici_kind **kind)
{
	struct node *n = call->node;
	struct feed *feed = feeds_by_n(&n->feeds, row->feed_n);
	const struct wici_key *self = node_identity(n);

	*kind = wici_kind_by_number(row->entry.header.kind);
	if (!feed || !self || !wici_key_equal(&feed->whose, self))
		return method_refuse(call, WICI_NOT_PERMITTED,
				     "only an institution's own records can "
				     "be replaced by it");
	if (!*kind || !wici_field_flagged(*kind, WICI_SUPERSEDES))
		return method_refuse(call, WICI_NOT_PERMITTED,
				     "records of this kind cannot be "
				     "replaced");
	if (view_standing(n, row) != WICI_COUNTS)
		return method_refuse(call, WICI_NOT_PERMITTED,
				     "this record does not count, or was "
				     "erased");
	return WICI_OK;
}

static enum wici_err edit_row(struct call *call, struct entry_row *row,
			      const struct wici_kind *kind)
{
	struct body_value supersedes;
	struct growing id;
	struct growing map;
	struct wici_bytes patch;
	struct batch b;
	enum wici_err err;

	growing_init(&id, 64);
	growing_init(&map, GROWING_LEN_MAX);
	wici_mp_bin(&id.w, row->id.b, WICI_ID_LEN);
	supersedes.name = wici_field_flagged(kind, WICI_SUPERSEDES)->name;
	supersedes.raw = growing_bytes(&id);
	(void)method_raw(call, "body", &patch);
	body_merge(kind, row->entry.payload, patch, &map.w);
	batch_init(&b, kind);
	err = map.w.overflow
		      ? WICI_TOO_LARGE
		      : batch_add(call, &b, growing_bytes(&map), &supersedes);
	if (!err)
		err = batch_finish_one(call, &b,
				       method_is_set(call, "dry_run"));
	batch_clear(&b);
	growing_clear(&map);
	growing_clear(&id);
	return err;
}

static enum wici_err record_edit(struct call *call)
{
	const struct wici_kind *kind;
	struct entry_row row;
	enum wici_err err = method_load_record(call, &row);

	if (!err)
		err = check_edit(call, &row, &kind);
	return err ? err : edit_row(call, &row, kind);
}

const struct method method_publish_kind = {.needs_index = true,
					   .function = publish_kind};

const struct method methods_record[] = {
	{.name = "record.add",
	 .params = add_params,
	 .needs_index = true,
	 .function = record_add},
	{.name = "record.edit",
	 .params = edit_params,
	 .needs_index = true,
	 .function = record_edit},
	{.name = "record.show",
	 .params = show_params,
	 .needs_index = true,
	 .function = record_show},
	{.name = NULL},
};
