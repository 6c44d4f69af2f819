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

static bool is_signed(const struct wici_certificate *c,
		      const struct wici_question *q)
{
	return q->signature_ok && c->grant->standing != WICI_VOID_SIG;
}

static bool has(const struct wici_when *when)
{
	return when->text.p != NULL;
}

/* PROTOCOL §5.7: "A revocation counts from its effective day on." */
static bool is_revoked(const struct wici_certificate *c, int32_t on_day)
{
	return c->state == WICI_CERT_REVOKED && c->revoked_from.first <= on_day;
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

static enum wici_status status_of(const struct wici_certificate *c,
				  const struct wici_roster *r,
				  const struct wici_question *q)
{
	if (c->state == WICI_CERT_NONE)
		return WICI_STATUS_NOT_FOUND; /* Nothing that was signed. */
	if (!is_signed(c, q))
		return WICI_STATUS_BAD_SIGNATURE;
	if (!c->issuer)
		return WICI_STATUS_UNKNOWN_ISSUER;
	if (dispute_of(c, r, q))
		return WICI_STATUS_DISPUTED;
	if (is_revoked(c, q->on_day))
		return WICI_STATUS_REVOKED;
	if (is_early(c, q->on_day))
		return WICI_STATUS_NOT_YET_VALID;
	if (is_late(c, q->on_day))
		return WICI_STATUS_EXPIRED;
	if (!is_dated(c))
		return WICI_STATUS_UNDATED;
	if (!is_list_fresh(r, q->today) || r->needs_newer || q->needs_newer)
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

static void give_checks(struct wici_verdict *v,
			const struct wici_certificate *c,
			const struct wici_roster *r,
			const struct wici_question *q)
{
	struct wici_check *check;
	bool is_newer = r->needs_newer || q->needs_newer;

	if (c->state == WICI_CERT_NONE) {
		check = add(v, "found", false);
		if (c->is_index_used)
			detail(check, wici_standing_name(WICI_VOID_INDEX));
		return;
	}
	(void)add(v, "signature", is_signed(c, q));
	check_roster(v, c, r, q);

	/* Without an issuer no revocation counts but the root's. */
	if (c->issuer || c->by_root) {
		check = add(v, "revocation", !is_revoked(c, q->on_day));
		if (c->state == WICI_CERT_REVOKED)
			detail_day(check, c->revoked_from.first);
	}
	check_dates(v, c);
	check = add(v, "version", !is_newer);
	if (is_newer)
		detail(check, "newer_needed");
}

void wici_verdict_give(struct wici_verdict *v, const struct wici_certificate *c,
		       const struct wici_roster *r,
		       const struct wici_question *q)
{
	memset(v, 0, sizeof(*v));
	v->on_day = q->on_day;
	v->as_of_ms = q->issuing_time_ms;
	v->issuer = c->issuer;
	v->status = status_of(c, r, q);
	v->not_checked[0] = "freshness";
	v->not_checked[1] = "witness";
	give_checks(v, c, r, q);
}
