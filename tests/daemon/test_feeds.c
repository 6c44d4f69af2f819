/* tests/daemon/test_feeds.c — Two heads a feed, and what sync may see. */
#include "daemon/feeds.h"

#include "tests/daemon/test_store.h"

static size_t moved_count;

static void count_moved(void *arg, const struct feed *feed)
{
	(void)arg;
	(void)feed;
	moved_count++;
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
	feeds_release(f, count_moved, NULL);
	CHECK_OK(store_begin(b->s));
}

/* A roster in which the institutions 1 … count are members. */
static void roster_of(struct wici_roster *r, struct wici_member *members,
		      size_t count)
{
	static const struct wici_id network = {{9}};

	wici_roster_init(r, &network, members, 8);
	for (size_t i = 0; i < count; i++) {
		memset(&members[i], 0, sizeof(members[i]));
		members[i].identity = key_of((uint8_t)(i + 1));
	}
	r->members_count = count;
}

TEST(sync_sees_committed_heads_of_counting_feeds_alone)
{
	struct wici_member members[8];
	struct wici_roster r;
	struct feeds f;
	struct feed *one, *two;
	struct box b;

	box_open(&b);
	feeds_init(&f);
	CHECK_OK(store_begin(b.s));
	roster_of(&r, members, 1);
	two = add(&f, &b, 20, 2);
	one = add(&f, &b, 10, 1);
	feeds_judge(&f, &r, count_moved, NULL);
	advance(one);
	advance(two);
	CHECK(f.heads_count == 0); /* Pending is nobody's to see. */
	commit(&f, &b);
	CHECK(moved_count == 2 && f.heads_count == 1);
	CHECK(f.heads[0].feed.b[0] == 10 && f.heads[0].seq == 1);

	/* The other is admitted: its head comes in, in order. */
	roster_of(&r, members, 2);
	moved_count = 0;
	feeds_judge(&f, &r, count_moved, NULL);
	CHECK(moved_count == 1 && f.heads_count == 2);
	CHECK(f.heads[1].feed.b[0] == 20);
	feeds_clear(&f);
	box_drop(&b);
}

TEST(heads_stay_sorted_whatever_the_order_of_arrival)
{
	static const uint8_t order[] = {50, 10, 40, 20, 30, 60, 5};
	struct wici_member members[8];
	struct wici_roster r;
	struct feeds f;
	struct box b;
	uint64_t version;

	box_open(&b);
	feeds_init(&f);
	CHECK_OK(store_begin(b.s));
	roster_of(&r, members, 1);
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
	CHECK(feeds_of(&f, &members[0].identity) == sizeof(order));
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
