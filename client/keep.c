/* client/keep.c — Which backups stay: of the newest days all, then the newest
 * of each week, then the newest of each month. */
#include "client/keep.h"

#include "client/fail.h"
#include "client/say.h"
#include "proto/day.h"
#include "proto/require.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define BEFORE "wici-"
#define BEHIND ".backup"

static bool day_of_name(const char *name, int32_t *day)
{
	size_t before = strlen(BEFORE), behind = strlen(BEHIND);

	return strlen(name) == before + WICI_DAY_LEN + behind &&
	       strncmp(name, BEFORE, before) == 0 &&
	       strcmp(name + before + WICI_DAY_LEN, BEHIND) == 0 &&
	       wici_day_parse(
		       day, (struct wici_bytes){(const uint8_t *)name + before,
						WICI_DAY_LEN}) == WICI_OK;
}

static void name_of_day(char name[32], int32_t day)
{
	char text[WICI_DAY_LEN + 1];

	wici_day_format(text, day);
	(void)snprintf(name, 32, BEFORE "%s" BEHIND, text);
}

enum wici_err keep_name(struct client *c, const char *folder, char *path,
			size_t max)
{
	struct timespec now;
	char name[32];
	int len;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	name_of_day(name, wici_day_warsaw((int64_t)now.tv_sec * 1000));
	len = snprintf(path, max, "%s/%s", folder, name);
	if (len < 0 || (size_t)len >= max)
		return fail(c, WICI_USAGE, N_("the folder's path is too long"));
	return WICI_OK;
}

/* Weeks begin on Monday; 1970-01-01 was a Thursday. */
static int32_t week_of(int32_t day)
{
	return (day + 3) / 7;
}

static int32_t month_of(int32_t day)
{
	char text[WICI_DAY_LEN + 1];

	wici_day_format(text, day);
	return atoi(text) * 12 + atoi(text + 5);
}

void keep_choose(const int32_t *days, size_t count, bool *stays)
{
	int32_t week = -1, month = -1;
	unsigned weeks = 0, months = 0;

	for (size_t i = count; i-- > 0;) {
		stays[i] = count - i <= KEEP_DAYS;
		if (week_of(days[i]) != week && weeks < KEEP_WEEKS) {
			week = week_of(days[i]);
			weeks++;
			stays[i] = true;
		}
		if (month_of(days[i]) != month && months < KEEP_MONTHS) {
			month = month_of(days[i]);
			months++;
			stays[i] = true;
		}
	}
}

static int compare_days(const void *x, const void *y)
{
	int32_t a = *(const int32_t *)x, b = *(const int32_t *)y;

	return a < b ? -1 : a > b;
}

static size_t list_days(DIR *dir, int32_t **days)
{
	const struct dirent *e;
	size_t count = 0, max = 0;
	int32_t day;

	while ((e = readdir(dir))) {
		if (!day_of_name(e->d_name, &day))
			continue;
		if (count == max) {
			max = max ? 2 * max : 32;
			*days = reallocarray(*days, max, sizeof(**days));
			WICI_REQUIRE(*days);
		}
		(*days)[count++] = day;
	}
	if (count)
		qsort(*days, count, sizeof(**days), compare_days);
	return count;
}

enum wici_err keep_prune(struct client *c, const char *folder)
{
	DIR *dir = opendir(folder);
	int32_t *days = NULL;
	bool *stays;
	size_t count;

	if (!dir)
		return fail(c, WICI_IO, N_("%s cannot be read: %s"), folder,
			    strerror(errno));
	count = list_days(dir, &days);
	stays = calloc(count + 1, sizeof(*stays));
	WICI_REQUIRE(stays);
	keep_choose(days, count, stays);
	for (size_t i = 0; i < count; i++) {
		char name[32];

		name_of_day(name, days[i]);
		if (!stays[i])
			(void)unlinkat(dirfd(dir), name, 0);
	}
	free(stays);
	free(days);
	(void)closedir(dir);
	return WICI_OK;
}
