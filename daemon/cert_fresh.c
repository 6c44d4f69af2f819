/* daemon/cert_fresh.c — Beacons and witness entries, as the store has them.
 *
 * The newest of each feed alone: an older one says nothing that the newest does
 * not, and one of a wrong clock is followed by one of the right one. */
#include "daemon/cert_fresh.h"

#include "daemon/changes.h"
#include "daemon/find.h"
#include "daemon/store/record.h"
#include "daemon/view.h"

/* A feed that issues for several schemes writes a beacon of each a turn. */
#define BEACONS_STEP ((size_t)8)
#define BEACONS_MAX  ((size_t)256)

/* The newest entry of the kind in the feed that counts, and is of the scheme
 * where one is given. */
static enum wici_err newest(struct node *n, const struct wici_key *key,
			    uint16_t kind, const char *scheme, int64_t below,
			    struct entry_row *row)
{
	const struct feed *feed = feeds_find(&n->feeds, key);
	struct record_filter filter = {
		.kind_first = kind, .kind_last = kind, .below = below};
	int64_t ns[BEACONS_STEP];
	size_t count = BEACONS_STEP;
	size_t seen = 0;
	size_t step = scheme ? BEACONS_STEP : 1;

	if (!feed)
		return WICI_NOT_FOUND;
	filter.feeds = &feed->row.n;
	filter.feeds_count = 1;
	while (count > 0 && seen < BEACONS_MAX) {
		enum wici_err err =
			record_list(n->store, &filter, ns, step, &count);

		for (size_t i = 0; !err && i < count; i++) {
			err = entry_get(n->store, ns[i], row);
			if (err || view_standing(n, row) != WICI_COUNTS)
				continue;
			if (!scheme ||
			    wici_bytes_is(
				    find_line(row->entry.payload, "scheme"),
				    scheme))
				return WICI_OK;
		}
		if (err)
			return err;
		seen += count;
		if (count)
			filter.below = ns[count - 1];
	}
	return WICI_NOT_FOUND;
}

enum wici_err cert_fresh_beacon(struct node *n,
				const struct wici_issuer *issuer,
				struct entry_row *row)
{
	return newest(n, &issuer->at.feed, WICI_KIND_BEACON, issuer->scheme, 0,
		      row);
}

enum wici_err cert_fresh_witness(struct node *n, const struct wici_key *feed,
				 int64_t below, struct entry_row *row)
{
	return newest(n, feed, WICI_KIND_WITNESS, NULL, below, row);
}

/* Is there nothing about the certificate behind this entry of its scheme's
 * present feed? What closed feeds say comes before. */
static bool is_covered(const struct wici_certificate *c,
		       const struct wici_key *issuing, uint64_t seq)
{
	for (size_t i = 0; i < c->acts_count; i++)
		if (c->acts[i].seq > seq &&
		    wici_key_equal(&c->acts[i].feed, issuing))
			return false;
	return true;
}

static enum wici_err take_beacon(struct node *n,
				 const struct wici_certificate *c,
				 struct wici_fresh *f)
{
	struct wici_beacon_body body;
	struct entry_row row;
	enum wici_err err = cert_fresh_beacon(n, c->issuer, &row);

	if (err)
		return err == WICI_NOT_FOUND ? WICI_OK : err;
	wici_kind_read(&wici_kind_beacon, row.entry.payload, &body);
	wici_fresh_beacon(
		f, &body, row.entry.header.time_ms, c->terms.index,
		is_covered(c, &c->issuer->at.feed, row.entry.header.seq));
	return WICI_OK;
}

/* What is held of the head that a witness names of the issuing feed. */
static enum wici_err compare_head(struct node *n,
				  const struct wici_key *issuing,
				  const struct wici_head *named,
				  enum wici_head_held *held)
{
	const struct feed *feed = feeds_find(&n->feeds, issuing);
	struct wici_head at = *named;
	enum wici_err err;

	*held = WICI_HEAD_AHEAD;
	if (!feed || named->seq > feed->row.seq || named->seq > feed->limit.seq)
		return WICI_OK; /* Not everybody has it. */
	err = entry_id(n->store, feed->row.n, named->seq, &at.id);
	if (!err)
		*held = wici_head_compare(named, &at);
	return err == WICI_NOT_FOUND ? WICI_OK : err;
}

static enum wici_err take_witness(struct node *n, const struct wici_key *feed,
				  const struct wici_key *issuing,
				  struct wici_fresh *f)
{
	enum wici_head_held held = WICI_HEAD_UNNAMED;
	struct wici_witness_body body;
	struct wici_id roster_id;
	struct wici_head named;
	struct entry_row row;
	enum wici_err err = cert_fresh_witness(n, feed, 0, &row);

	if (err)
		return err == WICI_NOT_FOUND ? WICI_OK : err;
	wici_kind_read(&wici_kind_witness, row.entry.payload, &body);
	roster_id = wici_id_of(body.roster_id);
	if (wici_witness_head(&body, issuing, &named))
		err = compare_head(n, issuing, &named, &held);
	if (!err)
		wici_fresh_witness(
			f, feed, &body, row.entry.header.time_ms,
			changes_is_in_force(n, body.roster, &roster_id), held);
	return err;
}

enum wici_err cert_fresh_load(struct node *n, const struct certificate *c,
			      int64_t age_ms, struct wici_fresh *f)
{
	const struct wici_key *issuing = &c->folded.issuer->at.feed;
	enum wici_err err;

	wici_fresh_begin(f, &n->roster, issuing, n->now.wall_ms, age_ms);
	err = take_beacon(n, &c->folded, f);
	for (size_t i = 0; !err && i < f->witnesses_count; i++)
		err = take_witness(n, &f->witnesses[i].feed, issuing, f);
	wici_fresh_end(f);
	return err;
}
