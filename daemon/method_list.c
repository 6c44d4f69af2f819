/* daemon/method_list.c — record.list and log.list: pages of records, newest
 * first.
 *
 * record.list shows what stands: void records and those that were replaced are
 * left out, and so are beacons and witness entries unless they are asked for.
 * log.list shows everything that is held. */
#include "daemon/feeds.h"
#include "daemon/find.h"
#include "daemon/method_private.h"
#include "daemon/page.h"
#include "proto/kinds.h"
#include "proto/kinds/beacon.h"
#include "proto/kinds/witness.h"

#include <stdio.h>
#include <stdlib.h>

#define LIST_SEEN_MAX 5000u                /* Rows looked at for one page. */
#define SEQ_END       "999999999999999999" /* Beyond every seq. */

static const struct wici_field list_params[] = {
	PARAM_PAGE,
	PARAM("from", MEMBER, .flags = 0),
	PARAM_LINE("kind", 100, 0),
	PARAM_END,
};
static const struct wici_field log_params[] = {
	PARAM_PAGE,
	PARAM("institution", MEMBER, .flags = 0),
	PARAM_END,
};

/* A kind, or a noun that several kinds begin with. Kinds of a noun stand
 * together in the table. */
enum wici_err method_take_kind(struct call *call, struct record_filter *filter)
{
	struct wici_bytes name;
	const struct wici_kind *kind;

	if (!method_str(call, "kind", &name))
		return WICI_OK;
	if (wici_bytes_is(name, "cert"))
		name = WICI_BYTES("certificate");
	kind = wici_kind_by_name(name);
	if (kind)
		filter->kind_first = filter->kind_last = kind->number;
	for (size_t i = 0; !kind && wici_kinds[i]; i++) {
		const char *full = wici_kinds[i]->name;

		if (strncmp(full, (const char *)name.p, name.len) != 0 ||
		    full[name.len] != '.')
			continue;
		if (!filter->kind_first)
			filter->kind_first = wici_kinds[i]->number;
		filter->kind_last = wici_kinds[i]->number;
	}
	if (filter->kind_first)
		return WICI_OK;
	return method_refuse(call, WICI_UNKNOWN_KIND,
			     "`wici kinds` names them");
}

/* What nodes write day by day, whatever people do: shown when asked for. */
static bool is_daily(uint16_t kind)
{
	return kind == WICI_KIND_BEACON || kind == WICI_KIND_WITNESS;
}

/* One candidate of record.list: written when it stands. arg: the filter. */
static enum wici_err show_standing(struct page *p, int64_t entry,
				   const void *arg)
{
	const struct record_filter *filter = arg;
	struct node *n = p->node;
	struct entry_row row;
	enum wici_err err = entry_get(n->store, entry, &row);
	enum wici_standing standing;

	if (err || (!filter->kind_first && is_daily(row.entry.header.kind)))
		return err;
	standing = view_standing(n, &row);
	if ((standing != WICI_COUNTS && standing != WICI_ERASED) ||
	    view_is_superseded(n, &row))
		return WICI_OK;
	/* Once more: what was lent is gone after other reads. */
	err = entry_get(n->store, entry, &row);
	if (err)
		return err;
	p->count++;
	return view_record(n, &row, VIEW_LISTED, 0, &p->items.w);
}

enum wici_err method_list(struct call *call, uint32_t seen_max,
			  enum wici_err (*show)(struct page *p, int64_t entry,
						const void *filter))
{
	struct record_filter filter = {.feeds = NULL};
	bool is_one = method_has(call, "from");
	int64_t *feeds = NULL;
	struct wici_key from;
	struct page p;
	int64_t feed;
	enum wici_err err = method_take_kind(call, &filter);

	if (!err)
		err = page_take_after(call, &feed, &filter.below);
	if (err)
		return err;
	page_init(&p, call);
	if (method_key(call, "from", &from)) {
		feeds = find_feeds(call->node, &from, &filter.feeds_count);
		filter.feeds = feeds;
	}
	if (feeds || !is_one)
		err = page_fill(&p, &filter, seen_max, show, &filter);
	free(feeds);
	page_end(&p, call->result);
	return err;
}

static enum wici_err record_list_method(struct call *call)
{
	return method_list(call, LIST_SEEN_MAX, show_standing);
}

/* Every entry that is held, in the order of arrival. */
static enum wici_err log_all(struct node *n, int64_t below, struct page *p)
{
	int64_t at = below ? below - 1 : n->last_n;
	struct entry_row row;
	enum wici_err err = WICI_OK;

	for (; !err && at > 0; at--) {
		if (page_is_full(p)) {
			(void)snprintf(p->next, sizeof(p->next), "%lld",
				       (long long)(at + 1));
			return WICI_OK;
		}
		err = entry_get(n->store, at, &row);
		if (err == WICI_NOT_FOUND) {
			err = WICI_OK;
			continue;
		}
		if (err)
			return err;
		p->count++;
		err = view_record(n, &row, VIEW_LISTED, 0, &p->items.w);
	}
	return err;
}

/* One feed, from below seq (0: its end). */
static enum wici_err log_feed(struct node *n, int64_t feed, uint64_t seq,
			      struct page *p)
{
	struct entry_row row;
	enum wici_err err = WICI_OK;

	while (!err) {
		if (page_is_full(p) && seq > 1)
			(void)snprintf(p->next, sizeof(p->next), "%lld:%llu",
				       (long long)feed,
				       (unsigned long long)seq);
		if (page_is_full(p))
			return WICI_OK;
		err = entry_before(n->store, feed, seq, &row);
		if (err)
			break;
		seq = row.entry.header.seq;
		p->count++;
		err = view_record(n, &row, VIEW_LISTED, 0, &p->items.w);
		if (seq == 1)
			break;
	}
	return err == WICI_END ? WICI_OK : err;
}

static enum wici_err log_feeds(struct node *n, const struct wici_key *identity,
			       int64_t feed, int64_t below, struct page *p)
{
	size_t count;
	int64_t *feeds = find_feeds(n, identity, &count);
	enum wici_err err = WICI_OK;

	for (size_t i = 0; !err && i < count && !p->next[0]; i++) {
		bool is_first = feeds[i] == feed;

		if (feed && feeds[i] > feed)
			continue; /* Newest first: those pages are past. */
		if (page_is_full(p)) {
			/* From the end of this feed on. */
			(void)snprintf(p->next, sizeof(p->next),
				       "%lld:" SEQ_END, (long long)feeds[i]);
			break;
		}
		err = log_feed(n, feeds[i], is_first ? (uint64_t)below : 0, p);
	}
	free(feeds);
	return err;
}

static enum wici_err log_list(struct call *call)
{
	struct wici_key identity;
	struct page p;
	int64_t feed;
	int64_t below;
	enum wici_err err = page_take_after(call, &feed, &below);

	if (err)
		return err;
	page_init(&p, call);
	if (method_key(call, "institution", &identity))
		err = log_feeds(call->node, &identity, feed, below, &p);
	else
		err = log_all(call->node, below, &p);
	page_end(&p, call->result);
	return err;
}

const struct method methods_list[] = {
	{.name = "record.list",
	 .only_asks = true,
	 .params = list_params,
	 .needs_index = true,
	 .function = record_list_method},
	{.name = "log.list",
	 .only_asks = true,
	 .params = log_params,
	 .function = log_list},
	{.name = NULL},
};
