/* proto/fold.h — What the acts about one subject amount to: a set in, one
 * outcome out.
 *
 * PROTOCOL §5.4. A fold gets all acts, each time, in the order of
 * wici_acts_sort(); it never sees the order of arrival. */
#ifndef WICI_PROTO_FOLD_H
#define WICI_PROTO_FOLD_H

#include "proto/bytes.h"
#include "proto/id.h"

#define WICI_ACTS_MAX 256 /* About one subject; more are flagged. */

/* Does an entry count? Asked of the roster at fold time, never stored. */
enum wici_standing {
	WICI_COUNTS,
	WICI_VOID_FEED,  /* Its feed counts for nobody. */
	WICI_VOID_RIGHT, /* Its feed may not write this kind. */
	WICI_VOID_CUT,   /* Above its feed's limit (§5.9). */
	WICI_VOID_AHEAD, /* The root names an entry that the chain held has
			  * not reached. */
	WICI_VOID_BODY,  /* Not canonical, or does not fit its kind. */
	WICI_VOID_SIG,   /* Its own signature fails. */
	WICI_VOID_INDEX, /* An earlier grant used its index. */
	WICI_ERASED
};

/* "counts", "void_right", … */
const char *wici_standing_name(enum wici_standing s);

struct wici_act {
	struct wici_id id;
	struct wici_id after;   /* The act this one answers; zero: the first. */
	struct wici_key author; /* An identity. */
	struct wici_key feed;
	uint64_t seq;
	int64_t time_ms;
	int64_t now_ms; /* The verifier's: it was not made later. 0: who knows. */
	uint16_t kind;
	uint8_t rank; /* Of two answers to one act the higher wins. */
	enum wici_standing standing;
	struct wici_bytes body; /* The payload; borrowed. */
	uint8_t by;             /* Which sides its author is: bits. */
	struct wici_bytes word; /* What it says, where its kind can say several
				 * things: accept, decline. */
	bool is_effective;      /* Set by the fold. */
	bool has_moved;         /* … and it changed what is to be answered. */
	const char *why;        /* When not effective: a code word, static. */
};

/* Sorts acts so that each stands after the act it answers and after earlier
 * acts of its feed; ties by rank, the higher first, then by id. Returns how
 * many are in order; the rest, at the end, answers what has not come yet, and
 * keeps nothing back. O(n²), n ≤ ACTS_MAX. */
size_t wici_acts_sort(struct wici_act *acts, size_t n);

/* A row of a table of moves; drawn in ASCII above each table. */
struct wici_move {
	uint8_t from;
	uint16_t kind;
	uint8_t to;
	uint8_t by;       /* Who may: bits, one of them; 0: anybody. */
	const char *word; /* What the act says; NULL: whatever. */
	uint8_t rank;     /* Of two answers to one act the higher wins. */
	bool is_answer;   /* Only to the last act that has moved: what was said
			 * of something older is without effect. */
};

/* Sorts the acts and runs those that count through the moves, from state 0;
 * sets is_effective, has_moved and why of each (a standing's name, "waits",
 * "not_party", "overtaken" or "not_allowed"); returns the last state. moves end
 * with kind 0. */
uint8_t wici_fold_moves(struct wici_act *acts, size_t n,
			const struct wici_move *moves);

#endif
