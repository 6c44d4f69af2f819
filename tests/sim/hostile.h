/* tests/sim/hostile.h — A peer that does what it likes: proto/session and a
 * feed key, no node behind them.
 *
 * It greets as a member would (AUTH, OPEN when asked, HELLO) and nothing more;
 * everything else is the test's. What it sends is not checked by anybody. */
#ifndef WICI_TESTS_SIM_HOSTILE_H
#define WICI_TESTS_SIM_HOSTILE_H

#include "proto/session.h"
#include "tests/sim/world.h"

#define HOSTILE_OUT_LEN ((size_t)131072)

struct pipe;

struct hostile {
	struct world *w;
	const char *name;
	char address[40];
	bool is_listening; /* May be dialled. */
	struct wici_id network;
	struct wici_key feed, identity;
	struct wici_secret secret, identity_secret;
	struct wici_head head; /* Of its feed: what it will sign next, … */
	int64_t time_ms;       /* … of this time; 0: WORLD_WALL_MS, … */
	uint8_t flags;         /* … and these flags. */
	uint8_t open[1024];    /* Its feed.open, a run of one. */
	size_t open_len;

	struct pipe *pipe; /* NULL: not connected. */
	struct wici_session session;
	uint8_t in[WICI_SESSION_IN_LEN];
	uint8_t out[HOSTILE_OUT_LEN];
	bool is_silent;    /* Reads, and says nothing by itself. */
	bool is_raw;       /* No session: bytes as they are. */
	uint8_t heard[64]; /* The first bytes, when raw. */
	size_t heard_len;

	bool is_holding; /* What it writes waits, to arrive in one turn. */
	uint8_t held[60000];
	size_t held_len;

	unsigned got[256];     /* Messages, by type. */
	struct wici_head last; /* Of HEADS: the last one of the last. */
	size_t ranges_len;     /* Of the longest RANGES. */
	unsigned closed;       /* How often it was hung up on. */
	enum wici_err refused; /* What it was told, the last time. */
	/* Called for each message; may be NULL. */
	void (*on)(struct hostile *h, const struct wici_message *m);
};

/* A stranger to this network: keys nobody has seen. */
struct hostile *hostile_stranger(struct world *w, const char *name,
				 const struct wici_id *network);

/* A member gone bad: the node is killed, and its keys, its address and its
 * feed's head are the hostile peer's from now on. */
struct hostile *hostile_become(struct world *w, struct world_node *n);

/* Dials; false: nobody there. Whether raw is decided before. */
bool hostile_dial(struct hostile *h, struct world_node *n);
void hostile_hang_up(struct hostile *h);

/* What is sent between the two arrives at once, in one turn. */
void hostile_hold(struct hostile *h);
void hostile_let_go(struct hostile *h);

/* Bytes in clear, as they are. */
void hostile_write(struct hostile *h, const void *p, size_t len);

/* A message, whatever it is, whenever; and one of which only bytes are known. */
void hostile_send(struct hostile *h, const struct wici_message *m);
void hostile_send_bytes(struct hostile *h, const void *p, size_t len);

/* Says that it holds this. */
void hostile_heads(struct hostile *h, const struct wici_head *heads,
		   uint16_t count);

/* Signs the next entry of its feed; a run of one, in a buffer that is used
 * again. */
struct wici_bytes hostile_entry(struct hostile *h, uint16_t kind,
				struct wici_bytes payload);

/* Opens a further feed of its institution's; or the same one once more, by
 * another entry 1. What it writes from now on is written there. */
void hostile_new_feed(struct hostile *h);
void hostile_open_again(struct hostile *h);

/* Signs two entries that follow its head, and sends the proof of it. */
void hostile_prove(struct hostile *h);

/* Pushes it. */
void hostile_live(struct hostile *h, struct wici_bytes run);

void hostile_free(struct hostile *h);

#endif
