/* proto/day.h — Calendar days, partial dates, and Poland's day.
 *
 * PROTOCOL §1.4: "A day is YYYY-MM-DD, proleptic Gregorian, 0001 to 9999."
 * Days are compared as days since 1970-01-01. */
#ifndef WICI_PROTO_DAY_H
#define WICI_PROTO_DAY_H

#include "proto/bytes.h"
#include "proto/err.h"

#define WICI_DAY_LEN  ((size_t)10) /* "2026-12-31" */
#define WICI_TIME_LEN ((size_t)24) /* "2026-11-21T01:22:03.123Z" */

/* "2026-12-31" → days since 1970-01-01. WICI_BAD_FIELD when it is none. */
WICI_NODISCARD
enum wici_err wici_day_parse(int32_t *day, struct wici_bytes text);

/* out gets 10 characters and a NUL. */
void wici_day_format(char out[11], int32_t day);

/* A date as sources give it: "2014", "2021-07" or "2019-03-22": the first
 * and last day it covers. WICI_BAD_FIELD when it is none. */
WICI_NODISCARD
enum wici_err wici_when_parse(int32_t *first, int32_t *last,
			      struct wici_bytes text);

/* The calendar day in Europe/Warsaw at this UTC time (EU rule: UTC+2 from the
 * last Sunday of March 01:00 UTC to the last Sunday of October 01:00 UTC). */
int32_t wici_day_warsaw(int64_t time_ms);

/* Its first millisecond there; of any day from 0001-01-01 to the one after
 * 9999-12-31. */
int64_t wici_day_start(int32_t day);

/* RFC 3339, UTC, milliseconds; years clamped to 0001–9999. out holds 25. */
void wici_time_format(char out[25], int64_t time_ms);

#endif
