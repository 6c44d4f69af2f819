/* proto/kinds/feed_succeed.h — feed.succeed: a feed that carries on another
 * of the same institution. */
#ifndef WICI_PROTO_KINDS_FEED_SUCCEED_H
#define WICI_PROTO_KINDS_FEED_SUCCEED_H

#include "proto/kind.h"

#define WICI_KIND_FEED_SUCCEED 3

struct wici_succeed_body {
	bool close;
	struct wici_bytes feed; /* 32 bytes: the old one. */
	struct wici_id id;
	struct wici_key identity;
	uint64_t seq;
	struct wici_bytes signature; /* 64 bytes. Checked by succeed.c. */
};

extern const struct wici_kind wici_kind_feed_succeed;

#endif
