/* daemon/pin.c — Which branch of the root's changes was here first. */
#include "daemon/pin.h"

#include "daemon/store/book.h"
#include "proto/require.h"

#include <stdlib.h>

#define PIN     "pin"
#define PIN_LEN ((size_t)8 + WICI_ID_LEN)
/* What shows that the disk has kept it: a change that never was would be
 * waited for without end. */
#define CHECK_LEN ((size_t)16)

static void make_check(uint8_t out[CHECK_LEN], const uint8_t pin[PIN_LEN])
{
	(void)crypto_generichash(out, CHECK_LEN, pin, PIN_LEN, NULL, 0);
}

enum wici_err pin_load(struct node *n)
{
	uint8_t b[PIN_LEN + CHECK_LEN] = {0}, check[CHECK_LEN];
	size_t len = 0;
	bool is_whole;
	enum wici_err err = book_get_blob(n->store, PIN, b, sizeof(b), &len);

	make_check(check, b);
	/* The first versions wrote no check. */
	is_whole =
		len == PIN_LEN || (len == sizeof(b) &&
				   memcmp(check, b + PIN_LEN, CHECK_LEN) == 0);
	n->pin_version = 0;
	if (err == WICI_OK && is_whole) {
		n->pin_version = wici_get_u64(b);
		memcpy(n->pin_id.b, b + 8, WICI_ID_LEN);
	}
	return err == WICI_NOT_FOUND || err == WICI_MORE ? WICI_OK : err;
}

static enum wici_err keep(struct node *n, uint64_t version,
			  const struct wici_id *id)
{
	uint8_t b[PIN_LEN + CHECK_LEN];

	if (n->is_read_only)
		return WICI_OK; /* There is another time. */
	n->pin_version = version;
	n->pin_id = *id;
	wici_put_u64(b, version);
	memcpy(b + 8, id->b, WICI_ID_LEN);
	make_check(b + PIN_LEN, b);
	return book_set_blob(n->store, PIN, (struct wici_bytes){b, sizeof(b)});
}

enum wici_err pin_set(struct node *n, uint64_t version,
		      const struct wici_id *id)
{
	if (version <= n->pin_version || version > WICI_SEQ_MAX)
		return WICI_OK;
	return keep(n, version, id);
}

enum wici_err pin_forget(struct node *n)
{
	static const struct wici_id none;

	return n->pin_version ? keep(n, 0, &none) : WICI_OK;
}

void pin_path_clear(struct pin_path *path)
{
	free(path->rows);
	path->rows = NULL;
}

/* Rows ascend by version: one walk from the end. */
void pin_trace(const struct node *n, struct pin_path *path)
{
	uint64_t version = n->pin_version;
	struct wici_id id = n->pin_id;

	memset(path, 0, sizeof(*path));
	if (version == 0 || version > n->changes_count)
		return;
	path->rows = calloc(version + 1, sizeof(*path->rows));
	WICI_REQUIRE(path->rows);
	for (size_t i = n->changes_count; i-- > 0 && version > 0;) {
		const struct wici_root_row *row = &n->changes[i];

		if (row->version != version || !row->is_approved ||
		    row->is_choice || !wici_id_equal(&row->id, &id))
			continue;
		path->rows[version--] = row;
		id = row->prev;
	}
	if (version > 0)
		pin_path_clear(path);
}

/* Do enough keys of the policy that is in force at the pinned change say so
 * too? */
static bool is_heard(const struct node *n, const struct pin_path *path,
		     const struct wici_root_row *choice)
{
	const struct wici_policy *policy = &path->rows[n->pin_version]->policy;
	struct wici_statement s;

	return wici_statement_decode(&s, choice->bytes) == WICI_OK &&
	       wici_policy_approves(policy, &n->network, &s) == WICI_OK;
}

/* Did all keys choose another one than `row`? */
static bool is_turned_down(const struct node *n, const struct pin_path *path,
			   const struct wici_root_row *row)
{
	for (size_t i = 0; i < n->changes_count; i++) {
		const struct wici_root_row *choice = &n->changes[i];

		if (choice->version == row->version && choice->is_choice &&
		    choice->is_approved &&
		    wici_id_equal(&choice->prev, &row->prev) &&
		    !wici_id_equal(&choice->chosen, &row->id) &&
		    is_heard(n, path, choice))
			return true;
	}
	return false;
}

/* Else it is not final: the root may still turn to a rival. An invitation may
 * have been given out before that. */
static bool is_followed(const struct node *n, const struct wici_root_row *row)
{
	for (size_t i = 0; i < n->changes_count; i++) {
		const struct wici_root_row *next = &n->changes[i];

		if (next->is_approved && !next->is_choice &&
		    next->version == row->version + 1 &&
		    wici_id_equal(&next->prev, &row->id))
			return true;
	}
	return false;
}

const struct wici_root_row *pin_next(struct node *n, struct pin_path *path)
{
	struct wici_roster *r = &n->roster;
	uint64_t version = r->version + 1;
	const struct wici_root_row *row = wici_root_next(
		n->changes, n->changes_count, r->version,
		r->version ? &r->id : &n->network, &r->is_forked);
	const struct wici_root_row *pinned;

	if (version > n->pin_version || path->is_left)
		return row;
	pinned = path->rows ? path->rows[version] : NULL;
	if (pinned && version == n->pin_version && !is_followed(n, pinned))
		return row;
	/* PROTOCOL §5.2: "Only op 26 can name another, signed by the threshold
	 * of the policy in force at that change too." */
	if (pinned && row != pinned && is_turned_down(n, path, pinned)) {
		path->is_left = true;
		return row;
	}
	if (pinned) {
		r->is_forked = false;
		return pinned;
	}
	/* It is not here yet: so far, and no further on another branch. */
	if (row && version == n->pin_version &&
	    !wici_id_equal(&row->id, &n->pin_id))
		return NULL;
	return row;
}

enum wici_err pin_advance(struct node *n, const struct pin_path *path,
			  const struct wici_root_row *newest)
{
	uint64_t version = n->roster.version - 1;

	if (!newest || n->roster.version < 2 || n->roster.is_forked)
		return WICI_OK;
	if (version <= n->pin_version && !path->is_left)
		return WICI_OK;
	if (version == n->pin_version &&
	    wici_id_equal(&newest->prev, &n->pin_id))
		return WICI_OK;
	return keep(n, version, &newest->prev);
}
