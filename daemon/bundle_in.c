/* daemon/bundle_in.c — Bundles in: each record goes where a peer's would go. */
#include "daemon/bundle_private.h"

#include "daemon/receive.h"
#include "proto/require.h"
#include "proto/run.h"

#include <stdlib.h>

void bundle_open_in(struct node *n, uint64_t client, struct bundle **bundle)
{
	struct bundle *b = bundle_new(n, client);

	b->reader = malloc(sizeof(*b->reader));
	WICI_REQUIRE(b->reader);
	wici_bundle_reader_init(b->reader);
	*bundle = b;
}

static void reject(struct bundle *b, enum wici_err err,
		   const struct wici_key *feed, uint64_t seq)
{
	struct bundle_counts *c = &b->counts;

	if (c->rejected_count < BUNDLE_REJECTED_MAX)
		c->rejected[c->rejected_count++] =
			(struct bundle_rejected){err, *feed, seq};
}

static bool is_own_fault(enum wici_err err)
{
	return err == WICI_FULL || err == WICI_STORE || err == WICI_IO;
}

static enum wici_err take_statement(struct node *n, struct bundle *b,
				    struct wici_bytes bytes)
{
	static const struct wici_key none;
	enum wici_err err = node_receive_statement(n, BUNDLE_LINK, bytes);

	if (is_own_fault(err))
		return err;
	if (err == WICI_OK)
		b->counts.statements++;
	else if (err == WICI_END)
		b->counts.known++;
	else
		reject(b, err, &none, 0);
	return WICI_OK;
}

static enum wici_err take_run(struct node *n, struct bundle *b,
			      struct wici_bytes run)
{
	struct wici_key feed = {{0}};
	struct wici_head head;
	uint64_t first = 0, before;
	uint16_t count = 0;
	enum wici_err err = wici_run_peek(run, &feed, &first, &count);
	const struct feed *known = feeds_find(&n->feeds, &feed);

	before = known ? known->row.seq : 0;
	if (err == WICI_OK)
		err = node_receive_run(n, BUNDLE_LINK, run, &head);
	if (is_own_fault(err))
		return err;
	if (err == WICI_OK) {
		b->counts.entries += head.seq - before;
		b->counts.feeds += before == 0;
	} else if (err == WICI_END) {
		b->counts.known += count;
	} else {
		reject(b, err, &feed, first);
	}
	return WICI_OK;
}

static enum wici_err take_record(struct node *n, struct bundle *b,
				 enum wici_bundle_type type,
				 struct wici_bytes bytes)
{
	switch (type) {
	case WICI_BUNDLE_STATEMENT:
		return take_statement(n, b, bytes);
	case WICI_BUNDLE_RUN:
		return take_run(n, b, bytes);
	case WICI_BUNDLE_END:
	case WICI_BUNDLE_ABOUT:
	case WICI_BUNDLE_BACKUP:
	case WICI_BUNDLE_ENTRY:
	case WICI_BUNDLE_PROOF:
		break;
	}
	return WICI_OK;
}

static enum wici_err take_all(struct node *n, struct bundle *b)
{
	enum wici_bundle_type type;
	struct wici_bytes bytes;
	enum wici_err err;

	while ((err = wici_bundle_next(b->reader, &type, &bytes)) == WICI_OK) {
		if (!wici_id_equal(&b->reader->network, &n->network))
			return WICI_REJECT_NETWORK;
		err = take_record(n, b, type, bytes);
		if (err != WICI_OK)
			return err;
	}
	return err;
}

enum wici_err bundle_write(struct node *n, struct bundle *b,
			   struct wici_bytes bytes)
{
	enum wici_err err = WICI_AGAIN;
	size_t taken;

	WICI_REQUIRE(!b->is_out && b->reader);
	if (!n->has_network)
		return WICI_NOT_MEMBER;
	b->counts.bytes += bytes.len;
	n->wants_commit = true;
	do {
		err = wici_bundle_feed(b->reader, bytes, &taken);
		if (err != WICI_OK)
			return err;
		bytes.p += taken;
		bytes.len -= taken;
		err = take_all(n, b);
	} while (err == WICI_AGAIN && bytes.len);
	if (err == WICI_END && bytes.len)
		return WICI_REJECT_BUNDLE;
	return err == WICI_AGAIN ? WICI_OK : err;
}
