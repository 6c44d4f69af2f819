/* Certificates that are about to end: which of them, in which order, and page
 * by page. The clock stands at 2026-11-21. */
#include "tests/daemon/call.h"

static void grant(struct fixture *f, int number, const char *until)
{
	char json[300];

	(void)snprintf(json, sizeof(json),
		       "{'holder':'CAL','number':'%d','valid_from':'2022',"
		       "'valid_until':'%s'}",
		       number, until);
	CHECK(has(call(f, "cert.grant", json), "'id'"));
}

/* The numbers of a list, one behind the other: "3 1 ". */
static void numbers(const char *list, char out[400])
{
	size_t len = 0;

	out[0] = '\0';
	for (const char *p = list; (p = strstr(p, "'number':'"));) {
		p += strlen("'number':'");
		len += (size_t)snprintf(out + len, 400 - len, "%.*s ",
					(int)strcspn(p, "'"), p);
		CHECK(len < 400);
	}
}

static bool lists(struct fixture *f, const char *params, const char *expected)
{
	char got[400];

	numbers(call(f, "cert.list", params), got);
	if (strcmp(got, expected) != 0)
		print_error("%s: \"%s\"\n", params, got);
	return strcmp(got, expected) == 0;
}

TEST(the_soonest_come_first_and_today_is_among_them)
{
	struct fixture f;

	call_found(&f);
	grant(&f, 1, "2026"); /* 31 December: in 40 days. */
	grant(&f, 2, "2026-11-21");
	grant(&f, 3, "2026-11-20"); /* Yesterday. */
	grant(&f, 4, "2026-11-22");
	grant(&f, 5, "2027-11-22");
	(void)call(&f, "cert.grant",
		   "{'holder':'CAL','number':'6','valid_from':'2022'}");
	(void)call(&f, "cert.grant",
		   "{'holder':'CAL','number':'7','valid_from':'2026-12-01',"
		   "'valid_until':'2026-12-05'}");
	CHECK(lists(&f, "{'expiring':0}", "2 "));
	CHECK(lists(&f, "{'expiring':39}", "2 4 "));
	CHECK(lists(&f, "{'expiring':40}", "2 4 1 "));
	CHECK(lists(&f, "{'expiring':4000000000}", "2 4 1 5 "));
	CHECK(lists(&f, "{'expiring':40,'holder':'CAL'}", "2 4 1 "));
	CHECK(has(call(&f, "cert.list", "{'expiring':-1}"),
		  "'field':'expiring'"));
	/* As always: the newest grant first. */
	CHECK(lists(&f, "{}", "7 6 5 4 3 2 1 "));
	(void)call(&f, "cert.revoke", "{'ref':'4','reason':'Powód'}");
	CHECK(lists(&f, "{'expiring':40}", "2 1 "));
	fixture_drop(&f);
}

/* In pages, whatever their size, and with those of one day among them. */
TEST(pages_follow_each_other_without_gap_or_double)
{
	struct fixture f;
	char json[200];

	call_found(&f);
	for (int i = 0; i < 9; i++)
		grant(&f, i, i % 3 ? "2026-12-01" : "2026-11-30");
	(void)call(&f, "cert.revoke", "{'ref':'8','reason':'Powód'}");
	for (int limit = 1; limit <= 9; limit++) {
		char all[400] = "";
		char part[400];
		char next[64] = "";
		int pages = 0;

		for (const char *r = NULL; !r || !strstr(r, "'next':null");
		     pages++) {
			if (r)
				call_get(r, "next", next, sizeof(next));
			(void)snprintf(json, sizeof(json),
				       "{'expiring':30,'limit':%d%s%s%s}",
				       limit, next[0] ? ",'after':'" : "", next,
				       next[0] ? "'" : "");
			r = call(&f, "cert.list", json);
			numbers(r, part);
			CHECK(strlen(all) + strlen(part) < sizeof(all));
			strcat(all, part);
			CHECK(pages < 9);
		}
		CHECK(strcmp(all, "0 3 6 1 2 4 5 7 ") == 0);
		/* The last page says that it is the last. */
		CHECK(pages == (8 + limit - 1) / limit);
	}
	fixture_drop(&f);
}

TEST(a_corrected_certificate_is_there_once_with_its_new_day)
{
	struct fixture f;

	call_found(&f);
	grant(&f, 1, "2026-11-30");
	CHECK(has(call(&f, "record.edit",
		       "{'id':'1','body':{'valid_until':'2026-12-01',"
		       "'number':'2'}}"),
		  "'id'"));
	CHECK(lists(&f, "{'expiring':9}", ""));
	CHECK(lists(&f, "{'expiring':10}", "2 "));
	CHECK(lists(&f, "{}", "2 "));
	fixture_drop(&f);
}

TEST_MAIN(RUN(the_soonest_come_first_and_today_is_among_them),
	  RUN(pages_follow_each_other_without_gap_or_double),
	  RUN(a_corrected_certificate_is_there_once_with_its_new_day))
