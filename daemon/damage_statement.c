/* daemon/damage_statement.c — Statements that the disk has spoilt. Their id says
 * what they were: what is wrong goes, and peers are asked for it. */
#include "daemon/damage_private.h"

#include "daemon/changes.h"
#include "daemon/damage.h"
#include "daemon/erase.h"
#include "daemon/forks.h"
#include "daemon/statements.h"
#include "proto/require.h"

#include <stdlib.h>

bool damage_is_whole(const struct node *n, const struct statement_row *row)
{
	struct wici_statement s;

	return wici_statement_decode(&s, row->bytes) == WICI_OK &&
	       wici_id_equal(&s.id, &row->id) &&
	       (s.type != WICI_STATEMENT_ERASE ||
		wici_erase_verify(&s, &n->network) == WICI_OK);
}

/* Does it say itself that it is what was stored? */
static bool is_proven(const struct node *n, const struct wici_statement *s,
		      struct wici_bytes bytes)
{
	struct wici_erase e;
	struct wici_fork f;

	if (s->type == WICI_STATEMENT_FORK)
		return wici_fork_decode(&f, s, &n->network) == WICI_OK;
	if (s->type == WICI_STATEMENT_ERASE)
		return wici_erase_read(&e, s, &n->network) == WICI_OK &&
		       wici_erase_verify(s, &n->network) == WICI_OK;
	return s->type == WICI_STATEMENT_CHANGE &&
	       changes_is_proven(n, &s->id, bytes);
}

bool damage_is_misfiled(const struct node *n, const struct statement_row *row)
{
	struct wici_statement s;

	return wici_statement_decode(&s, row->bytes) == WICI_OK &&
	       !wici_id_equal(&s.id, &row->id) && is_proven(n, &s, row->bytes);
}

/* Under its own id, unless there is something already. */
static enum wici_err file(struct node *n, const struct statement_row *row,
			  const struct wici_statement *s)
{
	struct statement_row own = *row, other;
	uint8_t *bytes = malloc(row->bytes.len); /* They are lent, and so is
						  * the other. */
	enum wici_err err;

	WICI_REQUIRE(bytes);
	memcpy(bytes, row->bytes.p, row->bytes.len);
	own.bytes.p = bytes;
	own.id = s->id;
	own.type = s->type;
	err = statement_get(n->store, &own.id, &other);
	if (err == WICI_NOT_FOUND)
		err = statement_put(n->store, &own);
	free(bytes);
	return err;
}

enum wici_err damage_file_statement(struct node *n,
				    const struct statement_row *row,
				    struct wici_id *id)
{
	bool is_misfiled = damage_is_misfiled(n, row);
	struct wici_statement s;
	enum wici_err err = statement_remove(n->store, row->n);

	if (err != WICI_OK || !is_misfiled)
		return err;
	err = wici_statement_decode(&s, row->bytes);
	WICI_REQUIRE(err == WICI_OK);
	*id = s.id;
	return file(n, row, &s);
}

/* The store has it no more. The roster in memory stands: it was folded from
 * what was good, or lacks it anyway. Peers are asked. */
static enum wici_err forget(struct node *n, const struct wici_id *id)
{
	struct node_output out = {.type = NODE_ROSTER};
	enum wici_err err;

	statements_drop(n, id);
	changes_drop(n, id);
	err = forks_load(n); /* Was it one of these? */
	if (err == WICI_OK)
		err = erase_load(n);
	forks_judge(n);
	erase_judge(n);
	n->is_judging_due = true;
	n->wants_commit = true;
	node_emit(n, &out);
	return err;
}

enum wici_err damage_drop_statement(struct node *n,
				    const struct statement_row *row,
				    struct wici_id *id)
{
	const struct wici_id was = row->id;
	enum wici_err err;

	*id = was;
	err = damage_file_statement(n, row, id);
	return err == WICI_OK ? forget(n, &was) : err;
}

void damage_suspect_statement(struct node *n, const struct wici_id *id)
{
	static const struct wici_key nobody;
	struct damage *d;

	for (size_t i = 0; i < n->damages_count; i++) {
		d = &n->damages[i];
		if (d->what == DAMAGE_STATEMENT && !d->is_healed &&
		    wici_id_equal(&d->id, id))
			return;
	}
	d = damage_add(n, DAMAGE_STATEMENT, &nobody, 0);
	if (!d)
		return;
	d->id = *id;
	d->is_suspect = true;
	n->has_suspects = true;
}

static enum wici_err drop_suspect(struct node *n, struct damage *d)
{
	struct statement_row row;
	struct wici_id id = d->id;
	enum wici_err err = statement_get(n->store, &id, &row);

	d->is_suspect = false;
	if (err == WICI_NOT_FOUND)
		return forget(n, &id);
	if (err != WICI_OK || damage_is_whole(n, &row))
		return err;
	return damage_drop_statement(n, &row, &id);
}

void damage_drop_suspects(struct node *n)
{
	for (size_t i = 0; i < n->damages_count && !n->is_full; i++) {
		struct damage *d = &n->damages[i];
		enum wici_err err = WICI_OK;

		if (d->is_suspect)
			err = drop_suspect(n, d);
		if (err != WICI_OK)
			(void)node_fail(n, err);
	}
}
