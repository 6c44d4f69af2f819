/* tests/bench/local.h — An installation in this very process: the node
 * without sockets, one turn at a time. Stores are prepared with it, and
 * appending is measured on it. */
#ifndef WICI_TESTS_BENCH_LOCAL_H
#define WICI_TESTS_BENCH_LOCAL_H

#include "daemon/node.h"
#include "proto/mp_write.h"

struct local {
	struct node *node;
	char listen[64]; /* "" : none. */
	uint8_t *reply;  /* Of the last call. */
	size_t reply_len;
};

/* Opens `dir` (made when missing), as wicid would on this machine. port 0: no
 * address for invitations. */
void local_open(struct local *l, const char *dir, uint16_t port);
void local_close(struct local *l);

void local_begin(struct local *l);
void local_end(struct local *l); /* Commits; outputs are dropped. */

/* A method that answers at once. args: a map with string keys, written by
 * the caller. Fails the benchmark on an error. */
void local_call(struct local *l, const char *method, struct wici_bytes args);

/* An identity without passphrase, and a network founded with it, which issues
 * certificates of the scheme "bench". */
void local_found(struct local *l, const char *name);

/* Turns until the cursor has caught up. */
void local_settle(struct local *l);

#endif
