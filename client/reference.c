/* client/reference.c — Kinds and their fields as one Markdown table. */
#include "client/reference.h"

#include "proto/kinds.h"

#include <string.h>

#define LINE_USUAL 500 /* Bytes; said above the table, too. */
#define TEXT_USUAL 20000

/* What every record has alike is said once, above the table. */
static bool is_common(const struct wici_field *f)
{
	return f->flags & WICI_SUPERSEDES || strcmp(f->name, "source_ref") == 0;
}

static const char *by_text(enum wici_right by)
{
	switch (by) {
	case WICI_BY_MEMBER:
		return "member";
	case WICI_BY_ISSUER:
		return "issuer";
	case WICI_BY_OPENING:
	case WICI_BY_REGISTRAR:
	case WICI_BY_WITNESS:
		break;
	}
	return "";
}

static void write_type(FILE *out, const struct wici_field *f)
{
	const char *separator = "";

	if (f->type == WICI_TYPE_MAP) {
		fputc('{', out);
		for (const struct wici_field *s = f->sub; s->name; s++) {
			fprintf(out, "%s%s%s", separator, s->name,
				s->flags & WICI_REQUIRED ? "\\*" : "");
			separator = ", ";
		}
		fputc('}', out);
	} else if (f->type == WICI_TYPE_WORD) {
		for (const struct wici_word *w = f->words; w->code; w++) {
			fprintf(out, "%s%s", separator, w->code);
			separator = "/";
		}
	} else {
		fputs(wici_type_name(f->type), out);
	}
	if ((f->type == WICI_TYPE_LINE && f->len_max != LINE_USUAL) ||
	    (f->type == WICI_TYPE_TEXT && f->len_max != TEXT_USUAL))
		fprintf(out, " ≤ %u", f->len_max);
	if (f->flags & WICI_LIST)
		fprintf(out, ", list ≤ %u", f->items_max);
}

static void write_field(FILE *out, const struct wici_field *f)
{
	bool is_same = strcmp(f->label.pl, f->label.en) == 0;

	fprintf(out, "`%s`%s (", f->name,
		f->flags & WICI_REQUIRED ? "\\*" : "");
	write_type(out, f);
	fprintf(out, ") %s%s%s", f->label.pl, is_same ? "" : " / ",
		is_same ? "" : f->label.en);
}

static void write_kind(FILE *out, const struct wici_kind *kind)
{
	const struct wici_field *f;
	const char *separator = "";

	fprintf(out, "| `%s` %s / %s | %s | ", kind->name, kind->label.pl,
		kind->label.en, by_text(kind->by));
	for (size_t i = 0; (f = wici_field_nth(kind, i)); i++) {
		if (is_common(f) || f->flags & WICI_BY_NODE)
			continue;
		fputs(separator, out);
		write_field(out, f);
		separator = " · ";
	}
	fputs(" |\n", out);
}

void reference_write(FILE *out)
{
	fprintf(out,
		"A line has at most %d bytes and a text %d, unless said; \\* "
		"is required. Most have `source_ref` (a\ntext: where it comes "
		"from) and `supersedes` (the record that this one "
		"replaces).\n\n",
		LINE_USUAL, TEXT_USUAL);
	fputs("| kind | by | fields |\n|---|---|---|\n", out);
	for (size_t i = 0; wici_kinds[i]; i++)
		if (!wici_kind_is_by_node(wici_kinds[i]))
			write_kind(out, wici_kinds[i]);
}
