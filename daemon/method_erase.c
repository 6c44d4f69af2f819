/* daemon/method_erase.c — record.erase: the payload of a record goes, here and
 * then everywhere.
 *
 * The reason is not in the statement: free text in a place that nothing erases
 * is what an erasure is to end. It is noted here and shown here alone. */
#include "daemon/erase.h"
#include "daemon/find.h"
#include "daemon/method_private.h"
#include "daemon/store/statement.h"
#include "proto/kinds.h"

static const struct wici_field erase_params[] = {
	PARAM("dry_run", BOOL, .flags = 0),
	PARAM("id", RECORD, .flags = WICI_REQUIRED),
	PARAM_LINE("passphrase", 2000, 0),
	PARAM_LINE("reason", ERASE_REASON_MAX, WICI_REQUIRED),
	PARAM_END,
};

struct erasing {
	struct wici_head of;
	struct entry_row row;
	const struct feed *feed;
	bool is_held; /* An erasure is; it may be signed once more. */
	uint8_t before_bytes[WICI_ERASE_LEN_MAX];
	struct wici_statement before;
};

static enum wici_err find_entry_of(struct call *call, struct erasing *e)
{
	struct node *n = call->node;
	char hex[WICI_HEX_LEN + 1];
	struct wici_id id;
	int64_t entry;
	enum wici_err err;

	if (!method_id(call, "id", &id))
		return WICI_USAGE;
	wici_hex(hex, id.b, WICI_ID_LEN);
	err = find_entry(n, &id, &entry);
	if (!err)
		err = entry_get(n->store, entry, &e->row);
	if (err)
		return method_lost(call, err, "id", wici_bytes_str(hex));
	e->feed = feeds_by_n(&n->feeds, e->row.feed_n);
	if (!e->feed)
		return WICI_STORE;
	e->of = (struct wici_head){e->feed->row.key, e->row.entry.header.seq,
				   e->row.id};
	return WICI_OK;
}

/* What is erased already keeps the signatures it has. */
static enum wici_err find_before(struct node *n, struct erasing *e)
{
	const struct erasure *held = erase_of(n, &e->of);
	struct statement_row row;
	enum wici_err err;

	e->is_held = held != NULL;
	if (!held)
		return WICI_OK;
	err = statement_get(n->store, &held->id, &row);
	if (err || row.bytes.len > sizeof(e->before_bytes))
		return err == WICI_NOT_FOUND ? WICI_OK : err;
	memcpy(e->before_bytes, row.bytes.p, row.bytes.len);
	if (wici_statement_decode(
		    &e->before, (struct wici_bytes){e->before_bytes,
						    row.bytes.len}) != WICI_OK)
		e->before.sigs_count = 0; /* Spoilt: it is made anew. */
	return WICI_OK;
}

/* May this installation's identity key sign it, alone? */
static enum wici_err check_signer(struct call *call, const struct erasing *e)
{
	const struct node *n = call->node;
	const struct wici_policy *p = &n->roster.policy;
	const struct wici_member *m;
	bool is_present, is_root = false;

	if (!n->keys.has_identity)
		return method_refuse(call, WICI_NOT_FOUND,
				     "the identity key is not on this machine");
	m = wici_roster_of_key(&n->roster, &n->keys.identity, &is_present);
	if (m && is_present && wici_key_equal(&m->identity, &e->feed->whose))
		return WICI_OK;
	for (size_t i = 0; i < p->keys_count; i++)
		is_root |= wici_key_equal(&p->keys[i], &n->keys.identity);
	if (is_root && p->threshold == 1)
		return WICI_OK;
	return method_refuse(
		call, WICI_NOT_PERMITTED,
		is_root ? "what another institution has published only it "
			  "erases, or the root, and that takes more keys than "
			  "the one here: this version cannot gather them"
			: "only the institution that published it erases a "
			  "record, with its present identity key");
}

static enum wici_err check(struct call *call, struct erasing *e)
{
	struct node *n = call->node;
	enum wici_err err = find_entry_of(call, e);

	if (err)
		return err;
	if (!n->has_network)
		return WICI_NOT_MEMBER;
	if (!wici_erase_may(&e->row.entry.header))
		return method_refuse(call, WICI_NOT_PERMITTED,
				     "what gives or takes a right, or says of "
				     "one that it stands, is never erased; it "
				     "has no free text, and a reason is a "
				     "record of its own");
	err = check_signer(call, e);
	if (err)
		return err;
	if (n->is_read_only || n->is_full)
		return WICI_FULL;
	return find_before(n, e);
}

static enum wici_err sign(struct call *call, const struct erasing *e,
			  struct wici_mp_writer *w, struct wici_erase *made)
{
	struct node *n = call->node;
	struct wici_secret secret;
	struct wici_erase_make make = {.of = e->of,
				       .network = n->network,
				       .key = n->keys.identity,
				       .secret = &secret};
	enum wici_err err;

	if (e->is_held && e->before.sigs_count)
		make.before = &e->before;
	err = keys_identity_secret(&n->keys, n->dir_fd, call->unlock, &secret);
	if (err == WICI_PASSPHRASE)
		return method_refuse(call, err,
				     "the identity key is under a passphrase");
	if (!err)
		err = wici_erase_write(w, &make, made);
	sodium_memzero(&secret, sizeof(secret));
	return err;
}

static enum wici_err carry_out(struct call *call, const struct erasing *e)
{
	uint8_t buf[WICI_ERASE_LEN_MAX];
	struct node *n = call->node;
	struct wici_mp_writer w;
	struct wici_statement s;
	struct wici_erase made;
	struct wici_bytes bytes, reason;
	enum wici_err err;

	wici_mp_writer_init(&w, buf, sizeof(buf));
	err = sign(call, e, &w, &made);
	if (!err)
		err = wici_mp_written(&w, &bytes);
	if (!err)
		err = wici_statement_decode(&s, bytes);
	if (!err)
		err = erase_receive(n, 0, &s, bytes);
	/* Whoever is erased already stays so; nothing else is in its way. */
	if (err == WICI_END)
		err = e->is_held ? WICI_OK : WICI_INTERNAL;
	if (err)
		return err;
	erase_now(n);
	(void)method_str(call, "reason", &reason);
	return erase_set_reason(n, &made.id, reason);
}

/* What the record took the place of stands again: it may have to go too. */
static void write_before(struct call *call, const struct wici_kind *kind,
			 struct wici_bytes replaced)
{
	struct wici_mp_writer *w = call->result;

	wici_mp_str(w, "kind");
	wici_mp_str(w, kind ? kind->name : "");
	wici_mp_str(w, "supersedes");
	if (replaced.p)
		wici_mp_hex(w, replaced.p, replaced.len);
	else
		wici_mp_nil(w);
}

static enum wici_err record_erase_method(struct call *call)
{
	struct wici_mp_writer *w = call->result;
	struct erasing e = {.is_held = false};
	struct wici_bytes replaced = {NULL, 0};
	const struct wici_kind *kind;
	struct wici_id id;
	enum wici_err err = check(call, &e);

	if (err)
		return err;
	kind = wici_kind_by_number(e.row.entry.header.kind);
	if (kind && e.row.entry.has_payload &&
	    view_superseded(kind, e.row.entry.payload, &replaced) &&
	    replaced.len == WICI_ID_LEN) {
		memcpy(id.b, replaced.p, WICI_ID_LEN);
		replaced.p = id.b;
	}
	if (!method_is_set(call, "dry_run"))
		err = carry_out(call, &e);
	if (err)
		return err;
	wici_mp_map(w, 7);
	wici_mp_str(w, "was_erased");
	wici_mp_bool(w, e.is_held);
	wici_mp_str(w, "id");
	wici_mp_hex(w, e.of.id.b, WICI_ID_LEN);
	wici_mp_str(w, "feed");
	wici_mp_hex(w, e.of.feed.b, WICI_KEY_LEN);
	wici_mp_str(w, "seq");
	wici_mp_uint(w, e.of.seq);
	write_before(call, kind, replaced);
	view_erasure(w, call->node, &e.of);
	return WICI_OK;
}

const struct method methods_erase[] = {
	{.name = "record.erase",
	 .params = erase_params,
	 .needs_index = true,
	 .needs_unlock = true,
	 .function = record_erase_method},
	{.name = NULL},
};
