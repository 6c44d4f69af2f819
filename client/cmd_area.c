/* client/cmd_area.c — Where an institution organises the community on a day. */
#include "client/cmd.h"

#include "client/print.h"
#include "client/rpc.h"
#include "client/say.h"
#include "client/verbs.h"

#include <stdlib.h>
#include <string.h>

/* `wici area show ID` is a record, as for every kind; else an institution. */
enum wici_err cmd_area_show_run(struct client *c)
{
	const char *ref = client_string(c->params, "institution");
	size_t len = ref ? strlen(ref) : 0;
	enum wici_err err = rpc_call(c, c->verb->method, c->params, &c->result);
	json_t *params;

	if (err == WICI_OK || len < 8 || len > 64 ||
	    strspn(ref, "0123456789abcdefABCDEF") != len ||
	    json_object_get(c->params, "on"))
		return err;
	params = json_pack("{s:s}", "id", ref);
	err = rpc_call(c, "record.show", params, &c->result);
	json_decref(params);
	return err;
}

/* "13, 15, 17", or "the whole street", or that without some. */
static void print_street(const json_t *street)
{
	const char *name = client_string(street, "street");
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);
	const json_t *item;
	size_t i;

	if (!out)
		abort();
	if (json_is_true(json_object_get(street, "whole")))
		fputs(_("the whole street"), out);
	json_array_foreach(json_object_get(street, "blocks"), i, item)
	{
		fprintf(out, "%s%s", i ? ", " : "",
			client_string(item, "number"));
	}
	json_array_foreach(json_object_get(street, "without"), i, item)
		fprintf(out, "%s%s", i ? ", " : _(", but for "),
			json_string_value(item));
	(void)fclose(out);
	print_pair(2, name, text);
	free(text);
}

static void print_estate(const json_t *estate)
{
	const char *name = client_string(estate, "estate");
	const char *since = client_string(estate, "since");
	const json_t *street;
	size_t i;

	fputc('\n', stdout);
	print_colored(stdout, PRINT_BOLD, name ? name : "—");
	if (json_is_true(json_object_get(estate, "partial")))
		fputs(_(" (a part)"), stdout);
	if (since)
		print_line(_(", since %s"), since);
	else
		fputc('\n', stdout);
	json_array_foreach(json_object_get(estate, "streets"), i, street)
		print_street(street);
}

void cmd_area_show_print(const struct client *c)
{
	const json_t *estates = json_object_get(c->result, "estates");
	const json_t *who = json_object_get(c->result, "institution");
	const char *name = client_string(who, "name");
	const json_t *estate;
	size_t i;

	if (!json_is_array(estates)) {
		cmd_record_print(c);
		return;
	}
	print_colored(stdout, PRINT_BOLD,
		      name ? name : print_id(client_string(who, "identity")));
	fputc('\n', stdout);
	print_pair(0, _("Area of work on"), client_string(c->result, "on"));
	json_array_foreach(estates, i, estate) print_estate(estate);
	if (!json_array_size(estates))
		print_note(&c->options, "%s",
			   _("It has stated no area for that day."));
	if (json_is_false(json_object_get(c->result, "complete")))
		print_note(&c->options, "%s",
			   _("There are too many records: only the newest "
			     "were looked at."));
}
