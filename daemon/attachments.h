/* daemon/attachments.h — Which attachments are here, which are wanted, and how
 * much room they may take.
 *
 *   named by a record ──> wanted: small ones at once, others when a client or
 *                │        a peer asks ──> fetched, chunk by chunk ──> whole
 *   added by a client ──> whole, for a day; then a record names it, or it goes
 *                         what no entry that counts names any longer goes
 *
 * The files are daemon/chunks.h's, and what is in the folder is the truth: a
 * want is a file too, so that it outlives the process. Who is asked for a
 * chunk, and when, is the hub's. In a turn. */
#ifndef WICI_DAEMON_ATTACHMENTS_H
#define WICI_DAEMON_ATTACHMENTS_H

#include "daemon/chunks.h"
#include "daemon/node.h"

#define ATTACHMENTS_EAGER     ((uint64_t)1 << 20)  /* Fetched unasked. */
#define ATTACHMENTS_QUOTA     ((uint64_t)10 << 30) /* Of all together, … */
#define ATTACHMENTS_ROOM_MIN  ((uint64_t)64 << 10) /* … each so much at least. */
#define ATTACHMENTS_GRACE_MS  ((int64_t)24 * 3600 * 1000)
#define ATTACHMENTS_SWEEP_MS  600000u /* Between two looks at all of them, … */
#define ATTACHMENTS_REVIEW_MS 60000u  /* … and where there is a reason. */
#define ATTACHMENTS_OPEN_MAX  32u
#define ATTACHMENTS_PIECE     ((size_t)512 << 10) /* Of a client's file. */

enum attachment_why { /* It is wanted: in ascending order. */
		      ATTACHMENT_UNWANTED,
		      ATTACHMENT_FOR_PEER, /* One asked us, who do not hold it. */
		      ATTACHMENT_EAGER,
		      ATTACHMENT_ASKED
};

/* What there is to know of one. Borrowed until the next call. */
struct attachment_view {
	struct wici_id root;
	uint64_t size;
	uint64_t held; /* Bytes of it that are here, as far as is known. */
	enum attachment_why why;
	bool is_whole;
	bool is_judging;  /* Its bytes are being hashed: it is not whole now. */
	bool is_known;    /* False: nothing is here, nor was it asked for. */
	bool is_nowhere;  /* Whoever is connected was asked, and has it not. */
	int64_t added_ms; /* Not 0: added then, and no record names it. */
};

WICI_NODISCARD
enum wici_err attachments_open(struct node *n);
void attachments_close(struct node *n);

/* A record names it: it may be wanted; if it is our own institution's, whatever
 * its size: what a disk has lost comes back. Errors are node_fail()'s. */
WICI_NODISCARD
enum wici_err attachments_named(struct node *n, const struct wici_file *file,
				bool is_own);

/* Somebody asks for it. WICI_TOO_LARGE: it does not fit into the quota (for a
 * peer: into half of it); WICI_FULL: the disk is. */
WICI_NODISCARD
enum wici_err attachments_want(struct node *n, const struct wici_id *root,
			       uint64_t size, enum attachment_why why);

void attachments_view(const struct node *n, const struct wici_id *root,
		      uint64_t size, struct attachment_view *view);

/* The first whose address, then size, is above this one's (NULL: of all). False:
 * none is. */
bool attachments_next(const struct node *n, const struct attachment_view *above,
		      struct attachment_view *view);

/* A size that is a lie makes another one: it never gets a chunk. */
struct attachment_key {
	struct wici_id root;
	uint64_t size;
};
int attachment_key_compare(const void *a, const void *b);

/* All of them, ascending; on the heap, NULL: none. */
struct attachment_key *attachments_keys(const struct node *n, size_t *count);

/* Bytes that are taken or promised, and how many there may be. */
uint64_t attachments_bytes(const struct node *n);
uint64_t attachments_quota(const struct node *n);
uint64_t attachments_eager(const struct node *n);

/* ---- who names it: attachments_named.c ---- */

/* An entry that counts, is not erased and names it with this size (0: any):
 * its number, and what it says. WICI_NOT_FOUND; WICI_MORE: none of the first
 * that name it does, and there are more, or one of them is damaged. */
struct attachment_naming {
	int64_t n;
	struct wici_file file; /* Borrowed until the next entry is read. */
};
WICI_NODISCARD
enum wici_err attachments_naming(struct node *n, const struct wici_id *root,
				 uint64_t size, struct attachment_naming *by);

/* Is all known that may name one? */
bool attachments_know_names(const struct node *n);

/* Does one of those that name it (the first 64), and count, fit? */
struct entry_row;
bool attachments_any(struct node *n, const struct wici_id *root, uint64_t size,
		     bool (*fits)(void *arg, const struct entry_row *row),
		     void *arg);

/* May who has this access hear of an entry that names it? */
bool attachments_may_show(struct node *n, enum node_access access,
			  const struct wici_key *identity,
			  const struct wici_id *root, uint64_t size);

/* Whose record names it: the feed. */
bool attachments_author(struct node *n, const struct wici_id *root,
			uint64_t size, struct wici_key *feed);

/* What counts may have changed (the roster, an erasure): all are looked at
 * soon. */
void attachments_review(struct node *n);

/* An entry that named it does so no longer (it was erased): it goes now, unless
 * another names it; or soon, where that is not known yet. */
void attachments_unnamed(struct node *n, const struct wici_id *root,
			 uint64_t size);

/* Looks at some, hashes some, closes what is not used: once a turn. */
void attachments_turn(struct node *n);
bool attachments_is_busy(const struct node *n);

/* ---- the hub's: attachments_chunks.c ---- */

/* Wanted, and may be asked for now: the next behind *at (0: the first), the
 * more urgent first; *at is set. False: none. */
bool attachments_due(struct node *n, uint64_t *at, struct wici_id *root,
		     uint64_t *size);

/* Has anything become due since it was last asked: wanted, or hashed? */
bool attachments_has_news(const struct node *n);
bool attachments_take_news(struct node *n);

/* Nobody has it: not due for a while, longer each time. Somebody may: due at
 * once; root NULL: all. */
void attachments_put_off(struct node *n, const struct wici_id *root,
			 uint64_t size);
void attachments_retry(struct node *n, const struct wici_id *root,
		       uint64_t size);

/* The first and last chunk that it lacks. False: it is not wanted (any more),
 * or it is being looked at. */
bool attachments_lacks(struct node *n, const struct wici_id *root,
		       uint64_t size, uint32_t *from, uint32_t *to);

/* A chunk that came. WICI_END: the file is whole now. WICI_REJECT_CHUNK: it
 * does not fit; WICI_NOT_FOUND: the file is not wanted any more; WICI_FULL;
 * WICI_NOT_PERMITTED: what has the file's name cannot be opened. */
WICI_NODISCARD
enum wici_err attachments_take(struct node *n, const struct wici_id *root,
			       uint64_t size, const struct wici_message *m);

/* The same, of a file that a person brings: what is here of it is hashed first,
 * however long that takes. */
WICI_NODISCARD
enum wici_err attachments_bring(struct node *n, const struct wici_id *root,
				uint64_t size, const struct wici_message *m);

/* The next chunk that is held, from `from` up to `to`, as a message: whose path
 * and bytes are borrowed until the next call. WICI_NOT_FOUND: none is;
 * WICI_AGAIN: it is being hashed; WICI_NOT_PERMITTED: what has the file's name
 * cannot be opened. */
WICI_NODISCARD
enum wici_err attachments_give(struct node *n, const struct wici_id *root,
			       uint64_t size, uint32_t from, uint32_t to,
			       struct wici_message *m);

/* ---- a client's: attachments_add.c ---- */

/* One a client at a time, which replaces what it had. WICI_TOO_LARGE: beyond
 * the quota; WICI_BAD_FIELD: no attachment has this size; WICI_FULL. */
WICI_NODISCARD
enum wici_err attachments_add(struct node *n, uint64_t client, uint64_t size);

/* WICI_USAGE: nothing is being added, or it is longer than was said. */
WICI_NODISCARD
enum wici_err attachments_append(struct node *n, uint64_t client,
				 struct wici_bytes bytes);

/* It is here, and stays for a day. WICI_USAGE: nothing is being added, or it is
 * shorter than was said. */
WICI_NODISCARD
enum wici_err attachments_finish(struct node *n, uint64_t client,
				 struct wici_id *root, uint64_t *size);
void attachments_forget(struct node *n, uint64_t client);

/* ---- fsck's: attachments_look.c ---- */

enum attachment_flaw {
	ATTACHMENT_DAMAGED, /* Some of its bytes are not what they were. */
	ATTACHMENT_MISSING, /* It was here, or is to be, and is not. */
	ATTACHMENT_TREE,    /* The bytes are good; what is noted of them not. */
	ATTACHMENT_UNREADABLE, /* It is left as it is. */
	ATTACHMENT_LEFT,       /* Nothing needs it any longer. */
	ATTACHMENT_FOREIGN     /* No file of ours. */
};

struct attachments_found {
	enum attachment_flaw flaw;
	struct wici_id root;
	uint64_t size;       /* 0: not known. */
	uint64_t bytes;      /* Spoilt; of what is LEFT or FOREIGN: all. */
	uint32_t chunks;     /* Spoilt. */
	bool is_gone;        /* LEFT: it was removed. */
	char file_name[256]; /* LEFT, FOREIGN: in the folder. */
};

struct attachments_looked {
	uint64_t files;  /* Looked at. */
	uint64_t bytes;  /* Good. */
	uint64_t wanted; /* Not here whole, and nothing wrong with that. */
};

/* Is this one, which a record names, to be here, and nothing is known of it? */
bool attachments_is_due_here(const struct node *n, const struct wici_file *file,
			     bool is_own);

/* Looks at some more: each file, then each name in the folder. What is wrong is
 * wanted again, and what is left over goes, unless this is read-only. WICI_MORE:
 * *found; WICI_END: that was all. Errors are node_fail()'s. */
WICI_NODISCARD
enum wici_err attachments_look(struct node *n, struct attachments_found *found);
void attachments_looked(const struct node *n,
			struct attachments_looked *looked);
void attachments_look_end(struct node *n);

/* Bytes of a file that is here whole, from `from`; at most PIECE, and fewer at
 * its end. WICI_NOT_FOUND: it is not, or the disk has spoilt it; and the others
 * of attachments_give(). */
WICI_NODISCARD
enum wici_err attachments_read(struct node *n, const struct wici_id *root,
			       uint64_t size, uint64_t from, uint8_t *buf,
			       size_t *len);

#endif
