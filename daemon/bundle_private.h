/* daemon/bundle_private.h — What the files of the bundles share. */
#ifndef WICI_DAEMON_BUNDLE_PRIVATE_H
#define WICI_DAEMON_BUNDLE_PRIVATE_H

#include "daemon/attachments.h"
#include "daemon/bundle.h"
#include "daemon/growing.h"

struct bundle_part { /* A feed, up to where it stood. */
	struct wici_head head;
	struct wici_head after; /* The last entry that is left out; seq 0. */
	int rank;
};

/* What is next to be written. */
enum bundle_step {
	BUNDLE_HEAD,
	BUNDLE_ABOUT,
	BUNDLE_BACKUP,
	BUNDLE_RECORDS,
	BUNDLE_FILES,
	BUNDLE_JOIN,
	BUNDLE_BEARER,
	BUNDLE_LAST
};

struct bundle {
	struct bundle *next;
	uint64_t client;
	bool is_out;
	bool is_backup;
	bool has_files;
	struct bundle_counts counts;
	/* Out and in: the file at hand (size 0: none yet). */
	struct attachment_key file;
	uint32_t chunk;               /* Out: its next. */
	struct attachment_key *files; /* Out: those that are here, … */
	size_t files_count, files_at; /* … and which is looked at next. */
	bool is_taken;                /* In: its chunks are wanted. */
	unsigned files_now;           /* In: whole since the call began. */
	/* Out: */
	struct wici_bundle_writer writer;
	enum bundle_step step;
	struct wici_id *statements;
	size_t statements_at;
	struct bundle_part *parts;
	size_t parts_count, parts_at;
	uint64_t seq;           /* Of the part at hand: written so far, … */
	uint64_t erased_to;     /* … and its erasures up to there, … */
	uint64_t erase_version; /* … of those that were here then. */
	/* In: */
	struct wici_bundle_reader *reader;
	struct wici_head at; /* The file's own chain of the feed at hand. */
	const char *passed;  /* Why no more of it is taken; NULL. */
	struct growing late; /* Fork proofs whose entries may come later. */
	bool is_late_done;
	bool has_join; /* Somebody asked; once a file. */
	uint8_t *rest; /* What is left of a run; allocated for the first. */
	struct growing left; /* Of a piece, for the next call, … */
	bool has_more;       /* … which brings no other. */
};

struct bundle_piece { /* Out: where the next record goes. */
	uint8_t *p;
	size_t len, max;
};

/* Where a record's bytes may be written before they are put. */
uint8_t *bundle_room(const struct bundle_piece *o);
void bundle_put(struct bundle *b, struct bundle_piece *o,
		enum wici_bundle_type type, struct wici_bytes bytes);

/* The part of this feed; NULL: it is not in the bundle. */
const struct bundle_part *bundle_part_of(const struct node *n,
					 const struct bundle *b,
					 const struct wici_key *feed);

/* One chunk more, or one file further. WICI_END: there are no more; WICI_AGAIN:
 * it is being hashed. */
WICI_NODISCARD
enum wici_err bundle_put_chunk(struct node *n, struct bundle *b,
			       struct bundle_piece *o);
WICI_NODISCARD
enum wici_err bundle_take_chunk(struct node *n, struct bundle *b,
				struct wici_bytes bytes);

/* Replaces what the client had. */
struct bundle *bundle_new(struct node *n, uint64_t client);

/* One row more, or one longer. feed NULL: a statement. */
void bundle_reject(struct bundle *b, const char *reason,
		   const struct wici_key *feed, uint64_t seq, uint64_t entries);

#endif
