/* proto/handshake.h — Before a session: preamble, then Noise, then the proof
 * of the feed key. Pure steps that proto/session.c drives.
 *
 * PROTOCOL §3.1, §3.2, §3.4. */
#ifndef WICI_PROTO_HANDSHAKE_H
#define WICI_PROTO_HANDSHAKE_H

#include "proto/id.h"
#include "proto/message.h"
#include "proto/noise.h"

#define WICI_PREAMBLE_LEN    ((size_t)13) /* "wici" | version u8 | id [8] */
#define WICI_PROLOGUE_LEN    ((size_t)37) /* "wici" | version u8 | id [32] */
#define WICI_FRAMING_VERSION 1

void wici_preamble_encode(uint8_t out[WICI_PREAMBLE_LEN],
			  const struct wici_id *network);

/* In clear, instead of a preamble: "wic!" | version u8 | code u16 | zeros. */
void wici_preamble_refuse(uint8_t out[WICI_PREAMBLE_LEN], enum wici_err err);

/* WICI_OK; WICI_REJECT_PREAMBLE, _VERSION, _NETWORK; or, when the peer
 * refused, the error it named, with *refused set. */
WICI_NODISCARD
enum wici_err wici_preamble_check(const uint8_t in[WICI_PREAMBLE_LEN],
				  const struct wici_id *network, bool *refused);

void wici_prologue_encode(uint8_t out[WICI_PROLOGUE_LEN],
			  const struct wici_id *network);

/* The proof: the feed key signs role u8 (0 initiator, 1 responder) ‖ handshake
 * hash [64] ‖ number u64. */
void wici_auth_sign(struct wici_message *m, bool is_initiator,
		    const uint8_t hash[64], const struct wici_id *network,
		    const struct wici_secret *secret);
WICI_NODISCARD
enum wici_err wici_auth_verify(const struct wici_message *m, bool is_initiator,
			       const uint8_t hash[64],
			       const struct wici_id *network);

#endif
