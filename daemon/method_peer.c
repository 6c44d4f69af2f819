/* daemon/method_peer.c — peer.*: connections and addresses to dial. */
#include "daemon/feeds.h"
#include "daemon/find.h"
#include "daemon/method_private.h"
#include "daemon/store/book.h"

static const struct wici_field address_params[] = {
	PARAM_LINE("address", 100, WICI_REQUIRED),
	PARAM_END,
};

void method_write_peer(struct wici_mp_writer *w, const struct node *n,
		       const struct peer_row *row)
{
	bool is_known = !wici_is_zero(row->identity.b, WICI_KEY_LEN);
	const char *name = is_known ? find_name(n, &row->identity) : NULL;

	wici_mp_map(w, 8);
	wici_mp_str(w, "name");
	view_line(w, wici_bytes_str(name ? name : ""));
	wici_mp_str(w, "identity");
	if (is_known)
		wici_mp_hex(w, row->identity.b, WICI_KEY_LEN);
	else
		wici_mp_nil(w);
	wici_mp_str(w, "address");
	view_line(w, wici_bytes_str(row->address));
	wici_mp_str(w, "state");
	wici_mp_str(w, peer_state_name(row->state));
	wici_mp_str(w, "reason");
	view_line(w, wici_bytes_str(row->reason ? row->reason : ""));
	wici_mp_str(w, "last_contact");
	view_time(w, row->last_contact_ms);
	wici_mp_str(w, "behind");
	if (row->has_behind)
		wici_mp_uint(w, row->behind);
	else
		wici_mp_nil(w);
	wici_mp_str(w, "direction");
	wici_mp_str(w, row->is_dialed ? "out" : "in");
}

static enum wici_err peer_list(struct call *call)
{
	const struct node *n = call->node;
	uint32_t count = 0;

	for (const struct peer_row *row = n->peers.rows; row; row = row->next)
		count++;
	wici_mp_map(call->result, 1);
	wici_mp_str(call->result, "items");
	wici_mp_array(call->result, count);
	for (const struct peer_row *row = n->peers.rows; row; row = row->next)
		method_write_peer(call->result, n, row);
	return WICI_OK;
}

/* The address with a NUL, checked. */
static enum wici_err take_address(struct call *call,
				  char address[PEERS_ADDRESS_LEN + 1])
{
	struct wici_bytes text;
	struct wici_bytes raw;
	enum wici_err err = WICI_BAD_FIELD;

	if (call->node->is_read_only)
		return WICI_FULL;
	if (method_str(call, "address", &text) &&
	    text.len <= PEERS_ADDRESS_LEN) {
		memcpy(address, text.p, text.len);
		address[text.len] = '\0';
		err = peers_check_address(address);
	}
	if (!err || !method_raw(call, "address", &raw))
		return err;
	fault_hint(&call->fault, "an address is HOST:PORT or [IPV6]:PORT");
	return fault_set(&call->fault, WICI_BAD_FIELD, "address", "address",
			 raw);
}

static enum wici_err answer(struct call *call, const char *address)
{
	struct node_output out = {.type = NODE_DIALS};

	node_emit(call->node, &out);
	wici_mp_map(call->result, 1);
	wici_mp_str(call->result, "address");
	wici_mp_str(call->result, address);
	return WICI_OK;
}

static enum wici_err peer_add(struct call *call)
{
	struct node *n = call->node;
	struct book_peer kept;
	struct peer_row *row;
	enum wici_err err;

	memset(&kept, 0, sizeof(kept));
	err = take_address(call, kept.address);
	if (err)
		return err;
	row = peers_by_address(&n->peers, kept.address);
	if (row) {
		kept.identity = row->identity;
		kept.last_contact_ms = row->last_contact_ms;
	}
	err = book_put_peer(n->store, &kept);
	if (err)
		return err;
	if (!row)
		row = peers_add(&n->peers, kept.address);
	row->is_dialed = true;
	return answer(call, kept.address);
}

static enum wici_err peer_remove(struct call *call)
{
	struct node *n = call->node;
	char address[PEERS_ADDRESS_LEN + 1];
	struct peer_row *row;
	struct wici_bytes raw;
	enum wici_err err = take_address(call, address);

	if (err)
		return err;
	row = peers_by_address(&n->peers, address);
	if (row && row->is_configured)
		return method_refuse(call, WICI_NOT_PERMITTED,
				     "this address stands in the "
				     "configuration: remove it there");
	err = book_remove_peer(n->store, address);
	if (err == WICI_NOT_FOUND && row && row->is_dialed)
		err = WICI_OK;
	if (err == WICI_NOT_FOUND && method_raw(call, "address", &raw))
		return fault_set(&call->fault, err, "address", NULL, raw);
	if (err)
		return err;
	if (row && row->link == 0)
		peers_remove(&n->peers, row);
	else if (row)
		row->is_dialed = false; /* Gone when the link is. */
	return answer(call, address);
}

const struct method methods_peer[] = {
	{.name = "peer.list", .function = peer_list},
	{.name = "peer.add", .params = address_params, .function = peer_add},
	{.name = "peer.remove",
	 .params = address_params,
	 .function = peer_remove},
	{.name = NULL},
};
