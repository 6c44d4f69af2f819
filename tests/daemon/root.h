/* tests/daemon/root.h — The root speaks: a change made at the founder's
 * installation, whose identity is the only root key, and signed there. */
#ifndef WICI_TESTS_DAEMON_ROOT_H
#define WICI_TESTS_DAEMON_ROOT_H

#include "daemon/node.h"
#include "tests/test.h"

struct root_change {
	uint8_t body[32768];
	uint8_t buf[49152];
	struct wici_mp_writer w; /* Ops go here, between begin and end. */
	struct wici_bytes bytes; /* The statement, after the end. */
};

static inline void root_begin(struct root_change *c, const struct node *founder,
			      uint32_t ops)
{
	wici_mp_writer_init(&c->w, c->body, sizeof(c->body));
	wici_change_begin(&c->w, &founder->network, ops);
}

/* After the change that is the founder's newest one. */
static inline void root_end(struct root_change *c, const struct node *founder)
{
	struct wici_statement s = {.type = WICI_STATEMENT_CHANGE,
				   .sigs_count = 1};
	struct wici_secret secret;
	struct wici_mp_writer w;

	wici_change_end(&c->w, &founder->roster.id,
			founder->roster.version + 1);
	CHECK_OK(wici_mp_written(&c->w, &s.body));
	s.id = wici_hash_bytes(WICI_DOMAIN_CHANGE, s.body);
	CHECK_OK(keys_identity_secret(&founder->keys, founder->dir_fd, NULL,
				      &secret));
	wici_change_approve(&s.sigs[0], &founder->network, &s.id,
			    &founder->keys.identity, &secret);
	wici_mp_writer_init(&w, c->buf, sizeof(c->buf));
	wici_statement_encode(&w, &s);
	CHECK_OK(wici_mp_written(&w, &c->bytes));
}

/* A feed's head, as this node holds it. */
static inline struct wici_head root_head(const struct node *n,
					 const struct wici_key *key)
{
	const struct feed *feed = feeds_find(&n->feeds, key);

	CHECK(feed);
	return (struct wici_head){*key, feed->row.seq, feed->row.id};
}

/* Suspended, rekeyed (key), reinstated (key): one op, these rows. */
static inline void root_member(struct root_change *c,
			       const struct node *founder, enum wici_op op,
			       const struct wici_key *identity,
			       const struct wici_key *key,
			       const struct wici_feed_row *rows, size_t count)
{
	root_begin(c, founder, 1);
	wici_op_member(&c->w, op, identity, key, rows, count);
	root_end(c, founder);
}

#endif
