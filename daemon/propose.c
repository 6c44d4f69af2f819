/* daemon/propose.c — A change from its ops to where it takes effect: made,
 * approved, counted, submitted.
 *
 * Two approvals of one key for two changes of one version are what makes a
 * root fork. So the book notes what each key approved here, before the
 * approval leaves this function. */
#include "daemon/propose_private.h"

#include "daemon/keys.h"
#include "daemon/receive.h"
#include "daemon/statements.h"
#include "daemon/store/book.h"
#include "proto/require.h"

#include <stdio.h>

#define NOTE_LEN (sizeof(uint64_t) + WICI_ID_LEN)

void proposal_init(struct proposal *p, struct node *n, struct fault *fault)
{
	memset(p, 0, sizeof(*p));
	p->n = n;
	p->fault = fault;
	growing_init(&p->ops, WICI_STATEMENT_LEN_MAX);
	growing_init(&p->bytes, WICI_STATEMENT_LEN_MAX);
}

void proposal_clear(struct proposal *p)
{
	growing_clear(&p->ops);
	growing_clear(&p->bytes);
}

void propose_count(const struct wici_policy *before,
		   const struct wici_change *c, const struct wici_statement *s,
		   uint64_t *have, uint64_t *need)
{
	uint64_t have_next;

	*have = wici_policy_count(before, &c->network, s);
	*need = before->threshold;
	/* PROTOCOL §5.2: "A change with op 26 is approved by all keys or not at
	 * all" */
	if (c->has_choice)
		*need = before->keys_count;
	if (!c->has_policy)
		return;
	have_next = wici_policy_count(&c->policy, &c->network, s);
	if (have_next + *need < *have + c->policy.threshold) {
		*have = have_next;
		*need = c->policy.threshold;
	}
}

static void count(struct proposal *p)
{
	propose_count(p->change.has_found ? &p->change.policy
					  : &p->n->roster.policy,
		      &p->change, &p->s, &p->have, &p->need);
}

static enum wici_err decode(struct proposal *p)
{
	enum wici_err err =
		wici_statement_decode(&p->s, growing_bytes(&p->bytes));

	return err ? err : wici_change_decode(&p->change, &p->s);
}

/* s, whose body may stand in p->bytes, becomes the statement. */
static enum wici_err encode(struct proposal *p, const struct wici_statement *s)
{
	struct growing next;
	enum wici_err err;

	growing_init(&next, WICI_STATEMENT_LEN_MAX);
	wici_statement_encode(&next.w, s);
	growing_clear(&p->bytes);
	p->bytes = next;
	err = p->bytes.w.overflow ? WICI_TOO_LARGE : decode(p);
	if (err)
		return propose_refuse(p, WICI_TOO_LARGE,
				      "it does not fit into one change");
	count(p);
	return WICI_OK;
}

/* --- What a key has approved ----------------------------------------------- */

/* An op 26 stands beside the changes that it chooses from. */
static void note_name(const struct proposal *p, const struct wici_key *key,
		      char out[80])
{
	char hex[WICI_HEX_LEN + 1];

	wici_hex(hex, key->b, WICI_KEY_LEN);
	(void)snprintf(out, 80, "%s:%s",
		       p->change.has_choice ? "chose" : "approved", hex);
}

/* Among the changes held, is there one of this version that the key has
 * approved, and that is not this one? A restored installation's book knows
 * nothing. */
static bool has_approved_held(const struct proposal *p,
			      const struct wici_key *key)
{
	const struct node *n = p->n;

	for (size_t i = 0; i < n->changes_count; i++) {
		const struct wici_root_row *row = &n->changes[i];
		struct wici_statement s;

		if (row->version != p->change.version ||
		    row->is_choice != p->change.has_choice ||
		    wici_id_equal(&row->id, &p->s.id) ||
		    wici_statement_decode(&s, row->bytes))
			continue;
		for (size_t k = 0; k < s.sigs_count; k++)
			if (wici_key_equal(&s.sigs[k].key, key))
				return true;
	}
	return false;
}

static enum wici_err check_rival(struct proposal *p, const struct wici_key *key,
				 bool is_instead)
{
	uint8_t note[NOTE_LEN];
	char name[80];
	size_t len = 0;
	enum wici_err err;

	note_name(p, key, name);
	err = book_get_blob(p->n->store, name, note, sizeof(note), &len);
	if (err && err != WICI_NOT_FOUND)
		return err;
	if (!err && !is_instead && len == sizeof(note) &&
	    wici_get_u64(note) == p->change.version &&
	    memcmp(note + 8, p->s.id.b, WICI_ID_LEN) != 0)
		return propose_refuse(
			p, WICI_NOT_PERMITTED,
			"this key has approved another change of this "
			"version; --instead, when that one was given up "
			"and its file destroyed");
	if (has_approved_held(p, key))
		return propose_refuse(
			p, WICI_NOT_PERMITTED,
			"this key has approved another change of this "
			"version, and that one is known already");
	return WICI_OK;
}

static enum wici_err write_note(struct proposal *p, const struct wici_key *key)
{
	uint8_t note[NOTE_LEN];
	char name[80];

	note_name(p, key, name);
	wici_put_u64(note, p->change.version);
	memcpy(note + 8, p->s.id.b, WICI_ID_LEN);
	p->n->wants_commit = true;
	return book_set_blob(p->n->store, name,
			     (struct wici_bytes){note, sizeof(note)});
}

/* --- Approving --------------------------------------------------------------- */

/* A new root key counts in the policy that the change itself brings. */
static bool may_approve(const struct proposal *p, const struct wici_key *key)
{
	const struct wici_policy *next = &p->change.policy;

	for (size_t i = 0; p->change.has_policy && i < next->keys_count; i++)
		if (wici_key_equal(&next->keys[i], key))
			return true;
	return propose_is_root_key(&p->n->roster.policy, key);
}

static enum wici_err sign(struct proposal *p, const struct propose_signing *how)
{
	struct node *n = p->n;
	struct wici_statement s = p->s;
	struct wici_signer signer;
	struct wici_secret secret;
	enum wici_err err;

	if (s.sigs_count == WICI_STATEMENT_SIGS_MAX)
		return WICI_TOO_LARGE;
	err = check_rival(p, &n->keys.identity, how->is_instead);
	if (!err)
		err = keys_identity_secret(&n->keys, n->dir_fd, how->unlock,
					   &secret);
	if (err == WICI_PASSPHRASE)
		return propose_refuse(p, err,
				      "the identity key is under a passphrase");
	if (err)
		return err;
	wici_change_approve(&signer, &p->change.network, &s.id,
			    &n->keys.identity, &secret);
	sodium_memzero(&secret, sizeof(secret));
	err = write_note(p, &n->keys.identity);
	if (err)
		return err;
	wici_statement_sign(&s, &signer);
	return encode(p, &s);
}

enum wici_err proposal_approve(struct proposal *p,
			       const struct propose_signing *how)
{
	const struct node *n = p->n;

	if (!n->keys.has_identity || !may_approve(p, &n->keys.identity))
		return propose_refuse(
			p, WICI_NOT_PERMITTED,
			"this installation's key is no root key: approve "
			"with a card, --key CARD");
	if (wici_statement_has_signed(&p->s, &n->keys.identity))
		return propose_refuse(p, WICI_NOT_PERMITTED,
				      "this key has approved it already");
	if (n->is_read_only || n->is_full)
		return WICI_FULL;
	return sign(p, how);
}

/* --- From the ops, from others ----------------------------------------------- */

enum wici_err proposal_make(struct proposal *p,
			    const struct propose_signing *how)
{
	struct node *n = p->n;
	struct wici_statement s = {.type = WICI_STATEMENT_CHANGE};
	struct growing body;
	enum wici_err err;

	if (n->is_read_only || n->is_full)
		return WICI_FULL;
	growing_init(&body, WICI_STATEMENT_LEN_MAX);
	wici_change_begin(&body.w, &n->network, p->ops_count);
	wici_mp_raw(&body.w, growing_bytes(&p->ops));
	wici_change_end(&body.w, &n->roster.id, n->roster.version + 1);
	if (p->ops.w.overflow || body.w.overflow) {
		err = propose_refuse(p, WICI_TOO_LARGE,
				     "it does not fit into one change");
	} else {
		s.body = growing_bytes(&body);
		err = encode(p, &s);
	}
	growing_clear(&body);
	if (!err && n->keys.has_identity && may_approve(p, &n->keys.identity))
		err = sign(p, how);
	return err ? err : proposal_submit(p);
}

static bool is_rival(const struct node *n, const struct wici_id *id)
{
	for (size_t i = 0; i < n->changes_count; i++) {
		const struct wici_root_row *row = &n->changes[i];

		if (wici_id_equal(&row->id, id))
			return row->is_approved && !row->is_choice &&
			       row->version == n->roster.version + 1;
	}
	return false;
}

/* Can it be the next change here? */
static enum wici_err check_next(struct proposal *p)
{
	const struct node *n = p->n;
	const struct wici_roster *r = &n->roster;
	const struct wici_change *c = &p->change;

	if (!wici_id_equal(&c->network, &n->network))
		return propose_refuse(p, WICI_NOT_PERMITTED,
				      "this change is of another network");
	if (statements_has(n, &p->s.id))
		return propose_refuse(
			p, WICI_NOT_PERMITTED,
			"this change has been made already: `wici roster "
			"log`");
	if (c->version <= r->version)
		return propose_refuse(
			p, WICI_NOT_PERMITTED,
			"another change of this version is in force: "
			"propose it anew");
	if (c->version > r->version + 1)
		return propose_refuse(
			p, WICI_NOT_PERMITTED,
			"changes that come before it are not here yet: "
			"`wici sync --wait`");
	if (!wici_id_equal(&c->prev, &r->id))
		return propose_refuse(
			p, WICI_NOT_PERMITTED,
			"it follows a change that does not stand: "
			"propose it anew");
	if (c->needs_newer)
		return propose_refuse(
			p, WICI_NEWER_NEEDED,
			"it does something that this version of wici "
			"does not know");
	if (c->has_choice && !is_rival(n, &c->chosen))
		return propose_refuse(
			p, WICI_NOT_PERMITTED,
			"the change that it names is none of those that "
			"contradict each other here");
	return WICI_OK;
}

enum wici_err proposal_take(struct proposal *p, struct wici_bytes bytes)
{
	static const struct wici_bytes none = {NULL, 0};

	wici_mp_raw(&p->bytes.w, bytes);
	if (p->bytes.w.overflow || decode(p))
		return fault_set(p->fault, WICI_BAD_FIELD, "statement",
				 "change", none);
	count(p);
	return check_next(p);
}

enum wici_err proposal_submit(struct proposal *p)
{
	struct node *n = p->n;
	enum wici_err err;

	if (p->have < p->need)
		return WICI_OK;
	err = node_receive_statement(n, 0, growing_bytes(&p->bytes));
	if (err == WICI_END)
		err = WICI_OK;
	p->is_effective =
		!err && (wici_id_equal(&n->roster.id, &p->s.id) ||
			 (p->change.has_choice && !n->roster.is_forked));
	return err;
}
