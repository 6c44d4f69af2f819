/* tests/proto/test_area.c — The area of an institution: a union by years, with
 * what the sources are really like: addresses twice, streets without numbers,
 * changes that end something. */
#include "proto/area.h"

#include "proto/day.h"
#include "proto/kinds/area.h"
#include "proto/mp_write.h"
#include "tests/test.h"

#include <stdio.h>
#include <string.h>

#define RECORDS_MAX 12

/* A record as one reads it: blocks are "street number; street number", parted at
 * the last blank. */
struct told {
	const char *estate, *since, *until, *change, *blocks, *streets;
	bool partial;
	unsigned supersedes; /* The record of this place, from 1; 0: none. */
};

static struct wici_area_record records[RECORDS_MAX];
static uint8_t bodies[RECORDS_MAX][2000];
static struct wici_area_item items[RECORDS_MAX * 40];
static size_t count;

static uint32_t parts(const char *list)
{
	uint32_t n = list && *list ? 1 : 0;

	for (; list && *list; list++)
		n += *list == ';';
	return n;
}

static struct wici_bytes part(const char **list)
{
	const char *from = *list + strspn(*list, " ");
	size_t len = strcspn(from, ";");

	*list = from + len + (from[len] == ';');
	return (struct wici_bytes){(const uint8_t *)from, len};
}

static void put_blocks(struct wici_mp_writer *w, const char *blocks)
{
	wici_mp_str(w, "addresses");
	wici_mp_array(w, parts(blocks));
	while (*blocks) {
		struct wici_bytes b = part(&blocks);
		size_t at = b.len;

		while (b.p[at - 1] != ' ')
			at--;
		wici_mp_map(w, 2);
		wici_mp_str(w, "number");
		wici_mp_str_bytes(w, (struct wici_bytes){b.p + at, b.len - at});
		wici_mp_str(w, "street");
		wici_mp_str_bytes(w, (struct wici_bytes){b.p, at - 1});
	}
}

static void put_text(struct wici_mp_writer *w, const char *key, const char *v)
{
	if (!v)
		return;
	wici_mp_str(w, key);
	wici_mp_str(w, v);
}

static struct wici_id id_of(unsigned number)
{
	return (struct wici_id){{(uint8_t)number, 1}};
}

static void tell(const struct told *t)
{
	struct wici_area_record *r = &records[count];
	struct wici_id old = id_of(t->supersedes);
	struct wici_mp_writer w;
	struct wici_problem p;

	wici_mp_writer_init(&w, bodies[count], sizeof(bodies[count]));
	wici_mp_map(&w, 1u + !!t->blocks + !!t->change + t->partial +
				!!t->since + !!t->supersedes + !!t->until +
				!!t->streets);
	if (t->blocks)
		put_blocks(&w, t->blocks);
	put_text(&w, "change", t->change);
	put_text(&w, "estate", t->estate);
	if (t->partial) {
		wici_mp_str(&w, "partial");
		wici_mp_bool(&w, true);
	}
	put_text(&w, "since_year", t->since);
	if (t->supersedes) {
		wici_mp_str(&w, "supersedes");
		wici_mp_bin(&w, old.b, sizeof(old.b));
	}
	put_text(&w, "until", t->until);
	if (t->streets) {
		const char *streets = t->streets;

		wici_mp_str(&w, "whole_streets");
		wici_mp_array(&w, parts(streets));
		while (*streets)
			wici_mp_str_bytes(&w, part(&streets));
	}
	CHECK_OK(wici_mp_written(&w, &r->body));
	CHECK_OK(wici_kind_check(&wici_kind_area_update, r->body, &p));
	r->id = id_of((unsigned)++count);
}

static int32_t day_of(const char *when)
{
	int32_t first, last;

	CHECK_OK(wici_when_parse(&first, &last, wici_bytes_str(when)));
	return last;
}

/* "Estate(part) 2014: ul. A *, ul. B 1, ul. B -2 | …" */
static const char *area_on(const char *when)
{
	static char text[4000];
	size_t len = 0;
	size_t n;

	CHECK(wici_area_room(records, count) <=
	      sizeof(items) / sizeof(items[0]));
	n = wici_area_fold(records, count, day_of(when), items);
	text[0] = '\0';
	for (size_t i = 0; i < n; i++) {
		const struct wici_area_item *item = &items[i];

		if (!item->street.p)
			len += (size_t)snprintf(
				text + len, sizeof(text) - len,
				"%s%.*s%s%s %.*s:", i ? " | " : "",
				(int)item->estate.len,
				(const char *)item->estate.p,
				item->is_partial ? "(part)" : "",
				item->is_bare ? "(all)" : "",
				(int)item->since.text.len,
				(const char *)item->since.text.p);
		else
			len += (size_t)snprintf(text + len, sizeof(text) - len,
						" %.*s%s%.*s,",
						(int)item->street.len,
						(const char *)item->street.p,
						item->is_without ? " -"
						: item->number.p ? " "
								 : " *",
						(int)item->number.len,
						(const char *)item->number.p);
	}
	return text;
}

static void check_area(const char *when, const char *expected)
{
	const char *got = area_on(when);

	if (strcmp(got, expected) != 0)
		print_error("on %s: %s\n", when, got);
	CHECK(strcmp(got, expected) == 0);
}

static const struct told stalowa_wola[] = {
	{"Osiedle Fabryczne", "2014", NULL, "start",
	 "ul. 1-go Sierpnia 22; ul. Podleśna 2", NULL, false, 0},
	{"Osiedle Fabryczne", "2016", NULL, "extension",
	 "ul. Podleśna 1; ul. Podleśna 2; ul. Podleśna 10; "
	 "ul. 1-go Sierpnia 13; ul. 1-go Sierpnia 22; ul. Kilińskiego 2",
	 "ul. Okrzei; ul. Bema", false, 0},
	{"Osiedle Wyzwolenia", "2018", NULL, "next",
	 "ul. M. Siedlanowskiego 10; ul. M. Siedlanowskiego 2", NULL, true, 0},
};

static void tell_all(const struct told *told, size_t n)
{
	count = 0;
	for (size_t i = 0; i < n; i++)
		tell(&told[i]);
}

TEST(each_year_adds_to_what_there_was_and_nothing_is_there_twice)
{
	tell_all(stalowa_wola, 3);
	check_area("2013", "");
	check_area("2014", "Osiedle Fabryczne 2014: ul. 1-go Sierpnia 22, "
			   "ul. Podleśna 2,");
	check_area("2016", "Osiedle Fabryczne 2014: ul. 1-go Sierpnia 13, "
			   "ul. 1-go Sierpnia 22, ul. Bema *, "
			   "ul. Kilińskiego 2, ul. Okrzei *, ul. Podleśna 1, "
			   "ul. Podleśna 2, ul. Podleśna 10,");
	check_area("2018-01-01",
		   "Osiedle Fabryczne 2014: ul. 1-go Sierpnia 13, "
		   "ul. 1-go Sierpnia 22, ul. Bema *, ul. Kilińskiego 2, "
		   "ul. Okrzei *, ul. Podleśna 1, ul. Podleśna 2, "
		   "ul. Podleśna 10, | Osiedle Wyzwolenia(part) 2018: "
		   "ul. M. Siedlanowskiego 2, ul. M. Siedlanowskiego 10,");
}

TEST(a_whole_street_covers_its_blocks)
{
	static const struct told told[] = {
		{"A", "2014", NULL, NULL, "x 1; x 2; y 1", NULL, false, 0},
		{"A", "2016", NULL, NULL, NULL, "x", false, 0},
		{"B", "2016", NULL, NULL, "x 1", NULL, false, 0},
	};

	tell_all(told, 3);
	check_area("2015", "A 2014: x 1, x 2, y 1,");
	check_area("2016", "A 2014: x *, y 1, | B 2016: x 1,");
}

TEST(what_ended_is_out_and_what_came_later_is_in)
{
	static const struct told told[] = {
		{"A", "2014", NULL, NULL, "x 1; x 2; y 1", "z", false, 0},
		{"A", "2016", NULL, "end", "x 1", NULL, false, 0},
		{"A", "2018", NULL, "extension", "x 1", NULL, false, 0},
		{"A", "2020-06", NULL, "end", NULL, NULL, false, 0},
		{"A", "2021", "2022-03", "start", "y 1", NULL, false, 0},
		{"A", "2017", NULL, "end", "z 7", NULL, false, 0},
	};

	tell_all(told, 6);
	check_area("2015", "A 2014: x 1, x 2, y 1, z *,");
	check_area("2016", "A 2014: x 2, y 1, z *,");
	check_area("2017", "A 2014: x 2, y 1, z *, z -7,");
	check_area("2018", "A 2014: x 1, x 2, y 1, z *, z -7,");
	check_area("2020-05", "A 2014: x 1, x 2, y 1, z *, z -7,");
	check_area("2020-06-01", "");
	check_area("2021", "A 2021: y 1,");
	check_area("2022-03-31", "A 2021: y 1,");
	check_area("2022-04-01", "");
}

TEST(an_end_may_say_until_when_or_no_day_at_all)
{
	static const struct told told[] = {
		{"A", "2014", NULL, NULL, "x 1", NULL, false, 0},
		{"A", NULL, "2016", "end", NULL, NULL, false, 0},
		{"B", "2014", NULL, NULL, "x 1", NULL, false, 0},
		{"B", NULL, NULL, "end", NULL, NULL, false, 0},
	};

	tell_all(told, 4);
	check_area("2016", "A 2014: x 1,");
	check_area("2017-01-01", "");
}

TEST(an_estate_alone_is_all_of_it_or_a_part)
{
	static const struct told told[] = {
		{"A", NULL, NULL, NULL, NULL, NULL, true, 0},
		{"B", "2014", NULL, NULL, NULL, NULL, true, 0},
		{"B", "2016", NULL, "extension", NULL, NULL, false, 0},
	};

	tell_all(told, 3);
	check_area("2014", "A(part)(all) : | B(part)(all) 2014:");
	check_area("2016", "A(part)(all) : | B(all) 2014:");
}

TEST(a_record_that_was_replaced_says_nothing)
{
	static const struct told told[] = {
		{"A", "2014", NULL, NULL, "x 1; x 2", NULL, false, 0},
		{"A", "2014", NULL, NULL, "x 1; x 3", NULL, false, 1},
		{"A", "2015", NULL, NULL, "x 1; x 4", NULL, false, 2},
	};

	tell_all(told, 2);
	check_area("2014", "A 2014: x 1, x 3,");
	tell_all(told, 3);
	check_area("2014", "");
	check_area("2015", "A 2015: x 1, x 4,");
	CHECK(records[0].is_replaced && records[1].is_replaced &&
	      !records[2].is_replaced);
}

/* ---- in whatever order, and against what it means ---- */

static uint32_t seed = 7;

static unsigned draw(unsigned below)
{
	seed = seed * 1103515245u + 12345u;
	return (seed >> 16) % below;
}

/* By the last digit but for the last, which begins as 2014 does. */
static const char *const years[] = {"2014", "2015", "2016", "2017", "2014-01"};
static const char *const blocks[] = {"x 1", "x 2", "x 1; x 2", NULL};

static struct told draw_record(void)
{
	struct told t = {.estate = draw(3) ? "A" : "B"};
	unsigned what = draw(4);

	t.since = draw(8) ? years[draw(5)] : NULL;
	t.change = draw(3) ? "next" : "end";
	t.blocks = what == 3 ? NULL : blocks[what];
	t.streets = draw(5) ? NULL : "x";
	t.partial = draw(2);
	return t;
}

static int year(const char *text)
{
	return text ? (text[3] - '0') : -1;
}

static bool names(const struct told *t, const char *number)
{
	bool is_bare = !t->blocks && !t->streets;

	return is_bare || t->streets ||
	       (t->blocks && strstr(t->blocks, number));
}

/* By the definition: some addition that no end since has taken away. */
static bool is_in(const struct told *told, size_t n, const char *estate,
		  const char *number, int now)
{
	for (size_t i = 0; i < n; i++) {
		const struct told *add = &told[i];
		bool ended = false;

		if (strcmp(add->estate, estate) != 0 || !names(add, number) ||
		    strcmp(add->change, "end") == 0 || year(add->since) > now)
			continue;
		for (size_t j = 0; j < n; j++)
			ended |= strcmp(told[j].estate, estate) == 0 &&
				 strcmp(told[j].change, "end") == 0 &&
				 names(&told[j], number) &&
				 year(told[j].since) <= now &&
				 (!told[j].since ||
				  year(told[j].since) >= year(add->since));
		if (!ended)
			return true;
	}
	return false;
}

/* Is the block in, by what the fold says: alone, by its street or estate? */
static bool says(const char *estate, const char *number, size_t n)
{
	bool is = false;

	for (size_t i = 0; i < n; i++) {
		if (!wici_bytes_is(items[i].estate, estate))
			continue;
		if (items[i].is_without &&
		    wici_bytes_is(items[i].number, number))
			is = false;
		else if (!items[i].street.p)
			is |= items[i].is_bare;
		else
			is |= !items[i].number.p ||
			      (!items[i].is_without &&
			       wici_bytes_is(items[i].number, number));
	}
	return is;
}

TEST(any_order_gives_one_area_and_it_is_what_the_records_mean)
{
	for (int round = 0; round < 3000; round++) {
		struct told told[6];
		size_t n = 2 + draw(5);
		int now = 4 + (int)draw(4);
		char first[4000];

		for (size_t i = 0; i < n; i++)
			told[i] = draw_record();
		tell_all(told, n);
		(void)snprintf(first, sizeof(first), "%s",
			       area_on(years[now - 4]));
		for (int turn = 0; turn < 4; turn++) {
			for (size_t i = n; i-- > 1;) {
				size_t j = draw((unsigned)i + 1);
				struct wici_area_record r = records[i];

				records[i] = records[j];
				records[j] = r;
			}
			CHECK(strcmp(area_on(years[now - 4]), first) == 0);
		}
		n = wici_area_fold(records, count, day_of(years[now - 4]),
				   items);
		for (int e = 0; e < 2; e++)
			for (int b = 0; b < 2; b++) {
				const char *estate = e ? "A" : "B";
				bool is = is_in(told, count, estate,
						blocks[b] + 2, now);
				bool whole = false;

				/* Of an estate named whole, blocks that ended
				 * are not told. */
				for (size_t i = 0; i < n; i++)
					whole |= items[i].is_bare &&
						 wici_bytes_is(items[i].estate,
							       estate);
				CHECK(whole ||
				      says(estate, blocks[b] + 2, n) == is);
			}
	}
}

TEST_MAIN(RUN(each_year_adds_to_what_there_was_and_nothing_is_there_twice),
	  RUN(a_whole_street_covers_its_blocks),
	  RUN(what_ended_is_out_and_what_came_later_is_in),
	  RUN(an_end_may_say_until_when_or_no_day_at_all),
	  RUN(an_estate_alone_is_all_of_it_or_a_part),
	  RUN(a_record_that_was_replaced_says_nothing),
	  RUN(any_order_gives_one_area_and_it_is_what_the_records_mean))
