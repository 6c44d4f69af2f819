/* proto/card.h — A card: a seed on paper, and where its network is to be found.
 *
 * PROTOCOL §7.3. An institution's recovery card, or a root key's. */
#ifndef WICI_PROTO_CARD_H
#define WICI_PROTO_CARD_H

#include "proto/address.h"
#include "proto/id.h"

#define WICI_CARD_TEXT_MAX ((size_t)1400)
#define WICI_CARD_PREFIX   "wicikarta"

enum wici_card_use { WICI_CARD_INSTITUTION = 0, WICI_CARD_ROOT = 1 };

struct wici_card {
	enum wici_card_use use;
	uint8_t seed[32];
	struct wici_id network;  /* Zero: of no network yet. */
	uint64_t roster_version; /* What the root had said when it was made. */
	struct wici_id roster_id;
	struct wici_addresses addresses;
};

/* text: WICI_CARD_TEXT_MAX + 1 bytes; NUL-terminated. WICI_BAD_FIELD: an
 * address is no address. */
WICI_NODISCARD
enum wici_err wici_card_encode(char *text, const struct wici_card *card);

/* As people type it: case, white space and hyphens do not matter.
 * WICI_REJECT_TEXT: not a card, or mistyped; WICI_REJECT_VERSION: a newer kind
 * of card (of another version, or for another use). */
WICI_NODISCARD
enum wici_err wici_card_decode(struct wici_card *card, struct wici_bytes text);

/* Number 1 of its seed. The caller wipes both. */
void wici_card_key(const struct wici_card *card, struct wici_key *key,
		   struct wici_secret *secret);

#endif
