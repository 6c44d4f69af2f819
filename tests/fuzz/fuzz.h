/* tests/fuzz/fuzz.h — What every harness here has: the entry point that
 * libFuzzer calls with bytes of its own making, and MUST for what has to hold
 * whatever these are. sodium_init() has been called (init.c). */
#ifndef WICI_TESTS_FUZZ_FUZZ_H
#define WICI_TESTS_FUZZ_FUZZ_H

#include <stdio.h>
#include <stdlib.h>

#include "proto/bytes.h"

#define MUST(expr)                                                             \
	((expr) ? (void)0                                                      \
		: (fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #expr),  \
		   abort()))

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The first byte of an input, which many harnesses take for themselves; 0 when
 * there is none. *rest is what follows it: it ends where the input ends, so
 * that a read beyond it is seen. */
static inline uint8_t fuzz_byte(struct wici_bytes *rest)
{
	uint8_t byte;

	if (rest->len == 0)
		return 0;
	byte = rest->p[0];
	rest->p++;
	rest->len--;
	return byte;
}

#endif
