/* daemon/bearer.c — Numbers that others' bundles bore are noted in the book
 * ("bearers": feed [32] | number u64 each, the newest first) and answered with
 * what is held of their feeds.
 *
 * Why a number: a disk that went back in time may meet a bundle that was made
 * before it went ahead. Only who has seen a number that was drawn since the
 * start, and is on no disk, says how far our feed has come by now. */
#include "daemon/bearer.h"

#include "daemon/echo.h"
#include "daemon/forks.h"
#include "daemon/store/book.h"
#include "proto/require.h"

#include <stdlib.h>

#define BEARERS     "bearers"
#define NOTE_LEN    ((size_t)40)
#define NOTES_LEN   (WICI_BEARER_ANSWERS_MAX * NOTE_LEN)
#define NOTE_NUMBER WICI_KEY_LEN

static enum wici_err read_notes(struct node *n, uint8_t *notes, size_t *count)
{
	size_t len = 0;
	enum wici_err err =
		book_get_blob(n->store, BEARERS, notes, NOTES_LEN, &len);

	*count = err == WICI_OK ? len / NOTE_LEN : 0;
	if (err == WICI_OK || err == WICI_NOT_FOUND)
		return WICI_OK;
	return node_fail(n, err);
}

/* The newest stands first; who has not been heard of for longest goes. */
static enum wici_err note(struct node *n, const struct wici_bearer *bearer)
{
	uint8_t old[NOTES_LEN], notes[NOTES_LEN];
	size_t count, len = NOTE_LEN;
	enum wici_err err = read_notes(n, old, &count);

	if (err)
		return err;
	memcpy(notes, bearer->feed.b, WICI_KEY_LEN);
	wici_put_u64(notes + NOTE_NUMBER, bearer->number);
	if (count > 0 && memcmp(old, notes, NOTE_LEN) == 0)
		return WICI_OK;
	for (size_t i = 0; i < count && len < NOTES_LEN; i++) {
		const uint8_t *at = old + i * NOTE_LEN;

		if (memcmp(at, bearer->feed.b, WICI_KEY_LEN) == 0)
			continue;
		memcpy(notes + len, at, NOTE_LEN);
		len += NOTE_LEN;
	}
	n->wants_commit = true;
	return book_set_blob(n->store, BEARERS,
			     (struct wici_bytes){notes, len});
}

/* ---- ours ---- */

/* Whatever is stored, be it beyond what counts: who wrote it must hear of it.
 * WICI_NOT_FOUND. */
static enum wici_err answer(struct node *n, const uint8_t *note,
			    struct wici_bearer_answer *a)
{
	struct wici_fork_side side;
	struct wici_key key;
	const struct feed *feed;
	enum wici_err err;

	memcpy(key.b, note, WICI_KEY_LEN);
	feed = feeds_find(&n->feeds, &key);
	if (!feed || feed->released_seq == 0)
		return WICI_NOT_FOUND;
	err = forks_side(n, &key, feed->released_seq, &side);
	if (err)
		return err;
	a->number = wici_get_u64(note + NOTE_NUMBER);
	a->header = side.header;
	a->sig = side.sig;
	return WICI_OK;
}

enum wici_err bearer_make(struct node *n, uint8_t *buf,
			  struct wici_bytes *bytes)
{
	struct wici_bearer *b;
	uint8_t notes[NOTES_LEN];
	size_t count;
	enum wici_err err = read_notes(n, notes, &count);

	if (err)
		return err;
	if (!n->own || !n->keys.has_feed ||
	    !wici_key_equal(&n->own->row.key, &n->keys.feed))
		return WICI_NOT_FOUND;
	b = calloc(1, sizeof(*b));
	WICI_REQUIRE(b);
	b->feed = n->own->row.key;
	b->number = n->echo.number;
	for (size_t i = 0; i < count && !err; i++) {
		err = answer(n, notes + i * NOTE_LEN, &b->answers[b->count]);
		b->count += err == WICI_OK;
		if (err == WICI_NOT_FOUND)
			err = WICI_OK;
	}
	if (!err)
		*bytes = wici_bearer_write(buf, b, &n->network,
					   &n->keys.feed_secret);
	free(b);
	return err;
}

/* ---- somebody's ---- */

/* PROTOCOL §7.6: "One of another number says nothing." */
static void take_answer(struct node *n, const struct wici_key *identity,
			const struct wici_bearer_answer *a)
{
	const struct wici_fork_side side = {a->header, a->sig};
	const struct wici_head head = {a->header.feed, a->header.seq,
				       wici_entry_id(&a->header, &a->sig)};

	if (!n->own || a->number != n->echo.number ||
	    !wici_key_equal(&head.feed, &n->own->row.key))
		return;
	if (head.seq <= n->own->row.seq) {
		echo_heard(n, identity, &head);
		node_held(n, identity, &head);
	} else if (echo_ahead(n, identity, &side) != WICI_OK) {
		n->rejected++;
	}
}

static enum wici_err check(struct node *n, const struct wici_bearer *bearer,
			   struct wici_bytes bytes, struct wici_key *identity)
{
	const struct feed *feed = feeds_find(&n->feeds, &bearer->feed);

	if (feed && feed->row.is_own)
		return WICI_END;
	if (!feed || !feed->counts ||
	    node_access(n, &bearer->feed, &feed->row.identity) !=
		    NODE_ACCESS_ALL)
		return WICI_NOT_MEMBER;
	*identity = feed->row.identity;
	return wici_bearer_verify(bearer, bytes, &n->network);
}

enum wici_err bearer_take(struct node *n, struct wici_bytes bytes)
{
	struct wici_bearer *b = calloc(1, sizeof(*b));
	struct wici_key identity;
	enum wici_err err;

	WICI_REQUIRE(b);
	err = wici_bearer_read(b, bytes);
	if (err == WICI_OK)
		err = check(n, b, bytes, &identity);
	if (err == WICI_OK && (n->is_read_only || n->is_full))
		err = WICI_FULL;
	if (err == WICI_OK)
		err = note(n, b);
	for (size_t i = 0; err == WICI_OK && i < b->count; i++)
		take_answer(n, &identity, &b->answers[i]);
	free(b);
	return err;
}
