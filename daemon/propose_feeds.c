/* daemon/propose_feeds.c — Feeds by what people call them, and the heads of
 * them that the root is told; what all builders of ops share. */
#include "daemon/propose_private.h"

#include "daemon/find.h"
#include "daemon/store/entry.h"

enum wici_err propose_refuse(struct proposal *p, enum wici_err err,
			     const char *hint)
{
	fault_hint(p->fault, "%s", hint);
	return err;
}

enum wici_err propose_bad(struct proposal *p, const char *field,
			  const char *expected)
{
	static const struct wici_bytes none = {NULL, 0};

	return fault_set(p->fault, WICI_BAD_FIELD, field, expected, none);
}

bool propose_is_root_key(const struct wici_policy *policy,
			 const struct wici_key *key)
{
	for (size_t i = 0; i < policy->keys_count; i++)
		if (wici_key_equal(&policy->keys[i], key))
			return true;
	return false;
}

static void add_candidate(struct proposal *p, const struct feed *f)
{
	struct wici_mp_writer *w = fault_item(p->fault);
	const char *name = find_name(p->n, &f->whose);

	if (!w)
		return;
	wici_mp_map(w, 2);
	wici_mp_str(w, "id");
	wici_mp_hex(w, f->row.key.b, WICI_KEY_LEN);
	wici_mp_str(w, "name");
	wici_mp_str(w, name ? name : "");
}

/* One of them, or why not. */
static enum wici_err only_one(struct proposal *p, size_t count,
			      const char *none)
{
	if (count == 1)
		return WICI_OK;
	if (count == 0)
		return propose_refuse(p, WICI_NOT_FOUND, none);
	return propose_refuse(p, WICI_AMBIGUOUS, "name the feed: --feed FEED");
}

enum wici_err propose_find_feed(struct proposal *p, struct wici_bytes text,
				const struct feed **feed)
{
	const struct feeds *feeds = &p->n->feeds;
	char hex[WICI_HEX_LEN + 1];
	size_t found = 0;

	if (text.len < FIND_PREFIX_MIN || text.len > WICI_HEX_LEN ||
	    !find_is_hex(text))
		return propose_bad(p, "feed", "bytes");
	for (size_t i = 0; i < feeds->count; i++) {
		const struct feed *f = feeds->by_key[i];

		wici_hex(hex, f->row.key.b, WICI_KEY_LEN);
		if (strncasecmp(hex, (const char *)text.p, text.len) != 0)
			continue;
		*feed = f;
		found++;
		add_candidate(p, f);
	}
	return only_one(p, found, "no such feed is held here");
}

static bool goes_on(const struct feed *f)
{
	return f->counts && f->counting_seq > 0 && !f->is_succeeded &&
	       !f->limit.is_closed && !f->is_forked &&
	       f->limit.why != WICI_LIMIT_CUT;
}

enum wici_err propose_feed_of(struct proposal *p,
			      const struct wici_key *identity,
			      const struct feed **feed)
{
	const struct feeds *feeds = &p->n->feeds;
	size_t found = 0;

	for (size_t i = 0; i < feeds->count; i++) {
		const struct feed *f = feeds->by_key[i];

		if (!wici_key_equal(&f->whose, identity) || !goes_on(f))
			continue;
		*feed = f;
		found++;
		add_candidate(p, f);
	}
	return only_one(p, found,
			"no feed of this institution that goes on is held "
			"here");
}

/* The feed's entry at seq; 0: its counting head. */
enum wici_err propose_head(struct proposal *p, const struct feed *f,
			   uint64_t seq, struct wici_head *at)
{
	at->feed = f->row.key;
	at->seq = seq ? seq : f->counting_seq;
	at->id = f->counting_id;
	if (at->seq == 0)
		return propose_refuse(
			p, WICI_NOT_FOUND,
			"nothing that counts is held of this feed");
	if (at->seq > f->row.seq)
		return propose_refuse(p, WICI_NOT_FOUND,
				      "the feed is not held here that far");
	if (!seq)
		return WICI_OK;
	return entry_id(p->n->store, f->row.n, seq, &at->id);
}

enum wici_err propose_feeds(struct proposal *p, const struct feed *feed,
			    uint64_t seq, const struct wici_id *id,
			    bool is_open)
{
	struct wici_feed_row row = {.is_open = is_open};
	enum wici_err err = WICI_OK;

	if (id && !seq)
		return propose_refuse(
			p, WICI_USAGE,
			"with an id its number in the feed is needed: "
			"--seq N");
	if (id) {
		row.at.feed = feed->row.key;
		row.at.seq = seq;
		row.at.id = *id;
	} else {
		err = propose_head(p, feed, seq, &row.at);
	}
	if (err)
		return err;
	wici_op_feeds(&p->ops.w, &row, 1);
	p->ops_count++;
	return WICI_OK;
}
