/* daemon/method_area.c — area.get: where an institution organises the community
 * on a day, out of all its records of areas. */
#include "daemon/feeds.h"
#include "daemon/find.h"
#include "daemon/method_private.h"
#include "daemon/store/record.h"
#include "proto/area.h"
#include "proto/day.h"
#include "proto/kinds/area.h"

#include <stdlib.h>

#define PAGE        ((size_t)64)
#define RECORDS_MAX ((size_t)512) /* The newest; a year has a few. */

static const struct wici_field get_params[] = {
	PARAM("institution", MEMBER, .flags = WICI_REQUIRED),
	PARAM("on", WHEN, .flags = 0),
	PARAM_END,
};

struct areas {
	struct wici_area_record records[RECORDS_MAX]; /* Bodies: our own. */
	size_t count;
	bool is_cut; /* There are more. */
};

static void areas_free(struct areas *a)
{
	for (size_t i = 0; i < a->count; i++)
		free((uint8_t *)(uintptr_t)a->records[i].body.p);
	free(a);
}

static enum wici_err take_record(struct node *n, int64_t entry, struct areas *a)
{
	struct entry_row row;
	enum wici_err err = entry_get(n->store, entry, &row);
	uint8_t *body;

	if (err || view_standing(n, &row) != WICI_COUNTS)
		return err;
	if (a->count == RECORDS_MAX) {
		a->is_cut = true;
		return WICI_OK;
	}
	body = growing_alloc(row.entry.payload.len);
	memcpy(body, row.entry.payload.p, row.entry.payload.len);
	a->records[a->count++] = (struct wici_area_record){
		.id = row.id,
		.body = {body, row.entry.payload.len},
	};
	return WICI_OK;
}

static enum wici_err load(struct node *n, const struct wici_key *who,
			  struct areas *a)
{
	struct record_filter filter = {
		.kind_first = WICI_KIND_AREA_UPDATE,
		.kind_last = WICI_KIND_AREA_UPDATE,
	};
	int64_t *feeds = find_feeds(n, who, &filter.feeds_count);
	enum wici_err err = WICI_OK;
	size_t count = feeds ? PAGE : 0;
	int64_t ns[PAGE];

	filter.feeds = feeds;
	while (!err && count == PAGE && !a->is_cut) {
		err = record_list(n->store, &filter, ns, PAGE, &count);
		for (size_t i = 0; !err && i < count; i++)
			err = take_record(n, ns[i], a);
		if (count)
			filter.below = ns[count - 1];
	}
	free(feeds);
	return err;
}

static size_t end_of(const struct wici_area_item *items, size_t at,
		     size_t count, bool is_estate)
{
	size_t end = at + 1;

	for (; end < count && items[end].street.p; end++)
		if (!is_estate &&
		    !wici_bytes_equal(items[end].street, items[at].street))
			break;
	return end;
}

static void write_since(struct wici_mp_writer *w,
			const struct wici_area_item *item)
{
	wici_mp_str(w, "since");
	view_line(w, item->since.text);
}

/* One street: items from … to; the first may be the whole of it. */
static void write_street(struct wici_mp_writer *w,
			 const struct wici_area_item *items, size_t from,
			 size_t to)
{
	bool is_whole = !items[from].number.p;
	size_t first = from + is_whole;
	size_t blocks = is_whole ? 0 : to - first;

	wici_mp_map(w, 5);
	wici_mp_str(w, "street");
	view_line(w, items[from].street);
	wici_mp_str(w, "whole");
	wici_mp_bool(w, is_whole);
	wici_mp_str(w, "since");
	view_line(w, is_whole ? items[from].since.text
			      : (struct wici_bytes){NULL, 0});
	wici_mp_str(w, "blocks");
	wici_mp_array(w, (uint32_t)blocks);
	for (size_t i = first; i < first + blocks; i++) {
		wici_mp_map(w, 2);
		wici_mp_str(w, "number");
		view_line(w, items[i].number);
		write_since(w, &items[i]);
	}
	wici_mp_str(w, "without");
	wici_mp_array(w, is_whole ? (uint32_t)(to - first) : 0);
	for (size_t i = first + blocks; i < to; i++)
		view_line(w, items[i].number);
}

static void write_estate(struct wici_mp_writer *w,
			 const struct wici_area_item *items, size_t from,
			 size_t to)
{
	uint32_t streets = 0;

	for (size_t i = from + 1; i < to; i = end_of(items, i, to, false))
		streets++;
	wici_mp_map(w, 5);
	wici_mp_str(w, "estate");
	view_line(w, items[from].estate);
	wici_mp_str(w, "partial");
	wici_mp_bool(w, items[from].is_partial);
	/* Named by itself, without streets. */
	wici_mp_str(w, "whole");
	wici_mp_bool(w, items[from].is_bare);
	write_since(w, &items[from]);
	wici_mp_str(w, "streets");
	wici_mp_array(w, streets);
	for (size_t i = from + 1; i < to;) {
		size_t end = end_of(items, i, to, false);

		write_street(w, items, i, end);
		i = end;
	}
}

static void write_area(struct wici_mp_writer *w, struct areas *a, int32_t day)
{
	size_t room = wici_area_room(a->records, a->count);
	struct wici_area_item *items =
		growing_alloc((room + 1) * sizeof(*items));
	size_t count = wici_area_fold(a->records, a->count, day, items);
	uint32_t estates = 0;

	for (size_t i = 0; i < count; i = end_of(items, i, count, true))
		estates++;
	wici_mp_str(w, "estates");
	wici_mp_array(w, estates);
	for (size_t i = 0; i < count;) {
		size_t end = end_of(items, i, count, true);

		write_estate(w, items, i, end);
		i = end;
	}
	free(items);
}

/* A year or a month is asked about as it ended. */
static int32_t day_asked(const struct call *call)
{
	int32_t first, day = wici_day_warsaw(call->node->now.wall_ms);
	struct wici_bytes text;

	if (method_str(call, "on", &text) &&
	    wici_when_parse(&first, &day, text) != WICI_OK)
		return day; /* It was checked. */
	return day;
}

static enum wici_err area_get(struct call *call)
{
	struct node *n = call->node;
	struct wici_mp_writer *w = call->result;
	struct areas *a = growing_alloc(sizeof(*a));
	int32_t day = day_asked(call);
	struct wici_key who;
	enum wici_err err;

	a->count = 0;
	a->is_cut = false;
	(void)method_key(call, "institution", &who);
	err = load(n, &who, a);
	if (!err) {
		wici_mp_map(w, 5);
		wici_mp_str(w, "institution");
		view_author(w, n, &who);
		wici_mp_str(w, "on");
		view_day(w, true, day);
		write_area(w, a, day);
		wici_mp_str(w, "records");
		wici_mp_uint(w, a->count);
		wici_mp_str(w, "complete");
		wici_mp_bool(w, !a->is_cut);
	}
	areas_free(a);
	return err;
}

const struct method methods_area[] = {
	{.name = "area.get",
	 .only_asks = true,
	 .params = get_params,
	 .needs_index = true,
	 .function = area_get},
	{.name = NULL},
};
