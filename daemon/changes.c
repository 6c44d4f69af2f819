/* daemon/changes.c — The root's changes in memory: read once, judged with each
 * that is new, so that no signature is verified twice. */
#include "daemon/changes.h"

#include "daemon/store/statement.h"
#include "proto/require.h"

#include <stdlib.h>

static void free_row(struct wici_root_row *row)
{
	free((uint8_t *)(uintptr_t)row->bytes.p);
}

void changes_clear(struct node *n)
{
	for (size_t i = 0; i < n->changes_count; i++)
		free_row(&n->changes[i]);
	free(n->changes);
	n->changes = NULL;
	n->changes_count = n->changes_max = 0;
}

static void add(struct node *n, struct wici_bytes bytes)
{
	uint8_t *copy = malloc(bytes.len);

	WICI_REQUIRE(copy && bytes.len);
	memcpy(copy, bytes.p, bytes.len);
	if (n->changes_count == n->changes_max) {
		n->changes_max = n->changes_max ? 2 * n->changes_max : 8;
		n->changes = reallocarray(n->changes, n->changes_max,
					  sizeof(*n->changes));
		WICI_REQUIRE(n->changes);
	}
	n->changes[n->changes_count++] =
		(struct wici_root_row){.bytes = {copy, bytes.len}};
}

static struct wici_root_row *find(const struct node *n,
				  const struct wici_id *id)
{
	for (size_t i = 0; i < n->changes_count; i++) {
		if (n->changes[i].version &&
		    wici_id_equal(&n->changes[i].id, id))
			return &n->changes[i];
	}
	return NULL;
}

static void drop(struct node *n, struct wici_root_row *row)
{
	size_t after = n->changes_count - 1 - (size_t)(row - n->changes);

	free_row(row);
	memmove(row, row + 1, after * sizeof(*row));
	n->changes_count--;
}

static void judge(struct node *n)
{
	wici_root_judge(n->changes, n->changes_count, &n->network);
	/* Of another network, that we never got into: they come first. */
	while (n->changes_count && n->changes[0].version == 0)
		drop(n, &n->changes[0]);
	for (size_t i = 0; i < n->changes_count; i++)
		n->changes[i].was_approved = n->changes[i].is_approved;
}

/* By what it is, and not by what is noted of it. */
static void take_stored(void *arg, const struct statement_row *row)
{
	struct wici_statement s;

	if (wici_statement_decode(&s, row->bytes) == WICI_OK &&
	    s.type == WICI_STATEMENT_CHANGE)
		add(arg, row->bytes);
}

/* The disk may have filed a change twice. */
static bool drop_twins(struct node *n)
{
	size_t count = n->changes_count;

	for (size_t i = 1; i < n->changes_count;) {
		struct wici_root_row *row = &n->changes[i];

		if (!wici_id_equal(&row[-1].id, &row->id))
			i++;
		else
			drop(n, row[-1].is_approved ? row : row - 1);
	}
	return n->changes_count < count;
}

enum wici_err changes_load(struct node *n)
{
	enum wici_err err;

	changes_clear(n);
	err = statement_each(n->store, take_stored, n);
	if (err == WICI_OK)
		judge(n);
	if (err == WICI_OK && drop_twins(n))
		judge(n);
	return err;
}

void changes_drop(struct node *n, const struct wici_id *id)
{
	struct wici_root_row *row = find(n, id);

	if (row)
		drop(n, row);
}

/* What does it follow: the network id, or an approved change? */
static bool is_parent_known(const struct node *n,
			    const struct wici_root_row *row)
{
	const struct wici_root_row *parent = find(n, &row->prev);

	return row->version == 1 || (parent && parent->is_approved);
}

bool changes_is_approved(const struct node *n, const struct wici_id *id)
{
	const struct wici_root_row *row = find(n, id);

	return row && row->is_approved;
}

bool changes_is_in_force(const struct node *n, uint64_t version,
			 const struct wici_id *id)
{
	return wici_root_is_behind(n->changes, n->changes_count,
				   n->roster.version, &n->roster.id, version,
				   id);
}

bool changes_is_good(const struct node *n, const struct wici_id *id,
		     struct wici_bytes bytes)
{
	const struct wici_root_row *row = find(n, id);

	return row && wici_bytes_equal(row->bytes, bytes) &&
	       (row->is_approved || !is_parent_known(n, row));
}

bool changes_is_proven(const struct node *n, const struct wici_id *id,
		       struct wici_bytes bytes)
{
	const struct wici_root_row *row = find(n, id);

	return row && row->is_approved && wici_bytes_equal(row->bytes, bytes);
}

/* What has waited for its parent, and is not approved after all, goes. */
static enum wici_err sweep(struct node *n)
{
	enum wici_err err = WICI_OK;

	for (size_t i = 0; i < n->changes_count && err == WICI_OK;) {
		struct wici_root_row *row = &n->changes[i];

		if (row->is_approved || !is_parent_known(n, row)) {
			i++;
			continue;
		}
		err = statement_remove_id(n->store, &row->id);
		drop(n, row);
	}
	return err;
}

/* Anybody could have made it up. */
static bool may_wait(const struct node *n, const struct wici_root_row *row)
{
	size_t waiting = 0;

	for (size_t i = 0; i < n->changes_count; i++)
		waiting += !n->changes[i].is_approved;
	return waiting <= CHANGES_WAIT_MAX &&
	       row->version <= n->roster.version + CHANGES_AHEAD_MAX;
}

/* One that waits may come again, with more signatures: so not more often than
 * there may be signers. */
static bool says_more(const struct wici_root_row *row,
		      const struct wici_statement *s)
{
	struct wici_statement was;

	return wici_statement_decode(&was, row->bytes) != WICI_OK ||
	       s->sigs_count > was.sigs_count;
}

static bool is_full(const struct node *n)
{
	size_t bytes = 0;

	for (size_t i = 0; i < n->changes_count; i++)
		bytes += n->changes[i].bytes.len;
	return n->changes_count >= CHANGES_MAX || bytes >= CHANGES_BYTES_MAX;
}

/* However many were made with keys that are the root's no longer, the root is
 * heard: a choice, what was chosen, and what follows the change in force. */
static bool is_needed(const struct node *n, const struct wici_statement *s)
{
	const struct wici_roster *r = &n->roster;
	struct wici_change c;

	if (wici_change_decode(&c, s) != WICI_OK)
		return false;
	if (c.has_choice || (!r->is_forked && c.version == r->version + 1 &&
			     wici_id_equal(&c.prev, &r->id)))
		return true;
	for (size_t i = 0; i < n->changes_count; i++) {
		if (n->changes[i].is_choice && n->changes[i].is_approved &&
		    wici_id_equal(&n->changes[i].chosen, &s->id))
			return true;
	}
	return false;
}

enum wici_err changes_take(struct node *n, const struct wici_statement *s,
			   struct wici_bytes bytes)
{
	const struct wici_root_row *row = find(n, &s->id);
	enum wici_err err = WICI_OK;

	if ((row && !says_more(row, s)) || (is_full(n) && !is_needed(n, s)))
		return WICI_END;
	changes_drop(n, &s->id);
	add(n, bytes);
	judge(n);
	row = find(n, &s->id);
	if (!row)
		return WICI_REJECT_NETWORK;
	if (row->is_approved)
		return sweep(n);
	if (is_parent_known(n, row))
		err = WICI_REJECT_APPROVAL;
	else if (!may_wait(n, row))
		err = WICI_END;
	if (err != WICI_OK)
		changes_drop(n, &s->id);
	return err;
}
