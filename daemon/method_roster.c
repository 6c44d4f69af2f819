/* daemon/method_roster.c — roster.show: what the root has said. */
#include "daemon/feeds.h"
#include "daemon/find.h"
#include "daemon/method_private.h"
#include "daemon/method_propose.h"
#include "proto/day.h"

static void write_whose(struct wici_mp_writer *w, const struct node *n,
			const struct wici_key *identity)
{
	const char *name = identity ? find_name(n, identity) : NULL;

	wici_mp_str(w, "identity");
	if (identity)
		wici_mp_hex(w, identity->b, WICI_KEY_LEN);
	else
		wici_mp_nil(w);
	wici_mp_str(w, "name");
	view_line(w, wici_bytes_str(name ? name : ""));
}

/* Whose a root key is: a member's who speaks by it, or "card". */
static void write_holder(struct wici_mp_writer *w, const struct node *n,
			 const struct wici_key *key)
{
	bool is_present = false;
	const struct wici_member *m =
		wici_roster_of_key(&n->roster, key, &is_present);

	wici_mp_map(w, 5);
	wici_mp_str(w, "key");
	wici_mp_hex(w, key->b, WICI_KEY_LEN);
	wici_mp_str(w, "kind");
	wici_mp_str(w, m ? "member" : "card");
	write_whose(w, n, m ? &m->identity : NULL);
	wici_mp_str(w, "self");
	wici_mp_bool(w, n->keys.has_identity &&
				wici_key_equal(&n->keys.identity, key));
}

static void write_policy(struct wici_mp_writer *w, const struct node *n)
{
	const struct wici_policy *p = &n->roster.policy;

	wici_mp_str(w, "policy");
	wici_mp_map(w, 4);
	wici_mp_str(w, "version");
	wici_mp_uint(w, p->version);
	wici_mp_str(w, "threshold");
	wici_mp_uint(w, p->threshold);
	wici_mp_str(w, "keys");
	wici_mp_array(w, (uint32_t)p->keys_count);
	for (size_t i = 0; i < p->keys_count; i++)
		wici_mp_hex(w, p->keys[i].b, WICI_KEY_LEN);
	wici_mp_str(w, "holders");
	wici_mp_array(w, (uint32_t)p->keys_count);
	for (size_t i = 0; i < p->keys_count; i++)
		write_holder(w, n, &p->keys[i]);
}

static const struct wici_key *owner_of(const struct node *n,
				       const struct wici_key *feed)
{
	const struct feed *f = feeds_find(&n->feeds, feed);

	return f && !wici_is_zero(f->whose.b, WICI_KEY_LEN) ? &f->whose : NULL;
}

/* {feed, seq, id, identity, name} */
static void write_head(struct wici_mp_writer *w, const struct node *n,
		       const struct wici_head *at, uint32_t more)
{
	wici_mp_map(w, 5 + more);
	wici_mp_str(w, "feed");
	wici_mp_hex(w, at->feed.b, WICI_KEY_LEN);
	wici_mp_str(w, "seq");
	wici_mp_uint(w, at->seq);
	wici_mp_str(w, "id");
	wici_mp_hex(w, at->id.b, WICI_ID_LEN);
	write_whose(w, n, owner_of(n, &at->feed));
}

static void write_registrar(struct wici_mp_writer *w, const struct node *n)
{
	const struct wici_roster *r = &n->roster;

	wici_mp_str(w, "registrar");
	write_head(w, n, &r->registrar, 1);
	wici_mp_str(w, "before");
	wici_mp_array(w, (uint32_t)r->before_count);
	for (size_t i = 0; i < r->before_count; i++)
		write_head(w, n, &r->before[i], 0);
}

static void write_issuer(struct wici_mp_writer *w, const struct node *n,
			 const struct wici_issuer *issuer)
{
	wici_mp_map(w, 7);
	wici_mp_str(w, "scheme");
	wici_mp_str(w, issuer->scheme);
	write_whose(w, n, &issuer->identity);
	wici_mp_str(w, "feed");
	wici_mp_hex(w, issuer->at.feed.b, WICI_KEY_LEN);
	wici_mp_str(w, "seq");
	wici_mp_uint(w, issuer->at.seq);
	wici_mp_str(w, "token_key");
	wici_mp_hex(w, issuer->token_key.b, WICI_KEY_LEN);
	wici_mp_str(w, "closed");
	wici_mp_array(w, (uint32_t)issuer->closed_count);
	for (size_t i = 0; i < issuer->closed_count; i++)
		write_head(w, n, &issuer->closed[i].cut, 0);
}

static void write_issuers(struct wici_mp_writer *w, const struct node *n)
{
	const struct wici_roster *r = &n->roster;

	wici_mp_str(w, "issuers");
	wici_mp_array(w, (uint32_t)r->issuers_count);
	for (size_t i = 0; i < r->issuers_count; i++)
		write_issuer(w, n, &r->issuers[i]);
}

static void write_witnesses(struct wici_mp_writer *w, const struct node *n)
{
	const struct wici_roster *r = &n->roster;

	wici_mp_str(w, "witnesses_needed");
	wici_mp_uint(w, r->witnesses_needed);
	wici_mp_str(w, "witnesses");
	wici_mp_array(w, (uint32_t)r->witnesses_count);
	for (size_t i = 0; i < r->witnesses_count; i++) {
		wici_mp_map(w, 3);
		write_whose(w, n, &r->witnesses[i].identity);
		wici_mp_str(w, "feed");
		wici_mp_hex(w, r->witnesses[i].feed.b, WICI_KEY_LEN);
	}
}

static void write_quotas(struct wici_mp_writer *w, const struct node *n)
{
	const struct wici_roster *r = &n->roster;

	wici_mp_str(w, "quotas");
	wici_mp_array(w, (uint32_t)r->quotas_count);
	for (size_t i = 0; i < r->quotas_count; i++) {
		wici_mp_map(w, 5);
		wici_mp_str(w, "feed");
		wici_mp_hex(w, r->quotas[i].feed.b, WICI_KEY_LEN);
		write_whose(w, n, owner_of(n, &r->quotas[i].feed));
		wici_mp_str(w, "entries");
		wici_mp_uint(w, r->quotas[i].entries);
		wici_mp_str(w, "bytes");
		wici_mp_uint(w, r->quotas[i].bytes);
	}
}

static void write_relays(struct wici_mp_writer *w, const struct node *n)
{
	const struct wici_roster *r = &n->roster;

	wici_mp_str(w, "relays");
	wici_mp_array(w, (uint32_t)r->relays_count);
	for (size_t i = 0; i < r->relays_count; i++) {
		wici_mp_map(w, 3);
		write_whose(w, n, &r->relays[i].identity);
		wici_mp_str(w, "addresses");
		wici_mp_array(w, (uint32_t)r->relays[i].addresses_count);
		for (size_t k = 0; k < r->relays[i].addresses_count; k++)
			wici_mp_str(w, r->relays[i].addresses[k]);
	}
}

/* Those that are in force. */
static void write_revocations(struct wici_mp_writer *w, const struct node *n)
{
	const struct wici_roster *r = &n->roster;
	const struct wici_root_revocation *rows = r->space.revocations;
	uint32_t count = 0;

	for (size_t i = 0; i < r->revocations_count; i++)
		count += !rows[i].is_lifted;
	wici_mp_str(w, "revocations");
	wici_mp_array(w, count);
	for (size_t i = 0; i < r->revocations_count; i++) {
		if (rows[i].is_lifted)
			continue;
		wici_mp_map(w, 3);
		wici_mp_str(w, "certificate");
		wici_mp_hex(w, rows[i].certificate.b, WICI_ID_LEN);
		wici_mp_str(w, "effective");
		view_day(w, true, rows[i].effective);
		wici_mp_str(w, "version");
		wici_mp_uint(w, rows[i].version);
	}
}

static void write_suspended(struct wici_mp_writer *w, const struct node *n)
{
	const struct wici_roster *r = &n->roster;
	uint32_t count = 0;

	for (size_t i = 0; i < r->members_count; i++)
		count += r->space.members[i].is_suspended;
	wici_mp_str(w, "suspended");
	wici_mp_array(w, count);
	for (size_t i = 0; i < r->members_count; i++) {
		if (!r->space.members[i].is_suspended)
			continue;
		wici_mp_map(w, 2);
		write_whose(w, n, &r->space.members[i].identity);
	}
}

static void write_feeds(struct wici_mp_writer *w, const struct node *n)
{
	const struct wici_roster *r = &n->roster;

	wici_mp_str(w, "feeds");
	wici_mp_array(w, (uint32_t)r->feeds_count);
	for (size_t i = 0; i < r->feeds_count; i++) {
		const struct wici_root_feed *f = &r->space.feeds[i];

		write_head(w, n, &f->at, 2);
		wici_mp_str(w, "open");
		wici_mp_bool(w, f->is_open);
		wici_mp_str(w, "version");
		wici_mp_uint(w, f->version);
	}
}

/* --- Several changes of one version ------------------------------------------ */

/* Approved, and next, beside another such one. */
static bool is_rival(const struct node *n, const struct wici_root_row *row)
{
	return n->roster.is_forked && row->is_approved && !row->is_choice &&
	       row->version == n->roster.version + 1 &&
	       wici_id_equal(&row->prev, &n->roster.id);
}

static void write_rivals(struct wici_mp_writer *w, const struct node *n)
{
	uint32_t count = 0;

	for (size_t i = 0; i < n->changes_count; i++)
		count += is_rival(n, &n->changes[i]);
	wici_mp_str(w, "is_forked");
	wici_mp_bool(w, n->roster.is_forked);
	wici_mp_str(w, "rivals");
	wici_mp_array(w, count);
	for (size_t i = 0; i < n->changes_count; i++)
		if (is_rival(n, &n->changes[i]))
			wici_mp_hex(w, n->changes[i].id.b, WICI_ID_LEN);
}

/* newer_change: the version of the change that this wici cannot read. */
static void write_newer(struct wici_mp_writer *w, const struct wici_roster *r)
{
	wici_mp_str(w, "needs_newer");
	wici_mp_bool(w, r->needs_newer);
	wici_mp_str(w, "newer_change");
	if (r->needs_newer)
		wici_mp_uint(w, r->version + 1);
	else
		wici_mp_nil(w);
}

static void write_lists(struct wici_mp_writer *w, const struct node *n)
{
	write_witnesses(w, n);
	write_quotas(w, n);
	write_relays(w, n);
	write_revocations(w, n);
	write_suspended(w, n);
	write_feeds(w, n);
}

static enum wici_err roster_show(struct call *call)
{
	const struct node *n = call->node;
	const struct wici_roster *r = &n->roster;
	struct wici_mp_writer *w = call->result;
	int32_t today = wici_day_warsaw(n->now.wall_ms);
	enum wici_err err = method_needs_roster(call);

	if (err)
		return err;
	wici_mp_map(w, 21);
	wici_mp_str(w, "network");
	wici_mp_hex(w, n->network.b, WICI_ID_LEN);
	wici_mp_str(w, "name");
	wici_mp_str(w, r->name);
	wici_mp_str(w, "version");
	wici_mp_uint(w, r->version);
	wici_mp_str(w, "id");
	wici_mp_hex(w, r->id.b, WICI_ID_LEN);
	write_policy(w, n);
	write_registrar(w, n);
	write_issuers(w, n);
	wici_mp_str(w, "expires");
	view_day(w, r->has_expires, r->expires.last);
	wici_mp_str(w, "expired");
	wici_mp_bool(w, r->has_expires && today > r->expires.last);
	write_newer(w, r);
	wici_mp_str(w, "members");
	wici_mp_uint(w, r->members_count);
	write_lists(w, n);
	write_rivals(w, n);
	return WICI_OK;
}

const struct method methods_roster[] = {
	{.name = "roster.show", .function = roster_show},
	{.name = NULL},
};
