/* daemon/attachments_private.h — What the files of the attachments share. */
#ifndef WICI_DAEMON_ATTACHMENTS_PRIVATE_H
#define WICI_DAEMON_ATTACHMENTS_PRIVATE_H

#include "daemon/attachments.h"

#include <uthash.h>

struct attachment {
	struct attachment_key key;
	uint64_t n; /* In the order in which they became known. */
	enum attachment_why why;
	bool is_whole;
	bool is_spoilt; /* It was whole, and is not since. */
	bool has_part;
	uint32_t held; /* Chunks, when it was last closed. */
	int64_t added_ms;
	uint64_t again_ms; /* Not asked for before. */
	unsigned failures; /* Nobody had it, so often. */
	struct chunks *open;
	uint64_t used_ms;                             /* Of the open one. */
	struct attachment *prev, *next;               /* Of all. */
	struct attachment *wanted_prev, *wanted_next; /* Of those wanted. */
	UT_hash_handle hh;
};

struct attachments_adding {
	struct attachments_adding *next;
	uint64_t client;
	uint64_t left; /* Bytes that are still to come. */
	struct chunks *chunks;
	size_t len; /* Of what is not a whole chunk yet. */
	uint8_t buf[WICI_CHUNK_LEN_MAX];
};

/* A look at all of them, under way. */
struct attachments_look {
	struct attachment *at; /* Being looked at, or next. */
	bool is_begun;         /* With that one. */
	bool is_live;          /* As it is open, a part. */
	struct chunks *seen;   /* Else: opened to be looked at. */
	struct chunks_seen of;
	struct chunks_walk *walk; /* Then the names. */
	struct attachments_looked so_far;
};

struct attachments {
	int dir_fd;                /* −1: nothing was ever kept. */
	struct attachment *all;    /* uthash. */
	struct attachment *list;   /* utlist, by n. */
	struct attachment *wanted; /* utlist: why is not UNWANTED. */
	uint64_t last_n;
	uint64_t bytes; /* Here, or promised; … */
	uint64_t room; /* … and as the quota counts them: so much at least. */
	struct attachment *opened[ATTACHMENTS_OPEN_MAX];
	size_t opened_count;
	struct attachment *sweep; /* The next to be looked at. */
	bool has_news;            /* For the hub. */
	bool is_sweeping;
	bool is_review_due;
	bool has_swept;
	uint64_t swept_ms;
	struct attachments_adding *adding;
	struct attachments_look *look;
	uint64_t added; /* Numbers of new.<n>. */
	uint8_t buf[WICI_CHUNK_LEN_MAX];
	struct wici_id path[WICI_CHUNK_PATH_MAX];
};

struct attachment *attachment_find(const struct node *n,
				   const struct wici_id *root, uint64_t size);
struct attachment *attachment_put(struct node *n, const struct wici_id *root,
				  uint64_t size);

/* A file of this size is here, or promised, or no longer. */
void attachment_take_room(struct node *n, uint64_t size);
void attachment_give_room(struct node *n, uint64_t size);
/* Does it fit, when all may take so much? */
bool attachment_has_room(const struct node *n, uint64_t size, uint64_t max);

/* Its bytes count, or count no longer, among what is taken. */
void attachment_set_why(struct node *n, struct attachment *a,
			enum attachment_why why);
void attachment_set_whole(struct node *n, struct attachment *a, bool is_whole);

/* Makes the folder, unless it is there. */
WICI_NODISCARD
enum wici_err attachments_make_dir(struct node *n);

/* Opened, unless it is. WICI_NOT_PERMITTED: what has its name is no file, or is
 * not for this user; other errors are node_fail()'s. */
WICI_NODISCARD
enum wici_err attachment_open(struct node *n, struct attachment *a);
void attachment_close(struct node *n, struct attachment *a);

/* Open ones: hashes some of what is not judged yet; closes what is not used. */
void attachment_judge_some(struct node *n);
bool attachment_is_judging(const struct node *n);
void attachment_close_idle(struct node *n);

/* The disk has spoilt some: it is fetched like anything else. */
void attachment_became_spoilt(struct node *n, struct attachment *a);

/* It is hashed anew, and what does not hold is fetched. */
void attachment_doubt(struct node *n, struct attachment *a);

/* May go what nothing names? */
bool attachments_can_sweep(const struct node *n);
/* Added, and not old enough to go. */
bool attachment_is_fresh(const struct node *n, const struct attachment *a);

/* It is about to go. */
void attachment_look_past(struct node *n, const struct attachment *a);

/* Is there another of the same address, with another size? */
bool attachment_has_twin(const struct node *n, const struct attachment *of);

/* It goes, with its files. */
void attachment_drop(struct node *n, struct attachment *a);

/* What a call on files came to: WICI_IO stops the daemon, and the rest passes. */
enum wici_err attachment_err(struct node *n, enum wici_err err);

#endif
