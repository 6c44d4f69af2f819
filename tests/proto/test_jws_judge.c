/* tests/proto/test_jws_judge.c — Whose is a token, and what is said of it where
 * there is no grant to ask. */
#include "proto/jws_judge.h"

#include "proto/day.h"
#include "tests/proto/trust.h"

#define CHANGES_MAX 6

/* A root of one key, 101, whose changes each state the issuers' list, or
 * revoke. */
struct file {
	struct net n;
	struct wici_root_row rows[CHANGES_MAX];
	struct wici_root_revocation revocations[4];
	struct wici_offline o;
	struct wici_id last;
	size_t count;
	uint8_t bufs[CHANGES_MAX][4096];
};

static void file_add(struct file *f, struct made *m)
{
	struct wici_mp_writer w;
	struct wici_bytes b;

	made_end(m, f->count ? &f->last : &f->n.id, f->count + 1);
	made_approve(m, &f->n.id, 101);
	wici_mp_writer_init(&w, f->bufs[f->count], sizeof(f->bufs[0]));
	wici_statement_encode(&w, &m->s);
	CHECK_OK(wici_mp_written(&w, &b));
	CHECK_OK(wici_offline_add(&f->o, b));
	f->last = m->s.id;
	f->count++;
}

static void file_init(struct file *f, const struct wici_issuer *list,
		      size_t count)
{
	struct wici_head registrar = head_of(20, 1);
	struct made m;

	memset(f, 0, sizeof(*f));
	f->n = net(1, 1);
	wici_offline_init(&f->o, &f->n.id, f->rows, CHANGES_MAX);
	made_begin(&m, &f->n.id, 3);
	wici_op_found(&m.w, &f->n.policy, WICI_BYTES("Sieć OSL"), &f->n.salt);
	wici_op_registrar(&m.w, &registrar, NULL, 0);
	wici_op_issuers(&m.w, "2027-12-31", list, count);
	file_add(f, &m);
}

static void file_restate(struct file *f, const struct wici_issuer *list,
			 size_t count)
{
	struct made m;

	made_begin(&m, &f->n.id, 1);
	wici_op_issuers(&m.w, "2027-12-31", list, count);
	file_add(f, &m);
}

static void file_fold(struct file *f)
{
	struct wici_roster_space space = {.revocations = f->revocations,
					  .revocations_max = 4};

	CHECK_OK(wici_offline_fold(&f->o, &space));
	CHECK(f->o.roster.version == f->count);
}

/* Signed by key n, for the years 2022 to 2026. */
static struct wici_jws token(char text[WICI_JWS_LEN_MAX + 1], uint8_t n)
{
	struct wici_jws j = {.holder = "MOPS w Mławie",
			     .jti = {5, 5, 5},
			     .has_from = true,
			     .has_until = true};
	struct pair p = pair(n);

	CHECK_OK(wici_day_parse(&j.from, WICI_BYTES("2022-01-01")));
	CHECK_OK(wici_day_parse(&j.until, WICI_BYTES("2026-12-31")));
	CHECK_OK(wici_jws_sign(text, &j, (struct wici_bytes){NULL, 0}, &p.key,
			       &p.secret));
	CHECK_OK(wici_jws_decode(&j, wici_bytes_str(text)));
	return j;
}

static struct wici_verdict ask(const struct file *f, const struct wici_jws *j,
			       const char *on)
{
	struct wici_jws_question q;
	struct wici_jws_found found;
	struct wici_verdict v;

	CHECK_OK(wici_day_parse(&q.on_day, wici_bytes_str(on)));
	q.today = q.on_day;
	wici_jws_verdict(&v, j, f ? &f->o : NULL, &q, &found);
	CHECK(!v.issuer && v.as_of_ms == 0);
	return v;
}

static const struct wici_check *check_of(const struct wici_verdict *v,
					 const char *name)
{
	for (size_t i = 0; i < v->checks_count; i++)
		if (strcmp(v->checks[i].name, name) == 0)
			return &v->checks[i];
	return NULL;
}

static bool says(const struct wici_verdict *v, const char *name, bool ok,
		 const char *detail)
{
	const struct wici_check *check = check_of(v, name);

	return check && check->ok == ok && strcmp(check->detail, detail) == 0;
}

/* row("osl", 10): the token key is pair 12. */
TEST(a_token_alone_is_of_an_unknown_issuer)
{
	char text[WICI_JWS_LEN_MAX + 1];
	struct wici_jws j = token(text, 12);
	struct wici_verdict v = ask(NULL, &j, "2024-05-01");

	CHECK(v.status == WICI_STATUS_UNKNOWN_ISSUER);
	CHECK(strcmp(v.not_checked[0], "token") == 0 &&
	      strcmp(v.not_checked[1], "status") == 0);
	CHECK(says(&v, "dates", true, "2022-01-01/2026-12-31"));
	v = ask(NULL, NULL, "2024-05-01");
	CHECK(v.status == WICI_STATUS_BAD_SIGNATURE);
	CHECK(says(&v, "token", false, "form"));
}

TEST(with_the_list_it_is_stale_and_on_other_days_less)
{
	char text[WICI_JWS_LEN_MAX + 1];
	struct wici_jws j = token(text, 12);
	struct wici_issuer list[1] = {row("osl", 10)};
	struct wici_verdict v;
	struct file f;

	file_init(&f, list, 1);
	file_fold(&f);
	v = ask(&f, &j, "2024-05-01");
	CHECK(v.status == WICI_STATUS_STALE);
	CHECK(says(&v, "token", true, "") && says(&v, "issuer", true, "osl") &&
	      says(&v, "issuers_list", true, "2027-12-31") &&
	      says(&v, "dispute", true, "") && says(&v, "version", true, ""));
	CHECK(strcmp(v.not_checked[0], "status") == 0 && !v.not_checked[1]);
	CHECK(ask(&f, &j, "2026-12-31").status == WICI_STATUS_STALE);
	CHECK(ask(&f, &j, "2027-01-01").status == WICI_STATUS_EXPIRED);
	CHECK(ask(&f, &j, "2021-12-31").status == WICI_STATUS_NOT_YET_VALID);
	v = ask(&f, &j, "2028-01-01");
	CHECK(says(&v, "issuers_list", false, "2027-12-31"));
}

TEST(a_key_that_no_list_names_is_nobodys)
{
	char text[WICI_JWS_LEN_MAX + 1];
	struct wici_jws j = token(text, 13);
	struct wici_issuer list[1] = {row("osl", 10)};
	struct wici_verdict v;
	struct file f;

	file_init(&f, list, 1);
	file_fold(&f);
	v = ask(&f, &j, "2024-05-01");
	CHECK(v.status == WICI_STATUS_UNKNOWN_ISSUER);
	CHECK(says(&v, "token", false, "unknown_key"));
	/* A kid that is named, and another key's signature. */
	memcpy(j.kid, list[0].token_key.b, sizeof(j.kid));
	v = ask(&f, &j, "2024-05-01");
	CHECK(v.status == WICI_STATUS_BAD_SIGNATURE);
	CHECK(says(&v, "token", false, ""));
}

TEST(a_former_key_is_found_in_the_list_that_named_it)
{
	char text[WICI_JWS_LEN_MAX + 1];
	struct wici_jws j = token(text, 12);
	struct wici_issuer list[2] = {row("cal", 30), row("osl", 10)};
	struct wici_jws_found found;
	struct wici_verdict v;
	struct file f;

	file_init(&f, list, 2);
	list[1].token_key = pair(40).key;
	file_restate(&f, list, 2);
	file_restate(&f, list, 2);
	file_fold(&f);
	v = ask(&f, &j, "2024-05-01");
	CHECK(v.status == WICI_STATUS_STALE);
	CHECK(says(&v, "token", true, "former_key") &&
	      says(&v, "issuer", true, "osl"));
	/* Of another scheme's rows it is none. */
	CHECK_OK(wici_jws_judge(&j, &f.o.roster, f.rows, f.count,
				WICI_BYTES("osl"), &found));
	CHECK(found.is_former && strcmp(found.issuer.scheme, "osl") == 0);
	CHECK_ERR(wici_jws_judge(&j, &f.o.roster, f.rows, f.count,
				 WICI_BYTES("cal"), &found),
		  WICI_NOT_FOUND);
}

TEST(where_nobody_issues_for_the_scheme_any_more_it_counts_no_longer)
{
	char text[WICI_JWS_LEN_MAX + 1];
	struct wici_jws j = token(text, 12);
	struct wici_issuer list[2] = {row("osl", 10), row("cal", 30)};
	struct wici_verdict v;
	struct file f;

	file_init(&f, list, 2);
	file_restate(&f, list + 1, 1);
	file_fold(&f);
	v = ask(&f, &j, "2024-05-01");
	CHECK(v.status == WICI_STATUS_UNKNOWN_ISSUER);
	CHECK(says(&v, "token", true, "former_key") &&
	      says(&v, "issuer", false, "unknown"));
}

TEST(what_the_root_has_revoked_is_revoked_from_that_day)
{
	char text[WICI_JWS_LEN_MAX + 1];
	struct wici_jws j = token(text, 12);
	struct wici_issuer list[1] = {row("osl", 10)};
	struct wici_revoked revoked = {.certificate = {{5, 5, 5}}};
	struct wici_verdict v;
	struct made m;
	struct file f;

	file_init(&f, list, 1);
	CHECK_OK(wici_day_parse(&revoked.effective, WICI_BYTES("2024-01-01")));
	made_begin(&m, &f.n.id, 1);
	wici_op_revoke(&m.w, &revoked, 1);
	file_add(&f, &m);
	file_fold(&f);
	v = ask(&f, &j, "2024-01-01");
	CHECK(v.status == WICI_STATUS_REVOKED);
	CHECK(says(&v, "revocation", false, "2024-01-01"));
	CHECK(ask(&f, &j, "2023-12-31").status == WICI_STATUS_STALE);
	file_init(&f, list, 1);
	made_begin(&m, &f.n.id, 1);
	wici_op_revoke(&m.w, &revoked, 1);
	file_add(&f, &m);
	made_begin(&m, &f.n.id, 1);
	wici_op_lift(&m.w, &revoked.certificate, 1);
	file_add(&f, &m);
	file_fold(&f);
	CHECK(ask(&f, &j, "2024-01-01").status == WICI_STATUS_STALE);
}

TEST_MAIN(RUN(a_token_alone_is_of_an_unknown_issuer),
	  RUN(with_the_list_it_is_stale_and_on_other_days_less),
	  RUN(a_key_that_no_list_names_is_nobodys),
	  RUN(a_former_key_is_found_in_the_list_that_named_it),
	  RUN(where_nobody_issues_for_the_scheme_any_more_it_counts_no_longer),
	  RUN(what_the_root_has_revoked_is_revoked_from_that_day))
