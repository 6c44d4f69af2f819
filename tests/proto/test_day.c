/* tests/proto/test_day.c — Days, against a calendar counted out by hand and
 * against the C library. */
#include "proto/day.h"

#include <stdlib.h>
#include <time.h>

#include "tests/test.h"

static int32_t parse(const char *s)
{
	int32_t day;

	CHECK_OK(wici_day_parse(&day, wici_bytes_str(s)));
	return day;
}

TEST(every_day_of_10000_years_follows_the_one_before)
{
	static const int lens[] = {31, 28, 31, 30, 31, 30,
				   31, 31, 30, 31, 30, 31};
	int32_t want = parse("0001-01-01"), first, last;
	char text[32], out[11];

	for (int y = 1; y <= 9999; y++) {
		bool is_leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;

		for (int m = 1; m <= 12; m++) {
			int len = lens[m - 1] + (m == 2 && is_leap);

			snprintf(text, sizeof(text), "%04d-%02d", y, m);
			CHECK_OK(wici_when_parse(&first, &last,
						 wici_bytes_str(text)));
			CHECK(first == want && last == want + len - 1);
			for (int d = 1; d <= len; d++, want++) {
				snprintf(text, sizeof(text), "%04d-%02d-%02d",
					 y, m, d);
				CHECK(parse(text) == want);
				wici_day_format(out, want);
				CHECK(strcmp(out, text) == 0);
			}
		}
	}
	CHECK(want == parse("9999-12-31") + 1);
	CHECK(parse("1970-01-01") == 0);
}

TEST(a_partial_date_covers_its_whole_year_or_month)
{
	int32_t first, last;

	CHECK_OK(wici_when_parse(&first, &last, WICI_BYTES("2014")));
	CHECK(first == parse("2014-01-01") && last == parse("2014-12-31"));
	CHECK_OK(wici_when_parse(&first, &last, WICI_BYTES("2024-02")));
	CHECK(first == parse("2024-02-01") && last == parse("2024-02-29"));
	CHECK_OK(wici_when_parse(&first, &last, WICI_BYTES("2019-03-22")));
	CHECK(first == parse("2019-03-22") && last == first);
}

TEST(what_is_no_date_is_refused)
{
	static const char *const bad[] = {
		"",           "2",           "201",         "20145",
		"0000",       "0000-01-01",  "2019-",       "2019-0",
		"2019-00",    "2019-13",     "2019/03",     "2019-3-22",
		"2019-03-2",  "2019-03-",    "2019-03-00",  "2019-03-32",
		"2019-04-31", "2019-02-29",  "1900-02-29",  "2019-03/22",
		"2019:03-22", "2019-03-022", " 019-03-22",  "+019-03-22",
		"-019",       "2019-03-22 ", "2019-03-2x",  "20l9",
		"2019-0a",    "2o19-03-22",  "12019-03-22", "22-03-2019"};
	int32_t first, last;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		CHECK_ERR(
			wici_when_parse(&first, &last, wici_bytes_str(bad[i])),
			WICI_BAD_FIELD);
		CHECK_ERR(wici_day_parse(&first, wici_bytes_str(bad[i])),
			  WICI_BAD_FIELD);
	}
	CHECK_ERR(wici_day_parse(&first, WICI_BYTES("2019")), WICI_BAD_FIELD);
	CHECK_ERR(wici_day_parse(&first, WICI_BYTES("2019-03")),
		  WICI_BAD_FIELD);
	CHECK_OK(wici_day_parse(&first, WICI_BYTES("2000-02-29")));
}

/* The POSIX zone has the EU's rule and needs no zone files. */
static int32_t libc_day(int64_t time_ms)
{
	time_t s = (time_t)(time_ms / 1000);
	struct tm tm;
	char text[32];

	localtime_r(&s, &tm);
	strftime(text, sizeof(text), "%Y-%m-%d", &tm);
	return parse(text);
}

TEST(the_day_in_poland_is_the_one_the_c_library_finds)
{
	const int64_t from = 820454400; /* 1996-01-01 */
	const int64_t to = 4102444800;  /* 2100-01-01 */

	setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
	tzset();
	for (int64_t s = from; s < to; s += 1800)
		CHECK(wici_day_warsaw(s * 1000) == libc_day(s * 1000));
}

TEST(midnight_in_poland_is_an_hour_or_two_before_utc)
{
	/* 2026-10-25 is the last Sunday of October. */
	const int64_t day = 86400000, hour = 3600000;
	const int64_t d24 = parse("2026-10-24") * day;
	const int64_t d25 = parse("2026-10-25") * day;

	CHECK(wici_day_warsaw(d24 + 22 * hour - 1) == parse("2026-10-24"));
	CHECK(wici_day_warsaw(d24 + 22 * hour) == parse("2026-10-25"));
	CHECK(wici_day_warsaw(d25 + 22 * hour) == parse("2026-10-25"));
	CHECK(wici_day_warsaw(d25 + 23 * hour - 1) == parse("2026-10-25"));
	CHECK(wici_day_warsaw(d25 + 23 * hour) == parse("2026-10-26"));
	CHECK(wici_day_warsaw(-1) == 0);
	CHECK(wici_day_warsaw(-hour - 1) == -1);
}

TEST(a_day_begins_where_the_one_before_ends)
{
	for (int32_t day = parse("2020-01-01"); day < parse("2030-01-01");
	     day++) {
		int64_t start = wici_day_start(day);

		CHECK(wici_day_warsaw(start) == day);
		CHECK(wici_day_warsaw(start - 1) == day - 1);
	}
	CHECK(wici_day_start(parse("2022-01-01")) == 1640991600000);
	CHECK(wici_day_start(parse("9999-12-31") + 1) ==
	      wici_day_start(parse("9999-12-31")) + 86400000);
	CHECK(wici_day_start(INT32_MIN) == wici_day_start(parse("0001-01-01")));
}

TEST(a_time_no_calendar_has_is_clamped)
{
	char out[25];

	CHECK(wici_day_warsaw(INT64_MIN) == parse("0001-01-01"));
	CHECK(wici_day_warsaw(INT64_MAX) == parse("9999-12-31"));
	wici_time_format(out, INT64_MIN);
	CHECK(strcmp(out, "0001-01-01T00:00:00.000Z") == 0);
	wici_time_format(out, INT64_MAX);
	CHECK(strcmp(out, "9999-12-31T23:59:59.999Z") == 0);
	wici_day_format(out, INT32_MIN);
	CHECK(strcmp(out, "0001-01-01") == 0);
	wici_day_format(out, INT32_MAX);
	CHECK(strcmp(out, "9999-12-31") == 0);
}

TEST(times_are_written_as_rfc_3339)
{
	char out[25], want[64];
	time_t s;
	struct tm tm;

	CHECK(WICI_TIME_LEN + 1 == sizeof(out));
	wici_time_format(out, 1763688123456);
	CHECK(strcmp(out, "2025-11-21T01:22:03.456Z") == 0);
	wici_time_format(out, -1);
	CHECK(strcmp(out, "1969-12-31T23:59:59.999Z") == 0);
	for (int64_t t = -62135596800; t < 253402300800; t += 31234567) {
		s = (time_t)t;
		gmtime_r(&s, &tm);
		snprintf(want, sizeof(want),
			 "%04d-%02d-%02dT%02d:%02d:%02d.007Z",
			 tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
			 tm.tm_hour, tm.tm_min, tm.tm_sec);
		wici_time_format(out, t * 1000 + 7);
		CHECK(strcmp(out, want) == 0);
	}
}

TEST_MAIN(RUN(every_day_of_10000_years_follows_the_one_before),
	  RUN(a_partial_date_covers_its_whole_year_or_month),
	  RUN(what_is_no_date_is_refused),
	  RUN(the_day_in_poland_is_the_one_the_c_library_finds),
	  RUN(midnight_in_poland_is_an_hour_or_two_before_utc),
	  RUN(a_day_begins_where_the_one_before_ends),
	  RUN(a_time_no_calendar_has_is_clamped),
	  RUN(times_are_written_as_rfc_3339))
