/* daemon/fsck_private.h — A run of fsck under way: what the walk (fsck.c) and
 * the answer (fsck_answer.c) share. */
#ifndef WICI_DAEMON_FSCK_PRIVATE_H
#define WICI_DAEMON_FSCK_PRIVATE_H

#include "daemon/attachments.h"
#include "daemon/store/entry.h"

#define FSCK_KINDS     ((size_t)1 << 16)
#define FSCK_FILES_MAX ((size_t)1000) /* Told of; others are counted. */

enum fsck_phase { FEEDS, STATEMENTS, DERIVED, FILES, HEALING };

/* An attachment that something is wrong with. */
struct fsck_file {
	struct attachments_found found;
	bool is_own;   /* Of a record that our own institution published. */
	bool is_noted; /* A record names it; whether it is missing is asked
			* when all is read. */
	int64_t entry; /* That names it; 0: none. */
	char name[WICI_FILE_NAME_LEN_MAX + 1]; /* By which it does; or "". */
};

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
	struct attachments_looked looked;
	bool has_looked; /* At all of them, and all names. */
	struct fsck_file *files;
	size_t files_count, files_more; /* More: beyond FILES_MAX. */
	size_t files_noted;             /* The first so many were looked at. */
	uint64_t files_held;            /* Bytes of them that came back. */
	uint32_t tallies[FSCK_KINDS];
};

/* ---- fsck_files.c: what records name, and what lies in the folder ---- */

/* Of an entry that is read: what it names, and nothing is known of. */
void fsck_files_note(struct node *n, struct fsck *f, const struct feed *feed,
		     const struct entry_row *row);

/* A slice. WICI_END: that was all. */
WICI_NODISCARD
enum wici_err fsck_files_walk(struct node *n, struct fsck *f);

/* Is there nothing left to wait for? How many are not as they are to be? */
bool fsck_files_are_settled(const struct node *n, const struct fsck *f);
/* More of what was spoilt is here than when this was asked last. */
bool fsck_files_have_grown(const struct node *n, struct fsck *f);

/* The pair "attachments". */
void fsck_files_write(struct node *n, const struct fsck *f,
		      struct wici_mp_writer *w);

/* The answer, once all is healed, or peers were waited for long enough. The run
 * is over then. */
WICI_NODISCARD
enum wici_err fsck_answer(struct node *n, struct fsck *f);

/* How far it is, to who wants to know. */
void fsck_tell(struct node *n, struct fsck *f);

#endif
