/* daemon/method_cert_list.c — cert.list: certificates, the newest first; or
 * those about to end, the soonest first. */
#include "daemon/cert_answer.h"
#include "daemon/expiring.h"
#include "daemon/feeds.h"
#include "daemon/method_private.h"
#include "daemon/page.h"
#include "daemon/store/record.h"
#include "proto/day.h"
#include "proto/kinds/certificate.h"

#include <stdio.h>
#include <stdlib.h>

#define LIST_SEEN_MAX 2000u
#define EXPIRING_DAYS 36600u /* A hundred years are "whenever". */

static const struct wici_field list_params[] = {
	PARAM_PAGE,
	PARAM("expiring", UINT, .flags = 0),
	PARAM("holder", MEMBER, .flags = 0),
	PARAM_END,
};
/* Does it count, and was not corrected: then its correction is shown. */
static bool is_shown(const struct wici_certificate *c)
{
	return c->issuer && c->grant == c->asked &&
	       c->grant->standing == WICI_COUNTS;
}

/* Grants that count, of this holder (NULL: anybody); the void ones, and those
 * that were corrected, are for `log`. */
static enum wici_err show_grant(struct page *p, int64_t entry, const void *arg)
{
	const struct wici_key *holder = arg;
	struct node *n = p->node;
	struct certificates_question q = cert_today(n);
	struct cert_answer a = {.certificate = {.grant_n = 0}};
	struct record_row record;
	enum wici_err err = record_get(n->store, entry, &record);

	if (err || (holder && !wici_key_equal(holder, &record.about)))
		return err;
	err = cert_answer_load(n, entry, &q, &a);
	if (!err && is_shown(&a.certificate.folded)) {
		p->count++;
		cert_answer_row(&p->items.w, n, &a);
	}
	cert_answer_clear(&a);
	return err == WICI_NOT_FOUND ? WICI_OK : err;
}

/* Is it in force that day, as far as can be told? */
static bool is_in_force(const struct cert_answer *a)
{
	int code = wici_status_exit(a->is.verdict.status);

	return is_shown(&a->certificate.folded) && (code == 0 || code == 7);
}

/* *more: it belongs on the page, which is full. */
static enum wici_err show_expiring(struct page *p, int64_t entry, bool *more)
{
	struct node *n = p->node;
	struct certificates_question q = cert_today(n);
	struct cert_answer a = {.certificate = {.grant_n = 0}};
	enum wici_err err = cert_answer_load(n, entry, &q, &a);

	if (!err && is_in_force(&a)) {
		*more = page_is_full(p);
		if (!*more) {
			p->count++;
			cert_answer_row(&p->items.w, n, &a);
		}
	}
	cert_answer_clear(&a);
	return err == WICI_NOT_FOUND ? WICI_OK : err;
}

/* Where the page ended is said as "DAY:ENTRY", of the last one looked at. */
static enum wici_err fill_expiring(struct page *p, const struct expiring *rows,
				   size_t count, const struct expiring *after)
{
	const struct expiring *last = NULL;
	enum wici_err err = WICI_OK;
	bool more = false;
	uint32_t seen = 0;

	for (size_t i = 0; !err && i < count; i++) {
		if (rows[i].last < after->last ||
		    (rows[i].last == after->last && rows[i].n <= after->n))
			continue;
		more = seen++ >= LIST_SEEN_MAX;
		if (!more)
			err = show_expiring(p, rows[i].n, &more);
		if (more)
			break;
		last = &rows[i];
	}
	if (!err && more && last)
		(void)snprintf(p->next, sizeof(p->next), "%d:%lld",
			       (int)last->last, (long long)last->n);
	return err;
}

static enum wici_err list_expiring(struct call *call, struct page *p,
				   struct record_filter *filter,
				   const struct wici_key *holder)
{
	int32_t today = wici_day_warsaw(call->node->now.wall_ms);
	uint64_t days = method_uint(call, "expiring", 0);
	struct expiring_span span = {.from = today, .holder = holder};
	struct expiring after = {0, 0};
	struct expiring *rows = NULL;
	size_t count;
	int64_t day;
	enum wici_err err = page_take_after(call, &day, &after.n);

	if (err)
		return err;
	after.last = day > INT32_MAX ? INT32_MAX : (int32_t)day;
	span.until =
		today + (int32_t)(days < EXPIRING_DAYS ? days : EXPIRING_DAYS);
	filter->below = 0;
	err = expiring_find(call->node, *filter, &span, &rows, &count);
	if (err == WICI_TOO_LARGE)
		(void)method_refuse(call, err,
				    "there are too many certificates here for "
				    "a list by their last day");
	if (!err)
		err = fill_expiring(p, rows, count, &after);
	free(rows);
	return err;
}

/* Feeds that issue, or did: grants count nowhere else. */
static int64_t *find_issuing(const struct node *n, size_t *count)
{
	int64_t *ns = growing_alloc(
		(n->roster.issuers_count * (WICI_CLOSED_MAX + 1) + 1) *
		sizeof(*ns));

	*count = 0;
	for (size_t i = 0; i < n->feeds.count; i++) {
		const struct feed *f = n->feeds.by_key[i];

		for (size_t j = 0; j < n->roster.issuers_count; j++) {
			const struct wici_issuer *issuer =
				&n->roster.issuers[j];
			bool is_its =
				wici_key_equal(&issuer->at.feed, &f->row.key);

			for (size_t k = 0; k < issuer->closed_count; k++)
				is_its |= wici_key_equal(
					&issuer->closed[k].cut.feed,
					&f->row.key);
			if (!is_its)
				continue;
			ns[(*count)++] = f->row.n;
			break;
		}
	}
	return ns;
}

static enum wici_err cert_list(struct call *call)
{
	struct record_filter filter = {
		.kind_first = WICI_KIND_CERTIFICATE_GRANT,
		.kind_last = WICI_KIND_CERTIFICATE_GRANT,
	};
	struct wici_key holder;
	bool has_holder = method_key(call, "holder", &holder);
	int64_t *feeds;
	struct page p;
	int64_t feed;
	enum wici_err err = page_take_after(call, &feed, &filter.below);

	if (err)
		return err;
	page_init(&p, call);
	feeds = find_issuing(call->node, &filter.feeds_count);
	filter.feeds = feeds;
	if (filter.feeds_count && method_has(call, "expiring"))
		err = list_expiring(call, &p, &filter,
				    has_holder ? &holder : NULL);
	else if (filter.feeds_count)
		err = page_fill(&p, &filter, LIST_SEEN_MAX, show_grant,
				has_holder ? &holder : NULL);
	free(feeds);
	page_end(&p, call->result);
	return err;
}

const struct method methods_cert_list[] = {
	{.name = "cert.list",
	 .only_asks = true,
	 .params = list_params,
	 .needs_index = true,
	 .function = cert_list},
	{.name = NULL},
};
