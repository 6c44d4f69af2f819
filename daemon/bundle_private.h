/* daemon/bundle_private.h — What the files of the bundles share. */
#ifndef WICI_DAEMON_BUNDLE_PRIVATE_H
#define WICI_DAEMON_BUNDLE_PRIVATE_H

#include "daemon/bundle.h"

struct bundle_part { /* A feed, up to where it stood. */
	struct wici_head head;
	int rank;
};

struct bundle {
	struct bundle *next;
	uint64_t client;
	bool is_out;
	bool is_backup;
	struct bundle_counts counts;
	/* Out: */
	struct wici_bundle_writer writer;
	unsigned step; /* 0: the head, 1: ABOUT, 2: BACKUP, 3: the rest. */
	struct wici_id *statements;
	size_t statements_at;
	struct bundle_part *parts;
	size_t parts_count, parts_at;
	uint64_t seq; /* Of the part at hand: written so far. */
	/* In: */
	struct wici_bundle_reader *reader;
};

/* Replaces what the client had. */
struct bundle *bundle_new(struct node *n, uint64_t client);

#endif
