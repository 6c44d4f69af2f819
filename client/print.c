/* client/print.c — Clean text, wrapped text, labels, colour and times. */
#include "client/print.h"

#include "client/say.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

static bool color_out;
static bool color_err;

void print_init(enum options_color color)
{
	const char *no_color = getenv("NO_COLOR");
	const char *term = getenv("TERM");
	bool is_auto = color == OPTIONS_COLOR_AUTO &&
		       !(no_color && no_color[0]) &&
		       !(term && strcmp(term, "dumb") == 0);

	color_out =
		color == OPTIONS_COLOR_ON || (is_auto && isatty(STDOUT_FILENO));
	color_err =
		color == OPTIONS_COLOR_ON || (is_auto && isatty(STDERR_FILENO));
}

/* Controls, bidirectional overrides and line separators. */
static bool is_unsafe(wchar_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 ||
	       c == 0x2029 || (c >= 0x202a && c <= 0x202e) ||
	       (c >= 0x2066 && c <= 0x2069);
}

/* The next letter; steps over it. What is no letter comes as U+FFFD. */
static wchar_t next(const char **p)
{
	mbstate_t state = {0};
	wchar_t c = 0;
	size_t len = mbrtowc(&c, *p, strlen(*p), &state);

	if (len == (size_t)-1 || len == (size_t)-2) {
		(*p)++;
		return 0xfffd;
	}
	*p += len ? len : 1;
	return is_unsafe(c) ? 0xfffd : c;
}

static int width_of(wchar_t c)
{
	int width = wcwidth(c);

	return width < 0 ? 1 : width;
}

static void put(FILE *out, const char *from, const char *to, wchar_t c)
{
	if (c == 0xfffd)
		fputs("\xef\xbf\xbd", out);
	else
		(void)fwrite(from, 1, (size_t)(to - from), out);
}

/* At most `columns` of text; returns how many it took. */
static int put_columns(FILE *out, const char *text, int columns)
{
	int used = 0;

	while (*text) {
		const char *from = text;
		wchar_t c = next(&text);

		if (used + width_of(c) > columns)
			break;
		used += width_of(c);
		put(out, from, text, c);
	}
	return used;
}

void print_text(FILE *out, const char *text)
{
	(void)put_columns(out, text, 1 << 30);
}

void print_colored(FILE *out, enum print_color color, const char *text)
{
	static const char *const codes[] = {"\033[32m", "\033[33m", "\033[31m",
					    "\033[1m"};
	bool is_on = out == stderr ? color_err : color_out;

	if (is_on)
		fputs(codes[color], out);
	print_text(out, text);
	if (is_on)
		fputs("\033[0m", out);
}

int print_columns(const char *text)
{
	int used = 0;

	while (*text)
		used += width_of(next(&text));
	return used;
}

/* Columns of the word that begins here, and where it ends. */
static int word(const char *p, const char **end)
{
	int used = 0;

	while (*p && *p != ' ' && *p != '\n')
		used += width_of(next(&p));
	*end = p;
	return used;
}

static void put_word(FILE *out, const char *p, const char *end)
{
	while (p < end) {
		const char *from = p;
		wchar_t c = next(&p);

		put(out, from, p, c);
	}
}

void print_wrapped(FILE *out, const char *text, int at)
{
	int column = at;
	bool is_first = true;

	while (*text) {
		const char *end;
		int used = word(text, &end);

		if (used && !is_first && column + 1 + used > PRINT_WIDTH) {
			fprintf(out, "\n%*s", at, "");
			column = at;
		} else if (used && !is_first) {
			fputc(' ', out);
			column++;
		}
		put_word(out, text, end);
		column += used;
		is_first = is_first && !used;
		text = end;
		if (*text == '\n' && text[1]) {
			fprintf(out, "\n%*s", at, "");
			column = at;
			is_first = true;
		}
		if (*text)
			text++;
	}
	fputc('\n', out);
}

/* A label that reaches into the values' column has a line of its own. */
static void print_at(int indent, int column, const char *label,
		     const char *value)
{
	int used = indent + print_columns(label);

	if (!value || !value[0])
		return;
	printf("%*s", indent, "");
	print_text(stdout, label);
	if (used + 1 > column) {
		fputc('\n', stdout);
		used = 0;
	}
	printf("%*s", column - used, "");
	print_wrapped(stdout, value, column);
}

void print_pair(int indent, const char *label, const char *value)
{
	print_at(indent, PRINT_LABEL, label, value);
}

void print_option(const char *option, const char *help)
{
	print_at(2, PRINT_OPTION, option, help);
}

static void print_formatted(FILE *out, const char *format, va_list values)
{
	char *text = NULL;
	char *from;
	char *end;

	if (vasprintf(&text, format, values) < 0)
		abort();
	/* Line breaks are the format's; what it was given has none, or they
	 * do no harm. */
	for (from = text; (end = strchr(from, '\n')); from = end + 1) {
		*end = '\0';
		print_text(out, from);
		fputc('\n', out);
	}
	print_text(out, from);
	free(text);
}

void print_line(const char *format, ...)
{
	va_list values;

	va_start(values, format);
	print_formatted(stdout, format, values);
	va_end(values);
	fputc('\n', stdout);
}

void print_sentences(const struct options *o, const char *text)
{
	if (o->is_quiet)
		return;
	(void)fflush(stdout);
	print_wrapped(stderr, text, 0);
}

void print_note(const struct options *o, const char *format, ...)
{
	va_list values;

	if (o->is_quiet)
		return;
	(void)fflush(stdout);
	va_start(values, format);
	print_formatted(stderr, format, values);
	va_end(values);
	fputc('\n', stderr);
}

#define COLUMNS_MAX 8
#define COLUMN_KEPT 14 /* Narrower ones give nothing, */
#define COLUMN_MIN  10 /* the last one not below this. */

static const char *cell(const json_t *row, size_t i)
{
	const char *text = json_string_value(json_array_get(row, i));

	return text ? text : "—";
}

static void measure(const json_t *row, size_t count, int widths[])
{
	for (size_t i = 0; i < count; i++) {
		int width = print_columns(cell(row, i));

		if (width > widths[i])
			widths[i] = width;
	}
}

/* Takes columns until the table fits: first from the widest but the last,
 * which says what the row is about; then from that one too. */
static void shrink(size_t count, int widths[])
{
	for (;;) {
		int total = 2 * ((int)count - 1);
		size_t widest = 0;

		for (size_t i = 0; i < count; i++) {
			total += widths[i];
			if (i + 1 < count && widths[i] > widths[widest])
				widest = i;
		}
		if (widths[widest] <= COLUMN_KEPT)
			widest = count - 1;
		if (total <= PRINT_WIDTH || widths[widest] <= COLUMN_MIN)
			return;
		widths[widest]--;
	}
}

static void print_row(const json_t *row, size_t count, const int widths[],
		      bool is_head)
{
	for (size_t i = 0; i < count; i++) {
		const char *text = cell(row, i);
		bool is_cut = print_columns(text) > widths[i];
		int used;

		if (is_head && color_out)
			fputs("\033[1m", stdout);
		used = put_columns(stdout, text, widths[i] - is_cut);
		if (is_cut) {
			fputs("…", stdout);
			used++;
		}
		if (is_head && color_out)
			fputs("\033[0m", stdout);
		if (i + 1 < count)
			printf("%*s", widths[i] - used + 2, "");
	}
	fputc('\n', stdout);
}

void print_table(const json_t *head, const json_t *rows)
{
	size_t count = json_array_size(head);
	int widths[COLUMNS_MAX] = {0};
	const json_t *row;
	size_t i;

	if (count > COLUMNS_MAX)
		count = COLUMNS_MAX;
	measure(head, count, widths);
	json_array_foreach(rows, i, row) measure(row, count, widths);
	shrink(count, widths);
	print_row(head, count, widths, true);
	json_array_foreach(rows, i, row) print_row(row, count, widths, false);
}

void print_list(const struct options *o, json_t *head, json_t *rows,
		const char *none)
{
	if (json_array_size(rows))
		print_table(head, rows);
	else
		print_note(o, "%s", none);
	json_decref(head);
	json_decref(rows);
}

static char *buffer(void)
{
	static char buffers[4][64];
	static unsigned at;

	return buffers[at++ % 4];
}

const char *print_id(const char *hex)
{
	char *out = buffer();

	if (!hex)
		return "—";
	(void)snprintf(out, 64, "%.*s", PRINT_ID_LEN, hex);
	return out;
}

const char *print_size(uint64_t bytes)
{
	static const char *const units[] = {"B", "kB", "MB", "GB", "TB"};
	char *out = buffer();
	double size = (double)bytes;
	size_t i = 0;

	for (; size >= 999.95 && i < 4; i++)
		size /= 1000;
	(void)snprintf(out, 64, i ? "%.1f %s" : "%.0f %s", size, units[i]);
	if (say_is_polish() && strchr(out, '.'))
		*strchr(out, '.') = ',';
	return out;
}

static bool parse_time(const char *utc, time_t *t)
{
	struct tm tm = {0};
	const char *end = utc ? strptime(utc, "%Y-%m-%dT%H:%M:%S", &tm) : NULL;

	if (!end)
		return false;
	*t = timegm(&tm);
	return true;
}

const char *print_time(const char *utc)
{
	char *out = buffer();
	struct tm tm;
	time_t t;

	if (!utc)
		return "—";
	if (!parse_time(utc, &t) || !localtime_r(&t, &tm) ||
	    !strftime(out, 64, "%Y-%m-%d %H:%M", &tm))
		(void)snprintf(out, 64, "%.30s", utc);
	return out;
}

const char *print_ago(const char *utc)
{
	char *out = buffer();
	long long ago;
	time_t t;

	if (!parse_time(utc, &t))
		return "—";
	ago = (long long)time(NULL) - (long long)t;
	if (ago >= -60 && ago < 60)
		(void)snprintf(out, 64, "%s", _("just now"));
	else if (ago > 0 && ago < 3600)
		(void)snprintf(out, 64, _("%lld min ago"), ago / 60);
	else if (ago > 0 && ago < 24 * 3600)
		(void)snprintf(out, 64, _("%lld h ago"), ago / 3600);
	else
		return print_time(utc);
	return out;
}
