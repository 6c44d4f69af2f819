/* daemon/roster_fold.c — The roster in memory: the stored changes in their own
 * order, then the registrar feed's admissions (membership_fold).
 *
 * Admissions are found by the projections where the cursor has been, and by
 * walking where it has not: a start costs as much as there are members, not
 * as there are entries. */
#include "daemon/membership.h"

#include "daemon/statements.h"
#include "daemon/store/entry.h"
#include "daemon/store/record.h"
#include "daemon/store/statement.h"
#include "proto/kinds/member.h"
#include "proto/require.h"

#include <stdlib.h>

#define PAGE ((size_t)256)

struct stored_change {
	struct wici_id id, prev;
	uint64_t version;
	uint8_t *bytes;
	size_t len;
};

struct changes { /* By version, then id: as statement_each gives them. */
	const struct node *n;
	struct stored_change *rows;
	size_t count, max;
};

static void take_change(void *arg, const struct statement_row *row)
{
	struct changes *c = arg;
	struct stored_change *change;
	struct wici_statement s;
	struct wici_id prev;
	uint64_t version;

	if (wici_statement_decode(&s, row->bytes) != WICI_OK ||
	    s.type != WICI_STATEMENT_CHANGE ||
	    wici_change_peek(&s, &c->n->network, &version, &prev) != WICI_OK)
		return; /* Of another network that we never got into. */
	if (c->count == c->max) {
		c->max = c->max ? 2 * c->max : 8;
		c->rows = reallocarray(c->rows, c->max, sizeof(*c->rows));
		WICI_REQUIRE(c->rows);
	}
	change = &c->rows[c->count++];
	*change = (struct stored_change){.id = s.id,
					 .prev = prev,
					 .version = version,
					 .bytes = malloc(row->bytes.len),
					 .len = row->bytes.len};
	WICI_REQUIRE(change->bytes);
	memcpy(change->bytes, row->bytes.p, row->bytes.len);
}

static void changes_clear(struct changes *c)
{
	for (size_t i = 0; i < c->count; i++)
		free(c->rows[i].bytes);
	free(c->rows);
}

/* The rows were decoded when they were taken. */
static struct wici_statement decode(const struct stored_change *row)
{
	struct wici_statement s;
	struct wici_bytes b = {row->bytes, row->len};

	WICI_REQUIRE(wici_statement_decode(&s, b) == WICI_OK);
	return s;
}

/* Have enough root keys approved it, as far as can be said by now? */
static bool is_approved(const struct node *n, const struct stored_change *row)
{
	struct wici_statement s = decode(row);
	struct wici_change c;

	if (wici_change_decode(&c, &s) != WICI_OK)
		return false;
	if (!c.has_found && n->roster.version == 0)
		return false;
	return wici_policy_approves(c.has_found ? &c.policy : &n->roster.policy,
				    &n->network, &s) == WICI_OK;
}

static bool has_successor(const struct changes *c,
			  const struct stored_change *row)
{
	for (size_t i = 0; i < c->count; i++) {
		if (c->rows[i].version == row->version + 1 &&
		    wici_id_equal(&c->rows[i].prev, &row->id) &&
		    is_approved(c->n, &c->rows[i]))
			return true;
	}
	return false;
}

/* The change that follows the roster's, if any.
 *
 * PROTOCOL §5.2: "Of two approved changes of one version the one with an
 * approved successor stands; where neither or both have one, the roster stands
 * at the version before." */
static const struct stored_change *next_change(const struct changes *c)
{
	const struct wici_roster *r = &c->n->roster;
	const struct wici_id *prev = r->version ? &r->id : &r->network;
	const struct stored_change *found[2] = {NULL, NULL};
	size_t all = 0, carried = 0;

	for (size_t i = 0; i < c->count; i++) {
		const struct stored_change *row = &c->rows[i];

		if (row->version != r->version + 1 ||
		    !wici_id_equal(&row->prev, prev) || !is_approved(c->n, row))
			continue;
		all++;
		found[0] = row;
		if (has_successor(c, row)) {
			carried++;
			found[1] = row;
		}
	}
	if (all == 1)
		return found[0];
	return carried == 1 ? found[1] : NULL;
}

static enum wici_err fold_changes(struct node *n)
{
	struct changes c = {.n = n};
	const struct stored_change *row;
	enum wici_err err = statement_each(n->store, take_change, &c);

	while (err == WICI_OK && (row = next_change(&c))) {
		struct wici_statement s = decode(row);

		if (wici_roster_change(&n->roster, &s) != WICI_OK)
			break; /* A newer version is needed, and it says so. */
	}
	statements_clear(n);
	for (size_t i = 0; err == WICI_OK && i < c.count; i++) {
		if (is_approved(n, &c.rows[i]))
			statements_add(n, &c.rows[i].id);
	}
	changes_clear(&c);
	return err;
}

static void lend_more(struct node *n)
{
	size_t max = n->members_max ? 2 * n->members_max : 64;
	struct wici_member *members = calloc(max, sizeof(*members));

	WICI_REQUIRE(members);
	wici_roster_lend(&n->roster, members, max);
	free(n->members);
	n->members = members;
	n->members_max = max;
}

/* An admission counts once its own signature has been verified. */
static enum wici_err fold_entry(struct node *n, const struct feed *feed,
				struct entry_row *row)
{
	struct wici_entry *e = &row->entry;

	if (e->header.kind != WICI_KIND_MEMBER_ADMIT)
		return WICI_OK;
	e->header.feed = feed->row.key;
	if (!row->is_proved &&
	    wici_entry_verify(&e->header, &e->sig, &n->network) != WICI_OK)
		return WICI_OK;
	while (wici_roster_admit(&n->roster, e) == WICI_MORE)
		lend_more(n);
	return row->is_proved ? WICI_OK : entry_set_proved(n->store, row->n);
}

/* The first seq that the cursor has not been at. */
static enum wici_err first_unprojected(struct node *n, const struct feed *feed,
				       uint64_t *seq)
{
	struct entry_row row;

	*seq = feed->row.seq + 1;
	while (*seq > 1) {
		enum wici_err err =
			entry_at(n->store, feed->row.n, *seq - 1, &row);

		if (err != WICI_OK)
			return err;
		if (row.n <= n->cursor)
			break;
		(*seq)--;
	}
	return WICI_OK;
}

/* Numbers of the feed's admissions that were projected, newest first. */
static enum wici_err list_projected(struct node *n, const struct feed *feed,
				    int64_t **ns, size_t *count)
{
	struct record_filter filter = {.kind_first = WICI_KIND_MEMBER_ADMIT,
				       .kind_last = WICI_KIND_MEMBER_ADMIT,
				       .feeds = &feed->row.n,
				       .feeds_count = 1,
				       .below = n->cursor + 1};
	enum wici_err err;
	size_t got;

	do {
		*ns = reallocarray(*ns, *count + PAGE, sizeof(**ns));
		WICI_REQUIRE(*ns);
		got = 0;
		err = record_list(n->store, &filter, *ns + *count, PAGE, &got);
		if (err == WICI_END)
			err = WICI_OK;
		*count += got;
		if (got)
			filter.below = (*ns)[*count - 1];
	} while (err == WICI_OK && got == PAGE);
	return err;
}

static enum wici_err fold_projected(struct node *n, const struct feed *feed,
				    uint64_t *next)
{
	struct entry_row row;
	int64_t *ns = NULL;
	size_t count = 0;
	enum wici_err err = first_unprojected(n, feed, next);

	if (err == WICI_OK)
		err = list_projected(n, feed, &ns, &count);
	while (err == WICI_OK && count > 0) {
		err = entry_get(n->store, ns[--count], &row);
		if (err == WICI_OK)
			err = fold_entry(n, feed, &row);
	}
	free(ns);
	return err;
}

/* What was set aside behind a damaged entry is still signed: without it those
 * who could heal this feed would be strangers. */
static enum wici_err fold_aside(struct node *n, const struct feed *feed)
{
	struct entry_row row;
	uint64_t seq;
	enum wici_err err = entry_first_aside(n->store, feed->row.n, &seq);

	for (; err == WICI_OK; seq++) {
		err = entry_at(n->store, -feed->row.n, seq, &row);
		if (err == WICI_OK)
			err = fold_entry(n, feed, &row);
	}
	return err == WICI_END || err == WICI_NOT_FOUND ? WICI_OK : err;
}

static enum wici_err fold_admissions(struct node *n)
{
	const struct feed *feed =
		feeds_find(&n->feeds, &n->roster.registrar.feed);
	uint64_t seq = n->registrar_seq + 1;
	struct entry_row row;
	enum wici_err err = WICI_OK;

	if (n->roster.registrar.seq == 0 || !feed)
		return WICI_OK;
	if (n->registrar_seq == 0)
		err = fold_projected(n, feed, &seq);
	for (; err == WICI_OK && seq <= feed->row.seq; seq++) {
		err = entry_at(n->store, feed->row.n, seq, &row);
		if (err == WICI_OK)
			err = fold_entry(n, feed, &row);
	}
	n->registrar_seq = feed->row.seq;
	if (err == WICI_OK && feed->has_aside)
		err = fold_aside(n, feed);
	return err;
}

static void say_began(void *arg, const struct feed *feed)
{
	struct node_output out = {.type = NODE_HEAD};

	out.head.head = (struct wici_head){feed->row.key, feed->released_seq,
					   feed->released_id};
	node_emit(arg, &out);
}

/* Feeds judged, and told: to the hub. */
void membership_judge(struct node *n)
{
	struct node_output out = {.type = NODE_ROSTER};

	feeds_judge(&n->feeds, &n->roster, say_began, n);
	node_emit(n, &out);
}

enum wici_err membership_fold(struct node *n, bool from_start)
{
	uint64_t version = n->roster.version;
	size_t members = n->roster.members_count;
	enum wici_err err = WICI_OK;

	if (!n->has_network)
		return WICI_OK;
	if (from_start) {
		wici_roster_init(&n->roster, &n->network, n->members,
				 n->members_max);
		n->registrar_seq = 0;
		err = fold_changes(n);
	}
	if (err == WICI_OK)
		err = fold_admissions(n);
	if (err != WICI_OK)
		return node_fail(n, err);
	if (from_start || version != n->roster.version ||
	    members != n->roster.members_count)
		membership_judge(n);
	return n->is_joining ? membership_complete_join(n) : WICI_OK;
}
