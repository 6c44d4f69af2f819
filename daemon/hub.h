/* daemon/hub.h — All links, one node, one turn: what the shell drives, and
 * what the simulator drives in its stead.
 *
 *   hub_turn_begin
 *     link_in / link_in_done      bytes came in on a connection
 *     hub_open_link / hub_drop_link
 *     node_call, node_tick …      on hub->node, by the shell
 *   hub_turn_end                  commits; routes outputs to links; pumps
 *   hub_next                      what is left for the shell
 *   link_out / link_out_done      bytes to be written (no turn needed)
 *
 * No libuv, no clock, no randomness. */
#ifndef WICI_DAEMON_HUB_H
#define WICI_DAEMON_HUB_H

#include "daemon/fetch.h"
#include "daemon/fetch_chunks.h"
#include "daemon/link.h"
#include "daemon/node.h"

#define HUB_SESSIONS_MAX  256 /* Of members. */
#define HUB_STRANGERS_MAX 256 /* Accepted, and not known yet. */
#define HUB_MEMORY_MAX    ((size_t)48 << 20)

struct hub {
	struct node *node;
	struct link *links; /* Newest first. */
	size_t sessions_count;
	size_t memory;      /* Lent to links. */
	uint64_t link_last; /* Numbers given out. */
	struct fetch fetch;
	struct fetch_chunks chunks;
	struct wici_noise_pair session_key; /* Drawn once a process. */
	uint64_t number;                    /* The node's, for AUTH. */
	struct hub_join *joins;
	uint64_t join_last;
	bool is_routed; /* The last turn's outputs reached the links. */
};

/* A JOIN under way: being admitted here, or passed on to the registrar. */
struct hub_join {
	struct hub_join *next;
	uint64_t ref;         /* Ours. */
	uint64_t link;        /* Who asked: a newcomer, or a member for one. */
	uint64_t via;         /* The registrar's link; 0: decided here. */
	bool is_forward;      /* link is a member, and wants FORWARDED … */
	uint32_t forward_ref; /* … with its ref. */
};

/* What is left for the shell after the hub routed the rest. */
enum hub_output_type { HUB_REPLY, HUB_NETWORK, HUB_DIALS, HUB_FATAL };
struct hub_output {
	enum hub_output_type type;
	uint64_t client;         /* REPLY */
	struct wici_bytes bytes; /* REPLY: borrowed until the next call. */
	const char *fatal;       /* FATAL */
};

/* seed: fresh random bytes. */
void hub_init(struct hub *h, struct node *n, const uint8_t seed[32]);
void hub_clear(struct hub *h);

void hub_turn_begin(struct hub *h, const struct node_now *now);
void hub_turn_end(struct hub *h);
bool hub_next(struct hub *h, struct hub_output *out);

/* Once a second, in a turn: deadlines, pings, stalled pulls; node_tick. */
void hub_tick(struct hub *h);

/* A connection was made: dialled by us to `address` (is_initiator), or
 * accepted (address: where from, for the log). In a turn. WICI_BUSY: too much
 * memory is lent; WICI_NOT_FOUND: no network yet: close it. The link is the
 * hub's. */
WICI_NODISCARD
enum wici_err hub_open_link(struct hub *h, bool is_initiator,
			    const char *address, struct link **l);

/* The connection is gone or was closed; the link is freed. In a turn. */
void hub_drop_link(struct hub *h, struct link *l, enum wici_err why);

/* The hub's links' own: */
struct link *hub_link(const struct hub *h, uint64_t n);
struct link *hub_link_of_feed(const struct hub *h, const struct wici_key *feed);

/* Begins a JOIN for a link; WICI_OK: the answer comes by hub_joined(). */
WICI_NODISCARD
enum wici_err hub_join(struct hub *h, struct link *l,
		       const struct wici_message *m);
/* What FORWARDED says of it. Never 0, which would say "admitted", but for
 * WICI_OK. */
uint16_t hub_join_code(enum wici_err err);
/* Decided here. And: a link is gone. */
void hub_admitted(struct hub *h, uint64_t ref, enum wici_err err, uint64_t seq);
void hub_forget_joins(struct hub *h, uint64_t link);
/* A FORWARDED came over the registrar's link. */
void hub_joined(struct hub *h, struct link *via, const struct wici_message *m);

/* Lends memory within HUB_MEMORY_MAX; NULL: too much is lent. */
uint8_t *hub_lend(struct hub *h, size_t len);
void hub_give_back(struct hub *h, uint8_t *p, size_t len);

/* Is there work that needs no event? Then take another turn soon. */
bool hub_is_busy(const struct hub *h);

#endif
