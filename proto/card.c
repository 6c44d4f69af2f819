/* proto/card.c — Cards: packed into bytes, then into text that survives paper
 * and is typed in again years later. */
#include "proto/card.h"

#include "proto/require.h"
#include "proto/text.h"

#define CARD_VERSION 1

/* version, use, seed, network, roster version and id */
#define CARD_FIXED_LEN ((size_t)(1 + 1 + 32 + 32 + 8 + 32))
#define CARD_LEN_MAX   (CARD_FIXED_LEN + WICI_ADDRESSES_LEN)

/* What a text of the greatest length can hold: a newer card may be longer. */
#define CARD_READ_MAX (WICI_CARD_TEXT_MAX * 5 / 8)

_Static_assert(sizeof(WICI_CARD_PREFIX) + 7 + (CARD_LEN_MAX * 8 + 4) / 5 <=
		       WICI_CARD_TEXT_MAX,
	       "the largest card fits its text");

static uint8_t *put(uint8_t *p, const void *from, size_t len)
{
	memcpy(p, from, len);
	return p + len;
}

/* b holds CARD_LEN_MAX. */
static enum wici_err pack(uint8_t *b, size_t *len, const struct wici_card *card)
{
	uint8_t *p = b;

	*p++ = CARD_VERSION;
	*p++ = (uint8_t)card->use;
	p = put(p, card->seed, sizeof(card->seed));
	p = put(p, card->network.b, WICI_ID_LEN);
	wici_put_u64(p, card->roster_version);
	p = put(p + 8, card->roster_id.b, WICI_ID_LEN);
	WICI_REQUIRE(card->addresses.count <= WICI_ADDRESS_MAX);
	p = wici_addresses_put(p, &card->addresses);
	if (!p)
		return WICI_BAD_FIELD;
	*len = (size_t)(p - b);
	return WICI_OK;
}

enum wici_err wici_card_encode(char *text, const struct wici_card *card)
{
	uint8_t b[CARD_LEN_MAX];
	size_t len = 0;
	enum wici_err err = pack(b, &len, card);

	if (err == WICI_OK)
		err = wici_bech32_encode(text, WICI_CARD_TEXT_MAX + 1,
					 WICI_CARD_PREFIX,
					 (struct wici_bytes){b, len});
	sodium_memzero(b, sizeof(b));
	return err;
}

static enum wici_err unpack(struct wici_card *card, struct wici_bytes b)
{
	struct wici_cursor c = wici_cursor(b);
	uint8_t version = wici_take_u8(&c);
	uint8_t use = wici_take_u8(&c);

	memset(card, 0, sizeof(*card));
	if (!c.ok || version == 0)
		return WICI_REJECT_TEXT;
	/* The checksum was right: nobody mistyped these. */
	if (version != CARD_VERSION || use > WICI_CARD_ROOT)
		return WICI_REJECT_VERSION;
	card->use = (enum wici_card_use)use;
	wici_take_copy(&c, card->seed, sizeof(card->seed));
	wici_take_copy(&c, card->network.b, WICI_ID_LEN);
	card->roster_version = wici_take_u64(&c);
	wici_take_copy(&c, card->roster_id.b, WICI_ID_LEN);
	if (!wici_addresses_take(&c, &card->addresses) || !c.ok || c.len != 0)
		return WICI_REJECT_TEXT;
	return WICI_OK;
}

enum wici_err wici_card_decode(struct wici_card *card, struct wici_bytes text)
{
	uint8_t b[CARD_READ_MAX];
	size_t len = 0;
	enum wici_err err = WICI_REJECT_TEXT;

	if (wici_bech32_decode(b, sizeof(b), &len, WICI_CARD_PREFIX, text) ==
	    WICI_OK)
		err = unpack(card, (struct wici_bytes){b, len});
	sodium_memzero(b, sizeof(b));
	if (err != WICI_OK)
		sodium_memzero(card, sizeof(*card));
	return err;
}

void wici_card_key(const struct wici_card *card, struct wici_key *key,
		   struct wici_secret *secret)
{
	uint8_t seed[32];

	/* PROTOCOL §7.3: "The identity or root key is number 1 of the seed." */
	wici_seed_derive(seed, card->seed, 1);
	wici_key_pair(key, secret, seed);
	sodium_memzero(seed, sizeof(seed));
}
