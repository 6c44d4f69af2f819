/* daemon/method_draft.c — draft.list, draft.show, draft.drop: what waits to be
 * signed; draft.publish: the operator's word that nothing need be waited for. */
#include "daemon/draft.h"
#include "daemon/echo.h"
#include "daemon/find.h"
#include "daemon/method_private.h"
#include "daemon/page.h"
#include "proto/kinds.h"
#include "proto/kinds/certificate.h"

#include <stdio.h>

static const struct wici_field list_params[] = {PARAM_PAGE, PARAM_END};
static const struct wici_field draft_params[] = {
	PARAM("draft", UINT, .flags = WICI_REQUIRED),
	PARAM_END,
};

/* Why is it not published? NULL: it will be. */
static const char *reason_of(struct node *n, const struct draft_row *row)
{
	const char *why;
	enum wici_err err = draft_may(n, row);

	if (err == WICI_OK)
		return draft_try(n, row, &why) == WICI_OK ? why : NULL;
	return method_put_off_reason(n, err);
}

static void write_draft(struct node *n, const struct draft_row *row,
			uint32_t more, struct wici_mp_writer *w)
{
	const struct wici_kind *kind = wici_kind_by_number(row->kind);
	const char *reason = reason_of(n, row);

	wici_mp_map(w, 4 + more);
	wici_mp_str(w, "draft");
	wici_mp_uint(w, (uint64_t)row->n);
	wici_mp_str(w, "kind");
	view_line(w, wici_bytes_str(kind ? kind->name : ""));
	wici_mp_str(w, "time");
	view_time(w, row->created_ms);
	wici_mp_str(w, "reason");
	view_line(w, wici_bytes_str(reason ? reason : ""));
}

/* In the order in which they will be published. */
static enum wici_err draft_list(struct call *call)
{
	struct node *n = call->node;
	struct draft_row row;
	struct page p;
	int64_t feed, at;
	enum wici_err err = page_take_after(call, &feed, &at);

	if (err)
		return err;
	page_init(&p, call);
	while (!(err = draft_after(n->store, at, &row))) {
		if (page_is_full(&p)) {
			(void)snprintf(p.next, sizeof(p.next), "%lld",
				       (long long)at);
			break;
		}
		at = row.n;
		write_draft(n, &row, 1, &p.items.w);
		wici_mp_str(&p.items.w, "title");
		view_line(&p.items.w, find_line(row.payload, "title"));
		p.count++;
	}
	page_end(&p, call->result);
	return err == WICI_END ? WICI_OK : err;
}

static enum wici_err find_draft(struct call *call, struct draft_row *row)
{
	uint64_t number = method_uint(call, "draft", 0);
	char text[24];

	if (number <= INT64_MAX) {
		enum wici_err err =
			draft_get(call->node->store, (int64_t)number, row);

		if (err != WICI_NOT_FOUND)
			return err;
	}
	(void)snprintf(text, sizeof(text), "%llu", (unsigned long long)number);
	return method_lost(call, WICI_NOT_FOUND, "draft", wici_bytes_str(text));
}

static enum wici_err draft_show(struct call *call)
{
	struct draft_row row;
	enum wici_err err = find_draft(call, &row);

	if (err)
		return err;
	write_draft(call->node, &row, 1, call->result);
	wici_mp_str(call->result, "body");
	view_value(call->result, row.payload);
	return WICI_OK;
}

/* A revocation's reason goes with it. */
static enum wici_err drop_with_reason(struct node *n, int64_t number,
				      uint32_t *dropped)
{
	struct draft_row row;
	enum wici_err err = draft_after(n->store, number, &row);
	bool follows = err == WICI_OK && draft_follows(&row);

	if (err == WICI_END)
		err = WICI_OK;
	if (!err)
		err = draft_forget(n, number);
	if (!err && follows)
		err = draft_forget(n, row.n);
	*dropped = follows ? 2 : 1;
	return err;
}

static enum wici_err draft_drop_one(struct call *call)
{
	struct node *n = call->node;
	struct draft_row row;
	uint32_t dropped = 1;
	enum wici_err err = find_draft(call, &row);
	const struct wici_kind *kind =
		err ? NULL : wici_kind_by_number(row.kind);

	if (!err && (n->is_read_only || n->is_full))
		return WICI_FULL;
	if (!err && kind && wici_kind_is_decision(kind))
		err = drop_with_reason(n, row.n, &dropped);
	else if (!err)
		err = draft_forget(n, row.n);
	if (err)
		return err;
	wici_mp_map(call->result, 2);
	wici_mp_str(call->result, "dropped");
	wici_mp_uint(call->result, dropped);
	wici_mp_str(call->result, "drafts");
	wici_mp_uint(call->result, (uint64_t)n->drafts.count);
	return WICI_OK;
}

/* What is left when it answers is published in the turns that follow. */
static enum wici_err draft_publish_all(struct call *call)
{
	struct node *n = call->node;
	struct wici_mp_writer *w = call->result;
	int64_t before = n->drafts.count;
	bool was_waiting = echo_is_waiting(n);
	enum wici_err err = WICI_OK;

	if (n->sealed) {
		fault_message(&call->fault, "%s", n->sealed);
		return WICI_SEALED;
	}
	if (n->is_read_only || n->is_full)
		return WICI_FULL;
	if (was_waiting)
		err = echo_override(n);
	n->drafts.again_ms = 0;
	if (!err)
		err = draft_turn(n);
	if (err)
		return err;
	wici_mp_map(w, 3);
	wici_mp_str(w, "published");
	wici_mp_uint(w, (uint64_t)(before - n->drafts.count));
	wici_mp_str(w, "drafts");
	wici_mp_uint(w, (uint64_t)n->drafts.count);
	wici_mp_str(w, "overridden");
	wici_mp_bool(w, was_waiting);
	return WICI_OK;
}

const struct method methods_draft[] = {
	{.name = "draft.list", .params = list_params, .function = draft_list},
	{.name = "draft.show", .params = draft_params, .function = draft_show},
	{.name = "draft.drop",
	 .params = draft_params,
	 .function = draft_drop_one},
	{.name = "draft.publish",
	 .needs_index = true,
	 .function = draft_publish_all},
	{.name = NULL},
};
