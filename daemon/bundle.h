/* daemon/bundle.h — Bundles: written from what counts here, taken in as if a
 * peer had brought it. PROTOCOL §7.
 *
 * One a client, in pieces, each in a turn of its own. What a bundle holds is
 * fixed when it is opened (feeds only grow), so that it is consistent while
 * everything goes on. Every run ends with a verified signature, nothing
 * damaged is exported; what comes in is checked like anything from outside. */
#ifndef WICI_DAEMON_BUNDLE_H
#define WICI_DAEMON_BUNDLE_H

#include "daemon/node.h"
#include "proto/bundle.h"

#define BUNDLE_PIECE_MAX    ((size_t)512 << 10)
#define BUNDLE_REJECTED_MAX 100
#define BUNDLE_LINK         UINT64_MAX /* The "link" that brings it. */

/* Of a feed one after the other make one row. */
struct bundle_rejected {
	/* gap: what stands between is missing; fork; ended: the feed ends
	 * before; damaged: what is held here is; quota: a file beyond it;
	 * later: a file whose record is not applied yet; else an error's
	 * code. */
	const char *reason;
	struct wici_key feed; /* Zero: a statement. */
	uint64_t seq;         /* The first of them. */
	uint64_t entries;     /* So many. */
};

struct bundle_counts {
	uint64_t entries, feeds, statements; /* Out: in it. In: taken. */
	uint64_t known; /* In: entries and statements held already. */
	uint64_t bytes;
	uint64_t files;   /* In: whole now. */
	uint64_t rejects; /* Entries and statements in all. */
	size_t rejected_count;
	struct bundle_rejected rejected[BUNDLE_REJECTED_MAX];
	/* In: who asked to be let in, and was. Code: as in proto/token.h. */
	bool has_admitted;
	struct wici_key admitted;
	char code[7];
};

struct bundle;

/* What shall be in it. Statements and registrar feeds always are. */
struct bundle_want {
	bool is_backup;
	const struct wici_key *institutions; /* Of these alone; count 0: all. */
	size_t count;
	int64_t since_ms; /* Of each feed from the first such entry on; 0. */
	bool has_files; /* What the entries in it name, as far as it is here. */
};

/* Begins to write one; replaces what the client had. WICI_NOT_MEMBER: no
 * network. Where a join is under way, a bundle that is no backup asks for it. */
WICI_NODISCARD
enum wici_err bundle_open_out(struct node *n, uint64_t client,
			      const struct bundle_want *want,
			      struct bundle **b);

/* Before it is read: what stands up to this head is held where it goes. Of
 * another chain, it is left in. */
WICI_NODISCARD
enum wici_err bundle_leave_out(struct node *n, struct bundle *b,
			       const struct wici_head *held);

/* The next bytes; max: BUNDLE_PIECE_MAX at least. WICI_END: these are the
 * last. */
WICI_NODISCARD
enum wici_err bundle_read(struct node *n, struct bundle *b, uint8_t *buf,
			  size_t max, size_t *len);

/* Is it one that is being written? */
bool bundle_is_out(const struct bundle *b);

/* Begins to take one in. */
void bundle_open_in(struct node *n, uint64_t client, struct bundle **b);

/* WICI_OK: go on; WICI_MORE: go on, with no bytes (WICI_USAGE: there are some):
 * what is left of these is for another turn. WICI_END: it was whole. WICI_REJECT_BUNDLE: damaged (what was
 * taken before stays: each run proves itself); WICI_REJECT_NETWORK: another
 * network's; WICI_FULL. */
WICI_NODISCARD
enum wici_err bundle_write(struct node *n, struct bundle *b,
			   struct wici_bytes bytes);

/* What the client has open; NULL: nothing. */
struct bundle *bundle_of(const struct node *n, uint64_t client);
const struct bundle_counts *bundle_counts(const struct bundle *b);
void bundle_forget(struct node *n, uint64_t client);

/* All of them, when the node closes. */
void bundle_free_all(struct node *n);

#endif
