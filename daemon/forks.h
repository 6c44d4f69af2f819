/* daemon/forks.h — Fork proofs: kept, one a feed reconciled; and the chain
 * that the root names, where this store holds another. PROTOCOL §4.5, §5.8.
 *
 * Kept are at most FORKS_A_FEED of a feed that is held. In a turn. */
#ifndef WICI_DAEMON_FORKS_H
#define WICI_DAEMON_FORKS_H

#include "daemon/node.h"

#define FORKS_A_FEED  4
#define FORKS_TURN_MS 60000u /* Between two cuts of a feed. */
/* Of one feed so many are taken in such a time; others are asked for anew. An
 * author can make ever better ones. */
#define FORKS_FLOOD    16
#define FORKS_FLOOD_MS 10000u

/* From the store. For load(), after the feeds. */
WICI_NODISCARD
enum wici_err forks_load(struct node *n);

/* Takes a statement of type 2, from a peer (link) or made here (0). WICI_END:
 * held already, further than what is held of the feed, no better, or one of too
 * many.
 * WICI_FULL: read-only. WICI_REJECT_*: the sender's fault. */
WICI_NODISCARD
enum wici_err forks_receive(struct node *n, uint64_t link,
			    const struct wici_statement *s,
			    struct wici_bytes bytes);

/* The header that is held here. WICI_NOT_FOUND: none is, or it is damaged. */
WICI_NODISCARD
enum wici_err forks_side(struct node *n, const struct wici_key *feed,
			 uint64_t seq, struct wici_fork_side *side);

/* What is held here and another header in its place: a proof, for everybody.
 * As forks_receive; WICI_NOT_FOUND: nothing is held there. */
WICI_NODISCARD
enum wici_err forks_prove(struct node *n, const struct wici_fork_side *theirs);

/* Which proof of each feed is reconciled, after the roster or the feeds
 * changed: the statements' set is brought up to date. */
void forks_judge(struct node *n);

/* The lowest proof of the feed that is not beyond dispute; 0: none. */
uint64_t forks_seq(const struct node *n, const struct wici_key *feed,
		   uint64_t named_seq);

/* Where the chain that is held would be cut for the one that the root names:
 * the highest proof on it, at or below the entry named. WICI_END: no proof is
 * held that tells; WICI_AGAIN: it was cut within the last minute. */
WICI_NODISCARD
enum wici_err forks_parting(struct node *n, const struct feed *feed,
			    uint64_t *seq);

/* A peer has shown the entry that the root names, which our chain lacks. So
 * nothing is set aside for a name that nobody could ever serve. */
void forks_shown(struct feed *feed);

/* Where that was shown, what follows the parting is set aside as evidence, so
 * that peers bring the named chain. At the turn's end, before judge_all. */
WICI_NODISCARD
enum wici_err forks_turn(struct node *n);

/* Is it a proof that is held, reconciled or not? */
bool forks_has(const struct node *n, const struct wici_id *id);

/* The best that is held of the feed, for `wici show`; NULL: none is. */
const struct node_fork *forks_of(const struct node *n,
				 const struct wici_key *feed);

#endif
