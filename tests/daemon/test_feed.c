/* tests/daemon/test_feed.c — Feeds come back at the start as they were left. */
#include "daemon/store/feed.h"

#include "tests/daemon/test_store.h"

struct found {
	struct feed_row rows[4];
	size_t count;
};

static void note(void *arg, const struct feed_row *row)
{
	struct found *found = arg;

	CHECK(found->count < 4);
	found->rows[found->count++] = *row;
}

static struct feed_row feed(uint8_t first, bool is_own)
{
	struct feed_row row = {.is_own = is_own};

	memset(row.key.b, first, sizeof(row.key.b));
	memset(row.identity.b, first + 1, sizeof(row.identity.b));
	return row;
}

TEST(feeds_come_back_by_key_with_their_heads)
{
	struct box b;
	struct feed_row high = feed(0xf0, false), low = feed(0x10, true);
	struct feed_row nobody = {.n = 77};
	struct found found = {0};

	box_open(&b);
	CHECK_OK(store_begin(b.s));
	CHECK_OK(feed_add(b.s, &high));
	CHECK_OK(feed_add(b.s, &low));
	CHECK(high.n > 0 && low.n > 0 && high.n != low.n);
	high.seq = WICI_SEQ_MAX;
	high.bytes = (uint64_t)1 << 50;
	memset(high.id.b, 0xee, sizeof(high.id.b));
	CHECK_OK(feed_update(b.s, &high));
	CHECK_ERR(feed_update(b.s, &nobody), WICI_NOT_FOUND);
	CHECK_OK(store_commit(b.s));
	box_reopen(&b);

	CHECK_OK(feed_each(b.s, note, &found));
	CHECK(found.count == 2);
	CHECK(found.rows[0].n == low.n && found.rows[1].n == high.n);
	CHECK(wici_key_equal(&found.rows[0].key, &low.key));
	CHECK(wici_key_equal(&found.rows[1].identity, &high.identity));
	CHECK(found.rows[0].is_own && !found.rows[1].is_own);
	CHECK(found.rows[0].seq == 0 && found.rows[1].seq == WICI_SEQ_MAX);
	CHECK(wici_id_equal(&found.rows[1].id, &high.id));
	CHECK(found.rows[1].bytes == (uint64_t)1 << 50);
	box_drop(&b);
}

TEST(a_feed_is_there_once)
{
	struct box b;
	struct feed_row row = feed(1, false), again = feed(1, true);

	box_open(&b);
	CHECK_OK(store_begin(b.s));
	CHECK_OK(feed_add(b.s, &row));
	CHECK_ERR(feed_add(b.s, &again), WICI_STORE);
	CHECK_ERR(store_commit(b.s), WICI_STORE);
	box_drop(&b);
}

TEST_MAIN(RUN(feeds_come_back_by_key_with_their_heads),
	  RUN(a_feed_is_there_once))
