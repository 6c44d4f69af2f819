/* client/body.c — Values of a body, each by its row. */
#include "client/body.h"

#include "client/print.h"
#include "client/say.h"

#include <stdlib.h>
#include <string.h>

static void write_value(FILE *out, const struct wici_field *f, const json_t *v,
			const json_t *names);

/* A key by its name, if it has one; a key or id else by its first digits. */
static void write_hex(FILE *out, const char *hex, const json_t *names)
{
	const char *name = json_string_value(json_object_get(names, hex));

	if (name)
		fputs(name, out);
	else if (strlen(hex) == 64)
		fprintf(out, "%.*s…", PRINT_ID_LEN, hex);
	else
		fputs(hex, out);
}

static void write_string(FILE *out, const struct wici_field *f, const char *s,
			 const json_t *names)
{
	const struct wici_word *w = NULL;

	if (f && f->type == WICI_TYPE_WORD)
		w = wici_word_find(f->words, wici_bytes_str(s), false);
	if (w)
		fputs(say_label(&w->label), out);
	else if (f &&
		 (f->type == WICI_TYPE_MEMBER || f->type == WICI_TYPE_RECORD))
		write_hex(out, s, names);
	else
		fputs(s, out);
}

/* "Label: value; Label: value" */
static void write_map(FILE *out, const struct wici_field *rows, const json_t *v,
		      const json_t *names)
{
	const char *separator = "";
	const char *key;
	json_t *item;

	json_object_foreach((json_t *)(uintptr_t)v, key, item)
	{
		const struct wici_field *f =
			rows ? wici_field_find(rows, wici_bytes_str(key))
			     : NULL;
		const char *label = f ? say_label(&f->label) : "";

		fprintf(out, "%s%s: ", separator, label[0] ? label : key);
		write_value(out, f, item, names);
		separator = "; ";
	}
}

static void write_party(FILE *out, const json_t *v, const json_t *names)
{
	const char *member = json_string_value(json_object_get(v, "member"));
	const char *name = json_string_value(json_object_get(v, "name"));

	if (name)
		fputs(name, out);
	else if (member)
		write_hex(out, member, names);
}

/* "regulamin.pdf, 1,2 MB, 9f3c…" */
static void write_file(FILE *out, const json_t *v)
{
	const char *name = json_string_value(json_object_get(v, "name"));
	const char *root = json_string_value(json_object_get(v, "root"));
	const json_t *size = json_object_get(v, "size");

	fprintf(out, "%s, %s, ", name ? name : "—",
		print_size((uint64_t)json_integer_value(size)));
	write_hex(out, root ? root : "—", NULL);
}

static void write_list(FILE *out, const struct wici_field *f, const json_t *v,
		       const json_t *names)
{
	/* Of maps, organisations and texts each has a line; short values
	 * share. */
	bool is_long =
		f && (f->type == WICI_TYPE_MAP || f->type == WICI_TYPE_PARTY ||
		      f->type == WICI_TYPE_TEXT || f->type == WICI_TYPE_FILE);
	const json_t *item;
	size_t i;

	json_array_foreach(v, i, item)
	{
		if (i)
			fputs(is_long ? "\n" : ", ", out);
		write_value(out, f, item, names);
	}
}

static void write_value(FILE *out, const struct wici_field *f, const json_t *v,
			const json_t *names)
{
	if (json_is_array(v))
		write_list(out, f, v, names);
	else if (json_is_object(v) && f && f->type == WICI_TYPE_PARTY)
		write_party(out, v, names);
	else if (json_is_object(v) && f && f->type == WICI_TYPE_FILE)
		write_file(out, v);
	else if (json_is_object(v))
		write_map(out, f ? f->sub : NULL, v, names);
	else if (json_is_string(v))
		write_string(out, f, json_string_value(v), names);
	else if (json_is_integer(v))
		fprintf(out, "%lld", (long long)json_integer_value(v));
	else if (json_is_boolean(v))
		fputs(json_is_true(v) ? _("yes") : _("no"), out);
	else
		(void)json_dumpf(v, out, JSON_ENCODE_ANY | JSON_COMPACT);
}

static void print_field(const struct wici_field *f, const char *key,
			const json_t *v, const json_t *names)
{
	const char *label = f ? say_label(&f->label) : "";
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		abort();
	write_value(out, f, v, names);
	(void)fclose(out);
	print_pair(2, label[0] ? label : key, text);
	free(text);
}

void body_print(const struct wici_kind *kind, const json_t *body,
		const json_t *names)
{
	const struct wici_field *title =
		kind ? wici_field_flagged(kind, WICI_TITLE) : NULL;
	const json_t *v = title ? json_object_get(body, title->name) : NULL;
	const struct wici_field *f;
	const char *key;
	json_t *item;

	if (v)
		print_field(title, title->name, v, names);
	for (size_t i = 0; kind && (f = wici_field_nth(kind, i)); i++) {
		item = json_object_get(body, f->name);
		if (item && item != v)
			print_field(f, f->name, item, names);
	}
	json_object_foreach((json_t *)(uintptr_t)body, key, item)
	{
		if (!kind ||
		    !wici_field_find(kind->fields, wici_bytes_str(key)))
			print_field(NULL, key, item, names);
	}
}

const char *body_title(const struct wici_kind *kind, const json_t *body)
{
	const struct wici_field *f =
		kind ? wici_field_flagged(kind, WICI_TITLE) : NULL;

	return f ? json_string_value(json_object_get(body, f->name)) : NULL;
}
