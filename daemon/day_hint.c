/* daemon/day_hint.c — 31.12.2026, 2026/12/31, 31 grudnia 2026 r., od 2014. */
#include "daemon/day_hint.h"

#include "proto/day.h"
#include "proto/mp_read.h"

#include <stdio.h>
#include <string.h>

#define TYPED_MAX 40

/* The first three letters, in Polish and English, a row a month. */
static const char *const months[12][2] = {
	{"sty", "jan"}, {"lut", "feb"}, {"mar", "mar"}, {"kwi", "apr"},
	{"maj", "may"}, {"cze", "jun"}, {"lip", "jul"}, {"sie", "aug"},
	{"wrz", "sep"}, {"paz", "oct"}, {"lis", "nov"}, {"gru", "dec"}};

struct parts {
	unsigned numbers[3];
	size_t count;
	size_t year_at;  /* Of the one with four digits; 3: there is none. */
	size_t month_at; /* Of the one that is a word; 3: none. */
};

static bool take_number(struct parts *p, const char **text)
{
	unsigned u = 0;
	size_t digits = 0;

	for (; **text >= '0' && **text <= '9'; (*text)++, digits++)
		u = digits < 5 ? u * 10 + (unsigned)(**text - '0') : u;
	if (p->count == 3 || digits > 4)
		return false;
	if (digits == 4 && p->year_at == 3)
		p->year_at = p->count;
	p->numbers[p->count++] = u;
	return true;
}

/* A month, or a word that only leads in: "od", "dnia", "r." */
static bool take_word(struct parts *p, const char **text)
{
	char word[4] = "";
	size_t len = 0;

	for (; **text && !strchr("0123456789 .,/-", **text); (*text)++)
		if (len < 3)
			word[len++] = *((*text)) | 0x20;
	if (len < 3)
		return true;
	for (unsigned i = 0; i < 12; i++)
		if (strcmp(word, months[i][0]) == 0 ||
		    strcmp(word, months[i][1]) == 0) {
			if (p->count == 3 || p->month_at != 3)
				return false;
			p->month_at = p->count;
			p->numbers[p->count++] = i + 1;
			return true;
		}
	return true;
}

static bool take_parts(struct parts *p, const char *text)
{
	*p = (struct parts){.year_at = 3, .month_at = 3};
	while (*text) {
		if (strchr(" .,/-", *text))
			text++;
		else if (*text >= '0' && *text <= '9' ? !take_number(p, &text)
						      : !take_word(p, &text))
			return false;
	}
	return p->year_at != 3;
}

static bool is_when(const char *text)
{
	int32_t first, last;

	return wici_when_parse(&first, &last, wici_bytes_str(text)) == WICI_OK;
}

/* The year stands first or last; a month before a day only where it cannot be
 * otherwise. */
static bool write_date(const struct parts *p, bool is_day, char out[16])
{
	const unsigned *n = p->numbers;
	unsigned year = n[p->year_at];
	bool is_last = p->year_at == p->count - 1;

	if (is_day && p->count != 3)
		return false;
	if (p->count == 1)
		(void)snprintf(out, 16, "%04u", year % 10000);
	else if (p->count == 2)
		(void)snprintf(out, 16, "%04u-%02u", year % 10000,
			       n[is_last ? 0 : 1] % 100);
	else if (!is_last)
		(void)snprintf(out, 16, "%04u-%02u-%02u", year % 10000,
			       n[1] % 100, n[2] % 100);
	else
		(void)snprintf(out, 16, "%04u-%02u-%02u", year % 10000,
			       n[p->month_at == 0 ? 0 : 1] % 100,
			       n[p->month_at == 0 ? 1 : 0] % 100);
	if (p->year_at == 1 && p->count == 3)
		return false;
	if (!is_when(out) && is_last && p->count == 3 && p->month_at == 3)
		(void)snprintf(out, 16, "%04u-%02u-%02u", year % 10000,
			       n[0] % 100, n[1] % 100);
	return is_when(out);
}

/* "ź" of "październik", and any other letter with a mark, as its bytes come:
 * only that one begins a month with one in its first three letters. */
static void plain(char out[TYPED_MAX], struct wici_bytes b)
{
	size_t len = 0;

	for (size_t i = 0; i < b.len && len + 1 < TYPED_MAX; i++) {
		if (b.p[i] == 0xc5 && i + 1 < b.len &&
		    (b.p[i + 1] == 0xba || b.p[i + 1] == 0xb9)) {
			out[len++] = 'z';
			i++;
		} else {
			out[len++] = (char)b.p[i];
		}
	}
	out[len] = '\0';
}

void day_hint(struct fault *fault, bool is_day, struct wici_bytes typed)
{
	struct wici_mp_reader r;
	char text[TYPED_MAX];
	struct parts parts;
	struct wici_mp v;
	char date[16];

	wici_mp_reader_init(&r, WICI_MP_LENIENT, typed);
	if (wici_mp_expect(&r, WICI_MP_STR, &v) || v.bytes.len >= TYPED_MAX ||
	    (v.bytes.len && memchr(v.bytes.p, 0, v.bytes.len)))
		return;
	plain(text, v.bytes);
	if (!take_parts(&parts, text))
		return;
	if (write_date(&parts, is_day, date) && !wici_bytes_is(v.bytes, date))
		fault_hint(fault, "write %s", date);
	else if (parts.year_at == 0 && parts.count > 1 &&
		 strspn(text, "0123456789-") == strlen(text))
		fault_hint(fault, "there is no such day in the calendar");
}
