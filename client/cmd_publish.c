/* client/cmd_publish.c — Records published: by fields, by a file, by both. */
#include "client/cmd.h"

#include "client/attach.h"
#include "client/body.h"
#include "client/fail.h"
#include "client/form.h"
#include "client/input.h"
#include "client/markdown.h"
#include "client/print.h"
#include "client/rejected.h"
#include "client/rpc.h"
#include "client/say.h"
#include "client/written.h"
#include "proto/kinds.h"

#include <stdlib.h>
#include <string.h>

/* What came of each line. */
static void count_in_lines(struct client *c, const struct json_input *in)
{
	const json_t *items = json_object_get(c->result, "items");
	json_t *item;
	size_t i;

	if (!in->is_lines)
		return;
	json_array_foreach(items, i, item)
	{
		(void)json_object_set(item, "line",
				      json_array_get(in->lines, i));
	}
}

/* What was given one by one wins over the file. */
static void lay_over(const struct json_input *in, json_t *fields)
{
	json_t *body;
	size_t i;

	json_array_foreach(in->bodies, i, body)(void)
		json_object_update(body, fields);
}

/* Of a field that does not fit, where it stands in the document. */
static void add_place(struct client *c, const struct json_input *in)
{
	const char *field = client_string(c->error, "field");
	const json_t *line;
	char top[64];

	if (!field || !in->places)
		return;
	(void)snprintf(top, sizeof(top), "%.*s", (int)strcspn(field, ".["),
		       field);
	line = json_object_get(in->places, top);
	if (!line)
		return;
	fail_set(c, "file", in->name);
	(void)json_object_set(c->error, "line", (json_t *)(uintptr_t)line);
}

static enum wici_err publish(struct client *c, const char *kind,
			     const struct json_input *in)
{
	json_t *params = json_pack("{s:s}", "kind", kind);
	enum wici_err err;

	if (in->is_lines)
		(void)json_object_set(params, "bodies", in->bodies);
	else
		(void)json_object_set(params, "body",
				      json_array_get(in->bodies, 0));
	if (c->options.is_dry_run)
		(void)json_object_set_new(params, "dry_run", json_true());
	err = rpc_call(c, "record.add", params, &c->result);
	json_decref(params);
	if (err) {
		rejected_explain(c, in);
		add_place(c, in);
	} else {
		count_in_lines(c, in);
	}
	return draft_exit(c, err);
}

/* What it names by a path lies beside it. */
static enum wici_err read_bodies(struct client *c, struct json_input *in,
				 const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash ? strndup(path, (size_t)(slash - path) + 1) : NULL;
	enum wici_err err = input_read(c, in, path);

	for (size_t i = 0; !err && i < json_array_size(in->bodies); i++)
		err = attach_resolve(c, c->kind, json_array_get(in->bodies, i),
				     folder);
	free(folder);
	return err;
}

/* The file, if there is one; else nothing but the fields. */
static enum wici_err read_input(struct client *c, struct json_input *in,
				json_t *fields)
{
	const char *path = client_string(c->local, "file");

	enum wici_err err = attach_resolve(c, c->kind, fields, NULL);

	*in = (struct json_input){.bodies = NULL};
	if (err)
		return err;
	if (path) {
		err = read_bodies(c, in, path);
		if (!err)
			lay_over(in, fields);
		return err;
	}
	in->bodies = json_pack("[O]", fields);
	in->lines = json_pack("[i]", 1);
	return WICI_OK;
}

/* For an editor: a record, or (body NULL) the kind's empty form. malloc'ed. */
static char *text_of(const struct wici_kind *kind, const json_t *body,
		     const json_t *names)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		abort();
	if (body)
		markdown_write(out, kind, body, names);
	else
		markdown_template(out, kind);
	(void)fclose(out);
	return text;
}

/* The form of the kind, filled in by hand. */
static enum wici_err publish_written(struct client *c)
{
	struct written w = {.path = ""};
	struct json_input in;
	enum wici_err err =
		written_ask(c, &w, &in, text_of(c->kind, NULL, NULL));

	if (!err)
		err = publish(c, c->kind->name, &in);
	json_input_clear(&in);
	written_end(c, &w, err);
	return err;
}

/* wici practice publish … */
enum wici_err cmd_publish_run(struct client *c)
{
	struct json_input in;
	enum wici_err err;

	if (!json_object_size(c->params) && !client_string(c->local, "file")) {
		if (written_can_ask(c))
			return publish_written(c);
		err = fail(c, WICI_USAGE,
			   N_("nothing to publish: give fields, or -f FILE"));
		fail_hint(c, N_("wici kinds %s"), c->kind->name);
		return err;
	}
	err = read_input(c, &in, c->params);
	if (!err)
		err = publish(c, c->kind->name, &in);
	json_input_clear(&in);
	return err;
}

/* wici add KIND -f FILE */
enum wici_err cmd_add_run(struct client *c)
{
	const char *name = client_string(c->params, "kind");
	struct json_input in;
	enum wici_err err;

	if (!client_string(c->local, "file")) {
		err = fail(c, WICI_USAGE, N_("something is missing: %s"),
			   "-f FILE|-");
		fail_hint(c, N_("wici help %s"), "add");
		return err;
	}
	c->kind = form_kind(name, NULL);
	err = read_bodies(c, &in, client_string(c->local, "file"));
	if (!err)
		err = publish(c, c->kind ? c->kind->name : name, &in);
	json_input_clear(&in);
	return err;
}

/* The rest of the line is understood once the record's kind is known. */
static enum wici_err take_rest(struct client *c, json_t *fields)
{
	struct args *args = &c->rest;
	const char *wrong = NULL;
	enum wici_err err = WICI_OK;

	while (!err && args_peek(args)) {
		const char *arg = args_peek(args);

		err = options_take(&c->options, args, &wrong);
		if (err != WICI_END)
			continue;
		if (args_is_option(args) &&
		    (args_is(arg, "file") || strcmp(arg, "-f") == 0)) {
			char *path = args_value(args, args_take(args));

			if (!path)
				return fail(c, WICI_USAGE,
					    N_("--%s needs a value: %s"),
					    "file", "FILE|-");
			(void)json_object_set_new(c->local, "file",
						  json_string(path));
			err = WICI_OK;
		} else if (args_is_option(args)) {
			err = form_take(c, c->kind, args, fields);
		}
		if (err == WICI_END)
			err = form_unknown(c, c->kind, arg);
	}
	if (err == WICI_USAGE && !c->error)
		return fail(c, err, N_("%s needs a value that fits"), wrong);
	return err;
}

/* The record, and its kind in c->kind. *record: a new reference. */
static enum wici_err find_record(struct client *c, json_t **record)
{
	json_t *params =
		json_pack("{s:O}", "id", json_object_get(c->params, "id"));
	enum wici_err err = rpc_call(c, "record.show", params, record);
	const char *name = client_string(*record, "kind");

	json_decref(params);
	if (!err && name)
		c->kind = wici_kind_by_name(wici_bytes_str(name));
	if (!err && !c->kind)
		err = fail(c, WICI_UNKNOWN_KIND,
			   N_("this version of wici does not know the kind %s"),
			   name ? name : "");
	return err;
}

/* A document is the whole record: a field that it lacks is gone. */
static void drop_missing(const struct wici_kind *kind,
			 const struct json_input *in)
{
	json_t *body = json_array_get(in->bodies, 0);

	for (const struct wici_field *f = kind->fields; f->name; f++)
		if (!(f->flags & (WICI_BY_NODE | WICI_SUPERSEDES)) &&
		    !json_object_get(body, f->name))
			(void)json_object_set_new(body, f->name, json_null());
}

static enum wici_err send_edit(struct client *c, struct json_input *in)
{
	enum wici_err err;

	if (in->is_lines)
		return fail(c, WICI_USAGE,
			    N_("a record is edited by one object"));
	if (!json_object_size(json_array_get(in->bodies, 0))) {
		err = fail(c, WICI_USAGE,
			   N_("nothing to change: give fields, or -f FILE"));
		fail_hint(c, N_("wici kinds %s"), c->kind->name);
		return err;
	}
	if (in->places)
		drop_missing(c->kind, in);
	(void)json_object_set(c->params, "body", json_array_get(in->bodies, 0));
	if (c->options.is_dry_run)
		(void)json_object_set_new(c->params, "dry_run", json_true());
	err = rpc_call(c, "record.edit", c->params, &c->result);
	if (err)
		add_place(c, in);
	return draft_exit(c, err);
}

static enum wici_err edit_written(struct client *c, const json_t *record)
{
	struct written w = {.path = ""};
	struct json_input in;
	enum wici_err err =
		written_ask(c, &w, &in,
			    text_of(c->kind, json_object_get(record, "body"),
				    json_object_get(record, "names")));

	if (!err)
		err = send_edit(c, &in);
	json_input_clear(&in);
	written_end(c, &w, err);
	return err;
}

/* The rest of the line laid over the record, whose kind is known. */
static enum wici_err edit(struct client *c, const json_t *record)
{
	json_t *fields = json_object();
	struct json_input in = {.bodies = NULL};
	enum wici_err err = take_rest(c, fields);

	if (!err && !json_object_size(fields) &&
	    !client_string(c->local, "file") && written_can_ask(c)) {
		json_decref(fields);
		return edit_written(c, record);
	}
	if (!err)
		err = read_input(c, &in, fields);
	if (!err)
		err = send_edit(c, &in);
	json_input_clear(&in);
	json_decref(fields);
	return err;
}

/* wici edit ID [--field value …] [-f FILE] */
enum wici_err cmd_edit_run(struct client *c)
{
	json_t *record = NULL;
	enum wici_err err = find_record(c, &record);

	if (!err)
		err = edit(c, record);
	json_decref(record);
	return err;
}

/* wici cert correct REF [--field value …]: the same, of a certificate. */
enum wici_err cmd_cert_correct_run(struct client *c)
{
	const struct wici_kind *grant = form_kind("certificate.grant", NULL);
	json_t *record = NULL;
	enum wici_err err;

	(void)json_object_set(c->params, "id",
			      json_object_get(c->params, "ref"));
	(void)json_object_del(c->params, "ref");
	err = find_record(c, &record);
	if (!err && c->kind != grant)
		err = fail(c, WICI_NOT_FOUND, N_("%s is no certificate"),
			   client_string(c->params, "id"));
	if (!err)
		err = edit(c, record);
	json_decref(record);
	return err;
}

/* What a new certificate takes over from the one before it. */
static enum wici_err take_over(struct client *c, json_t *fields)
{
	static const char *const kept[] = {"annex", "granted_for", "holder",
					   "name",  "scheme",      "unit"};
	json_t *cert = NULL, *record = NULL, *params;
	const json_t *body;
	const char *id;
	enum wici_err err = rpc_call(c, "cert.show", c->params, &cert);

	id = client_string(json_object_get(cert, "certificate"), "id");
	params = json_pack("{s:s}", "id", id ? id : "");
	if (!err)
		err = rpc_call(c, "record.show", params, &record);
	body = json_object_get(record, "body");
	for (size_t i = 0; !err && i < sizeof(kept) / sizeof(kept[0]); i++)
		if (json_object_get(body, kept[i]) &&
		    !json_object_get(fields, kept[i]))
			(void)json_object_set(fields, kept[i],
					      json_object_get(body, kept[i]));
	if (!err)
		(void)json_object_set_new(fields, "previous", json_string(id));
	json_decref(params);
	json_decref(record);
	json_decref(cert);
	return err;
}

/* wici cert renew REF --valid-from 2027 …: a certificate of its own, that names
 * the one before. */
enum wici_err cmd_cert_renew_run(struct client *c)
{
	json_t *fields = json_object();
	struct json_input in = {.bodies = NULL};
	enum wici_err err;

	c->kind = form_kind("certificate.grant", NULL);
	err = take_rest(c, fields);
	if (!err && !json_object_size(fields) &&
	    !client_string(c->local, "file")) {
		err = fail(c, WICI_USAGE,
			   N_("a renewal says from when to when it holds"));
		fail_hint(c, "--valid-from 2027 --valid-until 2031");
	}
	if (!err)
		err = take_over(c, fields);
	if (!err)
		err = read_input(c, &in, fields);
	if (!err)
		err = publish(c, c->kind->name, &in);
	json_input_clear(&in);
	json_decref(fields);
	return err;
}
