/* daemon/witness.c — When a witness entry is due, and what it says.
 *
 * Named are heads that are committed, of feeds that nothing speaks against: a
 * forked feed is vouched for by nobody. */
#include "daemon/witness.h"

#include "daemon/cert_fresh.h"
#include "daemon/growing.h"
#include "daemon/judge.h"
#include "daemon/project.h"
#include "daemon/publish.h"
#include "proto/day.h"
#include "proto/kinds/witness.h"
#include "proto/merkle.h"

#include <stdlib.h>

_Static_assert(WICI_ISSUERS_MAX <= WICI_WITNESS_HEADS_MAX, "all can be named");

/* The heads of the feeds that issue now, each once. */
static size_t find_heads(const struct node *n,
			 const struct feed *heads[WICI_ISSUERS_MAX])
{
	size_t count = 0;

	for (size_t i = 0; i < n->roster.issuers_count; i++) {
		const struct feed *feed =
			feeds_find(&n->feeds, &n->roster.issuers[i].at.feed);
		bool is_there =
			judge_is_disputed(feed) || feed->counting_seq == 0;

		for (size_t k = 0; k < count; k++)
			is_there |= heads[k] == feed;
		if (!is_there)
			heads[count++] = feed;
	}
	return count;
}

/* PROTOCOL §5.10: "Where that is the issuing feed itself its beacons say it
 * already." */
static bool is_asked_for(const struct node *n)
{
	if (!n->own || !wici_roster_is_witness(&n->roster, &n->own->row.key))
		return false;
	if (n->roster.witnesses_count > 0)
		return true;
	for (size_t i = 0; i < n->roster.issuers_count; i++)
		if (!wici_key_equal(&n->roster.issuers[i].at.feed,
				    &n->own->row.key))
			return true;
	return false;
}

/* Of all that is public: the leaves are feed [32] ‖ seq u64 ‖ id [32]. */
static struct wici_id heads_root(const struct node *n)
{
	const struct feeds *f = &n->feeds;
	struct wici_id *leaves = calloc(f->heads_count + 1, sizeof(*leaves));
	struct wici_id root = {{0}};

	if (!leaves)
		abort();
	for (size_t i = 0; i < f->heads_count; i++) {
		uint8_t item[72];

		memcpy(item, f->heads[i].feed.b, 32);
		wici_put_u64(item + 32, f->heads[i].seq);
		memcpy(item + 40, f->heads[i].id.b, 32);
		leaves[i] = wici_merkle_leaf(
			(struct wici_bytes){item, sizeof(item)});
	}
	if (f->heads_count)
		root = wici_merkle_root(leaves, f->heads_count);
	free(leaves);
	return root;
}

static void write_payload(const struct node *n, struct wici_mp_writer *w)
{
	const struct feed *heads[WICI_ISSUERS_MAX];
	size_t count = find_heads(n, heads);
	struct wici_id root = heads_root(n);

	wici_mp_map(w, count ? 5 : 4);
	if (count) {
		wici_mp_str(w, "heads");
		wici_mp_array(w, (uint32_t)count);
	}
	for (size_t i = 0; i < count; i++) {
		wici_mp_map(w, 3);
		wici_mp_str(w, "feed");
		wici_mp_bin(w, heads[i]->row.key.b, WICI_KEY_LEN);
		wici_mp_str(w, "id");
		wici_mp_bin(w, heads[i]->counting_id.b, WICI_ID_LEN);
		wici_mp_str(w, "seq");
		wici_mp_uint(w, heads[i]->counting_seq);
	}
	wici_mp_str(w, "heads_count");
	wici_mp_uint(w, n->feeds.heads_count);
	wici_mp_str(w, "heads_root");
	wici_mp_bin(w, root.b, WICI_ID_LEN);
	wici_mp_str(w, "roster");
	wici_mp_uint(w, n->roster.version);
	wici_mp_str(w, "roster_id");
	wici_mp_bin(w, n->roster.id.b, WICI_ID_LEN);
}

/* What the newest own entry was made of; nothing, when there is none. */
static enum wici_err load(struct node *n, struct node_beacon *said)
{
	struct wici_witness_body body;
	struct wici_mp_reader r;
	struct entry_row row;
	struct wici_mp v;
	enum wici_err err = cert_fresh_witness(n, &n->own->row.key, 0, &row);

	*said = (struct node_beacon){.is_due = true};
	if (err)
		return err == WICI_NOT_FOUND ? WICI_OK : err;
	wici_kind_read(&wici_kind_witness, row.entry.payload, &body);
	*said = (struct node_beacon){
		.day = wici_day_warsaw(row.entry.header.time_ms),
		.roster = body.roster,
	};
	if (!body.heads.p)
		return WICI_OK;
	wici_mp_reader_init(&r, WICI_MP_CANONICAL, body.heads);
	if (!wici_mp_expect(&r, WICI_MP_ARRAY, &v))
		said->heads = v.count;
	return WICI_OK;
}

enum wici_err witness_turn(struct node *n)
{
	const struct feed *heads[WICI_ISSUERS_MAX];
	struct node_beacon now = {.day = wici_day_warsaw(n->now.wall_ms),
				  .roster = n->roster.version};
	const struct node_beacon *said = &n->witness;
	struct growing payload;
	struct wici_head head;
	enum wici_err err = WICI_OK;

	if (!is_asked_for(n) || !project_is_done(n) ||
	    publish_may(n, &wici_kind_witness, (struct wici_bytes){NULL, 0}))
		return WICI_OK;
	now.heads = find_heads(n, heads);
	if (said->day == 0)
		err = load(n, &n->witness);
	if (err)
		return node_fail(n, err);
	if (!said->is_due && said->day == now.day &&
	    said->roster == now.roster && said->heads == now.heads)
		return WICI_OK;
	growing_init(&payload, GROWING_LEN_MAX);
	write_payload(n, &payload.w);
	err = publish_entry(n, &wici_kind_witness, growing_bytes(&payload),
			    (struct wici_bytes){NULL, 0}, &head);
	growing_clear(&payload);
	n->witness = now;
	return err ? node_fail(n, err) : WICI_OK;
}
