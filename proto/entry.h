/* proto/entry.h — The entry: the unit that is signed, stored and synced.
 *
 * PROTOCOL §2.1–2.3. */
#ifndef WICI_PROTO_ENTRY_H
#define WICI_PROTO_ENTRY_H

#include "proto/bytes.h"
#include "proto/err.h"
#include "proto/id.h"

#define WICI_HEADER_LEN      ((size_t)120)
#define WICI_PAYLOAD_LEN_MAX ((size_t)32768)
#define WICI_SEQ_MAX         ((uint64_t)9007199254740991) /* 2^53 − 1 */
#define WICI_ENTRY_VERSION   1
#define WICI_FLAG_CRITICAL   0x01

/* The header as a struct; on the wire and under the signature it is the 120
 * bytes of PROTOCOL §2.1. */
struct wici_header {
	uint8_t version;
	uint8_t flags;
	uint16_t kind;
	uint64_t seq; /* From 1. */
	struct wici_key feed;
	struct wici_id prev; /* Zeroes for seq 1. */
	int64_t time_ms;     /* A claim: it orders nothing. */
	uint32_t payload_len;
	struct wici_id payload_hash;
};

/* A whole entry. payload is borrowed. When has_payload is false only the
 * header's payload_hash is known (PROTOCOL §2.4, payload-less item). */
struct wici_entry {
	struct wici_header header;
	struct wici_sig sig;
	struct wici_salt salt;
	bool has_payload;
	struct wici_bytes payload;
};

/* The last entry of a feed, or of what is known of it. seq 0: nothing. */
struct wici_head {
	struct wici_key feed;
	uint64_t seq;
	struct wici_id id;
};

/* Where a feed stands among heads that ascend by feed, or would. */
size_t wici_head_place(const struct wici_head *heads, size_t count,
		       const struct wici_key *feed);

void wici_header_encode(uint8_t out[120], const struct wici_header *h);

/* Never fails: every 120 bytes are a header; limits are wici_header_check. */
void wici_header_decode(struct wici_header *h, const uint8_t in[120]);

/* Version, seq 1 … 2^53 − 1, payload_len. PROTOCOL §2.1. WICI_REJECT_VERSION
 * or WICI_REJECT_LIMIT: the feed ends before this entry, on every node. */
WICI_NODISCARD
enum wici_err wici_header_check(const struct wici_header *h);

struct wici_id wici_payload_hash(const struct wici_salt *salt,
				 struct wici_bytes payload);

/* The id covers header and signature. */
struct wici_id wici_entry_id(const struct wici_header *h,
			     const struct wici_sig *sig);

/* Sets payload_len and payload_hash from salt and payload, and signs. The
 * other header fields are the caller's. */
void wici_entry_sign(struct wici_entry *e, const struct wici_id *network,
		     const struct wici_secret *secret);

/* The signature of this entry alone. WICI_OK or WICI_REJECT_SIGNATURE. */
WICI_NODISCARD
enum wici_err wici_entry_verify(const struct wici_header *h,
				const struct wici_sig *sig,
				const struct wici_id *network);

#endif
