/* proto/process.h — What several records about one thing amount to: a visit
 * from its proposal to its report, an application from its letter to the
 * decision.
 *
 * PROTOCOL §5.11. A process is data: its states, a table of moves for the fold
 * of fold.h, and who owes what in which state. It stands in the file of the
 * kind that begins it. */
#ifndef WICI_PROTO_PROCESS_H
#define WICI_PROTO_PROCESS_H

#include "proto/fold.h"
#include "proto/kind.h"

#define WICI_SIDES_MAX 2
#define WICI_FIRST     0x01u /* Bits of a move's and an act's `by`. */
#define WICI_SECOND    0x02u
#define WICI_EITHER    (WICI_FIRST | WICI_SECOND)
#define WICI_OWED_MAX  8 /* In one state. */

struct wici_process_state {
	const char *code; /* NULL ends the list. */
	struct wici_label label;
};

/* Whose step it is: as the first record names it (a MEMBER), or else its
 * author. */
struct wici_side {
	const char *field; /* NULL: there is no such side. */
	struct wici_label label;
};

/* In a state, what who owes. */
struct wici_owed {
	uint8_t in;
	uint8_t by;    /* One side. */
	uint16_t kind; /* 0 ends the list. */
	bool is_once;  /* Until it was done, in whatever state. */
	bool is_after; /* Only from the day it is about. */
};

struct wici_process {
	const char *name; /* "visit" */
	struct wici_label label;
	struct wici_side sides[WICI_SIDES_MAX];
	const struct wici_process_state *states; /* [0]: not begun. */
	const struct wici_move *moves;
	const struct wici_owed *owed; /* NULL: nobody owes anything. */
	/* An institution has one of these for each record that this field
	 * names: a further one supersedes it. NULL: as many as it likes. */
	const char *one_for;
};

/* What the acts amount to. */
struct wici_outcome {
	uint8_t state;
	bool has_side[WICI_SIDES_MAX];
	struct wici_key sides[WICI_SIDES_MAX];
	struct wici_id head; /* What an answer names; zero: nothing begun. */
	bool has_day;
	int32_t day; /* What it is about, as it was said last: from this day … */
	int32_t until; /* … to that one, of a month or a year. */
	size_t owed_count;
	const struct wici_owed *owed[WICI_OWED_MAX];
};

/* The process that a record of this kind begins, or NULL. */
const struct wici_process *wici_process_of(uint16_t kind);

/* May a record of this kind that says this begin it? */
bool wici_process_begins(const struct wici_process *p, uint16_t kind,
			 struct wici_bytes word);

/* acts: the first record (id: root), those that replace it, and all that is
 * about one of them, at most ACTS_MAX by the sides; body, author, feed, seq,
 * after, standing of each are given. Sorted, those by neither side and those
 * that are void behind the rest; their by, word, rank, is_effective, has_moved
 * and why set here. today: for what is owed from a day on. Borrows nothing. */
void wici_process_fold(struct wici_outcome *o, const struct wici_process *p,
		       const struct wici_id *root, int32_t today,
		       struct wici_act *acts, size_t n);

/* What a canonical payload says in its kind's MOVE field; p NULL: nothing. */
struct wici_bytes wici_process_word(uint16_t kind, struct wici_bytes payload);

#endif
