/* daemon/method_decide.c — cert.revoke, cert.suspend, cert.reinstate: a decision
 * about a certificate and its reason, in one turn. */
#include "daemon/certificates.h"
#include "daemon/draft.h"
#include "daemon/method_private.h"
#include "daemon/process_try.h"
#include "proto/day.h"
#include "proto/kinds/certificate.h"

#include <stdlib.h>

static const struct wici_field decide_params[] = {
	PARAM("charge", RECORD, .flags = 0),
	PARAM("effective", DAY, .flags = 0),
	PARAM("reason", TEXT, .len_max = 20000, .flags = 0),
	PARAM_LINE("ref", 500, WICI_REQUIRED),
	PARAM_END,
};

/* What each decides, and about what it may. */
struct decision {
	const char *method;
	const struct wici_kind *kind;
	bool of_granted, of_suspended, of_revoked;
	const char *refusal; /* When it may not. */
};

static const struct decision decisions[] = {
	/* What the root revoked its issuer may revoke too: for when it is
	 * lifted. */
	{"cert.revoke", &wici_kind_certificate_revoke, true, true, false,
	 "it has been revoked already"},
	{"cert.suspend", &wici_kind_certificate_suspend, true, false, false,
	 "it has been suspended or revoked already"},
	{"cert.reinstate", &wici_kind_certificate_reinstate, false, true, true,
	 "its issuer has neither suspended nor revoked it; what the root "
	 "revoked the root alone lifts: `wici roster lift`"},
};

static const struct decision *decision_of(const struct call *call)
{
	const char *verb;
	size_t count = sizeof(decisions) / sizeof(decisions[0]);

	/* As "cert." or as "certificate.". */
	for (size_t i = 0; i < count; i++) {
		verb = strchr(decisions[i].method, '.');
		if (call->method.len > strlen(verb) &&
		    memcmp(call->method.p + call->method.len - strlen(verb),
			   verb, strlen(verb)) == 0)
			return &decisions[i];
	}
	return &decisions[0];
}

/* The payloads of a decision and of its reason. */
static void write_decision(struct wici_mp_writer *w, struct call *call,
			   const struct wici_id *grant)
{
	struct wici_bytes effective;
	struct wici_id charge;
	bool has_charge = method_id(call, "charge", &charge);
	bool has_day = method_str(call, "effective", &effective);

	wici_mp_map(w, 1u + has_charge + has_day);
	wici_mp_str(w, "certificate");
	wici_mp_bin(w, grant->b, WICI_ID_LEN);
	if (has_charge) {
		wici_mp_str(w, "charge");
		wici_mp_bin(w, charge.b, WICI_ID_LEN);
	}
	if (has_day) {
		wici_mp_str(w, "effective");
		wici_mp_str_bytes(w, effective);
	}
}

static void write_reason(struct wici_mp_writer *w,
			 const struct wici_id *decision, struct wici_bytes text)
{
	wici_mp_map(w, 2);
	wici_mp_str(w, "revocation");
	wici_mp_bin(w, decision->b, WICI_ID_LEN);
	wici_mp_str(w, "text");
	wici_mp_str_bytes(w, text);
}

/* Both in one turn: a decision never stands without its reason. */
static enum wici_err publish_decision(struct call *call,
				      const struct decision *d,
				      const struct wici_id *grant,
				      struct wici_bytes payload)
{
	struct node *n = call->node;
	struct wici_mp_writer *w = call->result;
	struct wici_head head;
	struct wici_head reason;
	struct wici_bytes text;
	struct growing body;
	bool has_reason = method_str(call, "reason", &text);
	enum wici_err err;

	growing_init(&body, GROWING_LEN_MAX);
	err = method_publish(n, d->kind, payload, &head);
	if (!err && has_reason) {
		write_reason(&body.w, &head.id, text);
		err = method_publish(n, &wici_kind_certificate_reason,
				     growing_bytes(&body), &reason);
		growing_clear(&body);
	}
	if (err)
		return err;
	method_write_head(w, n, &head, 2);
	wici_mp_str(w, "certificate");
	wici_mp_hex(w, grant->b, WICI_ID_LEN);
	wici_mp_str(w, "reason_id");
	if (has_reason)
		wici_mp_hex(w, reason.id.b, WICI_ID_LEN);
	else
		wici_mp_nil(w);
	return WICI_OK;
}

/* Both as drafts, one behind the other: draft.h. */
static enum wici_err keep_drafts(struct call *call, const struct decision *d,
				 struct wici_bytes payload, int64_t numbers[2])
{
	static const struct wici_id not_yet;
	struct wici_bytes text;
	bool has_reason = method_str(call, "reason", &text);
	struct growing body;
	enum wici_err err;

	growing_init(&body, GROWING_LEN_MAX);
	err = draft_keep(call->node, d->kind, payload, &numbers[0]);
	if (err || !has_reason)
		return err;
	write_reason(&body.w, &not_yet, text);
	err = draft_keep(call->node, &wici_kind_certificate_reason,
			 growing_bytes(&body), &numbers[1]);
	growing_clear(&body);
	return err;
}

static enum wici_err put_off(struct call *call, const struct decision *d,
			     const struct wici_id *grant,
			     struct wici_bytes payload, enum wici_err why)
{
	struct wici_mp_writer *w = call->result;
	bool has_reason = method_has(call, "reason");
	int64_t numbers[2] = {0, 0};
	enum wici_err err = method_put_off(call, why, has_reason ? 2 : 1);

	if (err || call->is_deferred)
		return err;
	err = keep_drafts(call, d, payload, numbers);
	wici_mp_map(w, 4);
	wici_mp_str(w, "draft");
	wici_mp_uint(w, (uint64_t)numbers[0]);
	wici_mp_str(w, "reason");
	wici_mp_str(w, method_put_off_reason(call->node, why));
	wici_mp_str(w, "certificate");
	wici_mp_hex(w, grant->b, WICI_ID_LEN);
	wici_mp_str(w, "reason_draft");
	if (has_reason)
		wici_mp_uint(w, (uint64_t)numbers[1]);
	else
		wici_mp_nil(w);
	return err;
}

/* Decided so already, and now from an earlier day on? */
static bool is_earlier(const struct call *call, const struct decision *d,
		       const struct wici_certificate *folded)
{
	int32_t today = wici_day_warsaw(call->node->now.wall_ms);
	int32_t from = method_day(call, "effective", today);
	int32_t since = from;
	bool is_revoke = d->of_suspended;

	if (folded->issued !=
	    (is_revoke ? WICI_CERT_REVOKED : WICI_CERT_SUSPENDED))
		return false;
	for (size_t i = 0; i < folded->acts_count; i++)
		if (folded->acts[i].is_effective &&
		    folded->acts[i].kind == d->kind->number)
			since = wici_certificate_from(&folded->acts[i]);
	return from < since;
}

/* Granted here, and in a state that it fits: then the own feed may decide.
 * *why: but not now. */
static enum wici_err check_decision(struct call *call, const struct decision *d,
				    const struct certificate *c,
				    enum wici_err *why)
{
	const struct node *n = call->node;
	const struct wici_certificate *folded = &c->folded;
	enum wici_err err =
		method_may(call, d->kind, (struct wici_bytes){NULL, 0});

	*why = method_is_put_off(err) ? err : WICI_OK;
	if (err && !*why)
		return err;
	if (!folded->issuer || !n->own ||
	    !wici_roster_issuer(&n->roster, &n->own->row.key,
				n->own->row.seq + 1, folded->terms.scheme))
		return method_refuse(call, WICI_NOT_PERMITTED,
				     "only the issuer of its scheme can "
				     "decide about a certificate");
	if ((folded->issued == WICI_CERT_GRANTED && d->of_granted) ||
	    (folded->issued == WICI_CERT_SUSPENDED && d->of_suspended) ||
	    (folded->issued == WICI_CERT_REVOKED && d->of_revoked) ||
	    (d->of_granted && is_earlier(call, d, folded)))
		return WICI_OK;
	return method_refuse(call, WICI_NOT_PERMITTED, d->refusal);
}

/* With what it says of charges it has an effect on those, too. */
static enum wici_err decide(struct call *call, const struct decision *d,
			    const struct wici_id *grant, enum wici_err why)
{
	struct process_tried tried = {.ids = NULL};
	struct growing body;
	enum wici_err err;

	growing_init(&body, GROWING_LEN_MAX);
	write_decision(&body.w, call, grant);
	err = process_try(call->node, d->kind, &body, &tried, &call->fault);
	free(tried.ids);
	if (!err && why)
		err = put_off(call, d, grant, growing_bytes(&body), why);
	else if (!err)
		err = publish_decision(call, d, grant, growing_bytes(&body));
	growing_clear(&body);
	return err;
}

static enum wici_err cert_decide(struct call *call)
{
	const struct decision *d = decision_of(call);
	struct certificate c = {.grant_n = 0};
	struct wici_bytes ref;
	struct wici_id id;
	int64_t grant_n;
	enum wici_err why = WICI_OK;
	enum wici_err err = method_find_certificate(call, &grant_n);

	(void)method_str(call, "ref", &ref);
	if (!err)
		err = method_lost(call,
				  certificates_load(call->node, grant_n, &c),
				  "ref", ref);
	if (!err)
		err = check_decision(call, d, &c, &why);
	if (!err) {
		id = c.folded.grant->id;
		err = decide(call, d, &id, why);
	}
	certificates_clear(&c);
	return err;
}

const struct method methods_decide[] = {
	{.name = "cert.reinstate",
	 .params = decide_params,
	 .needs_index = true,
	 .function = cert_decide},
	{.name = "cert.revoke",
	 .params = decide_params,
	 .needs_index = true,
	 .function = cert_decide},
	{.name = "cert.suspend",
	 .params = decide_params,
	 .needs_index = true,
	 .function = cert_decide},
	{.name = NULL},
};
