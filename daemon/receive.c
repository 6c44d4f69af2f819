/* daemon/receive.c — Bytes from peers: verified whole, then appended.
 *
 * A run joins the pending head of a feed that counts; an unknown feed begins
 * with a feed.open by a member, or the root names it. */
#include "daemon/receive.h"

#include "daemon/changes.h"
#include "daemon/erase.h"
#include "daemon/forks.h"
#include "daemon/judge.h"
#include "daemon/membership.h"
#include "daemon/statements.h"
#include "daemon/store/entry.h"
#include "daemon/store/statement.h"
#include "proto/kinds/member.h"
#include "proto/open.h"
#include "proto/require.h"
#include "proto/run.h"

#include <stdlib.h>

#define ROW_BYTES ((size_t)300) /* Of an entry, besides its payload. */
/* Opened by one key: the rule of the sixteen says which of them count, but all
 * take room. */
#define FEEDS_KEPT_MAX 64

static const struct wici_head nothing;

/* Entry 1 of a run, and what it opens. WICI_REJECT_OPEN when it is no good
 * feed.open with a signature of its own. */
static enum wici_err read_open(struct node *n, struct wici_bytes b,
			       const struct wici_key *feed, struct wici_id *id,
			       struct wici_key *identity)
{
	struct wici_head after = {.feed = *feed};
	struct wici_run run;
	struct wici_entry e;
	enum wici_err err = wici_run_open(&run, b, &after);

	if (err == WICI_OK)
		err = wici_run_next(&run, &e, id);
	if (err == WICI_END)
		err = WICI_REJECT_RUN;
	if (err != WICI_OK)
		return err;
	if (wici_entry_verify(&e.header, &e.sig, &n->network) != WICI_OK)
		return WICI_REJECT_OPEN;
	return wici_open_check(&e, &n->network, identity);
}

/* May the unknown feed be taken in? *identity: whose it is. */
static enum wici_err check_new(struct node *n, struct wici_bytes run,
			       const struct wici_key *key,
			       struct wici_key *identity)
{
	bool is_named = wici_roster_is_named(&n->roster, key);
	bool is_present;
	struct wici_id id;
	enum wici_err err;

	memset(identity, 0, sizeof(*identity));
	if (wici_key_check(key) != WICI_OK)
		return WICI_REJECT_SIGNATURE;
	err = read_open(n, run, key, &id, identity);
	/* The root's word is enough: what such a feed opens with is void, and
	 * every node finds the same. */
	if (is_named && (err == WICI_OK || err == WICI_REJECT_OPEN))
		return WICI_OK;
	if (err != WICI_OK)
		return err;
	/* PROTOCOL §4.2: "An unknown feed's first run is taken only if entry 1
	 * is a feed.open by a member's present key, or the root names the
	 * feed" */
	if (!wici_roster_of_key(&n->roster, identity, &is_present) ||
	    !is_present || feeds_of(&n->feeds, identity) >= FEEDS_KEPT_MAX)
		return WICI_NOT_MEMBER;
	return WICI_OK;
}

/* A run read once: its entries borrow its bytes. */
struct batch {
	struct wici_key institution; /* Of its feed; zero: nobody's. */
	bool has_admission;
	size_t count;
	size_t whole; /* So many, the first, lack nothing that they need. */
	size_t room;  /* So many of them, the first, may be appended. */
	struct entry_row rows[WICI_RUN_ENTRIES_MAX];
};

/* What is erased is never written, though it be brought. WICI_NOT_MEMBER: it is
 * missing, and who says so may not, as far as is known here; which is nobody's
 * fault. */
static enum wici_err check_erased(struct node *n, const struct batch *batch,
				  struct entry_row *row)
{
	enum wici_err err = erase_ask(n, row, &batch->institution);

	if (err == WICI_OK) {
		row->entry.has_payload = false;
		row->entry.payload = (struct wici_bytes){NULL, 0};
		return WICI_OK;
	}
	if (row->entry.has_payload)
		return WICI_OK;
	/* PROTOCOL §5.6: "a payload that is missing without one ends the
	 * session with `hidden`" */
	return err == WICI_NOT_FOUND ? WICI_REJECT_HIDDEN : WICI_NOT_MEMBER;
}

/* Everything a sender could have got wrong, before the store is touched: as
 * wici_run_verify() has it, but the entries are kept, so that nothing is
 * hashed twice. The last signature covers the ids of all before it. */
static enum wici_err check_run(struct node *n, struct wici_bytes b,
			       const struct wici_head *after,
			       struct batch *batch)
{
	struct wici_run run;
	struct entry_row *row;
	enum wici_err err = wici_run_open(&run, b, after);

	batch->has_admission = false;
	batch->count = 0;
	batch->whole = WICI_RUN_ENTRIES_MAX;
	while (err == WICI_OK) {
		struct entry_row next = {.n = 0};

		err = wici_run_next(&run, &next.entry, &next.id);
		if (err != WICI_OK)
			break;
		err = check_erased(n, batch, &next);
		if (err == WICI_NOT_MEMBER) {
			if (batch->whole > batch->count)
				batch->whole = batch->count;
			err = WICI_OK;
		}
		if (err != WICI_OK)
			return err;
		if (next.entry.header.kind == WICI_KIND_MEMBER_ADMIT)
			batch->has_admission = true;
		batch->rows[batch->count++] = next;
	}
	if (err != WICI_END)
		return err;
	row = &batch->rows[batch->count - 1];
	row->is_proved = true;
	return wici_entry_verify(&row->entry.header, &row->entry.sig,
				 &n->network);
}

/* How many entries the feed may take. Where it ends among them, the last one
 * must prove itself: what is kept has to be a run that can be passed on. */
static void find_room(struct node *n, const struct feed *feed,
		      struct batch *batch)
{
	uint64_t bytes;
	uint64_t last = judge_room(n, feed, &bytes);
	size_t room = 0;

	while (room < batch->count && room < batch->whole) {
		const struct wici_entry *e = &batch->rows[room].entry;

		if (e->header.seq > last || e->header.payload_len > bytes)
			break;
		bytes -= e->header.payload_len;
		room++;
	}
	while (room > 0 && !batch->rows[room - 1].is_proved) {
		struct entry_row *row = &batch->rows[room - 1];

		row->is_proved =
			wici_entry_verify(&row->entry.header, &row->entry.sig,
					  &n->network) == WICI_OK;
		if (!row->is_proved)
			room--;
	}
	batch->room = room;
}

static enum wici_err append_run(struct node *n, struct feed *feed,
				struct batch *batch)
{
	if (n->turn_bytes == 0)
		n->turn_since_ms = n->now.mono_ms;
	for (size_t i = 0; i < batch->room; i++) {
		struct entry_row *row = &batch->rows[i];
		enum wici_err err;

		row->feed_n = feed->row.n;
		err = entry_append(n->store, row);
		if (err != WICI_OK)
			return node_fail(n, err);
		feeds_advance(feed, row->entry.header.seq, &row->id,
			      row->entry.header.payload_len);
		n->last_n = row->n;
		n->turn_bytes += row->entry.payload.len + ROW_BYTES;
		n->received++;
		err = judge_appended(n, row);
		if (err == WICI_OK)
			err = erase_appended(n, row);
		if (err != WICI_OK)
			return err;
	}
	feed->from = n->from;
	return WICI_OK;
}

static enum wici_err add_feed(struct node *n, const struct wici_key *key,
			      const struct wici_key *identity,
			      struct feed **feed)
{
	bool is_own = n->keys.has_feed && wici_key_equal(key, &n->keys.feed);
	enum wici_err err =
		feeds_add(&n->feeds, n->store, key, identity, is_own, feed);

	if (err != WICI_OK)
		return node_fail(n, err);
	if (is_own)
		n->own = *feed;
	return judge_new(n, *feed);
}

/* Where the run stands to what we hold of its feed. */
static enum wici_err check_place(const struct feed *feed, uint64_t first,
				 uint16_t count)
{
	uint64_t seq = feed ? feed->row.seq : 0;

	if (count == 0 || count > WICI_RUN_ENTRIES_MAX || first < 1 ||
	    first > WICI_SEQ_MAX)
		return WICI_REJECT_RUN;
	if (first + count - 1 <= seq)
		return WICI_END;
	return first == seq + 1 ? WICI_OK : WICI_AGAIN;
}

/* PROTOCOL §5.9: "What lies above the limit is kept where it is held, and
 * neither relayed nor applied." So it is not taken either, and nobody is to
 * blame who has not heard of it. */
static enum wici_err append_within(struct node *n, struct feed *feed,
				   struct batch *batch)
{
	uint64_t first = feed->row.seq + 1;
	enum wici_err err;

	find_room(n, feed, batch);
	if (batch->room == 0)
		return WICI_NOT_MEMBER;
	err = append_run(n, feed, batch);
	if (err != WICI_OK)
		return err;
	/* The entry that the root names may be among them. */
	if (!feed->is_reached)
		n->is_judging_due = true;
	return membership_grown(n, feed, first, batch->has_admission);
}

static enum wici_err take_run(struct node *n, struct wici_bytes b,
			      const struct wici_key *key, struct feed *feed)
{
	struct batch *batch = malloc(sizeof(*batch));
	struct wici_head after = {.feed = *key};
	struct wici_key identity;
	enum wici_err err = WICI_OK;

	WICI_REQUIRE(batch);
	if (feed) {
		after.seq = feed->row.seq;
		after.id = feed->row.id;
		batch->institution = feed->whose;
		if (!feed->counts && !feed->row.is_own)
			err = WICI_NOT_MEMBER;
	} else {
		err = check_new(n, b, key, &identity);
		batch->institution = *node_whose(n, &identity);
	}
	if (err == WICI_OK)
		err = check_run(n, b, &after, batch);
	if (err == WICI_OK && !feed)
		err = add_feed(n, key, &identity, &feed);
	if (err == WICI_OK)
		err = append_within(n, feed, batch);
	free(batch);
	return err;
}

static bool is_verdict(enum wici_err err)
{
	return err != WICI_OK && err != WICI_NOT_MEMBER && err != WICI_FULL &&
	       err != WICI_STORE && err != WICI_IO;
}

enum wici_err node_receive_run(struct node *n, uint64_t link,
			       struct wici_bytes run, struct wici_head *head)
{
	struct feed *feed;
	struct wici_key key;
	uint64_t first;
	uint16_t count;
	enum wici_err err;

	WICI_REQUIRE(n->in_turn);
	*head = nothing;
	n->from = link;
	err = wici_run_peek(run, &key, &first, &count);
	if (err != WICI_OK) {
		n->rejected++;
		return err;
	}
	feed = feeds_find(&n->feeds, &key);
	err = check_place(feed, first, count);
	if (err == WICI_OK && !n->has_network)
		err = WICI_NOT_MEMBER;
	if (err == WICI_OK && (n->is_read_only || n->is_full))
		err = WICI_FULL;
	if (err == WICI_OK) {
		err = take_run(n, run, &key, feed);
		if (is_verdict(err))
			n->rejected++;
	} else if (err == WICI_REJECT_RUN) {
		n->rejected++;
	}
	head->feed = key;
	feed = feeds_find(&n->feeds, &key);
	if (feed) {
		head->seq = feed->row.seq;
		head->id = feed->row.id;
	}
	return err;
}

static enum wici_err keep_change(struct node *n, uint64_t link,
				 const struct wici_statement *s,
				 uint64_t version, struct wici_bytes bytes)
{
	struct statement_row row = {.id = s->id,
				    .type = s->type,
				    .version = version,
				    .bytes = bytes};
	struct node_output out = {.type = NODE_STATEMENT};
	enum wici_err err = statement_put(n->store, &row);

	if (err != WICI_OK)
		return node_fail(n, err);
	/* Anybody can make up what only waits: it costs little. */
	if (!changes_is_approved(n, &s->id))
		return WICI_OK;
	n->wants_commit = true;
	err = membership_fold(n, true);
	if (err != WICI_OK)
		return err;
	out.statement.id = s->id;
	out.statement.from = link;
	if (statements_has(n, &s->id))
		node_emit(n, &out);
	return WICI_OK;
}

static enum wici_err take_change(struct node *n, uint64_t link,
				 const struct wici_statement *s,
				 struct wici_bytes bytes)
{
	struct wici_id prev;
	uint64_t version;
	enum wici_err err = wici_change_peek(s, &n->network, &version, &prev);

	if (err != WICI_OK)
		return err;
	if (n->is_read_only || n->is_full)
		return WICI_FULL;
	err = changes_take(n, s, bytes);
	if (err == WICI_STORE || err == WICI_IO || err == WICI_FULL)
		return node_fail(n, err);
	return err == WICI_OK ? keep_change(n, link, s, version, bytes) : err;
}

enum wici_err node_receive_statement(struct node *n, uint64_t link,
				     struct wici_bytes bytes)
{
	struct wici_statement s;
	enum wici_err err;

	WICI_REQUIRE(n->in_turn);
	if (!n->has_network)
		return WICI_NOT_MEMBER;
	err = wici_statement_decode(&s, bytes);
	if (err == WICI_OK && s.type != WICI_STATEMENT_ERASE &&
	    statements_has(n, &s.id))
		return WICI_END;
	if (err == WICI_OK && s.type == WICI_STATEMENT_CHANGE)
		err = take_change(n, link, &s, bytes);
	else if (err == WICI_OK && s.type == WICI_STATEMENT_FORK)
		err = forks_receive(n, link, &s, bytes);
	else if (err == WICI_OK && s.type == WICI_STATEMENT_ERASE)
		err = erase_receive(n, link, &s, bytes);
	else if (err == WICI_OK)
		err = WICI_END; /* Of a newer version: not to be judged. */
	if (is_verdict(err) && err != WICI_END)
		n->rejected++;
	return err;
}

enum wici_err node_check_open(struct node *n, struct wici_bytes run,
			      struct wici_key *feed, struct wici_key *identity)
{
	struct wici_id id;
	uint64_t first;
	uint16_t count;
	enum wici_err err = wici_run_peek(run, feed, &first, &count);

	if (err != WICI_OK)
		return err;
	if (!n->has_network)
		return WICI_NOT_MEMBER;
	if (first != 1 || count != 1 || wici_key_check(feed) != WICI_OK)
		return WICI_REJECT_OPEN;
	err = read_open(n, run, feed, &id, identity);
	if (err != WICI_OK)
		return err;
	return node_access(n, feed, identity) == NODE_ACCESS_NONE
		       ? WICI_NOT_MEMBER
		       : WICI_OK;
}

enum wici_err node_own_open(struct node *n, uint8_t *buf, size_t max,
			    struct wici_bytes *run)
{
	struct wici_run_writer w;
	struct entry_row row;
	enum wici_err err;

	if (!n->own || n->own->row.seq < 1)
		return WICI_NOT_FOUND;
	err = entry_at(n->store, n->own->row.n, 1, &row);
	if (err != WICI_OK)
		return err == WICI_NOT_FOUND ? err : node_fail(n, err);
	if (row.is_damaged)
		return WICI_NOT_FOUND;
	row.entry.header.feed = n->own->row.key;
	wici_run_writer_init(&w, buf, max, &n->own->row.key, 1);
	err = wici_run_add(&w, &row.entry);
	if (err != WICI_OK)
		return err;
	*run = wici_run_finish(&w);
	return WICI_OK;
}
