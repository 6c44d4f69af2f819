/* tests/sim/network.h — The virtual network: what world.c, network.c and
 * hostile.c share.
 *
 * A pipe joins two ends; an end is a node's link or a hostile peer. Bytes
 * travel in pieces of random size with random delay, in order. */
#ifndef WICI_TESTS_SIM_NETWORK_H
#define WICI_TESTS_SIM_NETWORK_H

#include "tests/sim/hostile.h"

#include <stdio.h>

#define WORLD_HOSTILES_MAX 4

struct piece { /* Bytes on their way. */
	struct piece *next;
	uint64_t at_ms;
	size_t len, used;
	uint8_t bytes[];
};

struct end {
	struct world_node *node; /* NULL: a hostile peer's. */
	struct link *link;
	struct hostile *hostile;
	struct piece *first, *last; /* Towards this end. */
	uint64_t last_ms;
};

struct pipe {
	bool is_open;
	struct end ends[2]; /* 0 dialled 1. */
};

struct world {
	uint64_t seed, draws;
	uint64_t now_ms, tick_ms;
	struct world_node *nodes[WORLD_NODES_MAX];
	size_t nodes_count;
	struct hostile *hostiles[WORLD_HOSTILES_MAX];
	size_t hostiles_count;
	struct pipe pipes[WORLD_PIPES_MAX];
	bool is_cut[WORLD_NODES_MAX][WORLD_NODES_MAX];
	bool have_met[WORLD_NODES_MAX][WORLD_NODES_MAX];
	uint64_t fuse;   /* Bytes until a connection breaks; 0: none. */
	unsigned blames; /* Links of two nodes that one closed with a fault. */
	char *trace;
	size_t trace_len;
	FILE *trace_file;
};

/* world.c */
void world_bytes(struct world *w, void *p, size_t len);
void world_tell(struct world *w, const char *who, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void world_begin(struct world *w, struct world_node *n);
void world_end(struct world *w, struct world_node *n);

/* network.c: sends what the node's links have to say. */
void network_flush(struct world *w, struct world_node *n);

/* Dials what the node wants dialled and is not. */
void network_dial(struct world *w, struct world_node *n);

/* The node is dead: the others notice. */
void network_leave(struct world *w, const struct world_node *n);

/* Closes what one side is done with. */
void network_reap(struct world *w);

/* Where the next bytes arrive, or NULL; delivers them. */
struct end *network_next(struct world *w);
void network_deliver(struct world *w, struct end *e);

/* A connection between a hostile peer and a node. */
struct pipe *network_open(struct world *w, struct world_node *n,
			  struct hostile *h, bool node_dials);
void network_close(struct world *w, struct pipe *p);
void network_send(struct world *w, struct end *to, struct wici_bytes b);
/* In one piece: it is all there in one turn. */
void network_send_whole(struct world *w, struct end *to, struct wici_bytes b);

/* hostile.c */
void hostile_on_open(struct hostile *h, struct pipe *p, bool is_initiator);
void hostile_on_bytes(struct hostile *h, struct wici_bytes b);
void hostile_on_close(struct hostile *h);

#endif
