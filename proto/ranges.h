/* proto/ranges.h — Reconciling two sorted sets without memory.
 *
 * PROTOCOL §4.2. Two spaces, one code: statements (key: id; no value) and
 * counting heads (key: feed; value: seq and id). The space of keys is cut into
 * consecutive ranges. A range is a mode u8, unless it is the last (mode bit
 * 0x80) its exclusive upper bound [32], then:
 *   0 SKIP         nothing: this range is settled
 *   1 FINGERPRINT  hash [32] of the sender's items in it
 *   2 LIST         count u16, items: "these are mine; answer what differs"
 *   3 ANSWER       count u16, items: what differs; wants no answer
 * An item is key [32], in the space of heads also seq u64 | id [32]. */
#ifndef WICI_PROTO_RANGES_H
#define WICI_PROTO_RANGES_H

#include "proto/entry.h"
#include "proto/message.h"

#define WICI_SPACE_STATEMENTS 0
#define WICI_SPACE_HEADS      1

#define WICI_RANGES_SPLIT 16 /* At most: parts of an unequal range. */
#define WICI_RANGES_LIST  16 /* Up to so many items are listed instead. */

/* One array of heads serves both spaces: a statement is {key = its id, seq 0,
 * id zero}. Ascending by feed (as bytes), each key once. */
struct wici_range_set {
	uint8_t space;
	const struct wici_head *items;
	size_t count;
};

/* BLAKE2b over the items (each key, seq, id: 72 bytes) from `from` up to, not
 * including, `to`. */
struct wici_id wici_range_fingerprint(const struct wici_range_set *set,
				      size_t from, size_t to);

/* The first message: the whole space, as a fingerprint if it is large, as a
 * list when small. Body of a RANGES message without the space byte; *len in:
 * room (≥ 4096), out: written. */
void wici_ranges_begin(const struct wici_range_set *set, uint8_t *out,
		       size_t *len);

/* What the peer listed that we lack or hold differently, in its order. */
struct wici_range_diff {
	struct wici_head *theirs; /* The caller's array … */
	size_t max; /* ≥ WICI_HEADS_MAX + 1 (or WICI_IDS_MAX + 1) */
	size_t count;
};

/* Reads the peer's ranges; fills diff; writes an answer. *len in: room
 * (≥ 4096), out: written, 0 when nothing needs an answer. When the room does
 * not suffice the rest goes out as one FINGERPRINT range, to be asked again.
 * WICI_REJECT_RANGE: malformed, bounds or keys that do not ascend, more items
 * than diff->max. */
WICI_NODISCARD
enum wici_err wici_ranges_answer(const struct wici_range_set *set,
				 struct wici_bytes in,
				 struct wici_range_diff *diff, uint8_t *out,
				 size_t *len);

#endif
