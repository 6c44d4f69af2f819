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

#define WICI_SCHEME_LEN_MAX  40
#define WICI_ISSUERS_MAX     64
#define WICI_CLOSED_MAX      8
#define WICI_ROWS_MAX        128 /* Feeds in an op 8, 10, 12 or 28. */
#define WICI_QUOTAS_MAX      256
#define WICI_RELAYS_MAX      64
#define WICI_WITNESSES_MAX   64
#define WICI_RELAY_ADDRESSES 6
#define WICI_ADDRESS_LEN_MAX 100
#define WICI_REVOKED_MAX     64 /* Certificates in an op 16 or 24. */
#define WICI_OPS_MAX         16 /* In a change. */

/* Ops of a change; their fields: PROTOCOL §5.2. Even ones must be understood:
 * a roster with an unknown even op says newer_needed. Unknown odd ones are
 * ignored. */
enum wici_op {
	WICI_OP_FOUND = 2,
	WICI_OP_REGISTRAR = 4,
	WICI_OP_ISSUERS = 6,
	WICI_OP_SUSPEND = 8,
	WICI_OP_REKEY = 10,
	WICI_OP_REINSTATE = 12,
	WICI_OP_POLICY = 14,
	WICI_OP_REVOKE = 16,
	WICI_OP_WITNESSES = 18,
	WICI_OP_QUOTAS = 20,
	WICI_OP_RELAYS = 21,
	WICI_OP_REGISTRARS = 22, /* With those before it. */
	WICI_OP_LIFT = 24,
	WICI_OP_STANDS = 26, /* Of rivals, this one. */
	WICI_OP_FEEDS = 28
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

struct wici_feed_row { /* {feed, id, open, seq} */
	struct wici_head at;
	bool is_open;
};

struct wici_revoked { /* {effective, id} */
	struct wici_id certificate;
	int32_t effective;
};

struct wici_quota { /* {bytes, entries, feed} */
	struct wici_key feed;
	uint64_t entries;
	uint64_t bytes;
};

struct wici_witness { /* {feed, identity} */
	struct wici_key feed;
	struct wici_key identity;
};

struct wici_relay { /* {addresses, identity} */
	struct wici_key identity;
	size_t addresses_count;
	char addresses[WICI_RELAY_ADDRESSES][WICI_ADDRESS_LEN_MAX + 1];
};

/* A change, its form checked. Ops are borrowed from the body and read by the
 * functions below; p NULL: it has none of that. */
struct wici_change {
	struct wici_id network;
	struct wici_id prev;
	uint64_t version;
	bool has_found; /* Exactly in version 1. */
	struct wici_policy policy; /* Of op 2, or 14. */
	bool has_policy;           /* Op 14. */
	struct wici_bytes name;
	struct wici_salt salt;
	bool has_registrar; /* Op 4 or 22. */
	struct wici_head registrar;
	size_t before_count; /* Of 22: the feeds before it. */
	struct wici_head before[WICI_CLOSED_MAX];
	struct wici_bytes issuers;
	struct wici_bytes suspend, rekey, reinstate;
	struct wici_bytes revoke, lift;
	struct wici_bytes witnesses, quotas, relays, feeds;
	bool has_choice; /* Op 26. */
	struct wici_id chosen;
	bool needs_newer; /* An even op we do not know. */
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

/* Reading ops that wici_change_decode() has checked; arrays hold as many as
 * the limit above. The last day that the issuers' list is good for. */
void wici_change_issuers(struct wici_bytes op, int32_t *expires,
			 struct wici_issuer *rows, size_t *count);
/* Of suspend, rekey, reinstate: key is zero when there is none. */
void wici_change_member(struct wici_bytes op, struct wici_key *identity,
			struct wici_key *key);
/* Of suspend, rekey, reinstate, feeds. */
void wici_change_rows(struct wici_bytes op, struct wici_feed_row *rows,
		      size_t *count);
void wici_change_revoked(struct wici_bytes op, struct wici_revoked *rows,
			 size_t *count);
void wici_change_lifted(struct wici_bytes op, struct wici_id *rows,
			size_t *count);
void wici_change_witnesses(struct wici_bytes op, uint64_t *needed,
			   struct wici_witness *rows, size_t *count);
void wici_change_quotas(struct wici_bytes op, struct wici_quota *rows,
			size_t *count);
void wici_change_relays(struct wici_bytes op, struct wici_relay *rows,
			size_t *count);

/* Can this statement be stored and passed on: a change of this network whose
 * form is right? *version, *prev are its own. Approvals are judged when its
 * place in the tree is known. WICI_REJECT_STATEMENT, WICI_REJECT_NETWORK. */
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
/* Op 4; with feeds before it (in the order in which they admitted) op 22. */
void wici_op_registrar(struct wici_mp_writer *w, const struct wici_head *at,
		       const struct wici_head *before, size_t before_count);

/* expires: "2027-12-31". Lists are given in any order and written as they must
 * ascend; no more rows than the limits above, each key once. */
void wici_op_issuers(struct wici_mp_writer *w, const char *expires,
		     const struct wici_issuer *issuers, size_t count);
/* op: SUSPEND (key NULL), REKEY, REINSTATE. */
void wici_op_member(struct wici_mp_writer *w, enum wici_op op,
		    const struct wici_key *identity, const struct wici_key *key,
		    const struct wici_feed_row *rows, size_t count);
void wici_op_feeds(struct wici_mp_writer *w, const struct wici_feed_row *rows,
		   size_t count);
void wici_op_policy(struct wici_mp_writer *w, const struct wici_policy *p);
void wici_op_revoke(struct wici_mp_writer *w, const struct wici_revoked *rows,
		    size_t count);
void wici_op_lift(struct wici_mp_writer *w, const struct wici_id *rows,
		  size_t count);
void wici_op_witnesses(struct wici_mp_writer *w, uint64_t needed,
		       const struct wici_witness *rows, size_t count);
void wici_op_quotas(struct wici_mp_writer *w, const struct wici_quota *rows,
		    size_t count);
void wici_op_relays(struct wici_mp_writer *w, const struct wici_relay *rows,
		    size_t count);
void wici_op_stands(struct wici_mp_writer *w, const struct wici_id *chosen);

/* A root key's approval of a change's id. */
void wici_change_approve(struct wici_signer *signer,
			 const struct wici_id *network,
			 const struct wici_id *id, const struct wici_key *key,
			 const struct wici_secret *secret);

#endif
