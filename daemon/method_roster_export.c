/* daemon/method_roster_export.c — roster.export: the root's changes in a
 * bundle, so that whoever knows the network id can tell its issuers offline.
 *
 * PROTOCOL §7.5: "A file of changes is a bundle (§7.1) without runs: the
 * changes in force and, at a root fork, the rivals." */
#include "daemon/bundle_made.h"
#include "daemon/method_private.h"
#include "daemon/method_propose.h"

static void write_answer(struct wici_mp_writer *w, const struct node *n,
			 const struct bundle_made *b, struct wici_bytes file)
{
	wici_mp_map(w, 7);
	wici_mp_str(w, "network");
	wici_mp_hex(w, n->network.b, WICI_ID_LEN);
	wici_mp_str(w, "name");
	wici_mp_str(w, n->roster.name);
	wici_mp_str(w, "version");
	wici_mp_uint(w, n->roster.version);
	wici_mp_str(w, "id");
	wici_mp_hex(w, n->roster.id.b, WICI_ID_LEN);
	wici_mp_str(w, "expires");
	view_day(w, n->roster.has_expires, n->roster.expires.last);
	wici_mp_str(w, "changes");
	wici_mp_uint(w, b->changes);
	wici_mp_str(w, "bytes");
	wici_mp_bin(w, file.p, file.len);
}

static enum wici_err roster_export(struct call *call)
{
	struct node *n = call->node;
	struct bundle_made b;
	struct wici_bytes file;
	enum wici_err err = method_needs_roster(call);

	if (err)
		return err;
	bundle_made_begin(&b, n);
	bundle_made_put_changes(&b, n);
	err = bundle_made_end(&b, &file);
	if (!err)
		write_answer(call->result, n, &b, file);
	bundle_made_clear(&b);
	return err;
}

const struct method methods_roster_export[] = {
	{.name = "roster.export", .function = roster_export},
	{.name = NULL},
};
