/* daemon/body_private.h — What body.c (maps and lists), body_value.c (single
 * values) and body_edit.c (maps changed) share. */
#ifndef WICI_DAEMON_BODY_PRIVATE_H
#define WICI_DAEMON_BODY_PRIVATE_H

#include "daemon/body.h"
#include "proto/mp_read.h"

struct body_maker {
	struct node *node;
	struct wici_mp_writer *w;
	struct fault *fault;
	enum find_by by; /* What institutions may be called. */
};

/* The first value's head; NIL when there is none. */
struct wici_mp body_head(struct wici_bytes raw);

/* Writes a map by its rows; in: NULL but for a kind's own. */
WICI_NODISCARD
enum wici_err body_map(struct body_maker *m, const struct wici_field *rows,
		       struct wici_bytes map, const struct body_input *in);

/* Writes one value of the row's type, which is not looked at more closely. */
WICI_NODISCARD
enum wici_err body_value_make(struct body_maker *m, const struct wici_field *f,
			      struct wici_bytes raw);

#endif
