/* daemon/method_propose.c — roster.registrar, .issuers, .suspend, … : what the
 * root shall say next. Built from the params, approved by this installation's
 * key where that is a root key, and made when that is enough; else it is given
 * out for others to approve (daemon/method_approve.c). */
#include "daemon/method_propose.h"

#include "daemon/method_private.h"
#include "daemon/store/entry.h"
#include "proto/day.h"
#include "proto/mp_read.h"

#include <stdlib.h>

#define PARAM_PROPOSE                                                          \
	PARAM("instead", BOOL, .flags = 0), PARAM_LINE("passphrase", 2000, 0)
#define PARAM_INSTITUTION(flags_)                                              \
	PARAM("institution", MEMBER, .flags = (flags_))
#define PARAM_FEED(flags_) PARAM_LINE("feed", 64, flags_)
#define PARAM_KEY(name_, flags_)                                               \
	PARAM(name_, BYTES, .len_max = 32, .flags = (flags_))
#define PARAM_KEYS(name_)                                                      \
	PARAM(name_, BYTES, .len_max = 32, .flags = WICI_LIST,                 \
	      .items_max = WICI_POLICY_KEYS_MAX)

static const struct wici_field registrar_params[] = {
	PARAM("cut", UINT, .flags = 0),
	PARAM_FEED(0),
	PARAM_INSTITUTION(WICI_REQUIRED),
	PARAM_PROPOSE,
	PARAM_END,
};
static const struct wici_field issuers_params[] = {
	PARAM("cut", UINT, .flags = 0),
	PARAM("days", UINT, .flags = 0),
	PARAM_FEED(0),
	PARAM_INSTITUTION(0),
	PARAM("remove", BOOL, .flags = 0),
	PARAM("scheme", LINE, .len_max = 40, .flags = WICI_CODE),
	PARAM_KEY("token_key", 0),
	PARAM("until", DAY, .flags = 0),
	PARAM_PROPOSE,
	PARAM_END,
};
static const struct wici_field suspend_params[] = {
	PARAM_INSTITUTION(WICI_REQUIRED),
	PARAM_PROPOSE,
	PARAM_END,
};
static const struct wici_field key_params[] = {
	PARAM_INSTITUTION(WICI_REQUIRED),
	PARAM("keep_feeds", BOOL, .flags = 0),
	PARAM_KEY("key", WICI_REQUIRED),
	PARAM("stand", LINE, .len_max = 64, .flags = WICI_LIST,
	      .items_max = WICI_ROWS_MAX),
	PARAM_PROPOSE,
	PARAM_END,
};
static const struct wici_field revoke_params[] = {
	PARAM("effective", DAY, .flags = 0),
	PARAM_LINE("ref", 500, WICI_REQUIRED),
	PARAM_PROPOSE,
	PARAM_END,
};
static const struct wici_field lift_params[] = {
	PARAM_LINE("ref", 500, WICI_REQUIRED),
	PARAM_PROPOSE,
	PARAM_END,
};
static const struct wici_field witness_params[] = {
	PARAM("needed", UINT, .flags = 0),
	PARAM("witnesses", MEMBER, .flags = WICI_LIST,
	      .items_max = WICI_WITNESSES_MAX),
	PARAM_PROPOSE,
	PARAM_END,
};
static const struct wici_field relay_params[] = {
	PARAM("addresses", LINE, .len_max = WICI_ADDRESS_LEN_MAX,
	      .flags = WICI_LIST, .items_max = WICI_RELAY_ADDRESSES),
	PARAM_INSTITUTION(WICI_REQUIRED),
	PARAM_PROPOSE,
	PARAM_END,
};
static const struct wici_field quota_params[] = {
	PARAM("bytes", UINT, .flags = 0),
	PARAM("entries", UINT, .flags = 0),
	PARAM_FEED(0),
	PARAM_INSTITUTION(WICI_REQUIRED),
	PARAM_PROPOSE,
	PARAM_END,
};
static const struct wici_field policy_params[] = {
	PARAM_KEYS("add"),
	PARAM_KEYS("remove"),
	PARAM("threshold", UINT, .flags = 0),
	PARAM_PROPOSE,
	PARAM_END,
};
static const struct wici_field stands_params[] = {
	PARAM_KEY("change", WICI_REQUIRED),
	PARAM_PROPOSE,
	PARAM_END,
};
static const struct wici_field feeds_params[] = {
	PARAM_FEED(WICI_REQUIRED),
	PARAM_KEY("id", 0),
	PARAM("open", BOOL, .flags = 0),
	PARAM("seq", UINT, .flags = 0),
	PARAM_PROPOSE,
	PARAM_END,
};

/* --- Reading params -------------------------------------------------------- */

/* The next value of an array arg; false: no more. */
struct list {
	struct wici_mp_reader r;
	uint32_t left;
};

static void list_open(struct list *l, const struct call *call, const char *name)
{
	struct wici_bytes raw;
	struct wici_mp v;

	l->left = 0;
	if (!method_raw(call, name, &raw))
		return;
	wici_mp_reader_init(&l->r, WICI_MP_LENIENT, raw);
	if (!wici_mp_expect(&l->r, WICI_MP_ARRAY, &v))
		l->left = v.count;
}

static bool list_next(struct list *l, struct wici_bytes *item)
{
	struct wici_mp v;

	if (!l->left || wici_mp_next(&l->r, &v) ||
	    (v.type != WICI_MP_STR && v.type != WICI_MP_BIN))
		return false;
	l->left--;
	*item = v.bytes;
	return true;
}

/* At most max of them: the rows have seen to that. */
static size_t take_keys(const struct call *call, const char *name,
			struct wici_key *keys, size_t max)
{
	struct wici_bytes item;
	struct list l;
	size_t count = 0;

	list_open(&l, call, name);
	while (count < max && list_next(&l, &item) && item.len == WICI_KEY_LEN)
		memcpy(keys[count++].b, item.p, WICI_KEY_LEN);
	return count;
}

/* "feed", or the feed of "institution". */
static enum wici_err take_feed(struct call *call, struct proposal *p,
			       const struct feed **feed)
{
	struct wici_bytes text;
	struct wici_key identity;
	bool has_identity = method_key(call, "institution", &identity);
	enum wici_err err;

	if (!method_str(call, "feed", &text))
		return propose_feed_of(p, &identity, feed);
	err = propose_find_feed(p, text, feed);
	if (!err && has_identity && !wici_key_equal(&(*feed)->whose, &identity))
		return method_refuse(call, WICI_NOT_PERMITTED,
				     "this feed is another institution's");
	return err;
}

/* --- What each builds ---------------------------------------------------- */

static enum wici_err build_registrar(struct call *call, struct proposal *p)
{
	const struct feed *feed = NULL;
	enum wici_err err = take_feed(call, p, &feed);

	if (err)
		return err;
	return propose_registrar(p, feed, method_uint(call, "cut", 0));
}

/* The feed that the scheme has now. */
static const struct feed *feed_of_scheme(const struct node *n,
					 struct wici_bytes scheme)
{
	const struct wici_roster *r = &n->roster;

	for (size_t i = 0; i < r->issuers_count; i++)
		if (wici_bytes_is(scheme, r->issuers[i].scheme))
			return feeds_find(&n->feeds, &r->issuers[i].at.feed);
	return NULL;
}

static enum wici_err build_issuer(struct call *call, struct proposal *p,
				  struct wici_bytes scheme, int32_t expires)
{
	struct propose_issuer row = {
		.scheme = scheme,
		.cut = method_uint(call, "cut", 0),
	};
	struct wici_key token_key;
	enum wici_err err = WICI_OK;

	if (method_key(call, "token_key", &token_key))
		row.token_key = &token_key;
	if (method_is_set(call, "remove"))
		return propose_issuers(p, &row, expires);
	if (method_has(call, "institution") || method_has(call, "feed"))
		err = take_feed(call, p, &row.feed);
	else
		row.feed = feed_of_scheme(p->n, scheme);
	if (!err && !row.feed)
		return method_refuse(call, WICI_USAGE,
				     "who shall issue for this scheme? SCHEME "
				     "INSTITUTION, or --remove");
	return err ? err : propose_issuers(p, &row, expires);
}

static enum wici_err build_issuers(struct call *call, struct proposal *p)
{
	int32_t today = wici_day_warsaw(p->n->now.wall_ms);
	uint64_t days = method_uint(call, "days", 0);
	int32_t expires = method_day(call, "until", 0);
	struct wici_bytes scheme;
	bool has_scheme = method_str(call, "scheme", &scheme);

	if (days > 3650)
		return method_refuse(call, WICI_BAD_FIELD,
				     "the list is good for 3650 days at most");
	if (days)
		expires = today + (int32_t)days;
	if (has_scheme)
		return build_issuer(call, p, scheme, expires);
	if (!expires)
		expires = today + PROPOSE_ISSUERS_DAYS;
	return propose_issuers(p, NULL, expires);
}

static enum wici_err build_suspend(struct call *call, struct proposal *p)
{
	struct wici_key identity;

	(void)method_key(call, "institution", &identity);
	return propose_suspend(p, &identity);
}

static enum wici_err build_key(struct call *call, struct proposal *p,
			       enum wici_op op)
{
	struct propose_stays stays = {
		.is_all = method_is_set(call, "keep_feeds")};
	struct wici_key identity, key;
	struct wici_bytes item;
	struct list l;
	enum wici_err err = WICI_OK;

	(void)method_key(call, "institution", &identity);
	(void)method_key(call, "key", &key);
	list_open(&l, call, "stand");
	while (!err && stays.count < WICI_ROWS_MAX && list_next(&l, &item))
		err = propose_find_feed(p, item, &stays.feeds[stays.count++]);
	return err ? err : propose_key(p, op, &identity, &key, &stays);
}

static enum wici_err build_rekey(struct call *call, struct proposal *p)
{
	return build_key(call, p, WICI_OP_REKEY);
}

static enum wici_err build_reinstate(struct call *call, struct proposal *p)
{
	return build_key(call, p, WICI_OP_REINSTATE);
}

/* The grant that "ref" names; a whole id is taken as it is. */
static enum wici_err take_certificate(struct call *call, struct wici_id *id)
{
	struct wici_bytes ref;
	struct entry_row row;
	int64_t grant_n;
	enum wici_err err = method_find_certificate(call, &grant_n);

	(void)method_str(call, "ref", &ref);
	if (err == WICI_NOT_FOUND && ref.len == WICI_HEX_LEN)
		return wici_unhex(id->b, WICI_ID_LEN, ref);
	if (!err)
		err = entry_get(call->node->store, grant_n, &row);
	if (!err)
		*id = row.id;
	return err;
}

static enum wici_err build_revoke(struct call *call, struct proposal *p)
{
	int32_t today = wici_day_warsaw(p->n->now.wall_ms);
	struct wici_id id;
	enum wici_err err = take_certificate(call, &id);

	if (err)
		return err;
	return propose_revoke(p, &id, method_day(call, "effective", today));
}

static enum wici_err build_lift(struct call *call, struct proposal *p)
{
	struct wici_id id;
	enum wici_err err = take_certificate(call, &id);

	return err ? err : propose_lift(p, &id);
}

static enum wici_err build_witness(struct call *call, struct proposal *p)
{
	struct wici_key identities[WICI_WITNESSES_MAX];
	size_t count =
		take_keys(call, "witnesses", identities, WICI_WITNESSES_MAX);

	return propose_witnesses(p, identities, count,
				 method_uint(call, "needed", count));
}

static enum wici_err build_relay(struct call *call, struct proposal *p)
{
	struct wici_bytes addresses[WICI_RELAY_ADDRESSES];
	struct wici_key identity;
	size_t count = 0;
	struct list l;

	(void)method_key(call, "institution", &identity);
	list_open(&l, call, "addresses");
	while (count < WICI_RELAY_ADDRESSES && list_next(&l, &addresses[count]))
		count++;
	return propose_relay(p, &identity, addresses, count);
}

static enum wici_err build_quota(struct call *call, struct proposal *p)
{
	const struct feed *feed = NULL;
	uint64_t entries = method_uint(call, "entries", 0);
	uint64_t bytes = method_uint(call, "bytes", 0);
	enum wici_err err = take_feed(call, p, &feed);

	if (!err && !entries && !bytes)
		err = method_refuse(call, WICI_USAGE,
				    "--entries N, --bytes N, or both");
	return err ? err : propose_quota(p, feed, entries, bytes);
}

static enum wici_err build_policy(struct call *call, struct proposal *p)
{
	struct propose_policy policy = {
		.threshold = method_uint(call, "threshold", 0)};

	policy.add_count =
		take_keys(call, "add", policy.add, WICI_POLICY_KEYS_MAX);
	policy.remove_count =
		take_keys(call, "remove", policy.remove, WICI_POLICY_KEYS_MAX);
	if (!policy.add_count && !policy.remove_count && !policy.threshold)
		return method_refuse(call, WICI_USAGE,
				     "--add KEY, --remove KEY, --threshold N");
	return propose_policy(p, &policy);
}

static enum wici_err build_stands(struct call *call, struct proposal *p)
{
	struct wici_id id;

	(void)method_id(call, "change", &id);
	return propose_stands(p, &id);
}

static enum wici_err build_feeds(struct call *call, struct proposal *p)
{
	const struct feed *feed = NULL;
	struct wici_id id;
	bool has_id = method_id(call, "id", &id);
	enum wici_err err = take_feed(call, p, &feed);

	if (err)
		return err;
	return propose_feeds(p, feed, method_uint(call, "seq", 0),
			     has_id ? &id : NULL, method_is_set(call, "open"));
}

/* --- The way of all of them -------------------------------------------------- */

static enum wici_err propose(struct call *call,
			     enum wici_err (*build)(struct call *call,
						    struct proposal *p))
{
	struct propose_signing how = {
		.unlock = call->unlock,
		.is_instead = method_is_set(call, "instead"),
	};
	struct proposal *p = growing_alloc(sizeof(*p));
	enum wici_err err = method_needs_roster(call);

	proposal_init(p, call->node, &call->fault);
	if (!err)
		err = build(call, p);
	if (!err)
		err = proposal_make(p, &how);
	if (!err)
		method_write_proposal(call->result, p);
	proposal_clear(p);
	free(p);
	return err;
}

#define PROPOSES(noun)                                                         \
	static enum wici_err roster_##noun(struct call *call)                  \
	{                                                                      \
		return propose(call, build_##noun);                            \
	}
#define ROW(noun, params_)                                                     \
	{                                                                      \
		.name = "roster." #noun, .params = (params_),                  \
		.needs_index = true, .needs_unlock = true,                     \
		.function = roster_##noun                                      \
	}

PROPOSES(registrar)
PROPOSES(issuers)
PROPOSES(suspend)
PROPOSES(rekey)
PROPOSES(reinstate)
PROPOSES(revoke)
PROPOSES(lift)
PROPOSES(witness)
PROPOSES(relay)
PROPOSES(quota)
PROPOSES(policy)
PROPOSES(stands)
PROPOSES(feeds)

const struct method methods_propose[] = {
	ROW(registrar, registrar_params), ROW(issuers, issuers_params),
	ROW(suspend, suspend_params),     ROW(rekey, key_params),
	ROW(reinstate, key_params),       ROW(revoke, revoke_params),
	ROW(lift, lift_params),           ROW(witness, witness_params),
	ROW(relay, relay_params),         ROW(quota, quota_params),
	ROW(policy, policy_params),       ROW(stands, stands_params),
	ROW(feeds, feeds_params),         {.name = NULL},
};
