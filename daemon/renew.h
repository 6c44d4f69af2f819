/* daemon/renew.h — Going on with a new feed: after a restore, a fork, a copy,
 * a lost feed key.
 *
 * DESIGN §4. The new feed's feed.open names the institution and nothing older;
 * the old entries come from peers; once in step, feed.succeed says what is
 * carried on. Drafts are published in the new feed. In a turn. */
#ifndef WICI_DAEMON_RENEW_H
#define WICI_DAEMON_RENEW_H

#include "daemon/node.h"

/* Makes a new feed key, fence and feed.open, whatever the own feed was; what
 * sealed us no longer does. is_close: the old ones end (feed.succeed with
 * close). WICI_NOT_FOUND: no identity here; WICI_NOT_MEMBER: no network;
 * WICI_PASSPHRASE; WICI_FULL. */
WICI_NODISCARD
enum wici_err renew_begin(struct node *n, const uint8_t *unlock, bool is_close);

/* In step with a peer, and a member: publishes feed.succeed for every feed of
 * this installation that nothing carries on yet; of its institution, where none
 * of this installation's is known (a restore). At the turn's end. */
WICI_NODISCARD
enum wici_err renew_turn(struct node *n);

/* From the book: is one under way? For load(). */
WICI_NODISCARD
enum wici_err renew_load(struct node *n);

/* Seals with "unfinished" when there is a feed key without a feed: a crash in
 * renew_begin. */
void renew_check(struct node *n);

/* It cannot go on before somebody gives the passphrase (renew_begin once
 * more). */
bool renew_needs_secret(const struct node *n);

/* Would a feed of this institution be carried on now? For the answer of
 * restore: the newest one that was. seq 0: none. */
void renew_carried(const struct node *n, struct wici_head *old);

#endif
