/* daemon/node.h — The node: the logic of an installation, one turn at a time.
 *
 *   node_turn_begin   time and randomness enter
 *   node_receive_*    what peers brought        (daemon/receive.h)
 *   node_call         what clients ask          (daemon/method.h)
 *   node_tick         what time brings
 *   node_turn_end     project a slice · beacons · COMMIT · fence · re-read own,
 *                     verify
 *   node_next         outputs, until there are none: the hub routes them
 *
 * No libuv, no clock, no randomness, no SQL. Struct fields belong to the node
 * layer (node publish receive project membership body view find certificates
 * peers method*); hub and shell use the functions. Nothing can be refused
 * inside the transaction; what can fail is I/O (FATAL) or space (the turn is
 * rolled back, read-only, everybody is told). */
#ifndef WICI_DAEMON_NODE_H
#define WICI_DAEMON_NODE_H

#include "daemon/feeds.h"
#include "daemon/fence.h"
#include "daemon/keys.h"
#include "daemon/peers.h"
#include "daemon/store/store.h"
#include "proto/fork.h"
#include "proto/message.h"
#include "proto/mp_write.h"
#include "proto/ranges.h"
#include "proto/root.h"
#include "proto/standing.h"
#include "proto/succeed.h"
#include "proto/token.h"

#define NODE_COMMIT_BYTES  ((size_t)1 << 20) /* During a pull. */
#define NODE_COMMIT_MS     25u
#define NODE_PROJECT_SLICE 2000u /* Entries the cursor walks in a quiet turn. */
#define NODE_TALLIES_MAX   64
#define NODE_BATCH         32u /* More own entries than so make a turn busy. */

struct node_now {
	int64_t wall_ms;  /* UTC. */
	uint64_t mono_ms; /* Monotonic. */
	uint8_t seed[32]; /* Fresh random bytes, this turn's only source. */
};

enum node_output_type {
	NODE_REPLY,     /* to a client */
	NODE_HEAD,      /* a counting head moved (or began to count) */
	NODE_STATEMENT, /* a new statement, to be passed on */
	NODE_ROSTER,    /* the roster changed: ask again for what was dropped */
	NODE_ADMITTED,  /* the answer to node_join */
	NODE_NETWORK,   /* there is a network now: listen, dial */
	NODE_DIALS,     /* the peers to dial changed: see peers.h */
	NODE_FATAL      /* stop the process; the restart reads the truth */
};

struct node_output {
	enum node_output_type type;
	union {
		struct {
			uint64_t client;
			struct wici_bytes bytes; /* A whole RPC response. */
		} reply;
		struct {
			struct wici_head head;
			uint64_t from; /* Link that brought it; 0: ours. */
		} head;
		struct {
			struct wici_id id;
			uint64_t from;
		} statement;
		struct {
			uint64_t ref;      /* As given to node_join. */
			enum wici_err err; /* WICI_OK: admitted. */
			uint64_t seq;
		} admitted;
		const char *fatal;
	};
};

struct node_config {
	const char *state_dir;
	const char *listen;      /* For invitations; may be NULL. */
	const char *advertise;   /* HOST:PORT; may be NULL. */
	const char *const *dial; /* --peer; NULL-terminated; may be NULL. */
	const char *machine_id; /* Contents of the machine's id; may be NULL. */
	/* Bytes; 0: as attachments.h says. 1 for "none". */
	uint64_t attachments_eager, attachments_quota;
};

/* A fork proof that is held: daemon/forks.c. */
struct node_fork {
	struct wici_id id;
	struct wici_key feed;
	uint64_t seq;
	struct wici_id prev;
	bool is_best; /* The one of its feed that is reconciled. */
};

/* A feed.succeed that is held, whoever's: daemon/judge.c. */
struct node_succeed {
	int64_t n; /* Of the entry. */
	struct wici_succeed is;
	uint64_t seq; /* Of the entry, in is.feed. */
};

#define NODE_ECHOES_MAX 2

/* Who has told us how far our own feed went, since the start: daemon/echo.c. */
struct node_echo {
	bool is_needed;       /* The feed was released before this start. */
	bool is_released;     /* The book says so. */
	bool is_released_due; /* It shall, in the next turn. */
	unsigned count;
	struct wici_key from[NODE_ECHOES_MAX];
	struct wici_head ahead; /* Proven, and not fetched yet; seq 0: none. */
	int64_t override_ms;    /* The operator's word, not confirmed yet; 0. */
	uint64_t number;  /* What an answer by stick must bear: bearer.h. */
	int64_t drift_ms; /* Wall − monotonic, as of the last turn. */
	bool has_drift;
};

/* What the newest beacons of the own feed, and its newest witness entry, were
 * made of: daemon/beacon.c, daemon/witness.c. */
struct node_beacon {
	bool is_due; /* Whatever follows. */
	int32_t day; /* In Poland. */
	uint64_t roster;
	size_t heads; /* Of a witness entry: so many were named. */
};

/* Drafts that wait: daemon/draft.c. */
struct node_drafts {
	int64_t count;
	int64_t tried;     /* Up to this number, in this pass. */
	uint64_t again_ms; /* When the next pass begins, monotonic. */
};

/* A call that answers later; what it waits for is daemon/waiters.c's. */
struct node_waiter {
	struct node_waiter *next;
	uint64_t client;
	uint64_t msgid;
	uint64_t since_ms, deadline_ms;               /* Monotonic. */
	uint64_t received, sent, bytes_in, bytes_out; /* At its start. */
};

struct node_out; /* A queued output and its bytes. */
struct attachments;
struct bundle;
struct damage;
struct erasures;
struct fsck;
struct witnessed_all;

/* What an institution was last noted to hold of one of our feeds. */
struct node_held_note {
	struct wici_key identity;
	int64_t feed_n;
	uint64_t seq;
};

struct node {
	struct node_config config;
	int dir_fd;
	int lock_fd;
	struct store *store;
	struct keys keys;
	struct fence fence;
	const char *sealed; /* Why, or NULL. */
	bool is_read_only;
	const char *fatal; /* Once set, nothing more is done. */
	bool is_full;      /* This turn is to be rolled back for space. */

	bool has_network;
	struct wici_id network;
	struct wici_roster roster;
	struct wici_roster_space space; /* Lent to the roster. */
	uint64_t pin_version;           /* daemon/pin.h; 0: none. */
	struct wici_id pin_id;
	/* The root's changes, as judged: daemon/changes.c. */
	struct wici_root_row *changes;
	size_t changes_count, changes_max;
	/* Up to where the registrar feeds are folded, in their order. */
	struct wici_head folded[WICI_CLOSED_MAX + 1];
	size_t folded_count;
	bool is_roster_moved; /* Since the feeds were judged. */
	struct feeds feeds;
	struct feed *own;             /* NULL before founding or joining. */
	struct wici_head *statements; /* {id, 0, zero}, ascending: ranges.h. */
	size_t statements_count;
	size_t statements_max;
	struct peers peers;
	struct erasures *erasures; /* daemon/erase.h */
	struct node_fork *forks;
	size_t forks_count, forks_max;
	struct node_succeed *succeeds;
	size_t succeeds_count, succeeds_max;
	struct node_echo echo;
	struct node_drafts drafts;
	struct node_beacon beacon, witness;
	struct witnessed_all *witnessed; /* daemon/witnessed.c */
	bool is_judging_due; /* At the turn's end, before the commit. */
	uint64_t judged_ms;  /* Since then … */
	size_t judged;       /* … so many feeds were judged. */

	/* A new feed that shall say what it carries on: daemon/renew.c. */
	bool is_renewing;
	bool is_closing_old;
	bool has_renew_secret; /* The identity's, until it has said so. */
	struct wici_secret renew_secret;

	/* A join under way; kept in the book as "join". */
	bool is_joining;
	struct wici_token join;
	enum wici_err join_err; /* The last refusal; WICI_OK: none yet. */

	/* The turn. */
	bool in_turn;
	struct node_now now;
	uint64_t random_count; /* Blocks drawn from the seed. */
	size_t turn_bytes;     /* Appended since the last commit. */
	uint64_t turn_since_ms;
	bool wants_commit;  /* A client or an own entry waits. */
	bool is_pulling;    /* Set by the hub. */
	uint64_t own_first; /* Own entries were published from here on, … */
	uint64_t own_last;  /* … to here, since the last commit; 0: none. */
	uint64_t from;      /* The link whose bytes are being received. */
	int64_t cursor;     /* Entries up to here are projected; … */
	int64_t cursor_written; /* … up to here, the store says so. */
	struct {
		uint16_t kind;
		int64_t count;
	} tallies[NODE_TALLIES_MAX]; /* What those in between add. */
	size_t tallies_count;
	int64_t last_n;          /* The newest entry's number. */
	int64_t indexed;         /* Records up to here can be searched. */
	unsigned index_failures; /* How often the index was damaged. */
	struct node_out *out_first, *out_last;
	struct node_out *out_held; /* Borrowed by the last node_next. */
	struct node_out *reply_first, *reply_last; /* Until the commit. */
	size_t unchecked_bytes;  /* Committed since the last checkpoint. */
	bool is_bulky;           /* Memory to be given back when it is quiet. */
	struct wici_state state; /* Fingerprints of … */
	uint64_t state_version;  /* … this version of the two sets. */
	uint64_t sets_version;
	struct node_held_note *held;
	size_t held_count, held_max;
	struct node_waiter *waiters;

	/* What the disk has spoilt: daemon/damage.c. */
	struct damage *damages;
	size_t damages_count, damages_max;
	bool has_suspects;     /* Feeds to be cut. */
	bool has_aside;        /* Feeds of which something was set aside. */
	bool is_joining_again; /* More of it than fitted in a turn. */
	bool is_own_damaged;   /* Publishing is sealed until it is back. */
	struct fsck *fsck;     /* A run under way. */

	struct bundle *bundles; /* That clients have open. */
	struct attachments *attachments;

	/* Counters. */
	uint64_t started_ms;
	uint64_t received, sent; /* Entries, since the start. */
	uint64_t rejected;
	uint64_t number; /* Drawn at process start, for AUTH. */
};

/* Opens a state folder (made with mode 0700 when missing). On an error *why
 * is a sentence: another daemon runs on it, a newer store, no permission, …
 * Runs a turn of its own: now.seed is used up. */
WICI_NODISCARD
enum wici_err node_open(struct node **n, const struct node_config *config,
			const struct node_now *now, char *why, size_t why_len);
/* Commits nothing; what was acknowledged is in the store. */
void node_close(struct node *n);

/* In a turn the store's transaction is always open (it costs nothing unless
 * something is written): whoever is called in a turn may write. */
void node_turn_begin(struct node *n, const struct node_now *now);
void node_turn_end(struct node *n);

/* Projects, refolds, runs out waiters, looks at the disk. Once a second, and
 * whenever node_is_busy. In a turn. */
void node_tick(struct node *n);

/* Is there work that needs no event (the cursor lags)? */
bool node_is_busy(const struct node *n);

/* The next output; *out and its bytes are borrowed until the next call.
 * Outside a turn. */
bool node_next(struct node *n, struct node_output *out);

/* Random bytes of this turn. */
void node_random(struct node *n, void *p, size_t len);

/* Something of the store's failed (the node layer's own): WICI_FULL rolls the
 * turn back at its end, anything else is NODE_FATAL. Returns err. Writes need
 * it not (the commit repeats their error), reads do. */
enum wici_err node_fail(struct node *n, enum wici_err err);

/* The same with another sentence than the store's: static. */
void node_stop(struct node *n, const char *why);

/* Is there room on the disk (the node layer's own)? */
void node_look_at_disk(struct node *n);

/* Queues an output (the node layer's own). bytes are copied. In a turn it is
 * held back until the commit. When the turn is rolled back for space, replies
 * turn into the error read_only, NODE_ADMITTED into WICI_FULL, and the rest is
 * dropped. */
void node_emit(struct node *n, const struct node_output *out);

/* Queues an RPC response that goes out after the commit. result: one
 * MessagePack value. */
void node_reply(struct node *n, uint64_t client, uint64_t msgid,
		struct wici_bytes result);

/* What the hub reconciles. Borrowed until the next turn's end. */
struct wici_range_set node_set(const struct node *n, uint8_t space);

/* Both fingerprints. */
void node_state(struct node *n, struct wici_state *state);

/* Fills buf with a run of a counting feed, from … to, at most what is
 * released, as many as fit; ends at an entry whose signature was verified.
 * WICI_NOT_FOUND: not held; WICI_STORE. */
WICI_NODISCARD
enum wici_err node_read_run(struct node *n, const struct wici_key *feed,
			    uint64_t from, uint64_t to, uint8_t *buf,
			    size_t max, struct wici_bytes *run);

/* The stored bytes, borrowed until the next call. WICI_NOT_FOUND. */
WICI_NODISCARD
enum wici_err node_read_statement(struct node *n, const struct wici_id *id,
				  struct wici_bytes *bytes);

/* Whose key is this, or was? The institution's name for ever; the key itself
 * where the roster knows nobody of it. Borrowed, until the roster is folded
 * again. Of a feed: feed->whose. */
const struct wici_key *node_whose(const struct node *n,
				  const struct wici_key *key);

/* Whose installation this is: as its own feed says, or else its identity key;
 * NULL: nobody's yet. The key itself may be kept elsewhere. */
const struct wici_key *node_identity(const struct node *n);

/* What may whoever opens a session under this feed have? identity: the key that
 * signed its feed.open. A suspended member gets the statements, the registrar
 * feeds and its own institution's feeds. */
enum node_access { NODE_ACCESS_NONE, NODE_ACCESS_OWN, NODE_ACCESS_ALL };
enum node_access node_access(const struct node *n, const struct wici_key *feed,
			     const struct wici_key *identity);

/* May who has this access hear of this feed? */
bool node_may_hear(const struct node *n, enum node_access access,
		   const struct wici_key *identity,
		   const struct wici_key *feed);

/* Which key has opened the feed, and does it count? WICI_NOT_FOUND: unknown
 * feed; WICI_NOT_MEMBER: it does not count. */
WICI_NODISCARD
enum wici_err node_feed_owner(const struct node *n, const struct wici_key *feed,
			      struct wici_key *identity);

/* In what order feeds are pulled: 0 registrar, 1 issuing, 2 own institution's,
 * 3 the rest. */
int node_feed_class(const struct node *n, const struct wici_key *feed);

/* The header of a counting entry, for ASK_HEADER. WICI_NOT_FOUND. */
WICI_NODISCARD
enum wici_err node_read_header(struct node *n, const struct wici_key *feed,
			       uint64_t seq, struct wici_fork_side *side);

/* Notes how far an institution (identity: a key of its own) holds something of
 * this number, unless it is this one or suspended. In a turn. */
void node_note_held(struct node *n, const struct wici_key *identity,
		    int64_t feed_n, uint64_t seq);

/* A peer holds this head of one of our feeds durably; identity: its key, by
 * which its feed was opened. In a turn. */
void node_held(struct node *n, const struct wici_key *identity,
	       const struct wici_head *head);

#endif
