/* tests/daemon/test_day_hint.c — Dates as people type them get the form that
 * is wanted told; and none is taken for another. */
#include "daemon/day_hint.h"

#include "tests/daemon/call.h"

static void check_hint(bool is_day, const char *typed, const char *hint)
{
	struct wici_mp_writer w;
	struct wici_bytes raw;
	struct fault fault;
	uint8_t buf[200];

	fault_init(&fault);
	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_mp_str(&w, typed);
	CHECK_OK(wici_mp_written(&w, &raw));
	day_hint(&fault, is_day, raw);
	if (strcmp(fault.hint, hint) != 0)
		print_error("%s: %s\n", typed, fault.hint);
	CHECK(strcmp(fault.hint, hint) == 0);
	fault_clear(&fault);
}

TEST(a_date_in_another_form_is_told_as_it_is_to_be_written)
{
	static const char *const days[] = {
		"31.12.2026",      "31. 12. 2026",      "31/12/2026",
		"2026/12/31",      "2026.12.31",        "12/31/2026",
		"31-12-2026",      "31 grudnia 2026",   "31 GRUDNIA 2026 r.",
		"dnia 31.12.2026", "December 31, 2026", "31 Dec 2026"};

	for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++)
		for (int is_day = 0; is_day < 2; is_day++)
			check_hint(is_day, days[i], "write 2026-12-31");
	check_hint(true, "2026-1-5", "write 2026-01-05");
	check_hint(true, "5 października 2026", "write 2026-10-05");
	check_hint(true, "3.4.2019", "write 2019-04-03");
	check_hint(false, "12.2026", "write 2026-12");
	check_hint(false, "marzec 2019", "write 2019-03");
	check_hint(false, "od 2014 r.", "write 2014");
}

TEST(a_day_that_there_is_not_is_told_and_nothing_is_guessed)
{
	static const char none[] = "there is no such day in the calendar";

	check_hint(true, "2026-13-01", none);
	check_hint(true, "2026-02-30", none);
	check_hint(false, "2026-13", none);
	check_hint(true, "2025-02-29", none);
	check_hint(true, "2026", "");
	check_hint(true, "12.2026", "");
	check_hint(true, "26-12-31", "");
	check_hint(true, "31.12.26", "");
	check_hint(true, "31.02.2026", "");
	check_hint(true, "1 2026 5", "");
	check_hint(false, "kiedyś", "");
	check_hint(false, "", "");
	check_hint(false, "...", "");
	check_hint(false, "99999999999", "");
	check_hint(false, "1.2.3.2026", "");
	check_hint(false, "\xc5", "");
}

TEST(a_call_that_is_refused_brings_the_hint)
{
	struct fixture f;

	call_found(&f);
	CHECK(has(call(&f, "event.report",
		       "{'title':'x','kind':'y','date':'31.12.2026'}"),
		  "'hint':'write 2026-12-31'"));
	CHECK(has(call(&f, "area.get", "{'institution':'CAL','on':'5.2018'}"),
		  "'hint':'write 2018-05'"));
	fixture_drop(&f);
}

TEST_MAIN(RUN(a_date_in_another_form_is_told_as_it_is_to_be_written),
	  RUN(a_day_that_there_is_not_is_told_and_nothing_is_guessed),
	  RUN(a_call_that_is_refused_brings_the_hint))
