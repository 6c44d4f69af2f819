/* daemon/waiting.c — What ends soon, and what was written twice. */
#include "daemon/waiting.h"

#include "daemon/cert_answer.h"
#include "daemon/feeds.h"
#include "daemon/find.h"
#include "daemon/growing.h"
#include "daemon/refs.h"
#include "daemon/store/record.h"
#include "daemon/view.h"
#include "proto/day.h"
#include "proto/kinds.h"
#include "proto/kinds/certificate.h"

#include <stdlib.h>

#define EDITED_SEEN_MAX 500u /* Own records looked at: the newest. */
#define TIPS_MAX        16u
#define OF_ISSUER_MAX   1000u /* Certificates that one feed grants it. */

struct list {
	struct growing items;
	uint32_t count;
};

static void write_list(struct wici_mp_writer *w, const char *name,
		       struct list *list)
{
	wici_mp_str(w, name);
	wici_mp_array(w, list->count);
	w->overflow |= list->items.w.overflow;
	wici_mp_raw(w, growing_bytes(&list->items));
	growing_clear(&list->items);
}

/* --- certificates ------------------------------------------------------------- */

/* Does it end within the days, and hold until then? What a verdict cannot
 * confirm today may well hold. */
static bool is_ending(const struct node *n, const struct cert_answer *a)
{
	const struct wici_certificate *c = &a->certificate.folded;
	int32_t today = wici_day_warsaw(n->now.wall_ms);
	int32_t last = c->terms.valid_until.last;
	int code = wici_status_exit(a->is.verdict.status);

	return c->issuer && c->grant == c->asked &&
	       c->grant->standing == WICI_COUNTS &&
	       c->terms.valid_until.text.p && last >= today &&
	       last <= today + WAITING_EXPIRING_DAYS &&
	       (code == 0 || code == 7);
}

static enum wici_err take_grant(struct node *n, int64_t entry,
				struct list *list)
{
	struct certificates_question q = cert_today(n);
	struct cert_answer a = {.certificate = {.grant_n = 0}};
	struct record_row record;
	enum wici_err err = record_get(n->store, entry, &record);

	if (err || record.kind != WICI_KIND_CERTIFICATE_GRANT)
		return err == WICI_NOT_FOUND ? WICI_OK : err;
	err = cert_answer_load(n, entry, &q, &a);
	if (!err && is_ending(n, &a)) {
		list->count++;
		cert_answer_row(&list->items.w, n, &a);
	}
	cert_answer_clear(&a);
	return err == WICI_NOT_FOUND ? WICI_OK : err;
}

static enum wici_err take_granted_by(struct node *n,
				     const struct wici_key *feed, uint32_t max,
				     struct list *list)
{
	struct refs_found found = {.each_max = OF_ISSUER_MAX};
	struct wici_id to;
	enum wici_err err;

	memcpy(to.b, node_identity(n)->b, WICI_ID_LEN);
	err = refs_ask_feed(n, &to, WICI_ABOUT, feed, &found);
	for (size_t i = found.count; !err && i > 0 && list->count < max; i--)
		err = take_grant(n, found.ns[i - 1], list);
	free(found.ns);
	return err;
}

/* Asked feed by feed of those that issue, or did: whatever others write about
 * this institution costs nothing. */
enum wici_err waiting_expiring(struct wici_mp_writer *w, struct node *n,
			       uint32_t max)
{
	const struct wici_roster *r = &n->roster;
	struct list list = {.count = 0};
	enum wici_err err = WICI_OK;

	growing_init(&list.items, GROWING_LEN_MAX);
	for (size_t i = 0; !err && i < r->issuers_count; i++) {
		const struct wici_issuer *issuer = &r->issuers[i];

		err = take_granted_by(n, &issuer->at.feed, max, &list);
		for (size_t k = 0; !err && k < issuer->closed_count; k++)
			err = take_granted_by(n, &issuer->closed[k].cut.feed,
					      max, &list);
	}
	write_list(w, "expiring", &list);
	return err;
}

/* --- records written twice ------------------------------------------------------ */

struct tips {
	struct wici_id ids[TIPS_MAX];
	uint32_t count;
};

/* Those of this institution's that replace the record and are replaced by
 * nothing themselves. */
static enum wici_err find_tips(struct node *n, const struct wici_id *of,
			       uint16_t kind, struct tips *tips)
{
	struct refs_asked q = {.to = of, .flag = WICI_SUPERSEDES};
	struct refs_by by = {.whose = {*node_identity(n)},
			     .whose_count = 1,
			     .found.each_max = TIPS_MAX};
	enum wici_err err = refs_ask_by(n, &q, &by);

	tips->count = 0;
	for (size_t i = 0; !err && i < by.found.count && tips->count < TIPS_MAX;
	     i++) {
		struct entry_row row;

		err = entry_get(n->store, by.found.ns[i], &row);
		if (!err && row.entry.header.kind == kind &&
		    view_standing(n, &row) == WICI_COUNTS &&
		    !view_is_superseded(n, &row))
			tips->ids[tips->count++] = row.id;
	}
	free(by.found.ns);
	return err;
}

static bool is_first(const struct tips *tips, const struct wici_id *id)
{
	return tips->count > 1 && wici_id_equal(&tips->ids[0], id);
}

/* One of the own records: told of when it is the first of several that replace
 * the same, so once. */
static enum wici_err take_edit(struct node *n, int64_t entry, struct list *list)
{
	const struct wici_kind *kind;
	struct wici_bytes old;
	struct entry_row row;
	struct tips tips;
	struct wici_id of;
	enum wici_err err = entry_get(n->store, entry, &row);

	if (err)
		return err;
	kind = wici_kind_by_number(row.entry.header.kind);
	if (!kind || view_standing(n, &row) != WICI_COUNTS ||
	    !view_superseded(kind, row.entry.payload, &old) ||
	    old.len != WICI_ID_LEN)
		return WICI_OK;
	memcpy(of.b, old.p, WICI_ID_LEN);
	err = find_tips(n, &of, kind->number, &tips);
	if (err || !is_first(&tips, &row.id))
		return err;
	list->count++;
	wici_mp_map(&list->items.w, 3);
	wici_mp_str(&list->items.w, "id");
	wici_mp_hex(&list->items.w, of.b, WICI_ID_LEN);
	wici_mp_str(&list->items.w, "kind");
	wici_mp_str(&list->items.w, kind->name);
	wici_mp_str(&list->items.w, "tips");
	wici_mp_array(&list->items.w, tips.count);
	for (uint32_t i = 0; i < tips.count; i++)
		wici_mp_hex(&list->items.w, tips.ids[i].b, WICI_ID_LEN);
	return WICI_OK;
}

enum wici_err waiting_edited(struct wici_mp_writer *w, struct node *n,
			     uint32_t max)
{
	struct list list = {.count = 0};
	struct record_filter filter = {.feeds = NULL};
	int64_t *feeds = find_feeds(n, node_identity(n), &filter.feeds_count);
	int64_t *ns = growing_alloc(EDITED_SEEN_MAX * sizeof(*ns));
	size_t count = 0;
	enum wici_err err = WICI_OK;

	growing_init(&list.items, GROWING_LEN_MAX);
	filter.feeds = feeds;
	if (feeds)
		err = record_list(n->store, &filter, ns, EDITED_SEEN_MAX,
				  &count);
	for (size_t i = 0; !err && i < count && list.count < max; i++)
		err = take_edit(n, ns[i], &list);
	free(feeds);
	free(ns);
	write_list(w, "edited", &list);
	return err;
}
