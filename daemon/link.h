/* daemon/link.h — A session, and what the node must do for it. No libuv here.
 *
 * One struct a connection. Bytes from the socket go into the session, messages
 * come out and are answered: admission (AUTH), joining, Hello, reconciling,
 * wants, runs, live pushes. What is to be sent waits until there is room;
 * while an answer has no room, no further message is read: that is the
 * back-pressure.
 *
 * Happy path between members:
 *   AUTH ⇄ AUTH, HELLO ⇄ HELLO, (equal: in step) else RANGES …,
 *   WANT →, ← RUN …, STATE ⇄ STATE (equal: in step), LIVE →, ← HEADS (held), …
 * A newcomer: AUTH →, ← ASK_OPEN, JOIN →, ← JOINED, ← AUTH, then as above.
 * Failure modes: a refusal (code, sentence) from either side; too slow; a
 * second connection of one pair; a stranger; garbage. Each ends the link with
 * link->err, and the row in peers says so. */
#ifndef WICI_DAEMON_LINK_H
#define WICI_DAEMON_LINK_H

#include "daemon/fetch_chunks.h"
#include "daemon/node.h"
#include "daemon/peers.h"
#include "proto/fork.h"
#include "proto/message.h"
#include "proto/session.h"

struct hub;

#define LINK_OUT_LEN         ((size_t)190 << 10) /* Three messages. */
#define LINK_SMALL_LEN       (WICI_SESSION_IN_SMALL + WICI_SESSION_OUT_SMALL)
#define LINK_LARGE_LEN       (WICI_SESSION_IN_LEN + LINK_OUT_LEN)
#define LINK_PING_MS         30000u
#define LINK_DEAD_MS         90000u
#define LINK_RETRY_MS        60000u /* Until a difference is tried again. */
#define LINK_STATE_MS        250u   /* Between two that a client waits for. */
#define LINK_PROVISIONAL_MS  10000u
#define LINK_JOIN_MS         15000u /* For a JOIN that is passed on. */
#define LINK_CREDIT          ((uint32_t)1 << 20)
#define LINK_INSTITUTION_MAX 16u /* Sessions of one: as many as open feeds. */
#define LINK_WANTS_MAX       64
#define LINK_CHUNK_WANTS_MAX 8
#define LINK_LISTS_MAX       4096u /* Heads, statements that wait to go out. */
#define LINK_BAD_RUNS_MAX    256u  /* A second. */
#define LINK_HEADERS_MAX     16    /* Asked of us, that wait. */
#define LINK_HEADERS_RATE    100u  /* A second. */
#define LINK_LOOKUPS_MAX     256u /* Heads compared with the store, a second. */
#define LINK_FORK_ASKS_MAX   64u  /* Of one search. */
#define LINK_FORK_MS         30000u
#define LINK_FORK_LEFT_MAX   16             /* Feeds left alone … */
#define LINK_FORK_LEFT_MS    60000u         /* … for so long. */
#define LINK_ANSWER_LEN      ((size_t)4098) /* The least RANGES answer. */
#define LINK_SPARE_LEN       ((size_t)8192) /* Kept free for answers. */

struct link_want { /* What the peer asked of us. */
	struct wici_key feed;
	uint64_t from, to;
	uint64_t erased_to;     /* Erasures up to there were given, … */
	uint64_t erase_version; /* … of those that were here then, … */
	uint64_t given;         /* … and nothing else was given since. */
};

struct link_chunk_want { /* Chunks of one file, asked of us. */
	struct wici_id root;
	uint64_t size;
	uint32_t from, to;
	uint32_t sent;
};

struct link_chunk_ask { /* Asked of the peer, whose END has not come. */
	struct wici_id root;
	uint64_t size;
};

struct link_ids { /* Statements to send, or to ask for. */
	struct wici_id *ids;
	size_t count, max;
};

enum link_fork_aim {
	LINK_FORK_NONE,
	LINK_FORK_PARTING, /* Where the peer's chain leaves ours. */
	LINK_FORK_NAMED,   /* Has it the entry that the root names? */
	LINK_FORK_ECHO     /* Is our own feed really longer than we know? */
};

struct link_fork_place {
	struct wici_key feed;
	uint64_t seq;
};

/* Headers asked of the peer, one at a time, and by it (link_fork.c). */
struct link_fork {
	bool is_asked;                /* It has not answered yet. */
	struct link_fork_place asked; /* Whatever became of the search. */
	enum link_fork_aim aim;
	struct wici_key feed;
	uint64_t low, high; /* Known to be equal, to differ. */
	bool has_theirs;    /* Its header at high. */
	struct wici_fork_side theirs;
	unsigned asks;
	bool has_more; /* Another feed's conflict was seen meanwhile. */
	uint64_t since_ms;
	struct wici_head echo; /* To be asked when its turn comes; seq 0. */
	struct {
		struct wici_key feed;
		uint64_t until_ms;
	} left[LINK_FORK_LEFT_MAX];
	struct link_fork_place waiting[LINK_HEADERS_MAX];
	size_t waiting_count;
	unsigned answered, looked; /* This second. */
	uint64_t second_ms;
};

struct link {
	struct link *next;
	struct hub *hub;
	uint64_t n; /* Its number; never reused. */
	struct wici_session session;
	uint8_t *small; /* Lent to the session before READY; kept until the end,
			 * since a write may still read from it. */
	uint8_t *large; /* Lent since READY; else NULL. */
	char address[PEERS_ADDRESS_LEN + 1];
	bool is_initiator;
	bool is_held;      /* Messages wait until an answer has room. */
	bool is_closing;   /* The shell closes once out is written. */
	enum wici_err err; /* Why it is closing. */
	struct peer_row *row;

	/* Who is there (link_who.c). */
	bool is_asked;       /* We sent ASK_OPEN, and wait. */
	bool has_shown;      /* We answered one. */
	bool is_known;       /* A member's feed, proven. */
	bool is_provisional; /* Dialled by us, whose roster lacks it yet. */
	uint64_t provisional_ms;
	uint64_t asked_ms; /* When ASK_OPEN was sent. */
	struct wici_key identity;
	enum node_access access; /* What it may have of what we hold. */
	uint64_t join_seq; /* Admit it once we hold this of the registrar. */

	/* Reconciling (link_sync.c). */
	bool ranges_due[2]; /* We should begin, when there is room. */
	bool state_due;     /* Ask for STATE when nothing is on its way. */
	bool state_asked;   /* Sent; the answer is awaited. */
	bool in_step;       /* Both fingerprints were equal, last time. */
	struct wici_state tried[2]; /* Ours and theirs, last time we began … */
	uint64_t tried_ms;          /* … and when. */
	uint64_t state_ms;          /* When STATE was last asked. */

	/* What the peer asked for. */
	struct link_want wants[LINK_WANTS_MAX];
	size_t wants_count;
	uint64_t credit;      /* Bytes of runs we may still send. */
	uint64_t credit_left; /* Bytes of runs that it may still send. */
	uint64_t credit_due;  /* Bytes taken that it may send again. */
	unsigned bad_runs;    /* That did not verify, this second. */

	struct link_chunk_want chunk_wants[LINK_CHUNK_WANTS_MAX];
	size_t chunk_wants_count;
	struct link_chunk_ask chunk_asks[FETCH_FILES_LINK_MAX];
	size_t chunk_asks_count;
	uint64_t chunk_ms;     /* When the last chunk came. */
	bool is_chunk_stalled; /* None came that was asked for. */

	struct link_fork fork;

	/* A newer link states another process number (link_clone.c). */
	uint64_t clone_nonce; /* Of the PING that it was sent; 0: none. */
	uint64_t clone_ms;    /* When. */

	/* What is to be said when there is room. */
	struct wici_head *announce;
	size_t announce_count, announce_max;
	struct link_ids give, ask;
	uint64_t given; /* Statements, so far. */

	uint64_t heard_ms, pinged_ms, noted_ms; /* Monotonic. */
	uint64_t received, sent;                /* Entries. */
};

/* Where to put bytes from the peer; *len 0: none are wanted now. */
uint8_t *link_in(struct link *l, size_t *len);

/* n bytes arrived: handles every message that they complete. In a turn. */
void link_in_done(struct link *l, size_t n);

/* What is to be written; len 0: nothing now. */
struct wici_bytes link_out(const struct link *l);
void link_out_done(struct link *l, size_t n);

/* True: nothing more will come; close once link_out is empty (or the peer does
 * not take it within a second). */
bool link_is_closing(const struct link *l);

/* The hub's own: answers messages that waited, sends what waits and fits. In a
 * turn. */
void link_pump(struct link *l);

/* The hub's own: sends what waits and fits; reads nothing. After a turn. */
void link_flush(struct link *l);

/* Has it something to do that needs no event from outside? */
bool link_is_busy(const struct link *l);

/* Refuses with this error and closes. */
void link_refuse(struct link *l, enum wici_err err);

#endif
