/* client/csv_input.c — Columns understood by the rows of a kind. */
#include "client/csv_input.h"

#include "client/csv.h"
#include "client/fail.h"
#include "client/form.h"
#include "client/heading.h"
#include "client/input.h"
#include "client/say.h"

#include <stdlib.h>
#include <string.h>

#define COLUMNS_MAX ((size_t)200)

struct columns {
	const struct wici_field *fields[COLUMNS_MAX]; /* NULL: no heading. */
	size_t count;
};

static enum wici_err refuse_column(struct client *c, enum wici_err err,
				   const char *field)
{
	fail_set(c, "field", field);
	fail_hint(c, N_("wici kinds %s"), c->kind->name);
	return err;
}

static enum wici_err take_column(struct client *c, struct columns *columns,
				 const char *heading, const char *name)
{
	const struct wici_field *f = NULL;

	if (!heading_is_blank(heading)) {
		f = heading_field(c->kind, heading);
		if (!f)
			return refuse_column(
				c,
				fail(c, WICI_UNKNOWN_FIELD,
				     N_("%s: no field is called as the column "
					"\"%s\" is"),
				     name, heading),
				heading);
		if (f->type == WICI_TYPE_MAP)
			return refuse_column(
				c,
				fail(c, WICI_USAGE,
				     N_("%s: the field %s is an object, which "
					"no cell can hold: give it as JSON"),
				     name, f->name),
				f->name);
	}
	for (size_t i = 0; f && i < columns->count; i++)
		if (columns->fields[i] == f && !(f->flags & WICI_LIST))
			return refuse_column(
				c,
				fail(c, WICI_USAGE,
				     N_("%s: two columns are the field %s"),
				     name, f->name),
				f->name);
	columns->fields[columns->count++] = f;
	return WICI_OK;
}

static enum wici_err take_head(struct client *c, const json_t *cells,
			       const char *name, struct columns *columns)
{
	enum wici_err err = WICI_OK;
	const json_t *cell;
	size_t i;

	columns->count = 0;
	if (json_array_size(cells) > COLUMNS_MAX)
		return fail(c, WICI_USAGE, N_("%s has too many columns"), name);
	json_array_foreach(cells, i, cell)
	{
		if (!err)
			err = take_column(c, columns, json_string_value(cell),
					  name);
	}
	return err;
}

/* Of blanks around it. */
static json_t *trimmed(const json_t *cell)
{
	const char *text = json_string_value(cell);
	size_t len = json_string_length(cell);

	while (len && strchr(" \t\r\n", text[len - 1]))
		len--;
	while (len && strchr(" \t\r\n", *text)) {
		text++;
		len--;
	}
	return json_stringn(text, len);
}

/* "31.12.2026" is what Excel makes of a day in Poland; not "31.12.26", which is
 * a day of the year 26 for all that is known. */
static void take_day(char text[16], const char *cell)
{
	const char *dot = strrchr(cell, '.');
	unsigned day, month, year;
	char end;

	text[0] = '\0';
	if (strspn(cell, "0123456789.") == strlen(cell) && strlen(cell) <= 10 &&
	    dot && strlen(dot + 1) == 4 &&
	    sscanf(cell, "%2u.%2u.%4u%c", &day, &month, &year, &end) == 3)
		(void)snprintf(text, 16, "%04u-%02u-%02u", year % 10000,
			       month % 100, day % 100);
}

static void put(json_t *body, const struct wici_field *f, const json_t *cell)
{
	bool is_day = f->type == WICI_TYPE_DAY || f->type == WICI_TYPE_WHEN;
	json_t *list = json_object_get(body, f->name);
	json_t *value;
	char day[16] = "";

	if (is_day)
		take_day(day, json_string_value(cell));
	value = day[0] ? json_string(day) : form_value(f, cell);
	if (!(f->flags & WICI_LIST)) {
		(void)json_object_set_new(body, f->name, value);
		return;
	}
	if (!list) {
		list = json_array();
		(void)json_object_set_new(body, f->name, list);
	}
	(void)json_array_append_new(list, value);
}

/* false: there is something beside the columns. */
static bool take_row(const struct columns *columns, const json_t *cells,
		     json_t *body)
{
	const json_t *cell;
	bool fits = true;
	size_t i;

	json_array_foreach(cells, i, cell)
	{
		json_t *text = trimmed(cell);
		const struct wici_field *f =
			i < columns->count ? columns->fields[i] : NULL;

		if (json_string_length(text) && f)
			put(body, f, text);
		else if (json_string_length(text))
			fits = false;
		json_decref(text);
	}
	return fits;
}

static enum wici_err refuse_row(struct client *c, const char *name,
				unsigned line, size_t cells)
{
	json_t *items;

	if (!c->error) {
		(void)fail(c, WICI_BAD_FIELD,
			   N_("nothing was published: rows of %s do not fit "
			      "under its header line"),
			   name);
		(void)json_object_set_new(c->error, "items", json_array());
		fail_hint(c, N_("a text in which the separator stands must be "
				"in quotes"));
	}
	items = json_object_get(c->error, "items");
	(void)json_array_append_new(
		items,
		json_pack("{s:i,s:s,s:s,s:s,s:o}", "line", (int)line, "code",
			  wici_err_code(WICI_BAD_FIELD), "message",
			  "more cells than the header line has", "expected",
			  "cells", "got",
			  json_sprintf("%llu", (unsigned long long)cells)));
	return WICI_BAD_FIELD;
}

static enum wici_err refuse_quote(struct client *c, const char *name,
				  const struct csv *csv, enum wici_err why)
{
	if (why == WICI_AGAIN)
		return fail(c, WICI_USAGE,
			    N_("%s, line %u: a quote opens here and is never "
			       "closed"),
			    name, csv->wrong);
	return fail(c, WICI_USAGE,
		    N_("%s, line %u, column %zu: something follows the closing "
		       "quote; a quote inside a quoted text is written twice"),
		    name, csv->wrong, csv->cell);
}

static enum wici_err take_rows(struct client *c, struct json_input *in,
			       const char *name, struct csv *csv,
			       const struct columns *columns)
{
	enum wici_err err = WICI_OK;
	json_t *cells = NULL;
	enum wici_err got;

	while ((got = csv_next(csv, &cells)) == WICI_OK) {
		json_t *body = json_object();

		if (!take_row(columns, cells, body))
			err = refuse_row(c, name, csv->line,
					 json_array_size(cells));
		(void)json_array_append_new(in->bodies, body);
		(void)json_array_append_new(in->lines,
					    json_integer((int)csv->line));
		json_decref(cells);
	}
	if (got != WICI_END)
		return refuse_quote(c, name, csv, got);
	if (!err && !json_array_size(in->bodies))
		err = fail(c, WICI_USAGE,
			   N_("%s has no rows under its header line"), name);
	return err;
}

enum wici_err csv_input_parse(struct client *c, struct json_input *in,
			      const char *name, struct wici_bytes text)
{
	struct columns columns;
	json_t *head = NULL;
	struct csv csv;
	enum wici_err err = input_check(
		c, name, text,
		N_("save it anew: in Excel as \"CSV UTF-8 (comma "
		   "delimited)\", in LibreOffice with the character set "
		   "\"Unicode (UTF-8)\""));

	*in = (struct json_input){json_array(), json_array(), true, NULL, NULL};
	if (!err) {
		csv_init(&csv, text);
		err = csv_next(&csv, &head);
		if (err == WICI_END)
			err = fail(c, WICI_USAGE, N_("%s is empty"), name);
		else if (err)
			err = refuse_quote(c, name, &csv, err);
	}
	if (!err)
		err = take_head(c, head, name, &columns);
	if (!err)
		err = take_rows(c, in, name, &csv, &columns);
	json_decref(head);
	if (err)
		json_input_clear(in);
	return err;
}
