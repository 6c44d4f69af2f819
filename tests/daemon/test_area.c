/* tests/daemon/test_area.c — area.get, on what the texts say of a real
 * institution (tests/data): the years add up, whatever came first. */
#include "tests/daemon/call.h"
#include "tests/daemon/fixture.h"

#define LINES_MAX 8

static char lines[LINES_MAX][8000];
static size_t lines_count;

/* The records, with ' for ": none of them has one. */
static void load(void)
{
	FILE *f = fopen("tests/data/stalowa-wola/02-area.update.jsonl", "r");

	CHECK(f != NULL);
	lines_count = 0;
	while (lines_count < LINES_MAX &&
	       fgets(lines[lines_count], sizeof(lines[0]), f)) {
		char *line = lines[lines_count++];

		CHECK(!strchr(line, '\''));
		for (char *p = line; (p = strchr(p, '"'));)
			*p = '\'';
	}
	(void)fclose(f);
	CHECK(lines_count == 3);
}

static void publish(struct fixture *f, const char *body)
{
	static char params[9000];

	(void)snprintf(params, sizeof(params),
		       "{'kind': 'area.update', 'body': %s}", body);
	CHECK(strstr(call(f, "record.add", params), "'id'"));
}

static const char *area(struct fixture *f, const char *on)
{
	char params[100];

	(void)snprintf(params, sizeof(params),
		       "{'institution': 'MOPS', 'on': '%s'}", on);
	return call(f, "area.get", params);
}

/* The numbers of a street, as they stand in the reply. */
static void check_street(const char *reply, const char *street,
			 const char *numbers)
{
	char head[200];
	char got[400] = "";
	const char *at, *end;

	(void)snprintf(head, sizeof(head), "'street':'%s'", street);
	at = strstr(reply, head);
	CHECK(at != NULL);
	end = strstr(at, "'without'");
	while ((at = strstr(at, "'number':'")) && at < end) {
		at += 10;
		strncat(got, at, strcspn(at, "'"));
		strcat(got, " ");
	}
	if (strcmp(got, numbers) != 0)
		print_error("%s: %s\n", street, got);
	CHECK(strcmp(got, numbers) == 0);
}

static void check_years(struct fixture *f)
{
	const char *reply = area(f, "2013");

	CHECK(strstr(reply, "'estates':[]"));
	reply = area(f, "2014");
	check_street(reply, "ul. 1-go Sierpnia", "22 ");
	check_street(reply, "ul. Podleśna", "2 ");
	CHECK(!strstr(reply, "ul. Okrzei"));
	reply = area(f, "2016-12-31");
	check_street(reply, "ul. 1-go Sierpnia", "13 15 17 19 22 ");
	check_street(reply, "ul. Podleśna", "1 2 3 5 ");
	check_street(reply, "ul. Dmowskiego", "12 13 14 15 16 17 18 19 ");
	check_street(reply, "ul. Bema", "");
	CHECK(strstr(reply, "'street':'ul. Okrzei','whole':true"));
	CHECK(!strstr(reply, "Wyzwolenia"));
	reply = area(f, "2018");
	check_street(reply, "ul. M. Siedlanowskiego", "2 4 6 8 10 ");
	CHECK(strstr(reply, "'estate':'Osiedle Wyzwolenia','partial':true"));
	CHECK(strstr(reply, "'estate':'Osiedle Fabryczne','partial':false"));
}

TEST(the_years_of_a_real_institution_add_up_in_every_order)
{
	static const int orders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
					 {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};

	load();
	for (size_t i = 0; i < 6; i++) {
		struct fixture f;

		fixture_open(&f);
		fixture_found(&f, "MOPS");
		for (size_t k = 0; k < 3; k++)
			publish(&f, lines[orders[i][k]]);
		check_years(&f);
		fixture_drop(&f);
	}
}

TEST(a_correction_and_an_end_are_seen_at_once)
{
	struct fixture f;
	char id[65];
	char params[300];
	const char *reply;

	load();
	fixture_open(&f);
	fixture_found(&f, "MOPS");
	publish(&f, lines[0]);
	reply = call(&f, "record.list", "{'kind': 'area'}");
	(void)snprintf(id, sizeof(id), "%.64s", strstr(reply, "'id':'") + 6);
	(void)snprintf(params, sizeof(params),
		       "{'id': '%s', 'body': {'since_year': '2015'}}", id);
	CHECK(strstr(call(&f, "record.edit", params), "'id'"));
	CHECK(strstr(area(&f, "2014"), "'estates':[]"));
	check_street(area(&f, "2015"), "ul. Podleśna", "2 ");

	publish(&f, "{'estate': 'Osiedle Fabryczne', 'change': 'end', "
		    "'since_year': '2020'}");
	check_street(area(&f, "2019"), "ul. Podleśna", "2 ");
	CHECK(strstr(area(&f, "2020"), "'estates':[]"));
	CHECK(strstr(area(&f, "2020-13"), "'expected':'when'"));
	CHECK(strstr(call(&f, "area.get", "{'institution': 'nobody'}"),
		     "not_found"));
	fixture_drop(&f);
}

TEST_MAIN(RUN(the_years_of_a_real_institution_add_up_in_every_order),
	  RUN(a_correction_and_an_end_are_seen_at_once))
