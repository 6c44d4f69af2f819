/* daemon/feeds.c — The feeds in memory: sorted by key, found by number, and
 * the counting heads that sync reconciles. */
#include "daemon/feeds.h"

#include "proto/require.h"

#include <stdlib.h>

void feeds_init(struct feeds *f)
{
	memset(f, 0, sizeof(*f));
}

void feeds_clear(struct feeds *f)
{
	uint64_t version = f->heads_version;

	for (size_t i = 0; i < f->count; i++)
		free(f->by_key[i]);
	free(f->by_key);
	free(f->by_n);
	free(f->heads);
	memset(f, 0, sizeof(*f));
	f->heads_version = version + 1;
}

/* Room for one more of this size. */
static void *grow(void *array, size_t *max, size_t need, size_t size)
{
	size_t more = *max ? *max : 16;

	if (need <= *max)
		return array;
	while (more < need)
		more *= 2;
	array = reallocarray(array, more, size);
	WICI_REQUIRE(array);
	memset((char *)array + *max * size, 0, (more - *max) * size);
	*max = more;
	return array;
}

/* Where the key stands, or would. */
static size_t feed_place(const struct feeds *f, const struct wici_key *key)
{
	size_t low = 0;
	size_t high = f->count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (memcmp(f->by_key[mid]->row.key.b, key->b, WICI_KEY_LEN) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* Puts the counting head in its place; changes it where it is. */
static void put_head(struct feeds *f, const struct feed *feed)
{
	size_t at = wici_head_place(f->heads, f->heads_count, &feed->row.key);
	struct wici_head head = {feed->row.key, feed->counting_seq,
				 feed->counting_id};

	f->heads_version++;
	if (at < f->heads_count &&
	    wici_key_equal(&f->heads[at].feed, &head.feed)) {
		f->heads[at] = head;
		return;
	}
	f->heads = grow(f->heads, &f->heads_max, f->heads_count + 1,
			sizeof(*f->heads));
	memmove(&f->heads[at + 1], &f->heads[at],
		(f->heads_count - at) * sizeof(head));
	f->heads[at] = head;
	f->heads_count++;
}

static struct feed *insert(struct feeds *f, const struct feed_row *row)
{
	size_t at = feed_place(f, &row->key);
	struct feed *feed = calloc(1, sizeof(*feed));

	WICI_REQUIRE(feed && row->n > 0);
	feed->row = *row;
	feed->whose = row->identity; /* Until it is judged. */
	feed->released_seq = row->seq;
	feed->released_id = row->id;
	f->by_key = grow(f->by_key, &f->max, f->count + 1, sizeof(feed));
	memmove(&f->by_key[at + 1], &f->by_key[at],
		(f->count - at) * sizeof(feed));
	f->by_key[at] = feed;
	f->count++;
	f->by_n = grow(f->by_n, &f->by_n_max, (size_t)row->n, sizeof(feed));
	f->by_n[row->n - 1] = feed;
	return feed;
}

static void load_row(void *arg, const struct feed_row *row)
{
	insert(arg, row);
}

enum wici_err feeds_load(struct feeds *f, struct store *s)
{
	feeds_clear(f);
	return feed_each(s, load_row, f);
}

struct feed *feeds_find(const struct feeds *f, const struct wici_key *key)
{
	size_t at = feed_place(f, key);

	if (at < f->count && wici_key_equal(&f->by_key[at]->row.key, key))
		return f->by_key[at];
	return NULL;
}

struct feed *feeds_by_n(const struct feeds *f, int64_t n)
{
	if (n < 1 || (uint64_t)n > f->by_n_max)
		return NULL;
	return f->by_n[n - 1];
}

size_t feeds_of(const struct feeds *f, const struct wici_key *identity)
{
	size_t count = 0;

	for (size_t i = 0; i < f->count; i++) {
		if (wici_key_equal(&f->by_key[i]->row.identity, identity))
			count++;
	}
	return count;
}

enum wici_err feeds_add(struct feeds *f, struct store *s,
			const struct wici_key *key,
			const struct wici_key *identity, bool is_own,
			struct feed **feed)
{
	struct feed_row row = {
		.key = *key, .identity = *identity, .is_own = is_own};
	enum wici_err err = feed_add(s, &row);

	if (err != WICI_OK)
		return err;
	*feed = insert(f, &row);
	return WICI_OK;
}

void feeds_advance(struct feed *feed, uint64_t seq, const struct wici_id *id,
		   size_t payload_len)
{
	WICI_REQUIRE(seq == feed->row.seq + 1);
	feed->row.seq = seq;
	feed->row.id = *id;
	feed->row.bytes += payload_len;
	feed->is_dirty = true;
}

enum wici_err feeds_write(struct feeds *f, struct store *s)
{
	for (size_t i = 0; i < f->count; i++) {
		enum wici_err err;

		if (!f->by_key[i]->is_dirty)
			continue;
		err = feed_update(s, &f->by_key[i]->row);
		if (err != WICI_OK)
			return err;
	}
	return WICI_OK;
}

void feeds_release(struct feeds *f, void (*moved)(void *arg, struct feed *feed),
		   void *arg)
{
	for (size_t i = 0; i < f->count; i++) {
		struct feed *feed = f->by_key[i];

		if (!feed->is_dirty)
			continue;
		feed->is_dirty = false;
		feed->released_seq = feed->row.seq;
		feed->released_id = feed->row.id;
		moved(arg, feed);
	}
}

void feeds_count_head(struct feeds *f, const struct feed *feed)
{
	WICI_REQUIRE(feed->counts && feed->counting_seq > 0);
	put_head(f, feed);
}

void feeds_rebuild_heads(struct feeds *f)
{
	f->heads_count = 0;
	f->heads_version++;
	for (size_t i = 0; i < f->count; i++) {
		const struct feed *feed = f->by_key[i];

		if (feed->counts && feed->counting_seq > 0)
			put_head(f, feed); /* At the end: keys ascend. */
	}
}
