/* daemon/judge.h — Which feeds count, and how far: the roster, fork proofs,
 * feed.succeed and quotas, put to every feed. PROTOCOL §5.9.
 *
 * Nothing of it is stored. Whatever may change it sets is_judging_due; at the
 * turn's end, and at once where a head must not be shown any longer, every
 * feed is judged anew: some thousand pure answers. In a turn. */
#ifndef WICI_DAEMON_JUDGE_H
#define WICI_DAEMON_JUDGE_H

#include "daemon/node.h"
#include "daemon/store/entry.h"

/* What is held of feed.succeed, from the store: for load(), and after entries
 * were set aside. */
WICI_NODISCARD
enum wici_err judge_load(struct node *n);

/* An entry was appended, and its feed advanced: does it close another, or is
 * it the last one that the own feed may have? */
WICI_NODISCARD
enum wici_err judge_appended(struct node *n, const struct entry_row *row);

/* Judges all feeds now. Says NODE_HEAD for counting heads that moved or began,
 * NODE_ROSTER where anything changed; seals the own feed when it is forked,
 * ended or void. */
WICI_NODISCARD
enum wici_err judge_all(struct node *n);

/* Is it time to judge them all again? One peer can bring it about in every
 * turn, and the rest of the daemon must not stand still for that. */
bool judge_may(struct node *n);

/* A proof of a fork of this feed is new: its head is lowered at once; what else
 * follows from it, at the turn's end, when all are judged. */
WICI_NODISCARD
enum wici_err judge_forked(struct node *n, struct feed *feed);

/* An unknown feed was added: whose it is, and does it count? Until the turn's
 * end, when all are judged. */
WICI_NODISCARD
enum wici_err judge_new(struct node *n, struct feed *feed);

/* After a commit released more of this feed. */
void judge_released(struct node *n, struct feed *feed);

/* How far a feed counts, by the root's word, its key, fork proofs and its
 * quota: not whether others close it, nor its rank. Has it the entry that the
 * root names? */
WICI_NODISCARD
enum wici_err judge_limit(struct node *n, struct feed *feed,
			  struct wici_limit *limit, bool *is_reached);

/* How far may the feed go on from what is pending: the last seq that may be
 * appended; *bytes: of payloads, all that is added together. For receive and
 * publish. */
uint64_t judge_room(const struct node *n, const struct feed *feed,
		    uint64_t *bytes);

/* The standing of an entry of the feed, whose body fits its kind. */
enum wici_standing judge_standing(const struct node *n, const struct feed *feed,
				  const struct wici_kind *kind, uint64_t seq);

/* Are verdicts that depend on this feed disputed: forked, or not reached?
 * NULL: it is not held, though the root names it. */
bool judge_is_disputed(const struct feed *feed);

/* Is the own feed carried on by another one of our institution's? */
bool judge_is_succeeded(const struct node *n, const struct wici_key *feed);

#endif
