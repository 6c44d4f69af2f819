/* proto/kinds/feed_open.h — feed.open: entry 1, which ties a feed to an
 * institution. */
#ifndef WICI_PROTO_KINDS_FEED_OPEN_H
#define WICI_PROTO_KINDS_FEED_OPEN_H

#include "proto/kind.h"

#define WICI_KIND_FEED_OPEN 1

struct wici_open_body {
	struct wici_key identity;
	struct wici_bytes signature; /* 64 bytes. Checked by the roster. */
};

extern const struct wici_kind wici_kind_feed_open;

#endif
