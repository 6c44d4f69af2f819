/* proto/run.h — Runs: consecutive entries of one feed, the unit of transfer
 * and of verification.
 *
 * PROTOCOL §2.4. What can be recomputed does not travel: an item is
 *   form u8 | version u8 | flags u8 | kind u16 | time_ms i64 | sig [64] |
 *   payload_len u32, then
 *   form 0: salt [16] | payload,   form 1: payload_hash [32].
 * A run is feed [32] | first seq u64 | count u16 | items. */
#ifndef WICI_PROTO_RUN_H
#define WICI_PROTO_RUN_H

#include "proto/entry.h"

#define WICI_RUN_ENTRIES_MAX 256
#define WICI_RUN_HEAD_LEN    ((size_t)42)
#define WICI_RUN_ITEM_LEN    ((size_t)81) /* Without salt and payload. */

/* Writing: init, add entries that follow each other until WICI_TOO_LARGE,
 * finish. buf is the caller's; a refused entry leaves the run as it was. */
struct wici_run_writer {
	uint8_t *buf;
	size_t len;
	size_t max;
	uint16_t count;
	uint16_t lacking; /* Of those added, without their payload. */
	uint64_t next_seq;
};

void wici_run_writer_init(struct wici_run_writer *w, uint8_t *buf, size_t max,
			  const struct wici_key *feed, uint64_t first_seq);
WICI_NODISCARD
enum wici_err wici_run_add(struct wici_run_writer *w,
			   const struct wici_entry *e);

/* Drops items from the end until `count` are left. Linear. */
void wici_run_truncate(struct wici_run_writer *w, uint16_t count);
/* Empty bytes when nothing was added. */
struct wici_bytes wici_run_finish(struct wici_run_writer *w);

/* Copies the run to buf (of b.len bytes at least) without its entries before
 * `from`, which is one of it. Looks at lengths alone. WICI_REJECT_RUN. */
WICI_NODISCARD
enum wici_err wici_run_skip(struct wici_bytes b, uint64_t from, uint8_t *buf,
			    struct wici_bytes *rest);

/* Reading. Entries borrow from the run's bytes. */
struct wici_run {
	struct wici_key feed;
	uint64_t first_seq;
	uint16_t count;
	/* Private: */
	struct wici_cursor rest;
	uint16_t read;
	struct wici_head at; /* The chain up to here, recomputed. */
};

/* Opens a run that should follow `after` (seq 0 and zero id: from entry 1).
 * WICI_REJECT_RUN when malformed; WICI_REJECT_CHAIN when its feed is another
 * or its first seq is not after.seq + 1. */
WICI_NODISCARD
enum wici_err wici_run_open(struct wici_run *run, struct wici_bytes b,
			    const struct wici_head *after);

/* The feed and first seq of a run, without anything else looked at.
 * WICI_REJECT_RUN when there are too few bytes. */
WICI_NODISCARD
enum wici_err wici_run_peek(struct wici_bytes b, struct wici_key *feed,
			    uint64_t *first_seq, uint16_t *count);

/* The next entry, its header complete (prev and payload_hash recomputed).
 * *id is its id. WICI_END after the last, when nothing is left over. */
WICI_NODISCARD
enum wici_err wici_run_next(struct wici_run *run, struct wici_entry *e,
			    struct wici_id *id);

/* Walks the whole run and verifies the signature of its last entry, whose
 * head is left in *last. The feed key itself must have been checked
 * (wici_key_check). WICI_REJECT_RUN, _CHAIN, _LIMIT, _VERSION, _SIGNATURE. */
WICI_NODISCARD
enum wici_err wici_run_verify(struct wici_bytes b,
			      const struct wici_head *after,
			      const struct wici_id *network,
			      struct wici_head *last);

#endif
