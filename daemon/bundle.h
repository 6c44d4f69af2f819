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

struct bundle_rejected {
	enum wici_err err;
	struct wici_key feed; /* Zero: a statement. */
	uint64_t seq;
};

struct bundle_counts {
	uint64_t entries, feeds, statements; /* Out: in it. In: taken. */
	uint64_t known; /* In: entries and statements held already. */
	uint64_t bytes;
	size_t rejected_count;
	struct bundle_rejected rejected[BUNDLE_REJECTED_MAX];
};

struct bundle;

/* Begins to write one; replaces what the client had. WICI_NOT_MEMBER: no
 * network. */
WICI_NODISCARD
enum wici_err bundle_open_out(struct node *n, uint64_t client, bool is_backup,
			      struct bundle **b);

/* The next bytes; max: BUNDLE_PIECE_MAX at least. WICI_END: these are the
 * last. */
WICI_NODISCARD
enum wici_err bundle_read(struct node *n, struct bundle *b, uint8_t *buf,
			  size_t max, size_t *len);

/* Begins to take one in. */
void bundle_open_in(struct node *n, uint64_t client, struct bundle **b);

/* WICI_OK: go on; WICI_END: it was whole. WICI_REJECT_BUNDLE: damaged (what was
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
