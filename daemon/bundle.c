/* daemon/bundle.c — Bundles out: a list of what there is, walked record by
 * record. Bundles in: each record goes where a peer's would go. */
#include "daemon/bundle.h"

#include "daemon/membership.h"
#include "daemon/method_private.h"
#include "daemon/receive.h"
#include "proto/require.h"
#include "proto/run.h"

#include <stdlib.h>

#define END_LEN      ((size_t)37)
#define RECORD_HEAD  ((size_t)5)
#define KEY_FILE_MAX ((size_t)1024)

struct part { /* A feed, up to where it stood. */
	struct wici_head head;
	int rank;
};

struct bundle {
	struct bundle *next;
	uint64_t client;
	bool is_out;
	bool is_backup;
	struct bundle_counts counts;
	/* Out: */
	struct wici_bundle_writer writer;
	unsigned step; /* 0: the head, 1: ABOUT, 2: BACKUP, 3: the rest. */
	struct wici_id *statements;
	size_t statements_at;
	struct part *parts;
	size_t parts_count, parts_at;
	uint64_t seq; /* Of the part at hand: written so far. */
	/* In: */
	struct wici_bundle_reader *reader;
};

struct bundle *bundle_of(const struct node *n, uint64_t client)
{
	struct bundle *b = n->bundles;

	while (b && b->client != client)
		b = b->next;
	return b;
}

const struct bundle_counts *bundle_counts(const struct bundle *b)
{
	return &b->counts;
}

static void bundle_free(struct bundle *b)
{
	free(b->statements);
	free(b->parts);
	if (b->reader)
		sodium_memzero(b->reader, sizeof(*b->reader));
	free(b->reader);
	free(b);
}

void bundle_forget(struct node *n, uint64_t client)
{
	struct bundle **at = &n->bundles;

	while (*at) {
		struct bundle *b = *at;

		if (b->client != client) {
			at = &b->next;
			continue;
		}
		*at = b->next;
		bundle_free(b);
	}
}

void bundle_free_all(struct node *n)
{
	while (n->bundles)
		bundle_forget(n, n->bundles->client);
}

static struct bundle *bundle_new(struct node *n, uint64_t client)
{
	struct bundle *b = calloc(1, sizeof(*b));

	WICI_REQUIRE(b);
	bundle_forget(n, client);
	b->client = client;
	b->next = n->bundles;
	n->bundles = b;
	return b;
}

/* ---- out ---- */

/* In what order they can be taken in: who admits first. */
static int rank_of(const struct node *n, const struct wici_key *feed)
{
	if (wici_roster_admits(&n->roster, feed, 1))
		return 0;
	return 1 + node_feed_class(n, feed);
}

static int compare_parts(const void *x, const void *y)
{
	const struct part *a = x;
	const struct part *b = y;

	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	return memcmp(a->head.feed.b, b->head.feed.b, WICI_KEY_LEN);
}

static void list_parts(const struct node *n, struct bundle *b)
{
	struct wici_range_set set = node_set(n, WICI_SPACE_HEADS);

	b->parts = calloc(set.count + 1, sizeof(*b->parts));
	WICI_REQUIRE(b->parts);
	for (size_t i = 0; i < set.count; i++) {
		const struct feed *feed =
			feeds_find(&n->feeds, &set.items[i].feed);

		b->parts[i].head = set.items[i];
		b->parts[i].rank = rank_of(n, &set.items[i].feed);
		b->counts.entries += set.items[i].seq;
		if (feed)
			b->counts.bytes += feed->row.bytes;
	}
	b->parts_count = set.count;
	b->counts.feeds = set.count;
	/* Roughly: what an item of a run takes besides its payload. */
	b->counts.bytes += b->counts.entries * 97;
	qsort(b->parts, b->parts_count, sizeof(*b->parts), compare_parts);
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

enum wici_err bundle_open_out(struct node *n, uint64_t client, bool is_backup,
			      struct bundle **bundle)
{
	struct bundle *b;

	if (!n->has_network || n->roster.version == 0)
		return WICI_NOT_MEMBER;
	b = bundle_new(n, client);
	b->is_out = true;
	b->is_backup = is_backup;
	list_parts(n, b);
	list_statements(n, b);
	*bundle = b;
	return WICI_OK;
}

struct out { /* Where the next record goes. */
	uint8_t *p;
	size_t len, max;
};

static bool has_room(const struct out *o)
{
	return o->max - o->len >=
	       RECORD_HEAD + WICI_BUNDLE_RECORD_MAX + END_LEN;
}

static void put(struct bundle *b, struct out *o, enum wici_bundle_type type,
		struct wici_bytes bytes)
{
	wici_bundle_record(&b->writer, o->p + o->len, type, bytes);
	if (o->p + o->len + RECORD_HEAD != bytes.p)
		memcpy(o->p + o->len + RECORD_HEAD, bytes.p, bytes.len);
	o->len += RECORD_HEAD + bytes.len;
}

static void put_about(struct node *n, struct bundle *b, struct out *o)
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
	put(b, o, WICI_BUNDLE_ABOUT, bytes);
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

static enum wici_err put_backup(struct node *n, struct bundle *b, struct out *o)
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
		put(b, o, WICI_BUNDLE_BACKUP, bytes);
	}
	sodium_memzero(text, sizeof(text));
	sodium_memzero(buf, sizeof(buf));
	return err;
}

/* What is gone meanwhile (a proof that a better one replaced) is left out. */
static enum wici_err put_statement(struct node *n, struct bundle *b,
				   struct out *o)
{
	struct wici_bytes bytes;
	enum wici_err err = node_read_statement(
		n, &b->statements[b->statements_at++], &bytes);

	if (err == WICI_OK)
		put(b, o, WICI_BUNDLE_STATEMENT, bytes);
	return err == WICI_NOT_FOUND ? WICI_OK : err;
}

static enum wici_err put_run(struct node *n, struct bundle *b, struct out *o)
{
	const struct part *part = &b->parts[b->parts_at];
	struct wici_bytes run;
	struct wici_key feed;
	uint64_t first;
	uint16_t count;
	enum wici_err err = WICI_END;

	if (b->seq < part->head.seq)
		err = node_read_run(n, &part->head.feed, b->seq + 1,
				    part->head.seq, o->p + o->len + RECORD_HEAD,
				    WICI_BUNDLE_RECORD_MAX, &run);
	if (err == WICI_OK)
		err = wici_run_peek(run, &feed, &first, &count);
	if (err == WICI_OK) {
		put(b, o, WICI_BUNDLE_RUN, run);
		b->seq += count;
		return WICI_OK;
	}
	b->parts_at++; /* Done, or spoilt from here on, which is being healed. */
	b->seq = 0;
	return err == WICI_END || err == WICI_NOT_FOUND ? WICI_OK : err;
}

static enum wici_err put_next(struct node *n, struct bundle *b, struct out *o)
{
	switch (b->step) {
	case 0:
		wici_bundle_begin(&b->writer, o->p + o->len, &n->network);
		o->len += WICI_BUNDLE_HEAD_LEN;
		b->step++;
		return WICI_OK;
	case 1:
		put_about(n, b, o);
		b->step++;
		return WICI_OK;
	case 2:
		b->step++;
		return b->is_backup ? put_backup(n, b, o) : WICI_OK;
	default:
		break;
	}
	if (b->statements_at < b->counts.statements)
		return put_statement(n, b, o);
	if (b->parts_at < b->parts_count)
		return put_run(n, b, o);
	wici_bundle_end(&b->writer, o->p + o->len);
	o->len += END_LEN;
	return WICI_END;
}

enum wici_err bundle_read(struct node *n, struct bundle *b, uint8_t *buf,
			  size_t max, size_t *len)
{
	struct out o = {buf, 0, max};
	enum wici_err err = WICI_OK;

	WICI_REQUIRE(b->is_out && max >= BUNDLE_PIECE_MAX);
	while (err == WICI_OK && has_room(&o))
		err = put_next(n, b, &o);
	*len = o.len;
	return err;
}

/* ---- in ---- */

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
