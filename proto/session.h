/* proto/session.h — The engine of one connection: bytes in, messages out;
 * messages in, bytes out. No I/O, no clock, no allocation.
 *
 * PROTOCOL §3. It knows phases and buffers only; what a message means is the
 * link's. Order of use, whatever the transport:
 *
 *   in/in_done    bytes arrived          next     pull messages until AGAIN
 *   send          a message to the peer  out/out_done  bytes to be written
 *   tick          time passes
 *
 *        PREAMBLE ── NOISE ── AUTH ── READY
 *            └─────────┴────────┴───────┴──> DEAD (err is sticky)
 *
 * In AUTH only AUTH, ASK_OPEN, OPEN, JOIN, JOINED and REFUSE may pass; AUTH
 * from the peer is verified before it is handed out. The initiator's AUTH goes
 * out by itself; the responder's when the link says so. READY begins when both
 * AUTH messages have passed; then HELLO comes first, once from each side. */
#ifndef WICI_PROTO_SESSION_H
#define WICI_PROTO_SESSION_H

#include "proto/frame.h"
#include "proto/handshake.h"
#include "proto/message.h"
#include "proto/noise.h"

#define WICI_SESSION_IN_SMALL  ((size_t)2048) /* Before READY. */
#define WICI_SESSION_OUT_SMALL ((size_t)2048)
#define WICI_SESSION_IN_LEN    ((size_t)61458)  /* One frame. */
#define WICI_SESSION_OUT_LEN   ((size_t)131072) /* Two, and some. */
#define WICI_HANDSHAKE_MS_MAX  ((uint64_t)5000)

enum wici_phase {
	WICI_PHASE_PREAMBLE,
	WICI_PHASE_NOISE,
	WICI_PHASE_AUTH,
	WICI_PHASE_READY,
	WICI_PHASE_DEAD
};

struct wici_session_config {
	bool is_initiator;
	struct wici_id network;
	struct wici_key feed;               /* Ours. */
	const struct wici_secret *secret;   /* The feed key's; not copied. */
	struct wici_noise_pair session_key; /* Drawn at process start. */
	struct wici_noise_pair ephemeral;   /* Fresh for this session. */
	uint64_t number;                    /* Drawn at process start. */
	uint64_t now_ms;                    /* Monotonic. */
};

/* Owned by the caller; fields are private but for those marked. */
struct wici_session {
	struct wici_session_config config;
	enum wici_phase phase;     /* May be read. */
	enum wici_err err;         /* May be read. Sticky. */
	bool is_refused;           /* May be read: err is what the peer sent. */
	char refuse_text[201];     /* May be read: and its sentence. */
	struct wici_key peer_feed; /* May be read once auth_in. */
	uint64_t peer_number;      /* May be read once auth_in, … */
	struct wici_sig peer_sig;  /* … and what proved both. */
	bool auth_in, auth_out, hello_in, hello_out, preamble_in, preamble_out;
	uint64_t deadline_ms;
	struct wici_frame_reader reader;
	struct wici_noise noise;
	uint8_t hash[64]; /* May be read once auth_in: what AUTH signs. */
	struct wici_noise_cipher tx, rx;
	uint8_t *out;
	size_t out_start, out_end, out_max;
	uint64_t bytes_in, bytes_out; /* May be read: on the wire. */
};

/* in: ≥ IN_SMALL, out: ≥ OUT_SMALL; lent until lend() or the end. */
void wici_session_init(struct wici_session *s,
		       const struct wici_session_config *config, uint8_t *in,
		       size_t in_len, uint8_t *out, size_t out_len);

/* Larger buffers, once READY; what is buffered moves over. */
void wici_session_lend(struct wici_session *s, uint8_t *in, size_t in_len,
		       uint8_t *out, size_t out_len);

/* Where to put bytes from the peer; *len 0: none wanted until next() drained
 * what is there, or (NULL) never again: the session is dead. */
uint8_t *wici_session_in(struct wici_session *s, size_t *len);
void wici_session_in_done(struct wici_session *s, size_t n);

/* WICI_OK: *m is the next message, borrowed until the next call on s.
 * WICI_AGAIN: bring more bytes. Else: dead, s->err; when the fault is the
 * peer's a REFUSE is left in out. CREDIT, RUN and all others are handed out
 * as they are; PING too (the link answers). */
WICI_NODISCARD
enum wici_err wici_session_next(struct wici_session *s, struct wici_message *m);

/* Room for a message of this length, leaving `reserve` bytes? */
bool wici_session_has_room(const struct wici_session *s, size_t len,
			   size_t reserve);

/* WICI_AGAIN when there is no room (nothing was sent). Whether the phase
 * allows the message is our own duty. For AUTH give a message with its type
 * alone: the session fills in and signs. */
WICI_NODISCARD
enum wici_err wici_session_send(struct wici_session *s,
				const struct wici_message *m);

/* Says why, best effort, and dies with err. */
void wici_session_refuse(struct wici_session *s, enum wici_err err);

/* Bytes to write, contiguous; len 0: none. They stay where they are until
 * out_done() or lend(): a write may be reading them while more is sent. */
struct wici_bytes wici_session_out(const struct wici_session *s);
void wici_session_out_done(struct wici_session *s, size_t n);

/* Before READY the deadline of PROTOCOL §3.5 holds; then refuses with
 * WICI_REJECT_TIMEOUT. A link waiting for a forwarded JOIN moves it. */
void wici_session_tick(struct wici_session *s, uint64_t now_ms);
void wici_session_extend(struct wici_session *s, uint64_t deadline_ms);

/* Wipes keys; buffers go back to whoever lent them. */
void wici_session_clear(struct wici_session *s);

#endif
