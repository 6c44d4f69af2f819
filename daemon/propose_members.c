/* daemon/propose_members.c — Whose key speaks for whom: institutions, and the
 * root itself.
 *
 * Everything that would be without effect is refused with a sentence: approvals
 * are gathered by hand. */
#include "daemon/propose_private.h"

static bool stays(const struct propose_stays *stays, const struct feed *f)
{
	if (!stays)
		return false;
	for (size_t i = 0; i < stays->count; i++)
		if (stays->feeds[i] == f)
			return true;
	return stays->is_all;
}

/* Every feed of the institution of which something counts: others do not count
 * without being named. */
static enum wici_err collect_rows(struct proposal *p,
				  const struct wici_key *identity,
				  const struct propose_stays *open,
				  struct wici_feed_row *rows, size_t *count)
{
	const struct feeds *feeds = &p->n->feeds;

	*count = 0;
	for (size_t i = 0; i < feeds->count; i++) {
		const struct feed *f = feeds->by_key[i];

		if (!wici_key_equal(&f->whose, identity) ||
		    f->counting_seq == 0)
			continue;
		if (*count == WICI_ROWS_MAX)
			return propose_refuse(
				p, WICI_TOO_LARGE,
				"this institution has too many feeds for "
				"one change");
		rows[*count].at.feed = f->row.key;
		rows[*count].at.seq = f->counting_seq;
		rows[*count].at.id = f->counting_id;
		rows[(*count)++].is_open = stays(open, f);
	}
	return WICI_OK;
}

static enum wici_err check_stays(struct proposal *p,
				 const struct wici_key *identity,
				 const struct propose_stays *open)
{
	for (size_t i = 0; i < open->count; i++)
		if (!wici_key_equal(&open->feeds[i]->whose, identity))
			return propose_refuse(
				p, WICI_NOT_PERMITTED,
				"a feed that is to go on is another "
				"institution's");
	return WICI_OK;
}

static enum wici_err find_member(struct proposal *p,
				 const struct wici_key *identity,
				 const struct wici_member **member)
{
	*member = wici_roster_member(&p->n->roster, identity);
	if (*member)
		return WICI_OK;
	return propose_refuse(p, WICI_NOT_FOUND,
			      "wici institution list names the members");
}

enum wici_err propose_suspend(struct proposal *p,
			      const struct wici_key *identity)
{
	struct wici_feed_row rows[WICI_ROWS_MAX];
	const struct wici_member *m;
	size_t count;
	enum wici_err err = find_member(p, identity, &m);

	if (!err && m->is_suspended)
		return propose_refuse(p, WICI_NOT_PERMITTED,
				      "this institution is suspended already");
	if (!err)
		err = collect_rows(p, identity, NULL, rows, &count);
	if (err)
		return err;
	wici_op_member(&p->ops.w, WICI_OP_SUSPEND, identity, NULL, rows, count);
	p->ops_count++;
	return WICI_OK;
}

/* PROTOCOL §5.2: "A key that was closed never returns" */
static enum wici_err check_new_key(struct proposal *p, enum wici_op op,
				   const struct wici_member *m,
				   const struct wici_key *key)
{
	const struct wici_roster *r = &p->n->roster;
	bool is_present;

	if (m->is_suspended && op == WICI_OP_REKEY)
		return propose_refuse(
			p, WICI_NOT_PERMITTED,
			"this institution is suspended: `wici roster "
			"reinstate` gives it a new key");
	if (!m->is_suspended && op == WICI_OP_REINSTATE)
		return propose_refuse(
			p, WICI_NOT_PERMITTED,
			"this institution is not suspended: `wici roster "
			"rekey` gives it a new key");
	if (wici_key_check(key))
		return propose_bad(p, "key", "bytes");
	if (wici_roster_of_key(r, key, &is_present))
		return propose_refuse(
			p, WICI_NOT_PERMITTED,
			"this key is or was an institution's: a key that "
			"was closed never returns, make a new one");
	return WICI_OK;
}

enum wici_err propose_key(struct proposal *p, enum wici_op op,
			  const struct wici_key *identity,
			  const struct wici_key *key,
			  const struct propose_stays *open)
{
	struct propose_policy policy = {.add_count = 1, .remove_count = 1};
	struct wici_feed_row rows[WICI_ROWS_MAX];
	const struct wici_member *m;
	size_t count;
	enum wici_err err = find_member(p, identity, &m);

	if (!err)
		err = check_new_key(p, op, m, key);
	if (!err)
		err = check_stays(p, identity, open);
	if (!err)
		err = collect_rows(p, identity, open, rows, &count);
	if (err)
		return err;
	wici_op_member(&p->ops.w, op, identity, key, rows, count);
	p->ops_count++;
	if (!propose_is_root_key(&p->n->roster.policy, &m->key))
		return WICI_OK;
	policy.add[0] = *key;
	policy.remove[0] = m->key;
	return propose_policy(p, &policy);
}

static enum wici_err change_keys(struct proposal *p,
				 const struct propose_policy *policy,
				 struct wici_key *keys, size_t *count)
{
	for (size_t i = 0; i < policy->remove_count; i++) {
		size_t at = 0;

		while (at < *count &&
		       !wici_key_equal(&keys[at], &policy->remove[i]))
			at++;
		if (at == *count)
			return propose_refuse(
				p, WICI_NOT_FOUND,
				"a key that is to go is no root key: "
				"`wici roster show` names them");
		keys[at] = keys[--*count];
	}
	for (size_t i = 0; i < policy->add_count; i++) {
		for (size_t k = 0; k < *count; k++)
			if (wici_key_equal(&keys[k], &policy->add[i]))
				return propose_refuse(
					p, WICI_NOT_PERMITTED,
					"a key that is to come is a root "
					"key already");
		if (*count == WICI_POLICY_KEYS_MAX)
			return propose_refuse(p, WICI_TOO_LARGE,
					      "there are 16 root keys at most");
		keys[(*count)++] = policy->add[i];
	}
	return WICI_OK;
}

enum wici_err propose_policy(struct proposal *p,
			     const struct propose_policy *policy)
{
	const struct wici_policy *now = &p->n->roster.policy;
	struct wici_key keys[WICI_POLICY_KEYS_MAX];
	size_t count = now->keys_count;
	uint64_t threshold = policy->threshold;
	struct wici_policy next;
	enum wici_err err;

	memcpy(keys, now->keys, sizeof(keys));
	err = change_keys(p, policy, keys, &count);
	if (err)
		return err;
	if (!threshold) {
		threshold = now->threshold;
		if (threshold <= count / 2 || threshold > count)
			threshold = count / 2 + 1;
	}
	if (wici_policy_init(&next, keys, count, threshold))
		return propose_refuse(
			p, WICI_BAD_FIELD,
			"more than half of the keys must be needed, and "
			"no more than there are; each a good one");
	next.version = now->version + 1;
	wici_op_policy(&p->ops.w, &next);
	p->ops_count++;
	return WICI_OK;
}

enum wici_err propose_stands(struct proposal *p, const struct wici_id *chosen)
{
	if (!p->n->roster.is_forked)
		return propose_refuse(
			p, WICI_NOT_PERMITTED,
			"no changes contradict each other: there is "
			"nothing to choose");
	for (size_t i = 0; i < p->n->changes_count; i++) {
		const struct wici_root_row *row = &p->n->changes[i];

		if (!wici_id_equal(&row->id, chosen) || !row->is_approved ||
		    row->is_choice || row->version != p->n->roster.version + 1)
			continue;
		wici_op_stands(&p->ops.w, chosen);
		p->ops_count++;
		return WICI_OK;
	}
	return propose_refuse(
		p, WICI_NOT_FOUND,
		"`wici roster show` names the changes that contradict "
		"each other");
}
