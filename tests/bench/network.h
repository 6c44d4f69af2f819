/* tests/bench/network.h — Two real wicids on loopback, members of one network:
 * a, who founded it and has the records, and b, who dials.
 *
 * Stores are filled while their wicid is down, by the same node code in this
 * process; joining goes by a real invitation. */
#ifndef WICI_TESTS_BENCH_NETWORK_H
#define WICI_TESTS_BENCH_NETWORK_H

#include "tests/bench/local.h"
#include "tests/bench/process.h"
#include "tests/bench/rpc.h"

struct network {
	struct process a, b;
};

/* What a sync came to, as b tells it and the kernel. */
struct network_sync {
	double seconds; /* From the dial to "in step". */
	uint64_t received;
	uint64_t bytes; /* Both ways. */
	double cpu_a, cpu_b;
	double peak_a, peak_b; /* MiB. */
	double applied;        /* Seconds more until b's cursor was done. */
	double cpu_b_applied;  /* Of all that. */
	double idle_b;         /* MiB, before; where somebody looked. */
};

/* Founds, joins; afterwards both are down, and b dials nobody. name: tells
 * the state folders of several networks apart. */
void network_make(struct network *n, const char *name);

/* The store of one that is down. */
void network_open(struct local *l, const struct process *p);

/* Both are up, b knows no address: it gets that of `port`, and all there is to
 * be had. */
void network_sync(struct network *n, uint16_t port,
		  struct network_sync *result);

/* b, which is up and has met a, loses its disk and comes back from its card:
 * a new feed, everything from a, and the old feed carried on. Seconds from the
 * first call to the end. */
double network_restore(struct network *n);

/* b forgets the address and is down. */
void network_part(struct network *n, uint16_t port);

void network_add_peer(const struct process *p, uint16_t port);

/* Until the first of its peers is in step. */
void network_await_step(const struct process *p);

/* Practices by a, by its socket, all in one call. */
void network_publish(const struct process *p, uint64_t first, uint32_t count);

#endif
