/* client/bundle_file.h — A small bundle, read whole: what is in it, record by
 * record, before any of it is believed. PROTOCOL §7.1. */
#ifndef WICI_CLIENT_BUNDLE_FILE_H
#define WICI_CLIENT_BUNDLE_FILE_H

#include "client/client.h"
#include "proto/bundle.h"

struct bundle_part {
	enum wici_bundle_type type; /* Never END. */
	struct wici_bytes bytes;
};

struct bundle_file {
	struct wici_id network;
	struct bundle_part *parts; /* As they stand in it. */
	size_t count;
	uint8_t *copy; /* What they borrow. */
};

/* Does it begin like one? */
bool bundle_file_is(struct wici_bytes whole);

/* Its hash is verified, nothing else. WICI_BAD_FIELD: it is none, damaged, cut
 * short. Clear it also after an error. */
WICI_NODISCARD
enum wici_err bundle_file_take(struct client *c, struct wici_bytes whole,
			       struct bundle_file *f);
void bundle_file_clear(struct bundle_file *f);

#endif
