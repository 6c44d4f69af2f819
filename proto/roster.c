/* proto/roster.c — The roster: the root's changes and the registrar feed's
 * admissions, folded; and what stands by it. */
#include "proto/roster.h"

#include "proto/kinds/member.h"
#include "proto/require.h"

void wici_roster_init(struct wici_roster *r, const struct wici_id *network,
		      struct wici_member *members, size_t members_max)
{
	memset(r, 0, sizeof(*r));
	r->network = *network;
	r->members = members;
	r->members_max = members_max;
}

/* The next of this chain, of this network. */
static enum wici_err check_chain(const struct wici_roster *r,
				 const struct wici_change *c)
{
	const struct wici_id *prev = r->version ? &r->id : &r->network;

	if (!wici_id_equal(&c->network, &r->network))
		return WICI_REJECT_NETWORK;
	if (c->version != r->version + 1 || !wici_id_equal(&c->prev, prev))
		return WICI_REJECT_CHAIN;
	if (c->version == 1)
		return wici_change_founds(c, &r->network);
	return WICI_OK;
}

static void name_registrar(struct wici_roster *r, const struct wici_head *at)
{
	/* PROTOCOL §5.2: "what another feed admitted counts no longer": else
	 * the members would depend on whether its entries came before this. */
	if (!wici_key_equal(&r->registrar.feed, &at->feed))
		r->members_count = 0;
	r->registrar = *at;
}

static void apply_change(struct wici_roster *r, const struct wici_change *c,
			 const struct wici_id *id)
{
	int32_t day;

	r->version = c->version;
	r->id = *id;
	if (c->has_found) {
		r->policy = c->policy;
		memcpy(r->name, c->name.p, c->name.len);
		r->name[c->name.len] = '\0';
	}
	if (c->has_registrar)
		name_registrar(r, &c->registrar);
	if (c->issuers.p) {
		wici_change_issuers(c->issuers, &day, r->issuers,
				    &r->issuers_count);
		r->expires = (struct wici_when){.first = day, .last = day};
		r->has_expires = true;
		r->issuers_version = c->version;
	}
}

enum wici_err wici_roster_change(struct wici_roster *r,
				 const struct wici_statement *s)
{
	struct wici_change c;
	enum wici_err err;

	err = wici_change_decode(&c, s);
	if (err != WICI_OK)
		return err;
	err = check_chain(r, &c);
	if (err != WICI_OK)
		return err;
	err = wici_policy_approves(c.has_found ? &c.policy : &r->policy,
				   &r->network, s);
	if (err != WICI_OK)
		return err;
	if (c.needs_newer) {
		r->needs_newer = true;
		return WICI_NEWER_NEEDED;
	}
	apply_change(r, &c, &s->id);
	return WICI_OK;
}

/* Where the identity stands among the members, or would. */
static size_t member_place(const struct wici_roster *r,
			   const struct wici_key *identity, bool *found)
{
	size_t low = 0;
	size_t high = r->members_count;

	*found = false;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int cmp = memcmp(r->members[mid].identity.b, identity->b,
				 WICI_KEY_LEN);

		if (cmp == 0) {
			*found = true;
			return mid;
		}
		if (cmp < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* Is e an admission at all? Its body borrows e's payload. */
static bool is_admission(const struct wici_roster *r,
			 const struct wici_entry *e,
			 struct wici_admit_body *body)
{
	struct wici_problem problem;

	if (!wici_roster_is_registrar(r, &e->header.feed) ||
	    e->header.kind != WICI_KIND_MEMBER_ADMIT || !e->has_payload)
		return false;
	if (wici_kind_check(&wici_kind_member_admit, e->payload, &problem) !=
	    WICI_OK)
		return false;
	wici_kind_read(&wici_kind_member_admit, e->payload, body);
	return body->name.len <= WICI_NAME_LEN_MAX &&
	       (body->token.len == 0 || body->token.len == 8);
}

enum wici_err wici_roster_admit(struct wici_roster *r,
				const struct wici_entry *e)
{
	struct wici_admit_body body;
	struct wici_member m;
	size_t place;
	bool found;

	if (!is_admission(r, e, &body))
		return WICI_OK;
	memset(&m, 0, sizeof(m));
	m.identity = body.identity;
	m.seq = e->header.seq;
	memcpy(m.name, body.name.p, body.name.len);
	if (body.token.len)
		memcpy(m.token_id, body.token.p, body.token.len);
	place = member_place(r, &m.identity, &found);
	/* PROTOCOL §5.3: "A second admission of an identity, or under a token
	 * that was used, is without effect." */
	if (found || wici_roster_by_token(r, m.token_id))
		return WICI_OK;
	if (r->members_count >= r->members_max)
		return WICI_MORE;
	memmove(&r->members[place + 1], &r->members[place],
		(r->members_count - place) * sizeof(m));
	r->members[place] = m;
	r->members_count++;
	return WICI_OK;
}

void wici_roster_lend(struct wici_roster *r, struct wici_member *members,
		      size_t members_max)
{
	WICI_REQUIRE(members_max >= r->members_count);
	if (r->members_count)
		memmove(members, r->members,
			r->members_count * sizeof(*members));
	r->members = members;
	r->members_max = members_max;
}

const struct wici_member *wici_roster_member(const struct wici_roster *r,
					     const struct wici_key *identity)
{
	bool found;
	size_t place = member_place(r, identity, &found);

	return found ? &r->members[place] : NULL;
}

const struct wici_member *wici_roster_by_token(const struct wici_roster *r,
					       const uint8_t token_id[8])
{
	if (wici_is_zero(token_id, 8))
		return NULL; /* Admitted without an invitation: not a token. */
	for (size_t i = 0; i < r->members_count; i++) {
		if (memcmp(r->members[i].token_id, token_id, 8) == 0)
			return &r->members[i];
	}
	return NULL;
}

/* The cut of a feed that this issuer had before; NULL: it had not. */
static const struct wici_head *closed_cut(const struct wici_issuer *issuer,
					  const struct wici_key *feed)
{
	for (size_t i = 0; i < issuer->closed_count; i++) {
		if (wici_key_equal(&issuer->closed[i].cut.feed, feed))
			return &issuer->closed[i].cut;
	}
	return NULL;
}

static bool is_issuing(const struct wici_issuer *issuer,
		       const struct wici_key *feed, uint64_t seq)
{
	const struct wici_head *cut = closed_cut(issuer, feed);

	return wici_key_equal(&issuer->at.feed, feed) ||
	       (cut && seq <= cut->seq);
}

const struct wici_issuer *wici_roster_issuer(const struct wici_roster *r,
					     const struct wici_key *feed,
					     uint64_t seq,
					     struct wici_bytes scheme)
{
	for (size_t i = 0; i < r->issuers_count; i++) {
		const struct wici_issuer *issuer = &r->issuers[i];

		if (scheme.p && !wici_bytes_is(scheme, issuer->scheme))
			continue;
		if (is_issuing(issuer, feed, seq))
			return issuer;
	}
	return NULL;
}

bool wici_roster_is_registrar(const struct wici_roster *r,
			      const struct wici_key *feed)
{
	return r->registrar.seq > 0 && wici_key_equal(&r->registrar.feed, feed);
}

/* Named as going on: not only with a cut. */
static bool is_present(const struct wici_roster *r, const struct wici_key *feed)
{
	if (wici_roster_is_registrar(r, feed))
		return true;
	for (size_t i = 0; i < r->issuers_count; i++) {
		if (wici_key_equal(&r->issuers[i].at.feed, feed))
			return true;
	}
	return false;
}

/* The last seq that counts: the highest cut when the feed is named as closed
 * only (it may have issued for several schemes). */
static uint64_t last_counting(const struct wici_roster *r,
			      const struct wici_key *feed)
{
	uint64_t last = 0;

	if (is_present(r, feed))
		return WICI_SEQ_MAX;
	for (size_t i = 0; i < r->issuers_count; i++) {
		const struct wici_head *cut = closed_cut(&r->issuers[i], feed);

		if (cut && cut->seq > last)
			last = cut->seq;
	}
	return last ? last : WICI_SEQ_MAX;
}

bool wici_roster_is_named(const struct wici_roster *r,
			  const struct wici_key *feed)
{
	if (is_present(r, feed))
		return true;
	for (size_t i = 0; i < r->issuers_count; i++) {
		if (closed_cut(&r->issuers[i], feed))
			return true;
	}
	return false;
}

bool wici_roster_counts(const struct wici_roster *r,
			const struct wici_key *feed,
			const struct wici_key *identity)
{
	return wici_roster_is_named(r, feed) ||
	       (identity && wici_roster_member(r, identity));
}

static bool has_right(const struct wici_roster *r, enum wici_right by,
		      const struct wici_key *feed, uint64_t seq)
{
	switch (by) {
	case WICI_BY_OPENING:
		return seq == 1;
	case WICI_BY_MEMBER:
		return true;
	case WICI_BY_REGISTRAR:
		return wici_roster_is_registrar(r, feed);
	case WICI_BY_ISSUER:
		return wici_roster_issuer(r, feed, seq,
					  (struct wici_bytes){NULL, 0});
	}
	return false;
}

enum wici_standing wici_roster_standing(const struct wici_roster *r,
					const struct wici_kind *kind,
					const struct wici_key *feed,
					uint64_t seq,
					const struct wici_key *identity)
{
	if (!wici_roster_counts(r, feed, identity))
		return WICI_VOID_FEED;
	if (seq > last_counting(r, feed))
		return WICI_VOID_CUT;
	if (!has_right(r, kind ? kind->by : WICI_BY_MEMBER, feed, seq))
		return WICI_VOID_RIGHT;
	return WICI_COUNTS;
}
