/* tests/fuzz/fuzz_jws.c — What a camera read, or somebody pasted: once as text,
 * once as the payload behind a header and a signature that are right, which a
 * fuzzer does not find by itself. What is read is written and read as the
 * same. */
#include "proto/jws.h"

#include "tests/fuzz/fuzz.h"

#define VARIANT sodium_base64_VARIANT_URLSAFE_NO_PADDING

static struct wici_key key;
static struct wici_secret secret;

static bool is_same(const struct wici_jws *a, const struct wici_jws *b)
{
	return memcmp(a->kid, b->kid, sizeof(a->kid)) == 0 &&
	       memcmp(a->jti, b->jti, sizeof(a->jti)) == 0 &&
	       strcmp(a->number, b->number) == 0 &&
	       strcmp(a->holder, b->holder) == 0 &&
	       a->has_from == b->has_from && a->has_until == b->has_until &&
	       a->from == b->from && a->until == b->until;
}

static void written_again_is_the_same(const struct wici_jws *j, const char *was)
{
	char text[WICI_JWS_LEN_MAX + 1];
	struct wici_jws again;

	MUST(wici_jws_sign(text, j, (struct wici_bytes){NULL, 0}, &key,
			   &secret) == WICI_OK);
	MUST(strlen(text) <= WICI_JWS_LEN_MAX);
	MUST(wici_jws_decode(&again, wici_bytes_str(text)) == WICI_OK);
	MUST(wici_jws_verify(&again, &key) == WICI_OK);
	memcpy(again.kid, j->kid, sizeof(again.kid));
	MUST(is_same(&again, j));
	/* One key, one payload: one text. */
	if (was)
		MUST(strcmp(was, text) == 0);
}

/* The token with this payload, or "" where it does not fit. */
static void make(char *text, size_t max, struct wici_bytes payload)
{
	struct wici_jws j = {.holder = "M"};
	uint8_t sig[64];
	size_t len;

	MUST(wici_jws_sign(text, &j, (struct wici_bytes){NULL, 0}, &key,
			   &secret) == WICI_OK);
	len = strcspn(text, ".") + 1;
	if (max - len < sodium_base64_encoded_len(payload.len, VARIANT) + 90) {
		text[0] = '\0';
		return;
	}
	sodium_bin2base64(text + len, max - len, payload.p, payload.len,
			  VARIANT);
	len = strlen(text);
	crypto_sign_detached(sig, NULL, (uint8_t *)text, len, secret.b);
	text[len++] = '.';
	sodium_bin2base64(text + len, max - len, sig, sizeof(sig), VARIANT);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t seed[32] = {1};
	struct wici_bytes b = {data, size};
	char text[4096];
	struct wici_jws j;

	wici_key_pair(&key, &secret, seed);
	(void)wici_jws_is_meant(b);
	if (wici_jws_decode(&j, b) == WICI_OK)
		written_again_is_the_same(&j, NULL);
	make(text, sizeof(text), b);
	if (wici_jws_decode(&j, wici_bytes_str(text)) == WICI_OK) {
		MUST(wici_jws_verify(&j, &key) == WICI_OK);
		written_again_is_the_same(&j, text);
	}
	return 0;
}
