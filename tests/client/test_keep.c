/* tests/client/test_keep.c — Which backups stay: 7 days, 4 weeks, 6 months,
 * and no other file is ever touched. */
#include "client/keep.h"

#include "proto/day.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/test.h"

#define DAYS 400 /* Every day of more than a year: its last is a Sunday. */

static int32_t day(const char *text)
{
	int32_t d = 0;

	CHECK_OK(wici_day_parse(&d, wici_bytes_str(text)));
	return d;
}

static size_t count_of(const bool *stays, size_t count)
{
	size_t n = 0;

	for (size_t i = 0; i < count; i++)
		n += stays[i];
	return n;
}

static bool has_day(const int32_t *days, const bool *stays, size_t count,
		    const char *text)
{
	for (size_t i = 0; i < count; i++)
		if (days[i] == day(text))
			return stays[i];
	return false;
}

/* Sunday 2026-11-22, and each day before it. */
TEST(of_a_year_of_days_a_week_of_days_four_weeks_and_six_months_stay)
{
	static const char *const kept[] = {
		"2026-11-22", "2026-11-21", "2026-11-20", "2026-11-19",
		"2026-11-18", "2026-11-17", "2026-11-16", /* The last days; */
		"2026-11-15", "2026-11-08", "2026-11-01", /* Sundays; */
		"2026-10-31", "2026-09-30", "2026-08-31", /* ends of months. */
		"2026-07-31", "2026-06-30", NULL};
	int32_t days[DAYS];
	bool stays[DAYS];

	for (int32_t i = 0; i < DAYS; i++)
		days[i] = day("2026-11-22") - DAYS + 1 + i;
	keep_choose(days, DAYS, stays);
	for (size_t i = 0; kept[i]; i++)
		CHECK(has_day(days, stays, DAYS, kept[i]));
	CHECK(count_of(stays, DAYS) == 15);
}

/* A machine that is switched on now and then keeps what it has. */
TEST(seven_that_are_months_old_all_stay)
{
	int32_t days[7];
	bool stays[7];

	for (int32_t i = 0; i < 7; i++)
		days[i] = day("2020-01-01") + 100 * i;
	keep_choose(days, 7, stays);
	CHECK(count_of(stays, 7) == 7);
	keep_choose(days, 0, stays);
}

/* As the timer runs it: pruned every night, what stays must not depend on the
 * nights before. Each week's and each month's newest survives its turn. */
TEST(pruned_night_after_night_there_are_still_weeks_and_months)
{
	int32_t days[DAYS];
	bool stays[DAYS];
	size_t count = 0;
	int32_t first = day("2025-06-01");

	for (int32_t night = first; night < first + 380; night++) {
		size_t left = 0;

		days[count++] = night;
		keep_choose(days, count, stays);
		CHECK(stays[count - 1]);
		for (size_t i = 0; i < count; i++)
			if (stays[i])
				days[left++] = days[i];
		count = left;
		CHECK(count <= KEEP_DAYS + KEEP_WEEKS + KEEP_MONTHS);
	}
	CHECK(days[0] < first + 380 - 120);
	CHECK(count >= 12);
}

static char folder[40];

static void put(const char *name)
{
	char path[200];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
	CHECK(fd >= 0);
	(void)close(fd);
}

static bool take_away(const char *name)
{
	char path[200];

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	return unlink(path) == 0;
}

TEST(only_files_of_just_that_name_are_removed)
{
	static const char *const others[] = {"wici-2019-01-01.backup.new",
					     "wici-2019-01-01.backup~",
					     "wici-2019-13-01.backup",
					     "wici-2019-1-1.backup",
					     "Wici-2019-01-01.backup",
					     "notatki.txt",
					     "xwici-2019-01-01.backup",
					     "wici-2019-01-01",
					     "wici.backup",
					     NULL};
	struct client c;
	char name[40];
	int left = 0;

	client_init(&c);
	(void)strcpy(folder, "/tmp/wici-test-XXXXXX");
	CHECK(mkdtemp(folder) != NULL);
	for (size_t i = 0; others[i]; i++)
		put(others[i]);
	for (int i = 1; i <= 28; i++) {
		(void)snprintf(name, sizeof(name), "wici-2026-02-%02d.backup",
			       i);
		put(name);
	}
	CHECK_OK(keep_prune(&c, folder));
	for (size_t i = 0; others[i]; i++)
		CHECK(take_away(others[i]));
	for (int i = 1; i <= 28; i++) {
		(void)snprintf(name, sizeof(name), "wici-2026-02-%02d.backup",
			       i);
		left += take_away(name);
	}
	CHECK(left == 9); /* 22 … 28, and the Sundays 15 and 8. */
	CHECK(rmdir(folder) == 0);
	CHECK_ERR(keep_prune(&c, folder), WICI_IO);
	client_clear(&c);
}

TEST(todays_name_is_one_that_is_pruned_one_day)
{
	struct client c;
	char path[64];
	char cut[8];

	client_init(&c);
	CHECK_OK(keep_name(&c, "/b", path, sizeof(path)));
	CHECK(strncmp(path, "/b/wici-20", 10) == 0);
	CHECK(strlen(path) == strlen("/b/wici-2026-11-22.backup"));
	CHECK_ERR(keep_name(&c, "/b", cut, sizeof(cut)), WICI_USAGE);
	client_clear(&c);
}

TEST_MAIN(RUN(of_a_year_of_days_a_week_of_days_four_weeks_and_six_months_stay),
	  RUN(seven_that_are_months_old_all_stay),
	  RUN(pruned_night_after_night_there_are_still_weeks_and_months),
	  RUN(only_files_of_just_that_name_are_removed),
	  RUN(todays_name_is_one_that_is_pruned_one_day))
