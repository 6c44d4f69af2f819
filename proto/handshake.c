/* proto/handshake.c — The preamble in clear, and the proof of the feed key.
 *
 * PROTOCOL §3.1: the preamble only saves strangers and mistaken neighbours a
 * handshake; the full network id is in the Noise prologue. */
#include "proto/handshake.h"

#include "proto/require.h"

#define MAGIC_LEN     ((size_t)4)
#define SHORT_ID_LEN  ((size_t)8)
#define AUTH_BODY_LEN ((size_t)73) /* role u8 | hash [64] | number u64 */

static const uint8_t magic[] = {'w', 'i', 'c', 'i'};
static const uint8_t refusal[] = {'w', 'i', 'c', '!'};

void wici_preamble_encode(uint8_t out[WICI_PREAMBLE_LEN],
			  const struct wici_id *network)
{
	memcpy(out, magic, MAGIC_LEN);
	out[4] = WICI_FRAMING_VERSION;
	memcpy(out + 5, network->b, SHORT_ID_LEN);
}

void wici_preamble_refuse(uint8_t out[WICI_PREAMBLE_LEN], enum wici_err err)
{
	memset(out, 0, WICI_PREAMBLE_LEN);
	memcpy(out, refusal, MAGIC_LEN);
	out[4] = WICI_FRAMING_VERSION;
	wici_put_u16(out + 5, wici_err_wire(err));
}

enum wici_err wici_preamble_check(const uint8_t in[WICI_PREAMBLE_LEN],
				  const struct wici_id *network, bool *refused)
{
	uint16_t code = wici_get_u16(in + 5);

	/* PROTOCOL §3.1: "that is read whatever version it states" */
	*refused = memcmp(in, refusal, MAGIC_LEN) == 0 && code != 0;
	if (*refused)
		return wici_err_from_wire(code);
	if (memcmp(in, magic, MAGIC_LEN) != 0)
		return WICI_REJECT_PREAMBLE;
	if (in[4] != WICI_FRAMING_VERSION)
		return WICI_REJECT_VERSION;
	if (memcmp(in + 5, network->b, SHORT_ID_LEN) != 0)
		return WICI_REJECT_NETWORK;
	return WICI_OK;
}

void wici_prologue_encode(uint8_t out[WICI_PROLOGUE_LEN],
			  const struct wici_id *network)
{
	memcpy(out, magic, MAGIC_LEN);
	out[4] = WICI_FRAMING_VERSION;
	memcpy(out + 5, network->b, WICI_ID_LEN);
}

static struct wici_bytes auth_body(uint8_t out[73],
				   const struct wici_message *m,
				   bool is_initiator, const uint8_t hash[64])
{
	out[0] = is_initiator ? 0 : 1;
	memcpy(out + 1, hash, WICI_NOISE_HASH_LEN);
	wici_put_u64(out + 65, m->auth.number);
	return (struct wici_bytes){out, AUTH_BODY_LEN};
}

void wici_auth_sign(struct wici_message *m, bool is_initiator,
		    const uint8_t hash[64], const struct wici_id *network,
		    const struct wici_secret *secret)
{
	uint8_t body[73];

	m->type = WICI_MSG_AUTH;
	wici_sign(&m->auth.sig, WICI_DOMAIN_SESSION, network,
		  auth_body(body, m, is_initiator, hash), secret);
}

enum wici_err wici_auth_verify(const struct wici_message *m, bool is_initiator,
			       const uint8_t hash[64],
			       const struct wici_id *network)
{
	uint8_t body[73];

	WICI_REQUIRE(m->type == WICI_MSG_AUTH);
	if (wici_key_check(&m->auth.feed) != WICI_OK)
		return WICI_REJECT_AUTH;
	if (wici_verify(&m->auth.sig, WICI_DOMAIN_SESSION, network,
			auth_body(body, m, is_initiator, hash),
			&m->auth.feed) != WICI_OK)
		return WICI_REJECT_AUTH;
	return WICI_OK;
}
