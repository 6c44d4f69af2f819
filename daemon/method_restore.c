/* daemon/method_restore.c — restore.*: an institution back on an empty disk,
 * from a backup or from its card; and identity.card.
 *
 *   restore.open ── restore.write … ─┐
 *   restore.card ────────────────────┴─ restore.finish ── restore.state …
 *
 * What was done so far is kept: the same can be done again from the start. */
#include "daemon/bundle.h"
#include "daemon/membership.h"
#include "daemon/method_private.h"
#include "daemon/pin.h"
#include "daemon/renew.h"
#include "daemon/store/book.h"
#include "proto/card.h"

static const struct wici_field open_params[] = {
	PARAM("backup", BYTES, .flags = WICI_REQUIRED),
	PARAM("network", BYTES, .flags = WICI_REQUIRED, .len_max = 32),
	PARAM_END,
};
static const struct wici_field write_params[] = {
	PARAM("bytes", BYTES, .flags = 0),
	PARAM_END,
};
static const struct wici_field card_params[] = {
	PARAM("card", TEXT, .flags = WICI_REQUIRED, .len_max = 8000),
	PARAM_LINE("name", 200, 0),
	PARAM("no_passphrase", BOOL, .flags = 0),
	PARAM_LINE("passphrase", 2000, 0),
	PARAM_END,
};
static const struct wici_field finish_params[] = {
	PARAM("close", BOOL, .flags = 0),
	PARAM_LINE("passphrase", 2000, 0),
	PARAM_END,
};
static const struct wici_field passphrase_params[] = {
	PARAM_LINE("passphrase", 2000, 0),
	PARAM_END,
};

/* An installation that has a feed of its own is not written over. */
static enum wici_err check_empty(struct call *call,
				 const struct wici_id *network)
{
	const struct node *n = call->node;

	if (n->is_read_only)
		return WICI_FULL;
	if (n->own || n->is_joining ||
	    (n->has_network && !wici_id_equal(&n->network, network)))
		return method_refuse(call, WICI_ALREADY_MEMBER,
				     "restore into an empty state folder; to "
				     "go on here with a new feed: `wici "
				     "restore` without a file");
	return WICI_OK;
}

static enum wici_err keep_address(struct node *n, struct wici_bytes address)
{
	struct book_peer peer = {.last_contact_ms = 0};
	struct peer_row *row;

	if (address.len > PEERS_ADDRESS_LEN)
		return WICI_OK;
	memcpy(peer.address, address.p, address.len);
	peer.address[address.len] = '\0';
	if (peers_check_address(peer.address) != WICI_OK)
		return WICI_OK; /* It was dialled once; it is no reason. */
	row = peers_by_address(&n->peers, peer.address);
	if (!row)
		row = peers_add(&n->peers, peer.address);
	row->is_dialed = true;
	return book_put_peer(n->store, &peer);
}

/* The network, once: the shell listens and dials from now on. version, id: what
 * the root had said by then. */
static enum wici_err enter_network(struct node *n,
				   const struct wici_id *network,
				   uint64_t version, const struct wici_id *id)
{
	struct node_output out = {.type = NODE_NETWORK};
	enum wici_err err = WICI_OK;

	if (!n->has_network) {
		err = membership_set_network(n, network);
		if (err == WICI_OK)
			err = pin_set(n, version, id);
		if (err == WICI_OK)
			err = membership_fold(n, true);
		if (err == WICI_OK)
			node_emit(n, &out);
	}
	out.type = NODE_DIALS;
	node_emit(n, &out);
	n->wants_commit = true;
	return err;
}

static enum wici_err install_key(struct call *call,
				 const struct wici_bundle_backup *backup)
{
	struct node *n = call->node;
	char text[1024];
	enum wici_err err;

	if (backup->identity_key.len == 0 && !n->keys.has_identity)
		return method_refuse(call, WICI_NOT_FOUND,
				     "this backup has no identity key: it was "
				     "kept elsewhere; use the card");
	if (backup->identity_key.len >= sizeof(text))
		return WICI_BAD_FIELD;
	if (backup->identity_key.len == 0)
		return wici_key_equal(&n->keys.identity, &backup->identity)
			       ? WICI_OK
			       : WICI_NOT_PERMITTED;
	memcpy(text, backup->identity_key.p, backup->identity_key.len);
	text[backup->identity_key.len] = '\0';
	err = keys_install_identity(&n->keys, n->dir_fd, text,
				    &backup->identity);
	sodium_memzero(text, sizeof(text));
	if (err == WICI_NOT_PERMITTED)
		return method_refuse(call, err,
				     "another institution's identity is here "
				     "already");
	return err;
}

static enum wici_err restore_open(struct call *call)
{
	struct node *n = call->node;
	struct wici_bundle_backup backup;
	struct wici_mp_reader r;
	struct wici_bytes raw;
	struct wici_id network;
	struct wici_mp v;
	struct bundle *b;
	enum wici_err err;

	(void)method_id(call, "network", &network);
	(void)method_raw(call, "backup", &raw);
	wici_mp_reader_init(&r, WICI_MP_LENIENT, raw);
	if (wici_mp_expect(&r, WICI_MP_BIN, &v) ||
	    wici_bundle_backup_read(&backup, v.bytes))
		return method_refuse(call, WICI_BAD_FIELD,
				     "this is no backup's header");
	err = check_empty(call, &network);
	if (!err)
		err = install_key(call, &backup);
	if (!err)
		err = book_set_blob(n->store, "name", backup.name);
	for (size_t i = 0; !err && i < backup.addresses_count; i++)
		err = keep_address(n, backup.addresses[i]);
	if (!err)
		err = enter_network(n, &network, backup.roster_version,
				    &backup.roster_id);
	if (err)
		return err;
	bundle_open_in(n, call->client, &b);
	wici_mp_map(call->result, 1);
	wici_mp_str(call->result, "identity");
	wici_mp_hex(call->result, n->keys.identity.b, WICI_KEY_LEN);
	return WICI_OK;
}

static enum wici_err make_identity(struct call *call,
				   const struct wici_card *card)
{
	struct node *n = call->node;
	struct keys_new_identity make = {.unlock = NULL};
	struct wici_secret secret;
	struct wici_key key;
	enum wici_err err = WICI_OK;

	wici_card_key(card, &key, &secret);
	sodium_memzero(&secret, sizeof(secret));
	if (n->keys.has_identity)
		return wici_key_equal(&n->keys.identity, &key)
			       ? WICI_OK
			       : WICI_NOT_PERMITTED;
	if (method_has(call, "passphrase")) {
		make.unlock = call->unlock;
		if (!call->unlock || !call->unlock_salt)
			return WICI_PASSPHRASE;
		memcpy(make.salt, call->unlock_salt, sizeof(make.salt));
	} else if (!method_is_set(call, "no_passphrase")) {
		return method_refuse(call, WICI_PASSPHRASE,
				     "the identity key is kept under a "
				     "passphrase; --no-passphrase keeps it in "
				     "the clear");
	}
	memcpy(make.seed, card->seed, sizeof(make.seed));
	node_random(n, make.nonce, sizeof(make.nonce));
	err = keys_make_identity(&n->keys, n->dir_fd, &make);
	sodium_memzero(&make, sizeof(make));
	return err;
}

static enum wici_err take_card(struct call *call, const struct wici_card *card)
{
	struct node *n = call->node;
	struct wici_bytes name;
	enum wici_err err;

	if (card->use != WICI_CARD_INSTITUTION)
		return method_refuse(call, WICI_BAD_FIELD,
				     "this is a root key's card: it approves "
				     "changes (`wici roster approve`), and is "
				     "no institution");
	if (wici_is_zero(card->network.b, WICI_ID_LEN))
		return method_refuse(call, WICI_BAD_FIELD,
				     "this card was made before there was a "
				     "network: `wici init` and a new "
				     "invitation");
	err = check_empty(call, &card->network);
	if (!err)
		err = make_identity(call, card);
	if (!err && method_str(call, "name", &name))
		err = book_set_blob(n->store, "name", name);
	for (size_t i = 0; !err && i < card->addresses.count; i++)
		err = keep_address(n, wici_bytes_str(card->addresses.text[i]));
	if (err)
		return err;
	return enter_network(n, &card->network, card->roster_version,
			     &card->roster_id);
}

static enum wici_err restore_card(struct call *call)
{
	struct wici_card card;
	struct wici_bytes text;
	enum wici_err err;

	(void)method_str(call, "card", &text);
	err = wici_card_decode(&card, text);
	if (err)
		return method_refuse(call, WICI_BAD_FIELD,
				     err == WICI_REJECT_VERSION
					     ? "a newer version of wici made "
					       "this card"
					     : "this is no card, or it was "
					       "mistyped");
	err = take_card(call, &card);
	sodium_memzero(&card, sizeof(card));
	if (err)
		return err;
	wici_mp_map(call->result, 2);
	wici_mp_str(call->result, "identity");
	wici_mp_hex(call->result, call->node->keys.identity.b, WICI_KEY_LEN);
	wici_mp_str(call->result, "network");
	wici_mp_hex(call->result, call->node->network.b, WICI_ID_LEN);
	return WICI_OK;
}

/* Where it stands: the new feed, what it carries on, how much is here. */
static enum wici_err restore_state(struct call *call)
{
	struct node *n = call->node;
	struct wici_mp_writer *w = call->result;
	struct wici_head old;
	bool is_connected = false;

	if (!n->own || !n->has_network)
		return method_refuse(call, WICI_NOT_FOUND,
				     "nothing is being restored");
	renew_carried(n, &old);
	for (const struct peer_row *row = n->peers.rows; row; row = row->next)
		is_connected |= row->state == PEER_IN_STEP ||
				row->state == PEER_SYNCING;
	wici_mp_map(w, 8);
	wici_mp_str(w, "network");
	wici_mp_hex(w, n->network.b, WICI_ID_LEN);
	wici_mp_str(w, "identity");
	wici_mp_hex(w, node_identity(n)->b, WICI_KEY_LEN);
	wici_mp_str(w, "feed");
	wici_mp_hex(w, n->own->row.key.b, WICI_KEY_LEN);
	wici_mp_str(w, "member");
	wici_mp_bool(w, node_is_member(n));
	wici_mp_str(w, "done");
	wici_mp_bool(w, !n->is_renewing);
	wici_mp_str(w, "connected");
	wici_mp_bool(w, is_connected);
	wici_mp_str(w, "entries");
	wici_mp_uint(w, (uint64_t)n->last_n);
	wici_mp_str(w, "succeeded");
	if (old.seq == 0) {
		wici_mp_nil(w);
		return WICI_OK;
	}
	wici_mp_map(w, 2);
	wici_mp_str(w, "feed");
	wici_mp_hex(w, old.feed.b, WICI_KEY_LEN);
	wici_mp_str(w, "seq");
	wici_mp_uint(w, old.seq);
	return WICI_OK;
}

static enum wici_err restore_finish(struct call *call)
{
	enum wici_err err;

	if (call->node->own)
		return method_refuse(call, WICI_ALREADY_MEMBER,
				     "it is restored already");
	err = renew_begin(call->node, call->unlock,
			  method_is_set(call, "close"));
	if (err == WICI_PASSPHRASE)
		return method_refuse(call, err,
				     "the identity key is under a passphrase");
	return err ? err : restore_state(call);
}

static enum wici_err identity_card(struct call *call)
{
	struct node *n = call->node;
	struct wici_mp_writer *w = call->result;
	struct wici_card card = {.use = WICI_CARD_INSTITUTION};
	char text[WICI_CARD_TEXT_MAX + 1];
	enum wici_err err = keys_identity_seed(&n->keys, n->dir_fd,
					       call->unlock, card.seed);

	if (err == WICI_NOT_FOUND)
		return method_refuse(call, err,
				     "the identity key is not on this machine");
	if (err == WICI_PASSPHRASE)
		return method_refuse(call, err,
				     "the identity key is under a passphrase");
	if (n->has_network) {
		card.network = n->network;
		card.roster_version = n->roster.version;
		card.roster_id = n->roster.id;
	}
	for (const struct peer_row *row = n->peers.rows; !err && row;
	     row = row->next) {
		if (!row->is_dialed || card.addresses.count == WICI_ADDRESS_MAX)
			continue;
		memcpy(card.addresses.text[card.addresses.count++],
		       row->address, sizeof(row->address));
	}
	if (!err)
		err = wici_card_encode(text, &card);
	if (!err)
		err = book_set_int(n->store, "card_ms", n->now.wall_ms);
	if (!err) {
		n->wants_commit = true;
		wici_mp_map(w, 5);
		wici_mp_str(w, "card");
		wici_mp_str(w, text);
		wici_mp_str(w, "identity");
		wici_mp_hex(w, n->keys.identity.b, WICI_KEY_LEN);
		wici_mp_str(w, "network");
		wici_mp_hex(w, card.network.b, WICI_ID_LEN);
		wici_mp_str(w, "network_name");
		wici_mp_str(w, n->has_network ? n->roster.name : "");
		wici_mp_str(w, "addresses");
		wici_mp_uint(w, card.addresses.count);
	}
	sodium_memzero(&card, sizeof(card));
	sodium_memzero(text, sizeof(text));
	return err;
}

const struct method methods_restore[] = {
	{.name = "restore.open",
	 .params = open_params,
	 .function = restore_open},
	{.name = "restore.write",
	 .params = write_params,
	 .function = method_bundle_write},
	{.name = "restore.card",
	 .params = card_params,
	 .needs_unlock = true,
	 .function = restore_card},
	{.name = "restore.finish",
	 .params = finish_params,
	 .needs_unlock = true,
	 .function = restore_finish},
	{.name = "restore.state", .function = restore_state},
	{.name = "identity.card",
	 .params = passphrase_params,
	 .needs_unlock = true,
	 .function = identity_card},
	{.name = NULL},
};
