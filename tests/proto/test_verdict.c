/* tests/proto/test_verdict.c — The verdict, cell by cell, and the days at
 * which it turns. */
#include "proto/verdict.h"

#include "proto/day.h"
#include "tests/proto/certs.h"
#include "tests/test.h"

static int32_t day(const char *text)
{
	int32_t d;

	CHECK_OK(wici_day_parse(&d, wici_bytes_str(text)));
	return d;
}

static struct wici_when when(const char *text)
{
	struct wici_when w = {.text = wici_bytes_str(text)};

	CHECK_OK(wici_when_parse(&w.first, &w.last, w.text));
	return w;
}

/* A case, all good: a certificate for 2022–2026, asked about in 2024. */
struct trial {
	struct acts acts;
	struct wici_certificate c;
	struct wici_roster r;
	struct wici_question q;
	struct wici_fresh fresh;
};

static struct trial t;

static void good(void)
{
	memset(&t, 0, sizeof(t));
	t.r.issuers_count = 1;
	t.r.issuers[0] = row("osl", 30);
	t.r.has_expires = true;
	t.r.expires.first = t.r.expires.last = day("2027-12-31");
	(void)grant(&t.acts, ISSUING, 2);
	t.acts.act[0].is_effective = true;
	t.c.state = WICI_CERT_GRANTED;
	t.c.grant = t.c.asked = t.c.acts = &t.acts.act[0];
	t.c.acts_count = 1;
	t.c.issuer = &t.r.issuers[0];
	t.c.terms.valid_from = when("2022");
	t.c.terms.valid_until = when("2026");
	t.q.on_day = day("2024-06-15");
	t.q.today = day("2024-06-15");
	t.q.signature_ok = true;
	t.fresh = (struct wici_fresh){
		.beacon = WICI_SIGHT_COUNTS,
		.beacon_ms = (int64_t)day("2024-06-15") * 86400000,
		.is_covered = true,
		.said = WICI_CERT_GRANTED,
		.is_named = true,
		.needed = 1,
		.counted = 1,
		.witness_ms = 1234567,
		.witness = WICI_SIGHT_COUNTS,
		.as_of_ms = 1234567,
		.existed_ms = 1234568,
	};
	t.q.fresh = &t.fresh;
}

static void revoked(const char *from)
{
	t.c.state = WICI_CERT_REVOKED;
	revoke(&t.acts, 3, &t.acts.act[0].id, from)->is_effective = true;
	t.c.acts_count = t.acts.n;
}

static struct wici_verdict verdict(void)
{
	struct wici_verdict v;

	wici_verdict_give(&v, &t.c, &t.r, &t.q);
	return v;
}

static enum wici_status status(void)
{
	return verdict().status;
}

static const struct wici_check *check(const struct wici_verdict *v,
				      const char *name)
{
	for (size_t i = 0; i < v->checks_count; i++) {
		if (strcmp(v->checks[i].name, name) == 0)
			return &v->checks[i];
	}
	return NULL;
}

TEST(a_good_certificate_is_valid_and_every_check_says_so)
{
	static const struct {
		const char *name;
		const char *detail;
	} want[] = {
		{"signature", ""},
		{"issuer", "osl"},
		{"issuers_list", "2027-12-31"},
		{"dispute", ""},
		{"revocation", ""},
		{"suspension", ""},
		{"dates", "2022-01-01/2026-12-31"},
		{"beacon", "2024-06-15T00:00:00.000Z"},
		{"witness", "1/1 1970-01-01T00:20:34.567Z"},
		{"version", ""},
	};
	struct wici_verdict v;

	good();
	v = verdict();
	CHECK(v.status == WICI_STATUS_VALID);
	CHECK(v.as_of_ms == 1234567 && v.on_day == t.q.on_day);
	CHECK(v.issuer == &t.r.issuers[0]);
	CHECK(v.existed_ms == 1234568 && !v.not_checked[0]);
	CHECK(v.checks_count == sizeof(want) / sizeof(want[0]));
	for (size_t i = 0; i < v.checks_count; i++) {
		CHECK(v.checks[i].ok);
		CHECK(strcmp(v.checks[i].name, want[i].name) == 0);
		CHECK(strcmp(v.checks[i].detail, want[i].detail) == 0);
	}
}

/* One thing wrong at a time. Each sets what the status of that row needs. */
static void bad_signature(void)
{
	t.q.signature_ok = false;
}
static void not_found(void)
{
	t.c = (struct wici_certificate){.state = WICI_CERT_NONE};
}
static void unknown_issuer(void)
{
	t.c.issuer = NULL;
}
static void root_fork(void)
{
	t.r.is_forked = true;
}
static void disputed_feed(void)
{
	t.q.is_disputed = true;
}
static void grant_ahead(void)
{
	t.acts.act[0].standing = WICI_VOID_AHEAD;
}
static void is_revoked(void)
{
	revoked("2023-01-01");
}
static void not_yet(void)
{
	t.c.terms.valid_from = when("2025");
}
static void expired(void)
{
	t.c.terms.valid_until = when("2023");
}
static void undated_from(void)
{
	t.c.terms.valid_from = (struct wici_when){0};
}
static void undated_until(void)
{
	t.c.terms.valid_until = (struct wici_when){0};
}
static void stale_list(void)
{
	t.q.today = day("2028-01-01");
}
static void no_list(void)
{
	t.r.has_expires = false;
}
static void newer_roster(void)
{
	t.r.needs_newer = true;
}
static void newer_feed(void)
{
	t.q.needs_newer = true;
}

static void is_suspended(void)
{
	t.c.state = WICI_CERT_SUSPENDED;
	suspend(&t.acts, 4, &t.acts.act[0].id, "2023-01-01")->is_effective =
		true;
	t.c.acts_count = t.acts.n;
}
static void no_beacon(void)
{
	t.fresh.beacon = WICI_SIGHT_NONE;
	t.fresh.is_covered = false;
	t.fresh.beacon_ms = 0;
}
static void few_witnesses(void)
{
	t.fresh.counted = 0;
	t.fresh.witness = WICI_SIGHT_SPLIT;
}

static const struct {
	void (*fault)(void);
	enum wici_status status;
	const char *check; /* The one that is not ok. */
	const char *detail;
} faults[] = {
	{bad_signature, WICI_STATUS_BAD_SIGNATURE, "signature", ""},
	{not_found, WICI_STATUS_NOT_FOUND, "found", ""},
	{unknown_issuer, WICI_STATUS_UNKNOWN_ISSUER, "issuer", "unknown"},
	{root_fork, WICI_STATUS_DISPUTED, "dispute", "root_fork"},
	{disputed_feed, WICI_STATUS_DISPUTED, "dispute", "issuing_feed"},
	{grant_ahead, WICI_STATUS_DISPUTED, "dispute", "issuing_feed"},
	{is_revoked, WICI_STATUS_REVOKED, "revocation", "2023-01-01"},
	{not_yet, WICI_STATUS_NOT_YET_VALID, "dates", "2025-01-01/2026-12-31"},
	{expired, WICI_STATUS_EXPIRED, "dates", "2022-01-01/2023-12-31"},
	{undated_from, WICI_STATUS_UNDATED, "dates", "../2026-12-31"},
	{undated_until, WICI_STATUS_UNDATED, "dates", "2022-01-01/.."},
	{stale_list, WICI_STATUS_STALE, "issuers_list", "2027-12-31"},
	{no_list, WICI_STATUS_STALE, "issuers_list", "2027-12-31"},
	{newer_roster, WICI_STATUS_STALE, "version", "newer_needed"},
	{newer_feed, WICI_STATUS_STALE, "version", "newer_needed"},
	{is_suspended, WICI_STATUS_SUSPENDED, "suspension", "2023-01-01"},
	{no_beacon, WICI_STATUS_STALE, "beacon", "none"},
	{few_witnesses, WICI_STATUS_STALE, "witness", "0/1 split"},
};
#define FAULTS (sizeof(faults) / sizeof(faults[0]))

TEST(each_fault_has_its_status_and_its_check)
{
	for (size_t i = 0; i < FAULTS; i++) {
		struct wici_verdict v;
		size_t failed = 0;

		good();
		faults[i].fault();
		v = verdict();
		CHECK(v.status == faults[i].status);
		CHECK(check(&v, faults[i].check));
		CHECK(!check(&v, faults[i].check)->ok);
		for (size_t k = 0; k < v.checks_count; k++)
			failed += !v.checks[k].ok;
		CHECK(failed == 1);
		if (faults[i].fault == no_list)
			CHECK(strcmp(check(&v, "issuers_list")->detail,
				     "none") == 0);
		else
			CHECK(strcmp(check(&v, faults[i].check)->detail,
				     faults[i].detail) == 0);
	}
}

static enum wici_status first(enum wici_status a, enum wici_status b)
{
	return a < b ? a : b;
}

/* Two that write one date of the term are no pair; nor is what is not there
 * and anything that it would have to have. */
static bool is_pair(size_t i, size_t j)
{
	bool from =
		(faults[i].fault == not_yet &&
		 faults[j].fault == undated_from) ||
		(faults[j].fault == not_yet && faults[i].fault == undated_from);
	bool until = (faults[i].fault == expired &&
		      faults[j].fault == undated_until) ||
		     (faults[j].fault == expired &&
		      faults[i].fault == undated_until);
	bool none =
		faults[i].fault == not_found || faults[j].fault == not_found;
	/* One state a day: which of the two acts came last decides. */
	bool state = (faults[i].fault == is_revoked &&
		      faults[j].fault == is_suspended) ||
		     (faults[j].fault == is_revoked &&
		      faults[i].fault == is_suspended);

	return !from && !until && !none && !state;
}

TEST(of_two_faults_the_first_in_the_table_is_told)
{
	for (size_t i = 0; i < FAULTS; i++) {
		for (size_t j = 0; j < FAULTS; j++) {
			if (!is_pair(i, j))
				continue;
			good();
			faults[i].fault();
			faults[j].fault();
			CHECK(status() ==
			      first(faults[i].status, faults[j].status));
		}
	}
}

/* Nothing was signed that could be badly signed. */
TEST(what_is_not_there_is_not_found_whatever_else_is_asked)
{
	for (size_t i = 0; i < FAULTS; i++) {
		struct wici_verdict v;

		good();
		not_found();
		if (faults[i].fault == bad_signature ||
		    faults[i].fault == stale_list ||
		    faults[i].fault == newer_roster)
			faults[i].fault();
		v = verdict();
		CHECK(v.status == WICI_STATUS_NOT_FOUND);
		CHECK(v.checks_count == 1);
	}
}

TEST(a_grant_whose_index_was_used_before_is_not_found_and_it_says_so)
{
	struct wici_verdict v;

	good();
	not_found();
	t.c.is_index_used = true;
	v = verdict();
	CHECK(v.status == WICI_STATUS_NOT_FOUND && v.checks_count == 1);
	CHECK(strcmp(v.checks[0].name, "found") == 0 && !v.checks[0].ok);
	CHECK(strcmp(v.checks[0].detail, "void_index") == 0);
}

TEST(a_grant_whose_own_signature_fails_is_bad_whatever_the_caller_says)
{
	good();
	t.acts.act[0].standing = WICI_VOID_SIG;
	CHECK(status() == WICI_STATUS_BAD_SIGNATURE);
}

TEST(without_an_issuer_nothing_is_said_of_revocations)
{
	struct wici_verdict v;

	good();
	unknown_issuer();
	v = verdict();
	CHECK(!check(&v, "revocation") && check(&v, "dates"));
	CHECK(!v.issuer);
}

TEST(the_roots_revocation_is_told_even_without_an_issuer)
{
	struct wici_verdict v;

	good();
	revoked("2023-05-06");
	t.c.by_root = true;
	t.c.root_from = day("2023-05-06");
	t.c.acts_count = 1;
	CHECK(status() == WICI_STATUS_REVOKED);
	unknown_issuer();
	v = verdict();
	CHECK(v.status == WICI_STATUS_UNKNOWN_ISSUER);
	CHECK(!check(&v, "revocation")->ok);
	CHECK(strcmp(check(&v, "revocation")->detail, "2023-05-06") == 0);
}

TEST(a_root_fork_is_told_before_a_forked_feed)
{
	struct wici_verdict v;

	good();
	root_fork();
	disputed_feed();
	v = verdict();
	CHECK(strcmp(check(&v, "dispute")->detail, "root_fork") == 0);
}

static enum wici_status on(const char *text)
{
	t.q.on_day = day(text);
	return status();
}

TEST(years_begin_on_their_first_day_and_end_on_their_last)
{
	good();
	CHECK(on("2021-12-31") == WICI_STATUS_NOT_YET_VALID);
	CHECK(on("2022-01-01") == WICI_STATUS_VALID);
	CHECK(on("2026-12-31") == WICI_STATUS_VALID);
	CHECK(on("2027-01-01") == WICI_STATUS_EXPIRED);
	CHECK(on("0001-01-01") == WICI_STATUS_NOT_YET_VALID);
	CHECK(on("9999-12-31") == WICI_STATUS_EXPIRED);
}

TEST(both_ends_of_explicit_dates_are_inclusive)
{
	good();
	t.c.terms.valid_from = when("2024-02-29");
	t.c.terms.valid_until = when("2024-03-31");
	CHECK(on("2024-02-28") == WICI_STATUS_NOT_YET_VALID);
	CHECK(on("2024-02-29") == WICI_STATUS_VALID);
	CHECK(on("2024-03-31") == WICI_STATUS_VALID);
	CHECK(on("2024-04-01") == WICI_STATUS_EXPIRED);
	t.c.terms.valid_from = t.c.terms.valid_until = when("2024-05-05");
	CHECK(on("2024-05-04") == WICI_STATUS_NOT_YET_VALID);
	CHECK(on("2024-05-05") == WICI_STATUS_VALID);
	CHECK(on("2024-05-06") == WICI_STATUS_EXPIRED);
}

TEST(one_date_alone_still_excludes_days)
{
	good();
	undated_from();
	CHECK(on("2026-12-31") == WICI_STATUS_UNDATED);
	CHECK(on("2027-01-01") == WICI_STATUS_EXPIRED);
	good();
	undated_until();
	CHECK(on("2021-12-31") == WICI_STATUS_NOT_YET_VALID);
	CHECK(on("2022-01-01") == WICI_STATUS_UNDATED);
	good();
	undated_from();
	undated_until();
	CHECK(on("2027-01-01") == WICI_STATUS_UNDATED);
}

TEST(a_revocation_holds_from_its_first_day_on)
{
	struct wici_verdict v;

	good();
	revoked("2024-06-15");
	CHECK(on("2024-06-14") == WICI_STATUS_VALID);
	v = verdict();
	CHECK(check(&v, "revocation")->ok);
	CHECK(strcmp(check(&v, "revocation")->detail, "2024-06-15") == 0);
	CHECK(on("2024-06-15") == WICI_STATUS_REVOKED);
	CHECK(on("2030-01-01") == WICI_STATUS_REVOKED);
	CHECK(on("2021-01-01") == WICI_STATUS_NOT_YET_VALID);
}

TEST(the_issuers_list_is_good_on_its_last_day)
{
	good();
	t.q.today = day("2027-12-31");
	CHECK(status() == WICI_STATUS_VALID);
	t.q.today++;
	CHECK(status() == WICI_STATUS_STALE);
}

/* The day asked about concerns the certificate alone. */
TEST(an_old_day_is_judged_by_todays_list)
{
	good();
	t.q.today = day("2028-06-01");
	CHECK(on("2024-01-01") == WICI_STATUS_STALE);
	good();
	CHECK(on("2026-01-01") == WICI_STATUS_VALID);
}

TEST(names_and_exit_codes_are_those_that_scripts_rely_on)
{
	static const struct {
		enum wici_status s;
		const char *name;
		int exit;
	} want[] = {
		{WICI_STATUS_BAD_SIGNATURE, "BAD_SIGNATURE", 6},
		{WICI_STATUS_NOT_FOUND, "NOT_FOUND", 5},
		{WICI_STATUS_UNKNOWN_ISSUER, "UNKNOWN_ISSUER", 7},
		{WICI_STATUS_DISPUTED, "DISPUTED", 7},
		{WICI_STATUS_REVOKED, "REVOKED", 6},
		{WICI_STATUS_NOT_YET_VALID, "NOT_YET_VALID", 6},
		{WICI_STATUS_EXPIRED, "EXPIRED", 6},
		{WICI_STATUS_SUSPENDED, "SUSPENDED", 6},
		{WICI_STATUS_UNDATED, "UNDATED", 7},
		{WICI_STATUS_STALE, "STALE", 7},
		{WICI_STATUS_VALID, "VALID", 0},
	};

	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		CHECK((size_t)want[i].s == i); /* The order of precedence. */
		CHECK(strcmp(wici_status_name(want[i].s), want[i].name) == 0);
		CHECK(wici_status_exit(want[i].s) == want[i].exit);
	}
}

TEST(the_longest_scheme_fits_its_detail)
{
	struct wici_verdict v;

	good();
	memset(t.r.issuers[0].scheme, 's', WICI_SCHEME_LEN_MAX);
	v = verdict();
	CHECK(strlen(check(&v, "issuer")->detail) == WICI_SCHEME_LEN_MAX);
}

/* A proof file has the grant and the beacon, and not what came between. */
TEST(of_a_file_alone_only_what_the_beacon_covers_is_told)
{
	struct wici_verdict v;

	good();
	t.q.is_alone = true;
	v = verdict();
	CHECK(v.status == WICI_STATUS_VALID);
	CHECK(strcmp(v.not_checked[0], "chain") == 0 && !v.not_checked[1]);
	t.fresh.is_covered = false;
	v = verdict();
	CHECK(v.status == WICI_STATUS_STALE);
	CHECK(strncmp(check(&v, "beacon")->detail, "unlisted ", 9) == 0);
	good();
	t.q.is_alone = true;
	t.fresh.is_restored = true;
	CHECK(status() == WICI_STATUS_VALID); /* Today the beacon says. */
	t.q.on_day--;
	v = verdict();
	CHECK(v.status == WICI_STATUS_STALE);
	CHECK(strncmp(check(&v, "beacon")->detail, "history ", 8) == 0);
	t.q.is_alone = false; /* Who has the whole feed knows its history. */
	CHECK(status() == WICI_STATUS_VALID);
}

TEST(what_no_witness_is_named_for_is_said_not_to_be_checked)
{
	struct wici_verdict v;

	good();
	t.fresh.is_named = false;
	v = verdict();
	CHECK(strcmp(v.not_checked[0], "witness") == 0 && !v.not_checked[1]);
	CHECK(check(&v, "registrar") && !check(&v, "witness"));
	t.fresh.needed = 0;
	v = verdict();
	CHECK(!check(&v, "registrar") && !check(&v, "witness"));
	CHECK(v.status == WICI_STATUS_VALID);
	t.q.fresh = NULL;
	CHECK(status() == WICI_STATUS_STALE);
}

/* Where the acts say when, their days hold; else the beacon's word, for all. */
TEST(a_beacon_that_is_worse_than_the_acts_counts_for_every_day)
{
	struct wici_verdict v;

	good();
	t.fresh.said = WICI_CERT_REVOKED;
	v = verdict();
	CHECK(v.status == WICI_STATUS_REVOKED);
	CHECK(strcmp(check(&v, "revocation")->detail, "beacon") == 0);
	t.q.on_day = day("2022-01-01");
	CHECK(status() == WICI_STATUS_REVOKED);
	revoked("2023-01-01");
	CHECK(status() == WICI_STATUS_VALID);
	/* What the root has said since may be just about this. */
	good();
	t.fresh.said = WICI_CERT_REVOKED;
	t.fresh.is_before = true;
	v = verdict();
	CHECK(v.status == WICI_STATUS_STALE);
	CHECK(strncmp(check(&v, "beacon")->detail, "before ", 7) == 0);
	good();
	t.fresh.is_covered = false; /* An act came behind it. */
	t.fresh.said = WICI_CERT_REVOKED;
	CHECK(status() == WICI_STATUS_VALID);
}

TEST_MAIN(
	RUN(a_good_certificate_is_valid_and_every_check_says_so),
	RUN(each_fault_has_its_status_and_its_check),
	RUN(of_two_faults_the_first_in_the_table_is_told),
	RUN(what_is_not_there_is_not_found_whatever_else_is_asked),
	RUN(a_grant_whose_index_was_used_before_is_not_found_and_it_says_so),
	RUN(a_grant_whose_own_signature_fails_is_bad_whatever_the_caller_says),
	RUN(without_an_issuer_nothing_is_said_of_revocations),
	RUN(the_roots_revocation_is_told_even_without_an_issuer),
	RUN(a_root_fork_is_told_before_a_forked_feed),
	RUN(years_begin_on_their_first_day_and_end_on_their_last),
	RUN(both_ends_of_explicit_dates_are_inclusive),
	RUN(one_date_alone_still_excludes_days),
	RUN(a_revocation_holds_from_its_first_day_on),
	RUN(the_issuers_list_is_good_on_its_last_day),
	RUN(an_old_day_is_judged_by_todays_list),
	RUN(names_and_exit_codes_are_those_that_scripts_rely_on),
	RUN(the_longest_scheme_fits_its_detail),
	RUN(of_a_file_alone_only_what_the_beacon_covers_is_told),
	RUN(what_no_witness_is_named_for_is_said_not_to_be_checked),
	RUN(a_beacon_that_is_worse_than_the_acts_counts_for_every_day))
