/* daemon/bundle_out.c — Bundles out: a list of what there is, walked record by
 * record. */
#include "daemon/bundle_private.h"

#include "daemon/bearer.h"
#include "daemon/erase.h"
#include "daemon/membership.h"
#include "daemon/method_private.h"
#include "daemon/store/entry.h"
#include "proto/require.h"
#include "proto/run.h"

#include <stdlib.h>

#define END_LEN      ((size_t)37)
#define RECORD_HEAD  ((size_t)5)
#define KEY_FILE_MAX ((size_t)1024)

/* In what order they can be taken in: who admits first. */
static int rank_of(const struct node *n, const struct wici_key *feed)
{
	if (wici_roster_admits(&n->roster, feed, 1))
		return 0;
	return 1 + node_feed_class(n, feed);
}

static int compare_parts(const void *x, const void *y)
{
	const struct bundle_part *a = x;
	const struct bundle_part *b = y;

	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	return memcmp(a->head.feed.b, b->head.feed.b, WICI_KEY_LEN);
}

static bool is_wanted(const struct bundle_want *want, const struct feed *feed)
{
	if (want->count == 0)
		return true;
	for (size_t i = 0; i < want->count; i++)
		if (wici_key_equal(&want->institutions[i], &feed->whose))
			return true;
	return false;
}

static enum wici_err leave_out(struct node *n, struct bundle_part *part,
			       const struct feed *feed, uint64_t seq)
{
	enum wici_err err;

	if (seq > part->head.seq)
		seq = part->head.seq;
	if (seq <= part->after.seq)
		return WICI_OK;
	part->after.feed = part->head.feed;
	part->after.seq = seq;
	err = entry_id(n->store, feed->row.n, seq, &part->after.id);
	return err ? node_fail(n, err) : WICI_OK;
}

/* By what each entry says of its time. */
static enum wici_err leave_out_older(struct node *n, struct bundle_part *part,
				     const struct feed *feed, int64_t since_ms)
{
	uint64_t seq;
	enum wici_err err = entry_since(n->store, feed->row.n, since_ms, &seq);

	if (err == WICI_OK)
		return leave_out(n, part, feed, seq - 1);
	return err == WICI_END ? leave_out(n, part, feed, part->head.seq)
			       : node_fail(n, err);
}

static enum wici_err list_parts(struct node *n, struct bundle *b,
				const struct bundle_want *want)
{
	struct wici_range_set set = node_set(n, WICI_SPACE_HEADS);
	enum wici_err err = WICI_OK;

	b->parts = calloc(set.count + 1, sizeof(*b->parts));
	WICI_REQUIRE(b->parts);
	for (size_t i = 0; i < set.count && !err; i++) {
		struct bundle_part part = {
			.head = set.items[i],
			.rank = rank_of(n, &set.items[i].feed)};
		const struct feed *feed =
			feeds_find(&n->feeds, &part.head.feed);

		if (!feed || (part.rank > 0 && !is_wanted(want, feed)))
			continue;
		if (want->since_ms)
			err = leave_out_older(n, &part, feed, want->since_ms);
		b->parts[b->parts_count++] = part;
	}
	qsort(b->parts, b->parts_count, sizeof(*b->parts), compare_parts);
	return err;
}

/* Roughly: what an item of a run takes besides its payload, and of what is left
 * out as much as of the rest. */
static void count_parts(const struct node *n, struct bundle *b)
{
	struct bundle_counts *c = &b->counts;

	c->entries = c->feeds = c->bytes = 0;
	for (size_t i = 0; i < b->parts_count; i++) {
		const struct bundle_part *part = &b->parts[i];
		const struct feed *feed =
			feeds_find(&n->feeds, &part->head.feed);
		uint64_t count = part->head.seq - part->after.seq;

		c->entries += count;
		c->feeds += count > 0;
		c->bytes += count * 97;
		if (feed && feed->row.seq)
			c->bytes += feed->row.bytes / feed->row.seq * count;
	}
}

static struct bundle_part *part_of(const struct node *n, const struct bundle *b,
				   const struct wici_key *feed)
{
	struct bundle_part of = {.head.feed = *feed, .rank = rank_of(n, feed)};

	return bsearch(&of, b->parts, b->parts_count, sizeof(of),
		       compare_parts);
}

const struct bundle_part *bundle_part_of(const struct node *n,
					 const struct bundle *b,
					 const struct wici_key *feed)
{
	return part_of(n, b, feed);
}

enum wici_err bundle_leave_out(struct node *n, struct bundle *b,
			       const struct wici_head *held)
{
	const struct feed *feed = feeds_find(&n->feeds, &held->feed);
	struct bundle_part *part = part_of(n, b, &held->feed);
	struct wici_id id;
	enum wici_err err;

	WICI_REQUIRE(b->is_out && b->step == BUNDLE_HEAD);
	if (!feed || !part || held->seq < 1 || held->seq > feed->row.seq)
		return WICI_OK;
	err = entry_id(n->store, feed->row.n, held->seq, &id);
	if (err == WICI_OK && wici_id_equal(&id, &held->id))
		return leave_out(n, part, feed, held->seq);
	return err == WICI_OK || err == WICI_NOT_FOUND ? WICI_OK
						       : node_fail(n, err);
}

static void list_statements(const struct node *n, struct bundle *b)
{
	struct wici_range_set set = node_set(n, WICI_SPACE_STATEMENTS);

	b->statements = calloc(set.count + 1, sizeof(*b->statements));
	WICI_REQUIRE(b->statements);
	for (size_t i = 0; i < set.count; i++)
		memcpy(b->statements[i].b, set.items[i].feed.b, WICI_ID_LEN);
	b->counts.statements = set.count;
}

enum wici_err bundle_open_out(struct node *n, uint64_t client,
			      const struct bundle_want *want,
			      struct bundle **bundle)
{
	struct bundle *b;
	enum wici_err err;

	if (!n->has_network ||
	    (n->roster.version == 0 && (want->is_backup || !n->is_joining)))
		return WICI_NOT_MEMBER;
	b = bundle_new(n, client);
	b->is_out = true;
	b->is_backup = want->is_backup;
	b->has_files = want->has_files;
	list_statements(n, b);
	*bundle = b;
	err = list_parts(n, b, want);
	count_parts(n, b);
	if (want->has_files) {
		b->files = attachments_keys(n, &b->files_count);
		b->counts.bytes += attachments_bytes(n);
	}
	return err;
}

static bool has_room(const struct bundle_piece *o)
{
	return o->max - o->len >= RECORD_HEAD + WICI_BUNDLE_AFTER_LEN +
					  RECORD_HEAD + WICI_BUNDLE_RECORD_MAX +
					  END_LEN;
}

uint8_t *bundle_room(const struct bundle_piece *o)
{
	return o->p + o->len + RECORD_HEAD;
}

void bundle_put(struct bundle *b, struct bundle_piece *o,
		enum wici_bundle_type type, struct wici_bytes bytes)
{
	wici_bundle_record(&b->writer, o->p + o->len, type, bytes);
	if (bundle_room(o) != bytes.p)
		memcpy(bundle_room(o), bytes.p, bytes.len);
	o->len += RECORD_HEAD + bytes.len;
}

static void put_about(struct node *n, struct bundle *b, struct bundle_piece *o)
{
	struct wici_bundle_about about = {
		.created_ms = n->now.wall_ms > 0 ? (uint64_t)n->now.wall_ms : 0,
		.entries = b->counts.entries,
		.feeds = b->counts.feeds,
		.name = wici_bytes_str(n->roster.name)};
	uint8_t buf[512];
	struct wici_mp_writer w;
	struct wici_bytes bytes;

	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_bundle_about_write(&w, &about);
	WICI_REQUIRE(wici_mp_written(&w, &bytes) == WICI_OK);
	bundle_put(b, o, WICI_BUNDLE_ABOUT, bytes);
}

static void add_address(struct wici_bundle_backup *backup, const char *address)
{
	struct wici_bytes a = wici_bytes_str(address);

	if (a.len == 0 || backup->addresses_count == WICI_BUNDLE_ADDRESSES)
		return;
	for (size_t i = 0; i < backup->addresses_count; i++)
		if (wici_bytes_is(backup->addresses[i], address))
			return;
	backup->addresses[backup->addresses_count++] = a;
}

static enum wici_err put_backup(struct node *n, struct bundle *b,
				struct bundle_piece *o)
{
	struct wici_bundle_backup backup = {
		.roster_id = n->roster.id, .roster_version = n->roster.version};
	const struct wici_key *identity = node_identity(n);
	char text[KEY_FILE_MAX], name[201];
	uint8_t buf[8192];
	struct wici_mp_writer w;
	struct wici_bytes bytes;
	enum wici_err err = keys_identity_text(n->dir_fd, text, sizeof(text));

	if (err == WICI_NOT_FOUND)
		text[0] = '\0'; /* It is kept elsewhere. */
	else if (err != WICI_OK)
		return err;
	err = method_name(n, name);
	if (err == WICI_OK && (!identity || !n->own))
		err = WICI_NOT_MEMBER;
	if (err == WICI_OK) {
		backup.identity = *identity;
		backup.at = (struct wici_head){n->own->row.key,
					       n->own->released_seq,
					       n->own->released_id};
		backup.name = wici_bytes_str(name);
		backup.identity_key = wici_bytes_str(text);
		for (const struct peer_row *row = n->peers.rows; row;
		     row = row->next)
			if (row->is_dialed)
				add_address(&backup, row->address);
		wici_mp_writer_init(&w, buf, sizeof(buf));
		wici_bundle_backup_write(&w, &backup);
		WICI_REQUIRE(wici_mp_written(&w, &bytes) == WICI_OK);
		bundle_put(b, o, WICI_BUNDLE_BACKUP, bytes);
	}
	sodium_memzero(text, sizeof(text));
	sodium_memzero(buf, sizeof(buf));
	return err;
}

/* What is gone meanwhile (a proof that a better one replaced) is left out. */
static enum wici_err put_statement(struct node *n, struct bundle *b,
				   struct bundle_piece *o)
{
	struct wici_bytes bytes;
	enum wici_err err = node_read_statement(
		n, &b->statements[b->statements_at++], &bytes);

	if (err == WICI_OK)
		bundle_put(b, o, WICI_BUNDLE_STATEMENT, bytes);
	return err == WICI_NOT_FOUND ? WICI_OK : err;
}

/* What the file's own chain of the feed begins behind; and where nothing
 * follows, that this is where it ends, for the bundle after this one. */
static void put_after(struct bundle *b, struct bundle_piece *o)
{
	const struct bundle_part *part = &b->parts[b->parts_at];
	uint8_t after[WICI_BUNDLE_AFTER_LEN];

	b->seq = part->after.seq;
	if (part->after.seq == 0)
		return;
	wici_bundle_after_write(after, &part->after);
	bundle_put(b, o, WICI_BUNDLE_AFTER,
		   (struct wici_bytes){after, sizeof(after)});
}

/* Done, or spoilt from here on, which is being healed. */
static void end_part(struct bundle *b)
{
	const struct wici_head *head = &b->parts[b->parts_at].head;

	if (b->seq < head->seq)
		bundle_reject(b, "damaged", &head->feed, b->seq + 1,
			      head->seq - b->seq);
	b->parts_at++;
	b->seq = b->erased_to = 0;
}

/* PROTOCOL §7.1: "an erasure that a run needs stands right before it" Whether or
 * not it stood among the statements: so who reads need keep but a few. One at a
 * time. WICI_END: there are no more for the next run. */
static enum wici_err put_erasure(struct node *n, struct bundle *b,
				 struct bundle_piece *o)
{
	const struct bundle_part *part = &b->parts[b->parts_at];
	uint64_t last = b->seq + WICI_RUN_ENTRIES_MAX;
	const struct erasure *e;
	struct wici_bytes bytes;
	enum wici_err err;

	if (last > part->head.seq)
		last = part->head.seq;
	if (b->erased_to < b->seq || b->erase_version != erase_version(n))
		b->erased_to = b->seq;
	b->erase_version = erase_version(n);
	e = erase_next(n, &part->head.feed, b->erased_to, last);
	if (!e)
		return WICI_END;
	b->erased_to = e->of.seq;
	err = node_read_statement(n, &e->id, &bytes);
	if (err == WICI_OK)
		bundle_put(b, o, WICI_BUNDLE_STATEMENT, bytes);
	return err == WICI_NOT_FOUND ? WICI_OK : err;
}

static enum wici_err put_run(struct node *n, struct bundle *b,
			     struct bundle_piece *o)
{
	const struct bundle_part *part = &b->parts[b->parts_at];
	struct wici_bytes run;
	struct wici_key feed;
	uint64_t first;
	uint16_t count;
	enum wici_err err = WICI_END;

	if (b->seq == 0)
		put_after(b, o);
	if (b->seq < part->head.seq)
		err = put_erasure(n, b, o);
	if (err != WICI_END)
		return err;
	if (b->seq < part->head.seq)
		err = node_read_run(n, &part->head.feed, b->seq + 1,
				    part->head.seq, bundle_room(o),
				    WICI_BUNDLE_RECORD_MAX, &run);
	if (err == WICI_OK)
		err = wici_run_peek(run, &feed, &first, &count);
	if (err == WICI_OK) {
		bundle_put(b, o, WICI_BUNDLE_RUN, run);
		b->seq += count;
		return WICI_OK;
	}
	if (err != WICI_END && err != WICI_NOT_FOUND)
		return err;
	end_part(b);
	return WICI_OK;
}

/* PROTOCOL §7.7: "the message JOIN (§3.4), whole" */
static enum wici_err put_join(struct node *n, struct bundle *b,
			      struct bundle_piece *o)
{
	uint8_t *at = bundle_room(o);
	uint8_t open[JOIN_OPEN_MAX];
	struct wici_message m;
	enum wici_err err = node_join_message(n, open, &m);

	if (err != WICI_OK)
		return err == WICI_NOT_FOUND ? WICI_OK : err;
	wici_message_encode(at, &m);
	bundle_put(b, o, WICI_BUNDLE_JOIN,
		   (struct wici_bytes){at, wici_message_len(&m)});
	return WICI_OK;
}

static enum wici_err put_bearer(struct node *n, struct bundle *b,
				struct bundle_piece *o)
{
	struct wici_bytes bytes;
	enum wici_err err = bearer_make(n, bundle_room(o), &bytes);

	if (err == WICI_OK)
		bundle_put(b, o, WICI_BUNDLE_BEARER, bytes);
	return err == WICI_NOT_FOUND ? WICI_OK : err;
}

static enum wici_err put_record(struct node *n, struct bundle *b,
				struct bundle_piece *o)
{
	if (b->statements_at < b->counts.statements)
		return put_statement(n, b, o);
	if (b->parts_at < b->parts_count)
		return put_run(n, b, o);
	b->step = BUNDLE_FILES;
	return WICI_OK;
}

static enum wici_err put_next(struct node *n, struct bundle *b,
			      struct bundle_piece *o)
{
	enum wici_err err;

	switch (b->step) {
	case BUNDLE_HEAD:
		count_parts(n, b);
		wici_bundle_begin(&b->writer, o->p + o->len, &n->network);
		o->len += WICI_BUNDLE_HEAD_LEN;
		b->step = BUNDLE_ABOUT;
		return WICI_OK;
	case BUNDLE_ABOUT:
		put_about(n, b, o);
		b->step = b->is_backup ? BUNDLE_BACKUP : BUNDLE_RECORDS;
		return WICI_OK;
	case BUNDLE_BACKUP:
		b->step = BUNDLE_RECORDS;
		return put_backup(n, b, o);
	case BUNDLE_RECORDS:
		return put_record(n, b, o);
	case BUNDLE_FILES:
		err = b->has_files ? bundle_put_chunk(n, b, o) : WICI_END;
		if (err == WICI_END)
			b->step = b->is_backup ? BUNDLE_LAST : BUNDLE_JOIN;
		return err == WICI_END ? WICI_OK : err;
	case BUNDLE_JOIN:
		b->step = BUNDLE_BEARER;
		return put_join(n, b, o);
	case BUNDLE_BEARER:
		b->step = BUNDLE_LAST;
		return put_bearer(n, b, o);
	case BUNDLE_LAST:
		break;
	}
	wici_bundle_end(&b->writer, o->p + o->len);
	o->len += END_LEN;
	return WICI_END;
}

enum wici_err bundle_read(struct node *n, struct bundle *b, uint8_t *buf,
			  size_t max, size_t *len)
{
	struct bundle_piece o = {buf, 0, max};
	enum wici_err err = WICI_OK;

	WICI_REQUIRE(b->is_out && max >= BUNDLE_PIECE_MAX);
	while (err == WICI_OK && has_room(&o))
		err = put_next(n, b, &o);
	*len = o.len;
	return err == WICI_AGAIN ? WICI_OK : err;
}
