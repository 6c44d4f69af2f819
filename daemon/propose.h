/* daemon/propose.h — Changes of the root, built and approved here. PROTOCOL
 * §5.2, §5.9.
 *
 * A proposal is the next version: its ops are written by the builders below
 * (daemon/propose_<what>.c), each from what people mean and what this node holds;
 * then it is a statement, which root keys approve one after the other. With
 * enough of them it takes the way of a peer's (node_receive_statement). In a
 * turn. */
#ifndef WICI_DAEMON_PROPOSE_H
#define WICI_DAEMON_PROPOSE_H

#include "daemon/fault.h"
#include "daemon/feeds.h"
#include "daemon/node.h"

#define PROPOSE_ISSUERS_DAYS 730 /* How long the issuers' list is good. */

/* A change on its way: the statement, decoded. */
struct proposal {
	struct node *n;
	struct fault *fault; /* Says what is wrong, and what to do. */
	struct growing ops;  /* While it is built … */
	uint32_t ops_count;
	struct growing bytes; /* … and then. Borrowed by: */
	struct wici_statement s;
	struct wici_change change;
	uint64_t have, need; /* Approvals. */
	bool is_effective;   /* It stands. */
};

void proposal_init(struct proposal *p, struct node *n, struct fault *fault);
void proposal_clear(struct proposal *p);

/* --- Builders: WICI_NOT_PERMITTED, WICI_BAD_FIELD, WICI_NOT_FOUND,
 * WICI_AMBIGUOUS, WICI_TOO_LARGE; the fault says the rest. ------------------ */

/* A feed that is held, by its key in hex or a prefix of 8 digits or more. */
WICI_NODISCARD
enum wici_err propose_find_feed(struct proposal *p, struct wici_bytes text,
				const struct feed **feed);

/* The only feed of an institution that goes on. */
WICI_NODISCARD
enum wici_err propose_feed_of(struct proposal *p,
			      const struct wici_key *identity,
			      const struct feed **feed);

/* cut: where the feed that admitted before stops; 0: at its counting head. */
WICI_NODISCARD
enum wici_err propose_registrar(struct proposal *p, const struct feed *feed,
				uint64_t cut);

/* A row of the issuers' list. */
struct propose_issuer {
	struct wici_bytes scheme;
	const struct feed *feed; /* NULL: the row goes. */
	const struct wici_key
		*token_key; /* NULL: the one it has, or our own. */
	uint64_t cut;       /* Of the feed before; 0: its head. */
};
/* row NULL: the list as it is. expires: its last day; 0: as it is. */
WICI_NODISCARD
enum wici_err propose_issuers(struct proposal *p,
			      const struct propose_issuer *row,
			      int32_t expires);

WICI_NODISCARD
enum wici_err propose_suspend(struct proposal *p,
			      const struct wici_key *identity);

/* Feeds that go on; all others that are held end at their counting heads. */
struct propose_stays {
	bool is_all;
	size_t count;
	const struct feed *feeds[WICI_ROWS_MAX];
};
/* op: REKEY or REINSTATE. A root key that is replaced is so in the policy
 * too. */
WICI_NODISCARD
enum wici_err propose_key(struct proposal *p, enum wici_op op,
			  const struct wici_key *identity,
			  const struct wici_key *key,
			  const struct propose_stays *stays);

WICI_NODISCARD
enum wici_err propose_revoke(struct proposal *p,
			     const struct wici_id *certificate,
			     int32_t effective);
WICI_NODISCARD
enum wici_err propose_lift(struct proposal *p,
			   const struct wici_id *certificate);

/* Restates the list: the present feeds of these institutions. */
WICI_NODISCARD
enum wici_err propose_witnesses(struct proposal *p,
				const struct wici_key *identities, size_t count,
				uint64_t needed);

/* The addresses of one institution; none: it is no relay any more. */
WICI_NODISCARD
enum wici_err propose_relay(struct proposal *p, const struct wici_key *identity,
			    const struct wici_bytes *addresses, size_t count);

/* 0: as it is. */
WICI_NODISCARD
enum wici_err propose_quota(struct proposal *p, const struct feed *feed,
			    uint64_t entries, uint64_t bytes);

struct propose_policy {
	size_t add_count, remove_count;
	struct wici_key add[WICI_POLICY_KEYS_MAX];
	struct wici_key remove[WICI_POLICY_KEYS_MAX];
	uint64_t threshold; /* 0: as it is, or the least that may be. */
};
WICI_NODISCARD
enum wici_err propose_policy(struct proposal *p,
			     const struct propose_policy *policy);

WICI_NODISCARD
enum wici_err propose_stands(struct proposal *p, const struct wici_id *chosen);

/* What the root knows of a feed: id NULL: our own chain's. seq 0: its counting
 * head. */
WICI_NODISCARD
enum wici_err propose_feeds(struct proposal *p, const struct feed *feed,
			    uint64_t seq, const struct wici_id *id,
			    bool is_open);

/* --- The statement ---------------------------------------------------------- */

struct propose_signing {
	const uint8_t *unlock; /* Of the identity key; NULL: in the clear. */
	bool is_instead;       /* In the stead of one approved before, which
				* was given up. */
};

/* The ops become a statement of the next version, approved by this
 * installation's identity when that is a root key. */
WICI_NODISCARD
enum wici_err proposal_make(struct proposal *p,
			    const struct propose_signing *how);

/* Takes a statement as somebody else made it. WICI_BAD_FIELD: it is no change;
 * WICI_NOT_PERMITTED: it cannot be the next one here; the fault says why. */
WICI_NODISCARD
enum wici_err proposal_take(struct proposal *p, struct wici_bytes bytes);

/* Adds this identity's approval. WICI_NOT_PERMITTED: it is no root key, has
 * approved it already, or a rival of it. WICI_PASSPHRASE. */
WICI_NODISCARD
enum wici_err proposal_approve(struct proposal *p,
			       const struct propose_signing *how);

/* With enough approvals: into the store, and to every peer. */
WICI_NODISCARD
enum wici_err proposal_submit(struct proposal *p);

/* How many approvals a change has, and how many it needs; before: the policy
 * in force where it belongs. */
void propose_count(const struct wici_policy *before,
		   const struct wici_change *c, const struct wici_statement *s,
		   uint64_t *have, uint64_t *need);

#endif
