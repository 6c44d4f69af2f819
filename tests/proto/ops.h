/* tests/proto/ops.h — An op of each number, as a root would write it: two rows
 * in each list, given in the wrong order. */
#ifndef WICI_TESTS_PROTO_OPS_H
#define WICI_TESTS_PROTO_OPS_H

#include "tests/proto/trust.h"

static inline struct wici_key key_of(size_t n)
{
	return (struct wici_key){{(uint8_t)(n >> 8), (uint8_t)n, 7}};
}

static inline struct wici_head cut_of(size_t n)
{
	return (struct wici_head){key_of(n), n + 1, id_of((uint8_t)n)};
}

static inline struct wici_feed_row feed_row_of(size_t n)
{
	return (struct wici_feed_row){cut_of(n), n % 2 == 0};
}

static inline void found(struct wici_mp_writer *w)
{
	struct net n = net(3, 2);

	wici_op_found(w, &n.policy, WICI_BYTES("Sieć OSL"), &n.salt);
}

static inline void registrar(struct wici_mp_writer *w)
{
	struct wici_head at = cut_of(1);

	wici_op_registrar(w, &at, NULL, 0);
}

static inline void registrars(struct wici_mp_writer *w)
{
	struct wici_head at = cut_of(1);
	struct wici_head before = cut_of(2);

	wici_op_registrar(w, &at, &before, 1);
}

static inline void issuers(struct wici_mp_writer *w)
{
	struct wici_issuer rows[2] = {row("osl", 10), row("cal", 10)};

	row_close(&rows[0], 20, 5);
	row_close(&rows[1], 21, 5);
	wici_op_issuers(w, "2027-12-31", rows, 2);
}

static inline void act(struct wici_mp_writer *w, enum wici_op op)
{
	struct wici_feed_row rows[2] = {feed_row_of(5), feed_row_of(4)};
	struct wici_key identity = key_of(8);
	struct wici_key key = key_of(9);

	wici_op_member(w, op, &identity, op == WICI_OP_SUSPEND ? NULL : &key,
		       rows, 2);
}

static inline void suspend(struct wici_mp_writer *w)
{
	act(w, WICI_OP_SUSPEND);
}

static inline void rekey(struct wici_mp_writer *w)
{
	act(w, WICI_OP_REKEY);
}

static inline void reinstate(struct wici_mp_writer *w)
{
	act(w, WICI_OP_REINSTATE);
}

static inline void policy(struct wici_mp_writer *w)
{
	struct net n = net(2, 2);

	n.policy.version = 2;
	wici_op_policy(w, &n.policy);
}

static inline void revoke(struct wici_mp_writer *w)
{
	struct wici_revoked rows[2] = {{id_of(9), 20000}, {id_of(8), 20001}};

	wici_op_revoke(w, rows, 2);
}

static inline void witnesses(struct wici_mp_writer *w)
{
	struct wici_witness rows[2] = {{key_of(2), key_of(7)},
				       {key_of(1), key_of(7)}};

	wici_op_witnesses(w, 2, rows, 2);
}

static inline void quotas(struct wici_mp_writer *w)
{
	struct wici_quota rows[2] = {{key_of(2), 1, UINT64_MAX},
				     {key_of(1), UINT64_MAX, 0}};

	wici_op_quotas(w, rows, 2);
}

static inline void relays(struct wici_mp_writer *w)
{
	struct wici_relay rows[2] = {
		{key_of(2), 6, {"a:1", "b:2", "c:3", "d:4", "e:5", "ż:6"}},
		{key_of(1), 6, {"a:1", "b:2", "c:3", "d:4", "e:5", "f:6"}}};

	wici_op_relays(w, rows, 2);
}

static inline void lift(struct wici_mp_writer *w)
{
	struct wici_id rows[2] = {id_of(9), id_of(8)};

	wici_op_lift(w, rows, 2);
}

static inline void stands(struct wici_mp_writer *w)
{
	struct wici_id id = id_of(3);

	wici_op_stands(w, &id);
}

static inline void feeds(struct wici_mp_writer *w)
{
	struct wici_feed_row rows[2] = {feed_row_of(3), feed_row_of(2)};

	wici_op_feeds(w, rows, 2);
}

#endif
