/* daemon/method_roster.c — roster.show: what the root has said. */
#include "daemon/feeds.h"
#include "daemon/find.h"
#include "daemon/method_private.h"
#include "proto/day.h"

static void write_policy(struct wici_mp_writer *w, const struct wici_policy *p)
{
	wici_mp_str(w, "policy");
	wici_mp_map(w, 3);
	wici_mp_str(w, "version");
	wici_mp_uint(w, p->version);
	wici_mp_str(w, "threshold");
	wici_mp_uint(w, p->threshold);
	wici_mp_str(w, "keys");
	wici_mp_array(w, (uint32_t)p->keys_count);
	for (size_t i = 0; i < p->keys_count; i++)
		wici_mp_hex(w, p->keys[i].b, WICI_KEY_LEN);
}

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

static void write_registrar(struct wici_mp_writer *w, const struct node *n)
{
	const struct wici_key *key = &n->roster.registrar.feed;
	struct feed *feed = feeds_find(&n->feeds, key);

	wici_mp_str(w, "registrar");
	wici_mp_map(w, 3);
	wici_mp_str(w, "feed");
	wici_mp_hex(w, key->b, WICI_KEY_LEN);
	write_whose(w, n, feed ? &feed->row.identity : NULL);
}

static void write_issuers(struct wici_mp_writer *w, const struct node *n)
{
	const struct wici_roster *r = &n->roster;

	wici_mp_str(w, "issuers");
	wici_mp_array(w, (uint32_t)r->issuers_count);
	for (size_t i = 0; i < r->issuers_count; i++) {
		const struct wici_issuer *issuer = &r->issuers[i];

		wici_mp_map(w, 6);
		wici_mp_str(w, "scheme");
		wici_mp_str(w, issuer->scheme);
		write_whose(w, n, &issuer->identity);
		wici_mp_str(w, "feed");
		wici_mp_hex(w, issuer->at.feed.b, WICI_KEY_LEN);
		wici_mp_str(w, "seq");
		wici_mp_uint(w, issuer->at.seq);
		wici_mp_str(w, "token_key");
		wici_mp_hex(w, issuer->token_key.b, WICI_KEY_LEN);
	}
}

static enum wici_err roster_show(struct call *call)
{
	const struct node *n = call->node;
	const struct wici_roster *r = &n->roster;
	struct wici_mp_writer *w = call->result;
	int32_t today = wici_day_warsaw(n->now.wall_ms);

	if (!n->has_network || r->version == 0)
		return method_refuse(call, WICI_NOT_FOUND,
				     "there is no network yet: `wici network "
				     "create` or `wici join`");
	wici_mp_map(w, 11);
	wici_mp_str(w, "network");
	wici_mp_hex(w, n->network.b, WICI_ID_LEN);
	wici_mp_str(w, "name");
	wici_mp_str(w, r->name);
	wici_mp_str(w, "version");
	wici_mp_uint(w, r->version);
	wici_mp_str(w, "id");
	wici_mp_hex(w, r->id.b, WICI_ID_LEN);
	write_policy(w, &r->policy);
	write_registrar(w, n);
	write_issuers(w, n);
	wici_mp_str(w, "expires");
	view_day(w, r->has_expires, r->expires.last);
	wici_mp_str(w, "expired");
	wici_mp_bool(w, r->has_expires && today > r->expires.last);
	wici_mp_str(w, "needs_newer");
	wici_mp_bool(w, r->needs_newer);
	wici_mp_str(w, "members");
	wici_mp_uint(w, r->members_count);
	return WICI_OK;
}

const struct method methods_roster[] = {
	{.name = "roster.show", .function = roster_show},
	{.name = NULL},
};
