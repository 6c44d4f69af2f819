/* tests/sim/stick.h — Sticks that people carry: a bundle out of one node, into
 * another, with no network between them. */
#ifndef WICI_TESTS_SIM_STICK_H
#define WICI_TESTS_SIM_STICK_H

#include <stdlib.h>
#include <string.h>

#include "daemon/bundle.h"
#include "daemon/echo.h"
#include "tests/sim/network.h"
#include "tests/test.h"

#define STICK_CLIENT 99

struct stick {
	uint8_t *p;
	size_t len;
};

static inline void stick_clear(struct stick *s)
{
	free(s->p);
	*s = (struct stick){NULL, 0};
}

/* Everything that n may pass on, in turns of its own. */
static inline void stick_write(struct world *w, struct world_node *n,
			       struct stick *s)
{
	const struct bundle_want want = {.is_backup = false};
	struct bundle *b;
	enum wici_err err;
	size_t len;

	stick_clear(s);
	world_begin(w, n);
	CHECK_OK(bundle_open_out(n->node, STICK_CLIENT, &want, &b));
	world_end(w, n);
	do {
		s->p = realloc(s->p, s->len + BUNDLE_PIECE_MAX);
		CHECK(s->p);
		world_begin(w, n);
		echo_released(n->node);
		err = bundle_read(n->node, b, s->p + s->len, BUNDLE_PIECE_MAX,
				  &len);
		world_end(w, n);
		s->len += len;
	} while (err == WICI_OK);
	CHECK_ERR(err, WICI_END);
	bundle_forget(n->node, STICK_CLIENT);
}

/* Taken in, `step` bytes a turn; the end's answer. */
static inline enum wici_err stick_read(struct world *w, struct world_node *n,
				       const struct stick *s, size_t step,
				       struct bundle_counts *counts)
{
	struct bundle *b;
	enum wici_err err = WICI_OK;

	bundle_open_in(n->node, STICK_CLIENT, &b);
	for (size_t at = 0; at < s->len && err == WICI_OK; at += step) {
		size_t len = s->len - at < step ? s->len - at : step;

		world_begin(w, n);
		err = bundle_write(n->node, b,
				   (struct wici_bytes){s->p + at, len});
		world_end(w, n);
	}
	*counts = *bundle_counts(b);
	bundle_forget(n->node, STICK_CLIENT);
	return err;
}

/* From hand to hand: it is whole, and nothing is rejected. */
static inline void stick_carry(struct world *w, struct world_node *from,
			       struct world_node *to)
{
	struct stick s = {NULL, 0};
	struct bundle_counts counts;

	stick_write(w, from, &s);
	CHECK_ERR(stick_read(w, to, &s, 100000, &counts), WICI_END);
	if (counts.rejects)
		print_error("%s\n%s", counts.rejected[0].reason,
			    world_trace(w));
	CHECK(counts.rejects == 0);
	stick_clear(&s);
	world_run(w, 12000); /* Drafts are tried now and then. */
}

#endif
