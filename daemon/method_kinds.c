/* daemon/method_kinds.c — kinds.get: the table of kinds, for forms, flags and
 * reference. */
#include "daemon/method_private.h"
#include "proto/kinds.h"

static const struct wici_field get_params[] = {
	PARAM_LINE("kind", 100, 0),
	PARAM_END,
};

static const char *right_name(enum wici_right right)
{
	switch (right) {
	case WICI_BY_OPENING:
		return "opening";
	case WICI_BY_MEMBER:
		return "member";
	case WICI_BY_REGISTRAR:
		return "registrar";
	case WICI_BY_ISSUER:
		return "issuer";
	case WICI_BY_WITNESS:
		return "witness";
	}
	return "";
}

static uint32_t count_fields(const struct wici_field *rows)
{
	uint32_t count = 0;

	for (; rows->name; rows++)
		count++;
	return count;
}

static void write_words(struct wici_mp_writer *w, const struct wici_word *words)
{
	uint32_t count = 0;

	for (const struct wici_word *word = words; word->code; word++)
		count++;
	wici_mp_str(w, "words");
	wici_mp_array(w, count);
	for (; words->code; words++) {
		wici_mp_map(w, 2);
		wici_mp_str(w, "code");
		wici_mp_str(w, words->code);
		wici_mp_str(w, "label");
		view_label(w, &words->label);
	}
}

static void write_flag(struct wici_mp_writer *w, const char *name,
		       const struct wici_field *f, uint16_t flag)
{
	wici_mp_str(w, name);
	wici_mp_bool(w, (f->flags & flag) != 0);
}

/* A MAP's own rows stand in it: no kind nests them deeper than once or
 * twice, and the table is ours. */
static void write_fields(struct wici_mp_writer *w,
			 const struct wici_field *rows)
{
	wici_mp_str(w, "fields");
	wici_mp_array(w, count_fields(rows));
	for (const struct wici_field *f = rows; f->name; f++) {
		wici_mp_map(w, 8u + (f->words != NULL) + (f->sub != NULL));
		wici_mp_str(w, "name");
		wici_mp_str(w, f->name);
		wici_mp_str(w, "type");
		wici_mp_str(w, wici_type_name(f->type));
		write_flag(w, "required", f, WICI_REQUIRED);
		write_flag(w, "list", f, WICI_LIST);
		wici_mp_str(w, "label");
		view_label(w, &f->label);
		wici_mp_str(w, "len_max");
		wici_mp_uint(w, f->len_max);
		wici_mp_str(w, "items_max");
		wici_mp_uint(w, f->items_max);
		write_flag(w, "by_node", f, WICI_BY_NODE);
		if (f->words)
			write_words(w, f->words);
		if (f->sub)
			write_fields(w, f->sub);
	}
}

static void write_kind(struct wici_mp_writer *w, const struct wici_kind *kind)
{
	wici_mp_map(w, 5);
	wici_mp_str(w, "name");
	wici_mp_str(w, kind->name);
	wici_mp_str(w, "number");
	wici_mp_uint(w, kind->number);
	wici_mp_str(w, "label");
	view_label(w, &kind->label);
	wici_mp_str(w, "by");
	wici_mp_str(w, right_name(kind->by));
	write_fields(w, kind->fields);
}

static enum wici_err kinds_get(struct call *call)
{
	const struct wici_kind *only = NULL;
	struct wici_bytes name;
	uint32_t count = 0;

	if (method_str(call, "kind", &name)) {
		only = wici_kind_by_name(name);
		if (!only)
			return method_refuse(call, WICI_UNKNOWN_KIND,
					     "`wici kinds` names them");
	}
	while (wici_kinds[count])
		count++;
	wici_mp_map(call->result, 1);
	wici_mp_str(call->result, "items");
	wici_mp_array(call->result, only ? 1 : count);
	for (size_t i = 0; wici_kinds[i]; i++)
		if (!only || only == wici_kinds[i])
			write_kind(call->result, wici_kinds[i]);
	return WICI_OK;
}

const struct method methods_kinds[] = {
	{.name = "kinds.get", .params = get_params, .function = kinds_get},
	{.name = NULL},
};
