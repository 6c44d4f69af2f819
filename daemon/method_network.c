/* daemon/method_network.c — network.create, network.join: how an installation
 * gets into a network. */
#include "daemon/feeds.h"
#include "daemon/membership.h"
#include "daemon/method_private.h"
#include "daemon/waiters.h"
#include "proto/card.h"

static const struct wici_field create_params[] = {
	PARAM("issuer", LINE, .len_max = 40, .flags = WICI_CODE),
	PARAM_LINE("name", 200, WICI_REQUIRED),
	PARAM_LINE("passphrase", 2000, 0),
	PARAM("recovery", BOOL, .flags = 0),
	PARAM("single", BOOL, .flags = 0),
	PARAM_END,
};
static const struct wici_field join_params[] = {
	PARAM("by_file", BOOL, .flags = 0),
	PARAM_IDENTITY,
	PARAM("timeout", UINT, .flags = 0),
	PARAM_LINE("token", 4000, WICI_REQUIRED),
	PARAM_END,
};

/* A root key on a card: number 1 of its seed. */
static void write_card(struct wici_mp_writer *w, const struct node *n,
		       const uint8_t seed[32])
{
	struct wici_card card = {.use = WICI_CARD_ROOT,
				 .network = n->network,
				 .roster_version = n->roster.version,
				 .roster_id = n->roster.id};
	char text[WICI_CARD_TEXT_MAX + 1];
	struct wici_secret secret;
	struct wici_key key;

	memcpy(card.seed, seed, sizeof(card.seed));
	wici_card_key(&card, &key, &secret);
	/* Without addresses it always fits. */
	if (wici_card_encode(text, &card) != WICI_OK)
		text[0] = '\0';
	wici_mp_map(w, 2);
	wici_mp_str(w, "key");
	wici_mp_hex(w, key.b, WICI_KEY_LEN);
	wici_mp_str(w, "card");
	wici_mp_str(w, text);
	sodium_memzero(&secret, sizeof(secret));
	sodium_memzero(&card, sizeof(card));
	sodium_memzero(text, sizeof(text));
}

static void write_recovery(struct wici_mp_writer *w, const struct node *n,
			   const struct membership_found *found)
{
	wici_mp_str(w, "recovery");
	wici_mp_array(w, (uint32_t)found->recovery_count);
	for (size_t i = 0; i < found->recovery_count; i++)
		write_card(w, n, found->recovery[i]);
}

static void write_network(struct call *call,
			  const struct membership_found *found)
{
	const struct node *n = call->node;
	struct wici_mp_writer *w = call->result;

	wici_mp_map(w, found->recovery_count ? 5 : 4);
	wici_mp_str(w, "network");
	wici_mp_hex(w, n->network.b, WICI_ID_LEN);
	wici_mp_str(w, "feed");
	wici_mp_hex(w, n->own->row.key.b, WICI_KEY_LEN);
	wici_mp_str(w, "identity");
	wici_mp_hex(w, node_identity(n)->b, WICI_KEY_LEN);
	wici_mp_str(w, "change");
	wici_mp_hex(w, n->roster.id.b, WICI_ID_LEN);
	if (found->recovery_count)
		write_recovery(w, n, found);
}

static enum wici_err check_create(struct call *call)
{
	const struct node *n = call->node;
	bool is_single = method_is_set(call, "single");
	bool has_cards = method_is_set(call, "recovery");

	if (is_single == has_cards)
		return method_refuse(call, WICI_USAGE,
				     "either --recovery DIR (two more root "
				     "keys on cards) or --single");
	if (!n->keys.has_identity)
		return method_refuse(call, WICI_NOT_PERMITTED,
				     "there is no identity yet: `wici init`");
	if (n->has_network)
		return WICI_ALREADY_MEMBER;
	return WICI_OK;
}

static enum wici_err network_create(struct call *call)
{
	struct node *n = call->node;
	struct membership_found found = {.unlock = call->unlock};
	char name[201];
	enum wici_err err = check_create(call);

	if (!err)
		err = method_name(n, name);
	if (err)
		return err;
	(void)method_str(call, "name", &found.name);
	(void)method_str(call, "issuer", &found.scheme);
	found.member_name = wici_bytes_str(name);
	found.recovery_count = method_is_set(call, "recovery") ? 2 : 0;
	err = membership_found(n, &found);
	if (err == WICI_PASSPHRASE)
		fault_hint(&call->fault,
			   "the identity key is under a passphrase");
	if (!err)
		write_network(call, &found);
	sodium_memzero(&found, sizeof(found));
	return err;
}

/* Did this very token let us in, or is it about to? */
static bool is_our_token(const struct node *n, const struct wici_token *token)
{
	const struct wici_member *m;
	uint8_t id[8];

	if (!n->has_network || !n->own ||
	    !wici_id_equal(&n->network, &token->network))
		return false;
	m = wici_roster_member(&n->roster, node_identity(n));
	wici_token_id(id, token->secret);
	return m && memcmp(m->token_id, id, sizeof(id)) == 0;
}

static enum wici_err begin_join(struct call *call,
				const struct wici_token *token)
{
	struct node *n = call->node;
	enum wici_err err = WICI_OK;

	if (is_our_token(n, token))
		return WICI_OK;
	if (n->own && node_is_member(n))
		return WICI_ALREADY_MEMBER;
	if (!n->keys.has_identity)
		err = method_make_identity(call);
	if (err)
		return err;
	n->join_err = WICI_OK;
	err = membership_join(n, token, call->unlock);
	if (err == WICI_PASSPHRASE)
		fault_hint(&call->fault,
			   "the identity key is under a passphrase");
	return err;
}

/* Nobody is waited for: bundle.open gives the file that asks. */
static void write_asked(struct call *call, const char *code)
{
	const struct node *n = call->node;
	struct wici_mp_writer *w = call->result;

	wici_mp_map(w, 4);
	wici_mp_str(w, "network");
	wici_mp_hex(w, n->network.b, WICI_ID_LEN);
	wici_mp_str(w, "feed");
	wici_mp_hex(w, n->own->row.key.b, WICI_KEY_LEN);
	wici_mp_str(w, "identity");
	wici_mp_hex(w, node_identity(n)->b, WICI_KEY_LEN);
	wici_mp_str(w, "code");
	wici_mp_str(w, code);
}

/* A token that names nobody to ask, where nobody else is known. */
static bool is_by_file_alone(const struct node *n,
			     const struct wici_token *token)
{
	return token->addresses.count == 0 && n->peers.rows == NULL;
}

static enum wici_err network_join(struct call *call)
{
	struct node *n = call->node;
	bool is_by_file = method_is_set(call, "by_file");
	struct wici_token token;
	struct wici_bytes text;
	char code[7];
	enum wici_err err;

	(void)method_str(call, "token", &text);
	err = wici_token_decode(&token, text);
	if (err)
		return method_refuse(call, WICI_TOKEN_WRONG,
				     "it must be pasted whole, as it was "
				     "given");
	if (!is_by_file && is_by_file_alone(n, &token))
		err = method_refuse(call, WICI_USAGE,
				    "this invitation names no address: `wici "
				    "join TOKEN --by-file FILE`");
	else
		err = begin_join(call, &token);
	if (!err)
		wici_token_code(code, token.secret, node_identity(n),
				&token.registrar);
	if (!err && is_by_file) {
		write_asked(call, code);
	} else if (!err) {
		err = waiters_add_join(n, call,
				       method_uint(call, "timeout", 60), code);
		call->is_deferred = !err;
	}
	sodium_memzero(&token, sizeof(token));
	return err;
}

const struct method methods_network[] = {
	{.name = "network.create",
	 .params = create_params,
	 .needs_unlock = true,
	 .function = network_create},
	{.name = "network.join",
	 .params = join_params,
	 .needs_unlock = true,
	 .function = network_join},
	{.name = NULL},
};
