/* proto/noise.c — The Noise Protocol Framework, revision 34, for one pattern:
 *
 *   XX:  -> e    <- e, ee, s, es    -> s, se
 *
 * Names follow the specification's sections 5.1 to 5.3. HASHLEN is 64 and
 * BLOCKLEN 128, since the hash is BLAKE2b. */
#include "proto/noise.h"

#include "proto/require.h"

#include <sodium.h>

#define KEY_LEN   ((size_t)32)
#define BLOCK_LEN ((size_t)128)
#define STEP_DEAD 4

static const char protocol_name[] = "Noise_XX_25519_ChaChaPoly_BLAKE2b";

static void hash2(uint8_t out[64], struct wici_bytes a, struct wici_bytes b)
{
	crypto_generichash_blake2b_state st;

	(void)crypto_generichash_blake2b_init(&st, NULL, 0,
					      WICI_NOISE_HASH_LEN);
	(void)crypto_generichash_blake2b_update(&st, a.p, a.len);
	(void)crypto_generichash_blake2b_update(&st, b.p, b.len);
	(void)crypto_generichash_blake2b_final(&st, out, WICI_NOISE_HASH_LEN);
	sodium_memzero(&st, sizeof(st));
}

/* RFC 2104, with a key that is always one hash long. */
static void hmac(uint8_t out[64], const uint8_t key[64], struct wici_bytes data)
{
	uint8_t pad[128];
	uint8_t inner[64];
	struct wici_bytes block = {pad, sizeof(pad)};

	memset(pad, 0x36, BLOCK_LEN);
	for (size_t i = 0; i < WICI_NOISE_HASH_LEN; i++)
		pad[i] ^= key[i];
	hash2(inner, block, data);
	for (size_t i = 0; i < BLOCK_LEN; i++)
		pad[i] ^= 0x36 ^ 0x5c;
	hash2(out, block, (struct wici_bytes){inner, sizeof(inner)});
	sodium_memzero(pad, sizeof(pad));
	sodium_memzero(inner, sizeof(inner));
}

/* HKDF with two outputs; out1 may be ck itself. */
static void hkdf(const uint8_t ck[64], struct wici_bytes ikm, uint8_t out1[64],
		 uint8_t out2[64])
{
	uint8_t temp[64];
	uint8_t chain[65];

	hmac(temp, ck, ikm);
	chain[0] = 1;
	hmac(out1, temp, (struct wici_bytes){chain, 1});
	memcpy(chain, out1, 64);
	chain[64] = 2;
	hmac(out2, temp, (struct wici_bytes){chain, sizeof(chain)});
	sodium_memzero(temp, sizeof(temp));
	sodium_memzero(chain, sizeof(chain));
}

/* 32 zero bits, then the counter, little-endian. */
static void nonce_of(uint8_t out[12], uint64_t n)
{
	memset(out, 0, 4);
	for (int i = 0; i < 8; i++)
		out[4 + i] = (uint8_t)(n >> (8 * i));
}

/* In place; the tag follows. */
static void encrypt(struct wici_noise_cipher *c, struct wici_bytes ad,
		    uint8_t *p, size_t len)
{
	uint8_t nonce[12];

	WICI_REQUIRE(c->has_key && c->nonce != UINT64_MAX);
	nonce_of(nonce, c->nonce);
	(void)crypto_aead_chacha20poly1305_ietf_encrypt(
		p, NULL, p, len, ad.p, ad.len, NULL, nonce, c->key);
	c->nonce++;
}

/* In place; on failure nothing has moved. */
static enum wici_err decrypt(struct wici_noise_cipher *c, struct wici_bytes ad,
			     uint8_t *p, size_t len)
{
	uint8_t nonce[12];

	WICI_REQUIRE(c->has_key && c->nonce != UINT64_MAX);
	if (len < WICI_NOISE_TAG_LEN)
		return WICI_REJECT_CIPHER;
	nonce_of(nonce, c->nonce);
	if (crypto_aead_chacha20poly1305_ietf_decrypt(
		    p, NULL, NULL, p, len, ad.p, ad.len, nonce, c->key) != 0)
		return WICI_REJECT_CIPHER;
	c->nonce++;
	return WICI_OK;
}

static void mix_hash(struct wici_noise *n, const uint8_t *p, size_t len)
{
	hash2(n->h, (struct wici_bytes){n->h, sizeof(n->h)},
	      (struct wici_bytes){p, len});
}

static enum wici_err mix_dh(struct wici_noise *n, const uint8_t secret[32],
			    const uint8_t public[32])
{
	uint8_t shared[32];
	uint8_t key[64];

	/* All zeroes: a low-order point, and a secret that anybody knows. */
	if (crypto_scalarmult(shared, secret, public) != 0)
		return WICI_REJECT_HANDSHAKE;
	hkdf(n->ck, (struct wici_bytes){shared, sizeof(shared)}, n->ck, key);
	memcpy(n->cipher.key, key, KEY_LEN);
	n->cipher.nonce = 0;
	n->cipher.has_key = true;
	sodium_memzero(shared, sizeof(shared));
	sodium_memzero(key, sizeof(key));
	return WICI_OK;
}

static enum wici_err mix_ee(struct wici_noise *n)
{
	return mix_dh(n, n->e.secret, n->re);
}

static enum wici_err mix_es(struct wici_noise *n)
{
	return n->is_initiator ? mix_dh(n, n->e.secret, n->rs)
			       : mix_dh(n, n->s.secret, n->re);
}

static enum wici_err mix_se(struct wici_noise *n)
{
	return n->is_initiator ? mix_dh(n, n->s.secret, n->re)
			       : mix_dh(n, n->e.secret, n->rs);
}

static size_t tag_len(const struct wici_noise *n)
{
	return n->cipher.has_key ? WICI_NOISE_TAG_LEN : 0;
}

/* Copies len bytes to out, encrypted once there is a key: the bytes used. */
static size_t encrypt_and_hash(struct wici_noise *n, struct wici_bytes b,
			       uint8_t *out)
{
	size_t len = b.len + tag_len(n);

	if (b.len > 0)
		memcpy(out, b.p, b.len);
	if (n->cipher.has_key)
		encrypt(&n->cipher, (struct wici_bytes){n->h, sizeof(n->h)},
			out, b.len);
	mix_hash(n, out, len);
	return len;
}

/* The reverse; out has room for len bytes, *used is what stays. */
static enum wici_err decrypt_and_hash(struct wici_noise *n, const uint8_t *p,
				      size_t len, uint8_t *out, size_t *used)
{
	uint8_t ad[64];
	enum wici_err err;

	memcpy(ad, n->h, sizeof(ad));
	mix_hash(n, p, len);
	if (len > 0)
		memmove(out, p, len);
	*used = len;
	if (!n->cipher.has_key)
		return WICI_OK;
	err = decrypt(&n->cipher, (struct wici_bytes){ad, sizeof(ad)}, out,
		      len);
	if (err != WICI_OK)
		return WICI_REJECT_HANDSHAKE;
	*used = len - WICI_NOISE_TAG_LEN;
	return WICI_OK;
}

static void wipe(struct wici_noise *n)
{
	sodium_memzero(&n->s, sizeof(n->s));
	sodium_memzero(&n->e, sizeof(n->e));
	sodium_memzero(n->ck, sizeof(n->ck));
	sodium_memzero(&n->cipher, sizeof(n->cipher));
}

static enum wici_err dead(struct wici_noise *n)
{
	wipe(n);
	n->step = STEP_DEAD;
	return WICI_REJECT_HANDSHAKE;
}

void wici_noise_pair_from(struct wici_noise_pair *pair,
			  const uint8_t secret[32])
{
	memcpy(pair->secret, secret, KEY_LEN);
	(void)crypto_scalarmult_base(pair->public, pair->secret);
}

void wici_noise_init(struct wici_noise *n, bool is_initiator,
		     struct wici_bytes prologue,
		     const struct wici_noise_pair *s,
		     const struct wici_noise_pair *e)
{
	memset(n, 0, sizeof(*n));
	n->is_initiator = is_initiator;
	n->s = *s;
	n->e = *e;
	/* The name is shorter than a hash: it stands for its own, padded. */
	memcpy(n->h, protocol_name, sizeof(protocol_name) - 1);
	memcpy(n->ck, n->h, sizeof(n->ck));
	mix_hash(n, prologue.p, prologue.len);
}

bool wici_noise_is_writer(const struct wici_noise *n)
{
	return n->step < 3 && n->is_initiator == (n->step % 2 == 0);
}

bool wici_noise_is_done(const struct wici_noise *n)
{
	return n->step == 3;
}

/* Bytes of a message around an empty payload. */
static size_t step_len(int step)
{
	static const size_t len[] = {32, 32 + 48 + 16, 48 + 16};

	return len[step];
}

enum wici_err wici_noise_write(struct wici_noise *n, struct wici_bytes payload,
			       uint8_t *out, size_t *len)
{
	struct wici_bytes s = {n->s.public, KEY_LEN};
	uint8_t *p = out;
	enum wici_err err = WICI_OK;

	WICI_REQUIRE(wici_noise_is_writer(n));
	if (*len < step_len(n->step) || *len - step_len(n->step) < payload.len)
		return WICI_TOO_LARGE;
	if (n->step < 2) {
		memcpy(p, n->e.public, KEY_LEN);
		mix_hash(n, p, KEY_LEN);
		p += KEY_LEN;
	}
	if (n->step == 1)
		err = mix_ee(n);
	if (err != WICI_OK)
		return dead(n);
	if (n->step > 0) {
		p += encrypt_and_hash(n, s, p);
		err = n->step == 1 ? mix_es(n) : mix_se(n);
	}
	if (err != WICI_OK)
		return dead(n);
	p += encrypt_and_hash(n, payload, p);
	n->step++;
	*len = (size_t)(p - out);
	return WICI_OK;
}

static enum wici_err read_static(struct wici_noise *n, struct wici_cursor *c)
{
	const uint8_t *p = wici_take(c, KEY_LEN + WICI_NOISE_TAG_LEN);
	uint8_t plain[48];
	size_t used;
	enum wici_err err;

	err = decrypt_and_hash(n, p, sizeof(plain), plain, &used);
	if (err != WICI_OK)
		return err;
	memcpy(n->rs, plain, KEY_LEN);
	return n->step == 1 ? mix_es(n) : mix_se(n);
}

enum wici_err wici_noise_read(struct wici_noise *n, struct wici_bytes msg,
			      uint8_t *out, size_t *len)
{
	struct wici_cursor c = wici_cursor(msg);
	enum wici_err err = WICI_OK;

	WICI_REQUIRE(n->step < 3 && !wici_noise_is_writer(n));
	if (msg.len < step_len(n->step))
		return dead(n);
	if (n->step < 2) {
		wici_take_copy(&c, n->re, KEY_LEN);
		mix_hash(n, n->re, KEY_LEN);
	}
	if (n->step == 1)
		err = mix_ee(n);
	if (err == WICI_OK && n->step > 0)
		err = read_static(n, &c);
	if (err == WICI_OK)
		err = decrypt_and_hash(n, c.p, c.len, out, len);
	if (err != WICI_OK)
		return dead(n);
	n->step++;
	return WICI_OK;
}

static void cipher_init(struct wici_noise_cipher *c, const uint8_t key[64])
{
	memcpy(c->key, key, KEY_LEN);
	c->nonce = 0;
	c->has_key = true;
}

void wici_noise_split(struct wici_noise *n, struct wici_noise_cipher *tx,
		      struct wici_noise_cipher *rx)
{
	uint8_t k1[64];
	uint8_t k2[64];

	WICI_REQUIRE(wici_noise_is_done(n));
	hkdf(n->ck, (struct wici_bytes){NULL, 0}, k1, k2);
	cipher_init(n->is_initiator ? tx : rx, k1);
	cipher_init(n->is_initiator ? rx : tx, k2);
	sodium_memzero(k1, sizeof(k1));
	sodium_memzero(k2, sizeof(k2));
	wipe(n);
}

/* PROTOCOL §3.2: "Each direction is rekeyed (REKEY) after every 2^16 transport
 * messages; its nonce goes on counting." By section 11.3: k = ENCRYPT(k, 2^64 − 1, empty, 32 zero bytes),
 * its first 32 bytes. */
static void rekey_if_due(struct wici_noise_cipher *c)
{
	uint8_t nonce[12];
	uint8_t key[48];

	if (c->nonce % WICI_NOISE_REKEY != 0)
		return;
	memset(key, 0, sizeof(key));
	nonce_of(nonce, UINT64_MAX);
	(void)crypto_aead_chacha20poly1305_ietf_encrypt(
		key, NULL, key, KEY_LEN, NULL, 0, NULL, nonce, c->key);
	memcpy(c->key, key, KEY_LEN);
	sodium_memzero(key, sizeof(key));
}

void wici_noise_seal(struct wici_noise_cipher *c, uint8_t *p, size_t len)
{
	encrypt(c, (struct wici_bytes){NULL, 0}, p, len);
	rekey_if_due(c);
}

enum wici_err wici_noise_open(struct wici_noise_cipher *c, uint8_t *p,
			      size_t len)
{
	enum wici_err err = decrypt(c, (struct wici_bytes){NULL, 0}, p, len);

	if (err == WICI_OK)
		rekey_if_due(c);
	return err;
}
