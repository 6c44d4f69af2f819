/* daemon/buffer.h — Bytes that grow, and are wiped when they go: a passphrase
 * may have stood among them. */
#ifndef WICI_DAEMON_BUFFER_H
#define WICI_DAEMON_BUFFER_H

#include "proto/require.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

struct buffer {
	uint8_t *p;
	size_t len, max;
};

static inline void buffer_clear(struct buffer *b)
{
	if (b->p)
		sodium_memzero(b->p, b->max);
	free(b->p);
	*b = (struct buffer){.p = NULL};
}

/* Room for max bytes in all. Aborts when out of memory. */
static inline void buffer_need(struct buffer *b, size_t max)
{
	struct buffer larger = {.len = b->len, .max = max};

	if (b->max >= max)
		return;
	/* Not realloc, which would leave a copy behind. */
	larger.p = (uint8_t *)malloc(max);
	WICI_REQUIRE(larger.p);
	if (b->len)
		memcpy(larger.p, b->p, b->len);
	buffer_clear(b);
	*b = larger;
}

/* The first n bytes go. */
static inline void buffer_consume(struct buffer *b, size_t n)
{
	b->len -= n;
	memmove(b->p, b->p + n, b->len);
	sodium_memzero(b->p + b->len, n);
}

#endif
