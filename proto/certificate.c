/* proto/certificate.c — What the acts about one certificate amount to.
 *
 * Only acts of the issuer that stands at the grant's scheme get as far as the
 * moves: what anybody else writes about a certificate cannot disturb their
 * order, nor hold it up. */
#include "proto/certificate.h"

#include "proto/day.h"

/*     NONE ──grant──> GRANTED ──revoke──> REVOKED     */
static const struct wici_move moves[] = {
	{WICI_CERT_NONE, WICI_KIND_CERTIFICATE_GRANT, WICI_CERT_GRANTED},
	{WICI_CERT_GRANTED, WICI_KIND_CERTIFICATE_REVOKE, WICI_CERT_REVOKED},
	{.kind = 0},
};

/* Has it a body that its kind's fields can be read from? */
static bool does_fit(const struct wici_kind *kind, const struct wici_act *a)
{
	struct wici_problem problem;

	return a->kind == kind->number && a->standing != WICI_VOID_BODY &&
	       a->standing != WICI_ERASED &&
	       wici_kind_check(kind, a->body, &problem) == WICI_OK;
}

static void swap(struct wici_act *a, struct wici_act *b)
{
	struct wici_act t = *a;

	*a = *b;
	*b = t;
}

/* Brings the grant to the front. Of several (a caller's mistake) the lowest
 * id, so that it is at least the same one everywhere. */
static bool find_grant(struct wici_act *acts, size_t n)
{
	struct wici_act *grant = NULL;

	for (size_t i = 0; i < n; i++) {
		if (!does_fit(&wici_kind_certificate_grant, &acts[i]))
			continue;
		if (!grant ||
		    memcmp(acts[i].id.b, grant->id.b, WICI_ID_LEN) < 0)
			grant = &acts[i];
	}
	if (!grant)
		return false;
	swap(grant, &acts[0]);
	return true;
}

/* What stands in no issuing feed of the scheme does not count. */
static void judge_right(const struct wici_roster *r, struct wici_act *a,
			struct wici_bytes scheme)
{
	if (a->standing == WICI_COUNTS &&
	    !wici_roster_issuer(r, &a->feed, a->seq, scheme))
		a->standing = WICI_VOID_RIGHT;
}

/* Gathers behind acts[0 … from) those of the kind that answer one of them;
 * returns how many there are then. No more than can be sorted: an issuer that
 * revokes 256 times has revoked. */
static size_t gather(struct wici_act *acts, size_t from, size_t n,
		     const struct wici_kind *kind)
{
	size_t to = from;

	for (size_t i = from; i < n; i++) {
		bool is_answer = false;

		if (to >= WICI_ACTS_MAX || acts[i].standing != WICI_COUNTS ||
		    !does_fit(kind, &acts[i]))
			continue;
		for (size_t j = 0; j < from && !is_answer; j++)
			is_answer = wici_id_equal(&acts[i].after, &acts[j].id);
		if (is_answer)
			swap(&acts[i], &acts[to++]);
	}
	return to;
}

/* What an act answers, by its own body: the order must not depend on what the
 * caller put there. */
static void set_after(struct wici_act *a)
{
	struct wici_revoke_body revoke;
	struct wici_reason_body reason;

	if (does_fit(&wici_kind_certificate_grant, a)) {
		memset(&a->after, 0, sizeof(a->after));
	} else if (does_fit(&wici_kind_certificate_revoke, a)) {
		wici_kind_read(&wici_kind_certificate_revoke, a->body, &revoke);
		a->after = revoke.certificate;
	} else if (does_fit(&wici_kind_certificate_reason, a)) {
		wici_kind_read(&wici_kind_certificate_reason, a->body, &reason);
		a->after = reason.revocation;
	}
}

static void take_revocation(struct wici_certificate *c,
			    const struct wici_act *a)
{
	struct wici_revoke_body body;
	int32_t day = wici_day_warsaw(a->time_ms);

	wici_kind_read(&wici_kind_certificate_revoke, a->body, &body);
	c->revoke = a;
	c->revoked_from = body.effective;
	/* PROTOCOL §5.4: "may name the day from which it counts, else the day
	 * of its time_ms in Poland counts" */
	if (!body.effective.text.p)
		c->revoked_from = (struct wici_when){.first = day, .last = day};
}

/* The last one stands: a reason may be put better, or once more after an
 * erasure. */
static void take_reason(struct wici_certificate *c, struct wici_act *a,
			struct wici_act **shown)
{
	struct wici_reason_body body;

	if (!c->revoke || !wici_id_equal(&a->after, &c->revoke->id)) {
		a->why = "not_allowed";
		return;
	}
	if (*shown) {
		(*shown)->is_effective = false;
		(*shown)->why = "superseded";
	}
	wici_kind_read(&wici_kind_certificate_reason, a->body, &body);
	a->is_effective = true;
	a->why = NULL;
	c->reason = a;
	c->reason_text = body.text;
	*shown = a;
}

static void take_acts(struct wici_certificate *c, struct wici_act *acts,
		      size_t n)
{
	struct wici_act *reason = NULL;

	for (size_t i = 0; i < n; i++) {
		if (acts[i].kind == WICI_KIND_CERTIFICATE_REVOKE) {
			if (acts[i].is_effective)
				take_revocation(c, &acts[i]);
			else
				acts[i].why = "already_revoked";
		}
	}
	for (size_t i = 0; i < n; i++) {
		if (acts[i].kind == WICI_KIND_CERTIFICATE_REASON)
			take_reason(c, &acts[i], &reason);
	}
}

static void set_why(struct wici_act *acts, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		acts[i].is_effective = false;
		acts[i].why = acts[i].standing == WICI_COUNTS
				      ? "not_allowed"
				      : wici_standing_name(acts[i].standing);
	}
}

/* A bad signature says nothing of who is named as the issuer; nor does it
 * that the chain held has not come as far as it should. */
static bool has_issuer(const struct wici_act *grant)
{
	return grant->standing == WICI_COUNTS ||
	       grant->standing == WICI_VOID_SIG ||
	       grant->standing == WICI_VOID_AHEAD;
}

/* PROTOCOL §5.3: "What the root revoked (op 16) is revoked whatever the issuer
 * says, until a later change lifts it." */
static void take_root(struct wici_certificate *c, const struct wici_roster *r)
{
	const struct wici_root_revocation *revocation =
		wici_roster_revocation(r, &c->grant->id);

	if (!revocation)
		return;
	c->state = WICI_CERT_REVOKED;
	c->by_root = true;
	c->revoked_from = (struct wici_when){.first = revocation->effective,
					     .last = revocation->effective};
}

enum wici_err wici_certificate_place(const struct wici_roster *r,
				     struct wici_bytes scheme, size_t i,
				     struct wici_head *last)
{
	const struct wici_issuer *issuer = NULL;

	for (size_t j = 0; j < r->issuers_count && !issuer; j++)
		if (wici_bytes_is(scheme, r->issuers[j].scheme))
			issuer = &r->issuers[j];
	if (!issuer || i > issuer->closed_count)
		return WICI_END;
	if (i < issuer->closed_count) {
		*last = issuer->closed[i].cut;
		return WICI_OK;
	}
	*last = issuer->at;
	last->seq = WICI_SEQ_MAX; /* It goes on. */
	return WICI_OK;
}

void wici_certificate_fold(struct wici_certificate *c,
			   const struct wici_roster *r, struct wici_act *acts,
			   size_t n)
{
	size_t m = 1;

	memset(c, 0, sizeof(*c));
	for (size_t i = 0; i < n; i++)
		set_after(&acts[i]);
	if (!find_grant(acts, n)) {
		set_why(acts, n);
		return;
	}
	if (acts[0].standing == WICI_VOID_INDEX) {
		c->is_index_used = true;
		set_why(acts, n);
		return;
	}
	wici_kind_read(&wici_kind_certificate_grant, acts[0].body, &c->terms);
	for (size_t i = 0; i < n; i++)
		judge_right(r, &acts[i], c->terms.scheme);
	set_why(acts, n);

	c->state = WICI_CERT_GRANTED;
	c->grant = &acts[0];
	if (has_issuer(&acts[0]))
		c->issuer = wici_roster_issuer(r, &acts[0].feed, acts[0].seq,
					       c->terms.scheme);
	if (acts[0].standing == WICI_COUNTS) {
		m = gather(acts, m, n, &wici_kind_certificate_revoke);
		m = gather(acts, m, n, &wici_kind_certificate_reason);

		/* The grant stays first: the others answer it, or one that
		 * does. */
		c->state = (enum wici_certificate_state)wici_fold_moves(acts, m,
									moves);
		take_acts(c, acts, m);
	}
	take_root(c, r);
}
