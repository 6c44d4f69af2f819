/* tests/daemon/judged.h — A founder's node, an institution that writes by hand,
 * and what the root says of it. */
#ifndef WICI_TESTS_DAEMON_JUDGED_H
#define WICI_TESTS_DAEMON_JUDGED_H

#include "tests/daemon/author.h"
#include "tests/daemon/root.h"

static struct root_change change;

/* The founder's node and an institution that has opened a feed. */
struct scene {
	struct fixture a;
	struct author x;
};

static inline void begin(struct scene *s)
{
	fixture_open(&s->a);
	fixture_found(&s->a, "CAL");
	author_admit(&s->x, &s->a, 1);
	author_open(&s->x, 1);
	CHECK_OK(author_give(&s->x, &s->a));
}

static inline void end(struct scene *s)
{
	fixture_drop(&s->a);
}

static inline struct feed *feed_of(struct fixture *f,
				   const struct wici_key *key)
{
	struct feed *feed = feeds_find(&f->n->feeds, key);

	CHECK(feed);
	return feed;
}

static inline uint64_t counting(struct fixture *f, const struct wici_key *key)
{
	const struct feed *feed = feed_of(f, key);
	size_t at = wici_head_place(f->n->feeds.heads, f->n->feeds.heads_count,
				    key);
	bool is_shown = at < f->n->feeds.heads_count &&
			wici_key_equal(&f->n->feeds.heads[at].feed, key);

	CHECK(is_shown == (feed->counts && feed->counting_seq > 0));
	return is_shown ? f->n->feeds.heads[at].seq : 0;
}

static inline void tell(struct fixture *f)
{
	fixture_begin(f);
	CHECK_OK(node_receive_statement(f->n, 7, change.bytes));
	fixture_end(f);
	CHECK(f->fatals == 0);
}

static inline void root_feed(struct fixture *f, const struct wici_head *at,
			     bool is_open)
{
	const struct wici_feed_row row = {*at, is_open};

	root_begin(&change, f->n, 1);
	wici_op_feeds(&change.w, &row, 1);
	root_end(&change, f->n);
	tell(f);
}

#endif
