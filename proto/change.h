/* proto/change.h — A change: how the root speaks, in ops.
 *
 * PROTOCOL §5.2. The body of the statement is the canonical map
 *   {"network": bin [32], "ops": [map…], "prev": bin [32], "version": uint};
 * prev is the id of the change before, of version 1 the network id. An op is
 * a canonical map with "op" and exactly the fields that are named here; what
 * needs another field is another op. An op stands in a change once at most.
 * Approvals are no part of the body: see proto/policy.h. */
#ifndef WICI_PROTO_CHANGE_H
#define WICI_PROTO_CHANGE_H

#include "proto/entry.h"
#include "proto/policy.h"

#define WICI_SCHEME_LEN_MAX 40
#define WICI_ISSUERS_MAX    64
#define WICI_CLOSED_MAX     8

/* Ops of a change. Even ones must be understood: a roster with an unknown
 * even op says newer_needed. Unknown odd ones are ignored. */
enum wici_op {
	WICI_OP_FOUND = 2,     /* {name, policy, salt}: version 1 alone */
	WICI_OP_REGISTRAR = 4, /* {feed, id, seq} */
	WICI_OP_ISSUERS = 6    /* {expires, issuers: [row…]} restated whole */
};

struct wici_closed { /* A feed that issued before, and where it stops. */
	struct wici_head cut;
};

/* A row of the issuers' list: {closed: [{feed, id, seq}…], feed, id, identity,
 * scheme, seq, token_key}; rows ascend by scheme, each once. */
struct wici_issuer {
	char scheme[WICI_SCHEME_LEN_MAX + 1];
	struct wici_key identity;
	struct wici_head at; /* Issuing feed, and its head known to the root. */
	struct wici_key token_key;
	size_t closed_count;
	struct wici_closed closed[WICI_CLOSED_MAX];
};

struct wici_change {
	struct wici_id network;
	struct wici_id prev;
	uint64_t version;
	bool has_found; /* Exactly in version 1. */
	struct wici_policy policy;
	struct wici_bytes name;
	struct wici_salt salt;
	bool has_registrar;
	struct wici_head registrar;
	struct wici_bytes issuers; /* The op, checked; p NULL: none. */
	bool needs_newer;          /* An even op we do not know. */
};

/* WICI_REJECT_STATEMENT when the body is not the form above; looks at no
 * approval. Borrows the body. */
WICI_NODISCARD
enum wici_err wici_change_decode(struct wici_change *c,
				 const struct wici_statement *s);

/* Does version 1 hash to this network id? WICI_OK or WICI_REJECT_NETWORK. */
WICI_NODISCARD
enum wici_err wici_change_founds(const struct wici_change *c,
				 const struct wici_id *network);

/* Reads an issuers op that wici_change_decode() has checked: the last day the
 * list is good for, and WICI_ISSUERS_MAX rows at most. */
void wici_change_issuers(struct wici_bytes op, int32_t *expires,
			 struct wici_issuer *rows, size_t *count);

/* Can this statement be stored and passed on: a change of this network whose
 * form is right? *version, *prev are its own. Approvals are judged when it is
 * applied. WICI_REJECT_STATEMENT, WICI_REJECT_NETWORK. */
WICI_NODISCARD
enum wici_err wici_change_peek(const struct wici_statement *s,
			       const struct wici_id *network, uint64_t *version,
			       struct wici_id *prev);

/* Writing a change: body bytes for version, prev and ops. Ops are written by
 * the caller between begin and end. */
void wici_change_begin(struct wici_mp_writer *w, const struct wici_id *network,
		       uint32_t ops_count);
void wici_change_end(struct wici_mp_writer *w, const struct wici_id *prev,
		     uint64_t version);
void wici_op_found(struct wici_mp_writer *w, const struct wici_policy *p,
		   struct wici_bytes name, const struct wici_salt *salt);
void wici_op_registrar(struct wici_mp_writer *w, const struct wici_head *at);

/* expires: "2027-12-31". Rows in any order; written as they must ascend.
 * count ≤ WICI_ISSUERS_MAX. */
void wici_op_issuers(struct wici_mp_writer *w, const char *expires,
		     const struct wici_issuer *issuers, size_t count);

/* A root key's approval of a change's id. */
void wici_change_approve(struct wici_signer *signer,
			 const struct wici_id *network,
			 const struct wici_id *id, const struct wici_key *key,
			 const struct wici_secret *secret);

#endif
