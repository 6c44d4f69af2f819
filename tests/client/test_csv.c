/* tests/client/test_csv.c — Tables as spreadsheets write them: every cell
 * where it belongs, and what is wrong named by its line. */
#include "client/csv.h"
#include "client/csv_input.h"
#include "client/fail.h"
#include "client/say.h"
#include "proto/kinds.h"

#include <stdlib.h>

#include "tests/test.h"

/* Rows as text: cells in brackets, "1[a][b]2[c]", each row with its line. */
static enum wici_err rows(const char *text, size_t len, char out[400])
{
	uint8_t *copy = malloc(len ? len : 1);
	struct csv csv;
	json_t *cells;
	enum wici_err err;
	size_t at = 0;

	/* Of its own size, so that a sanitizer sees a step beyond. */
	memcpy(copy, text, len);
	csv_init(&csv, (struct wici_bytes){copy, len});
	out[0] = '\0';
	while ((err = csv_next(&csv, &cells)) == WICI_OK) {
		json_t *cell;
		size_t i;

		at += (size_t)snprintf(out + at, 400 - at, "%u", csv.line);
		json_array_foreach(cells, i, cell) at += (size_t)snprintf(
			out + at, 400 - at, "[%s]", json_string_value(cell));
		CHECK(at < 400);
		json_decref(cells);
	}
	CHECK(cells == NULL);
	if (err != WICI_END)
		(void)snprintf(out + at, 400 - at, "!%u.%zu", csv.wrong,
			       csv.cell);
	free(copy);
	return err;
}

static bool reads(const char *text, const char *expected)
{
	char got[400];

	(void)rows(text, strlen(text), got);
	if (strcmp(got, expected) != 0)
		print_error("%s: %s\n", text, got);
	return strcmp(got, expected) == 0;
}

TEST(cells_are_told_apart_by_what_the_first_line_has_most_of)
{
	CHECK(reads("a,b\n1,2\n", "1[a][b]2[1][2]"));
	CHECK(reads("a;b\n1,5;2\n", "1[a][b]2[1,5][2]"));
	CHECK(reads("a\tb\r\n1;x\t2\r\n", "1[a][b]2[1;x][2]"));
	CHECK(reads("\"a,b,c\";d\n1;2\n", "1[a,b,c][d]2[1][2]"));
	CHECK(reads("alone\n1;2\n", "1[alone]2[1;2]"));
	CHECK(reads("\xef\xbb\xbf"
		    "a;b\r\n;2",
		    "1[a][b]2[][2]"));
}

TEST(quotes_hold_separators_lines_and_quotes)
{
	CHECK(reads("a,b\n\"x,\"\"y\"\"\nz\",2\n3,4\n",
		    "1[a][b]2[x,\"y\"\nz][2]4[3][4]"));
	CHECK(reads("a,b\n\"\",\"\"\"\"\n", "1[a][b]2[][\"]"));
	CHECK(reads("a;b\nMOPS \"Nadzieja\";5\" rury\n",
		    "1[a][b]2[MOPS \"Nadzieja\"][5\" rury]"));
	CHECK(reads("a,b\n\"x\" ,2\n", "1[a][b]!2.1"));
	CHECK(reads("a,b\n1,\"x\n\n", "1[a][b]!2.2"));
	CHECK(reads("a,b\n1,2\n3,\"x\"y\n", "1[a][b]2[1][2]!3.2"));
}

TEST(blank_rows_are_passed_over_and_lines_still_counted)
{
	CHECK(reads("\n\na,b\n\n;;\n , \n1,2", "3[a][b]5[;;]7[1][2]"));
	CHECK(reads("", ""));
	CHECK(reads("\n \n;\n", ""));
	CHECK(reads("a,b,\n1,,\n", "1[a][b][]2[1][][]"));
}

/* Wherever a file breaks off, there is an end or an error, and no more. */
TEST(every_truncation_ends)
{
	static const char text[] = "\xef\xbb\xbf"
				   "a;\"b\"\"c\"\r\n\"1\n;\";2\r\n3;4\r\n";
	char got[400];

	for (size_t len = 0; len < sizeof(text); len++) {
		enum wici_err err = rows(text, len, got);

		CHECK(err == WICI_END || err == WICI_AGAIN);
	}
}

static enum wici_err parse(struct client *c, struct json_input *in,
			   const char *kind, const char *text)
{
	client_init(c);
	c->kind = wici_kind_by_name(wici_bytes_str(kind));
	return csv_input_parse(c, in, "x.csv", wici_bytes_str(text));
}

static bool gives(const char *kind, const char *text, const char *expected)
{
	struct json_input in;
	struct client c;
	bool is_same = false;
	char *got;

	CHECK_OK(parse(&c, &in, kind, text));
	got = json_dumps(in.bodies, JSON_COMPACT);
	is_same = strcmp(got, expected) == 0;
	if (!is_same)
		print_error("%s\n", got);
	CHECK(in.is_lines);
	free(got);
	json_input_clear(&in);
	client_clear(&c);
	return is_same;
}

TEST(columns_are_fields_by_their_name_or_label)
{
	CHECK(gives("certificate.grant",
		    "Posiadacz; NUMER ;WAŻNY DO;valid-from;Na lata;Name\n"
		    "MOPS; 1/2022 ;31.12.2026;2022;;\n"
		    ";;1.5.2027;x;2022-2026;\"Cer\ntyfikat\"\n",
		    "[{\"holder\":\"MOPS\",\"number\":\"1/2022\","
		    "\"valid_until\":\"2026-12-31\",\"valid_from\":\"2022\"},"
		    "{\"valid_until\":\"2027-05-01\",\"valid_from\":\"x\","
		    "\"valid_years_text\":\"2022-2026\","
		    "\"name\":\"Cer\\ntyfikat\"}]"));
	CHECK(gives("area.update", "estate,partial\nA,Tak\nB,nie\nC,może\n",
		    "[{\"estate\":\"A\",\"partial\":true},"
		    "{\"estate\":\"B\",\"partial\":false},"
		    "{\"estate\":\"C\",\"partial\":\"może\"}]"));
	/* Of which century it is nobody knows here: refused, and asked for. */
	CHECK(gives("certificate.grant", "valid_until\n31.12.26\n1.2.926\n",
		    "[{\"valid_until\":\"31.12.26\"},"
		    "{\"valid_until\":\"1.2.926\"}]"));
	/* A list has a column for each of its values. */
	CHECK(gives("event.report",
		    "title,partners,partners\nA,MOPS,\nB,,Klub\nC,X,Y\n",
		    "[{\"title\":\"A\",\"partners\":[\"MOPS\"]},"
		    "{\"title\":\"B\",\"partners\":[\"Klub\"]},"
		    "{\"title\":\"C\",\"partners\":[\"X\",\"Y\"]}]"));
}

/* In either language, every field that a cell can hold. */
TEST(every_label_of_every_kind_names_its_own_field)
{
	for (size_t i = 0; wici_kinds[i]; i++) {
		const struct wici_kind *kind = wici_kinds[i];

		if (wici_kind_is_by_node(kind))
			continue;
		for (const struct wici_field *f = kind->fields; f->name; f++) {
			const char *const heads[] = {f->name, f->label.pl,
						     f->label.en};
			char line[300];
			char key[100];

			if ((f->flags & WICI_BY_NODE) ||
			    f->type == WICI_TYPE_MAP)
				continue;
			(void)snprintf(key, sizeof(key), "\"%s\":", f->name);
			for (size_t j = 0; j < 3; j++) {
				struct json_input in;
				struct client c;
				char *got;

				(void)snprintf(line, sizeof(line),
					       "\"%s\"\n7\n", heads[j]);
				CHECK_OK(parse(&c, &in, kind->name, line));
				got = json_dumps(in.bodies, JSON_COMPACT);
				if (!strstr(got, key))
					print_error("%s %s: %s\n", kind->name,
						    heads[j], got);
				CHECK(strstr(got, key));
				free(got);
				json_input_clear(&in);
				client_clear(&c);
			}
		}
	}
}

static void refused(const char *text, enum wici_err err, const char *words)
{
	struct json_input in;
	struct client c;
	const char *message;

	CHECK_ERR(parse(&c, &in, "certificate.grant", text), err);
	CHECK(in.bodies == NULL);
	message = client_string(c.error, "message");
	if (!message || !strstr(message, words))
		print_error("%s\n", message ? message : "no message");
	CHECK(message && strstr(message, words));
	client_clear(&c);
}

TEST(what_is_wrong_is_named)
{
	refused("", WICI_USAGE, "x.csv is empty");
	refused("number\n", WICI_USAGE, "no rows");
	refused("number;holdr\n1;x\n", WICI_UNKNOWN_FIELD, "\"holdr\"");
	refused("index\n1\n", WICI_UNKNOWN_FIELD, "\"index\"");
	refused("number;Numer\n1;2\n", WICI_USAGE, "two columns");
	refused("number\n\"1\n", WICI_USAGE, "line 2");
	refused("number;name\n1;\"x\"y\n", WICI_USAGE, "line 2, column 2");
	refused("number;name\n1;Za\xbfó\xb3\xe6\n", WICI_USAGE, "not UTF-8");
}

TEST(all_rows_with_too_many_cells_are_named)
{
	struct json_input in;
	struct client c;
	const json_t *items;

	CHECK_ERR(parse(&c, &in, "certificate.grant",
			"number;name;\n1;a;;\n2;b;c\n3;d\n4;e;;f\n"),
		  WICI_BAD_FIELD);
	items = json_object_get(c.error, "items");
	CHECK(json_array_size(items) == 2);
	CHECK(json_integer_value(
		      json_object_get(json_array_get(items, 0), "line")) == 3);
	CHECK(json_integer_value(
		      json_object_get(json_array_get(items, 1), "line")) == 5);
	client_clear(&c);
}

TEST_MAIN(RUN(cells_are_told_apart_by_what_the_first_line_has_most_of),
	  RUN(quotes_hold_separators_lines_and_quotes),
	  RUN(blank_rows_are_passed_over_and_lines_still_counted),
	  RUN(every_truncation_ends),
	  RUN(columns_are_fields_by_their_name_or_label),
	  RUN(every_label_of_every_kind_names_its_own_field),
	  RUN(what_is_wrong_is_named),
	  RUN(all_rows_with_too_many_cells_are_named))
