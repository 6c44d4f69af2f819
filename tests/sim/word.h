/* tests/sim/word.h — The root's word, by whatever keys; and what a thief can
 * sign who has a key that is not his. */
#ifndef WICI_TESTS_SIM_WORD_H
#define WICI_TESTS_SIM_WORD_H

#include "daemon/receive.h"
#include "proto/kinds/certificate.h"
#include "proto/kinds/feed_succeed.h"
#include "proto/kinds/member.h"
#include "proto/succeed.h"
#include "tests/sim/network.h"
#include "tests/test.h"

#include <stdlib.h>

/* Somebody's key, which need not be in any installation: a card's. */
struct hand {
	struct wici_key key;
	struct wici_secret secret;
};

static inline struct hand hand_of(const struct world_node *n)
{
	struct hand h = {.key = n->node->keys.identity};

	CHECK_OK(keys_identity_secret(&n->node->keys, n->node->dir_fd, NULL,
				      &h.secret));
	return h;
}

static inline struct hand hand_card(uint8_t number)
{
	const uint8_t seed[32] = {number, 0xca};
	struct hand h;

	wici_key_pair(&h.key, &h.secret, seed);
	return h;
}

struct word {
	uint8_t body[16384];
	uint8_t buf[20480];
	struct wici_mp_writer w; /* Ops go here, between begin and sign. */
	struct wici_id network, prev, id;
	uint64_t version;
	struct wici_bytes bytes; /* The statement. */
};

/* A change that follows what stands at this node. */
static inline void word_begin(struct word *c, const struct world_node *at,
			      uint32_t ops)
{
	const struct wici_roster *r = &at->node->roster;

	c->network = r->network;
	c->prev = r->id;
	c->version = r->version + 1;
	wici_mp_writer_init(&c->w, c->body, sizeof(c->body));
	wici_change_begin(&c->w, &c->network, ops);
}

/* For qsort. */
static inline int word_compare(const void *a, const void *b)
{
	return memcmp(a, b, WICI_KEY_LEN);
}

static inline void word_sign(struct word *c, const struct hand *hands,
			     size_t count)
{
	struct wici_statement s = {.type = WICI_STATEMENT_CHANGE};
	struct wici_mp_writer w;

	wici_change_end(&c->w, &c->prev, c->version);
	CHECK_OK(wici_mp_written(&c->w, &s.body));
	c->id = s.id = wici_hash_bytes(WICI_DOMAIN_CHANGE, s.body);
	for (size_t i = 0; i < count; i++)
		wici_change_approve(&s.sigs[s.sigs_count++], &c->network, &s.id,
				    &hands[i].key, &hands[i].secret);
	/* A signer's row begins with its key. */
	qsort(s.sigs, count, sizeof(s.sigs[0]), word_compare);
	wici_mp_writer_init(&w, c->buf, sizeof(c->buf));
	wici_statement_encode(&w, &s);
	CHECK_OK(wici_mp_written(&w, &c->bytes));
}

/* One node hears of it, and passes it on. */
static inline enum wici_err word_tell(struct world *w, struct world_node *at,
				      const struct word *c)
{
	enum wici_err err;

	world_begin(w, at);
	err = node_receive_statement(at->node, 9999, c->bytes);
	world_end(w, at);
	return err;
}

/* Two of three: the founder's own key, so far the only one, and two cards. */
static inline void word_three_keys(struct world *w, struct world_node *cal,
				   struct hand hands[3])
{
	struct wici_policy p = {.version = 2, .threshold = 2, .keys_count = 3};
	static struct word c;

	hands[0] = hand_of(cal);
	hands[1] = hand_card(1);
	hands[2] = hand_card(2);
	for (size_t i = 0; i < 3; i++)
		p.keys[i] = hands[i].key;
	qsort(p.keys, 3, sizeof(p.keys[0]), word_compare);
	word_begin(&c, cal, 1);
	wici_op_policy(&c.w, &p);
	word_sign(&c, hands, 2);
	CHECK_OK(word_tell(w, cal, &c));
	CHECK(cal->node->roster.policy.keys_count == 3);
}

/* ---- payloads ---- */

static inline struct wici_bytes say_admit(const struct wici_key *who)
{
	static uint8_t buf[256];
	struct wici_mp_writer w;
	struct wici_bytes payload;

	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_mp_map(&w, 2);
	wici_mp_str(&w, "identity");
	wici_mp_bin(&w, who->b, sizeof(who->b));
	wici_mp_str(&w, "name");
	wici_mp_str(&w, "Kolega");
	CHECK_OK(wici_mp_written(&w, &payload));
	return payload;
}

static inline struct wici_bytes say_grant(const struct wici_key *holder,
					  uint64_t index)
{
	static uint8_t buf[256];
	struct wici_mp_writer w;
	struct wici_bytes payload;

	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_mp_map(&w, 5);
	wici_mp_str(&w, "holder");
	wici_mp_bin(&w, holder->b, sizeof(holder->b));
	wici_mp_str(&w, "index");
	wici_mp_uint(&w, index);
	wici_mp_str(&w, "scheme");
	wici_mp_str(&w, "cal");
	wici_mp_str(&w, "valid_from");
	wici_mp_str(&w, "2020");
	wici_mp_str(&w, "valid_until");
	wici_mp_str(&w, "2030");
	CHECK_OK(wici_mp_written(&w, &payload));
	return payload;
}

static inline struct wici_bytes say_revoke(const struct wici_id *certificate)
{
	static uint8_t buf[128];
	struct wici_mp_writer w;
	struct wici_bytes payload;

	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_mp_map(&w, 1);
	wici_mp_str(&w, "certificate");
	wici_mp_bin(&w, certificate->b, sizeof(certificate->b));
	CHECK_OK(wici_mp_written(&w, &payload));
	return payload;
}

/* In h's feed, signed by its institution: old ends there. */
static inline struct wici_bytes say_close(struct hostile *h,
					  const struct wici_head *old)
{
	static uint8_t buf[512];
	const struct wici_succeed s = {h->feed, h->identity, *old, true};
	struct wici_mp_writer w;
	struct wici_bytes payload;

	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_succeed_write(&w, &h->network, &s, &h->identity_secret);
	CHECK_OK(wici_mp_written(&w, &payload));
	return payload;
}

/* ---- what everybody thinks ---- */

static inline bool word_is_member(const struct world_node *at,
				  const struct wici_key *identity)
{
	return wici_roster_member(&at->node->roster, identity) != NULL;
}

static inline uint64_t word_counts(const struct world_node *n,
				   const struct wici_key *key)
{
	const struct feed *feed = feeds_find(&n->node->feeds, key);

	return feed && feed->counts ? feed->counting_seq : 0;
}

/* A feed's head, as far as it counts here. */
static inline struct wici_head word_head(const struct world_node *n,
					 const struct wici_key *key)
{
	const struct feed *feed = feeds_find(&n->node->feeds, key);

	CHECK(feed);
	return (struct wici_head){*key, feed->counting_seq, feed->counting_id};
}

/* The verdict on a certificate; the error's code where there is none. */
static inline const char *word_verdict(struct world *w, struct world_node *at,
				       const struct wici_id *id)
{
	static char code[40];
	char hex[WICI_HEX_LEN + 1];
	struct world_param ref[] = {{"ref", hex, false}, {NULL, NULL, false}};
	struct world_reply r;

	wici_hex(hex, id->b, WICI_ID_LEN);
	r = world_call(w, at, "cert.verify", ref);
	(void)snprintf(code, sizeof(code), "%s",
		       r.has_error ? r.code : world_str(&r, "verdict"));
	return code;
}

static inline bool word_is(struct world *w, struct world_node *at,
			   const struct wici_id *id, const char *verdict)
{
	const char *is = word_verdict(w, at, id);

	if (strcmp(is, verdict) != 0)
		print_error("%s at %s\n", is, at->name);
	return strcmp(is, verdict) == 0;
}

/* CAL grants Mława's certificate as its node does it. */
static inline struct wici_id word_granted(struct world *w,
					  struct world_node *issuer,
					  const char *number)
{
	const struct world_param grant[] = {{"holder", "mlawa", false},
					    {"number", number, false},
					    {"valid_from", "2026", false},
					    {"valid_until", "2028", false},
					    {"name", "Certyfikat", false},
					    {"scheme", "cal", false},
					    {NULL, NULL, false}};
	struct world_reply r = world_call(w, issuer, "cert.grant", grant);
	struct wici_id id;

	if (r.has_error)
		print_error("%s\n%s", r.code, world_trace(w));
	CHECK(!r.has_error);
	CHECK_OK(wici_unhex(id.b, WICI_ID_LEN,
			    wici_bytes_str(world_str(&r, "id"))));
	return id;
}

#endif
