/* daemon/serve.c — What sync asks of the node: the sets to reconcile, runs and
 * statements to send, whose a feed is, who holds what of ours (node.h). */
#include "daemon/node.h"

#include "daemon/damage.h"
#include "daemon/erase.h"
#include "daemon/forks.h"
#include "daemon/statements.h"
#include "daemon/store/book.h"
#include "daemon/store/entry.h"
#include "daemon/store/statement.h"
#include "proto/require.h"

#include <stdlib.h>

struct wici_range_set node_set(const struct node *n, uint8_t space)
{
	if (space == WICI_SPACE_HEADS)
		return (struct wici_range_set){space, n->feeds.heads,
					       n->feeds.heads_count};
	return (struct wici_range_set){WICI_SPACE_STATEMENTS, n->statements,
				       n->statements_count};
}

void node_state(struct node *n, struct wici_state *state)
{
	uint64_t version = n->sets_version + n->feeds.heads_version + 1;
	struct wici_range_set set;

	if (n->state_version != version) {
		set = node_set(n, WICI_SPACE_STATEMENTS);
		n->state.statements =
			wici_range_fingerprint(&set, 0, set.count);
		set = node_set(n, WICI_SPACE_HEADS);
		n->state.heads = wici_range_fingerprint(&set, 0, set.count);
		n->state_version = version;
	}
	*state = n->state;
}

/* How far sync may hear of the feed. The own one may be asked for before it
 * counts. */
static uint64_t served_seq(const struct feed *feed)
{
	if (feed->counts)
		return feed->counting_seq;
	return feed->row.is_own ? feed->released_seq : 0;
}

/* Does this entry's own signature hold? */
static enum wici_err is_proven(struct node *n, const struct feed *feed,
			       uint64_t seq, bool *ok)
{
	struct entry_row row;
	enum wici_err err = entry_at(n->store, feed->row.n, seq, &row);

	if (err != WICI_OK)
		return err;
	row.entry.header.feed = feed->row.key;
	*ok = row.is_proved ||
	      wici_entry_verify(&row.entry.header, &row.entry.sig,
				&n->network) == WICI_OK;
	return WICI_OK;
}

/* Shortens the run until it ends with a signature that was verified: as it is
 * most often; else the last one marked as such is not far. */
static enum wici_err end_proven(struct node *n, const struct feed *feed,
				struct wici_run_writer *w, uint16_t last_proved)
{
	uint64_t first = w->next_seq - w->count;
	uint16_t count = w->count;
	enum wici_err err = WICI_OK;
	bool ok = false;

	while (count > last_proved && !ok && err == WICI_OK) {
		err = is_proven(n, feed, first + count - 1, &ok);
		if (!ok)
			count--;
	}
	if (err != WICI_OK)
		return err;
	if (count == 0)
		return WICI_NOT_FOUND;
	if (count < w->count)
		wici_run_truncate(w, count);
	return WICI_OK;
}

/* Nothing of it can go out: is it spoilt, or did it only not fit? */
static void note_damage(struct node *n, struct feed *feed, uint64_t seq)
{
	struct entry_row row;
	enum wici_err err = entry_at(n->store, feed->row.n, seq, &row);

	if (err == WICI_NOT_FOUND || (err == WICI_OK && row.is_damaged))
		damage_suspect(n, feed, seq);
}

/* PROTOCOL §5.6: "An erased entry travels payload-less, after its erasure" Where
 * that is not here (it was spoilt, and peers are asked for it) the run ends
 * before the entry. */
static enum wici_err end_excused(const struct node *n,
				 struct wici_run_writer *w)
{
	struct wici_head after = {.seq = w->next_seq - w->count - 1};
	uint16_t count = 0;
	struct wici_run run;
	struct wici_entry e;
	struct wici_id id;
	enum wici_err err;

	if (w->lacking == 0)
		return WICI_OK;
	memcpy(after.feed.b, w->buf, WICI_KEY_LEN);
	err = wici_run_open(&run, wici_run_finish(w), &after);
	while (err == WICI_OK) {
		err = wici_run_next(&run, &e, &id);
		if (err != WICI_OK ||
		    (!e.has_payload &&
		     !erase_next(n, &after.feed, e.header.seq - 1,
				 e.header.seq)))
			break;
		count++;
	}
	if (count == 0)
		return WICI_NOT_FOUND;
	wici_run_truncate(w, count);
	return WICI_OK;
}

enum wici_err node_read_run(struct node *n, const struct wici_key *key,
			    uint64_t from, uint64_t to, uint8_t *buf,
			    size_t max, struct wici_bytes *run)
{
	struct feed *feed = feeds_find(&n->feeds, key);
	uint64_t last = feed ? served_seq(feed) : 0;
	struct wici_run_writer w;
	uint16_t last_proved = 0;
	enum wici_err err;

	if (from < 1 || from > to || from > last)
		return WICI_NOT_FOUND;
	if (to > last)
		to = last;
	wici_run_writer_init(&w, buf, max, key, from);
	err = entry_run(n->store, feed->row.n, from, to, &w, &last_proved);
	if (err == WICI_OK && w.count == 0) {
		note_damage(n, feed, from);
		return WICI_NOT_FOUND;
	}
	if (err == WICI_OK)
		err = end_excused(n, &w);
	if (err == WICI_OK)
		err = end_proven(n, feed, &w, last_proved);
	if (err == WICI_NOT_FOUND)
		return err;
	if (err != WICI_OK)
		return node_fail(n, err);
	n->sent += w.count;
	*run = wici_run_finish(&w);
	return WICI_OK;
}

enum wici_err node_read_statement(struct node *n, const struct wici_id *id,
				  struct wici_bytes *bytes)
{
	struct statement_row row;
	enum wici_err err;

	if (!statements_has(n, id) && !forks_has(n, id) && !erase_by_id(n, id))
		return WICI_NOT_FOUND;
	err = statement_get(n->store, id, &row);
	if (err == WICI_NOT_FOUND)
		damage_suspect_statement(n, id);
	if (err != WICI_OK)
		return err == WICI_NOT_FOUND ? err : node_fail(n, err);
	if (!damage_is_whole(n, &row)) { /* Spoilt since it was read. */
		damage_suspect_statement(n, id);
		return WICI_NOT_FOUND;
	}
	*bytes = row.bytes;
	return WICI_OK;
}

enum wici_err node_read_header(struct node *n, const struct wici_key *key,
			       uint64_t seq, struct wici_fork_side *side)
{
	struct feed *feed = feeds_find(&n->feeds, key);
	struct entry_row row;
	enum wici_err err;

	if (!feed || seq < 1 || !feed->counts || seq > feed->counting_seq)
		return WICI_NOT_FOUND;
	err = entry_at(n->store, feed->row.n, seq, &row);
	if (err != WICI_OK && err != WICI_NOT_FOUND)
		return node_fail(n, err);
	if (err == WICI_NOT_FOUND || row.is_damaged) {
		damage_suspect(n, feed, seq);
		return WICI_NOT_FOUND;
	}
	side->header = row.entry.header;
	side->header.feed = *key;
	side->sig = row.entry.sig;
	return WICI_OK;
}

const struct wici_key *node_identity(const struct node *n)
{
	if (n->own && !wici_is_zero(&n->own->row.identity, WICI_KEY_LEN))
		return node_whose(n, &n->own->row.identity);
	return n->keys.has_identity ? node_whose(n, &n->keys.identity) : NULL;
}

static bool is_own_feed(const struct node *n, const struct feed *feed)
{
	const struct wici_key *identity = node_identity(n);

	return identity && wici_key_equal(&feed->whose, identity);
}

enum wici_err node_feed_owner(const struct node *n, const struct wici_key *key,
			      struct wici_key *identity)
{
	const struct feed *feed = feeds_find(&n->feeds, key);

	if (!feed)
		return WICI_NOT_FOUND;
	*identity = feed->row.identity;
	return feed->counts ? WICI_OK : WICI_NOT_MEMBER;
}

enum node_access node_access(const struct node *n, const struct wici_key *feed,
			     const struct wici_key *identity)
{
	struct wici_head at;
	bool is_named =
		wici_roster_word(&n->roster, feed, &at) == WICI_ROOT_OPEN;
	bool is_present;
	const struct wici_member *m =
		wici_roster_of_key(&n->roster, identity, &is_present);

	if (is_present)
		return NODE_ACCESS_ALL;
	if (!m || !m->is_suspended)
		return is_named ? NODE_ACCESS_ALL : NODE_ACCESS_NONE;
	/* Suspended: by the key that was closed last, or by a feed of an older
	 * one that goes on. */
	return is_named || wici_key_equal(identity, &m->key) ? NODE_ACCESS_OWN
							     : NODE_ACCESS_NONE;
}

static bool is_admitting(const struct node *n, const struct wici_key *feed)
{
	return wici_roster_admits(&n->roster, feed, 1);
}

bool node_may_hear(const struct node *n, enum node_access access,
		   const struct wici_key *identity, const struct wici_key *key)
{
	const struct feed *feed;

	switch (access) {
	case NODE_ACCESS_NONE:
		return false;
	case NODE_ACCESS_ALL:
		return true;
	case NODE_ACCESS_OWN:
		break;
	}
	feed = feeds_find(&n->feeds, key);
	return is_admitting(n, key) ||
	       (feed && wici_key_equal(&feed->whose, node_whose(n, identity)));
}

int node_feed_class(const struct node *n, const struct wici_key *key)
{
	const struct feed *feed = feeds_find(&n->feeds, key);

	if (is_admitting(n, key))
		return 0;
	if (wici_roster_is_named(&n->roster, key))
		return 1;
	if (feed && is_own_feed(n, feed))
		return 2;
	return 3;
}

static struct node_held_note *held_note(struct node *n,
					const struct wici_key *identity,
					int64_t feed_n)
{
	for (size_t i = 0; i < n->held_count; i++) {
		struct node_held_note *note = &n->held[i];

		if (note->feed_n == feed_n &&
		    wici_key_equal(&note->identity, identity))
			return note;
	}
	if (n->held_count == n->held_max) {
		n->held_max = n->held_max ? 2 * n->held_max : 8;
		n->held = reallocarray(n->held, n->held_max, sizeof(*n->held));
		WICI_REQUIRE(n->held);
	}
	n->held[n->held_count] =
		(struct node_held_note){*identity, feed_n, UINT64_MAX};
	return &n->held[n->held_count++];
}

/* Is it really ours, or the head of another chain? Of what does not count
 * nothing is acknowledged. */
static bool is_ours(struct node *n, const struct feed *feed,
		    const struct wici_head *head)
{
	struct wici_id id;

	if (head->seq < 1 || head->seq > feed->counting_seq)
		return false;
	if (head->seq == feed->counting_seq)
		return wici_id_equal(&head->id, &feed->counting_id);
	return entry_id(n->store, feed->row.n, head->seq, &id) == WICI_OK &&
	       wici_id_equal(&head->id, &id);
}

void node_note_held(struct node *n, const struct wici_key *identity,
		    int64_t feed_n, uint64_t seq)
{
	const struct wici_key *self = node_identity(n);
	struct node_held_note *note;
	const struct wici_member *m;
	bool is_present;

	if (n->is_read_only)
		return;
	/* Its key may be an older one: the root may let that feed go on. */
	m = wici_roster_of_key(&n->roster, identity, &is_present);
	if (!m || m->is_suspended ||
	    (self && wici_key_equal(&m->identity, self)))
		return;
	note = held_note(n, &m->identity, feed_n);
	if (note->seq == seq)
		return;
	note->seq = seq;
	if (book_put_held(n->store, &m->identity, feed_n, seq) != WICI_OK)
		note->seq = UINT64_MAX; /* The commit says what happened. */
}

void node_held(struct node *n, const struct wici_key *identity,
	       const struct wici_head *head)
{
	const struct feed *feed = feeds_find(&n->feeds, &head->feed);

	/* Nothing at all is held by who has lost its store. */
	if (feed && is_own_feed(n, feed) &&
	    (head->seq == 0 || is_ours(n, feed, head)))
		node_note_held(n, identity, feed->row.n, head->seq);
}
