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
#include "proto/mp_read.h"

static const struct wici_field erase_params[] = {
	PARAM("dry_run", BOOL, .flags = 0),
	PARAM("elsewhere", BOOL, .flags = 0),
	PARAM("id", RECORD, .flags = WICI_REQUIRED),
	PARAM_LINE("passphrase", 2000, 0),
	PARAM_LINE("reason", ERASE_REASON_MAX, WICI_REQUIRED),
	PARAM("statement", BYTES, .len_max = 0, .flags = 0),
	PARAM_END,
};

struct erasing {
	struct wici_head of;
	struct entry_row row;
	const struct feed *feed;
	bool is_held; /* An erasure is: it may be signed anew. */
	/* Who has signed so far: elsewhere, or before. */
	uint8_t bytes[WICI_ERASE_LEN_MAX];
	struct wici_statement s;
};

static enum wici_err find_entry_of(struct call *call, struct erasing *e)
{
	enum wici_err err = method_load_record(call, &e->row);

	if (err)
		return err;
	e->feed = feeds_by_n(&call->node->feeds, e->row.feed_n);
	if (!e->feed)
		return WICI_STORE;
	e->of = (struct wici_head){e->feed->row.key, e->row.entry.header.seq,
				   e->row.id};
	return WICI_OK;
}

static enum wici_err keep(struct erasing *e, struct wici_bytes bytes)
{
	if (bytes.len > sizeof(e->bytes))
		return WICI_REJECT_STATEMENT;
	memcpy(e->bytes, bytes.p, bytes.len);
	bytes.p = e->bytes;
	return wici_statement_decode(&e->s, bytes);
}

/* Cards sign where they are kept. */
static enum wici_err take_given(struct call *call, struct erasing *e)
{
	const struct wici_id *network = &call->node->network;
	struct wici_mp_reader r;
	struct wici_erase is;
	struct wici_bytes raw;
	struct wici_mp v;
	enum wici_err err;

	(void)method_raw(call, "statement", &raw);
	wici_mp_reader_init(&r, WICI_MP_LENIENT, raw);
	err = wici_mp_expect(&r, WICI_MP_BIN, &v);
	if (!err)
		err = keep(e, v.bytes);
	if (!err)
		err = wici_erase_read(&is, &e->s, network);
	if (!err)
		err = wici_erase_verify(&e->s, network);
	if (!err &&
	    (is.of.seq != e->of.seq || !wici_id_equal(&is.of.id, &e->of.id) ||
	     !wici_key_equal(&is.of.feed, &e->of.feed)))
		err = WICI_REJECT_STATEMENT;
	return err ? method_refuse(call, WICI_BAD_FIELD,
				   "this is no erasure of this record")
		   : WICI_OK;
}

/* What is erased already keeps the signatures that it has. */
static enum wici_err find_signers(struct call *call, struct erasing *e)
{
	struct node *n = call->node;
	const struct erasure *held = erase_of(n, &e->of);
	struct statement_row row;
	enum wici_err err;

	e->is_held = held != NULL;
	if (method_has(call, "statement"))
		return take_given(call, e);
	if (!held)
		return WICI_OK;
	err = statement_get(n->store, &held->id, &row);
	if (err)
		return err == WICI_NOT_FOUND ? WICI_OK : err;
	if (keep(e, row.bytes)) /* Spoilt: it is made anew. */
		e->s.sigs_count = 0;
	return WICI_OK;
}

/* How many root keys have signed; and would with this one, if it is one. */
static size_t count_root(const struct node *n, const struct wici_statement *s,
			 const struct wici_key *too)
{
	const struct wici_policy *p = &n->roster.policy;
	size_t count = 0;

	for (size_t i = 0; i < p->keys_count; i++) {
		count += (too && wici_key_equal(&p->keys[i], too)) ||
			 wici_statement_has_signed(s, &p->keys[i]);
	}
	return count;
}

static bool is_enough(const struct node *n, const struct erasing *e)
{
	return wici_erase_is_right(&e->s, &n->roster, &e->feed->whose);
}

/* Is the key that is here the institution's present one? */
static bool is_present_key(const struct node *n, const struct erasing *e)
{
	bool is_present = false;
	const struct wici_member *m =
		wici_roster_of_key(&n->roster, &n->keys.identity, &is_present);

	return n->keys.has_identity && m && is_present &&
	       wici_key_equal(&m->identity, &e->feed->whose);
}

/* Does the key that is here, or may be, make it enough? */
static bool can_sign(const struct node *n, const struct erasing *e)
{
	const struct wici_key *key = &n->keys.identity;

	if (!n->keys.has_identity)
		return false;
	return is_present_key(n, e) ||
	       (count_root(n, &e->s, key) > count_root(n, &e->s, NULL) &&
		count_root(n, &e->s, key) >= n->roster.policy.threshold);
}

/* Only root keys add up: whoever else has signed it would but take room, and
 * there is some for sixteen. */
static void keep_root(const struct node *n, struct wici_statement *s)
{
	const struct wici_policy *p = &n->roster.policy;
	uint8_t kept = 0;

	for (size_t i = 0; i < s->sigs_count; i++) {
		for (size_t at = 0; at < p->keys_count; at++) {
			if (!wici_key_equal(&p->keys[at], &s->sigs[i].key))
				continue;
			s->sigs[kept++] = s->sigs[i];
			break;
		}
	}
	s->sigs_count = kept;
}

static enum wici_err check_signers(struct call *call, const struct erasing *e)
{
	const struct node *n = call->node;
	const struct wici_key *self = node_identity(n);

	if (is_enough(n, e) || can_sign(n, e) ||
	    (method_is_set(call, "dry_run") &&
	     method_is_set(call, "elsewhere")))
		return WICI_OK;
	if (self && wici_key_equal(self, &e->feed->whose))
		return method_refuse(call, WICI_NOT_PERMITTED,
				     "the institution's present identity key "
				     "is not on this machine: --key CARD");
	fault_message(&call->fault,
		      "only the institution that published it erases a record, "
		      "or the root: root keys that have signed: %zu/%llu",
		      count_root(n, &e->s, NULL),
		      (unsigned long long)n->roster.policy.threshold);
	return method_refuse(call, WICI_NOT_PERMITTED,
			     "--key CARD, once for each key that is needed");
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
	if (n->is_read_only || n->is_full)
		return WICI_FULL;
	err = find_signers(call, e);
	return err ? err : check_signers(call, e);
}

/* By the key that is here, where those who have signed are not enough. */
static enum wici_err sign(struct call *call, struct erasing *e)
{
	struct node *n = call->node;
	uint8_t buf[WICI_ERASE_LEN_MAX];
	struct wici_secret secret;
	struct wici_erase_make make = {.of = e->of,
				       .network = n->network,
				       .key = n->keys.identity,
				       .secret = &secret};
	struct wici_mp_writer w;
	struct wici_erase made;
	struct wici_bytes bytes;
	enum wici_err err;

	if (is_enough(n, e))
		return WICI_OK;
	if (is_present_key(n, e))
		e->s.sigs_count = 0; /* It is enough alone. */
	keep_root(n, &e->s);
	if (e->s.sigs_count)
		make.before = &e->s;
	err = keys_identity_secret(&n->keys, n->dir_fd, call->unlock, &secret);
	if (err == WICI_PASSPHRASE)
		return method_refuse(call, err,
				     "the identity key is under a passphrase");
	wici_mp_writer_init(&w, buf, sizeof(buf));
	if (!err)
		err = wici_erase_write(&w, &make, &made);
	sodium_memzero(&secret, sizeof(secret));
	if (!err)
		err = wici_mp_written(&w, &bytes);
	return err ? err : keep(e, bytes);
}

static enum wici_err carry_out(struct call *call, struct erasing *e)
{
	struct node *n = call->node;
	struct wici_mp_writer w;
	struct wici_bytes bytes, reason;
	uint8_t buf[WICI_ERASE_LEN_MAX];
	enum wici_err err = sign(call, e);

	if (err)
		return err;
	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_statement_encode(&w, &e->s);
	err = wici_mp_written(&w, &bytes);
	if (!err)
		err = erase_receive(n, 0, &e->s, bytes);
	/* Whoever is erased already stays so; nothing else is in its way. */
	if (err == WICI_END)
		err = e->is_held ? WICI_OK : WICI_INTERNAL;
	if (err)
		return err;
	erase_now(n);
	(void)method_str(call, "reason", &reason);
	return erase_set_reason(n, &e->s.id, reason);
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
	wici_mp_map(w, 8);
	wici_mp_str(w, "network");
	wici_mp_hex(w, call->node->network.b, WICI_ID_LEN);
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
