/* client/cmd_restore.c — wici restore: from a backup, from a card, or, with
 * neither, this installation goes on with a new feed. */
#include "client/cmd.h"

#include "client/fail.h"
#include "client/pass.h"
#include "client/print.h"
#include "client/restore.h"
#include "client/rpc.h"
#include "client/say.h"
#include "client/verbs.h"

#include <stdio.h>

/* Sealed: copied, forked, on another machine. What was kept as drafts is
 * published in the new feed. */
static enum wici_err renew(struct client *c)
{
	enum wici_err err = pass_give(c, false);

	if (json_is_true(json_object_get(c->local, "close")))
		(void)json_object_set_new(c->params, "close", json_true());
	if (!err)
		err = pass_call(c, "feed.renew", RPC_TIMEOUT_MS);
	if (err)
		return err;
	json_decref(c->result);
	c->result = NULL;
	err = rpc_call(c, "restore.state", NULL, &c->result);
	return err ? err : restore_wait(c);
}

enum wici_err cmd_restore_run(struct client *c)
{
	const char *card = client_string(c->local, "card");
	const char *path = client_string(c->params, "file");
	char name[4096] = "";
	enum wici_err err;

	if (card && path) {
		err = fail(c, WICI_USAGE,
			   N_("either a backup or a card, not both"));
		fail_hint(c, "wici restore --card FILE");
		return err;
	}
	if (c->options.is_dry_run && !path)
		return fail(c, WICI_USAGE,
			    N_("only a restore from a backup can be tried: "
			       "-n and a file"));
	(void)snprintf(name, sizeof(name), "%s", path ? path : "");
	(void)json_object_del(c->params, "file");
	if (card)
		return restore_from_card(c, card);
	if (path)
		return restore_from_file(c, name, c->options.is_dry_run);
	return renew(c);
}

void cmd_restore_print(const struct client *c)
{
	restore_print(c);
}
