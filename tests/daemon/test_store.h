/* tests/daemon/test_store.h — A store in a folder of its own, and chains of
 * really signed entries to put into it. */
#ifndef WICI_TESTS_DAEMON_TEST_STORE_H
#define WICI_TESTS_DAEMON_TEST_STORE_H

#include <stdlib.h>
#include <unistd.h>

#include "daemon/store/entry.h"
#include "daemon/store/feed.h"
#include "tests/test.h"

struct box {
	char dir[200];
	char path[220];
	char why[200];
	struct store *s;
};

static inline void box_reopen(struct box *b)
{
	store_close(b->s);
	CHECK_OK(store_open(&b->s, b->path, b->why, sizeof(b->why)));
}

/* A folder, and in it no store yet. */
static inline void box_make(struct box *b)
{
	const char *tmp = getenv("TMPDIR");

	*b = (struct box){.s = NULL};
	(void)snprintf(b->dir, sizeof(b->dir), "%.150s/wici-store-XXXXXX",
		       tmp ? tmp : "/tmp");
	CHECK(mkdtemp(b->dir));
	(void)snprintf(b->path, sizeof(b->path), "%s/store", b->dir);
}

static inline void box_open(struct box *b)
{
	box_make(b);
	box_reopen(b);
}

static inline void box_drop(struct box *b)
{
	static const char *const ends[] = {"", "-wal", "-journal", "-shm"};
	char path[240];

	store_close(b->s);
	b->s = NULL;
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s%s", b->path, ends[i]);
		(void)unlink(path);
	}
	CHECK(rmdir(b->dir) == 0);
}

static inline size_t file_read(const char *path, uint8_t *out, size_t max)
{
	FILE *f = fopen(path, "rb");
	size_t len;

	CHECK(f);
	len = fread(out, 1, max, f);
	CHECK(len < max);
	(void)fclose(f);
	return len;
}

static inline void file_write(const char *path, const void *p, size_t len)
{
	FILE *f = fopen(path, "wb");

	CHECK(f);
	CHECK(fwrite(p, 1, len, f) == len);
	CHECK(fclose(f) == 0);
}

/* How many entries there are. */
static inline int64_t entries(struct store *s)
{
	int64_t n;

	CHECK_OK(entry_last(s, &n));
	return n;
}

/* A feed being written. */
struct chain {
	int64_t feed_n;
	struct wici_key key;
	struct wici_secret secret;
	struct wici_id network;
	uint64_t seq;
	struct wici_id id;
};

/* Adds a feed to the store; in a transaction. */
static inline void chain_start(struct chain *c, struct store *s, uint8_t seed)
{
	struct feed_row feed = {0};
	uint8_t bytes[32];

	*c = (struct chain){.seq = 0};
	memset(bytes, seed, sizeof(bytes));
	memset(c->network.b, 0x4e, sizeof(c->network.b));
	wici_key_pair(&c->key, &c->secret, bytes);
	feed.key = c->key;
	CHECK_OK(feed_add(s, &feed));
	c->feed_n = feed.n;
}

/* The next entry of the chain, signed, not yet in the store. */
static inline void chain_next(struct chain *c, struct wici_bytes payload,
			      struct entry_row *row)
{
	struct wici_header *h = &row->entry.header;

	*row = (struct entry_row){.feed_n = c->feed_n, .is_proved = true};
	row->entry.has_payload = true;
	row->entry.payload = payload;
	h->version = WICI_ENTRY_VERSION;
	h->flags = (uint8_t)(c->seq & 1);
	h->kind = (uint16_t)(0xff00 + c->seq % 200);
	h->feed = c->key;
	h->seq = ++c->seq;
	h->prev = c->id;
	h->time_ms = 1732000000123 - (int64_t)c->seq * 7919000000;
	memset(row->entry.salt.b, (int)(c->seq & 0xff), WICI_SALT_LEN);
	wici_entry_sign(&row->entry, &c->network, &c->secret);
	row->id = wici_entry_id(h, &row->entry.sig);
	c->id = row->id;
}

/* Signs and appends; in a transaction. */
static inline void chain_append(struct chain *c, struct store *s,
				struct wici_bytes payload,
				struct entry_row *row)
{
	chain_next(c, payload, row);
	CHECK_OK(entry_append(s, row));
	CHECK(row->n > 0);
}

#endif
