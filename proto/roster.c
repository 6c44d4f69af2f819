/* proto/roster.c — The roster: the root's changes and the registrar feeds'
 * admissions, folded. What is asked of it is in proto/roster_ask.c.
 *
 * Acts of the root come before admissions, whichever arrived first: where one
 * would have changed who was admitted, the members are forgotten, to be given
 * again. */
#include "proto/roster.h"

#include "proto/kinds/member.h"
#include "proto/place.h"
#include "proto/require.h"

/* wici_place() finds rows by their first 32 bytes. */
_Static_assert(offsetof(struct wici_member, identity) == 0, "identity");
_Static_assert(offsetof(struct wici_root_key, key) == 0, "key");
_Static_assert(offsetof(struct wici_root_feed, at.feed) == 0, "feed");
_Static_assert(offsetof(struct wici_root_revocation, certificate) == 0, "id");

void wici_roster_init(struct wici_roster *r, const struct wici_id *network,
		      const struct wici_roster_space *space)
{
	memset(r, 0, sizeof(*r));
	r->network = *network;
	r->space = *space;
}

static void lend(void *to, const void *from, size_t count, size_t max,
		 size_t size)
{
	WICI_REQUIRE(count <= max);
	if (count)
		memmove(to, from, count * size);
}

void wici_roster_lend(struct wici_roster *r,
		      const struct wici_roster_space *space)
{
	lend(space->members, r->space.members, r->members_count,
	     space->members_max, sizeof(*space->members));
	lend(space->keys, r->space.keys, r->keys_count, space->keys_max,
	     sizeof(*space->keys));
	lend(space->feeds, r->space.feeds, r->feeds_count, space->feeds_max,
	     sizeof(*space->feeds));
	lend(space->revocations, r->space.revocations, r->revocations_count,
	     space->revocations_max, sizeof(*space->revocations));
	r->space = *space;
}

/* A new row at its place, all zero; that there is room has been seen. */
static void *open_row(void *rows, size_t *count, size_t size, size_t place)
{
	uint8_t *at = (uint8_t *)rows + place * size;

	memmove(at + size, at, (*count - place) * size);
	memset(at, 0, size);
	(*count)++;
	return at;
}

/* The row of this key; a new one, all zero, where there is none. */
static void *row_of(void *rows, size_t *count, size_t size,
		    const uint8_t key[32])
{
	bool found;
	size_t place = wici_place(rows, *count, size, key, &found);

	return found ? (uint8_t *)rows + place * size
		     : open_row(rows, count, size, place);
}

/* --- Keys -------------------------------------------------------------- */

static struct wici_root_key *find_key(const struct wici_roster *r,
				      const struct wici_key *key)
{
	bool found;
	size_t place = wici_place(r->space.keys, r->keys_count,
				  sizeof(*r->space.keys), key->b, &found);

	return found ? &r->space.keys[place] : NULL;
}

static struct wici_root_key *add_key(struct wici_roster *r,
				     const struct wici_key *key,
				     const struct wici_key *identity)
{
	struct wici_root_key *row =
		row_of(r->space.keys, &r->keys_count, sizeof(*row), key->b);

	row->key = *key;
	row->identity = *identity;
	return row;
}

/* What the root has said of a member's keys. */
static void set_key(const struct wici_roster *r, struct wici_member *m)
{
	const struct wici_root_key *own = find_key(r, &m->identity);

	m->key = own ? own->last : m->identity;
	m->is_suspended = own && find_key(r, &own->last)->is_closed;
}

/* May this op be done to the institution whose own row this is (NULL: it was
 * not spoken of)? */
static bool may_act(const struct wici_roster *r, enum wici_op op,
		    const struct wici_root_key *own,
		    const struct wici_key *identity, const struct wici_key *key)
{
	bool is_suspended;

	/* Another institution's key: no institution has this name. */
	if (own && !wici_key_equal(&own->identity, identity))
		return false;
	is_suspended = own && find_key(r, &own->last)->is_closed;
	if (is_suspended != (op == WICI_OP_REINSTATE))
		return false;
	/* PROTOCOL §5.2: "A key that was closed never returns" */
	return op == WICI_OP_SUSPEND ||
	       (!find_key(r, key) && !wici_key_equal(key, identity));
}

static void close_key(struct wici_roster *r, const struct wici_key *identity)
{
	struct wici_root_key *own = find_key(r, identity);

	if (!own) {
		own = add_key(r, identity, identity);
		own->last = *identity;
	}
	find_key(r, &own->last)->is_closed = true;
}

/* PROTOCOL §5.2: "An institution that the registrar admits under a key that the
 * root has named as another institution's is not admitted." Nor was it, if
 * that came first. */
static void name_key(struct wici_roster *r, const struct wici_key *key,
		     const struct wici_key *identity)
{
	find_key(r, identity)->last = *key;
	(void)add_key(r, key, identity);
	if (wici_roster_member(r, key))
		r->members_count = 0;
}

/* --- Feeds that rows name ------------------------------------------------ */

/* PROTOCOL §5.9: "in one change going on wins, then the higher seq" */
static void name_feed(struct wici_roster *r, const struct wici_feed_row *row)
{
	struct wici_root_feed *f = row_of(r->space.feeds, &r->feeds_count,
					  sizeof(*f), row->at.feed.b);
	bool is_beaten =
		f->version == r->version &&
		(f->is_open != row->is_open ? f->is_open
					    : f->at.seq >= row->at.seq);

	if (is_beaten)
		return;
	f->at = row->at;
	f->is_open = row->is_open;
	f->version = r->version;
}

static void name_feeds(struct wici_roster *r, struct wici_bytes op)
{
	struct wici_feed_row rows[WICI_ROWS_MAX];
	size_t count;

	wici_change_rows(op, rows, &count);
	for (size_t i = 0; i < count; i++)
		name_feed(r, &rows[i]);
}

/* --- Changes ------------------------------------------------------------- */

static void apply_act(struct wici_roster *r, enum wici_op op,
		      struct wici_bytes body)
{
	struct wici_key identity, key;
	bool found;
	size_t place;

	if (!body.p)
		return;
	wici_change_member(body, &identity, &key);
	if (!may_act(r, op, find_key(r, &identity), &identity, &key))
		return;
	close_key(r, &identity);
	if (op != WICI_OP_SUSPEND)
		name_key(r, &key, &identity);
	name_feeds(r, body);
	place = wici_place(r->space.members, r->members_count,
			   sizeof(*r->space.members), identity.b, &found);
	if (found)
		set_key(r, &r->space.members[place]);
}

/* PROTOCOL §5.2: "what another feed admitted counts no longer": else the
 * members would depend on whether its entries came before this. */
static void name_registrar(struct wici_roster *r, const struct wici_change *c)
{
	size_t len = c->before_count * sizeof(c->before[0]);

	if (!wici_key_equal(&r->registrar.feed, &c->registrar.feed) ||
	    r->before_count != c->before_count ||
	    memcmp(r->before, c->before, len) != 0)
		r->members_count = 0;
	r->registrar = c->registrar;
	memcpy(r->before, c->before, len);
	r->before_count = c->before_count;
	r->registrar_version = c->version;
}

static void restate_issuers(struct wici_roster *r, struct wici_bytes op)
{
	int32_t day;

	if (!op.p)
		return;
	wici_change_issuers(op, &day, r->issuers, &r->issuers_count);
	r->expires = (struct wici_when){.first = day, .last = day};
	r->has_expires = true;
	r->issuers_version = r->version;
}

static void restate_lists(struct wici_roster *r, const struct wici_change *c)
{
	restate_issuers(r, c->issuers);
	if (c->witnesses.p)
		wici_change_witnesses(c->witnesses, &r->witnesses_needed,
				      r->witnesses, &r->witnesses_count);
	if (c->quotas.p)
		wici_change_quotas(c->quotas, r->quotas, &r->quotas_count);
	if (c->relays.p)
		wici_change_relays(c->relays, r->relays, &r->relays_count);
}

static void lift(struct wici_roster *r, struct wici_bytes op)
{
	struct wici_id ids[WICI_REVOKED_MAX];
	size_t count = 0;

	if (op.p)
		wici_change_lifted(op, ids, &count);
	for (size_t i = 0; i < count; i++) {
		bool found;
		size_t place = wici_place(
			r->space.revocations, r->revocations_count,
			sizeof(*r->space.revocations), ids[i].b, &found);

		if (!found || r->space.revocations[place].is_lifted)
			continue;
		r->space.revocations[place].is_lifted = true;
		r->space.revocations[place].version = r->version;
	}
}

static void revoke(struct wici_roster *r, struct wici_bytes op)
{
	struct wici_revoked rows[WICI_REVOKED_MAX];
	size_t count = 0;

	if (op.p)
		wici_change_revoked(op, rows, &count);
	for (size_t i = 0; i < count; i++) {
		struct wici_root_revocation *row =
			row_of(r->space.revocations, &r->revocations_count,
			       sizeof(*row), rows[i].certificate.b);

		row->certificate = rows[i].certificate;
		row->effective = rows[i].effective;
		row->version = r->version;
		row->is_lifted = false;
	}
}

static void apply_change(struct wici_roster *r, const struct wici_change *c,
			 const struct wici_id *id)
{
	r->version = c->version;
	r->id = *id;
	if (c->has_found) {
		memcpy(r->name, c->name.p, c->name.len);
		r->name[c->name.len] = '\0';
	}
	if (c->has_found || c->has_policy)
		r->policy = c->policy;
	if (c->has_registrar)
		name_registrar(r, c);
	restate_lists(r, c);
	apply_act(r, WICI_OP_SUSPEND, c->suspend);
	apply_act(r, WICI_OP_REKEY, c->rekey);
	apply_act(r, WICI_OP_REINSTATE, c->reinstate);
	if (c->feeds.p)
		name_feeds(r, c->feeds);
	/* PROTOCOL §5.3: "until a later change lifts it": not the same. */
	lift(r, c->lift);
	revoke(r, c->revoke);
}

/* The next of this chain, of this network. */
static enum wici_err check_chain(const struct wici_roster *r,
				 const struct wici_change *c)
{
	const struct wici_id *prev = r->version ? &r->id : &r->network;

	if (!wici_id_equal(&c->network, &r->network))
		return WICI_REJECT_NETWORK;
	/* PROTOCOL §5.2: "A change with op 26 is approved by all keys or not
	 * at all, has no successor and is never itself in force." */
	if (c->version != r->version + 1 || !wici_id_equal(&c->prev, prev) ||
	    c->has_choice)
		return WICI_REJECT_CHAIN;
	if (c->version == 1)
		return wici_change_founds(c, &r->network);
	return WICI_OK;
}

static size_t rows_count(struct wici_bytes op)
{
	struct wici_feed_row rows[WICI_ROWS_MAX];
	size_t count = 0;

	if (op.p)
		wici_change_rows(op, rows, &count);
	return count;
}

/* Is there room for all that this change could bring? A suspension brings one
 * key, the identity; the others two. */
static bool has_room(const struct wici_roster *r, const struct wici_change *c)
{
	struct wici_revoked revoked[WICI_REVOKED_MAX];
	size_t revoked_count = 0;
	size_t keys = (c->suspend.p ? 1u : 0u) + (c->rekey.p ? 2u : 0u) +
		      (c->reinstate.p ? 2u : 0u);
	size_t feeds = rows_count(c->suspend) + rows_count(c->rekey) +
		       rows_count(c->reinstate) + rows_count(c->feeds);

	if (c->revoke.p)
		wici_change_revoked(c->revoke, revoked, &revoked_count);
	return r->keys_count + keys <= r->space.keys_max &&
	       r->feeds_count + feeds <= r->space.feeds_max &&
	       r->revocations_count + revoked_count <= r->space.revocations_max;
}

enum wici_err wici_roster_change(struct wici_roster *r,
				 const struct wici_statement *s)
{
	struct wici_change c;
	enum wici_err err;

	err = wici_change_decode(&c, s);
	if (err != WICI_OK)
		return err;
	err = check_chain(r, &c);
	if (err != WICI_OK)
		return err;
	if (c.needs_newer) {
		r->needs_newer = true;
		return WICI_NEWER_NEEDED;
	}
	if (!has_room(r, &c))
		return WICI_MORE;
	apply_change(r, &c, &s->id);
	return WICI_OK;
}

/* --- Admissions ---------------------------------------------------------- */

/* Is e an admission at all? Its body borrows e's payload; *i is the place of
 * the registrar feed it stands in. */
static bool is_admission(const struct wici_roster *r,
			 const struct wici_entry *e,
			 struct wici_admit_body *body, size_t *i)
{
	struct wici_problem problem;
	struct wici_head last;

	if (e->header.kind != WICI_KIND_MEMBER_ADMIT || !e->has_payload)
		return false;
	for (*i = 0; wici_roster_admitting(r, *i, &last); (*i)++) {
		if (wici_key_equal(&last.feed, &e->header.feed) &&
		    e->header.seq <= last.seq)
			break;
	}
	if (*i > r->before_count || r->registrar.seq == 0)
		return false;
	if (wici_kind_check(&wici_kind_member_admit, e->payload, &problem) !=
	    WICI_OK)
		return false;
	wici_kind_read(&wici_kind_member_admit, e->payload, body);
	return body->name.len <= WICI_NAME_LEN_MAX &&
	       (body->token.len == 0 || body->token.len == 8);
}

/* Is the key named as another institution's? */
static bool is_taken(const struct wici_roster *r, const struct wici_key *key)
{
	const struct wici_root_key *row = find_key(r, key);

	return row && !wici_key_equal(&row->identity, key);
}

enum wici_err wici_roster_admit(struct wici_roster *r,
				const struct wici_entry *e)
{
	struct wici_admit_body body;
	struct wici_member *m;
	uint8_t token[8] = {0};
	size_t place, i;
	bool found;

	if (!is_admission(r, e, &body, &i))
		return WICI_OK;
	if (body.token.len)
		memcpy(token, body.token.p, sizeof(token));
	place = wici_place(r->space.members, r->members_count, sizeof(*m),
			   body.identity.b, &found);
	/* PROTOCOL §5.3: "A second admission of an identity, or under a token
	 * that was used, is without effect." */
	if (found || is_taken(r, &body.identity) ||
	    wici_roster_by_token(r, token))
		return WICI_OK;
	if (r->members_count >= r->space.members_max)
		return WICI_MORE;
	m = open_row(r->space.members, &r->members_count, sizeof(*m), place);
	m->identity = body.identity;
	set_key(r, m);
	m->seq = e->header.seq;
	m->admitted_by = i;
	memcpy(m->name, body.name.p, body.name.len);
	memcpy(m->token_id, token, sizeof(token));
	return WICI_OK;
}
