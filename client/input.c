/* client/input.c — A whole file into memory, and to the one who reads it. */
#include "client/input.h"

#include "client/csv_input.h"
#include "client/fail.h"
#include "client/say.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool is_csv(const struct client *c, const char *path)
{
	size_t len = strlen(path);

	return json_is_true(json_object_get(c->local, "csv")) ||
	       (len > 4 && strcasecmp(path + len - 4, ".csv") == 0);
}

static enum wici_err load(struct client *c, FILE *f, const char *name,
			  uint8_t *buf, struct wici_bytes *text)
{
	errno = 0;
	*text = (struct wici_bytes){buf, fread(buf, 1, JSON_INPUT_MAX + 1, f)};
	if (ferror(f))
		return fail(c, WICI_IO, N_("%s cannot be read: %s"), name,
			    strerror(errno));
	if (text->len > JSON_INPUT_MAX)
		return fail(c, WICI_TOO_LARGE, N_("%s is larger than 1 MiB"),
			    name);
	return WICI_OK;
}

enum wici_err input_read(struct client *c, struct json_input *in,
			 const char *path)
{
	bool is_stdin = strcmp(path, "-") == 0;
	const char *name = is_stdin ? "stdin" : path;
	FILE *f = is_stdin ? stdin : fopen(path, "rb");
	struct wici_bytes text;
	uint8_t *buf;
	enum wici_err err;

	*in = (struct json_input){.bodies = NULL};
	if (!f)
		return fail(c, errno == ENOENT ? WICI_NOT_FOUND : WICI_IO,
			    N_("%s cannot be opened: %s"), name,
			    strerror(errno));
	buf = malloc(JSON_INPUT_MAX + 1);
	if (!buf)
		abort();
	err = load(c, f, name, buf, &text);
	if (!err)
		err = is_csv(c, path) ? csv_input_parse(c, in, name, text)
				      : json_input_parse(c, in, name, text);
	if (!is_stdin)
		(void)fclose(f);
	free(buf);
	return err;
}
