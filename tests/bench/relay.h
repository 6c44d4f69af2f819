/* tests/bench/relay.h — A wire that counts: a TCP relay on loopback between
 * the one who dials and the one who listens. It sees what a network would:
 * bytes each way, and how often the direction turned. */
#ifndef WICI_TESTS_BENCH_RELAY_H
#define WICI_TESTS_BENCH_RELAY_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct relay_count {
	uint64_t there, back; /* Bytes from the dialler, to the dialler. */
	uint64_t turns;       /* Changes of direction; two are a round trip. */
	double first, last;   /* When it was connected; when the last came. */
	bool is_connected;
};

struct relay {
	int listener;
	uint16_t port;    /* To be dialled. */
	uint16_t to_port; /* Where it leads. */
	pthread_t thread;
	pthread_mutex_t lock;
	struct relay_count count; /* Of the newest connection. */
};

void relay_start(struct relay *r, uint16_t to_port);
void relay_stop(struct relay *r);

/* Of the newest connection, so far. */
struct relay_count relay_read(struct relay *r);
void relay_reset(struct relay *r);

#endif
