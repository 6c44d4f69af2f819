/* daemon/method_cert.c — cert.verify, cert.show: the answer about one. */
#include "daemon/cert_answer.h"
#include "daemon/jws_check.h"
#include "daemon/method_private.h"
#include "proto/day.h"
#include "proto/jws.h"

static const struct wici_field show_params[] = {
	PARAM_LINE("ref", 500, WICI_REQUIRED),
	PARAM_END,
};
static const struct wici_field verify_params[] = {
	PARAM("max_age", UINT, .flags = 0),
	PARAM("on", DAY, .flags = 0),
	/* A QR token may have been pasted with the lines around it. */
	PARAM("ref", TEXT, .len_max = 1000, .flags = WICI_REQUIRED),
	PARAM_END,
};

#define MAX_AGE_DAYS ((uint64_t)36500)

static void write_verdict(struct call *call, const struct cert_answer *a)
{
	struct wici_mp_writer *w = call->result;
	bool is_found = a->certificate.folded.state != WICI_CERT_NONE;

	wici_mp_map(w, 7);
	wici_mp_str(w, "verdict");
	wici_mp_str(w, wici_status_name(a->is.verdict.status));
	wici_mp_str(w, "as_of");
	view_time(w, a->is.verdict.as_of_ms);
	wici_mp_str(w, "on");
	view_day(w, true, a->is.verdict.on_day);
	wici_mp_str(w, "certificate");
	if (is_found)
		cert_answer_full(w, call->node, a);
	else
		wici_mp_nil(w);
	cert_answer_checks(w, call->node, &a->is);
}

/* What "ref" names; the fault says what does not match. */
enum wici_err method_find_certificate(struct call *call, int64_t *grant_n)
{
	struct node *n = call->node;
	int32_t day = method_day(call, "on", wici_day_warsaw(n->now.wall_ms));
	struct wici_bytes ref;
	enum wici_err err = WICI_NOT_FOUND;

	(void)method_str(call, "ref", &ref);
	if (n->has_network)
		err = certificates_find(n, ref, day, grant_n, &call->fault);
	return method_lost(call, err, "ref", ref);
}

static void not_found(struct call *call, int32_t on, struct cert_answer *a)
{
	const struct wici_question q = {.on_day = on, .today = on};
	struct wici_certificate none = {.state = WICI_CERT_NONE};

	fault_clear(&call->fault);
	memset(a, 0, sizeof(*a));
	wici_verdict_give(&a->is.verdict, &none, &call->node->roster, &q);
}

static enum wici_err verify_ref(struct call *call,
				const struct certificates_question *q,
				struct cert_answer *a)
{
	struct node *n = call->node;
	struct wici_bytes ref;
	int64_t grant_n;
	enum wici_err err;

	(void)method_str(call, "ref", &ref);
	if (wici_jws_is_meant(ref))
		return jws_check(n, ref, q, &a->certificate, &a->is);
	err = method_find_certificate(call, &grant_n);
	return err ? err : cert_answer_load(n, grant_n, q, a);
}

static enum wici_err cert_verify(struct call *call)
{
	struct node *n = call->node;
	struct certificates_question q = cert_today(n);
	struct cert_answer a = {.certificate = {.grant_n = 0}};
	uint64_t days = method_uint(call, "max_age", 0);
	enum wici_err err;

	q.wants_existed = true;
	q.on_day = method_day(call, "on", q.on_day);
	if (method_has(call, "max_age"))
		q.age_ms =
			(int64_t)(days < MAX_AGE_DAYS ? days : MAX_AGE_DAYS) *
			86400000;
	err = verify_ref(call, &q, &a);
	if (err == WICI_NOT_FOUND) { /* An answer, and no error. */
		cert_answer_clear(&a);
		not_found(call, q.on_day, &a);
		err = WICI_OK;
	}
	if (!err)
		write_verdict(call, &a);
	cert_answer_clear(&a);
	return err;
}

static enum wici_err cert_show(struct call *call)
{
	struct node *n = call->node;
	struct certificates_question q = cert_today(n);
	struct wici_mp_writer *w = call->result;
	struct cert_answer a = {.certificate = {.grant_n = 0}};
	struct wici_bytes ref;
	int64_t grant_n;
	enum wici_err err = method_find_certificate(call, &grant_n);

	q.wants_existed = true;
	if (!err) {
		(void)method_str(call, "ref", &ref);
		err = cert_answer_load(n, grant_n, &q, &a);
		if (!err && a.certificate.folded.state == WICI_CERT_NONE)
			err = WICI_NOT_FOUND; /* `wici record` shows it. */
		err = method_lost(call, err, "ref", ref);
	}
	if (!err) {
		wici_mp_map(w, 3);
		wici_mp_str(w, "certificate");
		cert_answer_full(w, n, &a);
		wici_mp_str(w, "verdict");
		wici_mp_str(w, wici_status_name(a.is.verdict.status));
		cert_answer_acts(w, n, &a.certificate);
	}
	cert_answer_clear(&a);
	return err;
}

const struct method methods_cert[] = {
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
