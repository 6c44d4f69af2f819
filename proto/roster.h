/* proto/roster.h — Who is a member, which feeds may admit and issue, which
 * keys and feeds the root has spoken of.
 *
 * PROTOCOL §5.2, §5.3. A pure fold of the root's changes and of the registrar
 * feeds' entries: the same on every node, whatever order they arrived in,
 * because the caller gives them in their own order (changes as
 * wici_root_next() says, then admissions feed by feed as
 * wici_roster_admitting() says, by seq) and starts from wici_roster_init()
 * when an earlier one turns up. Arrays are the caller's. */
#ifndef WICI_PROTO_ROSTER_H
#define WICI_PROTO_ROSTER_H

#include "proto/change.h"
#include "proto/entry.h"
#include "proto/kind.h"
#include "proto/open.h"
#include "proto/policy.h"

#define WICI_NAME_LEN_MAX 200

struct wici_member {
	struct wici_key identity; /* Its name for ever. */
	struct wici_key key;      /* That speaks for it now. */
	bool is_suspended;
	uint64_t seq;        /* Of its member.admit … */
	size_t admitted_by;  /* … in the registrar feed of this place. */
	uint8_t token_id[8]; /* Of the invitation; zero: none. */
	char name[WICI_NAME_LEN_MAX + 1];
};

/* A key that an op 8, 10 or 12 speaks of. An institution that was spoken of
 * has a row of its own, whose key is its identity. */
struct wici_root_key {
	struct wici_key key;
	struct wici_key identity; /* Whose it is, or was. */
	bool is_closed;           /* Else it is the present one. */
	struct wici_key last;     /* In an institution's own row: the key named
				   * last; where that is closed, it is
				   * suspended. */
};

/* A feed that a row of an op 8, 10, 12 or 28 names: the newest. */
struct wici_root_feed {
	struct wici_head at;
	bool is_open; /* It goes on; else it ends there. */
	uint64_t version;
};

struct wici_root_revocation {
	struct wici_id certificate;
	int32_t effective;
	uint64_t version; /* Of the change that said so. */
	bool is_lifted;
};

/* Arrays lent by the caller. */
struct wici_roster_space {
	struct wici_member *members; /* Ascending by identity. */
	size_t members_max;
	struct wici_root_key *keys; /* Ascending by key. */
	size_t keys_max;
	struct wici_root_feed *feeds; /* Ascending by feed. */
	size_t feeds_max;
	struct wici_root_revocation *revocations; /* Ascending by id. */
	size_t revocations_max;
};

struct wici_roster {
	struct wici_id network;
	uint64_t version;  /* Of the newest effective change; 0: none yet. */
	struct wici_id id; /* Its id. */
	struct wici_policy policy;
	char name[WICI_NETWORK_NAME_LEN_MAX + 1];
	bool needs_newer; /* An even op we do not know. */
	bool is_forked;   /* Two changes follow this one; set by the caller,
			   * as wici_root_next() says. */
	struct wici_head registrar; /* Named feed, at the named entry. */
	size_t before_count;        /* Registrar feeds before it, with cuts. */
	struct wici_head before[WICI_CLOSED_MAX];
	uint64_t registrar_version; /* Of the change that named it. */
	uint64_t issuers_version;   /* Of the change that restated the list. */
	struct wici_when expires;   /* text.p is never set; last is the day. */
	bool has_expires;
	size_t issuers_count;
	struct wici_issuer issuers[WICI_ISSUERS_MAX];
	uint64_t witnesses_needed;
	size_t witnesses_count;
	struct wici_witness witnesses[WICI_WITNESSES_MAX];
	size_t quotas_count; /* Ascending by feed. */
	struct wici_quota quotas[WICI_QUOTAS_MAX];
	size_t relays_count; /* Ascending by identity. */
	struct wici_relay relays[WICI_RELAYS_MAX];
	struct wici_roster_space space;
	size_t members_count, keys_count, feeds_count, revocations_count;
};

void wici_roster_init(struct wici_roster *r, const struct wici_id *network,
		      const struct wici_roster_space *space);

/* Applies the change of version r->version + 1, approved as wici_root_judge()
 * found. WICI_REJECT_CHAIN: its prev or version is not the next;
 * WICI_REJECT_STATEMENT; WICI_REJECT_NETWORK: another network's, or version 1
 * does not hash to the network id. WICI_NEWER_NEEDED: with an even op we do
 * not know; needs_newer is set. WICI_MORE: an array is full; lend larger ones
 * and call again. The roster is as it was otherwise, unless WICI_OK.
 *
 * A change that names other registrar feeds, or a member's identity as another
 * institution's key, leaves no member (who is one depends on what the registrar
 * said since): give those feeds' entries again. */
WICI_NODISCARD
enum wici_err wici_roster_change(struct wici_roster *r,
				 const struct wici_statement *s);

/* The i-th registrar feed, and the last seq that admits (WICI_SEQ_MAX: the
 * present one). False: no more of them. */
bool wici_roster_admitting(const struct wici_roster *r, size_t i,
			   struct wici_head *last);

/* Applies an entry of a registrar feed, in order. Others than member.admit,
 * and what lies above a cut, are ignored. A second admission of an identity,
 * or under a token that was used, or of a key that the root has named
 * otherwise, is without effect. WICI_MORE: members is full; nothing changed;
 * lend a larger array and go on. */
WICI_NODISCARD
enum wici_err wici_roster_admit(struct wici_roster *r,
				const struct wici_entry *e);

/* Lends other arrays, none smaller than what is in them; it is copied. */
void wici_roster_lend(struct wici_roster *r,
		      const struct wici_roster_space *space);

/* By the identity that is its name for ever; NULL: there is none. */
const struct wici_member *wici_roster_member(const struct wici_roster *r,
					     const struct wici_key *identity);

/* Whose key is this, or was? *is_present: it speaks for it now, and the
 * institution is not suspended. NULL: nobody's. */
const struct wici_member *wici_roster_of_key(const struct wici_roster *r,
					     const struct wici_key *key,
					     bool *is_present);

/* Has the root suspended it, and not reinstated since? Whether it is a member is
 * not asked. */
bool wici_roster_is_barred(const struct wici_roster *r,
			   const struct wici_key *identity);

const struct wici_member *wici_roster_by_token(const struct wici_roster *r,
					       const uint8_t token_id[8]);

/* The issuer whose feed this is for the scheme, at seq (its present feed, or
 * a closed one up to its cut); scheme.p NULL: of any scheme. NULL: none. */
const struct wici_issuer *wici_roster_issuer(const struct wici_roster *r,
					     const struct wici_key *feed,
					     uint64_t seq,
					     struct wici_bytes scheme);

/* Is it the present registrar feed? */
bool wici_roster_is_registrar(const struct wici_roster *r,
			      const struct wici_key *feed);

/* The i-th feed whose word about the root is asked for: the named witnesses, or
 * where the root names none the present registrar feed. NULL: no more. */
const struct wici_key *wici_roster_witness(const struct wici_roster *r,
					   size_t i);
bool wici_roster_is_witness(const struct wici_roster *r,
			    const struct wici_key *feed);

/* May an entry of this feed admit: the present registrar feed, or one before
 * it up to its cut? */
bool wici_roster_admits(const struct wici_roster *r,
			const struct wici_key *feed, uint64_t seq);

/* What the root says of a feed: the newest word, by PROTOCOL §5.9. */
enum wici_root_word {
	WICI_ROOT_SILENT, /* Not named. */
	WICI_ROOT_OPEN,   /* Goes on; *at is the entry named. */
	WICI_ROOT_CUT     /* Ends at *at. */
};
enum wici_root_word wici_roster_word(const struct wici_roster *r,
				     const struct wici_key *feed,
				     struct wici_head *at);

/* The highest entry that the root names of a feed, by this word or another one
 * that is in force; where the newest word ends the feed, at or below its cut,
 * since nothing above is ever reached. False: none. */
bool wici_roster_named(const struct wici_roster *r, const struct wici_key *feed,
		       struct wici_head *at);

/* Is the feed named by the root, in whatever way? */
bool wici_roster_is_named(const struct wici_roster *r,
			  const struct wici_key *feed);

/* NULL: the root has not revoked it, or has lifted that. */
const struct wici_root_revocation *wici_roster_revocation(
	const struct wici_roster *r, const struct wici_id *certificate);

#endif
