/* daemon/bundle_made.h — A small bundle made whole in memory: what a reply can
 * carry. PROTOCOL §7.1. In a turn. */
#ifndef WICI_DAEMON_BUNDLE_MADE_H
#define WICI_DAEMON_BUNDLE_MADE_H

#include "daemon/growing.h"
#include "daemon/node.h"
#include "proto/bundle.h"

#define BUNDLE_MADE_MAX ((size_t)1 << 20) /* What clients read. */

struct bundle_made {
	struct growing bytes;
	struct wici_bundle_writer w;
	size_t changes; /* So many were put. */
};

/* The head, and what it is about: no runs, so no feeds. */
void bundle_made_begin(struct bundle_made *b, const struct node *n);

void bundle_made_put(struct bundle_made *b, enum wici_bundle_type type,
		     struct wici_bytes bytes);

/* The root's changes in force, by version, and at a root fork the rivals. */
void bundle_made_put_changes(struct bundle_made *b, const struct node *n);

/* The end. Borrowed until clear. WICI_TOO_LARGE. */
WICI_NODISCARD
enum wici_err bundle_made_end(struct bundle_made *b, struct wici_bytes *bytes);
void bundle_made_clear(struct bundle_made *b);

#endif
