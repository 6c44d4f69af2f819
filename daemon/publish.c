/* daemon/publish.c — A canonical payload becomes the next entry of the own
 * feed: signed, appended, applied. The turn's end commits and verifies it. */
#include "daemon/publish.h"

#include "daemon/beacon.h"
#include "daemon/echo.h"
#include "daemon/judge.h"
#include "daemon/membership.h"
#include "daemon/project.h"
#include "proto/kinds/beacon.h"
#include "proto/kinds/member.h"
#include "proto/require.h"

/* Roughly what an entry takes in the store besides its payload. */
#define ROW_BYTES ((size_t)300)

/* The right to write the kind, as every node will find it. */
static enum wici_err may_write(const struct node *n,
			       const struct wici_kind *kind,
			       struct wici_bytes scheme)
{
	const struct wici_key *own = &n->own->row.key;
	uint64_t seq = n->own->row.seq + 1;

	switch (judge_standing(n, n->own, kind, seq)) {
	case WICI_COUNTS:
		break;
	case WICI_VOID_FEED:
		return WICI_NOT_MEMBER;
	case WICI_VOID_CUT:
		return WICI_SEALED;
	case WICI_VOID_AHEAD:
		return WICI_WAITING;
	case WICI_VOID_RIGHT:
	case WICI_VOID_BODY:
	case WICI_VOID_SIG:
	case WICI_VOID_INDEX:
	case WICI_ERASED:
		return WICI_NOT_PERMITTED;
	}
	if (kind->by == WICI_BY_ISSUER && scheme.p &&
	    !wici_roster_issuer(&n->roster, own, seq, scheme))
		return WICI_NOT_PERMITTED;
	return WICI_OK;
}

enum wici_err publish_may(const struct node *n, const struct wici_kind *kind,
			  struct wici_bytes scheme)
{
	enum wici_err err;

	if (n->sealed)
		return WICI_SEALED;
	if (!n->has_network || !n->own || !n->keys.has_feed)
		return WICI_NOT_MEMBER;
	if (n->is_read_only || n->is_full)
		return WICI_FULL;
	err = may_write(n, kind, scheme);
	/* What it may not write it need not wait for. */
	return err == WICI_OK && echo_is_waiting(n) ? WICI_WAITING : err;
}

static void make_row(struct node *n, const struct wici_kind *kind,
		     struct wici_bytes payload, struct entry_row *row)
{
	const struct feed_row *own = &n->own->row;
	struct wici_header *h = &row->entry.header;

	memset(row, 0, sizeof(*row));
	h->version = WICI_ENTRY_VERSION;
	h->flags = kind->is_critical ? WICI_FLAG_CRITICAL : 0;
	h->kind = kind->number;
	h->seq = own->seq + 1;
	h->feed = own->key;
	h->prev = own->id;
	h->time_ms = n->now.wall_ms;
	row->entry.has_payload = true;
	row->entry.payload = payload;
	node_random(n, row->entry.salt.b, WICI_SALT_LEN);
	wici_entry_sign(&row->entry, &n->network, &n->keys.feed_secret);
	row->id = wici_entry_id(h, &row->entry.sig);
	row->feed_n = own->n;
	row->is_proved = true;
}

enum wici_err publish_append(struct node *n, const struct wici_kind *kind,
			     struct wici_bytes payload, struct wici_head *head)
{
	struct entry_row row;
	enum wici_err err;

	WICI_REQUIRE(n->in_turn && n->own && !n->sealed);
	make_row(n, kind, payload, &row);
	err = entry_append(n->store, &row);
	if (err != WICI_OK)
		return node_fail(n, err);
	feeds_advance(n->own, row.entry.header.seq, &row.id, payload.len);
	n->own->from = 0;
	n->last_n = row.n;
	n->turn_bytes += payload.len + ROW_BYTES;
	n->wants_commit = true;
	n->own_last = row.entry.header.seq;
	if (n->own_first == 0)
		n->own_first = n->own_last;
	*head = (struct wici_head){n->own->row.key, row.entry.header.seq,
				   row.id};
	if (kind->by == WICI_BY_ISSUER && kind != &wici_kind_beacon)
		beacon_set_due(n);
	err = project_entry(n, &row);
	if (err != WICI_OK)
		return node_fail(n, err);
	err = judge_appended(n, &row);
	if (err != WICI_OK)
		return err;
	return membership_grown(n, n->own, row.entry.header.seq,
				kind == &wici_kind_member_admit);
}

enum wici_err publish_entry(struct node *n, const struct wici_kind *kind,
			    struct wici_bytes payload, struct wici_bytes scheme,
			    struct wici_head *head)
{
	enum wici_err err = publish_may(n, kind, scheme);

	if (err != WICI_OK)
		return err;
	return publish_append(n, kind, payload, head);
}

bool publish_is_intact(struct node *n)
{
	const struct feed *own = n->own;
	const struct wici_head from = {own->row.key, own->released_seq,
				       own->released_id};
	struct entry_row last;

	return entry_chain(n->store, &from, own->row.n, &last) == WICI_OK &&
	       last.entry.header.seq == own->row.seq &&
	       wici_id_equal(&last.id, &own->row.id) &&
	       wici_entry_verify(&last.entry.header, &last.entry.sig,
				 &n->network) == WICI_OK;
}
