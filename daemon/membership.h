/* daemon/membership.h — Founding, inviting, joining, admitting; the roster in
 * memory. In a turn. */
#ifndef WICI_DAEMON_MEMBERSHIP_H
#define WICI_DAEMON_MEMBERSHIP_H

#include "daemon/node.h"
#include "daemon/store/book.h"
#include "proto/token.h"

/* Folds the roster from the root's changes (daemon/changes.h) and the registrar
 * feeds, judges all feeds when it moved; ends our own join when we are in it.
 * from_start: changes are new; else admissions may be. */
WICI_NODISCARD
enum wici_err membership_fold(struct node *n, bool from_start);

/* A feed grew, from `first` on: the roster is folded with what brings it. */
WICI_NODISCARD
enum wici_err membership_grown(struct node *n, const struct feed *feed,
			       uint64_t first, bool has_admission);

/* For judge_all: brings the members up to date; is_roster_moved. */
WICI_NODISCARD
enum wici_err membership_admissions(struct node *n);

/* Founds a network (DESIGN §6): policy 1, network id, feed.open, change 1,
 * member.admit of the founder. recovery: further root key seeds whose cards
 * the caller writes; 0 or 2 of them. scheme p NULL: the founder issues
 * nothing. WICI_ALREADY_MEMBER, WICI_PASSPHRASE, WICI_SEALED, … */
struct membership_found {
	struct wici_bytes name;        /* Of the network. */
	struct wici_bytes member_name; /* Of the founder. */
	struct wici_bytes scheme;
	size_t recovery_count;
	uint8_t recovery[2][32]; /* Out: the seeds drawn. */
	const uint8_t *unlock;   /* Of the identity; NULL: in the clear. */
};
WICI_NODISCARD
enum wici_err membership_found(struct node *n, struct membership_found *found);

/* A token for one new member: kept in the book. WICI_NOT_PERMITTED: this
 * installation is not the registrar's. WICI_BAD_FIELD: name, days (1 … 3650) or
 * via. WICI_USAGE: no address is known to put into the token: via is needed, or
 * "" (the newcomer asks by file). */
WICI_NODISCARD
enum wici_err membership_invite(struct node *n, struct wici_bytes name,
				int32_t days, const char *via,
				struct wici_token *token,
				struct book_invite *invite);

/* Begins to join: remembers the token, makes feed key and feed.open, adds the
 * token's addresses to those to dial. Goes on across restarts until admitted
 * (n->is_joining). WICI_NOT_FOUND: no identity yet. WICI_ALREADY_MEMBER: of
 * this network or another. WICI_NOT_PERMITTED: records of another network are
 * here already. WICI_PASSPHRASE; WICI_TOKEN_EXPIRED is the registrar's to say.
 * With a second token for the same network the join goes on under that. */
WICI_NODISCARD
enum wici_err membership_join(struct node *n, const struct wici_token *token,
			      const uint8_t *unlock);

#define JOIN_OPEN_MAX ((size_t)1024)

/* Is a join under way? Then this is the JOIN to send (run of one in buf,
 * JOIN_OPEN_MAX bytes). WICI_NOT_FOUND: none. */
WICI_NODISCARD
enum wici_err node_join_message(struct node *n, uint8_t *buf,
				struct wici_message *m);

/* What became of our JOIN at a link: WICI_OK, or a refusal (kept in n->join_err
 * for the waiting call; token_wrong/used/expired end the join). */
void node_join_result(struct node *n, enum wici_err err);

/* A newcomer's JOIN, come to the registrar (directly or forwarded). The answer
 * is NODE_ADMITTED with ref, after the commit, or at once an error:
 * WICI_TOKEN_WRONG, _USED, _EXPIRED, WICI_INVITER_AWAY (not the registrar
 * here: forward it), WICI_REJECT_*. The same newcomer asking again with the
 * token it used is admitted again (its answer was lost). */
WICI_NODISCARD
enum wici_err node_join(struct node *n, uint64_t ref,
			const struct wici_message *join);

/* Whom this installation has let in under the token, and the six digits to
 * compare with. WICI_NOT_FOUND. */
WICI_NODISCARD
enum wici_err node_join_admitted(struct node *n, const uint8_t token_id[8],
				 struct wici_key *identity, char code[7]);

/* The feed that admits, to find the link to forward to. */
bool node_registrar_feed(const struct node *n, struct wici_key *feed);

/* What the book says of a join under way; empties the roster. Before the
 * first fold. */
WICI_NODISCARD
enum wici_err membership_load(struct node *n);

/* Keeps a network's id: there is one from now on. */
WICI_NODISCARD
enum wici_err membership_set_network(struct node *n,
				     const struct wici_id *network);

/* Makes the feed key, the fence and entry 1 of a new own feed. */
WICI_NODISCARD
enum wici_err membership_open_feed(struct node *n,
				   const struct wici_secret *identity);

/* May an institution be called so in a member.admit? WICI_BAD_FIELD. */
WICI_NODISCARD
enum wici_err membership_check_name(struct wici_bytes name);

/* Publishes a member.admit. token_id: 8 bytes, or NULL. */
WICI_NODISCARD
enum wici_err membership_admit(struct node *n, const struct wici_key *identity,
			       struct wici_bytes name, const uint8_t *token_id,
			       struct wici_head *head);

/* Publishes what identity.init kept in the book as "profile", if anything. */
WICI_NODISCARD
enum wici_err membership_publish_profile(struct node *n);

/* Are we in the roster by now? Then our join is over. */
WICI_NODISCARD
enum wici_err membership_complete_join(struct node *n);

/* Is this institution a member? */
bool node_is_member(const struct node *n);

#endif
