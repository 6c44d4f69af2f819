/* daemon/damage_load.c — At a start: small notes against what they were noted
 * from. What says itself what is right is put right at once. */
#include "daemon/damage.h"

#include "daemon/project.h"
#include "daemon/store/book.h"
#include "daemon/store/record.h"
#include "daemon/store/statement.h"
#include "proto/change.h"
#include "proto/kinds/feed_open.h"
#include "proto/kinds/member.h"
#include "proto/open.h"

#define PAGE 64 /* Admissions looked up at once. */

/* ---- the network's id ---- */

struct look {
	struct node *n;
	const struct entry_row *open; /* Of the own feed. */
	bool is_found;
	struct wici_id network;
};

/* The founding of another network than the one that is noted, in which the own
 * feed was opened. */
static void look_for_founding(void *arg, const struct statement_row *row)
{
	struct look *l = arg;
	struct wici_statement s;
	struct wici_change c;

	if (wici_statement_decode(&s, row->bytes) != WICI_OK ||
	    s.type != WICI_STATEMENT_CHANGE ||
	    wici_change_decode(&c, &s) != WICI_OK || !c.has_found ||
	    wici_change_founds(&c, &c.network) != WICI_OK ||
	    wici_entry_verify(&l->open->entry.header, &l->open->entry.sig,
			      &c.network) != WICI_OK)
		return;
	l->is_found = true;
	l->network = c.network;
}

/* Every signature is over the network's id: were it wrong, nothing here would
 * hold, and fsck would set the whole store aside. */
enum wici_err damage_load_network(struct node *n)
{
	struct look l = {.n = n};
	struct entry_row row;
	enum wici_err err;

	if (!n->own)
		return WICI_OK;
	err = entry_at(n->store, n->own->row.n, 1, &row);
	if (err != WICI_OK)
		return err == WICI_NOT_FOUND ? WICI_OK : err;
	row.entry.header.feed = n->own->row.key;
	if (row.is_damaged ||
	    (n->has_network &&
	     wici_entry_verify(&row.entry.header, &row.entry.sig,
			       &n->network) == WICI_OK))
		return WICI_OK;
	l.open = &row;
	err = statement_each(n->store, look_for_founding, &l);
	if (err != WICI_OK || !l.is_found)
		return err;
	n->network = l.network;
	n->has_network = true;
	return book_set_blob(n->store, "network",
			     (struct wici_bytes){l.network.b, WICI_ID_LEN});
}

/* ---- statements ---- */

/* Filed under another id than their own they could never be given out. */
static enum wici_err check_statements(struct node *n)
{
	struct statement_row row = {.n = INT64_MIN};
	struct wici_id id;
	enum wici_err err;

	while ((err = statement_after(n->store, row.n, &row)) == WICI_OK) {
		if (!damage_is_misfiled(n, &row))
			continue;
		err = damage_file_statement(n, &row, &id);
		if (err != WICI_OK)
			return err;
	}
	return err == WICI_END ? WICI_OK : err;
}

/* ---- feeds ---- */

/* Whose the feed is, as its own first entry says. */
static enum wici_err check_identity(struct node *n, struct feed *feed)
{
	struct wici_problem problem;
	struct wici_open_body body;
	struct entry_row row;
	enum wici_err err = entry_at(n->store, feed->row.n, 1, &row);

	if (err != WICI_OK)
		return err == WICI_NOT_FOUND ? WICI_OK : err;
	if (row.is_damaged || !row.entry.has_payload ||
	    row.entry.header.kind != WICI_KIND_FEED_OPEN ||
	    wici_kind_check(&wici_kind_feed_open, row.entry.payload,
			    &problem) != WICI_OK)
		return WICI_OK;
	wici_kind_read(&wici_kind_feed_open, row.entry.payload, &body);
	if (wici_key_equal(&body.identity, &feed->row.identity))
		return WICI_OK; /* As nearly always: no signature is spent. */
	return damage_check_owner(n, feed, &row);
}

enum wici_err damage_check_owner(struct node *n, struct feed *feed,
				 struct entry_row *row)
{
	struct wici_key identity;
	struct damage *d;

	row->entry.header.feed = feed->row.key;
	if (!n->has_network ||
	    wici_open_check(&row->entry, &n->network, &identity) != WICI_OK ||
	    wici_key_equal(&identity, &feed->row.identity))
		return WICI_OK;
	d = damage_add(n, DAMAGE_HEAD, &feed->row.key, feed->row.seq);
	if (n->is_read_only)
		return WICI_OK;
	if (d)
		d->is_healed = true;
	feed->row.identity = identity;
	n->is_judging_due = true;
	n->wants_commit = true;
	return feed_update(n->store, &feed->row);
}

/* Numbers may be given anew to others: nothing derived may know the old. */
static enum wici_err derive_anew(struct node *n)
{
	enum wici_err err = project_clear(n);

	return err == WICI_OK ? entry_last(n->store, &n->last_n) : err;
}

static enum wici_err drop(struct node *n, int64_t feed_n, int64_t seq)
{
	enum wici_err err = entry_drop_beyond(n->store, feed_n, seq);

	return err == WICI_OK ? derive_anew(n) : err;
}

/* Does entry 1 under this number open the feed, of which there is nothing under
 * its own? */
static enum wici_err is_home(struct node *n, int64_t orphan,
			     const struct feed *feed, bool *is)
{
	struct entry_row row;
	struct wici_id id;
	enum wici_err err = entry_before(n->store, feed->row.n, 0, &row);

	*is = false;
	if (err != WICI_END)
		return err;
	err = entry_at(n->store, orphan, 1, &row);
	if (err != WICI_OK)
		return err == WICI_NOT_FOUND ? WICI_OK : err;
	row.entry.header.feed = feed->row.key;
	id = wici_entry_id(&row.entry.header, &row.entry.sig);
	*is = wici_id_equal(&id, &row.id);
	return WICI_OK;
}

static enum wici_err bring_home(struct node *n, int64_t orphan)
{
	bool is_evidence =
		orphan < 0 &&
		orphan == entry_aside_n(entry_feed_of(orphan), ENTRY_EVIDENCE);
	enum wici_err err = WICI_OK;
	bool is = false;

	for (size_t i = 0; i < n->feeds.count && err == WICI_OK; i++) {
		const struct feed *feed = n->feeds.by_key[i];

		if (is_evidence)
			break; /* It never was of the chain. */
		err = is_home(n, orphan, feed, &is);
		if (err != WICI_OK || !is)
			continue;
		err = entry_rename_feed(n->store, orphan, feed->row.n);
		return err == WICI_OK ? derive_anew(n) : err;
	}
	return err == WICI_OK ? drop(n, orphan, INT64_MIN) : err;
}

/* Entries under a number that no feed has: the feed's own number was spoilt, or
 * theirs. A feed that comes to have the number would find its place taken. */
static enum wici_err check_orphans(struct node *n)
{
	int64_t feed_n = INT64_MIN;
	enum wici_err err = entry_next_feed(n->store, &feed_n);

	while (err == WICI_OK) {
		if (!feeds_by_n(&n->feeds, entry_feed_of(feed_n)))
			err = bring_home(n, feed_n);
		if (err == WICI_OK)
			err = entry_next_feed(n->store, &feed_n);
	}
	return err == WICI_END ? WICI_OK : err;
}

/* Entries beyond a head that is right never were of this feed: a bit of what
 * says whose they are has flipped. They would stand where its next go. */
static enum wici_err drop_strays(struct node *n, const struct feed *feed)
{
	const struct feed_row *head = &feed->row;
	struct entry_row row = {.n = 0};
	enum wici_err err = WICI_OK;

	if (head->seq > 0)
		err = entry_at(n->store, head->n, head->seq, &row);
	if (err == WICI_OK &&
	    (row.is_damaged || !wici_id_equal(&row.id, &head->id)))
		err = WICI_NOT_FOUND;
	if (err == WICI_OK) {
		err = entry_at(n->store, head->n, head->seq + 1, &row);
		if (err == WICI_OK && !row.is_damaged)
			return WICI_OK; /* It is the head that lags. */
		if (err == WICI_OK || err == WICI_NOT_FOUND)
			return drop(n, head->n, (int64_t)head->seq);
	}
	return err == WICI_NOT_FOUND ? WICI_OK : err;
}

static enum wici_err put_head(struct node *n, struct feed *feed,
			      const struct entry_row *last)
{
	struct feed_row *head = &feed->row;
	uint64_t seq = last->entry.header.seq;
	bool is_lost = seq < head->seq && !wici_id_equal(&head->id, &last->id);
	struct damage *d =
		damage_add(n, is_lost ? DAMAGE_MISSING : DAMAGE_HEAD,
			   &head->key, is_lost ? seq + 1 : head->seq);

	if (d)
		d->is_healed = !is_lost;
	if (feed == n->own)
		n->is_own_damaged = true; /* The fence knows better. */
	head->seq = feed->released_seq = seq;
	head->id = feed->released_id = last->id;
	return feed_update(n->store, head);
}

/* The stored head against the last entry: what the entry says, when it is
 * whole, else the feed is cut. */
static enum wici_err check_head(struct node *n, struct feed *feed)
{
	struct feed_row *head = &feed->row;
	struct entry_row row = {.n = 0};
	enum wici_err err = entry_before(n->store, head->n, 0, &row);

	if (err == WICI_OK && row.is_damaged &&
	    row.entry.header.seq > head->seq) {
		err = drop_strays(n, feed);
		row = (struct entry_row){.n = 0};
		if (err == WICI_OK)
			err = entry_before(n->store, head->n, 0, &row);
	}
	if (err != WICI_OK && err != WICI_END)
		return err;
	if (row.is_damaged) {
		/* Up to there it is to be cut. */
		if (row.entry.header.seq > head->seq)
			head->seq = feed->released_seq = row.entry.header.seq;
		damage_suspect(n, feed, row.entry.header.seq);
		return WICI_OK;
	}
	if (head->seq == row.entry.header.seq &&
	    wici_id_equal(&head->id, &row.id))
		return WICI_OK;
	return put_head(n, feed, &row);
}

/* The highest seq up to which none is missing. */
static enum wici_err find_gap(struct node *n, const struct feed *feed,
			      uint64_t *seq)
{
	uint64_t low = 0, high = feed->row.seq, count;
	enum wici_err err = WICI_OK;

	while (low < high && err == WICI_OK) {
		uint64_t mid = high - (high - low) / 2;

		err = entry_count(n->store, feed->row.n, mid, &count);
		if (count == mid)
			low = mid;
		else
			high = mid - 1;
	}
	*seq = low;
	return err;
}

/* What is not projected yet the roster is folded from, one by one: a gap in the
 * registrar's feed would end it. */
static enum wici_err check_gap(struct node *n, struct feed *feed)
{
	struct entry_row row = {.n = 0};
	uint64_t count, seq;
	enum wici_err err =
		entry_count(n->store, feed->row.n, feed->row.seq, &count);

	if (err != WICI_OK || count == feed->row.seq)
		return err;
	err = find_gap(n, feed, &seq);
	if (err == WICI_OK && seq > 0)
		err = entry_at(n->store, feed->row.n, seq, &row);
	if (err != WICI_OK)
		return err;
	(void)damage_add(n, DAMAGE_MISSING, &feed->row.key, seq + 1);
	err = damage_lower(n, feed, seq + 1, &row.id);
	return err == WICI_OK ? entry_last(n->store, &n->last_n) : err;
}

static enum wici_err check_aside(struct node *n, struct feed *feed)
{
	uint64_t seq;
	enum wici_err err = entry_first_aside(n->store, feed->row.n, 1, &seq);

	if (err == WICI_END)
		return WICI_OK;
	if (err != WICI_OK)
		return err;
	feed->has_aside = n->has_aside = true;
	(void)damage_add(n, DAMAGE_MISSING, &feed->row.key, feed->row.seq + 1);
	return WICI_OK;
}

/* Who is admitted by a spoilt entry is a stranger, and may be the one who heals
 * it: it is looked for at once, and not when somebody asks for it. */
static enum wici_err check_admissions(struct node *n)
{
	struct record_filter filter = {.kind_first = WICI_KIND_MEMBER_ADMIT,
				       .kind_last = WICI_KIND_MEMBER_ADMIT};
	int64_t ns[PAGE];
	struct entry_row row;
	size_t count = PAGE;
	enum wici_err err = WICI_OK;

	while (err == WICI_OK && count == PAGE) {
		err = record_list(n->store, &filter, ns, PAGE, &count);
		for (size_t i = 0; i < count && err == WICI_OK; i++) {
			struct feed *feed;

			err = entry_get(n->store, ns[i], &row);
			filter.below = ns[i];
			if (err == WICI_NOT_FOUND)
				err = WICI_OK;
			else if (err == WICI_OK && row.is_damaged &&
				 (feed = feeds_by_n(&n->feeds, row.feed_n)))
				damage_suspect(n, feed, row.entry.header.seq);
		}
	}
	return err;
}

static enum wici_err check_rest(struct node *n, struct feed *feed)
{
	enum wici_err err = check_identity(n, feed);

	if (err == WICI_OK)
		err = check_aside(n, feed);
	if (err == WICI_OK && feed == n->own && feed->has_aside)
		n->is_own_damaged = true;
	return err;
}

static enum wici_err each_feed(struct node *n,
			       enum wici_err (*check)(struct node *n,
						      struct feed *feed))
{
	enum wici_err err = WICI_OK;

	for (size_t i = 0; i < n->feeds.count && err == WICI_OK; i++)
		err = check(n, n->feeds.by_key[i]);
	return err;
}

enum wici_err damage_load(struct node *n)
{
	enum wici_err err;

	n->has_aside = n->has_suspects = false;
	err = check_statements(n);
	if (err == WICI_OK)
		err = check_orphans(n);
	if (err == WICI_OK)
		err = each_feed(n, check_head);
	if (err == WICI_OK && n->cursor < n->last_n)
		err = each_feed(n, check_gap);
	if (err == WICI_OK)
		err = each_feed(n, check_rest);
	return err == WICI_OK ? check_admissions(n) : err;
}
