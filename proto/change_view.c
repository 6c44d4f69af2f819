/* proto/change_view.c — Each op as a map: its name, then its fields under the
 * names that PROTOCOL §5.2 has for them. */
#include "proto/change_view.h"

#include "proto/day.h"

/* The writer, and whom to ask for names. */
struct view {
	struct wici_mp_writer *w;
	const struct wici_change_names *names;
};

static const char *name_of(const struct view *v, const struct wici_key *key,
			   bool is_feed)
{
	const struct wici_change_names *n = v->names;

	if (!n)
		return NULL;
	return is_feed ? n->feed(n->arg, key) : n->identity(n->arg, key);
}

/* "name" comes with it where it is known: one pair, or two. */
static uint32_t pairs_of(const struct view *v, const struct wici_key *key,
			 bool is_feed)
{
	return name_of(v, key, is_feed) ? 2 : 1;
}

static void write_whose(const struct view *v, const struct wici_key *key,
			bool is_feed)
{
	const char *name = name_of(v, key, is_feed);

	wici_mp_str(v->w, is_feed ? "feed" : "identity");
	wici_mp_hex(v->w, key->b, WICI_KEY_LEN);
	if (!name)
		return;
	wici_mp_str(v->w, "name");
	wici_mp_str(v->w, name);
}

static void write_uint(const struct view *v, const char *field, uint64_t u)
{
	wici_mp_str(v->w, field);
	wici_mp_uint(v->w, u);
}

static void write_id(const struct view *v, const struct wici_id *id)
{
	wici_mp_str(v->w, "id");
	wici_mp_hex(v->w, id->b, WICI_ID_LEN);
}

static void write_day(const struct view *v, const char *field, int32_t day)
{
	char text[WICI_DAY_LEN + 1];

	wici_day_format(text, day);
	wici_mp_str(v->w, field);
	wici_mp_str(v->w, text);
}

static void begin(const struct view *v, const char *op, uint32_t pairs)
{
	wici_mp_map(v->w, 1 + pairs);
	wici_mp_str(v->w, "op");
	wici_mp_str(v->w, op);
}

static void begin_rows(const struct view *v, const char *field, size_t count)
{
	wici_mp_str(v->w, field);
	wici_mp_array(v->w, (uint32_t)count);
}

#define HEAD_PAIRS(v, head) (2 + pairs_of(v, &(head)->feed, true))

static void write_head(const struct view *v, const struct wici_head *at)
{
	write_whose(v, &at->feed, true);
	write_uint(v, "seq", at->seq);
	write_id(v, &at->id);
}

static void write_cuts(const struct view *v, const struct wici_head *cuts,
		       size_t count)
{
	begin_rows(v, "closed", count);
	for (size_t i = 0; i < count; i++) {
		wici_mp_map(v->w, HEAD_PAIRS(v, &cuts[i]));
		write_head(v, &cuts[i]);
	}
}

static void write_policy(const struct view *v, const struct wici_policy *p)
{
	write_uint(v, "version", p->version);
	write_uint(v, "threshold", p->threshold);
	begin_rows(v, "keys", p->keys_count);
	for (size_t i = 0; i < p->keys_count; i++)
		wici_mp_hex(v->w, p->keys[i].b, WICI_KEY_LEN);
}

static void view_found(const struct view *v, const struct wici_change *c)
{
	begin(v, "found", 4);
	wici_mp_str(v->w, "name");
	wici_mp_str_bytes(v->w, c->name);
	write_policy(v, &c->policy);
}

static void view_registrar(const struct view *v, const struct wici_change *c)
{
	begin(v, "registrar", 1 + HEAD_PAIRS(v, &c->registrar));
	write_head(v, &c->registrar);
	write_cuts(v, c->before, c->before_count);
}

static void view_issuer(const struct view *v, const struct wici_issuer *i)
{
	struct wici_head cuts[WICI_CLOSED_MAX];

	for (size_t k = 0; k < i->closed_count; k++)
		cuts[k] = i->closed[k].cut;
	wici_mp_map(v->w, 6 + pairs_of(v, &i->identity, false));
	wici_mp_str(v->w, "scheme");
	wici_mp_str(v->w, i->scheme);
	write_whose(v, &i->identity, false);
	wici_mp_str(v->w, "feed");
	wici_mp_hex(v->w, i->at.feed.b, WICI_KEY_LEN);
	write_uint(v, "seq", i->at.seq);
	write_id(v, &i->at.id);
	wici_mp_str(v->w, "token_key");
	wici_mp_hex(v->w, i->token_key.b, WICI_KEY_LEN);
	write_cuts(v, cuts, i->closed_count);
}

static void view_issuers(const struct view *v, struct wici_bytes op)
{
	struct wici_issuer rows[WICI_ISSUERS_MAX];
	size_t count;
	int32_t expires;

	wici_change_issuers(op, &expires, rows, &count);
	begin(v, "issuers", 2);
	write_day(v, "expires", expires);
	begin_rows(v, "issuers", count);
	for (size_t i = 0; i < count; i++)
		view_issuer(v, &rows[i]);
}

static void write_rows(const struct view *v, struct wici_bytes op)
{
	struct wici_feed_row rows[WICI_ROWS_MAX];
	size_t count;

	wici_change_rows(op, rows, &count);
	begin_rows(v, "feeds", count);
	for (size_t i = 0; i < count; i++) {
		wici_mp_map(v->w, 1 + HEAD_PAIRS(v, &rows[i].at));
		write_head(v, &rows[i].at);
		wici_mp_str(v->w, "open");
		wici_mp_bool(v->w, rows[i].is_open);
	}
}

/* Suspend, rekey, reinstate. */
static void view_member(const struct view *v, const char *name,
			struct wici_bytes op)
{
	struct wici_key identity, key;
	bool has_key;

	wici_change_member(op, &identity, &key);
	has_key = !wici_is_zero(key.b, WICI_KEY_LEN);
	begin(v, name, 1 + has_key + pairs_of(v, &identity, false));
	write_whose(v, &identity, false);
	if (has_key) {
		wici_mp_str(v->w, "key");
		wici_mp_hex(v->w, key.b, WICI_KEY_LEN);
	}
	write_rows(v, op);
}

static void view_revoke(const struct view *v, struct wici_bytes op)
{
	struct wici_revoked rows[WICI_REVOKED_MAX];
	size_t count;

	wici_change_revoked(op, rows, &count);
	begin(v, "revoke", 1);
	begin_rows(v, "certificates", count);
	for (size_t i = 0; i < count; i++) {
		wici_mp_map(v->w, 2);
		write_id(v, &rows[i].certificate);
		write_day(v, "effective", rows[i].effective);
	}
}

static void view_lift(const struct view *v, struct wici_bytes op)
{
	struct wici_id rows[WICI_REVOKED_MAX];
	size_t count;

	wici_change_lifted(op, rows, &count);
	begin(v, "lift", 1);
	begin_rows(v, "certificates", count);
	for (size_t i = 0; i < count; i++) {
		wici_mp_map(v->w, 1);
		write_id(v, &rows[i]);
	}
}

static void view_witnesses(const struct view *v, struct wici_bytes op)
{
	struct wici_witness rows[WICI_WITNESSES_MAX];
	size_t count;
	uint64_t needed;

	wici_change_witnesses(op, &needed, rows, &count);
	begin(v, "witnesses", 2);
	write_uint(v, "needed", needed);
	begin_rows(v, "witnesses", count);
	for (size_t i = 0; i < count; i++) {
		wici_mp_map(v->w, 1 + pairs_of(v, &rows[i].identity, false));
		write_whose(v, &rows[i].identity, false);
		wici_mp_str(v->w, "feed");
		wici_mp_hex(v->w, rows[i].feed.b, WICI_KEY_LEN);
	}
}

static void view_quotas(const struct view *v, struct wici_bytes op)
{
	struct wici_quota rows[WICI_QUOTAS_MAX];
	size_t count;

	wici_change_quotas(op, rows, &count);
	begin(v, "quotas", 1);
	begin_rows(v, "feeds", count);
	for (size_t i = 0; i < count; i++) {
		wici_mp_map(v->w, 2 + pairs_of(v, &rows[i].feed, true));
		write_whose(v, &rows[i].feed, true);
		write_uint(v, "entries", rows[i].entries);
		write_uint(v, "bytes", rows[i].bytes);
	}
}

static void view_relays(const struct view *v, struct wici_bytes op)
{
	struct wici_relay rows[WICI_RELAYS_MAX];
	size_t count;

	wici_change_relays(op, rows, &count);
	begin(v, "relays", 1);
	begin_rows(v, "relays", count);
	for (size_t i = 0; i < count; i++) {
		wici_mp_map(v->w, 1 + pairs_of(v, &rows[i].identity, false));
		write_whose(v, &rows[i].identity, false);
		begin_rows(v, "addresses", rows[i].addresses_count);
		for (size_t k = 0; k < rows[i].addresses_count; k++)
			wici_mp_str(v->w, rows[i].addresses[k]);
	}
}

static void view_policy(const struct view *v, const struct wici_change *c)
{
	begin(v, "policy", 3);
	write_policy(v, &c->policy);
}

static void view_feeds(const struct view *v, struct wici_bytes op)
{
	begin(v, "feeds", 1);
	write_rows(v, op);
}

static void view_stands(const struct view *v, const struct wici_change *c)
{
	begin(v, "stands", 1);
	write_id(v, &c->chosen);
}

static uint32_t count_ops(const struct wici_change *c)
{
	const struct wici_bytes *bytes[] = {
		&c->issuers, &c->suspend,   &c->rekey,  &c->reinstate,
		&c->revoke,  &c->witnesses, &c->quotas, &c->relays,
		&c->lift,    &c->feeds,
	};
	uint32_t count = (uint32_t)c->has_found + c->has_registrar +
			 c->has_policy + c->has_choice + c->needs_newer;

	for (size_t i = 0; i < sizeof(bytes) / sizeof(bytes[0]); i++)
		count += bytes[i]->p != NULL;
	return count;
}

/* What concerns members and keys. */
static void view_rights(const struct view *v, const struct wici_change *c)
{
	if (c->has_found)
		view_found(v, c);
	if (c->has_registrar)
		view_registrar(v, c);
	if (c->issuers.p)
		view_issuers(v, c->issuers);
	if (c->suspend.p)
		view_member(v, "suspend", c->suspend);
	if (c->rekey.p)
		view_member(v, "rekey", c->rekey);
	if (c->reinstate.p)
		view_member(v, "reinstate", c->reinstate);
	if (c->has_policy)
		view_policy(v, c);
}

void wici_change_view(struct wici_mp_writer *w, const struct wici_change *c,
		      const struct wici_change_names *names)
{
	const struct view v = {w, names};

	wici_mp_array(w, count_ops(c));
	view_rights(&v, c);
	if (c->revoke.p)
		view_revoke(&v, c->revoke);
	if (c->witnesses.p)
		view_witnesses(&v, c->witnesses);
	if (c->quotas.p)
		view_quotas(&v, c->quotas);
	if (c->relays.p)
		view_relays(&v, c->relays);
	if (c->lift.p)
		view_lift(&v, c->lift);
	if (c->has_choice)
		view_stands(&v, c);
	if (c->feeds.p)
		view_feeds(&v, c->feeds);
	if (c->needs_newer)
		begin(&v, "unknown", 0);
}
