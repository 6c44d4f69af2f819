/* client/ics.c — Lines of at most 75 bytes, ended by CR LF; text escaped. */
#include "client/ics.h"

#include "client/client.h"
#include "client/say.h"
#include "proto/day.h"

#include <string.h>

#define LINE_MAX_BYTES 75 /* RFC 5545 §3.1, without the line's end. */

/* One property, folded where a character begins. */
static void put_line(FILE *out, const char *line)
{
	size_t at = 0;

	for (const char *p = line; *p; p++) {
		bool begins = ((unsigned char)*p & 0xc0) != 0x80;
		size_t len = 1;

		while (begins && ((unsigned char)p[len] & 0xc0) == 0x80)
			len++;
		if (begins && at + len > LINE_MAX_BYTES) {
			fputs("\r\n ", out);
			at = 1;
		}
		fputc(*p, out);
		at++;
	}
	fputs("\r\n", out);
}

/* U+0080 … U+009F: controls, of two bytes each. */
static bool is_c1(const char *p)
{
	return p[0] == '\xc2' && (unsigned char)p[1] < 0xa0;
}

/* §3.3.11: backslash, semicolon, comma and line breaks; nothing else that
 * controls anything. */
static void put_text(FILE *out, const char *name, const char *text)
{
	char *line = NULL;
	size_t size;
	FILE *made = open_memstream(&line, &size);

	if (!made)
		abort();
	fprintf(made, "%s:", name);
	for (const char *p = text; *p; p++) {
		if (*p == '\n')
			fputs("\\n", made);
		else if ((unsigned char)*p < 0x20 || *p == 0x7f)
			continue;
		else if (is_c1(p))
			p++;
		else if (strchr("\\;,", *p))
			fprintf(made, "\\%c", *p);
		else
			fputc(*p, made);
	}
	(void)fclose(made);
	put_line(out, line);
	free(line);
}

/* "2027-03-01" → "20270301"; of the day after it, too. */
static void put_day(FILE *out, const char *name, const char *text, int after)
{
	char day[WICI_DAY_LEN + 1] = "";
	char line[64];
	int32_t n;

	if (wici_day_parse(&n, wici_bytes_str(text)))
		return;
	wici_day_format(day, n + after);
	(void)snprintf(line, sizeof(line), "%s;VALUE=DATE:%.4s%.2s%.2s", name,
		       day, day + 5, day + 8);
	put_line(out, line);
}

/* "2027-03-01T10:20:30.123Z" → "20270301T102030Z"; what it must have (§3.6.1)
 * stands for who did not say. */
static void put_stamp(FILE *out, const char *time)
{
	char line[64] = "DTSTAMP:";
	size_t len = strlen(line);

	if (!time)
		time = "1970-01-01T00:00:00";
	for (const char *p = time; *p && *p != '.' && len < 40; p++)
		if ((*p >= '0' && *p <= '9') || *p == 'T')
			line[len++] = *p;
	(void)snprintf(line + len, sizeof(line) - len, "Z");
	put_line(out, line);
}

static const char *status_of(const char *state)
{
	if (strncmp(state, "cancelled", 9) == 0 ||
	    strcmp(state, "declined") == 0)
		return "STATUS:CANCELLED";
	if (strcmp(state, "proposed") == 0 || strcmp(state, "countered") == 0)
		return "STATUS:TENTATIVE";
	return "STATUS:CONFIRMED";
}

/* What was said last of a field, by an act that took effect. NULL: nothing. */
static const json_t *said_last(const json_t *acts, const char *field)
{
	const json_t *last = NULL;
	const json_t *item;
	size_t i;

	json_array_foreach(acts, i, item)
	{
		const json_t *said =
			json_object_get(json_object_get(item, "body"), field);

		if (said && json_is_true(json_object_get(item, "effective")))
			last = said;
	}
	return last;
}

/* A step a line. malloc'ed, or NULL. */
static char *agenda_of(const json_t *acts)
{
	const json_t *agenda = said_last(acts, "agenda");
	const json_t *item;
	char *text = NULL;
	size_t size;
	size_t i;
	FILE *out;

	if (!agenda)
		return NULL;
	out = open_memstream(&text, &size);
	if (!out)
		abort();
	json_array_foreach(agenda, i, item)
	{
		const char *time = client_string(item, "time");
		const char *place = client_string(item, "place");
		const char *what = client_string(item, "text");

		if (!what)
			what = client_string(item, "kind");
		fprintf(out, "%s%s%s%s%s%s\n", time ? time : "",
			time ? " " : "", what ? what : "", place ? " (" : "",
			place ? place : "", place ? ")" : "");
	}
	(void)fclose(out);
	return text;
}

static void put_summary(FILE *out, const json_t *record)
{
	const json_t *process = json_object_get(record, "process");
	const json_t *sides = json_object_get(process, "sides");
	const char *guest = client_string(json_array_get(sides, 0), "name");
	const char *host = client_string(json_array_get(sides, 1), "name");
	const char *purpose = json_string_value(
		said_last(json_object_get(record, "acts"), "purpose"));
	char *text = NULL;

	if (asprintf(&text, "%s: %s → %s%s%s", _("Study visit"),
		     guest ? guest : "—", host ? host : "—",
		     purpose ? ": " : "", purpose ? purpose : "") < 0)
		abort();
	put_text(out, "SUMMARY", text);
	free(text);
	if (host)
		put_text(out, "LOCATION", host);
}

void ics_write(FILE *out, const json_t *record)
{
	const json_t *process = json_object_get(record, "process");
	const json_t *acts = json_object_get(record, "acts");
	size_t count = json_array_size(acts);
	const char *root = client_string(process, "root");
	const char *state = client_string(process, "state");
	const char *day = client_string(process, "day");
	const char *time =
		client_string(json_array_get(acts, count - 1), "time");
	char *agenda = agenda_of(acts);
	char line[128];

	put_line(out, "BEGIN:VCALENDAR");
	put_line(out, "VERSION:2.0");
	put_line(out, "PRODID:-//wici//wici//PL");
	put_line(out, "BEGIN:VEVENT");
	(void)snprintf(line, sizeof(line), "UID:%.64s@wici", root ? root : "");
	put_line(out, line);
	(void)snprintf(line, sizeof(line), "SEQUENCE:%zu",
		       count ? count - 1 : 0);
	put_line(out, line);
	put_stamp(out, time);
	put_day(out, "DTSTART", day ? day : "", 0);
	put_day(out, "DTEND", day ? day : "", 1);
	put_summary(out, record);
	if (agenda)
		put_text(out, "DESCRIPTION", agenda);
	put_line(out, status_of(state ? state : ""));
	put_line(out, "END:VEVENT");
	put_line(out, "END:VCALENDAR");
	free(agenda);
}
