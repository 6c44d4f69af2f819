/* proto/policy.h — The root: k of n keys; and a network's name for ever.
 *
 * PROTOCOL §5.2. A policy is the canonical map
 *   {"keys": [bin [32], …], "threshold": uint, "version": uint},
 * keys ascending, each once, 1 … 16 of them, n/2 < threshold ≤ n. */
#ifndef WICI_PROTO_POLICY_H
#define WICI_PROTO_POLICY_H

#include "proto/id.h"
#include "proto/mp_write.h"
#include "proto/statement.h"

#define WICI_POLICY_KEYS_MAX      16
#define WICI_NETWORK_NAME_LEN_MAX 200

struct wici_policy {
	uint64_t version;
	uint64_t threshold;
	size_t keys_count;
	struct wici_key keys[WICI_POLICY_KEYS_MAX];
};

/* WICI_REJECT_STATEMENT when it is not the form above. */
WICI_NODISCARD
enum wici_err wici_policy_decode(struct wici_policy *p, struct wici_bytes b);
void wici_policy_encode(struct wici_mp_writer *w, const struct wici_policy *p);

/* Sorts the keys; WICI_BAD_FIELD when they or the threshold cannot be. */
WICI_NODISCARD
enum wici_err wici_policy_init(struct wici_policy *p,
			       const struct wici_key *keys, size_t count,
			       uint64_t threshold);

/* Network id = hash under "wici/network/1" of the canonical map
 * {"name": str, "policy": map, "salt": bin [16]}. The name is a LINE. */
WICI_NODISCARD
enum wici_err wici_network_id(struct wici_id *network,
			      const struct wici_policy *p,
			      struct wici_bytes name,
			      const struct wici_salt *salt);

/* How many of the policy's keys approve the statement's id? Bad signatures
 * count as none. */
size_t wici_policy_count(const struct wici_policy *p,
			 const struct wici_id *network,
			 const struct wici_statement *s);

/* Do enough of the policy's keys approve the statement's id? Each signature
 * is over domain "wici/approve/1", network and id. Signers that are not root
 * keys are ignored. WICI_OK or WICI_REJECT_APPROVAL. */
WICI_NODISCARD
enum wici_err wici_policy_approves(const struct wici_policy *p,
				   const struct wici_id *network,
				   const struct wici_statement *s);

#endif
