/* daemon/jws_check.c — From a token to its grant: by the first half of the id.
 * The token is judged first; only what is signed by the issuer's token key
 * leads to the grant's own verdict. */
#include "daemon/jws_check.h"

#include "daemon/find.h"
#include "daemon/store/ident.h"
#include "proto/jws_judge.h"
#include "proto/require.h"

static void put_first(struct wici_verdict *v, bool ok, const char *detail)
{
	struct wici_check *check = &v->checks[0];

	WICI_REQUIRE(v->checks_count < WICI_CHECKS_MAX);
	memmove(&v->checks[1], check, v->checks_count * sizeof(*check));
	memset(check, 0, sizeof(*check));
	check->name = "token";
	check->ok = ok;
	memcpy(check->detail, detail, strlen(detail) + 1);
	v->checks_count++;
}

/* The token leads nowhere: what it may mean is not looked at. */
static void refuse(struct wici_verdict *v, struct certificate *c,
		   enum wici_status status, const char *detail)
{
	int32_t on_day = v->on_day;

	certificates_clear(c);
	memset(v, 0, sizeof(*v));
	v->on_day = on_day;
	v->status = status;
	put_first(v, false, detail);
}

/* The grant whose id begins so. WICI_NOT_FOUND. */
static enum wici_err load(struct node *n, const struct wici_jws *j,
			  struct certificate *c)
{
	int64_t ns[2];
	size_t count = 0;
	enum wici_err err;

	if (!n->has_network)
		return WICI_NOT_FOUND;
	err = ident_by_prefix(n->store, j->jti, WICI_JWS_JTI_LEN, -1, ns, 2,
			      &count);
	if (!err && count != 1)
		return WICI_NOT_FOUND;
	return err ? err : certificates_load(n, ns[0], c);
}

static enum wici_err give_own(struct node *n, const struct certificate *c,
			      const struct certificates_question *asked,
			      struct certificates_answer *a)
{
	const struct wici_question q = {.on_day = asked->on_day,
					.today = asked->on_day};
	struct wici_certificate none = {.state = WICI_CERT_NONE};

	if (c->acts.count)
		return certificates_verdict(n, c, asked, a);
	wici_verdict_give(&a->verdict, &none, &n->roster, &q);
	return WICI_OK;
}

static bool is_day(bool has, int32_t day, const struct wici_when *when,
		   int32_t stated)
{
	return has == (when->text.p != NULL) && (!has || day == stated);
}

/* What a token says of a grant: number, days, and whose it is, where the roster
 * knows the holder. */
static bool is_of(struct node *n, const struct wici_jws *j,
		  const struct wici_grant_body *terms)
{
	const char *name = find_name(n, &terms->holder);

	return wici_bytes_is(terms->number, j->number) &&
	       is_day(j->has_from, j->from, &terms->valid_from,
		      terms->valid_from.first) &&
	       is_day(j->has_until, j->until, &terms->valid_until,
		      terms->valid_until.last) &&
	       (!name || wici_jws_is_holder(j, wici_bytes_str(name)));
}

/* The token is genuine, and says what its grant says. */
static void judge_paper(struct node *n, const struct wici_jws *j,
			const struct certificate *c, struct wici_verdict *v,
			bool is_former)
{
	const struct wici_grant_body *terms = &c->folded.terms;
	bool is_held = c->folded.state != WICI_CERT_NONE;
	const char *doubt = "";

	if (is_held && !find_name(n, &terms->holder))
		doubt = "holder"; /* To be compared before it is VALID. */
	else if (is_held && !is_of(n, j, terms))
		doubt = "corrected"; /* The paper is an older one. */
	if (doubt[0] && v->status == WICI_STATUS_VALID)
		v->status = WICI_STATUS_STALE;
	put_first(v, !doubt[0],
		  doubt[0]    ? doubt
		  : is_former ? "former_key"
			      : "");
}

/* The token is signed by a key that the root has named. */
static enum wici_err judge(struct node *n, const struct wici_jws *j,
			   const struct certificates_question *q,
			   struct certificate *c, struct certificates_answer *a,
			   bool is_former)
{
	struct wici_grant_body asked;
	enum wici_err err;

	if (c->folded.asked) {
		wici_kind_read(&wici_kind_certificate_grant,
			       c->folded.asked->body, &asked);
		if (!is_of(n, j, &asked)) {
			refuse(&a->verdict, c, WICI_STATUS_BAD_SIGNATURE,
			       "claims");
			return WICI_OK;
		}
	}
	err = give_own(n, c, q, a);
	if (!err)
		judge_paper(n, j, c, &a->verdict, is_former);
	return err;
}

enum wici_err jws_check(struct node *n, struct wici_bytes text,
			const struct certificates_question *q,
			struct certificate *c, struct certificates_answer *a)
{
	struct wici_verdict *v = &a->verdict;
	struct wici_bytes scheme = {NULL, 0};
	struct wici_jws_found found;
	struct wici_jws j;
	enum wici_err err;

	memset(c, 0, sizeof(*c));
	memset(a, 0, sizeof(*a));
	v->on_day = q->on_day;
	if (wici_jws_decode(&j, text)) {
		refuse(v, c, WICI_STATUS_BAD_SIGNATURE, "form");
		return WICI_OK;
	}
	err = load(n, &j, c);
	if (err && err != WICI_NOT_FOUND)
		return err;
	if (c->folded.state != WICI_CERT_NONE)
		scheme = c->folded.terms.scheme;
	err = wici_jws_judge(&j, &n->roster, n->changes, n->changes_count,
			     scheme, &found);
	if (!err)
		return judge(n, &j, q, c, a, found.is_former);
	if (err == WICI_REJECT_SIGNATURE)
		refuse(v, c, WICI_STATUS_BAD_SIGNATURE, "");
	else
		refuse(v, c, WICI_STATUS_UNKNOWN_ISSUER, "unknown_key");
	return WICI_OK;
}
