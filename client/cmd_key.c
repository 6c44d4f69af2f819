/* client/cmd_key.c — wici key card: the institution on a sheet of paper. */
#include "client/cmd.h"

#include "client/card.h"
#include "client/fail.h"
#include "client/pass.h"
#include "client/print.h"
#include "client/rpc.h"
#include "client/say.h"
#include "client/verbs.h"

#include <stdlib.h>
#include <string.h>

/* With the name that stands on the card: the daemon's own. */
static enum wici_err add_name(struct client *c)
{
	json_t *status = NULL;
	enum wici_err err = rpc_call(c, "status.get", NULL, &status);

	if (!err)
		(void)json_object_set(c->result, "name",
				      json_object_get(status, "name"));
	json_decref(status);
	return err;
}

enum wici_err cmd_key_card_run(struct client *c)
{
	const char *path = client_string(c->local, "output");
	enum wici_err err = pass_give(c, false);

	if (!err)
		err = pass_call(c, c->verb->method, RPC_TIMEOUT_MS);
	if (!err)
		err = add_name(c);
	if (!err && path)
		err = card_write_institution(c, path);
	return err;
}

void cmd_key_card_print(const struct client *c)
{
	const char *path = client_string(c->result, "path");

	if (!path) {
		card_print_institution(c->result);
		return;
	}
	print_line(_("The card is in %s. Print it, keep it in a safe, and "
		     "remove the file."),
		   path);
}

void cmd_key_token_print(const struct client *c)
{
	print_pair(0, _("Token key"), client_string(c->result, "token_key"));
}
