/* daemon/draft.h — What cannot be signed yet: kept unsigned, published in
 * order as soon as it may be.
 *
 * DESIGN §8. While sealed, or while no echo has come, what a client publishes
 * is kept as a draft, checked as for publishing; it survives restarts. At most
 * DRAFTS_MAX. In a turn. */
#ifndef WICI_DAEMON_DRAFT_H
#define WICI_DAEMON_DRAFT_H

#include "daemon/node.h"
#include "daemon/store/draft.h"
#include "proto/kind.h"

#define DRAFTS_MAX 1000

/* How many there are. For load(). */
WICI_NODISCARD
enum wici_err draft_load(struct node *n);

/* May so many more be kept? */
bool draft_has_room(const struct node *n, uint32_t count);

/* Keeps a canonical payload that passed wici_kind_check. *number names it.
 * WICI_BUSY: too many; WICI_FULL.
 *
 * A revocation has no id before it is signed, so a certificate.reason that
 * belongs to one is kept right behind it with 32 zero bytes for the revocation
 * (which wici_kind_check would refuse): it is published with it, in one turn,
 * and its id is put in. */
WICI_NODISCARD
enum wici_err draft_keep(struct node *n, const struct wici_kind *kind,
			 struct wici_bytes payload, int64_t *number);

/* Is it such a reason? */
bool draft_follows(const struct draft_row *row);

/* May it be published now? As publish_may; WICI_UNKNOWN_KIND, WICI_BAD_FIELD:
 * this version would not make it. */
WICI_NODISCARD
enum wici_err draft_may(struct node *n, const struct draft_row *row);

/* Would an act have the effect that it would have had when it was kept? NULL:
 * yes; else a code word, why not. */
WICI_NODISCARD
enum wici_err draft_try(struct node *n, const struct draft_row *row,
			const char **why);

/* WICI_NOT_FOUND. */
WICI_NODISCARD
enum wici_err draft_forget(struct node *n, int64_t number);

/* At the turn's end: publishes what may be published, some at a time. One that
 * may not be (any more) stays, and stops none behind it. */
WICI_NODISCARD
enum wici_err draft_turn(struct node *n);

/* Is there something to be published now? */
bool draft_is_due(const struct node *n);

#endif
