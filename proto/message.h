/* proto/message.h — What goes in a frame: every message, encoded, decoded.
 *
 * PROTOCOL §3.4. A message is a type u8 and fixed big-endian fields. An
 * unknown even type ends the session, an unknown odd one is ignored. Decoding
 * borrows: every struct wici_bytes points into the message. */
#ifndef WICI_PROTO_MESSAGE_H
#define WICI_PROTO_MESSAGE_H

#include "proto/attachment.h"
#include "proto/entry.h"

#define WICI_MESSAGE_LEN_MAX ((size_t)61440)
#define WICI_REFUSE_TEXT_MAX ((size_t)200)
#define WICI_LIVE_LEN_MAX    ((size_t)4096) /* Payload of what is pushed. */
#define WICI_ECHO_MAX        16
#define WICI_DECLINED_MAX    256
#define WICI_HEADS_MAX       800
#define WICI_IDS_MAX         1800
#define WICI_TOKEN_ID_LEN    ((size_t)8)
#define WICI_HEAD_LEN        ((size_t)72) /* Of a packed head. */

enum wici_message_type {
	WICI_MSG_REFUSE = 0,     /* code u16 | text */
	WICI_MSG_AUTH = 2,       /* feed | number u64 | sig */
	WICI_MSG_ASK_OPEN = 4,   /* – */
	WICI_MSG_OPEN = 6,       /* run of one: feed.open */
	WICI_MSG_JOIN = 8,       /* token id [8] | mac [32] | run of one */
	WICI_MSG_JOINED = 10,    /* registrar feed's seq u64 */
	WICI_MSG_FORWARD = 12,   /* ref u32 | body of a JOIN */
	WICI_MSG_FORWARDED = 14, /* ref u32 | code u16 | seq u64 */
	WICI_MSG_HELLO = 16,     /* below */
	WICI_MSG_RANGES = 18,    /* space u8 | ranges, proto/ranges.h */
	WICI_MSG_HEADS = 20,     /* count u16 | (feed, seq, id)… */
	WICI_MSG_WANT = 22,      /* feed | from u64 | to u64 */
	WICI_MSG_CREDIT = 24,    /* bytes u32 */
	WICI_MSG_RUN = 26,       /* a run, asked for */
	WICI_MSG_LIVE = 28,      /* a run, pushed */
	WICI_MSG_WANT_STATEMENTS = 30, /* count u16 | id… */
	WICI_MSG_STATEMENT = 32,       /* a statement */
	WICI_MSG_PING = 34,            /* nonce u64 */
	WICI_MSG_PONG = 36,            /* nonce u64 */
	WICI_MSG_STATE = 38,           /* statements [32] | heads [32] */
	WICI_MSG_ASK_HEADER = 40,      /* feed | seq u64 */
	WICI_MSG_HEADER = 42, /* feed | seq u64 | header | sig, or no more */
	WICI_MSG_CLONE = 44,  /* role u8 | hash [64] | number u64 | sig */
	WICI_MSG_WANT_CHUNKS = 47, /* root | size u64 | from u32 | to u32 */
	WICI_MSG_CHUNK = 49,       /* root | i u32 | count u8 | path | bytes */
	WICI_MSG_CHUNKS_END = 51,  /* root | sent u32 */
	WICI_MSG_WHOLE = 53        /* root | size u64 */
};

/* Fingerprints of the two spaces (PROTOCOL §4.2). */
struct wici_state {
	struct wici_id statements;
	struct wici_id heads;
};

/* Packed items, in the message; read with wici_packed_head/_id. */
struct wici_packed {
	const uint8_t *p;
	uint16_t count;
};

struct wici_message {
	uint8_t type;
	union {
		struct { /* REFUSE */
			uint16_t code;
			struct wici_bytes text;
		} refuse;
		struct { /* AUTH */
			struct wici_key feed;
			uint64_t number; /* Drawn at process start. */
			struct wici_sig sig;
		} auth;
		struct wici_bytes run; /* OPEN, RUN, LIVE */
		struct {               /* JOIN, FORWARD */
			uint32_t ref;  /* FORWARD alone. */
			uint8_t token_id[8];
			struct wici_id mac;
			struct wici_bytes open; /* A run of one. */
		} join;
		struct { /* JOINED, FORWARDED */
			uint32_t ref;
			uint16_t code; /* 0: admitted; else a wire code. */
			uint64_t seq;  /* Of the member.admit. */
		} joined;
		struct { /* HELLO: min u8 | max u8 | features u32 | state | echo
			  * count u8 | (feed, seq, id)… | declined count u16 |
			  * feed… | anything: ignored */
			uint8_t version_min;
			uint8_t version_max;
			uint32_t features;
			struct wici_state state;
			struct wici_packed echo;     /* Heads. */
			struct wici_packed declined; /* Keys. */
		} hello;
		struct { /* RANGES */
			uint8_t space;
			struct wici_bytes ranges;
		} ranges;
		struct wici_packed heads; /* HEADS */
		struct { /* WANT: to is inclusive, ≥ from ≥ 1 */
			struct wici_key feed;
			uint64_t from;
			uint64_t to;
		} want;
		uint32_t credit;             /* CREDIT */
		struct wici_packed ids;      /* WANT_STATEMENTS */
		struct wici_bytes statement; /* STATEMENT */
		uint64_t nonce;              /* PING, PONG */
		struct wici_state state;     /* STATE */
		struct {                     /* ASK_HEADER, HEADER */
			struct wici_key feed;
			uint64_t seq;
			bool is_held;       /* HEADER: bytes, sig are there. */
			uint8_t bytes[120]; /* Not looked at here. */
			struct wici_sig sig;
		} header;
		struct { /* WANT_CHUNKS, CHUNKS_END, WHOLE */
			struct wici_id root;
			uint64_t size; /* Of an attachment; not the END's. */
			uint32_t from, to; /* Inclusive, within the size. */
			uint32_t sent;     /* CHUNKS_END alone. */
		} chunks;
		struct { /* CHUNK: whether it fits is not looked at. */
			struct wici_id root;
			uint32_t i;
			struct wici_packed path; /* Ids, from below. */
			struct wici_bytes bytes;
		} chunk;
		struct { /* CLONE: an AUTH, and what it signed */
			uint8_t role;
			uint8_t hash[64];
			uint64_t number;
			struct wici_sig sig;
		} clone;
	};
};

/* WICI_OK; WICI_REJECT_MESSAGE (malformed, or an unknown even type);
 * WICI_AGAIN: an unknown odd type, to be ignored. */
WICI_NODISCARD
enum wici_err wici_message_decode(struct wici_message *m, struct wici_bytes b);

/* How many bytes m takes, so that a sender can ask for room first. */
size_t wici_message_len(const struct wici_message *m);

/* Writes wici_message_len(m) bytes. m must be within the limits above. */
void wici_message_encode(uint8_t *out, const struct wici_message *m);

/* The i-th of a packed list of heads (72 bytes each), ids or keys (32). */
void wici_packed_head(struct wici_head *h, const struct wici_packed *p,
		      uint16_t i);
void wici_packed_id(struct wici_id *id, const struct wici_packed *p,
		    uint16_t i);

/* Packs heads into out (72 · count bytes) for echo and heads. */
struct wici_packed wici_pack_heads(uint8_t *out, const struct wici_head *heads,
				   uint16_t count);

#endif
