/* daemon/method_approve.c — roster.read, .approve, .submit: a change that
 * somebody brings, until enough root keys have approved it. */
#include "daemon/find.h"
#include "daemon/method_private.h"
#include "daemon/method_propose.h"

#include <stdlib.h>

static const struct wici_field read_params[] = {
	PARAM("statement", BYTES, .len_max = 0, .flags = WICI_REQUIRED),
	PARAM_END,
};
static const struct wici_field approve_params[] = {
	PARAM_LINE("passphrase", 2000, 0),
	PARAM("statement", BYTES, .len_max = 0, .flags = WICI_REQUIRED),
	PARAM_END,
};

enum wici_err method_needs_roster(struct call *call)
{
	const struct node *n = call->node;

	if (n->has_network && n->roster.version > 0)
		return WICI_OK;
	return method_refuse(call, WICI_NOT_FOUND,
			     "there is no network yet: `wici network create` "
			     "or `wici join`");
}

static const char *name_of_identity(const void *arg, const struct wici_key *key)
{
	return find_name(arg, key);
}

static const char *name_of_feed(const void *arg, const struct wici_key *key)
{
	const struct node *n = arg;
	const struct feed *f = feeds_find(&n->feeds, key);

	return f ? find_name(n, &f->whose) : NULL;
}

struct wici_change_names method_names(const struct node *n)
{
	return (struct wici_change_names){name_of_identity, name_of_feed, n};
}

/* Does one of these rows end this feed? */
static bool ends(const struct proposal *p, const struct wici_key *feed)
{
	const struct wici_change *c = &p->change;
	const struct wici_bytes ops[] = {c->suspend, c->rekey, c->reinstate,
					 c->feeds};
	struct wici_feed_row rows[WICI_ROWS_MAX];
	size_t count;

	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		if (!ops[i].p)
			continue;
		wici_change_rows(ops[i], rows, &count);
		for (size_t k = 0; k < count; k++)
			if (!rows[k].is_open &&
			    wici_key_equal(&rows[k].at.feed, feed))
				return true;
	}
	return false;
}

/* Who ends the feed that admits, or one that issues, must name another. */
static void write_notes(struct wici_mp_writer *w, const struct proposal *p)
{
	const struct wici_roster *r = &p->n->roster;
	bool ends_registrar = ends(p, &r->registrar.feed);
	bool ends_issuer = false;

	for (size_t i = 0; i < r->issuers_count; i++)
		ends_issuer = ends_issuer || ends(p, &r->issuers[i].at.feed);
	wici_mp_str(w, "notes");
	wici_mp_array(w, (uint32_t)ends_registrar + ends_issuer);
	if (ends_registrar)
		wici_mp_str(w, "ends_registrar");
	if (ends_issuer)
		wici_mp_str(w, "ends_issuer");
}

static void write_change(struct wici_mp_writer *w, const struct proposal *p)
{
	const struct wici_change_names names = method_names(p->n);

	wici_mp_str(w, "version");
	wici_mp_uint(w, p->change.version);
	wici_mp_str(w, "id");
	wici_mp_hex(w, p->s.id.b, WICI_ID_LEN);
	wici_mp_str(w, "have");
	wici_mp_uint(w, p->have);
	wici_mp_str(w, "need");
	wici_mp_uint(w, p->need);
	wici_mp_str(w, "ops");
	wici_change_view(w, &p->change, &names);
	write_notes(w, p);
}

void method_write_proposal(struct wici_mp_writer *w, const struct proposal *p)
{
	struct wici_bytes bytes = growing_bytes(&p->bytes);

	wici_mp_map(w, p->is_effective ? 7 : 8);
	wici_mp_str(w, "effective");
	wici_mp_bool(w, p->is_effective);
	write_change(w, p);
	if (p->is_effective)
		return;
	wici_mp_str(w, "statement");
	wici_mp_hex(w, bytes.p, bytes.len);
}

static void write_keys(struct wici_mp_writer *w, const char *field,
		       const struct wici_policy *policy)
{
	wici_mp_str(w, field);
	wici_mp_array(w, (uint32_t)policy->keys_count);
	for (size_t i = 0; i < policy->keys_count; i++)
		wici_mp_hex(w, policy->keys[i].b, WICI_KEY_LEN);
}

/* Reads it, and says what it is; changes nothing. root_keys: who may approve
 * it, by the policy in force, and next_keys by the one that it brings. */
static void write_read(struct wici_mp_writer *w, const struct proposal *p)
{
	bool has_policy = p->change.has_policy;

	wici_mp_map(w, has_policy ? 8 : 7);
	write_change(w, p);
	write_keys(w, "root_keys", &p->n->roster.policy);
	if (has_policy)
		write_keys(w, "next_keys", &p->change.policy);
}

static enum wici_err with_statement(struct call *call,
				    enum wici_err (*then)(struct call *call,
							  struct proposal *p))
{
	struct proposal *p = growing_alloc(sizeof(*p));
	struct wici_mp_reader r;
	struct wici_bytes raw;
	struct wici_mp v = {.type = WICI_MP_NIL};
	enum wici_err err = method_needs_roster(call);

	proposal_init(p, call->node, &call->fault);
	(void)method_raw(call, "statement", &raw);
	wici_mp_reader_init(&r, WICI_MP_LENIENT, raw);
	if (!err)
		err = wici_mp_expect(&r, WICI_MP_BIN, &v);
	if (!err)
		err = proposal_take(p, v.bytes);
	if (!err)
		err = then(call, p);
	proposal_clear(p);
	free(p);
	return err;
}

static enum wici_err then_read(struct call *call, struct proposal *p)
{
	write_read(call->result, p);
	return WICI_OK;
}

static enum wici_err then_submit(struct call *call, struct proposal *p)
{
	enum wici_err err = proposal_submit(p);

	if (!err)
		method_write_proposal(call->result, p);
	return err;
}

static enum wici_err then_approve(struct call *call, struct proposal *p)
{
	struct propose_signing how = {.unlock = call->unlock};
	enum wici_err err = proposal_approve(p, &how);

	return err ? err : then_submit(call, p);
}

static enum wici_err roster_read(struct call *call)
{
	return with_statement(call, then_read);
}

static enum wici_err roster_approve(struct call *call)
{
	return with_statement(call, then_approve);
}

static enum wici_err roster_submit(struct call *call)
{
	return with_statement(call, then_submit);
}

const struct method methods_approve[] = {
	{.name = "roster.read", .params = read_params, .function = roster_read},
	{.name = "roster.approve",
	 .params = approve_params,
	 .needs_unlock = true,
	 .function = roster_approve},
	{.name = "roster.submit",
	 .params = read_params,
	 .function = roster_submit},
	{.name = NULL},
};
