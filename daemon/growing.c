/* daemon/growing.c — The buffer doubles until its limit, and is wiped when it
 * goes: passphrases come by here, and the seeds of recovery cards. */
#include "daemon/growing.h"

#include "proto/require.h"

#include <sodium.h>
#include <stdlib.h>

#define GROWING_LEN_MIN ((size_t)1024)

void *growing_alloc(size_t len)
{
	void *p = calloc(1, len ? len : 1);

	if (!p)
		abort();
	return p;
}

static void drop(struct wici_mp_writer *w)
{
	if (w->buf)
		sodium_memzero(w->buf, w->len);
	free(w->buf);
}

static void grow(struct wici_mp_writer *w, size_t need)
{
	struct growing *g = (struct growing *)w;
	size_t max = w->max ? w->max : GROWING_LEN_MIN;
	uint8_t *buf;

	if (need > g->len_max)
		return;
	while (max < need)
		max *= 2;
	if (max > g->len_max)
		max = g->len_max;
	/* Not realloc, which would leave a copy behind. */
	buf = malloc(max);
	if (!buf)
		abort();
	if (w->len)
		memcpy(buf, w->buf, w->len);
	drop(w);
	w->buf = buf;
	w->max = max;
}

void growing_init(struct growing *g, size_t len_max)
{
	WICI_REQUIRE(len_max <= GROWING_LEN_MAX);
	wici_mp_writer_init(&g->w, NULL, 0);
	g->w.grow = grow;
	g->len_max = len_max;
}

void growing_clear(struct growing *g)
{
	drop(&g->w);
	growing_init(g, g->len_max);
}

struct wici_bytes growing_bytes(const struct growing *g)
{
	if (g->w.overflow)
		return (struct wici_bytes){NULL, 0};
	return (struct wici_bytes){g->w.buf, g->w.len};
}
