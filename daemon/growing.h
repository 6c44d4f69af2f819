/* daemon/growing.h — A MessagePack writer whose buffer grows, up to a limit:
 * what is beyond it is WICI_TOO_LARGE. Wiped when it is cleared. Aborts when
 * out of memory. */
#ifndef WICI_DAEMON_GROWING_H
#define WICI_DAEMON_GROWING_H

#include "proto/mp_write.h"

#define GROWING_LEN_MAX ((size_t)4 << 20)

struct growing {
	struct wici_mp_writer w; /* First: grow() finds the rest by it. */
	size_t len_max;
};

/* len_max: at most GROWING_LEN_MAX. Nothing is allocated yet. */
void growing_init(struct growing *g, size_t len_max);
void growing_clear(struct growing *g);

/* What was written; borrowed until the next write. Empty bytes after an
 * overflow, which wici_mp_written() reports. */
struct wici_bytes growing_bytes(const struct growing *g);

/* Memory, or the process ends: the truth is in the store. */
void *growing_alloc(size_t len);

#endif
