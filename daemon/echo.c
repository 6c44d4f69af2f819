/* daemon/echo.c — What peers say of the own feed, counted since the start.
 *
 *   start, or the clock jumped ── released before? ── no: nothing to wait for
 *        │                                             yes: waiting
 *        └─ echo of one peer, or of two where two are dialled ── done
 *           an echo ahead, proven ── first the entries up to it
 *
 * The book's "released" is the key of the feed that members have met;
 * "met HOST:PORT" is whose installation an address was; "override" is when the
 * operator last said that nobody holds more: positive until enough peers have
 * confirmed it, negative since. */
#include "daemon/echo.h"

#include "daemon/membership.h"
#include "daemon/store/book.h"
#include "daemon/store/entry.h"
#include "proto/require.h"

#include <stdio.h>

#define JUMP_MS  60000
#define RELEASED "released"
#define OVERRIDE "override"
#define MET_LEN  (sizeof("met ") + PEERS_ADDRESS_LEN)

static void met_name(char name[MET_LEN], const struct peer_row *row)
{
	(void)snprintf(name, MET_LEN, "met %s", row->address);
}

/* Whom the addresses led to before this start. */
static enum wici_err load_met(struct node *n)
{
	char name[MET_LEN];
	size_t len = 0;

	for (struct peer_row *row = n->peers.rows; row; row = row->next) {
		struct wici_key met;
		enum wici_err err;

		met_name(name, row);
		err = book_get_blob(n->store, name, met.b, sizeof(met.b), &len);
		if (err == WICI_OK && len == sizeof(met.b))
			row->identity = met;
		else if (err != WICI_OK && err != WICI_NOT_FOUND)
			return node_fail(n, err);
	}
	return WICI_OK;
}

enum wici_err echo_load(struct node *n)
{
	struct node_echo *e = &n->echo;
	struct wici_key feed = {{0}};
	size_t len = 0;
	enum wici_err err =
		book_get_blob(n->store, RELEASED, feed.b, sizeof(feed.b), &len);

	e->is_released_due = false;
	e->is_released = err == WICI_OK && len == sizeof(feed.b) && n->own &&
			 wici_key_equal(&feed, &n->own->row.key);
	return err == WICI_NOT_FOUND ? WICI_OK : err;
}

enum wici_err echo_open(struct node *n)
{
	struct node_echo *e = &n->echo;
	enum wici_err err = load_met(n);

	memset(e, 0, sizeof(*e));
	e->drift_ms = n->now.wall_ms - (int64_t)n->now.mono_ms;
	e->has_drift = true;
	node_random(n, &e->number, sizeof(e->number));
	if (err == WICI_OK)
		err = echo_load(n);
	if (err == WICI_OK)
		err = book_get_int(n->store, OVERRIDE, &e->override_ms);
	if (err == WICI_NOT_FOUND)
		err = WICI_OK;
	if (e->override_ms < 0)
		e->override_ms = 0;
	e->is_needed = e->is_released;
	return err == WICI_OK ? WICI_OK : node_fail(n, err);
}

static void check(struct node *n, enum wici_err err)
{
	if (err != WICI_OK)
		(void)node_fail(n, err);
}

static void put_released(struct node *n)
{
	const struct wici_key *feed = &n->own->row.key;

	n->echo.is_released = true;
	n->echo.is_released_due = false;
	n->wants_commit = true;
	check(n, book_set_blob(n->store, RELEASED,
			       (struct wici_bytes){feed->b, sizeof(feed->b)}));
}

void echo_clock(struct node *n)
{
	struct node_output out = {.type = NODE_ROSTER};
	struct node_echo *e = &n->echo;
	int64_t drift_ms = n->now.wall_ms - (int64_t)n->now.mono_ms;
	int64_t jump_ms = drift_ms - e->drift_ms;
	bool is_jump =
		e->has_drift && (jump_ms > JUMP_MS || jump_ms < -JUMP_MS);

	if (n->fatal)
		return;
	e->drift_ms = drift_ms;
	if (e->is_released_due && n->own && !n->is_read_only)
		put_released(n);
	if (!is_jump || !e->is_released)
		return;
	e->is_needed = true;
	e->count = 0;
	node_random(n, &e->number, sizeof(e->number));
	node_emit(n, &out); /* Links ask again what is held over there. */
}

void echo_new_feed(struct node *n)
{
	struct node_echo *e = &n->echo;

	e->is_needed = e->is_released = e->is_released_due = false;
	e->count = 0;
	memset(&e->ahead, 0, sizeof(e->ahead));
}

void echo_released(struct node *n)
{
	if (!n->own || n->echo.is_released)
		return;
	/* After a commit links are reviewed with no turn open. */
	n->echo.is_released_due = true;
	if (n->in_turn && !n->is_read_only)
		put_released(n);
}

void echo_met(struct node *n, struct peer_row *row,
	      const struct wici_key *identity)
{
	const struct wici_key *whose = node_whose(n, identity);
	struct wici_bytes met = {whose->b, sizeof(whose->b)};
	struct wici_key known;
	char name[MET_LEN];
	size_t len = 0;

	row->identity = *whose;
	if (!row->is_dialed || !n->in_turn || n->is_read_only)
		return;
	met_name(name, row);
	if (book_get_blob(n->store, name, known.b, sizeof(known.b), &len) ==
		    WICI_OK &&
	    wici_key_equal(&known, whose))
		return;
	check(n, book_set_blob(n->store, name, met));
}

/* A member's, not ours, and none of those before it. */
static bool is_another(const struct node *n, const struct peer_row *row)
{
	const struct wici_key *self = node_identity(n);

	if (!row->is_dialed ||
	    wici_is_zero(&row->identity, sizeof(row->identity)) ||
	    (self && wici_key_equal(self, &row->identity)) ||
	    !wici_roster_member(&n->roster, &row->identity))
		return false;
	for (const struct peer_row *r = n->peers.rows; r != row; r = r->next) {
		if (r->is_dialed &&
		    wici_key_equal(&r->identity, &row->identity))
			return false;
	}
	return true;
}

unsigned echo_needed(const struct node *n)
{
	unsigned others = 0;

	for (const struct peer_row *row = n->peers.rows; row; row = row->next)
		others += is_another(n, row);
	return others < NODE_ECHOES_MAX ? 1 : NODE_ECHOES_MAX;
}

static bool is_behind(const struct node *n)
{
	return n->own && n->echo.ahead.seq > n->own->row.seq;
}

bool echo_is_waiting(const struct node *n)
{
	const struct node_echo *e = &n->echo;

	if (!n->own)
		return false;
	return (e->is_needed && e->count < echo_needed(n)) || is_behind(n);
}

/* Peers have said what the operator said before. */
static void confirm_override(struct node *n)
{
	if (n->echo.override_ms == 0 || n->is_read_only)
		return;
	check(n, book_set_int(n->store, OVERRIDE, -n->echo.override_ms));
	n->echo.override_ms = 0;
	n->wants_commit = true;
}

static void count_echo(struct node *n, const struct wici_key *identity)
{
	const struct wici_key *whose = node_whose(n, identity);
	struct node_echo *e = &n->echo;

	for (unsigned i = 0; i < e->count; i++) {
		if (wici_key_equal(&e->from[i], whose))
			return;
	}
	if (e->count < NODE_ECHOES_MAX)
		e->from[e->count++] = *whose;
	if (e->count < echo_needed(n))
		return;
	e->is_needed = false;
	if (!is_behind(n))
		confirm_override(n);
}

/* Do we hold the same? */
static bool is_ours(struct node *n, const struct wici_head *head)
{
	const struct feed_row *own = &n->own->row;
	struct entry_row row;

	if (head->seq == own->seq)
		return wici_id_equal(&head->id, &own->id);
	return head->seq > 0 && head->seq < own->seq &&
	       entry_at(n->store, own->n, head->seq, &row) == WICI_OK &&
	       wici_id_equal(&head->id, &row.id);
}

void echo_heard(struct node *n, const struct wici_key *identity,
		const struct wici_head *head)
{
	/* Once nothing waits for it, nothing need be read. */
	if (!n->in_turn || !n->own ||
	    (!n->echo.is_needed && n->echo.override_ms == 0) ||
	    !wici_key_equal(&head->feed, &n->own->row.key) || !is_ours(n, head))
		return;
	count_echo(n, identity);
}

enum wici_err echo_ahead(struct node *n, const struct wici_key *identity,
			 const struct wici_fork_side *side)
{
	const struct wici_header *h = &side->header;

	if (!n->own || !wici_key_equal(&h->feed, &n->own->row.key) ||
	    h->version != WICI_ENTRY_VERSION || h->seq > WICI_SEQ_MAX ||
	    wici_entry_verify(h, &side->sig, &n->network) != WICI_OK)
		return WICI_REJECT_SIGNATURE;
	if (h->seq > n->own->row.seq && h->seq > n->echo.ahead.seq)
		n->echo.ahead = (struct wici_head){
			h->feed, h->seq, wici_entry_id(h, &side->sig)};
	if (h->seq > n->own->row.seq)
		count_echo(n, identity);
	return WICI_OK;
}

enum wici_err echo_override(struct node *n)
{
	struct node_echo *e = &n->echo;
	enum wici_err err;

	if (!echo_is_waiting(n))
		return WICI_OK;
	err = book_set_int(n->store, OVERRIDE, n->now.wall_ms);
	if (err != WICI_OK)
		return node_fail(n, err);
	e->override_ms = n->now.wall_ms;
	e->is_needed = false;
	e->count = 0;
	memset(&e->ahead, 0, sizeof(e->ahead));
	n->wants_commit = true;
	return WICI_OK;
}
