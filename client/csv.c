/* client/csv.c — Rows of cells, byte by byte.
 *
 * Strict where a guess would move cells to wrong columns, lenient where
 * nothing can be misread: a quote inside a cell that has not begun with one is
 * a letter like others. */
#include "client/csv.h"

#include <stdlib.h>
#include <string.h>

#define BOM "\xef\xbb\xbf"

static bool is_end(const struct csv *csv)
{
	return csv->left.len == 0;
}

static uint8_t peek(const struct csv *csv)
{
	return csv->left.p[0];
}

static uint8_t take(struct csv *csv)
{
	csv->next_line += csv->left.p[0] == '\n';
	csv->left.len--;
	return *csv->left.p++;
}

/* How often it stands in the first line that says anything, outside of
 * quotes. */
static size_t count_in_head(struct wici_bytes text, char separator)
{
	bool is_quoted = false;
	size_t count = 0;
	size_t i = 0;

	while (i < text.len && memchr(" \r\n", text.p[i], 3))
		i++;
	for (; i < text.len; i++) {
		if (text.p[i] == '"')
			is_quoted = !is_quoted;
		else if (!is_quoted && text.p[i] == '\n')
			break;
		else if (!is_quoted && text.p[i] == (uint8_t)separator)
			count++;
	}
	return count;
}

void csv_init(struct csv *csv, struct wici_bytes text)
{
	static const char separators[] = {';', ',', '\t'};
	size_t most = 0;

	if (text.len >= 3 && memcmp(text.p, BOM, 3) == 0) {
		text.p += 3;
		text.len -= 3;
	}
	*csv = (struct csv){.left = text, .separator = ',', .next_line = 1};
	for (size_t i = 0; i < sizeof(separators); i++) {
		size_t count = count_in_head(text, separators[i]);

		if (count > most) {
			most = count;
			csv->separator = separators[i];
		}
	}
}

/* CR LF or LF; another CR is a letter, but for the last. */
static bool is_line_end(const struct csv *csv)
{
	return peek(csv) == '\n' ||
	       (peek(csv) == '\r' &&
		(csv->left.len == 1 || csv->left.p[1] == '\n'));
}

/* After the opening quote; "" is a quote. */
static enum wici_err read_quoted(struct csv *csv, char *out, size_t *len)
{
	unsigned opened = csv->next_line;

	while (!is_end(csv)) {
		uint8_t letter = take(csv);

		if (letter != '"') {
			out[(*len)++] = (char)letter;
			continue;
		}
		if (!is_end(csv) && peek(csv) == '"') {
			out[(*len)++] = (char)take(csv);
			continue;
		}
		if (is_end(csv) || is_line_end(csv) ||
		    peek(csv) == (uint8_t)csv->separator)
			return WICI_OK;
		csv->wrong = csv->next_line;
		return WICI_USAGE;
	}
	csv->wrong = opened;
	return WICI_AGAIN;
}

/* One cell into out, which has room for all that is left. */
static enum wici_err read_cell(struct csv *csv, char *out, size_t *len)
{
	*len = 0;
	if (!is_end(csv) && peek(csv) == '"') {
		(void)take(csv);
		return read_quoted(csv, out, len);
	}
	while (!is_end(csv) && !is_line_end(csv) &&
	       peek(csv) != (uint8_t)csv->separator)
		out[(*len)++] = (char)take(csv);
	return WICI_OK;
}

static bool is_blank(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (text[i] != ' ' && text[i] != '\t' && text[i] != '\r' &&
		    text[i] != '\n')
			return false;
	return true;
}

/* *is_empty: no cell of it says anything. */
static enum wici_err read_row(struct csv *csv, char *buf, json_t *cells,
			      bool *is_empty)
{
	enum wici_err err = WICI_OK;

	*is_empty = true;
	csv->line = csv->next_line;
	for (csv->cell = 1; !err; csv->cell++) {
		size_t len;

		err = read_cell(csv, buf, &len);
		if (err)
			break;
		*is_empty &= is_blank(buf, len);
		(void)json_array_append_new(cells, json_stringn(buf, len));
		if (is_end(csv) || is_line_end(csv))
			break;
		(void)take(csv);
	}
	if (!err && !is_end(csv) && peek(csv) == '\r')
		(void)take(csv);
	if (!err && !is_end(csv))
		(void)take(csv);
	return err;
}

enum wici_err csv_next(struct csv *csv, json_t **cells)
{
	char *buf = malloc(csv->left.len + 1);
	enum wici_err err = WICI_END;
	bool is_empty = true;

	if (!buf)
		abort();
	*cells = NULL;
	while (is_empty && !is_end(csv)) {
		json_decref(*cells);
		*cells = json_array();
		err = read_row(csv, buf, *cells, &is_empty);
		if (err)
			break;
	}
	free(buf);
	if (!err && is_empty)
		err = WICI_END;
	if (err) {
		json_decref(*cells);
		*cells = NULL;
	}
	return err;
}
