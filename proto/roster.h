/* proto/roster.h — Who is a member, which feeds may admit and issue.
 *
 * PROTOCOL §5.2, §5.3. A pure fold of the root's changes and of the registrar
 * feed's entries: the same on every node, whatever order they arrived in,
 * because the caller gives them in their own order (changes by version,
 * admissions by seq) and starts from wici_roster_init() when an earlier one
 * turns up. Arrays are the caller's. */
#ifndef WICI_PROTO_ROSTER_H
#define WICI_PROTO_ROSTER_H

#include "proto/change.h"
#include "proto/entry.h"
#include "proto/fold.h"
#include "proto/kind.h"
#include "proto/open.h"
#include "proto/policy.h"

#define WICI_NAME_LEN_MAX 200

struct wici_member {
	struct wici_key identity; /* Its name for ever. */
	uint64_t seq;             /* Of its member.admit. */
	uint8_t token_id[8];      /* Of the invitation; zero: none. */
	char name[WICI_NAME_LEN_MAX + 1];
};

struct wici_roster {
	struct wici_id network;
	uint64_t version;  /* Of the newest effective change; 0: none yet. */
	struct wici_id id; /* Its id. */
	struct wici_policy policy;
	char name[WICI_NETWORK_NAME_LEN_MAX + 1];
	struct wici_head registrar; /* Named feed, at the named entry. */
	bool needs_newer;           /* An even op we do not know. */
	uint64_t issuers_version;   /* Of the change that restated the list. */
	struct wici_when expires;   /* text.p is never set; last is the day. */
	bool has_expires;
	size_t issuers_count;
	struct wici_issuer issuers[WICI_ISSUERS_MAX];
	/* Members ascending by identity; the caller's array. */
	struct wici_member *members;
	size_t members_count;
	size_t members_max;
};

void wici_roster_init(struct wici_roster *r, const struct wici_id *network,
		      struct wici_member *members, size_t members_max);

/* Applies the change of version r->version + 1. WICI_REJECT_CHAIN: its prev
 * or version is not the next; WICI_REJECT_APPROVAL; WICI_REJECT_STATEMENT;
 * WICI_REJECT_NETWORK: another network's, or version 1 does not hash to the
 * network id. WICI_NEWER_NEEDED: approved, but with an even op we do not know;
 * needs_newer is set. The roster is as it was otherwise, unless WICI_OK.
 *
 * A change that names another registrar feed leaves no member: only the
 * admissions of the feed that is named count, so give that feed's entries
 * again. */
WICI_NODISCARD
enum wici_err wici_roster_change(struct wici_roster *r,
				 const struct wici_statement *s);

/* Applies an entry of the registrar feed, in order of seq. Others than
 * member.admit are ignored. A second admission of an identity, or under a
 * token that was used, is without effect. WICI_MORE: members is full;
 * nothing changed; lend a larger array and go on. */
WICI_NODISCARD
enum wici_err wici_roster_admit(struct wici_roster *r,
				const struct wici_entry *e);

/* Lends another array; what is in the old one is copied. */
void wici_roster_lend(struct wici_roster *r, struct wici_member *members,
		      size_t members_max);

/* NULL when there is none. */
const struct wici_member *wici_roster_member(const struct wici_roster *r,
					     const struct wici_key *identity);
const struct wici_member *wici_roster_by_token(const struct wici_roster *r,
					       const uint8_t token_id[8]);

/* The issuer whose feed this is for the scheme, at seq (its present feed, or
 * a closed one up to its cut); scheme.p NULL: of any scheme. NULL: none. */
const struct wici_issuer *wici_roster_issuer(const struct wici_roster *r,
					     const struct wici_key *feed,
					     uint64_t seq,
					     struct wici_bytes scheme);

bool wici_roster_is_registrar(const struct wici_roster *r,
			      const struct wici_key *feed);

/* Is the feed named by the root (registrar, issuing, closed)? Such a feed
 * counts by being named. */
bool wici_roster_is_named(const struct wici_roster *r,
			  const struct wici_key *feed);

/* Does a feed opened by this identity count? Members' do, and named ones. */
bool wici_roster_counts(const struct wici_roster *r,
			const struct wici_key *feed,
			const struct wici_key *identity);

/* The standing of an entry whose body fits its kind (kind NULL: unknown kind,
 * judged as any member's). identity: whose feed it is. A grant's scheme is not
 * looked at: wici_roster_issuer() is asked for that. */
enum wici_standing wici_roster_standing(const struct wici_roster *r,
					const struct wici_kind *kind,
					const struct wici_key *feed,
					uint64_t seq,
					const struct wici_key *identity);

#endif
