/* daemon/erase.c — Erasures taken in; those that are done and whose feed counts
 * are among the statements that sync reconciles.
 *
 * One is kept only when its entry is here, or comes with it: so there are never
 * more of them than entries, whoever may sign. */
#include "daemon/erase.h"

#include "daemon/erase_private.h"
#include "daemon/judge.h"
#include "daemon/statements.h"
#include "daemon/store/statement.h"
#include "proto/require.h"

#include <stdlib.h>

/* ---- from the store ---- */

static void note_signer(struct erasure *e, const struct wici_statement *s)
{
	static const struct wici_key several;

	e->signer = s->sigs_count == 1 ? s->sigs[0].key : several;
}

static void load_one(void *arg, const struct statement_row *row)
{
	struct node *n = arg;
	struct erasure new = {.number = row->version, .counts = true};
	struct wici_statement s;
	struct wici_erase e;

	if (row->type != WICI_STATEMENT_ERASE ||
	    wici_statement_decode(&s, row->bytes) != WICI_OK ||
	    !wici_id_equal(&s.id, &row->id) ||
	    wici_erase_read(&e, &s, &n->network) != WICI_OK)
		return;
	new.of = e.of;
	new.id = e.id;
	note_signer(&new, &s);
	new.step = row->version ? ERASURE_DONE : ERASURE_FOUND;
	if (row->version > n->erasures->number)
		n->erasures->number = row->version;
	erasures_append(n->erasures, &new);
}

static int by_entry(const void *a, const void *b)
{
	return erasures_compare(&((const struct erasure *)a)->of,
				&((const struct erasure *)b)->of);
}

static enum wici_err look_in_chain(struct node *n, struct erasure *e)
{
	const struct feed *feed = feeds_find(&n->feeds, &e->of.feed);
	struct wici_id id;
	enum wici_err err = WICI_NOT_FOUND;

	if (feed && e->of.seq <= feed->row.seq)
		err = entry_id(n->store, feed->row.n, e->of.seq, &id);
	e->is_in_chain = err == WICI_OK && wici_id_equal(&id, &e->of.id);
	return err == WICI_NOT_FOUND ? WICI_OK : err;
}

enum wici_err erase_load(struct node *n)
{
	struct erasures *all = erasures_of(n);
	enum wici_err err;

	all->count = all->open = 0;
	all->number = 0;
	all->is_purging = false;
	if (!n->has_network)
		return WICI_OK;
	err = statement_each(n->store, load_one, n);
	if (all->count)
		qsort(all->rows, all->count, sizeof(*all->rows), by_entry);
	for (size_t i = 0; i < all->count && err == WICI_OK; i++)
		err = look_in_chain(n, &all->rows[i]);
	return err;
}

/* ---- what is shown ---- */

/* institution: whose the feed is; zero: nobody's. */
static bool is_right(const struct node *n, const struct wici_statement *s,
		     const struct wici_key *institution)
{
	return wici_erase_is_right(s, &n->roster, institution);
}

/* Does it count, by who has signed it, as the roster is now? */
static bool does_count(struct node *n, const struct erasure *e,
		       const struct wici_key *institution)
{
	struct wici_statement s = {.sigs_count = 1};
	struct statement_row row;
	enum wici_err err;

	s.sigs[0].key = e->signer;
	if (!wici_is_zero(&e->signer, WICI_KEY_LEN))
		return is_right(n, &s, institution);
	err = statement_get(n->store, &e->id, &row);
	if (err != WICI_OK && err != WICI_NOT_FOUND)
		(void)node_fail(n, err);
	return err == WICI_OK &&
	       wici_statement_decode(&s, row.bytes) == WICI_OK &&
	       is_right(n, &s, institution);
}

bool erase_is_due(const struct node *n, const struct erasure *e)
{
	const struct feed *feed = feeds_find(&n->feeds, &e->of.feed);

	return e->step == ERASURE_DONE && e->is_in_chain && feed &&
	       feed->counts && e->of.seq <= feed->limit.seq;
}

/* What is shown after it was not has another number: who was in step in
 * between need not have carried it out. */
static bool find_shown(struct node *n, struct erasure *e)
{
	/* PROTOCOL §4.2: "An erasure is reconciled once it is carried out,
	 * while its feed counts up to the entry or beyond, and while the
	 * signatures that it is held with count (§5.6)." */
	bool is_shown = erase_is_due(n, e) && e->counts;
	enum wici_err err;

	if (is_shown && e->was_hidden) {
		e->number = ++n->erasures->number;
		err = statement_number(n->store, &e->id, e->number);
		if (err != WICI_OK)
			(void)node_fail(n, err);
		n->wants_commit = true;
	}
	e->was_hidden = e->step == ERASURE_DONE && !is_shown;
	return is_shown;
}

static void show(struct node *n, struct erasure *e)
{
	if (find_shown(n, e))
		statements_add(n, &e->id);
	else
		statements_drop(n, &e->id);
}

/* All at once: they may be many, and each would move the others. */
void erase_judge(struct node *n)
{
	size_t count = n->erasures ? n->erasures->count : 0;
	struct statement_mark *marks;

	if (count == 0)
		return;
	marks = calloc(count, sizeof(*marks));
	WICI_REQUIRE(marks);
	for (size_t i = 0; i < count; i++) {
		struct erasure *e = &n->erasures->rows[i];
		const struct feed *feed = feeds_find(&n->feeds, &e->of.feed);

		e->counts = feed && does_count(n, e, &feed->whose);
		marks[i] = (struct statement_mark){e->id, find_shown(n, e)};
	}
	statements_mark(n, marks, count);
	free(marks);
}

bool erase_is_shown(const struct node *n, const struct erasure *e)
{
	return statements_has(n, &e->id);
}

enum wici_err erase_finish(struct node *n, struct erasure *e)
{
	struct node_output out = {.type = NODE_STATEMENT};
	struct feed *feed = feeds_find(&n->feeds, &e->of.feed);
	enum wici_err err;

	n->erasures->open -= e->step != ERASURE_DONE;
	e->step = ERASURE_DONE;
	e->number = ++n->erasures->number;
	err = statement_number(n->store, &e->id, e->number);
	if (err != WICI_OK)
		return node_fail(n, err);
	n->wants_commit = true;
	show(n, e);
	if (feed && !feed->is_dirty) /* Else the commit releases it. */
		judge_released(n, feed);
	out.statement.id = e->id;
	out.statement.from = e->from;
	if (erase_is_shown(n, e))
		node_emit(n, &out);
	return WICI_OK;
}

/* ---- a new one ---- */

enum wici_err erase_keep(struct node *n, const struct erasure *e,
			 struct wici_bytes bytes)
{
	struct statement_row row = {
		.id = e->id, .type = WICI_STATEMENT_ERASE, .bytes = bytes};
	struct erasure kept = *e;
	struct wici_statement s;
	enum wici_err err = wici_statement_decode(&s, bytes);

	if (err != WICI_OK)
		return err;
	kept.counts = true;
	note_signer(&kept, &s);
	err = statement_put(n->store, &row);
	if (err != WICI_OK)
		return node_fail(n, err);
	erase_wait_no_more(erasures_of(n), &e->of);
	erasures_insert(n, &kept);
	n->wants_commit = true;
	return WICI_OK;
}

/* The entry's header, from wherever it is. WICI_NOT_FOUND. */
static enum wici_err look_for(struct node *n, const struct feed *feed,
			      const struct wici_head *of,
			      struct wici_header *header)
{
	const int64_t at[] = {feed->row.n,
			      entry_aside_n(feed->row.n, ENTRY_DAMAGED),
			      entry_aside_n(feed->row.n, ENTRY_EVIDENCE)};
	struct entry_row row;

	for (size_t i = 0; i < sizeof(at) / sizeof(at[0]); i++) {
		enum wici_err err = entry_at(n->store, at[i], of->seq, &row);

		if (err != WICI_OK && err != WICI_NOT_FOUND)
			return node_fail(n, err);
		*header = row.entry.header;
		if (err == WICI_OK && wici_id_equal(&row.id, &of->id))
			return WICI_OK;
	}
	return WICI_NOT_FOUND;
}

/* Held already, by a key that was the right one when it came. Who signs it again
 * with one that is now lets those take it who have heard of the change first:
 * that is kept, and shown again. */
static enum wici_err strengthen(struct node *n, uint64_t link,
				struct erasure *e,
				const struct wici_statement *s,
				struct wici_bytes bytes)
{
	const struct feed *feed = feeds_find(&n->feeds, &e->of.feed);
	struct node_output out = {.type = NODE_STATEMENT};
	struct statement_row row = {.id = e->id};
	struct wici_statement held;
	enum wici_err err = statement_get(n->store, &e->id, &row);

	if (err != WICI_OK && err != WICI_NOT_FOUND)
		return node_fail(n, err);
	if (!feed || (err == WICI_OK && wici_bytes_equal(row.bytes, bytes)))
		return WICI_END;
	if (err == WICI_OK &&
	    wici_statement_decode(&held, row.bytes) == WICI_OK &&
	    is_right(n, &held, &feed->whose))
		return WICI_END;
	err = wici_erase_verify(s, &n->network);
	if (err != WICI_OK)
		return err;
	if (!is_right(n, s, &feed->whose))
		return WICI_END;
	if (n->is_read_only || n->is_full)
		return WICI_FULL;
	row = (struct statement_row){.id = e->id,
				     .type = WICI_STATEMENT_ERASE,
				     .version = e->number,
				     .bytes = bytes};
	err = statement_put(n->store, &row);
	if (err != WICI_OK)
		return node_fail(n, err);
	n->wants_commit = true;
	note_signer(e, s);
	e->counts = true;
	show(n, e);
	out.statement.id = e->id;
	out.statement.from = link;
	if (erase_is_shown(n, e))
		node_emit(n, &out);
	return WICI_OK;
}

/* Its entry is here. */
static enum wici_err carry_out(struct node *n, uint64_t link,
			       const struct wici_erase *e,
			       struct wici_bytes bytes)
{
	struct erasure new = {
		.of = e->of, .id = e->id, .step = ERASURE_GONE, .from = link};
	enum wici_err err;

	if (n->is_read_only || n->is_full)
		return WICI_FULL;
	err = look_in_chain(n, &new);
	if (err != WICI_OK)
		return node_fail(n, err);
	err = erase_keep(n, &new, bytes);
	return err == WICI_OK ? erase_entry(n, &e->of) : err;
}

enum wici_err erase_receive(struct node *n, uint64_t link,
			    const struct wici_statement *s,
			    struct wici_bytes bytes)
{
	const struct feed *feed;
	struct wici_header header;
	struct wici_erase e;
	struct erasure *held;
	enum wici_err err = wici_erase_read(&e, s, &n->network);

	WICI_REQUIRE(n->in_turn);
	if (err != WICI_OK)
		return err;
	held = erasures_find(n, &e.of);
	if (held)
		return strengthen(n, link, held, s, bytes);
	feed = feeds_find(&n->feeds, &e.of.feed);
	err = feed ? look_for(n, feed, &e.of, &header) : WICI_NOT_FOUND;
	if (err == WICI_NOT_FOUND) {
		erase_wait(erasures_of(n), link, &e, bytes);
		return WICI_END;
	}
	if (err != WICI_OK || !wici_erase_may(&header))
		return err == WICI_OK ? WICI_END : err;
	err = wici_erase_verify(s, &n->network);
	if (err != WICI_OK)
		return err;
	if (!is_right(n, s, &feed->whose))
		return WICI_END;
	return carry_out(n, link, &e, bytes);
}

/* ---- entries that come ---- */

static struct wici_head head_of(const struct entry_row *row)
{
	const struct wici_header *h = &row->entry.header;

	return (struct wici_head){h->feed, h->seq, row->id};
}

/* The one that waits and is by who may; NULL: *told is one that is not, if there
 * is any. */
static const struct erasure_waiting *find_right(struct node *n,
						const struct wici_head *of,
						const struct wici_key *whose,
						struct erasure_waiting **told)
{
	struct erasure_waiting *w;
	struct wici_statement s;
	size_t at = 0;

	*told = NULL;
	while ((w = erase_waits(erasures_of(n), of, &at))) {
		if (wici_statement_decode(
			    &s, (struct wici_bytes){w->bytes, w->len}) !=
			    WICI_OK ||
		    wici_erase_verify(&s, &n->network) != WICI_OK)
			continue;
		if (is_right(n, &s, whose))
			return w;
		if (!*told || erase_is_former(n, &s, whose))
			*told = w;
	}
	return NULL;
}

enum wici_err erase_ask(struct node *n, const struct entry_row *row,
			const struct wici_key *institution)
{
	const struct wici_head of = head_of(row);
	struct erasure_waiting *told = NULL;

	if (!wici_erase_may(&row->entry.header))
		return WICI_NOT_FOUND;
	if (erasures_find(n, &of) || find_right(n, &of, institution, &told))
		return WICI_OK;
	if (!told)
		return WICI_NOT_FOUND;
	if (!row->entry.has_payload)
		erase_miss(n, told, institution);
	return WICI_AGAIN;
}

enum wici_err erase_appended(struct node *n, const struct entry_row *row)
{
	const struct feed *feed = feeds_by_n(&n->feeds, row->feed_n);
	const struct wici_head of = head_of(row);
	const struct erasure_waiting *w;
	struct erasure *e = erasures_find(n, &of);
	struct erasure new = {.of = of, .is_in_chain = true};
	struct erasure_waiting *told;
	enum wici_err err;

	if (!e && row->entry.has_payload)
		return WICI_OK;
	if (!e) {
		w = find_right(n, &of, &feed->whose, &told);
		if (!w) /* Of a run erase_ask() said so; of what was spoilt
			 * and joins again the erasure may be gone, too. */
			return WICI_OK;
		new.id = w->is.id;
		new.from = w->link;
		new.step = ERASURE_GONE;
		err = erase_keep(n, &new,
				 (struct wici_bytes){w->bytes, w->len});
		if (err != WICI_OK)
			return err;
		e = erasures_find(n, &of);
		return erase_finish(n, e);
	}
	e->is_in_chain = true;
	show(n, e);
	return WICI_OK;
}

void erase_shortened(struct node *n, const struct feed *feed, uint64_t seq)
{
	const struct wici_head from = {.feed = feed->row.key, .seq = seq};

	for (size_t i = erasures_place(n, &from);
	     n->erasures && i < n->erasures->count; i++) {
		struct erasure *e = &n->erasures->rows[i];

		if (!wici_key_equal(&e->of.feed, &feed->row.key))
			return;
		e->is_in_chain = false;
		show(n, e);
	}
}
