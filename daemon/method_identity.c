/* daemon/method_identity.c — identity.init: who this institution is. Its
 * profile is noted, and published once there is a network. */
#include "daemon/body.h"
#include "daemon/keys.h"
#include "daemon/method_private.h"
#include "daemon/store/book.h"
#include "proto/kinds/institution.h"

#define BOOK_NAME    "name"
#define BOOK_PROFILE "profile" /* membership publishes it */

static const struct wici_field init_params[] = {PARAM_IDENTITY, PARAM_END};

/* The params that are fields of a profile. */
static const char *const profile_fields[] = {"city", "name", "short_name",
					     "teryt", "type"};
#define PROFILE_FIELDS (sizeof(profile_fields) / sizeof(profile_fields[0]))

static enum wici_err make_profile(struct call *call, struct growing *profile)
{
	struct body_input in = {.kind = &wici_kind_institution_profile};
	struct growing map;
	struct wici_bytes raw;
	uint32_t count = 0;
	enum wici_err err;

	growing_init(&map, GROWING_LEN_MAX);
	for (size_t i = 0; i < PROFILE_FIELDS; i++)
		count += method_has(call, profile_fields[i]);
	wici_mp_map(&map.w, count);
	for (size_t i = 0; i < PROFILE_FIELDS; i++) {
		if (!method_raw(call, profile_fields[i], &raw))
			continue;
		wici_mp_str(&map.w, profile_fields[i]);
		wici_mp_raw(&map.w, raw);
	}
	in.map = growing_bytes(&map);
	err = body_make(call->node, &in, profile, &call->fault);
	growing_clear(&map);
	return err;
}

static enum wici_err check_passphrase(struct call *call)
{
	bool has = method_has(call, "passphrase");
	bool wants_none = method_is_set(call, "no_passphrase");

	if (has && wants_none)
		return method_refuse(call, WICI_USAGE,
				     "either a passphrase or none, not both");
	if (has && call->unlock && call->unlock_salt)
		return WICI_OK;
	if (wants_none && !has)
		return WICI_OK;
	return method_refuse(call, WICI_PASSPHRASE,
			     "the identity key is kept under a passphrase; "
			     "--no-passphrase keeps it in the clear");
}

static enum wici_err make_keys(struct call *call)
{
	struct node *n = call->node;
	struct keys_new_identity make = {.unlock = NULL};
	enum wici_err err;

	node_random(n, make.seed, sizeof(make.seed));
	node_random(n, make.nonce, sizeof(make.nonce));
	if (method_has(call, "passphrase")) {
		make.unlock = call->unlock;
		memcpy(make.salt, call->unlock_salt, sizeof(make.salt));
	}
	err = keys_make_identity(&n->keys, n->dir_fd, &make);
	sodium_memzero(&make, sizeof(make));
	return err;
}

static enum wici_err keep_profile(struct call *call, struct wici_bytes profile)
{
	struct node *n = call->node;
	struct wici_bytes name;
	enum wici_err err;

	(void)method_str(call, "name", &name);
	err = book_set_blob(n->store, BOOK_NAME, name);
	if (!err)
		err = book_set_blob(n->store, BOOK_PROFILE, profile);
	return err;
}

/* A power cut may have left the key, which is written at once, without the
 * notes, which are committed: the same again finishes it. */
static bool is_half_made(const struct node *n, const char *name)
{
	return n->keys.has_identity && !n->own && !n->has_network && !name[0];
}

static enum wici_err prove_key(struct call *call)
{
	const struct node *n = call->node;
	struct wici_secret secret;
	enum wici_err err = keys_identity_secret(&n->keys, n->dir_fd,
						 call->unlock, &secret);

	sodium_memzero(&secret, sizeof(secret));
	return err;
}

enum wici_err method_make_identity(struct call *call)
{
	static const struct wici_bytes none = {NULL, 0};
	struct node *n = call->node;
	struct growing profile;
	char name[201];
	bool is_half;
	enum wici_err err;

	if (n->is_read_only)
		return WICI_FULL;
	err = method_name(n, name);
	if (err)
		return err;
	is_half = is_half_made(n, name);
	/* Whoever has a feed has an identity, wherever its key is kept. */
	if (node_identity(n) && !is_half)
		return method_refuse(call, WICI_NOT_PERMITTED,
				     "there is an identity already");
	if (!method_has(call, "name"))
		return fault_set(&call->fault, WICI_BAD_FIELD, "name",
				 "required", none);
	growing_init(&profile, GROWING_LEN_MAX);
	err = make_profile(call, &profile);
	if (!err)
		err = check_passphrase(call);
	if (!err)
		err = keep_profile(call, growing_bytes(&profile));
	if (!err)
		err = is_half ? prove_key(call) : make_keys(call);
	growing_clear(&profile);
	return err;
}

enum wici_err method_name(struct node *n, char name[201])
{
	size_t len = 0;
	enum wici_err err;

	err = book_get_blob(n->store, BOOK_NAME, (uint8_t *)name, 200, &len);
	name[err ? 0 : len] = '\0';
	return err == WICI_NOT_FOUND ? WICI_OK : err;
}

static enum wici_err identity_init(struct call *call)
{
	enum wici_err err = method_make_identity(call);

	if (err)
		return err;
	wici_mp_map(call->result, 1);
	wici_mp_str(call->result, "identity");
	wici_mp_hex(call->result, call->node->keys.identity.b, WICI_KEY_LEN);
	return WICI_OK;
}

/* An issuer's; made when it is first asked for. */
static enum wici_err identity_token(struct call *call)
{
	struct node *n = call->node;
	uint8_t seed[32];
	enum wici_err err = WICI_OK;

	if (!n->keys.has_token) {
		node_random(n, seed, sizeof(seed));
		err = keys_make_token(&n->keys, n->dir_fd, seed);
		sodium_memzero(seed, sizeof(seed));
	}
	if (err)
		return err;
	wici_mp_map(call->result, 1);
	wici_mp_str(call->result, "token_key");
	wici_mp_hex(call->result, n->keys.token.b, WICI_KEY_LEN);
	return WICI_OK;
}

const struct method methods_identity[] = {
	{.name = "identity.token", .function = identity_token},
	{.name = "identity.init",
	 .params = init_params,
	 .needs_unlock = true,
	 .function = identity_init},
	{.name = NULL},
};
