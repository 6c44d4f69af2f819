/* proto/noise.h — Noise_XX_25519_ChaChaPoly_BLAKE2b, unchanged.
 *
 * The Noise Protocol Framework, revision 34; PROTOCOL §3.2. Proven against
 * published vectors and an independent implementation. */
#ifndef WICI_PROTO_NOISE_H
#define WICI_PROTO_NOISE_H

#include "proto/bytes.h"
#include "proto/err.h"

#define WICI_NOISE_HASH_LEN ((size_t)64)
#define WICI_NOISE_TAG_LEN  ((size_t)16)
#define WICI_NOISE_REKEY    ((uint64_t)65536) /* Messages in a direction. */

struct wici_noise_pair { /* X25519. */
	uint8_t secret[32];
	uint8_t public[32];
};
void wici_noise_pair_from(struct wici_noise_pair *pair,
			  const uint8_t secret[32]);

/* One direction after the handshake. */
struct wici_noise_cipher {
	uint8_t key[32];
	uint64_t nonce;
	bool has_key;
};

struct wici_noise {
	bool is_initiator;
	int step; /* Messages so far: 0 … 3. */
	struct wici_noise_pair s, e;
	uint8_t rs[32], re[32];
	uint8_t ck[64];
	uint8_t h[64]; /* After step 3: the handshake hash. */
	struct wici_noise_cipher cipher;
};

/* s: the session's static pair; e: a fresh ephemeral pair. Copied. */
void wici_noise_init(struct wici_noise *n, bool is_initiator,
		     struct wici_bytes prologue,
		     const struct wici_noise_pair *s,
		     const struct wici_noise_pair *e);

/* Is it this side's turn to write? */
bool wici_noise_is_writer(const struct wici_noise *n);
bool wici_noise_is_done(const struct wici_noise *n);

/* The next handshake message around `payload` (wici sends none; vectors do).
 * *len: in the room in out, out what was written. WICI_TOO_LARGE,
 * WICI_REJECT_HANDSHAKE (a low-order point). */
WICI_NODISCARD
enum wici_err wici_noise_write(struct wici_noise *n, struct wici_bytes payload,
			       uint8_t *out, size_t *len);

/* Reads one; the payload is decrypted into out (room ≥ msg.len).
 * WICI_REJECT_HANDSHAKE, after which n is dead. */
WICI_NODISCARD
enum wici_err wici_noise_read(struct wici_noise *n, struct wici_bytes msg,
			      uint8_t *out, size_t *len);

/* When done: the two ciphers. Wipes everything but h and rs. */
void wici_noise_split(struct wici_noise *n, struct wici_noise_cipher *tx,
		      struct wici_noise_cipher *rx);

/* In place: len bytes at p become len + 16. After every 2^16th message the
 * key is replaced (Noise REKEY). */
void wici_noise_seal(struct wici_noise_cipher *c, uint8_t *p, size_t len);

/* In place: len bytes at p become len − 16. WICI_REJECT_CIPHER. */
WICI_NODISCARD
enum wici_err wici_noise_open(struct wici_noise_cipher *c, uint8_t *p,
			      size_t len);

#endif
