/* proto/bearer.c — One record: fixed fields, and a signature over their
 * hash. */
#include "proto/bearer.h"

#include "proto/require.h"

#define HEAD_LEN ((size_t)42)

/* What is signed. */
static struct wici_id hash_of(struct wici_bytes b)
{
	return wici_hash_bytes(WICI_DOMAIN_BEARER,
			       (struct wici_bytes){b.p, b.len - WICI_SIG_LEN});
}

struct wici_bytes wici_bearer_write(uint8_t *buf,
				    const struct wici_bearer *bearer,
				    const struct wici_id *network,
				    const struct wici_secret *secret)
{
	struct wici_bytes b = {buf, HEAD_LEN};
	struct wici_sig sig;
	struct wici_id hash;

	WICI_REQUIRE(bearer->count <= WICI_BEARER_ANSWERS_MAX);
	memcpy(buf, bearer->feed.b, WICI_KEY_LEN);
	wici_put_u64(buf + WICI_KEY_LEN, bearer->number);
	wici_put_u16(buf + WICI_KEY_LEN + 8, (uint16_t)bearer->count);
	for (size_t i = 0; i < bearer->count; i++) {
		const struct wici_bearer_answer *a = &bearer->answers[i];
		uint8_t *at = buf + b.len;

		wici_put_u64(at, a->number);
		wici_header_encode(at + 8, &a->header);
		memcpy(at + 8 + WICI_HEADER_LEN, a->sig.b, WICI_SIG_LEN);
		b.len += WICI_BEARER_ANSWER_LEN;
	}
	b.len += WICI_SIG_LEN;
	hash = hash_of(b);
	wici_sign(&sig, WICI_DOMAIN_BEARER, network,
		  (struct wici_bytes){hash.b, sizeof(hash.b)}, secret);
	memcpy(buf + b.len - WICI_SIG_LEN, sig.b, WICI_SIG_LEN);
	return b;
}

enum wici_err wici_bearer_read(struct wici_bearer *bearer, struct wici_bytes b)
{
	struct wici_cursor c = wici_cursor(b);

	wici_take_copy(&c, bearer->feed.b, WICI_KEY_LEN);
	bearer->number = wici_take_u64(&c);
	bearer->count = wici_take_u16(&c);
	if (!c.ok || bearer->count > WICI_BEARER_ANSWERS_MAX ||
	    c.len != bearer->count * WICI_BEARER_ANSWER_LEN + WICI_SIG_LEN)
		return WICI_REJECT_BUNDLE;
	for (size_t i = 0; i < bearer->count; i++) {
		struct wici_bearer_answer *a = &bearer->answers[i];
		uint8_t header[WICI_HEADER_LEN];

		a->number = wici_take_u64(&c);
		wici_take_copy(&c, header, sizeof(header));
		wici_header_decode(&a->header, header);
		wici_take_copy(&c, a->sig.b, sizeof(a->sig.b));
	}
	return WICI_OK;
}

enum wici_err wici_bearer_verify(const struct wici_bearer *bearer,
				 struct wici_bytes b,
				 const struct wici_id *network)
{
	struct wici_id hash = hash_of(b);
	struct wici_sig sig;

	memcpy(sig.b, b.p + b.len - WICI_SIG_LEN, WICI_SIG_LEN);
	return wici_verify(&sig, WICI_DOMAIN_BEARER, network,
			   (struct wici_bytes){hash.b, sizeof(hash.b)},
			   &bearer->feed);
}
