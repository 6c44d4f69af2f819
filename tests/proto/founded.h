/* tests/proto/founded.h — A network that is founded, what its root says next,
 * and admissions to it. */
#ifndef WICI_TESTS_PROTO_FOUNDED_H
#define WICI_TESTS_PROTO_FOUNDED_H

#include "proto/kinds/member.h"
#include "proto/roster.h"
#include "tests/proto/trust.h"

#define REGISTRAR 10
#define MEMBERS   64
#define ROWS      640

struct arrays { /* What a roster is lent. */
	struct wici_member members[MEMBERS];
	struct wici_root_key keys[MEMBERS];
	struct wici_root_feed feeds[ROWS];
	struct wici_root_revocation revocations[MEMBERS];
};

static inline struct wici_roster_space space_of(struct arrays *a)
{
	return (struct wici_roster_space){.members = a->members,
					  .members_max = MEMBERS,
					  .keys = a->keys,
					  .keys_max = MEMBERS,
					  .feeds = a->feeds,
					  .feeds_max = ROWS,
					  .revocations = a->revocations,
					  .revocations_max = MEMBERS};
}

static inline void found_in(struct wici_roster *r, struct arrays *arrays,
			    const struct net *n, const struct wici_issuer *rows,
			    size_t count)
{
	struct wici_roster_space space = space_of(arrays);
	struct wici_head at = head_of(REGISTRAR, 1);
	struct made m;

	made_begin(&m, &n->id, 3);
	wici_op_found(&m.w, &n->policy, WICI_BYTES("Sieć OSL"), &n->salt);
	wici_op_registrar(&m.w, &at, NULL, 0);
	wici_op_issuers(&m.w, "2027-12-31", rows, count);
	made_end(&m, &n->id, 1);
	wici_roster_init(r, &n->id, &space);
	CHECK_OK(wici_roster_change(r, &m.s));
}

/* Version 1: names the registrar feed, and the given issuers' list. */
static inline void found(struct wici_roster *r, const struct net *n,
			 const struct wici_issuer *rows, size_t count)
{
	static struct arrays arrays;

	found_in(r, &arrays, n, rows, count);
}

/* What follows the roster's newest change; ops between begin and end. */
static inline void change_begin(struct made *m, const struct wici_roster *r,
				uint32_t ops)
{
	made_begin(m, &r->network, ops);
}

static inline enum wici_err change_end(struct made *m, struct wici_roster *r)
{
	made_end(m, &r->id, r->version + 1);
	return wici_roster_change(r, &m->s);
}

static inline struct wici_feed_row feed_row(uint8_t feed, uint64_t seq,
					    bool is_open)
{
	return (struct wici_feed_row){head_of(feed, seq), is_open};
}

/* key 0: none, as a suspension wants it. */
static inline void op_member(struct made *m, enum wici_op op, uint8_t identity,
			     uint8_t key, const struct wici_feed_row *rows,
			     size_t count)
{
	struct wici_key who = pair(identity).key;
	struct wici_key named = pair(key).key;

	wici_op_member(&m->w, op, &who, key ? &named : NULL, rows, count);
}

/* A change that is one such op. */
static inline void act(struct wici_roster *r, enum wici_op op, uint8_t identity,
		       uint8_t key, const struct wici_feed_row *rows,
		       size_t count)
{
	struct made m;

	change_begin(&m, r, 1);
	op_member(&m, op, identity, key, rows, count);
	CHECK_OK(change_end(&m, r));
}

struct admit {
	uint8_t buf[256];
	struct wici_entry e;
};

/* token 0: none. */
static inline void admit_in(struct admit *a, uint8_t feed, uint64_t seq,
			    uint8_t identity, uint8_t token)
{
	uint8_t id[8] = {token};
	struct wici_mp_writer w;
	struct wici_bytes b;
	struct wici_key key = pair(identity).key;

	wici_mp_writer_init(&w, a->buf, sizeof(a->buf));
	wici_mp_map(&w, token ? 3 : 2);
	wici_mp_str(&w, "identity");
	wici_mp_bin(&w, key.b, sizeof(key.b));
	wici_mp_str(&w, "name");
	wici_mp_str(&w, "MOPS");
	if (token) {
		wici_mp_str(&w, "token");
		wici_mp_bin(&w, id, sizeof(id));
	}
	CHECK_OK(wici_mp_written(&w, &b));
	a->e = entry_of(feed, seq, WICI_KIND_MEMBER_ADMIT, b);
}

static inline enum wici_err admit_by(struct wici_roster *r, uint8_t feed,
				     uint64_t seq, uint8_t identity,
				     uint8_t token)
{
	struct admit a;

	admit_in(&a, feed, seq, identity, token);
	return wici_roster_admit(r, &a.e);
}

static inline enum wici_err admit(struct wici_roster *r, uint64_t seq,
				  uint8_t identity, uint8_t token)
{
	return admit_by(r, REGISTRAR, seq, identity, token);
}

static inline const struct wici_member *member(const struct wici_roster *r,
					       uint8_t n)
{
	struct wici_key key = pair(n).key;

	return wici_roster_member(r, &key);
}

#endif
