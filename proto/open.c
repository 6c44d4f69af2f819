/* proto/open.c — The proof in a feed's first entry, made and checked. */
#include "proto/open.h"

#include "proto/kinds/feed_open.h"

#define OPEN_LEN ((size_t)64)

/* feed ‖ identity: what the identity key signs. */
static void open_bytes(uint8_t out[64], const struct wici_key *feed,
		       const struct wici_key *identity)
{
	memcpy(out, feed->b, WICI_KEY_LEN);
	memcpy(out + WICI_KEY_LEN, identity->b, WICI_KEY_LEN);
}

enum wici_err wici_open_check(const struct wici_entry *e,
			      const struct wici_id *network,
			      struct wici_key *identity)
{
	struct wici_problem problem;
	struct wici_open_body body;
	struct wici_sig sig;
	uint8_t b[64];

	if (e->header.seq != 1 || e->header.kind != WICI_KIND_FEED_OPEN ||
	    !e->has_payload)
		return WICI_REJECT_OPEN;
	if (wici_kind_check(&wici_kind_feed_open, e->payload, &problem) !=
	    WICI_OK)
		return WICI_REJECT_OPEN;
	wici_kind_read(&wici_kind_feed_open, e->payload, &body);
	if (body.signature.len != WICI_SIG_LEN)
		return WICI_REJECT_OPEN;
	memcpy(sig.b, body.signature.p, WICI_SIG_LEN);
	open_bytes(b, &e->header.feed, &body.identity);
	if (wici_key_check(&body.identity) != WICI_OK ||
	    wici_verify(&sig, WICI_DOMAIN_OPEN, network,
			(struct wici_bytes){b, OPEN_LEN},
			&body.identity) != WICI_OK)
		return WICI_REJECT_OPEN;
	*identity = body.identity;
	return WICI_OK;
}

void wici_open_write(struct wici_mp_writer *w, const struct wici_id *network,
		     const struct wici_key *feed,
		     const struct wici_key *identity,
		     const struct wici_secret *identity_secret)
{
	struct wici_sig sig;
	uint8_t b[64];

	open_bytes(b, feed, identity);
	wici_sign(&sig, WICI_DOMAIN_OPEN, network,
		  (struct wici_bytes){b, OPEN_LEN}, identity_secret);
	wici_mp_map(w, 2);
	wici_mp_str(w, "identity");
	wici_mp_bin(w, identity->b, WICI_KEY_LEN);
	wici_mp_str(w, "signature");
	wici_mp_bin(w, sig.b, WICI_SIG_LEN);
}
