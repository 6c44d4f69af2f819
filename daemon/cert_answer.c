/* daemon/cert_answer.c — From a certificate and its verdict to maps of plain
 * values. */
#include "daemon/cert_answer.h"

#include "daemon/feeds.h"
#include "daemon/find.h"
#include "daemon/view.h"
#include "proto/day.h"
#include "proto/kinds.h"

enum wici_err cert_answer_load(struct node *n, int64_t grant_n,
			       const struct certificates_question *q,
			       struct cert_answer *a)
{
	enum wici_err err = certificates_load(n, grant_n, &a->certificate);

	if (!err)
		err = certificates_verdict(n, &a->certificate, q, &a->is);
	return err;
}

void cert_answer_clear(struct cert_answer *a)
{
	certificates_clear(&a->certificate);
}

struct certificates_question cert_today(const struct node *n)
{
	return (struct certificates_question){
		.on_day = wici_day_warsaw(n->now.wall_ms),
		.age_ms = WICI_FRESH_AGE_MS};
}

static void write_issuer(struct wici_mp_writer *w, const struct node *n,
			 const struct cert_answer *a)
{
	wici_mp_str(w, "issuer");
	if (a->is.verdict.issuer)
		view_author(w, n, &a->is.verdict.issuer->identity);
	else
		wici_mp_nil(w);
}

static void write_line(struct wici_mp_writer *w, const struct cert_answer *a,
		       const char *field)
{
	const struct wici_act *grant = a->certificate.folded.grant;

	wici_mp_str(w, field);
	view_line(w, find_line(grant->body, field));
}

#define ROW_PAIRS 11u

/* The pairs of a row of cert.list. */
static void write_row(struct wici_mp_writer *w, const struct node *n,
		      const struct cert_answer *a)
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
	wici_mp_str(w, wici_status_name(a->is.verdict.status));
	wici_mp_str(w, "as_of");
	view_time(w, a->is.verdict.as_of_ms);
}

/* The day from which an act counts, and when it was published; nulls. */
static void write_act_times(struct wici_mp_writer *w,
			    const struct wici_certificate_on *last,
			    enum wici_certificate_state state,
			    const char *from_key, const char *published_key)
{
	bool is_it = last->state == state;

	wici_mp_str(w, from_key);
	view_day(w, is_it, last->from);
	wici_mp_str(w, published_key);
	view_time(w, is_it && last->act ? last->act->time_ms : 0);
}

static void write_id(struct wici_mp_writer *w, const char *key,
		     const struct wici_id *id)
{
	wici_mp_str(w, key);
	if (wici_is_zero(id->b, WICI_ID_LEN))
		wici_mp_nil(w);
	else
		wici_mp_hex(w, id->b, WICI_ID_LEN);
}

#define FULL_PAIRS (ROW_PAIRS + 13u)

void cert_answer_full(struct wici_mp_writer *w, const struct node *n,
		      const struct cert_answer *a)
{
	const struct wici_certificate *c = &a->certificate.folded;
	bool is_corrected = c->grant != c->asked;
	struct wici_certificate_on last;

	wici_certificate_on(c, INT32_MAX, &last);
	wici_mp_map(w, FULL_PAIRS);
	write_row(w, n, a);
	write_line(w, a, "scheme");
	wici_mp_str(w, "index");
	wici_mp_uint(w, c->terms.index);
	write_line(w, a, "granted_for");
	write_id(w, "previous", &c->terms.previous);
	write_act_times(w, &last, WICI_CERT_REVOKED, "revoked_from",
			"revoked_published");
	write_act_times(w, &last, WICI_CERT_SUSPENDED, "suspended_from",
			"suspended_published");
	wici_mp_str(w, "by_root");
	wici_mp_bool(w, c->by_root);
	wici_mp_str(w, "reason");
	view_line(w, wici_certificate_reason(c, last.act));
	write_id(w, "supersedes", &c->terms.supersedes);
	/* Asked about was an older form of it. */
	wici_mp_str(w, "corrected_on");
	view_time(w, is_corrected ? c->grant->time_ms : 0);
	wici_mp_str(w, "existed_before");
	view_time(w, a->is.verdict.existed_ms);
}

void cert_answer_acts(struct wici_mp_writer *w, const struct node *n,
		      const struct certificate *c)
{
	wici_mp_str(w, "acts");
	wici_mp_array(w, (uint32_t)c->acts.count);
	for (size_t i = 0; i < c->acts.count; i++) {
		const struct wici_act *act = &c->acts.v[i];
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

static void write_witnesses(struct wici_mp_writer *w, const struct node *n,
			    const struct wici_fresh *f)
{
	wici_mp_str(w, "witnesses");
	wici_mp_array(w, (uint32_t)f->witnesses_count);
	for (size_t i = 0; i < f->witnesses_count; i++) {
		const struct wici_witness_sight *sight = &f->witnesses[i];
		const struct feed *feed = feeds_find(&n->feeds, &sight->feed);

		wici_mp_map(w, 5);
		wici_mp_str(w, "feed");
		wici_mp_hex(w, sight->feed.b, WICI_KEY_LEN);
		wici_mp_str(w, "institution");
		if (feed)
			view_author(w, n, &feed->whose);
		else
			wici_mp_nil(w);
		wici_mp_str(w, "time");
		view_time(w, sight->time_ms);
		wici_mp_str(w, "ok");
		wici_mp_bool(w, sight->sight == WICI_SIGHT_COUNTS);
		wici_mp_str(w, "code");
		wici_mp_str(w, wici_sight_code(sight->sight));
	}
}

void cert_answer_row(struct wici_mp_writer *w, const struct node *n,
		     const struct cert_answer *a)
{
	wici_mp_map(w, ROW_PAIRS);
	write_row(w, n, a);
}

void cert_answer_checks(struct wici_mp_writer *w, const struct node *n,
			const struct certificates_answer *a)
{
	write_checks(w, &a->verdict);
	write_witnesses(w, n, &a->fresh);
}
