/* daemon/link_statements.c — Statements over a link: asked for by id, given. */
#include "daemon/link_private.h"
#include "daemon/receive.h"
#include "daemon/statements.h"
#include "proto/require.h"

#include <stdlib.h>

static bool link_ids_has(const struct link_ids *list, const struct wici_id *id)
{
	for (size_t i = 0; i < list->count; i++) {
		if (wici_id_equal(&list->ids[i], id))
			return true;
	}
	return false;
}

/* What does not fit shows again when STATE is compared. */
static void link_ids_add(struct link_ids *list, const struct wici_id *id)
{
	if (list->count >= LINK_LISTS_MAX || link_ids_has(list, id))
		return;
	if (list->count == list->max) {
		list->max = list->max ? list->max * 2 : 16;
		list->ids = realloc(list->ids, list->max * sizeof(*list->ids));
		WICI_REQUIRE(list->ids != NULL);
	}
	list->ids[list->count++] = *id;
}

static void link_ids_drop(struct link_ids *list, size_t count)
{
	list->count -= count;
	memmove(list->ids, list->ids + count, list->count * sizeof(*list->ids));
}

void link_on_want_statements(struct link *l, const struct wici_packed *ids)
{
	struct wici_id id;

	for (uint16_t i = 0; i < ids->count; i++) {
		wici_packed_id(&id, ids, i);
		if (statements_has(l->hub->node, &id))
			link_ids_add(&l->give, &id);
	}
}

void link_on_statement(struct link *l, struct wici_bytes bytes)
{
	enum wici_err err = node_receive_statement(l->hub->node, l->n, bytes);

	l->state_due = true;
	if (err != WICI_OK && err != WICI_END && err != WICI_FULL)
		link_refuse(l, err);
}

static void link_ask_statements(struct link *l)
{
	static uint8_t packed[WICI_IDS_MAX * 32];
	struct wici_message m = {.type = WICI_MSG_WANT_STATEMENTS};
	size_t count =
		l->ask.count < WICI_IDS_MAX ? l->ask.count : WICI_IDS_MAX;

	memcpy(packed, l->ask.ids, count * 32);
	m.ids = (struct wici_packed){packed, (uint16_t)count};
	link_send(l, &m);
	link_ids_drop(&l->ask, count);
}

static void link_give_statement(struct link *l)
{
	struct wici_message m = {.type = WICI_MSG_STATEMENT};

	if (node_read_statement(l->hub->node, &l->give.ids[0], &m.statement) ==
	    WICI_OK)
		link_send(l, &m);
	l->given++;
	link_ids_drop(&l->give, 1);
}

void link_give(struct link *l, const struct wici_id *statement)
{
	if (l->session.phase != WICI_PHASE_READY || !l->session.hello_out)
		return;
	link_ids_add(&l->give, statement);
	l->state_due = true;
}

/* Who brought it is told that it is among ours now, which may have taken a
 * while. */
void link_pass_on(struct link *l, const struct wici_id *statement,
		  uint64_t from)
{
	if (from == l->n)
		l->state_due = true;
	else
		link_give(l, statement);
}

void link_ask(struct link *l, const struct wici_id *statement)
{
	link_ids_add(&l->ask, statement);
}

void link_statements_pump(struct link *l)
{
	while (l->ask.count && link_has_room(l))
		link_ask_statements(l);
	while (l->give.count && link_has_room(l))
		link_give_statement(l);
}
