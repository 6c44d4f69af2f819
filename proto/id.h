/* proto/id.h — Keys, ids, hashes and signatures, and what goes under them.
 *
 * PROTOCOL §1.1. Each is a type of its own, so that one cannot be passed for
 * another. Every hash and every signature begins with a 16-byte domain. */
#ifndef WICI_PROTO_ID_H
#define WICI_PROTO_ID_H

#include "proto/bytes.h"
#include "proto/err.h"

#include <sodium.h>

#define WICI_KEY_LEN    ((size_t)32)
#define WICI_ID_LEN     ((size_t)32)
#define WICI_SIG_LEN    ((size_t)64)
#define WICI_SALT_LEN   ((size_t)16)
#define WICI_DOMAIN_LEN ((size_t)16)
#define WICI_HEX_LEN    ((size_t)64) /* Of a key or id; without the NUL. */

struct wici_key { /* An Ed25519 public key. */
	uint8_t b[32];
};
struct wici_secret { /* An Ed25519 secret key as libsodium keeps it. */
	uint8_t b[64];
};
struct wici_id { /* BLAKE2b-256 of something signed. */
	uint8_t b[32];
};
struct wici_sig {
	uint8_t b[64];
};
struct wici_salt {
	uint8_t b[16];
};

/* PROTOCOL §1.1, the table of domains: X(NAME, text). */
/* clang-format off */
#define WICI_DOMAINS(X)                                                        \
	X(ENTRY, "wici/entry/1")     /* feed key signs header */               \
	X(ID, "wici/id/1")           /* hash: header, signature */             \
	X(PAYLOAD, "wici/payload/1") /* hash: salt, payload */                 \
	X(NETWORK, "wici/network/1") /* hash: canonical founding map */        \
	X(OPEN, "wici/open/1")       /* identity key signs feed ‖ identity */  \
	X(CHANGE, "wici/change/1")   /* hash: a change's body */               \
	X(APPROVE, "wici/approve/1") /* root key signs a change's id */        \
	X(FORK, "wici/fork/1")       /* hash: a fork proof's body */           \
	X(ERASE, "wici/erase/1")     /* identity or root key signs erasure */  \
	X(SESSION, "wici/session/1") /* feed key signs role ‖ hash ‖ number */ \
	X(RANGE, "wici/range/1")     /* hash: heads or ids of a range */       \
	X(JOIN, "wici/join/1")       /* MAC under the token's secret */        \
	X(TOKEN, "wici/token/1")     /* hash: a token's secret → its id */     \
	X(CODE, "wici/code/1")       /* hash: secret ‖ newcomer ‖ registrar */ \
	X(SEED, "wici/seed/1")       /* hash: seed ‖ number → secret seed */   \
	X(SUCCEED, "wici/succeed/1") /* identity key signs a feed.succeed */   \
	X(BUNDLE, "wici/bundle/1")   /* hash: a bundle up to its end */        \
	X(BEARER, "wici/bearer/1")   /* feed key signs, hash: §7.6 */         \
	X(LEAF, "wici/leaf/1")       /* hash: a leaf of a Merkle tree */       \
	X(BRANCH, "wici/branch/1")   /* hash: left ‖ right of one */           \
	X(FILE, "wici/file/1")       /* hash: size ‖ root: an address */
/* clang-format on */

enum wici_domain {
#define X(name, text) WICI_DOMAIN_##name,
	WICI_DOMAINS(X)
#undef X
};

/* The 16 zero-padded bytes of a domain; static. */
const uint8_t *wici_domain(enum wici_domain d);

/* Hashing: init with a domain, update with pieces, final. Cannot fail. */
struct wici_hash {
	crypto_generichash_state state;
};
void wici_hash_init(struct wici_hash *h, enum wici_domain d);
void wici_hash_update(struct wici_hash *h, const void *p, size_t len);
struct wici_id wici_hash_final(struct wici_hash *h);
struct wici_id wici_hash_bytes(enum wici_domain d, struct wici_bytes b);

/* Signs domain ‖ network ‖ b. b.len ≤ 256 (else our own bug: aborts). */
#define WICI_SIGNED_LEN_MAX ((size_t)256)
void wici_sign(struct wici_sig *sig, enum wici_domain d,
	       const struct wici_id *network, struct wici_bytes b,
	       const struct wici_secret *secret);

/* WICI_OK or WICI_REJECT_SIGNATURE. PROTOCOL §2.3 says what is valid: S < L,
 * key and R canonical and of prime order, and the equation holds. Tests R and
 * the equation; the key is tested once, by wici_key_check(). A b.len above 256
 * is refused: nothing of that length is ever signed. */
WICI_NODISCARD
enum wici_err wici_verify(const struct wici_sig *sig, enum wici_domain d,
			  const struct wici_id *network, struct wici_bytes b,
			  const struct wici_key *key);

/* WICI_OK when the key is canonical and of prime order. */
WICI_NODISCARD
enum wici_err wici_key_check(const struct wici_key *key);

/* A key pair from 32 bytes. */
void wici_key_pair(struct wici_key *key, struct wici_secret *secret,
		   const uint8_t seed[32]);

/* The n-th key seed of an institution's 32-byte seed. Number 1 is the
 * identity (Ed25519), 2 the seal key (X25519). */
void wici_seed_derive(uint8_t out[32], const uint8_t seed[32], uint32_t n);

bool wici_is_zero(const void *p, size_t len);

static inline bool wici_key_equal(const struct wici_key *a,
				  const struct wici_key *b)
{
	return memcmp(a->b, b->b, sizeof(a->b)) == 0;
}

static inline bool wici_id_equal(const struct wici_id *a,
				 const struct wici_id *b)
{
	return memcmp(a->b, b->b, sizeof(a->b)) == 0;
}

/* Exactly 32 bytes (else our own bug: aborts). */
struct wici_id wici_id_of(struct wici_bytes b);

/* Lowercase hex with a NUL; out holds 2·len + 1. */
void wici_hex(char *out, const void *p, size_t len);

/* Exactly len bytes from 2·len hex digits of either case, or
 * WICI_REJECT_TEXT. */
WICI_NODISCARD
enum wici_err wici_unhex(void *out, size_t len, struct wici_bytes hex);

#endif
