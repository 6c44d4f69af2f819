/* client/cmd_erase.c — wici erase: what a record says goes, everywhere. */
#include "client/cmd.h"

#include "client/confirm.h"
#include "client/pass.h"
#include "client/print.h"
#include "client/rpc.h"
#include "client/say.h"
#include "client/verbs.h"

#include <stdio.h>

enum wici_err cmd_erase_run(struct client *c)
{
	enum wici_err err = WICI_OK;

	if (c->options.is_dry_run) {
		(void)json_object_set_new(c->params, "dry_run", json_true());
		return rpc_call(c, c->verb->method, c->params, &c->result);
	}
	err = confirm(c,
		      N_("Erase %s, here and at every institution? It cannot "
			 "be taken back. Type it again: "),
		      client_string(c->params, "id"));
	if (!err)
		err = pass_give(c, false);
	return err ? err : pass_call(c, c->verb->method, RPC_TIMEOUT_MS);
}

void cmd_erase_print_count(const json_t *erasure)
{
	const json_t *count = json_object_get(erasure, "erased_by");
	const json_t *of = json_object_get(erasure, "institutions");
	char text[100];

	(void)snprintf(text, sizeof(text),
		       say_n("%lld of %lld other institution",
			     "%lld of %lld other institutions",
			     (unsigned long long)json_integer_value(of)),
		       (long long)json_integer_value(count),
		       (long long)json_integer_value(of));
	print_pair(0, _("Erased by"), text);
	print_pair(0, _("Reason (noted here)"),
		   client_string(erasure, "reason"));
}

void cmd_erase_print(const struct client *c)
{
	const json_t *r = c->result;
	const json_t *erasure = json_object_get(r, "erasure");
	const char *before = client_string(r, "supersedes");

	print_line("%s",
		   c->options.is_dry_run
			   ? _("Nothing was done. This record could be erased:")
		   : json_is_true(json_object_get(r, "was_erased"))
			   ? _("The record was erased here before; the erasure "
			       "is signed by the present key now.")
			   : _("The record is erased here: its text is in no "
			       "file any more."));
	print_pair(0, _("Id"), client_string(r, "id"));
	print_pair(0, _("Kind"), client_string(r, "kind"));
	if (before)
		print_note(&c->options,
			   _("It replaced %s, which stands again: erase that "
			     "one too, where it says the same."),
			   print_id(before));
	if (!json_is_object(erasure) || c->options.is_dry_run)
		return;
	cmd_erase_print_count(erasure);
	print_note(&c->options, "%s",
		   _("Every institution erases it when it hears of it: wici "
		     "show ID says how many have. Bundles, backups and paper "
		     "made before still have the text: destroy them."));
}
