/* proto/fork.h — Fork proofs: two headers of one feed that cannot both be.
 *
 * PROTOCOL §5.8. A statement of type 2 without signatures of its own; body
 *   {"a": bin [184], "b": bin [184]}, header [120] ‖ signature [64] each. */
#ifndef WICI_PROTO_FORK_H
#define WICI_PROTO_FORK_H

#include "proto/entry.h"
#include "proto/mp_write.h"
#include "proto/statement.h"

#define WICI_FORK_SIDE_LEN ((size_t)184)

struct wici_fork_side {
	struct wici_header header;
	struct wici_sig sig;
};

struct wici_fork {
	struct wici_id id; /* Of the statement. */
	struct wici_key feed;
	uint64_t seq;        /* Where the two differ. */
	struct wici_id prev; /* Id of seq − 1, which both share. */
	struct wici_fork_side a, b;
};

/* Reads: form, order, limits. Nothing is proven by it: it costs little, to
 * tell whether the proof is of use. WICI_REJECT_STATEMENT. */
WICI_NODISCARD
enum wici_err wici_fork_read(struct wici_fork *f,
			     const struct wici_statement *s);

/* Proves what was read: key, both signatures. WICI_REJECT_SIGNATURE. */
WICI_NODISCARD
enum wici_err wici_fork_verify(const struct wici_fork *f,
			       const struct wici_id *network);

/* Both. The feed key is tested here. WICI_REJECT_STATEMENT,
 * WICI_REJECT_SIGNATURE. */
WICI_NODISCARD
enum wici_err wici_fork_decode(struct wici_fork *f,
			       const struct wici_statement *s,
			       const struct wici_id *network);

/* Makes the whole statement from two sides, in whichever order.
 * WICI_REJECT_CHAIN: they are no fork (feed, seq or prev differ, or the ids do
 * not); WICI_REJECT_SIGNATURE: one side is not signed. *f is what was made. */
WICI_NODISCARD
enum wici_err wici_fork_make(struct wici_mp_writer *w,
			     const struct wici_fork_side *one,
			     const struct wici_fork_side *other,
			     const struct wici_id *network,
			     struct wici_fork *f);

/* Which of two proofs of one feed is reconciled? named_seq: the highest entry
 * that the roster names of it; 0: none. True: a. PROTOCOL §5.8: the rule of
 * one proof a feed. */
bool wici_fork_better(const struct wici_fork *a, const struct wici_fork *b,
		      uint64_t named_seq);

#endif
