/* proto/id.c — Hashes and signatures over libsodium, each with its domain.
 *
 * What is valid is decided more strictly than libsodium does alone, so that
 * every other implementation can decide alike. */
#include "proto/id.h"

#include "proto/require.h"

static const uint8_t domains[][16] = {
#define X(name, text) text,
	WICI_DOMAINS(X)
#undef X
};

/* L − 1, little-endian; L is the order of the base point. */
static const uint8_t minus_one[32] = {
	0xec, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7,
	0xa2, 0xde, 0xf9, 0xde, 0x14, 0,    0,    0,    0,    0,    0,
	0,    0,    0,    0,    0,    0,    0,    0,    0,    0x10,
};

const uint8_t *wici_domain(enum wici_domain d)
{
	WICI_REQUIRE((size_t)d < sizeof(domains) / sizeof(domains[0]));
	return domains[d];
}

void wici_hash_init(struct wici_hash *h, enum wici_domain d)
{
	int rc = crypto_generichash_init(&h->state, NULL, 0, WICI_ID_LEN);

	WICI_REQUIRE(rc == 0);
	wici_hash_update(h, wici_domain(d), WICI_DOMAIN_LEN);
}

void wici_hash_update(struct wici_hash *h, const void *p, size_t len)
{
	int rc = len ? crypto_generichash_update(&h->state, p, len) : 0;

	WICI_REQUIRE(rc == 0);
}

struct wici_id wici_hash_final(struct wici_hash *h)
{
	struct wici_id id;
	int rc = crypto_generichash_final(&h->state, id.b, sizeof(id.b));

	WICI_REQUIRE(rc == 0);
	return id;
}

struct wici_id wici_hash_bytes(enum wici_domain d, struct wici_bytes b)
{
	struct wici_hash h;

	wici_hash_init(&h, d);
	wici_hash_update(&h, b.p, b.len);
	return wici_hash_final(&h);
}

/* What is signed: domain ‖ network ‖ b. */
struct signed_bytes {
	uint8_t b[16 + 32 + 256];
	size_t len;
};

static void signed_bytes(struct signed_bytes *s, enum wici_domain d,
			 const struct wici_id *network, struct wici_bytes b)
{
	memcpy(s->b, wici_domain(d), WICI_DOMAIN_LEN);
	memcpy(s->b + WICI_DOMAIN_LEN, network->b, WICI_ID_LEN);
	s->len = WICI_DOMAIN_LEN + WICI_ID_LEN;
	if (b.len)
		memcpy(s->b + s->len, b.p, b.len);
	s->len += b.len;
}

void wici_sign(struct wici_sig *sig, enum wici_domain d,
	       const struct wici_id *network, struct wici_bytes b,
	       const struct wici_secret *secret)
{
	struct signed_bytes s;

	WICI_REQUIRE(b.len <= WICI_SIGNED_LEN_MAX);
	signed_bytes(&s, d, network, b);
	crypto_sign_detached(sig->b, NULL, s.b, s.len, secret->b);
}

enum wici_err wici_verify(const struct wici_sig *sig, enum wici_domain d,
			  const struct wici_id *network, struct wici_bytes b,
			  const struct wici_key *key)
{
	struct signed_bytes s;

	/* Nothing longer is ever signed; and this may be a peer's. */
	if (b.len > WICI_SIGNED_LEN_MAX)
		return WICI_REJECT_SIGNATURE;

	/* PROTOCOL §2.3: "A signature is valid when S < L, key and R are
	 * canonical and of prime order, and the equation holds"
	 *
	 * libsodium tests S < L and the equation without the cofactor, and
	 * compares R by its bytes. With R in the prime-order group too, the
	 * equation with the cofactor has the same answer. */
	signed_bytes(&s, d, network, b);
	if (crypto_sign_verify_detached(sig->b, s.b, s.len, key->b) != 0 ||
	    crypto_core_ed25519_is_valid_point(sig->b) != 1)
		return WICI_REJECT_SIGNATURE;
	return WICI_OK;
}

enum wici_err wici_key_check(const struct wici_key *key)
{
	struct wici_key minus;

	/* Before CVE-2025-69277 was mended, libsodium took a point of order 2L
	 * for one of order L: it looked only at the x of L·P. So the product
	 * is looked at here: (L − 1)·P is −P for order L alone. The call
	 * refuses what is not canonical, small or not on the curve. */
	if (crypto_core_ed25519_is_valid_point(key->b) != 1 ||
	    crypto_scalarmult_ed25519_noclamp(minus.b, minus_one, key->b) != 0)
		return WICI_REJECT_SIGNATURE;
	minus.b[31] ^= 0x80;
	return wici_key_equal(&minus, key) ? WICI_OK : WICI_REJECT_SIGNATURE;
}

void wici_key_pair(struct wici_key *key, struct wici_secret *secret,
		   const uint8_t seed[32])
{
	int rc = crypto_sign_seed_keypair(key->b, secret->b, seed);

	WICI_REQUIRE(rc == 0);
}

void wici_seed_derive(uint8_t out[32], const uint8_t seed[32], uint32_t n)
{
	struct wici_hash h;
	struct wici_id id;
	uint8_t number[4];

	wici_put_u32(number, n);
	wici_hash_init(&h, WICI_DOMAIN_SEED);
	wici_hash_update(&h, seed, 32);
	wici_hash_update(&h, number, sizeof(number));
	id = wici_hash_final(&h);
	memcpy(out, id.b, sizeof(id.b));
	sodium_memzero(&id, sizeof(id));
	sodium_memzero(&h, sizeof(h));
}

bool wici_is_zero(const void *p, size_t len)
{
	return sodium_is_zero(p, len) == 1;
}

struct wici_id wici_id_of(struct wici_bytes b)
{
	struct wici_id id;

	WICI_REQUIRE(b.len == sizeof(id.b));
	memcpy(id.b, b.p, sizeof(id.b));
	return id;
}

void wici_hex(char *out, const void *p, size_t len)
{
	sodium_bin2hex(out, 2 * len + 1, p, len);
}

enum wici_err wici_unhex(void *out, size_t len, struct wici_bytes hex)
{
	size_t n = 0;

	if (hex.len != 2 * len)
		return WICI_REJECT_TEXT;
	if (sodium_hex2bin(out, len, (const char *)hex.p, hex.len, NULL, &n,
			   NULL) != 0 ||
	    n != len)
		return WICI_REJECT_TEXT;
	return WICI_OK;
}
