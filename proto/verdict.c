/* proto/verdict.c — The verdict: each check in its place, then the first of
 * the statuses that holds. */
#include "proto/verdict.h"

#include "proto/day.h"
#include "proto/require.h"

static const struct {
	const char *name;
	int exit;
} statuses[] = {
#define X(name, exit) {#name, exit},
	WICI_STATUSES(X)
#undef X
};

const char *wici_status_name(enum wici_status s)
{
	WICI_REQUIRE((size_t)s < sizeof(statuses) / sizeof(statuses[0]));
	return statuses[s].name;
}

int wici_status_exit(enum wici_status s)
{
	WICI_REQUIRE((size_t)s < sizeof(statuses) / sizeof(statuses[0]));
	return statuses[s].exit;
}

static struct wici_check *add(struct wici_verdict *v, const char *name, bool ok)
{
	struct wici_check *check;

	WICI_REQUIRE(v->checks_count < WICI_CHECKS_MAX);
	check = &v->checks[v->checks_count++];
	check->name = name;
	check->ok = ok;
	return check;
}

/* Appends; every detail is shorter than its 64 bytes by far. */
static void detail(struct wici_check *check, const char *s)
{
	size_t at = strlen(check->detail);
	size_t len = strlen(s);

	WICI_REQUIRE(at + len < sizeof(check->detail));
	memcpy(check->detail + at, s, len + 1);
}

static void detail_day(struct wici_check *check, int32_t day)
{
	char text[11];

	wici_day_format(text, day);
	detail(check, text);
}

void wici_verdict_add(struct wici_verdict *v, const char *name, bool ok,
		      const char *text)
{
	detail(add(v, name, ok), text);
}

static bool is_signed(const struct wici_certificate *c,
		      const struct wici_question *q)
{
	return q->signature_ok && c->asked->standing != WICI_VOID_SIG;
}

static bool has(const struct wici_when *when)
{
	return when->text.p != NULL;
}

static bool is_early(const struct wici_certificate *c, int32_t on_day)
{
	return has(&c->terms.valid_from) && on_day < c->terms.valid_from.first;
}

static bool is_late(const struct wici_certificate *c, int32_t on_day)
{
	return has(&c->terms.valid_until) && on_day > c->terms.valid_until.last;
}

static bool is_dated(const struct wici_certificate *c)
{
	return has(&c->terms.valid_from) && has(&c->terms.valid_until);
}

static bool is_list_fresh(const struct wici_roster *r, int32_t today)
{
	return r->has_expires && today <= r->expires.last;
}

/* Where the issuer's word is not one: NULL when it is. */
static const char *dispute_of(const struct wici_certificate *c,
			      const struct wici_roster *r,
			      const struct wici_question *q)
{
	if (r->is_forked)
		return "root_fork";
	if (q->is_disputed || c->grant->standing == WICI_VOID_AHEAD)
		return "issuing_feed";
	return NULL;
}

/* Does the beacon say worse than the acts explain, on whatever day? */
static bool is_worse(const struct wici_certificate *c,
		     const struct wici_fresh *f)
{
	return f->is_covered &&
	       f->said >
		       wici_certificate_worst(c, wici_day_warsaw(f->beacon_ms));
}

/* PROTOCOL §5.10: "Where beacon and acts disagree the worse counts" — what the
 * beacon says holds for every day: it does not say since when. */
static void take_beacon(struct wici_verdict *v,
			const struct wici_certificate *c,
			const struct wici_fresh *f)
{
	if (!f || f->is_before || f->said <= v->on.state || !is_worse(c, f))
		return;
	v->on = (struct wici_certificate_on){.state = f->said};
}

/* Why what is known of the scheme's certificates does not do; "": it does. on:
 * how the certificate stands, by acts and beacon. */
static const char *beacon_code(const struct wici_certificate *c,
			       const struct wici_question *q,
			       const struct wici_certificate_on *on)
{
	const struct wici_fresh *f = q->fresh;

	if (!f)
		return wici_sight_code(WICI_SIGHT_NONE);
	if (f->beacon != WICI_SIGHT_COUNTS)
		return wici_sight_code(f->beacon);
	if (f->is_covered && f->said == WICI_CERT_NONE)
		return "unlisted";
	/* It may be the root's word, which the root has taken back since. */
	if (f->is_before && is_worse(c, f))
		return "before";
	if (!q->is_alone)
		return "";
	if (!f->is_covered)
		return "unlisted";
	/* The beacon tells the worst that is to come: whether an act that is
	 * not in the file has come before nobody knows. */
	if (f->said > on->state)
		return "history";
	/* What came between is not in the file, and may have been taken back. */
	if (q->on_day < wici_day_warsaw(f->beacon_ms) &&
	    (f->is_restored || wici_certificate_is_restored(c)))
		return "history";
	return "";
}

static bool is_stale(const struct wici_certificate *c,
		     const struct wici_roster *r, const struct wici_question *q,
		     const struct wici_certificate_on *on)
{
	return !is_list_fresh(r, q->today) || r->needs_newer ||
	       q->needs_newer || beacon_code(c, q, on)[0] ||
	       !wici_fresh_is(q->fresh);
}

static enum wici_status status_of(const struct wici_certificate *c,
				  const struct wici_roster *r,
				  const struct wici_question *q,
				  const struct wici_certificate_on *on)
{
	if (c->state == WICI_CERT_NONE)
		return WICI_STATUS_NOT_FOUND; /* Nothing that was signed. */
	if (!is_signed(c, q))
		return WICI_STATUS_BAD_SIGNATURE;
	if (!c->issuer)
		return WICI_STATUS_UNKNOWN_ISSUER;
	if (dispute_of(c, r, q))
		return WICI_STATUS_DISPUTED;
	if (on->state == WICI_CERT_REVOKED)
		return WICI_STATUS_REVOKED;
	if (is_early(c, q->on_day))
		return WICI_STATUS_NOT_YET_VALID;
	if (is_late(c, q->on_day))
		return WICI_STATUS_EXPIRED;
	if (on->state == WICI_CERT_SUSPENDED)
		return WICI_STATUS_SUSPENDED;
	if (!is_dated(c))
		return WICI_STATUS_UNDATED;
	if (is_stale(c, r, q, on))
		return WICI_STATUS_STALE;
	return WICI_STATUS_VALID;
}

static void check_dates(struct wici_verdict *v,
			const struct wici_certificate *c)
{
	struct wici_check *check = add(v, "dates",
				       is_dated(c) && !is_early(c, v->on_day) &&
					       !is_late(c, v->on_day));

	if (has(&c->terms.valid_from))
		detail_day(check, c->terms.valid_from.first);
	else
		detail(check, "..");
	detail(check, "/");
	if (has(&c->terms.valid_until))
		detail_day(check, c->terms.valid_until.last);
	else
		detail(check, "..");
}

static void check_roster(struct wici_verdict *v,
			 const struct wici_certificate *c,
			 const struct wici_roster *r,
			 const struct wici_question *q)
{
	const char *dispute = dispute_of(c, r, q);
	struct wici_check *check = add(v, "issuer", c->issuer != NULL);

	detail(check, c->issuer ? c->issuer->scheme : "unknown");
	check = add(v, "issuers_list", is_list_fresh(r, q->today));
	if (r->has_expires)
		detail_day(check, r->expires.last);
	else
		detail(check, "none");
	check = add(v, "dispute", !dispute);
	if (dispute)
		detail(check, dispute);
}

/* The day from which the worst of this state counts, of any act: a later one is
 * told, too. */
static void check_state(struct wici_verdict *v,
			const struct wici_certificate *c, const char *name,
			enum wici_certificate_state state)
{
	struct wici_certificate_on last;
	struct wici_check *check = add(v, name, v->on.state != state);

	wici_certificate_on(c, INT32_MAX, &last);
	if (v->on.state == state && (v->on.act || v->on.by_root))
		detail_day(check, v->on.from);
	else if (v->on.state == state)
		detail(check, "beacon");
	else if (last.state == state)
		detail_day(check, last.from);
}

static void detail_time(struct wici_check *check, int64_t time_ms)
{
	char text[WICI_TIME_LEN + 1];

	wici_time_format(text, time_ms);
	detail(check, text);
}

static void check_beacon(struct wici_verdict *v,
			 const struct wici_certificate *c,
			 const struct wici_question *q)
{
	const char *code = beacon_code(c, q, &v->on);
	struct wici_check *check = add(v, "beacon", !code[0]);

	detail(check, code);
	if (q->fresh && q->fresh->beacon_ms) {
		if (code[0])
			detail(check, " ");
		detail_time(check, q->fresh->beacon_ms);
	}
}

/* At most WICI_WITNESSES_MAX. */
static void detail_count(struct wici_check *check, uint64_t count)
{
	char text[3] = {(char)('0' + count / 10 % 10),
			(char)('0' + count % 10)};

	detail(check, count < 10 ? text + 1 : text);
}

/* "2/3 2026-11-29T12:00:00.000Z", "1/3 split". */
static void check_witness(struct wici_verdict *v, const struct wici_fresh *f)
{
	struct wici_check *check;

	if (f && f->needed == 0)
		return;
	check = add(v, f && f->is_named ? "witness" : "registrar",
		    f && f->witness == WICI_SIGHT_COUNTS);
	if (!f) {
		detail(check, wici_sight_code(WICI_SIGHT_NONE));
		return;
	}
	if (f->is_named) {
		detail_count(check, f->counted);
		detail(check, "/");
		detail_count(check, f->needed);
		detail(check, " ");
	}
	if (check->ok)
		detail_time(check, f->witness_ms);
	else
		detail(check, wici_sight_code(f->witness));
}

static void give_checks(struct wici_verdict *v,
			const struct wici_certificate *c,
			const struct wici_roster *r,
			const struct wici_question *q)
{
	bool is_newer = r->needs_newer || q->needs_newer;

	if (c->state == WICI_CERT_NONE) {
		wici_verdict_add(v, "found", false,
				 c->is_index_used
					 ? wici_standing_name(WICI_VOID_INDEX)
					 : "");
		return;
	}
	(void)add(v, "signature", is_signed(c, q));
	check_roster(v, c, r, q);

	/* Without an issuer no revocation counts but the root's. */
	if (c->issuer || c->by_root)
		check_state(v, c, "revocation", WICI_CERT_REVOKED);
	if (c->issuer)
		check_state(v, c, "suspension", WICI_CERT_SUSPENDED);
	check_dates(v, c);
	if (c->issuer) {
		check_beacon(v, c, q);
		check_witness(v, q->fresh);
	}
	wici_verdict_add(v, "version", !is_newer,
			 is_newer ? "newer_needed" : "");
}

static void say_not_checked(struct wici_verdict *v,
			    const struct wici_question *q)
{
	size_t count = 0;

	if (!q->fresh || !q->fresh->is_named || q->fresh->needed == 0)
		v->not_checked[count++] = "witness";
	if (q->is_alone)
		v->not_checked[count++] = "chain";
}

void wici_verdict_give(struct wici_verdict *v, const struct wici_certificate *c,
		       const struct wici_roster *r,
		       const struct wici_question *q)
{
	memset(v, 0, sizeof(*v));
	v->on_day = q->on_day;
	v->issuer = c->issuer;
	wici_certificate_on(c, q->on_day, &v->on);
	if (c->issuer)
		take_beacon(v, c, q->fresh);
	if (q->fresh) {
		v->as_of_ms = q->fresh->as_of_ms;
		v->existed_ms = q->fresh->existed_ms;
	}
	v->status = status_of(c, r, q, &v->on);
	say_not_checked(v, q);
	give_checks(v, c, r, q);
}
