/* proto/succeed.c — The proof in a feed.succeed, made and checked. */
#include "proto/succeed.h"

#include "proto/kinds/feed_succeed.h"

/* new feed ‖ old feed ‖ seq ‖ id ‖ close */
#define SUCCEED_LEN ((size_t)(32 + 32 + 8 + 32 + 1))

static void succeed_bytes(uint8_t out[105], const struct wici_succeed *s)
{
	memcpy(out, s->feed.b, WICI_KEY_LEN);
	memcpy(out + 32, s->old.feed.b, WICI_KEY_LEN);
	wici_put_u64(out + 64, s->old.seq);
	memcpy(out + 72, s->old.id.b, WICI_ID_LEN);
	out[104] = s->is_close;
}

enum wici_err wici_succeed_read(struct wici_succeed *s,
				const struct wici_entry *e,
				const struct wici_id *network)
{
	struct wici_succeed_body body;
	struct wici_problem problem;
	struct wici_sig sig;
	uint8_t b[SUCCEED_LEN];

	if (e->header.kind != WICI_KIND_FEED_SUCCEED || !e->has_payload ||
	    wici_kind_check(&wici_kind_feed_succeed, e->payload, &problem) !=
		    WICI_OK)
		return WICI_BAD_FIELD;
	wici_kind_read(&wici_kind_feed_succeed, e->payload, &body);
	s->feed = e->header.feed;
	s->identity = body.identity;
	memcpy(s->old.feed.b, body.feed.p, WICI_KEY_LEN);
	s->old.seq = body.seq;
	s->old.id = body.id;
	s->is_close = body.close;
	/* PROTOCOL §5.9: "the feed in which it stands carries on another of the
	 * same institution" */
	if (wici_key_equal(&s->feed, &s->old.feed))
		return WICI_BAD_FIELD;

	memcpy(sig.b, body.signature.p, WICI_SIG_LEN);
	succeed_bytes(b, s);
	if (wici_key_check(&s->identity) != WICI_OK)
		return WICI_REJECT_SIGNATURE;
	return wici_verify(&sig, WICI_DOMAIN_SUCCEED, network,
			   (struct wici_bytes){b, sizeof(b)}, &s->identity);
}

void wici_succeed_write(struct wici_mp_writer *w, const struct wici_id *network,
			const struct wici_succeed *s,
			const struct wici_secret *secret)
{
	struct wici_sig sig;
	uint8_t b[SUCCEED_LEN];

	succeed_bytes(b, s);
	wici_sign(&sig, WICI_DOMAIN_SUCCEED, network,
		  (struct wici_bytes){b, sizeof(b)}, secret);
	wici_mp_map(w, 6);
	wici_mp_str(w, "close");
	wici_mp_bool(w, s->is_close);
	wici_mp_str(w, "feed");
	wici_mp_bin(w, s->old.feed.b, WICI_KEY_LEN);
	wici_mp_str(w, "id");
	wici_mp_bin(w, s->old.id.b, WICI_ID_LEN);
	wici_mp_str(w, "identity");
	wici_mp_bin(w, s->identity.b, WICI_KEY_LEN);
	wici_mp_str(w, "seq");
	wici_mp_uint(w, s->old.seq);
	wici_mp_str(w, "signature");
	wici_mp_bin(w, sig.b, WICI_SIG_LEN);
}
