/* client/input.c — What kind of file it is, and to the one who reads it. */
#include "client/input.h"

#include "client/csv_input.h"
#include "client/file.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool is_csv(const struct client *c, const char *path)
{
	size_t len = strlen(path);

	return json_is_true(json_object_get(c->local, "csv")) ||
	       (len > 4 && strcasecmp(path + len - 4, ".csv") == 0);
}

enum wici_err input_read(struct client *c, struct json_input *in,
			 const char *path)
{
	const char *name = strcmp(path, "-") == 0 ? "stdin" : path;
	struct wici_bytes text;
	enum wici_err err = file_read(c, path, &text);

	*in = (struct json_input){.bodies = NULL};
	if (!err)
		err = is_csv(c, path) ? csv_input_parse(c, in, name, text)
				      : json_input_parse(c, in, name, text);
	free((uint8_t *)(uintptr_t)text.p);
	return err;
}
