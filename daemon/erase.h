/* daemon/erase.h — Erasures: taken in, carried out, shown. PROTOCOL §5.6.
 *
 *   statement ── entry held ──> gone ──> purged ──> truncated ──> done: shown
 *       │                       at once  quiet turns  after it     the next turn
 *       └─ entry not held: waits in memory, a few; the run that brings the
 *          entry is taken without its payload: done at once
 *
 * What is not done, or counts no more by who has signed it, is not among the
 * statements that sync reconciles, so equal fingerprints say: carried out; and
 * who is given a signature that counts shows it, so it comes to everybody. What
 * a crash left half done is done at the next start, since the store has the
 * statement without its number. In a turn, but for the questions. */
#ifndef WICI_DAEMON_ERASE_H
#define WICI_DAEMON_ERASE_H

#include "daemon/node.h"
#include "daemon/store/entry.h"
#include "proto/erase.h"

#define ERASE_WAIT_MAX      1024 /* Whose entries are not here … */
#define ERASE_WAIT_LINK_MAX 256  /* … of one link; the oldest goes. */

/* How far it is carried out here. */
enum erasure_step {
	ERASURE_FOUND, /* In the store; whether the entry is gone is unknown. */
	ERASURE_GONE,
	ERASURE_PURGING,   /* The search index is being written anew … */
	ERASURE_PURGED,    /* … and was. */
	ERASURE_TRUNCATED, /* And from the journal. */
	ERASURE_DONE       /* That is noted: others may know. */
};

struct erasure {
	struct wici_head of; /* The entry. */
	struct wici_id id;   /* Of the statement. */
	enum erasure_step step;
	uint64_t number;  /* Of those done, from 1. */
	uint64_t from;    /* The link that brought it. */
	bool is_in_chain; /* The feed has just this entry there. */
	bool counts;      /* By who has signed it, as the roster is now. */
	bool was_hidden;  /* Done, and not shown since. */
	/* Who has, where one key has alone; else the store is asked. */
	struct wici_key signer;
};

/* From the store. For load(), after the feeds; before them all are judged. */
WICI_NODISCARD
enum wici_err erase_load(struct node *n);
void erase_free(struct node *n);

/* Takes a statement of type 3, from a peer (link) or made here (0). WICI_OK: it
 * is carried out, or, where it was already, is held with a better signature.
 * WICI_END: held already; void; by nobody who may, as far as is known here; or
 * it waits. WICI_FULL: read-only. WICI_REJECT_*: the sender's fault. */
WICI_NODISCARD
enum wici_err erase_receive(struct node *n, uint64_t link,
			    const struct wici_statement *s,
			    struct wici_bytes bytes);

/* Is this entry, which a run brings (its header whole), erased? institution: of
 * its feed, or zero. WICI_OK: yes. WICI_NOT_FOUND: nothing says so. WICI_AGAIN:
 * something does, but not by who may, as far as is known here. */
WICI_NODISCARD
enum wici_err erase_ask(struct node *n, const struct entry_row *row,
			const struct wici_key *institution);

/* An entry for which erase_ask() said yes was appended without its payload; or
 * any entry that is in the chain again. */
WICI_NODISCARD
enum wici_err erase_appended(struct node *n, const struct entry_row *row);

/* The feed was cut back: it ends before seq. */
void erase_shortened(struct node *n, const struct feed *feed, uint64_t seq);

/* At the turn's end, before the commit; and when that has been done. */
void erase_turn(struct node *n);
WICI_NODISCARD
enum wici_err erase_committed(struct node *n);
bool erase_is_busy(const struct node *n);

/* A client waits for what was taken in this turn: the index is purged in it,
 * where that is short. */
void erase_now(struct node *n);

/* Which of them are reconciled, after the roster or the feeds changed. */
void erase_judge(struct node *n);

/* The erasure of this entry, or by its own id; NULL: none is held. Borrowed
 * until the next is taken. */
const struct erasure *erase_of(const struct node *n,
			       const struct wici_head *of);
const struct erasure *erase_by_id(const struct node *n,
				  const struct wici_id *id);

/* Another one than before: some came since, and payloads that were there then
 * are not. */
uint64_t erase_version(const struct node *n);

/* The first of this feed's chain after seq, up to `to`; NULL. */
const struct erasure *erase_next(const struct node *n,
				 const struct wici_key *feed, uint64_t seq,
				 uint64_t to);

/* Is one of this feed's chain not carried out yet? */
bool erase_is_open(const struct node *n, const struct wici_key *feed);

/* Is it among the statements that are reconciled? */
bool erase_is_shown(const struct node *n, const struct erasure *e);

/* A peer holds all that is shown here: it has carried out as many. identity: its
 * key. */
void erase_held(struct node *n, const struct wici_key *identity);

/* How many institutions besides this one have carried it out, as they told us;
 * *of: of how many members, not suspended. */
uint64_t erase_count(struct node *n, const struct erasure *e, uint64_t *of);

/* Those of this institution's feeds that are to be signed anew, since they count
 * no more by who has signed them: the first `max` (entries; is_held: it is
 * carried out here, else a peer says that it is, by a key that was the
 * institution's). How many there are. */
struct erase_former {
	struct wici_head of;
	bool is_held;
};
size_t erase_formers(const struct node *n, const struct wici_key *institution,
		     struct erase_former *rows, size_t max);

/* Is this feed's entry missed here, as one that a former key erased? */
bool erase_is_missed(const struct node *n, const struct wici_key *feed,
		     uint64_t seq);

/* An institution but this one, whose records end here before one that its former
 * key erased; NULL: none. */
const struct wici_key *erase_missed(const struct node *n,
				    const struct wici_key *self);

/* Why, in the words of who asked for it here: in the book, and sent nowhere. */
#define ERASE_REASON_MAX 500
WICI_NODISCARD
enum wici_err erase_set_reason(struct node *n, const struct wici_id *statement,
			       struct wici_bytes reason);

#endif
