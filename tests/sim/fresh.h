/* tests/sim/fresh.h — Days that pass, what the verdict's answer says, and what
 * beacons and witness entries there are. */
#ifndef WICI_TESTS_SIM_FRESH_H
#define WICI_TESTS_SIM_FRESH_H

#include "proto/kinds/beacon.h"
#include "proto/kinds/witness.h"
#include "daemon/cert_fresh.h"
#include "tests/daemon/call.h"
#include "tests/sim/restore.h"
#include "tests/sim/word.h"

#define HOUR_MS ((uint64_t)3600000)
#define DAY_MS  (24 * HOUR_MS)

/* All clocks go on, and nobody's seconds beat meanwhile: what was connected is
 * found dead then, and dialled anew. */
static inline void pass(struct world *w, uint64_t ms)
{
	w->now_ms += ms - 30000;
	world_run(w, 30000);
}

static inline void pass_days(struct world *w, unsigned days)
{
	while (days--)
		pass(w, DAY_MS);
}

/* ---- what is said ---- */

/* The answer of cert.verify, in which ' stands for "; until the next. on: a
 * day, or NULL. */
static inline const char *answer_on(struct world *w, struct world_node *at,
				    const struct wici_id *id, const char *on)
{
	char hex[WICI_HEX_LEN + 1];
	const struct world_param params[] = {{"ref", hex, false},
					     {on ? "on" : NULL, on, false},
					     {NULL, NULL, false}};
	struct json_out out = {call_text, 0};
	struct wici_mp_reader r;
	struct world_reply reply;

	wici_hex(hex, id->b, WICI_ID_LEN);
	reply = world_call(w, at, "cert.verify", params);
	if (reply.has_error) {
		(void)snprintf(call_text, sizeof(call_text), "%s", reply.code);
		return call_text;
	}
	wici_mp_reader_init(&r, WICI_MP_LENIENT, reply.result);
	json_from_mp(&out, &r);
	return call_text;
}

static inline bool is_on(struct world *w, struct world_node *at,
			 const struct wici_id *id, const char *verdict,
			 const char *on)
{
	char part[60];

	(void)snprintf(part, sizeof(part), "{'verdict':'%s'", verdict);
	return has(answer_on(w, at, id, on), part);
}

/* Is the check told so: "beacon", "'ok':false,'detail':'old 2026-"? */
static inline bool checked(struct world *w, struct world_node *at,
			   const struct wici_id *id, const char *check,
			   const char *says)
{
	char part[200];

	(void)snprintf(part, sizeof(part), "{'name':'%s',%s", check, says);
	return has(answer_on(w, at, id, NULL), part);
}

/* ---- what there is ---- */

/* Entries of the kind in a feed, as one node holds it. */
static inline unsigned count_of(const struct world_node *at,
				const struct wici_key *key, uint16_t kind)
{
	const struct feed *feed = feeds_find(&at->node->feeds, key);
	unsigned count = 0;

	for (uint64_t seq = 1; feed && seq <= feed->released_seq; seq++) {
		struct entry_row row;

		CHECK_OK(entry_at(at->node->store, feed->row.n, seq, &row));
		count += row.entry.header.kind == kind;
	}
	return count;
}

static inline unsigned beacons(const struct world_node *n)
{
	return count_of(n, &n->node->own->row.key, WICI_KIND_BEACON);
}

static inline unsigned sights(const struct world_node *n)
{
	return count_of(n, &n->node->own->row.key, WICI_KIND_WITNESS);
}

/* ---- what is done ---- */

static inline void decide(struct world *w, struct world_node *issuer,
			  const char *method, const struct wici_id *id)
{
	char hex[WICI_HEX_LEN + 1];
	const struct world_param params[] = {{"ref", hex, false},
					     {NULL, NULL, false}};
	struct world_reply r;

	wici_hex(hex, id->b, WICI_ID_LEN);
	r = world_call(w, issuer, method, params);
	if (r.has_error)
		print_error("%s: %s\n", method, r.code);
	CHECK(!r.has_error);
}

/* The founder's key alone is the root: what it signs is told at one node. */
static inline void root_says(struct world *w, struct world_node *at,
			     struct word *said, const struct hand *root)
{
	word_sign(said, root, 1);
	CHECK_OK(word_tell(w, at, said));
}

/* This feed issues for "cal" from now on; others did before, up to their
 * cuts. */
static inline struct wici_issuer issued_by(const struct world_node *at,
					   const struct world_node *who,
					   const struct wici_head *cut)
{
	struct wici_issuer issuer = {
		.scheme = "cal",
		.identity = who->node->keys.identity,
		.at = word_head(at, &who->node->own->row.key),
		.token_key = who->node->own->row.key,
	};

	if (cut)
		issuer.closed[issuer.closed_count++].cut = *cut;
	return issuer;
}

/* registrar: whose feed goes on admitting, though the list may close it. */
static inline void say_issued(struct word *said, const struct world_node *at,
			      const struct wici_issuer *issuer,
			      const struct world_node *registrar)
{
	struct wici_head head = word_head(at, &registrar->node->own->row.key);

	word_begin(said, at, 2);
	wici_op_issuers(&said->w, "2029-01-01", issuer, issuer ? 1 : 0);
	wici_op_registrar(&said->w, &head, NULL, 0);
}

#endif
