/* client/markdown_write.c — Markdown written: a record, or an empty form. */
#include "client/markdown.h"

#include "client/form.h"
#include "client/heading.h"
#include "client/say.h"
#include "proto/kinds.h"

#include <stdlib.h>
#include <string.h>

/* What a person may give, and a file can hold. */
static bool is_given(const struct wici_field *f)
{
	return !(f->flags & (WICI_BY_NODE | WICI_SUPERSEDES));
}

/* Another field may be called so, too. */
static const char *heading_of(const struct wici_kind *kind,
			      const struct wici_field *f)
{
	const char *label = say_label(&f->label);

	return heading_field(kind, label) == f ? label : f->name;
}

/* ---- values in one line ---- */

/* In quotes what another reader of front matter (YAML) would take for something
 * else, or would trim. */
static bool is_plain(const char *text)
{
	size_t len = strlen(text);

	return len && !strchr(" \t\"'{}[],&*#?|-<>=!%@`:", text[0]) &&
	       !strchr(" \t:", text[len - 1]) && !strstr(text, ": ") &&
	       !strstr(text, " #");
}

static void write_line(FILE *out, const char *text)
{
	json_t *v;

	if (is_plain(text)) {
		fputs(text, out);
		return;
	}
	v = json_string(text);
	(void)json_dumpf(v, out, JSON_ENCODE_ANY);
	json_decref(v);
}

static void write_hex(FILE *out, const char *hex, const json_t *names)
{
	const char *name = json_string_value(json_object_get(names, hex));

	write_line(out, name ? name : hex);
}

static void write_value(FILE *out, const struct wici_field *f, const json_t *v,
			const json_t *names)
{
	const char *text = json_string_value(v);

	if (f->type == WICI_TYPE_PARTY && json_is_object(v)) {
		const char *name = client_string(v, "name");
		const char *member = client_string(v, "member");

		if (name && !member) {
			write_line(out, name);
			return;
		}
		if (member && !name) {
			write_hex(out, member, names);
			return;
		}
	}
	if (f->type == WICI_TYPE_MEMBER && text)
		write_hex(out, text, names);
	else if (text)
		write_line(out, text);
	else if (json_is_boolean(v))
		fputs(json_is_true(v) ? _("yes") : _("no"), out);
	else
		(void)json_dumpf(v, out, JSON_ENCODE_ANY | JSON_COMPACT);
}

static void write_front(FILE *out, const struct wici_field *f, const json_t *v,
			const json_t *names)
{
	const json_t *item;
	size_t i;

	fprintf(out, "%s:", f->name);
	if (!json_is_array(v)) {
		fputc(' ', out);
		write_value(out, f, v, names);
		fputc('\n', out);
		return;
	}
	fputc('\n', out);
	json_array_foreach(v, i, item)
	{
		fputs("  - ", out);
		write_value(out, f, item, names);
		fputc('\n', out);
	}
}

/* ---- texts ---- */

/* A line that would be read as something else stands behind a backslash. */
static void write_text_line(FILE *out, const struct wici_kind *kind,
			    const char *line, size_t len)
{
	size_t slashes = strspn(line, "\\");
	char *copy = strndup(line, len);

	if (!copy)
		abort();
	if ((slashes && line[slashes] == '#') || markdown_heading(kind, copy) ||
	    strncmp(line + slashes, "<!--", 4) == 0)
		fputc('\\', out);
	fputs(copy, out);
	free(copy);
}

static void write_text(FILE *out, const struct wici_kind *kind,
		       const char *text, const char *indent)
{
	while (*text) {
		size_t len = strcspn(text, "\n");

		/* What is indented is neither a heading nor a comment. */
		if (indent[0])
			fprintf(out, "%.*s", (int)len, text);
		else
			write_text_line(out, kind, text, len);
		fputc('\n', out);
		text += len + (text[len] == '\n');
		if (*text && *text != '\n')
			fputs(indent, out);
	}
}

static void write_section(FILE *out, const struct wici_kind *kind,
			  const struct wici_field *f, const json_t *v)
{
	const json_t *item;
	size_t i;

	fprintf(out, "\n## %s\n\n", heading_of(kind, f));
	if (json_is_string(v))
		write_text(out, kind, json_string_value(v), "");
	json_array_foreach(v, i, item)
	{
		fputs("- ", out);
		write_text(out, kind, json_string_value(item), "  ");
	}
}

void markdown_write(FILE *out, const struct wici_kind *kind, const json_t *body,
		    const json_t *names)
{
	const struct wici_field *f;

	fputs("---\n", out);
	for (size_t i = 0; (f = wici_field_nth(kind, i)); i++) {
		const json_t *v = json_object_get(body, f->name);

		if (v && is_given(f) && !markdown_has_section(f))
			write_front(out, f, v, names);
	}
	fputs("---\n", out);
	for (size_t i = 0; (f = wici_field_nth(kind, i)); i++) {
		const json_t *v = json_object_get(body, f->name);

		if (v && is_given(f) && markdown_has_section(f))
			write_section(out, kind, f, v);
	}
}

/* ---- an empty one ---- */

static void write_expected(FILE *out, const struct wici_field *f)
{
	fputs(say_label(&f->label), out);
	if (f->flags & WICI_REQUIRED)
		fputs(_(", required"), out);
	if (f->flags & WICI_LIST)
		fputs(_(", a list: an item a line, \"- …\""), out);
}

static void write_front_note(FILE *out, const struct wici_field *f)
{
	fputs("# ", out);
	write_expected(out, f);
	if (f->words) {
		fputs(": ", out);
		for (const struct wici_word *w = f->words; w->code; w++)
			fprintf(out, "%s%s", w == f->words ? "" : " | ",
				w->code);
	} else if (f->type == WICI_TYPE_MAP) {
		fputs(": {", out);
		for (const struct wici_field *s = f->sub; s->name; s++)
			fprintf(out, "%s\"%s\": …", s == f->sub ? "" : ", ",
				s->name);
		fputs("}", out);
	} else if (f->type != WICI_TYPE_LINE) {
		fprintf(out, ": %s", form_value_word(f));
	}
	fprintf(out, "\n%s:\n", f->name);
}

void markdown_template(FILE *out, const struct wici_kind *kind)
{
	const struct wici_field *f;

	fputs("---\n", out);
	fprintf(out, "# %s (%s)\n", say_label(&kind->label), kind->name);
	fprintf(out, "# %s\n",
		_("What stays empty is left out. Lines with # are notes."));
	for (size_t i = 0; (f = wici_field_nth(kind, i)); i++)
		if (is_given(f) && !markdown_has_section(f))
			write_front_note(out, f);
	fputs("---\n", out);
	for (size_t i = 0; (f = wici_field_nth(kind, i)); i++) {
		if (!is_given(f) || !markdown_has_section(f))
			continue;
		fprintf(out, "\n## %s\n\n", heading_of(kind, f));
		if (f->flags & (WICI_REQUIRED | WICI_LIST)) {
			fputs("<!-- ", out);
			write_expected(out, f);
			fputs(" -->\n", out);
		}
	}
}
