/* proto/token.h — The invitation: one paste on one side.
 *
 * PROTOCOL §5.5. Bytes: version u8 = 1 | network [32] | roster version u64 |
 * roster id [32] | registrar feed [32] | secret [16] | expires day i32 |
 * addresses: count u8, each len u8 and host:port. Text: bech32m, "wici". */
#ifndef WICI_PROTO_TOKEN_H
#define WICI_PROTO_TOKEN_H

#include "proto/address.h"
#include "proto/bytes.h"
#include "proto/err.h"
#include "proto/id.h"

#define WICI_TOKEN_SECRET_LEN ((size_t)16)
#define WICI_TOKEN_TEXT_MAX   ((size_t)1400)

struct wici_token {
	struct wici_id network;
	uint64_t roster_version;
	struct wici_id roster_id;
	struct wici_key registrar; /* Its feed. */
	uint8_t secret[16];
	int32_t expires; /* Last day, in Poland; days since 1970-01-01. */
	struct wici_addresses addresses;
};

/* out holds WICI_TOKEN_TEXT_MAX. WICI_TOO_LARGE; WICI_BAD_FIELD: an address
 * that is empty or not of printable ASCII without spaces. */
WICI_NODISCARD
enum wici_err wici_token_encode(char *out, size_t out_len,
				const struct wici_token *t);

/* WICI_TOKEN_WRONG on anything that is not a whole, genuine text form. */
WICI_NODISCARD
enum wici_err wici_token_decode(struct wici_token *t, struct wici_bytes text);

/* First 8 bytes of hash("wici/token/1", secret). */
void wici_token_id(uint8_t id[8], const uint8_t secret[16]);

/* The proof of the secret in a JOIN: keyed BLAKE2b-256, key = secret, over
 * domain "wici/join/1" ‖ network ‖ token id ‖ id of the feed.open. */
struct wici_id wici_token_mac(const uint8_t secret[16],
			      const struct wici_id *network,
			      const struct wici_id *open_id);

/* Six digits, to compare by telephone: hash("wici/code/1", secret ‖ newcomer's
 * identity ‖ registrar feed) as a number modulo 10^6. out holds 7. */
void wici_token_code(char out[7], const uint8_t secret[16],
		     const struct wici_key *newcomer,
		     const struct wici_key *registrar);

#endif
