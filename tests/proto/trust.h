/* tests/proto/trust.h — What the tests of trust are made of: keys by number,
 * changes with their approvals, entries. */
#ifndef WICI_TESTS_PROTO_TRUST_H
#define WICI_TESTS_PROTO_TRUST_H

#include "proto/change.h"
#include "tests/test.h"

struct pair {
	struct wici_key key;
	struct wici_secret secret;
};

static inline struct pair pair(uint8_t n)
{
	uint8_t seed[32] = {n, 0x77};
	struct pair p;

	wici_key_pair(&p.key, &p.secret, seed);
	return p;
}

static inline struct wici_id id_of(uint8_t n)
{
	struct wici_id id;

	memset(id.b, n, sizeof(id.b));
	return id;
}

/* Root keys 101, 102, 103, the first n of them; k must approve. */
struct net {
	struct wici_policy policy;
	struct wici_salt salt;
	struct wici_id id;
};

static inline struct net net(size_t n, uint64_t k)
{
	struct wici_key keys[3] = {pair(101).key, pair(102).key, pair(103).key};
	struct net net = {.salt = {{1, 2, 3}}};

	CHECK_OK(wici_policy_init(&net.policy, keys, n, k));
	CHECK_OK(wici_network_id(&net.id, &net.policy, WICI_BYTES("Sieć OSL"),
				 &net.salt));
	return net;
}

struct made { /* A change on its way to being a statement. */
	uint8_t buf[16384];
	struct wici_mp_writer w;
	struct wici_statement s;
};

static inline void made_begin(struct made *m, const struct wici_id *network,
			      uint32_t ops)
{
	memset(&m->s, 0, sizeof(m->s));
	wici_mp_writer_init(&m->w, m->buf, sizeof(m->buf));
	wici_change_begin(&m->w, network, ops);
}

static inline void made_end(struct made *m, const struct wici_id *prev,
			    uint64_t version)
{
	wici_change_end(&m->w, prev, version);
	m->s.type = WICI_STATEMENT_CHANGE;
	CHECK_OK(wici_mp_written(&m->w, &m->s.body));
	m->s.id = wici_hash_bytes(WICI_DOMAIN_CHANGE, m->s.body);
}

static inline void made_approve(struct made *m, const struct wici_id *network,
				uint8_t n)
{
	struct pair p = pair(n);

	wici_change_approve(&m->s.sigs[m->s.sigs_count++], network, &m->s.id,
			    &p.key, &p.secret);
}

static inline struct wici_head head_of(uint8_t feed, uint64_t seq)
{
	return (struct wici_head){pair(feed).key, seq, id_of((uint8_t)seq)};
}

static inline struct wici_issuer row(const char *scheme, uint8_t feed)
{
	struct wici_issuer i = {.identity = pair((uint8_t)(feed + 1)).key,
				.at = head_of(feed, 1),
				.token_key = pair((uint8_t)(feed + 2)).key};

	memcpy(i.scheme, scheme, strlen(scheme));
	return i;
}

static inline void row_close(struct wici_issuer *i, uint8_t feed, uint64_t seq)
{
	i->closed[i->closed_count++].cut = head_of(feed, seq);
}

/* {"op": number, "x": 1} */
static inline void unknown_op(struct wici_mp_writer *w, uint64_t number)
{
	wici_mp_map(w, 2);
	wici_mp_str(w, "op");
	wici_mp_uint(w, number);
	wici_mp_str(w, "x");
	wici_mp_uint(w, 1);
}

static inline struct wici_entry entry_of(uint8_t feed, uint64_t seq,
					 uint16_t kind,
					 struct wici_bytes payload)
{
	struct wici_entry e = {.has_payload = true, .payload = payload};

	e.header.version = WICI_ENTRY_VERSION;
	e.header.feed = pair(feed).key;
	e.header.seq = seq;
	e.header.kind = kind;
	return e;
}

#endif
