/* daemon/method_renew.c — feed.renew: this installation goes on with a new
 * feed. */
#include "daemon/method_private.h"
#include "daemon/renew.h"

static const struct wici_field renew_params[] = {
	PARAM("close", BOOL, .flags = 0),
	PARAM_LINE("passphrase", 2000, 0),
	PARAM_END,
};

static enum wici_err hint_at(struct call *call, enum wici_err err)
{
	if (err == WICI_NOT_FOUND)
		return method_refuse(call, err,
				     "the identity key is not here: restore "
				     "from a backup or from the card into an "
				     "empty state folder");
	if (err == WICI_PASSPHRASE)
		return method_refuse(call, err,
				     "the identity key is under a passphrase");
	return err;
}

static enum wici_err feed_renew(struct call *call)
{
	struct node *n = call->node;
	struct wici_mp_writer *w = call->result;
	enum wici_err err =
		renew_begin(n, call->unlock, method_is_set(call, "close"));

	if (err)
		return hint_at(call, err);
	wici_mp_map(w, 3);
	wici_mp_str(w, "feed");
	wici_mp_hex(w, n->own->row.key.b, WICI_KEY_LEN);
	wici_mp_str(w, "network");
	wici_mp_hex(w, n->network.b, WICI_ID_LEN);
	wici_mp_str(w, "sealed");
	wici_mp_bool(w, n->sealed != NULL);
	return WICI_OK;
}

const struct method methods_renew[] = {
	{.name = "feed.renew",
	 .params = renew_params,
	 .needs_unlock = true,
	 .function = feed_renew},
	{.name = NULL},
};
