/* tests/client/test_markdown.c — Records as Markdown: read as people write it,
 * refused with the line, and written so that it reads the same. */
#include "client/fail.h"
#include "client/form.h"
#include "client/heading.h"
#include "client/markdown.h"
#include "client/say.h"
#include "proto/kinds.h"

#include <stdlib.h>

#include "tests/test.h"

static enum wici_err parse(struct client *c, const char *kind, const char *text,
			   struct json_input *in)
{
	size_t len = strlen(text);
	uint8_t *copy = malloc(len ? len : 1);
	enum wici_err err;

	/* Of its own size, so that a sanitizer sees a step beyond. */
	memcpy(copy, text, len);
	client_init(c);
	c->kind = form_kind(kind, NULL);
	CHECK(c->kind != NULL);
	err = markdown_parse(c, in, "x.md", (struct wici_bytes){copy, len});
	free(copy);
	return err;
}

/* What it reads, as JSON in which ' stands for ". */
static void check_reads(const char *kind, const char *text,
			const char *expected)
{
	struct client c;
	struct json_input in;
	char json[2000];
	json_t *wanted;

	(void)snprintf(json, sizeof(json), "%s", expected);
	for (char *p = json; *p; p++)
		*p = *p == '\'' ? '"' : *p;
	wanted = json_loads(json, 0, NULL);
	CHECK(wanted != NULL);
	CHECK_OK(parse(&c, kind, text, &in));
	if (!json_equal(wanted, json_array_get(in.bodies, 0)))
		(void)json_dumpf(in.bodies, stderr, 0);
	CHECK(json_equal(wanted, json_array_get(in.bodies, 0)));
	json_decref(wanted);
	json_input_clear(&in);
	client_clear(&c);
}

TEST(fields_go_by_name_and_by_label_in_either_language)
{
	check_reads("practice.publish",
		    "---\n"
		    "title: Klub: sąsiedzi\n"
		    "Narzędzie OSL:  grupy \n"
		    "contact-role: kierownik\n"
		    "---\n"
		    "\n"
		    "## Problem i diagnoza\n"
		    "\n"
		    "Sąsiedzi się nie znają.\n"
		    "\n"
		    "### Skąd to wiemy\n"
		    "Z rozmów.\n"
		    "\n"
		    "# EFFECTS\n"
		    "Znają się.\n"
		    "\n"
		    "## preconditions\n"
		    "Miejsce.\n",
		    "{'title':'Klub: sąsiedzi','osl_tool':'grupy',"
		    "'contact_role':'kierownik',"
		    "'problem':'Sąsiedzi się nie znają.\\n\\n"
		    "### Skąd to wiemy\\nZ rozmów.',"
		    "'effects':'Znają się.','preconditions':'Miejsce.'}");
}

TEST(what_stands_above_is_the_text_and_a_top_heading_the_title)
{
	check_reads("practice.publish", "# Klub\n\nOpis.\n\n# Inne\n",
		    "{'title':'Klub','text':'Opis.\\n\\n# Inne'}");
	check_reads("practice.publish",
		    "---\ntitle: A\n---\n# B\nOpis.\n## Cel\nx\n",
		    "{'title':'A','text':'# B\\nOpis.','goal':'x'}");
	check_reads("claim.make", "---\nby_role: dyrektor\n---\nJedyny.\n",
		    "{'by_role':'dyrektor','text':'Jedyny.'}");
}

TEST(lists_are_items_or_parted_by_commas)
{
	check_reads("team.update",
		    "---\nname: Z\nroles: animator lokalny, planista,\n---\n",
		    "{'name':'Z','roles':['animator lokalny','planista']}");
	check_reads("team.update",
		    "---\nRole:\n  - animator, lokalny\n- \"- x\"\nsize: 4\n"
		    "name: 'Z'\n---",
		    "{'roles':['animator, lokalny','- x'],'size':4,"
		    "'name':'Z'}");
	check_reads("partnership.update",
		    "---\npurpose: x\nparties:\n - MOPS\n - {\"name\": \"A\"}\n"
		    "---",
		    "{'purpose':'x','parties':['MOPS',{'name':'A'}]}");
	check_reads("plan.publish",
		    "---\ntitle: x\nyear: 2021\n---\n## Działania\n\n"
		    "- a\n  b\n\n  c\n- d\n",
		    "{'title':'x','year':'2021','measures':['a\\nb\\n\\nc',"
		    "'d']}");
}

TEST(notes_and_marks_of_other_systems_are_passed_over)
{
	check_reads("practice.publish",
		    "\xef\xbb\xbf---\r\n# note\r\ntitle: A\r\ngoal:\r\n\r\n"
		    "---\r\n<!-- note -->\r\n## Cel\r\n\r\nb\r\nc\r\n"
		    "## Efekty\r\n<!-- x -->\r\n",
		    "{'title':'A','goal':'b\\nc'}");
	check_reads("practice.publish",
		    "---\ntitle: A\n---\n\\# Cel\n\\<!-- x -->\n\\\\# y\n\\z",
		    "{'title':'A','text':'# Cel\\n<!-- x -->\\n\\\\# y\\n"
		    "\\\\z'}");
	check_reads("area.update",
		    "---\nestate: A\npartial: tak\naddresses:\n"
		    "  - {\"street\":\"x\",\"number\":\"1\"}\n---",
		    "{'estate':'A','partial':true,'addresses':[{'street':'x',"
		    "'number':'1'}]}");
}

TEST(what_does_not_fit_is_told_with_its_line)
{
	static const struct {
		const char *text;
		const char *message; /* How it begins. */
		const char *field;
	} cases[] = {
		{"---\ntitle: a\n", "x.md: the front matter", NULL},
		{"---\ntitle: a\nTytuł: b\n---",
		 "x.md, line 3: the field title", "title"},
		{"---\ntitle: a\nnonsens: b\n---", "x.md, line 3: no field",
		 "nonsens"},
		{"---\n\nnonsens\n---", "x.md, line 3: between", NULL},
		{"---\n- a\n---", "x.md, line 2: \"- …\"", NULL},
		{"---\ntitle:\n- a\n---", "x.md, line 3: \"- …\"", "title"},
		{"---\nindex: 3\n---", "x.md, line 2: no field", "index"},
		{"## Cel\na\n## goal\nb", "x.md, line 3: the field goal",
		 "goal"},
		{"intro\n## Opis\nb", "x.md, line 2: the field text", "text"},
		{"\xff", "x.md is not UTF-8", NULL},
		{"\n\n## Cel\n\n", "x.md is empty", NULL},
		{"", "x.md is empty", NULL},
		{"---\n---\n", "x.md is empty", NULL},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *message, *field;
		struct client c;
		struct json_input in;

		CHECK(parse(&c, "practice.publish", cases[i].text, &in) !=
		      WICI_OK);
		message = client_string(c.error, "message");
		field = client_string(c.error, "field");
		if (strncmp(message, cases[i].message,
			    strlen(cases[i].message)) != 0)
			print_error("%s: %s\n", cases[i].text, message);
		CHECK(strncmp(message, cases[i].message,
			      strlen(cases[i].message)) == 0);
		CHECK(!cases[i].field ||
		      (field && strcmp(field, cases[i].field) == 0));
		CHECK(!in.bodies && !in.places);
		client_clear(&c);
	}
}

TEST(each_field_has_the_line_where_it_begins)
{
	struct client c;
	struct json_input in;

	CHECK_OK(parse(&c, "event.report",
		       "---\ntitle: a\ndate: 2019\npartners:\n- b\n---\n\n"
		       "## Cel\n\nx\n",
		       &in));
	CHECK(json_integer_value(json_object_get(in.places, "title")) == 2);
	CHECK(json_integer_value(json_object_get(in.places, "date")) == 3);
	CHECK(json_integer_value(json_object_get(in.places, "partners")) == 5);
	CHECK(json_integer_value(json_object_get(in.places, "purpose")) == 8);
	CHECK(strcmp(in.name, "x.md") == 0 && !in.is_lines);
	json_input_clear(&in);
	client_clear(&c);
}

/* ---- there and back ---- */

static uint32_t seed = 11;

static unsigned draw(unsigned below)
{
	seed = seed * 1103515245u + 12345u;
	return (seed >> 16) % below;
}

static const char *const pieces[] = {
	"a",
	"ul. Podleśna 2",
	"## Efekty",
	"# Cel",
	"\\# x",
	"<!-- c -->",
	"- item",
	"---",
	"title: nie",
	"\\\\## Efekty",
	"\"cytat\"",
	"'x'",
	"{\"a\": 1}",
	"[x]",
	"a: b",
	"x #y",
	"1. krok",
	"`kod`",
	"\\<!-- d -->",
	"> cytat",
	"koniec\\",
	"a, b",
	"## Nie pole",
	"tak",
	"\u201epolskie\u201d",
	"-->",
};
#define PIECES (sizeof(pieces) / sizeof(pieces[0]))

static json_t *draw_line(void)
{
	return json_sprintf("%s%s", pieces[draw(PIECES)],
			    draw(2) ? pieces[draw(PIECES)] : "");
}

static json_t *draw_text(void)
{
	char text[600] = "";
	unsigned lines = 1 + draw(6);

	for (unsigned i = 0; i < lines; i++) {
		if (i)
			strcat(text, draw(3) ? "\n" : "\n\n");
		if (i && draw(5) == 0)
			strcat(text, "  ");
		strcat(text, pieces[draw(PIECES)]);
	}
	return json_string(text);
}

static json_t *draw_hex(void)
{
	char hex[65];

	for (int i = 0; i < 64; i++)
		hex[i] = "0123456789abcdef"[draw(16)];
	hex[64] = '\0';
	return json_string(hex);
}

static json_t *draw_value(const struct wici_field *f)
{
	switch (f->type) {
	case WICI_TYPE_TEXT:
		return draw_text();
	case WICI_TYPE_UINT:
		return json_integer((json_int_t)draw(1000));
	case WICI_TYPE_BOOL:
		return json_boolean(draw(2));
	case WICI_TYPE_DAY:
	case WICI_TYPE_WHEN:
		return json_string("2019-03-22");
	case WICI_TYPE_WORD:
		return json_string(f->words[0].code);
	case WICI_TYPE_MEMBER:
	case WICI_TYPE_RECORD:
		return draw_hex();
	case WICI_TYPE_PARTY:
		return draw(2) ? json_pack("{s:o}", "name", draw_line())
			       : json_pack("{s:o,s:o}", "member", draw_hex(),
					   "name", draw_line());
	case WICI_TYPE_BYTES:
		return json_string("00ff");
	case WICI_TYPE_MAP:
		return json_pack("{s:o,s:[i,b]}", "text", draw_text(), "n", 3,
				 1);
	case WICI_TYPE_FILE:
		return json_pack("{s:o,s:o,s:i}", "name", draw_line(), "root",
				 draw_hex(), "size", 7);
	case WICI_TYPE_LINE:
		break;
	}
	return draw_line();
}

static json_t *draw_body(const struct wici_kind *kind)
{
	json_t *body = json_object();

	for (const struct wici_field *f = kind->fields; f->name; f++) {
		json_t *v;

		if (f->flags & (WICI_BY_NODE | WICI_SUPERSEDES) || draw(4) == 0)
			continue;
		v = draw_value(f);
		if (f->flags & WICI_LIST) {
			v = json_pack("[o]", v);
			while (draw(2))
				(void)json_array_append_new(v, draw_value(f));
		}
		(void)json_object_set_new(body, f->name, v);
	}
	return body;
}

/* An organisation that is but a name comes back as that. */
static json_t *as_typed(const json_t *v)
{
	json_t *out, *item;
	size_t i;

	if (json_is_object(v) && json_object_size(v) == 1)
		return json_incref(json_object_get(v, "name"));
	if (!json_is_array(v))
		return json_incref((json_t *)(uintptr_t)v);
	out = json_array();
	json_array_foreach(v, i, item)(void)
		json_array_append_new(out, as_typed(item));
	return out;
}

static char *written(const struct wici_kind *kind, const json_t *body)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	CHECK(out != NULL);
	if (body)
		markdown_write(out, kind, body, NULL);
	else
		markdown_template(out, kind);
	(void)fclose(out);
	return text;
}

static void check_round(const struct wici_kind *kind, const json_t *body)
{
	char *text = written(kind, body);
	struct json_input in;
	struct client c;
	const char *key;
	json_t *v;

	if (parse(&c, kind->name, text, &in))
		print_error("%s\n%s\n", client_string(c.error, "message"),
			    text);
	CHECK(in.bodies != NULL);
	json_object_foreach((json_t *)(uintptr_t)body, key, v)
	{
		json_t *typed = as_typed(v);
		json_t *got =
			json_object_get(json_array_get(in.bodies, 0), key);

		if (!json_equal(typed, got)) {
			print_error("%s.%s of\n%s\n", kind->name, key, text);
			(void)json_dumpf(got, stderr, JSON_ENCODE_ANY);
		}
		CHECK(json_equal(typed, got));
		json_decref(typed);
	}
	CHECK(json_object_size(json_array_get(in.bodies, 0)) ==
	      json_object_size(body));
	json_input_clear(&in);
	client_clear(&c);
	free(text);
}

TEST(what_is_written_reads_the_same_for_every_kind_in_both_languages)
{
	for (size_t i = 0; wici_kinds[i]; i++) {
		if (wici_kind_is_by_node(wici_kinds[i]))
			continue;
		for (int round = 0; round < 40; round++) {
			json_t *body = draw_body(wici_kinds[i]);

			say_init(round % 2 ? "pl" : "en");
			if (json_object_size(body))
				check_round(wici_kinds[i], body);
			json_decref(body);
		}
	}
	say_init("en");
}

TEST(an_empty_form_is_nothing_until_something_is_in_it)
{
	for (size_t i = 0; wici_kinds[i]; i++) {
		const struct wici_kind *kind = wici_kinds[i];

		if (wici_kind_is_by_node(kind))
			continue;
		for (int language = 0; language < 2; language++) {
			struct json_input in;
			struct client c;
			char *text;

			say_init(language ? "pl" : "en");
			text = written(kind, NULL);
			CHECK_ERR(parse(&c, kind->name, text, &in), WICI_END);
			client_clear(&c);
			free(text);
		}
	}
	say_init("en");
}

TEST(a_cut_or_spoilt_document_is_refused_or_harmless)
{
	static const char text[] =
		"---\ntitle: \"A\"\nRole:\n- a\nsize: 4\n---\n"
		"x\n## Opis\n\n- \\# a\n<!-- y -->\n";

	for (size_t cut = 0; cut + 1 < sizeof(text); cut++)
		for (int spoil = 0; spoil < 5; spoil++) {
			char copy[sizeof(text)];
			struct json_input in;
			struct client c;

			memcpy(copy, text, sizeof(text));
			copy[cut] = "\0\n-:#"[spoil];
			if (!parse(&c, "team.update", copy, &in))
				json_input_clear(&in);
			client_clear(&c);
		}
}

TEST_MAIN(RUN(fields_go_by_name_and_by_label_in_either_language),
	  RUN(what_stands_above_is_the_text_and_a_top_heading_the_title),
	  RUN(lists_are_items_or_parted_by_commas),
	  RUN(notes_and_marks_of_other_systems_are_passed_over),
	  RUN(what_does_not_fit_is_told_with_its_line),
	  RUN(each_field_has_the_line_where_it_begins),
	  RUN(what_is_written_reads_the_same_for_every_kind_in_both_languages),
	  RUN(an_empty_form_is_nothing_until_something_is_in_it),
	  RUN(a_cut_or_spoilt_document_is_refused_or_harmless))
