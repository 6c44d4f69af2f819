/* proto/token.c — Invitations: packed into bytes, then into text that can be
 * pasted or read aloud; and what proves that one was had. */
#include "proto/token.h"

#include "proto/text.h"

#define TOKEN_HRP     "wici"
#define TOKEN_VERSION 1

/* version, network, roster version and id, registrar, secret, expires */
#define TOKEN_FIXED_LEN ((size_t)(1 + 32 + 8 + 32 + 32 + 16 + 4))
#define TOKEN_LEN_MAX   (TOKEN_FIXED_LEN + WICI_ADDRESSES_LEN)

static uint8_t *put(uint8_t *p, const void *from, size_t len)
{
	memcpy(p, from, len);
	return p + len;
}

/* b holds TOKEN_LEN_MAX. */
static enum wici_err pack(uint8_t *b, size_t *len, const struct wici_token *t)
{
	uint8_t *p = b;

	*p++ = TOKEN_VERSION;
	p = put(p, t->network.b, WICI_ID_LEN);
	wici_put_u64(p, t->roster_version);
	p = put(p + 8, t->roster_id.b, WICI_ID_LEN);
	p = put(p, t->registrar.b, WICI_KEY_LEN);
	p = put(p, t->secret, WICI_TOKEN_SECRET_LEN);
	wici_put_u32(p, (uint32_t)t->expires);
	p += 4;
	if (t->addresses.count > WICI_ADDRESS_MAX)
		return WICI_TOO_LARGE;
	p = wici_addresses_put(p, &t->addresses);
	if (!p)
		return WICI_BAD_FIELD;
	*len = (size_t)(p - b);
	return WICI_OK;
}

enum wici_err wici_token_encode(char *out, size_t out_len,
				const struct wici_token *t)
{
	uint8_t b[TOKEN_LEN_MAX];
	size_t len = 0;
	enum wici_err err = pack(b, &len, t);

	if (err == WICI_OK)
		err = wici_bech32_encode(out, out_len, TOKEN_HRP,
					 (struct wici_bytes){b, len});
	sodium_memzero(b, sizeof(b));
	return err;
}

static enum wici_err unpack(struct wici_token *t, struct wici_bytes b)
{
	struct wici_cursor c = wici_cursor(b);

	memset(t, 0, sizeof(*t));
	if (wici_take_u8(&c) != TOKEN_VERSION)
		return WICI_TOKEN_WRONG;
	wici_take_copy(&c, t->network.b, WICI_ID_LEN);
	t->roster_version = wici_take_u64(&c);
	wici_take_copy(&c, t->roster_id.b, WICI_ID_LEN);
	wici_take_copy(&c, t->registrar.b, WICI_KEY_LEN);
	wici_take_copy(&c, t->secret, WICI_TOKEN_SECRET_LEN);
	t->expires = (int32_t)wici_take_u32(&c);
	if (!wici_addresses_take(&c, &t->addresses) || !c.ok || c.len != 0)
		return WICI_TOKEN_WRONG;
	return WICI_OK;
}

enum wici_err wici_token_decode(struct wici_token *t, struct wici_bytes text)
{
	uint8_t b[TOKEN_LEN_MAX];
	size_t len = 0;
	enum wici_err err = WICI_TOKEN_WRONG;

	if (wici_bech32_decode(b, sizeof(b), &len, TOKEN_HRP, text) == WICI_OK)
		err = unpack(t, (struct wici_bytes){b, len});
	sodium_memzero(b, sizeof(b));
	if (err != WICI_OK)
		sodium_memzero(t, sizeof(*t));
	return err;
}

void wici_token_id(uint8_t id[8], const uint8_t secret[16])
{
	struct wici_bytes b = {secret, WICI_TOKEN_SECRET_LEN};
	struct wici_id hash = wici_hash_bytes(WICI_DOMAIN_TOKEN, b);

	memcpy(id, hash.b, 8);
}

struct wici_id wici_token_mac(const uint8_t secret[16],
			      const struct wici_id *network,
			      const struct wici_id *open_id)
{
	crypto_generichash_state state;
	struct wici_id mac;
	uint8_t id[8];

	wici_token_id(id, secret);
	(void)crypto_generichash_init(&state, secret, WICI_TOKEN_SECRET_LEN,
				      sizeof(mac.b));
	(void)crypto_generichash_update(&state, wici_domain(WICI_DOMAIN_JOIN),
					WICI_DOMAIN_LEN);
	(void)crypto_generichash_update(&state, network->b, WICI_ID_LEN);
	(void)crypto_generichash_update(&state, id, sizeof(id));
	(void)crypto_generichash_update(&state, open_id->b, WICI_ID_LEN);
	(void)crypto_generichash_final(&state, mac.b, sizeof(mac.b));
	sodium_memzero(&state, sizeof(state));
	return mac;
}

void wici_token_code(char out[7], const uint8_t secret[16],
		     const struct wici_key *newcomer,
		     const struct wici_key *registrar)
{
	struct wici_hash h;
	struct wici_id id;
	uint32_t code = 0;

	wici_hash_init(&h, WICI_DOMAIN_CODE);
	wici_hash_update(&h, secret, WICI_TOKEN_SECRET_LEN);
	wici_hash_update(&h, newcomer->b, WICI_KEY_LEN);
	wici_hash_update(&h, registrar->b, WICI_KEY_LEN);
	id = wici_hash_final(&h);
	sodium_memzero(&h, sizeof(h));

	/* PROTOCOL §5.5: "the hash under `wici/code/1`, all 32 bytes as one
	 * number, modulo 10^6" */
	for (size_t i = 0; i < sizeof(id.b); i++)
		code = (code * 256 + id.b[i]) % 1000000;
	for (int i = 5; i >= 0; i--) {
		out[i] = (char)('0' + code % 10);
		code /= 10;
	}
	out[6] = '\0';
}
