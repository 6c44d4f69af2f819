/* daemon/history.c — Profiles in their order: each after the one it supersedes,
 * and after earlier ones of its feed. Which came first here does not matter. */
#include "daemon/history.h"

#include "daemon/find.h"
#include "daemon/growing.h"
#include "daemon/store/record.h"
#include "daemon/view.h"
#include "proto/fold.h"
#include "proto/kinds/institution.h"

#include <stdlib.h>

#define PAGE ((size_t)64)

static const char *const told[] = {"name", "short_name", "type", "city"};
#define TOLD (sizeof(told) / sizeof(told[0]))

struct profiles {
	struct wici_act acts[WICI_ACTS_MAX]; /* Bodies: our own. */
	size_t count;
};

static enum wici_err take(struct node *n, int64_t entry, struct profiles *p)
{
	struct entry_row row;
	enum wici_err err = entry_get(n->store, entry, &row);
	struct wici_act *act = &p->acts[p->count];
	struct wici_bytes raw;
	uint8_t *body;

	if (err || view_standing(n, &row) != WICI_COUNTS)
		return err;
	body = growing_alloc(row.entry.payload.len);
	memcpy(body, row.entry.payload.p, row.entry.payload.len);
	*act = (struct wici_act){
		.id = row.id,
		.feed = row.entry.header.feed,
		.seq = row.entry.header.seq,
		.time_ms = row.entry.header.time_ms,
		.body = {body, row.entry.payload.len},
	};
	if (!wici_mp_find(WICI_MP_CANONICAL, act->body, "supersedes", &raw))
		memcpy(act->after.b, raw.p + raw.len - WICI_ID_LEN,
		       WICI_ID_LEN);
	p->count++;
	return WICI_OK;
}

/* The newest, if there are more than anybody reads. */
static enum wici_err load(struct node *n, const struct wici_key *identity,
			  struct profiles *p)
{
	struct record_filter filter = {
		.kind_first = WICI_KIND_INSTITUTION_PROFILE,
		.kind_last = WICI_KIND_INSTITUTION_PROFILE,
	};
	int64_t *feeds = find_feeds(n, identity, &filter.feeds_count);
	size_t count = feeds ? PAGE : 0;
	enum wici_err err = WICI_OK;
	int64_t ns[PAGE];

	filter.feeds = feeds;
	while (!err && count == PAGE) {
		err = record_list(n->store, &filter, ns, PAGE, &count);
		for (size_t i = 0; !err && i < count; i++)
			if (p->count < WICI_ACTS_MAX)
				err = take(n, ns[i], p);
		if (count)
			filter.below = ns[count - 1];
	}
	free(feeds);
	return err;
}

static bool is_same(const struct wici_act *a, const struct wici_act *b)
{
	for (size_t i = 0; i < TOLD; i++)
		if (!wici_bytes_equal(find_line(a->body, told[i]),
				      find_line(b->body, told[i])))
			return false;
	return true;
}

static void write_one(struct wici_mp_writer *w, const struct wici_act *act)
{
	wici_mp_map(w, 2 + TOLD);
	wici_mp_str(w, "id");
	wici_mp_hex(w, act->id.b, WICI_ID_LEN);
	wici_mp_str(w, "time");
	view_time(w, act->time_ms);
	for (size_t i = 0; i < TOLD; i++) {
		wici_mp_str(w, told[i]);
		view_line(w, find_line(act->body, told[i]));
	}
}

enum wici_err history_write(struct wici_mp_writer *w, struct node *n,
			    const struct wici_key *identity)
{
	struct profiles *p = growing_alloc(sizeof(*p));
	uint32_t count = 0;
	enum wici_err err;

	p->count = 0;
	err = load(n, identity, p);
	if (!err) {
		(void)wici_acts_sort(p->acts, p->count);
		for (size_t i = 0; i < p->count; i++)
			count += !i || !is_same(&p->acts[i - 1], &p->acts[i]);
		wici_mp_array(w, count);
		for (size_t i = 0; i < p->count; i++)
			if (!i || !is_same(&p->acts[i - 1], &p->acts[i]))
				write_one(w, &p->acts[i]);
	}
	for (size_t i = 0; i < p->count; i++)
		free((uint8_t *)(uintptr_t)p->acts[i].body.p);
	free(p);
	return err;
}
