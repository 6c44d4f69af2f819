/* proto/proof.c — Judging a proof file: its entries, each by its own signature,
 * take the place of the feeds. */
#include "proto/proof.h"

#include "proto/day.h"
#include "proto/kinds.h"
#include "proto/kinds/member.h"
#include "proto/standing.h"

#define ENTRY_HEAD_LEN (WICI_HEADER_LEN + WICI_SIG_LEN + WICI_SALT_LEN)

void wici_proof_init(struct wici_proof *p, struct wici_offline *offline,
		     struct wici_proof_entry *entries)
{
	memset(p, 0, sizeof(*p));
	p->offline = offline;
	p->entries = entries;
}

/* ---- records ---- */

/* PROTOCOL §7.4: "header [120] ‖ signature [64] ‖ salt [16] ‖ payload" */
static enum wici_err take_entry(struct wici_proof *p, struct wici_bytes b)
{
	struct wici_proof_entry *e = &p->entries[p->entries_count];
	struct wici_header *h = &e->entry.header;
	struct wici_id hash;

	if (p->entries_count == WICI_PROOF_ENTRIES_MAX ||
	    b.len < ENTRY_HEAD_LEN)
		return WICI_REJECT_BUNDLE;
	memset(e, 0, sizeof(*e));
	wici_header_decode(h, b.p);
	memcpy(e->entry.sig.b, b.p + WICI_HEADER_LEN, WICI_SIG_LEN);
	memcpy(e->entry.salt.b, b.p + WICI_HEADER_LEN + WICI_SIG_LEN,
	       WICI_SALT_LEN);
	e->entry.has_payload = true;
	e->entry.payload = (struct wici_bytes){b.p + ENTRY_HEAD_LEN,
					       b.len - ENTRY_HEAD_LEN};
	if (wici_header_check(h) != WICI_OK ||
	    h->payload_len != e->entry.payload.len)
		return WICI_REJECT_BUNDLE;
	hash = wici_payload_hash(&e->entry.salt, e->entry.payload);
	if (!wici_id_equal(&hash, &h->payload_hash))
		return WICI_REJECT_SIGNATURE;
	e->id = wici_entry_id(h, &e->entry.sig);
	e->is_signed = wici_key_check(&h->feed) == WICI_OK &&
		       wici_entry_verify(h, &e->entry.sig,
					 &p->offline->network) == WICI_OK;
	p->entries_count++;
	return WICI_OK;
}

/* A fork proof that proves nothing is passed over. */
static enum wici_err take_statement(struct wici_proof *p, struct wici_bytes b)
{
	struct wici_statement s;
	struct wici_fork fork;

	if (wici_statement_decode(&s, b) != WICI_OK)
		return WICI_REJECT_BUNDLE;
	if (s.type != WICI_STATEMENT_FORK ||
	    wici_fork_decode(&fork, &s, &p->offline->network) != WICI_OK)
		return WICI_OK;
	if (p->forks_count == WICI_PROOF_FORKS_MAX)
		return WICI_REJECT_BUNDLE;
	p->forks[p->forks_count++] =
		(struct wici_proof_fork){fork.feed, fork.seq};
	return WICI_OK;
}

/* PROTOCOL §7.4: "{grant: bin 32, path: [bin 32…]}" */
static enum wici_err take_about(struct wici_proof *p, struct wici_bytes b)
{
	struct wici_mp_reader r;
	struct wici_mp v;

	if (p->has_grant || wici_mp_check(WICI_MP_CANONICAL, b, NULL))
		return WICI_REJECT_BUNDLE;
	wici_mp_reader_init(&r, WICI_MP_CANONICAL, b);
	if (wici_mp_expect(&r, WICI_MP_MAP, &v) || v.count != 2 ||
	    wici_mp_expect_key(&r, "grant") ||
	    wici_mp_expect_bin(&r, p->grant.b, WICI_ID_LEN) ||
	    wici_mp_expect_key(&r, "path") ||
	    wici_mp_expect(&r, WICI_MP_ARRAY, &v) ||
	    v.count > WICI_MERKLE_PATH_MAX)
		return WICI_REJECT_BUNDLE;
	p->path_count = v.count;
	for (size_t i = 0; i < p->path_count; i++)
		if (wici_mp_expect_bin(&r, p->path[i].b, WICI_ID_LEN))
			return WICI_REJECT_BUNDLE;
	p->has_grant = true;
	return WICI_OK;
}

enum wici_err wici_proof_take(struct wici_proof *p, enum wici_bundle_type type,
			      struct wici_bytes bytes)
{
	switch (type) {
	case WICI_BUNDLE_STATEMENT:
		return take_statement(p, bytes);
	case WICI_BUNDLE_ENTRY:
		return take_entry(p, bytes);
	case WICI_BUNDLE_PROOF:
		return take_about(p, bytes);
	case WICI_BUNDLE_END:
	case WICI_BUNDLE_ABOUT:
	case WICI_BUNDLE_RUN:
	case WICI_BUNDLE_BACKUP:
	case WICI_BUNDLE_AFTER:
	case WICI_BUNDLE_BEARER:
	case WICI_BUNDLE_JOIN:
	case WICI_BUNDLE_CHUNK:
		break;
	}
	return WICI_OK;
}

void wici_proof_entry_write(struct wici_mp_writer *w,
			    const struct wici_entry *e)
{
	uint8_t header[WICI_HEADER_LEN];

	wici_header_encode(header, &e->header);
	wici_mp_raw(w, (struct wici_bytes){header, sizeof(header)});
	wici_mp_raw(w, (struct wici_bytes){e->sig.b, WICI_SIG_LEN});
	wici_mp_raw(w, (struct wici_bytes){e->salt.b, WICI_SALT_LEN});
	wici_mp_raw(w, e->payload);
}

void wici_proof_about_write(struct wici_mp_writer *w,
			    const struct wici_id *grant,
			    const struct wici_id *path, size_t path_count)
{
	wici_mp_map(w, 2);
	wici_mp_str(w, "grant");
	wici_mp_bin(w, grant->b, WICI_ID_LEN);
	wici_mp_str(w, "path");
	wici_mp_array(w, (uint32_t)path_count);
	for (size_t i = 0; i < path_count; i++)
		wici_mp_bin(w, path[i].b, WICI_ID_LEN);
}

/* ---- entries ---- */

/* As far as the file tells: of a feed that the root names in it. */
static void limit_of(const struct wici_proof *p, const struct wici_key *feed,
		     struct wici_limit *limit)
{
	struct wici_feed_facts facts = {.feed = *feed,
					.quota_seq = WICI_SEQ_MAX};

	wici_limit_of(limit, &p->offline->roster, &facts);
	for (size_t i = 0; i < p->forks_count; i++) {
		uint64_t seq = p->forks[i].seq;

		if (wici_key_equal(&p->forks[i].feed, feed) &&
		    seq > limit->named.seq &&
		    (facts.fork_seq == 0 || seq < facts.fork_seq))
			facts.fork_seq = seq;
	}
	wici_limit_of(limit, &p->offline->roster, &facts);
}

/* Is there another entry in the file where the root, or a witness, names one? */
static bool is_contradicted(const struct wici_proof *p,
			    const struct wici_head *named)
{
	for (size_t i = 0; i < p->entries_count; i++) {
		const struct wici_proof_entry *e = &p->entries[i];

		if (e->is_signed && e->entry.header.seq == named->seq &&
		    wici_key_equal(&e->entry.header.feed, &named->feed) &&
		    !wici_id_equal(&e->id, &named->id))
			return true;
	}
	return false;
}

/* A time that nobody else confirms: below a cut whoever has the key can write it
 * at any time, and the chain, which would show it, is not in the file. */
static bool is_backdated(const struct wici_proof *p,
			 const struct wici_kind *kind,
			 const struct wici_key *feed)
{
	struct wici_head at;

	return (kind == &wici_kind_beacon || kind == &wici_kind_witness) &&
	       wici_roster_word(&p->offline->roster, feed, &at) ==
		       WICI_ROOT_CUT;
}

/* Has the root suspended the institution of this witness? */
static bool is_barred(const struct wici_proof *p, const struct wici_key *feed)
{
	const struct wici_roster *r = &p->offline->roster;

	for (size_t i = 0; i < r->witnesses_count; i++)
		if (wici_key_equal(&r->witnesses[i].feed, feed))
			return wici_roster_is_barred(r,
						     &r->witnesses[i].identity);
	return false;
}

static enum wici_standing standing_of(const struct wici_proof *p,
				      const struct wici_proof_entry *e)
{
	const struct wici_header *h = &e->entry.header;
	const struct wici_kind *kind = wici_kind_by_number(h->kind);
	enum wici_standing standing;
	struct wici_problem problem;
	struct wici_limit limit;

	if (!kind || wici_kind_check(kind, e->entry.payload, &problem))
		return WICI_VOID_BODY;
	if (kind == &wici_kind_witness && is_barred(p, &h->feed))
		return WICI_VOID_FEED;
	if (is_backdated(p, kind, &h->feed))
		return WICI_VOID_CUT;
	limit_of(p, &h->feed, &limit);
	/* PROTOCOL §7.4: "A witness counts by op 18 alone" */
	if (kind == &wici_kind_witness && !limit.counts) {
		limit.counts = true;
		limit.seq = WICI_SEQ_MAX;
	}
	standing = wici_standing_of(&p->offline->roster, &limit,
				    limit.named.seq == 0 ||
					    !is_contradicted(p, &limit.named),
				    kind, &h->feed, h->seq);
	return standing == WICI_COUNTS && !e->is_signed ? WICI_VOID_SIG
							: standing;
}

/* The first admission of this feed behind seq `after`, up to last. */
static const struct wici_proof_entry *next_admission(
	const struct wici_proof *p, const struct wici_head *last,
	uint64_t after)
{
	const struct wici_proof_entry *best = NULL;

	for (size_t i = 0; i < p->entries_count; i++) {
		const struct wici_proof_entry *e = &p->entries[i];
		const struct wici_header *h = &e->entry.header;

		if (h->kind != WICI_KIND_MEMBER_ADMIT || h->seq <= after ||
		    h->seq > last->seq ||
		    (best && h->seq >= best->entry.header.seq) ||
		    !wici_key_equal(&h->feed, &last->feed) ||
		    standing_of(p, e) != WICI_COUNTS)
			continue;
		best = e;
	}
	return best;
}

/* Names of members, in the roster's order, not the file's: of two admissions the
 * first holds. What there is no room for is not needed. */
static void admit(struct wici_proof *p)
{
	struct wici_roster *r = &p->offline->roster;
	const struct wici_proof_entry *e;
	struct wici_head last;

	for (size_t i = 0; wici_roster_admitting(r, i, &last); i++)
		for (uint64_t seq = 0; (e = next_admission(p, &last, seq));
		     seq = e->entry.header.seq)
			if (wici_roster_admit(r, &e->entry))
				return;
}

static bool is_about_certificates(uint16_t kind)
{
	return kind == WICI_KIND_CERTIFICATE_GRANT ||
	       kind == WICI_KIND_CERTIFICATE_REVOKE ||
	       kind == WICI_KIND_CERTIFICATE_SUSPEND ||
	       kind == WICI_KIND_CERTIFICATE_REINSTATE ||
	       kind == WICI_KIND_CERTIFICATE_REASON;
}

static size_t list_acts(const struct wici_proof *p, int64_t now_ms,
			struct wici_act *acts)
{
	size_t count = 0;

	for (size_t i = 0; i < p->entries_count; i++) {
		const struct wici_proof_entry *e = &p->entries[i];
		const struct wici_header *h = &e->entry.header;

		if (!is_about_certificates(h->kind))
			continue;
		acts[count++] = (struct wici_act){
			.id = e->id,
			.feed = h->feed,
			.seq = h->seq,
			.time_ms = h->time_ms,
			.now_ms = now_ms,
			.kind = h->kind,
			.standing = standing_of(p, e),
			.body = e->entry.payload,
		};
	}
	return count;
}

static const struct wici_proof_entry *find(const struct wici_proof *p,
					   const struct wici_id *id)
{
	for (size_t i = 0; i < p->entries_count; i++)
		if (wici_id_equal(&p->entries[i].id, id))
			return &p->entries[i];
	return NULL;
}

/* ---- freshness ---- */

/* The newest that counts of this kind in the feed; scheme NULL: any. */
static const struct wici_proof_entry *newest(const struct wici_proof *p,
					     uint16_t kind,
					     const struct wici_key *feed,
					     const char *scheme)
{
	const struct wici_proof_entry *best = NULL;
	struct wici_beacon_body body;

	for (size_t i = 0; i < p->entries_count; i++) {
		const struct wici_proof_entry *e = &p->entries[i];
		const struct wici_header *h = &e->entry.header;

		if (h->kind != kind || !wici_key_equal(&h->feed, feed) ||
		    (best && h->seq <= best->entry.header.seq) ||
		    standing_of(p, e) != WICI_COUNTS)
			continue;
		if (scheme) {
			wici_kind_read(&wici_kind_beacon, e->entry.payload,
				       &body);
			if (!wici_bytes_is(body.scheme, scheme))
				continue;
		}
		best = e;
	}
	return best;
}

/* Does the beacon list this very grant, and come after all that is known of
 * it? */
static bool is_covered(const struct wici_proof *p,
		       const struct wici_certificate *c,
		       const struct wici_header *h,
		       const struct wici_beacon_body *body)
{
	struct wici_id root = wici_id_of(body->grants);
	struct wici_id leaf = wici_merkle_leaf(
		(struct wici_bytes){c->grant->id.b, WICI_ID_LEN});

	for (size_t i = 0; i < c->acts_count; i++)
		if (c->acts[i].seq > h->seq &&
		    wici_key_equal(&c->acts[i].feed, &h->feed))
			return false;
	return c->terms.index < 4 * body->states.len &&
	       wici_merkle_is_under(&root, &leaf, (size_t)c->terms.index,
				    4 * body->states.len, p->path,
				    p->path_count);
}

/* What the file shows of the issuing feed reaches its beacon: a witness that
 * names more may have seen what is left out. */
static void take_witness(const struct wici_proof *p, struct wici_fresh *f,
			 const struct wici_key *feed,
			 const struct wici_proof_entry *beacon)
{
	const struct wici_offline *o = p->offline;
	const struct wici_proof_entry *e =
		newest(p, WICI_KIND_WITNESS, feed, NULL);
	enum wici_head_held held = WICI_HEAD_UNNAMED;
	struct wici_head at = {beacon->entry.header.feed,
			       beacon->entry.header.seq, beacon->id};
	struct wici_witness_body body;
	struct wici_head named;
	struct wici_id id;

	if (!e)
		return;
	wici_kind_read(&wici_kind_witness, e->entry.payload, &body);
	id = wici_id_of(body.roster_id);
	if (wici_witness_head(&body, &at.feed, &named))
		held = is_contradicted(p, &named)
			       ? WICI_HEAD_OTHER
			       : wici_head_compare(&named, &at);
	wici_fresh_witness(f, feed, &body, e->entry.header.time_ms,
			   wici_root_is_behind(o->rows, o->rows_count,
					       o->roster.version, &o->roster.id,
					       body.roster, &id),
			   held);
}

static void give_fresh(const struct wici_proof *p,
		       const struct wici_certificate *c,
		       const struct wici_proof_question *q,
		       struct wici_fresh *f)
{
	const struct wici_key *issuing = &c->issuer->at.feed;
	const struct wici_proof_entry *beacon =
		newest(p, WICI_KIND_BEACON, issuing, c->issuer->scheme);
	struct wici_beacon_body body;

	wici_fresh_begin(f, &p->offline->roster, issuing, q->now_ms, q->age_ms);
	if (beacon) {
		const struct wici_header *h = &beacon->entry.header;

		wici_kind_read(&wici_kind_beacon, beacon->entry.payload, &body);
		wici_fresh_beacon(f, &body, h->time_ms, c->terms.index,
				  is_covered(p, c, h, &body));
		for (size_t i = 0; i < f->witnesses_count; i++)
			take_witness(p, f, &f->witnesses[i].feed, beacon);
	}
	wici_fresh_end(f);
}

/* ---- the answer ---- */

/* Do two entries in the file stand in one place of the feed? */
static bool is_forked(const struct wici_proof *p, const struct wici_key *feed)
{
	for (size_t i = 0; i < p->entries_count; i++) {
		const struct wici_proof_entry *e = &p->entries[i];
		struct wici_head at = {*feed, e->entry.header.seq, e->id};

		if (e->is_signed &&
		    wici_key_equal(&e->entry.header.feed, feed) &&
		    is_contradicted(p, &at))
			return true;
	}
	return false;
}

/* Of all feeds that issue for the scheme, or did. */
static void ask_feeds(const struct wici_proof *p,
		      const struct wici_certificate *c, struct wici_question *q)
{
	struct wici_head last;

	for (size_t i = 0; !wici_certificate_place(&p->offline->roster,
						   c->terms.scheme, i, &last);
	     i++) {
		struct wici_limit limit;

		limit_of(p, &last.feed, &limit);
		q->is_disputed |= limit.why == WICI_LIMIT_FORK ||
				  (limit.named.seq > 0 &&
				   is_contradicted(p, &limit.named)) ||
				  is_forked(p, &last.feed);
		for (size_t k = 0; k < p->entries_count; k++) {
			const struct wici_header *h =
				&p->entries[k].entry.header;

			q->needs_newer |= p->entries[k].is_signed &&
					  h->flags & WICI_FLAG_CRITICAL &&
					  !wici_kind_by_number(h->kind) &&
					  wici_key_equal(&h->feed, &last.feed);
		}
	}
}

void wici_proof_judge(struct wici_proof *p, struct wici_act *acts,
		      const struct wici_proof_question *q,
		      struct wici_proof_answer *a)
{
	const struct wici_proof_entry *grant = find(p, &p->grant);
	struct wici_certificate *c = &a->certificate;
	struct wici_question asked = {
		.on_day = q->on_day,
		.today = wici_day_warsaw(q->now_ms),
		.signature_ok = grant && grant->is_signed,
		.is_alone = true,
	};

	memset(a, 0, sizeof(*a));
	admit(p);
	wici_certificate_fold(c, &p->offline->roster, &p->grant, acts,
			      list_acts(p, q->now_ms, acts));
	if (c->state != WICI_CERT_NONE)
		ask_feeds(p, c, &asked);
	if (c->issuer) {
		give_fresh(p, c, q, &a->fresh);
		asked.fresh = &a->fresh;
	}
	wici_verdict_give(&a->verdict, c, &p->offline->roster, &asked);
}
