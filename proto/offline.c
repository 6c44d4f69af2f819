/* proto/offline.c — Statements from a file: gathered, judged, folded. */
#include "proto/offline.h"

#include "proto/require.h"

void wici_offline_init(struct wici_offline *o, const struct wici_id *network,
		       struct wici_root_row *rows, size_t rows_max)
{
	memset(o, 0, sizeof(*o));
	o->network = *network;
	o->rows = rows;
	o->rows_max = rows_max;
}

/* Until it is judged a row has its id, to be told apart, and no version. */
enum wici_err wici_offline_add(struct wici_offline *o,
			       struct wici_bytes statement)
{
	struct wici_statement s;
	struct wici_id prev;
	uint64_t version;
	enum wici_err err = wici_statement_decode(&s, statement);

	WICI_REQUIRE(!o->is_judged);
	if (err != WICI_OK || s.type != WICI_STATEMENT_CHANGE)
		return err;
	err = wici_change_peek(&s, &o->network, &version, &prev);
	if (err != WICI_OK)
		return err;
	for (size_t i = 0; i < o->rows_count; i++)
		if (wici_id_equal(&o->rows[i].id, &s.id))
			return WICI_OK;
	if (o->rows_count == o->rows_max)
		return WICI_MORE;
	o->rows[o->rows_count++] =
		(struct wici_root_row){.bytes = statement, .id = s.id};
	return WICI_OK;
}

/* The change that stands after the roster's; WICI_END: none, or one that this
 * version does not know. */
static enum wici_err apply_next(struct wici_offline *o)
{
	struct wici_roster *r = &o->roster;
	const struct wici_root_row *row = wici_root_next(
		o->rows, o->rows_count, r->version,
		r->version ? &r->id : &o->network, &r->is_forked);
	struct wici_statement s;
	enum wici_err err;

	if (!row)
		return WICI_END;
	err = wici_statement_decode(&s, row->bytes);
	WICI_REQUIRE(err == WICI_OK); /* As it was when it was added. */
	err = wici_roster_change(r, &s);
	return err == WICI_OK || err == WICI_MORE ? err : WICI_END;
}

enum wici_err wici_offline_fold(struct wici_offline *o,
				const struct wici_roster_space *space)
{
	enum wici_err err;

	if (!o->is_judged)
		wici_root_judge(o->rows, o->rows_count, &o->network);
	o->is_judged = true;
	wici_roster_init(&o->roster, &o->network, space);
	do {
		err = apply_next(o);
	} while (err == WICI_OK);
	if (err == WICI_MORE)
		return err;
	return o->roster.version ? WICI_OK : WICI_NOT_FOUND;
}
