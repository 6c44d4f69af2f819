/* daemon/forks.c — Fork proofs in memory, sorted by feed; the best of each is
 * among the statements that sync reconciles. And turning to the chain that the
 * root names.
 *
 * A proof needs no order and no trust: it proves itself, and every node that
 * holds the same ones finds the same place where the feed stands still. */
#include "daemon/forks.h"

#include "daemon/judge.h"
#include "daemon/shorten.h"
#include "daemon/statements.h"
#include "daemon/store/statement.h"
#include "proto/require.h"

#include <stdlib.h>

/* ---- the array ---- */

/* Where the feed's proofs begin, or would. */
static size_t first_of(const struct node *n, const struct wici_key *feed)
{
	size_t low = 0;
	size_t high = n->forks_count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (memcmp(n->forks[mid].feed.b, feed->b, WICI_KEY_LEN) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static size_t count_of(const struct node *n, size_t first,
		       const struct wici_key *feed)
{
	size_t end = first;

	while (end < n->forks_count &&
	       wici_key_equal(&n->forks[end].feed, feed))
		end++;
	return end - first;
}

static void insert(struct node *n, size_t at, const struct wici_fork *f)
{
	if (n->forks_count == n->forks_max) {
		n->forks_max = n->forks_max ? 2 * n->forks_max : 8;
		n->forks =
			reallocarray(n->forks, n->forks_max, sizeof(*n->forks));
		WICI_REQUIRE(n->forks);
	}
	memmove(&n->forks[at + 1], &n->forks[at],
		(n->forks_count - at) * sizeof(*n->forks));
	n->forks[at] = (struct node_fork){
		.id = f->id, .feed = f->feed, .seq = f->seq, .prev = f->prev};
	n->forks_count++;
}

static void drop(struct node *n, size_t at)
{
	n->forks_count--;
	memmove(&n->forks[at], &n->forks[at + 1],
		(n->forks_count - at) * sizeof(*n->forks));
}

/* ---- which is better ---- */

static uint64_t named_seq(const struct node *n, const struct wici_key *feed)
{
	struct wici_head at;

	return wici_roster_named(&n->roster, feed, &at) ? at.seq : 0;
}

static bool is_better(const struct node_fork *a, const struct node_fork *b,
		      uint64_t named)
{
	struct wici_fork x = {.id = a->id, .seq = a->seq};
	struct wici_fork y = {.id = b->id, .seq = b->seq};

	return wici_fork_better(&x, &y, named);
}

/* Of so many from `first` on: the best, or the worst. */
static size_t pick(const struct node *n, size_t first, size_t count,
		   bool is_best)
{
	uint64_t named = named_seq(n, &n->forks[first].feed);
	size_t found = first;

	for (size_t i = first + 1; i < first + count; i++) {
		if (is_better(&n->forks[i], &n->forks[found], named) == is_best)
			found = i;
	}
	return found;
}

/* PROTOCOL §4.2: "A fork proof is reconciled while its feed counts and has an
 * entry that is not in dispute, one a feed" Of another feed a newcomer could
 * not hold anything, and would not take the proof. */
static bool is_reconciled(const struct node *n, const struct wici_key *key)
{
	const struct feed *feed = feeds_find(&n->feeds, key);

	return feed && feed->counts && feed->limit.seq >= 1;
}

void forks_judge(struct node *n)
{
	for (size_t first = 0, count; first < n->forks_count; first += count) {
		const struct wici_key *feed = &n->forks[first].feed;
		bool may = is_reconciled(n, feed);
		size_t best;

		count = count_of(n, first, feed);
		best = pick(n, first, count, true);
		for (size_t i = first; i < first + count; i++) {
			n->forks[i].is_best = i == best;
			if (i == best && may)
				statements_add(n, &n->forks[i].id);
			else
				statements_drop(n, &n->forks[i].id);
		}
	}
}

/* ---- from the store ---- */

static void load_one(void *arg, const struct statement_row *row)
{
	struct node *n = arg;
	struct wici_statement s;
	struct wici_fork f;

	if (wici_statement_decode(&s, row->bytes) == WICI_OK &&
	    wici_fork_decode(&f, &s, &n->network) == WICI_OK)
		insert(n, first_of(n, &f.feed), &f);
}

enum wici_err forks_load(struct node *n)
{
	n->forks_count = 0;
	if (!n->has_network)
		return WICI_OK;
	return statement_each(n->store, load_one, n);
}

/* ---- a new one ---- */

/* The one that would go for another one of its feed; NULL: there is room. */
static struct node_fork *worst_of(struct node *n, const struct wici_key *feed)
{
	size_t first = first_of(n, feed);
	size_t count = count_of(n, first, feed);

	return count < FORKS_A_FEED ? NULL
				    : &n->forks[pick(n, first, count, false)];
}

/* Room among the feed's own: the worst goes. */
static enum wici_err make_room(struct node *n, const struct wici_fork *f)
{
	struct node_fork *worst = worst_of(n, &f->feed);
	enum wici_err err;

	if (!worst)
		return WICI_OK;
	err = statement_remove_id(n->store, &worst->id);
	if (err != WICI_OK)
		return node_fail(n, err);
	statements_drop(n, &worst->id);
	drop(n, (size_t)(worst - n->forks));
	return WICI_OK;
}

static enum wici_err keep(struct node *n, const struct wici_fork *f,
			  struct wici_bytes bytes)
{
	struct statement_row row = {
		.id = f->id, .type = WICI_STATEMENT_FORK, .bytes = bytes};
	enum wici_err err = make_room(n, f);

	if (err != WICI_OK)
		return err;
	err = statement_put(n->store, &row);
	if (err != WICI_OK)
		return node_fail(n, err);
	insert(n, first_of(n, &f->feed), f);
	n->wants_commit = true;
	return WICI_OK;
}

/* Nobody else may be shown what it takes away: judged before this turn's
 * heads go out. */
static enum wici_err apply(struct node *n, uint64_t link,
			   const struct wici_fork *f)
{
	struct node_output out = {.type = NODE_STATEMENT};
	struct feed *feed = feeds_find(&n->feeds, &f->feed);
	const struct node_fork *best;
	enum wici_err err = judge_forked(n, feed);

	forks_judge(n);
	best = forks_of(n, &f->feed);
	if (best && wici_id_equal(&best->id, &f->id)) {
		out.statement.id = f->id;
		out.statement.from = link;
		node_emit(n, &out);
	}
	return err;
}

/* Without that an author could make ever lower ones out of nothing, for
 * everybody to pass on. What is held ends with the last signature that holds,
 * which is not further from the proof than a run is long. */
static bool is_near(const struct feed *feed, const struct wici_fork *f)
{
	return feed && f->seq <= feed->row.seq + WICI_RUN_ENTRIES_MAX;
}

static bool is_wanted(struct node *n, const struct wici_fork *f)
{
	struct feed *feed = feeds_find(&n->feeds, &f->feed);
	const struct node_fork new = {.id = f->id, .seq = f->seq};
	const struct node_fork *worst = worst_of(n, &f->feed);

	if (!is_near(feed, f) ||
	    (worst && !is_better(&new, worst, named_seq(n, &f->feed))))
		return false;
	if (n->now.mono_ms - feed->proofs_ms >= FORKS_FLOOD_MS) {
		feed->proofs_ms = n->now.mono_ms;
		feed->proofs = 0;
	}
	return feed->proofs < FORKS_FLOOD;
}

enum wici_err forks_receive(struct node *n, uint64_t link,
			    const struct wici_statement *s,
			    struct wici_bytes bytes)
{
	struct wici_fork f;
	enum wici_err err = WICI_OK;

	WICI_REQUIRE(n->in_turn);
	if (forks_has(n, &s->id))
		return WICI_END;
	err = wici_fork_read(&f, s);
	if (err != WICI_OK)
		return err;
	if (!is_wanted(n, &f)) /* Signatures cost more than that. */
		return WICI_END;
	err = wici_fork_verify(&f, &n->network);
	if (err != WICI_OK)
		return err;
	if (n->is_read_only || n->is_full)
		return WICI_FULL;
	feeds_find(&n->feeds, &f.feed)->proofs++;
	err = keep(n, &f, bytes);
	return err == WICI_OK ? apply(n, link, &f) : err;
}

enum wici_err forks_side(struct node *n, const struct wici_key *key,
			 uint64_t seq, struct wici_fork_side *side)
{
	const struct feed *feed = feeds_find(&n->feeds, key);
	struct entry_row row;
	enum wici_err err;

	if (!feed || seq > feed->row.seq)
		return WICI_NOT_FOUND;
	err = entry_at(n->store, feed->row.n, seq, &row);
	if (err == WICI_OK && row.is_damaged)
		err = WICI_NOT_FOUND;
	if (err != WICI_OK)
		return err == WICI_NOT_FOUND ? err : node_fail(n, err);
	row.entry.header.feed = *key;
	side->header = row.entry.header;
	side->sig = row.entry.sig;
	return WICI_OK;
}

enum wici_err forks_prove(struct node *n, const struct wici_fork_side *theirs)
{
	uint8_t buf[1024];
	struct wici_mp_writer w;
	struct wici_statement s;
	struct wici_bytes bytes;
	struct wici_fork_side ours;
	struct wici_fork fork;
	enum wici_err err =
		forks_side(n, &theirs->header.feed, theirs->header.seq, &ours);

	wici_mp_writer_init(&w, buf, sizeof(buf));
	if (err == WICI_OK)
		err = wici_fork_make(&w, &ours, theirs, &n->network, &fork);
	if (err != WICI_OK)
		return err;
	WICI_REQUIRE(wici_mp_written(&w, &bytes) == WICI_OK &&
		     wici_statement_decode(&s, bytes) == WICI_OK);
	return forks_receive(n, 0, &s, bytes);
}

/* ---- questions ---- */

bool forks_has(const struct node *n, const struct wici_id *id)
{
	for (size_t i = 0; i < n->forks_count; i++) {
		if (wici_id_equal(&n->forks[i].id, id))
			return true;
	}
	return false;
}

uint64_t forks_seq(const struct node *n, const struct wici_key *feed,
		   uint64_t named)
{
	size_t first = first_of(n, feed);
	size_t end = first + count_of(n, first, feed);
	uint64_t lowest = 0;

	for (size_t i = first; i < end; i++) {
		uint64_t seq = n->forks[i].seq;

		if (seq > named && (lowest == 0 || seq < lowest))
			lowest = seq;
	}
	return lowest;
}

const struct node_fork *forks_of(const struct node *n,
				 const struct wici_key *feed)
{
	size_t first = first_of(n, feed);
	size_t count = count_of(n, first, feed);

	return count ? &n->forks[pick(n, first, count, true)] : NULL;
}

/* ---- the wrong branch ---- */

/* Is it on the chain that is held here? */
static bool is_on_ours(struct node *n, const struct feed *feed,
		       const struct node_fork *f)
{
	struct wici_id id;

	if (f->seq == 1)
		return true;
	return entry_id(n->store, feed->row.n, f->seq - 1, &id) == WICI_OK &&
	       wici_id_equal(&id, &f->prev);
}

static const struct node_fork *parting_of(struct node *n,
					  const struct feed *feed)
{
	size_t first = first_of(n, &feed->row.key);
	size_t end = first + count_of(n, first, &feed->row.key);
	const struct node_fork *found = NULL;

	for (size_t i = first; i < end; i++) {
		const struct node_fork *f = &n->forks[i];

		if (f->seq <= feed->limit.named.seq &&
		    f->seq <= feed->row.seq &&
		    (!found || found->seq < f->seq) && is_on_ours(n, feed, f))
			found = f;
	}
	return found;
}

static bool was_turned(const struct node *n, const struct feed *feed)
{
	return feed->turned_ms &&
	       n->now.mono_ms - feed->turned_ms < FORKS_TURN_MS;
}

enum wici_err forks_parting(struct node *n, const struct feed *feed,
			    uint64_t *seq)
{
	const struct node_fork *f;

	if (was_turned(n, feed))
		return WICI_AGAIN;
	f = parting_of(n, feed);
	if (!f)
		return WICI_END;
	*seq = f->seq;
	return WICI_OK;
}

void forks_shown(struct feed *feed)
{
	feed->is_shown = true;
}

static enum wici_err turn_feed(struct node *n, struct feed *feed)
{
	const struct node_fork *f = parting_of(n, feed);
	enum wici_err err;

	if (!f || was_turned(n, feed))
		return WICI_OK;
	feed->turned_ms = n->now.mono_ms;
	err = shorten_feed(n, feed, f->seq, &f->prev, ENTRY_EVIDENCE);
	if (err == WICI_OK && feed == n->own)
		n->sealed = "forked";
	return err;
}

enum wici_err forks_turn(struct node *n)
{
	enum wici_err err = WICI_OK;

	if (n->fatal || n->is_full || n->is_read_only)
		return WICI_OK;
	for (size_t i = 0; i < n->feeds.count && err == WICI_OK; i++) {
		struct feed *feed = n->feeds.by_key[i];

		if (!feed->is_shown || feed->is_dirty)
			continue; /* What is pending: after the commit. */
		feed->is_shown = false;
		if (!feed->is_reached && !feed->suspect_seq)
			err = turn_feed(n, feed);
	}
	return err;
}
