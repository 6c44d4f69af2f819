/* daemon/load.c — What a node has in memory, from its store: at a start, and
 * after a turn that was rolled back. */
#include "daemon/load.h"

#include "daemon/damage.h"
#include "daemon/draft.h"
#include "daemon/echo.h"
#include "daemon/erase.h"
#include "daemon/forks.h"
#include "daemon/indexing.h"
#include "daemon/judge.h"
#include "daemon/membership.h"
#include "daemon/project.h"
#include "daemon/renew.h"
#include "daemon/store/book.h"
#include "daemon/store/entry.h"
#include "daemon/store/record.h"

static enum wici_err load_cursor(struct node *n)
{
	enum wici_err err = book_get_int(n->store, RECORD_CURSOR, &n->cursor);

	if (err == WICI_NOT_FOUND) {
		n->cursor = 0;
		err = WICI_OK;
	}
	if (err == WICI_OK)
		err = entry_last(n->store, &n->last_n);
	if (err == WICI_OK && (n->cursor < 0 || n->cursor > n->last_n)) {
		n->cursor = 0; /* Damaged. */
		err = record_clear(n->store);
	}
	n->cursor_written = n->cursor;
	n->tallies_count = 0;
	return err;
}

static enum wici_err load_network(struct node *n)
{
	size_t len = 0;
	enum wici_err err = book_get_blob(n->store, "network", n->network.b,
					  WICI_ID_LEN, &len);

	n->has_network = err == WICI_OK && len == WICI_ID_LEN;
	return err == WICI_NOT_FOUND ? WICI_OK : err;
}

static void find_own(struct node *n)
{
	n->own = n->keys.has_feed ? feeds_find(&n->feeds, &n->keys.feed) : NULL;
	for (size_t i = 0; !n->own && !n->keys.has_feed && i < n->feeds.count;
	     i++) {
		if (n->feeds.by_key[i]->row.is_own)
			n->own = n->feeds.by_key[i]; /* Its key is lost. */
	}
	n->own_first = n->own_last = 0;
}

/* What feeds are judged by; then the roster, and all of them. */
static enum wici_err load_trust(struct node *n)
{
	enum wici_err err = judge_load(n);

	if (err == WICI_OK)
		err = forks_load(n);
	if (err == WICI_OK)
		err = erase_load(n);
	if (err == WICI_OK)
		err = renew_load(n);
	return err == WICI_OK ? membership_fold(n, true) : err;
}

enum wici_err load_all(struct node *n)
{
	enum wici_err err = feeds_load(&n->feeds, n->store);

	find_own(n);
	n->turn_bytes = 0;
	n->held_count = 0;
	if (err == WICI_OK)
		err = project_open(n);
	if (err == WICI_OK)
		err = load_cursor(n);
	if (err == WICI_OK)
		err = indexing_load(n);
	if (err == WICI_OK)
		err = load_network(n);
	if (err == WICI_OK)
		err = damage_load_network(n);
	if (err == WICI_OK)
		err = membership_load(n);
	if (err == WICI_OK)
		err = damage_load(n);
	if (err == WICI_OK)
		err = echo_load(n);
	if (err == WICI_OK)
		err = draft_load(n);
	return err == WICI_OK ? load_trust(n) : err;
}

static void add_dialed(void *arg, const struct book_peer *p)
{
	struct node *n = arg;
	struct peer_row *row = peers_by_address(&n->peers, p->address);

	if (!row)
		row = peers_add(&n->peers, p->address);
	row->is_dialed = true;
	row->identity = p->identity;
	row->last_contact_ms = p->last_contact_ms;
}

enum wici_err load_peers(struct node *n)
{
	const char *const *dial = n->config.dial;

	for (; dial && *dial; dial++) {
		struct peer_row *row = peers_by_address(&n->peers, *dial);

		if (!row)
			row = peers_add(&n->peers, *dial);
		row->is_dialed = row->is_configured = true;
	}
	return book_each_peer(n->store, add_dialed, n);
}
