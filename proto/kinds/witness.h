/* proto/kinds/witness.h — witness: what somebody whom the root names has seen,
 * and when. PROTOCOL §5.10. */
#ifndef WICI_PROTO_KINDS_WITNESS_H
#define WICI_PROTO_KINDS_WITNESS_H

#include "proto/kind.h"

#define WICI_KIND_WITNESS 41

/* Feeds that issue now: no more than WICI_ISSUERS_MAX. */
#define WICI_WITNESS_HEADS_MAX 64

struct wici_witness_body {
	struct wici_bytes heads;      /* The raw array of {feed, id, seq}. */
	uint64_t heads_count;         /* Of all public heads: so many, … */
	struct wici_bytes heads_root; /* … their Merkle root (32 bytes). */
	uint64_t roster;              /* Version and … */
	struct wici_bytes roster_id; /* … id (32 bytes) of the root's change. */
};

extern const struct wici_kind wici_kind_witness;

#endif
