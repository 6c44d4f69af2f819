/* proto/day.c — Days of the proleptic Gregorian calendar, counted from
 * 1970-01-01, and the day it is in Poland.
 *
 * Years are counted from March, so that the leap day is the last of them. */
#include "proto/day.h"

#define MS_PER_HOUR ((int64_t)3600 * 1000)
#define MS_PER_DAY  ((int64_t)24 * MS_PER_HOUR)
#define DAY_MIN     ((int32_t)-719162) /* 0001-01-01 */
#define DAY_MAX     ((int32_t)2932896) /* 9999-12-31 */

struct date {
	int32_t year;
	int32_t month; /* 1 … 12 */
	int32_t day;   /* 1 … 31 */
};

static int32_t days_in_month(int32_t year, int32_t month)
{
	static const uint8_t days[] = {31, 28, 31, 30, 31, 30,
				       31, 31, 30, 31, 30, 31};
	bool is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return days[month - 1] + (month == 2 && is_leap);
}

/* year ≥ 1. */
static int32_t day_of(struct date d)
{
	int32_t year = d.month > 2 ? d.year : d.year - 1;
	int32_t month = (d.month + 9) % 12; /* March is 0. */
	int32_t in_year = (153 * month + 2) / 5 + d.day - 1;

	return year * 365 + year / 4 - year / 100 + year / 400 + in_year -
	       719468;
}

/* day ≥ DAY_MIN. */
static struct date date_of(int32_t day)
{
	int32_t since = day + 719468; /* 0000-03-01 */
	int32_t era = since / 146097; /* 400 years. */
	int32_t in_era = since % 146097;
	int32_t year =
		(in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) /
		365;
	int32_t in_year = in_era - (365 * year + year / 4 - year / 100);
	int32_t month = (5 * in_year + 2) / 153; /* March is 0. */
	struct date d;

	d.day = in_year - (153 * month + 2) / 5 + 1;
	d.month = month < 10 ? month + 3 : month - 9;
	d.year = era * 400 + year + (d.month <= 2);
	return d;
}

/* len digits at p, or −1. */
static int32_t number(const uint8_t *p, size_t len)
{
	int32_t v = 0;

	for (size_t i = 0; i < len; i++) {
		if (p[i] < '0' || p[i] > '9')
			return -1;
		v = v * 10 + (p[i] - '0');
	}
	return v;
}

enum wici_err wici_when_parse(int32_t *first, int32_t *last,
			      struct wici_bytes text)
{
	struct date from = {0, 1, 1};
	struct date to = {0, 12, 31};

	if (text.len != 4 && text.len != 7 && text.len != WICI_DAY_LEN)
		return WICI_BAD_FIELD;
	from.year = to.year = number(text.p, 4);
	if (from.year < 1)
		return WICI_BAD_FIELD;
	if (text.len > 4) {
		from.month = to.month = number(text.p + 5, 2);
		if (text.p[4] != '-' || from.month < 1 || from.month > 12)
			return WICI_BAD_FIELD;
		to.day = days_in_month(to.year, to.month);
	}
	if (text.len > 7) {
		from.day = number(text.p + 8, 2);
		if (text.p[7] != '-' || from.day < 1 || from.day > to.day)
			return WICI_BAD_FIELD;
		to.day = from.day;
	}
	*first = day_of(from);
	*last = day_of(to);
	return WICI_OK;
}

enum wici_err wici_day_parse(int32_t *day, struct wici_bytes text)
{
	int32_t last;

	if (text.len != WICI_DAY_LEN)
		return WICI_BAD_FIELD;
	return wici_when_parse(day, &last, text);
}

static char *put(char *p, int32_t v, int width, char after)
{
	for (int i = width - 1; i >= 0; i--, v /= 10)
		p[i] = (char)('0' + v % 10);
	p[width] = after;
	return p + width + 1;
}

static int64_t clamp(int64_t v, int64_t min, int64_t max)
{
	if (v < min)
		return min;
	return v > max ? max : v;
}

void wici_day_format(char out[11], int32_t day)
{
	struct date d = date_of((int32_t)clamp(day, DAY_MIN, DAY_MAX));

	out = put(out, d.year, 4, '-');
	out = put(out, d.month, 2, '-');
	(void)put(out, d.day, 2, '\0');
}

static int64_t clamp_time(int64_t time_ms)
{
	return clamp(time_ms, DAY_MIN * MS_PER_DAY,
		     (DAY_MAX + 1) * MS_PER_DAY - 1);
}

/* Rounded down, also before 1970. */
static int32_t day_at(int64_t time_ms)
{
	int64_t day = time_ms / MS_PER_DAY;

	return (int32_t)(time_ms % MS_PER_DAY < 0 ? day - 1 : day);
}

/* When the clocks change: the month's last Sunday, 01:00 UTC. */
static int64_t change_in(int32_t year, int32_t month)
{
	int32_t last = day_of((struct date){year, month, 31});
	int32_t weekday = (last % 7 + 11) % 7; /* Day 3 was a Sunday: 0. */

	return (last - weekday) * MS_PER_DAY + MS_PER_HOUR;
}

int32_t wici_day_warsaw(int64_t time_ms)
{
	int32_t year;
	bool is_summer;

	time_ms = clamp_time(time_ms);
	year = date_of(day_at(time_ms)).year;
	is_summer =
		time_ms >= change_in(year, 3) && time_ms < change_in(year, 10);
	return (int32_t)clamp(
		day_at(time_ms + (is_summer ? 2 : 1) * MS_PER_HOUR), DAY_MIN,
		DAY_MAX);
}

/* No midnight is near a change of the clocks. */
int64_t wici_day_start(int32_t day)
{
	int64_t winter =
		clamp(day, DAY_MIN, (int64_t)DAY_MAX + 1) * MS_PER_DAY -
		MS_PER_HOUR;
	int32_t year = date_of((int32_t)clamp(day, DAY_MIN, DAY_MAX)).year;
	bool is_summer =
		winter >= change_in(year, 3) && winter < change_in(year, 10);

	return is_summer ? winter - MS_PER_HOUR : winter;
}

void wici_time_format(char out[25], int64_t time_ms)
{
	int32_t in_day;
	int32_t day;

	time_ms = clamp_time(time_ms);
	day = day_at(time_ms);
	in_day = (int32_t)(time_ms - day * MS_PER_DAY);
	wici_day_format(out, day);
	out += WICI_DAY_LEN;
	*out++ = 'T';
	out = put(out, in_day / 3600000, 2, ':');
	out = put(out, in_day / 60000 % 60, 2, ':');
	out = put(out, in_day / 1000 % 60, 2, '.');
	out = put(out, in_day % 1000, 3, 'Z');
	*out = '\0';
}
