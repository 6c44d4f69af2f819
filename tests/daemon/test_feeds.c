/* tests/daemon/test_feeds.c — Two heads a feed, and what sync may see. */
#include "daemon/feeds.h"

#include "tests/daemon/test_store.h"

static size_t moved_count;

/* As judge_released() has it, of a feed without a limit. */
static void on_moved(void *arg, struct feed *feed)
{
	struct feeds *f = arg;

	moved_count++;
	if (!feed->counts)
		return;
	feed->counting_seq = feed->released_seq;
	feed->counting_id = feed->released_id;
	feeds_count_head(f, feed);
}

static struct wici_key key_of(uint8_t b)
{
	return (struct wici_key){{b}};
}

static struct feed *add(struct feeds *f, struct box *b, uint8_t key,
			uint8_t identity)
{
	struct wici_key k = key_of(key), i = key_of(identity);
	struct feed *feed = NULL;

	CHECK_OK(feeds_add(f, b->s, &k, &i, false, &feed));
	return feed;
}

static void advance(struct feed *feed)
{
	struct wici_id id = {{(uint8_t)(feed->row.seq + 1)}};

	feeds_advance(feed, feed->row.seq + 1, &id, 10);
}

static void commit(struct feeds *f, struct box *b)
{
	CHECK_OK(feeds_write(f, b->s));
	CHECK_OK(store_commit(b->s));
	moved_count = 0;
	feeds_release(f, on_moved, f);
	CHECK_OK(store_begin(b->s));
}

TEST(sync_sees_committed_heads_of_counting_feeds_alone)
{
	struct feeds f;
	struct feed *one, *two;
	struct box b;

	box_open(&b);
	feeds_init(&f);
	CHECK_OK(store_begin(b.s));
	two = add(&f, &b, 20, 2);
	one = add(&f, &b, 10, 1);
	one->counts = true;
	advance(one);
	advance(two);
	feeds_rebuild_heads(&f);
	CHECK(f.heads_count == 0); /* Pending is nobody's to see. */
	commit(&f, &b);
	CHECK(moved_count == 2 && f.heads_count == 1);
	CHECK(f.heads[0].feed.b[0] == 10 && f.heads[0].seq == 1);

	/* The other is admitted: its head comes in, in order. */
	two->counts = true;
	two->counting_seq = two->released_seq;
	feeds_rebuild_heads(&f);
	CHECK(f.heads_count == 2);
	CHECK(f.heads[1].feed.b[0] == 20);
	/* And goes, when it counts no longer. */
	two->counts = false;
	feeds_rebuild_heads(&f);
	CHECK(f.heads_count == 1);
	feeds_clear(&f);
	box_drop(&b);
}

TEST(heads_stay_sorted_whatever_the_order_of_arrival)
{
	static const uint8_t order[] = {50, 10, 40, 20, 30, 60, 5};
	struct wici_key identity = key_of(1);
	struct feeds f;
	struct box b;
	uint64_t version;

	box_open(&b);
	feeds_init(&f);
	CHECK_OK(store_begin(b.s));
	for (size_t i = 0; i < sizeof(order); i++) {
		struct feed *feed = add(&f, &b, order[i], 1);

		feed->counts = true;
		advance(feed);
		version = f.heads_version;
		commit(&f, &b);
		CHECK(f.heads_version != version);
	}
	CHECK(f.heads_count == sizeof(order));
	for (size_t i = 1; i < f.heads_count; i++)
		CHECK(f.heads[i - 1].feed.b[0] < f.heads[i].feed.b[0]);
	CHECK(feeds_of(&f, &identity) == sizeof(order));
	feeds_clear(&f);
	box_drop(&b);
}

TEST(what_was_written_comes_back_and_is_released)
{
	struct wici_key k = key_of(10), missing = key_of(11);
	struct feeds f;
	struct feed *feed;
	struct box b;

	box_open(&b);
	feeds_init(&f);
	CHECK_OK(store_begin(b.s));
	feed = add(&f, &b, 10, 1);
	advance(feed);
	advance(feed);
	commit(&f, &b);
	advance(feed); /* Never committed. */
	store_rollback(b.s);
	CHECK_OK(feeds_load(&f, b.s));
	feed = feeds_find(&f, &k);
	CHECK(feed && feed->row.seq == 2 && feed->released_seq == 2);
	CHECK(feed->row.bytes == 20 && feed->released_id.b[0] == 2);
	CHECK(feeds_by_n(&f, feed->row.n) == feed);
	CHECK(!feeds_find(&f, &missing) && !feeds_by_n(&f, 99) &&
	      !feeds_by_n(&f, 0));
	feeds_clear(&f);
	box_drop(&b);
}

TEST_MAIN(RUN(sync_sees_committed_heads_of_counting_feeds_alone),
	  RUN(heads_stay_sorted_whatever_the_order_of_arrival),
	  RUN(what_was_written_comes_back_and_is_released))
