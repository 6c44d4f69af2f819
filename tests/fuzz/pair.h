/* tests/fuzz/pair.h — Two real sessions that talk to each other in memory, by
 * fixed keys: what one sends is the same at every start. */
#ifndef WICI_TESTS_FUZZ_PAIR_H
#define WICI_TESTS_FUZZ_PAIR_H

#include "proto/session.h"

struct pair_end {
	struct wici_session s;
	struct wici_secret secret;
	uint8_t in_small[WICI_SESSION_IN_SMALL];
	uint8_t out_small[WICI_SESSION_OUT_SMALL];
	uint8_t in[WICI_SESSION_IN_LEN];
	uint8_t out[WICI_SESSION_OUT_LEN];
	uint8_t sent[1024]; /* The first of what it has sent, as on the wire. */
	size_t sent_len;
};

/* [0] is the initiator. One pair at a time is enough for everybody. */
extern struct pair_end pair[2];

enum pair_from {
	PAIR_FRESH, /* Nothing has passed. */
	PAIR_AUTH,  /* Noise is done; the initiator has proved its feed. */
	PAIR_READY, /* Both have. */
	PAIR_HELLO  /* And said HELLO. */
};

/* Puts the pair there. A handshake is dear: it is made once, then brought
 * back. */
void pair_begin(enum pair_from from);

/* Lends the large buffers when they are due, as a link does. */
void pair_grow(struct pair_end *e);

/* Seals bytes of any form, WICI_MESSAGE_LEN_MAX at most, into a frame from one
 * end for the other, as our own session never would. Good until the next. */
struct wici_bytes pair_seal(struct pair_end *from, struct wici_bytes plain);

#endif
