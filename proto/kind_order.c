/* proto/kind_order.c — The order in which people tell the fields of a kind. */
#include "proto/kind.h"

/* The next name of an order; empty at its end. */
static struct wici_bytes next_name(const char **order)
{
	struct wici_bytes name;

	*order += strspn(*order, " ");
	name.p = (const uint8_t *)*order;
	name.len = strcspn(*order, " ");
	*order += name.len;
	return name;
}

static bool is_in_order(const char *order, const char *name)
{
	struct wici_bytes b;

	while ((b = next_name(&order)).len)
		if (wici_bytes_is(b, name))
			return true;
	return false;
}

const struct wici_field *wici_field_nth(const struct wici_kind *kind, size_t i)
{
	const char *order = kind->order ? kind->order : "";
	const char *left = order;
	const struct wici_field *f;
	struct wici_bytes name;

	while ((name = next_name(&left)).len) {
		f = wici_field_find(kind->fields, name);
		if (f && i-- == 0)
			return f;
	}
	for (f = kind->fields; f->name; f++)
		if (!is_in_order(order, f->name) && i-- == 0)
			return f;
	return NULL;
}
