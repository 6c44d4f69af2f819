/* daemon/fsck.c — The walk over everything that is stored.
 *
 * A slice is bounded by entries and by bytes, so that a turn stays short: a
 * signature costs some 50 µs. What is bad is told to damage.c, which cuts it
 * away at the next turn's end; the walk goes on behind. */
#include "daemon/fsck.h"

#include "daemon/damage.h"
#include "daemon/method_private.h"
#include "daemon/project.h"
#include "daemon/statements.h"
#include "daemon/store/entry.h"
#include "daemon/store/record.h"
#include "daemon/store/statement.h"
#include "proto/change.h"
#include "proto/open.h"
#include "proto/policy.h"
#include "proto/require.h"
#include "proto/statement.h"

#include <stdlib.h>

#define SLICE_ENTRIES  128u
#define SLICE_BYTES    ((size_t)1 << 20)
#define HEAL_MS        10000u /* So long peers are waited for. */
#define HEAL_ALONE_MS  3000u  /* When nobody is connected. */
#define STATEMENTS_BAD 16     /* In one look; the next run finds more. */
#define KINDS          ((size_t)1 << 16)

enum phase { FEEDS, STATEMENTS, DERIVED, HEALING };

struct fsck {
	uint64_t client, msgid;
	bool is_rebuild, is_watched;
	enum phase phase;
	size_t feed_n;      /* Being walked, by number; from 1. */
	uint64_t seq;       /* Walked so far. */
	uint64_t void_from; /* The first of those that nothing covers yet. */
	uint64_t voids_open;
	struct wici_id id; /* Of the entry walked last. */
	uint64_t entries, feeds, voids;
	bool is_wrong;  /* What was derived. */
	bool is_moved;  /* Something came meanwhile: tallies say nothing. */
	int64_t last_n; /* At the start. */
	uint64_t since_ms, deadline_ms, told_ms;
	uint32_t tallies[KINDS];
};

static const struct wici_key nobody;

enum wici_err fsck_begin(struct call *call, bool is_rebuild, bool is_watched)
{
	struct node *n = call->node;
	struct fsck *f;

	if (n->fsck)
		return WICI_BUSY;
	f = growing_alloc(sizeof(*f));
	memset(f, 0, sizeof(*f));
	f->client = call->client;
	f->msgid = call->msgid;
	f->is_rebuild = is_rebuild;
	f->is_watched = is_watched;
	f->feed_n = 1;
	f->last_n = n->last_n;
	f->is_moved = n->turn_bytes > 0;
	f->since_ms = n->now.mono_ms;
	n->fsck = f;
	call->is_deferred = true;
	return WICI_OK;
}

void fsck_free(struct node *n)
{
	free(n->fsck);
	n->fsck = NULL;
}

void fsck_forget(struct node *n, uint64_t client)
{
	if (n->fsck && n->fsck->client == client)
		fsck_free(n);
}

bool fsck_is_busy(const struct node *n)
{
	return n->fsck && n->fsck->phase != HEALING &&
	       (n->fsck->phase != DERIVED || !n->is_read_only);
}

/* ---- entries ---- */

static void bad_entry(struct node *n, struct feed *feed, uint64_t seq)
{
	damage_suspect(n, feed, seq);
	if (!n->has_network || n->is_read_only) /* It cannot be cut now. */
		(void)damage_add(n, DAMAGE_CHAIN, &feed->row.key, seq);
}

/* PROTOCOL §2.4: "A run is accepted when its recomputed chain joins the
 * stored head and its last signature verifies: the ids cover the
 * signatures before it." So one that fails is void, if one that holds
 * follows. */
static bool is_signed(struct node *n, struct fsck *f, const struct feed *feed,
		      struct entry_row *row)
{
	struct wici_header *h = &row->entry.header;

	h->feed = feed->row.key;
	if (wici_entry_verify(h, &row->entry.sig, &n->network) == WICI_OK) {
		f->voids += f->voids_open;
		f->voids_open = f->void_from = 0;
		return true;
	}
	if (row->is_proved)
		return false; /* It was noted that it holds. */
	if (f->void_from == 0)
		f->void_from = h->seq;
	f->voids_open++;
	return true;
}

/* Whose feed it is, by its own entry 1. */
static enum wici_err check_owner(struct node *n, struct feed *feed,
				 const struct entry_row *row)
{
	struct wici_key identity;
	struct damage *d;

	if (wici_open_check(&row->entry, &n->network, &identity) != WICI_OK ||
	    wici_key_equal(&identity, &feed->row.identity))
		return WICI_OK;
	d = damage_add(n, DAMAGE_HEAD, &feed->row.key, feed->row.seq);
	if (n->is_read_only)
		return WICI_OK;
	if (d)
		d->is_healed = true;
	feed->row.identity = identity;
	n->wants_commit = true;
	return feed_update(n->store, &feed->row);
}

static enum wici_err check_derived(struct node *n, struct fsck *f,
				   const struct feed *feed,
				   const struct entry_row *row)
{
	bool is_same, is_tallied;
	enum wici_err err;

	if (f->is_rebuild || row->n > n->cursor) {
		f->is_moved = true;
		return WICI_OK;
	}
	err = project_compare(n, row, &is_same, &is_tallied);
	if (err != WICI_OK)
		return err;
	f->tallies[row->entry.header.kind] += is_tallied;
	if (!is_same) {
		f->is_wrong = true;
		(void)damage_add(n, DAMAGE_PROJECTION, &feed->row.key,
				 row->entry.header.seq);
	}
	return WICI_OK;
}

/* WICI_END: the rest of the feed is not to be walked. */
static enum wici_err check_entry(struct node *n, struct fsck *f,
				 struct feed *feed, size_t *bytes)
{
	struct entry_row row;
	uint64_t seq = f->seq + 1;
	enum wici_err err = entry_at(n->store, feed->row.n, seq, &row);

	if (err != WICI_OK && err != WICI_NOT_FOUND)
		return err;
	f->entries += err == WICI_OK;
	if (err == WICI_NOT_FOUND || row.is_damaged ||
	    !is_signed(n, f, feed, &row)) {
		bad_entry(n, feed, seq);
		return WICI_END;
	}
	*bytes += row.entry.payload.len;
	f->seq = seq;
	f->id = row.id;
	if (seq == 1)
		err = check_owner(n, feed, &row);
	return err ? err : check_derived(n, f, feed, &row);
}

static void end_feed(struct node *n, struct fsck *f, struct feed *feed)
{
	if (f->void_from)
		bad_entry(n, feed, f->void_from);
	else if (!feed->is_dirty && !feed->suspect_seq && f->seq &&
		 f->seq == feed->row.seq &&
		 !wici_id_equal(&f->id, &feed->row.id))
		bad_entry(n, feed, f->seq);
	f->feeds++;
	f->feed_n++;
	f->seq = f->voids_open = f->void_from = 0;
}

static enum wici_err walk_feeds(struct node *n, struct fsck *f)
{
	size_t bytes = 0;
	enum wici_err err = WICI_OK;

	for (unsigned i = 0; i < SLICE_ENTRIES && bytes < SLICE_BYTES; i++) {
		struct feed *feed = feeds_by_n(&n->feeds, (int64_t)f->feed_n);

		if (f->feed_n > n->feeds.by_n_max) {
			f->phase = STATEMENTS;
			return WICI_OK;
		}
		if (!feed) {
			f->feed_n++;
			continue;
		}
		err = f->seq < feed->released_seq
			      ? check_entry(n, f, feed, &bytes)
			      : WICI_END;
		if (err == WICI_END)
			end_feed(n, f, feed);
		else if (err != WICI_OK)
			return err;
	}
	return WICI_OK;
}

/* ---- statements ---- */

struct look {
	struct node *n;
	size_t count;
	struct wici_id bad[STATEMENTS_BAD];
};

static bool is_good(const struct node *n, const struct statement_row *row)
{
	struct wici_statement s;
	struct wici_change c;

	if (wici_statement_decode(&s, row->bytes) != WICI_OK ||
	    !wici_id_equal(&s.id, &row->id))
		return false;
	if (s.type != WICI_STATEMENT_CHANGE)
		return true;
	if (wici_change_decode(&c, &s) != WICI_OK)
		return true; /* Of a newer version, perhaps. */
	return wici_policy_approves(c.has_found ? &c.policy : &n->roster.policy,
				    &n->network, &s) == WICI_OK;
}

static void look_at_statement(void *arg, const struct statement_row *row)
{
	struct look *l = arg;

	if (l->count < STATEMENTS_BAD && !is_good(l->n, row))
		l->bad[l->count++] = row->id;
}

/* What is bad goes, and peers are asked. The roster in memory stands: it was
 * folded from what was good, or lacks it anyway. */
static enum wici_err drop_statement(struct node *n, const struct wici_id *id)
{
	struct node_output out = {.type = NODE_ROSTER};
	struct damage *d = damage_add(n, DAMAGE_STATEMENT, &nobody, 0);
	enum wici_err err;

	if (d)
		d->id = *id;
	if (n->is_read_only)
		return WICI_OK;
	err = statement_remove(n->store, id);
	statements_drop(n, id);
	n->wants_commit = true;
	node_emit(n, &out);
	return err;
}

static enum wici_err walk_statements(struct node *n, struct fsck *f)
{
	struct look l = {.n = n};
	enum wici_err err = WICI_OK;

	if (n->has_network)
		err = statement_each(n->store, look_at_statement, &l);
	for (size_t i = 0; i < l.count && err == WICI_OK; i++)
		err = drop_statement(n, &l.bad[i]);
	f->phase = DERIVED;
	return err;
}

/* ---- what was derived ---- */

static void compare_tally(void *arg, uint16_t kind, int64_t count)
{
	struct fsck *f = arg;

	if (count != (int64_t)f->tallies[kind])
		f->is_wrong = true;
	f->tallies[kind] = 0;
}

/* Once everything else is walked: the sums, and the rebuild. */
static enum wici_err begin_derived(struct node *n, struct fsck *f)
{
	bool was_wrong = f->is_wrong;
	enum wici_err err = WICI_OK;

	if (!f->is_moved && f->last_n == n->last_n && project_is_done(n) &&
	    !n->has_suspects && !n->has_aside) {
		err = record_each_tally(n->store, compare_tally, f);
		for (size_t i = 0; i < KINDS; i++)
			f->is_wrong |= f->tallies[i] != 0;
	}
	if (f->is_wrong && !was_wrong)
		(void)damage_add(n, DAMAGE_PROJECTION, &nobody, 0);
	if (err != WICI_OK || n->is_read_only ||
	    (!f->is_wrong && !f->is_rebuild))
		return err;
	err = record_clear(n->store);
	n->cursor = 0;
	n->wants_commit = true;
	return err;
}

/* ---- the answer ---- */

static bool is_whole(const struct node *n)
{
	for (size_t i = 0; i < n->damages_count; i++)
		if (!n->damages[i].is_healed)
			return false;
	return !n->has_suspects && !n->has_aside;
}

static bool has_links(const struct node *n)
{
	for (const struct peer_row *p = n->peers.rows; p; p = p->next)
		if (p->link != 0)
			return true;
	return false;
}

static void write_damage(struct wici_mp_writer *w, const struct damage *d)
{
	bool has_feed = !wici_key_equal(&d->feed, &nobody);

	wici_mp_map(w, d->what == DAMAGE_STATEMENT ? 5 : 4);
	wici_mp_str(w, "feed");
	if (has_feed)
		wici_mp_hex(w, d->feed.b, WICI_KEY_LEN);
	else
		wici_mp_nil(w);
	wici_mp_str(w, "seq");
	wici_mp_uint(w, d->seq);
	wici_mp_str(w, "what");
	wici_mp_str(w, damage_name(d->what));
	wici_mp_str(w, "healed");
	wici_mp_bool(w, d->is_healed);
	if (d->what != DAMAGE_STATEMENT)
		return;
	wici_mp_str(w, "id");
	wici_mp_hex(w, d->id.b, WICI_ID_LEN);
}

static void write_answer(const struct node *n, const struct fsck *f,
			 struct wici_mp_writer *w)
{
	uint64_t healed = 0;

	wici_mp_map(w, 8);
	wici_mp_str(w, "entries");
	wici_mp_uint(w, f->entries);
	wici_mp_str(w, "feeds");
	wici_mp_uint(w, f->feeds);
	wici_mp_str(w, "void");
	wici_mp_uint(w, f->voids);
	wici_mp_str(w, "bad");
	wici_mp_array(w, (uint32_t)n->damages_count);
	for (size_t i = 0; i < n->damages_count; i++) {
		write_damage(w, &n->damages[i]);
		healed += n->damages[i].is_healed;
	}
	wici_mp_str(w, "healed");
	wici_mp_uint(w, healed);
	wici_mp_str(w, "rebuilt");
	wici_mp_bool(w, (f->is_rebuild || f->is_wrong) && !n->is_read_only);
	wici_mp_str(w, "sealed");
	wici_mp_bool(w, n->sealed != NULL);
	wici_mp_str(w, "seconds");
	wici_mp_float(w, (double)(n->now.mono_ms - f->since_ms) / 1000);
}

/* What healed has been told of; what has not is told again. */
static void forget_healed(struct node *n)
{
	size_t left = 0;

	for (size_t i = 0; i < n->damages_count; i++)
		if (!n->damages[i].is_healed)
			n->damages[left++] = n->damages[i];
	n->damages_count = left;
}

static enum wici_err answer(struct node *n, struct fsck *f)
{
	uint64_t waits = has_links(n) ? HEAL_MS : HEAL_ALONE_MS;
	struct growing result;
	struct fault fault;

	if (!project_is_done(n) && !n->is_read_only)
		return WICI_OK;
	if (!is_whole(n) && n->now.mono_ms - f->deadline_ms < waits)
		return WICI_OK;
	fault_init(&fault);
	growing_init(&result, GROWING_LEN_MAX);
	write_answer(n, f, &result.w);
	method_reply(n, f->client, f->msgid, WICI_OK, &fault, &result);
	growing_clear(&result);
	fault_clear(&fault);
	forget_healed(n);
	fsck_free(n);
	return WICI_OK;
}

static enum wici_err walk_derived(struct node *n, struct fsck *f)
{
	enum wici_err err = WICI_OK;

	if (f->deadline_ms == 0) {
		f->deadline_ms = 1; /* Begun. */
		err = begin_derived(n, f);
	}
	if (err != WICI_OK || (!project_is_done(n) && !n->is_read_only))
		return err;
	for (size_t i = 0; i < n->damages_count; i++)
		if (n->damages[i].what == DAMAGE_PROJECTION)
			n->damages[i].is_healed = !n->is_read_only;
	f->phase = HEALING;
	f->deadline_ms = n->now.mono_ms;
	return answer(n, f);
}

/* A notification to who asked; it stands whatever becomes of the turn. */
static void tell_progress(struct node *n, struct fsck *f)
{
	struct node_output out = {.type = NODE_REPLY};
	struct growing g;

	if (!f->is_watched || n->now.mono_ms - f->told_ms < 200)
		return;
	f->told_ms = n->now.mono_ms;
	growing_init(&g, GROWING_LEN_MAX);
	wici_mp_array(&g.w, 3);
	wici_mp_uint(&g.w, 2);
	wici_mp_str(&g.w, "fsck.progress");
	wici_mp_array(&g.w, 1);
	wici_mp_map(&g.w, 3);
	wici_mp_str(&g.w, "entries");
	wici_mp_uint(&g.w, f->entries);
	wici_mp_str(&g.w, "total");
	wici_mp_uint(&g.w, (uint64_t)f->last_n);
	wici_mp_str(&g.w, "bad");
	wici_mp_uint(&g.w, n->damages_count);
	out.reply.client = f->client;
	out.reply.bytes = growing_bytes(&g);
	n->in_turn = false;
	node_emit(n, &out);
	n->in_turn = true;
	growing_clear(&g);
}

void fsck_turn(struct node *n)
{
	struct fsck *f = n->fsck;
	enum wici_err err = WICI_OK;

	if (!f || n->fatal || n->is_full)
		return;
	tell_progress(n, f);
	switch (f->phase) {
	case FEEDS:
		err = walk_feeds(n, f);
		break;
	case STATEMENTS:
		err = walk_statements(n, f);
		break;
	case DERIVED:
		err = walk_derived(n, f);
		break;
	case HEALING:
		err = answer(n, f);
		break;
	}
	if (err != WICI_OK)
		(void)node_fail(n, err);
}
