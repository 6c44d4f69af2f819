/* daemon/method_cert.c — cert.*: certificates, and the answer about one. */
#include "daemon/certificates.h"
#include "daemon/expiring.h"
#include "daemon/feeds.h"
#include "daemon/find.h"
#include "daemon/jws_check.h"
#include "daemon/method_private.h"
#include "daemon/page.h"
#include "proto/day.h"
#include "proto/jws.h"
#include "proto/kinds.h"
#include "proto/kinds/certificate.h"
#include "proto/mp_read.h"

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
static const struct wici_field show_params[] = {
	PARAM_LINE("ref", 500, WICI_REQUIRED),
	PARAM_END,
};
static const struct wici_field verify_params[] = {
	PARAM("on", DAY, .flags = 0),
	/* A QR token may have been pasted with the lines around it. */
	PARAM("ref", TEXT, .len_max = 1000, .flags = WICI_REQUIRED),
	PARAM_END,
};

/* A certificate and what is said of it. */
struct answer {
	struct certificate certificate;
	struct wici_verdict verdict;
};

static enum wici_err answer_load(struct node *n, int64_t grant_n, int32_t on,
				 struct answer *a)
{
	enum wici_err err = certificates_load(n, grant_n, &a->certificate);

	if (!err)
		err = certificates_verdict(n, &a->certificate, on, &a->verdict);
	return err;
}

static void write_issuer(struct wici_mp_writer *w, const struct node *n,
			 const struct answer *a)
{
	wici_mp_str(w, "issuer");
	if (a->verdict.issuer)
		view_author(w, n, &a->verdict.issuer->identity);
	else
		wici_mp_nil(w);
}

static void write_line(struct wici_mp_writer *w, const struct answer *a,
		       const char *field)
{
	const struct wici_act *grant = a->certificate.folded.grant;

	wici_mp_str(w, field);
	view_line(w, find_line(grant->body, field));
}

#define ROW_PAIRS 11u

/* The pairs of a row of cert.list. */
static void write_row(struct wici_mp_writer *w, const struct node *n,
		      const struct answer *a)
{
	const struct wici_certificate *c = &a->certificate.folded;

	wici_mp_str(w, "id");
	wici_mp_hex(w, c->grant->id.b, WICI_ID_LEN);
	write_line(w, a, "number");
	write_line(w, a, "name");
	wici_mp_str(w, "holder");
	view_author(w, n, &c->terms.holder);
	write_issuer(w, n, a);
	write_line(w, a, "valid_from");
	write_line(w, a, "valid_until");
	write_line(w, a, "valid_years_text");
	write_line(w, a, "granted_on");
	wici_mp_str(w, "verdict");
	wici_mp_str(w, wici_status_name(a->verdict.status));
	wici_mp_str(w, "as_of");
	view_time(w, a->verdict.as_of_ms);
}

#define FULL_PAIRS (ROW_PAIRS + 7u)

static void write_full(struct wici_mp_writer *w, const struct node *n,
		       const struct answer *a)
{
	const struct wici_certificate *c = &a->certificate.folded;

	wici_mp_map(w, FULL_PAIRS);
	write_row(w, n, a);
	write_line(w, a, "scheme");
	wici_mp_str(w, "index");
	wici_mp_uint(w, c->terms.index);
	write_line(w, a, "granted_for");
	wici_mp_str(w, "previous");
	if (wici_is_zero(c->terms.previous.b, WICI_ID_LEN))
		wici_mp_nil(w);
	else
		wici_mp_hex(w, c->terms.previous.b, WICI_ID_LEN);
	wici_mp_str(w, "revoked_from");
	view_day(w, c->state == WICI_CERT_REVOKED, c->revoked_from.first);
	wici_mp_str(w, "by_root");
	wici_mp_bool(w, c->by_root);
	wici_mp_str(w, "reason");
	view_line(w, c->reason_text);
}

static void write_acts(struct wici_mp_writer *w, const struct node *n,
		       const struct certificate *c)
{
	wici_mp_str(w, "acts");
	wici_mp_array(w, (uint32_t)c->count);
	for (size_t i = 0; i < c->count; i++) {
		const struct wici_act *act = &c->acts[i];
		const struct wici_kind *kind = wici_kind_by_number(act->kind);
		bool can_show = act->standing != WICI_VOID_BODY &&
				act->standing != WICI_ERASED;

		wici_mp_map(w, 7);
		wici_mp_str(w, "id");
		wici_mp_hex(w, act->id.b, WICI_ID_LEN);
		wici_mp_str(w, "kind");
		wici_mp_str(w, kind ? kind->name : "");
		wici_mp_str(w, "author");
		view_author(w, n, &act->author);
		wici_mp_str(w, "time");
		view_time(w, act->time_ms);
		wici_mp_str(w, "effective");
		wici_mp_bool(w, act->is_effective);
		wici_mp_str(w, "why");
		view_line(w, wici_bytes_str(act->why ? act->why : ""));
		wici_mp_str(w, "body");
		if (can_show && act->body.len)
			view_value(w, act->body);
		else
			wici_mp_map(w, 0);
	}
}

static void write_checks(struct wici_mp_writer *w, const struct wici_verdict *v)
{
	uint32_t count = 0;

	wici_mp_str(w, "checks");
	wici_mp_array(w, (uint32_t)v->checks_count);
	for (size_t i = 0; i < v->checks_count; i++) {
		wici_mp_map(w, 3);
		wici_mp_str(w, "name");
		wici_mp_str(w, v->checks[i].name);
		wici_mp_str(w, "ok");
		wici_mp_bool(w, v->checks[i].ok);
		wici_mp_str(w, "detail");
		wici_mp_str(w, v->checks[i].detail);
	}
	while (v->not_checked[count])
		count++;
	wici_mp_str(w, "not_checked");
	wici_mp_array(w, count);
	for (uint32_t i = 0; i < count; i++)
		wici_mp_str(w, v->not_checked[i]);
}

static void write_verdict(struct call *call, const struct answer *a)
{
	struct wici_mp_writer *w = call->result;
	bool is_found = a->certificate.folded.state != WICI_CERT_NONE;

	wici_mp_map(w, 6);
	wici_mp_str(w, "verdict");
	wici_mp_str(w, wici_status_name(a->verdict.status));
	wici_mp_str(w, "as_of");
	view_time(w, a->verdict.as_of_ms);
	wici_mp_str(w, "on");
	view_day(w, true, a->verdict.on_day);
	wici_mp_str(w, "certificate");
	if (is_found)
		write_full(w, call->node, a);
	else
		wici_mp_nil(w);
	write_checks(w, &a->verdict);
}

/* What "ref" names; the fault says what does not match. */
enum wici_err method_find_certificate(struct call *call, int64_t *grant_n)
{
	struct wici_bytes ref;
	enum wici_err err;

	(void)method_str(call, "ref", &ref);
	if (!call->node->has_network)
		err = WICI_NOT_FOUND;
	else
		err = certificates_find(call->node, ref, grant_n, &call->fault);
	return method_lost(call, err, "ref", ref);
}

static void not_found(struct call *call, int32_t on, struct answer *a)
{
	const struct wici_question q = {.on_day = on, .today = on};
	struct wici_certificate none = {.state = WICI_CERT_NONE};

	fault_clear(&call->fault);
	memset(a, 0, sizeof(*a));
	wici_verdict_give(&a->verdict, &none, &call->node->roster, &q);
}

static enum wici_err verify_ref(struct call *call, int32_t on, struct answer *a)
{
	struct node *n = call->node;
	struct wici_bytes ref;
	int64_t grant_n;
	enum wici_err err;

	(void)method_str(call, "ref", &ref);
	if (wici_jws_is_meant(ref))
		return jws_check(n, ref, on, &a->certificate, &a->verdict);
	err = method_find_certificate(call, &grant_n);
	return err ? err : answer_load(n, grant_n, on, a);
}

static enum wici_err cert_verify(struct call *call)
{
	struct node *n = call->node;
	int32_t on = method_day(call, "on", wici_day_warsaw(n->now.wall_ms));
	struct answer a = {.verdict = {.on_day = on}};
	enum wici_err err = verify_ref(call, on, &a);

	if (err == WICI_NOT_FOUND) { /* An answer, and no error. */
		certificates_clear(&a.certificate);
		not_found(call, on, &a);
		err = WICI_OK;
	}
	if (!err)
		write_verdict(call, &a);
	certificates_clear(&a.certificate);
	return err;
}

static enum wici_err cert_show(struct call *call)
{
	struct node *n = call->node;
	struct wici_mp_writer *w = call->result;
	struct answer a = {.verdict = {.on_day = 0}};
	struct wici_bytes ref;
	int64_t grant_n;
	enum wici_err err = method_find_certificate(call, &grant_n);

	if (!err) {
		(void)method_str(call, "ref", &ref);
		err = answer_load(n, grant_n, wici_day_warsaw(n->now.wall_ms),
				  &a);
		if (!err && a.certificate.folded.state == WICI_CERT_NONE)
			err = WICI_NOT_FOUND; /* `wici record` shows it. */
		err = method_lost(call, err, "ref", ref);
	}
	if (!err) {
		wici_mp_map(w, 3);
		wici_mp_str(w, "certificate");
		write_full(w, n, &a);
		wici_mp_str(w, "verdict");
		wici_mp_str(w, wici_status_name(a.verdict.status));
		write_acts(w, n, &a.certificate);
	}
	certificates_clear(&a.certificate);
	return err;
}

/* Grants that count, of this holder (NULL: anybody); the void ones, and those
 * that were corrected, are for `log`. */
static enum wici_err show_grant(struct page *p, int64_t entry, const void *arg)
{
	const struct wici_key *holder = arg;
	struct node *n = p->node;
	struct answer a = {.verdict = {.on_day = 0}};
	struct record_row record;
	struct entry_row row;
	enum wici_err err = record_get(n->store, entry, &record);

	if (err || (holder && !wici_key_equal(holder, &record.about)))
		return err;
	err = entry_get(n->store, entry, &row);
	if (err || view_is_superseded(n, &row))
		return err;
	err = answer_load(n, entry, wici_day_warsaw(n->now.wall_ms), &a);
	if (!err && a.certificate.folded.issuer &&
	    a.certificate.folded.grant->standing == WICI_COUNTS) {
		p->count++;
		wici_mp_map(&p->items.w, ROW_PAIRS);
		write_row(&p->items.w, n, &a);
	}
	certificates_clear(&a.certificate);
	return err == WICI_NOT_FOUND ? WICI_OK : err;
}

/* Is it in force that day, as far as can be told? */
static bool is_in_force(const struct answer *a)
{
	return a->certificate.folded.issuer &&
	       a->certificate.folded.grant->standing == WICI_COUNTS &&
	       (wici_status_exit(a->verdict.status) == 0 ||
		wici_status_exit(a->verdict.status) == 7);
}

/* *more: it belongs on the page, which is full. */
static enum wici_err show_expiring(struct page *p, int64_t entry, bool *more)
{
	struct node *n = p->node;
	struct answer a = {.verdict = {.on_day = 0}};
	struct entry_row row;
	enum wici_err err = entry_get(n->store, entry, &row);

	if (err || view_is_superseded(n, &row))
		return err;
	err = answer_load(n, entry, wici_day_warsaw(n->now.wall_ms), &a);
	if (!err && is_in_force(&a)) {
		*more = page_is_full(p);
		if (!*more) {
			p->count++;
			wici_mp_map(&p->items.w, ROW_PAIRS);
			write_row(&p->items.w, n, &a);
		}
	}
	certificates_clear(&a.certificate);
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
	span.until = today + (int32_t)(days < EXPIRING_DAYS ? days
							    : EXPIRING_DAYS);
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

const struct method methods_cert[] = {
	{.name = "cert.list",
	 .params = list_params,
	 .needs_index = true,
	 .function = cert_list},
	{.name = "cert.show",
	 .params = show_params,
	 .needs_index = true,
	 .function = cert_show},
	{.name = "cert.verify",
	 .params = verify_params,
	 .needs_index = true,
	 .function = cert_verify},
	{.name = NULL},
};
