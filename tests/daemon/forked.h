/* tests/daemon/forked.h — A member whose feed is forked: its headers, others in
 * their place, proofs of it, and the root that names an entry. */
#ifndef WICI_TESTS_DAEMON_FORKED_H
#define WICI_TESTS_DAEMON_FORKED_H

#include "daemon/forks.h"
#include "daemon/judge.h"
#include "daemon/statements.h"
#include "tests/daemon/fixture.h"
#include "tests/daemon/root.h"

#define ENTRIES 6

/* A founder, a member that has published, and the member's feed at both. */
static inline void make_pair(struct fixture *a, struct fixture *b)
{
	fixture_open(a);
	fixture_open(b);
	fixture_found(a, "CAL");
	fixture_join(a, b, "MOPS Mława");
	while (b->n->own->row.seq < ENTRIES)
		fixture_practice(b, "Klub sąsiedzki");
	fixture_carry(b, a);
}

static inline void drop_pair(struct fixture *a, struct fixture *b)
{
	fixture_drop(a);
	fixture_drop(b);
}

static inline struct feed *feed_at(struct fixture *at, const struct fixture *of)
{
	struct feed *feed = feeds_find(&at->n->feeds, &of->n->keys.feed);

	CHECK(feed);
	return feed;
}

/* The author's header at seq, as it is in the store. */
static inline struct wici_fork_side side_at(struct fixture *author,
					    uint64_t seq)
{
	struct entry_row row;
	struct wici_fork_side side;

	CHECK_OK(entry_at(author->n->store, author->n->own->row.n, seq, &row));
	row.entry.header.feed = author->n->keys.feed;
	side.header = row.entry.header;
	side.sig = row.entry.sig;
	return side;
}

/* Another one in its place, by the same key. */
static inline struct wici_fork_side other_at(struct fixture *author,
					     uint64_t seq, uint8_t which)
{
	struct wici_fork_side side = side_at(author, seq);
	struct wici_entry e = {.header = side.header, .has_payload = true};

	e.salt.b[0] = which;
	wici_entry_sign(&e, &author->n->network, &author->n->keys.feed_secret);
	side.header = e.header;
	side.sig = e.sig;
	return side;
}

struct proof {
	uint8_t buf[1024];
	struct wici_bytes bytes;
	struct wici_statement s;
	struct wici_fork fork;
};

static inline void make_proof(struct proof *p, struct fixture *author,
			      uint64_t seq, uint8_t which)
{
	struct wici_fork_side one = side_at(author, seq);
	struct wici_fork_side other = other_at(author, seq, which);
	struct wici_mp_writer w;

	wici_mp_writer_init(&w, p->buf, sizeof(p->buf));
	CHECK_OK(wici_fork_make(&w, &one, &other, &author->n->network,
				&p->fork));
	CHECK_OK(wici_mp_written(&w, &p->bytes));
	CHECK_OK(wici_statement_decode(&p->s, p->bytes));
}

static inline enum wici_err give(struct fixture *to, const struct proof *p)
{
	enum wici_err err;

	fixture_begin(to);
	err = forks_receive(to->n, 7, &p->s, p->bytes);
	fixture_end(to);
	return err;
}

/* The root names an entry of the author's feed. */
static inline void name_entry(struct fixture *root, const struct wici_head *at,
			      struct fixture *const *to, size_t count)
{
	static struct root_change change;
	struct wici_feed_row row = {*at, true};

	root_begin(&change, root->n, 1);
	wici_op_feeds(&change.w, &row, 1);
	root_end(&change, root->n);
	for (size_t i = 0; i < count; i++) {
		fixture_begin(to[i]);
		CHECK_OK(node_receive_statement(to[i]->n, 7, change.bytes));
		fixture_end(to[i]);
	}
}

static inline struct wici_head head_at(struct fixture *author, uint64_t seq)
{
	struct wici_fork_side side = side_at(author, seq);

	return (struct wici_head){author->n->keys.feed, seq,
				  wici_entry_id(&side.header, &side.sig)};
}

#endif
