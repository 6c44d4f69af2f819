/* client/rejected.c — From the daemon's count of bodies to a clerk's lines. */
#include "client/rejected.h"

#include "client/fail.h"
#include "client/print.h"
#include "client/say.h"

#include <string.h>

static bool is(const json_t *item, const char *key, const char *value)
{
	const char *text = client_string(item, key);

	return text && strcmp(text, value) == 0;
}

static void add_once(json_t *names, const char *name)
{
	const json_t *known;
	size_t i;

	json_array_foreach(names, i, known)
	{
		if (strcmp(json_string_value(known), name) == 0)
			return;
	}
	(void)json_array_append_new(names, json_string(name));
}

/* As the file has it: "got" may be cut. */
static const char *name_in(const json_t *item, const json_t *body)
{
	const char *field = client_string(item, "field");
	const char *name = field ? client_string(body, field) : NULL;

	return name ? name : client_string(item, "got");
}

static void advise(struct client *c, json_t *names)
{
	if (!json_array_size(names)) {
		json_decref(names);
		return;
	}
	(void)json_object_set_new(c->error, "not_members", names);
	fail_hint(c, N_("wici invite NAME for each of them, or wici invite -f "
			"LIST with one name a line; once they have joined, "
			"this file fits"));
}

/* Refused for what the installation is, not for what a line says. */
static bool is_of_all(const json_t *error)
{
	return is(error, "code", "read_only") ||
	       is(error, "code", "not_member") || is(error, "code", "sealed") ||
	       is(error, "code", "not_permitted");
}

void rejected_explain(struct client *c, const struct json_input *in)
{
	const json_t *items = json_object_get(c->error, "items");
	json_t *names = json_array();
	size_t count = 0;
	json_t *item;
	size_t i;

	json_array_foreach(items, i, item)
	{
		json_t *line = json_object_get(item, "line");
		json_int_t n = json_integer_value(line);
		const json_t *body;
		const char *name;

		if (n < 1 || (size_t)n > json_array_size(in->lines))
			continue;
		count++;
		body = json_array_get(in->bodies, (size_t)n - 1);
		name = name_in(item, body);
		if (name && is(item, "code", "not_found") &&
		    is(item, "expected", "member"))
			add_once(names, name);
		(void)json_object_set(item, "line",
				      json_array_get(in->lines, (size_t)n - 1));
	}
	if (count && !is_of_all(c->error))
		fail_say(c,
			 say_n("nothing was published: %zu line does not fit",
			       "nothing was published: %zu lines do not fit",
			       count),
			 count);
	advise(c, names);
}

void rejected_print(const json_t *error)
{
	const json_t *names = json_object_get(error, "not_members");
	const json_t *name;
	size_t i;

	if (!json_array_size(names))
		return;
	fprintf(stderr, "  %s:\n", _("Not members of this network"));
	json_array_foreach(names, i, name)
	{
		fputs("    ", stderr);
		print_text(stderr, json_string_value(name));
		fputc('\n', stderr);
	}
}
