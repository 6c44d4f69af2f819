/* tests/sim/world.h — A network of nodes in one thread: the very code that
 * wicid runs (hub, link, node, store), under a virtual clock and network.
 *
 * Bytes travel in pieces of random size with random delay, in order, as TCP
 * has it; a cut loses what is on its way. Everything follows from one seed.
 * The trace tells what happened, a line each, and reads like a story. */
#ifndef WICI_TESTS_SIM_WORLD_H
#define WICI_TESTS_SIM_WORLD_H

#include "daemon/hub.h"
#include "daemon/method.h"
#include "tests/sim/disk.h"

#define WORLD_NODES_MAX 8
#define WORLD_PIPES_MAX 32

/* What the world's clock shows at its beginning: 2026-11-21, noon, UTC. And
 * how far off a clock is that then shows another year. */
#define WORLD_WALL_MS    ((int64_t)1795219200000)
#define WORLD_CLOCK_1970 (-WORLD_WALL_MS)
#define WORLD_CLOCK_2099 ((int64_t)4070908800000 - WORLD_WALL_MS)

struct world;

struct world_reply {
	bool has_error;
	char code[40];            /* Of the error; "no_daemon": it died. */
	struct wici_bytes result; /* MessagePack; until the next call. */
};

struct world_node {
	const char *name;
	size_t n; /* Its place among the nodes. */
	bool is_up;
	char dir[64];
	char address[40];
	const char *machine; /* Its id. */
	int64_t clock_ms;    /* How far its wall clock is off. */
	struct disk disk;
	struct hub hub;
	struct node *node;
	/* The reply that a call waits for. */
	uint64_t awaited;
	bool has_reply;
	uint8_t *reply;
	size_t reply_len;
	/* For the trace. */
	struct {
		struct wici_key feed;
		uint64_t seq;
	} seen[64];
	size_t seen_count;
};

/* A param of a call. */
struct world_param {
	const char *key;
	const char *str; /* NULL: `flag` is the value. */
	bool flag;
};

struct world *world_new(uint64_t seed);
void world_free(struct world *w);

/* A node with an empty state folder. */
struct world_node *world_add(struct world *w, const char *name);

/* kill -9; an orderly stop; and a start on the same folder, after which the
 * node is up unless its power failed meanwhile. */
void world_kill(struct world *w, struct world_node *n);
void world_stop(struct world *w, struct world_node *n);
void world_start(struct world *w, struct world_node *n);

/* The folder as it is now, whether the node is up or not: a backup that
 * somebody made of the disk. Clear the image when done. */
void world_snapshot(struct world *w, struct world_node *n, struct image *im);

/* For a node that is down. An older disk: the whole virtual machine as it was
 * (fence, keys and store together; inodes and machine stay the same). An empty
 * disk. Another's folder copied over one's own: the files are new ones. A
 * clone of another's machine, as exact as can be; both may run. */
void world_revert(struct world *w, struct world_node *n,
		  const struct image *im);
void world_wipe(struct world *w, struct world_node *n);
void world_copy(struct world *w, const struct world_node *from,
		struct world_node *to);
void world_clone(struct world *w, const struct world_node *from,
		 struct world_node *to);

/* The power fails, once, at the node's k-th write from now (1: the next; 0: it
 * does not): nobody hears of that turn, and the node goes down before the next
 * one, or does not come up. Starts and stops until then count as well. */
void world_crash_at(struct world_node *n, uint64_t k, enum disk_crash how);

/* Was that write reached? */
bool world_crashed(const struct world_node *n);

/* Another machine, for a node that is down. id is borrowed. */
void world_set_machine(struct world *w, struct world_node *n, const char *id);

/* How far a wall clock is off the world's; that of a node that runs jumps
 * against the monotonic one, as when a suspended machine goes on. NULL: all of
 * them jump. */
void world_set_clock(struct world *w, struct world_node *n, int64_t ms);
void world_jump(struct world *w, struct world_node *n, int64_t ms);

/* Nodes dial by themselves, as wicid does, each second: every address that the
 * node wants to have dialled ("mlawa:8481" is the node named mlawa). A cut
 * ends what is there and keeps the two apart until it is mended. */
void world_cut(struct world *w, struct world_node *a, struct world_node *b);
void world_mend(struct world *w, struct world_node *a, struct world_node *b);

/* After so many more bytes, counted over all connections, the one that brought
 * the last of them breaks, at that very byte. 0: none does. */
void world_fuse(struct world *w, uint64_t bytes);

/* A dials B now, whatever there is already. */
void world_dial(struct world *w, struct world_node *a, struct world_node *b);

/* How many connections has it? */
size_t world_links(const struct world_node *n);

/* How often did one node close the other's link with anything but
 * "duplicate"? */
unsigned world_blames(const struct world *w);

/* Virtual milliseconds. */
uint64_t world_time(const struct world *w);

/* Did these two ever meet? */
bool world_have_met(const struct world *w, const struct world_node *a,
		    const struct world_node *b);

/* A client's call; time goes on until the reply is there or the node down (at
 * most two virtual minutes). params end with {NULL}. */
struct world_reply world_call(struct world *w, struct world_node *n,
			      const char *method,
			      const struct world_param *params);

/* A string of the result's map; "" when there is none. Copied. */
const char *world_str(const struct world_reply *r, const char *key);

/* Lets time pass. */
void world_run(struct world *w, uint64_t ms);

/* Until nothing is on its way and nobody has anything to do; false: not
 * within this time. */
bool world_settle(struct world *w, uint64_t ms_max);

/* Is what these two hold the same, byte for byte of both fingerprints? */
bool world_is_equal(const struct world_node *a, const struct world_node *b);

/* How many entries of a's own feed does b hold? */
uint64_t world_holds(const struct world_node *b, const struct world_node *a);

/* How many of this feed? */
uint64_t world_holds_of(const struct world_node *n, const struct wici_key *key);

/* The trace so far. */
const char *world_trace(const struct world *w);

/* Do these lines stand in the trace, in this order (others between them)?
 * lines end with NULL. Prints the trace when not. */
bool world_tells(const struct world *w, const char *const *lines);

uint64_t world_random(struct world *w, uint64_t below);

#endif
