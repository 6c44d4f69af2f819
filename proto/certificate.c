/* proto/certificate.c — What the acts about one certificate amount to.
 *
 * Only acts of the issuer that stands at the grant's scheme get as far as the
 * moves: what anybody else writes about a certificate cannot disturb their
 * order, nor hold it up. */
#include "proto/certificate.h"

#include "proto/day.h"

/* The drawing in certificate.h; grants after the first correct it. */
#define KIND(name) WICI_KIND_CERTIFICATE_##name
#define MOVE(from_, kind_, to_)                                                \
	{                                                                      \
		.from = WICI_CERT_##from_, .kind = KIND(kind_),                \
		.to = WICI_CERT_##to_                                          \
	}
static const struct wici_move moves[] = {
	MOVE(NONE, GRANT, GRANTED),
	MOVE(GRANTED, GRANT, GRANTED),
	MOVE(SUSPENDED, GRANT, SUSPENDED),
	MOVE(REVOKED, GRANT, REVOKED),
	MOVE(GRANTED, SUSPEND, SUSPENDED),
	MOVE(SUSPENDED, SUSPEND, SUSPENDED),
	MOVE(GRANTED, REVOKE, REVOKED),
	MOVE(SUSPENDED, REVOKE, REVOKED),
	MOVE(REVOKED, REVOKE, REVOKED),
	MOVE(SUSPENDED, REINSTATE, GRANTED),
	MOVE(REVOKED, REINSTATE, GRANTED),
	{.kind = 0},
};

static const struct wici_kind *const kinds[] = {
	&wici_kind_certificate_grant,  &wici_kind_certificate_suspend,
	&wici_kind_certificate_revoke, &wici_kind_certificate_reinstate,
	&wici_kind_certificate_reason,
};

static bool is_grant(const struct wici_act *a)
{
	return a->kind == KIND(GRANT);
}

static bool is_reason(const struct wici_act *a)
{
	return a->kind == KIND(REASON);
}

/* Has it changed the state? */
static bool is_move(const struct wici_act *act)
{
	return act->is_effective && !is_grant(act) && !is_reason(act);
}

/* Has it a body that its kind's fields can be read from? NULL: no. */
static const struct wici_kind *fitting(const struct wici_act *a)
{
	struct wici_problem problem;

	if (a->standing == WICI_VOID_BODY || a->standing == WICI_ERASED)
		return NULL;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (a->kind == kinds[i]->number)
			return wici_kind_check(kinds[i], a->body, &problem)
				       ? NULL
				       : kinds[i];
	}
	return NULL;
}

static void swap(struct wici_act *a, struct wici_act *b)
{
	struct wici_act t = *a;

	*a = *b;
	*b = t;
}

static struct wici_grant_body read_grant(const struct wici_act *a)
{
	struct wici_grant_body body;

	wici_kind_read(&wici_kind_certificate_grant, a->body, &body);
	return body;
}

/* What an act answers, by its own body: the order must not depend on what the
 * caller put there. */
static void set_after(struct wici_act *a)
{
	const struct wici_kind *kind = fitting(a);
	union {
		struct wici_grant_body grant;
		struct wici_revoke_body act;
		struct wici_reason_body reason;
	} body;

	memset(&a->after, 0, sizeof(a->after));
	if (!kind)
		return;
	wici_kind_read(kind, a->body, &body);
	if (is_grant(a))
		a->after = body.grant.supersedes;
	else if (is_reason(a))
		a->after = body.reason.revocation;
	else
		a->after = body.act.certificate;
}

/* PROTOCOL §5.4: "first come the scheme's closed feeds in the order in which the
 * issuers' list names them" — who comes first has the higher rank. */
static uint8_t rank_of(const struct wici_issuer *issuer,
		       const struct wici_act *a)
{
	size_t place = 0;

	while (place < issuer->closed_count &&
	       !wici_key_equal(&issuer->closed[place].cut.feed, &a->feed))
		place++;
	return (uint8_t)(UINT8_MAX - place);
}

/* What stands in no issuing feed of the scheme does not count. */
static void judge_right(const struct wici_roster *r, struct wici_act *a,
			struct wici_bytes scheme)
{
	const struct wici_issuer *issuer =
		wici_roster_issuer(r, &a->feed, a->seq, scheme);

	if (issuer)
		a->rank = rank_of(issuer, a);
	else if (a->standing == WICI_COUNTS)
		a->standing = WICI_VOID_RIGHT;
}

static bool is_among(const struct wici_act *acts, size_t n,
		     const struct wici_id *id)
{
	for (size_t i = 0; i < n; i++)
		if (wici_id_equal(&acts[i].id, id))
			return true;
	return false;
}

/* Does this grant correct one of the first n, or one of them it? */
static bool is_relative(const struct wici_act *acts, size_t n,
			const struct wici_act *a, struct wici_bytes scheme)
{
	if (a->standing != WICI_COUNTS || !is_grant(a) || !fitting(a) ||
	    !wici_bytes_equal(read_grant(a).scheme, scheme))
		return false;
	if (is_among(acts, n, &a->after))
		return true;
	for (size_t i = 0; i < n; i++)
		if (wici_id_equal(&acts[i].after, &a->id))
			return true;
	return false;
}

/* Gathers behind acts[0], which counts, all grants that correct each other;
 * returns how many there are then. */
static size_t gather_grants(struct wici_act *acts, size_t n,
			    struct wici_bytes scheme)
{
	size_t to = 1;
	bool more = true;

	while (more) {
		more = false;
		for (size_t i = to; i < n && to < WICI_ACTS_MAX; i++) {
			if (!is_relative(acts, to, &acts[i], scheme))
				continue;
			swap(&acts[i], &acts[to++]);
			more = true;
		}
	}
	/* What one of them names besides is not of this certificate. */
	for (size_t i = 0; i < to; i++)
		if (!is_among(acts, to, &acts[i].after))
			memset(&acts[i].after, 0, sizeof(acts[i].after));
	return to;
}

/* Gathers behind acts[0 … from) those that answer one of them; returns how many
 * there are then. No more than can be sorted: an issuer that revokes 256 times
 * has revoked. */
static size_t gather(struct wici_act *acts, size_t from, size_t n, bool reasons)
{
	size_t to = from;

	for (size_t i = from; i < n && to < WICI_ACTS_MAX; i++) {
		if (acts[i].standing == WICI_COUNTS && !is_grant(&acts[i]) &&
		    is_reason(&acts[i]) == reasons && fitting(&acts[i]) &&
		    is_among(acts, from, &acts[i].after))
			swap(&acts[i], &acts[to++]);
	}
	return to;
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

static enum wici_certificate_state state_after(const struct wici_act *act)
{
	switch (act->kind) {
	case KIND(REVOKE):
		return WICI_CERT_REVOKED;
	case KIND(SUSPEND):
		return WICI_CERT_SUSPENDED;
	default:
		return WICI_CERT_GRANTED;
	}
}

/* PROTOCOL §5.4: "A second revocation or suspension is without effect, unless it
 * counts from an earlier day" */
static void refuse_repeated(struct wici_act *acts, size_t n)
{
	enum wici_certificate_state state = WICI_CERT_GRANTED;
	int32_t since = 0;

	for (size_t i = 0; i < n; i++) {
		enum wici_certificate_state to = state_after(&acts[i]);
		int32_t from;

		if (!is_move(&acts[i]))
			continue;
		from = wici_certificate_from(&acts[i]);
		if (to == state && to != WICI_CERT_GRANTED && from >= since) {
			acts[i].is_effective = false;
			acts[i].why = to == WICI_CERT_REVOKED
					      ? "already_revoked"
					      : "not_allowed";
			continue;
		}
		state = to;
		since = from;
	}
}

/* Of what names one act the last stands: a reason may be put better, or once
 * more after an erasure. */
static void take_reasons(struct wici_act *acts, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct wici_act *later = NULL;
		const struct wici_act *of = NULL;

		if (!is_reason(&acts[i]))
			continue;
		for (size_t j = 0; j < n; j++) {
			if (wici_id_equal(&acts[j].id, &acts[i].after))
				of = &acts[j];
			else if (j > i && is_reason(&acts[j]) &&
				 wici_id_equal(&acts[j].after, &acts[i].after))
				later = &acts[j];
		}
		acts[i].is_effective = of && is_move(of) && !later;
		acts[i].why = acts[i].is_effective ? NULL
			      : later              ? "superseded"
						   : "not_allowed";
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
 * says, until a later change lifts it." Of several grants the first day. */
static void take_root(struct wici_certificate *c, const struct wici_roster *r)
{
	for (size_t i = 0; i < c->acts_count; i++) {
		const struct wici_root_revocation *row =
			is_grant(&c->acts[i])
				? wici_roster_revocation(r, &c->acts[i].id)
				: NULL;

		if (!row || (c->by_root && c->root_from <= row->effective))
			continue;
		c->by_root = true;
		c->root_from = row->effective;
	}
	if (c->by_root)
		c->state = WICI_CERT_REVOKED;
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

/* Brings the grant that is asked about to the front. */
static bool find_asked(struct wici_act *acts, size_t n,
		       const struct wici_id *asked)
{
	for (size_t i = 0; i < n; i++) {
		if (!wici_id_equal(&acts[i].id, asked))
			continue;
		swap(&acts[0], &acts[i]);
		return is_grant(&acts[0]) && fitting(&acts[0]);
	}
	return false;
}

/* Runs what counts through the moves; the last grant is the one that stands. */
static void run(struct wici_certificate *c, struct wici_act *acts, size_t n,
		struct wici_bytes scheme)
{
	struct wici_id asked = acts[0].id;
	size_t m = gather_grants(acts, n, scheme);

	m = gather(acts, m, n, false);
	m = gather(acts, m, n, true);
	c->state = (enum wici_certificate_state)wici_fold_moves(acts, m, moves);
	refuse_repeated(acts, m);
	take_reasons(acts, m);
	c->acts_count = m;
	for (size_t i = 0; i < m; i++) {
		if (is_grant(&acts[i]) && acts[i].is_effective)
			c->grant = &acts[i];
		if (wici_id_equal(&acts[i].id, &asked))
			c->asked = &acts[i];
	}
}

void wici_certificate_fold(struct wici_certificate *c,
			   const struct wici_roster *r,
			   const struct wici_id *asked, struct wici_act *acts,
			   size_t n)
{
	struct wici_bytes scheme;

	memset(c, 0, sizeof(*c));
	for (size_t i = 0; i < n; i++) {
		acts[i].rank = 0;
		set_after(&acts[i]);
	}
	if (!find_asked(acts, n, asked)) {
		set_why(acts, n);
		return;
	}
	if (acts[0].standing == WICI_VOID_INDEX) {
		c->is_index_used = true;
		set_why(acts, n);
		return;
	}
	scheme = read_grant(&acts[0]).scheme;
	for (size_t i = 0; i < n; i++)
		judge_right(r, &acts[i], scheme);
	set_why(acts, n);

	c->state = WICI_CERT_GRANTED;
	c->acts = c->asked = c->grant = &acts[0];
	c->acts_count = 1;
	if (acts[0].standing == WICI_COUNTS)
		run(c, acts, n, scheme);
	c->issued = c->state;
	c->terms = read_grant(c->grant);
	if (has_issuer(c->grant))
		c->issuer = wici_roster_issuer(r, &c->grant->feed,
					       c->grant->seq, scheme);
	take_root(c, r);
}

/* PROTOCOL §5.4: "else the day of its time_ms in Poland counts, or the verifier's
 * own where that is earlier" */
int32_t wici_certificate_from(const struct wici_act *act)
{
	struct wici_revoke_body body;
	int64_t made_ms = act->time_ms;

	if (act->now_ms && made_ms > act->now_ms)
		made_ms = act->now_ms;
	wici_kind_read(&wici_kind_certificate_revoke, act->body, &body);
	return body.effective.text.p ? body.effective.first
				     : wici_day_warsaw(made_ms);
}

/* PROTOCOL §5.4: "On a day the last act holds, in their order, that counts from
 * this day or an earlier one." */
void wici_certificate_on(const struct wici_certificate *c, int32_t day,
			 struct wici_certificate_on *on)
{
	memset(on, 0, sizeof(*on));
	if (c->state == WICI_CERT_NONE)
		return;
	on->state = WICI_CERT_GRANTED;
	for (size_t i = 0; i < c->acts_count; i++) {
		const struct wici_act *act = &c->acts[i];
		int32_t from;

		if (!is_move(act))
			continue;
		from = wici_certificate_from(act);
		if (from > day)
			continue;
		on->state = state_after(act);
		on->from = from;
		on->act = act;
	}
	/* PROTOCOL §5.4: "What the root revoked is revoked from the day that op
	 * 16 states and no other" */
	if (c->by_root && day >= c->root_from)
		*on = (struct wici_certificate_on){.state = WICI_CERT_REVOKED,
						   .by_root = true,
						   .from = c->root_from};
	else if (c->by_root && on->state == WICI_CERT_REVOKED)
		*on = (struct wici_certificate_on){.state = WICI_CERT_GRANTED};
}

enum wici_certificate_state wici_certificate_worst(
	const struct wici_certificate *c, int32_t day)
{
	struct wici_certificate_on on;
	enum wici_certificate_state worst;

	if (c->by_root) /* It comes to that, at the latest. */
		return WICI_CERT_REVOKED;
	wici_certificate_on(c, day, &on);
	worst = on.state;
	for (size_t i = 0; i < c->acts_count; i++) {
		int32_t from;

		if (!is_move(&c->acts[i]))
			continue;
		from = wici_certificate_from(&c->acts[i]);
		if (from <= day)
			continue;
		wici_certificate_on(c, from, &on);
		if (on.state > worst)
			worst = on.state;
	}
	return worst;
}

bool wici_certificate_is_restored(const struct wici_certificate *c)
{
	for (size_t i = 0; i < c->acts_count; i++)
		if (is_move(&c->acts[i]) && c->acts[i].kind == KIND(REINSTATE))
			return true;
	return false;
}

struct wici_bytes wici_certificate_reason(const struct wici_certificate *c,
					  const struct wici_act *act)
{
	struct wici_reason_body body;

	for (size_t i = 0; act && i < c->acts_count; i++) {
		const struct wici_act *a = &c->acts[i];

		if (!is_reason(a) || !a->is_effective ||
		    !wici_id_equal(&a->after, &act->id))
			continue;
		wici_kind_read(&wici_kind_certificate_reason, a->body, &body);
		return body.text;
	}
	return (struct wici_bytes){NULL, 0};
}
