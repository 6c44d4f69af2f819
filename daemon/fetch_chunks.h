/* daemon/fetch_chunks.h — Who is asked for which attachment.
 *
 * Some files at a time, each asked of one link; the author's first, then the
 * others. A link that has no more of it is not asked for it again, and one that
 * stalls for nothing, until it says something; when all were asked it is put off. While nobody is
 * connected it waits. */
#ifndef WICI_DAEMON_FETCH_CHUNKS_H
#define WICI_DAEMON_FETCH_CHUNKS_H

#include "daemon/node.h"

#define FETCH_FILES_MAX      8 /* Fewer than may be open. */
#define FETCH_FILES_LINK_MAX 4 /* Of one link at a time. */
#define FETCH_TRIED_MAX      64
#define FETCH_CHUNK_MS       10000u /* Without any chunk: it stalls. */

struct hub;
struct link;

struct fetch_file {
	struct wici_id root;
	uint64_t size;
	uint64_t link; /* Asked; 0: nobody. */
	uint64_t asked_ms;
	uint64_t tried[FETCH_TRIED_MAX]; /* Links. */
	size_t tried_count;
};

struct fetch_chunks {
	struct fetch_file files[FETCH_FILES_MAX];
	size_t count;
	bool is_due; /* Something changed: plan in the next turn. */
};

/* Takes up what is wanted, and asks. In a turn. */
void fetch_chunks_plan(struct hub *h);

/* The link said that it has sent all that it holds of this file. */
void fetch_chunks_ended(struct hub *h, const struct link *l,
			const struct wici_id *root);

/* Somebody holds it whole now. */
void fetch_chunks_whole(struct hub *h, const struct link *l,
			const struct wici_id *root, uint64_t size);

/* Somebody is there who was not asked. */
void fetch_chunks_met(struct hub *h);

/* The link is gone. */
void fetch_chunks_forget(struct hub *h, uint64_t link);

/* Once a second: takes files from links that stall. */
void fetch_chunks_tick(struct hub *h);

#endif
