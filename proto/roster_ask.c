/* proto/roster_ask.c — What is asked of a roster: members and their keys, who
 * issues and admits, what the root says of a feed or a certificate. */
#include "proto/roster.h"

#include "proto/place.h"

const struct wici_member *wici_roster_member(const struct wici_roster *r,
					     const struct wici_key *identity)
{
	return wici_place_find(r->space.members, r->members_count,
			       sizeof(*r->space.members), identity->b);
}

const struct wici_member *wici_roster_of_key(const struct wici_roster *r,
					     const struct wici_key *key,
					     bool *is_present)
{
	const struct wici_root_key *row = wici_place_find(
		r->space.keys, r->keys_count, sizeof(*r->space.keys), key->b);
	const struct wici_member *m =
		wici_roster_member(r, row ? &row->identity : key);

	*is_present = m && !m->is_suspended && wici_key_equal(&m->key, key);
	return m;
}

bool wici_roster_is_barred(const struct wici_roster *r,
			   const struct wici_key *identity)
{
	const struct wici_root_key *own =
		wici_place_find(r->space.keys, r->keys_count,
				sizeof(*r->space.keys), identity->b);
	const struct wici_root_key *last =
		own ? wici_place_find(r->space.keys, r->keys_count,
				      sizeof(*r->space.keys), own->last.b)
		    : NULL;

	return last && last->is_closed;
}

const struct wici_member *wici_roster_by_token(const struct wici_roster *r,
					       const uint8_t token_id[8])
{
	if (wici_is_zero(token_id, 8))
		return NULL; /* Admitted without an invitation: not a token. */
	for (size_t i = 0; i < r->members_count; i++) {
		if (memcmp(r->space.members[i].token_id, token_id, 8) == 0)
			return &r->space.members[i];
	}
	return NULL;
}

/* May the issuer's feed grant at seq: the present one, or one that it had
 * before, up to its cut? */
static bool is_issuing(const struct wici_issuer *issuer,
		       const struct wici_key *feed, uint64_t seq)
{
	if (wici_key_equal(&issuer->at.feed, feed))
		return true;
	for (size_t i = 0; i < issuer->closed_count; i++) {
		if (wici_key_equal(&issuer->closed[i].cut.feed, feed))
			return seq <= issuer->closed[i].cut.seq;
	}
	return false;
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

/* PROTOCOL §5.10: "where the root names none, the present registrar feed" */
const struct wici_key *wici_roster_witness(const struct wici_roster *r,
					   size_t i)
{
	if (r->witnesses_count > 0)
		return i < r->witnesses_count ? &r->witnesses[i].feed : NULL;
	return i == 0 && r->registrar.seq > 0 ? &r->registrar.feed : NULL;
}

bool wici_roster_is_witness(const struct wici_roster *r,
			    const struct wici_key *feed)
{
	const struct wici_key *witness;

	for (size_t i = 0; (witness = wici_roster_witness(r, i)); i++)
		if (wici_key_equal(witness, feed))
			return true;
	return false;
}

bool wici_roster_admitting(const struct wici_roster *r, size_t i,
			   struct wici_head *last)
{
	if (i < r->before_count) {
		*last = r->before[i];
		return true;
	}
	if (i > r->before_count || r->registrar.seq == 0)
		return false;
	*last = r->registrar;
	last->seq = WICI_SEQ_MAX;
	return true;
}

bool wici_roster_admits(const struct wici_roster *r,
			const struct wici_key *feed, uint64_t seq)
{
	struct wici_head last;

	for (size_t i = 0; wici_roster_admitting(r, i, &last); i++) {
		if (wici_key_equal(&last.feed, feed) && seq <= last.seq)
			return true;
	}
	return false;
}

/* --- What the root says of a feed ----------------------------------------- */

struct word {
	struct wici_head at; /* seq 0: none. */
	bool is_open;
	uint64_t version;
};

struct hearing {
	const struct wici_key *feed;
	struct word newest;
	uint64_t last;       /* No entry above is looked at for … */
	struct word highest; /* … this one. */
};

/* PROTOCOL §5.9: "in one change going on wins, then the higher seq" */
static bool is_newer(const struct word *a, const struct word *b)
{
	if (a->version != b->version)
		return a->version > b->version;
	if (a->is_open != b->is_open)
		return a->is_open;
	return a->at.seq > b->at.seq;
}

static void hear(struct hearing *h, const struct wici_head *at, bool is_open,
		 uint64_t version)
{
	struct word w = {.at = *at, .is_open = is_open, .version = version};

	if (at->seq == 0 || !wici_key_equal(&at->feed, h->feed))
		return;
	if (h->newest.at.seq == 0 || is_newer(&w, &h->newest))
		h->newest = w;
	if (at->seq > h->last || at->seq < h->highest.at.seq)
		return;
	if (at->seq > h->highest.at.seq || is_newer(&w, &h->highest))
		h->highest = w;
}

static void hear_issuer(struct hearing *h, const struct wici_issuer *issuer,
			uint64_t version)
{
	hear(h, &issuer->at, true, version);
	for (size_t i = 0; i < issuer->closed_count; i++)
		hear(h, &issuer->closed[i].cut, false, version);
}

static void hear_all(const struct wici_roster *r, struct hearing *h)
{
	const struct wici_root_feed *row =
		wici_place_find(r->space.feeds, r->feeds_count,
				sizeof(*r->space.feeds), h->feed->b);

	hear(h, &r->registrar, true, r->registrar_version);
	for (size_t i = 0; i < r->before_count; i++)
		hear(h, &r->before[i], false, r->registrar_version);
	for (size_t i = 0; i < r->issuers_count; i++)
		hear_issuer(h, &r->issuers[i], r->issuers_version);
	if (row)
		hear(h, &row->at, row->is_open, row->version);
}

enum wici_root_word wici_roster_word(const struct wici_roster *r,
				     const struct wici_key *feed,
				     struct wici_head *at)
{
	struct hearing h = {.feed = feed};

	hear_all(r, &h);
	if (h.newest.at.seq == 0)
		return WICI_ROOT_SILENT;
	*at = h.newest.at;
	return h.newest.is_open ? WICI_ROOT_OPEN : WICI_ROOT_CUT;
}

bool wici_roster_named(const struct wici_roster *r, const struct wici_key *feed,
		       struct wici_head *at)
{
	struct hearing h = {.feed = feed, .last = WICI_SEQ_MAX};

	if (wici_roster_word(r, feed, at) == WICI_ROOT_CUT)
		return true; /* What other words name above is not reached. */
	hear_all(r, &h);
	if (h.highest.at.seq > 0)
		*at = h.highest.at;
	return h.highest.at.seq > 0;
}

bool wici_roster_is_named(const struct wici_roster *r,
			  const struct wici_key *feed)
{
	struct wici_head at;

	return wici_roster_word(r, feed, &at) != WICI_ROOT_SILENT;
}

const struct wici_root_revocation *wici_roster_revocation(
	const struct wici_roster *r, const struct wici_id *certificate)
{
	const struct wici_root_revocation *row =
		wici_place_find(r->space.revocations, r->revocations_count,
				sizeof(*row), certificate->b);

	return row && !row->is_lifted ? row : NULL;
}
