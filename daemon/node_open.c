/* daemon/node_open.c — A state folder opened and closed: the lock, the keys, the
 * store, the fence. Opening is the first turn. */
#include "daemon/node.h"

#include "daemon/attachments.h"
#include "daemon/beacon.h"
#include "daemon/bundle.h"
#include "daemon/changes.h"
#include "daemon/clone.h"
#include "daemon/echo.h"
#include "daemon/erase.h"
#include "daemon/fsck.h"
#include "daemon/load.h"
#include "daemon/outputs.h"
#include "daemon/renew.h"
#include "daemon/witnessed.h"
#include "proto/require.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static enum wici_err tell(char *why, size_t why_len, enum wici_err err,
			  const char *sentence)
{
	(void)snprintf(why, why_len, "%s", sentence);
	return err;
}

static enum wici_err open_dir(struct node *n, char *why, size_t why_len)
{
	const char *path = n->config.state_dir;
	struct stat st;

	if (mkdir(path, 0700) != 0 && errno != EEXIST)
		return tell(why, why_len, WICI_IO,
			    "the state folder cannot be made: its parent "
			    "folder is missing, or may not be written");
	n->dir_fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (n->dir_fd < 0 || fstat(n->dir_fd, &st) != 0)
		return tell(why, why_len,
			    errno == EACCES ? WICI_NOT_PERMITTED : WICI_IO,
			    "the state folder cannot be opened");
	if (st.st_mode & (S_IWGRP | S_IWOTH))
		return tell(why, why_len, WICI_NOT_PERMITTED,
			    "others may write to the state folder: chmod 700 "
			    "it");
	return WICI_OK;
}

static enum wici_err lock_dir(struct node *n, char *why, size_t why_len)
{
	enum wici_err err = fence_lock(n->dir_fd, &n->lock_fd);

	if (err == WICI_BUSY)
		return tell(why, why_len, err,
			    "another wicid runs on this state folder");
	if (err != WICI_OK)
		return tell(why, why_len, WICI_NOT_PERMITTED,
			    "the state folder may not be written");
	return WICI_OK;
}

static enum wici_err open_store(struct node *n, char *why, size_t why_len)
{
	char path[4096];
	int len =
		snprintf(path, sizeof(path), "%s/wici.db", n->config.state_dir);

	if (len < 0 || (size_t)len >= sizeof(path))
		return tell(why, why_len, WICI_TOO_LARGE,
			    "the state folder's path is too long");
	return store_open(&n->store, path, why, why_len);
}

/* Own head against the fence. */
static enum wici_err open_fence(struct node *n)
{
	struct wici_head stored = {.feed = n->keys.feed};
	enum wici_err err;

	if (n->own)
		stored.feed = n->own->row.key;
	/* A damaged head says nothing: the fence must not follow it. */
	if (n->own && !n->is_own_damaged) {
		stored.seq = n->own->row.seq;
		stored.id = n->own->row.id;
	}
	if (n->own && !n->keys.has_feed) {
		n->sealed = "key_missing";
		return WICI_OK;
	}
	err = fence_open(&n->fence, n->dir_fd, &stored, &n->sealed);
	/* What is missing was cut here, and is waited for. */
	if (n->is_own_damaged &&
	    (!n->sealed || strcmp(n->sealed, "fence_ahead") == 0))
		n->sealed = "damaged";
	return err;
}

static void emit_first(struct node *n)
{
	struct node_output out = {.type = NODE_NETWORK};

	if (n->has_network)
		node_emit(n, &out);
	out.type = NODE_DIALS;
	if (n->peers.rows)
		node_emit(n, &out);
}

/* The first turn. */
static enum wici_err open_turn(struct node *n, const struct node_now *now,
			       char *why, size_t why_len)
{
	enum wici_err err;

	node_turn_begin(n, now);
	node_random(n, &n->number, sizeof(n->number));
	n->started_ms = now->mono_ms;
	err = attachments_open(n);
	if (err)
		node_stop(n, "the folder attachments in the state folder "
			     "cannot be opened");
	if (err == WICI_OK)
		err = load_all(n);
	if (err == WICI_OK)
		err = open_fence(n);
	/* Sealed for another reason, or for none: so it is judged once more. */
	renew_check(n);
	n->is_judging_due = true;
	beacon_set_due(n);
	if (err == WICI_OK)
		err = clone_open(n);
	if (err == WICI_OK)
		err = load_peers(n);
	if (err == WICI_OK)
		err = echo_open(n);
	if (err == WICI_OK) {
		node_look_at_disk(n);
		emit_first(n);
	}
	node_turn_end(n);
	if (err == WICI_OK && n->fatal)
		err = WICI_STORE;
	if (err != WICI_OK)
		(void)tell(why, why_len, err,
			   n->fatal ? n->fatal : STORE_DAMAGED);
	return err;
}

static enum wici_err open_once(struct node **node,
			       const struct node_config *config,
			       const struct node_now *now, char *why,
			       size_t why_len)
{
	struct node *n = calloc(1, sizeof(*n));
	enum wici_err err;

	WICI_REQUIRE(n);
	*node = NULL;
	n->config = *config;
	n->dir_fd = n->lock_fd = -1;
	fence_init(&n->fence, config->machine_id);
	feeds_init(&n->feeds);
	err = open_dir(n, why, why_len);
	if (err == WICI_OK)
		err = lock_dir(n, why, why_len);
	if (err == WICI_OK)
		err = keys_load(&n->keys, n->dir_fd, why, why_len);
	if (err == WICI_OK)
		err = open_store(n, why, why_len);
	if (err == WICI_OK)
		err = open_turn(n, now, why, why_len);
	if (err != WICI_OK) {
		node_close(n);
		return err;
	}
	*node = n;
	return WICI_OK;
}

/* Once more when the store is damaged: its indexes have been made anew. */
enum wici_err node_open(struct node **node, const struct node_config *config,
			const struct node_now *now, char *why, size_t why_len)
{
	enum wici_err err = open_once(node, config, now, why, why_len);

	if (err == WICI_STORE)
		err = open_once(node, config, now, why, why_len);
	return err;
}

void node_close(struct node *n)
{
	if (!n)
		return;
	while (n->waiters) {
		struct node_waiter *next = n->waiters->next;

		free(n->waiters);
		n->waiters = next;
	}
	fsck_free(n);
	witnessed_clear(n);
	bundle_free_all(n);
	attachments_close(n);
	free(n->damages);
	outputs_clear(n);
	store_close(n->store);
	feeds_clear(&n->feeds);
	peers_clear(&n->peers);
	fence_close(&n->fence);
	keys_clear(&n->keys);
	changes_clear(n);
	erase_free(n);
	free(n->space.members);
	free(n->space.keys);
	free(n->space.feeds);
	free(n->space.revocations);
	free(n->statements);
	free(n->forks);
	free(n->succeeds);
	free(n->held);
	if (n->lock_fd >= 0)
		(void)close(n->lock_fd);
	if (n->dir_fd >= 0)
		(void)close(n->dir_fd);
	sodium_memzero(n, sizeof(*n));
	free(n);
}
