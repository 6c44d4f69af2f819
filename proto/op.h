/* proto/op.h — What proto/change.c and proto/op_read.c share: the form of an
 * op. Others read changes through proto/change.h. */
#ifndef WICI_PROTO_OP_H
#define WICI_PROTO_OP_H

#include "proto/change.h"
#include "proto/form.h"

/* Has the op exactly the fields of this number? Of those numbers whose ops
 * struct wici_change keeps as bytes. The op is a map, and canonical. */
bool wici_op_is_good(enum wici_op number, struct wici_bytes op);

/* A field "seq", 1 … WICI_SEQ_MAX. */
uint64_t wici_op_seq(struct wici_form *f);

/* A field "closed": where feeds before this one stop, none of them twice or
 * the present one. `at` may stand behind it: ask wici_op_is_closed_once() when
 * it is known. */
size_t wici_op_closed(struct wici_form *f, uint32_t min,
		      struct wici_closed closed[WICI_CLOSED_MAX]);
bool wici_op_is_closed_once(const struct wici_closed *closed, size_t count,
			    const struct wici_key *present);

#endif
