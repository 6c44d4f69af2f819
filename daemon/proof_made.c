/* daemon/proof_made.c — Gathering what a stranger needs: changes, admissions, the
 * certificate, the issuer's word, the witnesses'. */
#include "daemon/proof_made.h"

#include "daemon/beacon.h"
#include "daemon/cert_fresh.h"
#include "daemon/feeds.h"
#include "proto/kinds.h"
#include "proto/proof.h"

#include <stdlib.h>

struct making {
	struct node *node;
	struct bundle_made *b;
	const struct wici_certificate *c;
	const struct wici_fresh *fresh;
};

/* An entry, as read; whatever is damaged is left out. */
static enum wici_err put_row(struct making *m, const struct feed *feed,
			     struct entry_row *row)
{
	struct growing bytes;

	if (row->is_damaged || !row->entry.has_payload)
		return WICI_OK;
	row->entry.header.feed = feed->row.key;
	growing_init(&bytes, WICI_BUNDLE_RECORD_MAX);
	wici_proof_entry_write(&bytes.w, &row->entry);
	bundle_made_put(m->b, WICI_BUNDLE_ENTRY, growing_bytes(&bytes));
	growing_clear(&bytes);
	return WICI_OK;
}

static enum wici_err put_at(struct making *m, const struct wici_key *key,
			    uint64_t seq)
{
	struct node *n = m->node;
	const struct feed *feed = feeds_find(&n->feeds, key);
	struct entry_row row;
	enum wici_err err = feed ? entry_at(n->store, feed->row.n, seq, &row)
				 : WICI_NOT_FOUND;

	if (err == WICI_NOT_FOUND)
		return WICI_OK;
	return err ? err : put_row(m, feed, &row);
}

static enum wici_err put_admission(struct making *m,
				   const struct wici_key *identity)
{
	const struct wici_roster *r = &m->node->roster;
	const struct wici_member *member = wici_roster_member(r, identity);
	struct wici_head last;

	if (!member || !wici_roster_admitting(r, member->admitted_by, &last))
		return WICI_OK;
	return put_at(m, &last.feed, member->seq);
}

/* Fork proofs of feeds that issue for the scheme, or did. */
static enum wici_err put_forks(struct making *m)
{
	struct node *n = m->node;
	struct wici_head last;
	enum wici_err err = WICI_OK;

	for (size_t i = 0;
	     !err &&
	     !wici_certificate_place(&n->roster, m->c->terms.scheme, i, &last);
	     i++) {
		for (size_t k = 0; !err && k < n->forks_count; k++) {
			struct wici_bytes bytes;

			if (!wici_key_equal(&n->forks[k].feed, &last.feed) ||
			    !n->forks[k].is_best)
				continue;
			err = node_read_statement(n, &n->forks[k].id, &bytes);
			if (!err)
				bundle_made_put(m->b, WICI_BUNDLE_STATEMENT,
						bytes);
			else if (err == WICI_NOT_FOUND)
				err = WICI_OK;
		}
	}
	return err;
}

/* All its grants, and the acts that have an effect; no reasons, which may be
 * erased. */
static enum wici_err put_acts(struct making *m)
{
	const struct wici_certificate *c = m->c;
	enum wici_err err = WICI_OK;

	for (size_t i = 0; !err && i < c->acts_count; i++) {
		const struct wici_act *act = &c->acts[i];

		if ((act->is_effective || act == c->asked) &&
		    act->kind != WICI_KIND_CERTIFICATE_REASON)
			err = put_at(m, &act->feed, act->seq);
	}
	return err;
}

/* How far back a witness's entries are looked at: it may have seen more of the
 * issuing feed than its newest beacon. */
#define WITNESS_TRIES 16

static enum wici_err put_witness(struct making *m, const struct wici_key *key,
				 uint64_t reach, bool *is_put)
{
	struct node *n = m->node;
	const struct wici_key *issuing = &m->c->issuer->at.feed;
	const struct feed *feed = feeds_find(&n->feeds, key);
	struct entry_row row;
	enum wici_err err = cert_fresh_witness(n, key, 0, &row);

	for (int i = 0; !err && i < WITNESS_TRIES; i++) {
		struct wici_witness_body body;
		struct wici_head named;

		wici_kind_read(&wici_kind_witness, row.entry.payload, &body);
		if (!wici_witness_head(&body, issuing, &named) ||
		    named.seq <= reach) {
			*is_put = true;
			return put_row(m, feed, &row);
		}
		err = cert_fresh_witness(n, key, row.n, &row);
	}
	return err == WICI_NOT_FOUND ? WICI_OK : err;
}

/* Of those not yet asked who counts, and has spoken last; NULL: nobody is
 * left. */
static const struct wici_witness_sight *next_witness(
	const struct wici_fresh *f, const bool is_asked[WICI_WITNESSES_MAX])
{
	const struct wici_witness_sight *best = NULL;

	for (size_t i = 0; i < f->witnesses_count; i++) {
		const struct wici_witness_sight *w = &f->witnesses[i];
		bool counts = w->sight == WICI_SIGHT_COUNTS;

		if (is_asked[i])
			continue;
		if (!best || (counts && best->sight != WICI_SIGHT_COUNTS) ||
		    (counts == (best->sight == WICI_SIGHT_COUNTS) &&
		     w->time_ms > best->time_ms))
			best = w;
	}
	return best;
}

/* As many as are needed, if so many count; else all, who say why not. */
static enum wici_err put_witnesses(struct making *m, uint64_t reach)
{
	const struct wici_fresh *f = m->fresh;
	bool is_asked[WICI_WITNESSES_MAX] = {false};
	uint64_t left =
		f->counted >= f->needed ? f->needed : f->witnesses_count;
	const struct wici_witness_sight *w;
	enum wici_err err = WICI_OK;

	while (!err && left > 0 && (w = next_witness(f, is_asked))) {
		bool is_put = false;

		is_asked[w - f->witnesses] = true;
		err = put_witness(m, &w->feed, reach, &is_put);
		left -= is_put;
	}
	return err;
}

/* The grant's path under the beacon's root; none where that is another one. */
static enum wici_err put_about(struct making *m, struct wici_bytes grants,
			       bool *is_listed)
{
	struct wici_id path[WICI_MERKLE_PATH_MAX];
	struct growing bytes;
	struct beacon_list list;
	size_t len = 0;
	uint64_t index = m->c->terms.index;
	enum wici_err err =
		beacon_list_load(m->node, m->c->terms.scheme, &list);

	*is_listed = false;
	if (!err && grants.p && index < list.count &&
	    wici_id_equal(&list.ids[index], &m->c->grant->id)) {
		struct wici_id root = wici_id_of(grants);
		struct wici_id leaf;

		beacon_list_hash(&list);
		leaf = list.ids[index];
		len = wici_merkle_path(list.ids, list.count, (size_t)index,
				       path);
		*is_listed = wici_merkle_is_under(&root, &leaf, (size_t)index,
						  list.count, path, len);
	}
	growing_init(&bytes, WICI_BUNDLE_RECORD_MAX);
	wici_proof_about_write(&bytes.w, &m->c->asked->id, path,
			       *is_listed ? len : 0);
	bundle_made_put(m->b, WICI_BUNDLE_PROOF, growing_bytes(&bytes));
	growing_clear(&bytes);
	beacon_list_clear(&list);
	return err;
}

/* Beacon, witnesses, and what the file is about. */
static enum wici_err put_word(struct making *m, bool *is_listed)
{
	struct node *n = m->node;
	const struct feed *feed = feeds_find(&n->feeds, &m->c->issuer->at.feed);
	struct wici_beacon_body body = {.grants = {NULL, 0}};
	struct entry_row row;
	struct wici_id root;
	uint64_t reach;
	enum wici_err err = cert_fresh_beacon(n, m->c->issuer, &row);

	if (err == WICI_NOT_FOUND)
		return put_about(m, body.grants, is_listed);
	if (err)
		return err;
	reach = row.entry.header.seq;
	wici_kind_read(&wici_kind_beacon, row.entry.payload, &body);
	root = wici_id_of(body.grants); /* What row borrows goes. */
	err = put_row(m, feed, &row);
	if (!err)
		err = put_witnesses(m, reach);
	if (!err)
		err = put_about(m, (struct wici_bytes){root.b, WICI_ID_LEN},
				is_listed);
	return err;
}

enum wici_err proof_made(struct node *n, const struct certificate *c,
			 const struct wici_fresh *fresh,
			 struct proof_made *made)
{
	struct making m = {
		.node = n, .b = &made->b, .c = &c->folded, .fresh = fresh};
	enum wici_err err;

	bundle_made_begin(&made->b, n);
	bundle_made_put_changes(&made->b, n);
	err = put_forks(&m);
	if (!err)
		err = put_admission(&m, &m.c->issuer->identity);
	if (!err && !wici_key_equal(&m.c->issuer->identity, &m.c->terms.holder))
		err = put_admission(&m, &m.c->terms.holder);
	if (!err)
		err = put_acts(&m);
	if (!err)
		err = put_word(&m, &made->is_listed);
	return err ? err : bundle_made_end(&made->b, &made->file);
}

void proof_made_clear(struct proof_made *made)
{
	bundle_made_clear(&made->b);
}
