/* daemon/method_process.c — process.list: what has begun, and how it stands.
 * waiting.list: what waits for this institution, and what it waits for.
 *
 * Nothing of it is stored: each answer folds what it shows. */
#include "daemon/feeds.h"
#include "daemon/find.h"
#include "daemon/growing.h"
#include "daemon/method_private.h"
#include "daemon/page.h"
#include "daemon/process_view.h"
#include "daemon/waiting.h"
#include "proto/kinds.h"

#include <stdlib.h>

#define LIST_SEEN_MAX   2000u /* Rows looked at for one page. */
#define OWN_MAX         1000u /* The own processes looked at: the newest. */
#define WAITING_MAX     200u
#define WAITING_LEN_MAX (GROWING_LEN_MAX / 3) /* Of either part. */
#define NAMED_LOOKED    ((size_t)4000) /* That name this institution, … */
#define NAMED_OF_FEED   60u            /* … so many of one feed. */

static const struct wici_field list_params[] = {
	PARAM_PAGE,
	PARAM("from", MEMBER, .flags = 0),
	PARAM_LINE("kind", 100, WICI_REQUIRED),
	PARAM_END,
};

static const struct wici_field waiting_params[] = {
	PARAM("from", MEMBER, .flags = 0),
	PARAM("kinds", LINE, .flags = WICI_LIST, .len_max = 100,
	      .items_max = 20),
	PARAM("limit", UINT, .flags = 0),
	PARAM_END,
};

/* Is the record what a process is known by: what begins it, in its present
 * form? Then its root. What is an act of another one begins none. */
static enum wici_err find_shown(struct node *n, struct entry_row *row,
				int64_t *root, bool *is)
{
	const struct wici_kind *kind =
		wici_kind_by_number(row->entry.header.kind);
	int64_t about;
	enum wici_err err;

	*is = false;
	if (view_standing(n, row) != WICI_COUNTS || view_is_superseded(n, row))
		return WICI_OK;
	err = process_oldest(n, row->n, root);
	if (err || !wici_field_flagged(kind, WICI_SUBJECT)) {
		*is = !err;
		return err;
	}
	err = process_about(n, row->n, &about);
	*is = !err && about == *root;
	return err == WICI_NOT_FOUND ? WICI_OK : err;
}

/* Of what kind is the record, before its body is read? */
static const struct wici_process *process_at(struct node *n, int64_t entry)
{
	struct record_row row;

	return record_get(n->store, entry, &row) ? NULL
						 : wici_process_of(row.kind);
}

/* Loads the process that an entry is shown for. */
static enum wici_err load_shown(struct node *n, int64_t entry,
				struct process *p, bool *is)
{
	struct entry_row row;
	int64_t root;
	enum wici_err err = entry_get(n->store, entry, &row);

	*is = false;
	if (!err)
		err = find_shown(n, &row, &root, is);
	return err || !*is ? err : process_load(n, root, p);
}

/* The record, the process that it has begun, and what that is one for; more
 * pairs follow. */
static enum wici_err write_item(struct node *n, int64_t entry,
				const struct process *p, uint32_t more,
				struct wici_mp_writer *w)
{
	struct entry_row row;
	struct wici_id of;
	bool is_for = false;
	enum wici_err err = entry_get(n->store, entry, &row);

	if (!err) {
		is_for = process_view_is_for(p->is, row.entry.header.kind,
					     row.entry.payload, &of);
		err = view_record(n, &row, VIEW_LISTED, 1 + is_for + more, w);
	}
	if (err)
		return err;
	wici_mp_str(w, "process");
	process_view(w, n, p);
	if (!is_for)
		return WICI_OK;
	wici_mp_str(w, "subject");
	return process_view_subject(w, n, &of);
}

static enum wici_err show(struct page *page, int64_t entry, const void *filter)
{
	struct node *n = page->node;
	struct process p = {.is = NULL};
	bool is = false;
	enum wici_err err = WICI_OK;

	(void)filter;
	if (process_at(n, entry))
		err = load_shown(n, entry, &p, &is);
	if (!err && is) {
		page->count++;
		err = write_item(n, entry, &p, 0, &page->items.w);
	}
	process_clear(&p);
	return err;
}

static enum wici_err process_list(struct call *call)
{
	return method_list(call, LIST_SEEN_MAX, show);
}

/* --- what waits ---------------------------------------------------------------- */

struct waiting {
	struct call *call;
	struct growing ours, theirs;
	uint32_t ours_count, theirs_count;
	uint32_t limit;
	bool is_one; /* Only what this institution has begun. */
	struct wici_key from;
	bool more; /* Than are shown, or were looked at. */
};

/* Is it asked for? Without "kinds" all are. */
static bool is_asked(const struct call *call, const struct wici_process *is)
{
	struct wici_mp_reader r;
	struct wici_bytes raw;
	struct wici_mp v;

	if (!method_raw(call, "kinds", &raw))
		return true;
	wici_mp_reader_init(&r, WICI_MP_LENIENT, raw);
	if (wici_mp_expect(&r, WICI_MP_ARRAY, &v))
		return false;
	for (uint32_t i = v.count; i > 0; i--)
		if (!wici_mp_expect(&r, WICI_MP_STR, &v) &&
		    wici_bytes_is(v.bytes, is->name))
			return true;
	return false;
}

static bool is_mine(const struct node *n, const struct process *p)
{
	uint8_t by = process_sides(p, node_identity(n));

	for (size_t i = 0; i < p->outcome.owed_count; i++)
		if (p->outcome.owed[i]->by & by)
			return true;
	return false;
}

static enum wici_err add_waiting(struct waiting *w, int64_t entry,
				 const struct process *p)
{
	struct node *n = w->call->node;
	bool mine = is_mine(n, p);
	uint32_t *count = mine ? &w->ours_count : &w->theirs_count;
	struct wici_mp_writer *out;
	enum wici_err err;

	out = mine ? &w->ours.w : &w->theirs.w;
	if (*count >= w->limit || out->len > WAITING_LEN_MAX) {
		w->more = true;
		return WICI_OK;
	}
	(*count)++;
	err = write_item(n, entry, p, 1, out);
	wici_mp_str(out, "ours");
	wici_mp_bool(out, mine);
	return err;
}

/* Has it begun this one, as process.list has it? */
static bool is_from(const struct waiting *w, int64_t entry)
{
	const struct node *n = w->call->node;
	struct record_row row;
	const struct feed *feed;

	if (!w->is_one)
		return true;
	if (record_get(n->store, entry, &row))
		return false;
	feed = feeds_by_n(&n->feeds, row.feed_n);
	return feed && wici_key_equal(&feed->whose, &w->from);
}

/* One of those we have a part in. */
static enum wici_err look_at(struct waiting *w, int64_t entry)
{
	struct node *n = w->call->node;
	const struct wici_process *is = process_at(n, entry);
	struct process p = {.is = NULL};
	bool is_shown = false;
	enum wici_err err = WICI_OK;

	if (is && is->owed && is_asked(w->call, is) && is_from(w, entry))
		err = load_shown(n, entry, &p, &is_shown);
	if (!err && is_shown && p.outcome.owed_count)
		err = add_waiting(w, entry, &p);
	process_clear(&p);
	return err;
}

static int newest_first(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x < y) - (x > y);
}

struct found {
	int64_t *ns;
	size_t count, max;
	bool is_cut; /* There are more. */
};

static void put(struct found *f, int64_t n)
{
	if (f->count == f->max) {
		f->max = f->max ? f->max * 2 : 64;
		f->ns = realloc(f->ns, f->max * sizeof(*f->ns));
		if (!f->ns)
			abort();
	}
	f->ns[f->count++] = n;
}

/* Those that this institution's records begin, of one kind. */
static enum wici_err find_own(struct node *n, const struct wici_kind *kind,
			      struct found *f)
{
	struct record_filter filter = {.kind_first = kind->number,
				       .kind_last = kind->number};
	int64_t *feeds = find_feeds(n, node_identity(n), &filter.feeds_count);
	int64_t *ns = growing_alloc(OWN_MAX * sizeof(*ns));
	size_t count = 0;
	enum wici_err err = WICI_OK;

	filter.feeds = feeds;
	if (feeds)
		err = record_list(n->store, &filter, ns, OWN_MAX, &count);
	for (size_t i = 0; i < count; i++)
		put(f, ns[i]);
	free(feeds);
	free(ns);
	return err;
}

/* Those that name it as the other side: nobody's many take the place of
 * others'. */
static enum wici_err find_named(struct node *n, struct found *f)
{
	uint8_t *of_feed = calloc(n->feeds.by_n_max + 1, 1);
	int64_t *ns = growing_alloc(NAMED_LOOKED * sizeof(*ns));
	struct wici_id to;
	size_t count = 0;
	enum wici_err err;

	if (!of_feed)
		abort();
	memcpy(to.b, node_identity(n)->b, WICI_ID_LEN);
	err = record_referring_newest(n->store, &to, WICI_ABOUT, ns,
				      NAMED_LOOKED, &count);
	f->is_cut |= count == NAMED_LOOKED;
	for (size_t i = 0; !err && i < count; i++) {
		struct record_row row;

		err = record_get(n->store, ns[i], &row);
		if (err || !feeds_by_n(&n->feeds, row.feed_n))
			continue;
		if (of_feed[row.feed_n - 1] == NAMED_OF_FEED) {
			f->is_cut = true;
			continue;
		}
		of_feed[row.feed_n - 1]++;
		put(f, ns[i]);
	}
	free(of_feed);
	free(ns);
	return err;
}

static enum wici_err find_all(struct node *n, struct found *f)
{
	enum wici_err err = WICI_OK;

	for (size_t i = 0; !err && wici_kinds[i]; i++)
		if (wici_kinds[i]->process && wici_kinds[i]->process->owed)
			err = find_own(n, wici_kinds[i], f);
	if (!err)
		err = find_named(n, f);
	if (f->count)
		qsort(f->ns, f->count, sizeof(*f->ns), newest_first);
	return err;
}

static enum wici_err look_at_all(struct waiting *w)
{
	struct found f = {.ns = NULL};
	enum wici_err err = find_all(w->call->node, &f);

	w->more = f.is_cut || f.count > OWN_MAX;
	for (size_t i = 0; !err && i < f.count && i < OWN_MAX; i++)
		if (i == 0 || f.ns[i] != f.ns[i - 1])
			err = look_at(w, f.ns[i]);
	free(f.ns);
	return err;
}

static void write_part(struct wici_mp_writer *w, const struct growing *items)
{
	w->overflow |= items->w.overflow;
	wici_mp_raw(w, growing_bytes(items));
}

/* First what this institution owes, then what it is owed. It does not wait for
 * the cursor: status asks for it. pending: entries not looked at yet. */
static enum wici_err waiting_list(struct call *call)
{
	struct waiting w = {.call = call};
	const struct wici_key *self = node_identity(call->node);
	uint64_t limit = method_uint(call, "limit", PAGE_LIMIT);
	bool has_own;
	enum wici_err err = WICI_OK;

	w.limit = limit > WAITING_MAX ? WAITING_MAX : (uint32_t)limit;
	growing_init(&w.ours, GROWING_LEN_MAX);
	growing_init(&w.theirs, GROWING_LEN_MAX);
	w.is_one = method_key(call, "from", &w.from);
	/* What ends, and what was written twice, is this institution's. */
	has_own = self && (!w.is_one || wici_key_equal(self, &w.from));
	if (self)
		err = look_at_all(&w);
	wici_mp_map(call->result, has_own ? 5 : 3);
	wici_mp_str(call->result, "items");
	wici_mp_array(call->result, w.ours_count + w.theirs_count);
	write_part(call->result, &w.ours);
	write_part(call->result, &w.theirs);
	wici_mp_str(call->result, "pending");
	wici_mp_uint(call->result,
		     (uint64_t)(call->node->last_n - call->node->cursor));
	wici_mp_str(call->result, "more");
	wici_mp_bool(call->result, w.more);
	if (!err && has_own)
		err = waiting_expiring(call->result, call->node, w.limit);
	if (!err && has_own)
		err = waiting_edited(call->result, call->node, w.limit);
	growing_clear(&w.ours);
	growing_clear(&w.theirs);
	return err;
}

const struct method methods_process[] = {
	{.name = "process.list",
	 .params = list_params,
	 .needs_index = true,
	 .function = process_list},
	{.name = "waiting.list",
	 .params = waiting_params,
	 .function = waiting_list},
	{.name = NULL},
};
