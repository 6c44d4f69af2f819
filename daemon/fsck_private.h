/* daemon/fsck_private.h — A run of fsck under way: what the walk (fsck.c) and
 * the answer (fsck_answer.c) share. */
#ifndef WICI_DAEMON_FSCK_PRIVATE_H
#define WICI_DAEMON_FSCK_PRIVATE_H

#include "daemon/node.h"

#define FSCK_KINDS ((size_t)1 << 16)

enum fsck_phase { FEEDS, STATEMENTS, DERIVED, HEALING };

struct fsck {
	uint64_t client, msgid;
	bool is_rebuild, is_watched;
	enum fsck_phase phase;
	size_t feed_n; /* Being walked, by number; from 1. */
	uint64_t seq;  /* Walked so far, and their payloads' bytes. */
	uint64_t bytes;
	uint64_t bad_seq;   /* Found bad, and to be looked at again. */
	uint64_t void_from; /* The first of those that nothing covers yet. */
	uint64_t voids_open;
	int64_t statement_n; /* Walked so far. */
	uint64_t entries, feeds, voids;
	bool is_wrong;  /* What was derived. */
	bool is_moved;  /* Something came meanwhile: tallies say nothing. */
	int64_t last_n; /* At the start. */
	uint64_t since_ms, deadline_ms, told_ms;
	uint32_t tallies[FSCK_KINDS];
};

/* The answer, once all is healed, or peers were waited for long enough. The run
 * is over then. */
WICI_NODISCARD
enum wici_err fsck_answer(struct node *n, struct fsck *f);

/* How far it is, to who wants to know. */
void fsck_tell(struct node *n, struct fsck *f);

#endif
