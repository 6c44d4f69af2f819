/* client/markdown.c — Markdown read: front matter line by line, then sections.
 *
 *   ──"---"──> FRONT MATTER ──"---"──> BODY ──heading of a field──> SECTION ─┐
 *   ──else───────────────────────────────┘                            ▲─────┘ */
#include "client/markdown.h"

#include "client/fail.h"
#include "client/form.h"
#include "client/heading.h"
#include "client/input.h"
#include "client/say.h"

#include <stdlib.h>
#include <string.h>

struct md {
	struct client *c;
	const struct wici_kind *kind;
	const char *name;
	json_t *body, *places;
	char *left;   /* What is not read yet. */
	char *line;   /* The line at hand, without its end. */
	int number;   /* Of the line. */
	bool is_last; /* There is no further one. */
	/* The list, or the section, that is being read. */
	const struct wici_field *field;
	char *text;
	size_t len;
};

bool markdown_is(struct wici_bytes text)
{
	if (text.len >= 3 && memcmp(text.p, "\xef\xbb\xbf", 3) == 0) {
		text.p += 3;
		text.len -= 3;
	}
	return text.len >= 4 && memcmp(text.p, "---", 3) == 0 &&
	       (text.p[3] == '\n' || text.p[3] == '\r');
}

bool markdown_has_section(const struct wici_field *f)
{
	return f->type == WICI_TYPE_TEXT;
}

/* ---- lines ---- */

static bool next_line(struct md *m)
{
	char *end;

	if (m->is_last)
		return false;
	m->line = m->left;
	m->number++;
	end = strchr(m->left, '\n');
	m->is_last = !end;
	if (end) {
		m->left = end + 1;
		*end = '\0';
	}
	end = m->line + strlen(m->line);
	if (end > m->line && end[-1] == '\r')
		end[-1] = '\0';
	return !m->is_last || m->line[0];
}

/* In place: without blanks around it. */
static char *trimmed(char *text)
{
	size_t len;

	text += strspn(text, " \t");
	len = strlen(text);
	while (len && strchr(" \t", text[len - 1]))
		text[--len] = '\0';
	return text;
}

static bool is_rule(const char *line)
{
	return strncmp(line, "---", 3) == 0 && heading_is_blank(line + 3);
}

/* One that is nothing but a comment. */
static bool is_comment(const char *line)
{
	size_t len = strlen(line);

	while (len && strchr(" \t", line[len - 1]))
		len--;
	return len >= 7 && strncmp(line, "<!--", 4) == 0 &&
	       strncmp(line + len - 3, "-->", 3) == 0;
}

/* ---- fields ---- */

static enum wici_err refuse_field(struct md *m, enum wici_err err,
				  const char *field)
{
	fail_set(m->c, "field", field);
	fail_hint(m->c, N_("wici kinds %s"), m->kind->name);
	return err;
}

/* The field is told here, and nowhere before. */
static enum wici_err begin_field(struct md *m, const struct wici_field *f)
{
	enum wici_err err;

	if (!json_object_get(m->places, f->name)) {
		(void)json_object_set_new(m->places, f->name,
					  json_integer(m->number));
		return WICI_OK;
	}
	err = fail(m->c, WICI_USAGE,
		   N_("%s, line %d: the field %s is given twice"), m->name,
		   m->number, f->name);
	return refuse_field(m, err, f->name);
}

/* "…" and '…' hold what would be taken for something else. */
static json_t *unquoted(const char *text)
{
	size_t len = strlen(text);
	json_t *v = NULL;

	if (len >= 2 && text[0] == '"' && text[len - 1] == '"')
		v = json_loads(text, JSON_DECODE_ANY, NULL);
	else if (len >= 2 && text[0] == '\'' && text[len - 1] == '\'')
		v = json_stringn(text + 1, len - 2);
	if (!json_is_string(v)) {
		json_decref(v);
		v = json_string(text);
	}
	return v;
}

/* NULL: an object that is no JSON. */
static json_t *value_of(const struct wici_field *f, const char *text)
{
	json_t *plain, *v;

	/* An organisation may be its name, a file its path. */
	if (f->type == WICI_TYPE_MAP ||
	    ((f->type == WICI_TYPE_PARTY || f->type == WICI_TYPE_FILE) &&
	     text[0] == '{')) {
		v = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
		return v;
	}
	plain = unquoted(text);
	v = form_value(f, plain);
	json_decref(plain);
	return v;
}

static enum wici_err put(struct md *m, const struct wici_field *f,
			 const char *text)
{
	json_t *list = json_object_get(m->body, f->name);
	json_t *v = value_of(f, text);
	enum wici_err err;

	if (!v) {
		err = fail(
			m->c, WICI_USAGE,
			N_("%s, line %d: the field %s is an object: write it "
			   "as JSON, {\"…\": \"…\"}"),
			m->name, m->number, f->name);
		return refuse_field(m, err, f->name);
	}
	if (!(f->flags & WICI_LIST)) {
		(void)json_object_set_new(m->body, f->name, v);
		return WICI_OK;
	}
	if (json_is_array(v)) { /* JSON's own list. */
		(void)json_object_set_new(m->body, f->name, v);
		return WICI_OK;
	}
	if (!list) {
		list = json_array();
		(void)json_object_set_new(m->body, f->name, list);
	}
	(void)json_array_append_new(list, v);
	return WICI_OK;
}

/* ---- front matter ---- */

/* "a, b, c" */
static enum wici_err put_parts(struct md *m, const struct wici_field *f,
			       char *text)
{
	enum wici_err err = WICI_OK;

	if (f->type == WICI_TYPE_MAP || text[0] == '"' || text[0] == '\'' ||
	    text[0] == '{')
		return put(m, f, text);
	for (char *part = strsep(&text, ","); !err && part;
	     part = strsep(&text, ","))
		if (trimmed(part)[0])
			err = put(m, f, trimmed(part));
	return err;
}

static enum wici_err unknown_key(struct md *m, const char *key)
{
	enum wici_err err = fail(m->c, WICI_UNKNOWN_FIELD,
				 N_("%s, line %d: no field is called \"%s\""),
				 m->name, m->number, key);

	return refuse_field(m, err, key);
}

static enum wici_err take_key(struct md *m, char *line)
{
	char *colon = strchr(line, ':');
	const struct wici_field *f;
	enum wici_err err;
	char *value;

	if (!colon) {
		err = fail(m->c, WICI_USAGE,
			   N_("%s, line %d: between the --- lines each line is "
			      "\"field: value\", or \"- value\" of a list"),
			   m->name, m->number);
		fail_hint(m->c, N_("wici kinds %s"), m->kind->name);
		return err;
	}
	*colon = '\0';
	f = heading_field(m->kind, trimmed(line));
	if (!f)
		return unknown_key(m, trimmed(line));
	value = trimmed(colon + 1);
	m->field = f;
	if (!value[0]) /* Empty; or a list follows. */
		return WICI_OK;
	err = begin_field(m, f);
	if (err)
		return err;
	return f->flags & WICI_LIST ? put_parts(m, f, value) : put(m, f, value);
}

static enum wici_err take_item(struct md *m, char *value)
{
	const struct wici_field *f = m->field;
	enum wici_err err;

	if (!value[0])
		return WICI_OK;
	if (!f || !(f->flags & WICI_LIST)) {
		err = fail(m->c, WICI_USAGE,
			   N_("%s, line %d: \"- …\" is an item of a list, and "
			      "there is none above it"),
			   m->name, m->number);
		if (f)
			fail_set(m->c, "field", f->name);
		return err;
	}
	if (!json_object_get(m->body, f->name))
		err = begin_field(m, f);
	else
		err = WICI_OK;
	return err ? err : put(m, f, value);
}

static enum wici_err take_front_matter(struct md *m)
{
	enum wici_err err = WICI_OK;

	while (!err && next_line(m)) {
		char *line = m->line;

		if (is_rule(line)) {
			m->field = NULL;
			return WICI_OK;
		}
		line = trimmed(line);
		if (!line[0] || line[0] == '#')
			continue;
		if (line[0] == '-' && strchr(" \t", line[1]))
			err = take_item(m, trimmed(line + 1));
		else
			err = take_key(m, line);
	}
	return err ? err
		   : fail(m->c, WICI_USAGE,
			  N_("%s: the front matter that begins with --- in the "
			     "first line never ends: a line --- is missing"),
			  m->name);
}

/* ---- sections ---- */

const struct wici_field *markdown_heading(const struct wici_kind *kind,
					  const char *line)
{
	size_t level = strspn(line, "#");
	const struct wici_field *f;

	if (level < 1 || level > 2 || !strchr(" \t", line[level]))
		return NULL;
	f = heading_field(kind, line + level);
	return f && markdown_has_section(f) ? f : NULL;
}

/* Items begin with "- "; what is indented goes on with the last one. */
static enum wici_err put_items(struct md *m)
{
	char *left = m->text;
	enum wici_err err = WICI_OK;

	while (!err && left) {
		char *item = left + 2;
		char *out = item;
		char *line;

		if (strncmp(left, "- ", 2) != 0) {
			err = fail(m->c, WICI_USAGE,
				   N_("%s, line %d: the field %s is a list: "
				      "each item begins with \"- \""),
				   m->name, m->number, m->field->name);
			return refuse_field(m, err, m->field->name);
		}
		left += 2;
		line = strsep(&left, "\n");
		out += strlen(line);
		while (left && (strncmp(left, "  ", 2) == 0 || !*left ||
				*left == '\n')) {
			size_t indent = *left == ' ' ? 2 : 0;

			line = strsep(&left, "\n") + indent;
			*out++ = '\n';
			memmove(out, line, strlen(line) + 1);
			out += strlen(out);
		}
		while (out > item && strchr(" \n", out[-1]))
			*--out = '\0';
		err = put(m, m->field, item);
	}
	return err;
}

static enum wici_err end_section(struct md *m)
{
	const struct wici_field *f = m->field;
	char *from = m->text;
	enum wici_err err = WICI_OK;

	while (m->len && strchr(" \t\n", m->text[m->len - 1]))
		m->len--;
	m->text[m->len] = '\0';
	while (*from == '\n')
		from++;
	if (f && *from && !(f->flags & WICI_LIST)) {
		(void)json_object_set_new(m->body, f->name, json_string(from));
	} else if (f && *from) {
		memmove(m->text, from, strlen(from) + 1);
		err = put_items(m);
	} else if (f) {
		(void)json_object_del(m->places, f->name);
	}
	m->len = 0;
	m->field = NULL;
	return err;
}

/* Above the first section: the field `text`. */
static enum wici_err open_text(struct md *m)
{
	const struct wici_field *f =
		wici_field_find(m->kind->fields, WICI_BYTES("text"));

	if (!f || !markdown_has_section(f))
		f = wici_field_flagged(m->kind, WICI_TITLE);
	if (f && markdown_has_section(f) && !(f->flags & WICI_LIST)) {
		m->field = f;
		return begin_field(m, f);
	}
	return fail(
		m->c, WICI_USAGE,
		N_("%s, line %d: this text stands under no field's heading"),
		m->name, m->number);
}

/* A "# heading" at the very top is the title, if nothing else is. */
static bool take_title(struct md *m)
{
	const struct wici_field *title =
		wici_field_flagged(m->kind, WICI_TITLE);

	if (m->field || strncmp(m->line, "# ", 2) != 0 || !title ||
	    title->type != WICI_TYPE_LINE ||
	    json_object_get(m->body, title->name))
		return false;
	(void)json_object_set_new(m->body, title->name,
				  json_string(trimmed(m->line + 2)));
	(void)json_object_set_new(m->places, title->name,
				  json_integer(m->number));
	return true;
}

static void add_line(struct md *m)
{
	const char *line = m->line;
	size_t slashes = strspn(line, "\\");
	size_t len;

	/* Behind a backslash it is no heading and no comment. */
	if (slashes &&
	    (line[slashes] == '#' || strncmp(line + slashes, "<!--", 4) == 0))
		line++;
	len = strlen(line);
	memcpy(m->text + m->len, line, len);
	m->len += len;
	m->text[m->len++] = '\n';
}

static enum wici_err take_body(struct md *m)
{
	enum wici_err err = WICI_OK;
	bool is_top = true;

	while (!err && next_line(m)) {
		const struct wici_field *f = markdown_heading(m->kind, m->line);

		if (is_comment(m->line))
			continue;
		if (f) {
			err = end_section(m);
			m->field = f;
			if (!err)
				err = begin_field(m, f);
		} else if (m->field || !heading_is_blank(m->line)) {
			if (is_top && take_title(m))
				continue;
			if (!m->field)
				err = open_text(m);
			if (!err)
				add_line(m);
		}
		is_top = is_top && heading_is_blank(m->line);
	}
	return err ? err : end_section(m);
}

/* ---- the whole ---- */

static char *copy_of(struct wici_bytes text, size_t more)
{
	char *copy = malloc(text.len + more);

	if (!copy)
		abort();
	if (text.len)
		memcpy(copy, text.p, text.len);
	copy[text.len] = '\0';
	return copy;
}

enum wici_err markdown_parse(struct client *c, struct json_input *in,
			     const char *name, struct wici_bytes text)
{
	struct md m = {.c = c, .kind = c->kind, .name = name};
	enum wici_err err =
		input_check(c, name, text, N_("save it anew as UTF-8"));
	char *copy = NULL;

	*in = (struct json_input){.bodies = NULL};
	if (err)
		return err;
	if (text.len >= 3 && memcmp(text.p, "\xef\xbb\xbf", 3) == 0) {
		text.p += 3;
		text.len -= 3;
	}
	copy = copy_of(text, 1);
	m.left = copy;
	m.text = copy_of(text, 2);
	m.body = json_object();
	m.places = json_object();
	if (markdown_is(text)) {
		(void)next_line(&m);
		err = take_front_matter(&m);
	}
	if (!err)
		err = take_body(&m);
	if (!err && !json_object_size(m.body)) {
		(void)fail(c, WICI_USAGE, N_("%s is empty"), name);
		err = WICI_END;
	}
	*in = (struct json_input){json_pack("[O]", m.body), json_pack("[i]", 1),
				  false, json_incref(m.places), name};
	json_decref(m.body);
	json_decref(m.places);
	free(m.text);
	free(copy);
	if (err)
		json_input_clear(in);
	return err;
}
