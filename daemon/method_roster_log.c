/* daemon/method_roster_log.c — roster.log: every change of the root that is
 * held, by version, what it does and who approved it. */
#include "daemon/method_private.h"
#include "daemon/method_propose.h"
#include "daemon/page.h"

#include <stdio.h>
#include <stdlib.h>

static const struct wici_field log_params[] = {PARAM_PAGE, PARAM_END};

/* Which are on the way from the founding to the roster. */
static void walk(const struct node *n, bool *stands)
{
	const struct wici_root_row *row;
	uint64_t version = 0;
	struct wici_id id = n->network;
	bool is_forked;

	while (version < n->roster.version &&
	       (row = wici_root_next(n->changes, n->changes_count, version, &id,
				     &is_forked))) {
		stands[row - n->changes] = true;
		version = row->version;
		id = row->id;
	}
}

/* standing: in force. rival: approved, and another one contradicts it. choice:
 * says which of rivals stands. waiting: what it follows is not here yet.
 * newer: this version of wici cannot read it. evidence: it stands no longer, or
 * never did. */
static const char *state_of(const struct node *n,
			    const struct wici_root_row *row, bool stands)
{
	const struct wici_roster *r = &n->roster;

	if (!row->is_approved)
		return "waiting";
	if (stands)
		return "standing";
	if (row->is_choice)
		return "choice";
	if (row->version != r->version + 1 ||
	    !wici_id_equal(&row->prev, &r->id))
		return row->version > r->version ? "waiting" : "evidence";
	if (r->is_forked)
		return "rival";
	return r->needs_newer ? "newer" : "evidence";
}

/* The policy in force where the change belongs; NULL: not known. */
static const struct wici_policy *policy_before(const struct node *n,
					       const struct wici_root_row *row,
					       const struct wici_change *c)
{
	if (c->has_found)
		return &c->policy;
	for (size_t i = 0; i < n->changes_count; i++)
		if (n->changes[i].is_approved &&
		    wici_id_equal(&n->changes[i].id, &row->prev))
			return &n->changes[i].policy;
	return NULL;
}

static bool is_signer(const struct wici_policy *p, const struct wici_key *key)
{
	for (size_t i = 0; p && i < p->keys_count; i++)
		if (wici_key_equal(&p->keys[i], key))
			return true;
	return false;
}

static void write_approvals(struct wici_mp_writer *w,
			    const struct wici_policy *before,
			    const struct wici_change *c,
			    const struct wici_statement *s)
{
	uint64_t have = 0, need = 0;
	uint32_t keys = 0;

	if (before)
		propose_count(before, c, s, &have, &need);
	for (size_t i = 0; i < s->sigs_count; i++)
		keys += is_signer(before, &s->sigs[i].key);
	wici_mp_str(w, "approvals");
	wici_mp_map(w, 3);
	wici_mp_str(w, "have");
	wici_mp_uint(w, have);
	wici_mp_str(w, "need");
	wici_mp_uint(w, need);
	wici_mp_str(w, "keys");
	wici_mp_array(w, keys);
	for (size_t i = 0; i < s->sigs_count; i++)
		if (is_signer(before, &s->sigs[i].key))
			wici_mp_hex(w, s->sigs[i].key.b, WICI_KEY_LEN);
}

/* What cannot be read is left out: it was read when it was taken in. */
static void write_change(struct page *p, const struct wici_root_row *row,
			 bool stands)
{
	const struct node *n = p->node;
	const struct wici_change_names names = method_names(n);
	struct wici_mp_writer *w = &p->items.w;
	struct wici_statement s;
	struct wici_change c;

	if (wici_statement_decode(&s, row->bytes) || wici_change_decode(&c, &s))
		return;
	wici_mp_map(w, 6);
	wici_mp_str(w, "id");
	wici_mp_hex(w, s.id.b, WICI_ID_LEN);
	wici_mp_str(w, "version");
	wici_mp_uint(w, c.version);
	wici_mp_str(w, "prev");
	wici_mp_hex(w, c.prev.b, WICI_ID_LEN);
	wici_mp_str(w, "state");
	wici_mp_str(w, state_of(n, row, stands));
	write_approvals(w, policy_before(n, row, &c), &c, &s);
	wici_mp_str(w, "ops");
	wici_change_view(w, &c, &names);
	p->count++;
}

/* By version; "after" is the place of the last one shown. */
static enum wici_err roster_log(struct call *call)
{
	struct node *n = call->node;
	bool *stands = growing_alloc(n->changes_count);
	struct page p;
	int64_t feed, at = 0;
	enum wici_err err = method_needs_roster(call);

	if (!err)
		err = page_take_after(call, &feed, &at);
	if (!err) {
		walk(n, stands);
		page_init(&p, call);
		for (; at >= 0 && (size_t)at < n->changes_count; at++) {
			if (page_is_full(&p)) {
				(void)snprintf(p.next, sizeof(p.next), "%lld",
					       (long long)at);
				break;
			}
			write_change(&p, &n->changes[at], stands[at]);
		}
		page_end(&p, call->result);
	}
	free(stands);
	return err;
}

const struct method methods_roster_log[] = {
	{.name = "roster.log", .params = log_params, .function = roster_log},
	{.name = NULL},
};
