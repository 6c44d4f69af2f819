/* tests/fuzz/seeds.h — Where the fuzzers begin: inputs as honest programs make
 * them, written when they are needed and kept nowhere. */
#ifndef WICI_TESTS_FUZZ_SEEDS_H
#define WICI_TESTS_FUZZ_SEEDS_H

#include "proto/bytes.h"

/* One more input for a harness ("mp" for fuzz_mp): the bytes of `before`, then
 * those of b. */
void seed(const char *harness, struct wici_bytes before, struct wici_bytes b);

/* A message for a peer, also past the wall of a session. */
void seed_message(struct wici_bytes message);

/* seeds_trust.c: payloads of every kind, the statement of a root, a proof of a
 * fork, an erasure, and a run that opens a feed. */
void seed_payloads(void);
void seed_statements(void);
void seed_fork(void);
void seed_erasure(void);
void seed_open(void);

/* seeds_proof.c: proof files. */
void seed_proofs(void);

#endif
