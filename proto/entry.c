/* proto/entry.c — The 120 bytes of a header, and what is hashed and signed
 * around them. */
#include "proto/entry.h"

#include "proto/require.h"

size_t wici_head_place(const struct wici_head *heads, size_t count,
		       const struct wici_key *feed)
{
	size_t low = 0;
	size_t high = count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (memcmp(heads[mid].feed.b, feed->b, WICI_KEY_LEN) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

void wici_header_encode(uint8_t out[120], const struct wici_header *h)
{
	out[0] = h->version;
	out[1] = h->flags;
	wici_put_u16(out + 2, h->kind);
	wici_put_u64(out + 4, h->seq);
	memcpy(out + 12, h->feed.b, WICI_KEY_LEN);
	memcpy(out + 44, h->prev.b, WICI_ID_LEN);
	wici_put_u64(out + 76, (uint64_t)h->time_ms);
	wici_put_u32(out + 84, h->payload_len);
	memcpy(out + 88, h->payload_hash.b, WICI_ID_LEN);
}

void wici_header_decode(struct wici_header *h, const uint8_t in[120])
{
	h->version = in[0];
	h->flags = in[1];
	h->kind = wici_get_u16(in + 2);
	h->seq = wici_get_u64(in + 4);
	memcpy(h->feed.b, in + 12, WICI_KEY_LEN);
	memcpy(h->prev.b, in + 44, WICI_ID_LEN);
	h->time_ms = (int64_t)wici_get_u64(in + 76);
	h->payload_len = wici_get_u32(in + 84);
	memcpy(h->payload_hash.b, in + 88, WICI_ID_LEN);
}

enum wici_err wici_header_check(const struct wici_header *h)
{
	/* PROTOCOL §2.1: "Any other version, a seq above, or a longer payload
	 * ends the feed before that entry, on every node." */
	if (h->version != WICI_ENTRY_VERSION)
		return WICI_REJECT_VERSION;
	if (h->seq == 0 || h->seq > WICI_SEQ_MAX ||
	    h->payload_len > WICI_PAYLOAD_LEN_MAX)
		return WICI_REJECT_LIMIT;
	return WICI_OK;
}

struct wici_id wici_payload_hash(const struct wici_salt *salt,
				 struct wici_bytes payload)
{
	struct wici_hash h;

	wici_hash_init(&h, WICI_DOMAIN_PAYLOAD);
	wici_hash_update(&h, salt->b, sizeof(salt->b));
	wici_hash_update(&h, payload.p, payload.len);
	return wici_hash_final(&h);
}

struct wici_id wici_entry_id(const struct wici_header *h,
			     const struct wici_sig *sig)
{
	uint8_t header[WICI_HEADER_LEN];
	struct wici_hash hash;

	wici_header_encode(header, h);
	/* PROTOCOL §2.2: "The id covers header and signature, so a chain
	 * commits to every byte." */
	wici_hash_init(&hash, WICI_DOMAIN_ID);
	wici_hash_update(&hash, header, sizeof(header));
	wici_hash_update(&hash, sig->b, sizeof(sig->b));
	return wici_hash_final(&hash);
}

void wici_entry_sign(struct wici_entry *e, const struct wici_id *network,
		     const struct wici_secret *secret)
{
	uint8_t header[WICI_HEADER_LEN];

	WICI_REQUIRE(e->payload.len <= WICI_PAYLOAD_LEN_MAX);
	e->has_payload = true;
	e->header.payload_len = (uint32_t)e->payload.len;
	e->header.payload_hash = wici_payload_hash(&e->salt, e->payload);
	wici_header_encode(header, &e->header);
	wici_sign(&e->sig, WICI_DOMAIN_ENTRY, network,
		  (struct wici_bytes){header, sizeof(header)}, secret);
}

enum wici_err wici_entry_verify(const struct wici_header *h,
				const struct wici_sig *sig,
				const struct wici_id *network)
{
	uint8_t header[WICI_HEADER_LEN];

	wici_header_encode(header, h);
	return wici_verify(sig, WICI_DOMAIN_ENTRY, network,
			   (struct wici_bytes){header, sizeof(header)},
			   &h->feed);
}
