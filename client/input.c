/* client/input.c — What kind of file it is, and to the one who reads it. */
#include "client/input.h"

#include "client/csv_input.h"
#include "client/fail.h"
#include "client/file.h"
#include "client/markdown.h"
#include "client/say.h"
#include "proto/text.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool does_end(const char *path, const char *ending)
{
	size_t len = strlen(path);
	size_t end = strlen(ending);

	return len > end && strcasecmp(path + len - end, ending) == 0;
}

static bool is_csv(const struct client *c, const char *path)
{
	return json_is_true(json_object_get(c->local, "csv")) ||
	       does_end(path, ".csv");
}

static bool is_markdown(const char *path, struct wici_bytes text)
{
	return does_end(path, ".md") || does_end(path, ".markdown") ||
	       markdown_is(text);
}

enum wici_err input_check(struct client *c, const char *name,
			  struct wici_bytes text, const char *advice)
{
	enum wici_err err;

	if (!c->kind) {
		err = fail(c, WICI_UNKNOWN_KIND,
			   N_("there is no such kind of record"));
		fail_hint(c, N_("wici kinds"));
		return err;
	}
	if (wici_text_is_utf8(text) &&
	    (!text.len || !memchr(text.p, 0, text.len)))
		return WICI_OK;
	err = fail(c, WICI_USAGE, N_("%s is not UTF-8"), name);
	fail_hint(c, advice, NULL);
	return err;
}

static enum wici_err parse(struct client *c, struct json_input *in,
			   const char *path, struct wici_bytes text)
{
	const char *name = strcmp(path, "-") == 0 ? "stdin" : path;
	enum wici_err err;

	if (is_csv(c, path))
		return csv_input_parse(c, in, name, text);
	if (!is_markdown(path, text))
		return json_input_parse(c, in, name, text);
	err = markdown_parse(c, in, name, text);
	return err == WICI_END ? WICI_USAGE : err;
}

enum wici_err input_read(struct client *c, struct json_input *in,
			 const char *path)
{
	struct wici_bytes text;
	enum wici_err err = file_read(c, path, &text);

	*in = (struct json_input){.bodies = NULL};
	/* A word that was meant for the option before it. */
	if (err == WICI_NOT_FOUND && !strpbrk(path, "./"))
		fail_hint(c, N_("several words of one value stand in quotes: "
				"--title \"two words\""));
	if (!err)
		err = parse(c, in, path, text);
	free((uint8_t *)(uintptr_t)text.p);
	return err;
}
