/* tests/fuzz/forge.h — Signatures for fuzz_proof, which no fuzzer finds: a small
 * network whose root, feeds and witnesses sign whatever they are given. */
#ifndef WICI_TESTS_FUZZ_FORGE_H
#define WICI_TESTS_FUZZ_FORGE_H

#include "proto/change.h"
#include "proto/proof.h"
#include "tests/fuzz/fuzz.h"

/* Keys by number; the last one is of nobody. */
enum forge_key {
	FORGE_ROOT,
	FORGE_REGISTRAR,
	FORGE_ISSUING, /* Of "osl". */
	FORGE_CLOSED,  /* Before it, up to seq 9. */
	FORGE_WITNESS,
	FORGE_HOLDER,
	FORGE_KEYS
};

#define FORGE_CHANGES   8
#define FORGE_DAY_MS    ((int64_t)86400000)
#define FORGE_TODAY     ((int64_t)20000) /* 2024-10-04 */
#define FORGE_ENTRY_LEN ((size_t)8)      /* Of what stands before a payload. */

struct forge {
	struct wici_key keys[FORGE_KEYS];
	struct wici_secret secrets[FORGE_KEYS];
	struct wici_id network;
	struct wici_id last; /* The newest change, and its version. */
	uint64_t version;
	uint8_t changes[FORGE_CHANGES][8192];
	struct wici_bytes change; /* The newest, as a statement. */
};

static inline struct wici_head forge_head(const struct forge *g,
					  enum forge_key key, uint64_t seq)
{
	return (struct wici_head){g->keys[key], seq, {{(uint8_t)seq}}};
}

/* The next change: of these ops, which the root signs. False: the statement
 * would not be one, or there are enough. */
static inline bool forge_change(struct forge *g, uint8_t ops_count,
				struct wici_bytes ops)
{
	static uint8_t body[8192];
	struct wici_statement s = {.type = WICI_STATEMENT_CHANGE,
				   .sigs_count = 1};
	struct wici_mp_writer w;
	struct wici_change c;
	uint64_t version = g->version + 1;

	if (g->version == FORGE_CHANGES)
		return false;
	wici_mp_writer_init(&w, body, sizeof(body));
	wici_change_begin(&w, &g->network, ops_count);
	wici_mp_raw(&w, ops);
	wici_change_end(&w, g->version ? &g->last : &g->network, version);
	if (wici_mp_written(&w, &s.body) != WICI_OK ||
	    wici_mp_check(WICI_MP_CANONICAL, s.body, NULL) != WICI_OK)
		return false;
	s.id = wici_hash_bytes(WICI_DOMAIN_CHANGE, s.body);
	if (wici_change_decode(&c, &s) != WICI_OK)
		return false;
	wici_change_approve(&s.sigs[0], &g->network, &s.id,
			    &g->keys[FORGE_ROOT], &g->secrets[FORGE_ROOT]);
	wici_mp_writer_init(&w, g->changes[g->version], sizeof(g->changes[0]));
	wici_statement_encode(&w, &s);
	if (wici_mp_written(&w, &g->change) != WICI_OK)
		return false;
	g->last = s.id;
	g->version = version;
	return true;
}

static inline void forge_init(struct forge *g)
{
	static uint8_t buf[4096];
	struct wici_issuer issuer = {.scheme = "osl", .closed_count = 1};
	struct wici_bytes name = WICI_BYTES("Sieć");
	struct wici_salt salt = {{1}};
	struct wici_policy policy;
	struct wici_head registrar;
	struct wici_mp_writer w;
	struct wici_bytes ops;

	g->version = 0;
	for (uint8_t i = 0; i < FORGE_KEYS; i++) {
		uint8_t seed[32] = {i, 0x66};

		wici_key_pair(&g->keys[i], &g->secrets[i], seed);
	}
	MUST(wici_policy_init(&policy, &g->keys[FORGE_ROOT], 1, 1) == WICI_OK);
	MUST(wici_network_id(&g->network, &policy, name, &salt) == WICI_OK);
	registrar = forge_head(g, FORGE_REGISTRAR, 1);
	issuer.at = forge_head(g, FORGE_ISSUING, 1);
	issuer.closed[0].cut = forge_head(g, FORGE_CLOSED, 9);
	issuer.identity = issuer.token_key = g->keys[FORGE_ISSUING];
	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_op_found(&w, &policy, name, &salt);
	wici_op_registrar(&w, &registrar, NULL, 0);
	wici_op_issuers(&w, "2030-12-31", &issuer, 1);
	MUST(wici_mp_written(&w, &ops) == WICI_OK);
	MUST(forge_change(g, 3, ops));
}

/* by u8 ‖ flags u8 ‖ seq u16 ‖ kind u16 ‖ days u16 before today ‖ payload,
 * signed: header [120] ‖ signature [64] ‖ salt [16] ‖ payload. False: there is
 * no room in out. */
static inline bool forge_entry(const struct forge *g, struct wici_bytes from,
			       uint8_t *out, size_t max, struct wici_bytes *b)
{
	struct wici_cursor c = wici_cursor(from);
	uint8_t by = (uint8_t)(wici_take_u8(&c) % FORGE_KEYS);
	struct wici_entry e = {.has_payload = true};
	struct wici_mp_writer w;

	e.header.version = WICI_ENTRY_VERSION;
	e.header.feed = g->keys[by];
	e.header.flags = wici_take_u8(&c);
	e.header.seq = wici_take_u16(&c);
	e.header.kind = wici_take_u16(&c);
	e.header.time_ms = (FORGE_TODAY - wici_take_u16(&c)) * FORGE_DAY_MS;
	if (from.len > FORGE_ENTRY_LEN)
		e.payload = (struct wici_bytes){from.p + FORGE_ENTRY_LEN,
						from.len - FORGE_ENTRY_LEN};
	wici_entry_sign(&e, &g->network, &g->secrets[by]);
	wici_mp_writer_init(&w, out, max);
	wici_proof_entry_write(&w, &e);
	return wici_mp_written(&w, b) == WICI_OK;
}

#endif
