/* proto/change.c — Changes of the root: the body read strictly, its ops told
 * apart, and its frame written. Lists in ops are read in proto/op_read.c and
 * written in proto/op_write.c. */
#include "proto/change.h"

#include "proto/form.h"
#include "proto/mp_read.h"
#include "proto/op.h"
#include "proto/text.h"

static bool read_found(struct wici_change *c, struct wici_bytes op)
{
	struct wici_form f;
	struct wici_bytes policy;

	c->has_found = true;
	wici_form_init(&f, op);
	wici_form_map(&f, 4);
	c->name = wici_form_str(&f, "name");
	(void)wici_form_uint(&f, "op");
	policy = wici_form_raw(&f, "policy");
	wici_form_bin(&f, "salt", c->salt.b, WICI_SALT_LEN);
	return f.ok && c->name.len >= 1 &&
	       c->name.len <= WICI_NETWORK_NAME_LEN_MAX &&
	       wici_text_is_line(c->name) &&
	       wici_policy_decode(&c->policy, policy) == WICI_OK &&
	       c->policy.version == 1;
}

/* Op 22 has a field more than 4: the feeds before it. */
static bool read_registrar(struct wici_change *c, struct wici_bytes op,
			   bool has_before)
{
	struct wici_closed closed[WICI_CLOSED_MAX];
	struct wici_form f;

	if (c->has_registrar)
		return false;
	c->has_registrar = true;
	wici_form_init(&f, op);
	wici_form_map(&f, has_before ? 5 : 4);
	if (has_before)
		c->before_count = wici_op_closed(&f, 1, closed);
	wici_form_bin(&f, "feed", c->registrar.feed.b, WICI_KEY_LEN);
	wici_form_bin(&f, "id", c->registrar.id.b, WICI_ID_LEN);
	(void)wici_form_uint(&f, "op");
	c->registrar.seq = wici_op_seq(&f);
	if (!f.ok || !wici_op_is_closed_once(closed, c->before_count,
					     &c->registrar.feed))
		return false;
	for (size_t i = 0; i < c->before_count; i++)
		c->before[i] = closed[i].cut;
	return true;
}

static bool read_policy(struct wici_change *c, struct wici_bytes op)
{
	struct wici_form f;
	struct wici_bytes policy;

	c->has_policy = true;
	wici_form_init(&f, op);
	wici_form_map(&f, 2);
	(void)wici_form_uint(&f, "op");
	policy = wici_form_raw(&f, "policy");
	return f.ok && wici_policy_decode(&c->policy, policy) == WICI_OK;
}

static bool read_stands(struct wici_change *c, struct wici_bytes op)
{
	struct wici_form f;

	c->has_choice = true;
	wici_form_init(&f, op);
	wici_form_map(&f, 2);
	wici_form_bin(&f, "id", c->chosen.b, WICI_ID_LEN);
	(void)wici_form_uint(&f, "op");
	return f.ok;
}

/* Where an op is kept whose rows are read later; NULL: no such op. */
static struct wici_bytes *slot_of(struct wici_change *c, uint64_t number)
{
	switch (number) {
	case WICI_OP_ISSUERS:
		return &c->issuers;
	case WICI_OP_SUSPEND:
		return &c->suspend;
	case WICI_OP_REKEY:
		return &c->rekey;
	case WICI_OP_REINSTATE:
		return &c->reinstate;
	case WICI_OP_REVOKE:
		return &c->revoke;
	case WICI_OP_WITNESSES:
		return &c->witnesses;
	case WICI_OP_QUOTAS:
		return &c->quotas;
	case WICI_OP_RELAYS:
		return &c->relays;
	case WICI_OP_LIFT:
		return &c->lift;
	case WICI_OP_FEEDS:
		return &c->feeds;
	default:
		return NULL;
	}
}

static bool read_op(struct wici_change *c, uint64_t number,
		    struct wici_bytes op)
{
	struct wici_bytes *slot = slot_of(c, number);

	if (slot) {
		*slot = op;
		return wici_op_is_good((enum wici_op)number, op);
	}
	switch (number) {
	case WICI_OP_FOUND:
		return read_found(c, op);
	case WICI_OP_REGISTRAR:
		return read_registrar(c, op, false);
	case WICI_OP_REGISTRARS:
		return read_registrar(c, op, true);
	case WICI_OP_POLICY:
		return read_policy(c, op);
	case WICI_OP_STANDS:
		return read_stands(c, op);
	default:
		/* PROTOCOL §5.2: "an odd one is ignored" */
		if (number % 2 == 0)
			c->needs_newer = true;
		return true;
	}
}

static bool read_number(struct wici_bytes op, uint64_t *number)
{
	struct wici_bytes value;
	struct wici_form f;

	/* Of canonical maps alone: what is no map has no field. */
	if (wici_mp_find(WICI_MP_CANONICAL, op, "op", &value) != WICI_OK)
		return false;
	wici_form_init(&f, value);
	*number = wici_form_uint(&f, NULL);
	return f.ok;
}

/* PROTOCOL §5.2: "Body and known ops have exactly the fields named here, and an
 * op stands in a change once at most, 4 and 22 not both" */
static bool read_ops(struct wici_form *f, struct wici_change *c)
{
	uint32_t count = wici_form_array(f, "ops", 0, WICI_OPS_MAX);
	uint64_t numbers[WICI_OPS_MAX];

	for (uint32_t i = 0; f->ok && i < count; i++) {
		struct wici_bytes op = wici_form_raw(f, NULL);

		if (!f->ok || !read_number(op, &numbers[i]))
			return false;
		for (uint32_t k = 0; k < i; k++) {
			if (numbers[k] == numbers[i])
				return false;
		}
		/* Both have a policy; the one founded with is the first. */
		if (c->has_found && numbers[i] == WICI_OP_POLICY)
			return false;
		if (c->has_policy && numbers[i] == WICI_OP_FOUND)
			return false;
		if (!read_op(c, numbers[i], op))
			return false;
	}
	/* PROTOCOL §5.2: "stands, alone in its change" */
	return f->ok && (!c->has_choice || count == 1);
}

enum wici_err wici_change_decode(struct wici_change *c,
				 const struct wici_statement *s)
{
	struct wici_form f;

	memset(c, 0, sizeof(*c));
	if (s->type != WICI_STATEMENT_CHANGE ||
	    wici_mp_check(WICI_MP_CANONICAL, s->body, NULL) != WICI_OK)
		return WICI_REJECT_STATEMENT;
	wici_form_init(&f, s->body);
	wici_form_map(&f, 4);
	wici_form_bin(&f, "network", c->network.b, WICI_ID_LEN);
	if (!read_ops(&f, c))
		return WICI_REJECT_STATEMENT;
	wici_form_bin(&f, "prev", c->prev.b, WICI_ID_LEN);
	c->version = wici_form_uint(&f, "version");
	if (!f.ok || c->version < 1 || c->version > WICI_SEQ_MAX ||
	    c->has_found != (c->version == 1))
		return WICI_REJECT_STATEMENT;
	/* PROTOCOL §5.2: "version 1 has prev = network id" */
	if (c->version == 1 && !wici_id_equal(&c->prev, &c->network))
		return WICI_REJECT_STATEMENT;
	return WICI_OK;
}

enum wici_err wici_change_founds(const struct wici_change *c,
				 const struct wici_id *network)
{
	struct wici_id id;

	if (!c->has_found ||
	    wici_network_id(&id, &c->policy, c->name, &c->salt) != WICI_OK ||
	    !wici_id_equal(&id, network))
		return WICI_REJECT_NETWORK;
	return WICI_OK;
}

enum wici_err wici_change_peek(const struct wici_statement *s,
			       const struct wici_id *network, uint64_t *version,
			       struct wici_id *prev)
{
	struct wici_change c;
	enum wici_err err = wici_change_decode(&c, s);

	if (err != WICI_OK)
		return err;
	if (!wici_id_equal(&c.network, network))
		return WICI_REJECT_NETWORK;
	if (c.version == 1) {
		err = wici_change_founds(&c, network);
		if (err != WICI_OK)
			return err;
	}
	*version = c.version;
	*prev = c.prev;
	return WICI_OK;
}

void wici_change_begin(struct wici_mp_writer *w, const struct wici_id *network,
		       uint32_t ops_count)
{
	wici_mp_map(w, 4);
	wici_mp_str(w, "network");
	wici_mp_bin(w, network->b, WICI_ID_LEN);
	wici_mp_str(w, "ops");
	wici_mp_array(w, ops_count);
}

void wici_change_end(struct wici_mp_writer *w, const struct wici_id *prev,
		     uint64_t version)
{
	wici_mp_str(w, "prev");
	wici_mp_bin(w, prev->b, WICI_ID_LEN);
	wici_mp_str(w, "version");
	wici_mp_uint(w, version);
}

void wici_change_approve(struct wici_signer *signer,
			 const struct wici_id *network,
			 const struct wici_id *id, const struct wici_key *key,
			 const struct wici_secret *secret)
{
	signer->key = *key;
	wici_sign(&signer->sig, WICI_DOMAIN_APPROVE, network,
		  (struct wici_bytes){id->b, WICI_ID_LEN}, secret);
}
