/* daemon/erase_waiting.c — Erasures of entries that are not here yet: the
 * newest few of each link. A sender gives each again before the run that needs
 * it, so nothing is lost with what is dropped. */
#include "daemon/erase_private.h"

#include "proto/require.h"

#include <stdlib.h>

static void drop(struct erasures *all, size_t at)
{
	free(all->waiting[at].bytes);
	all->waiting_count--;
	memmove(&all->waiting[at], &all->waiting[at + 1],
		(all->waiting_count - at) * sizeof(all->waiting[0]));
}

/* A link that says too much forgets its own first. */
static void make_room(struct erasures *all, uint64_t link)
{
	size_t first = all->waiting_count;
	size_t count = 0;

	for (size_t i = all->waiting_count; i-- > 0;) {
		if (all->waiting[i].link != link)
			continue;
		first = i;
		count++;
	}
	if (count >= ERASE_WAIT_LINK_MAX)
		drop(all, first);
	else if (all->waiting_count == ERASE_WAIT_MAX)
		drop(all, 0);
}

/* Who gives it again needs it now: it is the newest. Where it is the very same,
 * what is known of it stays known. */
static void replace_same(struct erasures *all, struct erasure_waiting *new)
{
	for (size_t i = all->waiting_count; i-- > 0;) {
		const struct erasure_waiting *w = &all->waiting[i];

		if (w->link != new->link ||
		    !wici_id_equal(&w->is.id, &new->is.id))
			continue;
		if (w->len == new->len &&
		    memcmp(w->bytes, new->bytes, new->len) == 0) {
			new->is_missed = w->is_missed;
			new->whose = w->whose;
		}
		drop(all, i);
	}
}

void erase_wait(struct erasures *all, uint64_t link, const struct wici_erase *e,
		struct wici_bytes bytes)
{
	struct erasure_waiting new = {.is = *e, .link = link, .len = bytes.len};

	new.bytes = malloc(bytes.len);
	WICI_REQUIRE(new.bytes);
	memcpy(new.bytes, bytes.p, bytes.len);
	replace_same(all, &new);
	make_room(all, link);
	all->waiting[all->waiting_count++] = new;
}

static bool is_same(const struct wici_head *a, const struct wici_head *b)
{
	return a->seq == b->seq && wici_id_equal(&a->id, &b->id) &&
	       wici_key_equal(&a->feed, &b->feed);
}

struct erasure_waiting *erase_waits(struct erasures *all,
				    const struct wici_head *of, size_t *at)
{
	while (*at < all->waiting_count) {
		struct erasure_waiting *w = &all->waiting[(*at)++];

		if (is_same(&w->is.of, of))
			return w;
	}
	return NULL;
}

void erase_wait_no_more(struct erasures *all, const struct wici_head *of)
{
	for (size_t i = all->waiting_count; i-- > 0;) {
		if (is_same(&all->waiting[i].is.of, of))
			drop(all, i);
	}
}

void erase_wait_clear(struct erasures *all)
{
	while (all->waiting_count)
		drop(all, all->waiting_count - 1);
}
