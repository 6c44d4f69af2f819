/* proto/jws_judge.c — The token keys of the present issuers' list, then those
 * of the lists before it; and the checks that need no grant. */
#include "proto/jws_judge.h"

#include "proto/day.h"

/* ---- whose ---- */

static enum wici_err judge_list(const struct wici_jws *j,
				const struct wici_issuer *list, size_t count,
				struct wici_bytes scheme,
				struct wici_issuer *issuer)
{
	enum wici_err err = WICI_NOT_FOUND;

	for (size_t i = 0; i < count; i++) {
		if (!wici_jws_has_kid(j, &list[i].token_key) ||
		    (scheme.p && !wici_bytes_is(scheme, list[i].scheme)))
			continue;
		if (wici_jws_verify(j, &list[i].token_key) == WICI_OK) {
			*issuer = list[i];
			return WICI_OK;
		}
		err = WICI_REJECT_SIGNATURE;
	}
	return err;
}

/* The list that a change states. */
static enum wici_err judge_change(const struct wici_jws *j,
				  const struct wici_root_row *row,
				  struct wici_bytes scheme,
				  struct wici_issuer *issuer)
{
	struct wici_issuer list[WICI_ISSUERS_MAX];
	struct wici_statement s;
	struct wici_change c;
	size_t count;
	int32_t expires;

	if (wici_statement_decode(&s, row->bytes) != WICI_OK ||
	    wici_change_decode(&c, &s) != WICI_OK || !c.issuers.p)
		return WICI_NOT_FOUND;
	wici_change_issuers(c.issuers, &expires, list, &count);
	return judge_list(j, list, count, scheme, issuer);
}

/* From the newest change that is in force back to the founding. */
enum wici_err wici_jws_judge(const struct wici_jws *j,
			     const struct wici_roster *r,
			     const struct wici_root_row *rows, size_t count,
			     struct wici_bytes scheme,
			     struct wici_jws_found *found)
{
	uint64_t version = r->version;
	struct wici_id id = r->id;
	enum wici_err err = judge_list(j, r->issuers, r->issuers_count, scheme,
				       &found->issuer);

	found->is_former = err == WICI_NOT_FOUND;
	for (size_t i = count; i-- > 0 && version > 0;) {
		if (err != WICI_NOT_FOUND)
			break;
		if (rows[i].version != version || !rows[i].is_approved ||
		    !wici_id_equal(&rows[i].id, &id))
			continue;
		err = judge_change(j, &rows[i], scheme, &found->issuer);
		id = rows[i].prev;
		version--;
	}
	return err;
}

/* ---- the answer without a grant ---- */

static void append(char *out, const char *s)
{
	memcpy(out + strlen(out), s, strlen(s) + 1);
}

static void append_day(char *out, bool has, int32_t day)
{
	char text[WICI_DAY_LEN + 1] = "..";

	if (has)
		wici_day_format(text, day);
	append(out, text);
}

static bool is_early(const struct wici_jws *j, int32_t day)
{
	return j->has_from && day < j->from;
}

static bool is_late(const struct wici_jws *j, int32_t day)
{
	return j->has_until && day > j->until;
}

static void check_dates(struct wici_verdict *v, const struct wici_jws *j)
{
	bool ok = j->has_from && j->has_until && !is_early(j, v->on_day) &&
		  !is_late(j, v->on_day);
	char days[2 * WICI_DAY_LEN + 2] = "";

	append_day(days, j->has_from, j->from);
	append(days, "/");
	append_day(days, j->has_until, j->until);
	wici_verdict_add(v, "dates", ok, days);
}

/* The root's own revocation is all that stands outside the issuer's feed. */
static bool is_revoked(const struct wici_roster *r, const struct wici_jws *j,
		       int32_t *from)
{
	for (size_t i = 0; i < r->revocations_count; i++) {
		const struct wici_root_revocation *row =
			&r->space.revocations[i];

		if (row->is_lifted ||
		    memcmp(row->certificate.b, j->jti, WICI_JWS_JTI_LEN) != 0)
			continue;
		*from = row->effective;
		return true;
	}
	return false;
}

/* PROTOCOL §7.5: "STALE stands for what the issuer's feed alone can say." */
static enum wici_status status_of(const struct wici_jws *j,
				  const struct wici_roster *r, int32_t on_day)
{
	int32_t from;

	if (r->is_forked)
		return WICI_STATUS_DISPUTED;
	if (is_revoked(r, j, &from) && from <= on_day)
		return WICI_STATUS_REVOKED;
	if (is_early(j, on_day))
		return WICI_STATUS_NOT_YET_VALID;
	if (is_late(j, on_day))
		return WICI_STATUS_EXPIRED;
	return WICI_STATUS_STALE;
}

static void check_list(struct wici_verdict *v, const struct wici_roster *r,
		       int32_t today)
{
	char day[WICI_DAY_LEN + 1] = "none";

	if (r->has_expires)
		wici_day_format(day, r->expires.last);
	wici_verdict_add(v, "issuers_list",
			 r->has_expires && today <= r->expires.last, day);
	wici_verdict_add(v, "dispute", !r->is_forked,
			 r->is_forked ? "root_fork" : "");
}

static void check_rest(struct wici_verdict *v, const struct wici_jws *j,
		       const struct wici_roster *r)
{
	char day[WICI_DAY_LEN + 1];
	int32_t from;

	if (is_revoked(r, j, &from)) {
		wici_day_format(day, from);
		wici_verdict_add(v, "revocation", from > v->on_day, day);
	}
	check_dates(v, j);
	wici_verdict_add(v, "version", !r->needs_newer,
			 r->needs_newer ? "newer_needed" : "");
}

/* Does anybody issue for the scheme still? Else what was granted counts no
 * longer. */
static bool is_recognised(const struct wici_roster *r, const char *scheme)
{
	for (size_t i = 0; i < r->issuers_count; i++)
		if (strcmp(r->issuers[i].scheme, scheme) == 0)
			return true;
	return false;
}

/* A list is at hand. */
static void judge(struct wici_verdict *v, const struct wici_jws *j,
		  const struct wici_offline *o,
		  const struct wici_jws_question *q,
		  struct wici_jws_found *found)
{
	static const struct wici_bytes any = {NULL, 0};
	const struct wici_roster *r = &o->roster;
	enum wici_err err =
		wici_jws_judge(j, r, o->rows, o->rows_count, any, found);
	bool is_known =
		err == WICI_OK && is_recognised(r, found->issuer.scheme);

	if (err == WICI_REJECT_SIGNATURE) {
		v->status = WICI_STATUS_BAD_SIGNATURE;
		wici_verdict_add(v, "token", false, "");
		return;
	}
	v->status = is_known ? status_of(j, r, q->on_day)
			     : WICI_STATUS_UNKNOWN_ISSUER;
	wici_verdict_add(v, "token", err == WICI_OK,
			 err != WICI_OK     ? "unknown_key"
			 : found->is_former ? "former_key"
					    : "");
	wici_verdict_add(v, "issuer", is_known,
			 is_known ? found->issuer.scheme : "unknown");
	if (!is_known)
		memset(&found->issuer, 0, sizeof(found->issuer));
	check_list(v, r, q->today);
	check_rest(v, j, r);
	v->not_checked[0] = "status";
}

void wici_jws_verdict(struct wici_verdict *v, const struct wici_jws *j,
		      const struct wici_offline *o,
		      const struct wici_jws_question *q,
		      struct wici_jws_found *found)
{
	memset(v, 0, sizeof(*v));
	memset(found, 0, sizeof(*found));
	v->on_day = q->on_day;
	if (!j) {
		v->status = WICI_STATUS_BAD_SIGNATURE;
		wici_verdict_add(v, "token", false, "form");
	} else if (o) {
		judge(v, j, o, q, found);
	} else {
		v->status = WICI_STATUS_UNKNOWN_ISSUER;
		wici_verdict_add(v, "issuer", false, "unknown");
		check_dates(v, j);
		v->not_checked[0] = "token";
		v->not_checked[1] = "status";
	}
}
