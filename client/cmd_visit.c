/* client/cmd_visit.c — A visit in a calendar. */
#include "client/cmd.h"

#include "client/fail.h"
#include "client/file.h"
#include "client/ics.h"
#include "client/print.h"
#include "client/rpc.h"
#include "client/say.h"
#include "client/verbs.h"

#include <stdlib.h>
#include <string.h>

/* A month is none: as its first day it would be wrong. */
static bool has_day(const json_t *process)
{
	const char *day = client_string(process, "day");
	const char *until = client_string(process, "until");

	return day && (!until || strcmp(day, until) == 0);
}

/* The visit's own record: an act of it may have been named. */
static enum wici_err load_visit(struct client *c, json_t **visit)
{
	json_t *params = json_copy(c->params);
	const char *id = client_string(params, "id");
	const json_t *process;
	const char *root;
	enum wici_err err = rpc_call(c, "record.show", params, visit);

	process = json_object_get(*visit, "process");
	root = client_string(process, "root");
	if (!err &&
	    (!root || strcmp(client_string(process, "name"), "visit") != 0))
		err = fail(c, WICI_NOT_FOUND, N_("%s is no visit"), id);
	if (!err && strcmp(client_string(*visit, "id"), root) != 0) {
		(void)json_object_set_new(params, "id", json_string(root));
		json_decref(*visit);
		*visit = NULL;
		err = rpc_call(c, "record.show", params, visit);
	}
	if (!err && !has_day(json_object_get(*visit, "process")))
		err = fail(c, WICI_NOT_FOUND, N_("the visit has no day yet"));
	json_decref(params);
	return err;
}

/* wici visit export ID [-o FILE|-] */
enum wici_err cmd_visit_export_run(struct client *c)
{
	const char *path = client_string(c->local, "output");
	json_t *visit = NULL;
	char name[64];
	char *text = NULL;
	size_t len;
	FILE *out;
	enum wici_err err = load_visit(c, &visit);

	if (err) {
		json_decref(visit);
		return err;
	}
	(void)snprintf(name, sizeof(name), "%s-%.12s.ics", _("visit"),
		       client_string(visit, "id"));
	path = path ? path : name;
	out = open_memstream(&text, &len);
	if (!out)
		abort();
	ics_write(out, visit);
	(void)fclose(out);
	c->result = json_pack("{s:s,s:s}", "id", client_string(visit, "id"),
			      "ics", text);
	if (strcmp(path, "-") != 0) {
		err = file_write(c, path,
				 (struct wici_bytes){(uint8_t *)text, len});
		(void)json_object_set_new(c->result, "path", json_string(path));
	}
	free(text);
	json_decref(visit);
	return err;
}

void cmd_visit_export_print(const struct client *c)
{
	const char *path = client_string(c->result, "path");

	if (path)
		print_line(_("The visit is in %s: open it with a calendar."),
			   path);
	else
		fputs(client_string(c->result, "ics"), stdout);
}
