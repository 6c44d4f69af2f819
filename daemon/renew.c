/* daemon/renew.c — A new feed for an institution that has one already.
 *
 *   renew_begin: feed key, fence, feed.open ── in step ── renew_turn:
 *                                                         feed.succeed …
 *
 * The key file is replaced before the commit. A crash in between leaves a key
 * without a feed: "unfinished", and the same again mends it. The book's
 * "renew" is 1 while feed.succeed is owed, 2 when that shall close; the
 * identity's secret, which signs it, is kept in memory until then. After a
 * restart one that is locked is asked for once more. */
#include "daemon/renew.h"

#include "daemon/echo.h"
#include "daemon/judge.h"
#include "daemon/membership.h"
#include "daemon/publish.h"
#include "daemon/store/book.h"
#include "proto/kinds/feed_succeed.h"
#include "proto/require.h"

#define RENEW     "renew"
#define RENEW_NO  0
#define RENEW_YES 1
#define RENEW_END 2 /* And the old ones end. */

void renew_check(struct node *n)
{
	if (!n->sealed && n->has_network && n->keys.has_feed && !n->own &&
	    !n->is_joining)
		n->sealed = "unfinished";
}

enum wici_err renew_load(struct node *n)
{
	int64_t value = RENEW_NO;
	enum wici_err err = book_get_int(n->store, RENEW, &value);

	n->is_renewing = err == WICI_OK && value != RENEW_NO;
	n->is_closing_old = n->is_renewing && value == RENEW_END;
	renew_check(n);
	return err == WICI_NOT_FOUND ? WICI_OK : err;
}

static void forget_secret(struct node *n)
{
	sodium_memzero(&n->renew_secret, sizeof(n->renew_secret));
	n->has_renew_secret = false;
}

static enum wici_err note(struct node *n, int64_t value)
{
	enum wici_err err = book_set_int(n->store, RENEW, value);

	if (err != WICI_OK)
		return node_fail(n, err);
	n->is_renewing = value != RENEW_NO;
	n->is_closing_old = value == RENEW_END;
	n->wants_commit = true;
	return WICI_OK;
}

/* A new feed under the secret, whatever the own one was. */
static enum wici_err open_new(struct node *n)
{
	const char *sealed = n->sealed;
	enum wici_err err;

	n->sealed = NULL;
	err = membership_open_feed(n, &n->renew_secret);
	if (err != WICI_OK) {
		n->sealed = sealed;
		return err;
	}
	n->is_own_damaged = false;
	n->is_judging_due = true;
	echo_new_feed(n);
	return WICI_OK;
}

enum wici_err renew_begin(struct node *n, const uint8_t *unlock, bool is_close)
{
	bool is_begun = n->is_renewing && n->own && !n->sealed;
	enum wici_err err;

	if (!n->keys.has_identity)
		return WICI_NOT_FOUND;
	if (!n->has_network || n->is_joining)
		return WICI_NOT_MEMBER;
	if (n->is_read_only || n->is_full)
		return WICI_FULL;
	err = keys_identity_secret(&n->keys, n->dir_fd, unlock,
				   &n->renew_secret);
	if (err != WICI_OK)
		return err;
	n->has_renew_secret = true;
	/* What is owed yet was only waiting for the secret. */
	if (!is_begun)
		err = open_new(n);
	if (err == WICI_OK)
		err = note(n, is_close ? RENEW_END : RENEW_YES);
	if (err != WICI_OK)
		forget_secret(n);
	return err;
}

/* A feed of this institution before the new one, which nothing carries on. */
static bool is_old(const struct node *n, const struct feed *feed)
{
	return feed != n->own && feed->released_seq > 0 &&
	       wici_key_equal(&feed->whose, &n->own->whose) &&
	       !judge_is_succeeded(n, &feed->row.key);
}

/* Where this installation's own are known, no other's is carried on: that one
 * may be alive. After a restore from a backup or a card none is known. */
static bool has_own_old(const struct node *n)
{
	for (size_t i = 0; i < n->feeds.count; i++) {
		const struct feed *feed = n->feeds.by_key[i];

		if (feed != n->own && feed->row.is_own &&
		    feed->released_seq > 0)
			return true;
	}
	return false;
}

static struct wici_head known_head(const struct feed *feed)
{
	if (feed->counts && feed->counting_seq > 0)
		return (struct wici_head){feed->row.key, feed->counting_seq,
					  feed->counting_id};
	return (struct wici_head){feed->row.key, feed->released_seq,
				  feed->released_id};
}

static enum wici_err succeed(struct node *n, const struct feed *old)
{
	const struct wici_bytes no_scheme = {NULL, 0};
	struct wici_succeed s = {
		.feed = n->own->row.key,
		.identity = n->keys.identity,
		.old = known_head(old),
		/* PROTOCOL §5.9: "Only with close is it a cut, and never of a
		 * feed that the root names" */
		.is_close = n->is_closing_old &&
			    !wici_roster_is_named(&n->roster, &old->row.key),
	};
	struct wici_mp_writer w;
	struct wici_bytes payload;
	struct wici_head head;
	uint8_t buf[512];

	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_succeed_write(&w, &n->network, &s, &n->renew_secret);
	WICI_REQUIRE(wici_mp_written(&w, &payload) == WICI_OK);
	return publish_entry(n, &wici_kind_feed_succeed, payload, no_scheme,
			     &head);
}

static bool is_in_step(const struct node *n)
{
	for (const struct peer_row *row = n->peers.rows; row; row = row->next) {
		if (row->link && row->state == PEER_IN_STEP &&
		    !wici_is_zero(&row->identity, sizeof(row->identity)))
			return true;
	}
	return false;
}

/* One that is in the clear need not be asked for. */
static bool has_secret(struct node *n)
{
	if (!n->has_renew_secret && n->keys.has_identity && !n->keys.is_locked)
		n->has_renew_secret =
			keys_identity_secret(&n->keys, n->dir_fd, NULL,
					     &n->renew_secret) == WICI_OK;
	return n->has_renew_secret;
}

bool renew_needs_secret(const struct node *n)
{
	return n->is_renewing && !n->has_renew_secret &&
	       (!n->keys.has_identity || n->keys.is_locked);
}

enum wici_err renew_turn(struct node *n)
{
	bool only_own;
	enum wici_err err = WICI_OK;

	if (!n->is_renewing || n->fatal || !n->own || n->sealed ||
	    n->turn_bytes || !is_in_step(n) ||
	    publish_may(n, &wici_kind_feed_succeed,
			(struct wici_bytes){NULL, 0}) != WICI_OK ||
	    !has_secret(n))
		return WICI_OK;
	only_own = has_own_old(n);
	for (size_t i = 0; i < n->feeds.count && err == WICI_OK; i++) {
		const struct feed *feed = n->feeds.by_key[i];

		if (is_old(n, feed) && (feed->row.is_own || !only_own))
			err = succeed(n, feed);
	}
	if (err == WICI_OK)
		err = note(n, RENEW_NO);
	if (err == WICI_OK)
		forget_secret(n);
	return err;
}

void renew_carried(const struct node *n, struct wici_head *old)
{
	int64_t newest = 0;
	int64_t entry = 0;

	memset(old, 0, sizeof(*old));
	if (!n->own)
		return;
	for (size_t i = 0; i < n->succeeds_count; i++) {
		const struct node_succeed *s = &n->succeeds[i];

		if (!wici_key_equal(&s->is.feed, &n->own->row.key) ||
		    s->n <= entry)
			continue;
		entry = s->n;
		*old = s->is.old;
	}
	for (size_t i = 0; entry == 0 && i < n->feeds.count; i++) {
		const struct feed *feed = n->feeds.by_key[i];

		if (!is_old(n, feed) || feed->row.n <= newest)
			continue;
		newest = feed->row.n;
		*old = known_head(feed);
	}
}
