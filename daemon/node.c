/* daemon/node.c — The turn: time enters, things happen, and at the end the
 * node alone commits, writes the fence, re-reads what is its own, and only
 * then hands anything out. Opening, the first turn, is node_open.c's.
 *
 *   begin ── receive, call, tick ── end: project · commit? ──┬─ ok: fence,
 *                                                            │  verify, release
 *                                                            ├─ full: roll back,
 *                                                            │  read-only
 *                                                            └─ else: fatal */
#include "daemon/node.h"

#include "daemon/attachments.h"
#include "daemon/beacon.h"
#include "daemon/damage.h"
#include "daemon/draft.h"
#include "daemon/echo.h"
#include "daemon/erase.h"
#include "daemon/forks.h"
#include "daemon/fsck.h"
#include "daemon/indexing.h"
#include "daemon/judge.h"
#include "daemon/load.h"
#include "daemon/outputs.h"
#include "daemon/project.h"
#include "daemon/publish.h"
#include "daemon/renew.h"
#include "daemon/waiters.h"
#include "daemon/witness.h"
#include "daemon/witnessed.h"
#include "proto/require.h"

/* Bytes of entries between two checkpoints; a pull, or a batch, is not quiet. */
#define CHECKPOINT_BYTES      ((size_t)3 << 20)
#define CHECKPOINT_BUSY_BYTES ((size_t)48 << 20)
#define BULK_BYTES            ((size_t)8 << 20) /* Then memory goes back. */
#define RECORD_BYTES          ((size_t)200) /* Roughly, what one projects to. */

static const char read_back[] =
	"what was written is not what was read back: the store or the disk "
	"is damaged";

void node_random(struct node *n, void *p, size_t len)
{
	uint8_t nonce[crypto_stream_chacha20_NONCEBYTES];

	_Static_assert(sizeof(nonce) == 8, "a counter");
	WICI_REQUIRE(n->in_turn);
	wici_put_u64(nonce, n->random_count++);
	(void)crypto_stream_chacha20(p, len, nonce, n->now.seed);
}

void node_stop(struct node *n, const char *why)
{
	struct node_output out = {.type = NODE_FATAL};

	if (n->fatal)
		return;
	n->fatal = why;
	out.fatal = why;
	node_emit(n, &out);
}

enum wici_err node_fail(struct node *n, enum wici_err err)
{
	if (err == WICI_FULL)
		n->is_full = true;
	else
		node_stop(n, store_problem(n->store)[0]
				     ? store_problem(n->store)
				     : STORE_DAMAGED);
	return err;
}

void node_turn_begin(struct node *n, const struct node_now *now)
{
	WICI_REQUIRE(!n->in_turn);
	n->in_turn = true;
	n->now = *now;
	n->random_count = 0;
	n->from = 0;
	if (!n->fatal && !store_is_open(n->store) &&
	    store_begin(n->store) != WICI_OK)
		node_stop(n, "the store could not begin a transaction");
	echo_clock(n);
}

static void release_head(void *arg, struct feed *feed)
{
	judge_released(arg, feed);
}

/* The own feed moved: the fence follows, and what was written is read. */
static bool guard_own(struct node *n)
{
	struct wici_head head;

	if (!n->own || !n->own->is_dirty)
		return true;
	if (n->own_first && !publish_is_intact(n)) {
		node_stop(n, read_back);
		return false;
	}
	head = (struct wici_head){n->own->row.key, n->own->row.seq,
				  n->own->row.id};
	if (!n->sealed && fence_write(&n->fence, n->dir_fd, &head) != WICI_OK) {
		node_stop(n, "the fence could not be written");
		return false;
	}
	return true;
}

/* The turn never was. What it said turns into "the disk is almost full". */
static void roll_back(struct node *n)
{
	store_rollback(n->store);
	n->is_full = false;
	n->is_read_only = true;
	n->wants_commit = false;
	outputs_take_back(n);
	n->witness.day = 0;
	witnessed_clear(n);
	beacon_set_due(n);
	if (store_begin(n->store) != WICI_OK || load_all(n) != WICI_OK ||
	    store_commit(n->store) != WICI_OK)
		node_stop(n, "the store could not be read again");
	outputs_release(n);
}

/* Between commits, when it costs nobody anything. */
static void tidy(struct node *n, bool is_busy)
{
	size_t limit = is_busy ? CHECKPOINT_BUSY_BYTES : CHECKPOINT_BYTES;

	if (n->unchecked_bytes >= BULK_BYTES)
		n->is_bulky = true;
	if (n->unchecked_bytes >= limit ||
	    (n->is_bulky && !is_busy && project_is_done(n) &&
	     n->unchecked_bytes)) {
		n->unchecked_bytes = 0;
		if (store_checkpoint(n->store) != WICI_OK)
			node_stop(n, "the store could not be checkpointed");
	}
	if (n->is_bulky && !is_busy && project_is_done(n)) {
		n->is_bulky = false;
		store_shrink(n->store);
	}
}

/* Many own entries in one turn: who waits for them shall not wait for what can
 * be done in the quiet one that follows. */
static bool is_batch(const struct node *n)
{
	return n->own_first && n->own_last - n->own_first >= NODE_BATCH;
}

static void commit(struct node *n)
{
	bool is_busy = n->is_pulling || is_batch(n);
	enum wici_err err =
		n->is_full ? WICI_FULL : feeds_write(&n->feeds, n->store);

	if (err == WICI_OK)
		err = store_commit(n->store);
	if (err == WICI_FULL) {
		roll_back(n);
		return;
	}
	if (err != WICI_OK) {
		(void)node_fail(n, err);
		return;
	}
	if (!guard_own(n))
		return;
	if (erase_committed(n) != WICI_OK) {
		node_stop(n, "the store could not be checkpointed");
		return;
	}
	n->own_first = n->own_last = 0;
	feeds_release(&n->feeds, release_head, n);
	outputs_release(n);
	n->unchecked_bytes += n->turn_bytes;
	n->turn_bytes = 0;
	n->wants_commit = false;
	tidy(n, is_busy);
}

static bool is_commit_due(const struct node *n)
{
	return n->wants_commit || n->is_full || !n->is_pulling ||
	       n->turn_bytes >= NODE_COMMIT_BYTES ||
	       (n->turn_bytes &&
		n->now.mono_ms - n->turn_since_ms >= NODE_COMMIT_MS);
}

static bool can_project(const struct node *n)
{
	return !n->fatal && !n->is_full && !n->is_read_only &&
	       (!n->is_pulling || n->wants_commit);
}

static void project(struct node *n)
{
	int64_t from = n->cursor_written;

	if (can_project(n) && !is_batch(n) &&
	    !project_slice(n, NODE_PROJECT_SLICE) &&
	    !indexing_turn(n)) /* What failed is known to node_fail(). */
		n->unchecked_bytes +=
			RECORD_BYTES * (size_t)(n->cursor_written - from);
}

/* What has happened, put to all feeds; and what the own one may do now. */
static void settle(struct node *n)
{
	enum wici_err err = n->fatal ? WICI_STORE : forks_turn(n);

	if (err == WICI_OK && n->is_judging_due && judge_may(n)) {
		err = judge_all(n);
		attachments_review(n);
	}
	if (err == WICI_OK)
		err = renew_turn(n);
	if (err == WICI_OK)
		err = draft_turn(n);
	/* What failed is known to node_fail(). */
	(void)err;
}

/* What the own feed says regularly, of all that has been projected. */
static void vouch(struct node *n)
{
	enum wici_err err =
		n->fatal || n->is_full ? WICI_STORE : witness_turn(n);

	if (err == WICI_OK)
		err = beacon_turn(n);
	/* What failed is known to node_fail(). */
	(void)err;
}

void node_turn_end(struct node *n)
{
	WICI_REQUIRE(n->in_turn);
	fsck_turn(n);
	damage_turn(n);
	settle(n);
	project(n);
	attachments_turn(n);
	vouch(n);
	erase_turn(n);
	if (!n->fatal)
		waiters_run(n);
	if (!n->fatal && is_commit_due(n))
		commit(n);
	if (n->fatal)
		store_rollback(n->store);
	sodium_memzero(n->now.seed, sizeof(n->now.seed));
	n->in_turn = false;
}

/* Below the reserve nothing is written, visibly, before SQLite fails. */
void node_look_at_disk(struct node *n)
{
	n->is_read_only = store_free_bytes(n->store) < STORE_RESERVE_BYTES;
}

void node_tick(struct node *n)
{
	if (!n->fatal)
		node_look_at_disk(n);
}

bool node_is_busy(const struct node *n)
{
	return !n->fatal &&
	       (fsck_is_busy(n) || attachments_is_busy(n) ||
		damage_is_busy(n) || erase_is_busy(n) || draft_is_due(n) ||
		(!n->is_read_only && !n->is_pulling &&
		 !(project_is_done(n) && indexing_is_done(n))));
}
